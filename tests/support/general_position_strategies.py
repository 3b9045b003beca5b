"""Hypothesis strategies for small datasets in general position, and the activations that gates are made of."""

from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.datasets import Dataset, make_dataset
from exactmem.general_position import find_dependent_samples

ACTIVATIONS = [HARD_TANH, RELU, relu_like(1, "1/10"), relu_like(7, 2)]
RELU_LIKES = ACTIVATIONS[1:]

activations = st.sampled_from(ACTIVATIONS)
relu_likes = st.sampled_from(RELU_LIKES)


@st.composite
def general_inputs(draw: st.DrawFn, *, max_samples: int = 9, max_d_x: int = 3, low: int = -9) -> list[tuple[Any, ...]]:
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
def general_classification(
    draw: st.DrawFn, *, max_samples: int = 9, max_d_x: int = 3, max_d_y: int = 3, narrow: bool = False
) -> Dataset:
    """One-hot labels on inputs in general position; classes may be empty; `narrow`: at most d_x classes."""
    inputs = draw(general_inputs(max_samples=max_samples, max_d_x=max_d_x))
    d_y = draw(st.integers(1, min(max_d_y, len(inputs[0])) if narrow else max_d_y))
    classes = draw(st.lists(st.integers(0, d_y - 1), min_size=len(inputs), max_size=len(inputs)))
    return one_hot_dataset(inputs, classes, d_y)


@st.composite
def general_regression(draw: st.DrawFn, *, max_samples: int = 9, max_d_x: int = 3, max_d_y: int = 2) -> Dataset:
    """Real labels on inputs in general position."""
    inputs = draw(general_inputs(max_samples=max_samples, max_d_x=max_d_x))
    label = st.one_of(st.sampled_from([fmpq(0), fmpq(1)]), st.integers(-99, 99).map(lambda v: fmpq(v, 7)))
    row = st.tuples(*[label] * draw(st.integers(1, max_d_y)))
    return make_dataset(inputs, draw(st.lists(row, min_size=len(inputs), max_size=len(inputs))))


def one_hot_dataset(inputs: Any, classes: Any, d_y: int) -> Dataset:
    """The dataset that labels every input with its class's one-hot code."""
    return make_dataset(inputs, [[int(k == c) for k in range(d_y)] for c in classes])


def split(total: int, draw: st.DrawFn) -> list[int]:
    """Positive widths that add up to `total`."""
    widths: list[int] = []
    while total > 0:
        widths.append(draw(st.integers(1, min(total, draw(st.sampled_from([1, 2, 3, 9]))))))
        total -= widths[-1]
    return widths
