"""Transformations of networks that keep the function: doubling, widening, unscaling."""

from fractions import Fraction

import mpmath
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, RELU, relu_like
from exactmem.constructions.parts.transform import LONG, hard_tanh_to_relu_like, integer_outputs, unscale, widen
from exactmem.constructions.theorem import Choices, check_widths
from exactmem.datasets import LabelScaling
from exactmem.errors import InexactNumberError, ShapeError, UsageError
from exactmem.evaluate import evaluate_generic
from exactmem.networks import FNN, FNNLayer, ResNet, dense, layer, rank_one
from exactmem.rationals import exactly
from exactmem.testing import assert_same_function
from exactmem.testing.strategies import entries, fnns, resnets


def hard_tanh_version(network):
    return FNN(
        (
            *(FNNLayer(l.weight, l.bias, HARD_TANH) for l in network.layers[:-1]),
            network.layers[-1],
        )
    )


@given(fnns(), st.sampled_from([RELU, relu_like(1, "1/10"), relu_like(5, 3)]), st.data())
def test_relu_like_networks_of_twice_the_width_compute_the_same(network, activation, data):
    network = hard_tanh_version(network)
    doubled = hard_tanh_to_relu_like(network, activation)
    inputs = data.draw(st.lists(st.lists(entries, min_size=network.d_x, max_size=network.d_x), min_size=1, max_size=4))
    assert doubled.widths == tuple(2 * w for w in network.widths)
    assert_same_function(doubled, network, inputs=None if network.d_x == 1 else inputs)


@given(fnns(), st.data())
def test_widening_keeps_the_function(network, data):
    widths = [w + data.draw(st.integers(0, 3)) for w in network.widths]
    inputs = data.draw(st.lists(st.lists(entries, min_size=network.d_x, max_size=network.d_x), min_size=1, max_size=4))
    wide = widen(network, widths)
    assert wide.widths == tuple(widths)
    assert_same_function(wide, network, inputs=None if network.d_x == 1 else inputs)
    for before, after in zip(network.layers, wide.layers, strict=True):
        assert type(before.weight) is type(after.weight)


@given(st.one_of(fnns(), resnets()), st.data())
def test_unscaling_is_an_affine_map_of_the_outputs(network, data):
    centers = tuple(data.draw(entries) for _ in range(network.d_y))
    radii = tuple(abs(data.draw(entries)) + 1 for _ in range(network.d_y))
    inputs = data.draw(st.lists(st.lists(entries, min_size=network.d_x, max_size=network.d_x), min_size=1, max_size=3))
    if isinstance(network, ResNet) and network.layers[-1].skip:
        with pytest.raises(ShapeError, match="skip connection"):
            unscale(network, LabelScaling(centers, radii))
        return
    moved = evaluate_generic(unscale(network, LabelScaling(centers, radii)), inputs)
    for before, after in zip(evaluate_generic(network, inputs), moved, strict=True):
        assert after == [c + r * v for c, r, v in zip(centers, radii, before, strict=True)]


def test_narrowing_is_refused():
    network = FNN((layer(dense([[1], [2]]), [0, 0], RELU), layer(dense([[1, 1]]), [0])))
    with pytest.raises(ShapeError, match="does not fit"):
        widen(network, [1])
    with pytest.raises(ShapeError, match="cannot get 2 widths"):
        widen(network, [2, 2])


def test_widths_are_positive_integers():
    assert check_widths([1, 2]) == (1, 2)
    for bad in ([0], [1, -2], [True], ["3"]):
        with pytest.raises(UsageError, match="not a positive integer"):
            check_widths(bad)


def test_rounding_follows_the_precision():
    assert Choices().rounded(fmpq(1, 3), "up") == fmpq(1, 3)
    assert Choices(precision=2).rounded(fmpq(1, 3), "up") == fmpq(1, 2)
    assert Choices(precision=2).rounded(fmpq(1, 3), "down") == fmpq(1, 4)


def test_choices_are_made_of_anything_exact():
    choices = Choices(
        u=(exactly(mpmath.mpf("1.5")), "1/3"), delta=Fraction(1, 7), alpha=exactly(mpmath.mpf(10)), codes=[0, 1]
    )
    assert choices == Choices(u=(fmpq(3, 2), fmpq(1, 3)), delta=fmpq(1, 7), alpha=fmpq(10), codes=(fmpq(0), fmpq(1)))
    assert type(choices.alpha) is fmpq
    for inexact in ({"u": (0.5, 1)}, {"codes": (0.5,)}, {"delta": 0.5}, {"alpha": 1e9}):
        with pytest.raises(InexactNumberError):
            Choices(**inexact)


@given(
    st.lists(st.tuples(entries, entries, st.lists(entries, min_size=2, max_size=2)), min_size=1, max_size=5),
    st.sampled_from([RELU, ABS, relu_like(1, "1/10")]),
)
def test_output_weights_become_integers_where_their_common_denominator_is_long(units, activation):
    long = fmpq(1, 3**2600)
    weights, biases, outputs = zip(*units, (fmpq(1), fmpq(0), [long, 2 * long]), strict=True)
    hidden = layer(rank_one(weights, [1]), biases, activation)
    network = FNN((hidden, layer(dense(list(zip(*outputs, strict=True))), [1, 2])))
    made = integer_outputs(network)
    assert all(v.denom() == 1 for row in made.layers[1].weight.rows for v in row)
    assert_same_function(made, network)


def test_short_output_weights_stay_as_they_are():
    network = FNN((layer(rank_one([1], [1]), [0], RELU), layer(dense([[fmpq(1, 2**LONG // 2)]]), [0])))
    assert integer_outputs(network) is network
