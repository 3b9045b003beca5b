"""Short dyadics and the ramps made of them."""

import math
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.constructions.parts.short_weights import (
    dyadic_between,
    fits_float64,
    passing_ramp,
    power_of_two_above,
    significant_bits,
    step_ramp,
)
from exactmem.errors import ConstructionError
from exactmem.rationals import is_dyadic, to_fraction
from exactmem.testing import rationals


@given(rationals(low=-5, high=1000), st.integers(-70, 70))
def test_power_of_two_above_is_the_least(value, exponent):
    value *= fmpq(2) ** exponent
    power = power_of_two_above(value)
    if value > 0:
        assert power / 2 <= value < power
        assert max(int(power.numer()), int(power.denom())).bit_count() == 1
    else:
        assert power == 1


@given(rationals(), rationals(), st.integers(-80, 80))
def test_dyadic_between_has_the_fewest_fractional_bits(a, b, exponent):
    low, high = sorted((a * fmpq(2) ** exponent, b * fmpq(2) ** exponent + 3))
    if low == high:
        with pytest.raises(ConstructionError, match="strictly between"):
            dyadic_between(low, high)
        return
    value = dyadic_between(low, high)
    assert low < value < high
    assert is_dyadic(value)
    if value != 0:
        odd = to_fraction(value) / Fraction(2) ** (
            int(value.numer()).bit_length() - significant_bits(value) - (int(value.denom()).bit_length() - 1)
        )
        step = Fraction(2) ** (int(value.numer()).bit_length() - significant_bits(value) + 1) / int(value.denom())
        assert odd.denominator == 1
        # No multiple of the next coarser power of two lies inside.
        assert (math.floor(to_fraction(low) / step) + 1) * step >= to_fraction(high)


@given(st.lists(rationals(low=-50, high=50), min_size=3, max_size=9, unique=True), st.data())
def test_passing_ramps_pass_their_block_and_clip_the_rest(values, draws):
    line = sorted(values)
    first = draws.draw(st.integers(1, len(line) - 2))
    last = draws.draw(st.integers(first, len(line) - 2))
    ramp = passing_ramp(line, first, last)
    assert is_dyadic(ramp.slope)
    assert is_dyadic(ramp.bias)
    for i, t in enumerate(line):
        if first <= i <= last:
            assert -1 < ramp(t) < 1
        else:
            assert ramp(t) < -1 if i < first else ramp(t) > 1


@given(rationals(), rationals())
def test_steps_clip_both_sides_of_their_gap(a, b):
    left, right = sorted((a, b))
    if left == right:
        return
    ramp = step_ramp(left, right)
    assert ramp(left) < -1 < 1 < ramp(right)
    assert is_dyadic(ramp.bias)
    assert significant_bits(ramp.slope) == 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_double_fits_float64(number):
    assert fits_float64(fmpq(*number.as_integer_ratio()))


@pytest.mark.parametrize(
    "value",
    [fmpq(1, 3), fmpq(2**53 + 1), fmpq(2) ** 1024, fmpq(2) ** -1075, fmpq(3) / fmpq(2) ** 1075],
)
def test_what_no_double_holds(value):
    assert not fits_float64(value)


def test_significant_bits():
    assert [significant_bits(fmpq(v)) for v in (0, 1, 8, -12, 255)] == [0, 1, 1, 2, 8]
    assert significant_bits(fmpq(5, 64)) == 3
