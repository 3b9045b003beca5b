"""The exact memorization capacity of two-layer networks with one output, for hard-tanh and every ReLU-like activation.

The slopes z_1, ..., z_n, n = N - 1, between neighbouring samples of a line are all that matters (the output bias sets
the value at the first sample); for inputs of any dimension an injective projection gives the line.
"""

from itertools import product

import sympy as sp

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.ledger.claims import OURS, ProofFailure, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import (
    SIGNS,
    Expr,
    at_most,
    from_one,
    gap,
    index,
    less,
    positive_index,
    require_consecutive,
    require_equal,
    require_nonnegative,
    require_positive,
    sign_of,
    slack,
    telescoping_sum,
)
from exactmem.proofs._conditions import N
from exactmem.proofs.ours import needs_units
from exactmem.proofs.ours.needs_units import refutation_verdict
from exactmem.proofs.yun2019.theorem_3_3 import piece_counts
from exactmem.sizes.pieces import HiddenLayer, lemma_d1_bound, smallest_impossible
from exactmem.sizes.two_layer import two_layer_capacity


def slopes_of_unit(change: Expr, leak: Expr, orientation: int) -> tuple[Expr, Expr]:
    """(slope left, slope right) of the unit change/(s_+ - s_-) sigma(+-(t - kink)), leak = s_-/(s_+ - s_-)."""
    left, right = (leak, 1 + leak) if orientation == 0 else (-(1 + leak), -leak)
    return change * left, change * right


def show_units_make_kinks() -> None:
    """Either orientation of a unit changes the slope by `change` at its kink."""
    change, leak = sp.Symbol("change", real=True), slack("leak")
    for orientation in (0, 1):
        left, right = slopes_of_unit(change, leak, orientation)
        require_equal(right - left, change, f"orientation {orientation}")


def show_end_piece(towards: int) -> tuple[Expr, Expr, Expr]:
    """(z, m, z_2) for an outer slope m strictly beyond z, seen from z_2: with a kink in the gap it has the slope z.

    z = z_2 + towards * a with a >= 0, m = z + towards * e with e > 0. The kink divides the gap so that the share
    (z - z_2)/(m - z_2) has the slope m; the share is in [0, 1].
    """
    z_2, a, e = sp.Symbol("z_2", real=True), slack("a"), gap("e")
    z = z_2 + towards * a
    m = z + towards * e
    share = (z - z_2) / (m - z_2)
    require_nonnegative(sp.cancel(share), "the share is at least 0")
    require_nonnegative(sp.cancel(1 - share), "the share is at most 1")
    require_equal(share * m + (1 - share) * z_2, z, "the slope over the gap")
    return z, m, z_2


def rate_and_rest(leak: Expr, second: int, *, three: bool) -> tuple[Expr, Expr]:
    """(rate, rest) such that m_0 = rest + rate m_3 is the slope left of all kinks; checked.

    Kinks: z_2 - m_0 of orientation 0; m_3 - z_2 of orientation `second`; for n >= 4 also z_4 - m_3 of the other
    orientation, and changes of orientation 0 that add up to z_n - z_4.
    """
    z_2, z_4, z_n, m_3 = (sp.Symbol(name, real=True) for name in ("z_2", "z_4", "z_n", "m_3"))
    factor = [leak, -(1 + leak)]
    if three:
        rate, rest = factor[second] / (1 + leak), (leak - factor[second]) * z_2 / (1 + leak)
    else:
        rate = (factor[second] - factor[1 - second]) / (1 + leak)
        rest = ((leak - factor[second]) * z_2 + factor[1 - second] * z_4 + leak * (z_n - z_4)) / (1 + leak)
    m_0 = rest + rate * m_3
    left = slopes_of_unit(z_2 - m_0, leak, 0)[0] + slopes_of_unit(m_3 - z_2, leak, second)[0]
    if not three:
        left += slopes_of_unit(z_4 - m_3, leak, 1 - second)[0] + slopes_of_unit(z_n - z_4, leak, 0)[0]
    require_equal(left, m_0, "the slopes of all units left of all kinks add up to m_0")
    return rate, rest


def show_far_enough(rate: Expr) -> None:
    """With beyond = max(0, -x/|rate|) + 1, x + |rate| * beyond > 0: m_0 is beyond z_1 once m_3 is far beyond z_3.

    x = towards_0 (rest + rate z_3 - z_1) is any number, >= 0 or < 0.
    """
    size = rate * sign_of(rate)
    for x, beyond in ((slack("x"), sp.Integer(1)), (-gap("x"), gap("x") / size + 1)):
        require_positive(x + size * beyond, "m_0 is strictly beyond z_1")


TWO_LESS, ONE_LESS, HALF = N - 2, N - 1, sp.ceiling(N / 2)


