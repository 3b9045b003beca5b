r"""Layer 2 of Theorem 3.1: the minimal scale alpha = |Z_0|, from the signed slopes of the pre-activation.

Notation of `layer2_recurrence.py`. Orientation: o = +1 for odd k, o = -1 for even k (the sign of the large W2_{k,j});
s_j = o (-1)^(j-1). The non-members of block j have to be clipped to -s_j on the left of c_j and to +s_j on the right.
In terms of the signed slopes

    S_j = s_j (Z_j - Z_{j-1})/(m_j - m_{j-1}),    Z_{j-1} = y_j - s_j u_j S_j,    Z_j = y_j + s_j v_j S_j:
    S_1 = (alpha + s_1 y_1)/u_1 with Z_0 = -o alpha,    u_{j+1} S_{j+1} = v_j S_j + s_{j+1} (y_{j+1} - y_j)
    W2_{k,j} = o (u_j + v_j) S_j/2

    need_j = max of (1 - s_j y_j)/(c_{i+1} - c_i) for the right neighbour i+1 of i = i_{k,j}, if it lies in block j,
                and (1 + s_j y_j)/(c_i - c_{i-1}) for the left neighbour i-1, if it lies in block j
                (no neighbour, that is q = 1: minus infinity, every alpha will do)
    t_p = need_p,    t_j = max(need_j, (u_{j+1} t_{j+1} - s_{j+1} (y_{j+1} - y_j))/v_j)

All non-members of every block are clipped to the right side if and only if S_j >= need_j for every j, if and only if
S_1 >= t_1, that is, alpha >= u_1 t_1 - s_1 y_1. At equality the tight neighbour sits exactly on +-1, which sigma_H maps
to +-1: equality is admitted. Then S_j = t_j up to the first block whose need_j exceeds the other number in t_j, so the
S_j follow from S_j = need_j there, by the recurrence in both directions.

As alpha grows, every S_j does: s_j (B_j - B_{j-1}) = -o (1 + r_j) R_{j-1}, never zero (B.3-direction).
"""

from collections.abc import Callable, Iterator
from typing import Any

import sympy as sp

from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import OURS, Result, Verdict, checked, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import every, holds, taken
from exactmem.ledger.steps import (
    SIGNS,
    Expr,
    at_most,
    gap,
    less,
    require_equal,
    require_positive,
    slack,
)
from exactmem.ledger.wording import names
from exactmem.proofs.yun2019.theorem_3_1 import layer1_clipping
from exactmem.proofs.yun2019.theorem_3_1._cases import CASES, check_case
from exactmem.proofs.yun2019.theorem_3_1._notation import alternating
from exactmem.proofs.yun2019.theorem_3_1.layer2_recurrence import (
    LABEL,
    RATIO,
    U,
    V,
    Y,
    next_value,
    recurrence,
    show_interpolation,
)

Step = Callable[..., Any]

U_NEXT, V_NEXT, LABEL_NEXT, SLOPE = gap("u'"), gap("v'"), sp.Symbol("y'"), sp.Symbol("S")

V_J, S_J, SIGN_NEXT, Y_NEXT, U_J_NEXT, S_NEXT, O, U_J = names("v_j S_j s_(j+1) y_(j+1) u_(j+1) S_(j+1) o u_j")
ALPHA, SIGN_1, Y_1, U_1, S_1, T_1 = names("alpha s_1 y_1 u_1 S_1 t_1")
SLOPES, OF_SLOPE = sp.Eq(U_J_NEXT * S_NEXT, V_J * S_J + SIGN_NEXT * (Y_NEXT - Y)), O * (U_J + V_J) * S_J / 2
FIRST_SLOPE, SCALE = sp.Eq(S_1, (ALPHA + SIGN_1 * Y_1) / U_1), sp.Ge(ALPHA, U_1 * T_1 - SIGN_1 * Y_1)


def next_slope(v: Expr, u_next: Expr, slope: Expr, rise: Expr) -> Expr:
    """S_{j+1} = (v_j S_j + s_{j+1} (y_{j+1} - y_j))/u_{j+1}, with rise = s_{j+1} (y_{j+1} - y_j)."""
    given = {U_J_NEXT: u_next, V_J: v, S_J: slope, SIGN_NEXT: 1, Y_NEXT: rise, Y: 0}
    slopes = taken(SLOPES, given)
    return slopes.rhs / slopes.lhs * S_NEXT


