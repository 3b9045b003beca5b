"""Zhang, Bengio, Hardt, Recht, Vinyals 2017, Theorem 1: N ReLU units between the samples, a triangular system.

All units read one projection t_1 < ... < t_N of the inputs; unit i has its kink b_i below t_i and above t_(i-1), so
that the matrix max(0, t_i - b_j) is lower triangular with a positive diagonal (ledger: `zhang-triangular`). ReLU needs
no output bias: 2N + d_x numbers are chosen. (Other ReLU-likes get an output bias; `two-layer` does with fewer units.)
"""

__all__ = ["THEOREM", "condition_text", "construct", "smallest", "triangular", "unmet"]

from collections.abc import Sequence
from itertools import pairwise

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts.interpolation import unit_weights
from exactmem.constructions.parts.projection import project
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset
from exactmem.networks import FNN, dense, layer, rank_one
from exactmem.rationals import Rational


def condition_text(kind: str) -> str:
    """The condition as printed."""
    return "d1 >= N"


unmet, smallest = one_hidden_layer(lambda problem: problem.N, condition_text)


def triangular(line: Sequence[Rational], kinks: Sequence[Rational], values: Sequence[Rational]) -> list[Rational]:
    """The c with sum_j c_j max(0, t_i - b_j) = y_i, for b_1 < t_1 < b_2 < t_2 < ..., solved forwards."""
    solved: list[Rational] = []
    for t, kink, y in zip(line, kinks, values, strict=True):
        before = sum((c * (t - b) for c, b in zip(solved, kinks, strict=False)), fmpq(0))
        solved.append((y - before) / (t - kink))
    return solved


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer network of exactly the given width with f(x_i) = y_i for any labels.

    Raises UsageError when a given projection u is not injective.
    """
    u, values = project(dataset.inputs, choices.u)
    order = sorted(range(dataset.N), key=values.__getitem__)
    line = [values[i] for i in order]
    kinks = [line[0] - 1, *((left + right) / 2 for left, right in pairwise(line))]
    rows, constants = [], []
    for a in range(dataset.d_y):
        changes = triangular(line, kinks, [dataset.labels[i][a] for i in order])
        weights, constant = unit_weights(kinks, changes, activation)
        rows.append(weights)
        constants.append(constant)
    hidden = layer(rank_one([1] * dataset.N, u), [-kink for kink in kinks], activation)
    return widen(FNN((hidden, layer(dense(rows), constants))), widths)


THEOREM = Theorem(
    id="zhang",
    source="Zhang-Bengio-Hardt-Recht-Vinyals 2017, Theorem 1",
    statement="a 2-layer ReLU network with N hidden units, 2N + d_x numbers, fits any labels at N distinct inputs",
    condition=condition_text,
    activations=("relu-like",),
    task="regression",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    choices=("u",),
)
