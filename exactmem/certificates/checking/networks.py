"""Datasets and networks: what a certificate may say, read into integers."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from .strict_json import Node, Rational, Vector
from .verdicts import OVERHEAD, STEP, Meter, limbs, quoted


class Dataset(NamedTuple):
    """N inputs of one length and N labels of one length."""

    inputs: list[Vector]
    labels: list[Vector]


class Row(NamedTuple):
    """One output of an affine map: (sum of weight * a[j] over entries (j, weight), plus bias) / denominator."""

    entries: list[tuple[int, int]]
    bias: int
    denominator: int


class Affine(NamedTuple):
    """An affine map; applying it costs at most `overhead`, and `size` for each limb of the longest input."""

    rows: list[Row]
    inputs: int
    size: int
    overhead: int


class Activation(NamedTuple):
    """Between breakpoints z -> (slope * z + value) / scale; a breakpoint belongs to the piece on its right."""

    kind: str
    breakpoints: tuple[int, ...]
    pieces: tuple[tuple[int, int], ...]
    scale: int = 1


class Layer(NamedTuple):
    """h -> [h +] outer(activation(inner(h))), maps applied from left to right; a layer of an fnn has no outer.

    The activation is computed times its scale; the map that takes it up, here or in the next layer, divides by that.
    """

    inner: list[Affine]
    activation: Activation
    outer: list[Affine]
    skip: bool


class Network(NamedTuple):
    """Its layers, and the sizes that the claim states; `widths` are those of the hidden layers."""

    architecture: str
    layers: list[Layer]
    widths: list[int]
    outputs: int
    edges: int


FIXED_ACTIVATIONS = {
    "identity": Activation("identity", (), ((1, 0),)),
    "hard-tanh": Activation("hard-tanh", (-1, 1), ((0, -1), (1, 0), (0, 1))),
    "threshold": Activation("threshold", (0,), ((0, 0), (0, 1))),
    "abs": Activation("abs", (0,), ((-1, 0), (1, 0))),
    "square": Activation("square", (), ()),
}


def read_dataset(dataset: Node) -> Dataset:
    """As many labels as inputs, each of the two lists with rows of one length."""
    inputs, labels = dataset.fields("inputs", "labels")
    tables = []
    for rows in (inputs, labels):
        columns = len(rows.items()[0].items())
        tables.append([row.rationals(columns) for row in rows.items()])
    labels.expect(len(tables[1]) == len(tables[0]), f"{len(tables[1])} labels for {len(tables[0])} inputs")
    return Dataset(*tables)


def read_activation(activation: Node) -> Activation:
    """A fixed activation, or relu-like with s_plus > s_minus >= 0."""
    kind = activation.member("kind")
    if kind.text() in FIXED_ACTIVATIONS:
        activation.fields("kind")
        return FIXED_ACTIVATIONS[kind.text()]
    kind.expect(kind.value == "relu-like", f"unknown activation {quoted(kind.text())}")
    _, plus, minus = activation.fields("kind", "s_plus", "s_minus")
    (right, right_below), (left, left_below) = plus.rational(), minus.rational()
    left, right = left * right_below, right * left_below
    activation.expect(right > left >= 0, "expected s_plus > s_minus >= 0")
    return Activation("relu-like", (0,), ((left, 0), (right, 0)), right_below * left_below)


Weights = dict[int, Rational]  # the non-zero weights of a row by column


def nonzero(values: Vector) -> Weights:
    """A row without its zeros."""
    return {j: value for j, value in enumerate(values) if value[0]}


def read_sparse(matrix: Node, outputs: int, inputs: int) -> list[Weights]:
    """The rows of a matrix given by its shape and its non-zero entries in row-major order."""
    shape, entries = matrix.fields("shape", "entries")
    fits = [size.index(2**53) for size in shape.items()] == [outputs, inputs]
    shape.expect(fits, f"expected [{outputs}, {inputs}], which fits the layer")
    rows, before = [Weights() for _ in range(outputs)], (-1, -1)
    for entry in entries.items() if entries.value != [] else []:
        row, column, weight = entry.items(3)
        place = row.index(outputs), column.index(inputs)
        rows[place[0]][place[1]] = weight.rational()
        weight.expect(weight.value != "0", "a listed entry is zero")
        entry.expect(before < place, "entries are not strictly increasing in row-major order")
        before = place
    return rows


def read_matrix(matrix: Node, outputs: int, inputs: int) -> list[list[Weights]]:
    """The matrix as a product, rightmost factor first: two factors for the rank-one form, else one."""
    if type(matrix.value) is list:
        return [[nonzero(row.rationals(inputs)) for row in matrix.items(outputs)]]
    if matrix.member("column").value is None:
        return [read_sparse(matrix, outputs, inputs)]
    column, row = matrix.fields("column", "row")
    return [[nonzero(row.rationals(inputs))], [nonzero([weight]) for weight in column.rationals(outputs)]]


def common_denominator(denominators: Iterable[int], meter: Meter) -> int:
    """The least common multiple."""
    common = 1
    for denominator in denominators:
        meter.charge(4 * limbs(common) * limbs(denominator))
        common = math.lcm(common, denominator)
    return common


def integer_row(weights: Weights, bias: Rational, scale: int, meter: Meter) -> Row:
    """The row weights * values / scale + bias."""
    terms = [bias, *weights.values()]
    common = common_denominator([below for _, below in terms], meter)
    meter.charge(sum([limbs(above) + limbs(below) for above, below in terms]) * limbs(common) + limbs(scale) ** 2)
    entries = [(j, above * (common // below)) for j, (above, below) in weights.items()]
    return Row(entries, bias[0] * (common // bias[1]) * scale, common * scale)


def read_affine(matrix: Node, bias: Node, inputs: int, scale: int) -> list[Affine]:
    """The map matrix * values / scale + bias, as maps to be applied one after the other."""
    biases, maps = bias.rationals(), list[Affine]()
    factors = read_matrix(matrix, len(biases), inputs)
    for factor, shifts in zip(factors, [[(0, 1)], biases][-len(factors) :], strict=True):
        rows = [integer_row(weights, shift, scale, bias.meter) for weights, shift in zip(factor, shifts, strict=True)]
        numbers = [n for row in rows for n in (row.bias, row.denominator, *[weight for _, weight in row.entries])]
        overhead = OVERHEAD * (len(numbers) + inputs) + STEP * (len(rows) + 4)
        maps.append(Affine(rows, inputs, sum(map(limbs, numbers)) + len(numbers), overhead))
        inputs, scale = len(rows), 1
    return maps


def read_layer(layer: Node, fnn: bool, inputs: int, scale: int, last: bool) -> Layer:
    """The layer at values that are, in an fnn, `scale` times its inputs."""
    if fnn:
        weight, bias, kind = layer.fields("weight", "bias", "activation")
        inner, activation = read_affine(weight, bias, inputs, scale), read_activation(kind)
        kind.expect(not last or activation.kind == "identity", "the last layer's activation is not the identity")
        return Layer(inner, activation, [], False)
    U, b, V, c, kind, skip = layer.fields("U", "b", "V", "c", "activation", "skip")
    skip.expect(type(skip.value) is bool, "expected true or false")
    skip.expect(skip.value or last, "only the last layer may have no skip connection")
    inner, activation = read_affine(U, b, inputs, 1), read_activation(kind)
    c.items(inputs if skip.value else None)
    return Layer(inner, activation, read_affine(V, c, len(inner[-1].rows), activation.scale), skip.value)


def read_network(network: Node, d_x: int) -> Network:
    """Layers that fit d_x inputs and each other, with the sizes they have."""
    architecture, nodes = network.fields("architecture", "layers")
    architecture.expect(architecture.value in ("fnn", "resnet"), "unknown architecture")
    fnn, layers, widths, edges, outputs, scale = architecture.value == "fnn", list[Layer](), list[int](), 0, d_x, 1
    for node in nodes.items():
        last = len(layers) == len(nodes.value) - 1
        layers.append(read_layer(node, fnn, outputs, scale, last))
        widths += [] if fnn and last else [len(layers[-1].inner[-1].rows)]
        scale = layers[-1].activation.scale
        for maps in filter(None, (layers[-1].inner, layers[-1].outer)):
            outputs = len(maps[-1].rows)
            edges += (maps[0].inputs + 1) * outputs
    return Network(architecture.value, layers, widths, outputs, edges)