def slope_before(v: Expr, u_next: Expr, slope: Expr, rise: Expr) -> Expr:
    """(u_{j+1} S_{j+1} - rise)/v_j: the S_j from S_{j+1}, or the second number in t_j from t_{j+1}."""
    return (u_next * slope - rise) / v


def weight_of_slope(o: int, u: Expr, v: Expr, slope: Expr) -> Expr:
    """W^2_{k,j} = o (u_j + v_j) S_j/2."""
    return taken(OF_SLOPE, {O: o, U_J: u, V_J: v, S_J: slope})


def weight_step(v: Expr, u: Expr, length: Expr, next_length: Expr, rise: Expr, scale: Expr, before: Expr) -> Expr:
    """W_{j+1} from W_j, scale = 2 o; W_j from W_{j+1} with u and v in exchange and the scale's sign changed."""
    return (before * (v * scale) + rise * length) * next_length / (u * length * scale)


def signs() -> Iterator[tuple[str, Expr, int, int]]:
    """(name, j, o, s_j) for both parities of j and both orientations."""
    for parity, j in tactics.parities("n"):
        for o in SIGNS:
            yield f"{parity} j, o = {o}", j, o, o * alternating(j)


def show_slopes(step: Step = next_slope, weights: Step = weight_of_slope) -> None:
    """The slopes of the Z_j: the values at both ends of a block, the step to the next block, the weight, S_1.

    s_{j+1} = -s_j; the values of the blocks j and j + 1 are those of `next_value` for any Z_{j-1}.
    """
    before, alpha = sp.symbols("Z_{j-1} alpha")
    for case, j, o, s in signs():
        after = next_value(LABEL, RATIO, before)
        later = next_value(LABEL_NEXT, V_NEXT / U_NEXT, after)
        slope = s * (after - before) / (U + V)
        require_equal(before, LABEL - s * U * slope, f"{case}: Z_(j-1) = y_j - s_j u_j S_j")
        require_equal(after, LABEL + s * V * slope, f"{case}: Z_j = y_j + s_j v_j S_j")
        next_one = -s * (later - after) / (U_NEXT + V_NEXT)
        rise = -s * LABEL_NEXT + s * LABEL
        require_equal(rise, -s * (LABEL_NEXT - LABEL), f"{case}: the rise is the sum of the signed labels")
        require_equal(step(V, U_NEXT, slope, rise), next_one, f"{case}: S_(j+1) from S_j")
        given = {U_J_NEXT: U_NEXT, S_NEXT: next_one, V_J: V, S_J: slope, SIGN_NEXT: -s, Y_NEXT: LABEL_NEXT, Y: LABEL}
        holds(SLOPES, f"{case}: the step as printed", given)
        require_equal(weights(o, U, V, slope), alternating(j) * (after - before) / 2, f"{case}: W_(k,j)")
    for o in SIGNS:
        first = next_value(LABEL, RATIO, -o * alpha)
        given = {ALPHA: alpha, SIGN_1: o, Y_1: LABEL, U_1: U}
        slope = taken(FIRST_SLOPE, given).rhs
        require_equal(o * (first + o * alpha) / (U + V), slope, f"o = {o}: S_1 for Z_0 = -o alpha")
        threshold = sp.Symbol("t_1")
        scale = taken(SCALE, given | {T_1: threshold})
        require_equal(slope - threshold, (scale.lhs - scale.rhs) / U, f"o = {o}: S_1 >= t_1 is what alpha >= ... says")
        large = every(SCALE, "alpha", given | {T_1: threshold})
        reached = taken(FIRST_SLOPE, given | {ALPHA: large}).rhs
        at_most(threshold, reached, f"o = {o}: S_1 >= t_1 for every such alpha")


