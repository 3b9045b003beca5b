"""Lemma G.1's constants once more, sharper: what `exactmem.sgd.lemma_g1` computes and a certificate's checker verifies.

r_l is the norm of layer l's perturbation, so r_1^2 + ... + r_L^2 = r^2, and x, y stand for the two parts r_{<l}, r_l
(or r_{>l+1}, r_{l+1}; or r_{>l}, r_{<l}) of such a sum. The matrix identities of the layers are those of claim
G.1-constants; here their norms are added up by Cauchy-Schwarz instead of the triangle inequality.
"""

import sympy as sp

from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import Expr, at_most, gap, require_equal, require_zero, slack
from exactmem.ledger.wording import names
from exactmem.proofs._facts import NORMS
from exactmem.proofs.yun2019.theorem_5_1 import lemma_g1_bounds
from exactmem.sgd import lemma_g1 as executed

FOUR, HALF = sp.Integer(4), sp.Rational(1, 2)


MEANT = "s alpha w F_(l-1) v d_(l+1) G_(l+1) rho_s a b S T_(l-1) S_(l-1) ||w_j|| T dist r"
SCALE, ALPHA, W, F, V, D, G, RHO, FORM_A, FORM_B, LARGE, T_BEFORE, S_BEFORE, W_J, T, DIST, RADIUS = names(MEANT)
SQUARED_F, SQUARED_G = (SCALE * ALPHA) ** 2 + (W * F) ** 2, (G * V) ** 2 + SCALE**2 * (D + G * RHO) ** 2
LEAST = sp.Ge(4 * LARGE * (LARGE - FORM_A), FORM_B**2)
CARRIED, CHANGED = W * S_BEFORE, SCALE * T_BEFORE
G_L, ALPHA_BEFORE, D_L = names("G_l alpha_(l-1) d_l")
ABOVE, BELOW = G_L * ALPHA_BEFORE, (D_L + G_L * RHO) * T_BEFORE
ROOM, FAR = (
    sp.Lt((ALPHA**2 + (W_J * T) ** 2) * RADIUS**2, (DIST - T * RADIUS**2 / 2) ** 2),
    sp.Gt(DIST, T * RADIUS**2 / 2),
)
ALPHA_0 = sp.Symbol("alpha_0")
TWO_LAYER_C3, TWO_LAYER_C5 = SCALE * ALPHA_0 / 2, SCALE * ALPHA_0


@claim(
    id="G.1-sharp-first-order",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1, F_l and G_l",
    statement="the first orders of layer l are at most F_l r and G_l r for F_l^2 = {} and G_l^2 = {}",
    formulas=[SQUARED_F, SQUARED_G],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.layer_constants],
)
def first_order(square_factor: Expr = sp.S.One) -> Result:
    """Hypotheses: first order of layer l at most a y + b x, with a = s alpha, b = w F_(l-1), or for G_l
    a = s (d + G rho_s), b = G v; the bound of the neighbouring layer is b x.

    Line: (a^2 + b^2)(x^2 + y^2) - (a y + b x)^2 = (a x - b y)^2.
    Conclusion: the bound sqrt(a^2 + b^2) sqrt(x^2 + y^2), which is never larger than (a + b) r.
    """
    s, alpha, w, f, v, d, g, rho, x, y = (
        slack(name) for name in ("s", "alpha", "w", "F", "v", "d", "G", "rho_s", "x", "y")
    )
    given = {SCALE: s, ALPHA: alpha, W: w, F: f, V: v, D: d, G: g, RHO: rho}
    for bound, printed, a, b in (
        (executed.squared_F(s, alpha, w, f), SQUARED_F, s * alpha, w * f),
        (executed.squared_G(s, v, d, g, rho), SQUARED_G, s * (d + g * rho), g * v),
    ):
        require_equal(bound, taken(printed, given), "executed as printed")
        square = square_factor * bound * (x**2 + y**2) - (a * y + b * x) ** 2
        require_equal(square, (a * x - b * y) ** 2, "Cauchy-Schwarz as a square")
        at_most(bound, (a + b) ** 2, "never larger than the plain recursion")
    return proved("a square; nonnegative coefficients", assumes=NORMS)


