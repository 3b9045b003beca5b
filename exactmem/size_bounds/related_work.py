"""The sizes of related work that the papers compare with, as they state them; nothing here is verified."""

__all__ = [
    "OVER_PARAMETERIZED",
    "SEPARATED",
    "Exponent",
    "RelatedWork",
    "descent_width",
    "huang_widths",
    "related_work",
    "width_exponent",
    "zhang_free_numbers",
    "zhang_matrix_entries",
]

from dataclasses import dataclass
from typing import Any

from exactmem.sizes.counts import fnn_edges
from exactmem.sizes.problem import Problem
from exactmem.sizes.product import minimize_weighted_product


@dataclass(frozen=True)
class RelatedWork:
    """One result: hidden widths where they are known, hidden units, edges of a fully-connected network, hypotheses.

    `built` is the id of the construction with these sizes, if there is one.
    """

    id: str
    source: str
    activation: str
    widths: tuple[int, ...]
    units: int
    edges: int | None
    hypotheses: str
    built: str = ""


@dataclass(frozen=True)
class Exponent:
    """A width of the order N^exponent in over-parameterized convergence results, and what they ask for besides."""

    exponent: int
    source: str
    hypotheses: str


def huang_widths(N: int) -> tuple[int, int]:
    """(N/K + 2K, K) with N/K rounded up and the K that makes ceil(N/K) + 3K least (Huang 2003)."""
    groups_of, K = minimize_weighted_product(1, 3, N)
    return groups_of + 2 * K, K


def zhang_matrix_entries(d_x: Any, N: Any) -> Any:
    """(d_x + 2) N: the entries of both weight matrices and of the hidden biases in the two-layer network of width N.

    With one output and an output bias there is one more. Integers or symbols.
    """
    return N * (d_x + 2)


def zhang_free_numbers(d_x: Any, N: Any) -> Any:
    """2 N + d_x: how many of these entries are chosen freely, as all rows of the first matrix are one vector."""
    return 2 * N + d_x


def descent_width(d_x: int, N: int) -> int:
    """The least k with k d_x > N^2: the root of the number of hidden weights exceeds the number of samples."""
    return N * N // d_x + 1


def related_work(problem: Problem) -> list[RelatedWork]:
    """The results for these sizes; every condition is the one its own paper states."""
    N, d_x, d_y = problem.N, problem.d_x, problem.d_y
    huang = huang_widths(N)
    return [
        RelatedWork(
            "Zhang et al. 2017",
            "Theorem 1",
            "relu",
            (N,),
            N,
            int(fnn_edges(d_x, (N,), d_y)),
            "real labels, one output",
            "zhang",
        ),
        RelatedWork(
            "Hardt-Ma 2017",
            "Theorem 3.2",
            "relu",
            (),
            N + d_y,
            None,
            "residual network; classes; distinct unit vectors",
            "hardt-ma",
        ),
        RelatedWork(
            "Nguyen-Hein 2017", "one hidden layer of a CNN", "relu", (), N, None, "convolutional; a layer of width N"
        ),
        RelatedWork(
            "Huang 2003",
            "N/K + 2K and K, best K",
            "sigmoid",
            huang,
            sum(huang),
            int(fnn_edges(d_x, huang, d_y)),
            "approximates any closely, real labels",
            "huang",
        ),
        RelatedWork(
            "Oymak-Soltanolkotabi 2019",
            "d_x d1 > N^2",
            "relu",
            (descent_width(d_x, N),),
            descent_width(d_x, N),
            int(fnn_edges(d_x, (descent_width(d_x, N),), d_y)),
            "one output; gradient descent from a random start, with high probability, constants left out; per "
            "instance: exactmem descend",
        ),
    ]


SEPARATED = "ReLU, random start, fixed output layer, inputs a distance delta apart; factors in delta, L, log N left out"

OVER_PARAMETERIZED = (
    Exponent(24, "gradient descent converges: the condition before the improved analysis", SEPARATED),
    Exponent(8, "the improved analysis, with a gradient lower bound of the order m/N^2", SEPARATED),
    Exponent(5, "if a gradient lower bound of the order m/N could be proved", f"conditional; {SEPARATED}"),
    Exponent(2, "if a gradient lower bound of the order m could be proved", f"conditional; {SEPARATED}"),
)
"""Over-parameterization conditions as the author response on over-parameterization quotes them, in orders only."""


def width_exponent(gradient_exponent: int) -> int:
    """2 + 3a: the exponent of the width where the gradient lower bound is of the order m/N^a (ledger: width-law)."""
    return 2 + 3 * gradient_exponent
