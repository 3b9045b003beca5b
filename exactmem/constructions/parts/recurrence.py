"""Layer 2 of Theorem 3.1 by the O(p) recurrence for equation (7).

Notation and proof are those of `layer2_recurrence.py` and `layer2_scale.py` in `proofs/yun2019/theorem_3_1/`: unit k
passes the member i_{k,j} of every block j, at the distances u_j and v_j from the ends of the block. Inside block j its
pre-activation is linear with the slope s_j S_j, s_j = o (-1)^(j-1), and

    u_{j+1} S_{j+1} = v_j S_j + s_{j+1} (y_{j+1} - y_j),    W_{k,j} = o (u_j + v_j) S_j / 2.

A block's distances only matter up to a common factor, so they are integers, as are the labels over their common
denominator. Every step multiplies and adds short fractions to a long one, which keeps it in lowest terms cheaply.
"""

__all__ = [
    "MAX_DENOMINATOR_BITS",
    "Block",
    "Passage",
    "by_unit",
    "layer1",
    "layer2_unit",
    "layer2_values",
    "member",
    "midpoints_of",
    "padded_line",
    "passages",
]

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flint import fmpq

from exactmem.constructions.theorem import Choices
from exactmem.errors import UsageError
from exactmem.rationals import Rational, over_common_denominator, shorten

Block = Sequence[Rational]

MAX_DENOMINATOR_BITS = 256
"""Where the line's common denominator is longer, every member's distances are cleared of denominators by themselves."""


def member(j: int, k: int, q: int) -> int:
    """i_{k,j}: the sample (1-based) that unit k of layer 2 passes in block j."""
    return (j - 1) * q + k if j % 2 == 1 else j * q + 1 - k


def by_unit(values: Sequence[Any], q: int) -> list[tuple[Any, ...]]:
    """Entry k - 1: the values of the members i_{k,1}, ..., i_{k,p}, out of those of the samples 1, ..., pq."""
    blocks = [values[first : first + q] for first in range(0, len(values), q)]
    return list(zip(*(block[::-1] if j % 2 else block for j, block in enumerate(blocks)), strict=True))


class Passage(NamedTuple):
    """Where unit k passes, block by block: integer distances of its member, in a unit of length of the block's own.

    u, v: to the left and the right end of the block; left, right: to the next points that the unit has to clip, 0 where
    the block has none.
    """

    k: int
    u: tuple[int, ...]
    v: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]


def passages(line: Sequence[Any], q: int, clip_ends: bool = False) -> list[Passage]:
    """The passages of units 1, ..., q along `line` = c_0 .. c_{pq+1}, rationals (or all of them Python integers).

    With `clip_ends` the units are to be clipped at the outermost midpoints as well, hence everywhere beyond them.
    """
    _, numbers = over_common_denominator(line, MAX_DENOMINATOR_BITS)
    none = type(numbers[0])(0)
    u: list[Any] = []
    v: list[Any] = []
    left: list[Any] = []
    right: list[Any] = []
    for first in range(1, len(numbers) - 1, q):
        low, high = numbers[first - 1] + numbers[first], numbers[first + q - 1] + numbers[first + q]
        own = [2 * c for c in numbers[first : first + q]]
        gaps = [b - a for a, b in itertools.pairwise(own)]
        u += [c - low for c in own]
        v += [high - c for c in own]
        left += [none, *gaps]
        right += [*gaps, none]
    if clip_ends:  # only the outermost samples: the ends are farther away than any neighbour
        left[0], right[-1] = u[0], v[-1]
    columns: Iterable[Sequence[int]] = (u, v, left, right)
    if type(none) is not int:
        distances = zip(*columns, strict=True)
        columns = list(zip(*(over_common_denominator(four)[1] for four in distances), strict=True))
    units = zip(*(by_unit(column, q) for column in columns), strict=True)
    return [Passage(k, *unit) for k, unit in enumerate(units, 1)]


def layer2_unit(passage: Passage, labels: Block, choices: Choices) -> tuple[list[Rational], Rational]:
    """A unit's row of W^2 and entry of b^2: pre-activation y_j at its members, outside (-1, 1) at all other samples.

    Arguments and errors as for `layer2_values`.
    """
    weights = _weights(passage, labels, choices)
    return weights, (_value(passage, labels, weights, 0) + _value(passage, labels, weights, len(weights))) / 2


def layer2_values(passage: Passage, labels: Block, choices: Choices) -> list[Rational]:
    """Z_0, ..., Z_p: the pre-activation of a unit of layer 2 at the midpoints; it is linear between them.

    `labels` holds the labels y_1, ..., y_p of its members, in [-1, 1]. The scale is the least that clips every other
    sample unless `choices` says otherwise; UsageError when a given alpha is below it.
    """
    weights = _weights(passage, labels, choices)
    return [_value(passage, labels, weights, j) for j in range(len(weights) + 1)]


def _value(passage: Passage, labels: Block, weights: Block, j: int) -> Rational:
    """Z_j, along the slope 2 (-1)^(j-1) W_j / (u_j + v_j) from block j's member to its end; Z_0 from block 1's."""
    i = max(j - 1, 0)
    u, v = passage.u[i], passage.v[i]
    rise = weights[i] * fmpq(2 * (v if j else -u), u + v)
    return labels[i] + (rise if i % 2 == 0 else -rise)


