"""Hardt and Ma's residual network: unit vectors of every dimension, any division of the units, what is refused."""

import random

import pytest
from flint import fmpq

from exactmem.activations import RELU, relu_like
from exactmem.constructions import hardt_ma, theorems
from exactmem.constructions.build import build
from exactmem.constructions.hardt_ma import thresholds
from exactmem.datasets import make_dataset
from exactmem.errors import DatasetError, SizeError, UsageError
from exactmem.evaluate import evaluate
from exactmem.networks import ResNet
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified


def on_the_sphere(N, d_x, d_y, seed=0):
    """Rational unit vectors: (2 s, |s|^2 - 1)/(|s|^2 + 1) for rational s."""
    rng = random.Random(seed)
    rows = {(fmpq(1),), (fmpq(-1),)} if d_x == 1 else set()
    while d_x > 1 and len(rows) < N:
        s = [fmpq(rng.randint(-30, 30), rng.randint(1, 9)) for _ in range(d_x - 1)]
        square = sum((v * v for v in s), fmpq(0))
        rows.add((*(2 * v / (square + 1) for v in s), (square - 1) / (square + 1)))
    inputs = sorted(rows)[:N]
    return make_dataset(inputs, [[int(i % d_y == k) for k in range(d_y)] for i in range(len(inputs))])


@pytest.mark.parametrize(("N", "d_x", "d_y"), [(1, 1, 1), (2, 1, 2), (2, 2, 1), (7, 2, 3), (12, 4, 5)])
def test_smallest_and_divided_widths(N, d_x, d_y):
    data = on_the_sphere(N, d_x, d_y)
    assert data.N == N
    construction = build(data, "hardt-ma")
    assert construction.network.widths == (N, d_y)
    assert_memorizes(construction.network, data)
    assert_verified(construction)
    for widths in ((*[1] * N, d_y), (N + 2, d_y + 1), ((N + 1) // 2, N, d_y)):
        network = build(data, "hardt-ma", widths).network
        assert network.widths == widths
        assert_memorizes(network, data)


def test_every_unit_sees_its_own_sample_alone():
    data = on_the_sphere(9, 3, 4)
    network = build(data, "hardt-ma", (4, 5, 4)).network
    seen = []
    for depth in range(2):
        below = evaluate(ResNet(network.layers[:depth]), data.inputs) if depth else [list(x) for x in data.inputs]
        layer = network.layers[depth]
        for j, (row, bias) in enumerate(zip(layer.U.nonzero(), layer.b, strict=True)):
            active = [i for i, h in enumerate(below) if sum((v * h[k] for k, v in row), bias) > 0]
            seen.append(active)
            assert active == [len(seen) - 1], (depth, j)
    assert all(fmpq(1, 2) <= b < 1 for b in thresholds(data))


def test_narrow_resnet_asks_for_fewer_units():
    for N in (10, 1000):
        problem = Problem(N, 5, 3, RELU)
        assert sum(theorems()["hardt-ma"].smallest(problem)) == N + 3
        assert sum(theorems()["narrow-resnet"].smallest(problem)) < N + 3


def test_what_is_refused():
    data = on_the_sphere(4, 3, 2)
    with pytest.raises(SizeError, match="3 < 4"):
        build(data, "hardt-ma", (3, 2))
    with pytest.raises(SizeError, match="1 < 2"):
        build(data, "hardt-ma", (4, 1))
    with pytest.raises(UsageError, match="about ReLU"):
        build(data, "hardt-ma", activation=relu_like(1, "1/10"))
    longer = make_dataset([[1, 0], ["3/5", 1]], [[1, 0], [0, 1]])
    with pytest.raises(DatasetError, match="squared norm is 34/25") as refused:
        build(longer, "hardt-ma")
    assert refused.value.witness == (1, fmpq(34, 25))


def test_the_products_may_be_computed_for_one_sample_at_a_time(monkeypatch):
    data = on_the_sphere(9, 3, 2)
    at_once = thresholds(data)
    monkeypatch.setattr(hardt_ma, "CHUNK_ENTRIES", 1)
    assert thresholds(data) == at_once
