"""Formulas that are printed and proved from one object."""

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.statements import holds
from exactmem.ledger.steps import gap, slack
from exactmem.ledger.wording import said
from tests.support.proof_steps import accepted

X, Y = sp.symbols("x y", positive=True)


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (sp.Le(X**2, 2 * Y), "x^2 <= 2 y"),
        (sp.Gt(X, Y / 2), "x > y/2"),
        (sp.Eq(X, Y + 1), "x = y + 1"),
        (X / (2 * Y), "x/(2 y)"),
        (sp.Le(sp.Symbol("l(theta*)"), 2 * X), "l(theta*) <= 2 x"),
        ((1 - X) * Y, "y (1 - x)"),
    ],
)
def test_a_formula_as_a_sentence(formula, text):
    assert said(formula) == text


@pytest.mark.parametrize("relation", [sp.Le(2 * X * Y, X**2 + Y**2), sp.Ge(X**2 + Y**2, 2 * X * Y)])
def test_a_relation_is_proved_under_what_is_given(relation):
    assert accepted(holds, relation, "means", {X: Y + slack("s")})


@pytest.mark.parametrize(
    "relation", [sp.Lt(2 * X * Y, X**2 + Y**2), sp.Le(3 * X * Y, X**2 + Y**2), sp.Eq(2 * X * Y, X**2 + Y**2)]
)
def test_a_relation_that_is_stronger_is_refused(relation):
    with pytest.raises(ProofFailure, match="means"):
        holds(relation, "means", {X: Y + slack("s")})


def test_strict_and_equal():
    assert accepted(holds, sp.Lt(X, Y), "x < y", {Y: X + gap("s")})
    assert accepted(holds, sp.Gt(Y, X), "y > x", {Y: X + gap("s")})
    assert accepted(holds, sp.Eq(Y**2 - X**2, (Y - X) * (Y + X)), "squares")


@pytest.mark.parametrize("decided", [sp.true, sp.Le(1, 2), X, "x <= y"])
def test_what_sympy_has_decided_already_is_no_obligation(decided):
    with pytest.raises(ProofFailure, match="no relation"):
        holds(decided, "step")
