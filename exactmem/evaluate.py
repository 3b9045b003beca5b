"""The exact forward pass, with common denominators and integer matrix products.

`evaluate` serves every network; from the first layer that sees its inputs through one number on (a rank-one weight) it
uses the sweep of `exactmem.sweep`, which does the same job with far fewer operations. Both ways are exact.
"""

__all__ = ["CHUNK_ENTRIES", "Mismatch", "evaluate", "evaluate_generic", "first_mismatch", "pre_activations"]

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

from exactmem.activations import PiecewiseLinear
from exactmem.border import table
from exactmem.datasets import Dataset
from exactmem.errors import ShapeError
from exactmem.matrices import Vector, affine
from exactmem.networks import FNN, FNNLayer, Network, RankOneMatrix, ResNet
from exactmem.packed import IntegerRows, OneHotRows
from exactmem.readouts import read_out
from exactmem.residual import residual_outputs
from exactmem.sweep import as_rank_one, ignore, positions, sum_rows, sweep, sweep_start
from exactmem.workers import count, results

CHUNK_ENTRIES = 1 << 21
"""Most numbers of a layer that are computed at once, for some of the samples; bounds memory."""

SWEPT = 20
"""About how many products of a matrix one update of the sweep costs."""

WORTH_SHARING = 2 * 10**6
"""Products from which on workers are asked: a process takes half a second to start, the network takes time to send."""


