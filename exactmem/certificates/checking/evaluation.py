"""Exact evaluation of a network at given inputs, in integers."""

import math
from bisect import bisect_left
from collections.abc import Iterable
from itertools import groupby

from .networks import Activation, Affine, Layer
from .strict_json import Rational
from .verdicts import OVERHEAD, Meter, limbs


def add_up(terms: Iterable[Rational], denominator: int, meter: Meter) -> Rational:
    """The sum of the terms, divided by the denominator, in lowest terms; what is an integer among them stays short."""
    whole, parts, size = 0, [], limbs(denominator)
    for above, below in terms:
        meter.charge(8 * OVERHEAD + limbs(below) * max(limbs(above) - limbs(below) + 2, 1))
        quotient, remainder = divmod(above, below)
        whole += quotient
        if remainder:
            parts.append((remainder, below))
            size += limbs(below)
    meter.charge(4 * size * (size + limbs(whole)))
    common = math.lcm(*[below for _, below in parts])
    total = whole * common + sum([above * (common // below) for above, below in parts])
    divisor = math.gcd(total, common * denominator)
    return total // divisor, common * denominator // divisor


def apply(affine: Affine, values: list[Rational], scale: int, meter: Meter) -> list[Rational]:
    """The map at values / scale. Terms over one denominator are added first: there they may telescope to an integer."""
    numerators = [above for above, _ in values]
    denominators = [below for below, _ in groupby(sorted([below for _, below in values]))]
    groups = [bisect_left(denominators, below) for _, below in values]
    meter.charge(affine.overhead + affine.size * limbs(max(denominators[-1], *map(abs, numerators))))
    result = []
    for row in affine.rows:
        sums = [0] * len(denominators)
        for j, weight in row.entries:
            sums[groups[j]] += weight * numerators[j]
        terms = [(row.bias * scale, 1), *zip(sums, denominators, strict=True)]
        result.append(add_up(terms, row.denominator * scale, meter))
    return result


def through(maps: list[Affine], values: list[Rational], scale: int, meter: Meter) -> list[Rational]:
    """The maps, one after the other, at values / scale."""
    for affine in maps:
        values, scale = apply(affine, values, scale, meter), 1
    return values


def piece_at(activation: Activation, numerator: int, denominator: int) -> int:
    return sum([numerator >= breakpoint * denominator for breakpoint in activation.breakpoints])


def activate(activation: Activation, values: list[Rational], meter: Meter) -> list[Rational]:
    """activation.scale times the activation's values, so that slopes are integers."""
    longest = limbs(max([max(abs(above), below) for above, below in values]))
    factor = max([limbs(slope) for slope, _ in activation.pieces], default=longest)
    meter.charge(2 * len(values) * longest * factor)
    if activation.kind == "square":
        return [(above * above, below * below) for above, below in values]
    result = []
    for above, below in values:
        slope, value = activation.pieces[piece_at(activation, above, below)]
        result.append((slope * above + value * below, below) if slope and above else (value, 1))
    return result


def evaluate(layers: list[Layer], values: list[Rational], meter: Meter) -> list[Rational]:
    """The outputs of these layers of a network."""
    scale = 1
    for layer in layers:
        before, values = values, activate(layer.activation, through(layer.inner, values, scale, meter), meter)
        scale = layer.activation.scale
        if layer.outer:
            values, scale = through(layer.outer, values, scale, meter), 1
        if layer.skip:
            values = [add_up(pair, 1, meter) for pair in zip(before, values, strict=True)]
    return values
