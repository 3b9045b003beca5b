"""Theorem 3.1 as printed, put together from its parts, and what B.2, B.5 and Figure 1 add to them."""

import sympy as sp

from exactmem.activations import HARD_TANH, RELU
from exactmem.ledger.claims import PAPER, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    SIGNS,
    at_most,
    gap,
    index,
    less,
    positive_index,
    require_equal,
    telescoping_sum,
)
from exactmem.proofs._conditions import D_2, D_Y, PRINTED_HARD_TANH, PRINTED_RELU_LIKE, require_executed
from exactmem.proofs.ours.polynomials import DIMENSION, EXCEPTIONS, POINTS, roots
from exactmem.proofs.yun2019.activations import hard_tanh_identity
from exactmem.proofs.yun2019.theorem_3_1 import as_printed, layer1_clipping, sum_identity
from exactmem.proofs.yun2019.theorem_3_1.as_printed import show_floor
from exactmem.proofs.yun2019.theorem_3_1.sum_identity import clipped_sum, index_set, printed_gap_value


@claim(
    id="B.2-projection",
    theorem="3.1",
    source=PAPER,
    place="B.2, u^T x_i != u^T x_i' for all i != i'",
    statement=(
        "For N distinct points of R^d, u = (1, s, ..., s^(d-1)) tells them apart for all but {} numbers s at most, "
        "so for one of that many and one integers."
    ),
    formulas=[EXCEPTIONS],
    expected=Verdict.PROVED,
    by=[roots],
)
def projection() -> Result:
    """Hypotheses: x_i != x_j for i != j.

    Line: u . (x_i - x_j) is a polynomial in s whose coefficients, the coordinates of x_i - x_j, are not all 0, of
    degree d - 1 at most. The pairs i < j are counted by induction on N.
    Conclusion: some integer s is no root of any of them. (B.2 draws u at random and meets the same exceptions.)
    """
    d, N = positive_index("d"), positive_index("N")
    pairs = telescoping_sum(lambda k: k - 1, lambda k: k * (k - 1) / 2, "one more point meets k - 1 others")(1, N)
    degree = d - 1
    excluded = pairs * degree
    require_equal(excluded, taken(EXCEPTIONS, {DIMENSION: d, POINTS: N}), "the roots of all pairs")
    less(excluded, excluded + 1, "one integer more than there are roots")
    coefficient, power, s = gap("|x_i - x_j|_k"), index("k"), sp.Symbol("s", real=True)
    for sign in SIGNS:
        require((sign * coefficient).is_zero is False, "a coordinate that differs is a coefficient that is not 0")
        require_equal(sp.Poly(sign * coefficient * s**3, s).LC(), sign * coefficient, "its monomial")
    at_most(degree - power, degree, "degree d - 1 at most")
    return proved("pairs counted by induction; symbolic N and d")


GROUP = sp.floor(D_2 / D_Y)
GROUPS_FIT = sp.Le(D_Y * GROUP, D_2)


@claim(
    id="B.5",
    theorem="3.1",
    source=PAPER,
    place="B.5",
    statement=(
        "For d_y > 1 the d_2 units are d_y groups of {}, {}, each of which fits one coordinate on the same layer 1; "
        "nothing else changes."
    ),
    formulas=[GROUP, GROUPS_FIT],
    expected=Verdict.PROVED,
    by=[layer1_clipping.clipping],
    quote="This is possible because we can share a^1(x_i) for fitting different components of y_i.",
)
def several_outputs() -> Result:
    """Hypotheses: q = floor(d_2/d_y) units per group, p q >= N.

    Line: d_y q <= d_2; (1)-(6) are about the samples alone, no label occurs in them; output a reads its group only.
    Conclusion: each coordinate is fitted as for d_y = 1.
    """
    q, r = index("q"), index("r")
    d_y = r + 1 + index("d_y - 1 - r")
    d_2 = d_y * q + r
    share = taken(GROUP).args[0].subs({D_2: d_2, D_Y: d_y}, simultaneous=True)
    at_most(q, share, "floor(d_2/d_y): the remainder is >= 0")
    less(share, q + 1, "floor(d_2/d_y): the remainder is < d_y")
    holds(GROUPS_FIT, "the groups fit into layer 2", {GROUP: q, D_Y: d_y, D_2: d_2})
    first, second, bias = sp.symbols("sum_of_group_a sum_of_others b_a")
    weights = (1, 0)
    require_equal(weights[0] * first + weights[1] * second + bias, first + bias, "output a is its group's sum")
    return proved("floors by their remainders; output weights 1 in the group and 0 elsewhere")


