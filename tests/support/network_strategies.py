"""Hypothesis strategies for small random networks, shared by the evaluators' tests."""

import itertools
from typing import Any

from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, RELU, SQUARE, THRESHOLD, relu_like
from exactmem.networks import FNN, Matrix, ResNet, dense, layer, rank_one, residual, sparse
from exactmem.testing import rationals

ACTIVATIONS = [RELU, relu_like(2, "1/3"), HARD_TANH, THRESHOLD, ABS]
entries = rationals(low=-4, high=4, max_denominator=3)


def rows(height: int, width: int) -> st.SearchStrategy[Any]:
    return st.lists(st.lists(entries, min_size=width, max_size=width), min_size=height, max_size=height)


def vectors(size: int) -> st.SearchStrategy[Any]:
    return st.lists(entries, min_size=size, max_size=size)


@st.composite
def matrices(draw: st.DrawFn, height: int, width: int) -> Matrix:
    form = draw(st.sampled_from(["dense", "sparse", "rank-one"]))
    if form == "rank-one":
        return rank_one(draw(vectors(height)), draw(vectors(width)))
    table = draw(rows(height, width))
    if form == "dense":
        return dense(table)
    kept = draw(st.lists(st.booleans(), min_size=height * width, max_size=height * width))
    cells = {(i, j): v for i, row in enumerate(table) for j, v in enumerate(row) if kept[i * width + j]}
    return sparse((height, width), cells)


@st.composite
def fnns(
    draw: st.DrawFn, *, max_layers: int = 4, rank_one_first: bool = False, squares: bool = False, min_layers: int = 1
) -> FNN:
    count = draw(st.integers(min_layers, max_layers))
    sizes = [draw(st.integers(1, 4)) for _ in range(count + 1)]
    kinds = [*ACTIVATIONS, SQUARE] if squares else ACTIVATIONS
    layers = []
    for l, (below, above) in enumerate(itertools.pairwise(sizes)):
        if l == 0 and rank_one_first:
            weight: Matrix = rank_one(draw(vectors(above)), draw(vectors(below)))
        else:
            weight = draw(matrices(above, below))
        bias = draw(vectors(above))
        layers.append(layer(weight, bias, draw(st.sampled_from(kinds))) if l < count - 1 else layer(weight, bias))
    return FNN(tuple(layers))


@st.composite
def resnets(draw: st.DrawFn) -> ResNet:
    d = draw(st.integers(1, 3))
    last_skips = draw(st.booleans())
    layers = []
    for last in [False] * draw(st.integers(0, 2)) + [True]:
        width = draw(st.integers(1, 3))
        skip = last_skips or not last
        out = d if skip else draw(st.integers(1, 3))
        activation = draw(st.sampled_from([*ACTIVATIONS, SQUARE]))
        U, V = draw(matrices(width, d)), draw(matrices(out, width))
        layers.append(residual(U, draw(vectors(width)), V, draw(vectors(out)), activation, skip))
    return ResNet(tuple(layers))
