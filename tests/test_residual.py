"""exactmem/residual.py: residual networks at packed inputs, as layer by layer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.evaluate import evaluate, evaluate_generic
from exactmem.networks import ResNet, dense, residual, sparse
from exactmem.packed import IntegerRows
from exactmem.residual import residual_outputs

WEIGHTS = st.sampled_from([0, 0, 1, -2, "1/3", "-5/7"])


@st.composite
def networks(draw):
    """A residual network that writes to some coordinates, or to none."""
    d_x, layers = draw(st.integers(1, 4)), []
    count = draw(st.integers(1, 3))
    for l in range(count):
        width, last = draw(st.integers(1, 3)), l == count - 1
        above = draw(st.integers(1, 3)) if last else d_x
        U = [[draw(WEIGHTS) for _ in range(d_x)] for _ in range(width)]
        V = {(i, j): draw(WEIGHTS) for i in range(above) for j in range(width)}
        b, c = ([draw(WEIGHTS) for _ in range(size)] for size in (width, above))
        activation = draw(st.sampled_from([RELU, HARD_TANH, relu_like(3, "1/7")]))
        layers.append(residual(dense(U), b, sparse((above, width), V), c, activation, not last))
    return ResNet(tuple(layers))


@given(networks(), st.integers(1, 9), st.integers(1, 4), st.sampled_from([1, 2, 255]), st.integers(0, 99))
def test_as_layer_by_layer(network, samples, at_once, denominator, seed):
    table = np.random.default_rng(seed).integers(-128, 128, (samples, network.d_x), dtype=np.int8)
    inputs, told = IntegerRows(table, denominator), []
    expected = evaluate_generic(network, [list(x) for x in inputs])
    assert residual_outputs(network, inputs, at_once, told.append) == expected
    assert told == [*range(at_once, samples, at_once), samples]
    assert evaluate(network, inputs) == expected


@pytest.mark.parametrize("samples", [1, 5])
def test_a_skip_connection_in_the_last_layer_is_followed_layer_by_layer(samples):
    layer = residual(dense([[1, -1]]), [0], sparse((2, 1), {(0, 0): 1}), [0, 1], RELU, skip=True)
    inputs = IntegerRows(np.arange(2 * samples).reshape(samples, 2))
    assert evaluate(ResNet((layer, layer)), inputs) == evaluate_generic(ResNet((layer, layer)), list(inputs))
