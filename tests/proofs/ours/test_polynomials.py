"""Roots, projections, grids and dependence: the counts of the claims against exact enumeration."""

import itertools
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from exactmem.proofs.ours import polynomials

SMALL = st.integers(-3, 3)


@settings(max_examples=40, deadline=None)
@given(st.lists(SMALL, min_size=1, max_size=5))
def test_roots_are_at_most_the_degree(coefficients):
    assume(any(coefficients))
    values = [sum(a * Fraction(s, 2) ** j for j, a in enumerate(coefficients)) for s in range(-40, 41)]
    assert values.count(0) <= len(coefficients) - 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SMALL, SMALL, SMALL), min_size=2, max_size=5, unique=True))
def test_few_powers_fail_to_project_injectively(points):
    d, n = 3, len(points)
    bad = [s for s in range(-50, 51) if len({sum(x * s**k for k, x in enumerate(point)) for point in points}) < n]
    assert len(bad) <= (d - 1) * n * (n - 1) // 2


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 2), st.integers(0, 2)), SMALL.filter(bool), min_size=1, max_size=6))
def test_a_polynomial_has_a_point_of_the_grid_off_its_zeros(terms):
    grid = itertools.product(range(3), repeat=2)
    assert any(sum(c * x**a * y**b for (a, b), c in terms.items()) for x, y in grid)


@pytest.mark.parametrize("functions", [("s", "s**2"), ("s**2 + 1", "s**2 - s"), ("2*s + 1", "3")])
def test_two_polynomials_in_one_variable_are_dependent_with_the_stated_degrees(functions):
    s = sp.Symbol("s")
    f, g = (sp.sympify(text, locals={"s": s}) for text in functions)
    degree = 2 * 2  # (d N)^(N - 1) for d = N = 2
    products = [sp.Poly(sp.expand(f**a * g**b), s) for a in range(degree + 1) for b in range(degree + 1)]
    rows = max(p.degree() for p in products) + 1
    matrix = sp.Matrix(rows, len(products), lambda i, j: products[j].coeff_monomial(s**i))
    assert matrix.nullspace()


def test_a_set_as_large_as_the_degree_is_not_enough(monkeypatch):
    monkeypatch.setattr(polynomials, "index", lambda name: gap(name) - 1 if name == "D" else gap(name))
    monkeypatch.setattr(polynomials, "less", lambda small, large, step: polynomials.at_most(large, small, step))
    with pytest.raises(ProofFailure):
        polynomials.grid()
