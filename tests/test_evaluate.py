"""exactmem/evaluate.py and sweep.py against each other, against the checker, and against naive Fractions."""

import functools
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from unittest.mock import patch

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem import matrices
from exactmem.activations import ABS, HARD_TANH, RELU, THRESHOLD
from exactmem.certificates import checker
from exactmem.certificates.writing.document import assemble, to_bytes
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.datasets import make_dataset
from exactmem.errors import ShapeError
from exactmem.evaluate import evaluate, evaluate_generic, first_mismatch, pre_activations
from exactmem.networks import FNN, dense, layer, rank_one, sparse
from exactmem.rationals import to_fraction
from exactmem.sweep import as_rank_one, sweep, sweep_start
from exactmem.testing.strategies import entries, fnns, resnets
from tests.support import naive


def inputs_for(network, data):
    return data.draw(st.lists(st.lists(entries, min_size=network.d_x, max_size=network.d_x), min_size=1, max_size=8))


def naive_outputs(network, inputs):
    description = network.to_json()
    return [naive.evaluate(description, [to_fraction(v) for v in x]) for x in inputs]


def as_fractions(outputs):
    return [[to_fraction(v) for v in y] for y in outputs]


@given(st.one_of(fnns(squares=True), resnets()), st.data())
def test_the_general_evaluator_agrees_with_naive_fractions(network, data):
    inputs = inputs_for(network, data)
    expected = naive_outputs(network, inputs)
    assert as_fractions(evaluate_generic(network, inputs)) == expected
    with patch.object(matrices, "LONG", 0):  # term by term, whatever the denominators
        assert as_fractions(evaluate_generic(network, inputs)) == expected


@settings(max_examples=200)
@given(fnns(rank_one_first=True, min_layers=3), st.data())
def test_the_sweep_agrees_with_naive_fractions(network, data):
    assert sweep_start(network.layers) == 0
    inputs = inputs_for(network, data)
    assert as_fractions(evaluate(network, inputs)) == naive_outputs(network, inputs)


@given(fnns(max_layers=2), fnns(rank_one_first=True, min_layers=3), st.data())
def test_the_sweep_starts_where_a_later_layer_sees_one_number(below, above, data):
    bridge = layer(dense([[2] + [-1] * (below.d_y - 1)] * above.d_x), [1] * above.d_x, HARD_TANH)
    network = FNN((*below.layers, bridge, *above.layers))
    assert sweep_start(network.layers) is not None
    inputs = inputs_for(network, data)
    assert as_fractions(evaluate(network, inputs)) == naive_outputs(network, inputs)


def test_matrices_of_rank_one_are_recognised_by_their_single_column():
    assert as_rank_one(dense([[0, 2], [0, 0], [0, 3]])) == rank_one([2, 0, 3], [0, 1])
    assert as_rank_one(sparse((2, 2), {(1, 0): 5})) == rank_one([0, 5], [1, 0])
    assert as_rank_one(dense([[1, 2], [2, 4]])) is None
    assert as_rank_one(dense([[0, 0]])) is None


@given(fnns(rank_one_first=True, min_layers=3), st.data())
def test_three_evaluators_and_the_checker_agree(network, data):
    inputs = inputs_for(network, data)
    labels = evaluate_generic(network, inputs)
    dataset = make_dataset(inputs, labels)
    document = assemble(network, dataset, memorization_claim(network, dataset, "a test"), "random", {})
    assert checker.check_bytes(to_bytes(document)).word == "VERIFIED"
    wrong = make_dataset(dataset.inputs, [*dataset.labels[:-1], [v + 1 for v in dataset.labels[-1]]])
    document = assemble(network, wrong, memorization_claim(network, wrong, "a test"), "random", {})
    assert checker.check_bytes(to_bytes(document)).word == "REFUTED"


@pytest.mark.parametrize("activation", [RELU, HARD_TANH, THRESHOLD, ABS])
@pytest.mark.parametrize("slope", [1, -1, 0])
def test_the_sweep_is_right_exactly_on_the_kinks(activation, slope):
    network = FNN(
        (
            layer(rank_one([slope, -2], [1]), [0, 1], activation),
            layer(dense([[1, -1], [2, 1], [0, 0]]), [0, -1, "1/2"], activation),
            layer(dense([[1, -3, 2]]), ["1/7"]),
        )
    )
    inputs = [[fmpq(n, 4)] for n in range(-12, 13)]
    assert evaluate(network, inputs) == evaluate_generic(network, inputs)
    assert as_fractions(sweep(network.layers, inputs)) == naive_outputs(network, inputs)


def test_repeated_and_unordered_inputs_keep_their_places():
    network = FNN(
        (layer(rank_one([1, 2], [1, 1]), [0, 0], RELU), layer(dense([[1, 1]]), [0], RELU), layer(dense([[1]]), [0]))
    )
    inputs = [[fmpq(3), fmpq(0)], [fmpq(-1), fmpq(0)], [fmpq(1), fmpq(2)], [fmpq(3), fmpq(0)]]
    assert evaluate(network, inputs) == [[9], [0], [9], [9]]


@pytest.mark.parametrize(
    "make_executor", [ThreadPoolExecutor, functools.partial(ProcessPoolExecutor, mp_context=get_context("spawn"))]
)
def test_workers_give_the_same_result(make_executor, monkeypatch):
    monkeypatch.setattr("exactmem.evaluate.WORTH_SHARING", 0)
    network = FNN(
        (
            layer(rank_one([1, "-1/3"], [1]), [0, 1], HARD_TANH),
            layer(dense([[2, 5]]), [0], RELU),
            layer(dense([[1]]), [0]),
        )
    )
    off_the_line = FNN((layer(dense([[1], [2]]), [0, 1], RELU), layer(dense([[1, 1]]), [0])))
    inputs = [[fmpq(n * n % 41 - 20, 3)] for n in range(41)]
    with make_executor(max_workers=2) as executor:
        for net in (network, off_the_line):
            assert evaluate(net, inputs, executor) == evaluate_generic(net, inputs)
        assert evaluate(network, [], executor) == []


def test_workers_are_not_asked_for_what_is_soon_done():
    class Never(Executor):
        def submit(self, *args, **kwargs):
            raise AssertionError("work was handed on")

    network = FNN((layer(dense([[2]]), [0]),))
    assert evaluate(network, [[fmpq(1)]], Never()) == [[2]]


def test_inputs_of_the_wrong_length_are_refused():
    with pytest.raises(ShapeError, match="input 1 has 2 entries"):
        evaluate(FNN((layer(dense([[1]]), [0]),)), [[fmpq(1)], [fmpq(1), fmpq(2)]])


def test_first_mismatch_names_sample_and_values():
    network = FNN((layer(dense([[2]]), [0]),))
    assert first_mismatch(network, make_dataset([[1], [2]], [2, 4])) is None
    found = first_mismatch(network, make_dataset([[1], [2], [3]], [2, 5, 7]))
    assert found is not None
    assert (found.index, found.expected, found.obtained) == (1, [5], [4])


def test_pre_activations():
    network = FNN((layer(dense([[1], [2]]), [0, -1], RELU), layer(dense([[1, 1]]), [3])))
    assert pre_activations(network, [fmpq(-1)]) == [[-1, -3], [3]]
    assert Fraction(1, 2) == to_fraction(pre_activations(network, [fmpq(1, 2)])[0][0])
