"""The network at theta* and one sample: the forward and the backward pass, for claims of kind "sgd-constants"."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from .evaluation import piece_at
from .linear_algebra import Scaled, dot, scaled
from .memorization import shown
from .metered import Number, length
from .networks import Layer, Network
from .strict_json import Rational
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, Refuted, limbs

Vector = list[Fraction]


class Sample(NamedTuple):
    """One sample at theta*: a^0..a^{L-1}; slopes and distances to the nearest kink of layers 1..L-1; D^1..D^L."""

    post: list[Vector]
    slopes: list[Vector]
    distances: list[list[Number | None]]
    backward: list[Vector]


class Parameters(NamedTuple):
    """Per layer the weight's rows, the integer forms of rows and columns, and the bias."""

    rows: list[list[Vector]]
    integers: list[list[Scaled]]
    columns: list[list[Scaled]]
    bias: list[Vector]


def fraction(above: int, below: int, meter: Meter) -> Fraction:
    """The quotient in lowest terms, kept."""
    meter.charge(4 * OVERHEAD + 4 * (limbs(above) + 8) * (limbs(below) + 8))
    meter.keep(2 * PAIR + LIMB * (limbs(above) + limbs(below)))
    return Fraction(above, below)


def keep(vector: Vector, meter: Meter) -> Vector:
    """The vector, its memory reserved."""
    meter.keep(sum([2 * PAIR + LIMB * length(value) for value in vector]))
    return vector


def stored(vector: Vector, meter: Meter) -> Scaled:
    """The vector over one common denominator, its memory reserved."""
    result = scaled(vector, meter)
    meter.keep((len(vector) + 1) * (PAIR + LIMB * (result.size + limbs(result.denominator))))
    return result


def weights(layer: Layer, scale: int, meter: Meter) -> list[Vector]:
    """The layer's weight as a dense matrix; its maps divide their inputs by the scale of the activation before."""
    product: list[Vector] = []
    for affine in layer.inner:
        columns, factor = (len(product[0]), 1) if product else (affine.inputs, scale)
        meter.charge(len(affine.rows) * columns * OVERHEAD)
        meter.keep(len(affine.rows) * columns * PAIR)
        rows = []
        for row in affine.rows:
            values = [Fraction(0)] * columns
            for j, weight in row.entries:
                share = fraction(factor * weight, row.denominator, meter)
                if product:  # the rank-one form: no other entry in this row
                    values = keep([(Number(share, meter) * p).value for p in product[j]], meter)
                else:
                    values[j] = share
            rows.append(values)
        product = rows
    return product


def parameters(network: Network, meter: Meter) -> Parameters:
    """The weights and biases of all layers."""
    scales = [1, *(layer.activation.scale for layer in network.layers)]
    rows = [weights(layer, scale, meter) for layer, scale in zip(network.layers, scales, strict=False)]
    integers = [[stored(row, meter) for row in matrix] for matrix in rows]
    columns = [[stored(list(column), meter) for column in zip(*matrix, strict=True)] for matrix in rows]
    bias = [[fraction(row.bias, row.denominator, meter) for row in l.inner[-1].rows] for l in network.layers]
    return Parameters(rows, integers, columns, bias)


def sample_at(network: Network, inputs: list[Rational], values: Parameters, meter: Meter) -> tuple[Sample, Fraction]:
    """The passes of a sample, and the output."""
    post = [[fraction(above, below, meter) for above, below in inputs]]
    slopes, distances, output = list[Vector](), list[list[Number | None]](), Fraction(0)
    for layer, rows, bias in zip(network.layers, values.integers, values.bias, strict=True):
        vector = scaled(post[-1], meter)
        pre = [Number(dot(row, vector, meter), meter) + b for row, b in zip(rows, bias, strict=True)]
        if layer is network.layers[-1]:
            output = pre[0].value
            break
        kind, scale = layer.activation, layer.activation.scale
        meter.charge(sum([8 * OVERHEAD + 8 * limbs(scale) * z.size for z in pre]))
        chosen = [piece_at(kind, z.value.numerator, z.value.denominator) for z in pre]
        pieces = [kind.pieces[k] for k in chosen]
        slopes.append([fraction(slope, scale, meter) for slope, _ in pieces])
        values_after = [z * s + Fraction(v, scale) for z, s, (_, v) in zip(pre, slopes[-1], pieces, strict=True)]
        post.append(keep([value.value for value in values_after], meter))
        distances.append([min((abs(z - b) for b in kind.breakpoints), default=None) for z in pre])
    return Sample(post, slopes, distances, backward(values, slopes, meter)), output


def backward(values: Parameters, slopes: list[Vector], meter: Meter) -> list[Vector]:
    """D^1, ..., D^L: D^L = 1 and D^l = D^{l+1} W^{l+1} J^l."""
    result: list[Vector] = [[Fraction(1)]]
    for l in range(len(slopes) - 1, -1, -1):
        above = scaled(result[0], meter)
        row = [
            (Number(dot(above, c, meter), meter) * s).value if s else s
            for s, c in zip(slopes[l], values.columns[l + 1], strict=True)
        ]
        result.insert(0, keep(row, meter))
    return result


def check_output(i: int, output: Fraction, label: Rational, meter: Meter) -> None:
    """Refuted if f(x_i) is not y_i."""
    expected = fraction(*label, meter)
    if output != expected:
        meter.charge(8 * (length(output) + length(expected)) ** 2)
        texts = [shown((value.numerator, value.denominator), meter) for value in (expected, output)]
        raise Refuted(f"sample {i}: expected {texts[0]}, obtained {texts[1]}")
