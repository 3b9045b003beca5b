"""Lemma G.1's constants: one valid choice of C_1, ..., C_5 and of the radius rho_c, step by step over the layers.

Per sample and with r = ||xi||: alpha = ||[a^(l-1); 1]||, s = max |slope| of layer l, w = ||J^l W^l||, d = ||D^l||,
w_up = ||W^(l+1) J^l||. The recursions, zero at l = 0 (and G_L = 0), are
F_l = s alpha + w F_(l-1),  S_l = w S_(l-1) + s T_(l-1),  T_l = F_l + rho_s S_l,
G_l = s d_(l+1) + G_(l+1) (w_up + s rho_s).
"""

import sympy as sp

from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    gap,
    index,
    require_equal,
    require_positive,
    slack,
    up_to,
)
from exactmem.ledger.wording import names
from exactmem.proofs._facts import NORMS, TAYLOR
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import C1, C2, C3, C4
from exactmem.proofs.yun2019.theorem_5_1._lemma_g1 import (
    FIRST,
    FIRST_ORDER,
    FOURTH,
    HIGHER_ORDERS,
    LOSS,
    MAX_2,
    REMAINDER,
    RESIDUAL,
    RHO_S,
    SUP_2,
    SUP_3,
    P,
    R,
)
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1 import letter
from exactmem.sgd import constants as executed

LOSS_SLOPE, AT_ZERO, MEAN, U, S = names("l'(u) l''(0) alpha-hat u s")
SECOND_ORDER, WEIGHT = sp.Eq(LOSS_SLOPE, AT_ZERO * U + MEAN * U**2 / 2), 2 - 2 * S


def _integral_of_weight(power: Expr) -> Expr:
    """The integral of the weight times s^power over [0, 1], by an antiderivative that is differentiated back."""
    s = sp.Symbol("s", positive=True)
    antiderivative = 2 * s ** (power + 1) / (power + 1) - 2 * s ** (power + 2) / (power + 2)
    derived = sp.powsimp(sp.expand(sp.diff(antiderivative, s) * s ** (1 - power)))
    require_equal(derived, s * taken(WEIGHT, {S: s}), "antiderivative of the weight times s^j")
    return antiderivative.subs(s, 1)


@claim(
    id="G.1-taylor",
    theorem="5.1",
    source=OURS,
    place="Appendix I, (21)",
    statement="{} with alpha-hat the mean of l''' itself over s u, 0 <= s <= 1, of weight {}",
    formulas=[SECOND_ORDER, WEIGHT],
    expected=Verdict.PROVED,
    corrects="5.1-erratum-07",
)
def taylor(printed_factor: Expr = sp.S.One) -> Result:
    """Hypotheses: l a polynomial, expanded at its minimum 0 (l'(0) = 0); alpha-hat = 2 int_0^1 (1 - s) l'''(s u) ds.

    Line: the identities l(u) - l(0) - l'(0) u = u^2 int (1 - s) l''(su) ds and l'(u) - l'(0) - l''(0) u
    = u^2 int (1 - s) l'''(su) ds for every monomial; the weight 1 - s has integral 1/2.
    Conclusion: |l'(u) - l''(0) u| <= (1/2) sup |l'''| u^2 and l(u) - l(0) <= (1/2) sup l'' u^2.
    """
    require_equal(_integral_of_weight(sp.Integer(0)), 1, "integral of the weight")
    j, u = index("j"), sp.Symbol("u")
    m = j + 3
    third = m * (m - 1) * (m - 2)
    given = {
        LOSS_SLOPE: m * u ** (j + 2),
        AT_ZERO: 0,
        MEAN: printed_factor * third * _integral_of_weight(j) * u**j,
        U: u,
    }
    holds(SECOND_ORDER, f"l' = {m} u^(j+2), order by order", given)
    m = j + 2
    require_equal(m * (m - 1) * _integral_of_weight(j) / 2, sp.Integer(1), "l = u^(j+2)")
    for low in (0, 1, 2):
        loss = u**low
        slope = sp.diff(loss, u)
        given = {
            LOSS_SLOPE: slope - slope.subs(u, 0),
            AT_ZERO: sp.diff(loss, u, 2).subs(u, 0),
            MEAN: sp.diff(loss, u, 3),
        }
        holds(SECOND_ORDER, f"l = u^{low} has no remainder", given | {U: u})
    return proved(
        "integral remainder for every monomial, hence for every polynomial loss",
        assumes=[TAYLOR],
    )


