"""The capacities that the papers compare with: Zhang et al. 2017, Hardt and Ma 2017, Huang 2003, Yamasaki 1993.

What is exact and explicit is built (`zhang`, `hardt-ma`, and `huang` for the sizes); sigmoids are not covered.
"""

import sympy as sp
from flint import fmpq

from exactmem.constructions.zhang import meeting_point, midpoint_kinks, next_slope, triangular
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, not_covered, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import every, holds, taken
from exactmem.ledger.steps import at_most, gap, less, require_equal, require_nonnegative, require_positive, slack
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import D_1, D_2, D_X, D_Y, PRODUCT, K, N
from exactmem.proofs._facts import CAUCHY_SCHWARZ

NUMBERS = 2 * N + D_X
LARGEST = sp.Symbol("max(0, max_k x_i . x_k)")
BIAS = (1 + LARGEST) / 2
LABEL, BEFORE, SLOPE, PLACE, PLACE_BEFORE, KINK = names("y_i y_(i-1) s t_i t_(i-1) b_i")
WEIGHT = (LABEL - BEFORE - SLOPE * (PLACE - PLACE_BEFORE)) / (PLACE - KINK)
HUANG = sp.Ge(D_1, sp.ceiling(N / K) + 2 * K)


@claim(
    id="zhang-triangular",
    theorem="zhang",
    source="Zhang, Bengio, Hardt, Recht, Vinyals 2017",
    place="Theorem 1",
    statement=(
        "For b_1 < t_1 < b_2 < t_2 < ... < t_N the matrix max(0, t_i - b_j) is lower triangular with a positive "
        "diagonal: with c_i = {}, s = c_1 + ... + c_(i-1), N ReLU units and {} numbers fit any labels, for every N."
    ),
    formulas=[WEIGHT, NUMBERS],
    expected=Verdict.PROVED,
)
def zhang_triangular() -> Result:
    """Hypotheses: t_i = u . x_i distinct, sorted; b_i between t_(i-1) and t_i.

    Line: t_i - b_i > 0; for j > i, b_j > t_i, so that max(0, t_i - b_j) = 0. Forward substitution, as the library
    computes it: once row i - 1 holds, the terms before c_i are y_(i-1) + s (t_i - t_(i-1)) at t_i, s their sum of
    weights, and row i holds with the printed c_i. In row 1, b_1 and 0 are in the place of t_(i-1), y_(i-1) and s.
    Conclusion: a solution for any labels. The numbers are u (d_x), the b_j and the c_j (N each).
    """
    start = sp.Symbol("b_1", real=True)
    first, second = gap("t_1 - b_1"), gap("b_2 - t_1")
    t, later = start + first, start + first + second
    require_positive(t - start, "the diagonal")
    less(t - later, 0, "an entry above the diagonal is cut off")
    (y, y_before, s, moment, here), diagonal = sp.symbols("y y_before s sum_j_c_j_b_j t", real=True), gap("d")
    step = gap("t_i - t_(i-1)")
    before = s * (here + step) - moment
    require_equal(before, (s * here - moment) + s * step, "the terms before c_i, from row i - 1")
    given = {LABEL: y, BEFORE: y_before, SLOPE: s, PLACE: here + step, PLACE_BEFORE: here, KINK: here + step - diagonal}
    row = taken(WEIGHT, given) * diagonal + y_before + s * step
    require_equal(row, y, "row i of the system")
    d_x, samples = gap("d_x"), gap("N")
    require_equal(d_x + samples + samples, taken(NUMBERS, {N: samples, D_X: d_x}), "the numbers")
    require_solved()
    return proved("forward substitution")


def require_solved() -> None:
    """The weights that the library computes for three samples are the printed ones, and solve their rows."""
    labels, place = sp.symbols("y_1:4", real=True), sp.Symbol("b_1", real=True)
    kinks, line = [place], [place + gap("t_1 - b_1")]
    for i in (2, 3):
        kinks.append(line[-1] + gap(f"b_{i} - t_{i - 1}"))
        line.append(kinks[-1] + gap(f"t_{i} - b_{i}"))
    solved, value, slope = triangular(line, kinks, labels), sp.Integer(0), sp.Integer(0)
    for i, (t, kink, y) in enumerate(zip(line, kinks, labels, strict=True)):
        given = {LABEL: y, BEFORE: value, SLOPE: slope, PLACE: t, PLACE_BEFORE: place, KINK: kink}
        require_equal(solved[i], taken(WEIGHT, given), f"c_{i + 1} as computed")
        terms = (c * (t - b) for c, b in zip(solved[: i + 1], kinks, strict=False))
        require_equal(sum(terms), y, f"row {i + 1} as computed")
        place, value, slope = t, y, slope + solved[i]


