"""Theorem 5.1's constants one by one: each as Appendix G defines it, against the formula that exactmem executes.

A printed definition is a SymPy expression of `_printed.py`, from which the claim's sentence and the comparison with the
executed formula both come. Those of Lemma G.1: `lemma_g1_definitions.py`.
"""

import sympy as sp

from exactmem.ledger.claims import PAPER, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    gap,
    require_equal,
    require_positive,
    require_zero,
    slack,
    up_to,
)
from exactmem.ledger.wording import names
from exactmem.proofs._facts import SPECTRAL_THEOREM
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G
from exactmem.proofs.yun2019.theorem_5_1._printed import (
    C1,
    C2,
    C3,
    C4,
    C5,
    C6,
    FIRST_GAMMA,
    HIDDEN,
    LAMBDA_MAX,
    LAMBDA_MIN,
    PRINTED,
    RHO,
    RHO_S,
    TAU,
    B,
    E,
    N,
)
from exactmem.proofs.yun2019.theorem_5_1.as_printed_assumptions import range_of_h
from exactmem.proofs.yun2019.theorem_5_1.constants import eta_lambda, log2_redundant, step_size, zeta_relative
from exactmem.proofs.yun2019.theorem_5_1.contraction import contraction, growth
from exactmem.proofs.yun2019.theorem_5_1.first_violation import risk_at_start, risk_at_violation, stays_near
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1 import letter
from exactmem.proofs.yun2019.theorem_5_1.quadratic_forms import form_contraction, operator_steps
from exactmem.sgd import constants as executed

LEMMA = executed.LemmaConstants(RHO_S, C1, C2, C3, C4, C5, C6)


def as_executed() -> executed.TheoremConstants:
    """What is executed, for N = B E."""
    return executed.theorem_constants(LEMMA, LAMBDA_MIN, LAMBDA_MAX, B * E, B, executed.EXACT_FACTOR, sp.Min)


def require_printed(name: str, value: Expr) -> None:
    """ProofFailure unless the executed value is the printed definition, with N = B E."""
    printed = taken(PRINTED[name], {N: B * E})
    if printed.has(sp.Min):
        require(bool(sp.simplify(printed - value) == 0), f"{name}: executed as printed")
    else:
        require_equal(printed, value, f"{name}: executed as printed")


@claim(
    id="5.1-tau",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, tau",
    statement="tau := {}, as executed: positive, and what the bound on zeta^(t) needs",
    formulas=[PRINTED["tau"]],
    expected=Verdict.PROVED,
    by=[zeta_relative],
)
def tau() -> Result:
    """Hypotheses: C_2, C_4, lambda_min > 0, N = B E.

    Line: the executed formula at symbols is the printed one; claim 5.1-zeta uses it through its executed formula.
    Conclusion: tau.
    """
    require_printed("tau", as_executed().tau)
    require_positive(as_executed().tau, "tau > 0")
    return proved("the executed formula at symbols")


@claim(
    id="5.1-rho",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, rho",
    statement="rho := {}, as executed: 2 rho is at most either branch, whichever is the smaller",
    formulas=[PRINTED["rho"]],
    expected=Verdict.PROVED,
    by=[zeta_relative, stays_near],
)
def rho() -> Result:
    """Hypotheses: rho_s > 0; the second branch is positive. Two cases: which of them is the smaller.

    Line: the executed formula at symbols is the printed one; in each case 2 rho is at most both.
    Conclusion: rho. Claim 5.1-stays-near uses 2 rho <= rho_s, claim 5.1-zeta the second branch.
    """
    require_printed("rho", as_executed().rho)
    second = executed.second_branch(LEMMA, LAMBDA_MIN, B * E, executed.EXACT_FACTOR)
    require(PRINTED["rho"].subs(N, B * E) == sp.Min(RHO_S, second) / 2, "the two branches")
    for case, rho_s, value in APPENDIX_G.rho_by_branch():
        at_most(2 * value, rho_s, f"{case}: 2 rho <= rho_s")
        at_most(2 * value, APPENDIX_G.radius, f"{case}: 2 rho is at most the second branch")
        require_positive(value, f"{case}: rho > 0")
    return proved("the executed formula at symbols, both branches")