@claim(
    id="G.1-loss-constants",
    theorem="5.1",
    source=OURS,
    place="Appendix I, C_1 and C_4",
    statement="C_1 = {} and C_4 = {} give {} and {}; suprema over |u| <= {}",
    formulas=[FIRST, FOURTH, LOSS, REMAINDER, RESIDUAL],
    expected=Verdict.PROVED,
    by=[taylor, "5.1-C_2", "5.1-C_3"],
)
def loss_constants() -> Result:
    """Hypotheses: |f-tilde^1| <= C_2 p, |f-tilde^(2+)| <= C_3 r^2, p <= r <= rho_s; claim G.1-taylor. C_1, C_4 and U
    are the executed formulas.

    Line: |f-tilde| <= C_2 p + C_3 r^2 <= (C_2 + C_3 rho_s) r; R_i = l'' f-tilde^(2+) + (1/2) alpha-hat f-tilde^2.
    Conclusion: |R_i| <= C_4 r^2, the loss gap is at most C_1 (C_2 p + C_3 r^2)^2, and |f-tilde| <= U.
    """
    c2, c3, curvature, third = (slack(name) for name in ("C_2", "C_3", "l2", "sup_l3"))
    p = slack("p")
    r = p + slack("r_minus_p")
    rho_s = r + slack("rho_minus_r")
    symbols = {MAX_2: curvature, SUP_3: third, C2: c2, C3: c3, RHO_S: rho_s}
    c4 = taken(FOURTH, symbols)
    require_equal(c4, executed.fourth_constant(curvature, third, c2, c3, rho_s), "C_4 as executed")
    given = {C2: c2, C3: c3, C4: c4, P: p, R: r}
    moved = (FIRST_ORDER.rhs + HIGHER_ORDERS.rhs).subs(given, simultaneous=True)
    at_most(moved, (c2 + c3 * rho_s) * r, "|f-tilde| is of order r")
    residual = taken(RESIDUAL, symbols)
    require_equal(residual, executed.largest_residual(c2, c3, rho_s), "U as executed")
    at_most(moved, residual, "|f-tilde| <= U")
    largest = gap("sup_l2")
    mean, c1 = up_to(largest, "mean"), taken(FIRST, {SUP_2: largest})
    require_equal(c1, executed.first_constant(largest), "C_1 as executed")
    holds(LOSS, "the loss gap", given | {LOSS.lhs: moved**2 * mean / 2, C1: c1})
    remainder = curvature * HIGHER_ORDERS.rhs.subs(given, simultaneous=True) + third * moved**2 / 2
    holds(REMAINDER, "|R_i| <= C_4 r^2", given | {REMAINDER.lhs: remainder})
    at_most(c4, c4 + slack("floor"), "a larger C_4 does as well")
    return proved("nonnegative coefficients")


W_L, S_BELOW, T_BELOW = (slack(name) for name in ("w_L", "S_(L-1)", "T_(L-1)"))
OUTPUT_LAYER = W_L * S_BELOW + T_BELOW


@claim(
    id="G.1-constants",
    theorem="5.1",
    source=OURS,
    place="Appendix I, C_3 and C_5",
    statement="the recursions F, S, T, G give C_3 = {} and the blocks of C_5, for every network",
    formulas=[OUTPUT_LAYER],
    expected=Verdict.PROVED,
)
def layer_constants() -> Result:
    """Hypotheses: r <= rho_s; ||first order of a-tilde^(l-1)|| <= F r, ||rest|| <= S r^2; ||D-tilde^(l+1)|| <= G r.

    Line: a-tilde^l = [J(Delta a + delta) + J W first] + [J W rest + J Delta a-tilde]; D-tilde^l = D-tilde^(l+1)
    (W + Delta) J + D^(l+1) Delta J; block l of mu is [a; 1] D-tilde^l + [a-tilde; 0] (D^l + D-tilde^l).
    Conclusion: the bounds of layer l from those of layer l - 1 (output: J = 1), and ||mu||^2 = sum of squared blocks.
    """
    j, w, delta, delta_b, a, first, rest = map(letter, ("J", "W", "Delta", "delta", "a", "first", "rest"))
    orders = (j * (delta * a + delta_b) + j * w * first, j * w * rest + j * delta * (first + rest))
    require_equal(orders[0] + orders[1], j * (delta * a + delta_b + (w + delta) * (first + rest)), "a-tilde^l")
    d, d_tilde, a_tilde = map(letter, ("D", "D_tilde", "a_tilde"))
    require_equal((d + d_tilde) * (w + delta) * j - d * w * j, d_tilde * (w + delta) * j + d * delta * j, "D-tilde^l")
    require_equal((a + a_tilde) * (d + d_tilde) - a * d, a * d_tilde + a_tilde * (d + d_tilde), "block of mu")
    _scalar_recursions()
    return proved("identities in noncommuting letters; nonnegative coefficients", assumes=NORMS)


