"""Formulas that are both printed and proved: one object gives a claim's sentence and what its proof has to show.

A claim names its formulas; they stand in its statement, and the ledger answers UNDECIDED unless the proof, or a claim
that it rests on, puts every one of them through a function of this module.
"""

__all__ = ["cases", "every", "fails", "holds", "holds_by_induction", "taken"]

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from exactmem.ledger.arguments import solves, stays_below
from exactmem.ledger.claims import ProofFailure, Steps, require
from exactmem.ledger.steps import Expr, at_most, gap, index, less, positive_index, require_equal, slack
from exactmem.ledger.wording import NAMES_OF_RELATIONS, said

MOST_REWRITINGS = 20

Values = Mapping[Any, Any]
"""What is put in for symbols, for whole terms such as floor(d_1/2), and for functions (a rule for their values)."""


def taken(formula: Any, given: Values | None = None) -> Any:
    """The formula with values put in, for a proof that uses it as a hypothesis or as a definition."""
    Steps.formulas.add(formula)
    if type(formula) in NAMES_OF_RELATIONS:
        return formula.func(*(_put_in(side, given) for side in formula.args), evaluate=False)
    return _put_in(formula, given)


def every(domain: Any, name: str, given: Values | None = None, *, whole: bool = False) -> Expr:
    """An expression in positive or nonnegative symbols that takes every value of the domain and no other.

    A domain is a bounded open interval, or an inequality whose left side is the number in question and whose right side
    is its bound once `given` is put in; `whole` says that both are integers.
    """
    Steps.formulas.add(domain)
    if isinstance(domain, sp.Rel):
        return _beyond(domain, _put_in(domain.rhs, given), f"room of {name}", whole)
    if not (domain.left_open and domain.right_open and domain.measure.is_finite):
        raise ProofFailure(f"{said(domain)} is no bounded open interval: take its cases")
    u, v = gap(f"u of {name}"), gap(f"v of {name}")
    return (domain.start * v + domain.end * u) / (u + v)


def _beyond(relation: Any, bound: Expr, name: str, whole: bool) -> Expr:
    weak, strict = (index, positive_index) if whole else (slack, gap)
    match relation:
        case sp.Ge():
            return bound + weak(name)
        case sp.Gt():
            return bound + strict(name)
        case sp.Le():
            return bound - weak(name)
        case sp.Lt():
            return bound - strict(name)
    raise ProofFailure(f"{said(relation)} is no inequality")


def cases(interval: sp.Interval, name: str) -> list[tuple[str, Expr]]:
    """(name of the case, its value) for the ends that belong to the bounded interval, and for its inside."""
    Steps.formulas.add(interval)
    ends = [end for end in (interval.start, interval.end) if end in interval]
    inside = (f"{said(interval.start)} < {name} < {said(interval.end)}", every(interval.interior, name))
    return [inside, *((f"{name} = {said(end)}", end) for end in ends)]


def _put_in(expression: Any, given: Values | None) -> Any:
    """All values at once, larger terms first, so that none meets what another has put in; functions after them."""
    given = given or {}
    values = {old: new for old, new in given.items() if not isinstance(old, sp.core.function.UndefinedFunction)}
    put = sp.sympify(expression).subs(values, simultaneous=True)
    for function, rule in given.items():
        if function not in values:
            put = put.replace(function, rule)
    return put


def _sides(relation: Any, step: str, given: Values | None) -> tuple[Expr, Expr]:
    if type(relation) not in NAMES_OF_RELATIONS:
        raise ProofFailure(f"{step}: {relation} is no relation that is left to prove")
    left, right = (_put_in(side, given) for side in (relation.lhs, relation.rhs))
    return left, right


def holds(relation: Any, step: str, given: Values | None = None, rules: Values | None = None) -> None:
    """ProofFailure unless the relation holds for all values of its symbols, once `given` is put in for some of them.

    `given` writes the hypotheses: a symbol is replaced by an expression with slacks that takes the values it may have.
    Symbols that do not commute are matrices or vectors of any shape; `rules` are hypotheses on their products, such as
    P P = P, which are put in wherever they occur.
    """
    _show(relation, step, given, rules)
    Steps.formulas.add(relation)


def _rewritten(expression: Expr, rules: Values) -> Expr:
    """The expanded expression after the rules, until none applies; ProofFailure if they go on for ever."""
    for _ in range(MOST_REWRITINGS):
        before, expression = expression, sp.expand(expression)
        for product, value in rules.items():
            expression = sp.expand(expression.subs(product, value))
        if expression == before:
            return expression
    raise ProofFailure(f"the rules {', '.join(map(str, rules))} do not come to an end")


def _show(relation: Any, step: str, given: Values | None, rules: Values | None = None) -> None:
    left, right = (_rewritten(side, rules) if rules else side for side in _sides(relation, step, given))
    match relation:
        case sp.Eq():
            require_equal(left, right, step)
        case sp.Le():
            at_most(left, right, step)
        case sp.Lt():
            less(left, right, step)
        case sp.Ge():
            at_most(right, left, step)
        case sp.Gt():
            less(right, left, step)
        case _:
            difference = sp.expand(left - right)
            require(bool(difference.is_Rational and difference != 0), f"{step}: {left} and {right} differ")


def fails(relation: Any, step: str, at: Values) -> None:
    """ProofFailure unless the relation is false at these values, for all values of the symbols that are left.

    That is what refutes it as a general statement.
    """
    _show(relation.negated, step, at)
    Steps.formulas.add(relation)


def holds_by_induction(
    relation: Any,
    n: Any,
    first: Expr,
    advance: Callable[[Expr, Expr], Expr],
    step: str,
    start: int = 0,
) -> None:
    """ProofFailure unless the relation, an equation or <= whose left side is a name, holds for every n >= start.

    Its left side is the sequence s_start = first, s_(n+1) = advance(n, s_n), its right side the closed form or the
    bound in the symbol n: base and step as in `solves` and `stays_below`.
    """
    if not isinstance(relation, (sp.Eq, sp.Le)):
        raise ProofFailure(f"{step}: {relation} is neither an equation nor a bound from above")
    if isinstance(relation, sp.Eq):
        solves((first,), lambda k, s: (advance(k, s[0]),), lambda k: (relation.rhs.subs(n, k),), step, start)
    else:
        stays_below(first, advance, lambda k: relation.rhs.subs(n, k), step, start)
    Steps.formulas.add(relation)
