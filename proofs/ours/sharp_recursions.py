"""Lemma G.1's constants once more, sharper: what `exactmem.sgd.lemma_g1` computes and a certificate's checker verifies.

r_l is the norm of layer l's perturbation, so r_1^2 + ... + r_L^2 = r^2, and x, y stand for the two parts r_{<l}, r_l
(or r_{>l+1}, r_{l+1}; or r_{>l}, r_{<l}) of such a sum. The matrix identities of the layers are those of claim
G.1-constants; here their norms are added up by Cauchy-Schwarz instead of the triangle inequality.
"""

import sympy as sp

from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.steps import Expr, at_most, gap, require_equal, slack
from exactmem.proofs._facts import EXCHANGE_OF_SUMS, NORMS
from exactmem.proofs.yun2019.theorem_5_1 import lemma_g1_bounds

FOUR, HALF = sp.Integer(4), sp.Rational(1, 2)


@claim(
    id="G.1-sharp-first-order",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1, F_l and G_l",
    statement="F_l^2 = (s alpha)^2 + (w F_(l-1))^2 and G_l^2 = (G_(l+1) v)^2 + s^2 (d_(l+1) + G_(l+1) rho_s)^2 do",
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.layer_constants],
)
def first_order(square_factor: Expr = sp.S.One) -> Result:
    """Hypotheses: first order of layer l at most a y + b x, with a = s alpha, b = w F_(l-1), or for G_l
    a = s (d + G rho_s), b = G v; the bound of the neighbouring layer is b x.

    Line: (a^2 + b^2)(x^2 + y^2) - (a y + b x)^2 = (a x - b y)^2.
    Conclusion: the bound sqrt(a^2 + b^2) sqrt(x^2 + y^2), which is never larger than (a + b) r.
    """
    a, b, x, y = (slack(name) for name in ("a", "b", "x", "y"))
    bound = square_factor * (a**2 + b**2)
    require_equal(bound * (x**2 + y**2) - (a * y + b * x) ** 2, (a * x - b * y) ** 2, "Cauchy-Schwarz as a square")
    at_most(a**2 + b**2, (a + b) ** 2, "never larger than the plain recursion")
    return proved("a square; nonnegative coefficients", assumes=NORMS)


@claim(
    id="G.1-sharp-second-order",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1, S_l and C_3",
    statement="every S_l >= a with 4 S_l (S_l - a) >= b^2 does, a = w S_(l-1), b = s T_(l-1); C_3 likewise with s = 1",
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
    form = large * (x**2 + y**2) - a * x**2 - b * x * y
    require_equal(4 * large * form, (2 * large * y - b * x) ** 2 + rest * x**2, "completion of the square")
    a = slack("a")
    least = (a + sp.sqrt(a**2 + b**2)) / 2
    require_equal(sp.expand(4 * least * (least - a)), b**2, "the least S meets the condition with equality")
    require_equal((a + b / 2) * 2 - a, a + b, "2 S - a <= a + b for S = a + b/2")
    at_most(a**2 + b**2, (a + b) ** 2, "never larger than the plain recursion a + b")
    return proved("a square; nonnegative coefficients", assumes=NORMS)


@claim(
    id="G.1-sharp-gradient",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1, C_5",
    statement="C_5^2 = max_k [sum_(l<k) A_l (A_l + B_l) + sum_(l>k) B_l (A_l + B_l)] is valid, A_l = G_l alpha_(l-1), "
    "B_l = (d_l + G_l rho_s) T_(l-1)",
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
    for L in range(2, 7):
        a, b, r = ([slack(f"{name}_{l}") for l in range(1, L + 1)] for name in ("A", "B", "r2"))
        both = [p + q for p, q in zip(a, b, strict=True)]
        blocks = sum(both[l] * (a[l] * sum(r[l + 1 :]) + b[l] * sum(r[:l])) for l in range(L))
        per_layer = [
            sum(a[l] * both[l] for l in range(k)) + sum(b[l] * both[l] for l in range(k + 1, L)) for k in range(L)
        ]
        require_equal(
            blocks, sum(c * q for c, q in zip(per_layer, r, strict=True)), f"exchange of the sums for L = {L}"
        )
    return proved(
        "squares; nonnegative coefficients",
        assumes=[EXCHANGE_OF_SUMS, *NORMS],
    )


@claim(
    id="G.1-sharp-radius",
    theorem="5.1",
    source=OURS,
    place="Lemma G.1, rho_c",
    statement="no unit meets a kink within r if (alpha^2 + (||w_j|| T)^2) r^2 < (dist - T r^2/2)^2 and dist > T r^2/2",
    expected=Verdict.PROVED,
    by=[lemma_g1_bounds.kink_free_radius],
)
def radius(half: Expr = HALF) -> Result:
    """Hypotheses: z_j moves by at most alpha y + (||w_j|| + y) T x, x = r_{<l}, y = r_l, x^2 + y^2 <= r^2.

    Line: (alpha y + ||w|| T x)^2 <= (alpha^2 + (||w|| T)^2)(x^2 + y^2) and x y <= (x^2 + y^2)/2.
    Conclusion: the movement is at most sqrt(alpha^2 + (||w|| T)^2) r + T r^2/2 < dist. For the first layer T = 0.
    """
    alpha, w, t, x, y, rest = (slack(name) for name in ("alpha", "w", "T", "x", "y", "rest"))
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
    statement="for L = 2 the sharper recursions give C_3 = s alpha_0/2 and C_5 = s alpha_0",
    expected=Verdict.PROVED,
)
def two_layer(output_slope: Expr = sp.S.One) -> Result:
    """Hypotheses: L = 2, s = max |slope| of layer 1; F_0 = S_0 = 0, G_2 = 0, d_2 = 1, output slope 1.

    Line: F_1 = s alpha_0, S_1 = 0, T_1 = F_1; C_3 = (0 + T_1)/2; G_1 = s, A_1 = s alpha_0, B_2 = T_1.
    Conclusion: both constants, as in claim G.1-two-layer.
    """
    s, alpha, rho = slack("s"), slack("alpha_0"), gap("rho_s")
    zero = sp.Integer(0)
    f, second = s * alpha, zero
    t = f + rho * second
    c_3 = (zero + sp.sqrt((output_slope * t) ** 2)) / 2
    require_equal(c_3, s * alpha / 2, "C_3")
    g = s * (1 + zero * rho)
    a_1, b_1, a_2, b_2 = g * alpha, zero, zero, (1 + zero * rho) * t
    require_equal(b_2 * (a_2 + b_2), (s * alpha) ** 2, "the coefficient of r_1^2")
    require_equal(a_1 * (a_1 + b_1), (s * alpha) ** 2, "the coefficient of r_2^2")
    return proved("substitution")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
