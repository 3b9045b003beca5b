"""Exact matrices as plain data, dense, sparse or of rank one, and their product with many vectors at once."""

__all__ = [
    "AtRatio",
    "DenseMatrix",
    "Matrix",
    "RankOneMatrix",
    "SparseMatrix",
    "Vector",
    "affine",
    "dense",
    "rank_one",
    "sparse",
]

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import fmpq, fmpz_mat

from exactmem.blocked import exact_products, limb_bytes
from exactmem.errors import ShapeError
from exactmem.packed import IntegerRows
from exactmem.rationals import Rational, clear_denominators, common_denominator, to_text, vector

LONG = 4096
"""Bits of the common denominator of a vector from which on its products are summed term by term: in short numbers."""

Vector = list[Rational]
AtRatio: TypeAlias = Callable[[Any, Any], Rational]


class _Sized:
    """A matrix that shows its kind and shape at a prompt."""

    shape: Any

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.shape[0]} x {self.shape[1]}>"


@dataclass(frozen=True, repr=False)
class DenseMatrix(_Sized):
    """A matrix of rationals given by its rows (at least one row and one column)."""

    rows: tuple[tuple[Rational, ...], ...]

    def __post_init__(self) -> None:
        if not self.rows or not self.rows[0] or len({len(row) for row in self.rows}) != 1:
            raise ShapeError("a dense matrix needs at least one row and rows of one positive length")

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return len(self.rows), len(self.rows[0])

    def nonzero(self) -> list[list[tuple[int, Rational]]]:
        """Per row, the (column, value) pairs of its non-zero entries in column order."""
        return [[(j, v) for j, v in enumerate(row) if v != 0] for row in self.rows]

    def values(self) -> Iterable[Rational]:
        """The stored numbers."""
        return (v for row in self.rows for v in row)

    def to_json(self) -> Any:
        """The matrix in the certificate format."""
        return [[to_text(v) for v in row] for row in self.rows]


@dataclass(frozen=True, repr=False)
class SparseMatrix(_Sized):
    """A matrix given by its shape and its non-zero entries (row, column, value) in row-major order."""

    shape: tuple[int, int]
    entries: tuple[tuple[int, int, Rational], ...]

    def __post_init__(self) -> None:
        rows, columns = self.shape
        if rows < 1 or columns < 1:
            raise ShapeError(f"a matrix needs positive sizes, not {rows} x {columns}")
        positions = [(i, j) for i, j, _ in self.entries]
        if any(not (0 <= i < rows and 0 <= j < columns) for i, j in positions):
            raise ShapeError(f"an entry of a sparse {rows} x {columns} matrix is out of range")
        if any(not a < b for a, b in itertools.pairwise(positions)):
            raise ShapeError("the entries of a sparse matrix must be in strictly increasing row-major order")
        if any(v == 0 for _, _, v in self.entries):
            raise ShapeError("the entries of a sparse matrix must be non-zero")

    def nonzero(self) -> list[list[tuple[int, Rational]]]:
        """Per row, the (column, value) pairs of its non-zero entries in column order."""
        rows: list[list[tuple[int, Rational]]] = [[] for _ in range(self.shape[0])]
        for i, j, v in self.entries:
            rows[i].append((j, v))
        return rows

    def values(self) -> Iterable[Rational]:
        """The stored numbers."""
        return (v for _, _, v in self.entries)

    def to_json(self) -> Any:
        """The matrix in the certificate format."""
        return {"shape": list(self.shape), "entries": [[i, j, to_text(v)] for i, j, v in self.entries]}


@dataclass(frozen=True, repr=False)
class RankOneMatrix(_Sized):
    """The product column * row of a column vector and a row vector."""

    column: tuple[Rational, ...]
    row: tuple[Rational, ...]

    def __post_init__(self) -> None:
        if not self.column or not self.row:
            raise ShapeError("a rank-one matrix needs a non-empty column and a non-empty row")

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return len(self.column), len(self.row)

    def nonzero(self) -> list[list[tuple[int, Rational]]]:
        """Per row, the (column, value) pairs of its non-zero entries in column order."""
        support = [(j, v) for j, v in enumerate(self.row) if v != 0]
        return [[(j, c * v) for j, v in support] if c != 0 else [] for c in self.column]

    def values(self) -> Iterable[Rational]:
        """The stored numbers (of the two vectors)."""
        return (*self.column, *self.row)

    def to_json(self) -> Any:
        """The matrix in the certificate format."""
        return {"column": [to_text(v) for v in self.column], "row": [to_text(v) for v in self.row]}


Matrix: TypeAlias = DenseMatrix | SparseMatrix | RankOneMatrix


def dense(rows: Iterable[Iterable[Any]]) -> DenseMatrix:
    """A DenseMatrix from rows of exact numbers."""
    return DenseMatrix(tuple(tuple(vector(row)) for row in rows))


