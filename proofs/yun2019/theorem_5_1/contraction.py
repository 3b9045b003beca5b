"""Theorem 5.1, one epoch: ||xi_par|| contracts by 1 - eta lambda and ||xi|| grows by at most eta lambda ||xi_par||.

Scalars stand for norms; `x` is eta lambda_max/B. Matrices H_k stand as noncommuting letters where their order
matters. Induction steps are checked for every value of the index; the principle of induction is the only step left.
"""

import sympy as sp

from exactmem.ledger.claims import PAPER, Result, Verdict, claim, proved, require
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
)
from exactmem.proofs._facts import CAUCHY_SCHWARZ
from exactmem.proofs.yun2019.theorem_5_1 import _printed as printed
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, LAMBDA_MAX, LAMBDA_MIN, B, Constants, E, N
from exactmem.proofs.yun2019.theorem_5_1.constants import bernoulli, step_size, zeta_relative
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1 import letter
from exactmem.proofs.yun2019.theorem_5_1.quadratic_forms import form_contraction, operator_steps, projection

XI_NEXT, XI, START, FACTOR, PRODUCT, NOISE, PROJECTED = map(
    letter, ("xi_par^(t+1)", "xi_par^(t)", "xi_par^(0)", "A_t", "Phi_t", "S_t", "P zeta^(t)")
)
UPDATE = sp.Eq(XI_NEXT, FACTOR * XI - printed.ETA * PROJECTED)
UNROLLED = sp.Eq(XI, PRODUCT * START - printed.ETA * NOISE)
PRODUCT_NEXT = sp.Eq(letter("Phi_(t+1)"), FACTOR * PRODUCT)
NOISE_NEXT = sp.Eq(letter("S_(t+1)"), FACTOR * NOISE + PROJECTED)


@claim(
    id="5.1-unrolled",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, (14) and (16), the expansion of the product",
    statement="repeating the update {} gives (14) and (16), {}, for every E and every order of the batches, where {} "
    "and {}; in (16) A = I and I - P stands for P",
    formulas=[UPDATE, UNROLLED, PRODUCT_NEXT, NOISE_NEXT],
    expected=Verdict.PROVED,
    by=[projection],
    coq="Updates.unrolled_updates",
)
def unrolled() -> Result:
    """Hypotheses: xi_par^(t+1) = A_t xi_par^(t) - eta P z_t and xi_perp^(t+1) = xi_perp^(t) - eta (I - P) z_t.

    Line: with Phi_(t+1) = A_t Phi_t and S_(t+1) = A_t S_t + P z_t, Phi_t xi_0 - eta S_t satisfies the update.
    Conclusion: (14), and (16) with A_t = I; the letters do not commute and any order of the partition is covered.
    """
    factor, phi, total, noise, start = map(letter, ("A", "Phi", "S", "Pz", "xi0"))
    eta = sp.Symbol("eta")

    def closed(phi: Expr, total: Expr) -> Expr:
        return taken(UNROLLED, {PRODUCT: phi, START: start, NOISE: total, printed.ETA: eta}).rhs

    require_equal(closed(sp.Integer(1), sp.Integer(0)), start, "base: Phi_0 = I, S_0 = 0")
    for name, a in (("(14)", factor), ("(16)", sp.Integer(1))):
        given = {FACTOR: a, PRODUCT: phi, NOISE: total, PROJECTED: noise, printed.ETA: eta}
        after = closed(taken(PRODUCT_NEXT, given).rhs, taken(NOISE_NEXT, given).rhs)
        holds(UPDATE, f"induction step of {name}", given | {XI_NEXT: after, XI: closed(phi, total)})
    return proved("induction with base and step in noncommuting letters")


def _ratio_of_binomials(top: Expr, low: Expr) -> Expr:
    """C(top, low + 1)/C(top, low) in closed form."""
    return sp.combsimp(sp.binomial(top, low + 1) / sp.binomial(top, low))


