"""What follows the first layer on a stretch of samples where all pre-activations of the second are affine in t.

There their pieces move in one direction only, and units on a piece with slope 0 need not be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from .affine_maps import Affine
from .evaluation import ALIVE, evaluate
from .lines import Line, Points, changes, columns_of
from .networks import Activation, Layer
from .strict_json import Rational, Vector
from .sums import add_up
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs


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

    def at(self, point: Rational, lowest: bool) -> Vector:
        """The values at a point; in lowest terms where maps follow, which is not worth while for outputs."""
        meter, (above, below), result = self.meter, point, Vector()
        longer = limbs(above) + limbs(below)
        meter.charge(limbs(self.common) * longer)
        common, size = self.common * below, 0
        for r, row in enumerate(self.third.rows):
            meter.charge(2 * OVERHEAD + (limbs(self.slopes[r]) + limbs(self.intercepts[r])) * longer)
            meter.charge(limbs(common) * (limbs(self.constants[r]) + limbs(row.denominator)))
            total = self.constants[r] * common + self.slopes[r] * above + self.intercepts[r] * below
            value = total, common * row.denominator
            result.append(add_up([value], 1, meter) if lowest else value)
            size += PAIR + LIMB * (limbs(result[-1][0]) + limbs(result[-1][1]))
            meter.room(ALIVE * size)
        return result


class Rest:
    """What follows `second`, of which `others` are the other maps before the second activation."""

    def __init__(self, layers: list[Layer], others: list[Affine], meter: Meter) -> None:
        self.all = [layers[1]._replace(inner=others), *layers[2:]]
        self.activation, self.after, self.meter = layers[1].activation, layers[2:], meter
        self.units: SecondLayer | None = None
        if self.after:
            third, *more = self.after[0].inner
            self.units = SecondLayer(self.activation, third, meter)
            self.after = [self.after[0]._replace(inner=more), *self.after[1:]]
        self.lowest = any(layer.inner for layer in self.after)

    def stretch(self, lines: list[Line], points: Points, start: int, end: int) -> Iterator[tuple[int, Vector]]:
        """The outputs at the points from start to end - 1, where these lines are the pre-activations.

        While nothing moves, the output is the same object.
        """
        output = Vector()
        if self.units is None:  # the second layer is the last one, with the identity
            for i in range(start, end):
                if i == start or any(line.slope for line in lines):
                    output = [line.at(points.values[i], self.meter) for line in lines]
                yield i, output
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
            if i == start or here or self.units.moving:
                output = evaluate(self.after, self.units.at(points.values[i], self.lowest), self.meter)
            yield i, output
