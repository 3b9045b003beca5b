"""Every row of the table of constructions: builds at the smallest widths and above, refuses below, verifies."""

import random

import pytest
from flint import fmpq

from exactmem.activations import RELU, parse_activation, relu_like
from exactmem.commands.common import data_path
from exactmem.constructions import theorems
from exactmem.constructions.build import build
from exactmem.datasets import make_dataset
from exactmem.errors import SizeError
from exactmem.readers import read_dataset
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified


def activations_of(theorem):
    for kind in theorem.activations:
        yield from [RELU, relu_like(3, "1/7")] if kind == "relu-like" else [parse_activation(kind)]


CASES = [(t.id, a) for t in theorems().values() if t.sufficient for a in activations_of(t)]
every_case = pytest.mark.parametrize(("name", "activation"), CASES, ids=[f"{i}-{a}" for i, a in CASES])


def labels_for(theorem, N, d_y, rng):
    """Labels the theorem is about: one-hot, 0/1 for Baum's, else rationals beyond [-1, 1]."""
    if theorem.task == "classification" or theorem.id == "baum":
        classes = [rng.randrange(d_y) for _ in range(N)]
        return [[int(c == k) for k in range(d_y)] for c in classes]
    return [[fmpq(rng.randint(-30, 30), rng.randint(1, 9)) for _ in range(d_y)] for _ in range(N)]


def random_dataset(theorem, N, d_x, d_y, seed):
    rng = random.Random(f"{theorem.id} {N} {d_x} {d_y} {seed}")
    rows = {tuple(rng.randint(-(10**6), 10**6) for _ in range(d_x)) for _ in range(N)}
    return make_dataset(sorted(rows), labels_for(theorem, len(rows), d_y, rng))


@every_case
@pytest.mark.parametrize(("N", "d_x", "d_y"), [(1, 1, 1), (2, 2, 2), (5, 1, 3), (7, 3, 2), (12, 2, 1), (13, 4, 4)])
def test_smallest_widths_build_larger_ones_too_and_smaller_ones_are_refused(name, activation, N, d_x, d_y):
    theorem = theorems()[name]
    if name == "4.1" and d_x < d_y:
        d_x = d_y  # the theorem asks for d_x >= d_y
    data = random_dataset(theorem, N, d_x, d_y, 0)
    problem = Problem(data.N, data.d_x, data.d_y, activation, data)
    smallest = theorem.smallest(problem)
    construction = build(data, name, activation=activation)
    assert construction.network.widths == smallest
    assert_memorizes(construction.network, data)
    assert_verified(construction)
    larger = tuple(w + 1 + i % 2 for i, w in enumerate(smallest))
    if theorem.unmet(problem, larger) is None:
        construction = build(data, name, larger, activation)
        assert construction.network.widths == larger
        assert_memorizes(construction.network, data)
    refused = 0
    for i, width in enumerate(smallest):
        smaller = (*smallest[:i], width - 1, *smallest[i + 1 :])
        if width > 1 and theorem.unmet(problem, smaller) is not None:
            refused += 1
            with pytest.raises(SizeError, match="smallest widths"):
                build(data, name, smaller, activation)
    assert refused or max(smallest) <= 2


@every_case
def test_iris(name, activation):
    theorem = theorems()[name]
    if name == "baum":
        data = read_dataset(data_path("iris"), labels=["species=virginica"])
    elif theorem.task == "classification":
        data = read_dataset(data_path("iris"), classify=True)
    else:
        data = read_dataset(data_path("iris_numeric"))
    construction = build(data, name, activation=activation)
    assert_verified(construction)


@pytest.mark.parametrize("name", [t.id for t in theorems().values() if t.needs == "distinct inputs"])
@pytest.mark.parametrize(
    "inputs",
    [
        [[2**70 + i] for i in range(7)],
        [["1e-30"], ["2e-30"], ["5e-30"], [0], [1]],
        [[2**i] for i in range(0, 48, 4)],
        [[0, 0], [1, 1], [2, 2], [3, 3], [1, 2]],
        [["1/3", 1], ["1/3", 2], ["1/7", 1]],
    ],
    ids=["offset", "gaps", "skewed", "collinear", "ties"],
)
def test_data_that_break_naive_implementations(name, inputs):
    theorem = theorems()[name]
    rng = random.Random(name)
    d_y = 1 if theorem.task == "regression" else 3
    labels = labels_for(theorem, len(inputs), d_y, rng)
    if theorem.task == "regression" and name != "baum":
        labels = [[rng.choice([-1, 1])] for _ in inputs]
    data = make_dataset(inputs, labels)
    for activation in activations_of(theorem):
        construction = build(data, name, activation=activation)
        assert_memorizes(construction.network, data)
