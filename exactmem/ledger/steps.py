"""Proof steps: small symbolic steps that either hold or raise ProofFailure.

Every helper works on sympy expressions whose symbols carry their sign as an assumption (`slack`, `gap`, `index`);
none evaluates anything numerically, and what cannot be decided is a failure, never a success.
"""

__all__ = [
    "RELATIONS",
    "SIGNS",
    "Expr",
    "MayVanish",
    "at_most",
    "find_violation",
    "from_one",
    "gap",
    "index",
    "is_zero",
    "less",
    "minus_one_to",
    "parities",
    "positive_index",
    "real_regions",
    "require_consecutive",
    "require_defined",
    "require_equal",
    "require_nonnegative",
    "require_positive",
    "require_zero",
    "sign_of",
    "slack",
    "telescoping_sum",
    "unit_interval_value",
    "up_to",
]

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import sympy as sp

from exactmem.ledger.claims import ProofFailure, require
from exactmem.ledger.obligations import AllOf, AnyOf, Atom, Relation, record

Expr = Any
RELATIONS: dict[int, Relation] = {1: ">", 0: "=", -1: "<"}
"""How a number of this sign compares with 0."""
SIGNS = (1, -1)
"""Both signs of a number that is not 0."""


class MayVanish(sp.Symbol):  # type: ignore[misc]
    """A symbol that may be 0, so that dividing by it is refused before SymPy can cancel it."""

    def _eval_power(self, exponent: Any) -> Any:
        if exponent.is_nonnegative is not True:
            raise ProofFailure(f"{self}^({exponent}) divides by {self}, which may be 0")
        return super()._eval_power(exponent)


def gap(name: str) -> Expr:
    """A strictly positive real symbol: the slack of a strict inequality."""
    return sp.Symbol(name, positive=True)


def slack(name: str) -> Expr:
    """A nonnegative real symbol: the slack of a weak inequality; ProofFailure where it is divided by."""
    return MayVanish(name, nonnegative=True)


def index(name: str) -> Expr:
    """A nonnegative integer symbol; ProofFailure where it is divided by."""
    return MayVanish(name, integer=True, nonnegative=True)


def _plain(expression: Expr) -> Expr:
    """The expression after `require_defined`, in symbols that SymPy's algorithms may divide by on their way."""
    require_defined(expression)
    symbols = sp.sympify(expression).atoms(MayVanish)
    return sp.sympify(expression).xreplace({s: sp.Symbol(s.name, **s.assumptions0) for s in symbols})


def require_defined(*expressions: Expr) -> None:
    """ProofFailure unless every denominator in the expressions differs from 0 for all values of the symbols.

    A denominator is shown nonzero by the signs of its coefficients (`sign_of` of the denominator itself), or SymPy
    knows it from the assumptions of its symbols. What SymPy cancelled while an expression was built is not seen here;
    for symbols that may vanish that is refused when it is built (`MayVanish`).
    """
    for expression in expressions:
        for power in sp.sympify(expression).atoms(sp.Pow):
            if power.exp.is_nonnegative is not True and power.base.is_commutative and power.base.is_nonzero is not True:
                _require_nonzero(power.base)


def _require_nonzero(base: Expr) -> None:
    numerator = sp.fraction(sp.together(base))[0]
    factors = [factor for factor, _ in sp.factor_list(numerator)[1]]
    for factor in factors:
        polynomial = sp.expand(factor)
        if factor.is_nonzero is not True and 1 not in (_coefficient_sign(polynomial), _coefficient_sign(-polynomial)):
            raise ProofFailure(f"{sp.sstr(factor)} is divided by and not shown to differ from 0")
    require(bool(numerator != 0), f"{sp.sstr(base)} is divided by")


def positive_index(name: str) -> Expr:
    """A strictly positive integer symbol."""
    return sp.Symbol(name, integer=True, positive=True)


def from_one(name: str) -> Expr:
    """An integer >= 1, written as 1 more than a nonnegative integer symbol, so that its excess over 1 has a sign."""
    return index(f"{name} - 1") + 1


def parities(name: str) -> Iterator[tuple[str, Expr]]:
    """Every integer >= 1, in two symbolic cases: odd 2n + 1 and even 2n + 2 with an integer n >= 0."""
    every = positive_index(f"{name}_any")
    half = sp.floor((every - 1) / 2)
    cases = AnyOf((Atom(every, "=", 2 * half + 1), Atom(every, "=", 2 * half + 2)))
    record("an integer >= 1 is odd or even", AllOf((Atom(half, ">=", 0), cases)))
    n = index(name)
    yield "odd", 2 * n + 1
    yield "even", 2 * n + 2


def minus_one_to(exponent: Expr) -> int:
    """(-1)^exponent as the number 1 or -1; ProofFailure if the parity of the exponent is not known."""
    if isinstance(exponent, int):
        return -1 if exponent % 2 else 1
    exponent = sp.expand(exponent)
    if exponent.is_even:
        return 1
    if exponent.is_odd:
        return -1
    raise ProofFailure(f"the parity of {exponent} is not decided by the case at hand")


