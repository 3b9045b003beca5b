"""The sizes of Huang 2003, d1 = N/K + 2K and d2 = K per output, met exactly with hard-tanh and ReLU-like units.

Huang's two hidden layers of sigmoids approximate any labels as closely as one likes; K groups of N/K samples share the
first layer, and 2K of its units let the groups pass. Here the network is that of theorem `product`, which does without
the 2K units (d1 floor(d2/d_y) >= N) and fits exactly; the statement about sigmoids is not covered (ledger: huang-2003).
"""

__all__ = ["THEOREM", "condition_text", "smallest", "unmet"]

from collections.abc import Sequence

from exactmem.constructions import product
from exactmem.constructions.theorem import Theorem, expect_layers
from exactmem.sizes.problem import Problem
from exactmem.sizes.product import below, minimize_weighted_product


def condition_text(kind: str) -> str:
    """The condition as printed, for any number of groups and outputs."""
    return "d1 >= ceil(N/K) + 2*K with K = floor(d2/d_y) >= 1"


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds, else a sentence with the numbers."""
    wrong = expect_layers(widths, 2)
    if wrong:
        return wrong
    K = widths[1] // problem.d_y
    if K < 1:
        return f"floor(d2/d_y) >= 1 does not hold: d2 = {widths[1]} < d_y = {problem.d_y}"
    return below(f"d1={widths[0]}, d2={widths[1]}", widths[0], -(-problem.N // K) + 2 * K, "d1 >= ceil(N/K) + 2*K")


def smallest(problem: Problem) -> tuple[int, ...]:
    """The admissible widths with the fewest hidden units: the least ceil(N/K) + (2 + d_y) K."""
    group, K = minimize_weighted_product(1, 2 + problem.d_y, problem.N)
    return group + 2 * K, K * problem.d_y


THEOREM = Theorem(
    id="huang",
    source="Huang 2003, sizes; network of exactmem's theorem product",
    statement="a 3-layer network with d1 >= ceil(N/K) + 2K, K units per output in layer 2, fits any labels exactly",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="regression",
    architecture="fnn",
    hidden_layers="2",
    unmet=unmet,
    smallest=smallest,
    construct=product.construct,
    scales_labels=False,
    uses=("product",),
    choices=("u", "delta", "alpha", "precision"),
)
