"""Networks as ONNX models in float32 or float64, exactly on the certificate's data, or with the error stated.

Without rounding every weight must be a number of the format, and on every sample of the certificate every sum must be
exact in any order (`exactmem.floats`): then whatever runtime evaluates the model gives f(x) there, to the
last bit. With rounding, the output error per sample is stated exactly: as one number where every order of summation
gives the same, else as the interval that holds it. Needs the package `onnx`.
"""

__all__ = ["IR_VERSION", "OPSET", "errors", "export"]

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from flint import fmpq

from exactmem.activations import Activation, relu_like, slopes_of
from exactmem.certificates.reader import Document
from exactmem.datasets import Dataset
from exactmem.errors import InexactExportError
from exactmem.evaluate import evaluate
from exactmem.floats import FORMATS, Format, Trace, outputs
from exactmem.interchange.exported import Export, Wanted, network_of, stages
from exactmem.interchange.onnx import library
from exactmem.networks import FNN, Matrix, Network, ResNet, dense
from exactmem.rationals import Rational, shorten, to_fraction, to_text
from exactmem.version import __version__

OPSET, IR_VERSION = 17, 8


def export(document: Document, wanted: Wanted) -> Export:
    """The ONNX model; InexactExportError names the first weight or sum that is not exact."""
    network, format = network_of(document), FORMATS[wanted.bits]
    stored = _stored(network, format, wanted.rounded)
    sentences, facts = [], {"float": format.name}
    if document.dataset is not None:
        report = errors(network, stored, document.dataset, format)
        if not report["exact"] and not wanted.rounded:
            raise InexactExportError(
                f"{report['place']} is not exact in {format.name} in every order ({report['sentence']}); --round "
                "writes it with these errors",
                witness=report,
            )
        facts |= report
        sentences.append(str(report["sentence"]))
    metadata = {"tool": f"exactmem {__version__}", "digests": document.data.get("digests", {}), **facts}
    return Export(_model(stored, format, metadata), facts, tuple(sentences))


def _stored(network: Network, format: Format, rounded: bool) -> Network:
    """The network with every parameter a number of the format; InexactExportError for one that is not."""

    def number(value: Rational, place: str) -> Rational:
        result = format.round(value)
        if result != value and not rounded:
            raise InexactExportError(
                f"{place} is {shorten(value)}, no number of {format.name}; --round takes the nearest one and "
                "states the output errors",
                witness=value,
            )
        return result

    def matrix(m: Matrix, place: str) -> Matrix:
        rows = []
        for i, row in enumerate(m.nonzero()):
            full = dict(row)
            rows.append([number(full[j], f"{place}, entry {i}, {j}") if j in full else 0 for j in range(m.shape[1])])
        return dense(rows)

    def vector(values: Sequence[Rational], place: str) -> tuple[Rational, ...]:
        return tuple(number(v, f"{place}, entry {i}") for i, v in enumerate(values))

    def activation(a: Activation, place: str) -> Activation:
        if a.kind != "relu-like":
            return a
        plus, minus = slopes_of(a)
        return relu_like(number(plus, f"{place}, slope"), number(minus, f"{place}, slope"))

    layers: list[Any] = []
    for l, layer in enumerate(stages(network), 1):
        act = activation(layer.activation, f"layer {l}")
        if isinstance(network, ResNet):
            U, V = matrix(layer.U, f"layer {l}, U"), matrix(layer.V, f"layer {l}, V")
            b, c = vector(layer.b, f"layer {l}, b"), vector(layer.c, f"layer {l}, c")
            layers.append(replace(layer, U=U, V=V, b=b, c=c, activation=act))
        else:
            weight, bias = matrix(layer.weight, f"layer {l}, weight"), vector(layer.bias, f"layer {l}, bias")
            layers.append(replace(layer, weight=weight, bias=bias, activation=act))
    return ResNet(tuple(layers)) if isinstance(network, ResNet) else FNN(tuple(layers))


def errors(network: Network, stored: Network, dataset: Dataset, format: Format) -> dict[str, Any]:
    """What the stored network gives in the format against f(x), per sample, as JSON data with exact numbers."""
    exact = evaluate(network, dataset.inputs)
    trace = Trace(format, "" if _same(network, stored) else "a weight or slope")
    ranges = [outputs(stored, x, trace) for x in dataset.inputs]
    table = [
        [(r.low - y, r.high - y) for r, y in zip(row, values, strict=True)]
        for row, values in zip(ranges, exact, strict=True)
    ]
    wrong = [i for i, row in enumerate(table) if any(a != 0 or b != 0 for a, b in row)]
    report: dict[str, Any] = {"exact": not trace.inexact, "place": trace.inexact}
    report["errors"] = [[to_text(a) if a == b else [to_text(a), to_text(b)] for a, b in row] for row in table]
    if report["exact"]:
        report["sentence"] = f"exact in {format.name}: on all {dataset.N} samples every sum is exact in any order"
    elif not wrong:
        report["sentence"] = f"every weight or sum that is rounded leaves the outputs exact on all {dataset.N} samples"
    else:
        i = wrong[0]
        k = next(k for k, (a, b) in enumerate(table[i]) if a != 0 or b != 0)
        low, high = ranges[i][k]
        found = (
            shorten(low) if low == high else f"{shorten(low)} to {shorten(high)}, depending on the order of summation"
        )
        report["sentence"] = (
            f"{len(wrong)} of {dataset.N} samples may differ; the first, sample {i}, output {k}: exactly "
            f"{shorten(exact[i][k])}, in {format.name} {found}"
        )
    return report


