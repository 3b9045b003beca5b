"""Theorem 5.1's assumptions as printed, each refuted by an exact counterexample next to what has to be assumed instead.

Parameters of a 1-1-1 network are ordered (w_1, b_1, w_2, b_2). A symbol with a sign stands for every such number, so
that one counterexample refutes every choice of the constants the theorem asserts.
"""

import sympy as sp

from exactmem.ledger.claims import OURS, PAPER, Kind, Result, Verdict, checked, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import every, holds
from exactmem.ledger.steps import Expr, at_most, gap, less, require_equal, require_positive, slack, up_to
from exactmem.ledger.wording import names
from exactmem.proofs._facts import EXTREME_VALUE, SYMMETRIC_RANGE
from exactmem.proofs.yun2019.theorem_5_1 import _printed as printed
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, C1, C2, C3, C4, C5, RHO_S, Constants
from exactmem.proofs.yun2019.theorem_5_1._small_network import (
    HARD_TANH,
    RELU,
    SMALL,
    Activation,
    column,
    gradient,
    output,
    pre_activations,
    sgd_step,
    unflatten,
)
from exactmem.proofs.yun2019.theorem_5_1.first_violation import stays_near
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1 import letter
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1_bounds import kink_free_radius
from exactmem.sgd import constants as executed


def f_at(theta: Expr, x: Expr, activation: Activation) -> Expr:
    """f_theta(x) of a 1-1-1 network, kinks allowed."""
    return output(unflatten(theta, SMALL), column(x), activation)


@claim(
    id="5.1-erratum-01",
    theorem="5.1",
    source=PAPER,
    place="Theorem 5.1 and Appendix G, 'J well-defined'",
    statement="differentiability of the risk at theta* is enough: the conclusion at t* = 0 follows",
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote=(
        "By assumption, R(·) is differentiable at θ*; this means that J^l_θ*(x_i) are well-defined at θ* for all data"
        " points and layers"
    ),
)
def differentiable_risk() -> Result:
    """Hypotheses: f = w_2 relu(w_1 x + b_1) + b_2, N = 1, x = 1, y = 0, theta* = (1, -1, 1, 0), squared loss.

    Line: R <= (9/2) ||xi||^2 near theta*, so R is differentiable there. Whatever value s is given to sigma'(0),
    nu = (s, s, 0, 1) is orthogonal to xi_A = (e, 0, 0, -s e) and to xi_B = (-e, 0, 0, s e), so t* = 0 for both.
    Conclusion: one of the two risks is at least e^2/8 and exceeds C ||xi||^4 for small e: no rho, tau, C will do.
    """
    theta = column(1, -1, 1, 0)
    require(pre_activations(unflatten(theta, SMALL), column(1), RELU)[0][0] == 0, "the pre-activation is a kink")
    require(f_at(theta, 1, RELU) == 0, "theta* memorizes")
    a, b, c = sp.symbols("abs_xi_1 abs_xi_2 abs_xi_4", real=True)
    squares = (2 * b - 2 * a) ** 2 + (2 * c - a) ** 2 + (2 * c - b) ** 2
    require_equal(
        9 * (a**2 + b**2 + c**2) - (2 * a + 2 * b + c) ** 2, squares, "|f|^2 <= (2|xi_1| + 2|xi_2| + |xi_4|)^2"
    )
    s, e = sp.Symbol("s", real=True), gap("e")
    nu = sp.Matrix([s, s, 0, 1])
    risks = []
    for xi in (sp.Matrix([e, 0, 0, -s * e]), sp.Matrix([-e, 0, 0, s * e])):
        require_equal(nu.dot(xi), sp.Integer(0), "xi_par = 0, so the condition is violated at t = 0")
        risks.append(sp.expand(f_at(theta + xi, 1, RELU) ** 2 / 2))
    require_equal(risks[0] + risks[1] - e**2 / 4, e**2 * (2 * s - 1) ** 2 / 4, "one risk is at least e^2/8")
    c_any, norm = gap("C"), 1 + slack("s_squared")
    squared_step = 1 / (8 * c_any * norm**2 * (1 + gap("slack")))
    less(c_any * squared_step**2 * norm**2, squared_step / 8, "C ||xi||^4 < e^2/8 for small e")
    return refuted("theta* = (1, -1, 1, 0), x = 1, y = 0: xi_par = 0 and R >= e^2/8 for one of two xi, any sigma'(0)")


