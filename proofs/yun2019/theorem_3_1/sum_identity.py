"""B.4 of Theorem 3.1: what the outputs of layer 2 add up to at each sample, and the index sets I_k behind it.

I_k = {i_{k,1} < ... < i_{k,p}}, i_{k,j} = (j-1)q + k for odd j and jq + 1 - k for even j. A unit l clips the
samples between two of its members to one side; `clip_side` states it block by block. The printed range
"k < l <= w" is read as k < l <= q: w is not defined, and the sum runs over all q units.
"""

from collections.abc import Callable
from typing import Any

import sympy as sp

from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    less,
    minus_one_to,
    require_equal,
    require_positive,
    require_zero,
)
from exactmem.proofs.yun2019.theorem_3_1._notation import (
    MEMBER_EVEN,
    MEMBER_ODD,
    SIGN_L,
    J,
    K,
    L,
    Q,
    alternating,
    clip_side,
    member,
    show_members,
    show_signs,
)

Member = Callable[[Any, Any, Any], Any]
ClipSide = Callable[[Any, Any, Any, Any], Any]

FIRST, LAST, OPPOSITE = J * Q - Q + 1, J * Q, (-1) ** L
NEIGHBOURS = sp.Eq(sp.Symbol("i_(k+1,j) - i_(k,j)"), (-1) ** (J - 1))
AHEAD = sp.Symbol("i_(l,j+1) - i_(k,j)")
AHEAD_ODD, AHEAD_EVEN = sp.Eq(AHEAD, 2 * Q + 1 - L - K), sp.Eq(AHEAD, L + K - 1)
TOTAL, BIAS = sp.Symbol("sum_(l != k) a^2_l(x_(i_(k,j)))"), sp.Symbol("b^3")
SUM_EVEN, SUM_ODD, BIAS_EVEN, BIAS_ODD = sp.Eq(TOTAL, 1), sp.Eq(TOTAL, 0), sp.Eq(BIAS, -1), sp.Eq(BIAS, 0)
BLOCKS = range(1, 7)
UNITS = range(1, 13)


def printed_gap_value(g: Expr, l: Expr) -> int:
    """(8)-(11): a^2_l between i_{l,g} and i_{l,g+1}: -1 for even g and +1 for odd g if l is odd, negated if even."""
    value = -minus_one_to(g)
    return value if minus_one_to(l) == -1 else -value


def show_partition(index: Member = member) -> None:
    """k -> i_{k,j} maps [q] onto block j in steps of 1 (odd j) or -1 (even j); the blocks adjoin."""
    k, q, p = tactics.positive_index("k"), tactics.positive_index("q"), tactics.positive_index("p")
    for parity, j in tactics.parities("n"):
        step = -minus_one_to(j)
        first, last = (taken(end, {J: j, Q: q}) for end in (FIRST, LAST))
        ends = (first, last) if step == 1 else (last, first)
        require_equal(index(j, 1, q), ends[0], f"{parity} j: i_(1,j)")
        require_equal(index(j, q, q), ends[1], f"{parity} j: i_(q,j)")
        rise = index(j, k + 1, q) - index(j, k, q)
        holds(NEIGHBOURS, f"{parity} j: i_(k+1,j) - i_(k,j)", {NEIGHBOURS.lhs: rise, J: j})
        require_equal(rise, step, f"{parity} j: from one end to the other")
        ranges = [(1, (j - 1) * q), (first, last), (j * q + 1, p * q)]
        tactics.require_consecutive(ranges, "blocks before j, block j, blocks after")


