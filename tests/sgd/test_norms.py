from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.rationals import is_dyadic, parse, to_fraction
from exactmem.sgd.norms import decimal_bound, magnitude, root, rounded, squared_operator_norm, sum_of_roots_sign

positive = st.fractions(min_value=Fraction(1, 10**12), max_value=10**12).map(lambda q: fmpq(q.numerator, q.denominator))


@given(positive, st.integers(1, 80))
def test_rounding_is_on_the_stated_side_and_close(value, bits):
    low, high = rounded(value, bits, "down"), rounded(value, bits, "up")
    assert low <= value <= high
    assert is_dyadic(low)
    assert is_dyadic(high)
    assert high - low <= value * fmpq(2) ** (1 - bits)
    assert rounded(-value, bits, "down") == -high


@given(positive, st.integers(1, 80))
def test_roots_are_on_the_stated_side_and_close(value, bits):
    low, high = root(value, bits, "down"), root(value, bits, "up")
    assert low * low <= value <= high * high
    assert high - low <= high * fmpq(2) ** (1 - bits)


def test_zero_and_perfect_squares_are_exact():
    assert root(fmpq(0), 10, "up") == 0
    assert rounded(fmpq(0), 10, "down") == 0
    assert root(fmpq(9, 16), 10, "up") == root(fmpq(9, 16), 10, "down") == fmpq(3, 4)


@given(positive)
def test_magnitude_brackets_the_value(value):
    k = magnitude(value)
    assert fmpq(2) ** (k - 1) < value < fmpq(2) ** (k + 1)


@pytest.mark.parametrize(
    ("c", "a", "b", "expected"),
    [
        (25, 4, 9, 0),
        (26, 4, 9, 1),
        (24, 4, 9, -1),
        (0, 0, 0, 0),
        (4, 4, 0, 0),
        (2, 1, 1, -1),
        (5, 1, 1, 1),
        (1, 4, 9, -1),
    ],
)
def test_sign_of_a_sum_of_roots(c, a, b, expected):
    assert sum_of_roots_sign(fmpq(c), fmpq(a), fmpq(b)) == expected


@given(positive, positive)
def test_equality_of_a_sum_of_roots_is_found_and_broken_by_the_smallest_change(a, b):
    c = (a + b) ** 2
    assert sum_of_roots_sign(c, a * a, b * b) == 0
    assert sum_of_roots_sign(c + fmpq(1, 10**60), a * a, b * b) == 1
    assert sum_of_roots_sign(c - fmpq(1, 10**60) * c, a * a, b * b) == -1


@given(st.lists(st.lists(st.integers(-9, 9), min_size=3, max_size=3), min_size=1, max_size=4), st.data())
def test_the_operator_norm_bound_holds_for_every_vector(rows, data):
    vector = data.draw(st.lists(st.integers(-9, 9), min_size=3, max_size=3))
    image = sum(sum(a * v for a, v in zip(row, vector, strict=True)) ** 2 for row in rows)
    bound = to_fraction(squared_operator_norm([[fmpq(v) for v in row] for row in rows]))
    assert image <= bound * sum(v * v for v in vector)


def test_the_operator_norm_bound_is_the_smaller_of_the_two():
    ones = [[fmpq(1)] * 3 for _ in range(3)]
    assert squared_operator_norm(ones) == 9
    assert squared_operator_norm([[fmpq(3), fmpq(0)], [fmpq(0), fmpq(3)]]) == 9
    assert squared_operator_norm([[fmpq(3), fmpq(1)], [fmpq(0), fmpq(0)]]) == 10
    assert squared_operator_norm([]) == 0


def test_a_decimal_for_a_message_is_on_its_side_and_can_be_read_back():
    tiny = fmpq(10**40 + 7, 3 * 10**60)
    low, high = (parse(decimal_bound(tiny, side)) for side in ("down", "up"))
    assert low < tiny < high
    assert (high - low) * 10**5 <= high
    assert decimal_bound(fmpq(1, 8), "down") == decimal_bound(fmpq(1, 8), "up") == "0.125"
