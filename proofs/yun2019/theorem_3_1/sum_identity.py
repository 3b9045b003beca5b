"""B.4 of Theorem 3.1: what the outputs of layer 2 add up to at each sample, and the index sets I_k behind it.

I_k = {i_{k,1} < ... < i_{k,p}}, i_{k,j} = (j-1)q + k for odd j and jq + 1 - k for even j. A unit l clips the
samples between two of its members to one side; `clip_side` states it block by block. The printed range
"k < l <= w" is read as k < l <= q: w is not defined, and the sum runs over all q units.
"""

from collections.abc import Callable
from typing import Any

from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.steps import (
    Expr,
    at_most,
    less,
    minus_one_to,
    require_equal,
    require_positive,
    require_zero,
)
from exactmem.proofs.yun2019.theorem_3_1._notation import alternating, clip_side, member

Member = Callable[[Any, Any, Any], Any]
ClipSide = Callable[[Any, Any, Any, Any], Any]

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
        ends = (j * q - q + 1, j * q) if step == 1 else (j * q, j * q - q + 1)
        require_equal(index(j, 1, q), ends[0], f"{parity} j: i_(1,j)")
        require_equal(index(j, q, q), ends[1], f"{parity} j: i_(q,j)")
        require_equal(index(j, k + 1, q) - index(j, k, q), step, f"{parity} j: i_(k+1,j) - i_(k,j)")
        tactics.require_consecutive(
            [(1, (j - 1) * q), (j * q - q + 1, j * q), (j * q + 1, p * q)], "blocks before j, block j, blocks after"
        )


def show_intervals(index: Member = member) -> None:
    """Where i_{k,j} lies between the members of unit l != k: the four interval statements of B.4."""
    l, d, rest = tactics.from_one("l"), tactics.positive_index("k-l"), tactics.index("q-k")
    k = l + d
    q = k + rest
    for parity, j in tactics.parities("n"):
        lower, upper = (l, k) if parity == "odd" else (k, l)
        less(index(j, lower, q), index(j, upper, q), f"{parity} j: order within block j")
        for unit, other in ((l, k), (k, l)):
            between = 2 * q + 1 - unit - other if parity == "odd" else unit + other - 1
            require_equal(index(j + 1, unit, q) - index(j, other, q), between, f"{parity} j: from block j to j+1")
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
            require_equal(side(member(j, l + d, q), j, l, q), alternating(l), f"{case} < k")
            require_equal(side(member(j, l - d, q), j, l, q), -alternating(l), f"{case} > k")


def show_sum(q_parity: str, total: int) -> None:
    """sum_{l<k} s_l - sum_{k<l<=q} s_l = total for every q of the given parity and k of both."""
    partial = tactics.telescoping_sum(alternating, lambda n: (1 - minus_one_to(n)) // 2, "s_1 + ... + s_n")
    q = dict(tactics.parities("q"))[q_parity]
    for k_parity, k in tactics.parities("k"):
        require_equal(partial(1, k - 1) - partial(k + 1, q), total, f"{q_parity} q, {k_parity} k: the sum")


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
        "I_1, ..., I_q partition [pq]; in block j the members are ordered by k, increasing for odd j and decreasing "
        "for even j; i_{k,j} lies between the members of every other unit as printed. For all p, q >= 1."
    ),
    expected=Verdict.PROVED,
)
def partition() -> Result:
    """Hypotheses: 1 <= k <= q, 1 <= j <= p; i_{l,0} = 0 and i_{l,p+1} = N + 1.

    Line: k -> i_{k,j} runs through block j in steps of one; the blocks adjoin; the differences of members of two
    units in the blocks j - 1, j, j + 1 are positive.
    Conclusion: a partition, the chains of inequalities, and the four interval statements.
    """
    show_partition()
    show_intervals()
    return proved("symbolic p, q, k, l and j of both parities; nonnegative coefficients of index differences")


@claim(
    id="B.4-sum",
    theorem="3.1",
    source=PAPER,
    place="B.4",
    statement=(
        "For every even q and every k, j: the outputs a^2_l(x_{i_{k,j}}) of the units l != k, l <= q, add up to +1 "
        "(the printed range k < l <= w is read as k < l <= q)."
    ),
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
    show_sum("even", 1)
    return proved("parity cases of j, l, k for symbolic q; the sums of signs by induction")


@claim(
    id="B.4-sum-odd",
    theorem="3.1",
    source=OURS,
    place="B.4, extended to odd q",
    statement="For every odd q and every k, j: the outputs of the units l != k add up to 0, so b^3 = 0 leaves y.",
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
    show_sum("odd", 0)
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
