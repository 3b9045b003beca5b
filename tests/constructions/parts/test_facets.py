"""Peeling: every facet touches the samples left at its group alone, and is full under general position."""

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.constructions.parts.facets import moment_direction, peel, peel_within
from exactmem.constructions.parts.hyperplanes import dot
from exactmem.constructions.parts.one_sided import affine_fit
from exactmem.constructions.parts.residual_layers import unit_vector
from exactmem.datasets import make_dataset
from exactmem.errors import NotGeneralPositionError
from exactmem.general_position import affine_dependence
from exactmem.testing.strategies import general_position_inputs


def check_peeling(dataset, peeling, p):
    left = set(range(dataset.N))
    for facet in peeling.facets:
        assert dot(facet.u, p) == -1
        assert facet.samples
        assert set(facet.samples) <= left
        left -= set(facet.samples)
        assert all(facet(dataset.inputs[i]) == 0 for i in facet.samples)
        assert all(facet(dataset.inputs[i]) < 0 for i in left)
        prescribed = [unit_vector(len(facet.samples), b) for b in range(len(facet.samples))]
        assert affine_fit([dataset.inputs[i] for i in facet.samples], prescribed, along=p) is not None
    assert left == set(peeling.core)


@settings(max_examples=100)
@given(general_position_inputs(max_samples=10), st.integers(0, 3))
def test_peeling_in_general_position(inputs, attempt):
    dataset = make_dataset(inputs, [0] * len(inputs))
    check_peeling(dataset, peel(dataset, attempt, lambda left: False), moment_direction(dataset.d_x, attempt))
    peeling, p = peel_within(dataset, -(-dataset.N // dataset.d_x))
    check_peeling(dataset, peeling, p)
    assert peeling.core == []
    assert all(len(facet.samples) == dataset.d_x for facet in peeling.facets[:-1])


@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=14, unique=True), st.integers(0, 2))
def test_peeling_a_grid_still_separates(points, attempt):
    """Many samples on common hyperplanes: groups may be smaller, but the facets stay what they say."""
    dataset = make_dataset(points, [0] * len(points))
    check_peeling(dataset, peel(dataset, attempt, lambda left: False), moment_direction(3, attempt))


def test_a_core_is_left_alone():
    dataset = make_dataset([[0, 0], [3, 1], [1, 5], [7, 2], [2, 2]], [0] * 5)
    peeling = peel(dataset, 0, lambda left: len(left) <= 3)
    check_peeling(dataset, peeling, moment_direction(2, 0))
    assert len(peeling.facets) == 1
    assert len(peeling.core) == 3


def test_samples_above_each_other_need_another_direction():
    """All samples on the line x_2 = 0, which is parallel to the first direction (1, 0)."""
    dataset = make_dataset([[i, 0] for i in range(2)], [0] * 2)
    assert len(peel(dataset, 0, lambda left: False).facets) == 2
    peeling, p = peel_within(dataset, 1)
    assert p == [1, 1]
    check_peeling(dataset, peeling, p)


def test_collinear_samples_are_refused_with_a_witness():
    dataset = make_dataset([[i, 2 * i] for i in range(5)], [0] * 5)
    with pytest.raises(NotGeneralPositionError, match="need 4 gates or units, the widths have 3") as caught:
        peel_within(dataset, 3)
    assert len(caught.value.witness) == 3
    assert affine_dependence(dataset.inputs, caught.value.witness) == caught.value.witness


def test_costs_count_units_per_facet():
    dataset = make_dataset([[0, 0], [3, 1], [1, 5], [7, 2]], [0] * 4)
    peeling, _ = peel_within(dataset, 6, units=lambda facet: len(facet.samples) + 1)
    assert len(peeling.facets) == 2
    assert moment_direction(3, 2) == [fmpq(1), fmpq(2), fmpq(4)]
