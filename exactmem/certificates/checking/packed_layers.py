"""All layers of a network at many packed samples at once.

As in packing.py integers v[i], one for each sample i, lie side by side in a long one, the sum of v[i] B^i, where
B = 2^(8 s). It is their list: sums of lists and multiples by an integer are those of the long integers.
Let H be the list of B / 2 at every sample. If every |v[i]| < B / 2, the digits of v + H in base B are v[i] + B / 2.
- The highest bit of such a digit is 1 if and only if v[i] >= 0. Moved to the lowest place of its slot, with 0 at all
  other places, these bits are the list S of 1 where v[i] >= 0, and of 0 elsewhere.
- The digits of S (B - 1) have only bits 1, or only 0. What they leave of the digits of v + H is v[i] + B / 2 where
  v[i] >= 0, else 0; without S times B / 2 it is the list of v[i] where v[i] >= 0, and of 0 elsewhere.

What a layer sees are lists over one denominator each. An activation is its first piece, and what every breakpoint adds
from there on to slope and value. What a skip connection carries on are further units with the identity. `fitted` takes
s from bounds on all integers whose digits are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from .affine_maps import Row, common_denominator
from .networks import FIXED_ACTIVATIONS, Activation, Layer
from .packing import DIGIT, Integers, Records, repeated, taken_apart
from .strict_json import Vector
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

WIDE = 64  # bytes of a slot; longer numbers are not worth while
IDENTITY = FIXED_ACTIVATIONS["identity"]
Unit = tuple[Row, Activation]
Bound = tuple[int, int]  # on the absolute values of integers, and their denominator


def units_of(layers: list[Layer]) -> Iterator[list[Unit]]:
    """The rows of all maps, one after the other, each with its activation."""
    for layer in layers:
        maps = [*layer.inner, *layer.outer]
        for k, affine in enumerate(maps):
            activation = layer.activation if k == len(layer.inner) - 1 else IDENTITY
            first = affine.inputs if k else 0  # of the inputs that are carried on
            carried, rows = range(first, first + maps[0].inputs) if layer.skip else range(0), affine.rows
            further = [(Row([(j, 1)], 0, 1), IDENTITY) for j in carried]
            if carried and k == len(maps) - 1:
                pairs, further = zip(rows, carried, strict=True), []
                rows = [row._replace(entries=[*row.entries, (j, row.denominator)]) for row, j in pairs]
            yield [*[(row, activation) for row in rows], *further]


class Step(NamedTuple):
    """Rows for the integers that come before, each over its denominator, and what becomes of the sums.

    It takes at most `operations` with long integers, and `size` is their work per limb of these.
    """

    units: list[Unit]
    operations: int
    size: int


def step_of(units: list[Unit]) -> Step:
    """The step, with its cost."""
    operations = size = 0
    for row, activation in units:
        weights = [limbs(w) + 1 for _, w in row.entries]
        factors = [limbs(value) for piece in activation.pieces for value in piece]
        others = 8 * len(activation.pieces)
        operations += len(weights) + others
        size += sum(weights) + limbs(row.bias) + others * (limbs(row.denominator) + max(factors))
    return Step(units, operations, size)


class Steps:
    """Maps and activations, for slots of that many bytes: `lists` at once, in which a sample takes `memory` bytes."""

    def __init__(self, steps: list[Step], inputs: int, slot: int, meter: Meter) -> None:
        self.steps, self.inputs, self.slot, self.meter = steps, inputs, slot, meter
        sizes = [inputs, *[len(step.units) for step in steps]]
        self.lists = max([before + after for before, after in pairwise(sizes)]) + 8
        self.memory = 2 * (slot + slot // 15) * self.lists

    def values(self, records: Records) -> Iterator[Vector]:
        """The outputs at every record."""
        slot, many, meter = self.slot, records.many, self.meter
        meter.room(2 * PAIR * self.lists + many * (self.memory + len(self.steps[-1].units) * (PAIR + slot)))
        lists, ones = [records.column(j, slot, meter) for j in range(self.inputs)], repeated(1, slot, many)
        for step in self.steps:
            meter.charge(step.operations * OVERHEAD + step.size * (many * slot // LIMB + 1))
            totals = zip(step.units, sums(step.units, lists, ones), strict=True)
            lists = [activated(activation, total, row, ones, slot) for (row, activation), total in totals]
        meter.charge(8 * OVERHEAD * many * (len(lists) + 1))
        columns = [taken_apart(total, slot, many) for total in lists]
        below = [row.denominator for row, _ in self.steps[-1].units]
        return (list(zip(values, below, strict=True)) for values in zip(*columns, strict=True))


def sums(units: list[Unit], lists: list[int], ones: int) -> Iterator[int]:
    """The rows times the lists; neighbours with the same weights are multiplied once."""
    entries, total = list[tuple[int, int]](), 0
    for row, _ in units:
        if row.entries != entries:
            entries, total = row.entries, sum([w * lists[j] for j, w in row.entries])
        yield total + row.bias * ones if row.bias else total


def activated(activation: Activation, total: int, row: Row, ones: int, slot: int) -> int:
    """The activation of a list over the row's denominator, which it keeps if a piece has a slope."""
    if activation is IDENTITY:
        return total
    top, below, (slope, value) = 8 * slot - 1, row.denominator, activation.pieces[0]
    digits, unit = total + (ones << top), below if moves(activation) else 1
    result = slope * total + value * unit * ones
    for breakpoint, (left, right) in zip(activation.breakpoints, pairwise(activation.pieces), strict=True):
        reached = (digits - breakpoint * below * ones) >> top & ones
        if right[0] != left[0]:
            remaining = digits & ((reached << 8 * slot) - reached)
            result += (right[0] - left[0]) * (remaining - (reached << top))
        if right[1] != left[1]:
            result += (right[1] - left[1]) * unit * reached
    return result


