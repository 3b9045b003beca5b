"""Writes the certificates of this folder: `python -m exactmem.proofs.counterexamples._write`.

Each file holds the printed network with the printed claim, which the checker answers REFUTED, or a network that the row
speaks of, which it answers VERIFIED; for 4.1-vacuous that no network of the printed size has enough pieces.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from flint import fmpq

from exactmem.activations import HARD_TANH, RELU, THRESHOLD, Activation
from exactmem.certificates.writing.document import Json, assemble, to_bytes
from exactmem.certificates.writing.memorization import certificate, memorization_claim
from exactmem.certificates.writing.piece_bound import piece_bound_certificate
from exactmem.constructions.build import build
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.files import write_whole
from exactmem.networks import FNN, Network, ResNet, dense, layer
from exactmem.pieces import extremal_dataset, refute
from exactmem.proofs.yun2019.proposition_3_4 import as_printed as deep
from exactmem.proofs.yun2019.theorem_4_1 import as_printed as residual
from exactmem.proofs.yun2019.theorem_4_1 import as_printed_gates as gates

FOLDER = Path(__file__).parent


class Witness(NamedTuple):
    """A file: the row it belongs to, what the checker answers, what it shows, and how it is made."""

    row: str
    answer: str
    shows: str
    make: Callable[[], Json]


def claimed(network: Network, inputs: Sequence[Sequence[Any]], labels: Sequence[Sequence[Any]], place: str) -> Json:
    """The certificate that the network has these outputs, whether it has them or not."""
    dataset = make_dataset(inputs, labels)
    claim = memorization_claim(network, dataset, place)
    return assemble(network, dataset, claim, "as printed", {})


def one_hot(classes: Sequence[int]) -> list[list[int]]:
    """The labels of two classes."""
    return [[int(k == 0), int(k == 1)] for k in classes]


def deep_network(samples: Sequence[int], labels: Sequence[int], delta: int) -> Json:
    """Figure 2's network with alpha as in B.3, for two blocks of 2 x 2 units."""
    network = deep.printed_network(samples, labels, delta, clip_ends=False)
    return claimed(network, [[x] for x in samples], [[y] for y in labels], "Yun, Sra, Jadbabaie 2019, Appendix E")


def outside() -> Json:
    """Layer 2's sum for c = 0, 1, 2, 3 and y = 0, claimed to be y + 1 = 1 there and 0 at c_0 = -1 and c_5 = 4."""
    line = [fmpq(c) for c in range(-1, 5)]
    block = deep.printed_block(1, line, [fmpq(0)] * 4, clip_ends=False)
    first = layer(dense([[slope] for slope, _ in block.first]), [bias for _, bias in block.first], HARD_TANH)
    second = layer(dense([row for row, _ in block.second[0]]), [bias for _, bias in block.second[0]], HARD_TANH)
    network = FNN((first, second, layer(dense([[1, 1]]), [0])))
    return claimed(network, [[c] for c in line], [[0], [1], [1], [1], [1], [0]], "Yun, Sra, Jadbabaie 2019, Appendix E")


def short_group() -> Json:
    """F.1's network whose gate for the one sample of class 0 stands on the line x_1 = 1."""
    points, classes = [(1, 0), (1, 5), (2, 5)], [0, 1, 1]
    chosen = [residual.Gate((1, 0), -1, 0, 2), residual.Gate((0, 1), -5, 1, 2)]
    last = residual.last_layer([-2 * m - 1 for m in residual.largest_coordinates(points)])
    network = ResNet((residual.whole_gates(chosen, fmpq(100)), last))
    return claimed(network, points, one_hot(classes), "Yun, Sra, Jadbabaie 2019, Appendix F.1")


def care() -> Json:
    """F.1's network with the special beta = 3."""
    points, classes = [(1, 3), (1, 2), (3, 3), (2, 4)], [0, 0, 1, 1]
    chosen = [residual.Gate((1, 0), -1, 0, 2), residual.Gate((1, 1), -6, 1, 2)]
    last = residual.last_layer([-2 * m - 1 for m in residual.largest_coordinates(points)])
    layers = [residual.whole_gates([gate], fmpq(3)) for gate in chosen]
    return claimed(ResNet((*layers, last)), points, one_hot(classes), "Yun, Sra, Jadbabaie 2019, Appendix F.1")


def split_gates() -> Json:
    """F.1's network with all widths 1, a gate's two nodes in two layers."""
    network = residual.split_network(oriented=False, shifted=False)
    labels = one_hot(residual.SPLIT_CLASSES)
    return claimed(network, residual.SPLIT_POINTS, labels, "Yun, Sra, Jadbabaie 2019, Appendix F.1")