def show_weight_steps(step: Step = weight_step) -> None:
    """The steps from W_j to W_{j+1} and back are those of the slopes, also with other units of length in each block."""
    rise, unit, next_unit, ratio = sp.Symbol("rise"), gap("lambda"), gap("lambda'"), gap("Y")
    length, next_length = unit * (U + V), next_unit * (U_NEXT + V_NEXT)
    for o in SIGNS:
        here = weight_of_slope(o, U, V, SLOPE)
        there = weight_of_slope(o, U_NEXT, V_NEXT, next_slope(V, U_NEXT, SLOPE, rise))
        forward = step(unit * V, next_unit * U_NEXT, length, next_length, ratio * rise, 2 * o * ratio, here)
        require_equal(forward, there, f"o = {o}: W_(j+1) from W_j")
        back = step(next_unit * U_NEXT, unit * V, next_length, length, ratio * rise, -2 * o * ratio, there)
        require_equal(back, here, f"o = {o}: W_j from W_(j+1)")
    scaled = next_slope(unit * V, next_unit * U_NEXT, ratio * SLOPE / unit, ratio * rise)
    true = ratio * next_slope(V, U_NEXT, SLOPE, rise) / next_unit
    require_equal(scaled, true, "slopes in other units of length and of labels obey the same recurrence")


def show_thresholds(before: Step = slope_before) -> None:
    """S_{j+1} - t_{j+1} is a positive multiple of S_j - before(t_{j+1}), and `before` undoes the step of the slopes.

    Backward induction from t_p = need_p: S_j >= t_j if and only if S_i >= need_i for all i >= j.
    """
    threshold, rise = sp.symbols("t_{j+1} rise")
    surplus = next_slope(V, U_NEXT, SLOPE, rise) - threshold
    factor = V / U_NEXT
    required = SLOPE - before(V, U_NEXT, threshold, rise)
    require_equal(surplus, factor * required, "S_(j+1) - t_(j+1)")
    require_positive(factor, "the factor is positive, so S_(j+1) >= t_(j+1) if and only if S_j >= before(t_(j+1))")
    kept = next_slope(V, U_NEXT, before(V, U_NEXT, threshold, rise), rise)
    require_equal(kept, threshold, "if S_j = before(t_(j+1)), then S_(j+1) = t_(j+1)")


def show_clips_all(need_factor: Expr = 1) -> None:
    """If s_j times the slope is at least need_j, all samples beyond the neighbours are clipped to the right side.

    d is the neighbour's distance, h >= 0 how much farther a sample lies, x >= 0 the surplus of the slope.
    """
    d, h, x = gap("d"), slack("h"), slack("x")
    for side in SIGNS:
        demand = slack("1 - side s y")
        signed_label = side * (1 - demand)
        slope = need_factor * demand / d + x
        signed_value = signed_label + side * slope * (d + h)
        at_most(1, side * signed_value, f"side {side}: beyond +-1 on the right side")


def signed_value(side: int, s: int, slope: Expr) -> Expr:
    """side * s_j * z^2_k at the distance d = `gap("d")` on the given side (1: right, -1: left) of c_j."""
    z_before, z_after = LABEL - s * U * slope, LABEL + s * V * slope
    u, v = U + side * gap("d"), V - side * gap("d")
    return side * s * (v * z_before + u * z_after) / (u + v)


def need(side: int, s: int) -> Expr:
    """The need_j of the neighbour at the distance d = `gap("d")` on the given side."""
    return (1 - side * s * LABEL) / gap("d")


def show_minimal(formula: Callable[[int, int], Any] = need) -> None:
    """With S_j = need_j - x, x > 0, the neighbour that attains need_j is not clipped to its side.

    For x < 2/d it lies inside (-1, 1).
    """
    x, inner, outer = gap("x"), gap("inner"), gap("outer")
    small = (2 / gap("d")) * inner / (inner + outer)
    for case, _, _, s in signs():
        for side in SIGNS:
            at_bound = signed_value(side, s, formula(side, s))
            require_equal(at_bound, 1, f"{case}, side {side}: for S_j = need_j the neighbour is exactly at +-1")
            beyond = signed_value(side, s, formula(side, s) - x)
            less(beyond, 1, f"{case}, side {side}: below it is not clipped to its side")
            just_beyond = signed_value(side, s, formula(side, s) - small)
            require_positive(1 + just_beyond, f"{case}, side {side}: for x < 2/d it is inside (-1, 1)")


