"""Narrow residual networks: every vector of widths with just enough room, for every activation."""

import itertools

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.constructions.build import build
from exactmem.constructions.narrow_resnet import groups_in, smallest, unmet
from exactmem.constructions.theorem_4_1 import smallest as printed_smallest
from exactmem.errors import NotGeneralPositionError, SizeError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified
from exactmem.testing.strategies import general_position_classification, one_hot_dataset
from tests.support.gate_activations import ACTIVATIONS, activations


@settings(max_examples=100)
@given(general_position_classification(max_d_y=4), activations, st.data())
def test_memorizes_with_just_enough_room(data, activation, drawn):
    widths = []
    while groups_in([*widths, 1]) < -(-data.N // data.d_x):
        widths.append(drawn.draw(st.integers(1, 5)))
    widths.append(max(1, data.d_y - 1))
    construction = build(data, "narrow-resnet", widths, activation)
    assert construction.network.widths == tuple(widths)
    assert_memorizes(construction.network, data)


@given(general_position_classification(max_samples=7, max_d_y=4), activations)
def test_defaults_and_widths_one_are_verified(data, activation):
    groups = -(-data.N // data.d_x)
    for widths in (None, (1,) * groups + (max(1, data.d_y - 1),)):
        construction = build(data, "narrow-resnet", widths, activation)
        assert_memorizes(construction.network, data)
        assert_verified(construction)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_every_vector_of_widths_up_to_three(activation):
    data = one_hot_dataset([[0, 0], [2, 1], [1, 3], [5, 4], [4, 9]], [0, 1, 2, 0, 1], 3)
    for layers in (1, 2, 3):
        for widths in itertools.product((1, 2, 3), repeat=layers):
            if groups_in((*widths, 2)) >= 3:
                assert_memorizes(build(data, "narrow-resnet", (*widths, 2), activation).network, data)
            else:
                with pytest.raises(SizeError, match=f"does not hold: 3 > {groups_in((*widths, 2))}"):
                    build(data, "narrow-resnet", (*widths, 2), activation)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_more_classes_than_dimensions_and_a_narrow_last_layer(activation):
    data = one_hot_dataset([[i] for i in range(5)], [4, 0, 3, 1, 2], 5)
    assert smallest(Problem(5, 1, 5, activation)) == (9, 4)
    assert_memorizes(build(data, "narrow-resnet", activation=activation).network, data)
    with pytest.raises(SizeError, match="d_L >= d_y - 1 does not hold: 3 < 4"):
        build(data, "narrow-resnet", (9, 3), activation)


def test_one_layer_is_too_few():
    assert "at least 2 residual layers" in unmet(Problem(1, 1, 1, RELU), (5,))


@given(st.integers(1, 10**12), st.integers(1, 5000), st.integers(1, 1000), activations)
def test_the_condition_is_weaker_than_the_printed_one(N, d_x, d_y, activation):
    problem = Problem(N, d_x, d_y, activation)
    assert unmet(problem, smallest(problem)) is None
    if d_x >= d_y:
        total, last = printed_smallest(problem)
        assert unmet(problem, (total, last)) is None
        assert unmet(problem, (total - 1, 1, last)) is None
        assert smallest(problem)[0] < total
        assert smallest(problem)[1] <= last
    d1, last = smallest(problem)
    if d1 > 1:
        assert "does not hold" in unmet(problem, (d1 - 1, last))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize(
    ("inputs", "classes", "groups"),
    [
        ([[1, 0], [1, 5], [2, 5]], [0, 1, 1], 2),
        ([[0, 3], [0, 4], [0, 5], [1, 0]], [1, 0, 1, 0], 3),  # three samples on a line along the first axis
        ([[3, 0], [4, 0], [5, 0]], [1, 0, 1], 2),  # on a line parallel to the first direction that is tried
        ([[2**70, 1], [2**70 + 1, 1], [2**70, 2], [0, 0]], [0, 1, 0, 1], 2),
        ([[fmpq(1, 10**30), 0], [0, fmpq(1, 10**30)], [1, 1]], [0, 1, 0], 2),
    ],
)
def test_nasty_data(activation, inputs, classes, groups):
    data = one_hot_dataset(inputs, classes, 2)
    for widths in ((1,) * groups + (1,), (2 * groups - 1, 1)):
        assert_memorizes(build(data, "narrow-resnet", widths, activation).network, data)


def test_samples_that_need_more_groups_than_there_is_room_for_are_named():
    data = one_hot_dataset([[i, i, i] for i in range(5)], [0, 1, 0, 1, 0], 2)
    with pytest.raises(NotGeneralPositionError, match="lie on one line") as caught:
        build(data, "narrow-resnet", activation=HARD_TANH)
    assert len(caught.value.witness) == 3
    assert_memorizes(build(data, "narrow-resnet", (7, 1), relu_like(3, 2)).network, data)
