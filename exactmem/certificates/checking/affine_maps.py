"""Matrices and affine maps: what a certificate may say, read into integers."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from .strict_json import Node, Rational, Vector
from .verdicts import LIMB, OVERHEAD, PAIR, STEP, Meter, limbs


class Row(NamedTuple):
    """One output of an affine map: (sum of weight * a[j] over entries (j, weight), plus bias) / denominator."""

    entries: list[tuple[int, int]]
    bias: int
    denominator: int


class Affine(NamedTuple):
    """An affine map; applying it costs at most `overhead`, and `size` for each limb of the longest input.

    `longest` is the limbs of its longest number.
    """

    rows: list[Row]
    inputs: int
    size: int
    overhead: int
    longest: int


Weights = list[tuple[int, Rational]]  # the non-zero weights of a row, each with its column


def nonzero(values: Vector) -> Weights:
    """A row without its zeros."""
    return [(j, value) for j, value in enumerate(values) if value[0]]


def read_sparse(matrix: Node, outputs: int, inputs: int) -> list[Weights]:
    """The rows of a matrix given by its shape and its non-zero entries in row-major order."""
    shape, entries = matrix.fields("shape", "entries")
    fits = [size.index(2**53) for size in shape.items()] == [outputs, inputs]
    shape.expect(fits, f"expected [{outputs}, {inputs}], which fits the layer")
    listed = entries.items() if entries.value != [] else []
    matrix.meter.keep(PAIR * (outputs + len(listed)))
    rows, before = [Weights() for _ in range(outputs)], (-1, -1)
    for entry in listed:
        row, column, weight = entry.items(3)
        place = row.index(outputs), column.index(inputs)
        rows[place[0]].append((place[1], weight.rational()))
        weight.expect(weight.value != "0", "a listed entry is zero")
        entry.expect(before < place, "entries are not strictly increasing in row-major order")
        before = place
    return rows


def read_matrix(matrix: Node, outputs: int, inputs: int) -> list[list[Weights]]:
    """The matrix as a product, rightmost factor first: two factors for the rank-one form, else one."""
    if type(matrix.value) is list:
        return [[nonzero(row.rationals(inputs)) for row in matrix.items(outputs)]]
    if matrix.member("column").value is None:
        return [read_sparse(matrix, outputs, inputs)]
    column, row = matrix.fields("column", "row")
    return [[nonzero(row.rationals(inputs))], [nonzero([weight]) for weight in column.rationals(outputs)]]


def common_denominator(denominators: Iterable[int], meter: Meter) -> int:
    """The least common multiple."""
    common = 1
    for denominator in denominators:
        if denominator != 1:
            meter.charge(2 * OVERHEAD + 64 * limbs(denominator) + 4 * limbs(common) * limbs(denominator))
            common = math.lcm(common, denominator)
    return common


def integer_row(weights: Weights, bias: Rational, scale: int, meter: Meter) -> Row:
    """The row weights * values / scale + bias."""
    terms = [bias, *[value for _, value in weights]]
    common = common_denominator([below for _, below in terms], meter)
    size = limbs(common) + limbs(scale)
    meter.charge(4 * (sum([OVERHEAD + limbs(above) + limbs(below) for above, below in terms]) + size) * size)
    meter.keep(sum([PAIR + LIMB * (limbs(above) + size) for above, _ in terms]))
    entries = [(j, above * (common // below)) for j, (above, below) in weights]
    return Row(entries, bias[0] * (common // bias[1]) * scale, common * scale)


def measured(rows: list[Row], inputs: int) -> Affine:
    """The map with these rows."""
    count, size, longest = 0, 0, 0
    for row in rows:
        lengths = [limbs(row.bias), limbs(row.denominator), *[limbs(weight) for _, weight in row.entries]]
        count, size, longest = count + len(lengths), size + sum(lengths), max(longest, *lengths)
    return Affine(rows, inputs, size + count, OVERHEAD * (count + inputs) + STEP * (len(rows) + 4), longest)


def affine_map(terms: Iterable[tuple[Weights, Rational]], inputs: int, scale: int, meter: Meter) -> Affine:
    """The map values -> weights * values / scale + bias, from the weights and the bias of each row."""
    return measured([integer_row(weights, bias, scale, meter) for weights, bias in terms], inputs)


def read_affine(matrix: Node, bias: Node, inputs: int, scale: int) -> list[Affine]:
    """The map matrix * values / scale + bias, as maps to be applied one after the other."""
    biases, maps = bias.rationals(), list[Affine]()
    factors = read_matrix(matrix, len(biases), inputs)
    for factor, shifts in zip(factors, [[(0, 1)], biases][-len(factors) :], strict=True):
        maps.append(affine_map(zip(factor, shifts, strict=True), inputs, scale, bias.meter))
        inputs, scale = len(maps[-1].rows), 1
    return maps
