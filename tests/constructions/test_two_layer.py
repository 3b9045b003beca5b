"""Theorem two-layer: memorizes at the smallest widths, in every case of its proof, and no more samples are claimed."""

import itertools

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.capacities.decision import memorize
from exactmem.capacities.search import Refutation
from exactmem.constructions import two_layer
from exactmem.constructions.build import build
from exactmem.constructions.theorem import NO_CHOICES
from exactmem.datasets import make_dataset
from exactmem.errors import SizeError
from exactmem.evaluate import first_mismatch
from exactmem.networks import FNN
from exactmem.sizes.problem import Problem
from exactmem.sizes.two_layer import fewest_two_layer_units, two_layer_capacity

ACTIVATIONS = [RELU, relu_like(1, "1/10"), relu_like(3, "29/10"), HARD_TANH]
every_activation = pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
PLACES = [0, 1, 3, 7, 8, 20, 21]


def on_a_line(labels, places=PLACES):
    return make_dataset([[x] for x in places[: len(labels)]], list(labels))


@every_activation
@pytest.mark.parametrize("N", range(1, 7))
def test_all_small_labels_with_the_fewest_units(activation, N):
    for labels in itertools.product((-1, 0, 2), repeat=N):
        data = on_a_line(labels)
        widths = two_layer.smallest(Problem(N, 1, 1, activation, data))
        network = two_layer.construct(data, widths, activation, NO_CHOICES)
        assert network.widths == widths
        assert first_mismatch(network, data) is None, labels


@every_activation
@given(st.data())
def test_any_data_any_dimension_any_number_of_outputs(activation, data):
    d_x, d_y = data.draw(st.sampled_from([(1, 1), (1, 1), (2, 1), (3, 2)]))
    number = st.builds(fmpq, st.integers(-30, 30), st.integers(1, 6))
    inputs = data.draw(st.lists(st.tuples(*[number] * d_x), min_size=1, max_size=14, unique_by=str))
    labels = [data.draw(st.tuples(*[number] * d_y)) for _ in inputs]
    samples = make_dataset(inputs, labels)
    assert first_mismatch(build(samples, "two-layer", activation=activation).network, samples) is None


@every_activation
def test_the_capacity_is_what_the_least_width_inverts(activation):
    for N in range(1, 40):
        units = fewest_two_layer_units(activation, N)
        assert two_layer_capacity(activation, units) >= N
        assert units == 0 or two_layer_capacity(activation, units - 1) < N


@every_activation
@pytest.mark.parametrize("units", [1, 2, 3, 4])
def test_one_sample_more_is_impossible(activation, units):
    N = two_layer_capacity(activation, units)
    alternating = on_a_line([(-1) ** i for i in range(N + 1)], range(N + 1))
    assert isinstance(memorize(alternating, activation, units), Refutation)


@every_activation
@pytest.mark.parametrize("units", [1, 2, 3, 4])
def test_the_search_agrees_that_the_capacity_is_reached(activation, units):
    N = two_layer_capacity(activation, units)
    alternating = on_a_line([(-1) ** i for i in range(N)], range(N))
    assert isinstance(memorize(alternating, activation, units), FNN)


def test_hard_tanh_blocks_leave_only_blocks():
    for n in (1, 3, 5, 7, 9, 11):
        for signs in itertools.product((-1, 1), repeat=n):
            rest, odd = list(signs), 0
            while rest:
                stop = two_layer.block_end(rest)
                assert rest[0] == rest[stop - 1]
                odd += stop % 2
                rest = rest[stop:]
            assert odd == 1, signs


def test_too_few_units_are_refused_with_the_least_width():
    data = on_a_line([0, 1, 0, 1, 0])
    with pytest.raises(SizeError, match="smallest widths that do are 3") as caught:
        build(data, "two-layer", [2], RELU)
    assert caught.value.witness == (3,)
    assert build(data, "two-layer", [3], RELU).network.widths == (3,)
    assert build(data, "two-layer", None, HARD_TANH).network.widths == (3,)


def test_two_outputs_need_one_unit_per_gap():
    data = make_dataset([[0], [1], [2], [3]], [[0, 1], [1, 0], [0, 1], [1, 1]])
    for activation in (RELU, HARD_TANH):
        assert build(data, "two-layer", activation=activation).network.widths == (3,)


def test_long_data_keep_short_weights():
    data = on_a_line([(-1) ** (i // 3) * (i % 7) for i in range(201)], range(201))
    network = build(data, "two-layer", activation=HARD_TANH).network
    assert network.widths == (101,)
    assert max(int(abs(v.numer())).bit_length() + int(v.denom()).bit_length() for v in network.numbers()) < 80
