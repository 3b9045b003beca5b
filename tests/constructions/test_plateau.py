"""Theorem `plateau`: rounded dyadic weights, outputs still exactly one-hot."""

import random

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.build import build
from exactmem.constructions.plateau import smallest
from exactmem.constructions.theorem import Choices
from exactmem.errors import SizeError, UsageError
from exactmem.evaluate import pre_activations
from exactmem.networks import largest_bits
from exactmem.rationals import is_dyadic
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, classification_datasets
from tests.support.shallow_cases import (
    ACTIVATIONS,
    INPUTS,
    check_fewest_units,
    check_no_kinks,
    check_refused,
    check_smallest,
    check_unused_units_are_zero,
    check_widths,
    nasty_classification,
    one_hot_dataset,
    smallest_of,
)


@given(classification_datasets(max_samples=10, max_d_y=5), st.sampled_from(ACTIVATIONS))
def test_smallest_widths_classify_and_verify_and_no_sample_is_a_kink(data, activation):
    network = check_smallest("plateau", data, activation)
    check_no_kinks(network, data)
    if activation in (HARD_TANH, RELU):
        assert all(is_dyadic(v) for v in network.numbers())


@given(
    classification_datasets(max_samples=9),
    st.sampled_from(ACTIVATIONS),
    st.integers(1, 9),
    st.integers(0, 2),
    st.integers(0, 2),
)
def test_every_number_of_blocks(data, activation, d1, more2, more3):
    d3 = smallest_of("plateau", data, activation)[2]
    check_widths("plateau", data, activation, (d1, -(-data.N // d1) + more2, d3 + more3))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("name", INPUTS)
def test_data_that_break_naive_code(name, activation):
    data = nasty_classification(name)
    check_no_kinks(check_smallest("plateau", data, activation), data)
    check_refused("plateau", data, activation)


@pytest.mark.parametrize(("activation", "each"), [(HARD_TANH, 1), (RELU, 2)], ids=str)
@pytest.mark.parametrize("d_y", [1, 2, 3])
def test_the_condition_decides_and_the_smallest_widths_are_the_fewest(activation, each, d_y):
    check_fewest_units("plateau", activation, d_y, lambda N, d1, d2, d3: d1 * d2 >= N and d3 >= each * (d_y - 1))


def test_sizes_of_large_problems():
    assert smallest(Problem(10**6, 150528, 1000, HARD_TANH)) == (1000, 1000, 999)
    assert smallest(Problem(10**6, 150528, 1000, RELU)) == (1000, 1000, 1998)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_unused_units_are_zero(activation):
    data = one_hot_dataset([[0], [1], [3], [4], [9], [11]], [0, 1, 1, 0, 2, 1], 3)
    assert check_unused_units_are_zero("plateau", data, activation, (4, 0, 5))[2] == 5


@pytest.mark.parametrize("activation", [HARD_TANH, RELU], ids=str)
def test_weights_are_short_where_exact_ones_are_long(activation):
    source = random.Random(3)
    p = q = 20
    inputs = [[v] for v in source.sample(range(10**6), p * q)]
    data = one_hot_dataset(inputs, [source.randrange(10) for _ in inputs], 10)
    network = check_widths("plateau", data, activation, (p, q, 18))
    assert largest_bits(network) <= 60
    assert largest_bits(build(data, "product-readout", (p, q, 9), activation).network) > 200


def test_the_fitted_number_is_only_near_the_code():
    """The rounding is real: the read-out receives codes that are off, by less than a quarter of their distance."""
    data = one_hot_dataset([[v] for v in (0, 2, 3, 7, 11, 12, 20)], [0, 1, 2, 0, 2, 1, 1], 3)
    network = build(data, "plateau", (3, 3, 4), RELU).network
    received = []
    for x, y in zip(data.inputs, data.labels, strict=True):
        # The first step starts 3/8 right of the first code, -1.
        t = pre_activations(network, x)[2][0] - fmpq(5, 8)
        received.append(t - (y.index(fmpq(1)) - 1))
    assert all(abs(error) < fmpq(1, 4) for error in received)
    assert any(error != 0 for error in received)


@given(st.permutations(range(4)), st.sampled_from(ACTIVATIONS))
def test_any_order_of_codes(order, activation):
    codes = tuple(fmpq(v * v, 3) for v in order)
    data = one_hot_dataset([[0], [1], [2], [5], [7]], [0, 1, 2, 1, 3], 4)
    assert_memorizes(build(data, "plateau", activation=activation, choices=Choices(codes=codes)).network, data)


def test_choices_that_would_be_ignored_are_refused():
    data = one_hot_dataset([[0], [1], [2]], [0, 1, 2], 3)
    for name in ("delta", "alpha", "precision", "blocks"):
        with pytest.raises(UsageError, match=f"theorem plateau has no free parameter '{name}', only u, codes"):
            build(data, "plateau", choices=Choices(**{name: 1}))


def test_a_read_out_that_is_too_narrow_is_refused():
    data = one_hot_dataset([[0], [1], [2]], [0, 1, 2], 3)
    with pytest.raises(SizeError, match=r"d3 >= 2\*\(d_y - 1\) does not hold for d3=3: 3 < 4"):
        build(data, "plateau", (3, 1, 3), RELU)
