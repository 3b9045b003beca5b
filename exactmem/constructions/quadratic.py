"""Two-layer quadratic networks (Ge, Wang, Zhao 2019; survey, section 2.2): x^T A x = y with at most d_x squares.

A symmetric A with x_i^T A x_i = y_i is solved for over the rationals; Lagrange's reduction writes it as rank(A) <= d_x
squares c (r . x)^2. For all labels the matrices x_i x_i^T must be independent, so N <= d_x(d_x+1)/2; x and -x, and
multiples, are never independent. What is built is decided by the data, exactly (ledger: quadratic).
"""

__all__ = ["THEOREM", "condition_text", "construct", "least_units", "smallest", "sum_of_squares", "unmet"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset
from exactmem.networks import FNN, FNNLayer, dense, layer, sparse, zeros
from exactmem.sizes.problem import Problem
from exactmem.tangent.forms import Square, forms, zero_form


def condition_text(kind: str) -> str:
    """The condition on the width; the labels decide the rest."""
    return "d1 >= d_x*d_y; for any labels N <= d_x*(d_x+1)/2"


def least_units(problem: Problem) -> int:
    """d_x squares per output."""
    return problem.d_x * problem.d_y


unmet, smallest = one_hidden_layer(least_units, lambda kind: "d1 >= d_x*d_y")


def sum_of_squares(outputs: Sequence[Sequence[Square]], activation: Activation) -> tuple[FNNLayer, FNNLayer]:
    """The layer of the squares of every output, and the linear one that adds them up."""
    rows = [r for squares in outputs for _, r in squares]
    columns = iter(range(len(rows)))
    entries = {(a, next(columns)): c for a, squares in enumerate(outputs) for c, _ in squares}
    hidden = layer(dense(rows), zeros(len(rows)), activation)
    return hidden, layer(sparse((len(outputs), len(rows)), entries), [fmpq(0)] * len(outputs))


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer network of square units without biases with f(x_i) = y_i.

    Raises DrawError (witness: two samples x and -x, or a Dependency) where no quadratic form fits.
    """
    outputs = [zero_form(form) for form in forms(dataset.inputs, dataset)]
    return widen(FNN(sum_of_squares(outputs, activation)), widths)


THEOREM = Theorem(
    id="quadratic",
    source="Ge, Wang, Zhao 2019 (Ye, Wei, survey, section 2.2, made exact)",
    statement="d_x square units fit any labels of N inputs whose matrices x x^T are independent",
    condition=condition_text,
    activations=("square",),
    task="regression",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    needs="labels that a quadratic form fits, which is solved for",
    sufficient=False,
)
