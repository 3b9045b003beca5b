"""Identities between activations: hard-tanh from ReLU-like units, and the gate of Appendices C and F.

A ReLU-like activation has slopes s_+ > s_- >= 0 to the right and left of 0; here s_- is a nonnegative and
s_+ - s_- a positive symbol. An identity between piecewise-linear functions of one t is proved region by region,
at breakpoints and in the open intervals between them.
"""

from collections.abc import Callable

import sympy as sp

from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.steps import Expr, gap, less, real_regions, require_equal, require_positive, sign_of, slack

S_MINUS = slack("s_-")
S_PLUS = S_MINUS + gap("e")
METHOD = "symbolic s_+ > s_- >= 0 and t; every region between and at the breakpoints, shown to cover the line"

Function = Callable[[Expr], Expr]


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


def hard_tanh_by_two(t: Expr, constant: Expr = -S_PLUS - S_MINUS) -> Expr:
    """(sigma_R(t+1) - sigma_R(t-1) - s_+ - s_-)/(s_+ - s_-), section 2 of the paper."""
    return (relu_like(t + 1) - relu_like(t - 1) + constant) / (S_PLUS - S_MINUS)


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


def units_of(by_units: Callable[..., Expr]) -> int:
    """How many hidden units a gate is made of: the different pre-activations in its formula."""
    sigma = sp.Function("sigma")
    return len(by_units(sp.Symbol("t"), unit=sigma).atoms(sigma))


@claim(
    id="2-hard-tanh",
    source=PAPER,
    place="Section 2",
    statement=(
        "sigma_H(t) = (sigma_R(t+1) - sigma_R(t-1) - s_+ - s_-)/(s_+ - s_-) for all t and all s_+ > s_- >= 0 "
        "(the constant's sign as printed is right)."
    ),
    expected=Verdict.PROVED,
    coq="Gates.gate_identities",
)
def hard_tanh_identity() -> Result:
    """Hypotheses: s_+ > s_- >= 0, t real.

    Line: t < -1, t = -1, -1 < t < 1, t = 1, t > 1 cover the line; in each both sides are the same rational function.
    Conclusion: two ReLU-like units and a constant for the next bias give one hard-tanh unit, s_+ - s_- != 0.
    """
    less(S_MINUS, S_PLUS, "the denominator")
    show_identity(hard_tanh, hard_tanh_by_two, [sp.Integer(-1), sp.Integer(1)])
    return proved(METHOD)


@claim(
    id="C-gate",
    theorem="3.2",
    source=PAPER,
    place="Appendices C and F.1",
    statement="sigma_G(t) = (sigma_H(2t+1) + sigma_H(-2t+1))/2 for all t.",
    expected=Verdict.PROVED,
    coq="Gates.gate_identities",
)
def gate_identity() -> Result:
    """Hypotheses: t real.

    Line: the breakpoints of both sides are -1, 0 and 1; both sides agree at and between them.
    Conclusion: two hard-tanh units make a gate, without a constant.
    """
    show_identity(gate, gate_by_two, [sp.Integer(-1), sp.Integer(0), sp.Integer(1)])
    return proved(METHOD)


@claim(
    id="C-gate-four",
    theorem="3.2",
    source=PAPER,
    place="Appendices C and F.1, four ReLU-like units",
    statement=(
        "sigma_G(t) is half the sum of sigma_R(2t+2) - sigma_R(2t) + sigma_R(-2t+2) - sigma_R(-2t), over s_+ - s_-, "
        "minus the constant (s_+ + s_-)/(s_+ - s_-), which is positive and has to go into the next bias."
    ),
    expected=Verdict.PROVED,
    coq="Gates.gate_identities",
)
def gate_identity_four() -> Result:
    """Hypotheses: s_+ > s_- >= 0, t real.

    Line: agreement at and between the breakpoints -1, 0, 1; the constant is positive.
    Conclusion: the four-unit gate is right, and never without its constant.
    """
    require_positive((S_PLUS + S_MINUS) / (S_PLUS - S_MINUS), "the constant")
    show_identity(gate, gate_by_four, [sp.Integer(-1), sp.Integer(0), sp.Integer(1)])
    return proved(METHOD)


@claim(
    id="gate-three",
    source=OURS,
    place="gate with three ReLU-like units",
    statement="sigma_G(t) = (sigma_R(t+1) - 2 sigma_R(t) + sigma_R(t-1))/(s_+ - s_-) for all t and all s_+ > s_- >= 0.",
    expected=Verdict.PROVED,
    coq="Gates.gate_identities",
)
def gate_identity_three() -> Result:
    """Hypotheses: s_+ > s_- >= 0, t real.

    Line: agreement at and between the breakpoints -1, 0, 1; the identity holds with no constant.
    Conclusion: three ReLU-like units make a gate, one fewer than the paper's four.
    """
    show_identity(gate, gate_by_three, [sp.Integer(-1), sp.Integer(0), sp.Integer(1)])
    require(sign_of(gate_by_three(sp.Integer(0))) == 1, "the gate is open at 0")
    return proved(METHOD)


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
