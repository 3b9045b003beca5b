"""Proposition 3.2 (Yun, Sra, Jadbabaie 2019): four-layer classifiers with about 4 sqrt(N) + 4 d_y hidden units.

Every class gets a code, a number; Theorem 3.1 fits the codes with one output, and a gate per class in layer 3 turns the
fitted code into the one-hot label. The gates are the paper's: 2 hard-tanh or 4 ReLU-like units each.
"""

__all__ = ["THEOREM", "condition_for", "condition_text", "construct", "smallest", "unmet"]

from collections.abc import Sequence

from exactmem.activations import HARD_TANH, Activation
from exactmem.constructions.parts.gates import (
    attach,
    checked_codes,
    code_dataset,
    paper_gates,
    smallest_gap,
    trapezoid_gates,
    within_unit_interval,
)
from exactmem.constructions.parts.transform import hard_tanh_to_relu_like, widen
from exactmem.constructions.plateau import near_codes, short_codes
from exactmem.constructions.theorem import Choices, Theorem, expect_choices, expect_layers
from exactmem.constructions.theorem_3_1 import hard_tanh_network
from exactmem.datasets import Dataset
from exactmem.networks import FNN
from exactmem.sizes.problem import Problem
from exactmem.sizes.product import ProductCondition
from exactmem.sizes.shallow import ProductAndReadout


def _step(kind: str) -> int:
    return 2 if kind == "hard-tanh" else 4


def condition_for(problem: Problem) -> ProductAndReadout:
    """The printed size condition, with 4 for 2 where the activation is ReLU-like."""
    step = _step(problem.activation.kind)
    product = ProductCondition(first=step, second=step, factor=4, target=problem.N)
    return ProductAndReadout(
        product, f"4*floor(d1/{step})*floor(d2/{step}) >= N", step * problem.d_y, f"d3 >= {step}*d_y"
    )


def condition_text(kind: str) -> str:
    """The condition as printed, for one kind of activation."""
    step = _step(kind)
    return f"4*floor(d1/{step})*floor(d2/{step}) >= N and d3 >= {step}*d_y"


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the printed condition holds, else a sentence with the numbers."""
    return expect_layers(widths, 3) or condition_for(problem).unmet(widths)


def smallest(problem: Problem) -> tuple[int, ...]:
    """The admissible widths (d1, d2, d3) with the fewest hidden units."""
    return condition_for(problem).smallest()


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A four-layer network of exactly the given widths with f(x_i) = y_i for one-hot labels.

    Shapes: d1 x d_x, d2 x d1, d3 x d2, d_y x d3. Source: Proposition 3.2, Appendix C. `choices.codes` sets the classes'
    codes: any distinct rationals, moved into [-1, 1] by an affine map where they exceed it. Raises DatasetError for
    labels that are not one-hot, UsageError when given codes, u, delta or alpha do not do. With `choices.flat` the codes
    are met within a tolerance, by rounded weights as in `plateau`, and the gates are flat around them.
    """
    step = _step(activation.kind)
    if choices.flat:
        expect_choices(choices, "3.2 with flat gates", ("u", "codes", "flat"))
        codes = short_codes(choices, dataset.d_y, HARD_TANH)
        fitted = near_codes(dataset, codes, 2 * (widths[1] // step), HARD_TANH, choices)
        network = attach(fitted, trapezoid_gates(codes, smallest_gap(codes) / 4, HARD_TANH))
    else:
        codes = within_unit_interval(checked_codes(choices.codes, dataset.d_y))
        coded = code_dataset(dataset, codes)
        fitted = hard_tanh_network(coded, 2 * (widths[0] // step), 2 * (widths[1] // step), choices)
        network = attach(fitted, paper_gates(codes, HARD_TANH))
    if activation.kind == "relu-like":
        network = hard_tanh_to_relu_like(network, activation)
    return widen(network, widths)


THEOREM = Theorem(
    id="3.2",
    source="Yun-Sra-Jadbabaie 2019, Proposition 3.2",
    statement="a 4-layer network classifies N distinct inputs into d_y classes, with exact one-hot outputs",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="classification",
    architecture="fnn",
    hidden_layers="3",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    uses=("3.1",),
    choices=("u", "delta", "alpha", "codes", "precision", "flat"),
)
