"""Obligations in SMT-LIB 2, for any solver: `unsat` means that the obligation holds.

Quotients are cleared of denominators by arithmetic on strings here, without SymPy: an atom p/q >= 0 with q a product of
factors becomes "no factor is 0, and p times the factors of odd power is >= 0", which says the same; a factor that seems
positive is claimed to be, "factor > 0", and need not be multiplied with. The solver decides both. Integer symbols range
over the reals at first (`relaxed`), where solvers are stronger: what holds there holds for integers.
"""

__all__ = ["MAX_POWER", "Factors", "NotExported", "Script", "script", "scripts_of"]

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import sympy as sp

from exactmem.ledger.obligations import AllOf, Atom, Expr, Formula, Obligation

Factors = dict[str, int]
"""The factors of a denominator, as terms, with their powers."""
MAX_POWER = 60
"""The largest power that is written out as a product."""


class NotExported(Exception):
    """The obligation says something that SMT-LIB's real arithmetic does not; the message names it."""


@dataclass(frozen=True)
class Script:
    """An SMT-LIB script. `exact` is false where integers are taken for reals or a term for any number of its sign: then
    `unsat` still means that the obligation holds, but `sat` means nothing."""

    text: str
    exact: bool


@dataclass(frozen=True)
class _Quotient:
    top: str
    bottom: Factors


@dataclass
class _Writer:
    """The declarations and side conditions that the terms of one script need."""

    relaxed: bool
    lines: list[str] = field(default_factory=list)
    names: dict[Expr, str] = field(default_factory=dict)
    positive: set[str] = field(default_factory=set)
    exact: bool = True


def script(obligation: Obligation, *, relaxed: bool = True) -> Script:
    """The question whether the obligation can fail; NotExported where its formula cannot be said."""
    writer = _Writer(relaxed)
    goal = _formula(writer, obligation.formula)
    logic = "QF_NRA" if all(" Int)" not in line for line in writer.lines) else "ALL"
    step = obligation.step.replace("\n", " ").encode("ascii", "backslashreplace").decode("ascii")
    head = [f"; {step}: unsat means that it holds", f"(set-logic {logic})"]
    return Script("\n".join([*head, *writer.lines, f"(assert (not {goal}))", "(check-sat)", ""]), writer.exact)


def scripts_of(obligations: Iterable[Obligation]) -> Iterator[str]:
    """The scripts of the obligations in their order, without those that cannot be said."""
    for obligation in obligations:
        with suppress(NotExported):
            yield script(obligation).text


def _formula(writer: _Writer, formula: Formula) -> str:
    if isinstance(formula, Atom):
        return _atom(writer, formula)
    parts = [_formula(writer, part) for part in formula.parts]
    return _joined("and" if isinstance(formula, AllOf) else "or", parts)