RIGHT, CHORD, AFTER = names("t_(i+1) c s'")
MEETING = PLACE + (RIGHT - PLACE) * (CHORD - AFTER) / (SLOPE - AFTER)
UP, DOWN = sp.floor(CHORD) + 1, sp.ceiling(CHORD) - 1


@claim(
    id="zhang-short",
    theorem="zhang",
    source=OURS,
    place="Theorem zhang, one output",
    statement=(
        "Let c be the slope between two samples, s the function's at the first, and s' = {} for s < c, {} for s > c, "
        "an integer at most 1 away from c: the kink {} is strictly between the samples, and the slope after it is s'. "
        "For s = c a kink anywhere between them has the weight 0."
    ),
    formulas=[UP, DOWN, MEETING],
    expected=Verdict.PROVED,
    by=[zhang_triangular],
)
def zhang_short() -> Result:
    """Hypotheses: t_i < t_(i+1); the function is y_i at t_i and has the slope s there; c = k + f or k - f, 0 <= f < 1.

    Line: c is strictly between s and s', so that (c - s')/(s - s') is strictly between 0 and 1. With that kink the
    weight of claim zhang-triangular is s' - s, and 0 for s = c. The first kink is at t_1 - 1, with the weight y_1.
    Conclusion: all slopes but the first, y_1, are integers within 1 of those between samples; no weight grows with N.
    """
    start, k = sp.Symbol("t_i", real=True), sp.Symbol("k", integer=True)
    y, length, distance = sp.Symbol("y_i", real=True), gap("t_(i+1) - t_i"), gap("|s - c|")
    for part in (sp.Integer(0), every(sp.Interval.open(0, 1), "f")):
        up, down = {sp.floor(CHORD): k, CHORD: k + part}, {sp.ceiling(CHORD): k, CHORD: k - part}
        for rule, given, side in ((UP, up, -1), (DOWN, down, 1)):
            chord, after = given[CHORD], taken(rule, given)
            at_most(side * (chord - after), 1, "s' is at most 1 away from c")
            before = chord + side * distance
            kink = meeting_point(start, start + length, chord, before, after)
            meeting = {PLACE: start, RIGHT: start + length, CHORD: chord, SLOPE: before, AFTER: after}
            require_equal(kink, taken(MEETING, meeting), "the kink as computed")
            less(start, kink, "right of t_i")
            less(kink, start + length, "left of t_(i+1)")
            at_next = {LABEL: y + chord * length, BEFORE: y, PLACE: start + length, PLACE_BEFORE: start, KINK: kink}
            require_equal(before + taken(WEIGHT, at_next | {SLOPE: before}), after, "the slope after the kink")
            require_equal(taken(WEIGHT, at_next | {SLOPE: chord}), 0, "s = c")
    one = fmpq(1)
    for chord in (fmpq(-3, 2), -one, fmpq(0), fmpq(1, 3), 2 * one):
        for rule, before in ((UP, chord - one / 9), (DOWN, chord + 5)):
            printed = taken(rule, {CHORD: sp.Rational(int(chord.numer()), int(chord.denom()))})
            require(next_slope(chord, before) == int(printed), f"s' for c = {chord} as computed")
    (first,) = midpoint_kinks([start])
    at_first = {LABEL: y, BEFORE: 0, SLOPE: 0, PLACE: start, KINK: first}
    require_equal(taken(WEIGHT, at_first), y, "the weight of the first kink")
    return proved("nonnegative coefficients; floor and ceiling as integers k with c = k + f, k - f")


