"""The claim "needs-units": no network with one hidden layer of so many units fits the samples, by cases."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple

from .networks import Dataset, read_activation, read_dataset
from .strict_json import Node
from .verdicts import LIMB, OVERHEAD, PAIR, STEP, Meter, Refuted, limbs

SECTIONS = ("dataset", "refutation")

Range = tuple[int, int]  # both ends included
Box = tuple[Range, Range, Range]  # relu-like: gap, orientation, sign; hard-tanh: first gap, last gap, sign
Split = tuple[int, int, int]  # unit, coordinate, at


class Question(NamedTuple):
    """Is there, for every leaf of the tree, no unit in its boxes that its vector does not exclude?

    `pieces` are (s_minus, s_plus) for relu-like, () for hard-tanh; all numbers are positive multiples in integers.
    """

    kind: str
    pieces: tuple[int, ...]
    slopes: list[int]
    vectors: list[list[int]]
    tree: Node
    start: list[Box]


def cleared(values: list[Fraction], meter: Meter) -> list[int]:
    """The values times their least common denominator."""
    common = 1
    for value in values:
        meter.charge(4 * OVERHEAD + 4 * (limbs(common) + 8) * (limbs(value.denominator) + 8))
        common = math.lcm(common, value.denominator)
    meter.charge(sum(4 * OVERHEAD + 4 * limbs(common) * (limbs(value.numerator) + limbs(common)) for value in values))
    meter.keep(sum(PAIR + LIMB * (limbs(common) + limbs(value.numerator)) for value in values))
    return [value.numerator * (common // value.denominator) for value in values]


def slopes_between(node: Node, dataset: Dataset) -> list[int]:
    """The slopes over the gaps between neighbouring samples; the inputs must increase."""
    inputs, labels = (node.member(name).items() for name in ("inputs", "labels"))
    node.member("inputs").expect(len(inputs) > 1, "expected at least two samples")
    inputs[0].expect(len(dataset.inputs[0]) == 1, "expected one coordinate")
    labels[0].expect(len(dataset.labels[0]) == 1, "expected one coordinate")
    points = [(Fraction(*x), Fraction(*y)) for (x,), (y,) in zip(dataset.inputs, dataset.labels, strict=True)]
    slopes = []
    for i, ((x, y), (next_x, next_y)) in enumerate(pairwise(points), 1):
        size = sum(limbs(q.numerator) + limbs(q.denominator) for q in (x, y, next_x, next_y))
        node.meter.charge(16 * STEP + 64 * size * size)
        node.meter.keep(4 * PAIR + 4 * LIMB * size)
        inputs[i].expect(x < next_x, "expected inputs in increasing order")
        slopes.append((next_y - y) / (next_x - x))
    return cleared(slopes, node.meter)


def leaves(tree: Node, kind: str, start: list[Box], vectors: int) -> Iterator[tuple[list[Box], int]]:
    """The leaves of the tree in order: their boxes, one per unit, and the number of their vector.

    Only the boxes that are still to be split are held, and a part shares with the whole those that it does not change.
    """
    pending = [start]
    for item in tree.items():
        tree.meter.charge(4 * STEP + 8 * OVERHEAD * len(start))
        item.expect(len(pending) > 0, "an item after the end of the tree")
        boxes = pending.pop()
        if type(item.value) is list:
            low, high = split_boxes(item, boxes)
            pending += [side for side in (high, low) if all(has_cell(kind, box) for box in side)]
            tree.meter.room(PAIR * (len(tree.value) + 2 * len(pending) * len(start)))
        else:
            yield boxes, item.index(vectors)
    tree.expect(not pending, "the tree ends too early")


def has_cell(kind: str, box: Box) -> bool:
    """Whether a unit's ranges allow any unit: a hard-tanh ramp does not end before it begins."""
    return kind != "hard-tanh" or box[0][0] <= box[1][1]


def split_boxes(item: Node, boxes: list[Box]) -> tuple[list[Box], list[Box]]:
    """The boxes with coordinate <= at, and those with coordinate > at, of one unit.

    The units are numbered so that their first coordinates do not decrease: those of the units before, or after, are
    cut as well.
    """
    first_node, second_node, third = item.items(3)
    unit, coordinate, place = first_node.index(len(boxes)), second_node.index(3), third.value
    first, last = boxes[unit][coordinate]
    third.expect(first < last, "a range of one value cannot be split")
    third.expect(type(place) is int and first <= place < last, f"expected an integer from {first} to {last - 1}")
    low, high = list(boxes), list(boxes)
    for u, box in enumerate(boxes):
        start, end = box[coordinate]
        if u == unit or (coordinate == 0 and u < unit):
            low[u] = replaced(box, coordinate, (start, min(end, place)))
        if u == unit or (coordinate == 0 and u > unit):
            high[u] = replaced(box, coordinate, (max(start, place + 1), end))
    return low, high


