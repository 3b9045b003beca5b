"""Intervals between two fractions, whose arithmetic is charged to the meter before it is done."""

from __future__ import annotations

from .metered import Number
from .verdicts import LIMB, PAIR, Meter

Interval = tuple[Number, Number]  # low <= high, both included


def point(value: Number) -> Interval:
    """The interval of one number."""
    return value, value


def kept(values: list[Interval], meter: Meter) -> list[Interval]:
    """The intervals, their memory reserved."""
    meter.keep(size_of(values))
    return values


def size_of(values: list[Interval]) -> int:
    """The bytes that the intervals take."""
    return sum([4 * PAIR + LIMB * (low.size + high.size) for low, high in values])


def plus(left: Interval, right: Interval) -> Interval:
    """All sums."""
    return left[0] + right[0], left[1] + right[1]


def scaled_by(factor: Number, values: Interval) -> Interval:
    """All products with one number."""
    low, high = factor * values[0], factor * values[1]
    return (low, high) if factor.value >= 0 else (high, low)


def times(left: Interval, right: Interval) -> Interval:
    """An interval that holds all products."""
    if left[0] is left[1]:
        return scaled_by(left[0], right)
    if right[0] is right[1]:
        return scaled_by(right[0], left)
    products = [a * b for a in left for b in right]
    return min(products), max(products)


def combination(weights: list[Interval], values: list[Interval], start: Interval) -> Interval:
    """An interval that holds start + the sum of weight times value; factors that are 0 are left out."""
    total = start
    for weight, value in zip(weights, values, strict=True):
        if not (is_zero(weight) or is_zero(value)):
            total = plus(total, times(weight, value))
    return total


def is_zero(values: Interval) -> bool:
    """Whether it holds 0 only."""
    return values[0].value == 0 == values[1].value


def magnitude(values: Interval) -> Number:
    """The largest absolute value."""
    return max(abs(values[0]), abs(values[1]))
