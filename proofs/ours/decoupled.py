r"""Theorem `decoupled`: floor((d_1 + 1)/2) floor(d_2/d_y) >= N fits any real labels, with weights of bounded length.

Setting, for one output: p blocks of q sorted samples, pq >= N; unit k passes the k-th sample of every block. In block j
G_k(t) = y + o S (t - c) with o = (-1)^(k-1), c the passed sample, y its label, |y| < M, and S > 0 larger than
(M - o y)/(distance to the next sample of the block) and (M + o y)/(distance to the previous one).

ReLU-like: layer 1 has one kink left of all samples and two in each of the p - 1 gaps. Hard-tanh: layer 1 has one ramp
per block, linear on it, and one step per gap, constant on all blocks.
"""

import random
from collections.abc import Callable

import sympy as sp

from exactmem import activations
from exactmem.constructions import find_theorem
from exactmem.constructions.build import build
from exactmem.constructions.parts.short_weights import is_float64, significant_bits
from exactmem.constructions.theorem import NO_CHOICES
from exactmem.datasets import Dataset, make_dataset
from exactmem.evaluate import evaluate
from exactmem.ledger.claims import OURS, ProofFailure, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    SIGNS,
    Expr,
    at_most,
    gap,
    index,
    less,
    parities,
    positive_index,
    require_equal,
    require_positive,
    slack,
    telescoping_sum,
    unit_interval_value,
)
from exactmem.ledger.wording import names
from exactmem.networks import FNN, largest_bits
from exactmem.proofs._conditions import D_1, D_2, D_Y, DECOUPLED, N, require_executed
from exactmem.proofs.ours import interpolation
from exactmem.proofs.ours import product as improved_product
from exactmem.proofs.yun2019.theorem_3_1._notation import orientation
from exactmem.rationals import is_dyadic

BLOCK_COUNTS = (4, 16, 64)
LINE = 10**7


SIDED, LEVEL = sp.Symbol("o_k G_k"), sp.Symbol("M")
RIGHT_OF, LEFT_OF = sp.Gt(SIDED, LEVEL), sp.Lt(SIDED, -LEVEL)


@claim(
    id="decoupled-clip",
    theorem="decoupled",
    source=OURS,
    place="Theorem decoupled",
    statement=(
        "{} at the samples of the block right of the passed one, {} left of it: the pattern of product-order with "
        "strict inequalities, in every block."
    ),
    formulas=[RIGHT_OF, LEFT_OF],
    expected=Verdict.PROVED,
)
def clip() -> Result:
    """Hypotheses: |y| < M; S exceeds both bounds; a sample at distance d >= the nearest one's distance g.

    Line: o G = o y + S d > M for S > (M - o y)/g; o G = o y - S d < -M for S > (M + o y)/g.
    Conclusion: for l < k the k-th sample lies right of unit l's, so o_l G_l > M; for l > k left of it.
    """
    level, nearest, further, more = gap("M"), gap("g"), slack("d - g"), gap("excess")
    y = level * unit_interval_value("y")
    distance = nearest + further
    for o in SIGNS:
        right = (level - o * y) / nearest + more
        holds(RIGHT_OF, "right of the passed sample", {SIDED: o * (y + o * right * distance), LEVEL: level})
        left = (level + o * y) / nearest + more
        holds(LEFT_OF, "left of the passed sample", {SIDED: o * (y + o * left * -distance), LEVEL: level})
    return proved("symbolic distances, labels and slopes")


BLOCKS = sp.Symbol("p")
KNOTS = 2 * BLOCKS - 1


