"""Corollary 4.2 at exactly the printed widths, on general and on nasty data."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.constructions.build import build
from exactmem.constructions.corollary_4_2 import least_units, smallest, units_per_gate, unmet
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import DatasetError, NotGeneralPositionError, SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified
from tests.support.general_position_strategies import ACTIVATIONS, activations, general_classification, one_hot_dataset
from tests.support.least_width import assert_builds_at


@given(general_classification(), activations, st.integers(0, 5))
def test_memorizes_at_the_least_width_and_above(data, activation, more):
    (least,) = smallest(Problem(data.N, data.d_x, data.d_y, activation))
    assert_builds_at(data, "4.2", least, more, activation)


@given(st.integers(1, 10**12), st.integers(1, 5000), st.integers(1, 1000), activations)
def test_the_condition_is_compared_exactly(N, d_x, d_y, activation):
    problem = Problem(N, d_x, d_y, activation)
    units = units_per_gate(activation.kind)
    bound = Fraction(units * N, d_x) + units * d_y
    least = least_units(problem)
    assert least >= bound > least - 1
    assert unmet(problem, (least,)) is None
    assert "does not hold" in unmet(problem, (least - 1,))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_one_less_is_refused(activation):
    data = one_hot_dataset([[0, 0], [3, 1], [1, 5], [7, 2]], [0, 1, 0, 1], 2)
    (least,) = smallest(Problem(4, 2, 2, activation))
    with pytest.raises(SizeError, match=rf"N/d_x \+ \d\*d_y does not hold: {least - 1} < {least}") as caught:
        build(data, "4.2", (least - 1,), activation)
    assert caught.value.witness == (least,)
    with pytest.raises(UsageError, match="is about 1 hidden layer: give as many widths, not 2"):
        build(data, "4.2", (least, 1), activation)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize(
    ("inputs", "classes", "d_y"),
    [
        ([[1, 0], [1, 5], [2, 5]], [0, 1, 1], 2),  # x_1 = 1 through the only sample of class 0 hits another one
        ([[1, 1], [-1, -1], [3, 0]], [0, 0, 1], 2),  # the hyperplane of class 0 passes through the origin
        ([[0] * 4, [1] * 4, [2] * 4], [0, 1, 0], 2),  # collinear A, B, A with N <= d_x
        ([[0], [1], [2]], [0, 1, 0], 2),  # the constant of four ReLU-like units per gate matters
        ([[i] for i in range(7)], [0, 1, 2, 0, 1, 2, 0], 3),  # d_x = 1
        ([[i, i] for i in range(6)], [0, 1, 0, 1, 0, 1], 2),  # collinear in the plane: 6 groups, 10/4 gates enough
        ([[5]], [0], 1),  # one sample, one class
    ],
)
def test_nasty_data(activation, inputs, classes, d_y):
    data = one_hot_dataset(inputs, classes, d_y)
    units = units_per_gate(activation.kind)
    groups = max(len(set(classes)), len(classes))
    width = max(least_units(Problem(data.N, data.d_x, d_y, activation)), units * groups)
    construction = build(data, "4.2", (width,), activation)
    assert_memorizes(construction.network, data)
    assert_verified(construction)


@pytest.mark.parametrize("activation", [HARD_TANH, RELU], ids=str)
def test_fifteen_collinear_samples_satisfy_the_printed_assumption_but_not_the_theorem(activation):
    data = one_hot_dataset([[i] * 15 for i in range(15)], [i % 2 for i in range(15)], 2)
    with pytest.raises(NotGeneralPositionError, match="need 15 gates or units, the widths have 3") as caught:
        build(data, "4.2", activation=activation)
    assert len(caught.value.witness) == 3


def test_a_given_scale_is_used_or_refused():
    data = one_hot_dataset([[0], ["1/3"], [1]], [0, 1, 0], 2)
    with pytest.raises(UsageError, match="alpha = 1 is too small"):
        build(data, "4.2", choices=Choices(alpha=fmpq(1)))
    assert_memorizes(build(data, "4.2", choices=Choices(alpha=fmpq(50))).network, data)


def test_labels_must_be_one_hot():
    with pytest.raises(DatasetError, match="not a one-hot code"):
        build(make_dataset([[0], [1]], [0, 1]), "4.2", activation=relu_like(2, 1))