@claim(
    id="two-layer-relu-like",
    theorem="two-layer",
    source=OURS,
    place="theorem two-layer, ReLU-like",
    statement=(
        "{} ReLU-like units fit any real labels at N distinct inputs, for N >= 5, and for N = 4 if s_minus > 0; {} "
        "units do for every N >= 2."
    ),
    formulas=[TWO_LESS, ONE_LESS],
    expected=Verdict.PROVED,
    coq="TwoLayerReluLike.two_layer_relu_like",
    by=["injective-projection"],
)
def relu_like_units() -> Result:
    """Hypotheses: n = N - 1 slopes; leak = s_-/(s_+ - s_-) >= 0, > 0 for n = 3.

    Line: kinks in gap 1 and gap 3 and at samples 4, 5, ...; slopes m_0, z_2, m_3, z_4, ..., z_n with m_0 beyond z_1 and
    m_3 beyond z_3. The units leave the slope m_0 = rest + rate m_3 left of all kinks, and the orientation of the
    second unit gives the rate the sign with which m_3 far beyond z_3 means m_0 far beyond z_1. With N - 1 kinks at the
    samples, m_0 = leak/(1 + leak) z_n.
    Conclusion: n - 1 = N - 2 units.
    """
    show_units_make_kinks()
    for towards_0, towards_3 in product(SIGNS, repeat=2):
        show_end_piece(towards_0)
        show_end_piece(towards_3)
        second = 0 if towards_0 == towards_3 else 1
        for three, leak in ((True, gap("leak")), (False, slack("leak"))):
            rate, _ = rate_and_rest(leak, second, three=three)
            require(sign_of(rate) == towards_0 * towards_3, "the sign of the rate")
            show_far_enough(rate)
    leak, z_n = slack("leak"), sp.Symbol("z_n", real=True)
    leftmost = leak / (1 + leak) * z_n
    require_equal(slopes_of_unit(z_n - leftmost, leak, 0)[0], leftmost, "N - 1 kinks at the samples")
    beyond = index("n - 4")
    for n, kinks in ((sp.Integer(3), 2), (beyond + 4, 2 + 1 + beyond)):
        require_equal(taken(TWO_LESS, {N: n + 1}), kinks, "kinks in gaps 1 and 3 and at samples 4, ..., n")
    gaps = positive_index("n")
    at_samples = telescoping_sum(lambda _: sp.Integer(1), lambda k: k, "a kink per gap")(1, gaps)
    require_equal(taken(ONE_LESS, {N: gaps + 1}), at_samples, "a kink at every sample but the last")
    return proved("identities and signs for symbolic slopes, all four orders of z_1, z_2, z_3")


def show_fractional_ramp() -> None:
    """A ramp of slope S over the share z/S of a gap gives it the slope z, for z and S of one sign, |z| <= |S|."""
    for sign in SIGNS:
        size, more = slack("|z|"), gap("more")
        z, S = sign * size, sign * (size + more)
        require_nonnegative(z / S, "the share is at least 0")
        at_most(z / S, 1, "the share is at most 1")
        require_equal(S * (z / S), z, "the slope over the gap")


def show_steep_ramp() -> None:
    """z - S has the sign opposite to S, or is 0, whenever |z| <= |S|: neighbours of one sign are left."""
    for sign in SIGNS:
        size, below, above = slack("size"), slack("below"), slack("above")
        for z, bound in ((size, size + above), (-size, size + below)):
            require_nonnegative(-sign * (z - sign * bound), "the sign of what is left")


def show_block_units() -> None:
    """A block of n slopes takes 1 + ceil((n - 2)/2) = ceil(n/2) units, n >= 2."""
    k = index("k")
    for n, units, rest in ((2 * k + 2, k + 1, k), (2 * k + 3, k + 2, k + 1)):
        require_equal(1 + rest, units, "the first ramp and one per pair or single that is left")
        at_most(n, 2 * units, "2 units >= n")
        at_most(2 * units - n, 1, "2 units <= n + 1")


def cut(between_is_first: bool, p: Expr, n: Expr) -> list[tuple[Expr, Expr]]:
    """(first place, last place) of the blocks that are cut off by the rule; those after them are left for later.

    If the sign at p + 1 is the first one, the block 1 .. p + 1; else the blocks 1 .. p and p + 1 .. n.
    """
    return [(sp.Integer(1), p + 1)] if between_is_first else [(sp.Integer(1), p), (p + 1, n)]


