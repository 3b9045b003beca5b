"""Theorem 5.1 on the iterates as printed: exact counterexamples about ||xi^(t)|| <= rho, t*, time and epochs.

Each function rebuilds its counterexample and re-checks it with rational numbers, or with symbols that stand for every
number of their sign. The corrections stand where `corrects` says.
"""

import sympy as sp

from exactmem.ledger.claims import OURS, PAPER, Kind, Result, Verdict, claim, not_covered, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, taken
from exactmem.ledger.steps import (
    Expr,
    from_one,
    gap,
    index,
    less,
    require_equal,
    require_nonnegative,
    require_positive,
    slack,
)
from exactmem.ledger.wording import names
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, Constants
from exactmem.proofs.yun2019.theorem_5_1._printed import CONTRACTION, GROWTH, E, K
from exactmem.proofs.yun2019.theorem_5_1._small_network import (
    HARD_TANH,
    SATURATED,
    SMALL,
    column,
    gradient,
    output,
    pre_activations,
    projection,
    sgd_step,
    square,
    unflatten,
)
from exactmem.proofs.yun2019.theorem_5_1.contraction import contraction, growth
from exactmem.proofs.yun2019.theorem_5_1.first_violation import stays_near
from exactmem.sgd import constants as executed


def _excursion_network() -> tuple[Expr, list[tuple[Expr, Expr]], list[Expr]]:
    """theta*, the two samples and nu_1, nu_2 of a memorizing hard-tanh 1-2-1 network (parameters W1, b1, W2, b2)."""
    theta = column(1, 1, 1, -1, "4/5", "4/5", 0)
    inputs = [column("3/4"), column("-3/4")]
    layers = unflatten(theta, (1, 2, 1))
    samples = [(x, output(layers, x, HARD_TANH)) for x in inputs]
    distances = [abs(z - kink) for x in inputs for z in pre_activations(layers, x, HARD_TANH)[0] for kink in (-1, 1)]
    require(min(distances) == sp.Rational(3, 4), "every pre-activation is at least 3/4 away from the kinks")
    return theta, samples, [gradient(layers, x, HARD_TANH) for x in inputs]


def _excursion_constants(nus: list[Expr]) -> tuple[Expr, Expr, Expr]:
    """(tau, rho, gamma) of Appendix G for `_excursion_network`, B = 1, N = E = 2, squared loss, rho_s = 1/50.

    C_3 = alpha_0/2 and C_5 = alpha_0 by claim G.1-two-layer, C_4 = C_3 and C_6 = C_2 as l'' = 1, l''' = 0.
    """
    alpha_0, rho_s = sp.Rational(5, 4), sp.Rational(1, 50)
    require(alpha_0**2 == 1 + sp.Rational(3, 4) ** 2, "alpha_0 = ||[x; 1]||")
    require(rho_s * alpha_0 < sp.Rational(3, 4), "no unit reaches a kink within rho_s (claim G.1-kink-free-radius)")
    c_2, c_4, c_5 = sp.sqrt(max(square(nu) for nu in nus)), alpha_0 / 2, alpha_0
    gram = sp.Matrix(2, 2, lambda i, j: nus[i].dot(nus[j]))
    smallest, largest = sorted(gram.eigenvals())
    require(c_2 == sp.Rational(7, 4) and (smallest, largest) == (sp.Rational(25, 16), sp.Rational(73, 16)), "spectrum")
    lemma = executed.LemmaConstants(rho_s, sp.Rational(1, 2), c_2, c_4, c_4, c_5, c_2)
    found = executed.theorem_constants(lemma, smallest, largest, 2, 1, executed.EXACT_FACTOR, min)
    return found.tau, found.rho, found.gamma


WITHIN_RHO = sp.Le(*(name**2 for name in names("||xi^(t)|| rho")))


