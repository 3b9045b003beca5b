"""Sizes of the deep networks of Proposition 3.4 and Corollaries A.1 to A.3: edges, fewest hidden units, special cases.

In all claims `step` is 2 for hard-tanh and 4 for ReLU-like, n stands for d_y, and a block of widths d, d' with r units
set aside holds 4 floor((d - r)/step) floor((d' - r)/(step n)) samples.
"""

import itertools
from functools import partial

import sympy as sp

from exactmem.constructions.parts.block_indices import BlockCondition
from exactmem.ledger import steps as tactics
from exactmem.ledger.arguments import Line, assemble, stays_below
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import every, holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    less,
    require_equal,
    slack,
)
from exactmem.ledger.wording import names

STEPS = (2, 4)
WIDTH, D_Y, TOTAL = names("d_l d_y S")
LEAST_WIDTHS = {2: sp.Ge(WIDTH, 3 * D_Y + 1), 4: sp.Ge(WIDTH, 5 * D_Y + 1)}
ADMITTED = {2: sp.floor(TOTAL / (32 * D_Y)), 4: sp.floor(TOTAL / (128 * D_Y))}


def half_quotient(w: Expr, divisor: Expr) -> Expr:
    """w/(2 D), the lower bound on floor(w/D)."""
    return w / (2 * divisor)


def show_floor_is_half() -> None:
    """For w = D f + e with 0 <= e <= D - 1 and f = floor(w/D) >= 1: f >= w/(2 D)."""
    e, f = slack("e"), tactics.from_one("f")
    divisor = e + 1 + slack("D-1-e")
    at_most(half_quotient(divisor * f + e, divisor), f, "floor(w/D) >= w/(2 D)")


def show_enough_left(step: int, least: Expr | None = None) -> None:
    """For d >= (step + 1) n + 1 and r <= n + 1: d - r >= step n, hence one unit per output, and 2 (d - r) >= d."""
    n = tactics.from_one("n")
    d = every(LEAST_WIDTHS[step], "d", {D_Y: n}) if least is None else least + slack("d more")
    left = d - (n + 1) + slack("r less")
    at_most(step * n, left, f"step {step}: d - r >= step n")
    at_most(d, 2 * left, f"step {step}: 2 (d - r) >= d")


def show_block_bound(step: int) -> None:
    """4 (w/(2 step)) (w'/(2 step n)) with w >= d/2 and w' >= d'/2 is at least d d'/(4 step^2 n)."""
    d, d_next, n = slack("d"), slack("d'"), tactics.positive_index("n")
    w, w_next = d / 2 + slack("w more"), d_next / 2 + slack("w' more")
    held = 4 * half_quotient(w, step) * half_quotient(w_next, step * n)
    at_most(d * d_next / (4 * step**2 * n), held, f"step {step}: samples of a block")
    total = slack("S")
    admitted = taken(ADMITTED[step], {TOTAL: total, D_Y: n}).args[0]
    at_most(admitted, total / 2 / (4 * step**2 * n), f"step {step}: half of the sum, a block's samples for each pair")


def show_every_second() -> None:
    """Blocks at l = 1, 3, ... or l = 2, 4, ... up to L - 2 are admissible: nothing between, at most one layer after."""
    j = tactics.positive_index("j")
    for start in (0, 1):
        here, following = 2 * j - 1 + start, 2 * (j + 1) - 1 + start
        less(here + 1, following, "l_j + 1 < l_{j+1}")
        less(following - 1, here + 2, "no layer between two blocks")
        for parity, hidden in tactics.parities("h"):
            last = hidden - 1 if tactics.minus_one_to(hidden - 1) == tactics.minus_one_to(here) else hidden - 2
            require(tactics.minus_one_to(last) == tactics.minus_one_to(here), f"{parity} L - 1: the last index")
            at_most(hidden, last + 2, f"{parity} L - 1: at most layer L - 1 is after the last block")
            at_most(last, hidden - 1, f"{parity} L - 1: the last index is at most L - 2")


P_1, P_2, Q_1, Q_2, STEP, AHEAD, BEHIND = names("P P' Q Q' s h_before h_behind")
NARROWER = sp.Ge(Q_1, Q_2)
MERGED = sp.Le(4 * P_1 * Q_1 + 4 * P_2 * Q_2, 4 * (P_1 + P_2) * Q_1)
SAVED = STEP * D_Y * Q_2 - 2
PLACE = AHEAD + D_Y * BEHIND


