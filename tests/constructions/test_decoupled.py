"""Theorem `decoupled`: any real labels with short weights, dyadic where the data are."""

import random

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.build import build
from exactmem.constructions.decoupled import knots_of, smallest
from exactmem.constructions.parts.short_weights import is_float64, significant_bits
from exactmem.datasets import make_dataset
from exactmem.networks import largest_bits
from exactmem.rationals import is_dyadic
from exactmem.sizes.problem import Problem
from exactmem.testing import datasets, rationals
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
def test_smallest_widths_memorize_and_verify_and_no_sample_is_a_kink(data, activation):
    check_no_kinks(check_smallest("decoupled", data, activation), data)


@given(
    datasets(max_samples=9, max_d_y=2, labels=rationals(low=-50, high=50)),
    st.sampled_from(ACTIVATIONS),
    st.integers(1, 12),
    st.integers(0, 3),
)
def test_every_number_of_blocks_and_every_remainder(data, activation, d1, rest):
    per_output = -(-data.N // ((d1 + 1) // 2))
    check_widths("decoupled", data, activation, (d1, data.d_y * per_output + rest))


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize("name", INPUTS)
def test_data_that_break_naive_code(name, activation):
    data = nasty_regression(name, d_y=2)
    check_no_kinks(check_smallest("decoupled", data, activation), data)
    check_refused("decoupled", data, activation)


@pytest.mark.parametrize("d_y", [1, 2, 3])
def test_the_condition_decides_and_the_smallest_widths_are_the_fewest(d_y):
    check_fewest_units("decoupled", RELU, d_y, lambda N, d1, d2: ((d1 + 1) // 2) * (d2 // d_y) >= N)


def test_sizes_of_large_problems():
    d1, d2 = smallest(Problem(10**12, 5, 1, RELU))
    assert (d1 + 1) // 2 * d2 >= 10**12 > (d1 - 1) // 2 * d2
    assert d1 + d2 <= 2828428


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_unused_units_are_zero(activation):
    data = make_dataset([[0], [1], [3], [4], [9], [11]], [1, "-1/2", 0, "1/3", 1, "2/5"])
    assert check_unused_units_are_zero("decoupled", data, activation, (1, 0))[0] == 1


@given(
    st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=16, unique=True),
    st.integers(1, 9),
    st.sampled_from([HARD_TANH, RELU]),
    st.data(),
)
def test_dyadic_data_give_dyadic_weights(positions, d1, activation, draws):
    labels = [fmpq(draws.draw(st.integers(-999, 999)), 8) for _ in positions]
    data = make_dataset([[v] for v in positions], labels)
    network = check_widths("decoupled", data, activation, (d1, -(-data.N // ((d1 + 1) // 2))))
    assert all(is_dyadic(v) for v in network.numbers())


@pytest.mark.parametrize("activation", [HARD_TANH, RELU], ids=str)
def test_weights_stay_short_where_those_of_theorem_3_1_grow(activation):
    source = random.Random(7)
    p = q = 20
    data = make_dataset(
        [[v] for v in source.sample(range(10**6), p * q)], [source.randint(-128, 127) for _ in range(p * q)]
    )
    network = check_widths("decoupled", data, activation, (2 * p - 1, q))
    assert is_float64(network)
    assert max(significant_bits(v) for v in network.numbers()) <= 40
    assert largest_bits(build(data, "product", (p, q), activation).network) > 200


def test_knots_enclose_the_blocks_and_their_distance_in_a_gap_is_a_power_of_two():
    line = [fmpq(v) for v in (-1, 0, 1, 10, 11, 14, 15, 99)]
    knots = knots_of(line, 2)
    assert knots[0] < line[1] < line[2] < knots[1] < knots[2] < line[3]
    assert line[4] < knots[3] < knots[4] < line[5] < line[6] < knots[5]
    assert [knots[2] - knots[1], knots[4] - knots[3]] == [4, 1]
    assert len(knots) == 6


def test_smallest_example_by_hand():
    data = make_dataset([[0], [1]], [3, 5])
    assert smallest_of("decoupled", data, RELU) == (1, 2)
    network = build(data, "decoupled", activation=RELU).network
    assert network.layers[0].bias == (1,)