@claim(
    id="hardt-ma-moves",
    theorem="hardt-ma",
    source="Hardt, Ma 2017, as quoted by Yun, Sra, Jadbabaie 2019",
    place="Theorem 3.2",
    statement=(
        "For distinct unit vectors and b_i = {} the unit max(0, x_i . h - b_i) is 1 - b_i > 0 at x_i and 0 at the "
        "other samples and at all vectors of norm up to 1/2: N + d_y units classify."
    ),
    formulas=[BIAS],
    expected=Verdict.PROVED,
    by=["interpolation-values"],
)
def moves() -> Result:
    """Hypotheses: |x_i| = |x_k| = 1, x_i != x_k; m = max(0, x_i . x_k for all k != i), b = (1 + m)/2.

    Line: |x_i - x_k|^2 = 2 - 2 x_i . x_k > 0, so that m < 1 and m < b < 1. At x_i: 1 - b > 0; at x_k: x_i . x_k <= m,
    below b; at q with |q| <= 1/2: x_i . q <= 1/2 <= b. Adding (q - x_i)/(1 - b) times the unit takes x_i to q.
    Conclusion: N units, in any division into layers, take every sample to the place c/(2 d_y) e_1 of its class; d_y
    points on a line are read by d_y - 1 units (`proofs/ours/gates.py`), and d_y are printed.
    """
    product = sp.Symbol("x_i . x_k", real=True)
    require_equal(1 - 2 * product + 1, 2 * (1 - product), "|x_i - x_k|^2")
    m, room = slack("m"), gap("1 - m")
    one = m + room
    b = taken(BIAS, {LARGEST: m / one}) * one
    less(b, one, "b < 1")
    less(m, b, "m < b")
    at_most(one / 2, b, "1/2 <= b")
    (x, q), unit = sp.symbols("x q", real=True), gap("1 - b")
    require_equal(x + (q - x) / unit * unit, q, "the move")
    c, more, d_y = slack("c"), gap("d_y - c"), sp.Symbol("d_y")
    require_nonnegative((1 - c / d_y).subs(d_y, c + more), "c/(2 d_y) is at most 1/2")
    return proved("nonnegative coefficients", assumes=[CAUCHY_SCHWARZ])


@claim(
    id="huang-2003",
    theorem="huang",
    source=PAPER,
    place="Section 3.2, 'Relevant work on sigmoid'",
    statement="Two hidden layers of N/K + 2K and K sigmoids approximate N distinct samples as closely as one likes.",
    expected=Verdict.NOT_COVERED,
)
def huang() -> Result:
    """Hypotheses: sigmoids. Line: none. Conclusion: none for sigmoids.

    The sizes are met exactly with hard-tanh and ReLU by the construction `huang`, through theorem `product`.
    """
    return not_covered("a sigmoid has no exact rational values, and approximation is no equality that could be checked")


@claim(
    id="huang-sizes",
    theorem="huang",
    source="exactmem",
    place="Huang 2003, sizes",
    statement=(
        "{} with K = floor(d_2/d_y) >= 1 implies {}: hard-tanh and ReLU networks of Huang's sizes fit any labels "
        "exactly, with 2K units to spare."
    ),
    formulas=[HUANG, PRODUCT],
    expected=Verdict.PROVED,
    by=["product-hard-tanh", "product-relu-like"],
)
def huang_sizes() -> Result:
    """Hypotheses: theorem product, for hard-tanh and ReLU-likes.

    Line: ceil(N/K) K >= N, as ceil(N/K) >= N/K; d1 K >= (ceil(N/K) + 2K) K >= N + 2 K^2.
    Conclusion: the condition of theorem product holds.
    """
    filters, samples, up, more = gap("K"), gap("N"), slack("ceil - N/K"), slack("d1 - printed")
    least = taken(HUANG, {sp.ceiling(N / K): samples / filters + up, K: filters}).rhs
    given = {D_1: least + more, sp.floor(D_2 / D_Y): filters}
    holds(PRODUCT, "the condition of theorem product", given | {N: samples})
    holds(PRODUCT, "for 2 K^2 samples more as well", given | {N: samples + 2 * filters**2})
    return proved("nonnegative coefficients; theorem product")


@claim(
    id="yamasaki-1993",
    source=PAPER,
    place="Section 3.3, on Yamasaki",
    statement="Sigmoid networks with d_x ceil(d_1/2) + floor(d_1/2) ceil(d_2/2 - 1) + ... >= N fit N scalar labels in "
    "general position.",
    expected=Verdict.NOT_COVERED,
)
def yamasaki() -> Result:
    """Hypotheses: sigmoids, general position. Line: none is printed anywhere. Conclusion: none."""
    return not_covered("a claim about sigmoids whose full proof was never printed, as the paper says itself")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
