"""Datasets and networks: what a certificate may say, read into integers."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from .strict_json import Rational, at, each, expect, fields, index_below, rational, text
from .verdicts import OVERHEAD, STEP, Malformed, Meter, limbs, quoted


class Row(NamedTuple):
    """One output (sum of weight * a[j] over entries (j, weight), plus bias) / denominator, in integers."""

    entries: list[tuple[int, int]]
    bias: int
    denominator: int


class Affine(NamedTuple):
    """An affine map; `inputs` is its number of inputs, `size` the cost of applying it per limb of the input."""

    rows: list[Row]
    inputs: int
    size: int


class Activation(NamedTuple):
    """On the piece between two breakpoints z -> (slope * z + value) / scale; a breakpoint belongs to its right."""

    kind: str
    breakpoints: tuple[int, ...]
    pieces: tuple[tuple[int, int], ...]
    scale: int = 1


class Layer(NamedTuple):
    """h -> activation(inner(h)) for fnn; h -> [h +] outer(activation(inner(h))) for resnet."""

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


class Dataset(NamedTuple):
    inputs: list[list[Rational]]
    labels: list[list[Rational]]


def read_activation(value: Any, meter: Meter) -> Activation:
    expect(type(value) is dict and type(value.get("kind")) is str, "expected an activation with a kind")
    if value["kind"] in FIXED_ACTIVATIONS:
        fields(value, "kind")
        return FIXED_ACTIVATIONS[value["kind"]]
    expect(value["kind"] == "relu-like", f"unknown activation {quoted(value['kind'])}", "kind")
    _, plus_text, minus_text = fields(value, "kind", "s_plus", "s_minus")
    (plus, plus_scale), (minus, minus_scale) = (
        at("s_plus", rational, plus_text, meter),
        at("s_minus", rational, minus_text, meter),
    )
    scale = math.lcm(plus_scale, minus_scale)
    plus, minus = plus * (scale // plus_scale), minus * (scale // minus_scale)
    expect(plus > minus >= 0, "expected s_plus > s_minus >= 0")
    return Activation("relu-like", (0,), ((minus, 0), (plus, 0)), scale)


FIXED_ACTIVATIONS = {
    "identity": Activation("identity", (), ((1, 0),)),
    "hard-tanh": Activation("hard-tanh", (-1, 1), ((0, -1), (1, 0), (0, 1))),
    "threshold": Activation("threshold", (0,), ((0, 0), (0, 1))),
    "abs": Activation("abs", (0,), ((-1, 0), (1, 0))),
    "square": Activation("square", (), ()),
}


Entries = list[tuple[int, Rational]]  # the non-zero entries (column, value) of one matrix row


def read_sparse(value: Any, outputs: int, inputs: int, meter: Meter) -> list[Entries]:
    shape, entries = fields(value, "shape", "entries")
    expect(shape == [outputs, inputs], f"expected [{outputs}, {inputs}], which fits the layer", "shape")
    at("shape", each, shape, index_below, max(shape) + 1)
    rows: list[Entries] = [[] for _ in range(outputs)]
    previous = (-1, -1)

    def read_entry(entry: Any) -> None:
        nonlocal previous
        expect(type(entry) is list and len(entry) == 3, "expected [row, column, value]")
        position = at("[0]", index_below, entry[0], outputs), at("[1]", index_below, entry[1], inputs)
        weight = at("[2]", rational, entry[2], meter)
        expect(weight[0] != 0, "a listed entry is zero")
        expect(previous < position, "entries are not strictly increasing in row-major order")
        previous = position
        rows[position[0]].append((position[1], weight))

    if entries != []:
        at("entries", each, entries, read_entry)
    return rows


def read_row(value: Any, inputs: int, meter: Meter) -> Entries:
    row = each(value, rational, meter, length=inputs)
    return [(j, weight) for j, weight in enumerate(row) if weight[0]]


def read_matrix(value: Any, outputs: int, inputs: int, meter: Meter) -> list[list[Entries]]:
    """The matrix as a product, rightmost factor first: two factors for the rank-one form, else one."""
    if type(value) is list:
        return [each(value, read_row, inputs, meter, length=outputs)]
    if type(value) is dict and "column" in value:
        column, row = fields(value, "column", "row")
        columns = at("column", each, column, lambda entry: read_row([entry], 1, meter))
        expect(len(columns) == outputs, f"expected {outputs} items, found {len(columns)}", "column")
        return [[at("row", read_row, row, inputs, meter)], columns]
    return [read_sparse(value, outputs, inputs, meter)]


def integer_row(entries: Entries, bias: Rational, meter: Meter) -> Row:
    common, size = bias[1], limbs(bias[0]) + 1
    for _, (numerator, denominator) in entries:
        size += limbs(numerator) + limbs(denominator)
        if denominator != 1:
            meter.charge(4 * limbs(common) * limbs(denominator))
            common = math.lcm(common, denominator)
    meter.charge(size * limbs(common))
    integers = [(j, weight * (common // denominator)) for j, (weight, denominator) in entries]
    return Row(integers, bias[0] * (common // bias[1]), common)


def read_affine(matrix: Any, bias: list[Rational], inputs: int, meter: Meter) -> list[Affine]:
    """The map matrix * a + bias, as maps to be applied one after the other."""
    factors = read_matrix(matrix, len(bias), inputs, meter)
    maps: list[Affine] = []
    for factor in factors:
        shifts = bias if factor is factors[-1] else [(0, 1)]
        rows = [integer_row(entries, shift, meter) for entries, shift in zip(factor, shifts, strict=True)]
        size = sum(limbs(weight) + OVERHEAD for row in rows for _, weight in row.entries)
        maps.append(Affine(rows, 1 if maps else inputs, size + STEP * (len(rows) + 4)))
    return maps


def read_fnn(values: Any, d_x: int, meter: Meter) -> Network:
    layers: list[Layer] = []
    widths, edges = [d_x], 0

    def read_layer(value: Any) -> None:
        nonlocal edges
        weight, bias_texts, activation = fields(value, "weight", "bias", "activation")
        bias = at("bias", each, bias_texts, rational, meter)
        inner = at("weight", read_affine, weight, bias, widths[-1], meter)
        layers.append(Layer(inner, at("activation", read_activation, activation, meter), [], False))
        edges += (widths[-1] + 1) * len(bias)
        widths.append(len(bias))

    at("layers", each, values, read_layer)
    if layers[-1].activation.kind != "identity":
        raise Malformed("the last layer's activation is not the identity", f"layers[{len(layers) - 1}].activation")
    return Network("fnn", layers, widths[1:-1], widths[-1], edges)


def read_resnet(values: Any, d_x: int, meter: Meter) -> Network:
    layers: list[Layer] = []
    widths, edges, d_y = [], 0, d_x

    def read_layer(value: Any) -> None:
        nonlocal edges, d_y
        u, b_texts, v, c_texts, activation, skip = fields(value, "U", "b", "V", "c", "activation", "skip")
        b, c = at("b", each, b_texts, rational, meter), at("c", each, c_texts, rational, meter)
        inner, outer = at("U", read_affine, u, b, d_x, meter), at("V", read_affine, v, c, len(b), meter)
        expect(type(skip) is bool, "expected true or false", "skip")
        expect(skip or len(layers) == len(values) - 1, "only the last layer may have no skip connection", "skip")
        expect(not skip or len(c) == d_x, f"expected {d_x} items, found {len(c)}", "c")
        layers.append(Layer(inner, at("activation", read_activation, activation, meter), outer, skip))
        widths.append(len(b))
        edges, d_y = edges + (d_x + 1) * len(b) + (len(b) + 1) * len(c), len(c)

    at("layers", each, values, read_layer)
    return Network("resnet", layers, widths, d_y, edges)


ARCHITECTURES = {"fnn": read_fnn, "resnet": read_resnet}


def read_network(value: Any, d_x: int, meter: Meter) -> Network:
    architecture, layers = fields(value, "architecture", "layers")
    expect(at("architecture", text, architecture) in ARCHITECTURES, "unknown architecture", "architecture")
    return ARCHITECTURES[architecture](layers, d_x, meter)


def read_dataset(value: Any, meter: Meter) -> Dataset:
    def read_rows(rows: Any) -> list[list[Rational]]:
        expect(type(rows) is list and rows != [] and type(rows[0]) is list, "expected a list of rows")
        return each(rows, lambda row: each(row, rational, meter, length=len(rows[0])))

    inputs, labels = fields(value, "inputs", "labels")
    dataset = Dataset(at("inputs", read_rows, inputs), at("labels", read_rows, labels))
    expect(len(labels) == len(inputs), f"{len(labels)} labels for {len(inputs)} inputs", "labels")
    return dataset
