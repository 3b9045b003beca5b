r"""Two-layer classification with gates for all classes but the largest: fewer units than Corollary 4.2.

Theorem. N samples in general position, one-hot in classes of N_1, ..., N_{d_y} samples, the largest being N_*, are
fitted exactly by a two-layer network of d1 >= units * sum over all k but one largest of ceil(N_k / d_x) hidden units:
units = 2 for hard-tanh, 3 for every ReLU-like activation (Corollary 4.2 has 4, and counts all classes).

Proof. As for Corollary 4.2, with the gate (sigma(t + 1) - 2 sigma(t) + sigma(t - 1))/(s_plus - s_minus), which is 1 at
t = 0 and 0 for |t| >= 1 and has no constant. The largest class has no gates: its output is 1 minus all others.

Decided by argmax. Of hyperplanes with short weights the same gates are more than 1/2 on their group and 0 at all other
samples (`slabs.pointed_tent`): of a sample's outputs its class's is then in (1/2, 1], that of the largest class 1 minus
that, and all others are 0, so that the right class is strictly the largest.

Without a dataset the sum is bounded by its largest value: M = N - ceil(N/d_y) samples or fewer are in the other
d_y - 1 classes, and sum ceil(N_k/d_x) <= min(M, floor((M + (d_y - 1)(d_x - 1))/d_x)).
"""

__all__ = [
    "THEOREM",
    "condition_text",
    "construct",
    "least_units",
    "most_gates",
    "most_over_d_x",
    "samples_by_class",
    "smallest",
    "units_in_gate",
    "units_per_gate",
    "unmet",
]

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions import corollary_4_2
from exactmem.constructions.corollary_4_2 import samples_of_classes
from exactmem.constructions.parts.gates import paper_gates, triangle_gates
from exactmem.constructions.parts.hyperplanes import cover_within, gate_network, tent, tents_at
from exactmem.constructions.parts.residual_layers import unit_vector
from exactmem.constructions.parts.slabs import POINTED_RATIO, pointed_tent, slab_gates, slabs_within
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset
from exactmem.networks import FNN
from exactmem.sizes.problem import Problem


def units_per_gate(kind: str) -> int:
    """2 hard-tanh or 3 ReLU-like units."""
    return 2 if kind == "hard-tanh" else 3


def condition_text(kind: str) -> str:
    """The condition for one kind of activation; N_k is the number of samples of class k."""
    return f"d1 >= {units_per_gate(kind)}*sum of ceil(N_k/d_x) over all classes but the largest"


def samples_by_class(dataset: Dataset) -> tuple[int, list[list[int]]]:
    """(default, samples of every class), the default being the first of the largest classes, with no samples listed."""
    parts = samples_of_classes(dataset)
    default = max(range(dataset.d_y), key=lambda k: (len(parts[k]), -k))
    parts[default] = []
    return default, parts


def most_gates(N: int, d_x: int, d_y: int) -> int:
    """A bound on the number of gates for every split of N samples into d_y classes."""
    others = N - -(-N // d_y)
    return min(others, int(most_over_d_x(others, d_x, d_y)) // d_x)


def most_over_d_x(others: Any, d_x: Any, d_y: Any) -> Any:
    """d_x times a bound on the sum of ceil(N_k/d_x) over d_y - 1 classes of so many samples; integers or symbols."""
    return others + (d_y - 1) * (d_x - 1)


def least_units(problem: Problem) -> int:
    """The units of all gates, counted in the dataset, else for the worst split into classes; at least 1."""
    if problem.dataset is None:
        gates = most_gates(problem.N, problem.d_x, problem.d_y)
    else:
        gates = sum(-(-len(part) // problem.d_x) for part in samples_by_class(problem.dataset)[1])
    return max(1, units_in_gate(problem.activation.kind, problem.flat) * gates)


def units_in_gate(kind: str, flat: bool) -> int:
    """The units of a gate, or of one that is flat around its hyperplane: those of Corollary 4.2."""
    return corollary_4_2.units_per_gate(kind) if flat else units_per_gate(kind)


_below, smallest = one_hidden_layer(least_units, condition_text)


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds, else a sentence with the numbers."""
    reason = _below(problem, widths)
    units = units_in_gate(problem.activation.kind, problem.flat)
    return f"{reason} (a flat gate takes {units} units)" if reason and problem.flat else reason


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer network of exactly the given width with f(x_i) = y_i for one-hot labels.

    With `choices.decision` "argmax" f(x_i) is largest, strictly, at the class of x_i, and the weights are short.

    Raises NotGeneralPositionError (witness: sample indices) where more groups are needed than there are gates,
    UsageError when a given alpha is too small. With `choices.flat` the gates are flat around short integer hyperplanes
    (`slabs`), which takes the 4 units of Corollary 4.2 per gate where the activation is ReLU-like.
    """
    default, parts = samples_by_class(dataset)
    base = unit_vector(dataset.d_y, default)
    outputs = [
        [own - other for own, other in zip(unit_vector(dataset.d_y, k), base, strict=True)] for k in range(dataset.d_y)
    ]
    limit = widths[0] // units_in_gate(activation.kind, bool(choices.flat))
    if choices.flat:
        gates = slab_gates(slabs_within(dataset, parts, limit), outputs, activation)
    elif choices.decision == "argmax":
        slabs = slabs_within(dataset, parts, limit, POINTED_RATIO)
        gates = slab_gates(slabs, outputs, activation, pointed_tent)
    else:
        covers = cover_within(dataset, parts, limit, absorb=True)
        planes = [plane for part in covers for plane in part]
        layer_of_gates = paper_gates if activation.kind == "hard-tanh" else triangle_gates
        tents = tents_at(dataset, planes, tent(layer_of_gates([fmpq(0)], activation)), choices)
        targets = [outputs[k] for k, part in enumerate(covers) for _ in part]
        gates = list(zip(planes, tents, targets, strict=True))
    return gate_network(dataset, gates, base, activation, widths)


THEOREM = Theorem(
    id="default-class",
    source="exactmem, improving Corollary 4.2 of Yun-Sra-Jadbabaie 2019",
    statement="a 2-layer network classifies N samples in general position, without gates for the largest class",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="classification",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    needs="general position",
    improves="4.2",
    choices=("alpha", "flat", "decision"),
)
