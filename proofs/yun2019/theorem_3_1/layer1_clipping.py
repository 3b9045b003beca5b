"""Layer 1 of Theorem 3.1: every unit passes exactly one block of samples and clips all others, (1)-(6) of B.2.

Unit j depends on the samples with indices jq-q, jq-q+1, jq and jq+1 only; their order is expressed by slack
variables, so that each strict inequality becomes a rational function with nonnegative coefficients.
"""

from collections.abc import Callable
from typing import Any

import sympy as sp
from flint import fmpq

from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    gap,
    less,
    require_equal,
    slack,
)
from exactmem.ledger.wording import names
from exactmem.proofs.yun2019.theorem_3_1._notation import (
    MEMBER_EVEN,
    MEMBER_ODD,
    SIGN_L,
    J,
    L,
    Q,
    alternating,
    entry_rows,
    equation_7_matrix,
    layer1_output,
    layer1_parameters,
    member,
    show_members,
)

Parameters = Callable[[Any, Any, Any, Any, Any], tuple[Any, Any]]
Member = Callable[[Any, Any, Any], Any]

Z = sp.Symbol("s_j z_j(c_i)")
LEFT_OF_IT, ABOVE_LOW, BELOW_HIGH, RIGHT_OF_IT = sp.Lt(Z, -1), sp.Gt(Z, -1), sp.Lt(Z, 1), sp.Gt(Z, 1)
BEFORE, FIRST, LAST, AFTER = J * Q - Q, J * Q - Q + 1, J * Q, J * Q + 1
SIGN_J, OPPOSITE = SIGN_L.subs(L, J), (-1) ** L
CASES = [(p, q) for p in range(1, 6) for q in range(1, 6)]


def show_clipping(parameters: Parameters = layer1_parameters) -> None:
    """(1)-(6) for symbolic j of either parity and symbolic c_1 < ... < c_N (blocks of one sample included)."""
    before, rise, fall = sp.Symbol("c_{jq-q}", real=True), gap("c_{jq-q+1} - c_{jq-q}"), gap("c_{jq+1} - c_{jq}")
    inside_left, inside_right = slack("c_i - c_{jq-q+1}"), slack("c_{jq} - c_i")
    step, far = gap("c_{i'} - c_i"), slack("distance")
    first = before + rise
    sample = first + inside_left
    last = sample + inside_right
    after = last + fall
    q, blocks = tactics.positive_index("q"), tactics.positive_index("p")
    for parity, j in tactics.parities("n"):
        ends = [taken(end, {J: j, Q: q}) for end in (BEFORE, FIRST, LAST, AFTER)]
        ranges = [(1, ends[0]), (ends[1], ends[2]), (ends[3], blocks * q)]
        tactics.require_consecutive(ranges, "samples left of, in and right of block j")
        require_equal(ends[2] - ends[1] + 1, q, "a block has q samples")
        require_equal(FIRST.subs({J: 1, Q: q}), 1, "the first of all samples is in block 1")
        scale, bias = parameters(j, before, first, last, after)

        def signed(c: Expr, scale: Expr = scale, bias: Expr = bias, j: Expr = j) -> Expr:
            return taken(SIGN_J, {J: j}) * (scale * c + bias)

        holds(ABOVE_LOW, f"{parity} j, sample in block j: signed pre-activation > -1", {Z: signed(sample)})
        holds(BELOW_HIGH, f"{parity} j, sample in block j: signed pre-activation < 1", {Z: signed(sample)})
        less(signed(sample), signed(sample + step), f"{parity} j: strictly monotone")
        holds(LEFT_OF_IT, f"{parity} j, i <= jq-q: signed pre-activation < -1", {Z: signed(before - far)})
        holds(RIGHT_OF_IT, f"{parity} j, i > jq: signed pre-activation > 1", {Z: signed(after + far)})


PLACE, LOWER, UPPER = names("c m_(j-1) m_j")
SIGNED = (2 * PLACE - UPPER - LOWER) / (UPPER - LOWER)


def show_midpoints(parameters: Parameters = layer1_parameters) -> None:
    """With m_{j-1}, m_j the midpoints around block j the pre-activation is s_j (2c - m_j - m_{j-1})/(m_j - m_{j-1})."""
    before, c = sp.symbols("c_before c", real=True)
    first = before + tactics.gap("gap_before")
    last = first + tactics.slack("block")
    after = last + tactics.gap("gap_after")
    low, high = (before + first) / 2, (last + after) / 2
    for parity, j in tactics.parities("n"):
        scale, bias = parameters(j, before, first, last, after)
        s = alternating(j)
        signed = taken(SIGNED, {PLACE: c, LOWER: low, UPPER: high})
        require_equal(scale * c + bias, s * signed, f"{parity} j: pre-activation")
        require_equal(scale * low + bias, -s, f"{parity} j: value at m_(j-1)")
        require_equal(scale * high + bias, s, f"{parity} j: value at m_j")


def show_entries(index: Member = member) -> None:
    """i_{k,j} lies in block j, right of block l < j and left of block l > j; so M_k has the stated entries."""
    k, d = tactics.from_one("k"), tactics.from_one("d")
    q, inside = k + tactics.index("q-k"), sp.Symbol("a_j", real=True)
    for parity, j in tactics.parities("n"):
        i = index(j, k, q)
        at_most(taken(FIRST, {J: j, Q: q}), i, f"{parity} j: i_(k,j) >= jq - q + 1")
        at_most(i, taken(LAST, {J: j, Q: q}), f"{parity} j: i_(k,j) <= jq")
        less((j - d) * q, i, f"{parity} j: i_(k,j) > lq for l = j - d < j")
        at_most(i, (j + d) * q - q, f"{parity} j: i_(k,j) <= lq - q for l = j + d > j")
    for parity, l in tactics.parities("n"):
        require_equal(layer1_output(l + d, l, inside), taken(SIGN_L, {L: l}), f"{parity} l < j: the entry is s_l")
        require_equal(layer1_output(l - d, l, inside), taken(OPPOSITE, {L: l}), f"{parity} l > j: the entry is -s_l")
        require_equal(layer1_output(l, l, inside), inside, f"{parity} l = j: the unclipped value")


