"""Baum's theorem with the corrected count, the complement, and tau strictly below the minimum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import THRESHOLD
from exactmem.constructions.baum import least_units, rarer_label, unmet
from exactmem.constructions.build import build
from exactmem.datasets import make_dataset
from exactmem.errors import DatasetError, NotGeneralPositionError, SizeError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified
from exactmem.testing.strategies import general_position_inputs


@st.composite
def binary_datasets(draw, max_d_y=2):
    inputs = draw(general_position_inputs(max_samples=10))
    row = st.tuples(*[st.integers(0, 1)] * draw(st.integers(1, max_d_y)))
    return make_dataset(inputs, draw(st.lists(row, min_size=len(inputs), max_size=len(inputs))))


@given(binary_datasets(), st.integers(0, 3))
def test_memorizes_with_two_units_per_group_of_the_rarer_label(data, more):
    expected = 0
    for a in range(data.d_y):
        ones = sum(y[a] == 1 for y in data.labels)
        expected += 2 * -(-min(ones, data.N - ones) // data.d_x)
    least = max(1, expected)
    construction = build(data, "baum", (least + more,))
    assert construction.network.widths == (least + more,)
    assert_memorizes(construction.network, data)
    assert_verified(construction)
    if least > 1:
        with pytest.raises(SizeError, match=f"{least - 1} < {least}"):
            build(data, "baum", (least - 1,))


@given(binary_datasets(max_d_y=1))
def test_without_a_dataset_the_condition_is_that_of_the_worst_case(data):
    sizes = (data.N, data.d_x, 1, THRESHOLD)
    assert least_units(Problem(*sizes, data)) <= least_units(Problem(*sizes))
    worst = make_dataset(data.inputs, [[int(i < data.N // 2)] for i in range(data.N)])
    assert least_units(Problem(*sizes, worst)) == least_units(Problem(*sizes))


def test_one_sample_of_the_label_in_the_plane_needs_two_units_not_one():
    """The printed 2 m/d is 1 here: 2 ceil(m_1/d) = 2."""
    data = make_dataset([[0, 0], [1, 2], [2, 1], [-1, 1], [1, -2]], [1, 0, 0, 0, 0])
    assert build(data, "baum").network.widths == (2,)
    with pytest.raises(SizeError, match="1 < 2"):
        build(data, "baum", (1,))


def test_the_complement_is_cheaper_when_ones_are_common():
    data = make_dataset([[i] for i in range(9)], [1] * 8 + [0])
    assert rarer_label(data, 0) == (0, [8])
    assert_memorizes(build(data, "baum", (2,)).network, data)


def test_constant_labels_need_no_group():
    for label in (0, 1):
        data = make_dataset([[i] for i in range(4)], [label] * 4)
        assert_memorizes(build(data, "baum", (1,)).network, data)


def test_other_labels_are_refused_naming_the_row():
    data = make_dataset([[0], [1]], [0, "1/2"], rows=["first", "second"])
    with pytest.raises(DatasetError, match="second has label 1/2: Baum's theorem is about labels 0 and 1"):
        build(data, "baum")


def test_collinear_samples_are_named():
    data = make_dataset([[i, i] for i in range(8)], [0, 1] * 4)
    with pytest.raises(NotGeneralPositionError, match="lie on one hyperplane"):
        build(data, "baum", (4,))
    assert_memorizes(build(data, "baum", (8,)).network, data)


def test_the_condition_is_instant_for_huge_data():
    problem = Problem(10**12 + 1, 1000, 1, THRESHOLD)
    assert least_units(problem) == 10**9
    assert unmet(problem, (10**9,)) is None
    assert "1 hidden widths" in unmet(problem, (10**9, 1))
