"""General position (Assumption 4.1), checked exactly, with a witness when it fails.

Assumption 4.1 as printed forbids d_x + 1 samples on one hyperplane, which says nothing when N <= d_x. The theorems
need a little more: every d_x + 1 or fewer samples are affinely independent. For N > d_x the two are the same.
"""

__all__ = [
    "NAMED",
    "SUBSET_LIMIT",
    "Indexed",
    "Inputs",
    "Integer",
    "IntegerVector",
    "affine_dependence",
    "explain",
    "find_dependent_samples",
    "homogeneous",
    "line_through_origin",
    "primitive",
    "project_away",
]

from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpz, fmpz_mat

from exactmem.border import table
from exactmem.datasets import Dataset
from exactmem.errors import LimitError
from exactmem.rationals import Rational, clear_denominators

Integer = Any
IntegerVector = list[Integer]
Inputs = Sequence[Sequence[Rational]]
Indexed = list[tuple[int, IntegerVector]]

NAMED = 12
"""Most samples that a message names."""

SUBSET_LIMIT = 1_000_000
"""Most subsets of samples that the full check of general position looks at before it gives up."""


def homogeneous(inputs: Inputs) -> list[IntegerVector]:
    """Per input, the primitive positive integer multiple of (x, 1): d_x + 1 integers (`fmpz`), the last positive."""
    return [clear_denominators([*x, fmpq(1)])[0] for x in inputs]


def project_away(pivot: IntegerVector, vectors: Sequence[IntegerVector]) -> list[IntegerVector]:
    """The vectors modulo the non-zero pivot: primitive integer vectors with one entry less, zero for its multiples."""
    k = next(k for k, v in enumerate(pivot) if v != 0)
    scale = pivot[k]
    projected = []
    for vector in vectors:
        factor = vector[k]
        rest = [scale * w - factor * v for v, w in zip(pivot, vector, strict=True)]
        del rest[k]
        projected.append(primitive(rest))
    return projected


def primitive(vector: Sequence[Integer]) -> IntegerVector:
    """The integer vector divided by the greatest common divisor of its entries (itself if it is zero)."""
    divisor = fmpz(0)
    for v in vector:
        divisor = divisor.gcd(v)
        if divisor == 1:
            return list(vector)
    return [v // divisor for v in vector] if divisor != 0 else list(vector)


def line_through_origin(vector: IntegerVector) -> tuple[Integer, ...]:
    """The same key for all non-zero multiples of a primitive vector: its first non-zero entry made positive."""
    leading = next((v for v in vector if v != 0), fmpz(1))
    return tuple(vector) if leading > 0 else tuple(-v for v in vector)


def affine_dependence(inputs: Inputs, indices: Sequence[int]) -> tuple[int, ...] | None:
    """A minimal affinely dependent subset of the given samples (their indices, increasing), or None if there is none.

    Minimal: leaving out any one of its samples leaves affinely independent ones.
    """
    if not indices:
        return None
    kernel, nullity = fmpz_mat(homogeneous([inputs[i] for i in indices])).transpose().nullspace()
    rows = kernel.table()
    supports: list[list[int]] = [
        [i for i, row in zip(indices, rows, strict=True) if row[k] != 0] for k in range(nullity)
    ]
    if not supports:
        return None
    smallest = min(supports, key=len)
    return tuple(sorted(smallest))


def find_dependent_samples(
    inputs: Inputs, *, as_printed: bool = False, limit: int = SUBSET_LIMIT
) -> tuple[int, ...] | None:
    """None when the distinct inputs are in general position, else the indices of a minimal dependent set of samples.

    With `as_printed` the answer is None whenever N <= d_x. Looks at the subsets of min(N, d_x + 1) - 1 samples in
    turn; LimitError when it has looked at `limit` of them without a violation. Source: Assumption 4.1 of Yun, Sra,
    Jadbabaie 2019.
    """
    inputs = table(inputs, "inputs")
    count, d_x = len(inputs), len(inputs[0])
    if as_printed and count <= d_x:
        return None
    if count <= d_x + 1:
        return affine_dependence(inputs, range(count))
    found = _dependent(list(enumerate(homogeneous(inputs))), d_x + 1, _Budget(limit))
    return None if found is None else affine_dependence(inputs, found)


def explain(dataset: Dataset, witness: Sequence[int]) -> str:
    """A sentence that names the samples of a minimal affinely dependent set and says where they lie."""
    names = ", ".join(dataset.rows[i] for i in witness[:NAMED])
    if len(witness) > NAMED:
        names += f" and {len(witness) - NAMED} more"
    dimension = len(witness) - 2
    flat = "one line" if dimension == 1 else "one plane" if dimension == 2 else f"one flat of dimension {dimension}"
    return f"{names} lie on one hyperplane" if len(witness) == dataset.d_x + 1 else f"{names} lie on {flat}"


class _Budget:
    """Counts the subsets looked at; LimitError beyond the limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0

    def spend(self) -> None:
        self.used += 1
        if self.used > self.limit:
            raise LimitError(
                f"general position is undecided after {self.limit} subsets of samples, the stated limit: raise the "
                "limit, or let a construction check just the hyperplanes that it uses"
            )


def _dependent(points: Indexed, size: int, budget: _Budget) -> list[int] | None:
    """Indices of at most `size` linearly dependent vectors among the points, or None.

    Vectors together with v are dependent exactly when their projections along v are. So every sample in turn is
    projected away, until proportional pairs are left to be found by hashing.
    """
    if size == 2:
        return _proportional(points, budget)
    for position, (index, vector) in enumerate(points[: len(points) - size + 1]):
        if not any(vector):
            return [index]
        later = points[position + 1 :]
        projected = project_away(vector, [w for _, w in later])
        found = _dependent([(i, w) for (i, _), w in zip(later, projected, strict=True)], size - 1, budget)
        if found is not None:
            return [index, *found]
    return None


def _proportional(points: Indexed, budget: _Budget) -> list[int] | None:
    """A zero vector or two vectors that are multiples of each other."""
    first: dict[tuple[Integer, ...], int] = {}
    for index, vector in points:
        budget.spend()
        if not any(vector):
            return [index]
        j = first.setdefault(line_through_origin(vector), index)
        if j != index:
            return [j, index]
    return None
