"""Memorization in the tangent kernel's regime (Daniely 2020b; survey, Definitions 5, 6 and equation (1)), exactly.

W = [W'; W'] with q seeded rational rows, u = (B, -B): f = 0. If the tangent features have rank N, some V has
Phi V = y, and the true network with rows w_j +- v_j/(2B) memorizes for every B >= B* (`exactmem.tangent.lazy`).
d_x q >= N is necessary and not sufficient: the draw and the data decide (ledger: ntk-count, ntk-count-not-enough).
"""

__all__ = ["THEOREM", "condition_text", "construct", "smallest", "unmet"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, expect_layers
from exactmem.datasets import Dataset
from exactmem.errors import DrawError, UsageError
from exactmem.evaluate import first_mismatch
from exactmem.networks import FNN
from exactmem.rationals import shorten
from exactmem.sizes.problem import Problem
from exactmem.tangent.kernel import least_units, weights
from exactmem.tangent.lazy import memorize, network


def condition_text(kind: str) -> str:
    """The necessary condition; q = floor(d1/(2 d_y))."""
    return "d_x*floor(d1/(2*d_y)) >= N"


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the features are at least as many as the samples, else a sentence with the numbers."""
    wrong = expect_layers(widths, 1)
    q = widths[0] // (2 * problem.d_y) if not wrong else 0
    if wrong or problem.d_x * q >= problem.N:
        return wrong
    return f"{condition_text(problem.activation.kind)} does not hold: {problem.d_x}*{q} < {problem.N}"


def smallest(problem: Problem) -> tuple[int, ...]:
    """2 q d_y for the least q that the condition, or with a dataset the rank at the seeded weights, admits."""
    if problem.dataset is None:
        q = -(-problem.N // problem.d_x)
    else:
        q = least_units(problem.dataset, problem.seed, problem.activation)
    return (2 * problem.d_y * q,)


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """The true two-layer network without biases, B = B* per output unless `alpha` is given, with f(x_i) = y_i.

    Raises KinkError and DrawError as `exactmem.tangent.lazy.memorize` does, and DrawError (witness: the threshold) for
    an alpha below B* with which a sample fails.
    """
    if choices.alpha is not None and choices.alpha <= 0:
        raise UsageError(f"alpha = {shorten(choices.alpha)}: the scale B of the output weights is positive")
    q = widths[0] // (2 * dataset.d_y)
    outputs = memorize(dataset, weights(choices.seed or 0, q, dataset.d_x), activation)
    least = [lazy.threshold.value for lazy in outputs]
    scales = [choices.alpha if choices.alpha is not None else B or fmpq(1) for B in least]
    found = network(outputs, scales, activation)
    if choices.alpha is not None and choices.alpha < max(least) and (wrong := first_mismatch(found, dataset)):
        name = dataset.rows[wrong.index]
        raise DrawError(
            f"with B = {shorten(choices.alpha)} {name} fails: every sample keeps its side of every "
            f"kink from B* = {shorten(max(least))} on; give --alpha at least that, or leave it out",
            witness=max((lazy.threshold for lazy in outputs), key=lambda t: t.value),
        )
    return widen(found, widths)


THEOREM = Theorem(
    id="ntk",
    source="Daniely 2020 (Ye, Wei, survey, Definitions 5 and 6, equation (1), made exact)",
    statement="a 2-layer network near seeded weights fits any labels if its tangent features have rank N",
    condition=condition_text,
    activations=("relu-like", "abs"),
    task="regression",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    needs="tangent features of rank N at the seeded weights, which is checked",
    choices=("seed", "alpha"),
    sufficient=False,
)
