"""Certificates of kind `sgd-constants`: the checker's conditions 10 to 15 imply Theorem 5.1 (FORMAT.md, section 13).

The conditions are not written down again: the checker's own functions are run on expressions, and what they compare
is recorded. Conditions 1 to 9 say that the certificate's numbers are bounds as in Lemma G.1 and on the spectrum of H.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import sympy as sp

from exactmem.certificates.checking.metered import Number
from exactmem.certificates.checking.sgd_inequalities import check_formulas, loss_bounds
from exactmem.certificates.checking.verdicts import DEFAULT_LIMITS, Meter
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.steps import Expr, at_most, gap, less, require_equal, slack, up_to
from exactmem.proofs.yun2019.theorem_5_1 import _appendix_g as G
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, ROUNDED, Constants
from exactmem.proofs.yun2019.theorem_5_1.constants import bernoulli, eta_lambda, step_size, zeta_relative
from exactmem.proofs.yun2019.theorem_5_1.contraction import contraction, geometric_tail, growth
from exactmem.proofs.yun2019.theorem_5_1.first_violation import no_violation, risk_at_violation, risk_bound, stays_near
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1_bounds import loss_constants, taylor
from exactmem.proofs.yun2019.theorem_5_1.quadratic_forms import operator_steps
from exactmem.sgd.constants import risk_constant

DEGREE = 12  # of a polynomial loss: the sums of condition 10 are run for every degree up to this one


class Letter(Number):
    """An expression in the place of a number of the checker; comparisons hold, and `margins` gets what they say."""

    __slots__ = ("margins",)

    def __init__(self, value: Expr, margins: list[Expr]) -> None:
        self.value, self.margins = sp.sympify(value), margins
        self.size, self.meter = 1, Meter(DEFAULT_LIMITS)

    def _combined(self, other: Any, operation: Callable[[Expr, Expr], Expr]) -> Letter:
        value = other.value if isinstance(other, Number) else other
        return Letter(operation(self.value, sp.sympify(value)), self.margins)

    def __add__(self, other: Any) -> Letter:
        return self._combined(other, lambda a, b: a + b)

    def __sub__(self, other: Any) -> Letter:
        return self._combined(other, lambda a, b: a - b)

    def __mul__(self, other: Any) -> Letter:
        return self._combined(other, lambda a, b: a * b)

    __radd__, __rmul__ = __add__, __mul__

    def __abs__(self) -> Letter:
        return Letter(sp.Abs(self.value), self.margins)

    def __ge__(self, other: Any) -> bool:
        self.margins.append((self - other).value)
        return True

    def __le__(self, other: Any) -> bool:
        self.margins.append(-(self - other).value)
        return True


RHO_S, TAU, RHO, GAMMA, RISK = (gap(name) for name in ("rho_s", "tau", "rho", "gamma", "C"))
NAMES = ("C_1", "C_4", "tau", "rho and rho_s", "rho", "gamma", "C")


def conditions(loss: list[Expr], factor: int) -> dict[str, Expr]:
    """What has to be nonnegative according to the checker, with lambda = lambda_min/(4 B), by NAMES."""
    margins: list[Expr] = []
    values = {"rho_s": RHO_S, "tau": TAU, "rho": RHO, "gamma": GAMMA, "C": RISK, "lambda": G.LAMBDA_MIN / (4 * G.B)}
    values |= {f"C_{k}": getattr(G, f"C{k}") for k in range(1, 7)}
    values |= {"lambda_min": G.LAMBDA_MIN, "lambda_max": G.LAMBDA_MAX}
    letters = {name: Letter(value, margins) for name, value in values.items()}
    check_formulas(letters, [Letter(c, margins) for c in loss], factor, G.N, G.B)  # type: ignore[arg-type]
    return dict(zip(NAMES, margins, strict=True))


class Certified(Constants):
    """Constants whose tau is any number that condition 11 allows."""

    @property
    def tau(self) -> Expr:
        """Appendix G's tau and a slack."""
        return super().tau + slack("tau_slack")


def certified(constants: Constants) -> Certified:
    """The same factors, with the tau of a certificate."""
    return Certified(**{field.name: getattr(constants, field.name) for field in fields(constants)})


