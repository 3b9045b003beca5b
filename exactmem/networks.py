"""Networks with exact parameters; shapes are checked when a network is made.

`FNN` computes a^l = sigma(W^l a^{l-1} + b^l) and a linear last layer; `ResNet` computes
h^l = h^{l-1} + V^l sigma(U^l h^{l-1} + b^l) + c^l, without the skip in the last layer (paper, sections 2 and 4).
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import fmpq

from exactmem.activations import IDENTITY, Activation
from exactmem.errors import ShapeError
from exactmem.rationals import Rational, bits, to_text, vector


@dataclass(frozen=True)
class DenseMatrix:
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


@dataclass(frozen=True)
class SparseMatrix:
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


@dataclass(frozen=True)
class RankOneMatrix:
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


@dataclass(frozen=True)
class FNNLayer:
    """One layer a -> activation(weight a + bias); weight is d_l x d_{l-1}, bias has d_l entries."""

    weight: Matrix
    bias: tuple[Rational, ...]
    activation: Activation

    def __post_init__(self) -> None:
        if len(self.bias) != self.weight.shape[0]:
            raise ShapeError(f"a weight with {self.weight.shape[0]} rows has a bias of {len(self.bias)} entries")

    def to_json(self) -> dict[str, Any]:
        """The layer in the certificate format."""
        return {
            "weight": self.weight.to_json(),
            "bias": [to_text(v) for v in self.bias],
            "activation": self.activation.to_json(),
        }


def layer(weight: Matrix, bias: Iterable[Any], activation: Activation = IDENTITY) -> FNNLayer:
    """An FNNLayer from a matrix, a bias of exact numbers and an activation."""
    return FNNLayer(weight, tuple(vector(bias)), activation)


@dataclass(frozen=True)
class FNN:
    """A fully-connected network; the last layer's activation is the identity."""

    layers: tuple[FNNLayer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ShapeError("a network needs at least one layer")
        for l, (below, above) in enumerate(zip(self.layers, self.layers[1:], strict=False), 1):
            if above.weight.shape[1] != below.weight.shape[0]:
                raise ShapeError(
                    f"layer {l + 1} expects {above.weight.shape[1]} inputs, layer {l} has width {below.weight.shape[0]}"
                )
        if self.layers[-1].activation.kind != "identity":
            raise ShapeError(f"the last layer must be linear, not {self.layers[-1].activation.name}")

    @property
    def d_x(self) -> int:
        """Input dimension."""
        return self.layers[0].weight.shape[1]

    @property
    def d_y(self) -> int:
        """Output dimension."""
        return self.layers[-1].weight.shape[0]

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths of the hidden layers, d_1, ..., d_{L-1}."""
        return tuple(l.weight.shape[0] for l in self.layers[:-1])

    @property
    def hidden_nodes(self) -> int:
        """Number of hidden units."""
        return sum(self.widths)

    @property
    def edges(self) -> int:
        """Number of weight and bias entries of the full shapes, zeros included (the paper's "edges")."""
        return sum(l.weight.shape[0] * (l.weight.shape[1] + 1) for l in self.layers)

    def numbers(self) -> Iterable[Rational]:
        """Every stored parameter."""
        for l in self.layers:
            yield from l.weight.values()
            yield from l.bias

    def to_json(self) -> dict[str, Any]:
        """The network in the certificate format."""
        return {"architecture": "fnn", "layers": [l.to_json() for l in self.layers]}


@dataclass(frozen=True)
class ResNetLayer:
    """One residual layer h -> [h +] V activation(U h + b) + c; U is d_l x d, V is d' x d_l."""

    U: Matrix
    b: tuple[Rational, ...]
    V: Matrix
    c: tuple[Rational, ...]
    activation: Activation
    skip: bool

    def __post_init__(self) -> None:
        width = self.U.shape[0]
        if len(self.b) != width or self.V.shape[1] != width or len(self.c) != self.V.shape[0]:
            raise ShapeError(f"a residual layer of width {width} has b, V or c of another size")
        if self.skip and self.V.shape[0] != self.U.shape[1]:
            raise ShapeError("a residual layer with a skip connection must keep the dimension")

    def to_json(self) -> dict[str, Any]:
        """The layer in the certificate format."""
        return {
            "U": self.U.to_json(),
            "b": [to_text(v) for v in self.b],
            "V": self.V.to_json(),
            "c": [to_text(v) for v in self.c],
            "activation": self.activation.to_json(),
            "skip": self.skip,
        }


def residual(
    U: Matrix, b: Iterable[Any], V: Matrix, c: Iterable[Any], activation: Activation, skip: bool
) -> ResNetLayer:
    """A ResNetLayer from matrices, vectors of exact numbers and an activation."""
    return ResNetLayer(U, tuple(vector(b)), V, tuple(vector(c)), activation, skip)


@dataclass(frozen=True)
class ResNet:
    """A residual network; every layer has a skip connection, but the last may go without (as in the paper)."""

    layers: tuple[ResNetLayer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ShapeError("a network needs at least one layer")
        for l, below in enumerate(self.layers[:-1], 1):
            if not below.skip:
                raise ShapeError(f"residual layer {l} must have a skip connection; only the last has none")
            if self.layers[l].U.shape[1] != below.V.shape[0]:
                raise ShapeError(f"residual layers {l} and {l + 1} do not fit")

    @property
    def d_x(self) -> int:
        """Input dimension."""
        return self.layers[0].U.shape[1]

    @property
    def d_y(self) -> int:
        """Output dimension."""
        return self.layers[-1].V.shape[0]

    @property
    def widths(self) -> tuple[int, ...]:
        """Hidden units per residual layer, d_1, ..., d_L (the last layer's included)."""
        return tuple(l.U.shape[0] for l in self.layers)

    @property
    def hidden_nodes(self) -> int:
        """Number of hidden units."""
        return sum(self.widths)

    @property
    def edges(self) -> int:
        """Number of entries of all U, b, V, c, zeros included."""
        return sum(l.U.shape[0] * (l.U.shape[1] + 1) + l.V.shape[0] * (l.V.shape[1] + 1) for l in self.layers)

    def numbers(self) -> Iterable[Rational]:
        """Every stored parameter."""
        for l in self.layers:
            yield from l.U.values()
            yield from l.b
            yield from l.V.values()
            yield from l.c

    def to_json(self) -> dict[str, Any]:
        """The network in the certificate format."""
        return {"architecture": "resnet", "layers": [l.to_json() for l in self.layers]}


Network: TypeAlias = FNN | ResNet


def largest_bits(network: Network) -> int:
    """The bit length of the largest parameter (of numerator or denominator)."""
    return max(bits(v) for v in network.numbers())


def zeros(count: int) -> list[Rational]:
    """`count` exact zeros."""
    return [fmpq(0)] * count


def pad_rows(rows: Sequence[Sequence[Rational]], height: int, width: int) -> list[list[Rational]]:
    """The rows extended by zeros to a height x width matrix (unused units are zero rows and columns)."""
    padded = [[*row, *zeros(width - len(row))] for row in rows]
    return padded + [zeros(width) for _ in range(height - len(padded))]
