"""Theorem 5.1, up to the first violation t* of ||xi_par|| >= tau ||xi||^2: the iterates stay near, the risk at t*.

r_t = ||xi^(t)|| and p_t = ||xi_par^(t)|| (p_t <= r_t by Pythagoras); q = eta lambda lies in (0, 1/8]; m = 1 - q.
"""

from collections.abc import Sequence

import sympy as sp

from exactmem.ledger.arguments import Line, assemble, never_grows, solves
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    gap,
    index,
    less,
    require_equal,
    require_positive,
    slack,
    up_to,
)
from exactmem.ledger.wording import names
from exactmem.proofs.yun2019.theorem_5_1 import _printed as printed
from exactmem.proofs.yun2019.theorem_5_1 import lemma_g1_bounds
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, C1, C2, C3, Constants
from exactmem.proofs.yun2019.theorem_5_1.constants import bernoulli, eta_lambda, zeta_relative
from exactmem.proofs.yun2019.theorem_5_1.contraction import contraction, growth

Q, LAST, K_STAR, EPOCH, T_STAR = names("q K k E t*")
GEOMETRIC = sp.Eq(sp.Symbol("q sum_(k=0)^K (1 - q)^k"), 1 - (1 - Q) ** (LAST + 1))
REACHED, LEFT_OVER = sp.Le(K_STAR * EPOCH, T_STAR), sp.Le(T_STAR, K_STAR * EPOCH + EPOCH - 1)


@claim(
    id="5.1-geometric-sum",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, last display",
    statement="{} <= 1 for q = eta lambda, so ||xi^(t*)|| <= 2 ||xi^(0)||",
    formulas=[GEOMETRIC],
    expected=Verdict.PROVED,
)
def geometric_sum() -> Result:
    """Hypotheses: 0 < q < 1; p_k <= (1 - q)^k p_0; p_0 <= r_0; r_(t*) <= r_0 + q sum_(k<=k*) p_k.

    Line: the closed form by induction on K, base and step; then `power` stands for (1 - q)^(K+1) >= 0.
    Conclusion: ||xi^(t*)|| <= r_0 + p_0 <= 2 r_0.
    """
    m = 1 / (1 + gap("s"))
    q = 1 - m

    def advance(n: Expr, state: Sequence[Expr]) -> tuple[Expr, Expr]:
        total, power = state
        return total + q * power, m * power

    solves(
        (q, m),
        advance,
        lambda n: (taken(GEOMETRIC, {Q: q, LAST: n}).rhs, m ** (n + 1)),
        "the sum up to K and (1 - q)^(K+1)",
    )
    power = slack("power")
    p_0 = slack("p_0")
    r_0 = p_0 + slack("r_0_minus_p_0")
    at_most(r_0 + (1 - power) * p_0, 2 * r_0, "r_0 + p_0 <= 2 r_0")
    return proved("induction with explicit base and step; nonnegative coefficients")


@claim(
    id="5.1-epoch-of-t",
    theorem="5.1",
    source=OURS,
    place="Appendix G, definition of k*",
    statement="k* = max(k : kE <= t*) gives a k with {} and {}, so at most E - 1 steps are left over",
    formulas=[REACHED, LEFT_OVER],
    expected=Verdict.PROVED,
)
def epoch_of_t() -> Result:
    """Hypotheses: integers t* = k E + j with 0 <= j <= E - 1 (division with remainder), E = j + 1 + i.

    Line: k E <= t* < (k + 1) E.
    Conclusion: k* = k is the largest k with kE <= t*, and the last part of the run is shorter than an epoch.
    """
    k, j = index("k"), index("j")
    epoch = j + 1 + index("i")
    t_star = k * epoch + j
    given = {K_STAR: k, EPOCH: epoch, T_STAR: t_star}
    holds(REACHED, "kE <= t*", given)
    less(t_star, (k + 1) * epoch, "t* < (k+1)E")
    holds(LEFT_OVER, "steps left over", given)
    return proved("division with remainder; nonnegative coefficients")