@claim(
    id="5.1-certificate",
    theorem="5.1",
    source=OURS,
    place="FORMAT.md, section 13, conditions 11 to 15",
    statement="constants with which the checker's conditions 11 to 15 hold (factor 16, or 32 for rounded steps) have "
    "every property that the proof of Theorem 5.1 uses, whatever the slack; its conclusions hold with them",
    expected=Verdict.PROVED,
    by=[operator_steps, loss_constants, stays_near, risk_at_violation, no_violation],
)
def conditions_imply_theorem() -> Result:
    """Hypotheses: the checker's comparisons hold; C_1, ..., C_6, rho_s bound as in Lemma G.1, lambda_min, lambda_max H.

    Line: each comparison is solved for its constant, which is Appendix G's up to a slack on the safe side; then every
    line of the proof is run with tau larger by any amount, rho and gamma smaller, C larger.
    Conclusion: contraction, growth, ||xi^(t)|| <= 2 ||xi^(0)||, the risk at t*, and the case of no violation.
    """
    for given in (APPENDIX_G, ROUNDED):
        margin = conditions([gap("c_2")], given.factor)
        constants = certified(given)
        require_equal(
            margin["tau"].subs(TAU, constants.tau), slack("tau_slack") * G.LAMBDA_MIN, "(11) holds for each tau above"
        )
        first, second = (given.theorem(least=least).rho for least in (lambda a, b: a, lambda a, b: b))
        require_equal(margin["rho and rho_s"], 2 * (first - RHO), "(12), rho is at most that of the first branch")
        require_equal(
            margin["rho"] / (G.LAMBDA_MIN * G.C2 / given.radius),
            2 * (second - RHO),
            "(12), and of the second branch, times its denominator",
        )
        require_equal(margin["gamma"] * given.gamma / (G.LAMBDA_MIN * G.B), given.gamma - GAMMA, "(13)")
        less(given.gamma / (1 + slack("gamma_slack")) / (1 + gap("step")), given.gamma, "0 < eta < gamma")
        risk = risk_constant(G.lemma(), TAU)
        require_equal(margin["C"], RISK - risk, "(15)")
        require_equal(given.lam, G.LAMBDA_MIN / (4 * G.B), "(14)")
        for line in (zeta_relative, step_size, bernoulli, geometric_tail, contraction, growth, eta_lambda):
            line(constants)
        for line in (stays_near, risk_at_violation, no_violation):
            line(constants)
        r = up_to(2 * slack("r_0"), "growth")
        at_most(
            risk_bound(TAU * r**2, r), (risk + slack("C_slack")) * slack("r_0") ** 4, "the risk at t* with a larger C"
        )
    return proved("the checker's functions run on expressions; nonnegative coefficients in the slacks")


@claim(
    id="5.1-certificate-loss",
    theorem="5.1",
    source=OURS,
    place="FORMAT.md, section 13, condition 10",
    statement="for polynomial losses of degree at most 12 the checker's condition 10 makes C_1 and C_4 bounds as in "
    "Lemma G.1",
    expected=Verdict.PROVED,
    by=[taylor, loss_constants],
)
def loss_condition() -> Result:
    """Hypotheses: |u| <= U = C_2 rho_s + C_3 rho_s^2; the loss is c_2 u^2 + ... + c_n u^n, n <= 12, of any signs.

    Line: |l''(u)| <= sum k (k-1) |c_k| |u|^(k-2) <= the checker's sum at U, likewise l'''; |c_k| has a letter.
    Conclusion: 2 C_1 >= sup l'' and C_4 >= l'' C_3 + (1/2) sup |l'''| (C_2 + C_3 rho_s)^2, with l'' = 2 c_2.
    """
    size = sp.Symbol("u", nonnegative=True)
    U = size + slack("U_minus_u")
    signed = [gap("c_2"), *[sp.Symbol(f"c_{k}", real=True) for k in range(3, DEGREE + 1)]]
    letters = {sp.Abs(c): slack(f"abs_{c}") for c in signed[1:]}
    for n in range(1, len(signed) + 1):
        second, third = (bound.subs(letters) for bound in _bounds(signed[:n], U))
        require(not any(second.has(c) or third.has(c) for c in signed[1:]), "only magnitudes occur")
        magnitudes = [signed[0], *letters.values()][:n]
        loss = sum(c * size**k for k, c in enumerate(magnitudes, 2))
        at_most(sp.diff(loss, size, 2), second, f"l'' for degree {n + 1}")
        at_most(sp.diff(loss, size, 3), third, f"l''' for degree {n + 1}")
        margin = conditions(signed[:n], 16)
        at_radius = _bounds(signed[:n], G.C2 * RHO_S + G.C3 * RHO_S**2)
        require_equal(margin["C_1"], 2 * G.C1 - at_radius[0], "C_1")
        c_4 = 2 * signed[0] * G.C3 + at_radius[1] * (G.C2 + G.C3 * RHO_S) ** 2 / 2
        require_equal(margin["C_4"], 2 * (G.C4 - c_4), "C_4")
    return proved("the checker's functions run on expressions; nonnegative coefficients")


def _bounds(loss: list[Expr], radius: Expr) -> tuple[Expr, Expr]:
    """The checker's bounds on l'' and |l'''| for |u| <= radius."""
    margins: list[Expr] = []
    bounds = loss_bounds([Letter(c, margins) for c in loss], Letter(radius, margins))
    return sp.sympify(bounds[0].value), sp.sympify(bounds[1].value)


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