@claim(
    id="5.1-erratum-02",
    theorem="5.1",
    source=PAPER,
    place="Assumption 5.1",
    statement="strict convexity of the loss is enough: H has a positive eigenvalue and some lambda > 0 contracts",
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote="The loss function ℓ(z;y) is a strictly convex and three times differentiable function of z.",
    note="The proof divides by λ_min, which needs ℓ'' > 0 at the minima.",
)
def strict_convexity() -> Result:
    """Hypotheses: l(z; y) = (z - y)^4, N = 1; 1-1-1 ReLU network at (1, -2, 1, 0), x = 1, y = 0: a dead unit, f = b_2.

    Line: l is strictly convex with l'' = 0 at its minimum, so H = 0 although nu = (0, 0, 0, 1) is not zero.
    Conclusion: b -> b - 4 eta b^3 with xi = xi_par, which exceeds (1 - eta lambda) b whenever 4 b^2 < lambda.
    """
    u, v = sp.symbols("u v", real=True)
    square_sum = 4 * (v - u) * ((u + v / 2) ** 2 + sp.Rational(3, 4) * v**2)
    require_equal(4 * v**3 - 4 * u**3, square_sum, "l' is strictly increasing")
    require(sp.diff(u**4, u, 2).subs(u, 0) == 0, "l''(0) = 0")
    theta = column(1, -2, 1, 0)
    require(gradient(unflatten(theta, SMALL), column(1), RELU) == column(0, 0, 0, 1), "nu")
    b, eta = gap("b"), gap("eta")
    moved = sgd_step(
        theta + sp.Matrix([0, 0, 0, b]), SMALL, [(column(1), 0)], eta, RELU, lambda residual: 4 * residual**3
    )
    for entry, expected in zip(moved, (1, -2, 1, b - 4 * eta * b**3), strict=True):
        require_equal(entry, sp.sympify(expected), "one step")
    lam = 4 * b**2 + gap("lambda_minus_4b2")
    less((1 - eta * lam) * b, b - 4 * eta * b**3, "no contraction by 1 - eta lambda")
    return refuted(
        "l = u^4, dead ReLU, xi^(0) = (0, 0, 0, b): ||xi^(1)|| = b - 4 eta b^3 > (1 - eta lambda) b for small b"
    )


WEIGHT, PART, FORM = names("l''_i (nu_i.v) (v.Hv)")
CURVED, ONE_TERM = sp.Gt(WEIGHT, 0), sp.Le(PART**2, FORM / WEIGHT)


@claim(
    id="5.1-range-of-h",
    theorem="5.1",
    source=OURS,
    place="Assumption 5.1",
    statement="if also {} for all i, then range(H) = span(nu), as {}, so lambda_min acts on all of span(nu)",
    formulas=[CURVED, ONE_TERM],
    expected=Verdict.PROVED,
    corrects="5.1-erratum-02",
)
def range_of_h() -> Result:
    """Hypotheses: H = sum_i l''_i nu_i nu_i^T with every l''_i > 0.

    Line: v^T H v = sum_i l''_i (nu_i . v)^2 >= l''_i (nu_i . v)^2, so H v = 0 forces nu_i . v = 0 for every i.
    Conclusion: ker(H) = span(nu)^perp, and for a symmetric matrix range(H) = ker(H)^perp = span(nu).
    """
    weight, other, square = every(CURVED, "l''_i"), slack("other_terms"), slack("(nu_i.v)^2")
    holds(ONE_TERM, "(nu_i . v)^2 <= v^T H v / l''_i", {PART**2: square, WEIGHT: weight, FORM: weight * square + other})
    return proved("sum of squares with positive weights", assumes=[SYMMETRIC_RANGE])


LEAST = [sp.Eq(constant, 0) for constant in names("C_3 C_4 C_5")]
NO_TAU = sp.Eq(sp.Symbol("tau"), 0)
POSITIVE = [sp.Gt(constant, 0) for constant in names("tau rho gamma lambda C")]


