"""The claim "needs-units": no network with one hidden layer of so many units fits the samples, by cases."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from .networks import Dataset, read_activation, read_dataset
from .strict_json import Rational, at, each, expect, fields, index_below, rational, text
from .verdicts import OVERHEAD, STEP, Meter, Refuted, limbs

SECTIONS = ("dataset", "refutation")

Range = tuple[int, int]  # both ends included
Box = tuple[Range, Range, Range]  # relu-like: gap, orientation, sign; hard-tanh: first gap, last gap, sign
Split = tuple[int, int, int]  # unit, coordinate, at


class Question(NamedTuple):
    """Is there, for every leaf, no unit in its boxes that its vector does not exclude?

    `pieces` are (s_minus, s_plus) for relu-like, () for hard-tanh; all numbers are positive multiples in integers.
    """

    kind: str
    pieces: tuple[int, ...]
    slopes: list[int]
    vectors: list[list[int]]
    leaves: list[tuple[list[Box], int]]


def cleared(values: list[Fraction], meter: Meter) -> list[int]:
    """The values times their least common denominator."""
    common = 1
    for value in values:
        meter.charge(OVERHEAD + 4 * limbs(common) * limbs(value.denominator))
        common = math.lcm(common, value.denominator)
    meter.charge(sum(OVERHEAD + 4 * limbs(common) * limbs(value.numerator) for value in values))
    return [value.numerator * (common // value.denominator) for value in values]


def slopes_between(dataset: Dataset, meter: Meter) -> list[int]:
    """The slopes over the gaps between neighbouring samples; the inputs must increase."""
    expect(len(dataset.inputs) > 1, "expected at least two samples", "inputs")
    expect(len(dataset.inputs[0]) == 1, "expected one coordinate", "inputs[0]")
    expect(len(dataset.labels[0]) == 1, "expected one coordinate", "labels[0]")
    points = [(Fraction(*x), Fraction(*y)) for (x,), (y,) in zip(dataset.inputs, dataset.labels, strict=True)]
    slopes = []
    for i, ((x, y), (next_x, next_y)) in enumerate(pairwise(points), 1):
        size = sum(limbs(q.numerator) + limbs(q.denominator) for q in (x, y, next_x, next_y))
        meter.charge(STEP + 64 * size * size)
        expect(x < next_x, "expected inputs in increasing order", f"inputs[{i}]")
        slopes.append((next_y - y) / (next_x - x))
    return cleared(slopes, meter)


def read_vector(value: Any, length: int, meter: Meter) -> list[int]:
    entries: list[Rational] = each(value, rational, meter, length=length)
    return cleared([Fraction(*entry) for entry in entries], meter)


def read_tree(tree: Any, kind: str, start: list[Box], vectors: int, meter: Meter) -> list[tuple[list[Box], int]]:
    """The leaves of the tree in order: their boxes, one per unit, and the number of their vector."""
    expect(type(tree) is list, "expected a list")
    leaves: list[tuple[list[Box], int]] = []
    pending = [start]
    for index, item in enumerate(tree):
        meter.charge(STEP + OVERHEAD * len(start))
        expect(len(pending) > 0, "an item after the end of the tree", f"[{index}]")
        boxes = pending.pop()
        if type(item) is list:
            low, high = at(f"[{index}]", split_boxes, item, boxes)
            pending += [side for side in (high, low) if all(has_cell(kind, box) for box in side)]
        else:
            leaves.append((boxes, at(f"[{index}]", index_below, item, vectors)))
    expect(not pending, "the tree ends too early")
    return leaves


def has_cell(kind: str, box: Box) -> bool:
    """Whether a unit's ranges allow any unit: a hard-tanh ramp does not end before it begins."""
    return kind != "hard-tanh" or box[0][0] <= box[1][1]


def split_boxes(item: Any, boxes: list[Box]) -> tuple[list[Box], list[Box]]:
    """The boxes with coordinate <= at, and those with coordinate > at, of one unit.

    The units are numbered so that their first coordinates do not decrease: those of the units before, or after, are
    cut as well.
    """
    expect(len(item) == 3, "expected [unit, coordinate, at]")
    unit = at("[0]", index_below, item[0], len(boxes))
    coordinate = at("[1]", index_below, item[1], 3)
    first, last = boxes[unit][coordinate]
    place = item[2]
    expect(first < last, "a range of one value cannot be split", "[2]")
    expect(type(place) is int and first <= place < last, f"expected an integer from {first} to {last - 1}", "[2]")
    low, high = list(boxes), list(boxes)
    for u, box in enumerate(boxes):
        start, end = box[coordinate]
        if u == unit or (coordinate == 0 and u < unit):
            low[u] = replaced(box, coordinate, (start, min(end, place)))
        if u == unit or (coordinate == 0 and u > unit):
            high[u] = replaced(box, coordinate, (max(start, place + 1), end))
    return low, high