@claim(
    id="5.1-product-expansion",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, norm of the product of I - (eta/B) H_k",
    statement="the k-th order term of the expanded product has norm at most {}",
    formulas=[printed.ORDER_K],
    expected=Verdict.PROVED,
    by=[operator_steps],
)
def product_expansion() -> Result:
    """Hypotheses: ||H_k v|| <= lambda_max ||v|| (claim 5.1-operator-steps); e_k(n) = the ordered sum
    of order k in the product of n factors.

    Line: e_k(n+1) = e_k(n) - (eta/B) H_n e_(k-1)(n), so the bounds add up as C(n, k) + C(n, k-1) = C(n+1, k).
    Conclusion: ||e_k(E)|| <= C(E, k) x^k with x = eta lambda_max/B, for every E and k.
    """
    last, lower, same = sp.symbols("H e_lower e_same", commutative=False)
    scale, order = sp.symbols("eta_over_B order")
    longer = sp.expand((1 - order * scale * last) * (lower + order * same))
    require_equal(longer.coeff(order, 1), same - scale * last * lower, "order k of the product with one more factor")
    n, k = sp.symbols("n k", integer=True, positive=True)
    x = printed.ETA * printed.LAMBDA_MAX / printed.B

    def bound(n: Expr, k: Expr) -> Expr:
        return taken(printed.ORDER_K, {printed.E: n, printed.K: k})

    pascal = sp.combsimp(sp.powsimp(sp.expand((bound(n, k) + x * bound(n, k - 1)) / bound(n + 1, k))))
    require_equal(pascal, sp.Integer(1), "Pascal's rule for the bounds")
    x, binomial, before = slack("x"), slack("C(n,k)"), slack("C(n,k-1)")
    same_norm, lower_norm = slack("|e_k|"), slack("|e_(k-1)|")
    bound_same, bound_lower = same_norm + slack("room_k"), lower_norm + slack("room_(k-1)")
    at_most(same_norm + x * lower_norm, bound_same + x * bound_lower, "the norms add up")
    power = slack("x^(k-1)")
    require_equal(binomial * x * power + x * before * power, (binomial + before) * x * power, "the bounds add up")
    return proved("induction over the factors; Pascal's rule", assumes=[CAUCHY_SCHWARZ])


@claim(
    id="5.1-binomial-ratio",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, C(E, k+1) 2/E <= C(E, k)",
    statement="{} for 2 <= k <= E - 1",
    formulas=[printed.RATIO],
    expected=Verdict.PROVED,
)
def binomial_ratio() -> Result:
    """Hypotheses: integers 2 <= k <= E - 1, written k = 2 + a, E = k + 1 + b.

    Line: C(E, k+1)/C(E, k) = (E - k)/(k + 1) and 2/E <= (k + 1)/(E - k).
    Conclusion: the printed inequality, for every such pair.
    """
    k = 2 + index("a")
    top = k + 1 + index("b")
    ratio = (top - k) / (k + 1)
    require_equal(_ratio_of_binomials(top, k), ratio, "quotient of the binomial coefficients")
    own = gap("C(E,k)")
    given = {sp.binomial(printed.E, printed.K + 1): ratio * own, sp.binomial(printed.E, printed.K): own}
    holds(printed.RATIO, "C(E, k+1) * 2/E <= C(E, k)", given | {printed.E: top})
    return proved("closed form of the quotient; nonnegative coefficients in a, b")


