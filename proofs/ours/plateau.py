r"""Theorem `plateau`: rounded, dyadic layer-2 weights, and outputs that are exactly one-hot all the same.

Setting: block by block, unit k has the value Z where it enters a block, slope W over the block's depth x in [0, L]
(the distance from the knot for ReLU-likes; 1 + ramp and L = 2 for hard-tanh), and value Z + L W where it leaves. It
passes the sample at depth d with label (code) y. The read-out is flat within tau of every code.
"""

import random

import sympy as sp

from exactmem import activations
from exactmem.constructions import find_theorem
from exactmem.constructions.build import build
from exactmem.constructions.theorem import NO_CHOICES
from exactmem.datasets import Dataset, make_dataset
from exactmem.evaluate import evaluate
from exactmem.ledger.claims import OURS, ProofFailure, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import (
    SIGNS,
    at_most,
    gap,
    less,
    require_equal,
    require_positive,
    unit_interval_value,
)
from exactmem.ledger.wording import names
from exactmem.networks import FNN, largest_bits
from exactmem.proofs._conditions import CODES, STEPS, STEPS_TWICE, require_executed
from exactmem.proofs.ours import gates
from exactmem.proofs.ours import product as improved_product
from exactmem.proofs.ours.decoupled import LINE, show_sum_of_signs
from exactmem.proofs.yun2019.theorem_3_1 import layer1_clipping, layer2_recurrence, sum_identity
from exactmem.rationals import is_dyadic

BLOCK_COUNTS = (4, 16, 32)
CLASSES = 10


LABEL, TAU, ENTERED, DEPTH = names("y tau Z d")
LOWEST, HIGHEST = (LABEL - TAU - ENTERED) / DEPTH, (LABEL + TAU - ENTERED) / DEPTH
ROOM = 2 * TAU / DEPTH


@claim(
    id="plateau-rounding",
    theorem="plateau",
    source=OURS,
    place="Theorem plateau",
    statement=(
        "Any slope W strictly between {} and {} puts the passed sample strictly within tau of y; the interval has "
        "length {}, whatever Z: the error of one block does not enter the next."
    ),
    formulas=[LOWEST, HIGHEST, ROOM],
    expected=Verdict.PROVED,
)
def rounding() -> Result:
    """Hypotheses: any real Z, d > 0, tau > 0, W = (y - Z + theta tau)/d with theta in (-1, 1).

    Line: Z + d W - y = theta tau.
    Conclusion: a dyadic W with at most log2(d/tau) fractional bits (rounded up) lies in the interval.
    """
    depth, tolerance = gap("d"), gap("tau")
    label, entered = sp.Symbol("y", real=True), sp.Symbol("Z", real=True)
    theta = unit_interval_value("theta")
    slope = (label - entered + theta * tolerance) / depth
    error = entered + depth * slope - label
    require_equal(error, theta * tolerance, "the error at the passed sample")
    less(error, tolerance, "below tau")
    require_positive(tolerance + error, "above -tau")
    given = {LABEL: label, TAU: tolerance, ENTERED: entered, DEPTH: depth}
    low, high, length = (taken(formula, given) for formula in (LOWEST, HIGHEST, ROOM))
    require_equal(high - low, length, "the length of the interval of slopes")
    require_equal((low + high + theta * length) / 2, slope, "the slopes between the two")
    return proved("symbolic values")


ALPHA, STEEPNESS, BOUND, CARRIED, PRODUCT = names("alpha s Y a_(j-1) R_(j-1)")
CARRIES = (1 + sp.Symbol("r_j")) * BOUND + sp.Symbol("r_j") * CARRIED
FAR_ENOUGH = sp.Gt(ALPHA, (STEEPNESS * DEPTH + BOUND + CARRIED) / PRODUCT)


@claim(
    id="plateau-start",
    theorem="plateau",
    source=OURS,
    place="Theorem plateau",
    statement=(
        "For a starting value -o alpha with {} for all blocks j, every slope is steeper than s in the direction o "
        "(-1)^(j-1), however the slopes are rounded within the tolerance: Y = max |y| + tau, R_j = r_1 ... r_j, a_0 = "
        "0 and a_j = {} do not depend on alpha or on the rounding, so that the search for alpha ends."
    ),
    formulas=[FAR_ENOUGH, CARRIES],
    expected=Verdict.PROVED,
    by=[layer2_recurrence.recurrence],
)
def start() -> Result:
    """Hypotheses: the values actually taken at the passed samples, y', lie in [-Y, Y] with Y = max |y| + tau.

    Line: Z_j = A_j + (-1)^j R_j Z_0 with A_j = (1 + r_j) y'_j - r_j A_{j-1}, R_j = r_1 ... r_j > 0: by induction
    |A_j| <= a_j, where a_j = (1 + r_j) Y + r_j a_{j-1} does not depend on alpha or on the rounding. The slope over the
    depth d obeys s_j d W = R_{j-1} alpha + s_j (y' - A_{j-1}).
    Conclusion: alpha > (need d + Y + a_{j-1})/R_{j-1} for all j makes every s_j W larger than `need`.
    """
    bound, ratio, sizes, product = gap("Y"), gap("r"), gap("a"), gap("R")
    value, free = bound * unit_interval_value("y"), sizes * unit_interval_value("A")
    largest = taken(CARRIES, {sp.Symbol("r_j"): ratio, BOUND: bound, CARRIED: sizes})
    for label in (value, bound, -bound):
        following = layer2_recurrence.next_value(label, ratio, free)
        for sign in SIGNS:
            at_most(sign * following, largest, "|A_j| <= a_j")
    need, depth, more = gap("need"), gap("d"), gap("excess")
    given = {STEEPNESS: need, DEPTH: depth, BOUND: bound, CARRIED: sizes, PRODUCT: product}
    alpha = taken(FAR_ENOUGH, given).rhs + more
    for o in SIGNS:
        for parity in SIGNS:
            side = o * parity
            entered = free + parity * product * (-o * alpha)
            slope = (value - entered) / depth
            less(need, side * slope, "the slope is steep enough")
    return proved("induction over the blocks; symbolic values")


