"""Networks whose first layer sees one number t of each input: their outputs, sample after sample in the order of t.

Where the units of the first layer enter other pieces of their activation, the sorted samples are cut into stretches. On
a stretch every pre-activation of the second layer is affine in t, so that its piece moves in one direction only, and
units on a piece with slope 0 need not be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from typing import NamedTuple

from .affine_maps import Affine, common_denominator
from .evaluation import ALIVE, evaluate, piece_at, through
from .networks import Activation, Dataset, Network
from .strict_json import Rational, Vector
from .sums import add_up, merged
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

LONG = 4  # the fewest samples of a stretch for which it is worth while to look for what stays the same
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


def changes(line: Line, activation: Activation, points: Vector, start: int, end: int, meter: Meter) -> Column:
    """The pieces of the line at the points from start to end - 1, each with the number of its first point.

    In the inner loop the piece is `piece` at the point `low` and another one at `high`; as it never comes back, the
    first point with another one lies above `low`, and not above `high`.
    """

    def piece_of(i: int) -> int:
        return piece_at(activation, *line.at(points[i], meter))

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


class SecondLayer:
    """third(activation(lines at t)), for the pieces that the lines are on; `third` is the next map.

    Row r of it, times its denominator, is constants[r] + (slopes[r] * t + intercepts[r]) / common: the first from the
    biases and from what pieces add at any t, the second from the lines of units on pieces with a slope, `moving`.
    """

    def __init__(self, activation: Activation, third: Affine, meter: Meter) -> None:
        self.activation, self.third, self.meter = activation, third, meter
        self.columns = columns_of(third, meter)
        meter.charge(third.overhead + third.size)
        self.costs = [sum([OVERHEAD + limbs(w) for _, w in column]) for column in self.columns]
        longest = third.longest + max([limbs(value) for _, value in activation.pieces]) + 1
        meter.keep(len(third.rows) * (PAIR + LIMB * longest) + 4 * PAIR * third.inputs)
        self.constants = [row.bias for row in third.rows]
        self.pieces, self.values = [-1] * third.inputs, [0] * third.inputs
        self.moving: dict[int, int] = {}  # with the slope of the piece
        self.lines: list[Line] = []
        self.forget()

    def forget(self) -> None:
        """No unit moves."""
        self.slopes, self.intercepts, self.common = [0] * len(self.third.rows), [0] * len(self.third.rows), 1

    def add(self, k: int, factor: int) -> None:
        """Add unit k's line times the factor to what moves."""
        slope, intercept, denominator = self.lines[k]
        meter, length = self.meter, max(map(limbs, (*self.slopes, *self.intercepts, self.common)))
        more = limbs(denominator) + max(limbs(slope), limbs(intercept)) + limbs(factor)
        meter.charge(8 * OVERHEAD + 4 * more * (limbs(self.common) + more))
        meter.charge(2 * (len(self.slopes) * (OVERHEAD + length * more) + (length + more) * self.costs[k]))
        meter.room(2 * len(self.slopes) * (PAIR + LIMB * (length + more + self.third.longest)))
        extra = denominator // gcd(self.common, denominator)
        if extra != 1:
            self.slopes = [extra * value for value in self.slopes]
            self.intercepts = [extra * value for value in self.intercepts]
            self.common *= extra
        factor *= self.common // denominator
        rise, lift = factor * slope, factor * intercept
        for r, w in self.columns[k]:
            self.slopes[r] += w * rise
            self.intercepts[r] += w * lift

    def follow(self, lines: list[Line]) -> None:
        """The units are on these lines from here on, and on the same pieces."""
        self.lines = lines
        self.forget()
        for k, slope in self.moving.items():
            self.add(k, slope)

    def leave(self, k: int) -> None:
        """Unit k leaves its piece; what it added at any t stays."""
        if slope := self.moving.pop(k, 0):
            self.add(k, -slope)
        if not self.moving:
            self.forget()

    def enter(self, k: int, piece: int) -> None:
        """Unit k, which has left its piece, is on another one from here on."""
        (slope, value), before = self.activation.pieces[piece], self.values[k]
        self.pieces[k], self.values[k] = piece, value
        if value != before:
            self.meter.charge(limbs(value - before) * self.costs[k])
            for r, w in self.columns[k]:
                self.constants[r] += w * (value - before)
        if slope:
            self.moving[k] = slope
            self.add(k, slope)

    def at(self, point: Rational) -> Vector:
        """The values at a point."""
        meter, (above, below), result = self.meter, point, list[Rational]()
        meter.charge(sum([limbs(a) + limbs(b) for a, b in zip(self.slopes, self.intercepts, strict=True)]) * limbs(above))
        meter.charge(len(self.slopes) * 2 * OVERHEAD + limbs(self.common) * limbs(below))
        common, size = self.common * below, 0
        for r, row in enumerate(self.third.rows):
            meter.charge((limbs(self.slopes[r]) + limbs(self.intercepts[r])) * limbs(below))
            terms = (self.constants[r], 1), (self.slopes[r] * above + self.intercepts[r] * below, common)
            result.append(add_up(terms, row.denominator, meter))
            size += PAIR + LIMB * (limbs(result[-1][0]) + limbs(result[-1][1]))
            meter.room(ALIVE * size)
        return result