@claim(
    id="decoupled-knots",
    theorem="decoupled",
    source=OURS,
    place="Theorem decoupled, ReLU-like",
    statement=(
        "In a gap of length g, any knot r strictly between its left end and its right end less h, with h <= g/2, "
        "gives two knots r < r + h strictly inside the gap; {} units make any G with these knots."
    ),
    formulas=[KNOTS],
    expected=Verdict.PROVED,
    by=[interpolation.interpolation_units, interpolation.interpolation_values],
)
def knots() -> Result:
    """Hypotheses: 0 < h <= g/2.

    Line: g - h > 0, so such an r exists, and r + h lies left of the right end.
    Conclusion: no sample is a kink; one knot left of the samples and 2(p - 1) inside gaps are 2 p - 1 kinks.
    """
    length, rest, u, v = gap("h"), slack("g - 2h"), gap("u"), gap("v")
    whole = 2 * length + rest
    less(length, whole, "room for r")
    knot = (whole - length) * u / (u + v)
    require_positive(knot, "r is right of the left end")
    less(knot + length, whole, "r + h is left of the right end")
    blocks = positive_index("p")
    kinks = 1 + sum_over_gaps(2)(sp.Integer(1), blocks - 1)
    knots = taken(KNOTS, {BLOCKS: blocks})
    require_equal(kinks, knots, "one kink left of all samples, two per gap between blocks")
    return proved("symbolic lengths; kinks counted gap by gap")


def sum_over_gaps(each: int) -> Callable[[Expr, Expr], Expr]:
    """(low, high) -> the sum of `each` over the gaps from low to high."""
    return telescoping_sum(lambda _: sp.Integer(each), lambda l: each * l, "gap by gap")


@claim(
    id="decoupled-relu-like",
    theorem="decoupled",
    source=OURS,
    place="Theorem decoupled, ReLU-like",
    statement="{} is enough for every ReLU-like activation and any real labels.",
    formulas=[DECOUPLED],
    expected=Verdict.PROVED,
    by=[
        clip,
        knots,
        improved_product.order,
        improved_product.telescoping,
        improved_product.carrier,
        "injective-projection",
    ],
)
def relu_like_theorem() -> Result:
    """Hypotheses: p = floor((d_1 + 1)/2), q = floor(d_2/d_y), padded to pq samples.

    Line: 2 p - 1 <= d_1; the G_k have the pattern of product-order; the identity of theorem product gives G_k = y.
    Conclusion: the theorem, for all slopes.
    """
    half = sp.Symbol("p", integer=True, positive=True)
    for d_1 in (2 * half - 1, 2 * half):
        p, q, samples = sp.floor((d_1 + 1) / 2), sp.Symbol("q"), sp.Symbol("pq")
        require(p == half, "p for both parities of d_1")
        given = {sp.floor((D_1 + 1) / 2): p, sp.floor(D_2 / D_Y): q, N: samples}
        require_equal(taken(DECOUPLED, given).lhs, half * q, "p blocks of q samples")
        require(bool((d_1 - (2 * half - 1)).is_nonnegative), "2 p - 1 <= d_1")
    require_executed((DECOUPLED,), "decoupled", activations.RELU)
    return proved("the claims it rests on; both parities of d_1")


def partial_sum(n: Expr) -> int:
    """o_1 + ... + o_n: 1 for odd n, 0 for even n."""
    return 1 if orientation(n) == 1 else 0


def show_sum_of_signs() -> None:
    """sum_{l<k} o_l - sum_{k<l<=q} o_l is 1 for even q and 0 for odd q, for every 1 <= k <= q."""
    total = telescoping_sum(orientation, partial_sum, "the sum of the signs")
    n = index("n")
    for _, k in parities("k"):
        for q in (k + 2 * n, k + 2 * n + 1):
            expected = 0 if orientation(q) == 1 else 1
            require(total(sp.Integer(1), k - 1) - total(k + 1, q) == expected, f"k = {k}, q = {q}")


