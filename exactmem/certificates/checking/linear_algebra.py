"""Exact vectors and matrices of fractions: inner products, spectral norms and definiteness, in integers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from .metered import Number
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

Matrix = list[list[Fraction]]


class Scaled(NamedTuple):
    """The vector numerators / denominator; `size` is the limbs of its longest numerator."""

    numerators: list[int]
    denominator: int
    size: int


def scaled(values: list[Fraction], meter: Meter) -> Scaled:
    """The vector over one common denominator."""
    common = 1
    for value in values:
        if value.denominator != 1:
            meter.charge(2 * OVERHEAD + 64 * limbs(value.denominator) + 4 * limbs(common) * limbs(value.denominator))
            common = math.lcm(common, value.denominator)
    sizes = [limbs(value.numerator) + limbs(common) for value in values]
    meter.charge(sum([6 * OVERHEAD + 4 * size * limbs(common) for size in sizes]))
    meter.room(sum([PAIR + LIMB * size for size in sizes]))
    numerators = [value.numerator * (common // value.denominator) for value in values]
    return Scaled(numerators, common, max(map(limbs, numerators), default=1))


def dot(left: Scaled, right: Scaled, meter: Meter) -> Fraction:
    """The inner product."""
    size = left.size + right.size + limbs(left.denominator) + limbs(right.denominator)
    meter.charge(len(left.numerators) * (OVERHEAD + left.size * right.size) + 24 * OVERHEAD + 4 * size * size)
    total = sum([a * b for a, b in zip(left.numerators, right.numerators, strict=True)])
    return Fraction(total, left.denominator * right.denominator)


def squared_norm(values: list[Fraction], meter: Meter) -> Fraction:
    """The sum of squares."""
    vector = scaled(values, meter)
    return dot(vector, vector, meter)


def quadratic_gap(x: Number, a: Number, b: Number) -> bool:
    """Whether x >= (a + sqrt(a^2 + b^2))/2, for a >= 0, without roots."""
    return x >= a and 4 * x * (x - a) >= b * b


def squared_norm_at_most(rows: Matrix, bound: Fraction, meter: Meter) -> bool:
    """Whether the matrix's squared spectral norm is at most the bound: bound I - M M^T is positive semidefinite.

    Decided at once where the Frobenius norm or norm_1 norm_inf, which are both at least as large, is at most the bound.
    """
    if not rows or not rows[0]:
        return True
    vectors, used = list[Scaled](), 0
    for row in rows:
        vectors.append(scaled(row, meter))
        used += len(row) * (PAIR + LIMB * vectors[-1].size)
        meter.room(6 * used)  # these, their magnitudes, the columns and the products, of up to twice the size
    squares = [Number(dot(v, v, meter), meter) for v in vectors]
    if sum(squares, Number(0, meter)) <= bound:
        return True
    absolute = [Scaled([abs(a) for a in v.numerators], v.denominator, v.size) for v in vectors]
    ones = Scaled([1] * len(rows[0]), 1, 1)
    columns = [scaled([abs(row[j]) for row in rows], meter) for j in range(len(rows[0]))]
    by_row = max([Number(dot(v, ones, meter), meter) for v in absolute])
    by_column = max([Number(dot(c, Scaled([1] * len(rows), 1, 1), meter), meter) for c in columns])
    if by_row * by_column <= bound:
        return True
    products = [[Fraction(0)] * len(rows) for _ in rows]
    for i, v in enumerate(vectors):
        for j, w in enumerate(vectors[: i + 1]):
            entry = Number(bound if i == j else 0, meter) - dot(v, w, meter)
            used += 2 * PAIR + LIMB * entry.size
            meter.room(6 * used)
            products[i][j] = products[j][i] = entry.value
    return is_semidefinite(products, meter)


def is_semidefinite(matrix: Matrix, meter: Meter) -> bool:
    """Whether a symmetric matrix is positive semidefinite, by fraction-free elimination.

    Only entries on and above the diagonal are used. After step k they are minors of the matrix, so that the division by
    the pivot before is exact. A matrix with a zero on the diagonal is semidefinite only if that row is zero, and then
    the row can be left out.
    """
    size = len(matrix)
    flat = scaled([value for row in matrix for value in row], meter).numerators
    rows = [flat[i * size : (i + 1) * size] for i in range(size)]
    before, longest = 1, max(map(limbs, flat), default=1)
    for k in range(size):
        meter.room(size * size * (PAIR + LIMB * (k + 2) * (longest + 1)))  # minors of order k + 2 at most
        pivot = rows[k][k]
        if pivot < 0 or (pivot == 0 and any(rows[k][k + 1 :])):
            return False
        if pivot == 0:
            continue
        for i in range(k + 1, size):
            eliminate(rows[i], rows[k], pivot, before, k, i, meter)
        before = pivot
    return True


def eliminate(row: list[int], top: list[int], pivot: int, before: int, k: int, start: int, meter: Meter) -> None:
    """row[j] = (row[j] pivot - row[k] top[j]) / before for j >= start, in place."""
    factor = top[start]
    size = limbs(pivot) + limbs(factor) + limbs(before)
    lengths = [limbs(row[j]) + limbs(top[j]) for j in range(start, len(row))]
    meter.charge(sum([4 * OVERHEAD + 2 * (size + 2) * (length + 2) for length in lengths]))
    for j in range(start, len(row)):
        row[j] = (row[j] * pivot - factor * top[j]) // before
