r"""Layer 2 of Theorem 3.1: the O(p) solution of equation (7) and the minimal scale alpha.

Setting (p, q >= 1 of any parity, all quantities rational). c_1 < ... < c_{pq} are the projected samples (padding
included), c_0 < c_1 and c_{pq+1} > c_{pq} are arbitrary, m_j = (c_{jq} + c_{jq+1})/2 for j = 0..p. Layer 1, unit l,
computes a_l(c) = (-1)^(l-1) clip((2 c - m_l - m_{l-1})/(m_l - m_{l-1})). Fix a unit k of layer 2; its member of block j
is the sample i_{k,j} = (j-1) q + k for odd j, j q + 1 - k for even j, with projection c_j (short for c_{i_{k,j}}) and
label y_j in [-1, 1].

    u_j = c_j - m_{j-1} > 0,    v_j = m_j - c_j > 0,    r_j = v_j/u_j > 0,    R_j = r_1 ... r_j  (R_0 = 1)
    Z_0 free,  Z_j = (1 + r_j) y_j - r_j Z_{j-1}          (Z_j is the pre-activation of unit k at the point m_j)
    W2_{k,j} = (-1)^(j-1) (Z_j - Z_{j-1})/2,   b2_k = (Z_0 + Z_p)/2        (the same formula for even and for odd p)

solves equation (7), and every solution is of this form. Inside block j the pre-activation is the linear interpolation
of Z_{j-1} at m_{j-1} and Z_j at m_j.

Orientation: o = +1 for odd k, o = -1 for even k (the sign of the large W2_{k,j}); s_j = o (-1)^(j-1). The non-members
of block j have to be clipped to -s_j on the left of c_j and to +s_j on the right. With A_0 = 0,
A_j = (1 + r_j) y_j - r_j A_{j-1} and B_j = (-1)^j R_j we have Z_j = A_j + B_j Z_0, and

    need_j = max of (1 - s_j y_j)/(c_{i+1} - c_i) for the right neighbour i+1 of i = i_{k,j}, if it lies in block j,
                and (1 + s_j y_j)/(c_i - c_{i-1}) for the left neighbour i-1, if it lies in block j
                (no neighbour, that is q = 1: no condition from any block, every Z_0 will do)
    s_j (B_j - B_{j-1}) = -o (1 + r_j) R_{j-1}            (never zero: its sign is -o)
    bound_j = (need_j (m_j - m_{j-1}) - s_j (A_j - A_{j-1})) / (s_j (B_j - B_{j-1}))
            = -o (need_j u_j - s_j (y_j - A_{j-1})) / R_{j-1}      (the same number, without the common factor 1 + r_j)

All non-members of every block are clipped to the right side if and only if
    o = +1:  Z_0 <= min_j bound_j    (Z_0 -> -infinity makes every W2_{k,j} -> +infinity; largest integer: floor)
    o = -1:  Z_0 >= max_j bound_j    (Z_0 -> +infinity makes every W2_{k,j} -> -infinity; smallest integer: ceil)
At equality the tight neighbour sits exactly on +-1, which sigma_H maps to +-1: equality is admitted.
"""

from collections.abc import Callable, Iterator
from typing import Any

import sympy as sp

from exactmem.claims import OURS, Result, Verdict, checked, claim, proved, run_script
from proofs import _tactics as tactics
from proofs._layer2_cases import CASES, check_case
from proofs._tactics import Expr, gap, minus_one_to, require_equal, require_nonnegative, require_positive, slack
from proofs._three_layer import Entry, alternating, layer1_output

Weight = Callable[[Any, Any], Any]
Bound = Callable[..., Any]

U, V, R, LABEL, A, Z_0 = gap("u"), gap("v"), gap("R"), sp.Symbol("y"), sp.Symbol("A"), sp.Symbol("Z_0")
RATIO = V / U


def next_value(label: Expr, ratio: Expr, previous: Expr) -> Expr:
    """Z_j = (1 + r_j) y_j - r_j Z_{j-1}."""
    return (1 + ratio) * label - ratio * previous