def is_zero(expression: Expr) -> bool:
    """Whether the rational expression is identically zero (normal form of numerator and denominator).

    ProofFailure where a denominator is not shown to differ from 0.
    """
    zero = bool(sp.cancel(sp.together(sp.expand(_plain(expression)))) == 0)
    if zero:
        record("it is 0", Atom(expression, "=", 0))
    return zero


def _coefficient_sign(polynomial: Expr) -> int | None:
    """1 for a strictly positive polynomial, 0 for a nonnegative one, None if its coefficients do not show either."""
    symbols = sorted(polynomial.free_symbols, key=str)
    if any(symbol.is_nonnegative is not True for symbol in symbols) or not polynomial.is_polynomial(*symbols):
        return None
    if not symbols:
        return 1 if polynomial.is_positive else 0 if polynomial.is_zero else None
    strict = False
    for exponents, coefficient in sp.Poly(polynomial, *symbols).terms():
        if coefficient.is_nonnegative is not True:
            return None
        present = [symbol for symbol, power in zip(symbols, exponents, strict=True) if power]
        strict = strict or (coefficient.is_positive is True and all(s.is_positive is True for s in present))
    return 1 if strict else 0


def sign_of(expression: Expr) -> int:
    """The sign 1, 0 or -1 that the expression has for all values of its symbols; ProofFailure if undecided.

    The method is the argument from nonnegative coefficients: after cancelling, numerator and denominator must be
    polynomials in positive or nonnegative symbols with coefficients of one sign, one monomial strictly positive.
    """
    if isinstance(expression, int):
        return (expression > 0) - (expression < 0)
    sign = _sign_of_fraction(expression)
    record(f"its sign is {sign}", Atom(expression, RELATIONS[sign], 0))
    return sign


def _sign_of_fraction(expression: Expr) -> int:
    numerator, denominator = sp.fraction(sp.cancel(sp.together(sp.expand(_plain(expression)))))
    if numerator == 0:
        return 0
    sign = 1
    for part in (sp.expand(numerator), sp.expand(denominator)):
        if _coefficient_sign(part) == 1:
            continue
        if _coefficient_sign(sp.expand(-part)) != 1:
            raise ProofFailure(f"the sign of {sp.sstr(expression)} is not decided by the case at hand")
        sign = -sign
    return sign


def require_consecutive(ranges: Sequence[tuple[Expr, Expr]], step: str) -> None:
    """ProofFailure unless the integer ranges [low, high] follow each other without gap or overlap.

    The ends may be symbolic; together the ranges then are exactly the integers from the first low to the last high.
    """
    for (_, high), (low, _) in pairwise(ranges):
        require_zero(low - high - 1, f"{step}: ranges adjoin")


def real_regions(breakpoints: Sequence[Expr]) -> list[tuple[str, Expr]]:
    """The 2n + 1 regions that n increasing breakpoints cut the real line into, each as (name, generic point).

    The point of an open region is written with positive symbols u, v that reach every point of it and no other;
    the cover of the line is checked with sympy's sets. Raises ProofFailure for breakpoints out of order.
    """
    u, v = gap("u"), gap("v")
    require(all(sign_of(high - low) == 1 for low, high in pairwise(breakpoints)), "the breakpoints increase")
    first, last = breakpoints[0], breakpoints[-1]
    regions = [(f"t < {first}", first - u), (f"t = {first}", first)]
    sets = [sp.Interval.open(-sp.oo, first), sp.FiniteSet(first)]
    for low, high in pairwise(breakpoints):
        regions += [(f"{low} < t < {high}", (low * v + high * u) / (u + v)), (f"t = {high}", high)]
        sets += [sp.Interval.open(low, high), sp.FiniteSet(high)]
    regions.append((f"t > {last}", last + u))
    sets.append(sp.Interval.open(last, sp.oo))
    require(sp.Union(*sets) == sp.S.Reals, "the regions cover the real line")
    record("the regions cover the real line", _cover(breakpoints))
    return regions


def _cover(breakpoints: Sequence[Expr]) -> AnyOf:
    """Every real t is in a region of the breakpoints, and is its generic point for some u, v > 0 where it is open."""
    t = sp.Symbol("t", real=True)
    parts = [Atom(t, "<", breakpoints[0]), *(Atom(t, "=", point) for point in breakpoints)]
    inside = []
    for low, high in pairwise(breakpoints):
        u, v = t - low, high - t
        generic = Atom((low * v + high * u) / (u + v), "=", t)
        inside.append(AllOf((Atom(u, ">", 0), Atom(v, ">", 0), generic)))
    return AnyOf((*parts, *inside, Atom(t, ">", breakpoints[-1])))


def unit_interval_value(name: str) -> Expr:
    """A generic number of (-1, 1): (u - v)/(u + v) with u, v > 0 reaches every one of them and no other."""
    u, v = gap(f"u_{name}"), gap(f"v_{name}")
    return (u - v) / (u + v)


