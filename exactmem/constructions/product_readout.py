"""Theorem `product-readout`: four-layer classifiers with d1 d2 >= N and d3 >= d_y - 1.

Theorem `product` fits one code per class, and a read-out with d_y - 1 units turns codes into one-hot labels: N = 10^6
samples of 1000 classes need widths 1000, 1000, 999. The printed Proposition 3.2 asks for 4 floor(d1/4) floor(d2/4) >= N
and d3 >= 4 d_y (ReLU-like), or with 2 for 4 (hard-tanh). No read-out does with fewer units: the d_y one-hot vectors
are affinely independent. Proofs: `proofs/ours/gates.py`, `proofs/ours/product.py`.
"""

__all__ = ["THEOREM", "condition_for", "construct", "smallest", "unmet"]

from collections.abc import Sequence

from exactmem.activations import Activation
from exactmem.constructions.parts.gates import attach, checked_codes, code_dataset, readout, within_unit_interval
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.product import fit
from exactmem.constructions.theorem import Choices, Theorem, expect_layers
from exactmem.datasets import Dataset
from exactmem.networks import FNN
from exactmem.sizes.problem import Problem
from exactmem.sizes.product import ProductCondition
from exactmem.sizes.shallow import ProductAndReadout


def condition_for(problem: Problem) -> ProductAndReadout:
    """d1 d2 >= N and d3 >= d_y - 1 (at least one unit)."""
    product = ProductCondition(first=1, second=1, factor=1, target=problem.N)
    return ProductAndReadout(product, "d1*d2 >= N", max(1, problem.d_y - 1), "d3 >= d_y - 1")


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds, else a sentence with the numbers."""
    return expect_layers(widths, 3) or condition_for(problem).unmet(widths)


def smallest(problem: Problem) -> tuple[int, ...]:
    """The admissible widths (d1, d2, d3) with the fewest hidden units."""
    return condition_for(problem).smallest()


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A four-layer network of exactly the given widths with f(x_i) = y_i for one-hot labels.

    Shapes: d1 x d_x, d2 x d1, d3 x d2, d_y x d3. `choices.codes` sets the classes' codes: any distinct rationals, moved
    into [-1, 1] where they exceed it. Raises DatasetError for labels that are not one-hot, UsageError when given codes,
    u, delta or alpha do not do.
    """
    codes = within_unit_interval(checked_codes(choices.codes, dataset.d_y))
    fitted = fit(code_dataset(dataset, codes), widths[0], widths[1], activation, choices)
    return widen(attach(fitted, readout(codes, activation)), widths)


THEOREM = Theorem(
    id="product-readout",
    source="exactmem, improving Proposition 3.2 of Yun-Sra-Jadbabaie 2019",
    statement="a 4-layer network with d1*d2 >= N and d3 >= d_y - 1 classifies N distinct inputs, exactly one-hot",
    condition=lambda kind: "d1*d2 >= N and d3 >= d_y - 1",
    activations=("hard-tanh", "relu-like"),
    task="classification",
    architecture="fnn",
    hidden_layers="3",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    improves="3.2",
    uses=("product",),
    choices=("u", "delta", "alpha", "codes", "precision"),
)
