"""The exact forward pass, with common denominators and integer matrix products.

`evaluate` serves every network; from the first layer that sees its inputs through one number on (a rank-one weight) it
uses the sweep of `exactmem.sweep`, which does the same job with far fewer operations. Both ways are exact.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

from flint import fmpq, fmpz_mat

from exactmem.datasets import Dataset
from exactmem.errors import ShapeError
from exactmem.networks import FNN, FNNLayer, Matrix, Network, RankOneMatrix, ResNet
from exactmem.rationals import Rational, clear_denominators
from exactmem.sweep import sweep, sweep_start

Vector = list[Rational]

CHUNK = 4096
"""Most samples multiplied at once; bounds memory."""


def evaluate(network: Network, inputs: Sequence[Sequence[Rational]], executor: Executor | None = None) -> list[Vector]:
    """The network's exact outputs, one list of d_y rationals per input of d_x rationals.

    With an `executor` the samples are shared out among its workers. Raises ShapeError for inputs of another length.
    """
    for i, x in enumerate(inputs):
        if len(x) != network.d_x:
            raise ShapeError(f"input {i} has {len(x)} entries, the network expects {network.d_x}")
    if executor is None:
        return _evaluate_here(network, inputs)
    workers = getattr(executor, "_max_workers", None) or 1
    size = max(1, -(-len(inputs) // workers))
    parts = [inputs[start : start + size] for start in range(0, len(inputs), size)]
    return [y for part in executor.map(partial(_evaluate_here, network), parts) for y in part]


def _evaluate_here(network: Network, inputs: Sequence[Sequence[Rational]]) -> list[Vector]:
    start = sweep_start(network.layers) if isinstance(network, FNN) else None
    if not isinstance(network, FNN) or start is None:
        return evaluate_generic(network, inputs)
    before, swept, after = network.layers[:start], network.layers[start:], network.layers[start + 3 :]
    values = _fnn(before, [list(x) for x in inputs])
    pre = sweep(swept, values)
    return _fnn(after, [[swept[2].activation(z) for z in row] for row in pre])


def evaluate_generic(network: Network, inputs: Sequence[Sequence[Rational]]) -> list[Vector]:
    """The exact outputs by the layer-by-layer forward pass alone, for every kind of network."""
    outputs: list[Vector] = []
    for start in range(0, len(inputs), CHUNK):
        chunk = [list(x) for x in inputs[start : start + CHUNK]]
        outputs += _resnet(network, chunk) if isinstance(network, ResNet) else _fnn(network.layers, chunk)
    return outputs


def _fnn(layers: Sequence[FNNLayer], values: list[Vector]) -> list[Vector]:
    for layer in layers:
        pre = affine(layer.weight, layer.bias, values)
        values = [[layer.activation(z) for z in row] for row in pre]
    return values


def _resnet(network: ResNet, values: list[Vector]) -> list[Vector]:
    for layer in network.layers:
        hidden = [[layer.activation(z) for z in row] for row in affine(layer.U, layer.b, values)]
        update = affine(layer.V, layer.c, hidden)
        if layer.skip:
            update = [[h + d for h, d in zip(x, y, strict=True)] for x, y in zip(values, update, strict=True)]
        values = update
    return values


def pre_activations(network: FNN, x: Sequence[Rational]) -> list[Vector]:
    """z^1, ..., z^L of one input: the pre-activations of every layer, the output being the last."""
    result: list[Vector] = []
    values = list(x)
    for layer in network.layers:
        result.append(affine(layer.weight, layer.bias, [values])[0])
        values = [layer.activation(z) for z in result[-1]]
    return result


def affine(matrix: Matrix, bias: Sequence[Rational], values: list[Vector]) -> list[Vector]:
    """matrix * v + bias for every v, exactly: one integer matrix product over cleared denominators."""
    if not values:
        return []
    if isinstance(matrix, RankOneMatrix):
        scalars = [s[0] for s in _product([list(matrix.row)], [fmpq(0)], values)]
        return [[c * t + b for c, b in zip(matrix.column, bias, strict=True)] for t in scalars]
    rows, columns = matrix.shape
    table = [[fmpq(0)] * columns for _ in range(rows)]
    for i, entries in enumerate(matrix.nonzero()):
        for j, v in entries:
            table[i][j] = v
    return _product(table, list(bias), values)


def _product(rows: list[Vector], bias: Vector, values: list[Vector]) -> list[Vector]:
    weights = [clear_denominators([*row, b]) for row, b in zip(rows, bias, strict=True)]
    samples = [clear_denominators(v) for v in values]
    left = fmpz_mat([integers for integers, _ in weights])
    right = fmpz_mat([[*integers, denominator] for integers, denominator in samples]).transpose()
    table: Any = (left * right).table()
    return [
        [fmpq(table[k][i], denominator * samples[i][1]) for k, (_, denominator) in enumerate(weights)]
        for i in range(len(values))
    ]


@dataclass(frozen=True)
class Mismatch:
    """The first sample a network does not memorize: its index, the expected label and the obtained output."""

    index: int
    expected: Vector
    obtained: Vector


def first_mismatch(network: Network, dataset: Dataset, executor: Executor | None = None) -> Mismatch | None:
    """None when f(x_i) == y_i for every sample, exactly; else the first sample where it fails."""
    outputs = evaluate(network, dataset.inputs, executor)
    for i, (expected, obtained) in enumerate(zip(dataset.labels, outputs, strict=True)):
        if list(expected) != obtained:
            return Mismatch(i, list(expected), obtained)
    return None
