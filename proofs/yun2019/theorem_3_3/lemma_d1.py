"""Lemma D.1 of Yun, Sra, Jadbabaie 2019 (after Telgarsky): pieces of sums and compositions on the real line.

A function has k pieces if k - 1 cuts divide the line into k intervals (single points among them), on each of which
it is affine, and no fewer cuts will do. A cut lies just before or just behind a number, so that functions with
jumps are covered; nothing below uses continuity.
"""

from collections.abc import Sequence
from itertools import pairwise, product
from random import Random

import sympy as sp
from flint import fmpq

from exactmem.activations import PiecewiseLinear
from exactmem.curves import Change, Curve, Cut, activate, add
from exactmem.ledger.claims import PAPER, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import (
    Expr,
    gap,
    index,
    positive_index,
    require_equal,
    require_nonnegative,
    require_zero,
    telescoping_sum,
)
from exactmem.ledger.wording import names
from exactmem.pieces import curve_pieces
from exactmem.proofs._facts import CUT_SETS
from exactmem.sizes.pieces import pieces_of_composition, pieces_of_sum

K, L = names("k l")
SUM, COMPOSITION = pieces_of_sum(K, L), pieces_of_composition(K, L)
SEED = 20190
PIECES = range(1, 6)
DRAWS = 4


def affine_map(slope: Expr, intercept: Expr) -> sp.Lambda:
    """t -> slope t + intercept with symbolic coefficients."""
    t = sp.Symbol("t", real=True)
    return sp.Lambda(t, slope * t + intercept)


def show_affine(combine: str) -> None:
    """The sum, or the composition, of two affine maps with symbolic coefficients is affine."""
    t = sp.Symbol("t", real=True)
    a, b, c, d = sp.symbols("a b c d", real=True)
    outer, inner = affine_map(a, b), affine_map(c, d)
    value = outer(t) + inner(t) if combine == "sum" else outer(inner(t))
    require_zero(sp.diff(sp.expand(value), t, 2), f"the {combine} of two affine maps is affine")


def show_preimages_are_intervals() -> None:
    """If an affine h has h(t1), h(t3) in an interval, then h(t2) is in it for t1 < t2 < t3, for each sign of its slope.

    (h(t2) - h(t1)) (h(t3) - h(t2)) >= 0, that is, h(t2) lies between the other two.
    """
    t1, intercept = sp.symbols("t_1 c", real=True)
    u, v = gap("u"), gap("v")
    for slope in (gap("s"), -gap("s"), sp.Integer(0)):
        h = affine_map(slope, intercept)
        between = (h(t1 + u) - h(t1)) * (h(t1 + u + v) - h(t1 + u))
        require_nonnegative(between, f"slope {slope}: h is monotone")


def cuts_of(pieces: Expr) -> Expr:
    """The cuts between so many pieces."""
    return pieces - 1


def show_counting() -> None:
    """Neighbouring pieces share one cut: one piece has none, and a piece more has one more."""
    pieces = positive_index("pieces")
    require_equal(cuts_of(sp.Integer(1)), 0, "one piece")
    require_equal(cuts_of(pieces + 1) - cuts_of(pieces), 1, "a piece more")


def show_sum_count() -> Expr:
    """Cuts of g + h: at most those of both together, for symbolic k and l."""
    k, l = positive_index("k"), positive_index("l")
    bound: Expr = taken(SUM, {K: k, L: l})
    require_equal(cuts_of(bound), cuts_of(k) + cuts_of(l), "cuts of the sum")
    return bound


def show_composition_count() -> Expr:
    """Pieces of g o h: at most k on every one of the l pieces of h; the sum over l pieces by induction on l.

    Counted in cuts: k - 1 inside every piece of h, and the cuts of h.
    """
    k, l = positive_index("k"), positive_index("l")
    inside = telescoping_sum(lambda _: cuts_of(k), lambda n: cuts_of(k) * n, "cuts inside each of l pieces")
    bound: Expr = taken(COMPOSITION, {K: k, L: l})
    require_equal(cuts_of(bound), inside(1, l) + cuts_of(l), "cuts of the composition")
    return bound


