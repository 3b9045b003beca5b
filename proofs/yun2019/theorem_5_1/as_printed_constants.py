"""Theorem 5.1's constants and indices as printed: exact counterexamples, and the degenerate case put right.

Each function rebuilds its counterexample and re-checks it with rational numbers, or with symbols that stand for every
number of their sign. The corrections stand where `corrects` says.
"""

import sympy as sp

from exactmem.ledger.claims import OURS, PAPER, Kind, Result, Verdict, checked, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, taken
from exactmem.ledger.steps import Expr, gap, require_equal, require_nonnegative, slack
from exactmem.ledger.wording import names
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import C1, C2, C3
from exactmem.proofs.yun2019.theorem_5_1._small_network import (
    HARD_TANH,
    SATURATED,
    SMALL,
    column,
    gradient,
    output,
    pre_activations,
    unflatten,
)
from exactmem.proofs.yun2019.theorem_5_1.first_violation import risk_bound
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1 import letter


@claim(
    id="5.1-erratum-07",
    theorem="5.1",
    source=PAPER,
    place="Appendix I, (21) and the definition of alpha-hat_i",
    statement="R_i = l'' f-tilde^(2+) + (1/2) alpha-hat f-tilde^2 with alpha-hat = (1/2) l''' at a point between",
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote="α̂_i = (1/2) ℓ'''(f_θ*(x_i) + β̂_i f̃_{θ*+ξ}(x_i); y_i) for some β̂_i in [0, 1]",
    note="(21) has a factor 1/2 of its own in front of α̂_i.",
)
def half_of_half() -> Result:
    """Hypotheses: l = u^2/2 + u^3/6 + u^4/12; only b^L moves, by 1/10, so f-tilde = nu . xi = 1/10, f-tilde^(2+) = 0.

    Line: R = l'(1/10) - 1/10 = 2/375, but (1/2)(1/2) l''' f-tilde^2 <= 3/1000 for every intermediate point.
    Conclusion: the two factors 1/2 of the printed text may not both be used: the bound would be unsound.
    """
    u, t = sp.Symbol("u"), sp.Rational(1, 10)
    loss = u**2 / 2 + u**3 / 6 + u**4 / 12
    require_equal(sp.diff(loss, u, 2), (u + sp.S.Half) ** 2 + sp.Rational(3, 4), "l is strictly convex")
    theta = sp.Matrix(SATURATED)
    shifted = output(unflatten(theta + column(0, 0, 0, t), SMALL), column(3), HARD_TANH)
    require(shifted - output(unflatten(theta, SMALL), column(3), HARD_TANH) == t, "f-tilde = 1/10")
    remainder = sp.diff(loss, u).subs(u, t) - sp.diff(loss, u, 2).subs(u, 0) * t
    between = t / (1 + slack("position"))
    third = sp.diff(loss, u, 3)
    require_nonnegative(third.subs(u, t) - third.subs(u, between), "l''' is largest at the end point")
    literal = third.subs(u, t) / 2 * t**2 / 2
    require(remainder == sp.Rational(2, 375) and literal == sp.Rational(3, 1000), "the two numbers")
    require(bool(remainder > literal), "the remainder exceeds the literal bound")
    return refuted("l = u^2/2 + u^3/6 + u^4/12, b^L moved by 1/10: |R| = 2/375 > 3/1000")


START, GAP, C = names("||xi^(0)|| R(theta^(0))-R(theta*) C")
RISK_OF_START = sp.Le(GAP, C * START**4)
ZERO_CASE_PRINTED, ZERO_CASE = C1 * C2**2, C1 * C3**2