def show_cut(between_is_first: bool, signs: dict[Expr, int], p: Expr, n: Expr) -> None:
    """The blocks begin at 1, adjoin, have one sign at both ends, and take (n + 1)/2 units with what is left.

    What is left, of odd number m of signs, takes (m + 1)/2 units by induction (none is left after two blocks).
    """
    blocks = cut(between_is_first, p, n)
    require_equal(blocks[0][0], 1, "the blocks begin at the first place")
    require_consecutive(blocks, "the blocks")
    for first, last in blocks:
        require(signs[first] == signs[last], "both ends of a block have one sign")
    left = sp.expand(n - blocks[-1][1])
    require(left == 0 or left.is_odd is True, "nothing is left, or an odd number of signs")
    require_nonnegative(left, "the blocks are within the places")
    lengths = [sp.expand(last - first + 1) for first, last in blocks]
    units = sum(length / 2 if length.is_even else (length + 1) / 2 for length in lengths)
    require_equal(units + (0 if left == 0 else (left + 1) / 2), (n + 1) / 2, "units of the blocks and of what is left")


def show_blocks() -> None:
    """Any odd number n of signs is cut into blocks (one slope, or both ends of one sign) that take (n + 1)/2 units.

    Induction over odd n. If the ends agree, all is one block. Else the signs at 1, 3, ..., n are not all equal: let p
    be the least odd place with the first sign such that p + 2 has the other one, and cut by the rule.
    """
    j, behind = index("j"), index("behind")
    p = 2 * j + 1
    for n in (p + 2, p + 2 + 2 * (behind + 1)):
        require(sp.expand(n).is_odd is True and p.is_odd is True, "p and n are odd")
        for first, between in product(SIGNS, repeat=2):
            signs = {sp.Integer(1): first, p: first, p + 1: between, p + 2: -first, n: -first}
            show_cut(between == first, signs, p, n)


@claim(
    id="two-layer-hard-tanh",
    theorem="two-layer",
    source=OURS,
    place="theorem two-layer, hard-tanh",
    statement="{} hard-tanh units fit any real labels at N >= 2 distinct inputs.",
    formulas=[HALF],
    expected=Verdict.PROVED,
    coq="TwoLayerHardTanh.two_layer_hard_tanh",
    by=["injective-projection"],
)
def hard_tanh_units() -> Result:
    """Hypotheses: n = N - 1 slopes; a unit is a ramp of any slope between any two places, flat elsewhere.

    Line: in a block the first and last slope have one sign; one ramp S, |S| at least every |z|, covers shares of the
    first and last gap and all gaps between, where z - S is left, of one sign; ramps over pairs of neighbours do the
    rest: ceil(m/2) units for m slopes. An odd n is cut into blocks; for even n the first slope has its own unit.
    Conclusion: ceil(n/2) units for odd n, 1 + n/2 for even n: ceil(N/2) in both cases.
    """
    show_fractional_ramp()
    show_steep_ramp()
    show_block_units()
    show_blocks()
    k = index("k")
    for n, units in ((2 * k + 1, k + 1), (2 * k + 2, 1 + k + 1)):
        require_equal(taken(HALF, {N: n + 1}), units, "half of N, rounded up")
    return proved("symbolic shares; induction over the blocks with symbolic lengths, all signs")


UNITS = sp.Symbol("d1")
LEAST, OF_HARD_TANH, OF_RELU_LIKE, OF_FEW = 2 * UNITS + 1, 2 * UNITS, UNITS + 2, UNITS + 1


@claim(
    id="two-layer-hard-tanh-least",
    theorem="two-layer",
    source=OURS,
    place="Theorem 3.3, 2-layer hard-tanh networks",
    statement="d1 hard-tanh units do not fit the alternating dataset at N = {} samples.",
    formulas=[LEAST],
    expected=Verdict.PROVED,
    coq="TwoLayers.hard_tanh_alternating",
    by=[piece_counts.printed_counts, piece_counts.extremal_continuous],
)
def hard_tanh_least() -> Result:
    """Hypotheses: x_i = i, y_i = (-1)^i, i = 1, ..., 2 d1 + 1; a continuous f.

    Line: f has at most 2 d1 breakpoints, and is constant left and right of all of them: at most 2 d1 - 1 pieces have
    a slope. Every one of the 2 d1 gaps needs a piece that rises, or falls, in turn (3.3-extremal-continuous), and no
    piece serves two neighbouring gaps, nor, pieces being ordered, any two.
    Conclusion: two samples less than the printed (p - 1) d1 + 2 < N allows.
    """
    d1 = from_one("d_1")
    pieces = lemma_d1_bound([HiddenLayer(d1, len(HARD_TANH.pieces))])
    outer = (HARD_TANH.slopes[0], HARD_TANH.slopes[-1])
    require(outer == (0, 0), "hard-tanh is constant left and right of its kinks, and so is the network")
    least = taken(LEAST, {UNITS: d1})
    less(pieces - len(outer), least - 1, "more gaps than pieces that are not flat")
    require_equal(smallest_impossible(pieces) - least, 2, "the printed bound excludes N = 2 d1 + 3 first")
    return proved("piece count with the two outer pieces flat; alternation of the labels")


