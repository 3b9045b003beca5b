"""Hypothesis strategies for exact numbers, datasets and networks; needs the extra `testing` (hypothesis)."""

__all__ = [
    "ACTIVATIONS",
    "adversarial_spacings",
    "classification_datasets",
    "coordinates",
    "datasets",
    "entries",
    "fnns",
    "general_position_classification",
    "general_position_inputs",
    "general_position_regression",
    "hidden_activations",
    "matrices",
    "networks",
    "one_hot_dataset",
    "rationals",
    "resnets",
    "rows",
    "unit_labels",
    "vectors",
]

import itertools
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, RELU, SQUARE, THRESHOLD, Activation, PiecewiseLinear, relu_like
from exactmem.datasets import Dataset, make_dataset
from exactmem.general_position import find_dependent_samples
from exactmem.networks import FNN, Matrix, Network, ResNet, dense, layer, rank_one, residual, sparse


@st.composite
def rationals(draw: st.DrawFn, *, low: int = -20, high: int = 20, max_denominator: int = 12) -> Any:
    """Rationals in [low, high], small denominators first."""
    denominator = draw(st.integers(1, max_denominator))
    return fmpq(draw(st.integers(low * denominator, high * denominator)), denominator)


def unit_labels() -> st.SearchStrategy[Any]:
    """Rationals in [-1, 1], with the ends and zero likely."""
    return st.one_of(st.sampled_from([fmpq(-1), fmpq(0), fmpq(1)]), rationals(low=-1, high=1))


def coordinates() -> st.SearchStrategy[Any]:
    """Coordinates that are small, huge with small differences, or tiny: what breaks inexact code."""
    return st.one_of(
        rationals(),
        st.integers(-3, 3).map(lambda v: fmpq(2) ** 70 + v),
        st.integers(-3, 3).map(lambda v: v * fmpq(10) ** -30),
        st.integers(-40, 40).map(lambda v: fmpq(2) ** v),
    )


def hidden_activations() -> st.SearchStrategy[PiecewiseLinear]:
    """Hard-tanh, ReLU, leaky and steep ReLU-like activations."""
    return st.sampled_from([HARD_TANH, RELU, relu_like(1, "1/10"), relu_like(1, "999/1000"), relu_like(7, 2)])


@st.composite
def datasets(
    draw: st.DrawFn,
    *,
    max_samples: int = 12,
    max_d_x: int = 3,
    max_d_y: int = 3,
    labels: st.SearchStrategy[Any] | None = None,
) -> Dataset:
    """Datasets of 1 to max_samples distinct inputs with labels in [-1, 1] (or drawn from `labels`)."""
    d_x, d_y = draw(st.integers(1, max_d_x)), draw(st.integers(1, max_d_y))
    row = st.tuples(*[coordinates()] * d_x)
    inputs = draw(st.lists(row, min_size=1, max_size=max_samples, unique=True))
    values = labels if labels is not None else unit_labels()
    outputs = draw(st.lists(st.tuples(*[values] * d_y), min_size=len(inputs), max_size=len(inputs)))
    return make_dataset(inputs, outputs)


@st.composite
def classification_datasets(draw: st.DrawFn, *, max_samples: int = 12, max_d_x: int = 3, max_d_y: int = 4) -> Dataset:
    """Datasets with one-hot labels; some classes may be empty."""
    plain = draw(datasets(max_samples=max_samples, max_d_x=max_d_x, max_d_y=1))
    d_y = draw(st.integers(1, max_d_y))
    classes = draw(st.lists(st.integers(0, d_y - 1), min_size=plain.N, max_size=plain.N))
    return make_dataset(plain.inputs, [[int(k == c) for k in range(d_y)] for c in classes])


@st.composite
def adversarial_spacings(draw: st.DrawFn, *, min_size: int = 1, max_size: int = 12) -> list[Any]:
    """Increasing distinct rationals whose gaps differ by a factor up to 10**60, from either end: what makes slopes
    huge, thresholds tiny and sums lose digits."""
    gaps = st.sampled_from([fmpq(10) ** -30, fmpq(1, 2**70), fmpq(1, 3), fmpq(1), fmpq(2) ** 70, fmpq(10) ** 30])
    values = [draw(coordinates())]
    for gap in draw(st.lists(gaps, min_size=min_size - 1, max_size=max_size - 1)):
        values.append(values[-1] + gap)
    return [-v for v in reversed(values)] if draw(st.booleans()) else values


