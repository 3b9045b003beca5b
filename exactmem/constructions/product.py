"""Theorem `product`: a three-layer network with d1 * floor(d2/d_y) >= N fits any real labels at N distinct inputs.

For hard-tanh and for every ReLU-like activation, whatever the parities of the widths. The printed Theorem 3.1 asks for
4 floor(d1/2) floor(d2/(2 d_y)) >= N and 4 floor(d1/4) floor(d2/(4 d_y)) >= N: ReLU-likes gain a factor of four.

Hard-tanh: the construction of Theorem 3.1 works for odd widths as well; an odd number of layer-2 units per output adds
up to the label itself. ReLU-like: layer 1 has one unit per block, sigma(t - m_{j-1}); the functions that Theorem 3.1
clips are piecewise linear with the kinks m_j, and q units add up their clipped values (`clip_sum`). Proofs:
`proofs/ours/product.py`.
"""

__all__ = ["CONDITION", "THEOREM", "clipped_functions", "condition_for", "construct", "fit", "smallest", "unmet"]

from collections.abc import Sequence
from typing import cast

from exactmem.activations import Activation
from exactmem.constructions.parts.clip_sum import ClippedFunctions, centered, relu_like_network
from exactmem.constructions.parts.recurrence import Block, Passage, by_unit, layer2_values, midpoints_of, passages
from exactmem.constructions.parts.transform import unscale, widen
from exactmem.constructions.theorem import Choices, Theorem, expect_layers
from exactmem.constructions.theorem_3_1 import hard_tanh_network, sorted_line
from exactmem.datasets import Dataset, scale_labels
from exactmem.networks import FNN
from exactmem.sizes.problem import Problem
from exactmem.sizes.product import ProductCondition

CONDITION = "d1*floor(d2/d_y) >= N"


def condition_for(problem: Problem) -> ProductCondition:
    """d1 floor(d2/d_y) >= N."""
    return ProductCondition(first=1, second=problem.d_y, factor=1, target=problem.N)


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds, else a sentence with the numbers."""
    return expect_layers(widths, 2) or condition_for(problem).unmet(widths[0], widths[1], CONDITION)


def smallest(problem: Problem) -> tuple[int, ...]:
    """The admissible widths (d1, d2) with the fewest hidden units."""
    return condition_for(problem).smallest()


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A three-layer network of exactly the given widths with f(x_i) = y_i for any real labels.

    Shapes: d1 x d_x, d2 x d1, d_y x d2. `choices.alpha` is relative to labels scaled into [-1, 1]. For ReLU-like
    activations no sample is a kink. Raises UsageError when a given u, delta or alpha does not do.
    """
    return widen(fit(dataset, widths[0], widths[1] // dataset.d_y, activation, choices), widths)


def fit(dataset: Dataset, p_limit: int, q_limit: int, activation: Activation, choices: Choices) -> FNN:
    """The same network with the units it uses: at most p_limit in layer 1 and q_limit per output in layer 2.

    Needs p_limit * q_limit >= N.
    """
    q = min(q_limit, dataset.N)
    if activation.kind == "hard-tanh":
        scaled, scaling = scale_labels(dataset)
        return cast(FNN, unscale(hard_tanh_network(scaled, p_limit, q, choices), scaling))
    p = -(-dataset.N // q)
    u, order, line = sorted_line(dataset, p * q, choices)
    units = passages(line, q)
    columns = [[dataset.labels[i][a] for i in order] for a in range(dataset.d_y)]
    outputs = [clipped_functions(units, labels, choices) for labels in columns]
    return relu_like_network(u, midpoints_of(line, q), outputs, activation)


def clipped_functions(units: Sequence[Passage], labels: Block, choices: Choices) -> ClippedFunctions:
    """The functions G_1, ..., G_q of `clip_sum` at the midpoints, for the labels of one output in sorted order.

    G_k is y_i - offset at its members and beyond the level (larger than all |y_i - offset|) at all other samples.
    """
    q = len(units)
    moved = centered(labels, len(units[0].u) * q)
    level = moved.level
    scaled = by_unit([y / level for y in moved.values], q)
    values = [[level * z for z in layer2_values(*unit, choices)] for unit in zip(units, scaled, strict=True)]
    return ClippedFunctions(values, moved.offset)


THEOREM = Theorem(
    id="product",
    source="exactmem, improving Theorem 3.1 of Yun-Sra-Jadbabaie 2019",
    statement="a 3-layer network with d1*floor(d2/d_y) >= N fits any real labels at N distinct inputs",
    condition=lambda kind: CONDITION,
    activations=("hard-tanh", "relu-like"),
    task="regression",
    architecture="fnn",
    hidden_layers="2",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    improves="3.1",
    choices=("u", "delta", "alpha", "precision"),
)
