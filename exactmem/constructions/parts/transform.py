"""Networks made from networks: ReLU-like units for hard-tanh ones, wider layers, scaled outputs, integer weights."""

__all__ = ["LONG", "hard_tanh_to_relu_like", "integer_outputs", "resize", "unscale", "widen"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import Activation, slopes_of
from exactmem.datasets import LabelScaling
from exactmem.errors import ShapeError
from exactmem.networks import (
    FNN,
    DenseMatrix,
    FNNLayer,
    Matrix,
    Network,
    RankOneMatrix,
    ResNet,
    SparseMatrix,
    dense,
    pad_rows,
    residual,
    zeros,
)
from exactmem.rationals import Rational, common_denominator

LONG = 4096
"""Bits of a common denominator of output weights from which on it is kept unit by unit in the hidden layer."""


def hard_tanh_to_relu_like(network: FNN, activation: Activation) -> FNN:
    """The same function with every hard-tanh unit imitated by two ReLU-like units (paper, section 2).

    Unit i becomes units 2i and 2i+1 with pre-activations z+1 and z-1, weighted by +-1/(s_plus - s_minus).
    """
    s_plus, s_minus = slopes_of(activation)
    gain, offset = 1 / (s_plus - s_minus), (s_plus + s_minus) / (s_plus - s_minus)
    layers: list[FNNLayer] = []
    for index, layer in enumerate(network.layers):
        weight, bias = layer.weight, list(layer.bias)
        if index > 0:
            weight, bias = _read_pairs(weight, bias, gain, offset)
        if index < len(network.layers) - 1:
            weight = _double_rows(weight)
            bias = [b + shift for b in bias for shift in (1, -1)]
        hidden = activation if index < len(network.layers) - 1 else layer.activation
        layers.append(FNNLayer(weight, tuple(bias), hidden))
    return FNN(tuple(layers))


def _double_rows(matrix: Matrix) -> Matrix:
    """Every row twice, one below the other."""
    rows, columns = matrix.shape
    if isinstance(matrix, RankOneMatrix):
        return RankOneMatrix(tuple(c for c in matrix.column for _ in range(2)), matrix.row)
    if isinstance(matrix, DenseMatrix):
        return DenseMatrix(tuple(row for row in matrix.rows for _ in range(2)))
    entries = [(2 * i + h, j, v) for i, row in enumerate(matrix.nonzero()) for h in range(2) for j, v in row]
    return SparseMatrix((2 * rows, columns), tuple(entries))


def _read_pairs(
    matrix: Matrix, bias: list[Rational], gain: Rational, offset: Rational
) -> tuple[Matrix, list[Rational]]:
    """Weight and bias that read each former unit from its two ReLU-like units."""
    rows, columns = matrix.shape
    if isinstance(matrix, RankOneMatrix):
        total = offset * sum(matrix.row, fmpq(0))
        pairs = tuple(v for w in matrix.row for v in (w * gain, -w * gain))
        return RankOneMatrix(matrix.column, pairs), [b - c * total for b, c in zip(bias, matrix.column, strict=True)]
    shifted = [b - offset * sum((v for _, v in row), fmpq(0)) for b, row in zip(bias, matrix.nonzero(), strict=True)]
    if isinstance(matrix, SparseMatrix):
        entries = [(i, 2 * j + h, v * gain * (1 - 2 * h)) for i, j, v in matrix.entries for h in range(2)]
        return SparseMatrix((rows, 2 * columns), tuple(entries)), shifted
    table = [zeros(2 * columns) for _ in range(rows)]
    for i, row in enumerate(matrix.nonzero()):
        for j, v in row:
            table[i][2 * j], table[i][2 * j + 1] = v * gain, -v * gain
    return dense(table), shifted


def resize(matrix: Matrix, rows: int, columns: int) -> Matrix:
    """The matrix extended by zero rows and zero columns to the given shape, kept in its own form."""
    have_rows, have_columns = matrix.shape
    if rows < have_rows or columns < have_columns:
        raise ShapeError(f"a {have_rows} x {have_columns} matrix does not fit into {rows} x {columns}")
    if isinstance(matrix, RankOneMatrix):
        column = (*matrix.column, *zeros(rows - have_rows))
        return RankOneMatrix(column, (*matrix.row, *zeros(columns - have_columns)))
    if isinstance(matrix, SparseMatrix):
        return SparseMatrix((rows, columns), matrix.entries)
    return dense(pad_rows(matrix.rows, rows, columns))


def widen(network: FNN, widths: Sequence[int]) -> FNN:
    """The same function with exactly the given hidden widths: unused units have zero weights and zero bias."""
    sizes = [network.d_x, *widths, network.d_y]
    if len(sizes) != len(network.layers) + 1:
        raise ShapeError(f"{len(network.layers) - 1} hidden layers cannot get {len(widths)} widths")
    layers = [
        FNNLayer(
            resize(layer.weight, above, below),
            (*layer.bias, *zeros(above - len(layer.bias))),
            layer.activation,
        )
        for layer, below, above in zip(network.layers, sizes, sizes[1:], strict=False)
    ]
    return FNN(tuple(layers))


def integer_outputs(network: FNN) -> FNN:
    """The same function, with integer output weights where their common denominator has more than LONG bits.

    Shapes: a rank-one layer of ReLU-like units or absolute values, and a dense output layer. sigma(z) = c sigma(z/c)
    for c > 0, here the common denominator of a unit's output weights. (Over N denominators a sum of N terms costs N^2.)
    """
    hidden, output = network.layers
    if not isinstance(hidden.weight, RankOneMatrix) or not isinstance(output.weight, DenseMatrix):
        raise ShapeError("a rank-one hidden layer and a dense output layer are expected")
    if common_denominator((v for row in output.weight.rows for v in row), LONG) is not None:
        return network
    factors = [fmpq(common_denominator(column)) for column in zip(*output.weight.rows, strict=True)]
    column = tuple(a / c for a, c in zip(hidden.weight.column, factors, strict=True))
    bias = tuple(b / c for b, c in zip(hidden.bias, factors, strict=True))
    rows = [[v * c for v, c in zip(row, factors, strict=True)] for row in output.weight.rows]
    scaled = FNNLayer(RankOneMatrix(column, hidden.weight.row), bias, hidden.activation)
    return FNN((scaled, FNNLayer(dense(rows), output.bias, output.activation)))


def unscale(network: Network, scaling: LabelScaling) -> Network:
    """The network whose output is center + radius * output, folded into the last layer."""
    if scaling.is_identity:
        return network
    centers, radii = scaling.centers, scaling.radii
    if isinstance(network, ResNet):
        last = network.layers[-1]
        if last.skip:
            raise ShapeError("the outputs of a last layer with a skip connection cannot be scaled by its weights")
        c = [m + r * v for m, r, v in zip(centers, radii, last.c, strict=True)]
        scaled = residual(last.U, last.b, _scale_rows(last.V, radii), c, last.activation, last.skip)
        return ResNet((*network.layers[:-1], scaled))
    output = network.layers[-1]
    bias = tuple(m + r * v for m, r, v in zip(centers, radii, output.bias, strict=True))
    return FNN((*network.layers[:-1], FNNLayer(_scale_rows(output.weight, radii), bias, output.activation)))


def _scale_rows(matrix: Matrix, factors: Sequence[Rational]) -> Matrix:
    """The matrix with row i multiplied by the non-zero factors[i], kept in its own form."""
    if isinstance(matrix, SparseMatrix):
        return SparseMatrix(matrix.shape, tuple((i, j, factors[i] * v) for i, j, v in matrix.entries))
    if isinstance(matrix, RankOneMatrix):
        column = tuple(f * c for f, c in zip(factors, matrix.column, strict=True))
        return RankOneMatrix(column, matrix.row)
    return dense([[f * v for v in row] for f, row in zip(factors, matrix.rows, strict=True)])