def moves(activation: Activation) -> bool:
    """Whether a piece has a slope."""
    return any(slope for slope, _ in activation.pieces)


def fitted(layers: list[Layer], inputs: int, integers: Integers, meter: Meter) -> Steps | None:
    """The steps through these layers; None where an activation has no pieces, or numbers may be too long for a slot."""
    maps = [affine for layer in layers for affine in (*layer.inner, *layer.outer)]
    pieces = [piece for layer in layers for piece in layer.activation.pieces]
    longest = max([*[affine.longest for affine in maps], *[limbs(value) for piece in pieces for value in piece]])
    if not all(layer.activation.pieces for layer in layers) or DIGIT * (longest - 1) > 8 * WIDE:
        return None
    reach, kept, steps = 1 << 8 * integers.size, 0, list[Step]()
    bounds = [(reach, integers.denominator)] * inputs
    for units in units_of(layers):
        scaled, after = list[Unit](), list[Bound]()
        for row, activation in units:
            kept += (len(row.entries) + 4) * (PAIR + 2 * WIDE)
            meter.room(kept)
            meter.charge(8 * (len(row.entries) + 4) * (OVERHEAD + (WIDE // LIMB) ** 2))
            one = over_one(row, bounds, meter)
            if not one:
                return None
            bound = abs(one.bias) + sum([abs(w) * bounds[j][0] for j, w in one.entries])
            reach = max(reach, bound + one.denominator * max(map(abs, activation.breakpoints), default=0))
            if reach.bit_length() >= 8 * WIDE:
                return None
            scaled.append((one, activation))
            after.append(bound_after(activation, bound, one.denominator))
        steps.append(step_of(scaled))
        bounds = after
    meter.keep(kept)
    return Steps(steps, inputs, reach.bit_length() // 8 + 1, meter)


def over_one(row: Row, bounds: list[Bound], meter: Meter) -> Row | None:
    """The row for the numerators of these fractions; None if its denominator is too long."""
    common = 1
    for j, _ in row.entries:
        if common % bounds[j][1]:
            common = common_denominator((common, bounds[j][1]), meter)
        if common.bit_length() > 8 * WIDE:
            return None
    entries = [(j, w * (common // bounds[j][1])) for j, w in row.entries]
    return Row(entries, row.bias * common, row.denominator * common)


def bound_after(activation: Activation, bound: int, below: int) -> Bound:
    """A bound on the activation of integers with that bound, over that denominator."""
    steepest = max([abs(slope) for slope, _ in activation.pieces])
    largest = max([abs(value) for _, value in activation.pieces])
    return (steepest * bound + largest * below, below) if steepest else (largest, 1)