@claim(
    id="5.1-erratum-03",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, '||xi^(t)|| <= rho' in the bound on zeta^(t)",
    statement="{} for every t up to which the condition holds",
    formulas=[WITHIN_RHO],
    expected=Verdict.REFUTED,
    kind=Kind.GAP,
    quote="and also that ||ξ^(t)|| <= ρ <= λ_min C_2 / (16 C_2 C_5 C_6 N + λ_min C_5)",
    note="Only ||ξ^(0)|| <= ρ is known there; ||ξ^(t)|| <= 2 ||ξ^(0)|| is shown later, from this bound.",
)
def stays_within_rho() -> Result:
    """Hypotheses: the 1-2-1 network above, rho = 1/100, eta = 1/125 < gamma, first batch = the sample x = 3/4.

    Line: xi^(0) = (0, 6, 0, 14, 3, 24, -12)/3100 has norm exactly rho; the condition holds at t = 0 and at t = 1.
    Conclusion: ||xi^(1)|| > rho, so the proof may not use ||xi^(t)|| <= rho; it may use ||xi^(t)|| <= 2 rho.
    """
    theta, samples, nus = _excursion_network()
    tau, rho, gamma = _excursion_constants(nus)
    eta = sp.Rational(1, 125)
    require(rho == sp.Rational(1, 100) and 0 < eta < gamma, "rho = 1/100 and eta < gamma")
    xi = column(0, 6, 0, 14, 3, 24, -12) / 3100
    require(square(xi) == rho**2, "||xi^(0)|| = rho")
    moved = sgd_step(theta + xi, (1, 2, 1), samples[:1], eta, HARD_TANH) - theta
    for iterate in (xi, moved):
        require(square(projection(nus, iterate)) >= tau**2 * square(iterate) ** 2, "the condition holds")
    xi_t, radius = names("||xi^(t)|| rho")
    fails(WITHIN_RHO, "||xi^(1)|| > rho", {xi_t**2: square(moved), radius: rho})
    require(square(moved) <= (2 * rho) ** 2, "||xi^(1)|| <= 2 rho")
    return refuted(
        "hard-tanh 1-2-1, W1 = (1, 1), b1 = (1, -1), W2 = (4/5, 4/5), b2 = 0, x = 3/4, -3/4, rho = 1/100, eta = 1/125, "
        f"xi^(0) = (0, 6, 0, 14, 3, 24, -12)/3100: ||xi^(1)||^2 - rho^2 = {square(moved) - rho**2}"
    )


def _saturated_run() -> tuple[Expr, Expr, Expr]:
    """(s, eta, factor): xi^(t) = factor^t (0, 0, s, s) for a saturated 1-1-1 network, any s > 0 and eta < gamma."""
    s = gap("s")
    theta, x = sp.Matrix(SATURATED), column(3)
    require(output(unflatten(theta, SMALL), x, HARD_TANH) == 1, "memorizes y = 1")
    nu = gradient(unflatten(theta, SMALL), x, HARD_TANH)
    require(nu == column(0, 0, 1, 1), "nu = (0, 0, 1, 1), so lambda_min = lambda_max = 2 and gamma = 1/4")
    eta = 1 / (4 * (1 + gap("step_slack")))
    xi = sp.Matrix([0, 0, s, s])
    factor = 1 - 2 * eta
    moved = sgd_step(theta + xi, SMALL, [(x, sp.Integer(1))], eta, HARD_TANH) - theta
    for entry, expected in zip(moved, factor * xi, strict=True):
        require_equal(entry, expected, "xi^(t+1) = (1 - 2 eta) xi^(t)")
    for entry, expected in zip(projection([nu], xi), xi, strict=True):
        require_equal(entry, expected, "xi_par = xi")
    less(factor, 1, "the factor is below 1")
    require_positive(factor, "the factor is positive")
    return s, eta, factor


@claim(
    id="5.1-erratum-04",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, 'at the first iterate t*'",
    statement="there is a first iterate t* at which the condition is violated",
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote="at the first iterate t* >= 0 where the condition ||ξ_∥^(t)|| >= τ ||ξ^(t)||^2 is violated, we have",
    note="There need not be such an iterate.",
)
def first_violation_exists() -> Result:
    """Hypotheses: 1-1-1 hard-tanh at (1, 0, 1, 0), x = 3 (saturated), y = 1, N = B = 1, squared loss, eta < 1/4.

    Line: xi^(t) = (1 - 2 eta)^t (0, 0, s, s) lies in span(nu), and 2 s_t^2 >= tau^2 (2 s_t^2)^2 if 2 tau^2 s_0^2 <= 1.
    Conclusion: the condition holds at every t although the risk 2 s_t^2 is never 0. (xi^(0) = 0 is a trivial case.)
    """
    s, _, factor = _saturated_run()
    square = 2 * s**2
    tau_squared = 1 / (square + slack("room"))
    require_nonnegative(square - tau_squared * square**2, "the condition holds at t = 0")
    later = factor**2 * square
    require_nonnegative(later - tau_squared * later**2, "and at t + 1 whenever it holds at t")
    require_positive(later, "the risk stays positive")
    return refuted(
        "saturated 1-1-1 hard-tanh, x = 3, y = 1, xi^(0) = (0, 0, s, s) with 2 tau^2 s^2 <= 1: t* is infinite"
    )


