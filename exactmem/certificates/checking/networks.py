"""Datasets and networks: what a certificate may say, read into integers."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from .strict_json import Rational, Vector, at, each, expect, fields, index_below, rational
from .verdicts import OVERHEAD, STEP, Meter, limbs, quoted


class Dataset(NamedTuple):
    inputs: list[Vector]
    labels: list[Vector]


class Row(NamedTuple):
    """One output (sum of weight * a[j] over entries (j, weight), plus bias) / denominator of an affine map."""

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


def read_dataset(value: Any, meter: Meter) -> Dataset:
    def read_rows(rows: Any) -> list[Vector]:
        expect(type(rows) is list and rows != [] and type(rows[0]) is list, "expected a list of rows")
        return each(rows, lambda row: each(row, rational, meter, length=len(rows[0])))

    inputs, labels = fields(value, "inputs", "labels")
    dataset = Dataset(at("inputs", read_rows, inputs), at("labels", read_rows, labels))
    expect(len(labels) == len(inputs), f"{len(labels)} labels for {len(inputs)} inputs", "labels")
    return dataset


def read_activation(value: Any, meter: Meter) -> Activation:
    expect(type(value) is dict and type(value.get("kind")) is str, "expected an activation with a kind")
    if value["kind"] in FIXED_ACTIVATIONS:
        fields(value, "kind")
        return FIXED_ACTIVATIONS[value["kind"]]
    expect(value["kind"] == "relu-like", f"unknown activation {quoted(value['kind'])}", "kind")
    fields(value, "kind", "s_plus", "s_minus")
    plus, minus = (at(name, rational, value[name], meter) for name in ("s_plus", "s_minus"))
    right, left = plus[0] * minus[1], minus[0] * plus[1]
    expect(right > left >= 0, "expected s_plus > s_minus >= 0")
    return Activation("relu-like", (0,), ((left, 0), (right, 0)), plus[1] * minus[1])


def read_entry(value: Any, outputs: int, inputs: int, meter: Meter) -> tuple[int, int, Rational]:
    expect(type(value) is list and len(value) == 3, "expected [row, column, value]")
    row, column = at("[0]", index_below, value[0], outputs), at("[1]", index_below, value[1], inputs)
    weight = at("[2]", rational, value[2], meter)
    expect(weight[0] != 0, "a listed entry is zero")
    return row, column, weight


def read_sparse(value: Any, outputs: int, inputs: int, meter: Meter) -> list[dict[int, Rational]]:
    shape, entries = fields(value, "shape", "entries")
    fits = at("shape", each, shape, index_below, 2**53) == [outputs, inputs]
    expect(fits, f"expected [{outputs}, {inputs}], which fits the layer", "shape")
    triples = at("entries", each, entries, read_entry, outputs, inputs, meter) if entries != [] else []
    rows: list[dict[int, Rational]] = [{} for _ in range(outputs)]
    for k, (row, column, weight) in enumerate(triples):
        increasing = k == 0 or triples[k - 1][:2] < (row, column)
        expect(increasing, "entries are not strictly increasing in row-major order", f"entries[{k}]")
        rows[row][column] = weight
    return rows


def read_matrix(value: Any, outputs: int, inputs: int, meter: Meter) -> list[list[dict[int, Rational]]]:
    """The matrix as a product, rightmost factor first: two factors for the rank-one form, else one; zeros left out."""

    def read_row(row: Any, length: int) -> dict[int, Rational]:
        return {j: weight for j, weight in enumerate(each(row, rational, meter, length=length)) if weight[0]}

    if type(value) is list:
        return [each(value, read_row, inputs, length=outputs)]
    if type(value) is dict and "column" in value:
        column, row = fields(value, "column", "row")
        weights = at("column", read_row, column, outputs)
        return [[at("row", read_row, row, inputs)], [{0: weights[i]} if i in weights else {} for i in range(outputs)]]
    return [read_sparse(value, outputs, inputs, meter)]


def common_denominator(denominators: Iterable[int], meter: Meter) -> int:
    common = 1
    for denominator in denominators:
        meter.charge(4 * limbs(common) * limbs(denominator))
        common = math.lcm(common, denominator)
    return common


def integer_row(weights: dict[int, Rational], bias: Rational, scale: int, meter: Meter) -> Row:
    """The row weights * values / scale + bias."""
    terms = [bias, *weights.values()]
    common = common_denominator([below for _, below in terms], meter)
    meter.charge(sum([limbs(above) + limbs(below) for above, below in terms]) * limbs(common) + limbs(scale) ** 2)
    entries = [(j, above * (common // below)) for j, (above, below) in weights.items()]
    return Row(entries, bias[0] * (common // bias[1]) * scale, common * scale)


def read_affine(layer: Any, matrix: str, bias: str, inputs: int, scale: int, meter: Meter) -> list[Affine]:
    """The map layer[matrix] * values / scale + layer[bias], as maps to be applied one after the other."""
    biases = at(bias, each, layer[bias], rational, meter)
    maps: list[Affine] = []
    factors = at(matrix, read_matrix, layer[matrix], len(biases), inputs, meter)
    for factor, shifts in zip(factors, [[(0, 1)], biases][-len(factors) :], strict=True):
        rows = [integer_row(weights, shift, scale, meter) for weights, shift in zip(factor, shifts, strict=True)]
        numbers = [n for row in rows for n in (row.bias, row.denominator, *[weight for _, weight in row.entries])]
        overhead = OVERHEAD * (len(numbers) + inputs) + STEP * (len(rows) + 4)
        maps.append(Affine(rows, inputs, sum(map(limbs, numbers)) + len(numbers), overhead))
        inputs, scale = len(rows), 1
    return maps


def read_layer(value: Any, fnn: bool, inputs: int, scale: int, last: bool, meter: Meter) -> Layer:
    """The layer at values that are `scale` times its inputs."""
    if fnn:
        fields(value, "weight", "bias", "activation")
        inner = read_affine(value, "weight", "bias", inputs, scale, meter)
        activation = at("activation", read_activation, value["activation"], meter)
        linear = not last or activation.kind == "identity"
        expect(linear, "the last layer's activation is not the identity", "activation")
        return Layer(inner, activation, [], False)
    skip = fields(value, "U", "b", "V", "c", "activation", "skip")[-1]
    expect(type(skip) is bool, "expected true or false", "skip")
    expect(skip or last, "only the last layer may have no skip connection", "skip")
    inner = read_affine(value, "U", "b", inputs, 1, meter)
    activation = at("activation", read_activation, value["activation"], meter)
    outer = read_affine(value, "V", "c", len(inner[-1].rows), activation.scale, meter)
    expect(not skip or len(value["c"]) == inputs, f"expected {inputs} items, found {len(value['c'])}", "c")
    return Layer(inner, activation, outer, skip)


def read_network(value: Any, d_x: int, meter: Meter) -> Network:
    architecture, values = fields(value, "architecture", "layers")
    expect(architecture in ("fnn", "resnet"), "unknown architecture", "architecture")
    expect(type(values) is list and values != [], "expected a list with at least one layer", "layers")
    layers, widths, edges, outputs, scale = list[Layer](), list[int](), 0, d_x, 1
    for l, item in enumerate(values):
        fnn, last = architecture == "fnn", l == len(values) - 1
        layers.append(at(f"layers[{l}]", read_layer, item, fnn, outputs, scale, last, meter))
        widths += [] if fnn and last else [len(layers[-1].inner[-1].rows)]
        scale = layers[-1].activation.scale
        for maps in filter(None, (layers[-1].inner, layers[-1].outer)):
            outputs = len(maps[-1].rows)
            edges += (maps[0].inputs + 1) * outputs
    return Network(architecture, layers, widths, outputs, edges)