def on_a_line(network: Network) -> bool:
    """Whether the first layer sees each input through one number, and the first two layers are piecewise linear."""
    layers = network.layers
    fits = network.architecture == "fnn" and len(layers) > 1 and layers[0].inner[-1].inputs == 1
    return fits and all(layer.activation.pieces for layer in layers[:2])


def sorted_points(to_line: list[Affine], dataset: Dataset, meter: Meter) -> tuple[Vector, list[int]]:
    """The numbers that the first layer sees, in increasing order, with their samples."""
    points, longest = list[tuple[Fraction, int]](), 1
    for i, values in enumerate(dataset.inputs):
        ((above, below),) = through(to_line, values, meter)
        longest = max(longest, limbs(above) + limbs(below))
        meter.charge(8 * OVERHEAD + 4 * limbs(above) * limbs(below))
        meter.keep(4 * PAIR + 2 * LIMB * longest)
        points.append((Fraction(above, below), i))
    meter.charge(len(points) * (16 * OVERHEAD + 4 * longest * longest) * len(points).bit_length())
    points.sort()
    return [t.as_integer_ratio() for t, _ in points], [i for _, i in points]


def swept(network: Network, dataset: Dataset, meter: Meter) -> Iterator[tuple[int, Vector]]:
    """All samples with the network's exact outputs, if it is `on_a_line`, stretch by stretch."""
    (*to_line, first), (second, *others) = (layer.inner for layer in network.layers[:2])
    points, samples = sorted_points(to_line, dataset, meter)
    below = FirstLayer(first, network.layers[0].activation, second, meter)
    events = list[tuple[int, int, int]]()
    for j, unit in enumerate(below.units):
        for i, piece in changes(unit, network.layers[0].activation, points, 0, len(points), meter):
            meter.keep(PAIR)
            events.append((i, j, piece))
    meter.charge(2 * OVERHEAD * len(events) * len(events).bit_length())
    events.sort()
    rest = Rest(network, others, meter)
    for number, (i, j, piece) in enumerate(events):
        below.enter(j, piece)
        end = events[number + 1][0] if number + 1 < len(events) else len(points)
        if end - i >= LONG:
            for k, output in rest.stretch(below.lines(others), points, i, end):
                yield samples[k], output
        else:  # empty where another unit enters another piece at the same point
            for k in range(i, end):
                yield samples[k], evaluate(rest.all, below.at(points[k]), meter)


class Rest:
    """What follows `second`, of which `others` are the other maps before the second activation."""

    def __init__(self, network: Network, others: list[Affine], meter: Meter) -> None:
        self.all = [network.layers[1]._replace(inner=others), *network.layers[2:]]
        self.activation, self.after, self.meter = network.layers[1].activation, network.layers[2:], meter
        self.units: SecondLayer | None = None
        if self.after:
            third, *more = self.after[0].inner
            self.units = SecondLayer(self.activation, third, meter)
            self.after = [self.after[0]._replace(inner=more), *self.after[1:]]

    def stretch(self, lines: list[Line], points: Vector, start: int, end: int) -> Iterator[tuple[int, Vector]]:
        """The outputs at the points from start to end - 1, where these lines are the pre-activations."""
        if self.units is None:  # the second layer is the last one, with the identity
            for i in range(start, end):
                yield i, [line.at(points[i], self.meter) for line in lines]
            return
        events, pieces = list[tuple[int, int, int]](), list(self.units.pieces)
        for k, line in enumerate(lines):
            for i, piece in changes(line, self.activation, points, start, end, self.meter):
                if piece != pieces[k]:
                    pieces[k] = piece
                    events.append((i, k, piece))
        self.meter.charge(2 * OVERHEAD * len(events) * len(events).bit_length())
        self.meter.room(PAIR * len(events))
        events.sort(reverse=True)
        self.units.follow(lines)
        for i in range(start, end):
            here = list[tuple[int, int, int]]()
            while events and events[-1][0] == i:
                here.append(events.pop())
                self.units.leave(here[-1][1])
            for _, k, piece in here:
                self.units.enter(k, piece)
            yield i, evaluate(self.after, self.units.at(points[i]), self.meter)
