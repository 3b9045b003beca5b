"""Zhang, Bengio, Hardt, Recht, Vinyals 2017, Theorem 1: N ReLU units between the samples, a triangular system.

All units read one projection t_1 < ... < t_N of the inputs; unit i has its kink b_i below t_i and above t_(i-1), so
that the matrix max(0, t_i - b_j) is lower triangular with a positive diagonal (ledger: `zhang-triangular`). ReLU needs
no output bias: 2N + d_x numbers are chosen. (Other ReLU-likes get an output bias; `two-layer` does with fewer units.)

For one output the places of the kinks are chosen so that all slopes but the first are integers, and no weight grows
with N (ledger: `zhang-short`). Several outputs share the kinks, and one number per kink cannot be chosen for all of
them: with the kinks at midpoints each slope is s_(i+1) = 2 c_i - s_i, c_i the slope between the samples, a sum of
i slopes with alternating signs, whose common denominator is that of all the gaps.
"""

__all__ = [
    "THEOREM",
    "condition_text",
    "construct",
    "meeting_point",
    "midpoint_kinks",
    "next_slope",
    "short_kinks",
    "smallest",
    "triangular",
    "unmet",
]

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts.interpolation import unit_weights
from exactmem.constructions.parts.line_units import slopes_between
from exactmem.constructions.parts.projection import on_a_line
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset
from exactmem.networks import FNN, dense, layer, rank_one
from exactmem.rationals import Rational, ceil, floor


def condition_text(kind: str) -> str:
    """The condition as printed."""
    return "d1 >= N"


unmet, smallest = one_hidden_layer(lambda problem: problem.N, condition_text)


def triangular(line: Sequence[Any], kinks: Sequence[Any], values: Sequence[Any]) -> list[Any]:
    """The c with sum_j c_j max(0, t_i - b_j) = y_i, for b_1 < t_1 < b_2 < t_2 < ...; rationals or symbols.

    Solved forwards: from a sample on, the function goes on with its slope up to the next kink.
    """
    solved = []
    place, value, slope = kinks[0], 0, 0
    for t, kink, y in zip(line, kinks, values, strict=True):
        change = (y - value - slope * (t - place)) / (t - kink)
        solved.append(change)
        place, value, slope = t, y, slope + change
    return solved


def midpoint_kinks(line: Sequence[Rational]) -> list[Rational]:
    """One kink left of all samples and one in the middle of every gap."""
    return [line[0] - 1, *((left + right) / 2 for left, right in pairwise(line))]


def short_kinks(line: Sequence[Rational], values: Sequence[Rational]) -> list[Rational]:
    """Kinks b_1 < t_1 < b_2 < t_2 < ... for which all slopes after the first, which is y_1, are integers.

    A gap whose slope is that before it needs no change: the kink is in the middle, and its weight 0.
    """
    kinks, slope = midpoint_kinks(line), values[0]
    for i, chord in enumerate(slopes_between(line, values), 1):
        if slope != chord:
            after = next_slope(chord, slope)
            kinks[i] = meeting_point(line[i - 1], line[i], chord, slope, after)
            slope = after
    return kinks


def next_slope(chord: Rational, slope: Rational) -> Rational:
    """The integer nearest to the slope between two samples that lies strictly beyond it, seen from the slope before."""
    return fmpq(floor(chord) + 1 if slope < chord else ceil(chord) - 1)


def meeting_point(left: Any, right: Any, chord: Any, before: Any, after: Any) -> Any:
    """Where the lines through two samples' points meet, of slope `before` through the left and `after` the right one.

    `chord` is the slope between the points. Rationals or symbols.
    """
    return left + (right - left) * (chord - after) / (before - after)


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer network of exactly the given width with f(x_i) = y_i for any labels.

    Raises UsageError when a given projection u is not injective.
    """
    u, line, columns = on_a_line(dataset, choices.u)
    kinks = short_kinks(line, columns[0]) if dataset.d_y == 1 else midpoint_kinks(line)
    rows, constants = [], []
    for labels in columns:
        weights, constant = unit_weights(kinks, triangular(line, kinks, labels), activation)
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