@claim(
    id="5.1-erratum-05",
    theorem="5.1",
    source=PAPER,
    place="introduction, 'quickly finds'",
    statement="read as: a risk of at most C ||xi^(0)||^4 is reached within T steps, T and C independent of theta^(0)",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote=(
        "SGD initialized close enough (say ε away) to the minimum, quickly finds a point that has empirical risk O(ε^4)"
    ),
    note="No number of steps is given; 5.1-corollary-k gives one.",
)
def bounded_time() -> Result:
    """Hypotheses: the run of erratum 4; any C > 0, any number of steps T, decay = (1 - 2 eta)^T in (0, 1].

    Line: the risk after T steps is 2 decay^2 s^2, and ||xi^(0)||^4 = 4 s^4.
    Conclusion: with s^2 = decay^2/(4C) the risk after T steps is still twice C ||xi^(0)||^4: T must grow as s falls.
    """
    s, _, factor = _saturated_run()
    decay, c = gap("decay"), gap("C")
    layers = unflatten(sp.Matrix(SATURATED) + sp.Matrix([0, 0, decay * s, decay * s]), SMALL)
    risk = (output(layers, column(3), HARD_TANH) - 1) ** 2 / 2
    require_equal(risk, 2 * decay**2 * s**2, "risk after T steps")
    require_equal(
        risk.subs(s, decay / (2 * sp.sqrt(c))), 2 * c * 4 * (decay / (2 * sp.sqrt(c))) ** 4, "twice the bound"
    )
    less(factor, 1, "decay falls with T")
    return refuted(
        "saturated 1-1-1 hard-tanh, xi^(0) = (0, 0, s, s), s^2 = (1 - 2 eta)^(2T)/(4C): too slow for every T, C"
    )


@claim(
    id="5.1-erratum-06",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, 'as long as ... for all t in [kE, kE+E-1]'",
    statement="the per-epoch inequalities hold for every epoch in which the condition holds, also after a violation",
    expected=Verdict.NOT_COVERED,
)
def epochs_after_a_violation() -> Result:
    """Hypotheses: the condition on [kE, kE+E-1] only; it may have been violated before.

    Line: the proof needs ||xi^(t)|| <= 2 rho, which is known only while the condition has held from t = 0 on.
    Conclusion: neither proved nor refuted; no counterexample is known.
    """
    return not_covered("the printed proof does not reach this case and no counterexample is known")


LAST_STEP = K * E + E - 1


@claim(
    id="5.1-epochs-before-violation",
    theorem="5.1",
    source=OURS,
    place="Theorem 5.1, per-epoch inequalities",
    statement="the per-epoch inequalities {} and {} hold for k if the condition holds for all t from 0 to {}",
    formulas=[CONTRACTION, GROWTH, LAST_STEP],
    expected=Verdict.PROVED,
    corrects="5.1-erratum-06",
    by=[stays_near, contraction, growth],
)
def epochs_before_violation(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: ||xi^(0)|| <= rho, 0 < eta < gamma, the condition at every t from 0 to kE+E-1.

    Line: claim 5.1-stays-near for all these t, then claims 5.1-contraction and 5.1-growth for epoch k.
    Conclusion: both inequalities of the theorem, with the quantifier the proof supports.
    """
    for line in (stays_near, contraction, growth):
        line(constants)
    epoch, steps = index("k"), from_one("E")
    last = taken(LAST_STEP, {K: epoch, E: steps})
    require_equal(last - epoch * steps + 1, steps, "the epoch k has the steps from kE to this one")
    return proved("the claims named in the line")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
