"""One gradient step from orthonormal weights (Daniely 2020a; survey, section 2.2): labels 1 and -1 by their sign.

q <= d_x orthonormal rational rows, |t|, hinge loss, one step W + eta G: y_i h(x_i) > 0 is checked exactly. The theorem
is about random data and large sizes; here data, seed and step size decide, and every step size that does is known
exactly (`exactmem.tangent.one_step`).
"""

__all__ = ["REFUSED", "THEOREM", "condition_text", "construct", "smallest", "unmet"]

from collections.abc import Sequence

from exactmem.activations import Activation
from exactmem.constructions.theorem import Choices, Theorem, expect_layers
from exactmem.datasets import Dataset
from exactmem.decisions import decide
from exactmem.errors import DrawError, UsageError
from exactmem.networks import FNN
from exactmem.rationals import shorten
from exactmem.sizes.problem import Problem
from exactmem.tangent.draws import ORTHONORMAL
from exactmem.tangent.one_step import Interval, step

REFUSED = (("relu-like", "E sigma'(X) = (s_plus + s_minus)/2 is not 0, as the theorem asks"),)


def condition_text(kind: str) -> str:
    """The condition: orthonormal rows exist."""
    return "d1 <= d_x"


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when there are so many orthonormal rows, else a sentence with the numbers."""
    wrong = expect_layers(widths, 1)
    if wrong or widths[0] <= problem.d_x:
        return wrong
    return f"d1 <= d_x does not hold: {widths[0]} > {problem.d_x}"


def smallest(problem: Problem) -> tuple[int, ...]:
    """The least number of seeded rows whose step memorizes for some step size; d_x without a dataset.

    DrawError where none memorizes.
    """
    if problem.dataset is None:
        return (problem.d_x,)
    for units in range(1, problem.d_x + 1):
        if step(problem.dataset, problem.seed, units, problem.orthonormal).sizes:
            return (units,)
    raise DrawError(
        f"no step of any size memorizes {problem.N} samples with up to {problem.d_x} seeded orthonormal rows: "
        "take another seed or fewer samples",
        witness=problem.d_x,
    )


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """The network after the step, of the simplest step size that does unless `eta` is given; y_i f(x_i) > 0.

    Raises DrawError (witness: the step sizes that do) where none does, or not the given one; KinkError; DatasetError
    for labels other than 1 and -1.
    """
    found = step(dataset, choices.seed or 0, widths[0], choices.orthonormal or ORTHONORMAL[0])
    eta = choices.eta if choices.eta is not None else found.simplest()
    if eta is None:
        raise DrawError(
            f"no step of any size memorizes {dataset.N} samples with {widths[0]} seeded orthonormal rows: take another "
            "seed, more units or fewer samples",
            witness=found.sizes,
        )
    if eta <= 0:
        raise UsageError(f"eta = {shorten(eta)}: a step size is positive")
    network = found.network(eta)
    if failing := decide(network, dataset, "sign").failing:
        raise DrawError(
            f"the step of size {shorten(eta)} decides {len(failing)} of {dataset.N} samples wrongly, the first "
            f"{dataset.rows[failing[0]]}; " + _sizes(found.sizes),
            witness=found.sizes,
        )
    return network


def _sizes(intervals: Sequence[Interval]) -> str:
    """Which step sizes memorize, in words."""
    if not intervals:
        return "no step size does: take another seed, more units or fewer samples"
    parts = [f"({shorten(low)}, {'oo' if high is None else shorten(high)})" for low, high in intervals[:3]]
    more = f" and {len(intervals) - 3} more intervals" if len(intervals) > 3 else ""
    return f"the step sizes that do are those in {', '.join(parts)}{more}"


THEOREM = Theorem(
    id="one-step",
    source="Daniely 2020, one gradient step (Ye, Wei, survey, section 2.2, made exact)",
    statement="one hinge-loss step from seeded orthonormal weights decides labels 1 and -1 by their sign",
    condition=condition_text,
    activations=("abs",),
    task="regression",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    needs="labels 1 and -1, data and seed with which some step does, which is decided",
    choices=("seed", "eta", "orthonormal"),
    refused=REFUSED,
    sufficient=False,
    decision="sign",
)
