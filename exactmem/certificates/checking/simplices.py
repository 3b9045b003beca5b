"""A network on a simplex: its values at the vertices, and what they leave over of its values elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from .affine_maps import Affine
from .evaluation import ALIVE, activate, through
from .networks import Activation, Network
from .strict_json import Rational
from .sums import add_up
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

Point = tuple[Fraction, ...]
Interval = tuple[Fraction, Fraction]
Layers = list[tuple[list[Fraction], list[Rational]]]
NOTHING = (Fraction(0), Fraction(0))


class Vertex(NamedTuple):
    """A point, for each layer the values before its activation and its results, and the bytes of all that."""

    point: Point
    layers: Layers
    size: int


def weight_of(values: Iterable[Fraction]) -> int:
    """The limbs of all numbers together."""
    return sum([limbs(value.numerator) + limbs(value.denominator) for value in values])


def bytes_of(values: Iterable[Fraction]) -> int:
    """The memory that numbers take."""
    numbers = list(values)
    return 2 * PAIR * len(numbers) + LIMB * weight_of(numbers)


def vertex(network: Network, x: Point, meter: Meter) -> Vertex:
    """The point with the values of all layers there; its size is kept."""
    values = [value.as_integer_ratio() for value in x]
    size = bytes_of(x)
    meter.keep(size)
    layers: Layers = []
    for layer in network.layers:
        before = through(layer.inner, values, meter)
        meter.charge(sum([OVERHEAD * OVERHEAD + 4 * limbs(a) * limbs(b) for a, b in before]))
        after = through(layer.outer, activate(layer.activation, before, meter), meter)
        values = [add_up(pair, 1, meter) for pair in zip(values, after, strict=True)] if layer.skip else after
        numbers = before + values
        more = 2 * PAIR * len(numbers) + LIMB * sum([limbs(above) + limbs(below) for above, below in numbers])
        meter.keep(more)
        size += more
        layers.append(([Fraction(*value) for value in before], values))
    return Vertex(x, layers, size)


def between(p: Point, q: Point, share: Fraction, meter: Meter) -> Point:
    """p + share (q - p)."""
    for a, b in zip(p, q, strict=True):
        meter.charge(8 * OVERHEAD + 16 * weight_of((a, b, share)) ** 2)
    return tuple([a + share * (b - a) for a, b in zip(p, q, strict=True)])


def spread(maps: list[Affine], rest: list[Interval], meter: Meter) -> list[Interval]:
    """What is left over of a linear map's results, from what is left over of its arguments."""
    for affine in maps:
        result, size = list[Interval](), 0
        for row in affine.rows:
            low = high = Fraction(0)
            for j, weight in row.entries:
                a, b = rest[j] if weight > 0 else rest[j][::-1]
                if a or b:
                    meter.charge(16 * OVERHEAD + 16 * (weight_of((a, b, low, high)) + limbs(weight)) ** 2)
                    low, high = low + weight * a, high + weight * b
            meter.charge(4 * OVERHEAD + 8 * (weight_of((low, high)) + limbs(row.denominator)) ** 2)
            result.append((low / row.denominator, high / row.denominator))
            size += bytes_of(result[-1])
            meter.room(ALIVE * size)
        rest = result
    return rest


def left_over(activation: Activation, z: Sequence[Fraction], rest: Interval, meter: Meter) -> Interval:
    """Bounds of A(t + e) minus the interpolation of the values A(z), t interpolating z, and e in rest, which holds 0.

    That is A(t + e) - A(t), a slope that occurs times e, plus A minus its chord, at t and in the mean over z.
    """
    size = weight_of((*z, *rest)) + sum([limbs(slope) for slope, _ in activation.pieces])
    meter.charge(OVERHEAD * OVERHEAD * len(z) + 64 * size * size * (len(z) + 1))
    least, most = min(z), max(z)
    lower, upper = least + rest[0], most + rest[1]
    first = sum([point <= lower for point in activation.breakpoints])
    last = max(first, sum([point < upper for point in activation.breakpoints]))
    steps = [slope * end for slope, _ in activation.pieces[first : last + 1] for end in rest]
    if first == last:
        return min(steps), max(steps)

    def value(t: Fraction) -> Fraction:
        slope, constant = activation.pieces[sum([point <= t for point in activation.breakpoints])]
        return slope * t + constant

    chord = (value(most) - value(least)) / (most - least) if least != most else Fraction(0)
    gaps = [value(t) - value(least) - chord * (t - least) for t in z]
    kinks = [Fraction(point) for point in activation.breakpoints if least < point < most]
    inside = [value(point) - value(least) - chord * (point - least) for point in kinks]
    low, high = min(gaps + inside) - max(gaps), max(gaps + inside) - min(gaps)
    slopes = [slope for slope, _ in activation.pieces]
    high = min(high, Fraction(0)) if slopes == sorted(slopes) else high  # a convex function is below its interpolation
    return low + min(steps), high + max(steps)


def most_on(network: Network, simplex: list[Vertex], output: int, sign: int, meter: Meter) -> Fraction:
    """A bound from above of sign times the output on the simplex."""
    rest = [NOTHING] * len(simplex[0].point)
    for depth, layer in enumerate(network.layers):
        inner = spread(layer.inner, rest, meter)
        columns = zip(*[vertex.layers[depth][0] for vertex in simplex], strict=True)
        active, size = list[Interval](), 0
        slopes = sum([limbs(slope) for slope, _ in layer.activation.pieces])
        for z, e in zip(columns, inner, strict=True):
            size += 4 * PAIR + 16 * LIMB * (weight_of((*z, *e)) + slopes)
            meter.room(size)
            active.append(left_over(layer.activation, z, e, meter))
        new = spread(layer.outer, active, meter)
        pairs = zip(rest, new, strict=True) if layer.skip else ((NOTHING, pair) for pair in new)
        rest = []
        for (a, b), (c, d) in pairs:
            meter.charge(4 * OVERHEAD + 4 * weight_of((a, b, c, d)) ** 2)
            rest.append((a + c, b + d))
    values = [Fraction(*vertex.layers[-1][1][output]) for vertex in simplex]
    meter.charge(OVERHEAD * len(values) + 16 * weight_of((*values, *rest[output])) ** 2)
    return max([sign * value for value in values]) + max([sign * end for end in rest[output]])
