"""Exact evaluation of a network at given inputs, in integers."""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import groupby
from typing import NamedTuple

from .networks import Activation, Affine, Layer, Row
from .strict_json import Rational
from .verdicts import OVERHEAD, Meter, limbs

COMMON_BITS = 1024  # a vector gets one common denominator as long as that is no longer than this


class Vector(NamedTuple):
    """Entry i is numerators[i] / (denominators[groups[i]] * scale)."""

    numerators: list[int]
    groups: list[int]
    denominators: list[int]
    scale: int


def gather(values: list[Rational], scale: int, meter: Meter) -> Vector:
    """The vector values / scale, over one common denominator where that is short, else grouped by denominator."""
    numerators = [numerator for numerator, _ in values]
    denominators = [denominator for denominator, _ in groupby(sorted(denominator for _, denominator in values))]
    common = 1
    for denominator in denominators:
        if max(common, denominator).bit_length() > COMMON_BITS:
            groups = [bisect_left(denominators, denominator) for _, denominator in values]
            return Vector(numerators, groups, denominators, scale)
        common = math.lcm(common, denominator)
    meter.charge(sum(map(limbs, numerators)) * limbs(common))
    numerators = [numerator * (common // denominator) for numerator, denominator in values]
    return Vector(numerators, [0] * len(values), [common], scale)


def add_up(sums: list[int], denominators: list[int], meter: Meter) -> Rational:
    """The sum of all sums[g] / denominators[g]; what telescopes to an integer stays short."""
    total, parts = 0, []
    for above, below in zip(sums, denominators, strict=True):
        size = limbs(below)
        meter.charge(OVERHEAD + size * (max(limbs(above) - size, 0) + 2))
        whole, above = divmod(above, below)
        total += whole
        if above:
            parts.append((above, below))
    numerator, denominator = total, 1
    for above, below in parts:
        meter.charge(8 * (limbs(numerator) + limbs(denominator)) * (limbs(above) + limbs(below)))
        common = math.lcm(denominator, below)
        numerator = numerator * (common // denominator) + above * (common // below)
        denominator = common
    return numerator, denominator


def lowest_terms(numerator: int, denominator: int, meter: Meter) -> Rational:
    meter.charge(4 * limbs(numerator) * limbs(denominator))
    divisor = math.gcd(numerator, denominator)
    return (numerator, denominator) if divisor == 1 else (numerator // divisor, denominator // divisor)


def row_value(row: Row, total: int, below: int, meter: Meter) -> Rational:
    """The row's output, given the sum of its weight * a[j] as total / below."""
    meter.charge(limbs(below) * (limbs(row.bias) + limbs(row.denominator)))
    return lowest_terms(total + row.bias * below, below * row.denominator, meter)


def apply(affine: Affine, vector: Vector, meter: Meter) -> list[Rational]:
    numerators, groups, denominators, scale = vector
    meter.charge(affine.size * max(map(limbs, numerators)))
    result = []
    for row in affine.rows:
        if len(denominators) == 1:
            total, below = sum([weight * numerators[j] for j, weight in row.entries]), denominators[0]
        else:
            sums = [0] * len(denominators)
            for j, weight in row.entries:
                sums[groups[j]] += weight * numerators[j]
            total, below = add_up(sums, denominators, meter)
        result.append(row_value(row, total, below * scale, meter))
    return result


def through(maps: list[Affine], values: list[Rational], scale: int, meter: Meter) -> list[Rational]:
    for affine in maps:
        values, scale = apply(affine, gather(values, scale, meter), meter), 1
    return values


def piece_at(activation: Activation, numerator: int, denominator: int) -> int:
    return sum([numerator >= breakpoint * denominator for breakpoint in activation.breakpoints])


def activate(activation: Activation, values: list[Rational], meter: Meter) -> list[Rational]:
    """activation.scale times the activation's values, so that slopes are integers."""
    if activation.kind == "square":
        meter.charge(sum(limbs(above) ** 2 + limbs(below) ** 2 for above, below in values))
        return [(above * above, below * below) for above, below in values]
    result = []
    for above, below in values:
        slope, value = activation.pieces[piece_at(activation, above, below)]
        result.append((slope * above + value * below, below) if slope and above else (value, 1))
    return result


def fnn_output(layers: list[Layer], values: list[Rational], meter: Meter) -> list[Rational]:
    scale = 1
    for layer in layers:
        values = activate(layer.activation, through(layer.inner, values, scale, meter), meter)
        scale = layer.activation.scale
    return values


def resnet_output(layers: list[Layer], values: list[Rational], meter: Meter) -> list[Rational]:
    for layer in layers:
        hidden = activate(layer.activation, through(layer.inner, values, 1, meter), meter)
        change = through(layer.outer, hidden, layer.activation.scale, meter)
        if layer.skip:
            pairs = zip(values, change, strict=True)
            change = [add_up([old[0], new[0]], [old[1], new[1]], meter) for old, new in pairs]
        values = change
    return values
