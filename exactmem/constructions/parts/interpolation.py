"""Continuous piecewise-linear functions of one number t as sums of ReLU-like units sigma(t - kink).

A function with slope changes c_0, ..., c_n at the kinks k_0 < ... < k_n and value v at t = k_0 is, for t >= k_0,
v + sum_j c_j max(0, t - k_j). One unit per kink does for every pair of slopes: the first unit is s_plus (t - k_0)
there, and supplies the affine part of max(0, t - k_j) = (sigma(t - k_j) - s_minus (t - k_j))/(s_plus - s_minus).
"""

__all__ = ["slope_changes", "unit_weights", "weights_for"]

import itertools
from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactmem.activations import Activation, slopes_of
from exactmem.rationals import Rational


def slope_changes(knots: Sequence[Rational], values: Sequence[Rational]) -> list[Rational]:
    """The slope of the first piece and then the change of slope at every inner knot.

    Shapes: n + 1 knots and values give n changes, one per knot but the last.
    """
    slopes = [fmpq(0)]
    for (left, right), (low, high) in zip(itertools.pairwise(knots), itertools.pairwise(values), strict=True):
        slopes.append((high - low) / (right - left))
    return [after - before for before, after in itertools.pairwise(slopes)]


def unit_weights(
    kinks: Sequence[Rational], changes: Sequence[Rational], activation: Activation
) -> tuple[list[Rational], Rational]:
    """(weights, constant) with sum_j changes[j] max(0, t - kinks[j]) = weights . sigma(t - kinks) + constant.

    The equation holds for t >= kinks[0], the smallest kink, and for every ReLU-like activation; proved in
    `proofs/ours/interpolation.py`. Shapes: one weight per kink, at least one.
    """
    offsets = [k - kinks[0] for k in kinks]
    weights, constant = weights_for(changes, offsets, *slopes_of(activation))
    return weights, constant


def weights_for(changes: Sequence[Any], offsets: Sequence[Any], s_plus: Any, s_minus: Any) -> tuple[list[Any], Any]:
    """`unit_weights` for any slopes, with offsets[j] = kinks[j] - kinks[0]; rationals or symbols."""
    kappa = s_minus / (s_plus - s_minus)
    weights = [(changes[0] - kappa * sum(changes[1:])) / s_plus, *(c / (s_plus - s_minus) for c in changes[1:])]
    return weights, kappa * sum(c * d for c, d in zip(changes, offsets, strict=True))
