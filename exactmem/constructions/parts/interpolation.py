"""Continuous piecewise-linear functions of one number t as sums of ReLU-like units sigma(t - kink).

A function with slope changes c_0, ..., c_n at the kinks k_0 < ... < k_n and value v at t = k_0 is, for t >= k_0,
v + sum_j c_j max(0, t - k_j). One unit per kink does for every pair of slopes: the first unit is s_plus (t - k_0)
there, and supplies the affine part of max(0, t - k_j) = (sigma(t - k_j) - s_minus (t - k_j))/(s_plus - s_minus).
"""

import itertools
from collections.abc import Sequence

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

    The equation holds for t >= kinks[0], the smallest kink.
    Holds for every ReLU-like activation, proved in `proofs/ours/gates.py`. Shapes: one weight per kink.
    """
    s_plus, s_minus = slopes_of(activation)
    kappa = s_minus / (s_plus - s_minus)
    rest = sum(changes[1:], fmpq(0))
    weights = [(changes[0] - kappa * rest) / s_plus, *(change / (s_plus - s_minus) for change in changes[1:])]
    constant = kappa * sum((c * (k - kinks[0]) for c, k in zip(changes, kinks, strict=True)), fmpq(0))
    return weights, constant