@claim(
    id="5.1-gamma",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, gamma",
    statement="gamma := {}, of which the second branch is executed: it is always the smaller",
    formulas=[PRINTED["gamma"]],
    expected=Verdict.PROVED,
    by=[log2_redundant, step_size, form_contraction],
)
def gamma() -> Result:
    """Hypotheses: 0 < lambda_min <= lambda_max, E >= 1, N = B E.

    Line: the executed formula is the second argument of the printed minimum, which claim 5.1-log2-redundant selects.
    Conclusion: gamma.
    """
    second = as_executed().gamma
    require(set(taken(PRINTED["gamma"]).args) == {FIRST_GAMMA, second}, "the executed formula is the second branch")
    require_positive(second, "gamma > 0")
    return proved("the executed formula at symbols")


@claim(
    id="5.1-lambda",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, lambda",
    statement="lambda := {}, as executed: contraction and growth share it, and eta lambda <= 1/8",
    formulas=[PRINTED["lambda"]],
    expected=Verdict.PROVED,
    by=[contraction, growth, eta_lambda],
)
def contraction_rate() -> Result:
    """Hypotheses: lambda_min > 0, B >= 1.

    Line: the executed formula at symbols is the printed one.
    Conclusion: lambda.
    """
    require_printed("lambda", as_executed().lam)
    return proved("the executed formula at symbols")


@claim(
    id="5.1-C",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, C",
    statement="C := {}, as executed: it covers t* = 0 and t* > 0",
    formulas=[PRINTED["C"]],
    expected=Verdict.PROVED,
    by=[risk_at_violation],
)
def risk() -> Result:
    """Hypotheses: C_1, C_2 > 0, tau > 0.

    Line: the executed formula at symbols is the printed one, for the tau that is used with it.
    Conclusion: C.
    """
    require_printed("C", executed.risk_constant(LEMMA, TAU))
    whole = as_executed()
    require_equal(whole.C, PRINTED["C"].subs(TAU, whole.tau), "C is that of the same tau")
    return proved("the executed formula at symbols")


V, V_T, W = map(letter, ("V", "V^T", "W"))
HESSIAN, GRAM = V * W * V_T, W * V_T * V
SECOND, CURVATURE, SLOPE, F_A, F_B, F_AB = names("d^2l(f)/(da_db) l''(f) l'(f) df/da df/db d^2f/(da_db)")
CHAIN_RULE = sp.Eq(SECOND, CURVATURE * F_A * F_B + SLOPE * F_AB)


@claim(
    id="5.1-H",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, H",
    statement="H := sum_i l''_i nu_i nu_i^T = {}, with the nu_i as the columns of V and W = diag(l''), is the Hessian "
    "of N R at theta*, as {}; its nonzero eigenvalues are those of the N x N matrix {} of the l''_i (nu_i . nu_j), "
    "which is what is computed",
    formulas=[HESSIAN, CHAIN_RULE, GRAM],
    expected=Verdict.PROVED,
    by=[range_of_h],
)
def hessian() -> Result:
    """Hypotheses: l'_i = 0 at theta*; f twice differentiable there (no kink); V has the columns nu_i, W = diag(l'').

    Line: the second derivatives of l(f) are l'' f_a f_b + l' f_ab. H v = mu v, mu != 0, gives (W G) u = mu u for
    u = W V^T v, G = V^T V; u = 0 would give H v = V u = 0. Conversely v = V u.
    Conclusion: both matrices have the same nonzero eigenvalues, eigenspace by eigenspace.
    """
    s, t = sp.symbols("s t", real=True)
    f = sp.Function("f")(s, t)
    loss, z = sp.Function("l"), sp.Symbol("z")
    for a in (s, t):
        for b in (s, t):
            first, second = (loss(z).diff(z, order).subs(z, f).doit() for order in (1, 2))
            given = {CURVATURE: second, SLOPE: first, F_A: f.diff(a), F_B: f.diff(b), F_AB: f.diff(a, b)}
            rule = taken(CHAIN_RULE, given).rhs
            composed = sp.diff(loss(f), a, b).doit()
            require(bool(sp.simplify((composed - rule).doit()) == 0), f"second derivative by {a}, {b}")
    u, x, mu = letter("u"), letter("x"), gap("mu")
    hessian, gram, to_samples = taken(HESSIAN), taken(GRAM), W * V_T
    require_zero(gram * (to_samples * x) - to_samples * (hessian * x), "(W G) u = W V^T (H x)")
    require_zero(hessian * (V * u) - V * (gram * u), "H (V u) = V (W G u)")
    require_equal(V * (to_samples * x), hessian * x, "V u = H x = mu x, which is not 0")
    require_positive(mu**2, "mu != 0")
    return proved("chain rule; identities in noncommuting letters")


