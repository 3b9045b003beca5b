"""Theorem 5.1, Appendix G: what the constants tau, rho, gamma and lambda give, for all values of the parameters.

Scalars stand for norms: r = ||xi^(t)||, p = ||xi_par^(t)||. C_1, ..., C_6, lambda_min <= lambda_max are positive,
B, E >= 1 are integers, N = B E. The inequalities come from substituting slack variables for the hypotheses and
looking at the signs of the coefficients (`nonnegative`).
"""

from collections.abc import Iterator

import sympy as sp
from flint import arb

from exactmem.ledger.arguments import never_grows
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    gap,
    less,
    require_equal,
    require_positive,
    slack,
    up_to,
)
from exactmem.ledger.wording import said
from exactmem.proofs._facts import CAUCHY_SCHWARZ
from exactmem.proofs.yun2019.theorem_5_1 import _printed as printed
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import (
    APPENDIX_G,
    C2,
    C4,
    C5,
    C6,
    LAMBDA_MAX,
    LAMBDA_MIN,
    SPREAD,
    B,
    Constants,
    E,
    N,
)


@claim(
    id="5.1-zeta-triangle",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, first bound on zeta^(t)",
    statement="{}",
    formulas=[printed.TRIANGLE],
    expected=Verdict.PROVED,
)
def zeta_triangle() -> Result:
    """Hypotheses: Lemma G.1 at xi: |R_i| <= C_4 r^2, ||mu_i|| <= C_5 r; ||nu_i|| <= C_2, l''_i ||nu_i|| <= C_6.

    Line: (l'' nu.xi + R)(nu + mu) = l'' (nu.xi) nu + zeta_i with zeta_i = l'' (nu.xi) mu + R (nu + mu).
    Conclusion: every ||zeta_i||, hence the mean over a batch, is at most C_5 C_6 r p + C_2 C_4 r^2 + C_4 C_5 r^3.
    """
    curvature, product, remainder, nu, mu = sp.symbols("curvature product remainder nu mu")
    zeta = curvature * product * mu + remainder * (nu + mu)
    require_equal((curvature * product + remainder) * (nu + mu), curvature * product * nu + zeta, "splitting of g")
    p, norm_mu, norm_r, norm_nu, weighted = (slack(name) for name in ("p", "mu", "R", "nu", "weighted_nu"))
    c5_r, c4_r2, c2, c6 = norm_mu + slack("a"), norm_r + slack("b"), norm_nu + slack("c"), weighted + slack("d")
    r = gap("r")
    given = {
        printed.ZETA: weighted * p * norm_mu + norm_r * norm_nu + norm_r * norm_mu,
        printed.C2: c2,
        printed.C4: c4_r2 / r**2,
        printed.C5: c5_r / r,
        printed.C6: c6,
        printed.R: r,
        printed.P: p,
    }
    holds(printed.TRIANGLE, "bound on ||zeta_i||", given)
    return proved("identity and nonnegative coefficients in the slacks", assumes=[CAUCHY_SCHWARZ])


def bounded_iterates(constants: Constants) -> Iterator[tuple[str, Expr, Expr]]:
    """The hypotheses on one iterate, for either branch of rho: (case, r, p) with 0 < r <= 2 rho and p >= tau r^2."""
    for case, _, rho in constants.rho_by_branch():
        r = up_to(2 * rho, "radius")
        yield case, r, constants.tau * r**2 + slack("s_condition")


def zeta_bound(r: Expr, p: Expr) -> Expr:
    """The right side of the first bound on ||zeta||, as a function of r = ||xi|| and p = ||xi_par||."""
    bound: Expr = taken(printed.TRIANGLE, {printed.R: r, printed.P: p}).rhs
    return bound