@claim(
    id="two-layer-one-unit",
    theorem="two-layer",
    source=OURS,
    place="theorem two-layer, d1 = 1",
    statement="One ReLU-like unit does not fit the labels 0, 1, 0 at three samples on a line.",
    expected=Verdict.PROVED,
    coq="TwoLayers.one_relu_like",
)
def one_unit() -> Result:
    """Hypotheses: v sigma(w t + b) + c, s_+ > s_- >= 0.

    Line: both slopes, v w s_- and v w s_+, have one sign or are 0, so that the function is monotone.
    Conclusion: the capacity of one unit is 2.
    """
    scale, s_minus = gap("|v w|"), slack("s_minus")
    s_plus = s_minus + gap("g")
    for sign in SIGNS:
        for slope in (s_plus, s_minus):
            require_nonnegative(sign * (sign * scale * slope), "the slopes have the sign of v w")
    return proved("both slopes have one sign")


@claim(
    id="two-layer-two-relus",
    theorem="two-layer",
    source=OURS,
    place="theorem two-layer, d1 = 2, s_minus = 0",
    statement="Two units with s_minus = 0 do not fit alternating labels at the four samples 0, 1, 2, 3 on a line.",
    expected=Verdict.PROVED,
    coq="TwoRelus.two_relus",
    by=[needs_units.cells],
)
def two_relus() -> Result:
    """Hypotheses: s_- = 0; then v sigma(t) = (v s_+) relu(t): ReLU is all of them.

    Line: the search over all cells of both units is exhaustive (needs-units-cells), and the independent checker
    verifies its refutation.
    Conclusion: the capacity of two such units, which fit every dataset of three samples, is 3; one dataset of four
    samples that is not fitted is enough for that.
    """
    t, s_plus = gap("t"), gap("s_plus")
    require_equal(s_plus * t, s_plus * (1 * t), "v sigma = (v s_+) relu on t >= 0, and both are 0 on t <= 0")
    word = refutation_verdict(RELU, 2, 4)
    if word != "VERIFIED":
        raise ProofFailure(f"the refutation is {word}")
    return proved("refutation over all cells, verified by the independent checker")


@claim(
    id="two-layer-capacity",
    theorem="two-layer",
    source=OURS,
    place="Theorem 3.3, 2-layer networks, made exact",
    statement=(
        "The capacity of a two-layer network with d1 hidden units and d_y = 1 is {} for hard-tanh and {} for ReLU-"
        "likes, but {} for d1 = 1, and for d1 = 2 if s_minus = 0."
    ),
    formulas=[OF_HARD_TANH, OF_RELU_LIKE, OF_FEW],
    expected=Verdict.PROVED,
    coq="TwoLayerCapacity.capacity_of_two_layers",
    by=[
        relu_like_units,
        hard_tanh_units,
        hard_tanh_least,
        one_unit,
        two_relus,
        piece_counts.printed_counts,
        piece_counts.extremal_continuous,
        "injective-projection",
    ],
)
def capacity() -> Result:
    """Hypotheses: any input dimension; labels in [-1, 1] or any real labels.

    Line: below: two-layer-relu-like and two-layer-hard-tanh, at N = d1 + 2, d1 + 1 and 2 d1. Above: N - 1 = d1 + 2
    pieces are one too many for d1 ReLU-likes (3.3-extremal-continuous); two-layer-one-unit, two-layer-two-relus,
    two-layer-hard-tanh-least.
    Conclusion: lower and upper bounds meet for every d1 >= 1.
    """
    for activation, few, many in (
        (RELU, 2, OF_RELU_LIKE),
        (relu_like(1, "1/10"), 1, OF_RELU_LIKE),
        (HARD_TANH, 0, OF_HARD_TANH),
    ):
        for units in range(1, 7):
            capacity = taken(OF_FEW if units <= few else many, {UNITS: units})
            require(two_layer_capacity(activation, units) == capacity, f"the calculator's for {activation.name}")
    d1 = from_one("d_1")
    pieces = lemma_d1_bound([HiddenLayer(d1, len(RELU.pieces))])
    least = taken(OF_RELU_LIKE, {UNITS: d1}) + 1
    require_equal(smallest_impossible(pieces), least, "alternating labels exclude N = d1 + 3")
    hard_tanh = taken(OF_HARD_TANH, {UNITS: d1}) + 1
    require_equal(taken(LEAST, {UNITS: d1}), hard_tanh, "two-layer-hard-tanh-least excludes N = 2 d1 + 1")
    return proved("both bounds by the claims it rests on")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
