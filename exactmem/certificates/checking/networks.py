"""Datasets and networks: what a certificate may say, read into integers."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from .affine_maps import Affine, read_affine
from .strict_json import Node, Vector
from .verdicts import quoted


class Dataset(NamedTuple):
    """N inputs of one length and N labels of one length."""

    inputs: list[Vector]
    labels: list[Vector]


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


Reader = Callable[[bool, int, int, bool], Layer]  # read_layer without its first argument


def read_network(network: Node, d_x: int) -> Network:
    """Layers that fit d_x inputs and each other, with the sizes they have."""
    architecture, nodes = network.fields("architecture", "layers")
    layers = nodes.items()
    return connected(architecture, [partial(read_layer, layer) for layer in layers], len(layers), d_x)


def connected(architecture: Node, readers: Iterable[Reader], count: int, d_x: int) -> Network:
    """The layers, `count` of them, read one after the other."""
    architecture.expect(architecture.value in ("fnn", "resnet"), "unknown architecture")
    fnn, layers, widths, edges, outputs, scale = architecture.value == "fnn", list[Layer](), list[int](), 0, d_x, 1
    for read in readers:
        last = len(layers) == count - 1
        layers.append(read(fnn, outputs, scale, last))
        widths += [] if fnn and last else [len(layers[-1].inner[-1].rows)]
        scale = layers[-1].activation.scale
        for maps in filter(None, (layers[-1].inner, layers[-1].outer)):
            outputs = len(maps[-1].rows)
            edges += (maps[0].inputs + 1) * outputs
    return Network(architecture.value, layers, widths, outputs, edges)