def weight(l: Expr, values: Any) -> Expr:
    """W^2_{k,l} = (-1)^(l-1) (Z_l - Z_{l-1})/2 for a function l -> Z_l."""
    return alternating(l) * (values(l) - values(l - 1)) / 2


def bias(p: Expr, values: Any) -> Expr:
    """b^2_k = (Z_0 + Z_p)/2."""
    return (values(0) + values(p)) / 2


def bound(o: int, s: int, need: Expr, label: Expr) -> Expr:
    """bound_j in its short form, with u_j, R_{j-1}, A_{j-1} as symbols."""
    return -o * (need * U - s * (label - A)) / R


def pre_activation(
    j: Expr, p: Expr, inside: Expr, values: Any, weights: Weight = weight, biases: Weight = bias
) -> Expr:
    """z^2_k at a point of block j where unit j of layer 1 gives s_j * inside, summed over all p units.

    The sums left and right of j telescope (induction over l, both parities); the outputs of layer 1 are (1)-(6).
    """
    d = tactics.positive_index("d")
    left = tactics.telescoping_sum(
        lambda l: weights(l, values) * layer1_output(l + d, l, None), lambda l: values(l) / 2, "units l < j"
    )
    right = tactics.telescoping_sum(
        lambda l: weights(l, values) * layer1_output(l - d, l, None), lambda l: -values(l) / 2, "units l > j"
    )
    own = weights(j, values) * layer1_output(j, j, alternating(j) * inside)
    return left(1, j - 1) + own + right(j + 1, p) + biases(p, values)


def block_cases() -> Iterator[tuple[str, Expr, Expr]]:
    """(name, j, p) for both parities of j and of p; p is not tied to j, since only the parities matter."""
    for j_parity, j in tactics.parities("j"):
        for p_parity, p in tactics.parities("p"):
            yield f"{j_parity} j, {p_parity} p", j, p


def show_interpolation(weights: Weight = weight, biases: Weight = bias) -> None:
    """At a point u right of m_{j-1} and v left of m_j the pre-activation is (v Z_{j-1} + u Z_j)/(u + v)."""
    values = sp.Function("Z")
    for name, j, p in block_cases():
        at = pre_activation(j, p, (U - V) / (U + V), values, weights, biases)
        require_equal(at, (V * values(j - 1) + U * values(j)) / (U + V), f"{name}: inside block j")
        for inside, end in ((-1, j - 1), (1, j)):
            at_end = pre_activation(j, p, sp.Integer(inside), values, weights, biases)
            require_equal(at_end, values(end), f"{name}: at the midpoint m_{end}")


def show_recurrence(step: Callable[[Any, Any, Any], Any] = next_value) -> None:
    """Interpolating Z_{j-1} and Z_j = step(y_j, r_j, Z_{j-1}) gives y_j, and no other Z_j does."""
    previous, other = sp.symbols("Z_{j-1} Z_j")
    interpolated = (V * previous + U * other) / (U + V)
    require_equal(interpolated.subs(other, step(LABEL, RATIO, previous)), LABEL, "z = y_j at the member of block j")
    slope = sp.diff(interpolated, other)
    require_positive(slope, "z depends strictly on Z_j, so the solution Z_j is the only one")


def show_every_solution(entry: Entry = layer1_output) -> None:
    """For any (W, b) and Z_j := z(m_j): Z_j - Z_{j-1} = 2 s_j W_j and Z_0 + Z_p = 2 b, so the form is general."""
    w, d = sp.Symbol("W_l"), tactics.positive_index("d")
    for parity, l in tactics.parities("n"):
        s = alternating(l)
        at_left_end, at_right_end = entry(l, l, sp.Integer(-s)), entry(l, l, sp.Integer(s))
        require_equal(w * (at_right_end - at_left_end), 2 * s * w, f"{parity} l: Z_l - Z_(l-1), only unit l changes")
        opposite = entry(l - d, l, None) + entry(l + d, l, None)
        require_equal(w * opposite, 0, f"{parity} l: unit l cancels in Z_0 + Z_p, leaving 2 b")


