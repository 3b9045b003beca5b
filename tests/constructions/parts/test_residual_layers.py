"""Residual layers are written unit by unit and padded to their width."""

import pytest
from flint import fmpq

from exactmem.activations import RELU
from exactmem.constructions.parts.residual_layers import LayerUnits, unit_vector
from exactmem.errors import ShapeError
from exactmem.evaluate import evaluate_generic
from exactmem.networks import ResNet


def test_units_are_added_up_and_padded():
    units = LayerUnits(2, 2)
    units.add([fmpq(1), fmpq(0)], fmpq(-1), [fmpq(3), fmpq(0)])
    units.shift([fmpq(0), fmpq(2)], fmpq(1, 2))
    layer = units.finish(3, RELU, skip=False)
    network = ResNet((layer,))
    assert network.widths == (3,)
    assert evaluate_generic(network, [(fmpq(4), fmpq(7)), (fmpq(0), fmpq(0))]) == [[9, 1], [0, 1]]


def test_an_empty_layer_does_nothing():
    layer = LayerUnits(1, 1).finish(2, RELU, skip=True)
    last = LayerUnits(1, 1)
    last.add([fmpq(1)], fmpq(0), [fmpq(1)])
    assert evaluate_generic(ResNet((layer, last.finish(1, RELU, skip=False))), [(fmpq(5),)]) == [[5]]


def test_too_many_units_are_refused():
    units = LayerUnits(1, 1)
    for _ in range(2):
        units.add([fmpq(1)], fmpq(0), [fmpq(1)])
    with pytest.raises(ShapeError, match="2 units do not fit into a layer of width 1"):
        units.finish(1, RELU, skip=False)
    assert unit_vector(3, 1) == [0, 1, 0]
