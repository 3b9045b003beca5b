"""Theorem `product`: d1 floor(d2/d_y) >= N is enough, for every parity, activation and any real labels."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.constructions import theorem_3_1
from exactmem.constructions.build import build
from exactmem.constructions.product import construct, smallest
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, datasets, rationals
from tests.support.shallow_cases import (
    ACTIVATIONS,
    INPUTS,
    check_fewest_units,
    check_no_kinks,
    check_refused,
    check_smallest,
    check_unused_units_are_zero,
    check_widths,
    nasty_regression,
    smallest_of,
)


@given(datasets(max_samples=11), st.sampled_from(ACTIVATIONS))
def test_smallest_widths_memorize_and_verify(data, activation):
    check_smallest("product", data, activation)


@given(
    datasets(max_samples=9, max_d_y=2, labels=rationals(low=-50, high=50)),
    st.sampled_from(ACTIVATIONS),
    st.integers(1, 9),
    st.integers(0, 3),
)
def test_every_number_of_blocks_and_every_remainder(data, activation, d1, rest):
    per_output = -(-data.N // d1)
    check_widths("product", data, activation, (d1, data.d_y * per_output + rest))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("name", INPUTS)
def test_data_that_break_naive_code(name, activation):
    data = nasty_regression(name, d_y=2)
    check_smallest("product", data, activation)
    check_refused("product", data, activation)


@pytest.mark.parametrize("d_y", [1, 2, 3])
def test_the_condition_decides_and_the_smallest_widths_are_the_fewest(d_y):
    check_fewest_units("product", RELU, d_y, lambda N, d1, d2: d1 * (d2 // d_y) >= N)


def test_sizes_of_large_problems():
    assert smallest(Problem(10**4, 5, 1, RELU)) == (100, 100)
    assert smallest(Problem(10**12, 5, 1, HARD_TANH)) == (10**6, 10**6)
    d1, d2 = smallest(Problem(10**12 + 39, 5, 7, RELU))
    assert d1 * (d2 // 7) >= 10**12 + 39 > (d1 - 1) * (d2 // 7)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("N", [1, 2, 7, 16, 30])
def test_every_width_that_the_printed_theorem_admits_is_admitted(N, activation):
    problem = Problem(N, 1, 2, activation)
    d1, d2 = theorem_3_1.smallest(problem)
    assert d1 * (d2 // 2) >= N * (1 if activation is HARD_TANH else 4)
    assert sum(smallest(problem)) <= sum((d1, d2))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_unused_units_are_zero(activation):
    data = make_dataset([[0], [1], [3], [4], [9], [11]], [1, "-1/2", 0, "1/3", 1, "2/5"])
    d1, d2 = smallest_of("product", data, activation)
    assert d1 * d2 == 6
    unused = check_unused_units_are_zero("product", data, activation, (5, 0))
    assert unused == [5, 0]


@given(
    datasets(max_samples=9, max_d_y=2, labels=st.sampled_from([fmpq(-1), fmpq(1)])), st.sampled_from(ACTIVATIONS[1:])
)
def test_no_sample_is_a_kink_of_a_relu_like_network(data, activation):
    check_no_kinks(build(data, "product", activation=activation).network, data)


@given(datasets(max_samples=7, max_d_y=2, labels=rationals(low=-(10**9), high=10**9)), st.sampled_from(ACTIVATIONS))
def test_labels_of_any_size_without_scaling_by_the_caller(data, activation):
    assert_memorizes(construct(data, smallest_of("product", data, activation), activation, Choices()), data)


def test_free_choices_are_used_and_checked():
    data = make_dataset([[0, 1], [1, 0], [1, 1], [2, 5]], [1, 0, 1, "1/2"])
    for activation in (HARD_TANH, relu_like(3, 1)):
        choices = Choices(u=(fmpq(1), fmpq(7)), delta=fmpq(1, 9), alpha=fmpq(10**6))
        network = build(data, "product", (2, 2), activation, choices).network
        assert network.layers[0].weight.row == (1, 7)
        assert_memorizes(network, data)
        with pytest.raises(UsageError, match="must be positive"):
            build(data, "product", activation=activation, choices=Choices(delta=fmpq(0)))
        with pytest.raises(UsageError, match="too small"):
            build(data, "product", activation=activation, choices=Choices(alpha=fmpq(-1000)))
    with pytest.raises(SizeError, match=r"d1\*floor\(d2/d_y\) >= N does not hold for d1=3, d2=1: 3 < 4"):
        build(data, "product", (3, 1))