def _scalar_recursions() -> None:
    """The norms of the three identities against the recursions F, S, T, G and the block of C_5."""
    f, s_rest, g, w, s, alpha, d, w_up = (slack(n) for n in ("F", "S", "G", "w", "s", "alpha", "d", "w_up"))
    r = gap("r")
    rho_s = r + slack("rho_minus_r")
    t = f + rho_s * s_rest
    first, rest, size = up_to(f * r, "F"), up_to(s_rest * r**2, "S"), up_to(r, "Delta")
    at_most(first + rest, t * r, "||a-tilde|| <= T r")
    at_most(s * alpha * size + w * first, (s * alpha + w * f) * r, "F_l")
    at_most(w * rest + s * size * t * r, (w * s_rest + s * t) * r**2, "S_l")
    at_most(
        w * rest + size * t * r, taken(OUTPUT_LAYER, {W_L: w, S_BELOW: s_rest, T_BELOW: t}) * r**2, "C_3 (output layer)"
    )
    row = up_to(g * r, "G")
    at_most(row * (w_up + s * size) + d * s * size, (s * d + g * (w_up + s * rho_s)) * r, "G_l")
    at_most(row * alpha + (d + row) * t * r, (g * alpha + (d + g * rho_s) * t) * r, "block of C_5")


SLOPE, ALPHA_0 = sp.symbols("s alpha_0", positive=True)
TWO_LAYER_C3, TWO_LAYER_C5 = SLOPE * ALPHA_0 / 2, SLOPE * ALPHA_0


@claim(
    id="G.1-two-layer",
    theorem="5.1",
    source=OURS,
    place="Appendix I, L = 2",
    statement="for L = 2, C_3 = {} and C_5 = {} are valid (s = max |slope|, alpha_0 = max ||[x; 1]||)",
    formulas=[TWO_LAYER_C3, TWO_LAYER_C5],
    expected=Verdict.PROVED,
)
def two_layer(third: Expr = TWO_LAYER_C3) -> Result:
    """Hypotheses: L = 2; u = ||(Delta^1, delta^1)||, v = ||Delta^2||; u^2 + v^2 <= r^2; ||a-tilde^1|| <= s alpha_0 u.

    Line: |Delta^2 a-tilde^1| <= s alpha_0 u v <= (s alpha_0/2)(u^2 + v^2); ||mu||^2 <= s^2 alpha_0^2 (u^2 + v^2).
    Conclusion: the constants for L = 2, half of what the recursion gives for C_3.
    """
    scale, u, v, rest = slack("s_alpha"), slack("u"), slack("v"), slack("s_rest")
    r_squared = u**2 + v**2 + rest
    c3, c5 = (taken(formula, {SLOPE: scale / ALPHA_0}) for formula in (third, TWO_LAYER_C5))
    require_equal(c3 * r_squared - scale * u * v, scale / 2 * ((u - v) ** 2 + rest), "C_3 - ... is a square")
    a_tilde, back = up_to(scale * u, "a_tilde"), up_to(scale * v, "back")
    at_most(a_tilde**2 + back**2, c5**2 * r_squared, "C_5 = s alpha_0")
    return proved("a square; nonnegative coefficients", assumes=NORMS)


RADIUS, ALPHA, W_J, T, DIST = names("r alpha ||w_j|| T dist(z_j,kinks)")
ROOM = sp.Lt(RADIUS * ALPHA + (W_J + RADIUS) * T * RADIUS, DIST)


@claim(
    id="G.1-kink-free-radius",
    theorem="5.1",
    source=OURS,
    place="Theorem 5.1 and Appendix G, rho_c",
    statement="if no pre-activation is a kink, every r > 0 with {} for all i, l, j is a rho_c, and such r exist",
    formulas=[ROOM],
    expected=Verdict.PROVED,
    corrects="5.1-erratum-01",
)
def kink_free_radius() -> Result:
    """Hypotheses: dist(z_j^l(x_i), kinks) > 0 for all i, l, j; ||a-tilde^(l-1)|| <= T r if layers < l keep pieces.

    Line: z_j moves by Delta_j a + delta_j + (w_j + Delta_j) a-tilde, at most r alpha + (||w_j|| + r) T r < dist.
    Conclusion: layer by layer no pre-activation crosses or meets a kink, so f is a polynomial in xi near theta*.
    """
    w, delta, delta_b, a, tilde, b = map(letter, ("w_j", "Delta_j", "delta_j", "a", "a_tilde", "b_j"))
    moved = (w + delta) * (a + tilde) + b + delta_b - (w * a + b)
    require_equal(moved, delta * a + delta_b + (w + delta) * tilde, "movement of the pre-activation")
    alpha, norm, t, r = slack("alpha"), slack("norm_w"), slack("T"), gap("r")
    size = up_to(r, "Delta")
    allowed = taken(ROOM, {RADIUS: r, ALPHA: alpha, W_J: norm, T: t}).lhs
    at_most(size * alpha + (norm + size) * up_to(t * r, "a_tilde"), allowed, "its size")
    distance = gap("dist")
    chosen = distance / (1 + alpha + (norm + 1) * t + distance)
    given = {RADIUS: chosen, ALPHA: alpha, W_J: norm, T: t, DIST: distance}
    holds(ROOM, "a radius that satisfies the condition", given)
    require_positive(chosen, "it is positive")
    return proved("identity in noncommuting letters; induction over the layers", assumes=NORMS)


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
