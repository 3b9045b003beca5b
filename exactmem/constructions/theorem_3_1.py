"""Theorem 3.1 (Yun, Sra, Jadbabaie 2019): three-layer networks with about 4 sqrt(N d_y) hidden units.

Layer 1 has p units: unit j passes the q samples of block j (in the order of their projections) and clips all others.
Layer 2 has q units per output: unit k passes one sample of every block and clips all others so that the units'
outputs add up to y_i + 1 (q even) or y_i (q odd). The layer-2 weights come from the recurrence that
`proofs/yun2019/theorem_3_1/layer2_recurrence.py` proves; no linear system is solved.
"""

__all__ = [
    "THEOREM",
    "condition_for",
    "condition_text",
    "construct",
    "hard_tanh_network",
    "smallest",
    "sorted_line",
    "summing_matrix",
    "unmet",
]

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactmem.activations import HARD_TANH, Activation
from exactmem.constructions.parts.projection import sorted_projection
from exactmem.constructions.parts.recurrence import by_unit, layer1, layer2_unit, midpoints_of, padded_line, passages
from exactmem.constructions.parts.transform import hard_tanh_to_relu_like, widen
from exactmem.constructions.theorem import Choices, Theorem, expect_layers
from exactmem.datasets import Dataset
from exactmem.errors import UsageError
from exactmem.networks import FNN, Matrix, dense, layer, rank_one, sparse, zeros
from exactmem.rationals import Rational, shorten
from exactmem.sizes.problem import Problem
from exactmem.sizes.product import ProductCondition


def condition_for(problem: Problem) -> ProductCondition:
    """The printed size condition: 4 floor(d1/2) floor(d2/(2 d_y)) >= N for hard-tanh, with 4 for 2 for ReLU-like."""
    step = 2 if problem.activation.kind == "hard-tanh" else 4
    return ProductCondition(first=step, second=step * problem.d_y, factor=4, target=problem.N)


def condition_text(kind: str) -> str:
    """The condition as printed, for one kind of activation."""
    step = 2 if kind == "hard-tanh" else 4
    return f"4*floor(d1/{step})*floor(d2/({step}*d_y)) >= N"


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the printed condition holds, else a sentence with the numbers."""
    return expect_layers(widths, 2) or condition_for(problem).unmet(
        widths[0], widths[1], condition_text(problem.activation.kind)
    )


def smallest(problem: Problem) -> tuple[int, ...]:
    """The admissible widths (d1, d2) with the fewest hidden units."""
    return condition_for(problem).smallest()


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A three-layer network of exactly the given widths with f(x_i) = y_i for labels in [-1, 1]^d_y.

    Shapes: d1 x d_x, d2 x d1, d_y x d2. Source: Theorem 3.1, Appendix B, with the recurrence for equation (7).
    Raises UsageError when a given alpha or u does not do.
    """
    step = 2 if activation.kind == "hard-tanh" else 4
    units = 2 * (widths[1] // (step * dataset.d_y))
    network = hard_tanh_network(dataset, 2 * (widths[0] // step), units, choices)
    if activation.kind == "relu-like":
        network = hard_tanh_to_relu_like(network, activation)
    return widen(network, widths)


def hard_tanh_network(dataset: Dataset, p_limit: int, q: int, choices: Choices) -> FNN:
    """A hard-tanh network with p <= p_limit units in layer 1 and q units per output in layer 2, any parities.

    Needs p_limit * q >= N; p is the least number of blocks of q samples that hold all N.
    """
    p = min(p_limit, -(-dataset.N // q))
    u, order, line = sorted_line(dataset, p * q, choices)
    slopes, biases = layer1(midpoints_of(line, q))
    units = passages(line, q)
    weights: list[list[Rational]] = []
    thresholds: list[Rational] = []
    for a in range(dataset.d_y):
        labels = [dataset.labels[i][a] for i in order] + zeros(p * q - dataset.N)
        for unit, own in zip(units, by_unit(labels, q), strict=True):
            row, bias = layer2_unit(unit, own, choices)
            weights.append(row)
            thresholds.append(bias)
    return FNN(
        (
            layer(rank_one(slopes, u), biases, HARD_TANH),
            layer(dense(weights), thresholds, HARD_TANH),
            layer(summing_matrix(dataset.d_y, q), [fmpq(-1 if q % 2 == 0 else 0)] * dataset.d_y),
        )
    )


def sorted_line(dataset: Dataset, count: int, choices: Choices) -> tuple[list[Rational], list[int], list[Any]]:
    """(u, order, line): c_0, ..., c_{count+1} are the sorted projections, padded in steps of delta.

    The line consists of Python integers if projections and delta are integers, else of rationals. Raises UsageError
    for a delta that is not positive or a u that does not tell the samples apart.
    """
    u, order, projected = sorted_projection(dataset.inputs, choices.u)
    delta = choices.delta if choices.delta is not None else fmpq(1)
    if not delta > 0:
        raise UsageError(f"delta = {shorten(delta)} must be positive")
    if type(projected[0]) is int and delta.denom() == 1:
        return u, order, padded_line(projected, count, int(delta))
    return u, order, padded_line([fmpq(c) for c in projected], count, delta)


def summing_matrix(d_y: int, q: int) -> Matrix:
    """The d_y x (d_y q) matrix that adds up the q units of every output."""
    if d_y == 1:
        return dense([[1] * q])
    entries: dict[tuple[int, int], Any] = {(a, a * q + k): 1 for a in range(d_y) for k in range(q)}
    return sparse((d_y, d_y * q), entries)


THEOREM = Theorem(
    id="3.1",
    source="Yun-Sra-Jadbabaie 2019, Theorem 3.1",
    statement="a 3-layer network fits any labels in [-1, 1]^d_y (others are scaled) at N distinct inputs",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="regression",
    architecture="fnn",
    hidden_layers="2",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    choices=("u", "delta", "alpha", "precision"),
)
