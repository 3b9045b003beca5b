"""Piecewise-linear functions by ReLU-like units, one per kink."""

import itertools

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.constructions.parts.interpolation import slope_changes, unit_weights
from exactmem.errors import UsageError
from exactmem.testing import rationals

RELU_LIKES = (RELU, relu_like(1, "1/10"), relu_like(1, "999/1000"), relu_like("7/3", "2/5"))


@given(
    st.lists(st.tuples(rationals(), rationals()), min_size=2, max_size=7, unique_by=lambda p: p[0]),
    st.sampled_from(RELU_LIKES),
)
def test_the_units_interpolate_the_given_points(points, activation):
    points = sorted(points)
    knots, values = [k for k, _ in points], [v for _, v in points]
    weights, constant = unit_weights(knots[:-1], slope_changes(knots, values), activation)
    assert len(weights) == len(points) - 1

    def function(t):
        return values[0] + constant + sum(w * activation(t - k) for w, k in zip(weights, knots, strict=False))

    for (left, low), (right, high) in itertools.pairwise(points):
        for part in (fmpq(0), fmpq(1, 3), fmpq(1)):
            assert function(left + part * (right - left)) == low + part * (high - low)


def test_smallest_case_by_hand():
    weights, constant = unit_weights([fmpq(0), fmpq(1)], [fmpq(2), fmpq(-3)], relu_like(2, 1))
    # 2 max(0, t) - 3 max(0, t - 1) with kappa = 1: the first unit is 2 t.
    assert weights == [fmpq(5, 2), -3]
    assert constant == -3


def test_hard_tanh_is_refused():
    with pytest.raises(UsageError, match="not ReLU-like"):
        unit_weights([fmpq(0)], [fmpq(1)], HARD_TANH)