def evaluate(
    network: Network, inputs: Any, executor: Executor | None = None, done: Callable[[int], None] = ignore
) -> list[Vector]:
    """The network's exact outputs, one list of d_y rationals per input of d_x exact numbers of any kind.

    With an `executor` the samples are shared out among its workers where that is worth its price; otherwise `done` is
    told from time to time how many inputs have passed. Raises ShapeError for inputs of another length,
    InexactNumberError for floats.
    """
    inputs = _inputs(network, inputs)
    start = _swept_from(network)
    if executor is None or _operations(network, len(inputs), start) < WORTH_SHARING:
        return _evaluate_here(network, inputs, done)
    # The sweep goes along a line: each worker gets a stretch of it, and makes the updates of this stretch alone.
    line = _along_the_line(network, inputs, start) if start is not None and isinstance(network, FNN) else None
    line = list(range(len(inputs))) if line is None else line
    size = max(1, -(-len(inputs) // count(executor)))
    parts = [[inputs[i] for i in line[first : first + size]] for first in range(0, len(inputs), size)]
    outputs = itertools.chain.from_iterable(results(partial(_evaluate_here, network), parts, executor))
    placed = dict(zip(line, outputs, strict=True))
    return [placed[i] for i in range(len(inputs))]


def _swept_from(network: Network) -> int | None:
    return sweep_start(network.layers) if isinstance(network, FNN) else None


def _operations(network: Network, samples: int, start: int | None) -> int:
    """About how many products of a matrix an evaluation costs."""
    return network.edges * samples if start is None else SWEPT * (network.edges + samples)


def _along_the_line(network: FNN, inputs: list[Vector], start: int) -> list[int]:
    """The samples in the order in which layer `start`, the first that is swept, sees them."""
    weight = as_rank_one(network.layers[start].weight)
    if weight is None:
        raise TypeError("the sweep needs a layer that sees its inputs through one number")
    places = positions(weight.row, _through(network.layers[:start], inputs))
    return sorted(range(len(inputs)), key=places.__getitem__)


def _evaluate_here(network: Network, inputs: Any, done: Callable[[int], None] = ignore) -> list[Vector]:
    start = _swept_from(network)
    if isinstance(network, ResNet):
        if isinstance(inputs, IntegerRows) and not network.layers[-1].skip:
            return residual_outputs(network, inputs, _at_once(network), done)
        return evaluate_generic(network, inputs, done)
    if start is None:
        return _last_layers(network.layers, inputs, done)
    before, swept, after = network.layers[:start], network.layers[start:], network.layers[start + 3 :]
    values = _through(before, inputs)
    third = swept[2]
    if len(after) == 1 and isinstance(third.weight, RankOneMatrix) and isinstance(third.activation, PiecewiseLinear):
        return read_out(third.weight.column, third, after[0], sum_rows(swept, values, done))
    pre = sweep(swept, values, done)
    outputs: list[Vector] = _through(after, [[third.activation(z) for z in z_row] for z_row in pre])
    return outputs


def _last_layers(layers: Sequence[FNNLayer], inputs: Any, done: Callable[[int], None]) -> list[Vector]:
    """The outputs where no sweep applies: the last hidden layer may still see its inputs through one number."""
    if len(layers) > 1 and isinstance(layers[-2].activation, PiecewiseLinear):
        weight = as_rank_one(layers[-2].weight)
        if weight is not None:
            numbers = positions(weight.row, _through(layers[:-2], inputs))
            return read_out(weight.column, layers[-2], layers[-1], numbers)
    return evaluate_generic(FNN(tuple(layers)), inputs, done)


def evaluate_generic(network: Network, inputs: Any, done: Callable[[int], None] = ignore) -> list[Vector]:
    """The exact outputs by the layer-by-layer forward pass alone, for every kind of network."""
    outputs: list[Vector] = []
    size = _at_once(network)
    for start in range(0, len(inputs), size):
        outputs += _through(network.layers, _inputs(network, inputs[start : start + size], start))
        done(len(outputs))
    return outputs


def _at_once(network: Network) -> int:
    """How many samples are evaluated at once."""
    return max(1, CHUNK_ENTRIES // max(network.d_x, network.d_y, *network.widths))


def _inputs(network: Network, inputs: Any, start: int = 0) -> Sequence[Sequence[Any]]:
    """The inputs as rows of rationals; ShapeError unless each has d_x entries."""
    if isinstance(inputs, IntegerRows) and inputs.width == network.d_x:
        return inputs
    rows = table(inputs, "inputs")
    for i, x in enumerate(rows, start):
        if len(x) != network.d_x:
            raise ShapeError(f"input {i} has {len(x)} entries, the network expects {network.d_x}")
    return rows


def _through(layers: Sequence[Any], values: Any) -> Any:
    for layer in layers:
        values = layer.apply(values)
    return values


def pre_activations(network: FNN, x: Any) -> list[Vector]:
    """z^1, ..., z^L of one input: the pre-activations of every layer, the output being the last."""
    result: list[Vector] = []
    (values,) = _inputs(network, [x])
    for layer in network.layers:
        result.append(affine(layer.weight, layer.bias, [values])[0])
        values = [layer.activation(z) for z in result[-1]]
    return result


@dataclass(frozen=True)
class Mismatch:
    """The first sample a network does not memorize: its index, the expected label and the obtained output."""

    index: int
    expected: Vector
    obtained: Vector


def first_mismatch(
    network: Network, dataset: Dataset, executor: Executor | None = None, done: Callable[[int], None] = ignore
) -> Mismatch | None:
    """None when f(x_i) == y_i for every sample, exactly; else the first sample where it fails."""
    outputs = evaluate(network, dataset.inputs, executor, done)
    if isinstance(dataset.labels, OneHotRows):
        # One comparison per class and list of outputs, of which many samples share one.
        checked: set[tuple[int, int]] = set()
        for i, (k, obtained) in enumerate(zip(dataset.labels.indices.tolist(), outputs, strict=True)):
            if (k, id(obtained)) not in checked:
                if list(dataset.labels[i]) != obtained:
                    return Mismatch(i, list(dataset.labels[i]), obtained)
                checked.add((k, id(obtained)))
        return None
    for i, (expected, obtained) in enumerate(zip(dataset.labels, outputs, strict=True)):
        if list(expected) != obtained:
            return Mismatch(i, list(expected), obtained)
    return None
