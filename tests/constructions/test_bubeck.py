"""Bubeck et al. with the corrected delta, tau and affine w: real labels, four units per group and output."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.bubeck import least_units, tilt, unmet
from exactmem.constructions.build import build
from exactmem.datasets import make_dataset
from exactmem.errors import NotGeneralPositionError, SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified
from exactmem.testing.strategies import general_position_regression
from tests.support.gate_activations import RELU_LIKES, relu_likes


@given(general_position_regression(), relu_likes, st.integers(0, 3))
def test_memorizes_real_labels(data, activation, more):
    least = 4 * data.d_y * -(-data.N // data.d_x)
    construction = build(data, "bubeck", (least + more,), activation)
    assert construction.network.widths == (least + more,)
    assert_memorizes(construction.network, data)
    if more == 0:
        assert_verified(construction)
        with pytest.raises(SizeError, match=f"{least - 1} < {least}"):
            build(data, "bubeck", (least - 1,), activation)


@pytest.mark.parametrize("activation", RELU_LIKES, ids=str)
@pytest.mark.parametrize(
    ("inputs", "labels"),
    [
        ([[0]], [1]),  # v . x = y has no solution at x = 0
        ([[1, 1], [2, 2]], [1, 0]),  # independent, but (x_i . v) = y_i is inconsistent
        ([[0], [1], [2], [4]], [0, 1, 0, 10**9]),  # labels of very different size
        ([[1, 0], [1, 5], [2, 5]], [7, -7, 0]),
        ([[2**70, 0], [2**70 + 1, 1], [0, 3]], ["1/3", "-1e-30", "1e30"]),
    ],
)
def test_nasty_data(activation, inputs, labels):
    data = make_dataset(inputs, labels)
    assert_memorizes(build(data, "bubeck", activation=activation).network, data)


def test_tilt_serves_both_shifts():
    h, w, tau = [fmpq(0), fmpq(4)], [fmpq(5), fmpq(0)], fmpq(1)
    # |0 +- 1|/5 = 1/5, no condition where w = 0.
    assert tilt(h, w, tau) == fmpq(1, 10)
    # min(|3 + 1|, |3 - 1|)/40 = 1/20, on either side.
    assert tilt([*h, fmpq(3)], [*w, fmpq(-40)], tau) == tilt([*h, fmpq(-3)], [*w, fmpq(40)], tau) == fmpq(1, 40)
    assert tilt([fmpq(9)], [fmpq(0)], tau) == fmpq(1, 2)


def test_refusals():
    with pytest.raises(UsageError, match="is about relu-like activations, not hard-tanh"):
        build(make_dataset([[0]], [1]), "bubeck", activation=HARD_TANH)
    collinear = make_dataset([[i, i] for i in range(4)], [0, 1, 0, 1])
    with pytest.raises(NotGeneralPositionError, match="lie on one hyperplane"):
        build(collinear, "bubeck")
    assert_memorizes(build(collinear, "bubeck", (16,)).network, collinear)
    assert least_units(Problem(10**12, 1000, 3, RELU)) == 12 * 10**9
    assert "1 hidden widths" in unmet(Problem(1, 1, 1, RELU), (4, 4))
