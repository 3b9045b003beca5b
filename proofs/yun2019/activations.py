"""Identities between activations: hard-tanh from ReLU-like units, and the gate of Appendices C and F.

A ReLU-like activation has slopes s_+ > s_- >= 0 to the right and left of 0; here s_- is a nonnegative and
s_+ - s_- a positive symbol. An identity between piecewise-linear functions of one t is proved region by region,
at breakpoints and in the open intervals between them.
"""

from collections.abc import Callable
from typing import Any

import sympy as sp

from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import Expr, gap, less, real_regions, require_equal, require_positive, sign_of, slack
from exactmem.ledger.wording import names

S_MINUS = slack("s_-")
S_PLUS = S_MINUS + gap("e")
METHOD = "symbolic s_+ > s_- >= 0 and t; every region between and at the breakpoints, shown to cover the line"

Function = Callable[[Expr], Expr]

T, P, M = names("t s_+ s_-")
SIGMA_R, SIGMA_H, SIGMA_G = (sp.Function(name) for name in ("sigma_R", "sigma_H", "sigma_G"))
BY_TWO_RELUS = sp.Eq(SIGMA_H(T), (SIGMA_R(T + 1) - SIGMA_R(T - 1) - P - M) / (P - M))
GATE_BY_TWO = sp.Eq(SIGMA_G(T), (SIGMA_H(2 * T + 1) + SIGMA_H(-2 * T + 1)) / 2)
CONSTANT = (P + M) / (P - M)
GATE_BY_FOUR = sp.Eq(
    SIGMA_G(T),
    (SIGMA_R(2 * T + 2) - SIGMA_R(2 * T) + SIGMA_R(-2 * T + 2) - SIGMA_R(-2 * T)) / (2 * (P - M)) - CONSTANT,
)
GATE_BY_THREE = sp.Eq(SIGMA_G(T), (SIGMA_R(T + 1) - 2 * SIGMA_R(T) + SIGMA_R(T - 1)) / (P - M))


def relu_like(t: Expr) -> Expr:
    """sigma_R(t): s_+ t for t >= 0, s_- t for t < 0."""
    return (S_PLUS if sign_of(t) >= 0 else S_MINUS) * t


def hard_tanh(t: Expr) -> Expr:
    """sigma_H(t): -1 for t <= -1, t for -1 < t <= 1, 1 for t > 1."""
    if sign_of(t + 1) <= 0:
        return sp.Integer(-1)
    return t if sign_of(t - 1) <= 0 else sp.Integer(1)


def gate(t: Expr) -> Expr:
    """sigma_G(t): t + 1 on [-1, 0], 1 - t on [0, 1], 0 elsewhere."""
    if sign_of(t + 1) < 0 or sign_of(t - 1) > 0:
        return sp.Integer(0)
    return t + 1 if sign_of(t) <= 0 else 1 - t


def show_identity(left: Function, right: Function, breakpoints: list[Expr]) -> None:
    """left(t) = right(t) at and between the given breakpoints, hence for every real t."""
    for name, t in real_regions(breakpoints):
        require_equal(left(t), right(t), name)


def hard_tanh_by_two(t: Expr, constant: Expr = -S_PLUS - S_MINUS, unit: Function = relu_like) -> Expr:
    """(sigma_R(t+1) - sigma_R(t-1) - s_+ - s_-)/(s_+ - s_-), section 2 of the paper."""
    return (unit(t + 1) - unit(t - 1) + constant) / (S_PLUS - S_MINUS)


def gate_by_two(t: Expr, unit: Function = hard_tanh) -> Expr:
    """(sigma_H(2t+1) + sigma_H(-2t+1))/2, Appendices C and F."""
    return (unit(2 * t + 1) + unit(-2 * t + 1)) / 2


def gate_by_four(t: Expr, constant: Expr = -S_PLUS - S_MINUS, unit: Function = relu_like) -> Expr:
    """The gate from four ReLU-like units: both hard-tanh of `gate_by_two` replaced, constants collected."""
    first = unit(2 * t + 2) - unit(2 * t)
    second = unit(-2 * t + 2) - unit(-2 * t)
    return ((first + second) / 2 + constant) / (S_PLUS - S_MINUS)


def gate_by_three(t: Expr, unit: Function = relu_like) -> Expr:
    """(sigma_R(t+1) - 2 sigma_R(t) + sigma_R(t-1))/(s_+ - s_-)."""
    return (unit(t + 1) - 2 * unit(t) + unit(t - 1)) / (S_PLUS - S_MINUS)


