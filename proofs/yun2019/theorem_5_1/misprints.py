"""Misprints of section 5 and Appendix G, each read literally and refuted exactly, and what xi_par has to be.

The counterexamples live in the saturated 1-1-1 hard-tanh network at x = 3: f = w_2 + b_2, nu = (0, 0, 1, 1), y = 1,
N = B = E = 1, squared loss, so lambda_min = lambda_max = 2 and lambda = 1/2.
"""

import sympy as sp

from exactmem.ledger.claims import PAPER, Kind, Result, Verdict, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails
from exactmem.ledger.steps import Expr, gap, less, require_equal, require_nonnegative
from exactmem.proofs.yun2019.theorem_5_1 import _printed as printed
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, LAMBDA_MIN, SPREAD, B, E
from exactmem.proofs.yun2019.theorem_5_1._small_network import (
    HARD_TANH,
    SATURATED,
    SMALL,
    column,
    gradient,
    projection,
    sgd_step,
    square,
    unflatten,
)

THETA = sp.Matrix(SATURATED)


def one_step(xi: Expr, eta: Expr) -> Expr:
    """xi^(1) from xi^(0) = xi with step size eta."""
    return sgd_step(THETA + xi, SMALL, [(column(3), sp.Integer(1))], eta, HARD_TANH) - THETA


def nu() -> Expr:
    """The gradient of the output at theta*."""
    return gradient(unflatten(THETA, SMALL), column(3), HARD_TANH)


def instance(value: Expr) -> Expr:
    """A constant of Appendix G at lambda_min = lambda_max = 2, N = B = E = 1."""
    single = {LAMBDA_MIN: 2, SPREAD: 0, B: 1} | dict.fromkeys(E.free_symbols, 0)
    return value.subs(single)


@claim(
    id="5.1-span",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, definition of xi_par",
    statement="xi_par has to be in span(nu), as Appendix G prints: a component in span(nu)^perp is not contracted, {} "
    "is false of it for every lambda > 0",
    formulas=[printed.CONTRACTION],
    expected=Verdict.PROVED,
    quote="ξ_∥ ∈ span({ν_i}_{i=1}^N) and ξ_⊥ ∈ span({ν_i}_{i=1}^N)^⊥",
    note="In the main text the text at hand has lost the middle of this sentence.",
)
def span_needed() -> Result:
    """Hypotheses: xi^(0) = (e, 0, 0, 0), e > 0, which is orthogonal to nu; any eta and any lambda > 0.

    Line: the residual is 0, so SGD does not move, and the component in span(nu)^perp stays xi^(0).
    Conclusion: it is not contracted by 1 - eta lambda, although e >= tau e^2 for small e. Right: xi_par in span(nu).
    """
    e, eta, lam = gap("e"), gap("eta"), gap("lambda")
    xi = sp.Matrix([e, 0, 0, 0])
    require(projection([nu()], xi) == sp.zeros(4, 1), "xi is orthogonal to span(nu)")
    moved = one_step(xi, eta)
    for entry, expected in zip(moved, xi, strict=True):
        require_equal(entry, expected, "SGD does not move")
    given = {printed.P_NEXT: moved[0], printed.P_NOW: e, printed.ETA: eta, printed.LAMBDA: lam}
    fails(printed.CONTRACTION, "no contraction", given)
    tau = 1 / (e + gap("room"))
    require_nonnegative(e - tau * e**2, "the condition holds")
    return proved("saturated 1-1-1 hard-tanh, xi^(0) = (e, 0, 0, 0) with symbolic e, eta, lambda")


@claim(
    id="5.1-typo-range",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, 'so for 1 <= t <= E'",
    statement="the bound on zeta^(t) for 1 <= t <= E covers the terms of (15)",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="so for 1 <= t <= E, ||ζ^(t)|| <= ...",
)
def range_of_t() -> Result:
    """Hypotheses: (15) sums over t = 0, ..., E - 1; the condition is assumed for these t only.

    Line: for E = 1 the sum has the single term t = 0, and the printed range is t = 1.
    Conclusion: the range needed, and covered by the hypothesis, is 0 <= t <= E - 1.
    """
    epoch = 1
    needed, printed = set(range(epoch)), set(range(1, epoch + 1))
    require(needed == {0} and not needed & printed, "the ranges are disjoint for E = 1")
    require(all(0 in set(range(e)) - set(range(1, e + 1)) for e in range(1, 8)), "t = 0 is missing for other E")
    return refuted("E = 1: (15) needs t = 0, the printed range is t = 1")


@claim(
    id="5.1-typo-lambda-min",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, 'the minimum and maximum eigenvalues of H'",
    statement="lambda_min is the minimum eigenvalue of H",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="λ_min and λ_max are the minimum and maximum eigenvalues of H",
    note="The definition above says “smallest and largest strictly positive eigenvalues”.",
)
def minimum_eigenvalue() -> Result:
    """Hypotheses: one sample, four parameters: H = nu nu^T has rank 1.

    Line: the eigenvalues of H are 0 (three times) and 2.
    Conclusion: the minimum is 0 and tau would divide by it. Right: the smallest strictly positive eigenvalue.
    """
    spectrum = (nu() * nu().T).eigenvals()
    require(spectrum == {0: 3, 2: 1}, "eigenvalues of H")
    require(min(spectrum) == 0 and APPENDIX_G.tau.subs(LAMBDA_MIN, 0).is_finite is False, "tau divides by zero")
    return refuted("saturated 1-1-1 hard-tanh: the eigenvalues of H are 0, 0, 0, 2")


@claim(
    id="5.1-typo-step-sign",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, 'step size eta < gamma'",
    statement="every step size eta < gamma will do",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="SGD with step size η < γ satisfies",
    note="η > 0 is surely meant.",
)
def negative_step() -> Result:
    """Hypotheses: eta = -h with h > 0, xi^(0) = (0, 0, s, s), s > 0, lambda = 1/2.

    Line: xi^(1) = (1 + 2h) xi^(0), but 1 - eta lambda = 1 + h/2.
    Conclusion: the contraction fails for every negative step size: 0 < eta is needed.
    """
    s, h = gap("s"), gap("h")
    xi = sp.Matrix([0, 0, s, s])
    moved = one_step(xi, -h)
    require(instance(APPENDIX_G.lam) == sp.S.Half, "lambda = 1/2")
    given = {printed.ETA: -h, printed.LAMBDA: instance(APPENDIX_G.lam), printed.P_NOW: sp.sqrt(square(xi))}
    less(
        printed.CONTRACTION.rhs.subs(given) ** 2,
        sp.expand(square(moved)),
        "||xi_par^(1)|| exceeds (1 - eta lambda) ||xi_par^(0)||",
    )
    return refuted("saturated 1-1-1 hard-tanh, eta = -h: ||xi_par|| grows by 1 + 2h > 1 + h/2")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