@claim(
    id="plateau",
    theorem="plateau",
    source=OURS,
    place="Theorem plateau",
    statement=(
        "{} with {} (hard-tanh) or {} (ReLU-like) is enough for exactly one-hot outputs with all slopes of layer 2 "
        "rounded to dyadics."
    ),
    formulas=[CODES, STEPS, STEPS_TWICE],
    expected=Verdict.PROVED,
    by=[
        sum_identity.partition,
        layer1_clipping.clipping,
        rounding,
        start,
        improved_product.order,
        improved_product.telescoping,
        improved_product.carrier,
        gates.step,
        gates.steps,
        "injective-projection",
    ],
)
def plateau() -> Result:
    """Hypotheses: distinct inputs; codes with smallest distance gap, tau = gap/4; M > max |code| + tau for ReLU-likes;
    codes in [-1, 1] and M = 1 for hard-tanh.

    Line: passed samples get y' within tau of their code, all others are beyond +-M on the sides of (8)-(11); then the
    sum of the clipped values is clip(y') (+1 for even q), no further from the code than y', and theorem product's
    identity gives y' for ReLU-likes.
    Conclusion: the read-out's steps are flat within tau, hence exactly one-hot.
    """
    show_sum_of_signs()
    require_executed((CODES, STEPS), "plateau", activations.HARD_TANH)
    require_executed((CODES, STEPS_TWICE), "plateau", activations.RELU)
    return proved("the claims it rests on; the sum of the signs by induction")


def example(p: int) -> Dataset:
    """p^2 integer inputs out of 10^7 in ten classes; the same numbers on every run."""
    source = random.Random(p)
    inputs = source.sample(range(LINE), p * p)
    chosen = [source.randrange(CLASSES) for _ in inputs]
    return make_dataset([[x] for x in inputs], [[int(k == c) for k in range(CLASSES)] for c in chosen])


def lengths(p: int, activation: activations.Activation) -> tuple[int, int]:
    """(longest weight in bits here, longest weight in bits of theorem product-readout) for p = q.

    ProofFailure unless the outputs are exactly one-hot and all weights are dyadic.
    """
    data = example(p)
    network = build(data, "plateau", (p, p, 2 * CLASSES - 2), activation).network
    if not isinstance(network, FNN):
        raise ProofFailure("a fully-connected network was expected")
    require(evaluate(network, data.inputs) == [list(y) for y in data.labels], f"p = {p}: exact outputs")
    require(all(is_dyadic(v) for v in network.numbers()), f"p = {p}: dyadic weights")
    exact = find_theorem("product-readout").construct(data, (p, p, CLASSES - 1), activation, NO_CHOICES)
    return largest_bits(network), largest_bits(exact)


@claim(
    id="plateau-lengths",
    theorem="plateau",
    source=OURS,
    place="Theorem plateau",
    statement=(
        "For random integer inputs below 10^7 in ten classes all weights are dyadics of at most 64 bits, a small part "
        "of the length of the exact weights of theorem product-readout."
    ),
    expected=Verdict.CHECKED,
)
def weight_lengths() -> Result:
    """Hypotheses: the listed datasets of p^2 samples, p = q; ReLU and hard-tanh.

    Line: networks are built and evaluated exactly, weights measured.
    Conclusion: see the cases; how long they are in general depends on the spacing of the samples.
    """
    found = []
    for activation in (activations.RELU, activations.HARD_TANH):
        for p in BLOCK_COUNTS:
            short, long = lengths(p, activation)
            require(short <= 64, f"{activation}, p = {p}: {short} bits")
            require(2 * short < long, f"{activation}, p = {p}: {short} against {long} bits")
            found.append(f"{activation} p = {p}: {short} against {long}")
    return checked("exact evaluation", "; ".join(found))


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