@claim(
    id="5.1-stays-near",
    theorem="5.1",
    source=OURS,
    place="Theorem 5.1 and Appendix G",
    statement="{} for every t <= t*, by strong induction on t, where {} and {}",
    formulas=[printed.NEAR, printed.START_INSIDE, printed.TWICE],
    expected=Verdict.PROVED,
    corrects="5.1-erratum-03",
    by=[zeta_relative, contraction, growth, eta_lambda, epoch_of_t],
)
def stays_near(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: ||xi^(0)|| <= rho, 0 < eta < gamma, the condition holds at every s < t; the claim holds for s < t.

    Line: ||xi^(s)|| <= 2 rho for s < t bounds zeta^(s), hence whole epochs before t and the begun epoch of t;
    r_k + p_k does not increase from epoch to epoch, so r_t <= r_k + q p_k <= r_k + p_k <= r_0 + p_0 <= 2 r_0.
    Conclusion: the claim for t. The begun epoch is part of the induction, so t = t* is included.
    """
    for case, rho_s, rho in constants.rho_by_branch():
        given = {printed.RHO: rho, printed.RHO_S: rho_s}
        holds(printed.TWICE, f"{case}: 2 rho <= rho_s, so that Lemma G.1 applies to every iterate", given)
        start = up_to(rho, "start")
        holds(printed.START_INSIDE, f"{case}: the start", given | {printed.START: start})
        at_most(2 * start, rho_s, f"{case}: twice the start, too")
    eta_lambda(constants)
    m, p, r = slack("one_minus_q"), slack("p_k"), slack("r_k")
    p_next, r_next = m * p - slack("s_contraction"), r + (1 - m) * p - slack("s_growth")

    def whole_epochs() -> None:
        at_most(r_next + p_next, r + p, "r + p never grows over an epoch")

    def begun_epoch() -> None:
        at_most(r + (1 - m) * p, r + p, "inside an epoch")
        r_0 = p + slack("r_0_minus_p_0")
        for case, reached in (("r_0 + p_0 <= 2 r_0", r_0 + p), ("base t = 0", r_0)):
            holds(printed.NEAR, case, {printed.NOW: reached, printed.START: r_0})

    before, condition = "||xi^(s)|| <= 2 ||xi^(0)|| for all s < t", "||xi_par^(s)|| >= tau ||xi^(s)||^2 for all s < t"
    noise, epochs = "||zeta^(s)|| <= lambda_min/(8N) ||xi_par^(s)|| for all s < t", "p, r by epochs before t"
    sum_ = "r_k + p_k <= r_0 + p_0 for all epochs k that begin at or before t"
    assemble(
        [before, condition, "||xi^(0)|| <= rho", "0 < eta < gamma"],
        [
            Line((before, condition, "||xi^(0)|| <= rho"), noise, lambda: zeta_relative(constants)),
            Line((noise, "0 < eta < gamma"), "contraction", lambda: contraction(constants)),
            Line((noise,), "growth", lambda: growth(constants)),
            Line(("contraction", "growth"), epochs, epoch_of_t),
            Line((epochs,), sum_, whole_epochs),
            Line((sum_, epochs), printed.NEAR, begun_epoch),
        ],
        [printed.NEAR],
    )
    return proved("strong induction over t, assembled from the claims it rests on; r_k + p_k never grows")


def risk_bound(p: Expr, r: Expr) -> Expr:
    """Lemma G.1's bound C_1 (C_2 ||xi_par|| + C_3 ||xi||^2)^2 on every sample's loss gap, hence on the risk gap."""
    return C1 * (C2 * p + C3 * r**2) ** 2


@claim(
    id="5.1-risk-at-violation",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, C ||xi^(0)||^4",
    statement="{} with C := {}, for t* = 0 and t* > 0",
    formulas=[printed.RISK, printed.PRINTED["C"]],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.loss_constants, lemma_g1_bounds.layer_constants, stays_near],
)
def risk_at_violation(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: p < tau r^2 at t*; r <= 2 r_0 (r = r_0 for t* = 0); ||xi^(t*)|| <= rho_s.

    Line: C_1 (C_2 p + C_3 r^2)^2 <= C_1 (C_2 tau + C_3)^2 r^4 <= 16 C_1 (C_2 tau + C_3)^2 r_0^4.
    Conclusion: the fourth-order bound; for t* = 0 already the constant without the factor 16 does.
    """
    tau, r = constants.tau, gap("r")
    violated = risk_bound(up_to(tau * r**2, "violation"), r)
    at_most(violated, C1 * (C2 * tau + C3) ** 2 * r**4, "the condition is violated")
    at_most(risk_bound(sp.Integer(0), r), C1 * (C2 * tau + C3) ** 2 * r**4, "p = 0")
    c, r_0 = constants.risk, r / 2 + slack("r_0_minus_half_r")
    bound = C1 * (C2 * tau + C3) ** 2 * r**4
    for case, start in (("t* > 0: r <= 2 r_0", r_0), ("t* = 0: r = r_0", r)):
        holds(printed.RISK, case, {printed.GAP: bound, printed.C: c, printed.START: start})
    symbols = {printed.C1: C1, printed.C2: C2, printed.C3: C3, printed.TAU: tau}
    require_equal(taken(printed.PRINTED["C"], symbols), c, "C as printed is the C that is used")
    return proved("nonnegative coefficients")


@claim(
    id="5.1-risk-at-start",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, first display",
    statement="{}",
    formulas=[printed.RISK_AT_START],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.loss_constants, lemma_g1_bounds.layer_constants],
)
def risk_at_start() -> Result:
    """Hypotheses: p_0 <= r_0 <= rho <= rho_s; Lemma G.1.

    Line: C_1 (C_2 p_0 + C_3 r_0^2)^2 <= C_1 (C_2 + C_3 rho)^2 r_0^2.
    Conclusion: the constant hidden in O(||xi^(0)||^2).
    """
    p = slack("p_0")
    r = p + slack("r_minus_p")
    rho = r + slack("rho_minus_r")
    given = {printed.GAP_0: risk_bound(p, r), printed.RHO: rho, printed.START: r}
    holds(printed.RISK_AT_START, "second-order bound", given)
    return proved("nonnegative coefficients")


