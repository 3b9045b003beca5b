"""exactmem/rationals.py: exact conversions, refusals, rounding."""

from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st

from exactmem import rationals as q
from exactmem.errors import InexactNumberError, LimitError, NumberFormatError, ShapeError

fractions = st.fractions()
numbers = fractions.map(lambda f: fmpq(f.numerator, f.denominator))


@pytest.mark.parametrize(
    "value",
    [3, fmpz(3), fmpq(3), Fraction(3), sympy.Integer(3), np.int64(3), np.uint8(3), Decimal("3.0"), "3", "3.0", "6/2"],
)
def test_every_exact_type_is_accepted(value):
    result = q.rational(value)
    assert type(result) is fmpq
    assert result == 3


@pytest.mark.parametrize(
    "value",
    [
        *(0.5, np.float64(0.5), np.float32(0.5), None, 1j, True, [1], float("nan"), np.array(3.0), np.array([3])),
        *(sympy.Float("0.5"), sympy.pi, arb("0.5"), arb(3, 1), mpmath.mpf("0.5"), mpmath.pi, np.longdouble(1)),
        *(Decimal("nan"), Decimal("-inf"), mpmath.mpf("inf"), sympy.Float("nan"), np.float16(1)),
    ],
)
def test_anything_inexact_is_refused(value):
    with pytest.raises(InexactNumberError):
        q.rational(value)


def test_exactly_is_the_value_that_is_stored():
    assert q.exactly(0.1) == fmpq(3602879701896397, 36028797018963968)
    assert q.exactly(np.float32(0.1)) == fmpq(13421773, 134217728)
    assert q.exactly(mpmath.mpf(1.1)) == q.exactly(1.1) == fmpq(2476979795053773, 2251799813685248)
    assert q.exactly(sympy.Float(1.1, 15)) == q.exactly(1.1)
    assert q.exactly(np.longdouble("0.1")) != q.exactly(0.1)
    assert q.exactly("0.1") == q.exactly(Decimal("0.1")) == fmpq(1, 10)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("-inf"), mpmath.mpf("nan"), Decimal("nan")])
def test_exactly_refuses_what_is_no_number(value):
    for way_in in (q.exactly, q.rational):
        with pytest.raises(InexactNumberError, match="not a finite number"):
            way_in(value)


@pytest.mark.parametrize("value", [arb("0.5"), sympy.pi, None, 1j, [1]])
def test_exactly_refuses_what_stores_no_number(value):
    with pytest.raises(InexactNumberError):
        q.exactly(value)


def test_mpmath_numbers_are_dyadic_rationals():
    with mpmath.workprec(200):
        third = mpmath.mpf(1) / 3
    value = q.exactly(third)
    assert q.is_dyadic(value)
    assert abs(value - fmpq(1, 3)) < fmpq(1, 2**199)
    assert q.exactly(-mpmath.mpf("0.75")) == fmpq(-3, 4)


@pytest.mark.parametrize("values", ["12", b"12", {1: 2}, {1, 2}])
def test_what_is_no_row_is_not_split(values):
    with pytest.raises(ShapeError, match="no row of numbers"):
        q.vector(values)


@given(fractions)
def test_text_round_trip(f):
    value = q.rational(f)
    assert q.parse(q.to_text(value)) == value
    assert q.to_text(value) == str(f)
    assert q.to_fraction(value) == f


@given(st.integers(), st.integers(0, 30), st.sampled_from(["", "e0", "E3", "e-5"]))
def test_decimal_text_is_exact(mantissa, places, exponent):
    digits = f"{abs(mantissa):0{places + 1}d}"
    sign = "-" if mantissa < 0 else ""
    text = f"{sign}{digits[: len(digits) - places]}.{digits[len(digits) - places :]}{exponent}"
    assert q.to_fraction(q.parse(text)) == Fraction(text)


@pytest.mark.parametrize(
    "text", ["", "-", ".", "1/0", "1/-2", "1//2", "0x10", "1_000", "1e", "one", "1/2.5", "٣", "--1"]
)
def test_text_that_is_no_number(text):
    with pytest.raises(NumberFormatError):
        q.parse(text)


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity"])
def test_text_that_is_not_finite(text):
    with pytest.raises(InexactNumberError):
        q.parse(text)


def test_long_numbers_pass_the_interpreter_limit_and_meet_ours():
    digits = "7" * 10_000
    assert q.to_text(q.parse(digits)) == digits
    assert q.to_text(q.parse(f"1/{digits}")) == f"1/{digits}"
    with pytest.raises(LimitError):
        q.parse("1" * (q.MAX_DIGITS + 1))
    with pytest.raises(LimitError):
        q.parse("1e999999999")


@given(numbers, st.integers(0, 40))
def test_dyadic_rounding_brackets(value, bits):
    low, high = q.round_dyadic(value, bits, "down"), q.round_dyadic(value, bits, "up")
    assert low <= value <= high
    assert high - low in (0, fmpq(1, 2**bits))
    assert q.is_dyadic(low)
    assert q.is_dyadic(high)


@given(st.fractions(min_value=0).map(lambda f: fmpq(f.numerator, f.denominator)), st.integers(0, 80))
def test_square_root_bounds(value, bits):
    low, high = q.sqrt_bounds(value, bits)
    assert low * low <= value <= high * high
    assert high - low in (0, fmpq(1, 2**bits))


def test_square_root_of_a_square_is_exact():
    assert q.sqrt_bounds(fmpq(9, 4)) == (fmpq(3, 2), fmpq(3, 2))
    with pytest.raises(NumberFormatError):
        q.sqrt_bounds(fmpq(-1))


@given(st.lists(numbers, max_size=6))
def test_clearing_denominators(values):
    integers, denominator = q.clear_denominators(values)
    assert denominator >= 1
    assert [fmpq(i, denominator) for i in integers] == values
    assert all(type(i) is fmpz for i in integers)


@given(st.lists(numbers, min_size=1, max_size=6))
def test_python_integers_over_the_least_common_denominator(values):
    denominator, integers = q.over_common_denominator(values)
    assert denominator == q.common_denominator(values)
    assert [fmpq(i, denominator) for i in integers] == values
    assert all(type(i) is int for i in (denominator, *integers))
    assert q.over_common_denominator(integers) == (1, integers)


def test_a_common_denominator_that_would_be_too_long_is_left_out():
    values = [fmpq(1, 3), fmpq(1, 5), fmpq(2)]
    assert q.over_common_denominator(values, 4) == (15, [5, 3, 30])
    assert q.over_common_denominator(values, 3) == (1, values)


@given(numbers)
def test_floor_and_ceil(value):
    assert q.floor(value) <= value < q.floor(value) + 1
    assert q.ceil(value) - 1 < value <= q.ceil(value)


@given(numbers, numbers)
def test_simplest_between(a, b):
    low, high = min(a, b), max(a, b)
    if low == high:
        with pytest.raises(NumberFormatError):
            q.simplest_between(low, high)
        return
    value = q.simplest_between(low, high)
    assert low < value < high
    for denominator in range(1, min(int(value.denom()), 60)):
        numerator = q.floor(low * denominator) + 1
        assert not fmpq(numerator, denominator) < high


def test_shorten_and_bits():
    assert q.shorten(fmpq(1, 3)) == "1/3"
    assert "bits" in q.shorten(fmpq(3) ** 200)
    assert q.bits(fmpq(0)) == 1
    assert q.bits(fmpq(-8, 3)) == 4