@claim(
    id="5.1-zeta",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, bound lambda_min/(8N) on zeta^(t)",
    statement="||xi_par|| >= tau ||xi||^2 and ||xi|| <= 2 rho give {}",
    formulas=[printed.NOISE],
    expected=Verdict.PROVED,
    by=[zeta_triangle],
)
def zeta_relative(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: p >= tau r^2, 0 <= r <= 2 rho, the first bound on ||zeta||, all C_i > 0.

    Line: zeta <= (C_2 C_4/tau) p + (C_5 C_6 + C_4 C_5/tau) r p <= lambda_min/(8N) p.
    Conclusion: the relative size of zeta. Twice rho is allowed here: rho itself carries the factor 1/2.
    """
    tau = constants.tau
    for case, r, p in bounded_iterates(constants):
        middle = C2 * C4 / tau * p + (C5 * C6 + C4 * C5 / tau) * r * p
        at_most(zeta_bound(r, p), middle, f"{case}: ||xi||^2 replaced by ||xi_par||/tau")
        given = {
            printed.ZETA: middle + constants.rounding * p,
            printed.LAMBDA_MIN: LAMBDA_MIN,
            printed.N: N,
            printed.P: p,
        }
        holds(printed.NOISE, f"{case}: zeta at most lambda_min/(8N)", given)
    at_most(C4 * C5 / tau, LAMBDA_MIN * C5 / (constants.factor * C2 * N), "C_4 C_5/tau")
    require_equal(zeta_bound(sp.Integer(0), sp.Integer(0)), sp.Integer(0), "xi = 0")
    return proved("nonnegative coefficients after r = 2 rho/(1+s), p = tau r^2 + s'")


@claim(
    id="5.1-step-size",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, below the update rule",
    statement="eta < gamma gives {}, {} and {}",
    formulas=[printed.SHORT_SQUARE, printed.SHORT_EPOCH, printed.SHORT_STEP],
    expected=Verdict.PROVED,
    coq="Constants51.step_size",
)
def step_size(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: 0 < eta < gamma = lambda_min B/(2 lambda_max^2 E^2), E >= 1.

    Line: eta lambda_max/B < lambda_min/(2 lambda_max E^2) <= 1/(2 E^2) <= 1/(2E).
    Conclusion: eta/B is short enough for claim 5.1-operator-steps, and for the tail of the expanded product.
    """
    given = {printed.ETA: constants.eta, printed.LAMBDA_MAX: LAMBDA_MAX, printed.B: B, printed.E: E}
    for bound in (printed.SHORT_SQUARE, printed.SHORT_EPOCH, printed.SHORT_STEP):
        holds(bound, said(bound), given)
    return proved("nonnegative coefficients")


@claim(
    id="5.1-eta-lambda",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, the factor 1 - eta lambda",
    statement="{} and 0 < eta lambda for 0 < eta < gamma, so 7/8 < 1 - eta lambda < 1",
    formulas=[printed.SHORT],
    expected=Verdict.PROVED,
    corrects="5.1-typo-step-sign",
)
def eta_lambda(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: 0 < eta < gamma, lambda = lambda_min/(4B).

    Line: eta lambda < lambda_min^2/(8 lambda_max^2 E^2) <= 1/8.
    Conclusion: the contraction factor is a number between 7/8 and 1.
    """
    product = constants.eta * constants.lam
    require_positive(product, "eta lambda > 0")
    holds(printed.SHORT, "eta lambda < 1/8", {printed.ETA: constants.eta, printed.LAMBDA: constants.lam})
    less(sp.Rational(7, 8), 1 - product, "7/8 < 1 - eta lambda")
    less(product, 1 / (8 * (1 + SPREAD) ** 2 * E**2), "eta lambda < lambda_min^2/(8 lambda_max^2 E^2)")
    return proved("nonnegative coefficients")


@claim(
    id="5.1-log2-redundant",
    theorem="5.1",
    source=OURS,
    place="Appendix G, gamma",
    statement="gamma = {}: it is always smaller than {}",
    formulas=[printed.SECOND_GAMMA, printed.FIRST_GAMMA],
    expected=Verdict.PROVED,
)
def log2_redundant(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: 0 < lambda_min <= lambda_max, E >= 1.

    Line: gamma <= B/(2 lambda_min) < 8 B log 2/lambda_min, because 16 log 2 > 1 (enclosure by ball arithmetic).
    Conclusion: the minimum in the printed gamma is attained by its second branch alone, and gamma is rational.
    """
    require(bool(16 * arb(2).log() > 1), "16 log 2 > 1 for every point of the ball")
    log_two = sp.Rational(1, 16) + gap("log2_minus_1_16")
    at_most(constants.gamma, B / (2 * LAMBDA_MIN), "gamma <= B/(2 lambda_min)")
    given = {printed.LAMBDA_MAX: LAMBDA_MAX, printed.B: B, printed.E: E}
    require_equal(taken(printed.SECOND_GAMMA, given), constants.gamma, "gamma is the second branch")
    first = taken(printed.FIRST_GAMMA, given | {sp.log(2): log_two})
    less(constants.gamma, first, "the first branch is larger")
    return proved("nonnegative coefficients; rigorous enclosure of log 2 (flint.arb)")


@claim(
    id="5.1-bernoulli",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, growth of ||xi_par|| within an epoch",
    statement="{} <= 2 for 0 <= t <= E, without logarithms",
    formulas=[printed.WITHIN_EPOCH],
    expected=Verdict.PROVED,
    corrects="5.1-typo-range",
)
def bernoulli(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: 0 < eta < gamma, u = eta lambda_min/(8N), integers 0 <= t <= E.

    Line: (1 + u)^n (1 - n u) never grows with n (step (1 + u)(1 - (n+1) u) <= 1 - n u) and is 1 at n = 0; E u <= 1/16.
    Conclusion: (1 + u)^t <= 1/(1 - t u) <= 1/(1 - E u) <= 16/15, and ||zeta^(t)|| <= lambda_min/(4N) ||xi_par^(0)||.
    """
    u = slack("u")
    never_grows(lambda n, power: power * (1 - n * u), 1 + u, "(1 + u)^n (1 - n u) <= 1")
    total = E * constants.eta * LAMBDA_MIN / (8 * N)
    require_positive(1 - total, "1 - E u > 0")
    at_most(total, sp.Rational(1, 16), "E u <= 1/16")
    holds(printed.WITHIN_EPOCH, "1/(1 - E u) <= 16/15", {printed.WITHIN_EPOCH.lhs: 1 / (1 - total)})
    at_most(LAMBDA_MIN / (8 * N) * printed.WITHIN_EPOCH.rhs, LAMBDA_MIN / (4 * N), "lambda_min/(4N)")
    return proved("induction with explicit base and step; nonnegative coefficients")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
