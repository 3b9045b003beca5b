"""Theorem `two-layer`: as few hidden units as any two-layer network can do with, for every dataset with one output.

On a line (after an injective projection) what matters is the slopes z_1, ..., z_n, n = N - 1, between neighbouring
samples. Hard-tanh: a unit is a ramp; ramps from one slope to another of the same sign fit both exactly, and a steep one
makes all slopes between them equal in sign, so that the next pairs up what is left: ceil(N/2) units. ReLU-like: the
interpolation with a kink in the first gap and one in the third, whose places are free, fits N samples with N - 2
kinks; a line has to come for free, which the choice of the kinks' places and of the units' orientations achieves
(n >= 4, or n = 3 with s_minus > 0). Proofs: `proofs/ours/two_layer_capacity.py`.
"""

__all__ = [
    "THEOREM",
    "Line",
    "block",
    "block_end",
    "condition_text",
    "construct",
    "most_samples",
    "ramps",
    "smallest",
    "two_free_kinks",
    "unmet",
]

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from flint import fmpq

from exactmem.activations import Activation, slopes_of
from exactmem.constructions.parts.line_units import HiddenUnit, kinked_unit, ramp, slopes_between
from exactmem.constructions.parts.projection import on_a_line
from exactmem.constructions.parts.transform import integer_outputs, widen
from exactmem.constructions.theorem import Choices, Theorem, expect_layers
from exactmem.datasets import Dataset
from exactmem.networks import FNN, dense, layer, rank_one, zeros
from exactmem.rationals import Rational
from exactmem.sizes.problem import Problem
from exactmem.sizes.two_layer import fewest_two_layer_units, two_layer_capacity

Line = Sequence[Rational]


def condition_text(kind: str) -> str:
    """The condition, for one kind of activation."""
    if kind == "hard-tanh":
        return "N <= 2*d1 for d_y = 1, N <= d1 + 1 for d_y > 1"
    return "N <= d1 + 2 for d_y = 1 and d1 >= 3 (d1 >= 2 if s_minus > 0), else N <= d1 + 1"


def most_samples(problem: Problem, units: int) -> int:
    """The largest N that the theorem covers with so many units."""
    return two_layer_capacity(problem.activation, units) if problem.d_y == 1 else units + 1


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds, else a sentence with the numbers."""
    wrong = expect_layers(widths, 1)
    if wrong or problem.N <= most_samples(problem, widths[0]):
        return wrong
    most = most_samples(problem, widths[0])
    return f"{condition_text(problem.activation.kind)}: d1={widths[0]} is for N <= {most}, not {problem.N}"


def smallest(problem: Problem) -> tuple[int, ...]:
    """The least admissible width; for d_y = 1 no two-layer network with fewer units does for every dataset."""
    units = fewest_two_layer_units(problem.activation, problem.N) if problem.d_y == 1 else problem.N - 1
    return (max(1, units),)


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer network of exactly the given width with f(x_i) = y_i for any real labels.

    Shapes: d1 x d_x, d_y x d1. Of the choices only `u` is used. Raises UsageError for a u that does not do.
    """
    u, line, columns = on_a_line(dataset, choices.u)
    slopes = [slopes_between(line, labels) for labels in columns]
    shared = _ramp_per_gap if activation.kind == "hard-tanh" else _kink_per_sample
    if dataset.d_y > 1 or dataset.N <= widths[0] + 1:
        units = [shared(line, z, activation) for z in slopes]
    elif activation.kind == "hard-tanh":
        units = [ramps(line, slopes[0])]
    else:
        units = [two_free_kinks(line, slopes[0], activation)]
    network = _network(u, line, columns, units, activation)
    return widen(network if activation.kind == "hard-tanh" else integer_outputs(network), widths)


def _network(
    u: Line, line: Line, columns: Sequence[Line], units: Sequence[Sequence[HiddenUnit]], activation: Activation
) -> FNN:
    """The network with the hidden units that all outputs share (their output weights apart), through sample 0."""
    hidden = units[0] or [HiddenUnit(fmpq(0), fmpq(0), fmpq(0))]
    outputs = [[unit.output for unit in row] or zeros(1) for row in units]
    start = [activation(unit.weight * line[0] + unit.bias) for unit in hidden]
    biases = [
        labels[0] - sum((v * a for v, a in zip(row, start, strict=True)), fmpq(0))
        for labels, row in zip(columns, outputs, strict=True)
    ]
    first = layer(rank_one([unit.weight for unit in hidden], u), [unit.bias for unit in hidden], activation)
    return FNN((first, layer(dense(outputs), biases)))


def _ramp_per_gap(line: Line, slopes: Line, activation: Activation) -> list[HiddenUnit]:
    """One hard-tanh unit per gap, with the gap's slope."""
    return [ramp(a, b, z) for (a, b), z in zip(itertools.pairwise(line), slopes, strict=True)]


def _kink_per_sample(line: Line, slopes: Line, activation: Activation) -> list[HiddenUnit]:
    """One ReLU-like unit with its kink at every sample but the last.

    The slope left of all kinks is lambda/(1 + lambda) times the last one, lambda = s_minus/(s_plus - s_minus).
    """
    if not slopes:
        return []
    s_plus, s_minus = slopes_of(activation)
    leftmost = slopes[-1] * s_minus / s_plus
    changes = [after - before for before, after in itertools.pairwise([leftmost, *slopes])]
    weights = [change / (s_plus - s_minus) for change in changes]
    return [kinked_unit(0, kink, weight) for kink, weight in zip(line, weights, strict=False)]


class _Kink(NamedTuple):
    """A kink where the slope changes by `change`, made by a unit of that orientation."""

    place: Rational
    change: Rational
    orientation: int


