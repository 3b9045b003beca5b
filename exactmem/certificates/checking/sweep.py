"""Networks whose first layer sees one number t of each input: their outputs, sample after sample in the order of t.

Where the units of the first layer enter other pieces of their activation, the sorted samples are cut into stretches. On
a stretch every pre-activation of the second layer is affine in t, so that its piece moves in one direction only, and
units on a piece with slope 0 need not be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import gcd

from .affine_maps import Affine
from .evaluation import ALIVE, evaluate
from .lines import FirstLayer, Label, Line, Points, Sample, changes, columns_of
from .networks import Activation, Network
from .strict_json import Rational, Vector
from .sums import add_up
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

LONG = 4  # the fewest samples of a stretch for which it is worth while to look for what stays the same


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
        longer = limbs(above) + limbs(below)
        meter.charge(limbs(self.common) * longer)
        common, size = self.common * below, 0
        for r, row in enumerate(self.third.rows):
            meter.charge(2 * OVERHEAD + (limbs(self.slopes[r]) + limbs(self.intercepts[r])) * longer)
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


def sorted_points(numbers: Iterable[tuple[Label, Rational]], meter: Meter) -> Points:
    """The number that the first layer sees of each sample, sorted."""
    points, longest, whole = list[tuple[Rational, Sample]](), 1, True
    for i, (label, (above, below)) in enumerate(numbers):
        longest, whole = max(longest, limbs(above) + limbs(below)), whole and below == 1
        meter.charge(8 * OVERHEAD + 4 * limbs(above) * limbs(below))
        meter.keep(4 * PAIR + 2 * LIMB * longest)
        points.append(((above, below), (i, label)))
    meter.charge(len(points) * (16 * OVERHEAD + 4 * longest * longest) * len(points).bit_length())
    points.sort(key=(lambda point: point[0][0]) if whole else (lambda point: Fraction(*point[0])))
    return Points([point for point, _ in points], [sample for _, sample in points], longest)


def swept(network: Network, numbers: Iterable[tuple[Label, Rational]], meter: Meter) -> Iterator[tuple[Sample, Vector]]:
    """All samples with the network's exact outputs, if it is `on_a_line`, stretch by stretch.

    `numbers` are the labels, with the numbers that the first layer sees.
    """
    (*_, first), (second, *others) = (layer.inner for layer in network.layers[:2])
    points = sorted_points(numbers, meter)
    below = FirstLayer(first, network.layers[0].activation, second, meter)
    events = list[tuple[int, int, int]]()
    for j, unit in enumerate(below.units):
        for i, piece in changes(unit, network.layers[0].activation, points, 0, len(points.values), meter):
            meter.keep(PAIR)
            events.append((i, j, piece))
    meter.charge(2 * OVERHEAD * len(events) * len(events).bit_length())
    events.sort()
    rest = Rest(network, others, meter)
    for number, (i, j, piece) in enumerate(events):
        below.enter(j, piece)
        end = events[number + 1][0] if number + 1 < len(events) else len(points.values)
        if end - i >= LONG:
            for k, output in rest.stretch(below.lines(others), points, i, end):
                yield points.samples[k], output
        else:  # empty where another unit enters another piece at the same point
            for k in range(i, end):
                yield points.samples[k], evaluate(rest.all, below.at(points.values[k]), meter)


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

    def stretch(self, lines: list[Line], points: Points, start: int, end: int) -> Iterator[tuple[int, Vector]]:
        """The outputs at the points from start to end - 1, where these lines are the pre-activations."""
        if self.units is None:  # the second layer is the last one, with the identity
            for i in range(start, end):
                yield i, [line.at(points.values[i], self.meter) for line in lines]
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
            yield i, evaluate(self.after, self.units.at(points.values[i]), self.meter)
