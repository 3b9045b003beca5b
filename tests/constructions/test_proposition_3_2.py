"""Proposition 3.2: four-layer classifiers at every admissible size, with the paper's gates."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, THRESHOLD
from exactmem.constructions.build import build
from exactmem.constructions.proposition_3_2 import smallest
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import DatasetError, SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, classification_datasets
from tests.support.shallow_cases import (
    ACTIVATIONS,
    INPUTS,
    check_fewest_units,
    check_refused,
    check_smallest,
    check_unused_units_are_zero,
    check_widths,
    nasty_classification,
    one_hot_dataset,
    smallest_of,
)


@given(classification_datasets(max_samples=10), st.sampled_from(ACTIVATIONS))
def test_smallest_widths_classify_and_verify(data, activation):
    check_smallest("3.2", data, activation)


@given(
    classification_datasets(max_samples=9, max_d_y=3), st.sampled_from(ACTIVATIONS), st.tuples(*[st.integers(0, 5)] * 3)
)
def test_wider_networks_of_any_parity(data, activation, more):
    least = smallest_of("3.2", data, activation)
    check_widths("3.2", data, activation, [d + m for d, m in zip(least, more, strict=True)])


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("name", INPUTS)
def test_data_that_break_naive_code(name, activation):
    data = nasty_classification(name)
    check_smallest("3.2", data, activation)
    check_refused("3.2", data, activation)


@pytest.mark.parametrize("d_y", [1, 3])
def test_the_printed_condition_decides_and_the_smallest_widths_are_the_fewest(d_y):
    check_fewest_units("3.2", HARD_TANH, d_y, lambda N, d1, d2, d3: 4 * (d1 // 2) * (d2 // 2) >= N and d3 >= 2 * d_y)


def test_sizes_of_large_problems():
    assert smallest(Problem(10**6, 150528, 1000, RELU)) == (2000, 2000, 4000)
    assert smallest(Problem(10**12, 1, 10**6, HARD_TANH)) == (10**6, 10**6, 2 * 10**6)


@pytest.mark.parametrize("activation", [HARD_TANH, RELU], ids=str)
def test_unused_units_are_zero(activation):
    data = one_hot_dataset([[0], [1], [3], [4], [9]], [0, 1, 1, 0, 2], 3)
    assert check_unused_units_are_zero("3.2", data, activation, (3, 5, 7))[2] == 7


@given(
    st.lists(st.fractions(-9, 9, max_denominator=5), min_size=3, max_size=3, unique=True), st.sampled_from(ACTIVATIONS)
)
def test_any_distinct_codes_will_do(fractions, activation):
    codes = tuple(fmpq(v.numerator, v.denominator) for v in fractions)
    data = one_hot_dataset([[0], [1], [2], [5]], [0, 1, 2, 1], 3)
    assert_memorizes(build(data, "3.2", activation=activation, choices=Choices(codes=codes)).network, data)


def test_bad_requests_are_refused():
    data = one_hot_dataset([[0], [1]], [0, 1], 2)
    with pytest.raises(UsageError, match="same code"):
        build(data, "3.2", choices=Choices(codes=(fmpq(1), fmpq(1))))
    with pytest.raises(DatasetError, match="not a one-hot code"):
        build(make_dataset([[0], [1]], [[0, 0], [1, 0]]), "3.2")
    with pytest.raises(UsageError, match="hard-tanh and relu-like"):
        build(data, "3.2", activation=THRESHOLD)
    with pytest.raises(UsageError, match="is about 3 hidden layers: give as many widths, not 2"):
        build(data, "3.2", (10, 10))
    with pytest.raises(SizeError, match=r"d3 >= 2\*d_y does not hold for d3=3: 3 < 4"):
        build(data, "3.2", (2, 2, 3), HARD_TANH)