def show_merging(step: int, freed: int = 2) -> Expr:
    """Blocks of P x Q and P' x Q' (Q >= Q') become one of P + P' by Q: it holds as much; what that saves, >= 0.

    P, Q count multiples: the widths are step P and step n Q, and 4 P Q samples are held. The two freed layers keep
    one unit each; units set aside only make the two blocks dearer.
    """
    P, P_other = tactics.from_one("P"), tactics.from_one("P'")
    n, Q_other = tactics.from_one("n"), tactics.from_one("Q'")
    Q = every(NARROWER, "Q", {Q_2: Q_other}, whole=True)
    aside = slack("units set aside")
    holds(MERGED, "the merged block holds as much", {P_1: P, P_2: P_other, Q_1: Q, Q_2: Q_other})
    before = step * (P + P_other) + step * n * (Q + Q_other) + aside
    after = step * (P + P_other) + step * n * Q + freed
    at_most(after, before, f"step {step}: no more hidden units")
    saved = taken(SAVED, {STEP: step, D_Y: n, Q_2: Q_other})
    at_most(saved, before - after, f"step {step}: as many are saved as is printed")
    return before - after


def saving(saved: Expr, _: Expr, now: Expr) -> Expr:
    """What a merge leaves of `now`."""
    return now - saved


def show_one_block() -> None:
    """By induction over the merges, from any number of blocks: the units never grow, and N samples are held."""
    units = slack("units of the m blocks")
    for step in STEPS:
        stays_below(units, partial(saving, show_merging(step)), lambda _: units, f"step {step}: units after k merges")
    missing, gained = slack("N - samples held, where positive"), slack("gained by a merge")
    stays_below(missing, partial(saving, gained), lambda k: missing, "what is missing of N after k merges")


def show_empty_blocks() -> None:
    """A block with P = 0 or Q = 0 holds nothing: its two layers may have one unit each, which every layer has."""
    for P, Q in ((tactics.index("P"), sp.Integer(0)), (sp.Integer(0), tactics.index("Q"))):
        require_equal(4 * P * Q, 0, "it holds nothing")
    first, second = tactics.from_one("d_l"), tactics.from_one("d_(l+1)")
    at_most(1 + 1, first + second, "two layers of one unit are no more")


def place(before: Expr, after: Expr, n: Expr) -> Expr:
    """The units besides the block: one in each layer before it, n in each layer after it."""
    return taken(PLACE, {AHEAD: before, D_Y: n, BEHIND: after})


def show_place() -> None:
    """Of all places of one block the last two layers cost least, and of all h the least is h = 2."""
    before, after, n = tactics.index("before"), tactics.index("after"), tactics.from_one("n")
    at_most(place(before + after, sp.Integer(0), n), place(before, after, n), "the block stands in the last two layers")
    least = place(sp.Integer(0), sp.Integer(0), n)
    require_equal(least, 0, "h = 2: the block alone")
    more = place(before, sp.Integer(0), n)
    require_equal(more, before, "one unit in each layer before the block")
    at_most(least, more, "more layers have more units")


def spaced(last: int) -> set[tuple[int, ...]]:
    """All l_1 < ... < l_m in [last] with l_j + 1 < l_{j+1}."""
    subsets = (s for m in range(1, last + 1) for s in itertools.combinations(range(1, last + 1), m))
    return {s for s in subsets if all(b - a > 1 for a, b in itertools.pairwise(s))}


@claim(
    id="3.4-edges",
    theorem="3.4",
    source=OURS,
    place="Section 3.3, 'lower bound Omega(sum d_l d_{l+1})'",
    statement=(
        "If every hidden layer has {} units (hard-tanh) or {} (ReLU-like), the conditions admit {} or {} samples, "
        "where S = sum over l <= L - 2 of d_l d_(l+1)."
    ),
    formulas=[*LEAST_WIDTHS.values(), *ADMITTED.values()],
    expected=Verdict.PROVED,
    coq="DeepNetworks.sum_of_adjacent_widths",
    corrects="3.3-edges",
)
def edges() -> Result:
    """Hypotheses: the stated widths; blocks at l = 1, 3, 5, ... or at l = 2, 4, 6, ...; r_j <= d_y + 1.

    Line: d - r >= step d_y, so both floors are at least 1 and at least half of their arguments, and 2 (d - r) >= d;
    a block holds at least d d'/(4 step^2 d_y); the better of the two choices has half of all pairs by value.
    Conclusion: the sum of the condition is at least S/(8 step^2 d_y).
    """
    show_floor_is_half()
    for step in STEPS:
        show_enough_left(step)
        show_block_bound(step)
    show_every_second()
    return proved("nonnegative coefficients for symbolic widths, d_y and r; both choices, both parities of L")


