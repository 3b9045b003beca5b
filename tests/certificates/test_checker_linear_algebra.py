"""The checker's linear algebra against definitions: principal minors, characteristic values, plain sums."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactmem.certificates.checking.linear_algebra import (
    dot,
    is_semidefinite,
    quadratic_gap,
    scaled,
    squared_norm,
    squared_norm_at_most,
)
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, Limits, Meter, Resource
from tests.support import naive_sgd

entries = st.sampled_from([Fraction(q) for q in (-2, -1, 0, 0, 0, 1, 1, 2, 4)] + [Fraction(1, 3)])


def meter():
    return Meter(DEFAULT_LIMITS)


@st.composite
def symmetric(draw):
    size = draw(st.integers(1, 4))
    upper = {(i, j): draw(entries) for i in range(size) for j in range(i, size)}
    return [[upper[min(i, j), max(i, j)] for j in range(size)] for i in range(size)]


@given(symmetric())
def test_semidefinite_as_by_all_principal_minors(matrix):
    assert is_semidefinite(matrix, meter()) == naive_sgd.semidefinite(matrix)


@given(st.lists(st.lists(entries, min_size=3, max_size=3), min_size=1, max_size=4))
def test_gram_matrices_are_semidefinite_and_not_after_the_smallest_decrease(rows):
    gram = naive_sgd.product(rows, [list(c) for c in zip(*rows, strict=True)])
    assert is_semidefinite(gram, meter())
    if len(rows) > 3 or naive_sgd.determinant(gram) == 0:
        smaller = [
            [v - (Fraction(1, 10**30) if i == j else 0) for j, v in enumerate(row)] for i, row in enumerate(gram)
        ]
        assert not is_semidefinite(smaller, meter())


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ([[0]], True),
        ([[-1]], False),
        ([[0, 1], [1, 0]], False),
        ([[0, 1], [1, 5]], False),
        ([[0, 0], [0, 5]], True),
        ([[1, 1, 0], [1, 1, 1], [0, 1, 7]], False),
        ([[1, 1, 0], [1, 1, 0], [0, 0, 0]], True),
        ([[2, 0, 0], [0, 0, 0], [0, 0, -1]], False),
    ],
)
def test_zeros_on_the_diagonal(matrix, expected):
    assert is_semidefinite([[Fraction(v) for v in row] for row in matrix], meter()) == expected


@given(
    st.lists(st.lists(entries, min_size=2, max_size=2), min_size=1, max_size=3),
    st.sampled_from([Fraction(1, 9), Fraction(1), Fraction(4), Fraction(9), Fraction(12), Fraction(40)]),
)
def test_spectral_norms(rows, bound):
    square = naive_sgd.product(rows, [list(c) for c in zip(*rows, strict=True)])
    below = [[(bound if i == j else 0) - v for j, v in enumerate(row)] for i, row in enumerate(square)]
    assert squared_norm_at_most(rows, bound, meter()) == naive_sgd.semidefinite(below)


def test_the_norm_of_nothing_is_zero():
    assert squared_norm_at_most([], Fraction(0), meter())
    assert squared_norm_at_most([[]], Fraction(0), meter())
    assert not squared_norm_at_most([[Fraction(1)]], Fraction(0), meter())


def test_quadratic_gap_is_the_larger_eigenvalue():
    three, four = Fraction(3), Fraction(4)
    assert quadratic_gap(Fraction(4), three, four)  # (3 + 5)/2
    assert not quadratic_gap(Fraction(4) - Fraction(1, 10**30), three, four)
    assert quadratic_gap(three, three, Fraction(0))
    assert not quadratic_gap(Fraction(0), three, Fraction(0))
    assert not quadratic_gap(Fraction(-1), three, four)  # the smaller eigenvalue


@given(st.lists(entries, min_size=1, max_size=5))
def test_inner_products(values):
    vector = scaled(values, meter())
    assert dot(vector, vector, meter()) == squared_norm(values, meter()) == sum(v * v for v in values)


def test_work_is_charged_before_it_is_done():
    matrix = [[Fraction(int(i == j)) for j in range(40)] for i in range(40)]
    with pytest.raises(Resource):
        is_semidefinite(matrix, Meter(Limits(max_operations=10_000)))