def replaced(box: Box, coordinate: int, value: Range) -> Box:
    """The box with another range in one coordinate."""
    ranges = [value if c == coordinate else old for c, old in enumerate(box)]
    return ranges[0], ranges[1], ranges[2]


def read(document: Node) -> Question:
    """The question that a well-formed document asks."""
    _, source, activation, units = document.member("claim").fields("kind", "source", "activation", "units")
    source.text()
    dataset = read_dataset(document.member("dataset"))
    slopes = slopes_between(document.member("dataset"), dataset)
    gaps = len(slopes)
    unit = read_activation(activation)
    activation.expect(unit.kind in ("relu-like", "hard-tanh"), "expected relu-like or hard-tanh")
    second = (0, 1) if unit.kind == "relu-like" else (0, gaps - 1)
    pieces = tuple(slope for slope, _ in unit.pieces) if unit.kind == "relu-like" else ()
    listed, tree = document.member("refutation").fields("vectors", "tree")
    rows = [row.rationals(gaps) for row in listed.items()]
    vectors = [cleared([Fraction(*entry) for entry in row], document.meter) for row in rows]
    start: list[Box] = [((0, gaps - 1), second, (0, 1))] * units.index(gaps)
    for _ in leaves(tree, unit.kind, start, len(vectors)):
        pass  # every item fits
    return Question(unit.kind, pieces, slopes, vectors, tree, start)


def extremes(kind: str, pieces: tuple[int, ...], sums: list[int], box: Box) -> tuple[int, int]:
    """The least and the largest product of a vector with the slopes of the units of weight 1 that span a box's cells.

    `sums[k]` is the sum of the vector's first k entries. Relu-like: one kink, at a sample k at an end of a gap.
    Hard-tanh: a ramp of slope 1 between two such samples; as it moves on, the least and largest sum at a beginning are
    remembered.
    """
    (first, last), second, _ = box
    found = []
    if kind == "hard-tanh":
        least = largest = sums[first]
        for end in range(first + 1, second[1] + 2):
            if end >= second[0]:
                found += [sums[end] - least, sums[end] - largest]
            if end <= last + 1:
                least, largest = min(least, sums[end]), max(largest, sums[end])
        return min(found), max(found)
    left, right = pieces
    for k in range(first, last + 2):
        before, behind = sums[k], sums[-1] - sums[k]
        if second[0] == 0:
            found.append(left * before + right * behind)
        if second[1] == 1:
            found.append(-right * before - left * behind)
    return min(found), max(found)


def prefix_sums(vector: list[int], slopes: list[int], meter: Meter) -> list[int]:
    """The sums of the vector's first entries, for a vector that has a negative product with the slopes; else []."""
    size, longest = max(map(limbs, slopes)), max(map(limbs, vector))
    meter.charge(len(vector) * (4 * OVERHEAD + (2 + size) * (longest + 2)))
    meter.keep(len(vector) * (PAIR + LIMB * (longest + 2)))
    negative = sum(a * b for a, b in zip(vector, slopes, strict=True)) < 0
    return [0, *accumulate(vector)] if negative else []


def check(question: Question, meter: Meter) -> str:
    """A summary if every leaf's vector excludes all units in its boxes; else Refuted with the first leaf that fails."""
    kind, pieces, slopes, vectors, tree, start = question
    sums = [prefix_sums(vector, slopes, meter) for vector in vectors]
    lengths = [max(map(limbs, row), default=1) for row in sums]
    size, count = max(map(limbs, (*pieces, 1))), 0
    for leaf, (boxes, number) in enumerate(leaves(tree, kind, start, len(vectors))):
        if not sums[number]:
            raise Refuted(f"leaf {leaf}: vector {number} does not have a negative product with the samples' slopes")
        for unit, box in enumerate(boxes):
            meter.charge(STEP + (len(slopes) + 2) * (8 * OVERHEAD + 8 * (size + 1) * (lengths[number] + 1)))
            least, largest = extremes(kind, pieces, sums[number], box)
            positive, negative = box[2]
            if (positive == 0 and least < 0) or (negative == 1 and largest > 0):
                raise Refuted(f"leaf {leaf}: vector {number} does not exclude unit {unit} in the box {list(box)}")
        count = leaf + 1
    return f"needs-units: N = {len(slopes) + 1} samples need more than {len(start)} {kind} units, {count} leaves"
