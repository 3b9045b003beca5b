"""Read-outs of one number against the layer-by-layer pass, and networks whose labels are classes."""

import numpy as np
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.constructions.build import build
from exactmem.constructions.theorem import Choices
from exactmem.datasets import packed_dataset
from exactmem.evaluate import evaluate, evaluate_generic, first_mismatch
from exactmem.networks import FNN, dense, largest_bits, layer, rank_one
from exactmem.packed import IntegerRows, OneHotRows
from exactmem.readouts import read_out
from exactmem.testing.strategies import hidden_activations, rationals, vectors


@given(hidden_activations(), st.integers(1, 5), st.integers(1, 3), st.data())
def test_equal_to_the_generic_pass(activation, units, d_y, data):
    draw = data.draw
    column = draw(vectors(units))
    hidden = layer(rank_one(column, [1]), draw(vectors(units)), activation)
    output = layer(dense([draw(vectors(units)) for _ in range(d_y)]), draw(vectors(d_y)))
    numbers = draw(st.lists(rationals(), min_size=1, max_size=12))
    expected = evaluate_generic(FNN((hidden, output)), [[t] for t in numbers])
    assert read_out(column, hidden, output, numbers) == expected


def classes_on_a_line(samples, classes):
    table = np.random.default_rng(1).integers(0, 2**15, (samples, 2))
    return packed_dataset(IntegerRows(table), OneHotRows(np.arange(samples) % classes, classes))


@given(hidden_activations(), st.integers(1, 40), st.integers(1, 5))
def test_flat_codes_of_proposition_3_2(activation, samples, classes):
    data = classes_on_a_line(samples, classes)
    flat = build(data, "3.2", activation=activation, choices=Choices(flat=True))
    assert flat.network.widths == build(data, "3.2", activation=activation).network.widths
    assert evaluate(flat.network, data.inputs) == evaluate_generic(flat.network, list(data.inputs))


def test_flat_codes_keep_weights_short():
    data = classes_on_a_line(400, 3)
    assert largest_bits(build(data, "3.2", choices=Choices(flat=True)).network) < 64
    assert largest_bits(build(data, "3.2").network) > 200


def test_the_first_wrong_class_is_found():
    data = classes_on_a_line(60, 4)
    network = build(data, "plateau").network
    assert first_mismatch(network, data) is None
    indices = data.labels.indices.copy()
    indices[[17, 40]] = (indices[[17, 40]] + 1) % 4
    wrong = packed_dataset(data.inputs, OneHotRows(indices, 4))
    mismatch = first_mismatch(network, wrong)
    assert mismatch.index == 17
    assert mismatch.expected == list(wrong.labels[17])
    assert mismatch.obtained == [fmpq(int(k == 17 % 4)) for k in range(4)]