def show_affine() -> None:
    """Induction step from A_0 = 0, B_0 = R_0 = 1: Z_j = A_j + B_j Z_0, B_j = (-1)^j R_j; dW^2_{k,j}/dZ_0 < 0."""
    for parity, j in tactics.parities("n"):
        before, after = minus_one_to(j - 1) * R, minus_one_to(j) * R * RATIO
        step = next_value(LABEL, RATIO, A + before * Z_0)
        require_equal(step, next_value(LABEL, RATIO, A) + after * Z_0, f"{parity} j: Z_j = A_j + B_j Z_0")
        derivative = alternating(j) * (after - before) / 2
        require_positive(-derivative, f"{parity} j: d W_(k,j) / d Z_0 < 0")
        for o in (1, -1):
            s = o * alternating(j)
            require_equal(s * (after - before), -o * (1 + RATIO) * R, f"{parity} j, o = {o}: s_j (B_j - B_(j-1))")


def integer_step(n: Expr, u: Expr, numerator: Expr, product: Expr, before: Expr) -> Expr:
    """N_j from N_{j-1}: (n + u) Y_j U_{j-1} - n N_{j-1}."""
    return (n + u) * numerator * product - n * before


def show_integers(step: Callable[..., Any] = integer_step) -> None:
    """With r_j = n/u, y_j = Y_j/Y and N_j = Y U_j Z_j, U_j = u_1 ... u_j: N_j = (n + u) Y_j U_{j-1} - n N_{j-1}."""
    n, u, product, denominator = gap("n"), gap("u"), gap("U"), gap("Y")
    numerator, before = sp.symbols("Y_j N")
    after = step(n, u, numerator, product, before)
    value = next_value(numerator / denominator, n / u, before / (denominator * product))
    require_equal(after / (denominator * product * u), value, "Z_j = N_j/(Y U_j) obeys the recurrence")


def show_clips_all(need_factor: Expr = 1) -> None:
    """If s_j times the slope is at least need_j, all samples beyond the neighbours are clipped to the right side.

    d is the neighbour's distance, h >= 0 how much farther a sample lies, x >= 0 the surplus of the slope.
    """
    d, h, x = gap("d"), slack("h"), slack("x")
    for side in (1, -1):
        demand = slack("1 - s y" if side == 1 else "1 + s y")
        signed_label = side * (1 - demand)
        slope = need_factor * demand / d + x
        signed_value = signed_label + side * slope * (d + h)
        require_nonnegative(side * signed_value - 1, f"side {side}: beyond +-1 on the right side")


def show_bound(formula: Bound = bound) -> None:
    """s_j (Z_j - Z_{j-1}) >= need_j (m_j - m_{j-1}) iff -o Z_0 >= -o bound_j; the two forms of bound_j agree."""
    need = slack("need")
    for parity, j in tactics.parities("n"):
        before, after = minus_one_to(j - 1) * R, minus_one_to(j) * R * RATIO
        a_next = next_value(LABEL, RATIO, A)
        for o in (1, -1):
            s = o * alternating(j)
            short = formula(o, s, need, LABEL)
            long = (need * (U + V) - s * (a_next - A)) / (s * (after - before))
            require_equal(short, long, f"{parity} j, o = {o}: the two forms of bound_j")
            surplus = s * (a_next + after * Z_0 - A - before * Z_0) - need * (U + V)
            factor = (1 + RATIO) * R
            require_equal(surplus, factor * (-o) * (Z_0 - short), f"{parity} j, o = {o}: surplus of the slope")
            require_positive(factor, f"{parity} j: the factor is positive, so both inequalities are equivalent")


def tight_value(j: Expr, o: int, side: int, past: Expr, formula: Bound = bound) -> Expr:
    """side * s_j * z^2_k at the neighbour, at distance d = `gap("d")`, on the given side (1: right, -1: left) of c_j.

    The neighbour attains need_j, and Z_0 exceeds bound_j by `past` in the wrong direction: Z_0 = bound_j + o * past.
    """
    s, d = o * alternating(j), gap("d")
    z_0 = formula(o, s, (1 - side * s * LABEL) / d, LABEL) + o * past
    z_before = A + minus_one_to(j - 1) * R * z_0
    slope = (next_value(LABEL, RATIO, z_before) - z_before) / (U + V)
    return side * s * (LABEL + side * d * slope)


