"""A layer whose units are on lines in one number t: what it makes of them, from one sorted sample to the next."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from .affine_maps import Affine
from .evaluation import ALIVE, through
from .lines import Line, Points, changes, columns_of
from .networks import Activation
from .strict_json import Rational, Vector
from .sums import add_up, merged
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

LONG = 64  # limbs of a denominator from which on it is worth while to look for a shorter one


class Units:
    """after(activation(lines at t)), for the pieces that the lines are on; `after` is the next map.

    Row r of it, times its denominator, is constants[r] + (slopes[r] * t + intercepts[r]) / common: the first from the
    biases and from what pieces add at any t, the second from the lines of units on pieces with a slope, `moving`.
    """

    def __init__(self, activation: Activation, after: Affine, meter: Meter) -> None:
        self.activation, self.after, self.meter, self.kept = activation, after, meter, 0
        self.columns = columns_of(after, meter)
        meter.charge(after.overhead + after.size)
        self.costs = [sum([OVERHEAD + limbs(w) for _, w in column]) for column in self.columns]
        longest = after.longest + max([limbs(value) for _, value in activation.pieces]) + 1
        meter.keep(len(after.rows) * (PAIR + LIMB * longest) + 4 * PAIR * after.inputs)
        self.constants = [row.bias for row in after.rows]
        self.pieces, self.values = [-1] * after.inputs, [0] * after.inputs
        self.moving: dict[int, int] = {}  # with the slope of the piece
        self.lines: list[Line] = []
        self.forget()

    def forget(self) -> None:
        """No unit moves."""
        self.slopes, self.intercepts, self.common = [0] * len(self.after.rows), [0] * len(self.after.rows), 1
        self.most = LONG

    def add(self, k: int, factor: int) -> None:
        """Add unit k's line times the factor to what moves."""
        slope, intercept, denominator = self.lines[k]
        meter, length = self.meter, max(map(limbs, (*self.slopes, *self.intercepts, self.common)))
        more = limbs(denominator) + max(limbs(slope), limbs(intercept)) + limbs(factor)
        meter.charge(8 * OVERHEAD + (4 * more + 2 * self.costs[k]) * (limbs(self.common) + 2 * more))
        meter.charge(2 * (len(self.slopes) * (OVERHEAD + length * more) + len(self.columns[k]) * (length + more)))
        meter.release(self.kept)
        self.kept = 2 * len(self.slopes) * (PAIR + LIMB * (length + more + self.after.longest))
        meter.keep(self.kept)
        meter.room(self.kept)
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
        if limbs(self.common) > self.most:
            self.shorten()

    def shorten(self) -> None:
        """Divide by what slopes, intercepts and their denominator have in common: what many units add may be short."""
        numbers, size = (*self.slopes, *self.intercepts), limbs(self.common)
        self.meter.charge(4 * len(numbers) * (OVERHEAD + size * (size + max(map(limbs, numbers)))))
        divisor = gcd(self.common, *numbers)
        self.slopes = [value // divisor for value in self.slopes]
        self.intercepts = [value // divisor for value in self.intercepts]
        self.common //= divisor
        self.most = max(LONG, 2 * limbs(self.common))

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
        for r, row in enumerate(self.after.rows):
            meter.charge(2 * OVERHEAD + (limbs(self.slopes[r]) + limbs(self.intercepts[r])) * longer)
            meter.charge(limbs(common) * (limbs(self.constants[r]) + limbs(row.denominator)))
            total = self.constants[r] * common + self.slopes[r] * above + self.intercepts[r] * below
            value = total, common * row.denominator
            result.append(add_up([value], 1, meter) if lowest else value)
            size += PAIR + LIMB * (limbs(result[-1][0]) + limbs(result[-1][1]))
            meter.room(ALIVE * size)
        return result

    def as_lines(self, maps: list[Affine]) -> list[Line]:
        """The values, and these maps of them, as lines, from those at t = 0 and t = 1, in lowest terms."""
        meter, ends, common = self.meter, (Vector(), Vector()), self.common
        for r, row in enumerate(self.after.rows):
            constant, below = self.constants[r], common * row.denominator
            size = limbs(self.slopes[r]) + limbs(self.intercepts[r]) + limbs(constant) + limbs(row.denominator)
            meter.charge(4 * OVERHEAD + size * limbs(common))
            meter.room((r + 1) * (4 * PAIR + 4 * LIMB * (size + limbs(common))))
            ends[0].append((constant * common + self.intercepts[r], below))
            ends[1].append((ends[0][r][0] + self.slopes[r], below))
        at_0, at_1 = (through(maps, values, meter) for values in ends)
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

    def runs(self, lines: list[Line], points: Points, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The points from start to end - 1, where the units are on these lines, cut into runs on the same pieces.

        After each (i, j) they are on those of the points from i to j - 1.
        """
        events, pieces = list[tuple[int, int, int]](), list(self.pieces)
        for k, line in enumerate(lines):
            for i, piece in changes(line, self.activation, points, start, end, self.meter):
                if piece != pieces[k]:
                    pieces[k] = piece
                    events.append((i, k, piece))
                    self.meter.keep(PAIR)
        size = PAIR * len(events)
        self.meter.charge(2 * OVERHEAD * len(events) * len(events).bit_length())
        events.sort(reverse=True)
        self.follow(lines)
        while start < end:
            here = list[tuple[int, int, int]]()
            while events and events[-1][0] == start:
                here.append(events.pop())
                self.leave(here[-1][1])
            for _, k, piece in here:
                self.enter(k, piece)
            stop = events[-1][0] if events else end
            yield start, stop
            start = stop
        self.meter.release(size)
