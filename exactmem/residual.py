"""Residual networks at packed inputs: these stay packed, and what layers write to a few coordinates is kept apart.

The state behind a layer is x + E y, where E y is y at the written coordinates and 0 at all others, so that a layer sees
U x + b + (U E) y: a product with packed integers, which is fast, and one with few columns.
"""

__all__ = ["residual_outputs"]

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from exactmem.matrices import Matrix, Vector, affine, sparse
from exactmem.networks import ResNet, ResNetLayer, zeros
from exactmem.packed import IntegerRows, Row


class _Layer(NamedTuple):
    """A layer, and its U and V at the written coordinates."""

    whole: ResNetLayer
    reads: Matrix
    writes: Matrix
    constant: Vector

    def units(self, inputs: Sequence[Vector] | Sequence[Row], changes: list[Vector]) -> list[Vector]:
        """What the units give at x + E y, for the rows x of `inputs` and y of `changes`."""
        seen = affine(self.whole.U, self.whole.b, inputs)
        further = affine(self.reads, zeros(len(self.whole.b)), changes)
        return [
            [self.whole.activation(a + b) for a, b in zip(x, y, strict=True)]
            for x, y in zip(seen, further, strict=True)
        ]


def _layers(network: ResNet) -> Iterator[_Layer]:
    hidden = network.layers[:-1]
    written = {i for layer in hidden for i, entries in enumerate(layer.V.nonzero()) if entries or layer.c[i] != 0}
    places = {i: n for n, i in enumerate(sorted(written))}
    for layer in network.layers:
        reads = {(r, places[j]): v for r, row in enumerate(layer.U.nonzero()) for j, v in row if j in places}
        writes = {(places[i], r): v for i, row in enumerate(layer.V.nonzero()) for r, v in row if layer.skip}
        width, count = len(layer.b), max(1, len(places))
        constant = [layer.c[i] for i in places] if layer.skip else []
        yield _Layer(layer, sparse((width, count), reads), sparse((count, width), writes), constant or zeros(count))


def residual_outputs(network: ResNet, inputs: IntegerRows, size: int, done: Callable[[int], None]) -> list[Vector]:
    """The exact outputs at packed inputs of a network whose last layer has no skip connection, `size` at a time.

    `done` is told how many have passed.
    """
    *hidden, last = _layers(network)
    outputs: list[Vector] = []
    for start in range(0, len(inputs), size):
        part = inputs[start : start + size]
        changes = [zeros(len(last.constant)) for _ in range(len(part))]
        for layer in hidden:
            update = affine(layer.writes, layer.constant, layer.units(part, changes))
            changes = [[a + b for a, b in zip(x, y, strict=True)] for x, y in zip(changes, update, strict=True)]
        outputs += affine(last.whole.V, last.whole.c, last.units(part, changes))
        done(len(outputs))
    return outputs
