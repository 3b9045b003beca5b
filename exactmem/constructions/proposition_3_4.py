"""Proposition 3.4 (Yun, Sra, Jadbabaie 2019): hard-tanh networks of any depth that fit run after run of the samples.

Any indices l_1 < ... < l_m that satisfy the conditions are admitted; the best ones are found for the given widths.
Layers before l_1 may have width 1. `corollary_a_1` is the same theorem for ReLU-like activations.
"""

__all__ = ["THEOREM", "condition_for", "condition_text", "construct", "smallest", "sum_text", "unmet"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts.block_indices import BlockCondition
from exactmem.constructions.parts.blocks import fit_runs, realize, sorted_line, stack
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem
from exactmem.datasets import Dataset
from exactmem.networks import FNN
from exactmem.sizes.problem import Problem


def condition_for(d_y: int, activation: Activation) -> BlockCondition:
    """The size condition: multiples of 2 and 2 d_y units for hard-tanh, of 4 and 4 d_y for ReLU-like."""
    return BlockCondition(step=2 if activation.kind == "hard-tanh" else 4, values=d_y)


def sum_text(kind: str) -> str:
    """The inequality, as printed, for one kind of activation."""
    step = 2 if kind == "hard-tanh" else 4
    return f"4*sum_j floor((d_{{l_j}} - r_j)/{step})*floor((d_{{l_j+1}} - r_j)/({step}*d_y)) >= N"


def condition_text(kind: str) -> str:
    """All conditions; that d_{l_j} and d_{l_j+1} are at least r_j goes without saying in the paper."""
    return (
        f"{sum_text(kind)} with r_j = d_y*1{{j>1}} + 1{{j<m}} <= d_{{l_j}}, d_{{l_j+1}}; l_j + 1 < l_{{j+1}}; "
        "d_k >= d_y + 1 between blocks, d_k >= d_y after them"
    )


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when some indices satisfy the conditions, else a sentence with the numbers and what would do."""
    if len(widths) < 2:
        return f"at least 2 hidden widths are needed, {len(widths)} given"
    condition = condition_for(problem.d_y, problem.activation)
    reason = condition.unmet(widths, problem.N, sum_text(problem.activation.kind))
    if reason is None or len(widths) == 2:
        return reason
    least = ",".join(map(str, condition.smallest(problem.N, len(widths))))
    return f"{reason}; with {len(widths)} hidden layers the fewest hidden units are in {least}"


def smallest(problem: Problem) -> tuple[int, ...]:
    """The admissible widths with the fewest hidden units over all depths: those of Theorem 3.1 (m = 1, L = 3).

    Further blocks never save a unit, see `BlockCondition.smallest`; depth makes networks narrower, not smaller.
    """
    return condition_for(problem.d_y, problem.activation).smallest(problem.N)


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A network of exactly the given hidden widths with f(x_i) = y_i for labels in [-1, 1]^d_y.

    Source: Proposition 3.4, Corollary A.1 and Appendix E, with both gaps of the proof repaired. `choices.blocks` are
    the indices l_1, ..., l_m. Raises UsageError or SizeError for blocks, alpha, delta or u that do not do.
    """
    condition = condition_for(dataset.d_y, activation)
    indices = condition.choose(widths, dataset.N, choices.blocks)
    axis, order, line = sorted_line(dataset, choices)
    labels = [[(y + 1) / 2 for y in dataset.labels[i]] for i in order]
    blocks = fit_runs(line, labels, indices, condition.shapes(widths, indices), choices)
    layers, sums = stack(blocks, len(widths))
    outputs = [({unit: 2 * weight for unit, weight in units.items()}, fmpq(-1)) for units in sums]
    return widen(realize(layers, outputs, axis, activation), widths)


THEOREM = Theorem(
    id="3.4",
    source="Yun-Sra-Jadbabaie 2019, Proposition 3.4",
    statement="an L-layer hard-tanh network fits any labels in [-1, 1]^d_y (others are scaled) at N distinct inputs",
    condition=condition_text,
    activations=("hard-tanh",),
    task="regression",
    architecture="fnn",
    hidden_layers="2 or more",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    choices=("u", "delta", "alpha", "precision", "blocks"),
)
