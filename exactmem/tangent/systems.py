"""Linear systems with a Gram matrix: a solution, or a dependency of the features that the labels break."""

__all__ = ["Dependency", "dependencies", "integer_matrix", "rank", "solve"]

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpz_mat

from exactmem.rationals import Rational, shorten


@dataclass(frozen=True)
class Dependency:
    """Integers l != 0 with sum_i l_i Phi_i = 0 for the features, of rank `rank`; sum_i l_i y_i = `labels`.

    Only the samples with l_i != 0 are listed. Where `labels` != 0 it shows that no V has Phi V = y.
    """

    rank: int
    samples: tuple[int, ...]
    coefficients: tuple[Rational, ...]
    labels: Rational

    def text(self, rows: Sequence[str], most: int = 3) -> str:
        """The dependency in words, with the samples' names."""
        terms = [
            f"({rows[i]})" if c == 1 else f"{shorten(c)} * ({rows[i]})"
            for i, c in zip(self.samples[:most], self.coefficients[:most], strict=False)
        ]
        more = f" + ... over {len(self.samples)} samples" if len(self.samples) > most else ""
        labels = f", but {shorten(self.labels)} for the labels" if self.labels != 0 else ""
        return f"{' + '.join(terms)}{more} is 0 for the features{labels}"


def integer_matrix(matrix: fmpq_mat) -> fmpz_mat:
    """The matrix times its common denominator: the same rank, null space and pivots."""
    return matrix.numer_denom()[0]


def rank(matrix: fmpq_mat) -> int:
    """The exact rank over the rationals."""
    return int(integer_matrix(matrix).rank())


def solve(gram: fmpq_mat, labels: fmpq_mat) -> fmpq_mat | Dependency:
    """C with gram * C = labels, the columns of `labels` being one output each; or the Dependency that forbids it.

    `gram` is symmetric and positive semidefinite, Phi Phi^T of features Phi: l^T gram = 0 exactly where l^T Phi = 0.
    """
    try:
        return gram.solve(labels)
    except ZeroDivisionError:  # singular: either the labels break a dependency, or they are consistent
        broken = next((found for found in dependencies(gram, labels) if found.labels != 0), None)
        return broken or _particular(gram, labels)


def dependencies(gram: fmpq_mat, labels: fmpq_mat) -> Iterator[Dependency]:
    """A basis of the dependencies, each with what it gives for the first output whose labels break it."""
    basis, nullity = integer_matrix(gram).nullspace()
    for k in range(nullity):
        column = [int(basis[i, k]) for i in range(gram.nrows())]
        content = math.gcd(*column)
        content *= 1 if next(l for l in column if l) > 0 else -1
        samples = tuple(i for i, l in enumerate(column) if l)
        coefficients = tuple(fmpq(column[i] // content) for i in samples)
        values = [
            sum((l * labels[i, a] for i, l in zip(samples, coefficients, strict=True)), fmpq(0))
            for a in range(labels.ncols())
        ]
        yield Dependency(gram.nrows() - nullity, samples, coefficients, next((v for v in values if v != 0), fmpq(0)))


def _particular(gram: fmpq_mat, labels: fmpq_mat) -> fmpq_mat:
    """A solution of a consistent singular system, its free entries 0."""
    size, outputs = gram.nrows(), labels.ncols()
    table = [row + right for row, right in zip(gram.table(), labels.table(), strict=True)]
    reduced, found = fmpq_mat(table).rref()
    solution = fmpq_mat(size, outputs)
    for row in range(found):
        pivot = next(j for j in range(size) if reduced[row, j] != 0)
        for a in range(outputs):
            solution[pivot, a] = reduced[row, size + a]
    return solution