def show_minimal(formula: Bound = bound) -> None:
    """Past bound_j by x > 0 the tight neighbour is not clipped to its side; for small x it lies inside (-1, 1)."""
    x, inner, outer = gap("x"), gap("inner"), gap("outer")
    small = (2 * U / (gap("d") * R)) * inner / (inner + outer)
    for parity, j in tactics.parities("n"):
        for o in (1, -1):
            for side in (1, -1):
                case = f"{parity} j, o = {o}, side {side}"
                at_bound = tight_value(j, o, side, sp.Integer(0), formula)
                require_equal(at_bound, 1, f"{case}: at the bound the neighbour is exactly at +-1")
                beyond = tight_value(j, o, side, x, formula)
                require_positive(1 - beyond, f"{case}: past the bound it is not clipped to its side")
                just_beyond = tight_value(j, o, side, small, formula)
                require_positive(1 + just_beyond, f"{case}: for x < 2u/(dR) it is inside (-1, 1)")


@claim(
    id="B.3-interpolation",
    source=OURS,
    place="B.3, pre-activations of layer 2",
    statement=(
        "With W2_{k,j} = (-1)^(j-1) (Z_j - Z_{j-1})/2 and b2_k = (Z_0 + Z_p)/2 the pre-activation of unit k is the "
        "piecewise-linear interpolation of Z_0, ..., Z_p at m_0, ..., m_p; for every p >= 1, even or odd."
    ),
    expected=Verdict.PROVED,
)
def interpolation() -> Result:
    """Hypotheses: (1)-(6); any numbers Z_0, ..., Z_p.

    Line: W_l a_l = +-(Z_l - Z_{l-1})/2 on either side of block j telescopes; both parities of j and of p.
    Conclusion: z^2_k = (v Z_{j-1} + u Z_j)/(u + v) at distance u from m_{j-1} and v from m_j; the bias has the same
    form for both parities of p, since the signs of layer 1 enter W_l a_l squared.
    """
    show_interpolation()
    return proved(
        "telescoping sums over symbolic l, both parities of j, l and p", assumes="(1)-(6), proved as B.2-clipping"
    )


@claim(
    id="B.3-recurrence",
    source=OURS,
    place="B.3, equation (7)",
    statement=(
        "Z_j = (1 + r_j) y_j - r_j Z_{j-1} with r_j = (m_j - c)/(c - m_{j-1}), c = c_{i_{k,j}}, solves (7) for every "
        "Z_0, and every solution of (7) arises from exactly one Z_0; for every p >= 1, even or odd."
    ),
    expected=Verdict.PROVED,
)
def recurrence() -> Result:
    """Hypotheses: (1)-(6); m_{j-1} < c < m_j, so that u_j, v_j > 0 and no division by zero occurs.

    Line: interpolation at c equals y_j exactly for this Z_j; conversely (W, b) is recovered from Z_j := z(m_j).
    Conclusion: an O(p) solution of (7) with one free parameter.
    """
    show_interpolation()
    show_recurrence()
    show_every_solution()
    return proved("identities of rational functions, both parities", assumes="(1)-(6), proved as B.2-clipping")


@claim(
    id="B.3-integers",
    source=OURS,
    place="B.3, the recurrence in integers",
    statement=(
        "With r_j = n_j/u_j, y_j = Y_j/Y and U_j = u_1 ... u_j in integers, N_j = Y U_j Z_j obeys "
        "N_j = (n_j + u_j) Y_j U_{j-1} - n_j N_{j-1}: no fraction is reduced before the end."
    ),
    expected=Verdict.PROVED,
)
def integers() -> Result:
    """Hypotheses: u_j, Y > 0; N_0 = Y Z_0 (times a further common denominator, if Z_0 has one).

    Line: the recurrence for Z_j multiplied by Y U_j.
    Conclusion: N_j is an integer if N_0 is.
    """
    show_integers()
    return proved("identity of rational functions")


