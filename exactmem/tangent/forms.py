"""Quadratic forms through data: x^T A x = y over the rationals, and forms as sums of few squares of linear ones."""

__all__ = [
    "Row",
    "Square",
    "check_opposites",
    "form_dependency",
    "form_rank",
    "forms",
    "mapped",
    "random_map",
    "rank_bound",
    "squares",
    "zero_form",
]

import random
from collections.abc import Sequence
from math import comb

from flint import fmpq

from exactmem.datasets import Dataset
from exactmem.errors import DrawError
from exactmem.rationals import Rational, vector
from exactmem.tangent.kernel import hadamard, matrix_of, self_products
from exactmem.tangent.systems import Dependency, dependencies, rank, solve

Row = Sequence[Rational]
Square = tuple[Rational, tuple[Rational, ...]]
"""(c, r) for the form c (r . x)^2."""


def form_rank(inputs: Sequence[Row]) -> int:
    """The rank of the matrices x_i x_i^T, at most d(d+1)/2; labels are free where it is the number of inputs."""
    products = self_products(matrix_of(inputs))
    return rank(hadamard(products, products))


def form_dependency(inputs: Sequence[Row], dataset: Dataset) -> Dependency:
    """A dependency of the matrices x_i x_i^T, which have a rank below their number; labels are the dataset's."""
    products = self_products(matrix_of(inputs))
    return next(dependencies(hadamard(products, products), matrix_of(dataset.labels)))


def forms(inputs: Sequence[Row], dataset: Dataset) -> list[list[list[Rational]]]:
    """Symmetric A, one d x d matrix per output, of least Frobenius norm with x_i^T A x_i = y_i at the given inputs.

    The labels and names are the dataset's. DrawError (witness: the two samples, or a Dependency) where there is none.
    """
    check_opposites(inputs, dataset)
    table = matrix_of(inputs)
    products = self_products(table)
    coefficients = solve(hadamard(products, products), matrix_of(dataset.labels))
    if isinstance(coefficients, Dependency):
        raise DrawError(
            f"the matrices x x^T of {dataset.N} inputs of {len(inputs[0])} entries have rank {coefficients.rank}, and "
            f"{coefficients.text(dataset.rows)}: no quadratic form fits",
            witness=coefficients,
        )
    found = []
    for a in range(dataset.d_y):
        weighted = matrix_of([[coefficients[i, a] * v for v in x] for i, x in enumerate(inputs)])
        found.append((table.transpose() * weighted).table())
    return found


def check_opposites(inputs: Sequence[Row], dataset: Dataset) -> None:
    """DrawError (witness: both indices) for x and -x, or twice the same input, with different labels."""
    seen: dict[tuple[Rational, ...], int] = {}
    for i, x in enumerate(inputs):
        k = seen.get(tuple(-v for v in x), seen.get(tuple(x)))
        if k is not None and dataset.labels[k] != dataset.labels[i]:
            names = f"{dataset.rows[k]} and {dataset.rows[i]}"
            raise DrawError(
                f"{names} are x and -x with different labels: x^T A x takes one value at both",
                witness=(k, i),
            )
        seen.setdefault(tuple(x), i)


def squares(form: Sequence[Row]) -> list[Square]:
    """Lagrange's reduction: rank(A) <= d squares (c, r) with A = sum c r^T r, pivoting where a diagonal entry is 0."""
    rest = [vector(row) for row in form]
    found: list[Square] = []
    indices = range(len(rest))
    while True:
        pivot = next((k for k in indices if rest[k][k] != 0), None)
        if pivot is not None:
            terms = [(1 / rest[pivot][pivot], tuple(rest[pivot]))]
        else:
            pair = next(((i, j) for i in indices for j in indices if rest[i][j] != 0), None)
            if pair is None:
                return found
            left, right, twice = rest[pair[0]], rest[pair[1]], 2 * rest[pair[0]][pair[1]]
            terms = [
                (1 / twice, tuple(a + b for a, b in zip(left, right, strict=True))),
                (-1 / twice, tuple(a - b for a, b in zip(left, right, strict=True))),
            ]
        for c, r in terms:
            rest = [[v - c * r[i] * r[j] for j, v in enumerate(row)] for i, row in enumerate(rest)]
        found += terms


def random_map(seed: int, units: int, d_x: int) -> list[list[Rational]]:
    """R: the first `units` seeded rows of d_x integers from -7 to 8; short, as the fourth powers of R x grow."""
    source = random.Random(f"random map {d_x} {seed}")
    return [[fmpq(source.getrandbits(4) - 7) for _ in range(d_x)] for _ in range(units)]


def mapped(inputs: Sequence[Row], rows: Sequence[Row], power: int) -> list[list[Rational]]:
    """z_i = (R x_i)^power, entry by entry, one row per input."""
    return [[v**power for v in row] for row in (matrix_of(inputs) * matrix_of(rows).transpose()).table()]


def rank_bound(d_x: int, power: int, units: int) -> int:
    """min(k(k+1)/2, C(d+2p-1, 2p)): products of two of k powers, among all monomials of degree 2p in d variables."""
    return min(units * (units + 1) // 2, comb(d_x + 2 * power - 1, 2 * power))


def zero_form(form: Sequence[Row]) -> list[Square]:
    """The squares of a form, at least one of them, with weight 0 where the form is 0."""
    return squares(form) or [(fmpq(0), tuple(fmpq(0) for _ in form))]
