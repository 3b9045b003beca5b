"""Seeded rational draws in the place of Gaussian and Haar ones; no float is involved, so that a seed means one draw."""

__all__ = ["BITS", "ORTHONORMAL", "SUMMANDS", "Vector", "dot", "gaussian", "gaussian_rows", "orthonormal_rows", "signs"]

import random
from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from exactmem.errors import UsageError, quoted
from exactmem.rationals import Rational

Vector = list[Rational]

ORTHONORMAL = ("householder", "cayley")
"""The ways to orthonormal rows."""

SUMMANDS, BITS = 12, 16
"""A draw is the sum of 12 uniform integers of 16 bits, centred and divided by 2^16: mean 0, variance 1 - 2^-32."""


def gaussian(source: random.Random) -> Rational:
    """One multiple of 2^-17 in (-6, 6), in the place of a standard normal number."""
    total = sum(source.getrandbits(BITS) for _ in range(SUMMANDS))
    return fmpq(2 * total - SUMMANDS * (2**BITS - 1), 2 ** (BITS + 1))


def gaussian_rows(seed: int, purpose: str, count: int, length: int) -> list[Vector]:
    """The first `count` rows of the seed's sequence for that purpose; more rows continue the same sequence."""
    source = random.Random(f"{purpose} {length} {seed}")
    return [[gaussian(source) for _ in range(length)] for _ in range(count)]


def signs(seed: int, purpose: str, count: int) -> list[int]:
    """The first `count` of the seed's sequence of labels 1 and -1."""
    source = random.Random(f"{purpose} {seed}")
    return [1 - 2 * source.getrandbits(1) for _ in range(count)]


def orthonormal_rows(seed: int, count: int, length: int, method: str = "householder") -> list[Vector]:
    """The first `count` rows, orthonormal and rational, of a seeded orthogonal matrix.

    By a method of ORTHONORMAL: a product of `length` Householder reflections I - 2 v v^T/(v . v), or Cayley's
    (I - A)(I + A)^-1 for a skew A, of seeded small integers. UsageError for count > length and another method.
    """
    if count > length:
        raise UsageError(f"{count} orthonormal rows do not exist in dimension {length}: ask for {length} at most")
    if method not in ORTHONORMAL:
        raise UsageError(f"unknown method {quoted(method)}: use {' or '.join(ORTHONORMAL)}")
    return _householder(seed, count, length) if method == "householder" else _cayley(seed, count, length)


def _householder(seed: int, count: int, length: int) -> list[Vector]:
    rows = [[fmpq(int(j == k)) for k in range(length)] for j in range(count)]
    source = random.Random(f"reflections {length} {seed}")
    for _ in range(length):
        v = [fmpq(source.getrandbits(4) - 7) for _ in range(length)]
        square = dot(v, v)
        if square != 0:
            rows = [_reflected(row, v, 2 * dot(row, v) / square) for row in rows]
    return rows


def _cayley(seed: int, count: int, length: int) -> list[Vector]:
    source = random.Random(f"skew matrix {length} {seed}")
    skew = fmpq_mat(length, length)
    for j in range(length):
        for k in range(j):
            skew[j, k] = fmpq(source.getrandbits(4) - 7)
            skew[k, j] = -skew[j, k]
    one = fmpq_mat([[int(j == k) for k in range(length)] for j in range(length)])
    # (I - A) and (I + A)^-1 commute, and I + A is invertible: v . (I + A) v = v . v.
    rows: list[Vector] = (one + skew).solve(one - skew).table()
    return rows[:count]


def _reflected(row: Vector, v: Vector, factor: Rational) -> Vector:
    return [a - factor * b for a, b in zip(row, v, strict=True)]


def dot(left: Sequence[Rational], right: Sequence[Rational]) -> Rational:
    """The inner product."""
    return sum((a * b for a, b in zip(left, right, strict=True)), fmpq(0))
