"""Formulas as sentences: what a claim prints is made from the object that its proof uses."""

__all__ = ["NAMES_OF_RELATIONS", "names", "said", "worded"]

from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy.printing.precedence import precedence
from sympy.printing.str import StrPrinter

from exactmem.errors import UsageError

NAMES_OF_RELATIONS = {sp.Le: "<=", sp.Lt: "<", sp.Ge: ">=", sp.Gt: ">", sp.Eq: "=", sp.Ne: "!="}

STAR = "\N{ASTERISK OPERATOR}"
"""Stands for the * in a symbol's name while * is multiplication."""


class _Sentence(StrPrinter):  # type: ignore[misc]
    """SymPy's text with the terms of a sum in the order of a sentence: what is added first, numbers last."""

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        terms = sorted(expr.args, key=lambda term: (term.could_extract_minus_sign(), term.is_number))
        text = self.parenthesize(terms[0], precedence(expr))
        for term in terms[1:]:
            minus = term.could_extract_minus_sign()
            text += f" {'-' if minus else '+'} {self.parenthesize(-term if minus else term, precedence(expr))}"
        return str(text)


def names(text: str) -> tuple[Any, ...]:
    """One symbol for every word of the text; it has no assumption, so that no relation between them decides itself."""
    return tuple(map(sp.Symbol, text.split()))


def said(formula: Any) -> str:
    """The formula or relation as a text of one line, for a claim's statement."""
    if type(formula) in NAMES_OF_RELATIONS:
        return f"{said(formula.lhs)} {NAMES_OF_RELATIONS[type(formula)]} {said(formula.rhs)}"
    if isinstance(formula, sp.Interval):
        left, right = "(" if formula.left_open else "[", ")" if formula.right_open else "]"
        return f"{left}{said(formula.start)}, {said(formula.end)}{right}"
    stars = {s: sp.Symbol(s.name.replace("*", STAR)) for s in sp.sympify(formula).free_symbols if "*" in s.name}
    text = _Sentence({"order": "none"}).doprint(sp.sympify(formula).xreplace(stars))
    text = str(text).replace("ceiling(", "ceil(").replace("binomial(", "C(").replace("Min(", "min(")
    return text.replace("**", "^").replace("*", " ").replace(STAR, "*")


def worded(statement: str, formulas: Sequence[Any]) -> str:
    """The statement with every {} replaced by the next of the formulas, as it is said; as it stands for no formulas.

    UsageError unless there are as many places as formulas, and for a relation that SymPy has decided already.
    """
    for formula in formulas:
        if not isinstance(formula, sp.Basic) or formula in (sp.true, sp.false):
            raise UsageError(f"{formula!r} is no formula that is left to prove; use symbols without assumptions in it")
    if not formulas:
        return statement
    if statement.count("{}") != len(formulas):
        raise UsageError(f"{statement!r} has {statement.count('{}')} places {{}} for {len(formulas)} formulas")
    texts = iter(formulas)
    pieces = statement.split("{}")
    return pieces[0] + "".join(said(next(texts)) + piece for piece in pieces[1:])