def show_intervals(index: Member = member) -> None:
    """Where i_{k,j} lies between the members of unit l != k: the four interval statements of B.4."""
    l, d, rest = tactics.from_one("l"), tactics.positive_index("k-l"), tactics.index("q-k")
    k = l + d
    q = k + rest
    for parity, j in tactics.parities("n"):
        lower, upper = (l, k) if parity == "odd" else (k, l)
        less(index(j, lower, q), index(j, upper, q), f"{parity} j: order within block j")
        for unit, other in ((l, k), (k, l)):
            between = index(j + 1, unit, q) - index(j, other, q)
            printed = AHEAD_ODD if parity == "odd" else AHEAD_EVEN
            holds(printed, f"{parity} j: from block j to j+1", {AHEAD: between, L: unit, K: other, Q: q})
            require_positive(between, f"{parity} j: before the member of block j+1, the one after that of block j")
        at_most(index(j, k, q), j * q, f"{parity} j = p: at most pq, below i_(l,p+1) = N + 1")
        require_positive(index(j, k, q), f"{parity} j = 1: above i_(l,0) = 0")


def show_gap_values(side: ClipSide = clip_side) -> None:
    """`clip_side`, stated by blocks, is (8)-(11), stated by gaps between members."""
    q, d = tactics.positive_index("q"), tactics.positive_index("d")
    for parity, j in tactics.parities("n"):
        for unit_parity, l in tactics.parities("m"):
            case = f"{parity} j, {unit_parity} l"
            here = member(j, l, q)
            require_zero(side(here + d, j, l, q) - printed_gap_value(j, l), f"{case}: in gap j")
            require_zero(side(here - d, j, l, q) - printed_gap_value(j - 1, l), f"{case}: in gap j - 1")


def show_outputs(side: ClipSide = clip_side) -> None:
    """At x_{i_{k,j}} unit l gives s_l if l < k and -s_l if l > k, whatever the parity of j."""
    d, q = tactics.positive_index("d"), tactics.positive_index("q")
    for parity, j in tactics.parities("n"):
        for unit_parity, l in tactics.parities("m"):
            case = f"{parity} j, {unit_parity} l"
            require_equal(side(member(j, l + d, q), j, l, q), taken(SIGN_L, {L: l}), f"{case} < k")
            require_equal(side(member(j, l - d, q), j, l, q), taken(OPPOSITE, {L: l}), f"{case} > k")


