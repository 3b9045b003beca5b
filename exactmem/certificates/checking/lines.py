"""Lines in one number t, and where they are among the breakpoints of an activation."""

from __future__ import annotations

from typing import NamedTuple

from .affine_maps import Affine
from .evaluation import piece_at
from .networks import Activation
from .strict_json import Vector
from .verdicts import OVERHEAD, PAIR, Meter, limbs

Label = Vector | int  # the numbers themselves, or the index of a class
Sample = tuple[int, Label]
Column = list[tuple[int, int]]  # the rows in which a unit occurs, each with its weight


class Line(NamedTuple):
    """The function t -> (slope * t + intercept) / denominator; its denominator is positive."""

    slope: int
    intercept: int
    denominator: int


class Points(NamedTuple):
    """The numbers that the first layer sees, increasing, with their samples; `longest` is the limbs of the longest."""

    values: Vector
    samples: list[Sample]
    longest: int


def changes(line: Line, activation: Activation, points: Points, start: int, end: int, meter: Meter) -> Column:
    """The pieces of the line at the points from start to end - 1, each with the number of its first point.

    In the inner loop the piece is `piece` at the point `low` and another one at `high`; as it never comes back, the
    first point with another one lies above `low`, and not above `high`.
    """

    slope, intercept, denominator = line
    cost = 2 * OVERHEAD + 2 * (limbs(slope) + limbs(intercept) + limbs(denominator)) * points.longest

    def piece_of(i: int) -> int:
        meter.charge(cost)
        above, below = points.values[i]
        return piece_at(activation, slope * above + intercept * below, denominator * below)

    found, last = [(start, piece_of(start))], piece_of(end - 1)
    while found[-1][1] != last:
        (low, piece), high = found[-1], end - 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if piece_of(middle) == piece else (low, middle)
        found.append((high, piece_of(high)))
    return found


def columns_of(affine: Affine, meter: Meter) -> list[Column]:
    """The columns of a map's matrix."""
    meter.keep(PAIR * (affine.size + affine.inputs))
    columns: list[Column] = [[] for _ in range(affine.inputs)]
    for k, row in enumerate(affine.rows):
        for j, weight in row.entries:
            columns[j].append((k, weight))
    return columns
