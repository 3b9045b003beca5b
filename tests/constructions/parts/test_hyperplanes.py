"""Groups and their hyperplanes: every sample in one group, no other sample on its hyperplane, few groups."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH
from exactmem.constructions.parts.gates import paper_gates, triangle_gates
from exactmem.constructions.parts.hyperplanes import (
    Hyperplane,
    cover_within,
    distance,
    dot,
    gate_network,
    gate_scale,
    heights,
    tent,
    tents_at,
    too_little_room,
    values_at,
)
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import NotGeneralPositionError, SizeError, UsageError
from exactmem.evaluate import evaluate_generic
from exactmem.general_position import affine_dependence
from exactmem.testing.strategies import general_position_inputs, one_hot_dataset
from tests.support.gate_activations import activations, relu_likes


@st.composite
def parted_datasets(draw, any_position=False):
    """A dataset and a partition of its samples."""
    if any_position:
        d_x = draw(st.integers(1, 3))
        point = st.tuples(*[st.integers(-2, 2)] * d_x)
        inputs = draw(st.lists(point, min_size=1, max_size=10, unique=True))
    else:
        inputs = draw(general_position_inputs())
    owners = draw(st.lists(st.integers(0, 2), min_size=len(inputs), max_size=len(inputs)))
    return make_dataset(inputs, [0] * len(inputs)), [[i for i, o in enumerate(owners) if o == k] for k in range(3)]


def check_cover(dataset, parts, covers):
    for part, planes in zip(parts, covers, strict=True):
        assert sorted(i for plane in planes for i in plane.samples) == part
        for plane in planes:
            zeros = [i for i, x in enumerate(dataset.inputs) if plane(x) == 0]
            assert tuple(zeros) == plane.samples
            assert any(v != 0 for v in plane.u)


@given(parted_datasets(), st.booleans())
def test_in_general_position_groups_are_full(case, absorb):
    dataset, parts = case
    least = sum(-(-len(part) // dataset.d_x) for part in parts)
    covers = cover_within(dataset, parts, least, absorb=absorb)
    check_cover(dataset, parts, covers)


@given(parted_datasets(any_position=True), st.booleans())
def test_in_any_position_each_hyperplane_contains_its_group_alone(case, absorb):
    dataset, parts = case
    covers = cover_within(dataset, parts, dataset.N, absorb=absorb)
    check_cover(dataset, parts, covers)
    if not absorb:
        assert all(affine_dependence(dataset.inputs, plane.samples) is None for planes in covers for plane in planes)


def test_a_single_sample_whose_axis_parallel_hyperplane_meets_another():
    """x_1 = 1 through (1, 0) also contains (1, 5): the hyperplane has to be turned."""
    dataset = make_dataset([[1, 0], [1, 5], [2, 5]], [0] * 3)
    (plane,) = cover_within(dataset, [[0]], 1, absorb=True)[0]
    check_cover(dataset, [[0]], [[plane]])


def test_a_group_whose_hyperplane_passes_through_the_origin():
    """u . x = 1 has no solution for (1, 1) and (-1, -1); u . x + c = 0 has one."""
    dataset = make_dataset([[1, 1], [-1, -1], [3, 0]], [0] * 3)
    (plane,) = cover_within(dataset, [[0, 1]], 1, absorb=False)[0]
    assert plane.c == 0
    check_cover(dataset, [[0, 1]], [[plane]])


def test_a_group_of_one_class_takes_in_what_lies_in_its_span():
    """Five collinear samples of one class in the plane: one hyperplane, though d_x = 2."""
    dataset = make_dataset([[i, i] for i in range(5)] + [[0, 1]], [0] * 6)
    (plane,) = cover_within(dataset, [[0, 1, 2, 3, 4]], 1, absorb=True)[0]
    check_cover(dataset, [[0, 1, 2, 3, 4]], [[plane]])
    with pytest.raises(NotGeneralPositionError):
        cover_within(dataset, [[0, 1, 2, 3, 4]], 2, absorb=False)


def test_regrouping_before_giving_up():
    """Samples 0, 1 of the part have the other sample 4 between them; grouped as {0, 2}, {1, 3} they do not."""
    dataset = make_dataset([[0, 0], [2, 0], [0, 3], [5, 4], [1, 0]], [0] * 5)
    covers = cover_within(dataset, [[0, 1, 2, 3]], 2, absorb=False)
    check_cover(dataset, [[0, 1, 2, 3]], covers)
    assert all(plane.samples != (0, 1) for plane in covers[0])


def test_collinear_a_b_a_in_many_dimensions_is_refused_with_its_witness():
    dataset = make_dataset([[0] * 5, [1] * 5, [2] * 5], [0, 1, 0], rows=list("abc"))
    check_cover(dataset, [[0, 2], [1]], cover_within(dataset, [[0, 2], [1]], 3, absorb=True))
    with pytest.raises(
        NotGeneralPositionError, match="need 3 gates or units, the widths have 2: a, b, c lie on one line"
    ) as e:
        cover_within(dataset, [[0, 2], [1]], 2, absorb=True)
    assert e.value.witness == (0, 1, 2)


def test_too_many_groups_without_dependent_samples_is_a_matter_of_size():
    dataset = make_dataset([[0], [1], [2]], [0, 1, 0])
    with pytest.raises(SizeError, match="need 3 gates or units, the widths have 2: give more units"):
        cover_within(dataset, [[0, 1, 2]], 2, absorb=True)
    assert isinstance(too_little_room(dataset, 3, 2, None), SizeError)


def test_no_samples_need_no_hyperplane():
    dataset = make_dataset([[0], [1]], [0, 1])
    assert cover_within(dataset, [[], []], 0, absorb=True) == [[], []]


def test_values_and_distances():
    plane = Hyperplane((1,), (fmpq(2), fmpq(-1)), fmpq(3))
    inputs = [(fmpq(1), fmpq(0)), (fmpq(0), fmpq(3)), (fmpq(1, 2), fmpq(9, 2))]
    assert heights([plane], inputs) == [[fmpq(5), fmpq(0), fmpq(-1, 2)]]
    assert [plane(x) for x in inputs] == heights([plane], inputs)[0]
    assert distance(plane, heights([plane], inputs)[0]) == fmpq(1, 2)
    assert distance(Hyperplane((0,), (fmpq(1),), fmpq(0)), [fmpq(0)]) == 1
    assert values_at([], inputs) == []
    assert values_at([(plane.u, plane.c)], []) == [[]]
    assert dot((fmpq(1, 2), fmpq(0)), (fmpq(4), fmpq(7))) == 2


def test_the_scale_of_a_gate():
    assert gate_scale(fmpq(3), Choices()) == 1
    assert gate_scale(fmpq(2, 7), Choices()) == 4
    assert gate_scale(fmpq(2, 7), Choices(alpha=fmpq(7, 2))) == fmpq(7, 2)
    with pytest.raises(UsageError, match="needs at least 7/2"):
        gate_scale(fmpq(2, 7), Choices(alpha=fmpq(3)))


@given(activations, st.integers(-40, 40).map(lambda v: fmpq(v, 7)))
def test_the_papers_tent(activation, t):
    gate = tent(paper_gates([fmpq(0)], activation))
    assert len(gate.units) == (2 if activation == HARD_TANH else 4)
    assert sum((w * activation(s * t + b) for s, b, w in gate.units), gate.constant) == max(0, 1 - abs(t))


@given(relu_likes, st.integers(-40, 40).map(lambda v: fmpq(v, 7)))
def test_the_tent_of_three_units(activation, t):
    gate = tent(triangle_gates([fmpq(0)], activation))
    assert len(gate.units) == 3
    assert gate.constant == 0
    assert sum((w * activation(s * t + b) for s, b, w in gate.units), fmpq(0)) == max(0, 1 - abs(t))


def test_a_gate_network_adds_outputs_to_constants():
    dataset = one_hot_dataset([[0, 0], [1, 0], [0, 1]], [0, 0, 0], 1)
    plane = Hyperplane((0,), (fmpq(1), fmpq(1)), fmpq(0))
    wide = make_dataset(dataset.inputs, [[0, 0]] * 3)
    (gate,) = tents_at(wide, [plane], tent(paper_gates([fmpq(0)], HARD_TANH)), Choices())
    network = gate_network(wide, [(plane, gate, [fmpq(5), fmpq(-1)])], [fmpq(1), fmpq(2)], HARD_TANH, [4])
    assert network.widths == (4,)
    assert evaluate_generic(network, wide.inputs) == [[6, 1], [1, 2], [1, 2]]
    empty = gate_network(wide, [], [fmpq(1), fmpq(2)], HARD_TANH, [1])
    assert evaluate_generic(empty, wide.inputs) == [[1, 2]] * 3
