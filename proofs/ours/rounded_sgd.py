"""Theorem 5.1 for inexact steps (Theorem 5.1r) and a time bound (Corollary K): both go beyond the paper.

Theorem 5.1r. With 32 in place of 16 in tau and in rho, and gamma, lambda unchanged, every conclusion of Theorem 5.1
holds for theta^(t+1) = theta^(t) - eta (g^(t) + e^(t)) as long as ||e^(t)|| <= lambda_min/(16N) ||xi_par^(t)||.
"""

import sympy as sp

from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import at_most, gap, require_equal, slack, up_to
from exactmem.proofs._facts import LOGARITHM
from exactmem.proofs.yun2019.theorem_5_1 import _printed as printed
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, LAMBDA_MIN, ROUNDED, Constants, N
from exactmem.proofs.yun2019.theorem_5_1.constants import step_size, zeta_relative, zeta_triangle
from exactmem.proofs.yun2019.theorem_5_1.first_violation import (
    no_violation,
    risk_at_violation,
    risk_bound,
    show_slow_powers,
    stays_near,
)
from exactmem.proofs.yun2019.theorem_5_1.quadratic_forms import form_contraction, operator_steps, projection


@claim(
    id="5.1r-zeta",
    theorem="5.1",
    source=OURS,
    place="Theorem 5.1r",
    statement="with 32 for 16 in tau and rho {} gives {}",
    formulas=[printed.ALLOWED, printed.ROUNDED_NOISE],
    expected=Verdict.PROVED,
    by=[zeta_triangle],
)
def rounded_zeta(constants: Constants = ROUNDED) -> Result:
    """Hypotheses: p >= tau r^2 and r <= 2 rho with 32 in place of 16; ||e|| <= lambda_min/(16N) p.

    Line: ||zeta|| + ||e|| <= lambda_min/(8N) p is shown for these constants; ||e|| takes half of it, zeta the other.
    Conclusion: zeta + e satisfies the bound that Appendix G uses for zeta.
    """
    zeta_relative(constants)
    p = slack("p")
    given = {printed.LAMBDA_MIN: LAMBDA_MIN, printed.N: N, printed.P: p}
    allowed = taken(printed.ALLOWED, given).rhs
    require_equal(allowed, constants.rounding * p, "the size of e that is executed")
    half = taken(printed.NOISE, given).rhs - allowed
    require_equal(half, allowed, "the other half")
    holds(printed.ROUNDED_NOISE, "zeta and e take half each", given | {printed.ROUNDED_NOISE.lhs: half + allowed})
    return proved("nonnegative coefficients, as for claim 5.1-zeta with the error added")


@claim(
    id="5.1r-conclusions",
    theorem="5.1",
    source=OURS,
    place="Theorem 5.1r",
    statement=(
        "every conclusion of Theorem 5.1 holds for steps theta - eta (g + e) with {} (rounded ones), with 32 for 16 in "
        "tau and rho"
    ),
    formulas=[printed.ALLOWED],
    expected=Verdict.PROVED,
    by=[projection, operator_steps, rounded_zeta, no_violation, risk_at_violation],
)
def rounded_conclusions(constants: Constants = ROUNDED) -> Result:
    """Hypotheses: those of Theorem 5.1 with the constants of 5.1r and steps theta - eta (g + e).

    Line: (12) and (13) hold with z = zeta + e in place of zeta; all later lines use zeta only through its bound.
    Conclusion: contraction, growth, ||xi^(t)|| <= 2 ||xi^(0)||, the risk at t*, and the case of no violation.
    """
    xi, parallel, zeta, error, eta, h = sp.symbols("xi xi_par zeta e eta H_over_B", commutative=False)
    require_equal(
        xi - eta * (h * parallel + zeta + error),
        xi - eta * h * parallel - eta * (zeta + error),
        "(12) and (13) with zeta + e",
    )
    for line in (step_size, form_contraction, stays_near, risk_at_violation, no_violation):
        line(constants)
    return proved("all lines of Appendix G repeated with these constants")


LEAST_K = sp.Le((1 - printed.ETA * printed.LAMBDA) ** sp.Symbol("K"), 4 * printed.TAU * printed.START)


@claim(
    id="5.1-corollary-k",
    theorem="5.1",
    source=OURS,
    place="Theorem 5.1, 'quickly finds'",
    statement="If xi^(0) is not 0, {} at iterate min(t*, K E), where K is the least integer >= 0 with {}, that is "
    "max(0, ceil(log(1/(4 tau ||xi^(0)||))/-log(1 - eta lambda)))",
    formulas=[printed.RISK, LEAST_K],
    expected=Verdict.PROVED,
    corrects="5.1-erratum-05",
    by=[stays_near, risk_at_violation, no_violation],
)
def corollary_k(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: those of Theorem 5.1, ||xi^(0)|| = r_0 > 0, and t* > K E (else the claim is the theorem's at t*).

    Line: p_(KE) <= (1 - q)^K p_0 <= 4 tau r_0^2 and r_(KE) <= 2 r_0; K = 0 for 4 tau r_0 >= 1 as p_0 <= r_0.
    Conclusion: C_1 (C_2 p + C_3 r^2)^2 <= 16 C_1 (C_2 tau + C_3)^2 r_0^4; K exists, K <= ceil(1/(4 tau r_0 q)).
    """
    stays_near(constants)
    risk_at_violation(constants)
    tau, r_0 = constants.tau, gap("r_0")
    c = constants.risk
    power = up_to(taken(LEAST_K, {printed.TAU: tau, printed.START: r_0}).rhs, "power")
    p = power * up_to(r_0, "parallel")
    r = up_to(2 * r_0, "growth")
    holds(printed.RISK, "risk at iterate K E", {printed.GAP: risk_bound(p, r), printed.C: c, printed.START: r_0})
    large = 1 + slack("s_large")
    at_most(up_to(r_0, "parallel"), large * r_0, "K = 0: p_0 <= r_0 <= 4 tau r_0^2 for 4 tau r_0 >= 1")
    show_slow_powers()
    q, needed = gap("q"), gap("four_tau_r_0")
    at_most(1 / (1 + q * (1 / (needed * q))), needed, "a K with K q >= 1/(4 tau r_0) is large enough")
    return proved("nonnegative coefficients; induction", assumes=[LOGARITHM])


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
