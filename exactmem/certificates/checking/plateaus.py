"""A layer that sees one number: the intervals on which its units, and with them all that follows, are constant."""

from __future__ import annotations

from fractions import Fraction

from .evaluation import piece_at
from .networks import Layer
from .strict_json import Rational
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs


class Plateaus:
    """The numbers at which a unit of `layer`, whose last map is one of one number, reaches a breakpoint, increasing.

    Between two neighbours no unit changes its piece. Where those whose weight is not 0 are on pieces of slope 0, the
    layer's values are the same at all numbers in between, and so is the network's answer.
    """

    def __init__(self, layer: Layer, meter: Meter) -> None:
        (affine,) = layer.inner
        self.layer, self.meter, self.constant = layer, meter, dict[int, bool]()
        self.rows = [row for row in affine.rows if row.entries]
        points, breakpoints = set[Fraction](), layer.activation.breakpoints
        for row in self.rows:
            weight, length = row.entries[0][1], limbs(row.bias) + limbs(row.denominator) + limbs(row.entries[0][1])
            meter.charge(len(breakpoints) * (16 * OVERHEAD + 16 * length * length))
            meter.keep(len(breakpoints) * (4 * PAIR + 2 * LIMB * length))
            points.update([Fraction(value * row.denominator - row.bias, weight) for value in breakpoints])
        self.longest = max([limbs(point.numerator) + limbs(point.denominator) for point in points], default=1)
        meter.charge(len(points) * (16 * OVERHEAD + 4 * self.longest**2) * len(points).bit_length())
        self.points = [point.as_integer_ratio() for point in sorted(points)]

    def interval(self, number: Rational) -> int | None:
        """How many points lie below the number, if it is none of them.

        In the loop the points before `low` lie below it, and those from `high` on above.
        """
        above, below = number
        cost = OVERHEAD + (limbs(above) + limbs(below)) * self.longest
        low, high = 0, len(self.points)
        while low < high:
            middle = (low + high) // 2
            self.meter.charge(cost)
            numerator, denominator = self.points[middle]
            left, right = numerator * below, above * denominator
            if left == right:
                return None
            low, high = (middle + 1, high) if left < right else (low, middle)
        return low

    def plateau(self, number: Rational) -> int | None:
        """The interval around the number, if the answer is the same on all of it."""
        found = self.interval(number)
        if found is None:
            return None
        if found not in self.constant:
            (above, below), activation = number, self.layer.activation
            longest = self.layer.inner[0].longest * (limbs(above) + limbs(below))
            self.meter.charge(len(self.rows) * (4 * OVERHEAD + 4 * longest))
            self.meter.keep(PAIR)
            values = [(row.entries[0][1] * above + row.bias * below, row.denominator * below) for row in self.rows]
            self.constant[found] = not any(activation.pieces[piece_at(activation, *value)][0] for value in values)
        return found if self.constant[found] else None
