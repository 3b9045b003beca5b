"""Corollary 4.2 under affine independence, and gates for all classes but the largest.

d = d_x, N_k samples in class k. Samples are *in general position* when every d + 1 or fewer of them are affinely
independent. A group is a set of at most d samples; (u, c) is zero on its rows (x, 1).
"""

import sympy as sp

from exactmem.constructions.corollary_4_2 import printed_units
from exactmem.constructions.default_class import most_over_d_x, units_per_gate
from exactmem.constructions.parts.slabs import POINTED_RATIO
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import every, holds, taken
from exactmem.ledger.steps import (
    SIGNS,
    Expr,
    at_most,
    from_one,
    gap,
    index,
    less,
    real_regions,
    require_equal,
    require_nonnegative,
    sign_of,
    slack,
    telescoping_sum,
    up_to,
)
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import D_1, D_X, D_Y, N
from exactmem.proofs._facts import RANK_NULLITY
from exactmem.proofs.yun2019.activations import (
    S_MINUS,
    S_PLUS,
    SIGMA_H,
    SIGMA_R,
    M,
    P,
    gate,
    gate_by_four,
    gate_by_three,
    gate_by_two,
    gate_identity,
    gate_identity_four,
    gate_identity_three,
    hard_tanh,
    relu_like,
    units_of,
)


def ceiling() -> tuple[Expr, Expr, Expr]:
    """(n, d, q) with q = ceil(n/d), for all integers n >= 0 and d >= 1: n = d q - r with 0 <= r <= d - 1."""
    r, rest, q = index("r"), index("d - 1 - r"), index("q")
    d = r + 1 + rest
    n = d * q - r
    at_most(n, d * q, "q d >= n")
    less(d * (q - 1), n, "(q - 1) d < n")
    return n, d, q


def show_open_and_closed() -> None:
    """A gate is 1 where u . x + c = 0, and 0 where |u . x + c| = w > 0, if alpha w >= 1."""
    w = gap("w")
    require_equal(gate(sp.Integer(0)), 1, "the gate is 1 on the hyperplane")
    for alpha in (1 / w, (1 + gap("excess")) / w):
        for value in (w, -w):
            require_equal(gate(sp.cancel(alpha * value)), 0, "the gate is 0 off the hyperplane")


def show_sum_of_ceilings(classes: Expr) -> tuple[Expr, Expr, Expr]:
    """(bound, N, d): sum of ceil(n_k/d) <= bound/d over so many classes of n_k samples, N in all; by induction."""
    n, d, q = ceiling()
    at_most(q, (n + d - 1) / d, "ceil(n/d) <= (n + d - 1)/d")
    d_x, sizes = from_one("d_x"), sp.Function("S")
    total = telescoping_sum(
        lambda k: (sizes(k) - sizes(k - 1)) + d_x - 1,
        lambda k: sizes(k) + k * (d_x - 1),
        "one more class of S(k) - S(k - 1) samples",
    )
    samples = index("samples")
    return total(1, classes).subs(sizes(classes), samples + sizes(0)), samples, d_x


CEILINGS = N / D_X + D_Y - D_Y / D_X
SIZE_HARD_TANH, SIZE_RELU_LIKE = (sp.Ge(D_1, printed_units(kind, N, D_X, D_Y)) for kind in ("hard-tanh", "relu-like"))
SAMPLES = sp.Symbol("M")
MOST = most_over_d_x(SAMPLES, D_X, D_Y) / D_X


