"""Numbers rounded to a given number of significant bits in a stated direction, and matrix norms."""

__all__ = [
    "Rows",
    "Sign",
    "decimal_bound",
    "dot",
    "magnitude",
    "root",
    "rounded",
    "sign",
    "squared_norm",
    "squared_operator_norm",
    "sum_of_roots_sign",
]

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any, Literal

from flint import fmpq

from exactmem.rationals import Direction, Rational, round_dyadic, sqrt_bounds

Rows = Sequence[Sequence[Rational]]
Sign = Literal[-1, 0, 1]


def magnitude(value: Rational) -> int:
    """An integer k with 2**(k - 1) < |value| < 2**(k + 1), for a non-zero value."""
    return int(abs(value.numer()).bit_length()) - int(value.denom().bit_length())


def rounded(value: Rational, bits: int, direction: Direction) -> Rational:
    """A dyadic rational on the stated side of the value, within 2**(1 - bits) of it relatively; 0 stays 0."""
    return value if value == 0 else round_dyadic(value, bits - magnitude(value) + 1, direction)


def root(value: Rational, bits: int, direction: Direction) -> Rational:
    """A dyadic rational on the stated side of sqrt(value), within 2**(1 - bits) of it relatively; value >= 0."""
    if value == 0:
        return value
    low, high = sqrt_bounds(value, max(0, bits + 1 - magnitude(value) // 2))
    return low if direction == "down" else high


def decimal_bound(value: Rational, direction: Direction, digits: int = 6) -> str:
    """A decimal of so many digits on the stated side of the value, for messages: it can be given back as an option."""
    context = Context(prec=digits, rounding=ROUND_FLOOR if direction == "down" else ROUND_CEILING)
    return str(context.divide(Decimal(int(value.numer())), Decimal(int(value.denom())))).lower()


def squared_norm(values: Sequence[Rational]) -> Rational:
    """The sum of the squares, exactly."""
    return sum((v * v for v in values), fmpq(0))


def dot(left: Sequence[Rational], right: Sequence[Rational]) -> Rational:
    """The inner product, exactly."""
    return sum((a * b for a, b in zip(left, right, strict=True)), fmpq(0))


def squared_operator_norm(rows: Rows) -> Rational:
    """An upper bound on the squared spectral norm: min(Frobenius^2, norm_1 * norm_inf); 0 for an empty matrix.

    norm_1 is the largest column sum and norm_inf the largest row sum of absolute values; ||M||^2 is the largest
    eigenvalue of M^T M, at most its trace and at most ||M^T M||_inf <= norm_1 norm_inf.
    """
    if not rows or not rows[0]:
        return fmpq(0)
    absolute = [[abs(v) for v in row] for row in rows]
    largest_row = max(sum(row, fmpq(0)) for row in absolute)
    largest_column = max(sum(column, fmpq(0)) for column in zip(*absolute, strict=True))
    return min(sum((squared_norm(row) for row in rows), fmpq(0)), largest_row * largest_column)


def sum_of_roots_sign(c: Rational, a: Rational, b: Rational) -> Sign:
    """The sign of sqrt(c) - (sqrt(a) + sqrt(b)) for a, b, c >= 0, decided exactly without roots.

    With d = c - a - b the sign is that of d - 2 sqrt(ab): negative for d < 0 (or d = 0 < ab), else that of d^2 - 4ab.
    """
    d = c - a - b
    difference = -(d * d) - 4 * a * b if d < 0 else d * d - 4 * a * b
    return sign(difference)


def sign(value: Any) -> Sign:
    """-1, 0 or 1."""
    return (value > 0) - (value < 0)  # type: ignore[no-any-return]
