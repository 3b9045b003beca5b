"""Residual layers put together unit by unit."""

__all__ = ["LayerUnits", "Vector", "reading_layer", "unit_vector"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts.gates import GateLayer
from exactmem.errors import ShapeError
from exactmem.networks import ResNetLayer, dense, pad_rows, residual, sparse, zeros
from exactmem.rationals import Rational

Vector = Sequence[Rational]


class LayerUnits:
    """The units of one residual layer: each reads row . h + bias and adds column * activation(...) to the result."""

    def __init__(self, read: int, write: int) -> None:
        """`read` is the dimension of h, `write` that of the result."""
        self.read = read
        self.rows: list[list[Rational]] = []
        self.biases: list[Rational] = []
        self.columns: list[list[Rational]] = []
        self.constant = zeros(write)

    def add(self, row: Vector, bias: Rational, column: Vector) -> None:
        """One more unit."""
        self.rows.append(list(row))
        self.biases.append(bias)
        self.columns.append(list(column))

    def shift(self, vector: Vector, factor: Rational) -> None:
        """Add factor * vector to the constant c."""
        self.constant = [a + factor * b for a, b in zip(self.constant, vector, strict=True)]

    def finish(self, width: int, activation: Activation, *, skip: bool) -> ResNetLayer:
        """The layer of exactly `width` units, the unused ones zero; ShapeError when there are more."""
        if len(self.rows) > width:
            raise ShapeError(f"{len(self.rows)} units do not fit into a layer of width {width}")
        entries = {(a, j): v for j, column in enumerate(self.columns) for a, v in enumerate(column)}
        biases = self.biases + zeros(width - len(self.biases))
        U = dense(pad_rows(self.rows, width, self.read))
        return residual(U, biases, sparse((len(self.constant), width), entries), self.constant, activation, skip)


def reading_layer(gates: GateLayer, row: Vector, bias: Rational, width: int) -> ResNetLayer:
    """The last layer, of exactly `width` units: the gates at the number row . h + bias."""
    columns = [zeros(len(gates.constants)) for _ in gates.slopes]
    for k, entries in enumerate(gates.weights.nonzero()):
        for j, v in entries:
            columns[j][k] = v
    units = LayerUnits(len(row), len(gates.constants))
    for slope, offset, column in zip(gates.slopes, gates.biases, columns, strict=True):
        units.add([slope * v for v in row], slope * bias + offset, column)
    units.shift(gates.constants, fmpq(1))
    return units.finish(width, gates.activation, skip=False)


def unit_vector(size: int, k: int) -> list[Rational]:
    """The k-th standard unit vector (k from 0)."""
    return [fmpq(int(j == k)) for j in range(size)]
