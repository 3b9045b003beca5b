"""Exact sums of fractions over many denominators, in integers."""

import math
from collections.abc import Iterable

from .strict_json import Rational, Vector
from .verdicts import OVERHEAD, Meter, limbs


def merged(left: Rational, right: Rational, meter: Meter) -> Rational:
    """The sum of two fractions over the least common multiple of their denominators."""
    (a, b), (c, d) = left, right
    meter.charge(8 * OVERHEAD + 4 * (limbs(b) + 8) * (limbs(d) + 8) + limbs(a) * limbs(d) + limbs(c) * limbs(b))
    common = math.gcd(b, d)
    return a * (d // common) + c * (b // common), b * (d // common)


def add_up(terms: Iterable[Rational], denominator: int, meter: Meter) -> Rational:
    """The sum of the terms, divided by the denominator, in lowest terms; what is an integer among them stays short.

    The others are added in pairs, then the pairs in pairs, so that long numbers are few.
    """
    whole, parts = 0, list[Rational]()
    for above, below in terms:
        quotient, remainder, size = above, 0, below.bit_length()
        excess = abs(above.bit_length() - size) // 30 + 2
        meter.charge(3 * OVERHEAD + 4 * (size // 30 + 1) * excess + whole.bit_length() // 30)
        if below != 1:
            quotient, remainder = divmod(above, below)
        whole += quotient
        if remainder:
            parts.append((remainder, below))
    while len(parts) > 1:
        odd = parts[len(parts) & ~1 :]
        parts = [merged(*pair, meter) for pair in zip(parts[::2], parts[1::2], strict=False)] + odd
    (rest, common), size = parts[0] if parts else (0, 1), limbs(denominator)
    meter.charge(limbs(common) * (limbs(whole) + size))
    total, below = whole * common + rest, common * denominator
    meter.charge(4 * (limbs(below) + 8) * (limbs(total) + 8))
    divisor = math.gcd(total, below)
    return total // divisor, below // divisor


def grouped(values: Vector, meter: Meter) -> tuple[list[int], list[int]]:
    """For each value the number of its denominator, and the denominators by number, of which the first is 1."""
    longest = max([limbs(below) for _, below in values])
    meter.charge(len(values) * (2 * OVERHEAD + longest) * len(values).bit_length())
    numbers, denominators = [0] * len(values), [1]
    for j in sorted(range(len(values)), key=lambda j: values[j][1]):
        if values[j][1] != denominators[-1]:
            denominators.append(values[j][1])
        numbers[j] = len(denominators) - 1
    return numbers, denominators
