"""Lemma G.1's constants one by one: rho_c, rho_s and C_1, ..., C_6, against the formulas that exactmem executes.

C_1, C_3, C_4, C_5, rho_c and rho_s are only said to exist in the paper; theirs are ours. The others: `definitions.py`.
"""

from collections.abc import Sequence

import sympy as sp

from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    gap,
    require_equal,
    require_nonnegative,
    require_positive,
    require_zero,
    slack,
    up_to,
)
from exactmem.proofs._facts import CAUCHY_SCHWARZ
from exactmem.proofs.ours import sharp_recursions
from exactmem.proofs.yun2019.theorem_5_1 import _appendix_g as G
from exactmem.proofs.yun2019.theorem_5_1 import _printed as printed
from exactmem.proofs.yun2019.theorem_5_1 import lemma_g1_bounds
from exactmem.proofs.yun2019.theorem_5_1._lemma_g1 import (
    F_TILDE,
    FIRST,
    FIRST_ORDER,
    FOURTH,
    GRADIENT,
    HIGHER_ORDERS,
    LOSS_GAP,
    MAX_2,
    REMAINDER,
    RHO_S,
    SIXTH,
    SUP_2,
    SUP_3,
    P,
    R,
)
from exactmem.proofs.yun2019.theorem_5_1._printed import TWICE, WITHIN_KINKS
from exactmem.proofs.yun2019.theorem_5_1.definitions import rho
from exactmem.proofs.yun2019.theorem_5_1.first_violation import stays_near
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1 import letter
from exactmem.proofs.yun2019.theorem_5_1.quadratic_forms import projection
from exactmem.sgd import constants as executed


@claim(
    id="5.1-rho_c",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, rho_c",
    statement="rho_c: every r with {} and {}, the executed condition, for every unit and sample, keeps every unit on "
    "its piece for ||xi|| <= r; and such r > 0 exist",
    formulas=[sharp_recursions.FAR, sharp_recursions.ROOM],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.kink_free_radius, sharp_recursions.radius],
)
def no_kink_radius() -> Result:
    """Hypotheses: no pre-activation is a kink at theta*.

    Line: claims G.1-kink-free-radius and G.1-sharp-radius.
    Conclusion: rho_c exists and is computed from below.
    """
    distance = gap("dist")
    alpha, weight, t = gap("alpha"), slack("w"), slack("T")
    small = distance / (1 + alpha**2 + weight**2 * t**2 + t + distance)
    for room in sharp_recursions.room(distance, alpha**2, weight**2, t, small):
        require_positive(room, "a radius that leaves room")
    given = {sharp_recursions.ALPHA: alpha, sharp_recursions.W_J: weight, sharp_recursions.T: t}
    for condition in (sharp_recursions.FAR, sharp_recursions.ROOM):
        at = given | {sharp_recursions.DIST: distance, sharp_recursions.RADIUS: small}
        holds(condition, "the condition at that radius", at)
    return proved("the executed condition at a radius that meets it")


WITHIN = sp.Le(2 * printed.RHO, printed.RHO_C)


@claim(
    id="5.1-rho_s",
    theorem="5.1",
    source=PAPER,
    place="Lemma G.1, rho_s",
    statement="rho_s > 0 and {}, and any such number will do: {} as {}",
    formulas=[WITHIN_KINKS, WITHIN, TWICE],
    expected=Verdict.PROVED,
    by=[no_kink_radius, rho, stays_near],
)
def lemma_radius() -> Result:
    """Hypotheses: 0 < rho_s <= rho_c; C_1, C_3, C_4, C_5 are computed for this rho_s.

    Line: ||xi^(t)|| <= 2 rho <= rho_s <= rho_c for t <= t* (claims 5.1-rho, 5.1-stays-near, 5.1-rho_c).
    Conclusion: no iterate up to t* leaves the ball in which Lemma G.1 holds.
    """
    rho_s = gap("rho_s")
    rho_c, twice_rho = rho_s + slack("rho_c_minus_rho_s"), up_to(rho_s, "rho")
    given = {printed.RHO_S: rho_s, printed.RHO_C: rho_c, printed.RHO: twice_rho / 2}
    holds(WITHIN_KINKS, "the ball of the lemma", given)
    holds(TWICE, "twice the start", given)
    holds(WITHIN, "2 rho <= rho_c", given)
    return proved("the chain of the three claims")


@claim(
    id="5.1-C_1",
    theorem="5.1",
    source=OURS,
    place="Appendix I, C_1",
    statement="C_1 = {} over |u| <= U, as executed: {}",
    formulas=[FIRST, LOSS_GAP],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.loss_constants],
)
def first() -> Result:
    """Hypotheses: |f-tilde| <= U; l(u) - l(0) = u^2 times the mean of l'' with weight 1 - s, which has integral 1/2.

    Line: at most u^2 (1/2) sup l''.
    Conclusion: C_1.
    """
    largest, u = gap("sup_l2"), slack("|u|")
    mean = up_to(largest, "mean")
    c1 = taken(FIRST, {SUP_2: largest})
    require_equal(c1, executed.first_constant(largest), "C_1 as executed")
    holds(LOSS_GAP, "the loss gap", {LOSS_GAP.lhs: u**2 * mean / 2, G.C1: c1, F_TILDE: u})
    return proved("the executed formula at symbols")


