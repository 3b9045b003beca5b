"""Theorem `decoupled`: floor((d1 + 1)/2) * floor(d2/d_y) >= N fits any real labels with short exact weights.

The weights of Theorem 3.1 get longer with every block, because neighbouring blocks share a kink: the value with which
a layer-2 function leaves a block is where it enters the next. Here every gap between blocks has two kinks (2 p - 1
units of layer 1 for p blocks), so that the function is free in every block: G_k(t) = y_i + o_k S (t - c_i) for its
member i, with a power of two S just steep enough to clip the block's other samples. With dyadic projections and labels
every weight is dyadic (ReLU and hard-tanh), usually short enough to be an IEEE double. Proofs:
`proofs/ours/decoupled.py`.
"""

__all__ = ["CONDITION", "THEOREM", "condition_for", "construct", "knots_of", "smallest", "unmet"]

import itertools
from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import HARD_TANH, Activation
from exactmem.constructions.parts.clip_sum import CenteredLabels, ClippedFunctions, centered, relu_like_network
from exactmem.constructions.parts.projection import sorted_projection
from exactmem.constructions.parts.recurrence import Block, padded_line
from exactmem.constructions.parts.short_weights import Ramp, dyadic_between, passing_ramp, power_of_two_above, step_ramp
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, expect_layers
from exactmem.datasets import Dataset
from exactmem.networks import FNN, dense, layer, rank_one, sparse
from exactmem.rationals import Rational, ceil, floor
from exactmem.sizes.problem import Problem
from exactmem.sizes.shallow import DecoupledCondition

CONDITION = "floor((d1 + 1)/2)*floor(d2/d_y) >= N"