LOW, HIGH, FORM, NORM = names("low high (v.Hv) ||v||")
FROM_BELOW, FROM_ABOVE = sp.Le(LOW * NORM**2, FORM), sp.Le(FORM, HIGH * NORM**2)


@claim(
    id="5.1-lambda_min",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, lambda_min",
    statement="lambda_min is the smallest strictly positive eigenvalue of H; every positive lower bound low of it may "
    "stand in its place throughout, as the executed one does, since {} on span(nu)",
    formulas=[FROM_BELOW],
    expected=Verdict.PROVED,
    by=[form_contraction, zeta_relative, range_of_h],
)
def smallest_eigenvalue() -> Result:
    """Hypotheses: 0 < low <= lambda_min; the claims named use lambda_min <= v.Hv/||v||^2 on span(nu) only.

    Line: v.Hv >= lambda_min n >= low n on span(nu).
    Conclusion: the theorem holds with the safe end of the enclosure.
    """
    low, n = gap("low"), slack("|v|^2")
    form = (low + slack("lambda_min_minus_low")) * n + slack("v.Hv - lambda_min |v|^2")
    holds(FROM_BELOW, "low n <= lambda_min n <= v.Hv", {LOW: low, NORM**2: n, FORM: form})
    return proved("the form on span(nu)", assumes=[SPECTRAL_THEOREM])


@claim(
    id="5.1-lambda_max",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, lambda_max",
    statement="lambda_max is the largest eigenvalue of H; every upper bound high of it may stand in its place "
    "throughout, as the executed one does, since {}",
    formulas=[FROM_ABOVE],
    expected=Verdict.PROVED,
    by=[operator_steps, step_size],
)
def largest_eigenvalue() -> Result:
    """Hypotheses: high >= lambda_max; the claims named use v.Hv <= lambda_max ||v||^2 only.

    Line: v.Hv <= lambda_max n <= high n; and a larger lambda_max gives a smaller gamma.
    Conclusion: the theorem holds with the safe end of the enclosure.
    """
    n, more = slack("|v|^2"), slack("high_minus_lambda_max")
    form = up_to(LAMBDA_MAX, "share") * n
    holds(FROM_ABOVE, "v.Hv <= lambda_max n <= high n", {HIGH: LAMBDA_MAX + more, NORM**2: n, FORM: form})
    larger = executed.theorem_constants(LEMMA, LAMBDA_MIN, LAMBDA_MAX + more, B * E, B, executed.EXACT_FACTOR, sp.Min)
    at_most(larger.gamma, as_executed().gamma, "gamma does not grow")
    return proved("the form on the whole space", assumes=[SPECTRAL_THEOREM])


@claim(
    id="5.1-O",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, O(||xi^(0)||^2)",
    statement="the constant hidden in O(||xi^(0)||^2) is {}",
    formulas=[HIDDEN],
    expected=Verdict.PROVED,
    by=[risk_at_start],
)
def hidden_constant() -> Result:
    """Hypotheses: those of claim 5.1-risk-at-start.

    Line: the bound of that claim grows with rho, so that rho_s may stand for rho.
    Conclusion: one constant for all starts in the ball.
    """
    radius, more = gap("rho"), slack("more")
    at_most(taken(HIDDEN, {RHO: radius}), taken(HIDDEN, {RHO: radius + more}), "grows with rho")
    return proved("nonnegative coefficients")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
