"""Corollary A.3: deep ReLU-like classification with four units per gate."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.build import build
from exactmem.constructions.corollary_a_3 import THEOREM
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified, classification_datasets
from tests.support.deep_cases import NASTY, RELU_LIKES, classified, gated_indices, printed_sum, width_vectors


def check_construction(data, widths, activation, **choices):
    construction = build(data, "A.3", widths, activation, Choices(**choices))
    assert construction.network.widths == tuple(widths)
    assert_memorizes(construction.network, data)
    return construction


def sums_of(widths, d_y):
    return {i: printed_sum(widths, i[:-1], 1, 4) for i in gated_indices(widths, d_y, 4)}


@settings(max_examples=60)
@given(width_vectors(13, 3), st.integers(1, 2), st.sampled_from(RELU_LIKES), st.data())
def test_every_admissible_choice_of_indices_builds_and_one_sample_more_is_refused(widths, d_y, activation, data):
    sums = sums_of(widths, d_y)
    choices = sorted(indices for indices, total in sums.items() if 0 < total <= 40)
    for indices in data.draw(st.permutations(choices))[:3]:
        check_construction(classified(sums[indices], d_y), widths, activation, blocks=indices)
        with pytest.raises(SizeError, match=rf"{sums[indices]} < {sums[indices] + 1}"):
            build(classified(sums[indices] + 1, d_y), "A.3", widths, activation, Choices(blocks=indices))


@settings(max_examples=60)
@given(width_vectors(14, 3), st.integers(1, 3), st.sampled_from(RELU_LIKES))
def test_the_best_indices_just_suffice(widths, d_y, activation):
    most = max(sums_of(widths, d_y).values(), default=0)
    if 0 < most <= 40:
        check_construction(classified(most, d_y), widths, activation)
    if most < 40:
        with pytest.raises(SizeError, match=rf"at most {most} < {most + 1}" if most else "no layer of|no two"):
            build(classified(most + 1, d_y), "A.3", widths, activation)


@settings(max_examples=20)
@given(classification_datasets(max_samples=12), st.sampled_from(RELU_LIKES))
def test_any_data_with_gates_right_after_a_block_later_or_at_the_end(data, activation):
    d_y = data.d_y
    before, gates = (1, 9, 5, 5, 6), 4 * d_y
    for widths in ((*before, gates), (*before, gates + 1, d_y, d_y), (*before, 1, 1, gates)):
        assert_verified(check_construction(data, widths, activation))


@pytest.mark.parametrize("activation", RELU_LIKES, ids=str)
@pytest.mark.parametrize("widths", [(8, 8, 12), (1, 9, 9, 5, 5, 1, 12, 3)], ids=str)
@pytest.mark.parametrize("data", NASTY.values(), ids=NASTY)
def test_data_that_break_naive_implementations(data, widths, activation):
    labels = [[int(i % 3 == k) for k in range(3)] for i in range(data.N)]
    check_construction(make_dataset(data.inputs, labels), widths, activation)


def test_the_row_of_the_table():
    assert THEOREM.smallest(Problem(10**12, 5, 1000, RELU)) == (2 * 10**6, 2 * 10**6, 4000)
    assert "d_{l_m} >= 4*d_y" in THEOREM.condition("relu-like")
    assert build(classified(17, 3), "A.3").network.widths == (8, 12, 12)
    with pytest.raises(UsageError, match="not hard-tanh"):
        build(classified(3, 1), "A.3", (9, 9, 9), HARD_TANH)