@claim(
    id="5.1-least-constants",
    theorem="5.1",
    source=PAPER,
    place="Lemma G.1, 'positive constants', in tau and rho",
    statement=(
        "that the constants are positive, as Lemma G.1 says, is needed: the least constants for which its bounds hold "
        "can be {}, {}, {}, where {} and rho divides by 0"
    ),
    formulas=[*LEAST, NO_TAU],
    expected=Verdict.PROVED,
    quote="there exist positive constants ρ_s (<= ρ_c), C_1, C_2, C_3, C_4, and C_5",
)
def least_constants() -> Result:
    """Hypotheses: 1-1-1 hard-tanh at (1, 0, 1, 0), x = 3 (saturated), y = 1, squared loss; |xi_1|, |xi_2| <= 1/4.

    Line: f stays w_2 + b_2 with constant gradient (0, 0, 1, 1): the least C_3, C_4 and C_5 are 0.
    Conclusion: tau = 0, and the denominator of rho is 0.
    """
    quarter = sp.Rational(1, 4)
    xi = sp.Matrix([slack("a") - quarter, slack("b") - quarter, sp.Symbol("c"), sp.Symbol("d")])
    theta = column(1, 0, 1, 0)
    moved = unflatten(theta + xi, SMALL)
    third, fourth, fifth = LEAST
    beyond = f_at(theta + xi, 3, HARD_TANH) - 1 - (xi[2] + xi[3])
    holds(third, "f-tilde has no second-order term", {third.lhs: beyond})
    zero = executed.fourth_constant(sp.Integer(2), sp.Integer(0), C2, third.rhs, RHO_S)
    holds(fourth, "its derivative is linear", {fourth.lhs: zero})
    for entry, before in zip(gradient(moved, column(3), HARD_TANH), (0, 0, 1, 1), strict=True):
        holds(fifth, "the gradient does not move", {fifth.lhs: entry - before})
    given = dict(zip((C3, C4, C5), (constant.rhs for constant in LEAST), strict=True))
    tau, radius = (sp.sympify(e).subs(given) for e in (APPENDIX_G.tau, APPENDIX_G.radius))
    holds(NO_TAU, "tau = 0", {NO_TAU.lhs: tau})
    denominator = sp.fraction(APPENDIX_G.radius)[1].subs(C5, fifth.rhs)
    require(sp.expand(denominator) == 0 and not radius.is_finite, "division by zero in rho")
    return proved("saturated 1-1-1 hard-tanh network, symbolic perturbations with |xi_1|, |xi_2| <= 1/4")


@claim(
    id="5.1-positive-constants",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1 and Appendix G",
    statement="C_3, C_4, C_5 may be enlarged to positive numbers, and then {}, {}, {}, {} and {}",
    formulas=POSITIVE,
    expected=Verdict.PROVED,
)
def positive_constants(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: Lemma G.1 with nonnegative C_3, C_4, C_5 and floors added to them; C_1, C_2, C_6, lambda_min > 0.

    Line: every bound of Lemma G.1 grows with its constant; tau, radius, gamma, lambda, C are quotients of positives.
    Conclusion: floors at a positive rational keep the theorem and remove the division by zero.
    """
    p, r, c3, floor = slack("p"), slack("r"), slack("C3_least"), gap("floor")
    at_most(C1 * (C2 * p + c3 * r**2) ** 2, C1 * (C2 * p + (c3 + floor) * r**2) ** 2, "larger C_3")
    for power in (1, 2):
        at_most(c3 * r**power, (c3 + floor) * r**power, "larger C_4, C_5")
    first_rho, second_rho = (rho for _, _, rho in constants.rho_by_branch())
    for radius in (first_rho, second_rho):
        values = (constants.tau, radius, constants.gamma, constants.lam, constants.risk)
        for relation, value in zip(POSITIVE, values, strict=True):
            holds(relation, f"{relation.lhs} is positive", {relation.lhs: value})
    return proved("nonnegative coefficients")


@claim(
    id="5.1-erratum-12",
    theorem="5.1",
    source=PAPER,
    place="Appendix I, alpha_i and alpha-hat_i",
    statement="a strictly convex, three times differentiable loss has l''' bounded near its minimum",
    expected=Verdict.REFUTED,
    kind=Kind.GAP,
    quote=(
        "α_i = ℓ'''(f_θ*(x_i) + β_i f̃_{θ*+ξ}(x_i); y_i) for some β_i in [0, 1]. For small enough ρ_s, f̃_{θ*+ξ}(x_i)"
        " is small enough and bounded, so there exists a constant C_1"
    ),
    note="A three times differentiable loss need not have a bounded third derivative.",
)
def bounded_third_derivative() -> Result:
    """Hypotheses: l'' = 1 + u^2 sin(1/u^2) (1 at u = 0), l(0) = l'(0) = 0.

    Line: l''' exists everywhere (l'''(0) = lim u sin(1/u^2) = 0) and is -2/u at u = 1/sqrt(2 pi k). l'' > 0:
    l'' >= 1 - u^2 for |u| < 1, and sin(1/u^2) > 0 for |u| >= 1, as 1/u^2 <= 1 < pi.
    Conclusion: l'''(1/sqrt(2 pi k)) = -2 sqrt(2 pi k) is unbounded as u -> 0.
    """
    u, k = sp.Symbol("u", positive=True), sp.Symbol("k", integer=True, positive=True)
    curvature = 1 + u**2 * sp.sin(1 / u**2)
    require(sp.limit((curvature - 1) / u, u, 0) == 0, "l'''(0) = 0")
    third = sp.diff(curvature, u).subs(u, 1 / sp.sqrt(2 * sp.pi * k))
    require_equal(sp.simplify(third), -2 * sp.sqrt(2 * sp.pi * k), "l''' at 1/sqrt(2 pi k)")
    inside = 1 / (1 + gap("s"))
    require_positive(1 - inside**2, "l'' > 0 for |u| < 1")
    require(bool(sp.pi > 1), "sin is positive on (0, 1]")
    return refuted("l'' = 1 + u^2 sin(1/u^2): l'''(1/sqrt(2 pi k)) = -2 sqrt(2 pi k)")