def show_many_summands() -> Expr:
    """Pieces of a sum of d functions with K pieces each: d (K - 1) + 1, by induction on d with the lemma's first part.

    Affine summands (constants, bias) have one piece and add none.
    """
    count, summands = positive_index("K"), index("n")

    def bound(d: Expr) -> Expr:
        return d * cuts_of(count) + 1

    require_equal(bound(sp.Integer(0)), 1, "no summand: a constant")
    require_equal(pieces_of_sum(bound(summands), count), bound(summands + 1), "one more summand: k + l - 1")
    require_equal(pieces_of_sum(count, 1), count, "an affine summand")
    return bound(summands)


def random_curve(generator: Random, pieces: int, jumps: bool) -> Curve:
    """A random function with at most that many pieces; with `jumps` any cuts and values, else continuous."""

    def number() -> fmpq:
        return fmpq(generator.randint(-6, 6), generator.randint(1, 3))

    places = [Cut(number(), jumps and generator.getrandbits(1) == 1) for _ in range(pieces - 1)]
    changes = []
    for cut in sorted(set(places)):
        slope = number()
        changes.append(Change(cut, slope, number() if jumps else -slope * cut.t))
    return Curve((number(), number()), tuple(changes))


def outer_function(curve: Curve) -> PiecewiseLinear:
    """The function with the same pieces that takes the right-hand value at every breakpoint."""
    maps = [affine for low, high, affine in curve.pieces() if low is None or high is None or low.t != high.t]
    breakpoints = sorted({change.cut.t for change in curve.changes})
    return PiecewiseLinear("random", "random", tuple(breakpoints), tuple(maps))


def curve_of(function: PiecewiseLinear) -> Curve:
    """The same function as a curve."""
    changes = [
        Change(Cut(b, False), after[0] - before[0], after[1] - before[1])
        for b, (before, after) in zip(function.breakpoints, pairwise(function.pieces), strict=True)
    ]
    return Curve(function.pieces[0], tuple(changes))


def zigzag(turns: Sequence[fmpq]) -> PiecewiseLinear:
    """The continuous function with slopes of alternating sign that is 0 at the first turn, 1 at the second, 0 again ...

    One more piece than turns; the outer pieces have slope -1 on the left and +-1 on the right.
    """
    points = [(turns[0] - 1, fmpq(1)), *((t, fmpq(i % 2)) for i, t in enumerate(turns))] if turns else []
    points += [(turns[-1] + 1, fmpq(len(turns) % 2))] if turns else [(fmpq(0), fmpq(0)), (fmpq(1), fmpq(1))]
    maps = []
    for (t, v), (t_next, v_next) in pairwise(points):
        slope = (v_next - v) / (t_next - t)
        maps.append((slope, v - slope * t))
    return PiecewiseLinear("zigzag", "zigzag", tuple(turns), tuple(maps))


def check_pair(g: PiecewiseLinear, h: Curve) -> tuple[bool, bool]:
    """Both inequalities for one pair, exactly; whether each holds with equality."""
    k, l = len(curve_pieces(curve_of(g))), len(curve_pieces(h))
    total, composed = curve_pieces(add([curve_of(g), h])), curve_pieces(activate(h, g))
    inner = curve_pieces(h)
    places = sorted({p.low.t for p in (*total, *composed, *inner) if p.low is not None} | {fmpq(0)})
    between = [(a + b) / 2 for a, b in pairwise(places)]
    for t in (places[0] - 1, *places, *between, places[-1] + 1):
        value = _value(inner, t)
        require(_value(total, t) == g(t) + value, f"g + h is the sum at t = {t}")
        require(_value(composed, t) == g(value), f"g o h is the composition at t = {t}")
    require(len(total) <= pieces_of_sum(k, l), f"{len(total)} pieces of a sum of {k} and {l}")
    require(len(composed) <= pieces_of_composition(k, l), f"{len(composed)} pieces of a composition of {k} and {l}")
    return len(total) == pieces_of_sum(k, l), len(composed) == pieces_of_composition(k, l)


def _value(pieces: Sequence, t: fmpq) -> fmpq:
    """The value at t of a function given by its pieces."""
    here = Cut(t, False)
    (piece,) = [p for p in pieces if (p.low is None or p.low <= here) and (p.high is None or here < p.high)]
    return piece(t)[0]