@claim(
    id="5.1-erratum-08",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, the case nu_i = 0 for all i",
    statement="if all nu_i vanish (no biases), {} with C = {}",
    formulas=[RISK_OF_START, ZERO_CASE_PRINTED],
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="for this case, Theorem 5.1 is proved with ρ := ρ_s, C := C_1 C_2^2",
    note="The line above it has C_1 C_3^2; an index may have been lost in the text at hand.",
)
def zero_gradients_printed() -> Result:
    """Hypotheses: f = w_2 hardtanh(w_1 x) without biases at w = 0, x = 1, y = 0, squared loss; xi = (e, e), 0 < e < 1.

    Line: nu = 0, hence C_2 = 0 and C = 0, while f = e^2.
    Conclusion: the risk e^4/2 exceeds 0 = C ||xi||^4. The line before it gives C_1 C_3^2.
    """
    origin = column(0, 0, 0, 0)
    nu = gradient(unflatten(origin, SMALL), column(1), HARD_TANH)
    require(nu[0] == 0 and nu[2] == 0, "both weight derivatives vanish: C_2 = 0")
    e = 1 / (1 + gap("s"))
    f = output(unflatten(sp.Matrix([e, 0, e, 0]), SMALL), column(1), HARD_TANH)
    require_equal(f, e**2, "output")
    at = {GAP: f**2 / 2, C: taken(ZERO_CASE_PRINTED, {C2: 0}), START**4: (2 * e**2) ** 2}
    fails(RISK_OF_START, "the risk exceeds the printed bound", at)
    return refuted("f = w_2 hardtanh(w_1 x), x = 1, y = 0, w* = 0, xi = (e, e): risk e^4/2 > 0 = C_1 C_2^2 ||xi||^4")


@claim(
    id="5.1-zero-gradients",
    theorem="5.1",
    source=OURS,
    place="Appendix G, the case nu_i = 0 for all i",
    statement="if all nu_i vanish, C = {} is valid; with an output bias the case cannot occur",
    formulas=[ZERO_CASE],
    expected=Verdict.PROVED,
    corrects="5.1-erratum-08",
)
def zero_gradients(constant: Expr = ZERO_CASE) -> Result:
    """Hypotheses: Lemma G.1 with xi_par = 0; for the second part an output bias b^L.

    Line: C_1 (C_2 * 0 + C_3 r^2)^2 = C_1 C_3^2 r^4, and df/db^L = 1.
    Conclusion: the constant of the degenerate case, and that networks as defined in the paper avoid it.
    """
    r = slack("r")
    require_nonnegative(taken(constant) * r**4 - risk_bound(sp.Integer(0), r), "C_1 C_3^2 ||xi||^4")
    w, a, b, moved = map(letter, ("W", "a", "b", "delta"))
    require_equal((w * a + (b + moved)) - (w * a + b), moved, "df/db^L = 1: b^L enters the output once, additively")
    return proved("nonnegative coefficients; identity in noncommuting letters")


@claim(
    id="5.1-strongly-convex",
    theorem="5.1",
    source=PAPER,
    place="author response to reviewer 3 (strong convexity)",
    statement=(
        "for hard-tanh the risk can be strongly convex at a memorizing minimum; the response speaks of ReLU, where it "
        "cannot (5.1-scale-symmetry)"
    ),
    expected=Verdict.CHECKED,
    quote="This means that for ReLU, the global minimum always has a direction in which the risk value does not change",
)
def strongly_convex_for_hard_tanh() -> Result:
    """Hypotheses: hard-tanh 1-1-1 at (1, 0, 1, 0), x = -3, -1/2, 1/2, 3, y_i = f(x_i), squared loss.

    Line: nu_1, ..., nu_4 are linearly independent; the Hessian of the risk, differentiated symbolically, is H/4.
    Conclusion: H is positive definite, so the risk is strongly convex there (hard-tanh is not homogeneous).
    """
    theta = sp.Matrix(SATURATED)
    inputs = [column(x) for x in (-3, "-1/2", "1/2", 3)]
    nus = [gradient(unflatten(theta, SMALL), x, HARD_TANH) for x in inputs]
    require(sp.Matrix.hstack(*nus).det() != 0, "span(nu) is the whole space")
    h = sum((nu * nu.T for nu in nus), sp.zeros(4, 4))
    variables = sp.Matrix(sp.symbols("w1 b1 w2 b2"))
    risk: Expr = sp.Integer(0)
    for x in inputs:
        z = pre_activations(unflatten(theta, SMALL), x, HARD_TANH)[0][0]
        slope, intercept = HARD_TANH.pieces[HARD_TANH.piece(z)]
        f = variables[2] * (slope * (variables[0] * x[0] + variables[1]) + intercept) + variables[3]
        risk += (f - output(unflatten(theta, SMALL), x, HARD_TANH)) ** 2 / 8
    hessian = sp.hessian(risk, list(variables)).subs(dict(zip(variables, theta, strict=True)))
    require(hessian == h / 4, "the Hessian of the risk is H/N")
    require(all(h[:size, :size].det() > 0 for size in range(1, 5)), "H is positive definite (leading minors)")
    return checked("exact Hessian and leading minors", "hard-tanh 1-1-1, w_1 = w_2 = 1, b = 0, x = -3, -1/2, 1/2, 3")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
