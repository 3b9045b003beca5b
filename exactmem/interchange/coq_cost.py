"""How long Coq's kernel takes to evaluate a network: a rough estimate from the lengths of its numbers.

Coq's integers are lists of bits. What is counted are the bits that sums, products and greatest common divisors go
through, for a few of the samples, by the steps of `proofs/coq/checker`.
"""

__all__ = [
    "LEADING",
    "SECONDS_PER_BIT",
    "SECONDS_PER_BYTE",
    "SECONDS_TO_START",
    "TRIED",
    "Vector",
    "affine_bits",
    "base_bits",
    "change_bits",
    "denominator_bits",
    "estimated_seconds",
    "on_a_line",
    "rise_bits",
    "rows_of",
    "sample_bits",
    "values_of",
]

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from exactmem.interchange.exported import stages
from exactmem.networks import FNN, FNNLayer, Matrix, Network, RankOneMatrix, ResNet
from exactmem.rationals import Rational, bits, common_denominator

Vector = Sequence[Rational]

SECONDS_TO_START, SECONDS_PER_BYTE, SECONDS_PER_BIT = 1, Fraction("4e-5"), Fraction("2.7e-8")
LEADING = 70
"""Bits by which a clipped unit is recognized."""
TRIED = 3
"""Samples that are evaluated for the estimate."""


def estimated_seconds(network: Network, inputs: Sequence[Vector], labels: Sequence[Vector], size: int) -> int:
    """Whole seconds, rounded to the nearest, for a file of that many bytes, on a processor of today."""
    tried = [inputs[(2 * k + 1) * len(inputs) // (2 * TRIED)] for k in range(min(TRIED, len(inputs)))]
    per_sample = max(sample_bits(network, x) for x in tried)
    labels_bits = max(sum(map(bits, label)) for label in labels)
    total = len(inputs) * (per_sample + 1000 + labels_bits) + change_bits(network)
    return round(SECONDS_TO_START + SECONDS_PER_BYTE * size + SECONDS_PER_BIT * total)


def sample_bits(network: Network, x: Vector) -> int:
    """What one sample costs, layer by layer."""
    total, values, layers = 0, list(x), list(stages(network))
    if isinstance(network, FNN) and on_a_line(network):
        first, second, *layers = layers
        t_bits = bits(values_of(first.weight, first.bias, values)[1][0])
        h = [first.activation(z) for z in values_of(first.weight, first.bias, values)[0]]
        values = [second.activation(z) for z in values_of(second.weight, second.bias, h)[0]]
        wide = rise_bits(first, second)
        exact = sum(value.denom() != 1 for value in values)
        total += len(h) * t_bits * 40 + len(values) * t_bits * LEADING + exact * t_bits * wide
    for layer in layers:
        if isinstance(network, ResNet):
            hidden = [layer.activation(z) for z in values_of(layer.U, layer.b, values)[0]]
            total += affine_bits(layer.U, layer.b, values) + affine_bits(layer.V, layer.c, hidden)
            update = values_of(layer.V, layer.c, hidden)[0]
            values = [a + b for a, b in zip(values, update, strict=True)] if layer.skip else update
        else:
            total += affine_bits(layer.weight, layer.bias, values)
            values = [layer.activation(z) for z in values_of(layer.weight, layer.bias, values)[0]]
    return total


def on_a_line(network: FNN) -> bool:
    """Whether the kernel's sweep applies."""
    first = network.layers[0]
    line = isinstance(first.weight, RankOneMatrix) or first.weight.shape[1] == 1
    return line and len(network.layers) > 1 and first.activation.kind != "square"


def values_of(matrix: Matrix, bias: Vector, h: Vector) -> tuple[list[Rational], list[Rational]]:
    """matrix * h + bias, and the number to which a rank-one matrix reduces h."""
    rows = [sum((v * h[j] for j, v in row), b) for row, b in zip(matrix.nonzero(), bias, strict=True)]
    inner = (
        sum((v * x for v, x in zip(matrix.row, h, strict=True)), 0 * h[0])
        if isinstance(matrix, RankOneMatrix)
        else h[0]
    )
    return rows, [inner]


def affine_bits(matrix: Matrix, bias: Vector, h: Vector) -> int:
    """Products and sums of every row, and common denominators of the values whose sums are no integers."""
    total = 0
    for row, b in zip(matrix.nonzero(), bias, strict=True):
        common = common_denominator([b, *(v for _, v in row)])
        width = int(common.bit_length()) + 8
        sums: dict[Any, Rational] = {}
        for j, v in row:
            value, length = h[j], bits(h[j])
            total += width + length + (0 if abs(value.numer()) <= 1 else width * length // 2)
            below = int(value.denom())
            sums[below] = sums.get(below, 0) + v * common * value
        together = 0
        for rest in sums.values():
            length = int(rest.denom().bit_length()) if rest.denom() != 1 else 0
            total += (together + length) ** 2 if together and length else 0
            together += length
    return total


def rise_bits(first: FNNLayer, second: FNNLayer) -> int:
    """The length of the slopes of layer 2 on the line."""
    width = max(denominator_bits([b, *(v for _, v in row)]) for row, b in rows_of(second))
    return width + (base_bits(first) if len(first.activation.slopes) == 2 else 40)  # type: ignore[union-attr]


def base_bits(first: FNNLayer) -> int:
    """The length of the common denominator of layer 1."""
    return denominator_bits([number for row, b in rows_of(first) for number in [b, *(v for _, v in row)]])


def denominator_bits(values: Sequence[Rational]) -> int:
    """The length of the common denominator."""
    return int(common_denominator(values).bit_length())


def rows_of(layer: FNNLayer) -> list[tuple[list[tuple[int, Rational]], Rational]]:
    """Rows with their biases; of a rank-one matrix the column."""
    if isinstance(layer.weight, RankOneMatrix):
        return [([(0, c)], b) for c, b in zip(layer.weight.column, layer.bias, strict=True)]
    return list(zip(layer.weight.nonzero(), layer.bias, strict=True))


def change_bits(network: Network) -> int:
    """What the sweep spends where units of layer 1 pass a breakpoint, once each."""
    if not isinstance(network, FNN) or not on_a_line(network):
        return 0
    first, second = network.layers[:2]
    wide, units = rise_bits(first, second), len(first.bias)
    return units * len(second.bias) * (3 * wide + (wide - base_bits(first)) * base_bits(first) // 2 + 40 * wide)