@claim(
    id="F.1-count",
    theorem="4.1",
    source=PAPER,
    place="Appendix F.1, the number of gates",
    statement=(
        "sum_k ceil(N_k/d_x) <= {} < N/d_x + d_y: with two (four) units per gate the printed sizes {} and {} "
        "suffice, for every split into classes."
    ),
    formulas=[CEILINGS, SIZE_HARD_TANH, SIZE_RELU_LIKE],
    expected=Verdict.PROVED,
    by=[gate_identity, gate_identity_four],
)
def count() -> Result:
    """Hypotheses: d_x >= 1; d_y >= 1 classes of N_k >= 0 samples, N in all.

    Line: ceil(n/d) <= (n + d - 1)/d for every n; the sum over d_y classes is (N + d_y (d - 1))/d, by induction. A gate
    is a sum of the units in the identities C-gate and C-gate-four, which are counted.
    Conclusion: less than N/d + d_y, strictly; units per gate times that is less than the printed size.
    """
    d_y = from_one("d_y")
    bound, samples, d_x = show_sum_of_ceilings(d_y)
    given = {N: samples, D_X: d_x, D_Y: d_y}
    require_equal(bound / d_x, taken(CEILINGS, given), "the sum over all classes")
    require_equal(samples / d_x + d_y - bound / d_x, d_y / d_x, "less by d_y/d_x, strictly")
    for size, by_units in ((SIZE_HARD_TANH, gate_by_two), (SIZE_RELU_LIKE, gate_by_four)):
        units = units_of(by_units)
        less(units * bound / d_x, every(size, "d_1", given), f"{units} units per gate fit into the printed size")
        spare = taken(size, given).rhs - units * bound / d_x
        require_equal(spare, units * d_y / d_x, f"the printed size exceeds {units} units per gate")
    return proved("integers written as d q - r; induction over the classes; units counted in the identities")


VALUE, NEXT, FACTOR, MOST_NULL = names("v b f m")
FACTORS, NEXT_VALUE, A_NULL_VECTOR = N + 1, VALUE + FACTOR * NEXT, sp.Ge(MOST_NULL, 1)


@claim(
    id="F.1-hyperplane",
    theorem="4.1",
    source=OURS,
    place="Appendix F.1, 'there is an affine hyperplane that contains only these points', corrected",
    statement=(
        "For a group of 1 to d_x samples whose affine span contains no other sample, null vectors b_1, ..., b_m of its "
        "rows (x, 1), {}, added up with factors among 1, ..., {}, make a hyperplane through the group alone: the value "
        "v of a sample becomes {}, and for v or b not 0 one factor f at most makes that 0."
    ),
    formulas=[A_NULL_VECTOR, FACTORS, NEXT_VALUE],
    expected=Verdict.PROVED,
    corrects="F.1-short-group",
)
def hyperplane() -> Result:
    """Hypotheses: v and b are the values at a sample of the sum so far and of the next null vector; factor f >= 1.

    Line: for b = 0 the value stays; for v = 0 and b != 0 it is f b; else it is (f - g) b with g = -v/b, not 0 for
    f != g. So N samples forbid at most N factors, and a non-zero value stays non-zero.
    Conclusion: in the end zero values are those of samples on which all null vectors vanish, which are in the span.
    """
    b, f, difference = gap("b"), gap("f"), gap("f - g")
    for sign in SIGNS:
        moved = taken(NEXT_VALUE, {VALUE: 0, FACTOR: f, NEXT: sign * b})
        require(sign_of(moved) == sign, "v = 0, b != 0: the new value is not 0")
        for side in SIGNS:
            g = f - side * difference
            v = -g * sign * b
            require_equal(taken(NEXT_VALUE, {VALUE: v, NEXT: 0}), v, "b = 0: the value stays")
            moved = taken(NEXT_VALUE, {VALUE: v, FACTOR: f, NEXT: sign * b})
            require_equal(moved, side * difference * sign * b, "v != 0, b != 0: v = -g b")
            require(sign_of(moved) == side * sign, "not 0 for f != g")
    samples, rows = index("N"), from_one("n")
    less(samples, taken(FACTORS, {N: samples}), "one factor more than there are samples to forbid one")
    holds(A_NULL_VECTOR, "d_x + 1 columns, at most d_x rows", {MOST_NULL: rows + index("d_x - n") + 1 - rows})
    return proved("signs of v + f b in all cases", assumes=[RANK_NULLITY])


