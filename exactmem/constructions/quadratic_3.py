"""Three-layer quadratic networks (Ge, Wang, Zhao 2019; survey, section 2.2): a random map before the quadratic form.

z = (R x)^2 with k seeded rational rows R, then z^T A z = y with at most k squares per output. The matrices z z^T have
rank at most min(k(k+1)/2, C(d_x+3, 4)), and not always that much: the rank is computed (ledger: quadratic-3-rank,
quadratic-3-gap). From k = d_x(d_x+1)/2 generic rows on, more rows do not help.
"""

__all__ = ["POWER", "THEOREM", "condition_text", "construct", "smallest", "unmet"]

from collections.abc import Sequence

from exactmem.activations import Activation
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.quadratic import sum_of_squares
from exactmem.constructions.theorem import Choices, Theorem, expect_layers
from exactmem.datasets import Dataset
from exactmem.errors import DrawError, SizeError
from exactmem.networks import FNN, dense, layer, zeros
from exactmem.sizes.problem import Problem
from exactmem.tangent.forms import (
    check_opposites,
    form_dependency,
    form_rank,
    forms,
    mapped,
    random_map,
    rank_bound,
    zero_form,
)

POWER = 2


def condition_text(kind: str) -> str:
    """The necessary condition for any labels."""
    return "N <= min(d1*(d1+1)/2, C(d_x+3, 4)) and d2 >= d1*d_y"


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds, else a sentence with the numbers."""
    wrong = expect_layers(widths, 2)
    if wrong:
        return wrong
    most = rank_bound(problem.d_x, POWER, widths[0])
    if problem.N > most:
        return f"{condition_text('square')} does not hold: {problem.N} > {most}"
    if widths[1] < widths[0] * problem.d_y:
        return f"{condition_text('square')} does not hold: {widths[1]} < {widths[0]}*{problem.d_y}"
    return None


def smallest(problem: Problem) -> tuple[int, ...]:
    """(k, k d_y) for the least k that the condition, or with a dataset the rank with the seeded rows, admits.

    SizeError where C(d_x+3, 4) < N, DrawError (witness: a Dependency) where the data admit none.
    """
    enough = problem.d_x * (problem.d_x + 1) // 2
    k = next((k for k in range(1, enough + 1) if rank_bound(problem.d_x, POWER, k) >= problem.N), None)
    if k is None:
        most = rank_bound(problem.d_x, POWER, enough)
        raise SizeError(f"N <= C(d_x+3, 4) does not hold for any width: {problem.N} > {most}", witness=most)
    if problem.dataset is not None:
        k = _least_rows(problem.dataset, problem.seed, k, enough)
    return (k, k * problem.d_y)


def _least_rows(dataset: Dataset, seed: int, least: int, enough: int) -> int:
    """The least k whose seeded rows give rank N; more rows never lower it."""
    check_opposites(dataset.inputs, dataset)
    for k in range(least, enough + 1):
        if form_rank(mapped(dataset.inputs, random_map(seed, k, dataset.d_x), POWER)) == dataset.N:
            return k
    found = form_dependency(mapped(dataset.inputs, random_map(seed, enough, dataset.d_x), POWER), dataset)
    raise DrawError(
        f"the matrices z z^T of {dataset.N} samples have rank {found.rank} with {enough} seeded rows: "
        f"{found.text(dataset.rows)}; more rows do not help: give --widths to fit these labels all the same, if they "
        "can be",
        witness=found,
    )


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A three-layer network of square units without biases with f(x_i) = y_i.

    Raises DrawError (witness: two samples x and -x, or a Dependency) where no quadratic form in z fits.
    """
    check_opposites(dataset.inputs, dataset)
    rows = random_map(choices.seed or 0, widths[0], dataset.d_x)
    outputs = [zero_form(form) for form in forms(mapped(dataset.inputs, rows, POWER), dataset)]
    first = layer(dense(rows), zeros(len(rows)), activation)
    return widen(FNN((first, *sum_of_squares(outputs, activation))), widths)


THEOREM = Theorem(
    id="quadratic-3",
    source="Ge, Wang, Zhao 2019, three layers (Ye, Wei, survey, section 2.2, made exact)",
    statement="square units after a seeded map fit any labels of N inputs whose matrices z z^T are independent",
    condition=condition_text,
    activations=("square",),
    task="regression",
    architecture="fnn",
    hidden_layers="2",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    needs="labels that a quadratic form in z fits, which is solved for",
    choices=("seed",),
    sufficient=False,
)