@claim(
    id="3.4-fewest",
    theorem="3.4",
    source=OURS,
    place="Proposition 3.4 and Corollaries A.1 to A.3, fewest hidden units",
    statement=(
        "With h >= 2 hidden layers (below the gates, if there are any) the fewest hidden units that meet the "
        "conditions for N are 1, ..., 1 and one block; over all h the least is h = 2, the widths of Theorem 3.1: two "
        "blocks that hold 4 P Q and 4 P' Q' samples, {}, become one, {}, and {} units or more are saved (s = 2 or 4); "
        "beside one block, with h_before layers before it and h_behind after it, stand {} units."
    ),
    formulas=[NARROWER, MERGED, SAVED, PLACE],
    expected=Verdict.PROVED,
)
def fewest() -> Result:
    """Hypotheses: m blocks of P_j x Q_j at admissible layers, for N samples; hidden layers have at least one unit.

    Line: blocks that hold nothing are dropped. (P + P') max(Q, Q') >= P Q + P' Q'; merging saves step d_y min(Q, Q')
    >= 2 units and leaves two layers of one. So, by induction over the merges, one block does; it stands in the last
    two layers, all others have one unit; each layer less saves a unit.
    Conclusion: further blocks make a network narrower, never smaller.
    """
    given, full = "m blocks meet the conditions for N", "every block holds samples"
    one, last = "one block for N, with no more hidden units", "1, ..., 1 and one block"
    assemble(
        [given],
        [
            Line((given,), full, show_empty_blocks),
            Line((full,), one, show_one_block),
            Line((one,), last, show_place),
        ],
        [last],
    )
    return proved("induction over the merges of blocks; nonnegative coefficients for symbolic P, Q, P', Q' and d_y")


FIRST_INDEX, SECOND_INDEX = (sp.Eq(name, value) for name, value in zip(names("l_1 l_2"), (1, 3), strict=True))
NOTHING_BESIDE = sp.Eq(sp.Symbol("r_1"), 0)


@claim(
    id="A-special-cases",
    theorem="A.1",
    source=PAPER,
    place="Section 3.3 and Appendix A, 'the conditions boil down to'",
    statement=(
        "For L = 3 the only indices are {}, with {} (Theorem 3.1); for L = 4 and m = 2 in Corollaries A.2 and A.3 they "
        "are {}, {}, with {} (Proposition 3.2)."
    ),
    formulas=[FIRST_INDEX, NOTHING_BESIDE, FIRST_INDEX, SECOND_INDEX, NOTHING_BESIDE],
    expected=Verdict.PROVED,
)
def special_cases() -> Result:
    """Hypotheses: l_j + 1 < l_{j+1}; l_j in [L - 2], or [L - 1] with the gates.

    Line: all subsets of the layers; r_1 = d_y * 0 + 0 for m = 1, for symbolic d_y; no layers are between or after.
    Conclusion: the conditions are those of Theorem 3.1 and Proposition 3.2.
    """
    ((first,),) = spaced(1)
    holds(FIRST_INDEX, "L = 3: one choice of indices", {FIRST_INDEX.lhs: first})
    ((first, second),) = (s for s in spaced(3) if len(s) >= 2)
    holds(FIRST_INDEX, "L = 4: one choice of indices with m >= 2", {FIRST_INDEX.lhs: first})
    holds(SECOND_INDEX, "L = 4: one choice of indices with m >= 2", {SECOND_INDEX.lhs: second})
    d_y = tactics.positive_index("d_y")
    holds(NOTHING_BESIDE, "r_1 for the only block", {NOTHING_BESIDE.lhs: BlockCondition(2, d_y).reserved(1, 1)})
    return proved("all subsets of at most three layers")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
