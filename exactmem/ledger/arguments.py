"""Whole arguments as code: induction, case distinctions that are shown to cover, and assembly from proved lines.

Each takes the parts of the argument as objects and raises ProofFailure where one does not hold or is missing; none
leaves a part to the words of a docstring.
"""

__all__ = ["Line", "Sequence_", "assemble", "never_grows", "require_cover", "signs", "solves", "stays_below"]

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import sympy as sp

from exactmem.ledger.claims import ProofFailure, require
from exactmem.ledger.obligations import AllOf, AnyOf, Atom, record
from exactmem.ledger.steps import Expr, at_most, gap, index, require_equal, require_nonnegative, slack

Sequence_ = Callable[[Expr], Expr]
"""A sequence or closed form, as a function of its index."""


def solves(
    first: Sequence[Expr],
    advance: Callable[[Expr, Sequence[Expr]], Sequence[Expr]],
    closed: Callable[[Expr], Sequence[Expr]],
    step: str,
    start: int = 0,
) -> None:
    """ProofFailure unless s_n = closed(n) for every n >= start, where s_start = first, s_(n+1) = advance(n, s_n).

    By induction on n: the base closed(start) = first, and advance(n, closed(n)) = closed(n + 1) for symbolic n. States
    are tuples of expressions, commutative or not.
    """
    for value, expected in zip(closed(sp.Integer(start)), first, strict=True):
        require_equal(value, expected, f"{step}: base of the induction")
    n = start + index("n")
    for value, expected in zip(advance(n, closed(n)), closed(n + 1), strict=True):
        require_equal(value, expected, f"{step}: induction step")


def stays_below(
    first: Expr,
    advance: Callable[[Expr, Expr], Expr],
    bound: Sequence_,
    step: str,
    start: int = 0,
) -> None:
    """ProofFailure unless s_n <= bound(n) for every n >= start, for nonnegative s_start <= first and
    s_(n+1) <= advance(n, s_n).

    By induction on n: the base first <= bound(start); for symbolic n, advance(n, s) does not decrease in s >= 0, and
    advance(n, bound(n)) <= bound(n + 1).
    """
    at_most(first, bound(sp.Integer(start)), f"{step}: base of the induction")
    n, state, more = start + index("n"), slack("state"), slack("more")
    require_nonnegative(advance(n, state + more) - advance(n, state), f"{step}: the step increases with its argument")
    at_most(advance(n, bound(n)), bound(n + 1), f"{step}: induction step")


def never_grows(quantity: Callable[[Expr, Expr], Expr], ratio: Expr, step: str) -> None:
    """ProofFailure unless quantity(n, ratio^n) <= quantity(0, 1) for every n >= 0, where ratio > 0.

    By induction on n: quantity(n + 1, ratio * power) <= quantity(n, power) for symbolic n and every power > 0.
    """
    require_nonnegative(ratio, f"{step}: the ratio is positive", strict=True)
    n, power = index("n"), gap("power")
    at_most(quantity(n + 1, ratio * power), quantity(n, power), f"{step}: induction step")


def signs(name: str) -> list[tuple[str, Expr]]:
    """The three cases of a real number: positive, 0, negative, each as (name, generic number); they cover the line."""
    cases = [(f"{name} > 0", gap(name)), (f"{name} = 0", sp.Integer(0)), (f"{name} < 0", -gap(name))]
    covered = [sp.Interval.open(0, sp.oo), sp.FiniteSet(0), sp.Interval.open(-sp.oo, 0)]
    require_cover(covered, sp.S.Reals, f"the signs of {name}")
    return cases


def require_cover(parts: Iterable[sp.Set], whole: sp.Set, step: str) -> None:
    """ProofFailure unless the union of the parts is the whole, as sets of SymPy."""
    parts = list(parts)
    require(bool(sp.Union(*parts) == whole), f"{step}: the cases cover {whole}")
    if whole == sp.S.Reals:
        record(f"{step}: the cases cover the real line", AnyOf(tuple(map(_within, parts))))


def _within(part: sp.Set) -> AllOf | AnyOf:
    """That a real number is in an interval or a finite set."""
    t = sp.Symbol("t", real=True)
    if isinstance(part, sp.FiniteSet):
        return AnyOf(tuple(Atom(t, "=", value) for value in part))
    low = [] if part.start == -sp.oo else [Atom(t, ">" if part.left_open else ">=", part.start)]
    high = [] if part.end == sp.oo else [Atom(t, "<" if part.right_open else "<=", part.end)]
    return AllOf((*low, *high))


@dataclass(frozen=True)
class Line:
    """One line of an argument: from `uses`, by running `by`, follows `gives`; statements are relations or texts."""

    uses: tuple[Hashable, ...]
    gives: Hashable
    by: Callable[[], object]


def assemble(given: Iterable[Hashable], lines: Iterable[Line], goals: Iterable[Hashable]) -> None:
    """ProofFailure unless the lines, in their order, lead from what is given to every goal.

    Each line is run; what it uses must be given or have been gained before; and every given statement and every line
    must be used in the end, so that none of them is decoration.
    """
    lines, goals, given = list(lines), set(goals), set(given)
    known, used = set(given), set(goals)
    for line in lines:
        for premise in line.uses:
            if premise not in known:
                raise ProofFailure(f"nothing gives {_text(premise)}, which {_text(line.gives)} is derived from")
        line.by()
        known.add(line.gives)
        used |= set(line.uses)
    for goal in goals:
        require(goal in known, f"the lines give {_text(goal)}")
    for statement in given | {line.gives for line in lines}:
        require(statement in used, f"{_text(statement)} is used")


def _text(statement: Hashable) -> str:
    return statement if isinstance(statement, str) else sp.sstr(statement)