def check_case(p: int, q: int) -> None:
    """(1)-(6) and the entries of every M_k, computed from the printed weights for c_i = i^2 and delta = 1."""
    c = [fmpq(0), *(fmpq(i * i) for i in range(1, p * q + 1)), fmpq((p * q) ** 2 + 1)]
    for j in range(1, p + 1):
        scale, bias = layer1_parameters(j, c[j * q - q], c[j * q - q + 1], c[j * q], c[j * q + 1])
        values = [alternating(j) * (scale * x + bias) for x in c]
        low, high = j * q - q, j * q + 1
        require(all(z < -1 for z in values[: low + 1]), f"p = {p}, q = {q}, j = {j}: samples left of the block")
        require(all(-1 < z < 1 for z in values[low + 1 : high]), f"p = {p}, q = {q}, j = {j}: the block")
        require(all(z > 1 for z in values[high:]), f"p = {p}, q = {q}, j = {j}: samples right of the block")
    for k in range(1, q + 1):
        matrix = equation_7_matrix(c, p, q, k)
        stated = entry_rows([matrix[j][j] for j in range(p)])
        require(matrix == stated, f"p = {p}, q = {q}, k = {k}: entries of M_k")
        require(all(-1 < matrix[j][j] < 1 for j in range(p)), f"p = {p}, q = {q}, k = {k}: diagonal in (-1, 1)")


@claim(
    id="B.2-clipping",
    theorem="3.1",
    source=PAPER,
    place="B.2, (1)-(6)",
    statement=(
        "Unit j of layer 1 maps block j strictly monotonically into (-1, 1) and clips every other sample, to the "
        "sides (1)-(6), strictly: with s_j = {}, {} for i <= {}, {} and {} for {} <= i <= {}, and {} for i >= {}; for "
        "all p, q >= 1 with pq samples, odd and even j, any delta > 0."
    ),
    formulas=[SIGN_J, LEFT_OF_IT, BEFORE, ABOVE_LOW, BELOW_HIGH, FIRST, LAST, RIGHT_OF_IT, AFTER],
    expected=Verdict.PROVED,
)
def clipping() -> Result:
    """Hypotheses: c_0 < c_1 < ... < c_{pq} < c_{pq+1}; j of either parity, q = 1 included.

    Line: each of the inequalities is a rational function of the gaps between the samples, whose numerator and
    denominator have nonnegative coefficients and one strictly positive monomial.
    Conclusion: (1)-(6); the three ranges of samples are consecutive, hence exhaustive.
    """
    show_clipping()
    return proved("slack variables for the gaps of c; nonnegative coefficients; both parities of j")


@claim(
    id="B.2-midpoints",
    theorem="3.1",
    source=OURS,
    place="B.2, by midpoints",
    statement=(
        "With m_j the midpoint of c_(jq) and c_(jq+1), the printed pre-activation of unit j at c is (-1)^(j-1) "
        "times {}; it is -(-1)^(j-1) at m_(j-1) and (-1)^(j-1) at m_j."
    ),
    formulas=[SIGNED],
    expected=Verdict.PROVED,
)
def midpoints() -> Result:
    """Hypotheses: the printed W^1_{j,:}, b^1_j; any four numbers c_{jq-q}, c_{jq-q+1}, c_{jq}, c_{jq+1}.

    Line: identity of rational functions, both parities of j.
    Conclusion: neighbouring units meet at m_j, where one leaves its linear range and the next enters.
    """
    show_midpoints()
    return proved("identity of rational functions, both parities of j")


@claim(
    id="B.2-entries",
    theorem="3.1",
    source=PAPER,
    place="Appendix H, form of M_k",
    statement=(
        "The (j, l) entry a^1_l(x_(i_(k,j))) of M_k, where i_(k,j) = {} for odd j and {} for even j is in the block {} "
        "to {}, is {} for l < j, {} for l > j and, for l = j, the unclipped value: {} and {}."
    ),
    formulas=[MEMBER_ODD, MEMBER_EVEN, FIRST, LAST, SIGN_L, OPPOSITE, ABOVE_LOW, BELOW_HIGH],
    expected=Verdict.PROVED,
    by=[clipping],
)
def entries() -> Result:
    """Hypotheses: (1)-(6), proved as B.2-clipping; 1 <= k <= q.

    Line: jq - q + 1 <= i_{k,j} <= jq, hence i_{k,j} > lq for l < j and i_{k,j} <= lq - q for l > j, for symbolic
    j, l, k, q and both parities.
    Conclusion: the entry formulas Lemma B.1 starts from.
    """
    show_members()
    show_entries()
    return proved("order of symbolic indices by nonnegative coefficients, both parities of j and of l")


@claim(
    id="B.2-small",
    theorem="3.1",
    source=PAPER,
    place="B.2, (1)-(6), and the form of M_k",
    statement="(1)-(6) and the entries of all M_k, computed from the printed weights for c_i = i^2, delta = 1.",
    expected=Verdict.CHECKED,
)
def small_cases() -> Result:
    """Hypotheses: c_i = i^2, so that all gaps differ.

    Line: exact evaluation of every unit of layer 1 at every sample.
    Conclusion: the statements for the listed p and q.
    """
    for p, q in CASES:
        check_case(p, q)
    return checked("exact evaluation at every sample", "all p = 1..5 with q = 1..5")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