@claim(
    id="5.1-third-derivative",
    theorem="5.1",
    source=OURS,
    place="Assumption 5.1",
    statement="l in C^3 makes sup |l'''| over |u| <= U finite, as explicit C_1 and C_4 need",
    expected=Verdict.PROVED,
    corrects="5.1-erratum-12",
)
def continuous_third_derivative() -> Result:
    """Hypotheses: l in C^3.

    Line: a continuous function is bounded on the compact interval |u| <= U.
    Conclusion: C_1 and C_4 are finite. For polynomial losses the bound is a sum of the terms' bounds.
    """
    u, largest = slack("|u|"), slack("more")
    for k in range(3, 7):
        term = k * (k - 1) * (k - 2)
        at_most(term * u ** (k - 3), term * (u + largest) ** (k - 3), f"degree {k}: at most its value at U")
    return proved("a continuous function on a compact interval", assumes=[EXTREME_VALUE])


@claim(
    id="5.1-equal-slopes",
    theorem="5.1",
    source=PAPER,
    place="section 5.1, 'the slopes ... do not change'",
    statement=(
        "equal slopes have to hold in the whole ball, as Appendix G says: at theta* and theta* + xi alone they do not "
        "give a-tilde^1 = J (Delta x + delta)"
    ),
    expected=Verdict.CHECKED,
    quote="for any ξ satisfying ||ξ|| <= ρ_c, the slopes of activation functions stay constant",
)
def equal_slopes() -> Result:
    """Hypotheses: hard-tanh, pre-activation -2 at theta* and +2 at theta* + xi: slope 0 at both.

    Line: the values are -1 and +1.
    Conclusion: a-tilde = 2, but J (Delta x + delta) = 0.
    """
    before, after = sp.Integer(-2), sp.Integer(2)
    slopes = [HARD_TANH.pieces[HARD_TANH.piece(z)][0] for z in (before, after)]
    require(slopes == [0, 0], "equal slopes")
    moved = HARD_TANH.value(after) - HARD_TANH.value(before)
    require(moved == 2 and moved != slopes[0] * (after - before), "the value jumps")
    return checked("exact values", "hard-tanh from -2 to +2: slopes 0 and 0, values -1 and +1")


FIRST_TILDE = sp.Eq(letter("a-tilde^1"), letter("J^1") * (letter("Delta^1") * letter("x") + letter("delta^1")))