@claim(
    id="G.1-sharp-second-order",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1, S_l and C_3",
    statement=(
        "the higher orders of layer l are at most S_l r^2 for every S_l >= a, S_l > 0 with {}, a = {}, b = {}; so for "
        "C_3, with s = 1"
    ),
    formulas=[LEAST, CARRIED, CHANGED],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.layer_constants],
)
def second_order(gap_factor: Expr = FOUR) -> Result:
    """Hypotheses: higher orders of layer l at most a x^2 + b x y; S >= a >= 0, S > 0 and 4 S (S - a) >= b^2.

    Line: 4 S (S (x^2 + y^2) - a x^2 - b x y) = (2 S y - b x)^2 + (4 S (S - a) - b^2) x^2, written with a slack for
    the last bracket.
    Conclusion: a x^2 + b x y <= S (x^2 + y^2). S = (a + sqrt(a^2 + b^2))/2 is the least such S, and <= a + b/2.
    """
    b, x, y, rest = (slack(name) for name in ("b", "x", "y", "rest"))
    large = gap("S")
    a = large - (b**2 + rest) / (gap_factor * large)
    holds(LEAST, "the condition on S", {LARGE: large, FORM_A: a, FORM_B: b})
    form = large * (x**2 + y**2) - a * x**2 - b * x * y
    require_equal(4 * large * form, (2 * large * y - b * x) ** 2 + rest * x**2, "completion of the square")
    s, w, t, before = (slack(name) for name in ("s", "w", "T", "S_before"))
    a, change = executed.second_order_form(s, w, t, before)
    given = {SCALE: s, W: w, T_BEFORE: t, S_BEFORE: before}
    require_equal(a, taken(CARRIED, given), "a = w S_(l-1)")
    require_equal(change, taken(CHANGED, given), "b = s T_(l-1)")
    a = slack("a")
    least = executed.larger_eigenvalue(a, sp.sqrt(a**2 + b**2))
    require_equal(sp.expand(4 * least * (least - a)), b**2, "the least S meets the condition with equality")
    require_equal((a + b / 2) * 2 - a, a + b, "2 S - a <= a + b for S = a + b/2")
    at_most(a**2 + b**2, (a + b) ** 2, "never larger than the plain recursion a + b")
    return proved("a square; nonnegative coefficients", assumes=NORMS)


@claim(
    id="G.1-sharp-gradient",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1, C_5",
    statement="C_5^2 = max_k [sum_(l<k) A_l (A_l + B_l) + sum_(l>k) B_l (A_l + B_l)] is valid, A_l = {}, B_l = {}",
    formulas=[ABOVE, BELOW],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.layer_constants],
)
def gradient(weight: Expr = sp.S.One) -> Result:
    """Hypotheses: block l of mu at most A_l x + B_l y with x = r_{>l}, y = r_{<l}.

    Line: (A + B)(A x^2 + B y^2) - (A x + B y)^2 = A B (x - y)^2. Summed over l, r_k^2 has the coefficient whose
    maximum is C_5^2.
    Conclusion: ||mu||^2 <= C_5^2 (r_1^2 + ... + r_L^2), never more than sum_l (A_l + B_l)^2 r^2.
    """
    first, second, x, y = (slack(name) for name in ("A", "B", "x", "y"))
    total = first + second
    require_equal(
        weight * total * (first * x**2 + second * y**2) - (first * x + second * y) ** 2,
        first * second * (x - y) ** 2,
        "one block, a square",
    )
    at_most(first * total, total**2, "each term of C_5^2 is at most (A_l + B_l)^2")
    g, alpha, d, t, rho = (slack(name) for name in ("G", "alpha", "d", "T", "rho_s"))
    made = executed.mu_block(g, alpha, d, t, rho)
    given = {G_L: g, ALPHA_BEFORE: alpha, D_L: d, T_BEFORE: t, RHO: rho}
    for block, printed in zip(made, (ABOVE, BELOW), strict=True):
        require_equal(block, taken(printed, given), "A_l and B_l as executed")
    show_exchange()
    for L in range(1, 7):
        a, b, r = ([slack(f"{name}_{l}") for l in range(1, L + 1)] for name in ("A", "B", "r2"))
        both = [p + q for p, q in zip(a, b, strict=True)]
        blocks = sum(both[l] * (a[l] * sum(r[l + 1 :]) + b[l] * sum(r[:l])) for l in range(L))
        per_layer = executed.squared_C5_terms(a, b, sp.Integer(0))
        require_equal(
            blocks, sum(c * q for c, q in zip(per_layer, r, strict=True)), f"the executed coefficients for L = {L}"
        )
    return proved("squares; exchange of the sums by induction over the layers", assumes=NORMS)


def show_exchange() -> None:
    """sum_l (A_l + B_l)(A_l sum_{k>l} r_k^2 + B_l sum_{k<l} r_k^2) = sum_k c_k r_k^2, by induction on the last layer.

    `ahead` stands for the sum of A_l (A_l + B_l) over the layers so far, `squares` for that of r_l^2.
    """
    ahead, squares, a, b, r2 = (slack(name) for name in ("ahead", "squares", "A_new", "B_new", "r2_new"))
    blocks_more = ahead * r2 + (a + b) * b * squares
    coefficients_more = squares * (b * (a + b)) + ahead * r2
    require_zero(
        blocks_more - coefficients_more, "one layer more: every c_k grows by B (A + B), the new one is `ahead`"
    )
    (only,) = executed.squared_C5_terms([a], [b], sp.Integer(0))
    require_zero(only, "one layer: no other layer moves its block")


