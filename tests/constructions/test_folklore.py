"""The folklore theorem for every activation that is not a polynomial, and the refusal of those that are."""

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, IDENTITY, RELU, SQUARE, THRESHOLD, relu_like
from exactmem.constructions.build import build
from exactmem.constructions.folklore import scales_and_offsets, smallest, unmet
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified, datasets, rationals

ALL = [RELU, relu_like(1, "1/10"), relu_like(7, 2), HARD_TANH, THRESHOLD, ABS]


@given(datasets(labels=rationals()), st.sampled_from(ALL), st.integers(0, 3))
def test_memorizes_any_labels_with_one_unit_per_sample(data, activation, more):
    construction = build(data, "folklore", (data.N + more,), activation)
    assert construction.network.widths == (data.N + more,)
    assert_memorizes(construction.network, data)
    if more == 0:
        assert_verified(construction)


@pytest.mark.parametrize("activation", ALL, ids=str)
def test_one_unit_less_is_refused(activation):
    data = make_dataset([[0], [1], [3]], [5, 0, 1])
    with pytest.raises(SizeError, match="d1 >= N does not hold: 2 < 3") as caught:
        build(data, "folklore", (2,), activation)
    assert caught.value.witness == (3,)


@pytest.mark.parametrize(("activation", "rank"), [(SQUARE, "on a line at most 3"), (IDENTITY, "on a line at most 2")])
def test_polynomials_are_refused_with_the_rank_bound(activation, rank):
    with pytest.raises(UsageError, match=rank):
        build(make_dataset([[0], [1], [3], [4]], [5, 0, 1, 2]), "folklore", activation=activation)


@given(st.lists(rationals(), min_size=1, max_size=8, unique=True), st.sampled_from([HARD_TANH, THRESHOLD, ABS]))
def test_the_first_pairs_tried_end_the_search(line, activation):
    """What the module says about the pairs (2/gap, 1) and (1, 0) is true: a matrix among the first two is regular."""
    ranks = []
    for slope, offset in list(scales_and_offsets(line, activation))[:2]:
        matrix = [[activation(slope * (t - knot) + offset) for knot in line] for t in line]
        ranks.append(fmpq_mat(matrix).rank())
    assert ranks[0] == len(line) or (len(line) == 1 and ranks[1] == 1)


def test_a_given_projection_is_used():
    data = make_dataset([[0, 0], [1, 0], [0, 1]], [1, 2, 3])
    network = build(data, "folklore", choices=Choices(u=(fmpq(3), fmpq(5)))).network
    assert network.layers[0].weight.row == (3, 5)
    with pytest.raises(UsageError, match="projects sample 1 and sample 2"):
        build(data, "folklore", choices=Choices(u=(fmpq(1), fmpq(1))))


def test_the_condition_is_instant_for_huge_data():
    problem = Problem(10**12, 784, 10, RELU)
    assert smallest(problem) == (10**12,)
    assert unmet(problem, (10**12,)) is None
    assert "1 hidden widths" in unmet(problem, (10**12, 1))
