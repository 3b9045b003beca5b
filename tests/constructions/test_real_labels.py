"""Real labels by peeling: the least width for every activation and number of outputs, and affine labels for free."""

import math
from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions import bubeck
from exactmem.constructions.build import build
from exactmem.constructions.real_labels import carrier, condition_text, core_fit, least_units, unmet
from exactmem.datasets import make_dataset
from exactmem.errors import NotGeneralPositionError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes
from exactmem.testing.strategies import general_position_regression
from tests.support.gate_activations import ACTIVATIONS, activations
from tests.support.least_width import assert_builds_at


@settings(max_examples=120)
@given(general_position_regression(max_samples=10, max_d_y=4), activations, st.integers(0, 3))
def test_memorizes_at_the_least_width_and_above(data, activation, more):
    least = least_units(Problem(data.N, data.d_x, data.d_y, activation))
    assert_builds_at(data, "real-labels", least, more, activation)


@given(st.integers(1, 10**12), st.integers(1, 5000), activations)
def test_scalar_labels_need_less_than_half_the_units_of_bubeck(N, d_x, activation):
    problem = Problem(N, d_x, 1, activation)
    least = least_units(problem)
    assert 2 * least < bubeck.least_units(problem)
    assert least == max(1, N - 1 if d_x == 1 else 2 * -(-(N - 1) // d_x) - 1)
    assert unmet(problem, (least,)) is None
    assert "does not hold" in unmet(problem, (least - 1,))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize(
    ("inputs", "labels", "width"),
    [
        ([[5, 5]], [[1, 2, 3]], 1),
        ([[i, i * i] for i in range(40)], [[3 * i - i * i] for i in range(40)], 1),  # affine labels
        ([[i] for i in range(7)], [(-1) ** i for i in range(7)], 6),  # d_x = 1: N - 1 units
        ([[0, 0], [1, 0], [0, 1], [1, 1]], [0, 1, 1, 0], 3),
        ([[2**70, 0], [2**70 + 1, 1], [0, 3], [1, 1]], ["1/3", "-1e-30", "1e30", 0], 3),
        ([[1, 0], [1, 5], [2, 5], [3, 1]], [[7, 1, 0], [-7, 0, 0], [0, 0, 1], [0, 0, 0]], 4),
    ],
)
def test_nasty_data(activation, inputs, labels, width):
    data = make_dataset(inputs, labels)
    least = least_units(Problem(data.N, data.d_x, data.d_y, activation))
    construction = build(data, "real-labels", (max(width, least),), activation)
    assert_memorizes(construction.network, data)
    used = [row for row in construction.network.layers[0].weight.rows if any(v != 0 for v in row)]
    assert len(used) <= width


def test_what_a_core_is():
    data = make_dataset([[0], [1], [2], [3]], [1, 3, 5, 8])
    assert core_fit(data, [0, 1, 2]) == [([2], 1)]
    assert core_fit(data, [0, 1, 2, 3]) is None
    assert core_fit(data, [3, 2]) == [([3], -1)]


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_one_unit_carries_an_affine_function(activation):
    data = make_dataset([[-7, 2], [5, "1/3"], [0, 0]], [0, 0, 0])
    direction = [fmpq(2), fmpq(-3, 4)]
    scale, bias, gain, constant = carrier(data, direction, activation)
    for x in data.inputs:
        t = sum(a * b for a, b in zip(direction, x, strict=True))
        assert gain * activation(scale * t + bias) + constant == t


def test_refusals():
    grid = make_dataset([[i, i] for i in range(9)], [(i * i) % 5 for i in range(9)])
    with pytest.raises(NotGeneralPositionError, match="lie on one hyperplane") as caught:
        build(grid, "real-labels", activation=HARD_TANH)
    assert len(caught.value.witness) == 3
    assert_memorizes(build(grid, "real-labels", (14,), RELU).network, grid)
    assert "1 hidden widths" in unmet(Problem(1, 1, 1, RELU), (4, 4))


@given(N=st.integers(2, 60), d_x=st.integers(1, 9), d_y=st.integers(1, 9))
def test_the_condition_that_is_told_is_the_one_that_is_executed(N, d_x, d_y):
    told = condition_text(RELU.kind).removeprefix("d1 >= ")
    value = eval(told, {"ceil": math.ceil, "min": min, "N": Fraction(N), "d_x": d_x, "d_y": d_y})
    assert value == least_units(Problem(N, d_x, d_y, RELU))