@claim(
    id="decoupled-hard-tanh",
    theorem="decoupled",
    source=OURS,
    place="Theorem decoupled, hard-tanh",
    statement=(
        "{} is enough for hard-tanh and any real labels: M times the sum of the clipped G_k/M is y (odd q) or y + M"
        " (even q), and p ramps with p - 1 steps give every G_k."
    ),
    formulas=[DECOUPLED],
    expected=Verdict.PROVED,
    by=[clip, improved_product.order, "injective-projection"],
)
def hard_tanh_theorem() -> Result:
    """Hypotheses: decoupled-clip; ramp l is 1 right and -1 left of block l, step l is 1 right and -1 left of gap l.

    Line: the other units add o_l for l < k and -o_l for l > k. In block j the pre-activation is K_j + W_j ramp_j with
    K_{j+1} - K_j = W_j + W_{j+1} + 2 V_j, so V_j = (K_{j+1} - K_j - W_j - W_{j+1})/2 gives any wanted K_j.
    Conclusion: output M times the sum, less M for even q, plus the offset.
    """
    show_sum_of_signs()
    # W_l and V_l as differences of their partial sums, so that sums over l < j and l > j have a closed form.
    ramps, steps = sp.Function("ramps"), sp.Function("steps")
    j, p, bias = sp.Symbol("j", integer=True), sp.Symbol("p", integer=True), sp.Symbol("b")

    def constant(block: Expr) -> Expr:
        left = ramps(block - 1) - ramps(0) + steps(block - 1) - steps(0)
        right = ramps(p) - ramps(block) + steps(p - 1) - steps(block - 1)
        return bias + left - right

    def weight(sums: Expr, l: Expr) -> Expr:
        return sums(l) - sums(l - 1)

    between = weight(ramps, j) + weight(ramps, j + 1) + 2 * weight(steps, j)
    require_equal(constant(j + 1) - constant(j), between, "from block to block")
    ramps_of, q = positive_index("ramps"), positive_index("units")
    given = {sp.floor((D_1 + 1) / 2): ramps_of, sp.floor(D_2 / D_Y): q}
    require_equal(taken(DECOUPLED, given).lhs, ramps_of * q, "p blocks of q samples, with p + (p - 1) <= d_1 units")
    require_executed((DECOUPLED,), "decoupled", activations.HARD_TANH)
    return proved("symbolic indices, weights and labels")


def example(p: int) -> Dataset:
    """p^2 integer inputs out of 10^7, labels -128..127; the same numbers on every run."""
    source = random.Random(p)
    inputs = source.sample(range(LINE), p * p)
    return make_dataset([[x] for x in inputs], [source.randint(-128, 127) for _ in inputs])


def lengths(p: int, activation: activations.Activation) -> tuple[int, int]:
    """(longest weight in significant bits here, longest weight in bits of theorem product) for p = q.

    ProofFailure unless the outputs are exact, all weights are dyadic and all are IEEE doubles.
    """
    data = example(p)
    network = build(data, "decoupled", (2 * p - 1, p), activation).network
    if not isinstance(network, FNN):
        raise ProofFailure("a fully-connected network was expected")
    require(evaluate(network, data.inputs) == [list(y) for y in data.labels], f"p = {p}: exact outputs")
    require(all(is_dyadic(v) for v in network.numbers()), f"p = {p}: dyadic weights")
    require(is_float64(network), f"p = {p}: IEEE doubles")
    coupled = find_theorem("product").construct(data, (p, p), activation, NO_CHOICES)
    return max(significant_bits(v) for v in network.numbers()), largest_bits(coupled)


@claim(
    id="decoupled-lengths",
    theorem="decoupled",
    source=OURS,
    place="Theorem decoupled",
    statement=(
        "For random integer inputs below 10^7 and labels -128..127 all weights are dyadic IEEE doubles (at most 53 "
        "significant bits), while those of theorem product get longer with p."
    ),
    expected=Verdict.CHECKED,
)
def weight_lengths() -> Result:
    """Hypotheses: the listed datasets of p^2 samples, p = q; ReLU and hard-tanh.

    Line: networks are built and evaluated exactly, weights measured.
    Conclusion: see the cases.
    """
    found = []
    for activation in (activations.RELU, activations.HARD_TANH):
        for p in BLOCK_COUNTS:
            short, long = lengths(p, activation)
            require(short <= 53, f"{activation}, p = {p}: {short} bits")
            require(p == BLOCK_COUNTS[0] or long > 8 * p, f"{activation}, p = {p}: {long} bits of theorem product")
            found.append(f"{activation} p = {p}: {short} against {long}")
    return checked("exact evaluation", "; ".join(found))