def room(distance: Expr, alpha2: Expr, weight2: Expr, t: Expr, radius: Expr) -> tuple[Expr, Expr]:
    """The two executed numbers whose signs decide whether a unit keeps its piece."""
    return executed.room_before_kink(distance, alpha2, weight2, t, radius)


@claim(
    id="G.1-sharp-radius",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1, rho_c",
    statement="no unit meets a kink within r if {} and {}",
    formulas=[ROOM, FAR],
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.kink_free_radius],
)
def radius(half: Expr = HALF) -> Result:
    """Hypotheses: z_j moves by at most alpha y + (||w_j|| + y) T x, x = r_{<l}, y = r_l, x^2 + y^2 <= r^2.

    Line: (alpha y + ||w|| T x)^2 <= (alpha^2 + (||w|| T)^2)(x^2 + y^2) and x y <= (x^2 + y^2)/2.
    Conclusion: the movement is at most sqrt(alpha^2 + (||w|| T)^2) r + T r^2/2 < dist. For the first layer T = 0.
    """
    alpha, w, t, x, y, rest = (slack(name) for name in ("alpha", "w", "T", "x", "y", "rest"))
    distance, r = gap("dist"), gap("r")
    left, margin = room(distance, alpha**2, w**2, t, r)
    given = {ALPHA: alpha, W_J: w, T: t, DIST: distance, RADIUS: r}
    room_left, far = taken(ROOM, given), taken(FAR, given)
    require_equal(left, far.lhs - far.rhs, "the first number of room: dist - T r^2/2")
    require_equal(margin, room_left.rhs - room_left.lhs, "the second: left^2 minus the linear part's square")
    linear = (alpha**2 + (w * t) ** 2) * (x**2 + y**2) - (alpha * y + w * t * x) ** 2
    require_equal(linear, (alpha * x - w * t * y) ** 2, "Cauchy-Schwarz as a square")
    require_equal(half * (x**2 + y**2) - x * y, (x - y) ** 2 / 2, "x y <= (x^2 + y^2)/2")
    r2 = x**2 + y**2 + rest
    at_most(
        (alpha**2 + (w * t) ** 2) * (x**2 + y**2), (alpha**2 + (w * t) ** 2) * r2, "first term for x^2 + y^2 <= r^2"
    )
    at_most(t * (x**2 + y**2) / 2, t * r2 / 2, "second term for x^2 + y^2 <= r^2")
    return proved("squares")


@claim(
    id="G.1-sharp-two-layer",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1, L = 2",
    statement="for L = 2 the sharper recursions give C_3 = {} and C_5 = {}",
    formulas=[TWO_LAYER_C3, TWO_LAYER_C5],
    expected=Verdict.PROVED,
)
def two_layer(output_slope: Expr = sp.S.One) -> Result:
    """Hypotheses: L = 2, s = max |slope| of layer 1; F_0 = S_0 = 0, G_2 = 0, d_2 = 1, output slope 1.

    Line: F_1 = s alpha_0, S_1 = 0, T_1 = F_1; C_3 = (0 + T_1)/2; G_1 = s, A_1 = s alpha_0, B_2 = T_1.
    Conclusion: both constants, as in claim G.1-two-layer.
    """
    s, alpha, rho = slack("s"), slack("alpha_0"), gap("rho_s")
    zero = sp.Integer(0)
    f = sp.sqrt(executed.squared_F(s, alpha, zero, zero))
    t = executed.total_bound(f, zero, rho)
    carried, change = executed.second_order_form(output_slope, gap("w_2"), t, zero)
    c_3 = executed.larger_eigenvalue(carried, sp.sqrt(carried**2 + change**2))
    given = {SCALE: s, ALPHA_0: alpha}
    require_equal(c_3, taken(TWO_LAYER_C3, given), "C_3")
    g = sp.sqrt(executed.squared_G(s, zero, sp.Integer(1), zero, rho))
    a_1, b_1 = executed.mu_block(g, alpha, gap("d_1"), zero, rho)
    a_2, b_2 = executed.mu_block(zero, gap("alpha_1"), sp.Integer(1), t, rho)
    for layer, coefficient in enumerate(executed.squared_C5_terms([a_1, a_2], [b_1, b_2], zero), start=1):
        require_equal(coefficient, taken(TWO_LAYER_C5, given) ** 2, f"the coefficient of r_{layer}^2")
    return proved("substitution")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