def show_slow_powers() -> None:
    """(1 - q)^k (1 + k q) <= 1 for 0 < q < 1 and every k >= 0."""
    q = 1 / (1 + gap("s"))
    never_grows(lambda k, power: power * (1 + k * q), 1 - q, "(1 - q)^k (1 + k q) <= 1")


@claim(
    id="5.1-no-violation",
    theorem="5.1",
    source=OURS,
    place="Theorem 5.1, 'the first iterate t*'",
    statement="if the condition is never violated, {} -> 0",
    formulas=[printed.VANISHING],
    expected=Verdict.PROVED,
    corrects="5.1-erratum-04",
    by=[contraction, bernoulli, eta_lambda, stays_near],
)
def no_violation(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: p_t >= tau r_t^2 for all t; p_(kE+j) <= 2 p_(kE) <= 2 (1 - q)^k r_0; tau > 0, q > 0.

    Line: (1 - q)^k (1 + k q) <= 1 by induction (step (1 - q)(1 + (k+1) q) <= 1 + k q), then r_t^2 <= p_t/tau.
    Conclusion: either t* is finite with the stated bounds, or t* is infinite and xi^(t) -> 0.
    """
    contraction(constants)
    bernoulli(constants)
    eta_lambda(constants)
    show_slow_powers()
    k, q = index("k"), gap("q")
    require_positive(constants.tau, "tau > 0")
    r_0, tau = slack("r_0"), gap("tau")
    power = 1 / (1 + k * q + slack("s_power"))
    p_t = up_to(2 * power * r_0, "epoch")
    rate = q / printed.LAMBDA
    given = {printed.NOW_K**2: p_t / tau, printed.START: r_0, printed.TAU: tau, printed.K: k, printed.ETA: rate}
    holds(printed.VANISHING, "bound on ||xi||^2", given)
    return proved("induction with explicit base and step")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