RANGE, LEVEL_OF_LABELS = names("R M")
VALUE_UNIT, LARGEST_VALUE = 1 / (8 * RANGE), LEVEL_OF_LABELS * (4 * RANGE + 5)
SLOPE_UNIT, LARGEST_SLOPE = 1 / (4 * RANGE**2), 4 * LEVEL_OF_LABELS * (4 * RANGE + 5)


def show_multiples(given: dict[Expr, Expr]) -> None:
    """y + o S (t - c) and the slopes are multiples of their units.

    y = a/2, t - c = n/4; S = b/(2R), as the power of two S is at least (M - |y|)/R >= 1/(2R); a gap's two knots are
    h apart with 1/h = 2 f/R, as the power of two h is at most R/2.
    """
    y, place, steep, other, halves = (sp.Symbol(name, integer=True) for name in ("a", "n", "b", "m", "f"))
    unit, slope_unit = taken(VALUE_UNIT, given), taken(SLOPE_UNIT, given)
    size = given[RANGE]
    slope = steep / (2 * size)
    for sign in SIGNS:
        value = y / 2 + sign * slope * (place / sp.Integer(4))
        require(sp.expand(value / unit).is_integer is True, "a value at a knot")
        require(sp.expand(sign * slope / slope_unit).is_integer is True, "the slope in a block")
    require(sp.expand(other * unit * (2 * halves / size) / slope_unit).is_integer is True, "the slope over a gap")


def show_sizes(given: dict[Expr, Expr]) -> None:
    """|y| < M, S <= 4M and |t - c| <= R + 1 bound the values; two of them over h >= 1/2 bound the slopes."""
    size, level = given[RANGE], given[LEVEL_OF_LABELS]
    y, slope, away = (bound / (1 + slack(f"less_{n}")) for n, bound in enumerate((level, 4 * level, size + 1)))
    largest = taken(LARGEST_VALUE, given)
    at_most(y + slope * away, largest, "a value at a knot")
    at_most(2 * largest / sp.Rational(1, 2), taken(LARGEST_SLOPE, given), "the slope over a gap")
    at_most(slope, taken(LARGEST_SLOPE, given), "the slope in a block")


@claim(
    id="decoupled-length-bound",
    theorem="decoupled",
    source=OURS,
    place="Theorem decoupled",
    statement=(
        "For integer projections on a line of length R, labels that are multiples of 1/2 and smaller than M, R and M "
        "powers of two, and ReLU, the G_k are multiples of {} of size at most {} at the knots, their slopes multiples "
        "of {} of size at most {}: weights and biases are dyadics of O(log M + log R) bits, whatever the number of "
        "blocks."
    ),
    formulas=[VALUE_UNIT, LARGEST_VALUE, SLOPE_UNIT, LARGEST_SLOPE],
    expected=Verdict.PROVED,
)
def length_bound() -> Result:
    """Hypotheses: gaps are integers from 1 to R; S is the power of two above (M - o y)/gap and (M + o y)/gap.

    Line: S <= 4M, and S >= 1/(2R); knots are multiples of 1/4, those of a gap h apart, 1/2 <= h <= R/2, and at most
    R + 1 from any sample. Nothing is carried from block to block.
    Conclusion: a weight is a change of slope of two G's, four slopes; a bias is a value of two G's at the first knot, a
    knot, or the constant. Networks are built, and their numbers are found to be such multiples of such sizes.
    """
    given = {RANGE: positive_index("R"), LEVEL_OF_LABELS: gap("M")}
    show_multiples(given)
    show_sizes(given)
    for p in BLOCK_COUNTS:
        data = example(p)
        built = build(data, "decoupled", (2 * p - 1, p), activations.RELU).network
        sizes = {RANGE: 2 ** (LINE.bit_length() + 1), LEVEL_OF_LABELS: 512}
        unit, most = taken(SLOPE_UNIT, sizes), 4 * taken(LARGEST_SLOPE, sizes)
        for number in built.numbers():
            value = sp.Rational(int(number.p), int(number.q))
            require((value / unit).is_integer is True and bool(abs(value) <= most), f"p = {p}: the number {value}")
    return proved("integers for the multiples, nonnegative coefficients for the sizes; built networks measured")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
