"""Formulas that are both printed and proved: a SymPy relation gives the sentence and the obligation."""

__all__ = ["STAR", "WORDS", "holds", "said"]

from collections.abc import Mapping
from typing import Any

import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import Expr, at_most, less, require_equal

WORDS = {sp.Le: "<=", sp.Lt: "<", sp.Ge: ">=", sp.Gt: ">", sp.Eq: "="}

STAR = "\N{ASTERISK OPERATOR}"
"""Stands for the * in a symbol's name while * is multiplication."""


def said(formula: Any) -> str:
    """The formula or relation as a text of one line, for a claim's statement."""
    if type(formula) in WORDS:
        return f"{said(formula.lhs)} {WORDS[type(formula)]} {said(formula.rhs)}"
    stars = {s: sp.Symbol(s.name.replace("*", STAR)) for s in sp.sympify(formula).free_symbols if "*" in s.name}
    text = sp.sstr(sp.sympify(formula).xreplace(stars), order="none")
    return str(text).replace("**", "^").replace("*", " ").replace(STAR, "*")


def holds(relation: Any, step: str, given: Mapping[Expr, Expr] | None = None) -> None:
    """ProofFailure unless the relation holds for all values of its symbols, once `given` is put in for some of them.

    `given` writes the hypotheses: a symbol is replaced by an expression with slacks that takes the values it may have.
    """
    if type(relation) not in WORDS:
        raise ProofFailure(f"{step}: {relation} is no relation that is left to prove")
    left, right = (side.subs(given or {}, simultaneous=True) for side in (relation.lhs, relation.rhs))
    match relation:
        case sp.Eq():
            require_equal(left, right, step)
        case sp.Le():
            at_most(left, right, step)
        case sp.Lt():
            less(left, right, step)
        case sp.Ge():
            at_most(right, left, step)
        case _:
            less(right, left, step)