@claim(
    id="F.2-independent",
    theorem="4.2",
    source=OURS,
    place="Corollary 4.2 and Assumption 4.1, corrected",
    statement=(
        "If every d_x + 1 or fewer samples are affinely independent, {} hard-tanh or {} ReLU-like units classify "
        "them exactly, with the gates' constants in b^2."
    ),
    formulas=[SIZE_HARD_TANH, SIZE_RELU_LIKE],
    expected=Verdict.PROVED,
    coq="Corollary42.corollary_4_2",
    corrects="4.1-vacuous",
    by=[hyperplane, count, gate_identity, gate_identity_four],
)
def corollary() -> Result:
    """Hypotheses: groups of d_x samples of one class, perhaps one smaller group per class; alpha >= 1/|u . x + c| off
    each group.

    Line: affine independence of a group and one more sample puts that sample outside the group's span
    (F.1-hyperplane); each gate is 1 on its group and 0 elsewhere; the groups of a class are a partition of it.
    Conclusion: output k, the sum of class k's gates, is 1 on class k and 0 elsewhere; the gates fit (F.1-count).
    """
    show_open_and_closed()
    return proved("the claims it rests on; the gate at and off its hyperplane", assumes=[RANK_NULLITY])


@claim(
    id="default-class",
    theorem="default-class",
    source=OURS,
    place="theorem default-class",
    statement=(
        f"{units_per_gate('hard-tanh')} (hard-tanh) or {units_per_gate('relu-like')} (ReLU-like) units for each of the "
        "sum of ceil(N_k/d_x) groups of all classes but one largest suffice; with M = N - ceil(N/d_y) that sum is at "
        "most M and at most {}."
    ),
    formulas=[MOST],
    expected=Verdict.PROVED,
    by=[hyperplane, gate_identity, gate_identity_three],
)
def default_class() -> Result:
    """Hypotheses: general position; the largest class, N_* samples, has no gates: its output is 1 minus all others.

    Line: outputs of a sample of the largest class: 0 for all others, hence 1; of another class: 1 there, hence 1 - 1.
    If N_* < ceil(N/d_y), all classes together have less than N samples: so N - N_* <= M; and ceil(n/d) <=
    (n + d - 1)/d for the d_y - 1 others.
    Conclusion: exact one-hot outputs; the gate of three units has no constant.
    """
    show_open_and_closed()
    require(units_of(gate_by_two) == units_per_gate("hard-tanh"), "units of a hard-tanh gate")
    require(units_of(gate_by_three) == units_per_gate("relu-like"), "units of a ReLU-like gate")
    n, d, q = ceiling()
    require_nonnegative((n - q).subs(q, from_one("q")), "ceil(n/d) <= n for n >= 1: a group has a sample")
    # The same with n = N and d = d_y: q = ceil(N/d_y).
    less(d * (q - 1), n, "classes of at most q - 1 samples have less than N in all")
    others = index("d_y - 1")
    bound, M, d_x = show_sum_of_ceilings(others)
    given = {D_X: d_x, D_Y: others + 1}
    most = taken(MOST, given | {SAMPLES: M})
    require_equal(bound / d_x, most, "the sum over all classes but one")
    at_most(most, taken(MOST, given | {SAMPLES: M + slack("more")}), "fewer samples have a smaller bound")
    return proved(
        "the claims it rests on; integers written as d q - r; induction over the classes", assumes=[RANK_NULLITY]
    )


HEIGHT, INNER, NEAREST, POWER, REACH, OWN = names("h r w p W o")
FAR = sp.Gt(NEAREST, POINTED_RATIO * INNER)
HALF_WAY, OUTER = (NEAREST - INNER) / 2, INNER + POWER
ABOVE_TWICE, WITHIN = sp.Gt(REACH, 2 * INNER), sp.Le(REACH, NEAREST)
TENT_BY_TWO = (SIGMA_H(2 * HEIGHT / REACH + 1) + SIGMA_H(-2 * HEIGHT / REACH + 1)) / 2
TENT_BY_THREE = (SIGMA_R(HEIGHT + REACH) - 2 * SIGMA_R(HEIGHT) + SIGMA_R(HEIGHT - REACH)) / (REACH * (P - M))
MORE, LARGEST, POSITIVE = sp.Gt(OWN, sp.Rational(1, 2)), sp.Gt(OWN, 1 - OWN), sp.Gt(OWN, 0)


