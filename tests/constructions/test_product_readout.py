"""Theorem `product-readout`: d1 d2 >= N and d3 >= d_y - 1 are enough for exact one-hot outputs."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import RELU
from exactmem.constructions.build import build
from exactmem.constructions.product_readout import smallest
from exactmem.constructions.theorem import Choices
from exactmem.errors import SizeError
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


@given(classification_datasets(max_samples=10, max_d_y=5), st.sampled_from(ACTIVATIONS))
def test_smallest_widths_classify_and_verify(data, activation):
    check_smallest("product-readout", data, activation)


@given(
    classification_datasets(max_samples=9),
    st.sampled_from(ACTIVATIONS),
    st.integers(1, 9),
    st.integers(0, 2),
    st.integers(0, 2),
)
def test_every_number_of_blocks(data, activation, d1, more2, more3):
    d3 = smallest_of("product-readout", data, activation)[2]
    check_widths("product-readout", data, activation, (d1, -(-data.N // d1) + more2, d3 + more3))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("name", INPUTS)
def test_data_that_break_naive_code(name, activation):
    data = nasty_classification(name)
    check_smallest("product-readout", data, activation)
    check_refused("product-readout", data, activation)


@pytest.mark.parametrize("d_y", [1, 2, 4])
def test_the_condition_decides_and_the_smallest_widths_are_the_fewest(d_y):
    check_fewest_units("product-readout", RELU, d_y, lambda N, d1, d2, d3: d1 * d2 >= N and d3 >= d_y - 1)


def test_sizes_of_large_problems():
    assert smallest(Problem(10**6, 150528, 1000, RELU)) == (1000, 1000, 999)
    assert smallest(Problem(10**12, 1, 2, RELU)) == (10**6, 10**6, 1)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_unused_units_are_zero(activation):
    data = one_hot_dataset([[0], [1], [3], [4], [9], [11]], [0, 1, 1, 0, 2, 1], 3)
    assert check_unused_units_are_zero("product-readout", data, activation, (4, 0, 5)) == [4, 0, 5]


@given(st.permutations(range(4)), st.sampled_from(ACTIVATIONS))
def test_any_order_of_codes(order, activation):
    codes = tuple(fmpq(v * v, 3) for v in order)
    data = one_hot_dataset([[0], [1], [2], [5], [7]], [0, 1, 2, 1, 3], 4)
    assert_memorizes(build(data, "product-readout", activation=activation, choices=Choices(codes=codes)).network, data)


def test_one_unit_less_in_the_read_out_is_refused():
    data = one_hot_dataset([[0], [1], [2]], [0, 1, 2], 3)
    with pytest.raises(SizeError, match="d3 >= d_y - 1 does not hold for d3=1: 1 < 2"):
        build(data, "product-readout", (3, 1, 1))