# ---- networks -------------------------------------------------------------------------------------------------------

ACTIVATIONS: list[Activation] = [RELU, relu_like(2, "1/3"), HARD_TANH, THRESHOLD, ABS]
entries = rationals(low=-4, high=4, max_denominator=3)
"""Small rationals, for weights and for points where many things meet."""


def rows(height: int, width: int) -> st.SearchStrategy[Any]:
    """Matrices of small rationals as lists of rows."""
    return st.lists(st.lists(entries, min_size=width, max_size=width), min_size=height, max_size=height)


def vectors(size: int) -> st.SearchStrategy[Any]:
    """Rows of small rationals."""
    return st.lists(entries, min_size=size, max_size=size)


@st.composite
def matrices(draw: st.DrawFn, height: int, width: int) -> Matrix:
    """Dense, sparse and rank-one matrices of small rationals."""
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
    """Fully-connected networks of 1 to 4 units per layer with activations of ACTIVATIONS, and squares if asked for."""
    count = draw(st.integers(min_layers, max_layers))
    sizes = [draw(st.integers(1, 4)) for _ in range(count + 1)]
    kinds: list[Activation] = [*ACTIVATIONS, SQUARE] if squares else ACTIVATIONS
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
    """Residual networks of 1 to 3 layers, the last one with or without its skip."""
    d = draw(st.integers(1, 3))
    last_skips = draw(st.booleans())
    layers = []
    for last in [False] * draw(st.integers(0, 2)) + [True]:
        width = draw(st.integers(1, 3))
        skip = last_skips or not last
        out = d if skip else draw(st.integers(1, 3))
        kinds: list[Activation] = [*ACTIVATIONS, SQUARE]
        activation = draw(st.sampled_from(kinds))
        U, V = draw(matrices(width, d)), draw(matrices(out, width))
        layers.append(residual(U, draw(vectors(width)), V, draw(vectors(out)), activation, skip))
    return ResNet(tuple(layers))


def networks() -> st.SearchStrategy[Network]:
    """Small fully-connected and residual networks."""
    return st.one_of(fnns(), resnets())


# ---- general position -----------------------------------------------------------------------------------------------


@st.composite
def general_position_inputs(
    draw: st.DrawFn, *, max_samples: int = 9, max_d_x: int = 3, low: int = -9
) -> list[tuple[Any, ...]]:
    """1 to max_samples inputs in general position: drawn points that break it are left out."""
    d_x = draw(st.integers(1, max_d_x))
    coordinate = st.one_of(st.integers(low, 9).map(fmpq), st.integers(2 * low, 18).map(lambda v: fmpq(v, 2)))
    points = draw(st.lists(st.tuples(*[coordinate] * d_x), min_size=1, max_size=max_samples, unique=True))
    kept: list[tuple[Any, ...]] = []
    for point in points:
        if find_dependent_samples([*kept, point]) is None:
            kept.append(point)
    return kept


@st.composite
def general_position_classification(
    draw: st.DrawFn, *, max_samples: int = 9, max_d_x: int = 3, max_d_y: int = 3, narrow: bool = False
) -> Dataset:
    """One-hot labels on inputs in general position; classes may be empty; `narrow`: at most d_x classes."""
    inputs = draw(general_position_inputs(max_samples=max_samples, max_d_x=max_d_x))
    d_y = draw(st.integers(1, min(max_d_y, len(inputs[0])) if narrow else max_d_y))
    classes = draw(st.lists(st.integers(0, d_y - 1), min_size=len(inputs), max_size=len(inputs)))
    return one_hot_dataset(inputs, classes, d_y)


@st.composite
def general_position_regression(
    draw: st.DrawFn, *, max_samples: int = 9, max_d_x: int = 3, max_d_y: int = 2
) -> Dataset:
    """Real labels on inputs in general position."""
    inputs = draw(general_position_inputs(max_samples=max_samples, max_d_x=max_d_x))
    label = st.one_of(st.sampled_from([fmpq(0), fmpq(1)]), st.integers(-99, 99).map(lambda v: fmpq(v, 7)))
    row = st.tuples(*[label] * draw(st.integers(1, max_d_y)))
    return make_dataset(inputs, draw(st.lists(row, min_size=len(inputs), max_size=len(inputs))))


def one_hot_dataset(inputs: Any, classes: Any, d_y: int) -> Dataset:
    """The dataset that labels every input with its class's one-hot code."""
    return make_dataset(inputs, [[int(k == c) for k in range(d_y)] for c in classes])