def condition_for(problem: Problem) -> DecoupledCondition:
    """floor((d1 + 1)/2) floor(d2/d_y) >= N."""
    return DecoupledCondition(second=problem.d_y, target=problem.N)


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds, else a sentence with the numbers."""
    return expect_layers(widths, 2) or condition_for(problem).unmet(widths[0], widths[1], CONDITION)


def smallest(problem: Problem) -> tuple[int, ...]:
    """The admissible widths (d1, d2) with the fewest hidden units."""
    return condition_for(problem).smallest()


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A three-layer network of exactly the given widths with f(x_i) = y_i for any real labels; no sample is a kink.

    Shapes: d1 x d_x, d2 x d1, d_y x d2. The only choice is `u`. Raises UsageError for a u that does not
    do and for other choices.
    """
    u, order, projected = sorted_projection(dataset.inputs, choices.u)
    p = -(-dataset.N // (widths[1] // dataset.d_y))
    q = -(-dataset.N // p)
    line = padded_line([fmpq(c) for c in projected], p * q, fmpq(1))
    columns = [centered([dataset.labels[i][a] for i in order], p * q) for a in range(dataset.d_y)]
    if activation.kind == "hard-tanh":
        return widen(_hard_tanh(u, line, columns, q), widths)
    knots = knots_of(line, q)
    outputs = [ClippedFunctions(_values(line, knots, labels, q), labels.offset) for labels in columns]
    return widen(relu_like_network(u, knots, outputs, activation), widths)


def knots_of(line: Block, q: int) -> list[Rational]:
    """2 p dyadic knots for line = c_0 .. c_{pq+1}: one left of all samples, two inside every gap, one right of all.

    The two knots of a gap are a power of two apart.
    """
    count = len(line) - 2
    knots = [fmpq(floor(line[1]) - 1)]
    for last in range(q, count, q):
        left, right = line[last], line[last + 1]
        length = power_of_two_above((right - left) / 2) / 2
        knot = dyadic_between(left, right - length)
        knots += [knot, knot + length]
    return [*knots, fmpq(ceil(line[count]) + 1)]


def _steepness(line: Block, labels: CenteredLabels, i: int, k: int, q: int) -> Rational:
    """The slope beyond which the other samples of sample i's block leave (-level, level); 0 for q = 1.

    Unit k rises for odd k and falls for even k; only the nearest samples of the block matter.
    """
    sign = 1 if k % 2 == 1 else -1
    y = labels.values[i - 1]
    least = fmpq(0)
    if k < q:
        least = (labels.level - sign * y) / (line[i + 1] - line[i])
    if k > 1:
        least = max(least, (labels.level + sign * y) / (line[i] - line[i - 1]))
    return least


def _values(line: Block, knots: Block, labels: CenteredLabels, q: int) -> list[list[Rational]]:
    """G_1, ..., G_q at the knots."""
    functions = []
    for k in range(1, q + 1):
        sign = 1 if k % 2 == 1 else -1
        values: list[Rational] = []
        for j, i in enumerate(range(k, len(line) - 1, q)):
            slope = sign * power_of_two_above(_steepness(line, labels, i, k, q))
            values += [labels.values[i - 1] + slope * (knot - line[i]) for knot in knots[2 * j : 2 * j + 2]]
        functions.append(values)
    return functions


def _hard_tanh(u: Block, line: Block, columns: Sequence[CenteredLabels], q: int) -> FNN:
    """The hard-tanh network: layer 1 alternates between a passing ramp per block and a step per gap."""
    count = len(line) - 2
    blocks = [passing_ramp(line, first, first + q - 1) for first in range(1, count + 1, q)]
    steps = [step_ramp(line[last], line[last + 1]) for last in range(q, count, q)]
    ramps = [ramp for pair in itertools.zip_longest(blocks, steps) for ramp in pair if ramp is not None]
    rows: list[list[Rational]] = []
    biases: list[Rational] = []
    for labels in columns:
        for k in range(1, q + 1):
            row, bias = _hard_tanh_unit(line, blocks, labels, k, q)
            rows.append(row)
            biases.append(bias)
    readout = {(a, a * q + k): labels.level for a, labels in enumerate(columns) for k in range(q)}
    constants = [labels.offset - (labels.level if q % 2 == 0 else 0) for labels in columns]
    first = layer(rank_one([r.slope for r in ramps], u), [r.bias for r in ramps], HARD_TANH)
    return FNN(
        (first, layer(dense(rows), biases, HARD_TANH), layer(sparse((len(columns), len(rows)), readout), constants))
    )


def _hard_tanh_unit(
    line: Block, blocks: Sequence[Ramp], labels: CenteredLabels, k: int, q: int
) -> tuple[list[Rational], Rational]:
    """Weights (block, step, block, ..., block) and bias of unit k: pre-activation y_i/level at its members.

    In block j the other ramps are constant, so the pre-activation is K_j + W_j ramp_j(t) with a K_j of its own for
    every block; the steps' weights are what makes K_{j+1} out of K_j.
    """
    sign = 1 if k % 2 == 1 else -1
    weights: list[Rational] = []
    constants: list[Rational] = []
    for ramp, i in zip(blocks, range(k, len(line) - 1, q), strict=True):
        needed = _steepness(line, labels, i, k, q) / labels.level
        weights.append(sign * power_of_two_above(needed / ramp.slope))
        constants.append(labels.values[i - 1] / labels.level - weights[-1] * ramp(line[i]))
    row = [weights[0]]
    for (here, after), (low, high) in zip(itertools.pairwise(weights), itertools.pairwise(constants), strict=True):
        row += [(high - low - here - after) / 2, after]
    return row, constants[0] + sum(row[1:], fmpq(0))


THEOREM = Theorem(
    id="decoupled",
    source="exactmem, Theorem 3.1 of Yun-Sra-Jadbabaie 2019 with weights of bounded length",
    statement="a 3-layer network fits any real labels with short weights: dyadic for dyadic projections and labels",
    condition=lambda kind: CONDITION,
    activations=("hard-tanh", "relu-like"),
    task="regression",
    architecture="fnn",
    hidden_layers="2",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    improves="3.1",
    choices=("u",),
)
