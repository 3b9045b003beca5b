"""Corollary A.2 (Yun, Sra, Jadbabaie 2019): deep hard-tanh classification by codes and a layer of gates.

The blocks of Proposition 3.4 fit one number per sample, the code of its class; layer l_m turns the code into the
class's one-hot vector, which any later layers carry to the output. `corollary_a_3` is the same for ReLU-like
activations.
"""

__all__ = [
    "THEOREM",
    "condition_text",
    "construct",
    "gate_layer",
    "paper_units",
    "place",
    "smallest",
    "sum_text",
    "unmet",
]

from collections.abc import Sequence
from typing import Any

from exactmem.activations import Activation
from exactmem.constructions.parts.block_indices import Indices
from exactmem.constructions.parts.blocks import carry_outputs, fit_runs, realize, sorted_line, stack
from exactmem.constructions.parts.gates import attach, checked_codes, paper_gates
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.proposition_3_4 import condition_for
from exactmem.constructions.theorem import Choices, Theorem
from exactmem.datasets import Dataset, class_indices
from exactmem.errors import UsageError
from exactmem.networks import FNN
from exactmem.sizes.problem import Problem


def sum_text(kind: str) -> str:
    """The inequality, as printed, for one kind of activation."""
    step = 2 if kind == "hard-tanh" else 4
    return f"4*sum_{{j<m}} floor((d_{{l_j}} - r_j)/{step})*floor((d_{{l_j+1}} - r_j)/{step}) >= N"


def condition_text(kind: str) -> str:
    """All conditions; that d_{l_j} and d_{l_j+1} are at least r_j goes without saying in the paper."""
    step = 2 if kind == "hard-tanh" else 4
    return (
        f"{sum_text(kind)} with r_j = 1{{j>1}} + 1{{j<m-1}} <= d_{{l_j}}, d_{{l_j+1}}; l_j + 1 < l_{{j+1}}; "
        f"d_{{l_m}} >= {step}*d_y; d_k >= 2 between blocks, d_k >= d_y after layer l_m"
    )


def gate_layer(widths: Sequence[int], d_y: int, activation: Activation) -> int | None:
    """The last layer that can hold the gates, followed by layers of at least d_y units only; None if there is none.

    A later gate layer leaves more layers to the blocks and asks nothing more of them.
    """
    needed = paper_units(d_y, activation)
    for k in range(len(widths), 0, -1):
        if widths[k - 1] >= needed:
            return k
        if widths[k - 1] < d_y:
            return None
    return None


def paper_units(d_y: Any, activation: Activation) -> Any:
    """Units of the gate layer: 2 d_y for hard-tanh, 4 d_y for ReLU-like; an integer or a symbol."""
    return (2 if activation.kind == "hard-tanh" else 4) * d_y


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when some indices satisfy the conditions, else a sentence with the numbers and what would do."""
    if len(widths) < 3:
        return f"at least 3 hidden widths are needed, {len(widths)} given"
    needed = paper_units(problem.d_y, problem.activation)
    condition = condition_for(1, problem.activation)
    gates = gate_layer(widths, problem.d_y, problem.activation)
    if gates is None:
        reason: str | None = (
            f"widths {','.join(map(str, widths))} have no layer of at least {needed} units for the gates with only "
            f"layers of at least d_y = {problem.d_y} after it"
        )
    elif gates < 3:
        reason = f"the last layer that can hold the gates is {gates}, with no two layers for a block before it"
    else:
        where = f" (below the gates in layer {gates})"
        reason = condition.unmet(widths[: gates - 1], problem.N, sum_text(problem.activation.kind), where)
    if reason is None or len(widths) == 3:
        return reason
    least = (*condition.smallest(problem.N, len(widths) - 1), needed)
    return f"{reason}; with {len(widths)} hidden layers the fewest hidden units are in {','.join(map(str, least))}"


def smallest(problem: Problem) -> tuple[int, ...]:
    """The admissible widths with the fewest hidden units over all depths: those of Proposition 3.2 (m = 2, L = 4)."""
    pair = condition_for(1, problem.activation).smallest(problem.N)
    return (*pair, paper_units(problem.d_y, problem.activation))


def place(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> Indices:
    """The indices l_1, ..., l_m: the given ones, or the best ones with the gates as late as possible.

    Raises UsageError where given indices break a condition, SizeError where their blocks hold fewer than N samples.
    """
    gates = gate_layer(widths, dataset.d_y, activation)
    if choices.blocks is not None:
        gates = _given_gates(dataset.d_y, widths, activation, choices.blocks)
    if gates is None:
        raise UsageError("no layer can hold the gates")
    given = choices.blocks[:-1] if choices.blocks is not None else None
    return condition_for(1, activation).choose(widths[: gates - 1], dataset.N, given, (gates,))


def _given_gates(d_y: int, widths: Sequence[int], activation: Activation, blocks: Indices) -> int:
    """The gate layer of given indices; UsageError if it is no hidden layer or it or a later layer is too narrow."""
    named = ",".join(map(str, blocks))
    if len(blocks) < 2 or not 1 <= blocks[-1] <= len(widths) or blocks[-2] + 1 >= blocks[-1]:
        raise UsageError(
            f"blocks {named}: give at least one block and then the gates' layer l_m, with l_{{m-1}} + 1 < l_m and "
            f"l_m at most {len(widths)}"
        )
    for k in range(blocks[-1], len(widths) + 1):
        least = paper_units(d_y, activation) if k == blocks[-1] else d_y
        if widths[k - 1] < least:
            raise UsageError(f"blocks {named}: d_{k} = {widths[k - 1]} is less than {least}, needed from the gates on")
    return blocks[-1]


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A network of exactly the given hidden widths with f(x_i) = y_i for one-hot labels y_i.

    Source: Corollaries A.2 and A.3 with the gates of Appendix C. `choices.blocks` are the indices l_1, ..., l_m, the
    last one the gates'; `choices.codes` one number per class. Raises UsageError or SizeError for choices that do not
    do.
    """
    *indices, gates = place(dataset, widths, activation, choices)
    codes = checked_codes(choices.codes, dataset.d_y)
    low, span = min(codes), max(codes) - min(codes)
    axis, order, line = sorted_line(dataset, choices)
    classes = class_indices(dataset)
    labels = [[(codes[classes[i]] - low) / (span if span != 0 else 1)] for i in order]
    depth = gates - 1
    shapes = condition_for(1, activation).shapes(widths[:depth], indices)
    blocks = fit_runs(line, labels, indices, shapes, choices)
    layers, sums = stack(blocks, depth)
    outputs = [({unit: span * weight for unit, weight in units.items()}, low) for units in sums]
    gated = attach(realize(layers, outputs, axis, activation), paper_gates(codes, activation))
    return widen(carry_outputs(gated, len(widths) - gates, activation), widths)


THEOREM = Theorem(
    id="A.2",
    source="Yun-Sra-Jadbabaie 2019, Corollary A.2",
    statement="an L-layer hard-tanh network gives the one-hot code of d_y classes at N distinct inputs",
    condition=condition_text,
    activations=("hard-tanh",),
    task="classification",
    architecture="fnn",
    hidden_layers="3 or more",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    choices=("u", "delta", "alpha", "codes", "precision", "blocks"),
)