@claim(
    id="5.1-C_2",
    theorem="5.1",
    source=PAPER,
    place="Lemma G.1 and Appendix I, C_2",
    statement="C_2 := max_i ||nu_i||: nu_i . xi = nu_i . xi_par, and {}",
    formulas=[FIRST_ORDER],
    expected=Verdict.PROVED,
    by=[projection],
)
def second() -> Result:
    """Hypotheses: nu_i^T P = nu_i^T, xi_par = P xi; ||nu_i|| <= C_2.

    Line: nu_i . xi = nu_i . P xi; |nu_i . xi_par| <= ||nu_i|| ||xi_par|| <= C_2 ||xi_par||.
    Conclusion: the bound on the first order of f-tilde.
    """
    nu_t, p, xi = letter("nu^T"), letter("P"), letter("xi")
    require_zero((nu_t * p * xi).subs(nu_t * p, nu_t) - nu_t * xi, "nu_i . xi_par = nu_i . xi")
    norm, length = slack("|nu_i|"), slack("|xi_par|")
    product = up_to(norm * length, "angle")
    given = {FIRST_ORDER.lhs: product, G.C2: norm + slack("C_2_minus_|nu_i|"), P: length}
    holds(FIRST_ORDER, "|nu_i . xi_par| <= C_2 ||xi_par||", given)
    return proved("identity and nonnegative coefficients", assumes=[CAUCHY_SCHWARZ])


@claim(
    id="5.1-C_3",
    theorem="5.1",
    source=OURS,
    place="Appendix I, C_3",
    statement="C_3 = S_L of the executed recursion: {}",
    formulas=[HIGHER_ORDERS],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.layer_constants, sharp_recursions.first_order, sharp_recursions.second_order],
)
def third() -> Result:
    """Hypotheses: the claims named, for layers 1, ..., L; the output layer has slope 1.

    Line: S_L (x^2 + y^2) with x^2 + y^2 = r_1^2 + ... + r_L^2 = ||xi||^2.
    Conclusion: C_3, as the last step of the recursion.
    """
    s_l, x, y, rest = slack("S_L"), slack("r_<L"), slack("r_L"), slack("rest")
    given = {HIGHER_ORDERS.lhs: s_l * (x**2 + y**2), G.C3: s_l, R: sp.sqrt(x**2 + y**2 + rest)}
    holds(HIGHER_ORDERS, "S_L (r_<L^2 + r_L^2) <= C_3 ||xi||^2", given)
    return proved("the recursion's last layer")


@claim(
    id="5.1-C_4",
    theorem="5.1",
    source=OURS,
    place="Appendix I, C_4",
    statement="C_4 = {}, as executed: {}",
    formulas=[FOURTH, REMAINDER],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.loss_constants],
)
def fourth() -> Result:
    """Hypotheses: those of claim G.1-loss-constants, which calls the executed formula.

    Line: C_4 grows with each of its arguments, so that every one may be rounded up.
    Conclusion: C_4.
    """
    arguments = [slack(name) for name in ("l2", "l3", "C_2", "C_3", "rho_s")]
    symbols = dict(zip((MAX_2, SUP_3, G.C2, G.C3, RHO_S), arguments, strict=True))
    require_equal(taken(FOURTH, symbols), executed.fourth_constant(*arguments), "C_4 as executed")
    for place, argument in enumerate(arguments):
        larger: Sequence[Expr] = [*arguments[:place], argument + slack("more"), *arguments[place + 1 :]]
        at_most(executed.fourth_constant(*arguments), executed.fourth_constant(*larger), f"grows with {argument}")
    return proved("the executed formula at symbols")


@claim(
    id="5.1-C_5",
    theorem="5.1",
    source=OURS,
    place="Appendix I, C_5",
    statement="C_5^2 = the largest of the executed coefficients of r_1^2, ..., r_L^2: {}",
    formulas=[GRADIENT],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.layer_constants, sharp_recursions.gradient],
)
def fifth() -> Result:
    """Hypotheses: ||mu||^2 <= sum_k c_k r_k^2 (claim G.1-sharp-gradient), c_k <= C_5^2.

    Line: one term more, at most C_5^2 r_k^2 more.
    Conclusion: ||mu||^2 <= C_5^2 ||xi||^2, by induction over the terms.
    """
    largest, squares, square = gap("C_5^2"), slack("squares_so_far"), slack("r_k^2")
    coefficient = up_to(largest, "k")
    before = up_to(largest * squares, "sum")
    at_most(before + coefficient * square, largest * (squares + square), "one term more")
    given = {G.C5: gap("C_5"), R: slack("||xi||")}
    bound = taken(GRADIENT, given).rhs
    require_equal(bound**2, given[G.C5] ** 2 * given[R] ** 2, "||mu||^2 <= C_5^2 ||xi||^2 is the square of the bound")
    holds(GRADIENT, "the root of a smaller square is smaller", given | {GRADIENT.lhs: up_to(bound, "mu")})
    return proved("induction over the terms")


@claim(
    id="5.1-C_6",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, C_6",
    statement="C_6 := max_i l''_i ||nu_i||, so {}",
    formulas=[SIXTH],
    expected=Verdict.PROVED,
    by=[second, fifth],
)
def sixth() -> Result:
    """Hypotheses: l''_i ||nu_i|| <= C_6, |nu_i . xi| <= ||nu_i|| ||xi_par||, ||mu_i|| <= C_5 ||xi||.

    Line: the product of the three.
    Conclusion: the term with C_5 C_6 in the bound on zeta.
    """
    weight, norm, p, c5, r = (slack(name) for name in ("l2_i", "|nu_i|", "p", "C_5", "r"))
    product, mu = up_to(norm * p, "angle"), up_to(c5 * r, "mu")
    c6 = weight * norm + slack("C_6_more")
    given = {SIXTH.lhs: weight * product * mu, G.C6: c6, P: p, G.C5: c5, R: r}
    holds(SIXTH, "the first term of zeta", given)
    require_nonnegative(c6, "C_6 >= 0")
    return proved("nonnegative coefficients")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
