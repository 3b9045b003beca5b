"""The folklore theorem (survey, Theorem 1; Zhang et al. 2017): N hidden units fit N samples.

On a line, that is after an injective projection, N - 1 ReLU-like units interpolate. Threshold, hard-tanh and absolute
value units have a knot at every sample, and their output weights are read off from the labels in their order on the
line: differences of labels, half of them, and half of the changes of the slope between samples. Proofs:
`proofs/ours/folklore.py`. A polynomial activation cannot do: see `REFUSED`.
"""

__all__ = [
    "REFUSED",
    "THEOREM",
    "condition_text",
    "construct",
    "distance_weights",
    "interpolating_network",
    "sided_weights",
    "smallest",
    "threshold_weights",
    "units_at_samples",
    "unmet",
]

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts.interpolation import slope_changes, unit_weights
from exactmem.constructions.parts.line_units import slopes_between
from exactmem.constructions.parts.projection import on_a_line
from exactmem.constructions.parts.transform import integer_outputs, widen
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset
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
    u, line, columns = on_a_line(dataset, choices.u)
    if activation.kind == "relu-like":
        return widen(integer_outputs(interpolating_network(u, line, columns, activation)), widths)
    network = units_at_samples(u, line, columns, activation)
    return widen(integer_outputs(network) if activation.kind == "abs" else network, widths)


def units_at_samples(
    u: Sequence[Rational], line: Sequence[Rational], columns: Sequence[Sequence[Rational]], activation: Activation
) -> FNN:
    """N threshold, hard-tanh or absolute value units slope (t - knot) + offset, with a knot at every sample.

    Shapes: the sorted samples' line and a column of labels per output; the units are in the order of the line, in which
    sums of their weights stay short. Steps are steep enough for the smallest gap; |t - knot| needs no slope, but is 0
    at a single sample.
    """
    if activation.kind == "abs" and len(line) > 1:
        slope, offset = fmpq(1), fmpq(0)
        rows = [distance_weights(line, labels) for labels in columns]
    else:
        gap = min((right - left for left, right in pairwise(line)), default=fmpq(1))
        slope, offset = 2 / gap, fmpq(1)
        solve = threshold_weights if activation.kind == "threshold" else sided_weights
        rows = [solve(labels) for labels in columns]
    hidden = layer(rank_one([slope] * len(line), u), [offset - slope * knot for knot in line], activation)
    return FNN((hidden, layer(dense(rows), zeros(len(rows)))))


def threshold_weights(values: Sequence[Any]) -> list[Any]:
    """The w with sum_(j <= i) w_j = values[i]: unit j is 1 from sample j on and 0 before. Rationals or symbols."""
    return [values[0], *(after - before for before, after in pairwise(values))]


def sided_weights(values: Sequence[Any]) -> list[Any]:
    """The w with sum_(j <= i) w_j - sum_(j > i) w_j = values[i]: unit j is 1 from sample j on and -1 before.

    Half of the differences, where the last value's negative comes before the first value. Rationals or symbols.
    """
    return [(after - before) / 2 for before, after in pairwise([-values[-1], *values])]


def distance_weights(line: Sequence[Rational], values: Sequence[Rational]) -> list[Rational]:
    """The w with sum_j w_j |line[i] - line[j]| = values[i], for N >= 2 increasing samples.

    The slope between two samples is a sum as in `sided_weights`; that right of all samples is sum_j w_j, which has to
    be (f(t_1) + f(t_N))/(t_N - t_1).
    """
    outside = (values[0] + values[-1]) / (line[-1] - line[0])
    return sided_weights([*slopes_between(line, values), outside])


def interpolating_network(
    u: Sequence[Rational], line: Sequence[Rational], columns: Sequence[Sequence[Rational]], activation: Activation
) -> FNN:
    """The piecewise-linear interpolation of the labels on the line, with a ReLU-like unit at every sample but the last.

    Shapes: as for `units_at_samples`. Slopes and their changes are found forwards; see `interpolation`.
    """
    rows, constants = [], []
    for values in columns:
        if len(line) == 1:
            weights, constant = [fmpq(0)], fmpq(0)
        else:
            weights, constant = unit_weights(line[:-1], slope_changes(line, values), activation)
        rows.append(weights)
        constants.append(values[0] + constant)
    kinks = line[:-1] or line
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
