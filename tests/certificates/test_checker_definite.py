"""The checker's quick test of semidefinite matrices: never true of another matrix, and true of most that are."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.certificates.checking import definite
from exactmem.certificates.checking.definite import has_factor, is_plainly_semidefinite, scaled_up
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, Limits, Meter, Resource
from tests.support import naive_sgd

scales = st.sampled_from([Fraction(q) for q in ("1", "1/3", "7", "1/1000000007")] + [Fraction(10) ** 60])
entries = st.integers(-3, 3).map(Fraction)


def meter(**limits):
    return Meter(Limits(**limits) if limits else DEFAULT_LIMITS)


def shifted(matrix, amount):
    return [[v + (amount if i == j else 0) for j, v in enumerate(row)] for i, row in enumerate(matrix)]


@st.composite
def scaled_symmetric(draw):
    """D A D for a small symmetric A and a diagonal D with entries of very different size."""
    size = draw(st.integers(1, 4))
    upper = {(i, j): draw(entries) for i in range(size) for j in range(i, size)}
    D = draw(st.lists(scales, min_size=size, max_size=size))
    return [[D[i] * upper[min(i, j), max(i, j)] * D[j] for j in range(size)] for i in range(size)]


@given(scaled_symmetric())
def test_true_only_of_semidefinite_matrices(matrix):
    assert not is_plainly_semidefinite(matrix, meter()) or naive_sgd.semidefinite(matrix)


@given(st.lists(st.lists(entries, min_size=3, max_size=3), min_size=4, max_size=4), st.integers(1, 40))
def test_singular_gram_matrices_decide_by_the_shift(rows, digits):
    gram = naive_sgd.product(rows, [list(c) for c in zip(*rows, strict=True)])
    tiny = Fraction(1, 10**digits)
    assert is_plainly_semidefinite(shifted(gram, tiny), meter())
    assert not is_plainly_semidefinite(shifted(gram, -tiny), meter())


@settings(max_examples=50)
@given(st.integers(1, 5), st.data())
def test_whatever_was_rounded_away_may_come_back(size, data):
    # A matrix that rounds down to the same integers at the fewest digits, with the least that makes it indefinite.
    lower = [[data.draw(st.integers(-9, 9)) for _ in range(i + 1)] for i in range(size)]
    rows = [[v + (40 if i == j else 0) for j, v in enumerate(row)] for i, row in enumerate(lower)]
    if not has_factor(rows, 2, meter()):
        return
    for sign in (0, 1):
        theta = [[Fraction(sign * (1 if i != j else 0)) for j in range(size)] for i in range(size)]
        full = [[Fraction(rows[max(i, j)][min(i, j)]) + theta[i][j] for j in range(size)] for i in range(size)]
        assert naive_sgd.semidefinite(full)


def test_the_margin_is_needed():
    # Without it L = (2, 0; 2, 1) would do, and yet 4 and 4 may have been rounded down from almost 5.
    assert not has_factor([[4], [4, 5]], 1, meter())
    assert not naive_sgd.semidefinite([[Fraction(4), Fraction(99, 20)], [Fraction(99, 20), Fraction(5)]])


@pytest.mark.parametrize("matrix", [[[0]], [[-1]], [[1, 1], [1, 1]], [[1, 2], [2, 1]], [[1, 0], [0, 0]]])
def test_false_of_singular_and_indefinite_matrices(matrix):
    assert not is_plainly_semidefinite([[Fraction(v) for v in row] for row in matrix], meter())


@pytest.mark.parametrize("digits", definite.DIGITS)
def test_scaling_keeps_the_diagonal_below_its_bound(digits):
    values = [Fraction(q) for q in ("1", "3/4", "1/7", "123456789", "1/340282366920938463463374607431768211456")]
    matrix = [[a if i == j else Fraction(0) for j in range(5)] for i, a in enumerate(values)]
    halves = [(a.denominator.bit_length() - a.numerator.bit_length()) // 2 for a in values]
    rows = scaled_up(matrix, halves, digits, meter())
    assert all(4**digits // 8 < row[i] < 4 ** (digits + 1) for i, row in enumerate(rows))


def test_numbers_of_very_different_size_are_paid_for():
    tiny = Fraction(1, 2**200_000)
    matrix = [[tiny, Fraction(1)], [Fraction(1), tiny]]
    with pytest.raises(Resource):
        is_plainly_semidefinite(matrix, meter(max_operations=10**8))
    with pytest.raises(Resource):
        is_plainly_semidefinite(matrix, meter(max_memory=10**5))


def test_a_small_pivot_lets_no_number_grow():
    size = 60
    rows = [[(1 << 14) - 1 if j < i else 4 * size * 9 for j in range(i + 1)] for i in range(size)]
    spent = meter()
    assert not has_factor(rows, 2, spent)
    assert spent.spent < 10**6
