"""ONNX models, read exactly: a graph of affine maps and piecewise-linear activations becomes a network.

float16, float32 and float64 weights are the binary rationals they are; every operator is taken for the real function
that it stands for, without rounding. A tensor is flattened in row-major order on the way in and out; a first axis of
unknown length (the batch) has length 1. A final Softmax, LogSoftmax or Sigmoid is left out, and said so: it keeps the
order of outputs (or the sign). Needs the package `onnx` (extra `onnx`).
"""

from pathlib import Path
from typing import Any

import numpy as np

from exactmem.errors import ExactmemError, LimitError, NetworkFormatError, printable, quoted
from exactmem.extras import package
from exactmem.interchange.imported import Imported, Options, check_count, exact, read_bytes
from exactmem.interchange.lowering import Builder, Expr, objects
from exactmem.interchange.onnx_operators import FINAL, OPERATORS, Node
from exactmem.rationals import bits

MAX_BITS = 100_000
"""Longest number that a step of reading may make."""

FLOATS = {"FLOAT", "FLOAT16", "DOUBLE", "BFLOAT16"}
INTEGERS = {"INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "BOOL"}


def library() -> Any:
    """The package onnx; UsageError where it is not installed."""
    return package("onnx", "ONNX models")


def read(path: Path, options: Options) -> Imported:
    """The network of an ONNX file; NetworkFormatError names the node or tensor at fault."""
    onnx = library()
    data = read_bytes(path)
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:
        raise NetworkFormatError(f"{path}: not an ONNX model: {printable(str(error), 120)}") from error
    try:
        return _Reader(model.graph, options).imported()
    except ExactmemError as error:
        raise type(error)(f"{path}: {error}", witness=error.witness) from error


class _Reader:
    """Walks through the nodes of a graph; `values` holds every tensor known so far."""

    def __init__(self, graph: Any, options: Options) -> None:
        self.graph, self.options = graph, options
        self.values: dict[str, Any] = {}
        self.notes: list[str] = []
        self.left_out: set[str] = set()
        self.made = 0
        if not graph.node:
            raise NetworkFormatError("the model holds no node: it is empty or cut short")
        check_count(sum(_size(t) for t in graph.initializer), "the weights")
        for tensor in graph.initializer:
            self.values[tensor.name] = constant(tensor)
        inputs = [i for i in graph.input if i.name not in self.values]
        if len(inputs) != 1:
            names = ", ".join(quoted(i.name) for i in inputs)
            raise NetworkFormatError(f"the graph has {len(inputs)} inputs ({names}); exactly one is needed")
        shape = _input_shape(inputs[0])
        self.builder = Builder(int(np.prod(shape)))
        self.values[inputs[0].name] = objects(self.builder.inputs(), shape)

    def imported(self) -> Imported:
        """The network of the wanted output."""
        wanted = self._wanted()
        for node in self._needed(wanted):
            self._run(node)
        outputs = self.values[wanted]
        if self.left_out.intersection({"Softmax", "LogSoftmax"}) and sum(length > 1 for length in outputs.shape) > 1:
            raise NetworkFormatError("the final softmax is over a part of the outputs only: name its input instead")
        network = self.builder.network(list(outputs.reshape(-1)))
        return Imported(network, "onnx", tuple(self.notes), readout_left_out=bool(self.left_out))

    def _wanted(self) -> str:
        """The name of the tensor asked for, a final softmax or sigmoid left out."""
        made = {name: node for node in self.graph.node for name in node.output}
        name = self.options.output
        if name is None:
            if len(self.graph.output) != 1:
                names = ", ".join(quoted(o.name) for o in self.graph.output)
                raise NetworkFormatError(f"the graph has several outputs; name one with --output-name: {names}")
            name = self.graph.output[0].name
        if name not in made and name not in self.values:
            raise NetworkFormatError(f"the graph has no tensor {quoted(name)}")
        while name in made and made[name].op_type in {*FINAL, "Identity"}:
            node = made[name]
            if node.op_type in FINAL:
                self.notes.append(f"the final {node.op_type} is left out: {FINAL[node.op_type]}")
                self.left_out.add(node.op_type)
            name = node.input[0]
        return str(name)

    def _needed(self, wanted: str) -> list[Any]:
        """The nodes that the wanted tensor depends on, in the graph's order."""
        needed = {wanted}
        chosen = []
        for node in reversed(self.graph.node):
            if needed.intersection(node.output):
                chosen.append(node)
                needed.update(node.input)
        return chosen[::-1]

    def _run(self, node: Any) -> None:
        place = f"node {quoted(node.name or node.output[0])} ({node.op_type})"
        operator = OPERATORS.get(node.op_type)
        if operator is None or node.domain not in ("", "ai.onnx"):
            known = ", ".join(sorted(OPERATORS))
            raise NetworkFormatError(f"{place}: this operator is not supported; supported are {known}")
        inputs = []
        for name in node.input:
            if name and name not in self.values:
                raise NetworkFormatError(f"{place}: its input {quoted(name)} is made by no earlier node")
            inputs.append(self.values[name] if name else None)
        made = Node(place, inputs, attributes(node, place), self.builder, self.options.rounded, self.notes)
        try:
            result = operator(made)
        except ExactmemError as error:
            message = str(error) if str(error).startswith("node ") else f"{place}: {error}"
            raise type(error)(message, witness=error.witness) from error
        except (IndexError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise NetworkFormatError(f"{place}: its shapes or attributes do not fit ({quoted(str(error))})") from error
        self._charge(result, place)
        self.values[node.output[0]] = result

    def _charge(self, result: Any, place: str) -> None:
        """LimitError where all tensors together hold too many numbers, or a number has grown too long."""
        for value in result.flat:
            numbers = [value.constant, *value.terms.values()] if isinstance(value, Expr) else [value]
            self.made += len(numbers)
            if any(bits(number) > MAX_BITS for number in numbers):
                raise LimitError(f"{place}: a number of more than {MAX_BITS} bits")
        check_count(self.made, place)


def _input_shape(value: Any) -> tuple[int, ...]:
    """The shape of the graph's input: fixed lengths, but for a first axis of unknown length, which gets length 1."""
    place = f"the input {quoted(value.name)}"
    if not value.type.HasField("tensor_type") or not value.type.tensor_type.HasField("shape"):
        raise NetworkFormatError(f"{place} has no shape; fix it in the model")
    shape = []
    for axis, dim in enumerate(value.type.tensor_type.shape.dim):
        length = dim.dim_value if dim.HasField("dim_value") else 0
        if axis == 0 and length < 1 and len(value.type.tensor_type.shape.dim) > 1:
            length = 1
        if length < 1:
            raise NetworkFormatError(f"{place}: axis {axis} has no fixed length (a dynamic shape); fix it in the model")
        shape.append(length)
        check_count(int(np.prod(np.array(shape, dtype=object))), place)
    return tuple(shape) or (1,)


def _size(tensor: Any) -> int:
    """The number of entries that a tensor announces."""
    size = 1
    for length in tensor.dims:
        if length < 0:
            raise NetworkFormatError(f"tensor {quoted(tensor.name)} has a negative length")
        size *= length
    return size


def constant(tensor: Any) -> Any:
    """A tensor of rationals; refuses external data, types that are no numbers, and fewer bytes than announced."""
    onnx = library()
    place = f"tensor {quoted(tensor.name)}"
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise NetworkFormatError(f"{place} lies in an external file, which is not read; store it inside the model")
    names = {number: name for name, number in onnx.TensorProto.DataType.items()}
    kind = names.get(tensor.data_type, "unknown")
    if kind not in FLOATS | INTEGERS:
        raise NetworkFormatError(f"{place} has the type {kind}; floats and integers are read")
    size = _size(tensor)
    check_count(size, place)
    stored = sum(len(getattr(tensor, f)) for f in ("raw_data", "float_data", "double_data", "int32_data", "int64_data"))
    if stored < size:
        raise NetworkFormatError(f"{place} announces {size} numbers and holds fewer")
    try:
        array = onnx.numpy_helper.to_array(tensor)
    except Exception as error:
        raise NetworkFormatError(f"{place} cannot be read: {printable(str(error), 120)}") from error
    if kind == "BFLOAT16":
        array = array.astype(np.float32)
    values = array.reshape(-1)
    return objects([exact(v if kind in FLOATS else int(v), place) for v in values], tuple(array.shape))


def attributes(node: Any, place: str) -> dict[str, Any]:
    """The attributes of a node: integers, lists of integers, floats as rationals, tensors of rationals, text."""
    result: dict[str, Any] = {}
    for attribute in node.attribute:
        kind = attribute.AttributeType.Name(attribute.type)
        if kind == "FLOAT":
            result[attribute.name] = exact(float(attribute.f), f"{place}, {attribute.name}")
        elif kind == "INT":
            result[attribute.name] = int(attribute.i)
        elif kind == "INTS":
            result[attribute.name] = [int(i) for i in attribute.ints]
        elif kind == "TENSOR":
            result[attribute.name] = constant(attribute.t)
        elif kind == "STRING":
            result[attribute.name] = attribute.s.decode("utf-8", "replace")
        elif kind == "FLOATS":
            result[attribute.name] = objects(
                [exact(float(f), place) for f in attribute.floats], (len(attribute.floats),)
            )
    return result
