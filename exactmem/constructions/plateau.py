"""Theorem `plateau`: four-layer classifiers whose rounded, short dyadic weights still give exactly one-hot outputs.

Codes only have to arrive within a tolerance: the read-out's steps are flat around every code. So the slope with which
a layer-2 function passes a block may be rounded to the shortest dyadic that keeps its member's value within the
tolerance; the next block starts where the rounded function really is, so that errors do not accumulate. With the
default projection and codes all weights and biases are dyadic for ReLU and hard-tanh, whatever the inputs (for other
slopes dyadics times s_minus^a, divided by powers of s_plus and s_plus - s_minus), and no sample is a kink. Proofs:
`proofs/ours/plateau.py`.
"""

__all__ = [
    "THEOREM",
    "condition_for",
    "condition_text",
    "construct",
    "near_codes",
    "short_codes",
    "smallest",
    "unmet",
]

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from exactmem.activations import HARD_TANH, Activation
from exactmem.constructions.parts.clip_sum import ClippedFunctions, relu_like_network
from exactmem.constructions.parts.gates import (
    attach,
    checked_codes,
    code_dataset,
    smallest_gap,
    step_readout,
    within_unit_interval,
)
from exactmem.constructions.parts.projection import sorted_projection
from exactmem.constructions.parts.recurrence import Block, member, padded_line
from exactmem.constructions.parts.short_weights import dyadic_between, passing_ramp, power_of_two_above
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, expect_layers
from exactmem.datasets import Dataset
from exactmem.networks import FNN, dense, layer, rank_one
from exactmem.rationals import Rational, ceil, floor
from exactmem.sizes.problem import Problem
from exactmem.sizes.product import ProductCondition
from exactmem.sizes.shallow import ProductAndReadout


def condition_for(problem: Problem) -> ProductAndReadout:
    """d1 d2 >= N and d3 >= d_y - 1 for hard-tanh, d3 >= 2 (d_y - 1) for ReLU-like (at least one unit)."""
    product = ProductCondition(first=1, second=1, factor=1, target=problem.N)
    each = 1 if problem.activation.kind == "hard-tanh" else 2
    text = _readout_text(problem.activation.kind)
    return ProductAndReadout(product, "d1*d2 >= N", max(1, each * (problem.d_y - 1)), text)


def _readout_text(kind: str) -> str:
    return "d3 >= d_y - 1" if kind == "hard-tanh" else "d3 >= 2*(d_y - 1)"


def condition_text(kind: str) -> str:
    """The condition for one kind of activation."""
    return f"d1*d2 >= N and {_readout_text(kind)}"


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds, else a sentence with the numbers."""
    return expect_layers(widths, 3) or condition_for(problem).unmet(widths)


def smallest(problem: Problem) -> tuple[int, ...]:
    """The admissible widths (d1, d2, d3) with the fewest hidden units."""
    return condition_for(problem).smallest()


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A four-layer network of exactly the given widths with f(x_i) = y_i for one-hot labels.

    Shapes: d1 x d_x, d2 x d1, d3 x d2, d_y x d3. The choices are `u` and `codes`. Raises DatasetError for labels
    that are not one-hot, UsageError when a given u or given codes do not do and for other choices.
    """
    codes = short_codes(choices, dataset.d_y, activation)
    fitted = near_codes(dataset, codes, widths[1], activation, choices)
    return widen(attach(fitted, step_readout(codes, smallest_gap(codes) / 4, activation)), widths)


