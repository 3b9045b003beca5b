"""The least change of an output layer: exact, least among all, impossible only with a dependency that proves it."""

import json

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPRegressor

from exactmem.activations import HARD_TANH, RELU
from exactmem.certificates.checker import check_bytes, check_file
from exactmem.certificates.writing.document import assemble, to_bytes
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.datasets import make_dataset
from exactmem.errors import ExactmemError
from exactmem.evaluate import evaluate, first_mismatch
from exactmem.exactify import DependentFeaturesError, exactify, features
from exactmem.interchange import read_network
from exactmem.networks import FNN, ResNet, dense, layer, residual
from exactmem.rationals import exactly
from tests.support import network_strategies as networks


def test_the_least_change_by_hand():
    """f(x) = relu(x), asked for f(1) = 2: of all (a, b) with a + b = 2, (3/2, 1/2) is nearest to (1, 0)."""
    network = FNN((layer(dense([[1]]), [0], RELU), layer(dense([[1]]), [0])))
    found = exactify(network, make_dataset([[1]], [2]))
    assert (found.network.layers[1].weight.rows, found.network.layers[1].bias) == (((fmpq(3, 2),),), (fmpq(1, 2),))
    assert (found.rank, found.squared_norm, found.largest_change) == (1, fmpq(1, 2), fmpq(1, 2))


def test_a_network_that_fits_is_left_as_it_is():
    network = FNN((layer(dense([[1]]), [0], RELU), layer(dense([[2]]), [1])))
    found = exactify(network, make_dataset([[0], [1], [2], [-1]], [1, 3, 5, 1]))
    assert (found.network.layers[-1].weight.rows, found.squared_norm, found.rank) == (((fmpq(2),),), 0, 2)


@settings(max_examples=40)
@given(st.one_of(networks.fnns(max_layers=3, min_layers=2), networks.resnets()), st.data())
def test_it_fits_or_names_a_dependency_and_nothing_smaller_fits(network, data):
    row = st.lists(st.integers(-3, 3), min_size=network.d_x, max_size=network.d_x)
    inputs = data.draw(st.lists(row, min_size=1, max_size=5, unique_by=tuple))
    label = st.lists(st.integers(-3, 3), min_size=network.d_y, max_size=network.d_y)
    dataset = make_dataset(inputs, data.draw(st.lists(label, min_size=len(inputs), max_size=len(inputs))))
    phi = features(network, dataset.inputs)
    try:
        found = exactify(network, dataset)
    except DependentFeaturesError as error:
        _, sample, combination = error.witness
        for k in range(len(phi[0])):
            assert phi[sample][k] == sum((c * phi[j][k] for j, c in combination), fmpq(0))
        # the outputs go with the features, so that the labels would have to
        labels = [sum((c * dataset.labels[j][k] for j, c in combination), fmpq(0)) for k in range(dataset.d_y)]
        outputs = evaluate(network, dataset.inputs)
        own = [sum((c * outputs[j][k] for j, c in combination), fmpq(0)) for k in range(dataset.d_y)]
        differ = [y - f for y, f in zip(labels, own, strict=True)]
        assert differ != [y - f for y, f in zip(dataset.labels[sample], outputs[sample], strict=True)]
        return
    assert first_mismatch(found.network, dataset) is None
    changed = features(found.network, dataset.inputs)
    assert changed == phi  # hidden layers are untouched
    # least: the change is orthogonal to every direction that changes no output, so it lies in the span of the features
    change = _change(network, found.network)
    for column in zip(*change, strict=True):
        assert fmpq_mat([*phi, list(column)]).rank() == fmpq_mat(phi).rank()


def _change(before, after):
    """The change of the output layer, a row per feature, the bias last."""
    old, new = before.layers[-1], after.layers[-1]
    names = ("V", "c") if isinstance(before, ResNet) else ("weight", "bias")
    tables = []
    for part in (old, new):
        weight, bias = (getattr(part, name) for name in names)
        rows = [dict(row) for row in weight.nonzero()]
        columns = [[row.get(j, fmpq(0)) for row in rows] for j in range(weight.shape[1])]
        tables.append([*columns, list(bias)])
    return [[b - a for a, b in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)]


def test_a_residual_network():
    network = ResNet((residual(dense([[1]]), [0], dense([[1]]), [0], HARD_TANH, True),))
    dataset = make_dataset([[0], [2]], [1, 7])
    found = exactify(network, dataset)
    assert evaluate(found.network, dataset.inputs) == [[1], [7]]
    assert found.network.layers[0].skip


def test_dependent_samples_are_named(run, tmp_path):
    network, data = tmp_path / "n.json", tmp_path / "d.csv"
    network.write_text(json.dumps({"weights": [[[1]], [[1]]], "biases": [[0], [0]], "activation": "abs"}))
    data.write_text("x,y\n1,1\n2,2\n4,5\n")
    code, _, err = run("exactify", network, "--data", data, "-o", tmp_path / "c.json")
    assert (code, (tmp_path / "c.json").exists()) == (1, False)
    assert "the last hidden values of 3 samples have rank 2, and those of line 4 are a combination of 2 others'" in err
    assert "line 4 = -2 * (line 2) + 3 * (line 3)" in err
    data.write_text("x,y\n1,1\n2,2\n4,4\n")
    code, out, _ = run("exactify", network, "--data", data, "-o", tmp_path / "c.json", "--json")
    assert (code, json.loads(out)["rank"], json.loads(out)["largest_change"]) == (0, 2, "0")
    assert check_file(str(tmp_path / "c.json")).word == "VERIFIED"


def test_dimensions_and_limits():
    network = FNN((layer(dense([[1]]), [0], RELU), layer(dense([[1]]), [0])))
    with pytest.raises(ExactmemError, match="maps 1 numbers to 1, the samples have 2 and 1"):
        exactify(network, make_dataset([[1, 2]], [0]))
    with pytest.raises(ExactmemError, match="2001 samples; at most 2000"):
        exactify(network, make_dataset([[i] for i in range(2001)], [0] * 2001))


def test_a_network_trained_by_scikit_learn_on_its_digits():
    """It nearly fits 48 digits; the least change of its output layer fits them exactly, and the checker says so."""
    digits = load_digits()
    x, y = digits.data[:48].astype(int), digits.target[:48]
    trained = MLPRegressor(hidden_layer_sizes=(64,), solver="lbfgs", max_iter=300, random_state=1).fit(x, y)
    network = read_network(trained).network
    dataset = make_dataset([[int(v) for v in row] for row in x], [int(v) for v in y])
    assert first_mismatch(network, dataset) is not None
    found = exactify(network, dataset)
    assert found.rank == 48
    assert found.largest_change < fmpq(1, 10)
    assert network.layers[0] == found.network.layers[0]
    assert network.layers[1].weight.rows[0][0] == exactly(trained.coefs_[1][0, 0])
    claim = memorization_claim(found.network, dataset, "a test")
    assert check_bytes(to_bytes(assemble(found.network, dataset, claim, "exactify", {}))).word == "VERIFIED"