def show_reach() -> None:
    """2 r < W <= w for the powers of two p and W of the claim; all r >= 0 and all w that are far."""
    inner = slack("r")
    nearest = every(FAR, "w", {INNER: inner})
    half_way = taken(HALF_WAY, {INNER: inner, NEAREST: nearest})
    # p/2 is a power of two, too, and not above (w - r)/2; 2 W is one, and above r + p.
    outer = taken(OUTER, {INNER: inner, POWER: half_way + up_to(half_way, "p")})
    reach = outer / 2 + up_to(outer / 2, "W")
    holds(ABOVE_TWICE, "the reach is more than twice r", {REACH: reach, INNER: inner})
    holds(WITHIN, "the reach is at most w", {REACH: reach, NEAREST: nearest})


def show_tents() -> None:
    """Both sums of units are the gate at h/W, for every real h and W > 0."""
    reach = gap("W")
    for name, t in real_regions([sp.Integer(-1), sp.Integer(0), sp.Integer(1)]):
        given = {HEIGHT: reach * t, REACH: reach, P: S_PLUS, M: S_MINUS, SIGMA_H: hard_tanh, SIGMA_R: relu_like}
        for tent in (TENT_BY_TWO, TENT_BY_THREE):
            require_equal(taken(tent, given), gate(t), f"the tent at h = W t, {name}")


@claim(
    id="default-class-argmax",
    theorem="default-class",
    source=OURS,
    place="theorem default-class, decided by argmax",
    statement=(
        "Let h be at most r in absolute value on a group and at least w at all other samples, {}, p the least power "
        "of two above {} and W the greatest up to {}. Then {} and {}, and the tents {} and {} have a value o on the "
        "group, {}, and are 0 at all others. So the class of a sample has the output o, and {}, where 1 - o is that of "
        "the largest class, and {}, all others'."
    ),
    formulas=[FAR, HALF_WAY, OUTER, ABOVE_TWICE, WITHIN, TENT_BY_TWO, TENT_BY_THREE, MORE, LARGEST, POSITIVE],
    expected=Verdict.PROVED,
    by=[default_class],
)
def by_argmax() -> Result:
    """Hypotheses: every sample outside the largest class is in one group of its class; W > 2 r; |h| <= r on the group,
    |h| >= W at all other samples. h may be any function, so that its weights may be rounded.

    Line: the tents are sigma_G(h/W); at |h| <= r that is 1 - |h|/W >= 1 - r/W > 1/2, at |h| >= W it is 0; o > 1/2.
    Conclusion: the right class's output is strictly the largest, with the units of exact one-hot outputs; at samples of
    the largest class all tents are 0, and the outputs are one-hot.
    """
    show_reach()
    show_tents()
    h, more, beyond = gap("h"), slack("r - |h|"), gap("|h| - W")
    for height in (sp.Integer(0), h):
        reach = every(ABOVE_TWICE, "W", {INNER: height + more})
        for sign in SIGNS:
            own = gate(sp.cancel(sign * height / reach))
            holds(MORE, "on the group", {OWN: own})
            at_most(own, sp.Integer(1), "a tent is at most 1")
            for outside in (reach, reach + beyond):
                require_equal(gate(sp.cancel(sign * outside / reach)), 0, "at all other samples")
    given = {OWN: every(MORE, "o")}
    holds(LARGEST, "more than the largest class's output", given)
    holds(POSITIVE, "more than all other outputs", given)
    return proved("the tents region by region; every r, w, p and h within their bounds")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
