"""Losses l(z; y) that satisfy Assumption 5.1 (corrected), with exact bounds on their derivatives.

A loss is a function of the residual u = z - y whose only minimum is u = 0, strictly convex and with l''(0) > 0.
"""

__all__ = ["SQUARED_LOSS", "Loss", "PolynomialLoss", "parse_loss", "polynomial"]

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

import sympy
from flint import fmpq

from exactmem.errors import UsageError, printable, quoted
from exactmem.rationals import Rational, rational, shorten, to_text, vector


class Loss(Protocol):
    """What Theorem 5.1 needs of a loss; `y` lets the bounds depend on the label."""

    def value(self, u: Any, y: Rational) -> Any:
        """l(y + u; y) - l(y; y), for a rational or a ball u."""

    def slope(self, u: Any, y: Rational) -> Any:
        """l'(y + u; y), for a rational or a ball u."""

    def curvature(self, y: Rational) -> Rational:
        """l''(y; y), the second derivative at the minimum; positive."""

    def curvature_bound(self, radius: Rational, y: Rational) -> Rational:
        """A rational not below l'' for |u| <= radius."""

    def third_bound(self, radius: Rational, y: Rational) -> Rational:
        """A rational not below |l'''| for |u| <= radius."""

    def to_json(self) -> dict[str, Any]:
        """The `loss` object of a certificate of kind sgd-constants."""


@dataclass(frozen=True)
class PolynomialLoss:
    """l(z; y) = c_2 u^2 + c_3 u^3 + ... with u = z - y; `coefficients` are c_2, c_3, ... . Build with `polynomial`."""

    coefficients: tuple[Rational, ...]

    def value(self, u: Any, y: Rational) -> Any:
        """The loss at residual u."""
        return _horner(self.coefficients, u) * u * u

    def slope(self, u: Any, y: Rational) -> Any:
        """The derivative at residual u."""
        return _horner([k * c for k, c in enumerate(self.coefficients, 2)], u) * u

    def curvature(self, y: Rational) -> Rational:
        """2 c_2."""
        return 2 * self.coefficients[0]

    def curvature_bound(self, radius: Rational, y: Rational) -> Rational:
        """Sum of k (k-1) |c_k| radius^(k-2): an upper bound on l'', equal to it for the squared loss."""
        return _horner([k * (k - 1) * abs(c) for k, c in enumerate(self.coefficients, 2)], radius)

    def third_bound(self, radius: Rational, y: Rational) -> Rational:
        """Sum of k (k-1) (k-2) |c_k| radius^(k-3), at least |l'''|."""
        return _horner([k * (k - 1) * (k - 2) * abs(c) for k, c in enumerate(self.coefficients, 2)][1:], radius)

    def to_json(self) -> dict[str, Any]:
        """The loss by its coefficients from degree 2 on."""
        return {"kind": "polynomial", "coefficients": [to_text(c) for c in self.coefficients]}

    def __str__(self) -> str:
        return " + ".join(f"({to_text(c)}) u^{k}" for k, c in enumerate(self.coefficients, 2) if c != 0)


def _horner(coefficients: Iterable[Rational], u: Any) -> Any:
    return reduce(lambda total, c: total * u + c, reversed(list(coefficients)), fmpq(0))


def polynomial(coefficients: Iterable[Any]) -> PolynomialLoss:
    """The loss c_2 u^2 + c_3 u^3 + ... from its coefficients.

    Raises UsageError where Assumption 5.1 (corrected) fails: c_2 <= 0, or l'' negative somewhere. l'' >= 0 with
    finitely many zeros is decided exactly, by counting the real roots of odd multiplicity of l''.
    """
    values = vector(coefficients)
    while len(values) > 1 and values[-1] == 0:
        values.pop()
    if not values or not values[0] > 0:
        shown = shorten(values[0]) if values else "missing"
        raise UsageError(
            f"the loss has c_2 = {shown}: Theorem 5.1 needs l''(0) = 2 c_2 > 0 at the minimum (with l = u^4 the "
            "matrix H is zero and nothing contracts)"
        )
    u = sympy.Symbol("u")
    terms = [k * (k - 1) * sympy.Rational(int(c.numer()), int(c.denom())) for k, c in enumerate(values, 2)]
    second = sympy.Poly(terms[::-1], u)
    if any(multiplicity % 2 and factor.count_roots() for factor, multiplicity in second.sqf_list()[1]):
        loss = printable(str(PolynomialLoss(tuple(values))))
        raise UsageError(
            f"the loss {loss} is not convex: its second derivative changes sign; "
            "Assumption 5.1 needs a strictly convex loss"
        )
    return PolynomialLoss(tuple(values))


SQUARED_LOSS = polynomial([fmpq(1, 2)])
"""l(z; y) = (z - y)^2 / 2, with l'' = 1."""


def parse_loss(text: str) -> PolynomialLoss:
    """The loss named `squared`, or `polynomial:C2,C3,...`; UsageError for anything else."""
    if text == "squared":
        return SQUARED_LOSS
    head, _, tail = text.partition(":")
    if head == "polynomial" and tail:
        return polynomial(rational(part) for part in tail.split(","))
    raise UsageError(f"unknown loss {quoted(text)}: use squared, or polynomial:C2,C3,... for C2 u^2 + C3 u^3 + ...")
