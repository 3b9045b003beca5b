"""The claim "memorization": the network answers every sample of the dataset correctly."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, TypeVar, cast

from .affine_maps import Affine
from .evaluation import evaluate, through
from .lines import Label, Sample
from .networks import Dataset, Layer, Network, read_dataset, read_network
from .strict_json import Node, Rational, Vector
from .sweep import on_a_line, swept
from .verdicts import OVERHEAD, Meter, Refuted, limbs, listed, quoted

Item = TypeVar("Item")
SECTIONS = ("dataset", "network")
DECISIONS = ("equal", "argmax", "sign")


class Samples:
    """Labels and inputs, which may be read once, by one of the ways; `N` of them."""

    N: int
    meter: Meter

    def inputs(self) -> Iterator[tuple[Label, Vector]]:
        """Every label and input."""
        raise NotImplementedError

    def images(self, affine: Affine) -> Iterator[tuple[Label, Vector]]:
        """Every label, and the values of the map at the input."""
        return ((label, through([affine], values, self.meter)) for label, values in self.inputs())

    def outputs(self, layers: list[Layer]) -> Iterator[tuple[Label, Vector]] | None:
        """Every label, and the outputs of the layers, where many samples can go through all of them at once."""
        return None


class Table(Samples):
    """The samples of a dataset."""

    def __init__(self, dataset: Dataset, meter: Meter) -> None:
        self.dataset, self.N, self.meter = dataset, len(dataset.inputs), meter

    def inputs(self) -> Iterator[tuple[Label, Vector]]:
        yield from zip(self.dataset.labels, self.dataset.inputs, strict=True)


Question = tuple[str, Samples, Network]  # does the network decide every sample as its label says, in this sense?


def read_sized(document: Node, claim_sizes: Node) -> tuple[Dataset, Network]:
    """The dataset and the network, which fit each other and the sizes."""
    dataset = read_dataset(document.member("dataset"))
    d_x, d_y = len(dataset.inputs[0]), len(dataset.labels[0])
    network = read_network(document.member("network"), d_x)
    last = document.member("network").member("layers").items()[-1]
    last.expect(network.outputs == d_y, f"{network.outputs} outputs, but the labels have {d_y} coordinates")
    compare(claim_sizes, {"N": len(dataset.inputs), "d_x": d_x, "d_y": d_y, **sizes(network)})
    return dataset, network


def sizes(network: Network) -> dict[str, Any]:
    """The sizes of a network that a certificate states."""
    return {"widths": network.widths, "hidden_nodes": sum(network.widths), "edges": network.edges}


def compare(stated: Node, sizes: dict[str, Any]) -> None:
    """Malformed if other sizes are stated than these."""
    for node, size in zip(stated.fields(*sizes), sizes.values(), strict=True):
        same = node.canonical() == Node(size, "", node.meter).canonical()
        node.expect(same, f"expected {size} from the dataset and network")


def read(document: Node) -> Question:
    """The question that a well-formed document asks."""
    _, decision, source, sizes = document.member("claim").fields("kind", "decision", "source", "sizes")
    decision.expect(decision.text() in DECISIONS, f"unknown decision {quoted(decision.text())}")
    source.text()
    dataset, network = read_sized(document, sizes)
    d_y, labels = len(dataset.labels[0]), document.member("dataset").member("labels")
    one_hot = [(0, 1)] * (d_y - 1) + [(1, 1)]
    for node, label in zip(labels.items(), dataset.labels, strict=True):
        one = decision.value != "argmax" or (d_y > 1 and sorted(label) == one_hot)
        node.expect(one, "argmax needs one-hot labels of at least two coordinates")
        node.expect(decision.value != "sign" or label in ([(1, 1)], [(-1, 1)]), "sign needs labels '1' or '-1'")
    return decision.value, Table(dataset, document.meter), network


def fault(decision: str, label: Vector, output: Vector) -> int | None:
    """The first coordinate at which the output is wrong in the sense of the decision; None if there is none."""
    best = label.index((1, 1)) if decision == "argmax" else 0
    above, below = output[best]
    for k, (expected, found) in enumerate(zip(label, output, strict=True)):
        if decision == "equal" and found[0] * expected[1] != expected[0] * found[1]:
            return k
        if decision == "argmax" and k != best and found[0] * below >= above * found[1]:
            return k
        if decision == "sign" and expected[0] * found[0] <= 0:
            return k
    return None


def shown(value: Rational, meter: Meter) -> str:
    """The value exactly where it is short, else approximately, with its length."""
    meter.charge(8 * (limbs(value[0]) + 8) * (limbs(value[1]) + 8))
    above, below = Fraction(*value).as_integer_ratio()
    if (bits := max(above.bit_length(), below.bit_length())) < 200:
        return str(Fraction(above, below))
    sign, (whole, rest) = "-" if above < 0 else "", divmod(abs(above), below)
    if whole.bit_length() > 200:
        return f"about {sign}2^{whole.bit_length()}"
    return f"about {sign}{whole}.{rest * 10**12 // below:012d} (a fraction of {bits} bits)"


def reason(decision: str, k: int, label: Vector, output: Vector, meter: Meter) -> str:
    """What is wrong with coordinate k of the output."""
    expected, found = shown(label[k], meter), shown(output[k], meter)
    if decision == "equal":
        return f", coordinate {k}: expected {expected}, obtained {found}"
    if decision == "sign":
        return f": expected the sign of {expected}, obtained {found}"
    best = label.index((1, 1))
    obtained = f"{shown(output[best], meter)} there and {found} at coordinate {k}"
    return f": expected coordinate {best} strictly largest, obtained {obtained}"


def counted(items: Iterator[Item], what: str, total: int, meter: Meter) -> Iterator[Item]:
    """The items, one per sample, of which the meter's progress hears now and then."""
    for count, item in enumerate(items):
        if meter.progress and count % 256 == 0:
            meter.progress(what, count, total)
        yield item


