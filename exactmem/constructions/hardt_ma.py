"""Hardt, Ma 2017, Theorem 3.2: a residual ReLU network with N + d_y hidden units classifies distinct unit vectors.

For unit vectors x_i . x_k < 1 = x_i . x_i: the unit max(0, x_i . h - b_i) with max(0, max_k x_i . x_k) < b_i < 1 sees
its own sample alone, and moves it to the place q of its class in one step. With b_i half-way up to 1, b_i >= 1/2; the
places q_c = c/(2 d_y) e_1 are so short that x_i . q_c <= 1/2: moved samples are at rest for all units. The last layer
reads the first coordinate (ledger: `hardt-ma-moves`).
"""

__all__ = ["THEOREM", "check_unit_vectors", "condition_text", "construct", "smallest", "thresholds", "unmet"]

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from exactmem.activations import Activation, slopes_of
from exactmem.constructions.parts.gates import readout
from exactmem.constructions.parts.hyperplanes import dot
from exactmem.constructions.parts.residual_layers import LayerUnits, reading_layer, unit_vector
from exactmem.constructions.theorem import Choices, Theorem
from exactmem.datasets import Dataset, class_indices
from exactmem.errors import DatasetError, UsageError
from exactmem.evaluate import CHUNK_ENTRIES
from exactmem.networks import ResNet, zeros
from exactmem.rationals import Rational, shorten
from exactmem.sizes.problem import Problem


def condition_text(kind: str) -> str:
    """The condition as printed."""
    return "d_1 + ... + d_(L-1) >= N and d_L >= d_y"


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds for d_1, ..., d_L, else a sentence with the numbers."""
    if len(widths) < 2:
        return "at least 2 residual layers are needed, d_1 and d_L"
    if sum(widths[:-1]) < problem.N:
        return f"d_1 + ... + d_(L-1) >= N does not hold: {sum(widths[:-1])} < {problem.N}"
    if widths[-1] < problem.d_y:
        return f"d_L >= d_y does not hold: {widths[-1]} < {problem.d_y}"
    return None


def smallest(problem: Problem) -> tuple[int, ...]:
    """N units in one layer and d_y in the last; any other division of the N units does as well."""
    return problem.N, problem.d_y


def check_unit_vectors(dataset: Dataset) -> None:
    """DatasetError, witness (sample, squared norm), for the first input that is no unit vector."""
    for i, x in enumerate(dataset.inputs):
        square = dot(x, x)
        if square != 1:
            raise DatasetError(
                f"{dataset.rows[i]}: the squared norm is {shorten(square)}, and hardt-ma is about unit vectors: divide "
                "by the norm where it is rational, or take 4.1 or narrow-resnet",
                witness=(i, square),
            )


def thresholds(dataset: Dataset) -> list[Rational]:
    """b_i, half-way from max(0, max_k x_i . x_k) to 1; the products for some of the samples at a time."""
    X = fmpq_mat([list(x) for x in dataset.inputs]).transpose()
    size, levels = max(1, CHUNK_ENTRIES // dataset.N), list[Rational]()
    for start in range(0, dataset.N, size):
        block = fmpq_mat([list(x) for x in dataset.inputs[start : start + size]])
        for i, row in enumerate((block * X).table(), start):
            levels.append((max([fmpq(0), *row[:i], *row[i + 1 :]]) + 1) / 2)
    return levels


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> ResNet:
    """A residual ReLU network of exactly the given widths with g(x_i) = y_i for one-hot labels.

    DatasetError (witness: sample, squared norm) unless all inputs are unit vectors, UsageError for another ReLU-like.
    """
    if slopes_of(activation) != (1, 0):
        raise UsageError(f"theorem hardt-ma is about ReLU, not {activation.name}")
    check_unit_vectors(dataset)
    codes = [fmpq(c, 2 * dataset.d_y) for c in range(dataset.d_y)]
    classes, levels = class_indices(dataset), thresholds(dataset)
    layers, taken = [], 0
    for width in widths[:-1]:
        units = LayerUnits(dataset.d_x, dataset.d_x)
        for i in range(taken, min(taken + width, dataset.N)):
            x, b = dataset.inputs[i], levels[i]
            target = [codes[classes[i]], *zeros(dataset.d_x - 1)]
            units.add(x, -b, [(q - v) / (1 - b) for q, v in zip(target, x, strict=True)])
        taken = min(taken + width, dataset.N)
        layers.append(units.finish(width, activation, skip=True))
    last = reading_layer(readout(codes, activation), unit_vector(dataset.d_x, 0), fmpq(0), widths[-1])
    return ResNet((*layers, last))


THEOREM = Theorem(
    id="hardt-ma",
    source="Hardt-Ma 2017, Theorem 3.2, as quoted by Yun-Sra-Jadbabaie 2019",
    statement="a residual ReLU network with N + d_y hidden units classifies N distinct unit vectors",
    condition=condition_text,
    activations=("relu-like",),
    task="classification",
    architecture="resnet",
    hidden_layers="2 or more residual layers",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    needs="distinct unit vectors, ReLU",
    sufficient=False,
)