def _joined(word: str, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({word} {' '.join(parts)})"


def _atom(writer: _Writer, atom: Atom) -> str:
    left, right = _term(writer, sp.sympify(atom.left)), _term(writer, sp.sympify(atom.right))
    difference = left if right.top == "0.0" else _add([left, _multiply([_Quotient("(- 1.0)", {}), right])])
    said = [f"(> {f} 0.0)" if f in writer.positive else f"(not (= {f} 0.0))" for f in difference.bottom]
    odd = [f for f, power in difference.bottom.items() if power % 2 and f not in writer.positive]
    odd = [] if atom.relation == "=" else odd
    said.append(f"({atom.relation} {_product([difference.top, *odd])} 0.0)")
    return _joined("and", said)


def _term(writer: _Writer, expression: Expr) -> _Quotient:
    if not expression.is_commutative:
        raise NotExported("a product whose factors do not commute")
    if expression.is_Rational:
        return _Quotient(_number(expression), {})
    if expression.is_Symbol:
        return _Quotient(_symbol(writer, expression), {})
    if expression.is_Add:
        return _add([_term(writer, part) for part in expression.args])
    if expression.is_Mul:
        return _multiply([_term(writer, part) for part in expression.args])
    if expression.is_Pow and expression.exp.is_Integer and abs(expression.exp) <= MAX_POWER:
        base = _term(writer, expression.base)
        if expression.exp < 0 and expression.base.is_positive and writer.positive.issuperset(base.bottom):
            writer.positive.add(base.top)
        return _power(base, int(expression.exp))
    if expression.is_Pow and (parts := _split_power(expression)):
        return _multiply([_term(writer, part) for part in parts])
    return _Quotient(_floor(writer, expression) or _abstract(writer, expression), {})


def _split_power(power: Expr) -> tuple[Expr, Expr] | None:
    """x^n and x^k for x^(n + k) with an integer k, where x is not 0 or neither exponent is negative."""
    k, rest = power.exp.as_coeff_Add()
    if k == 0 or not k.is_Integer or not (power.base.is_nonzero or (k > 0 and rest.is_nonnegative)):
        return None
    return sp.Pow(power.base, rest), sp.Pow(power.base, k)


def _number(value: Expr) -> str:
    text = f"{abs(value.p)}.0" if value.q == 1 else f"(/ {abs(value.p)}.0 {value.q}.0)"
    return f"(- {text})" if value.p < 0 else text


def _product(terms: Iterable[str]) -> str:
    factors = [term for term in terms if term != "1.0"]
    return f"(* {' '.join(factors)})" if len(factors) > 1 else factors[0] if factors else "1.0"


def _add(parts: list[_Quotient]) -> _Quotient:
    """The sum over the least common multiple of the written denominators."""
    bottom: Factors = {}
    for part in parts:
        for factor, power in part.bottom.items():
            bottom[factor] = max(power, bottom.get(factor, 0))
    tops = []
    for part in parts:
        missing = [f for factor, power in bottom.items() for f in [factor] * (power - part.bottom.get(factor, 0))]
        tops.append(_product([part.top, *missing]))
    return _Quotient(f"(+ {' '.join(tops)})" if len(tops) > 1 else tops[0], bottom)


def _multiply(parts: list[_Quotient]) -> _Quotient:
    bottom: Factors = {}
    for part in parts:
        for factor, power in part.bottom.items():
            bottom[factor] = bottom.get(factor, 0) + power
    return _Quotient(_product(part.top for part in parts), bottom)


def _power(base: _Quotient, exponent: int) -> _Quotient:
    if exponent >= 0:
        return _multiply([base] * exponent) if exponent else _Quotient("1.0", {})
    flipped = _product(factor for factor, power in base.bottom.items() for _ in range(power))
    # The factors of `base` stay below, once, so that they are still required not to be 0.
    unit = dict.fromkeys(base.bottom, 1)
    kept = _Quotient(_product([flipped, *unit]), {base.top: 1, **unit})
    return _multiply([kept] * -exponent)


def _symbol(writer: _Writer, symbol: Expr) -> str:
    if symbol not in writer.names:
        integer = bool(symbol.is_integer) and not writer.relaxed
        writer.exact = writer.exact and (integer or not symbol.is_integer)
        name = _declared(writer, symbol, symbol.name, "Int" if integer else "Real")
        writer.names[symbol] = f"(to_real {name})" if integer else name
    return writer.names[symbol]


def _declared(writer: _Writer, term: Expr, wish: str, sort: str) -> str:
    """A new constant named about as wished, of the sign that the term is assumed to have."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "_'^{}") else "_" for c in wish)
    name = f"|{plain}|"
    if any(line.startswith(f"(declare-const {name} ") for line in writer.lines):
        name = f"|{plain}.{len(writer.names)}|"
    writer.lines.append(f"(declare-const {name} {sort})")
    zero = "0" if sort == "Int" else "0.0"
    signs: list[tuple[Callable[[Expr], bool | None], str]] = [
        (lambda e: e.is_positive, f"(> {name} {zero})"),
        (lambda e: e.is_negative, f"(< {name} {zero})"),
        (lambda e: e.is_nonnegative, f"(>= {name} {zero})"),
        (lambda e: e.is_nonpositive, f"(<= {name} {zero})"),
        (lambda e: e.is_nonzero, f"(not (= {name} {zero}))"),
    ]
    writer.lines.extend([f"(assert {said})" for holds, said in signs if holds(term)][:1])
    return name


def _floor(writer: _Writer, expression: Expr) -> str:
    """For the floor of a polynomial e the integer k with k <= e < k + 1, as a new constant; else ""."""
    if not isinstance(expression, sp.floor) or (inner := _term(writer, expression.args[0])).bottom:
        return ""
    if expression not in writer.names:
        name = _declared(writer, sp.Dummy(), f"floor{len(writer.names)}", "Int")
        k = writer.names[expression] = f"(to_real {name})"
        writer.lines.append(f"(assert (and (<= {k} {inner.top}) (< {inner.top} (+ {k} 1.0))))")
    return writer.names[expression]


def _abstract(writer: _Writer, expression: Expr) -> str:
    """A new constant for a term that real arithmetic has no word for: any number of its assumed sign."""
    if expression.has(sp.Float, sp.zoo, sp.oo, sp.nan, sp.I):
        raise NotExported(f"{expression} is no exact real number")
    if expression not in writer.names:
        writer.exact = False
        writer.names[expression] = _declared(writer, expression, f"term{len(writer.names)}", "Real")
    return writer.names[expression]