def two_free_kinks(line: Line, slopes: Line, activation: Activation) -> list[HiddenUnit]:
    """N - 2 ReLU-like units for N samples: n >= 4 slopes, or n = 3 and s_minus > 0.

    The slopes of the pieces are m_0, z_2, m_3, z_4, ..., z_n; m_0 may be any number beyond z_1, seen from z_2, and m_3
    any number beyond z_3. All kinks sum up to the given function but for the slope left of all kinks, which is
    lambda (sum of changes of orientation 0) - (1 + lambda) (sum of changes of orientation 1) and has to be m_0.
    """
    s_plus, s_minus = slopes_of(activation)
    gain = s_plus - s_minus
    leak = s_minus / gain
    z_1, z_2, z_3 = slopes[:3]
    towards_0, towards_3 = (-1 if z_1 < z_2 else 1), (-1 if z_3 < z_2 else 1)
    second = 0 if towards_0 == towards_3 else 1
    factor = {0: leak, 1: -(1 + leak)}
    # m_0 = factor[0] (z_2 - m_0) + factor[second] (m_3 - z_2) + factor[1 - second] (z_4 - m_3) + leak (z_n - z_4)
    if len(slopes) == 3:
        rate = factor[second] / (1 + leak)
        rest = (leak - factor[second]) * z_2 / (1 + leak)
    else:
        rate = (factor[second] - factor[1 - second]) / (1 + leak)
        rest = ((leak - factor[second]) * z_2 + factor[1 - second] * slopes[3] + leak * (slopes[-1] - slopes[3])) / (
            1 + leak
        )
    beyond = max(fmpq(0), towards_0 * (z_1 - rest - rate * z_3) / abs(rate)) + 1
    m_3 = z_3 + towards_3 * beyond
    m_0 = rest + rate * m_3
    first_place = line[0] + (line[1] - line[0]) * (z_1 - z_2) / (m_0 - z_2)
    third_place = line[3] - (line[3] - line[2]) * (z_3 - z_2) / (m_3 - z_2)
    kinks = [_Kink(first_place, z_2 - m_0, 0), _Kink(third_place, m_3 - z_2, second)]
    if len(slopes) > 3:
        kinks.append(_Kink(line[3], slopes[3] - m_3, 1 - second))
        kinks += [_Kink(line[j], slopes[j] - slopes[j - 1], 0) for j in range(4, len(slopes))]
    return [kinked_unit(kink.orientation, kink.place, kink.change / gain) for kink in kinks]


def ramps(line: Line, slopes: Line) -> list[HiddenUnit]:
    """ceil(n/2) hard-tanh units for n slopes."""
    units: list[HiddenUnit] = []
    start, end = 0, len(slopes)
    if end % 2 == 0 and end > 0:
        units.append(ramp(line[0], line[1], slopes[0]))
        start = 1
    while start < end:
        stop = block_end(slopes[start:end]) + start
        units += block(line[start : stop + 1], slopes[start:stop])
        start = stop
    return units


def block_end(slopes: Line) -> int:
    """How many of an odd number of slopes the first block takes, so that blocks of an even length but one are left.

    A block is one slope, or begins and ends with slopes of the same sign (0 counts as positive). If the first and
    the last slope differ in sign, there is an odd position p, counted from 1, whose slope has the first one's sign and
    that at p + 2 has not; the block ends at p + 1 if that slope has the first one's sign, else at p, and in the latter
    case the rest, from p + 1 to the end, is one block.
    """
    signs = [z >= 0 for z in slopes]
    if signs[0] == signs[-1]:
        return len(slopes)
    if len(slopes) % 2 == 0:
        raise ArithmeticError("an even number of slopes whose ends differ in sign is no rest of blocks")
    p = next(p for p in range(1, len(slopes), 2) if signs[p - 1] != signs[p + 1])
    return p + 1 if signs[p] == signs[0] else p


def block(line: Line, slopes: Line) -> list[HiddenUnit]:
    """ceil(n/2) hard-tanh units for n slopes of which the first and the last have the same sign.

    The first unit's ramp is so steep that what is missing between the ends has one sign; pairs of neighbours follow.
    """
    n = len(slopes)
    if n == 1:
        return [ramp(line[0], line[1], slopes[0])]
    steep = max(abs(z) for z in slopes)
    if steep == 0:
        return []
    slope = steep if slopes[0] >= 0 and slopes[-1] >= 0 else -steep
    units = [_fractional(line, slopes[0], slopes[-1], slope)]
    inner = [z - slope for z in slopes[1:-1]]
    for j in range(0, n - 2, 2):
        pair = inner[j : j + 2]
        if len(pair) == 1:
            units.append(ramp(line[j + 1], line[j + 2], pair[0]))
        elif any(z != 0 for z in pair):
            units.append(_fractional(line[j + 1 : j + 4], pair[0], pair[1], min(pair) if min(pair) < 0 else max(pair)))
    return units


def _fractional(line: Line, first: Rational, last: Rational, slope: Rational) -> HiddenUnit:
    """The unit with that slope whose ramp covers the shares first/slope and last/slope of the first and last gap."""
    begin = line[1] - (line[1] - line[0]) * first / slope
    end = line[-2] + (line[-1] - line[-2]) * last / slope
    return ramp(begin, end, slope)


THEOREM = Theorem(
    id="two-layer",
    source="exactmem, the capacity of two-layer networks (Theorem 3.3 of Yun-Sra-Jadbabaie 2019 made exact)",
    statement="a 2-layer network fits any labels at N distinct inputs; for d_y = 1 no other needs fewer hidden units",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="regression",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    improves="folklore",
    choices=("u",),
)