def show(identity: Expr, breakpoints: list[Expr]) -> None:
    """ProofFailure unless the printed identity holds at and between the breakpoints, hence for every real t."""
    for name, t in real_regions(breakpoints):
        holds(identity, name, {T: t, P: S_PLUS, M: S_MINUS, SIGMA_R: relu_like, SIGMA_H: hard_tanh, SIGMA_G: gate})


def require_same(identity: Expr, by_units: Callable[..., Expr], unit: Any) -> None:
    """ProofFailure unless the printed right side is the function of units that other claims use."""
    require_equal(taken(identity, {P: S_PLUS, M: S_MINUS}).rhs, by_units(T, unit=unit), "the units of other claims")


def units_of(by_units: Callable[..., Expr]) -> int:
    """How many hidden units a gate is made of: the different pre-activations in its formula."""
    sigma = sp.Function("sigma")
    return len(by_units(sp.Symbol("t"), unit=sigma).atoms(sigma))


@claim(
    id="2-hard-tanh",
    source=PAPER,
    place="Section 2",
    statement="{} for all t and all s_+ > s_- >= 0 (the constant's sign as printed is right).",
    formulas=[BY_TWO_RELUS],
    expected=Verdict.PROVED,
    coq="Gates.gate_identities",
)
def hard_tanh_identity() -> Result:
    """Hypotheses: s_+ > s_- >= 0, t real.

    Line: t < -1, t = -1, -1 < t < 1, t = 1, t > 1 cover the line; in each both sides are the same rational function.
    Conclusion: two ReLU-like units and a constant for the next bias give one hard-tanh unit, s_+ - s_- != 0.
    """
    less(S_MINUS, S_PLUS, "the denominator")
    show(BY_TWO_RELUS, [sp.Integer(-1), sp.Integer(1)])
    require_same(BY_TWO_RELUS, hard_tanh_by_two, SIGMA_R)
    return proved(METHOD)


@claim(
    id="C-gate",
    theorem="3.2",
    source=PAPER,
    place="Appendices C and F.1",
    statement="{} for all t.",
    formulas=[GATE_BY_TWO],
    expected=Verdict.PROVED,
    coq="Gates.gate_identities",
)
def gate_identity() -> Result:
    """Hypotheses: t real.

    Line: the breakpoints of both sides are -1, 0 and 1; both sides agree at and between them.
    Conclusion: two hard-tanh units make a gate, without a constant.
    """
    show(GATE_BY_TWO, [sp.Integer(-1), sp.Integer(0), sp.Integer(1)])
    require_same(GATE_BY_TWO, gate_by_two, SIGMA_H)
    return proved(METHOD)


@claim(
    id="C-gate-four",
    theorem="3.2",
    source=PAPER,
    place="Appendices C and F.1, four ReLU-like units",
    statement="{}, with the constant {}, which is positive and has to go into the next bias.",
    formulas=[GATE_BY_FOUR, CONSTANT],
    expected=Verdict.PROVED,
    coq="Gates.gate_identities",
)
def gate_identity_four() -> Result:
    """Hypotheses: s_+ > s_- >= 0, t real.

    Line: agreement at and between the breakpoints -1, 0, 1; the constant is positive.
    Conclusion: the four-unit gate is right, and never without its constant.
    """
    require_positive(taken(CONSTANT, {P: S_PLUS, M: S_MINUS}), "the constant")
    show(GATE_BY_FOUR, [sp.Integer(-1), sp.Integer(0), sp.Integer(1)])
    require_same(GATE_BY_FOUR, gate_by_four, SIGMA_R)
    return proved(METHOD)


@claim(
    id="gate-three",
    source=OURS,
    place="gate with three ReLU-like units",
    statement="{} for all t and all s_+ > s_- >= 0.",
    formulas=[GATE_BY_THREE],
    expected=Verdict.PROVED,
    coq="Gates.gate_identities",
)
def gate_identity_three() -> Result:
    """Hypotheses: s_+ > s_- >= 0, t real.

    Line: agreement at and between the breakpoints -1, 0, 1; the identity holds with no constant.
    Conclusion: three ReLU-like units make a gate, one fewer than the paper's four.
    """
    show(GATE_BY_THREE, [sp.Integer(-1), sp.Integer(0), sp.Integer(1)])
    require_same(GATE_BY_THREE, gate_by_three, SIGMA_R)
    require(sign_of(gate_by_three(sp.Integer(0))) == 1, "the gate is open at 0")
    return proved(METHOD)


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