def show_sum(q_parity: str, total: Expr) -> None:
    """sum_{l<k} s_l - sum_{k<l<=q} s_l is the total for every q of the given parity and k of both."""
    show_signs()
    partial = tactics.telescoping_sum(alternating, lambda n: (1 - minus_one_to(n)) // 2, "s_1 + ... + s_n")
    q = dict(tactics.parities("q"))[q_parity]
    for k_parity, k in tactics.parities("k"):
        holds(total, f"{q_parity} q, {k_parity} k: the sum", {TOTAL: partial(1, k - 1) - partial(k + 1, q)})


def index_set(p: int, q: int, k: int) -> list[int]:
    """I_k as printed, {k, 2q+1-k, 2q+k, 4q+1-k, ...}, cut off after p elements."""
    return sorted(start + shift for start in range(0, p * q, 2 * q) for shift in (k, 2 * q + 1 - k))[:p]


def clipped_sum(p: int, q: int, k: int, i: int) -> int:
    """Sum over l != k of a^2_l(x_i), each from (8)-(11) and the number of members of unit l below i."""
    others = (l for l in range(1, q + 1) if l != k)
    return sum(printed_gap_value(sum(m < i for m in index_set(p, q, l)), l) for l in others)


def check_case(p: int, q: int) -> None:
    """Partition, chains and sums for one p and q, from the printed index sets."""
    sets = [index_set(p, q, k) for k in range(1, q + 1)]
    require(
        sorted(i for members in sets for i in members) == list(range(1, p * q + 1)),
        f"p = {p}, q = {q}: the I_k partition [N]",
    )
    for k, members in enumerate(sets, start=1):
        require(members == [member(j, k, q) for j in range(1, p + 1)], f"p = {p}, q = {q}, k = {k}: i_(k,j)")
        sums = {clipped_sum(p, q, k, i) for i in members}
        require(sums == {1 - q % 2}, f"p = {p}, q = {q}, k = {k}: the sum is 1 for even q, 0 for odd q")


@claim(
    id="B.4-partition",
    theorem="3.1",
    source=PAPER,
    place="B.4, index sets",
    statement=(
        "I_1, ..., I_q partition [pq], where i_(k,j) is {} for odd j and {} for even j: in block j, from {} to {}, the "
        "members are ordered by k, {}; i_(k,j) lies between the members of every other unit as printed, as {} for odd "
        "j and {} for even j. For all p, q >= 1."
    ),
    formulas=[MEMBER_ODD, MEMBER_EVEN, FIRST, LAST, NEIGHBOURS, AHEAD_ODD, AHEAD_EVEN],
    expected=Verdict.PROVED,
)
def partition() -> Result:
    """Hypotheses: 1 <= k <= q, 1 <= j <= p; i_{l,0} = 0 and i_{l,p+1} = N + 1.

    Line: k -> i_{k,j} runs through block j in steps of one; the blocks adjoin; the differences of members of two
    units in the blocks j - 1, j, j + 1 are positive.
    Conclusion: a partition, the chains of inequalities, and the four interval statements.
    """
    show_members()
    show_partition()
    show_intervals()
    return proved("symbolic p, q, k, l and j of both parities; nonnegative coefficients of index differences")


@claim(
    id="B.4-sum",
    theorem="3.1",
    source=PAPER,
    place="B.4",
    statement=(
        "For every even q and every k, j: {}, over the units l <= q (the printed range k < l <= w is read as "
        "k < l <= q), as a^2_l is {} for l < k and {} for l > k; so {} leaves y."
    ),
    formulas=[SUM_EVEN, SIGN_L, OPPOSITE, BIAS_EVEN],
    expected=Verdict.PROVED,
    coq="SumB4.sum_B_4",
)
def even_sum() -> Result:
    """Hypotheses: (8)-(11); q even; k and j of any parity.

    Line: l < k contributes s_l = (-1)^(l-1), l > k contributes -s_l; sum_{l<k} s_l - sum_{k<l<=q} s_l telescopes.
    Conclusion: the sum is 1, so that b^3 = -1 leaves y.
    """
    show_gap_values()
    show_outputs()
    show_sum("even", SUM_EVEN)
    holds(BIAS_EVEN, "the bias takes the others away", {BIAS: -SUM_EVEN.rhs})
    return proved("parity cases of j, l, k for symbolic q; the sums of signs by induction")


@claim(
    id="B.4-sum-odd",
    theorem="3.1",
    source=OURS,
    place="B.4, extended to odd q",
    statement="For every odd q and every k, j: {}, over the units l <= q; so {} leaves y.",
    formulas=[SUM_ODD, BIAS_ODD],
    expected=Verdict.PROVED,
    coq="SumB4.sum_B_4",
)
def odd_sum() -> Result:
    """Hypotheses: (8)-(11); q odd; k and j of any parity.

    Line: as for even q; the last telescoped term is 1 instead of 0.
    Conclusion: output bias -1 for even q, 0 for odd q.
    """
    show_gap_values()
    show_outputs()
    show_sum("odd", SUM_ODD)
    holds(BIAS_ODD, "the bias takes the others away", {BIAS: -SUM_ODD.rhs})
    return proved("parity cases of j, l, k for symbolic q; the sums of signs by induction")


@claim(
    id="B.4-small",
    theorem="3.1",
    source=PAPER,
    place="B.4",
    statement="Partition, chains and the sums (1 for even q, 0 for odd q), from explicit index sets and (8)-(11).",
    expected=Verdict.CHECKED,
)
def small_cases() -> Result:
    """Hypotheses: the printed index sets, cut off after p elements.

    Line: every set, member and sum is computed.
    Conclusion: the statements for the listed p, q and every k and j.
    """
    for p in BLOCKS:
        for q in UNITS:
            check_case(p, q)
    return checked("explicit index sets and clip values", "p = 1..6 with q = 1..12, all k and j")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
