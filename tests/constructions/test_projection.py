"""The projection is deterministic and injective, whatever the inputs."""

import pytest
from flint import fmpq
from hypothesis import given

from exactmem.constructions.projection import find_projection, project
from exactmem.datasets import make_dataset
from exactmem.errors import UsageError
from exactmem.testing import datasets


@given(datasets(max_samples=15, max_d_x=4))
def test_projections_of_distinct_inputs_are_distinct_integers_times_inputs(data):
    u, values = project(data.inputs)
    assert len(u) == data.d_x
    assert len(set(values)) == data.N
    assert all(w.denom() == 1 for w in u)
    assert values == [sum((w * v for w, v in zip(u, x, strict=True)), fmpq(0)) for x in data.inputs]
    assert find_projection(data.inputs) == (u, values)


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