@claim(
    id="B.3-slopes",
    theorem="3.1",
    source=OURS,
    place="B.3, equation (7), unit by unit",
    statement=(
        "The signed slopes S_j = s_j (Z_j - Z_(j-1))/(m_j - m_(j-1)) obey {}, {} and W2_(k,j) = {}, in any unit of "
        "length for each block; for every p >= 1, both orientations."
    ),
    formulas=[SLOPES, FIRST_SLOPE, OF_SLOPE],
    expected=Verdict.PROVED,
    by=[recurrence],
)
def slopes() -> Result:
    """Hypotheses: B.3-recurrence; Z_0 = -o alpha; u_j, v_j > 0.

    Line: Z_{j-1} and Z_j are reached from y_j along the slope of block j, so Z_j = y_j + s_j v_j S_j is also
    y_{j+1} - s_{j+1} u_{j+1} S_{j+1}.
    Conclusion: the weights follow from any one of them by two multiplications and an addition each, either way.
    """
    show_slopes()
    show_weight_steps()
    return proved("identities of rational functions; both parities, both orientations")


@claim(
    id="B.3-scale-sufficient",
    theorem="3.1",
    source=OURS,
    place="B.3, (8)-(11), sufficiently large alpha",
    statement=(
        "If {}, that is, S_1 >= t_1, then S_j >= need_j in every block, and all samples right of i_(k,j) are "
        "clipped to s_j, all left of it to -s_j, which is (8)-(11). (need_j, t_j: top of this script.)"
    ),
    formulas=[SCALE],
    expected=Verdict.PROVED,
    by=[layer1_clipping.clipping],
)
def scale_sufficient() -> Result:
    """Hypotheses: |y_j| <= 1; need_j as defined from the neighbours inside the block; Z_0 = -o alpha.

    Line: S_j >= t_j gives S_j >= need_j and, multiplied by v_j/u_{j+1} > 0, S_{j+1} >= t_{j+1}; a slope of at least
    need_j >= 0 puts the neighbour at or beyond +-1 on its side, and all farther samples too.
    Conclusion: (8)-(11) for o = +1 (k odd) and o = -1 (k even).
    """
    show_interpolation()
    show_slopes()
    show_thresholds()
    show_clips_all()
    method = "linear interpolation inside a block; induction over the blocks; nonnegative coefficients"
    return proved(method)


@claim(
    id="B.3-scale-minimal",
    theorem="3.1",
    source=OURS,
    place="B.3, minimal alpha",
    statement=(
        "If {} does not hold, that is, S_1 < t_1, then S_j < need_j for some j (with a neighbour), and the "
        "neighbour that attains need_j is not clipped to its side; it lies strictly inside (-1, 1) unless S_j "
        "misses need_j by 2/d or more, d being its distance. At equality S_j = t_j up to the first block with t_j ="
        " need_j."
    ),
    formulas=[SCALE],
    expected=Verdict.PROVED,
    by=[layer1_clipping.clipping],
)
def scale_minimal() -> Result:
    """Hypotheses: d is the distance of a neighbour attaining need_j; x = need_j - S_j > 0.

    Line: backwards from t_p = need_p, S_i >= need_i for all i >= j forces S_j >= t_j; the neighbour's signed
    pre-activation is 1 - d x, where inside a block z^2_k interpolates.
    Conclusion: u_1 t_1 - s_1 y_1 is the exact threshold for alpha: (8)-(11) hold from it on and fail below it; then
    a^2_k at that neighbour differs from the value the other units' sum requires. As t_j = before(t_{j+1}) is kept by
    the recurrence, the S_j at the threshold follow from S_j = need_j in the first block where this is t_j.
    """
    show_interpolation()
    show_slopes()
    show_thresholds()
    show_minimal()
    method = "identities and nonnegative coefficients; both parities, orientations and sides"
    return proved(method)


@claim(
    id="B.3-small",
    theorem="3.1",
    source=OURS,
    place="B.3, layer 2",
    statement=(
        "The recurrence equals flint's solution of (7) with Z_0 prescribed; at the threshold every sample is fitted or "
        "clipped as stated and the network returns the labels; 10^-9 past it some neighbour is inside (-1, 1); "
        "`layer2_unit` and `layer2_values` give these weights and values."
    ),
    expected=Verdict.CHECKED,
)
def small_cases() -> Result:
    """Hypotheses: random rational samples with gaps over three orders of magnitude, labels with both ends +-1.

    Line: exact evaluation of both layers at every sample, by the printed formulas for layer 1.
    Conclusion: all statements about layer 2 for the listed cases.
    """
    for p, q, seed in CASES:
        check_case(p, q, seed)
    return checked("exact rational evaluation", f"{len(CASES)} seeded cases: p = 1..8 with q = 1..5")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
