"""Exact vectors and matrices of fractions: inner products, spectral norms and definiteness, in integers."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from .verdicts import OVERHEAD, Meter, limbs

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
            meter.charge(OVERHEAD + 4 * limbs(common) * limbs(value.denominator))
            common = math.lcm(common, value.denominator)
    meter.charge(sum([OVERHEAD + limbs(value.numerator) * limbs(common) for value in values]))
    numerators = [value.numerator * (common // value.denominator) for value in values]
    return Scaled(numerators, common, max(map(limbs, numerators), default=1))


def dot(left: Scaled, right: Scaled, meter: Meter) -> Fraction:
    """The inner product."""
    size = left.size + right.size + limbs(left.denominator) + limbs(right.denominator)
    meter.charge(len(left.numerators) * (OVERHEAD + left.size * right.size) + OVERHEAD + 4 * size * size)
    total = sum([a * b for a, b in zip(left.numerators, right.numerators, strict=True)])
    return Fraction(total, left.denominator * right.denominator)


def squared_norm(values: list[Fraction], meter: Meter) -> Fraction:
    """The sum of squares."""
    vector = scaled(values, meter)
    return dot(vector, vector, meter)


def quadratic_gap(x: Fraction, a: Fraction, b: Fraction) -> bool:
    """Whether x >= (a + sqrt(a^2 + b^2))/2, for a >= 0, without roots."""
    return x >= a and 4 * x * (x - a) >= b * b


def squared_norm_at_most(rows: Matrix, bound: Fraction, meter: Meter) -> bool:
    """Whether the matrix's squared spectral norm is at most the bound: bound I - M M^T is positive semidefinite.

    Decided at once where the Frobenius norm or norm_1 norm_inf, which are both at least as large, is at most the bound.
    """
    if not rows or not rows[0]:
        return True
    vectors = [scaled(row, meter) for row in rows]
    if sum((dot(v, v, meter) for v in vectors), Fraction(0)) <= bound:
        return True
    absolute = [Scaled([abs(a) for a in v.numerators], v.denominator, v.size) for v in vectors]
    ones = Scaled([1] * len(rows[0]), 1, 1)
    columns = [scaled([abs(row[j]) for row in rows], meter) for j in range(len(rows[0]))]
    by_row = max(dot(v, ones, meter) for v in absolute)
    by_column = max(dot(c, Scaled([1] * len(rows), 1, 1), meter) for c in columns)
    if by_row * by_column <= bound:
        return True
    products = [
        [(bound if i == j else 0) - dot(v, w, meter) for j, w in enumerate(vectors)] for i, v in enumerate(vectors)
    ]
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
    before = 1
    for k in range(size):
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
    meter.charge(sum([OVERHEAD + size * (limbs(row[j]) + limbs(top[j])) for j in range(start, len(row))]))
    for j in range(start, len(row)):
        row[j] = (row[j] * pivot - factor * top[j]) // before