def outputs(network: Network, samples: Samples, meter: Meter) -> Iterator[tuple[Sample, Vector]]:
    """All samples with the network's exact outputs, in any order; sample by sample where that was asked for."""
    layers, line = network.layers, on_a_line(network.layers) and not meter.plain
    whole = None if meter.plain or line else samples.outputs(layers)
    if whole:
        read, layers = whole, []
    elif meter.plain or layers[0].skip or (line and len(layers[0].inner) == 1):
        read = samples.inputs()
    else:
        first, *maps = layers[0].inner
        read, layers = samples.images(first), [layers[0]._replace(inner=maps), *layers[1:]]
    values = enumerate(counted(read, "read", samples.N, meter))
    if line:
        return swept(network.layers, (((i, label), numbers[0]) for i, (label, numbers) in values), meter)
    return (((i, label), evaluate(layers, numbers, meter)) for i, (label, numbers) in values)


def check(question: Question, meter: Meter) -> str:
    """A summary if every sample is decided correctly; else Refuted with the first sample that is not.

    `right` are classes of which `before`, the last output, decides a sample correctly: the same object does so again.
    """
    decision, samples, network = question
    first, wrong, before, right = samples.N, (0, Vector(), Vector()), Vector(), set[int]()
    for (sample, own), output in counted(outputs(network, samples, meter), "decided", samples.N, meter):
        if output is not before:
            before, right = output, set()
        elif type(own) is int and own in right:
            continue
        label = [(int(j == own), 1) for j in range(network.outputs)] if type(own) is int else cast(Vector, own)
        best = output[label.index((1, 1))] if decision == "argmax" else (1, 1)
        size = limbs(best[0]) + limbs(best[1]) + max([limbs(above) + limbs(below) for above, below in label])
        meter.charge(sum([4 * OVERHEAD + size * (limbs(above) + limbs(below)) for above, below in output]))
        k = fault(decision, label, output)
        if k is not None and sample < first:
            first, wrong = sample, (k, label, output)
        elif k is None and type(own) is int:
            right.add(own)
    if first < samples.N:
        raise Refuted(f"sample {first}{reason(decision, *wrong, meter)}")
    return f"memorization ({decision}) by {network.architecture}, N = {first}, widths {listed(network.widths)}"
