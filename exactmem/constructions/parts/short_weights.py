"""Short dyadic weights: the dyadic with the fewest fractional bits in an interval, and ramps made of them.

A ramp is a hard-tanh unit on the line of projections, clip(slope t + bias, -1, 1). A passing ramp is linear on one
block of samples and clipped on all others; a step is clipped on all samples, to -1 left of a gap and to +1 right of it.
No sample is a kink of either.
"""

__all__ = [
    "FLOAT64_EXPONENTS",
    "FLOAT64_SIGNIFICANT_BITS",
    "Ramp",
    "dyadic_between",
    "fits_float64",
    "is_float64",
    "passing_ramp",
    "power_of_two_above",
    "significant_bits",
    "step_ramp",
]

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from exactmem.errors import ConstructionError
from exactmem.networks import FNN
from exactmem.rationals import Rational, floor, is_dyadic, shorten

FLOAT64_SIGNIFICANT_BITS = 53
FLOAT64_EXPONENTS = (-1074, 1024)


def power_of_two_above(value: Rational) -> Rational:
    """The least power of two (of any integer exponent) above a positive value; 1 for values up to 0."""
    if not value > 0:
        return fmpq(1)
    power = fmpq(2) ** (_exponent(value) - 1)
    while not power > value:
        power *= 2
    return power


def _exponent(value: Rational) -> int:
    """An integer e with 2**(e - 1) < |value| < 2**(e + 1), for value != 0."""
    return int(abs(value.numer()).bit_length()) - int(value.denom().bit_length())


def dyadic_between(low: Rational, high: Rational) -> Rational:
    """A dyadic strictly between low < high with the fewest fractional bits (0 if it is between them)."""
    if not low < high:
        raise ConstructionError(f"no number lies strictly between {shorten(low)} and {shorten(high)}")
    if low < 0 < high:
        return fmpq(0)
    # Multiples of 2**coarse reach past the interval, multiples of 2**fine certainly hit it.
    coarse = max(_exponent(end) for end in (low, high) if end != 0) + 2
    fine = _exponent(high - low) - 2
    while coarse - fine > 1:
        middle = (coarse + fine) // 2
        if _multiple_above(low, middle) < high:
            fine = middle
        else:
            coarse = middle
    return _multiple_above(low, fine)


def _multiple_above(value: Rational, exponent: int) -> Rational:
    """The least multiple of 2**exponent above the value."""
    step = fmpq(2) ** exponent
    return (floor(value / step) + 1) * step


@dataclass(frozen=True)
class Ramp:
    """A hard-tanh unit clip(slope t + bias, -1, 1) with slope > 0."""

    slope: Rational
    bias: Rational

    def __call__(self, t: Rational) -> Rational:
        """The pre-activation at t."""
        return self.slope * t + self.bias


def passing_ramp(line: Sequence[Rational], first: int, last: int) -> Ramp:
    """A ramp in (-1, 1) at line[first .. last], below -1 at line[first - 1], above +1 at line[last + 1]; dyadic.

    `line` increases strictly and has samples on both sides of the block.
    """
    before, start, end, after = line[first - 1], line[first], line[last], line[last + 1]
    extent, gap = end - start, min(start - before, after - end)
    slope = dyadic_between(2 / (extent + 2 * gap), 2 / (extent if extent > 0 else gap))
    low = max(-1 - slope * start, 1 - slope * after)
    high = min(1 - slope * end, -1 - slope * before)
    return Ramp(slope, dyadic_between(low, high))


def step_ramp(left: Rational, right: Rational) -> Ramp:
    """A ramp below -1 up to `left` and above +1 from `right` on; slope a power of two, bias dyadic."""
    slope = power_of_two_above(2 / (right - left))
    return Ramp(slope, dyadic_between(1 - slope * right, -1 - slope * left))


def significant_bits(value: Rational) -> int:
    """The bit length of the odd part of the numerator of a dyadic (0 for 0)."""
    numerator = int(abs(value.numer()))
    return (numerator // (numerator & -numerator)).bit_length() if numerator else 0


def fits_float64(value: Rational) -> bool:
    """Whether the rational is exactly a finite IEEE 754 double."""
    if value == 0:
        return True
    low, high = FLOAT64_EXPONENTS
    least = fmpq(2) ** low
    return (
        is_dyadic(value)
        and significant_bits(value) <= FLOAT64_SIGNIFICANT_BITS
        and int((value / least).denom()) == 1
        and abs(value) < fmpq(2) ** high
    )


def is_float64(network: FNN) -> bool:
    """Whether every parameter of the network is exactly a finite IEEE 754 double."""
    return all(fits_float64(v) for v in network.numbers())