@claim(
    id="5.1-same-piece",
    theorem="5.1",
    source=OURS,
    place="section 5.1 and Appendix I",
    statement="the same piece, not only the same slope, before and after a step gives {}",
    formulas=[FIRST_TILDE],
    expected=Verdict.PROVED,
)
def same_piece() -> Result:
    """Hypotheses: both pre-activations lie on the piece sigma(z) = slope z + intercept.

    Line: (slope z' + intercept) - (slope z + intercept) = slope (z' - z).
    Conclusion: programs compare indices of pieces. On a ball around theta*, equal slopes mean equal pieces.
    """
    slopes, intercepts, w, b, x, delta, delta_b = map(letter, ("J^1", "c^1", "W", "b", "x", "Delta^1", "delta^1"))
    before, after = (slopes * z + intercepts for z in (w * x + b, (w + delta) * x + b + delta_b))
    holds(FIRST_TILDE, "affine pieces", {FIRST_TILDE.lhs: after - before})
    return proved("identity in noncommuting letters, for every affine piece")


@claim(
    id="5.1-erratum-14",
    theorem="5.1",
    source=PAPER,
    place="section 5, 'SGD never reaches such points'",
    statement="SGD never reaches a point where the network is not differentiable",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote=(
        "since nondifferentiable points lie in a set of measure zero and SGD never reaches such points in reality, "
        "this is a reasonable assumption"
    ),
    note="“In reality” makes it a remark on experience; exact iterates can reach a kink.",
)
def reaches_a_kink() -> Result:
    """Hypotheses: 1-1-1 ReLU, N = 1, x = 1, y = 0, squared loss, any 0 < eta < 1/2, theta = (z, 0, 1, b_2).

    Line: with b_2 = z (1 - 2 eta)/(2 eta) the output is z/(2 eta) and both w_1 and b_1 lose z/2 in one step.
    Conclusion: the pre-activation of theta^(1) is exactly 0, for every eta; all numbers are rational if eta and z are.
    """
    eta, z = 1 / (2 + gap("s")), gap("z")
    theta = sp.Matrix([z, 0, 1, z * (1 - 2 * eta) / (2 * eta)])
    moved = sgd_step(theta, SMALL, [(column(1), 0)], eta, RELU)
    require_equal(sp.cancel(moved[0] + moved[1]), sp.Integer(0), "pre-activation after the step")
    exact = sgd_step(column(1, 0, 1, 1), SMALL, [(column(1), 0)], sp.Rational(1, 4), RELU)
    require(exact[0] + exact[1] == 0, "eta = 1/4, theta = (1, 0, 1, 1)")
    return refuted("relu, x = 1, y = 0, eta = 1/4: theta = (1, 0, 1, 1) -> w_1 x + b_1 = 1/2 - 1/2 = 0")


@claim(
    id="5.1-no-kink-up-to-violation",
    theorem="5.1",
    source=OURS,
    place="Theorem 5.1",
    statement="inside the theorem no iterate up to t* meets a kink, since {}, {}, {} and {}",
    formulas=[printed.NEAR, printed.START_INSIDE, printed.TWICE, printed.WITHIN_KINKS],
    expected=Verdict.PROVED,
    corrects="5.1-erratum-14",
    by=[stays_near, kink_free_radius],
)
def no_kink_up_to_violation(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: no kink at theta*, ||xi^(0)|| <= rho, 0 < eta < gamma.

    Line: claims 5.1-stays-near and G.1-kink-free-radius, with rho_s <= rho_c.
    Conclusion: differentiability of every iterate up to t* is a conclusion, not an assumption.
    """
    stays_near(constants)
    kink_free_radius()
    rho_s = gap("rho_s")
    twice_rho = up_to(rho_s, "2 rho")
    start = up_to(twice_rho / 2, "start")
    now, rho_c = up_to(2 * start, "now"), rho_s + slack("rho_c - rho_s")
    given = {printed.RHO: twice_rho / 2, printed.RHO_S: rho_s, printed.START: start, printed.NOW: now}
    for relation in (printed.NEAR, printed.START_INSIDE, printed.TWICE, printed.WITHIN_KINKS):
        holds(relation, "one of the chain", given | {printed.RHO_C: rho_c})
    at_most(now, rho_c, "no iterate leaves the ball without kinks")
    return proved("the two claims named in the line")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
