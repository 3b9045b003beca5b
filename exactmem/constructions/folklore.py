"""The folklore theorem (survey, Theorem 1; Zhang et al. 2017): N hidden units fit N samples.

On a line, that is after an injective projection, N - 1 ReLU-like units interpolate (a triangular system). For other
activations rational scales and offsets are searched until the N x N matrix of hidden values is exactly non-singular.
The search ends: with slope 2/gap and offset 1 the matrix is triangular with ones for threshold units, and its columns
plus the first one are twice that for hard-tanh units; with slope 1 and offset 0 it is the distance matrix of N
numbers for t -> |t|, non-singular for N >= 2. A polynomial activation cannot do: see `REFUSED`.
"""

__all__ = [
    "REFUSED",
    "THEOREM",
    "condition_text",
    "construct",
    "interpolating_network",
    "scales_and_offsets",
    "smallest",
    "unmet",
]

import itertools
from collections.abc import Iterator, Sequence

from flint import fmpq, fmpq_mat

from exactmem.activations import Activation
from exactmem.constructions.parts.interpolation import slope_changes, unit_weights
from exactmem.constructions.parts.projection import project
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError
from exactmem.networks import FNN, dense, layer, rank_one, zeros
from exactmem.rationals import Rational

REFUSED = (
    ("square", "a polynomial of degree 2 has hidden values of rank at most (d_x + 1)(d_x + 2)/2, on a line at most 3"),
    ("identity", "a polynomial of degree 1 has hidden values of rank at most d_x + 1, on a line at most 2"),
)
"""Polynomial activations, with the bound on the rank of the matrix of hidden values at N samples, whatever N."""


def condition_text(kind: str) -> str:
    """The condition, the same for all activations."""
    return "d1 >= N"


unmet, smallest = one_hidden_layer(lambda problem: problem.N, condition_text)


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer network of exactly the given width with f(x_i) = y_i for any labels.

    Source: survey, Theorem 1, made exact. Raises UsageError when a given projection u is not injective.
    """
    u, line = project(dataset.inputs, choices.u)
    if activation.kind == "relu-like":
        return widen(interpolating_network(dataset, u, line, activation), widths)
    for slope, offset in scales_and_offsets(line, activation):
        matrix = [[activation(slope * (t - knot) + offset) for knot in line] for t in line]
        try:
            weights = fmpq_mat(matrix).solve(fmpq_mat([list(y) for y in dataset.labels]))
        except ZeroDivisionError:
            continue
        hidden = layer(rank_one([slope] * dataset.N, u), [offset - slope * knot for knot in line], activation)
        return widen(FNN((hidden, layer(dense(weights.transpose().tolist()), zeros(dataset.d_y)))), widths)
    raise ConstructionError(f"no non-singular matrix of {activation.name} units was found: please report this dataset")


def scales_and_offsets(line: Sequence[Rational], activation: Activation) -> Iterator[tuple[Rational, Rational]]:
    """Pairs (slope, offset) to try, for units slope (t - knot) + offset with a knot at every sample."""
    gap = min((right - left for left, right in itertools.pairwise(sorted(line))), default=fmpq(1))
    low, high = activation(fmpq(-3)), activation(fmpq(3))
    flat = activation(fmpq(-2)) == low and activation(fmpq(2)) == high
    pairs = [(fmpq(1), fmpq(0)), (2 / gap, fmpq(1))]
    yield from reversed(pairs) if flat else pairs
    for offset in (fmpq(1), fmpq(0), fmpq(1, 2), fmpq(2)):
        for slope in (fmpq(1), 1 / gap, fmpq(2), 2 / gap):
            yield slope, offset


def interpolating_network(dataset: Dataset, u: list[Rational], line: list[Rational], activation: Activation) -> FNN:
    """The piecewise-linear interpolation of the labels on the line, with a ReLU-like unit at every sample but the last.

    Slopes and their changes come from the triangular system solved forwards; see `interpolation`.
    """
    order = sorted(range(dataset.N), key=line.__getitem__)
    knots = [line[i] for i in order]
    rows, constants = [], []
    for a in range(dataset.d_y):
        values = [dataset.labels[i][a] for i in order]
        if dataset.N == 1:
            weights, constant = [fmpq(0)], fmpq(0)
        else:
            weights, constant = unit_weights(knots[:-1], slope_changes(knots, values), activation)
        rows.append(weights)
        constants.append(values[0] + constant)
    kinks = knots[:-1] or knots
    hidden = layer(rank_one([1] * len(kinks), u), [-k for k in kinks], activation)
    return FNN((hidden, layer(dense(rows), constants)))


THEOREM = Theorem(
    id="folklore",
    source="folklore (Ye, Wei, survey, Theorem 1, corrected; Zhang et al. 2017)",
    statement="a 2-layer network with one hidden unit per sample fits any labels at N distinct inputs",
    condition=condition_text,
    activations=("relu-like", "hard-tanh", "threshold", "abs"),
    task="regression",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    refused=REFUSED,
    choices=("u",),
)
