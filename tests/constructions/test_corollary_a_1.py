"""Corollary A.1: Proposition 3.4 with two ReLU-like units per hard-tanh unit and single units for carrying."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.build import build
from exactmem.constructions.corollary_a_1 import THEOREM
from exactmem.constructions.theorem import Choices
from exactmem.errors import SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified, datasets, rationals
from tests.support.deep_cases import NASTY, RELU_LIKES, admissible_indices, printed_sum, scattered, width_vectors


def check_construction(data, widths, activation, **choices):
    construction = build(data, "A.1", widths, activation, Choices(**choices))
    assert construction.network.widths == tuple(widths)
    assert {layer.activation for layer in construction.network.layers[:-1]} == {activation}
    assert_memorizes(construction.network, data)
    return construction


@settings(max_examples=50)
@given(width_vectors(13), st.integers(1, 2), st.sampled_from(RELU_LIKES), st.data())
def test_every_admissible_choice_of_indices_builds_and_one_sample_more_is_refused(widths, d_y, activation, data):
    sums = {indices: printed_sum(widths, indices, d_y, 4) for indices in admissible_indices(widths, d_y)}
    choices = sorted(indices for indices, total in sums.items() if 0 < total <= 40)
    for indices in data.draw(st.permutations(choices))[:3]:
        check_construction(scattered(sums[indices], d_y), widths, activation, blocks=indices)
        with pytest.raises(SizeError, match=rf"{sums[indices]} < {sums[indices] + 1}"):
            build(scattered(sums[indices] + 1, d_y), "A.1", widths, activation, Choices(blocks=indices))


@settings(max_examples=50)
@given(width_vectors(17), st.integers(1, 2), st.sampled_from(RELU_LIKES))
def test_the_best_indices_just_suffice(widths, d_y, activation):
    most = max((printed_sum(widths, i, d_y, 4) for i in admissible_indices(widths, d_y)), default=0)
    if 0 < most <= 40:
        check_construction(scattered(most, d_y), widths, activation)
    if most < 40:
        reason = rf"at most {most} < {most + 1}, with blocks at l" if most else "no two adjacent layers have room"
        with pytest.raises(SizeError, match=reason):
            build(scattered(most + 1, d_y), "A.1", widths, activation)


@settings(max_examples=30)
@given(datasets(max_samples=12, max_d_y=2, labels=rationals(low=-100, high=100)), st.sampled_from(RELU_LIKES))
def test_any_data_in_narrow_deep_networks(data, activation):
    d_y = data.d_y
    widths = (1, 6, 4 * d_y + 2, 5 + d_y, 4 * d_y + d_y + 3, d_y + 7, 5 * d_y, d_y)
    assert_verified(check_construction(data, widths, activation))


@pytest.mark.parametrize("activation", RELU_LIKES, ids=str)
@pytest.mark.parametrize(
    "widths", [(8, 8), (1, 1, 9, 9, 1), (5, 5, 6, 6, 6, 6, 5, 5), (1, 9, 9, 2, 2, 5, 5, 1)], ids=str
)
@pytest.mark.parametrize("data", NASTY.values(), ids=NASTY)
def test_data_that_break_naive_implementations(data, widths, activation):
    check_construction(data, widths, activation)


def test_carrying_takes_one_unit_each():
    """At the least widths 5 = 4 + r every unit is used: 4 for two hard-tanh units and one that carries."""
    network = check_construction(scattered(8, 1), (5, 5, 5, 5), RELU).network
    assert all(all(layer.weight.nonzero()) for layer in network.layers)
    with pytest.raises(SizeError):
        build(scattered(8, 1), "A.1", (5, 5, 4, 5), RELU)
    with pytest.raises(SizeError):
        build(scattered(8, 1), "A.1", (4, 5, 5, 5), RELU)


def test_the_row_of_the_table():
    assert THEOREM.smallest(Problem(10**12, 5, 1, RELU)) == (2 * 10**6, 2 * 10**6)
    assert "floor((d_{l_j} - r_j)/4)*floor((d_{l_j+1} - r_j)/(4*d_y)) >= N" in THEOREM.condition("relu-like")
    with pytest.raises(UsageError, match="not hard-tanh"):
        build(scattered(3, 1), "A.1", (9, 9), HARD_TANH)