@claim(
    id="5.1-geometric-tail",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, the sum from k = 2 to E",
    statement="sum_(k=2)^E C(E, k) x^k <= 2 C(E, 2) x^2 with x = eta lambda_max/B; {} and {}",
    formulas=[printed.TAIL, printed.TAIL_COST],
    expected=Verdict.PROVED,
    by=[binomial_ratio, step_size],
)
def geometric_tail(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: 0 < eta < gamma, x = eta lambda_max/B, E >= 2; T_k = C(E, k) x^k.

    Line: x <= 1/E gives T_(k+1) <= T_k/2; so sum_(k=2)^m T_k + T_m never grows with m, and is 2 T_2 at m = 2.
    Conclusion: the higher-order terms cost at most half of the first-order gain.
    """
    x = constants.eta * LAMBDA_MAX / B
    less(x, 1 / E, "eta lambda_max/B < 1/E")
    k = 2 + index("a")
    top = k + 1 + index("b")
    at_most(_ratio_of_binomials(top, k) / top, sp.Rational(1, 2), "T_(k+1)/T_k at x = 1/E")
    following, total = slack("T_next"), slack("sum_so_far")
    current, first = 2 * following + slack("s_half"), slack("T_2")
    at_most(first + first, 2 * first, "base of the induction: the sum T_2 and the term T_2")
    at_most((total + following) + following, total + current, "induction step: the sum plus its last term never grows")
    given = {printed.ETA: constants.eta, printed.LAMBDA_MAX: LAMBDA_MAX, printed.B: B, printed.E: E, printed.X: x}
    pairs = {sp.binomial(printed.E, 2): E * (E - 1) / 2}
    holds(printed.TAIL, "2 C(E, 2) = E(E - 1) <= E^2", pairs | given)
    holds(printed.TAIL_COST, "eta^2 E^2 lambda_max^2/B^2", given)
    return proved("induction with explicit base and step; nonnegative coefficients")


@claim(
    id="5.1-one-step-epoch",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, the case E = 1",
    statement="for E = 1 the sum over k >= 2 is empty and the epoch contracts by {}",
    formulas=[printed.ONE_STEP],
    expected=Verdict.PROVED,
    by=[form_contraction, zeta_relative],
)
def one_step_epoch(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: E = 1 (gradient descent, N = B), 0 < eta < gamma.

    Line: the factor is 1 - eta lambda_min/B + eta lambda_min/(8N) with N = B, and C(1, 2) = 0.
    Conclusion: gradient descent is covered, with room to spare: 7/8 instead of 1/4.
    """
    single = {symbol: sp.Integer(0) for symbol in E.free_symbols}
    eta, samples = constants.eta.subs(single), N.subs(single)
    factor = 1 - eta * LAMBDA_MIN / B + eta * LAMBDA_MIN / (8 * samples)
    require(sp.binomial(1, 2) == 0, "C(1, 2) = 0")
    require_equal(factor, taken(printed.ONE_STEP, {printed.ETA: eta, printed.B: B}), "factor for E = 1")
    at_most(factor, 1 - eta * constants.lam.subs(single), "1 - eta lambda")
    require_positive(factor, "the factor is positive")
    return proved("substitution E = 1; nonnegative coefficients")


def printed_lambda(constants: Constants) -> Expr:
    """lambda as printed; ProofFailure unless it is the lambda of these constants."""
    lam: Expr = taken(printed.PRINTED["lambda"], {printed.B: B})
    require_equal(lam, constants.lam, "lambda as printed is the lambda that is used")
    return lam


@claim(
    id="5.1-contraction",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, first inequality",
    statement="{} with lambda := {}",
    formulas=[printed.CONTRACTION, printed.PRINTED["lambda"]],
    expected=Verdict.PROVED,
    by=[unrolled, operator_steps, form_contraction, product_expansion, geometric_tail, zeta_relative, bernoulli],
)
def contraction(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: 0 < eta < gamma; ||zeta^(t)|| <= lambda_min/(8N) (1 + u)^t p_0 for 0 <= t <= E - 1; (1 + u)^t <= 2.

    Line: 1 - eta lambda_min/B + E(E - 1) x^2 + eta E lambda_min/(4N) <= 1 - eta lambda_min/(2B) + eta lambda_min/(4B).
    Conclusion: the factor of one epoch is at most 1 - eta lambda.
    """
    eta = constants.eta
    x = eta * LAMBDA_MAX / B
    noise = eta * E * 2 * LAMBDA_MIN / (8 * N)
    require_equal(noise, eta * LAMBDA_MIN / (4 * B), "(15): E/N = 1/B")
    product = 1 - eta * LAMBDA_MIN / B + E * (E - 1) * x**2
    at_most(product, 1 - eta * LAMBDA_MIN / (2 * B), "norm of the product on span(nu)")
    now = slack("p_0")
    given = {printed.P_NEXT: (product + noise) * now, printed.P_NOW: now}
    lam = printed_lambda(constants)
    holds(printed.CONTRACTION, "1 - eta lambda", given | {printed.ETA: eta, printed.LAMBDA: lam})
    return proved("nonnegative coefficients in the slacks", assumes=[CAUCHY_SCHWARZ])


@claim(
    id="5.1-growth",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1, second inequality",
    statement="{} with lambda := {}",
    formulas=[printed.GROWTH, printed.PRINTED["lambda"]],
    expected=Verdict.PROVED,
    by=[unrolled, operator_steps, projection, zeta_relative, bernoulli],
)
def growth(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: factors A_t of norm at most 1 on span(nu), identity on its complement; the bound on ||zeta^(t)||.

    Line: (||A v||)^2 + ||w||^2 <= ||v||^2 + ||w||^2 twice; eta sum_(t<E) ||zeta^(t)|| <= eta E lambda_min/(4N) p_0.
    Conclusion: the growth of one epoch, and of any part of it (fewer terms), is at most eta lambda p_0.
    """
    image, perpendicular = slack("norm_Av"), slack("norm_w")
    at_most(
        image**2 + perpendicular**2,
        (image + slack("s_norm")) ** 2 + perpendicular**2,
        "a contraction of the parallel part shortens the sum",
    )
    eta, p = gap("eta"), slack("p_0")
    lam = printed_lambda(constants)
    r = slack("r_0")
    reached = (r + E * eta * LAMBDA_MIN / (4 * N) * p) / (1 + slack("less"))
    given = {printed.R_NEXT: reached, printed.R_NOW: r, printed.P_NOW: p}
    holds(printed.GROWTH, "all E steps of an epoch", given | {printed.ETA: eta, printed.LAMBDA: lam})
    done = index("steps_done")
    epoch = done + 1 + index("steps_left")
    at_most(done * eta * LAMBDA_MIN / (4 * B * epoch) * p, eta * lam * p, "the first steps of an epoch")
    return proved("Pythagoras with slacks; nonnegative coefficients", assumes=[CAUCHY_SCHWARZ])


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