@claim(
    id="D.1-sum",
    theorem="3.3",
    source=PAPER,
    place="Lemma D.1",
    statement="If g and h are piecewise linear with k and l pieces, g + h has at most {}.",
    formulas=[SUM],
    expected=Verdict.PROVED,
)
def sum_of_two() -> Result:
    """Hypotheses: k - 1 cuts for g, l - 1 cuts for h; the functions may jump.

    Line: between neighbouring cuts of either, both are affine and so is their sum; there are at most
    (k - 1) + (l - 1) such cuts. By induction, d summands of K pieces each give at most d (K - 1) + 1.
    Conclusion: at most k + l - 1 pieces, for all k, l >= 1.
    """
    show_affine("sum")
    show_counting()
    show_sum_count()
    show_many_summands()
    return proved("counting cuts, symbolic k, l and number of summands", assumes=[CUT_SETS])


@claim(
    id="D.1-composition",
    theorem="3.3",
    source=PAPER,
    place="Lemma D.1",
    statement="If g and h are piecewise linear with k and l pieces, the composition g o h has at most {}.",
    formulas=[COMPOSITION],
    expected=Verdict.PROVED,
)
def composition() -> Result:
    """Hypotheses: as for the sum.

    Line: on one piece of h, h is affine, hence monotone, so that the preimages of g's k disjoint intervals are
    disjoint and convex: at most k intervals, on each of which g o h is affine. Summed over the l pieces of h.
    Conclusion: at most k l pieces, for all k, l >= 1.
    """
    show_affine("composition")
    show_preimages_are_intervals()
    show_counting()
    show_composition_count()
    return proved("monotone preimages for each sign of the slope, symbolic k and l", assumes=[CUT_SETS])


@claim(
    id="D.1-random",
    theorem="3.3",
    source=PAPER,
    place="Lemma D.1",
    statement="Both inequalities of Lemma D.1 on random exact functions, with and without jumps and single points.",
    expected=Verdict.CHECKED,
)
def random_functions() -> Result:
    """Hypotheses: g, h with rational cuts, slopes and intercepts, drawn from the seed.

    Line: g + h and g o h are computed exactly, compared with g and h at all breakpoints, between them and beyond, and
    their pieces are counted.
    Conclusion: the lemma for the listed cases.
    """
    generator = Random(SEED)
    cases, sums, compositions = 0, 0, 0
    for k, l, jumps in product(PIECES, PIECES, (False, True)):
        for _ in range(DRAWS):
            g = outer_function(random_curve(generator, k, jumps))
            equal_sum, equal_composition = check_pair(g, random_curve(generator, l, jumps))
            cases, sums, compositions = cases + 1, sums + equal_sum, compositions + equal_composition
    listed = f"{cases} pairs, seed {SEED}: k, l <= {PIECES[-1]}, {DRAWS} draws each, continuous and with jumps"
    return checked(
        f"exact pieces; equality in {sums} sums and {compositions} compositions; g is closed on the left of its pieces",
        listed,
    )


@claim(
    id="D.1-attained",
    theorem="3.3",
    source=PAPER,
    place="Lemma D.1",
    statement="Both bounds of Lemma D.1 are attained by continuous functions: zigzags with k and l pieces.",
    expected=Verdict.CHECKED,
)
def attained() -> Result:
    """Hypotheses: h turns at 1, ..., l - 1 between 0 and 1; g at 1/k, ..., (k-1)/k, or at 3/2, 5/2, ... (for the sum).

    Line: every piece of h runs through all turns of g; turns of g and h at different places add up.
    Conclusion: k + l - 1 and k l pieces exactly, for the listed k and l.
    """
    for k, l in product(range(1, 7), repeat=2):
        h = curve_of(zigzag([fmpq(i) for i in range(1, l)]))
        _, composed = check_pair(zigzag([fmpq(i, k) for i in range(1, k)]), h)
        summed, _ = check_pair(zigzag([fmpq(2 * i + 1, 2) for i in range(1, k)]), h)
        require(summed and composed, f"both bounds are attained for k = {k}, l = {l}")
    return checked("exact pieces of zigzag functions", "k, l = 1, ..., 6")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