@claim(
    id="3.1",
    theorem="3.1",
    source=PAPER,
    place="Theorem 3.1",
    statement=(
        "Under Assumption 3.1 a 3-layer network fits the data if {} for hard-tanh, or {} for ReLU-like activations."
    ),
    formulas=[PRINTED_HARD_TANH, PRINTED_RELU_LIKE],
    coq="Theorem31.theorem_3_1",
    expected=Verdict.PROVED,
    by=[as_printed.full_widths, as_printed.halved_widths, hard_tanh_identity, projection, several_outputs],
    quote=(
        "a 3-layer hard-tanh FNN f_θ satisfies 4 floor(d_1/2) floor(d_2/(2d_y)) >= N; or a 3-layer ReLU-like FNN f_θ "
        "satisfies 4 floor(d_1/4) floor(d_2/(4d_y)) >= N"
    ),
    note="The text at hand prints the floors as bars.",
)
def theorem() -> Result:
    """Hypotheses: distinct inputs, labels in [-1, 1]^{d_y}.

    Line: hard-tanh: 3.1-full-widths, whose condition the printed one implies. ReLU-like: two units make one hard-tanh
    unit (2-hard-tanh), 2 floor(d/2) <= d of them fit into a layer, and the conditions are one (3.1-halved-widths).
    Conclusion: Theorem 3.1 is true as printed.
    """
    half = index("floor(d/2)")
    for odd in (0, 1):
        d = 2 * half + odd
        show_floor(d, sp.Integer(2), half, "floor(d/2)")
        at_most(2 * half, d, "two units for each hard-tanh unit")
    require_executed((PRINTED_HARD_TANH,), "3.1", HARD_TANH)
    require_executed((PRINTED_RELU_LIKE,), "3.1", RELU)
    return proved("the claims it rests on; widths of both parities")


@claim(
    id="Figure-1",
    theorem="3.1",
    source=PAPER,
    place="Figure 1",
    statement=(
        "For d_1 = d_2 = 4 and 16 samples, layer 2 adds up to y_i + 1 at every sample, and to 0 at the imaginary "
        "indices 0 and 17."
    ),
    expected=Verdict.CHECKED,
    by=[sum_identity.partition],
    quote="One can check for all indices that outputs of layer 2 sum to y_i + 1.",
    note="The numbers in the boxes of the figure are lost in the text at hand; they are computed from (8)-(11).",
)
def figure() -> Result:
    """Hypotheses: p = q = 4, the index sets of B.3.

    Line: every sample is in one index set, whose unit gives y_i; the other three add up to 1. Left of all samples every
    unit is in its gap 0, right of them in its gap 4.
    Conclusion: the figure's remark, and Appendix E's about indices 0 and 17.
    """
    p = q = 4
    for i in range(1, p * q + 1):
        (own,) = [k for k in range(1, q + 1) if i in index_set(p, q, k)]
        require(clipped_sum(p, q, own, i) == 1, f"sample {i}: the other units add up to 1")
    for beyond, g in ((0, 0), (17, p)):
        require(sum(printed_gap_value(sp.Integer(g), l) for l in range(1, q + 1)) == 0, f"index {beyond}: the sum is 0")
    return checked("explicit index sets", "p = q = 4, samples 1..16 and the indices 0 and 17")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