def rank_one(column: Iterable[Any], row: Iterable[Any]) -> RankOneMatrix:
    """A RankOneMatrix from two vectors of exact numbers."""
    return RankOneMatrix(tuple(vector(column)), tuple(vector(row)))


def sparse(shape: tuple[int, int], entries: dict[tuple[int, int], Any]) -> SparseMatrix:
    """A SparseMatrix from a mapping (row, column) -> exact number; zeros are dropped."""
    values = zip(sorted(entries), vector(entries[key] for key in sorted(entries)), strict=True)
    return SparseMatrix(shape, tuple((i, j, v) for (i, j), v in values if v != 0))


def affine(
    matrix: Matrix, bias: Sequence[Rational], values: Sequence[Sequence[Rational]], at: AtRatio = fmpq
) -> list[Vector]:
    """`at` of every entry of matrix * v + bias for every v: one integer matrix product over cleared denominators.

    `at` is given the numerator and the denominator of an entry, not in lowest terms; by itself it is the entry.
    """
    if not values:
        return []
    if isinstance(matrix, RankOneMatrix):
        scalars = [s[0] for s in _product([list(matrix.row)], [fmpq(0)], values)]
        pairs = [((c.numer(), c.denom()), (b.numer(), b.denom())) for c, b in zip(matrix.column, bias, strict=True)]
        parts = [(n * q, d * m, d * q) for (n, d), (m, q) in pairs]
        points = [(t.numer(), t.denom()) for t in scalars]
        return [[at(up * n + lift * d, below * d) for up, lift, below in parts] for n, d in points]
    nonzero = matrix.nonzero()
    rows = [i for i, entries in enumerate(nonzero) if entries]
    columns = sorted({j for entries in nonzero for j, _ in entries})
    places = {j: n for n, j in enumerate(columns)}
    table = [[fmpq(0)] * len(columns) for _ in rows]
    for row, i in zip(table, rows, strict=True):
        for j, v in nonzero[i]:
            row[places[j]] = v
    constants = [at(b.numer(), b.denom()) for b in bias]
    if not rows:
        return [list(constants) for _ in values]
    products = _product(table, [bias[i] for i in rows], _columns(values, columns), at)
    if len(rows) == len(bias):
        return products
    return [_filled(constants, rows, product) for product in products]


def _columns(values: Sequence[Sequence[Rational]], columns: list[int]) -> Sequence[Sequence[Rational]]:
    """The rows without the columns that are not listed."""
    if len(columns) == len(values[0]):
        return values
    if isinstance(values, IntegerRows):
        return IntegerRows(values.integers[:, columns], values.denominator)
    return [[row[j] for j in columns] for row in values]


def _filled(constants: Vector, places: list[int], values: Vector) -> Vector:
    """The constants, with other values at some places."""
    filled = list(constants)
    for i, v in zip(places, values, strict=True):
        filled[i] = v
    return filled


def _product(
    rows: list[Vector], bias: Vector, values: Sequence[Sequence[Rational]], at: AtRatio = fmpq
) -> list[Vector]:
    weights = [clear_denominators([*row, b]) for row, b in zip(rows, bias, strict=True)]
    if isinstance(values, IntegerRows) and limb_bytes(values) > 0:
        return _packed_product(weights, values, at)
    if any(common_denominator(v, LONG) is None for v in values):
        return _sums(rows, bias, values, at)
    samples = [clear_denominators(v) for v in values]
    left = fmpz_mat([integers for integers, _ in weights])
    right = fmpz_mat([[*integers, denominator] for integers, denominator in samples]).transpose()
    table: Any = (left * right).table()
    return [
        [at(table[k][i], denominator * samples[i][1]) for k, (_, denominator) in enumerate(weights)]
        for i in range(len(values))
    ]


def _sums(rows: list[Vector], bias: Vector, values: Sequence[Sequence[Rational]], at: AtRatio) -> list[Vector]:
    """The same, term by term."""
    result = []
    for v in values:
        live = [(j, x) for j, x in enumerate(v) if x != 0]
        totals = [sum((row[j] * x for j, x in live), b) for row, b in zip(rows, bias, strict=True)]
        result.append([at(total.numer(), total.denom()) for total in totals])
    return result


def _packed_product(weights: list[tuple[list[Any], Any]], values: IntegerRows, at: AtRatio) -> list[Vector]:
    """The same for packed inputs, by exact products in floating point; equal rows are multiplied once."""
    kinds: dict[tuple[Any, ...], int] = {}
    places = [kinds.setdefault(tuple(row[:-1]), len(kinds)) for row, _ in weights]
    shared = values.denominator
    offsets = [(row[-1] * shared, denominator * shared) for row, denominator in weights]
    pairs = list(zip(places, offsets, strict=True))
    return [
        [at(products[k] + shift, denominator) for k, (shift, denominator) in pairs]
        for block in exact_products(values, list(kinds))
        for products in block
    ]