def near_codes(
    dataset: Dataset, codes: Sequence[Rational], q_limit: int, activation: Activation, choices: Choices
) -> FNN:
    """A three-layer network whose output is within a quarter of the codes' smallest gap of the sample's code.

    It has at most q_limit units in layer 2, and the fewest in layer 1.
    """
    tolerance = smallest_gap(codes) / 4
    coded = code_dataset(dataset, codes)
    u, order, projected = sorted_projection(dataset.inputs, choices.u)
    p = -(-dataset.N // q_limit)
    q = -(-dataset.N // p)
    line = padded_line([fmpq(c) for c in projected], p * q, fmpq(1))
    labels = [coded.labels[i][0] for i in order]
    fitting = _hard_tanh if activation.kind == "hard-tanh" else _relu_like
    return fitting(u, line, labels, q, tolerance, activation)


def short_codes(choices: Choices, d_y: int, activation: Activation) -> list[Rational]:
    """Short dyadic codes around 0 unless given: in steps of 1 (ReLU-like) or strictly inside [-1, 1] (hard-tanh)."""
    if choices.codes is not None:
        return within_unit_interval(checked_codes(choices.codes, d_y))
    step = fmpq(1) if activation.kind == "relu-like" else 2 / power_of_two_above(fmpq(d_y - 1))
    return [step * (2 * k - (d_y - 1)) / 2 for k in range(d_y)]


@dataclass(frozen=True)
class _Block:
    """One block of samples: depths[n] is how far sample n is into the block, length the depth where it ends."""

    first: int
    depths: tuple[Rational, ...]
    length: Rational


def _rounded_unit(
    blocks: Sequence[_Block], labels: Block, k: int, tolerance: Rational, level: Rational
) -> tuple[list[Rational], list[Rational]]:
    """(values Z_0 .. Z_p, slopes): unit k, dyadic, within `tolerance` of the label at its members, else beyond +-level.

    The starting value is -+2**e for an e that does, found by doubling and bisection.
    """
    low, high = -1, 0
    while not (unit := _try(blocks, labels, k, tolerance, level, high)):
        low, high = high, 2 * high + 1
    while high - low > 1:
        middle = (low + high) // 2
        candidate = _try(blocks, labels, k, tolerance, level, middle)
        if candidate:
            high, unit = middle, candidate
        else:
            low = middle
    return unit


def _try(
    blocks: Sequence[_Block], labels: Block, k: int, tolerance: Rational, level: Rational, exponent: int
) -> tuple[list[Rational], list[Rational]] | None:
    """The unit that starts at -+2**exponent, or None if it leaves some other sample inside (-level, level)."""
    q = len(blocks[0].depths)
    sign = 1 if k % 2 == 1 else -1
    values: list[Rational] = [-sign * fmpq(2) ** exponent]
    slopes: list[Rational] = []
    for j, block in enumerate(blocks, 1):
        i = member(j, k, q)
        place = i - block.first
        y = labels[i - 1] if i <= len(labels) else fmpq(0)
        here, depth = values[-1], block.depths[place]
        slope = dyadic_between((y - tolerance - here) / depth, (y + tolerance - here) / depth)
        if place + 1 < q and not sign * (here + slope * block.depths[place + 1]) > level:
            return None
        if place > 0 and not sign * (here + slope * block.depths[place - 1]) < -level:
            return None
        slopes.append(slope)
        values.append(here + slope * block.length)
        sign = -sign
    return values, slopes


def _hard_tanh(u: Block, line: Block, labels: Block, q: int, tolerance: Rational, activation: Activation) -> FNN:
    """A three-layer hard-tanh network whose output is within the tolerance of every label, for labels in [-1, 1].

    The depth of a sample in its block is 1 + its ramp's value, a block's length is 2: the slope is the ramp's weight.
    """
    firsts = range(1, len(line) - 1, q)
    ramps = [passing_ramp(line, first, first + q - 1) for first in firsts]
    blocks = [
        _Block(first, tuple(1 + ramp(line[i]) for i in range(first, first + q)), fmpq(2))
        for first, ramp in zip(firsts, ramps, strict=True)
    ]
    rows: list[list[Rational]] = []
    biases: list[Rational] = []
    for k in range(1, q + 1):
        values, slopes = _rounded_unit(blocks, labels, k, tolerance, fmpq(1))
        rows.append(slopes)
        biases.append(values[0] + sum(slopes, fmpq(0)))
    first_layer = layer(rank_one([r.slope for r in ramps], u), [r.bias for r in ramps], HARD_TANH)
    sum_layer = layer(dense([[1] * q]), [fmpq(-1 if q % 2 == 0 else 0)])
    return FNN((first_layer, layer(dense(rows), biases, HARD_TANH), sum_layer))


def _relu_like(u: Block, line: Block, labels: Block, q: int, tolerance: Rational, activation: Activation) -> FNN:
    """A three-layer ReLU-like network whose output is within the tolerance of every label.

    The depth of a sample is its distance from the knot at which its block begins.
    """
    count = len(line) - 2
    inner = [dyadic_between(line[last], line[last + 1]) for last in range(q, count, q)]
    knots = [fmpq(floor(line[1]) - 1), *inner, fmpq(ceil(line[count]) + 1)]
    blocks = [
        _Block(first, tuple(line[i] - left for i in range(first, first + q)), right - left)
        for first, left, right in zip(range(1, count + 1, q), knots, knots[1:], strict=False)
    ]
    level = max(abs(y) for y in labels) + 2 * tolerance
    functions = [_rounded_unit(blocks, labels, k, tolerance, level)[0] for k in range(1, q + 1)]
    return relu_like_network(u, knots, [ClippedFunctions(functions, fmpq(0))], activation)


THEOREM = Theorem(
    id="plateau",
    source="exactmem, Proposition 3.2 of Yun-Sra-Jadbabaie 2019 with rounded weights",
    statement="a 4-layer network classifies N distinct inputs, exactly one-hot, with weights rounded to short dyadics",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="classification",
    architecture="fnn",
    hidden_layers="3",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    improves="3.2",
    choices=("u", "codes"),
)