def replaced(box: Box, coordinate: int, value: Range) -> Box:
    ranges = [value if c == coordinate else old for c, old in enumerate(box)]
    return ranges[0], ranges[1], ranges[2]


def read(document: dict[str, Any], meter: Meter) -> Question:
    _, source, activation, units = at("claim", fields, document["claim"], "kind", "source", "activation", "units")
    at("claim", at, "source", text, source)
    dataset = at("dataset", read_dataset, document["dataset"], meter)
    slopes = at("dataset", slopes_between, dataset, meter)
    gaps = len(slopes)
    unit_kind = at("claim", at, "activation", read_activation, activation, meter)
    expect(unit_kind.kind in ("relu-like", "hard-tanh"), "expected relu-like or hard-tanh", "claim.activation")
    count = at("claim", at, "units", index_below, units, gaps)
    second = (0, 1) if unit_kind.kind == "relu-like" else (0, gaps - 1)
    pieces = tuple(slope for slope, _ in unit_kind.pieces) if unit_kind.kind == "relu-like" else ()
    vector_list, tree = at("refutation", fields, document["refutation"], "vectors", "tree")
    vectors = at("refutation", at, "vectors", each, vector_list, read_vector, gaps, meter)
    start: list[Box] = [((0, gaps - 1), second, (0, 1))] * count
    leaves = at("refutation", at, "tree", read_tree, tree, unit_kind.kind, start, len(vectors), meter)
    return Question(unit_kind.kind, pieces, slopes, vectors, leaves)


def products(kind: str, pieces: tuple[int, ...], sums: list[int], box: Box) -> list[int]:
    """The products of a vector with the slopes of the units of output weight 1 that span the cells of a box.

    `sums[k]` is the sum of the vector's first k entries. Relu-like: one kink, at a sample k at an end of a gap.
    Hard-tanh: a ramp of slope 1 between two such samples.
    """
    (first, last), second, _ = box
    if kind == "hard-tanh":
        ends = range(second[0], second[1] + 2)
        return [sums[end] - sums[begin] for begin in range(first, last + 2) for end in ends if begin < end]
    left, right = pieces
    found = []
    for k in range(first, last + 2):
        before, behind = sums[k], sums[-1] - sums[k]
        if second[0] == 0:
            found.append(left * before + right * behind)
        if second[1] == 1:
            found.append(-right * before - left * behind)
    return found


def check(question: Question, meter: Meter) -> str:
    """A summary if every leaf's vector excludes all units in its boxes; else Refuted with the first leaf that fails."""
    kind, pieces, slopes, vectors, leaves = question
    size = max(map(limbs, (*slopes, *pieces, 1)))
    prefix_sums = []
    for vector in vectors:
        meter.charge(sum(OVERHEAD + 2 * limbs(entry) + limbs(entry) * size for entry in vector))
        prefix_sums.append([0, *accumulate(vector)])

    @cache
    def separated(number: int) -> bool:
        return sum(a * b for a, b in zip(vectors[number], slopes, strict=True)) < 0

    @cache
    def excludes(number: int, box: Box) -> bool:
        sums = prefix_sums[number]
        meter.charge(STEP + len(sums) ** 2 * (OVERHEAD + 2 * size * max(map(limbs, sums))))
        found = products(kind, pieces, sums, box)
        positive, negative = box[2]
        return (positive == 1 or min(found) >= 0) and (negative == 0 or max(found) <= 0)

    for leaf, (boxes, number) in enumerate(leaves):
        meter.charge(OVERHEAD * (1 + len(boxes)))
        if not separated(number):
            raise Refuted(f"leaf {leaf}: vector {number} does not have a negative product with the samples' slopes")
        for unit, box in enumerate(boxes):
            if not excludes(number, box):
                raise Refuted(f"leaf {leaf}: vector {number} does not exclude unit {unit} in the box {list(box)}")
    units = len(leaves[0][0])
    return f"needs-units: N = {len(slopes) + 1} samples need more than {units} {kind} units, {len(leaves)} leaves"