@claim(
    id="B.3-direction",
    source=OURS,
    place="B.3, the vector nu",
    statement=(
        "Z_j = A_j + B_j Z_0 with B_j = (-1)^j r_1 ... r_j, and every W2_{k,j} is strictly decreasing in Z_0: "
        "Z_0 -> -infinity is the direction of case 1 (odd k), Z_0 -> +infinity that of case 2 (even k)."
    ),
    expected=Verdict.PROVED,
)
def direction() -> Result:
    """Hypotheses: r_j > 0 for every j.

    Line: induction over j; s_j (B_j - B_{j-1}) = -o (1 + r_j) R_{j-1}, never zero.
    Conclusion: -1 times a positive null vector is the derivative in Z_0 (Lemma B.1 (2) once more).
    """
    show_affine()
    return proved("induction over j, both parities, both orientations")


@claim(
    id="B.3-scale-sufficient",
    source=OURS,
    place="B.3, sufficiently large alpha",
    statement=(
        "If -o Z_0 >= -o bound_j for every j, then in every block all samples right of i_{k,j} are clipped to s_j and "
        "all left of it to -s_j, which is (8)-(11). (Formulas of bound_j: top of this script.)"
    ),
    expected=Verdict.PROVED,
)
def scale_sufficient() -> Result:
    """Hypotheses: |y_j| <= 1; need_j as defined from the neighbours inside the block.

    Line: the condition is equivalent to s_j (Z_j - Z_{j-1})/(m_j - m_{j-1}) >= need_j; a slope of at least need_j >= 0
    puts the neighbour at or beyond +-1 on its side, and all farther samples too.
    Conclusion: (8)-(11) for o = +1 (k odd) and o = -1 (k even).
    """
    show_interpolation()
    show_affine()
    show_bound()
    show_clips_all()
    method = "linear interpolation inside a block; equivalence by a positive factor; nonnegative coefficients"
    return proved(method, assumes="(1)-(6), proved as B.2-clipping")


@claim(
    id="B.3-scale-minimal",
    source=OURS,
    place="B.3, minimal alpha",
    statement=(
        "If -o Z_0 < -o bound_j for some j (with a neighbour), the neighbour that attains need_j is not clipped to its "
        "side; it lies strictly inside (-1, 1) unless Z_0 misses bound_j by 2 u_j/(d R_{j-1}) or more."
    ),
    expected=Verdict.PROVED,
)
def scale_minimal() -> Result:
    """Hypotheses: d is the distance of a neighbour attaining need_j; x = o (Z_0 - bound_j) > 0.

    Line: the neighbour's signed pre-activation is 1 - d R_{j-1} x/u_j, where inside a block z^2_k interpolates.
    Conclusion: min_j (o = +1), max_j (o = -1) of bound_j is the exact threshold: (8)-(11) hold up to and at it, and
    fail past it; then a^2_k at that neighbour differs from the value the other units' sum requires.
    """
    show_interpolation()
    show_affine()
    show_bound()
    show_minimal()
    method = "identities and nonnegative coefficients; both parities, orientations and sides"
    return proved(method, assumes="(1)-(6), proved as B.2-clipping")


@claim(
    id="B.3-small",
    source=OURS,
    place="B.3, layer 2",
    statement=(
        "The recurrence equals flint's solution of (7) with Z_0 prescribed; at the threshold every sample is fitted or "
        "clipped as stated and the network returns the labels; 10^-9 past it some neighbour is inside (-1, 1)."
    ),
    expected=Verdict.CHECKED,
)
def small_cases() -> Result:
    """Hypotheses: random rational samples with gaps over three orders of magnitude, labels with both ends +-1.

    Line: exact evaluation of both layers at every sample, by the printed formulas for layer 1.
    Conclusion: all statements of this script for the listed cases.
    """
    for p, q, seed in CASES:
        check_case(p, q, seed)
    return checked("exact rational evaluation", f"{len(CASES)} seeded cases: p = 1..8 with q = 1..5")


if __name__ == "__main__":
    raise SystemExit(run_script("layer2_recurrence"))