def up_to(bound: Expr, name: str) -> Expr:
    """A generic number of (0, bound] for a bound > 0: bound/(1 + s) with s >= 0 reaches every one and no other."""
    return bound / (1 + slack(f"s_{name}"))


def telescoping_sum(
    term: Callable[[Expr], Expr], antidifference: Callable[[Expr], Expr], step: str
) -> Callable[[Expr, Expr], Expr]:
    """The function (low, high) -> sum of term(l) over low <= l <= high (0 for high = low - 1).

    Induction on `high`: the step antidifference(l) - antidifference(l - 1) = term(l) is required to hold
    identically for symbolic l >= 1 of either parity; ProofFailure otherwise.
    """
    for parity, l in parities("n"):
        require_equal(antidifference(l) - antidifference(l - 1), term(l), f"{step}, induction step, {parity} l")
    return lambda low, high: antidifference(high) - antidifference(low - 1)


def _coefficients_of_one_sign(poly: Any) -> bool:
    return all(coefficient >= 0 for coefficient in poly.coeffs())


def _has_positive_term(poly: Any) -> bool:
    """Whether some monomial with a positive coefficient uses only strictly positive symbols."""
    return any(
        coefficient > 0 and all(s.is_positive for s, power in zip(poly.gens, monomial, strict=True) if power)
        for monomial, coefficient in poly.terms()
    )


def _fraction(expression: Expr) -> tuple[Any, Any]:
    """Numerator and denominator as polynomials over QQ, the denominator's leading coefficient positive."""
    parts = [sp.expand(part) for part in sp.fraction(sp.together(_plain(expression)))]
    symbols = sorted(set().union(*(part.free_symbols for part in parts)), key=str)
    if any(symbol.is_nonnegative is not True for symbol in symbols):
        raise ProofFailure(f"a symbol without a known sign: {symbols}")
    top, bottom = (sp.Poly(part, *(symbols or [sp.Symbol("unused", positive=True)]), domain="QQ") for part in parts)
    return (-top, -bottom) if bottom.LC() < 0 else (top, bottom)


def _sample(symbol: Any, source: random.Random) -> Any:
    if symbol.is_integer:
        return sp.Integer(source.randint(0 if symbol.is_zero is None else 1, 6))
    if not symbol.is_positive and source.random() < 0.3:
        return sp.Integer(0)
    return sp.Rational(2) ** source.randint(-10, 10)


def find_violation(top: Any, bottom: Any, *, strict: bool, tries: int = 3000) -> dict[str, Any] | None:
    """Rational parameters at which top/bottom is negative (or not positive, for `strict`), if the search finds any."""
    source = random.Random(5)
    for _ in range(tries):
        point = [_sample(symbol, source) for symbol in top.gens]
        below = bottom(*point)
        if below == 0:
            continue
        value = top(*point) / below
        if value < 0 or (strict and value == 0):
            return dict(zip(map(str, top.gens), point, strict=True))
    return None


def require_nonnegative(expression: Expr, step: str, *, strict: bool = False) -> None:
    """ProofFailure, with a violating point where one is found, unless expression >= 0 (> 0 for `strict`)
    for all values of its symbols, by the argument from nonnegative coefficients."""
    top, bottom = _fraction(sp.sympify(expression))
    certified = _coefficients_of_one_sign(top) and _coefficients_of_one_sign(bottom) and _has_positive_term(bottom)
    if certified and (not strict or _has_positive_term(top)):
        record(step, Atom(expression, ">" if strict else ">=", 0))
        require(True, step)
        return
    point = find_violation(top, bottom, strict=strict)
    if point is None:
        raise ProofFailure(f"{step}: no certificate of nonnegative coefficients")
    raise ProofFailure(f"{step}: false at {', '.join(f'{name} = {value}' for name, value in point.items())}")


def require_positive(expression: Expr, step: str) -> None:
    """ProofFailure, with a violating point where one is found, unless expression > 0 for all values of its symbols."""
    require_nonnegative(expression, step, strict=True)


def at_most(small: Expr, large: Expr, step: str) -> None:
    """ProofFailure unless small <= large for all values of the symbols."""
    require_nonnegative(sp.sympify(large) - small, step)


def less(small: Expr, large: Expr, step: str) -> None:
    """ProofFailure unless small < large for all values of the symbols."""
    require_nonnegative(sp.sympify(large) - small, step, strict=True)


def require_equal(left: Expr, right: Expr, step: str) -> None:
    """ProofFailure unless the two expressions (commutative or not) expand to the same polynomial or fraction, and
    every denominator in them differs from 0."""
    difference = sp.expand(_plain(left) - _plain(right))
    if difference != 0 and difference.is_commutative:
        difference = sp.expand(sp.fraction(sp.together(difference))[0])
    require(bool(difference == 0), f"{step}: {sp.sstr(difference)} = 0")
    record(step, Atom(left, "=", right))


def require_zero(expression: Expr, step: str) -> None:
    """ProofFailure unless the expression is identically zero, as for `require_equal`."""
    require_equal(expression, 0, step)
