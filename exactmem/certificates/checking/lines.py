"""A first layer that sees one number t of each input: what the second layer sees is made of lines in t."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

from .affine_maps import Affine, common_denominator
from .evaluation import piece_at, through
from .networks import Activation
from .strict_json import Rational, Vector
from .sums import merged
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

Label = Vector | int  # the numbers themselves, or the index of a class
Sample = tuple[int, Label]
Column = list[tuple[int, int]]  # the rows in which a unit occurs, each with its weight


class Line(NamedTuple):
    """The function t -> (slope * t + intercept) / denominator; its denominator is positive."""

    slope: int
    intercept: int
    denominator: int

    def at(self, point: Rational, meter: Meter) -> Rational:
        """The value at a point."""
        (slope, intercept, denominator), (above, below) = self, point
        meter.charge(OVERHEAD + (limbs(slope) + limbs(intercept) + limbs(denominator)) * (limbs(above) + limbs(below)))
        return slope * above + intercept * below, denominator * below


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


class FirstLayer:
    """second(activation(first(t))) as lines, for the pieces that the units of `first`, a map of one number, are on."""

    def __init__(self, first: Affine, activation: Activation, second: Affine, meter: Meter) -> None:
        self.activation, self.meter = activation, meter
        self.units = [Line(row.entries[0][1] if row.entries else 0, row.bias, row.denominator) for row in first.rows]
        self.common = common_denominator([row.denominator for row in first.rows], meter)
        longest = max([limbs(slope) for slope, _ in activation.pieces])
        meter.charge(limbs(self.common) * (4 * longest * first.size + second.size) + first.overhead + second.overhead)
        widest = limbs(self.common) + longest + first.longest + second.longest + 2
        meter.keep((3 * len(first.rows) + 6 * len(second.rows)) * (2 * PAIR + LIMB * widest))
        self.columns = columns_of(second, meter)
        self.shares = [(0, 0)] * len(first.rows)  # of each unit in slopes and intercepts, before its weights
        self.slopes, self.intercepts = [0] * len(second.rows), [row.bias * self.common for row in second.rows]
        self.denominators = [row.denominator * self.common for row in second.rows]

    def enter(self, j: int, piece: int) -> None:
        """Unit j is on another piece from here on."""
        (slope, value), (weight, bias, denominator) = self.activation.pieces[piece], self.units[j]
        factor, (rise, lift) = self.common // denominator, self.shares[j]
        self.shares[j] = slope * weight * factor, (slope * bias + value * denominator) * factor
        rise, lift = self.shares[j][0] - rise, self.shares[j][1] - lift
        self.meter.charge((limbs(rise) + limbs(lift)) * sum([limbs(w) + OVERHEAD for _, w in self.columns[j]]))
        for k, w in self.columns[j]:
            self.slopes[k] += w * rise
            self.intercepts[k] += w * lift

    def at(self, point: Rational) -> Vector:
        """The values at a point."""
        lines = zip(self.slopes, self.intercepts, self.denominators, strict=True)
        return [Line(*line).at(point, self.meter) for line in lines]

    def lines(self, others: list[Affine]) -> list[Line]:
        """The lines after the other maps too, from their values at t = 0 and t = 1, in lowest terms."""
        sums, meter = list(zip(self.slopes, self.intercepts, self.denominators, strict=True)), self.meter
        at_0 = through(others, [(intercept, below) for _, intercept, below in sums], meter)
        at_1 = through(others, [(slope + intercept, below) for slope, intercept, below in sums], meter)
        result, size = list[Line](), 0
        for (a, b), (c, d) in zip(at_0, at_1, strict=True):
            slope, common = merged((c, d), (-a, b), meter)
            intercept, length = a * (common // b), limbs(common) + max(limbs(slope), limbs(a))
            meter.charge(8 * OVERHEAD + 16 * length * length)
            divisor = gcd(slope, intercept, common)
            result.append(Line(slope // divisor, intercept // divisor, common // divisor))
            size += 3 * PAIR + 2 * LIMB * length
            meter.room(size)
        return result