def no_constant() -> Json:
    """F.2's network with four ReLUs per gate and b^2 = 0."""
    network = gates.printed_network(gates.GATES, 2, RELU, constant=False)
    inputs, classes = [[x] for x, _ in gates.SAMPLES], [k for _, k in gates.SAMPLES]
    return claimed(network, inputs, one_hot(classes), "Yun, Sra, Jadbabaie 2019, Appendix F.2")


def pair(row: Sequence[int], center: int, tau: Any, inputs: Sequence[Sequence[int]], labels: Sequence[int]) -> Json:
    """Baum's pair of threshold units around row . x = center."""
    hidden = layer(dense([row, row]), [-center + tau, -center - tau], THRESHOLD)
    network = FNN((hidden, layer(dense([[1, -1]]), [0])))
    return claimed(network, inputs, [[y] for y in labels], "Ye, Wei, Theorem 2")


def built(inputs: int, d_y: int, theorem: str, widths: tuple[int, ...], activation: Activation) -> Json:
    """A network of the printed size that `exactmem build` makes by another theorem, for inputs 0, 1, 2, ..."""
    if theorem == "product-readout":
        labels = [[int(i % d_y == k) for k in range(d_y)] for i in range(inputs)]
    else:
        labels = [[(-1) ** (i + a) for a in range(d_y)] for i in range(inputs)]
    return certificate(build(make_dataset([[i] for i in range(inputs)], labels), theorem, widths, activation))


def five_units() -> Json:
    """5 hard-tanh units, the printed size for 13 samples of two classes in 26 dimensions, on a line: they fit ten."""
    samples, d_x = 13, 26
    network = build(extremal_dataset(10, [1] * d_x), "two-layer", (5,), HARD_TANH).network
    return piece_bound_certificate(network, refute(network, [1] * d_x, samples))


def carried_too_far() -> Json:
    """A network that fits although layer l_m = 3 does not tell the first four inputs apart."""
    return certificate(build(deep.plateau_data(), "3.4", (3, 3, 3, 3), HARD_TANH, Choices(blocks=(1, 3))))


BAUM = [[1, 0], [1, 5], [2, 5]]
FAR = [0, 100, 200, 300, 301, 400, 500, 600]
WITNESSES = (
    Witness("1.1-square-root", "VERIFIED", "N = 9 at d_1 = d_2 = 6", lambda: built(9, 1, "product", (6, 6), RELU)),
    Witness(
        "1.1-classification", "VERIFIED", "N = 1 at 4, 1, 4", lambda: built(1, 1, "product-readout", (4, 1, 4), RELU)
    ),
    Witness("3.2-both-roots", "VERIFIED", "N = d_y = 2 at 4, 4", lambda: built(2, 2, "product", (4, 4), RELU)),
    Witness("3.2-huang", "VERIFIED", "N = 9 at d_1 = d_2 = 3", lambda: built(9, 1, "product", (3, 3), HARD_TANH)),
    Witness(
        "4.1-vacuous", "VERIFIED", "13 samples on a line, d_x = 26: no network of 5 hard-tanh units fits", five_units
    ),
    Witness("E-any-delta", "REFUTED", "Figure 2's network, delta = 1000", lambda: deep_network(FAR, [0] * 8, 1000)),
    Witness(
        "E-network-alpha",
        "REFUTED",
        "Figure 2's network, x = 0..7, delta = 1",
        lambda: deep_network(range(8), [0, 0, 0, 0, 1, 0, 0, 0], 1),
    ),
    Witness("E-outside", "REFUTED", "layer 2 adds up to 0 at c_0 and c_5", outside),
    Witness("F.1-beta-care", "REFUTED", "F.1's network with beta = 3", care),
    Witness("F.1-short-group", "REFUTED", "F.1's network, hyperplane x_1 = 1", short_group),
    Witness("F.1-whole-gates", "REFUTED", "F.1's network with all widths 1", split_gates),
    Witness("F.2-constant", "REFUTED", "F.2's network with four ReLUs per gate and b^2 = 0", no_constant),
    Witness("response-carry", "VERIFIED", "a network whose layer l_m carries no input", carried_too_far),
    Witness(
        "survey-2-count", "VERIFIED", "a pair of neurons where 2 m/d = 1", lambda: pair((1, 1), 8, 1, [[3, 5]], [1])
    ),
    Witness(
        "survey-2-short-group",
        "REFUTED",
        "Baum's pair on the line x_1 = 1",
        lambda: pair((1, 0), 1, fmpq(1, 2), BAUM, [1, 0, 0]),
    ),
)


def file_of(witness: Witness) -> Path:
    """Where the certificate stands."""
    return FOLDER / f"{witness.row}.json"


def main() -> int:
    """Write every certificate of the folder."""
    for witness in WITNESSES:
        write_whole(file_of(witness), to_bytes(witness.make()), "counterexamples")
        print(f"{file_of(witness).name}: the checker answers {witness.answer}: {witness.shows}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