def _same(network: Network, stored: Network) -> bool:
    """Whether storing has changed no parameter."""
    if any(a.activation != b.activation for a, b in zip(stages(network), stages(stored), strict=True)):
        return False
    parts = ("U", "V") if isinstance(network, ResNet) else ("weight",)
    vectors = ("b", "c") if isinstance(network, ResNet) else ("bias",)
    pairs = list(zip(stages(network), stages(stored), strict=True))
    same = all(getattr(a, name).nonzero() == getattr(b, name).nonzero() for a, b in pairs for name in parts)
    return same and all(getattr(a, name) == getattr(b, name) for a, b in pairs for name in vectors)


def _array(rows: Any, format: Format) -> Any:
    """Rationals of the format as a numpy array; the conversions are exact."""
    kind = np.float32 if format.precision == 24 else np.float64
    return np.array([[float(to_fraction(v)) for v in row] for row in rows], dtype=kind)


class _Graph:
    """The nodes and constants of a model in the making."""

    def __init__(self, format: Format) -> None:
        self.onnx, self.format = library(), format
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node and return the name of what it makes."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, array: Any) -> str:
        """Add a constant and return its name."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(self.onnx.numpy_helper.from_array(array, name))
        return name

    def scalar(self, value: Rational) -> str:
        """Add a constant of one number."""
        return self.constant(_array([[value]], self.format).reshape(()))

    def affine(self, weight: Matrix, bias: Sequence[Rational], value: str) -> str:
        """weight * value + bias for a row of values."""
        rows = [dict(row) for row in weight.nonzero()]
        W = _array([[row.get(j, fmpq(0)) for j in range(weight.shape[1])] for row in rows], self.format)
        b = _array([bias], self.format)[0]
        return self.node("Gemm", value, self.constant(W), self.constant(b), transB=1)

    def activation(self, activation: Activation, value: str) -> str:
        """The activation of a tensor; InexactExportError for one without an operator."""
        if activation.kind == "identity":
            return value
        if activation.kind == "abs":
            return self.node("Abs", value)
        if activation.kind == "hard-tanh":
            return self.node("Clip", value, self.scalar(fmpq(-1)), self.scalar(fmpq(1)))
        if activation.kind == "threshold":
            number = {24: self.onnx.TensorProto.FLOAT, 53: self.onnx.TensorProto.DOUBLE}[self.format.precision]
            return self.node("Cast", self.node("GreaterOrEqual", value, self.scalar(fmpq(0))), to=number)
        if activation.kind != "relu-like":
            raise InexactExportError(f"the activation {activation} has no ONNX operator here")
        plus, minus = slopes_of(activation)
        right = self.node("Relu", value)
        if plus != 1:
            right = self.node("Mul", right, self.scalar(plus))
        if minus == 0:
            return right
        left = self.node("Mul", self.node("Relu", self.node("Neg", value)), self.scalar(minus))
        return self.node("Sub", right, left)


def _model(network: Network, format: Format, metadata: dict[str, Any]) -> bytes:
    """The model's bytes: input `x` and output `y` of shape (batch, d), the metadata as JSON under `exactmem`."""
    graph = _Graph(format)
    helper = graph.onnx.helper
    value = "x"
    for layer in stages(network):
        if isinstance(network, ResNet):
            inner = graph.activation(layer.activation, graph.affine(layer.U, layer.b, value))
            outer = graph.affine(layer.V, layer.c, inner)
            value = graph.node("Add", value, outer) if layer.skip else outer
        else:
            value = graph.activation(layer.activation, graph.affine(layer.weight, layer.bias, value))
    graph.nodes.append(helper.make_node("Identity", [value], ["y"], name="output"))
    kind = graph.onnx.TensorProto.FLOAT if format.precision == 24 else graph.onnx.TensorProto.DOUBLE
    ends = [helper.make_tensor_value_info(n, kind, ["batch", d]) for n, d in (("x", network.d_x), ("y", network.d_y))]
    made = helper.make_graph(graph.nodes, "exactmem", ends[:1], ends[1:], initializer=graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    model.producer_name, model.producer_version = "exactmem", __version__
    helper.set_model_props(model, {"exactmem": json.dumps(metadata, sort_keys=True)})
    graph.onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
