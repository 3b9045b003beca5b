"""The counts of `sizes.counts` against the entries of networks that are written down."""

import itertools

import pytest

from exactmem.activations import ABS, HARD_TANH, RELU, THRESHOLD, relu_like
from exactmem.networks import FNN, ResNet, dense, layer, residual
from exactmem.sizes.counts import fnn_edges, free_parameters, resnet_edges

SHAPES = [
    (d_x, widths, d_y)
    for d_x, d_y in itertools.product((1, 3), (1, 2))
    for hidden in (1, 2, 3)
    for widths in itertools.product((1, 4), repeat=hidden)
]


def ones(rows: int, columns: int):
    return dense([[1] * columns for _ in range(rows)])


@pytest.mark.parametrize(("d_x", "widths", "d_y"), SHAPES)
def test_the_edges_are_the_entries(d_x, widths, d_y):
    sizes = [d_x, *widths, d_y]
    layers = [layer(ones(above, below), [1] * above, RELU) for below, above in itertools.pairwise(sizes[:-1])]
    network = FNN((*layers, layer(ones(d_y, widths[-1]), [1] * d_y)))
    assert fnn_edges(d_x, widths, d_y) == network.edges == len(list(network.numbers()))
    outputs = [d_x] * (len(widths) - 1) + [d_y]
    blocks = [
        residual(ones(d, d_x), [1] * d, ones(out, d), [1] * out, RELU, l < len(widths))
        for l, (d, out) in enumerate(zip(widths, outputs, strict=True), 1)
    ]
    assert resnet_edges(d_x, widths, d_y) == ResNet(tuple(blocks)).edges


@pytest.mark.parametrize(("d_x", "widths", "d_y"), SHAPES)
def test_the_free_parameters_leave_out_scales_and_what_a_constant_layer_hides(d_x, widths, d_y):
    edges = fnn_edges(d_x, widths, d_y)
    assert free_parameters(HARD_TANH, d_x, widths, d_y) == edges
    for activation in (RELU, relu_like(2, "1/3"), ABS):
        assert free_parameters(activation, d_x, widths, d_y) == edges - sum(widths)
    assert free_parameters(THRESHOLD, d_x, widths, d_y) == d_y * widths[-1] + d_y
