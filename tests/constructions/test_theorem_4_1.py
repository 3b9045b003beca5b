"""Theorem 4.1 for every vector of widths that satisfies the printed condition, odd and one included."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.build import build
from exactmem.constructions.corollary_4_2 import units_per_gate
from exactmem.constructions.parts.hyperplanes import Hyperplane, heights
from exactmem.constructions.theorem import Choices
from exactmem.constructions.theorem_4_1 import gate_places, last_width, least_units, push_length, smallest, unmet
from exactmem.errors import SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified
from tests.support.general_position_strategies import (
    ACTIVATIONS,
    activations,
    general_classification,
    one_hot_dataset,
    split,
)


def compositions(total):
    """Every vector of positive widths with this sum."""
    if total == 0:
        return [()]
    return [(first, *rest) for first in range(1, total + 1) for rest in compositions(total - first)]


@settings(max_examples=80)
@given(general_classification(narrow=True), activations, st.data())
def test_memorizes_at_just_sufficient_widths_of_any_shape(data, activation, drawn):
    total, last = smallest(Problem(data.N, data.d_x, data.d_y, activation))
    widths = (*split(total, drawn.draw), last)
    construction = build(data, "4.1", widths, activation)
    assert construction.network.widths == widths
    assert_memorizes(construction.network, data)


@given(general_classification(narrow=True, max_samples=6), activations)
def test_all_widths_one_and_the_default(data, activation):
    total, last = smallest(Problem(data.N, data.d_x, data.d_y, activation))
    for widths in ((1,) * total + (last,), None):
        construction = build(data, "4.1", widths, activation)
        assert_memorizes(construction.network, data)
        assert_verified(construction)


def test_every_split_of_seven_hard_tanh_units():
    """N = 3, d_x = d_y = 2 needs 7 units: all 64 ways to share them out among layers."""
    data = one_hot_dataset([[0, 0], [2, 1], [1, 3]], [0, 1, 0], 2)
    assert smallest(Problem(3, 2, 2, HARD_TANH)) == (7, 2)
    for widths in compositions(7):
        assert_memorizes(build(data, "4.1", (*widths, 2), HARD_TANH).network, data)


def test_a_split_gate_needs_u_k_to_be_non_negative():
    """The samples on which the halves of a gate do not cancel when they are oriented the wrong way."""
    data = one_hot_dataset([[3, 3], [-3, -3], [-3, -1], [3, -2]], [0, 0, 1, 1], 2)
    total, last = smallest(Problem(4, 2, 2, HARD_TANH))
    assert_memorizes(build(data, "4.1", (1,) * total + (last,), HARD_TANH).network, data)


def test_the_papers_threshold_for_beta_is_not_enough():
    """Here the smallest beta that separates the classes puts a pushed sample on a later hyperplane."""
    data = one_hot_dataset([[1, 3], [1, 2], [3, 3], [2, 4]], [0, 0, 1, 1], 2)
    for activation in ACTIVATIONS:
        assert_memorizes(build(data, "4.1", activation=activation).network, data)


@given(general_classification(narrow=True))
def test_beta_keeps_pushed_samples_off_every_hyperplane(data):
    classes = [y.index(fmpq(1)) for y in data.labels]
    planes = [Hyperplane((i,), tuple(fmpq(j - i) for j in range(data.d_x)), fmpq(1)) for i in range(3)]
    table = heights(planes, data.inputs)
    beta = push_length(data.inputs, classes, planes, table)
    for plane in planes:
        for x, k in zip(data.inputs, classes, strict=True):
            pushed = [v + (beta if j == k else 0) for j, v in enumerate(x)]
            assert plane.u[k] == 0 or plane(pushed) != 0
            assert pushed[k] >= max(other[k] for other in data.inputs) + 1


def test_a_given_scale_must_do_for_pushed_samples_too():
    """alpha = 1/3 clips every original sample, but after the first layer a pushed one is at distance 1."""
    data = one_hot_dataset([[3, -3], [0, 4], [0, -3], [4, 1]], [0, 0, 1, 1], 2)
    with pytest.raises(UsageError, match="alpha = 1/3 is too small: a gate needs at least 1"):
        build(data, "4.1", (2, 2, 2, 2, 2), HARD_TANH, Choices(alpha=fmpq(1, 3)))
    assert_memorizes(build(data, "4.1", (2, 2, 2, 2, 2), HARD_TANH, Choices(alpha=fmpq(1))).network, data)


def test_where_gates_fit():
    assert gate_places((4, 1, 2), HARD_TANH) == [(0,), (0,), (2,)]
    assert gate_places((1, 1, 1, 1, 1), HARD_TANH) == [(0, 1), (2, 3)]
    assert gate_places((1, 3, 1, 1), HARD_TANH) == [(1,), (2, 3)]
    assert gate_places((1, 1, 7, 9), RELU) == [(2,), (3,), (3,)]


@given(st.integers(1, 10**12), st.integers(1, 5000), st.integers(1, 1000), activations)
def test_the_condition_is_compared_exactly(N, d_x, d_y, activation):
    problem = Problem(N, d_x, d_y, activation)
    units = units_per_gate(activation.kind)
    bound = Fraction(units * N, d_x) + units * d_y
    least = least_units(problem)
    assert least >= bound > least - 1
    if d_x >= d_y:
        assert unmet(problem, (least - 1, 1, last_width(problem))) is None
        assert f"{least - 1} < {least}" in unmet(problem, (least - 1, last_width(problem)))
        assert "d_L >=" in unmet(problem, (least, last_width(problem) - 1))
    else:
        assert "d_x >= d_y does not hold" in unmet(problem, (least, last_width(problem)))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_refusals_say_why(activation):
    data = one_hot_dataset([[0, 0], [3, 1], [1, 5], [7, 2]], [0, 1, 0, 1], 2)
    total, last = smallest(Problem(4, 2, 2, activation))
    with pytest.raises(SizeError, match=rf"N/d_x \+ \d\*d_y does not hold: {total - 1} < {total}") as caught:
        build(data, "4.1", (1, total - 2, last), activation)
    assert caught.value.witness == (total, last)
    with pytest.raises(SizeError, match=f"d_L >= {last} does not hold: d_L = {last - 1}"):
        build(data, "4.1", (total, last - 1), activation)
    with pytest.raises(UsageError, match="is about 2 or more residual layers: give as many widths, not 1"):
        build(data, "4.1", (total,), activation)


def test_more_classes_than_dimensions_are_refused_with_the_way_out():
    data = one_hot_dataset([[0], [1], [2]], [0, 1, 2], 3)
    for widths in (None, (50, 50)):
        with pytest.raises(SizeError, match="assumes d_x >= d_y, here 1 < 3: no widths do; use narrow-resnet"):
            build(data, "4.1", widths)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("shape", ["wide", "ones", "threes"])
@pytest.mark.parametrize(
    ("inputs", "classes"),
    [
        ([[1, 0], [1, 5], [2, 5]], [0, 1, 1]),
        ([[1, 1], [-1, -1], [3, 0]], [0, 0, 1]),
        ([[0, 0, 0], [1, 1, 1], [2, 2, 2]], [0, 1, 0]),
        ([[0, 3], [0, 4], [0, 5], [1, 0]], [1, 0, 1, 0]),
    ],
)
def test_nasty_data(activation, shape, inputs, classes):
    data = one_hot_dataset(inputs, classes, 2)
    total, last = smallest(Problem(data.N, data.d_x, 2, activation))
    widths = {"wide": (total,), "ones": (1,) * total, "threes": (3,) * -(-total // 3)}[shape]
    assert_memorizes(build(data, "4.1", (*widths, last), activation).network, data)
