"""The projection is deterministic and injective, whatever the inputs."""

import pytest
from flint import fmpq
from hypothesis import given

from exactmem.constructions.parts.projection import find_projection, project, sorted_projection
from exactmem.datasets import make_dataset
from exactmem.errors import ConstructionError, UsageError
from exactmem.testing import datasets


@given(datasets(max_samples=15, max_d_x=4))
def test_projections_of_distinct_inputs_are_distinct_integers_times_inputs(data):
    u, values = project(data.inputs)
    assert len(u) == data.d_x
    assert len(set(values)) == data.N
    assert all(w.denom() == 1 for w in u)
    assert values == [sum((w * v for w, v in zip(u, x, strict=True)), fmpq(0)) for x in data.inputs]
    assert find_projection(data.inputs) == (u, values)


@given(datasets(max_samples=15, max_d_x=4))
def test_the_sorted_projection_is_the_projection_in_increasing_order(data):
    u, values = project(data.inputs)
    direction, order, line = sorted_projection(data.inputs)
    assert direction == u
    assert order == sorted(range(data.N), key=values.__getitem__)
    assert all(type(c) is int for c in line)
    assert [fmpq(c) for c in line] == sorted(values)


def test_projections_that_are_no_integers_are_sorted_as_they_are():
    inputs = [(fmpq(3, 2),), (fmpq(1, 3),), (fmpq(1),)]
    assert sorted_projection(inputs, [1])[1:] == ([1, 2, 0], [fmpq(1, 3), fmpq(1), fmpq(3, 2)])
    long = [(fmpq(1, 2**300 + i),) for i in range(4)]
    assert sorted_projection(long) == ([fmpq(1)], [3, 2, 1, 0], [x[0] for x in reversed(long)])


def test_coordinates_that_tell_nothing_more_apart_are_not_read():
    assert find_projection([(fmpq(1), None), (fmpq(2), None)]) == ([1, 0], [1, 2])


def test_equal_inputs_are_named():
    with pytest.raises(ConstructionError, match="samples 1 and 2 to the same number 4") as caught:
        project([(fmpq(3),), (fmpq(4),), (fmpq(4),)])
    assert caught.value.witness == (1, 2)


def test_a_grid_needs_more_than_the_sum_of_coordinates():
    inputs = [(fmpq(a), fmpq(b), fmpq(c)) for a in range(4) for b in range(4) for c in range(4)]
    u, values = project(inputs)
    assert len(set(values)) == 64
    assert u == [1, 4, 16]


def test_one_collision_is_one_too_many():
    inputs = [(fmpq(0), fmpq(0)), (fmpq(0), fmpq(1)), (fmpq(1), fmpq(0))]
    assert find_projection(inputs) == ([1, 2], [0, 2, 1])


def test_coordinates_that_split_nothing_get_weight_zero():
    inputs = [(fmpq(7), fmpq(1), fmpq(2)), (fmpq(7), fmpq(2), fmpq(4)), (fmpq(7), fmpq(3), fmpq(6))]
    assert find_projection(inputs)[0] == [0, 1, 0]
    assert find_projection([(fmpq(1), fmpq(2))]) == ([0, 0], [0])


def test_tiny_gaps_and_huge_offsets():
    step, offset = fmpq(10) ** -30, fmpq(2) ** 70
    inputs = [(offset + a, b * step) for a in range(3) for b in range(3)]
    _, values = project(inputs)
    assert len(set(values)) == 9


def test_a_given_vector_is_checked():
    data = make_dataset([[1, 2], [2, 1], [0, 5]], [0, 0, 0])
    with pytest.raises(UsageError, match="samples 0 and 1 to the same number 3") as caught:
        project(data.inputs, [1, 1])
    assert caught.value.witness == (0, 1)
    with pytest.raises(UsageError, match="has 1 entries"):
        project(data.inputs, [1])
    assert project(data.inputs, [1, 0]) == ([1, 0], [1, 2, 0])
