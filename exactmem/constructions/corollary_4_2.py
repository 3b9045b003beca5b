"""Corollary 4.2 (Yun, Sra, Jadbabaie 2019): two-layer classification with about 2 N / d_x hidden units.

Each class is cut into groups of d_x samples; a gate on a hyperplane that contains the group and no other sample adds
1 to the class's output. The printed proof puts the output bias to 0, which is wrong for ReLU-like gates: each has the
constant -(s_plus + s_minus)/(s_plus - s_minus).
"""

__all__ = [
    "THEOREM",
    "condition_text",
    "construct",
    "least_units",
    "printed_units",
    "samples_of_classes",
    "smallest",
    "units_per_gate",
    "unmet",
]

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts.gates import paper_gates
from exactmem.constructions.parts.hyperplanes import cover_within, gate_network, tent, tents_at
from exactmem.constructions.parts.residual_layers import unit_vector
from exactmem.constructions.parts.slabs import slab_gates, slabs_within
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset, class_indices
from exactmem.networks import FNN, zeros
from exactmem.rationals import ceil
from exactmem.sizes.problem import Problem


def units_per_gate(kind: str) -> int:
    """Units of the paper's gate: 2 hard-tanh or 4 ReLU-like ones."""
    return 2 if kind == "hard-tanh" else 4


def condition_text(kind: str) -> str:
    """The condition as printed, for one kind of activation."""
    units = units_per_gate(kind)
    return f"d1 >= {units}*N/d_x + {units}*d_y"


def printed_units(kind: str, N: Any, d_x: Any, d_y: Any) -> Any:
    """2 N/d_x + 2 d_y (ReLU-like: 4 N/d_x + 4 d_y); rationals or symbols."""
    return units_per_gate(kind) * N / d_x + units_per_gate(kind) * d_y


def least_units(problem: Problem) -> int:
    """The least integer that is at least 2 N/d_x + 2 d_y (ReLU-like: 4 N/d_x + 4 d_y)."""
    return int(ceil(printed_units(problem.activation.kind, fmpq(problem.N), problem.d_x, problem.d_y)))


unmet, smallest = one_hidden_layer(least_units, condition_text)


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer network of exactly the given width with f(x_i) = y_i for one-hot labels.

    Source: Corollary 4.2, Appendix F.2. Raises NotGeneralPositionError (witness: sample indices) where more groups
    are needed than there are gates, UsageError when a given alpha is too small. With `choices.flat` the gates are
    flat around short integer hyperplanes (`slabs`).
    """
    parts = samples_of_classes(dataset)
    limit = widths[0] // units_per_gate(activation.kind)
    outputs = [unit_vector(dataset.d_y, k) for k in range(dataset.d_y)]
    if choices.flat:
        gates = slab_gates(slabs_within(dataset, parts, limit), outputs, activation)
    else:
        covers = cover_within(dataset, parts, limit, absorb=True)
        planes = [plane for part in covers for plane in part]
        tents = tents_at(dataset, planes, tent(paper_gates([fmpq(0)], activation)), choices)
        targets = [outputs[k] for k, part in enumerate(covers) for _ in part]
        gates = list(zip(planes, tents, targets, strict=True))
    return gate_network(dataset, gates, zeros(dataset.d_y), activation, widths)


def samples_of_classes(dataset: Dataset) -> list[list[int]]:
    """Per class the indices of its samples; DatasetError for labels that are not one-hot."""
    parts: list[list[int]] = [[] for _ in range(dataset.d_y)]
    for i, k in enumerate(class_indices(dataset)):
        parts[k].append(i)
    return parts


THEOREM = Theorem(
    id="4.2",
    source="Yun-Sra-Jadbabaie 2019, Corollary 4.2",
    statement="a 2-layer network classifies N samples in general position",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="classification",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    needs="general position",
    choices=("alpha", "flat"),
)