def _weights(passage: Passage, labels: Block, choices: Choices) -> list[Rational]:
    """W_1, ..., W_p: from the binding block's weight at the least scale, or from W_1 where the scale is chosen."""
    sign = 1 if passage.k % 2 == 1 else -1
    denominator, integers = over_common_denominator(labels)
    signed = list(integers)
    falling = slice(passage.k % 2, None, 2)
    signed[falling] = [-y for y in signed[falling]]
    binding, least = _binding_block(passage, signed, denominator), None
    if binding is not None:
        j, need, distance = binding
        weight = fmpq(sign * need * (passage.u[j] + passage.v[j]), 2 * denominator * distance)
        weights = _all_weights(passage, signed, 2 * sign * denominator, j, weight)
        if choices.alpha is None and choices.precision is None:
            return weights
        least = -sign * _value(passage, labels, weights, 0)
    first_value = -sign * _scale(least, passage.k, choices)
    weight = (labels[0] - first_value) * fmpq(passage.u[0] + passage.v[0], 2 * passage.u[0])
    return _all_weights(passage, signed, 2 * sign * denominator, 0, weight)


def _binding_block(passage: Passage, signed: Sequence[int], denominator: int) -> tuple[int, int, int] | None:
    """(j, a, b) with S_j = (a/b) / denominator in block j (counted from 0) at the least scale; None if any scale does.

    Backwards, n/d is the least S_j (times the denominator) for which blocks j, ..., p clip what they have to; -1/0
    stands for minus infinity.
    """
    binding = None
    n, d, u_after, y_after = -1, 0, 1, 0
    blocks = list(zip(passage.u, passage.v, passage.left, passage.right, signed, strict=True))
    for j in range(len(blocks) - 1, -1, -1):
        u, v, left, right, y = blocks[j]
        n, d = u_after * n - (y_after + y) * d, v * d
        a, b = denominator - y, right
        if left and (not right or (denominator + y) * right > a * left):
            a, b = denominator + y, left
        if b and a * d > n * b:
            n, d, binding = a, b, (j, a, b)
        u_after, y_after = u, y
    return binding


def _scale(least: Rational | None, k: int, choices: Choices) -> Rational:
    """Alpha: the given one if it is large enough, else the least, rounded up if a precision is asked for."""
    if choices.alpha is not None:
        if least is not None and choices.alpha < least:
            raise UsageError(
                f"alpha = {shorten(choices.alpha)} is too small: unit {k} of layer 2 needs at least {shorten(least)}"
            )
        return choices.alpha
    return choices.rounded(least if least is not None else fmpq(0), "up")


def _all_weights(passage: Passage, signed: Sequence[int], scale: int, j: int, weight: Rational) -> list[Rational]:
    """W_1, ..., W_p, given the weight of block j (counted from 0), by the recurrence in both directions."""
    u, v = passage.u, passage.v
    lengths = [a + b for a, b in zip(u, v, strict=True)]
    rises = [a + b for a, b in itertools.pairwise(signed)]
    after = zip(v[j:], u[j + 1 :], lengths[j:], lengths[j + 1 :], rises[j:], strict=False)
    columns = (u[1 : j + 1], v[:j], lengths[1 : j + 1], lengths[:j], rises[:j])
    before = zip(*map(reversed, columns), strict=True)
    return [*_continued(weight, before, -scale)[::-1], weight, *_continued(weight, after, scale)]


def _continued(weight: Rational, steps: Iterable[tuple[int, ...]], scale: int) -> list[Rational]:
    """The weights of the following blocks, from u' S' = v S + rise for S = weight * scale / length.

    A step is (v, u', length, length', rise); in the other direction u and v change places and the scale its sign.
    """
    weights = []
    for v, u, length, next_length, rise in steps:
        weight = (weight * (v * scale) + rise * length) * fmpq(next_length, u * length * scale)
        weights.append(weight)
    return weights


def layer1(midpoints: Block) -> tuple[list[Rational], list[Rational]]:
    """Slopes and biases of layer 1: unit j maps [m_{j-1}, m_j] onto [-1, 1], rising for odd j, falling for even j."""
    slopes, biases = [], []
    for j, (left, right) in enumerate(itertools.pairwise(midpoints), 1):
        sign = 1 if j % 2 == 1 else -1
        slopes.append(sign * 2 / (right - left))
        biases.append(-sign * (right + left) / (right - left))
    return slopes, biases


def midpoints_of(line: Sequence[Any], q: int) -> list[Rational]:
    """m_0, ..., m_p: the ends of the blocks of q samples on line = c_0 .. c_{pq+1}."""
    return [fmpq(line[last] + line[last + 1]) / 2 for last in range(0, len(line) - 1, q)]


def padded_line(projected: Sequence[Rational], count: int, delta: Rational) -> list[Rational]:
    """c_0, ..., c_{count+1}: the sorted projections, virtual samples to their right, and one beyond each end."""
    line = [projected[0] - delta, *projected]
    while len(line) < count + 2:
        line.append(line[-1] + delta)
    return line
