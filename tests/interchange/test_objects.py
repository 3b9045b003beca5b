"""Networks as Python objects: PyTorch modules (real ones where PyTorch is installed, stand-ins everywhere) and
scikit-learn's perceptrons."""

import importlib.util
import warnings

import numpy as np
import pytest
from flint import fmpq
from sklearn.neural_network import MLPClassifier, MLPRegressor

from exactmem.activations import HARD_TANH, relu_like
from exactmem.errors import ExactmemError
from exactmem.evaluate import evaluate
from exactmem.interchange import read_network
from exactmem.networks import FNN
from exactmem.rationals import exactly
from tests.support import stand_ins

LIBRARIES = [stand_ins]
if importlib.util.find_spec("torch") is not None:
    import torch

    LIBRARIES.append(torch.nn)
every_library = pytest.mark.parametrize("nn", LIBRARIES, ids=lambda nn: nn.__name__)


def numbers(tensor):
    """A parameter as nested lists of rationals, read in the plainest way."""
    array = tensor.detach().numpy() if hasattr(tensor, "detach") else tensor
    return [[exactly(v) for v in row] for row in array] if array.ndim == 2 else [exactly(v) for v in array]


def linear(module, x):
    bias = numbers(module.bias) if module.bias is not None else [fmpq(0)] * len(numbers(module.weight))
    return [
        sum((w * v for w, v in zip(row, x, strict=True)), b)
        for row, b in zip(numbers(module.weight), bias, strict=True)
    ]


@every_library
def test_a_sequential_module(nn):
    first, second, third = nn.Linear(3, 4), nn.Linear(4, 4, bias=False), nn.Linear(4, 2)
    inner = nn.Sequential(nn.Dropout(), second, nn.LeakyReLU(0.25))
    module = nn.Sequential(nn.Flatten(), first, nn.ReLU(), inner, nn.Identity(), third, nn.Hardtanh(-2.0, 2.0))
    network = read_network(module).network
    x = [fmpq(1, 2), fmpq(-3), fmpq(2)]
    h = [max(v, fmpq(0)) for v in linear(first, x)]
    h = [v if v >= 0 else v / 4 for v in linear(second, h)]
    assert evaluate(network, [x])[0] == [min(max(v, fmpq(-2)), fmpq(2)) for v in linear(third, h)]
    assert [l.activation for l in network.layers[1:3]] == [relu_like(1, "1/4"), HARD_TANH]


@every_library
def test_a_state_dict_is_taken_with_relu(nn):
    module = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    found = read_network(module.state_dict())
    assert found.network == read_network(module).network
    assert "ReLU is taken" in found.notes[0]


@every_library
def test_batch_normalization_and_relu6(nn):
    norm = nn.BatchNorm1d(2)
    module = nn.Sequential(nn.Linear(2, 2), norm, nn.ReLU6(), nn.Linear(2, 1))
    with pytest.raises(ExactmemError, match="irrational"):
        read_network(module)
    found = read_network(module, rounded=True)
    assert "2 irrational factors" in found.notes[0]
    norm.eps = 3.0
    first, last = module.named_children(), None
    (_, first), *_, (_, last) = first
    x = [fmpq(7), fmpq(-1)]
    h = [min(max(v / 2, fmpq(0)), fmpq(6)) for v in linear(first, x)]
    assert evaluate(read_network(module).network, [x])[0] == linear(last, h)


@every_library
def test_a_final_softmax_is_left_out(nn):
    found = read_network(nn.Sequential(nn.Linear(2, 2), nn.Softmax(dim=-1)))
    assert (found.readout_left_out, found.notes) == (
        True,
        ("the final Softmax is left out: it keeps the order of the outputs",),
    )
    with pytest.raises(ExactmemError, match="is not supported"):
        read_network(nn.Sequential(nn.Softmax(dim=-1), nn.Linear(2, 2)))


@every_library
def test_modules_that_are_refused(nn):
    with pytest.raises(ExactmemError, match=r"module '1' \(Tanh\) is not supported; supported are BatchNorm1d"):
        read_network(nn.Sequential(nn.Linear(2, 2), nn.Tanh()))
    with pytest.raises(ExactmemError, match="3 inputs, but the layer before gives 2"):
        read_network(nn.Sequential(nn.Linear(2, 2), nn.Linear(3, 1)))
    with pytest.raises(ExactmemError, match="no Linear layer"):
        read_network(nn.Sequential(nn.ReLU()))
    with pytest.raises(ExactmemError, match="a state_dict of linear layers is needed"):
        read_network(nn.Sequential(nn.Linear(2, 2)).state_dict() | {"running_mean": np.zeros(2)})
    bad = nn.Linear(1, 1)
    state = {"0.weight": np.array([[np.nan]]), "0.bias": np.array([0.0])}
    with pytest.raises(ExactmemError, match=r"'0\.weight': nan is not a finite number"):
        read_network(state)
    assert isinstance(read_network(bad).network, FNN)


# ---- scikit-learn ---------------------------------------------------------------------------------------------------


def fitted(kind, labels, **options):
    random = np.random.default_rng(0)
    x = random.integers(-4, 5, (20, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(hidden_layer_sizes=(5, 4), max_iter=30, random_state=0, **options).fit(x, labels(x)), x


def test_a_regressor():
    trained, x = fitted(MLPRegressor, lambda x: x[:, 0] - 2.0 * x[:, 1])
    found = read_network(trained)
    assert (found.network.widths, found.notes) == ((5, 4), ())
    outputs = evaluate(found.network, [[fmpq(int(v)) for v in row] for row in x])
    assert max(abs(a[0] - exactly(b)) for a, b in zip(outputs, trained.predict(x), strict=True)) < fmpq(1, 10**9)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_classifier_keeps_its_decisions(classes):
    trained, x = fitted(MLPClassifier, lambda x: x[:, 0] % classes)
    found = read_network(trained)
    assert found.readout_left_out
    outputs = evaluate(found.network, [[fmpq(int(v)) for v in row] for row in x])
    decided = [int(y[0] > 0) if classes == 2 else y.index(max(y)) for y in outputs]
    assert decided == list(trained.predict(x))


def test_perceptrons_that_are_refused():
    with pytest.raises(ExactmemError, match="not fitted"):
        read_network(MLPRegressor(hidden_layer_sizes=(3,)))
    trained, _ = fitted(MLPRegressor, lambda x: x[:, 0], activation="tanh")
    with pytest.raises(ExactmemError, match="'tanh' is not piecewise linear"):
        read_network(trained)
    trained, _ = fitted(MLPRegressor, lambda x: x[:, 0])
    trained.coefs_[0][1, 2] = np.inf
    with pytest.raises(ExactmemError, match="layer 1, unit 2: inf is not a finite number"):
        read_network(trained)
