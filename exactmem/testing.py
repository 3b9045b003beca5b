"""Hypothesis strategies and exact assertions, for exactmem's own tests and for yours.

Needs the extra `testing` (hypothesis).
"""

from collections.abc import Sequence
from typing import Any

from flint import fmpq
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, PiecewiseLinear, relu_like
from exactmem.certificates import checker
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.memorization import certificate
from exactmem.constructions.build import Construction
from exactmem.datasets import Dataset, make_dataset
from exactmem.evaluate import evaluate, evaluate_generic
from exactmem.networks import Network
from exactmem.rationals import shorten


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


def assert_memorizes(network: Network, dataset: Dataset) -> None:
    """Raise AssertionError unless f(x_i) == y_i exactly, by both of exactmem's evaluators."""
    for name, evaluator in (("evaluate", evaluate), ("evaluate_generic", evaluate_generic)):
        outputs: Sequence[Any] = evaluator(network, dataset.inputs)
        for i, (expected, obtained) in enumerate(zip(dataset.labels, outputs, strict=True)):
            if list(expected) != list(obtained):
                raise AssertionError(
                    f"{name}: sample {i} gives {[shorten(v) for v in obtained]}, "
                    f"its label is {[shorten(v) for v in expected]}"
                )


def assert_verified(construction: Construction) -> None:
    """Raise AssertionError unless the independent checker says VERIFIED for the construction's certificate."""
    verdict = checker.check_bytes(to_bytes(certificate(construction)))
    if verdict.word != "VERIFIED":
        raise AssertionError(f"the checker says {verdict.word}: {verdict.detail}")
