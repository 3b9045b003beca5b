"""The ONNX operators that exactmem knows, each as an exact map of tensors of affine expressions."""

__all__ = ["FINAL", "OPERATORS", "Node", "convolution", "normalization"]

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq

from exactmem.activations import ABS, RELU
from exactmem.errors import NetworkFormatError, quoted
from exactmem.interchange.imported import check_count
from exactmem.interchange.lowering import Builder, clip, combine, each, is_constant, leaky, matmul, objects
from exactmem.rationals import Rational

FINAL = {
    "Softmax": "it keeps the order of the outputs",
    "LogSoftmax": "it keeps the order of the outputs",
    "Sigmoid": "above 1/2 means a positive output",
}
"""Operators left out at the end of a graph, and why that keeps the decision."""


@dataclass
class Node:
    """What an operator works on: its inputs (None for one left out), its attributes, and where its units go."""

    place: str
    inputs: list[Any]
    attributes: dict[str, Any]
    builder: Builder
    rounded: bool
    notes: list[str]

    def constant(self, index: int, name: str) -> Any:
        """The input at the index, which must be a tensor of rationals; None if it is left out."""
        value = self.inputs[index] if index < len(self.inputs) else None
        if value is not None and not is_constant(value):
            raise NetworkFormatError(f"{self.place}: its {name} depends on the input; a constant is needed")
        return value

    def scalar(self, index: int, name: str) -> Rational | None:
        """One number, given as an input at the index or as an attribute; None if it is left out."""
        value = self.constant(index, name)
        if value is None:
            return self.attributes.get(name)
        if value.size != 1:
            raise NetworkFormatError(f"{self.place}: its {name} has {value.size} entries; one is needed")
        return value.reshape(-1)[0]


def _broadcast(node: Node, operation: Callable[[Any, Any], Any]) -> Any:
    left, right = node.inputs
    shape = np.broadcast_shapes(left.shape, right.shape)
    check_count(int(np.prod(shape, dtype=object)), node.place)
    return np.asarray(operation(left, right), dtype=object).reshape(shape)


def _multiply(node: Node) -> Any:
    if not any(is_constant(value) for value in node.inputs):
        raise NetworkFormatError(
            f"{node.place}: a product of two tensors that depend on the input is not piecewise linear"
        )
    return _broadcast(node, lambda a, b: a * b)


def _divide(node: Node) -> Any:
    divisor = node.constant(1, "divisor")
    if any(v == 0 for v in divisor.flat):
        raise NetworkFormatError(f"{node.place}: division by zero")
    node.inputs[1] = objects([1 / v for v in divisor.flat], divisor.shape)
    return _multiply(node)


def _matmul(node: Node) -> Any:
    left, right = node.inputs
    if not is_constant(left) and not is_constant(right):
        raise NetworkFormatError(
            f"{node.place}: a product of two tensors that depend on the input is not piecewise linear"
        )
    return matmul(left, right)


def _gemm(node: Node) -> Any:
    a, b = node.inputs[:2]
    attributes = node.attributes
    node.inputs[:2] = [a.T if attributes.get("transA") else a, b.T if attributes.get("transB") else b]
    c = node.inputs[2] if len(node.inputs) > 2 else None
    node.inputs = node.inputs[:2]
    product = _matmul(node) * attributes.get("alpha", fmpq(1))
    if c is None:
        return product
    node.inputs = [product, c * attributes.get("beta", fmpq(1))]
    return _broadcast(node, lambda x, y: x + y)


def _relu(node: Node) -> Any:
    return node.builder.apply(RELU, node.inputs[0], node.place)


def _abs(node: Node) -> Any:
    return node.builder.apply(ABS, node.inputs[0], node.place)


def _leaky_relu(node: Node) -> Any:
    return each(leaky(node.attributes.get("alpha", _float32(0.01))), node.builder, node.inputs[0], node.place)


def _clip(node: Node) -> Any:
    return each(clip(node.scalar(1, "min"), node.scalar(2, "max")), node.builder, node.inputs[0], node.place)


def _hard_sigmoid(node: Node) -> Any:
    alpha = node.attributes.get("alpha", _float32(0.2))
    beta = node.attributes.get("beta", fmpq(1, 2))
    return each(clip(fmpq(0), fmpq(1)), node.builder, node.inputs[0] * alpha + beta, node.place)


def _float32(value: float) -> Rational:
    return fmpq(*(int(n) for n in np.float32(value).as_integer_ratio()))


def _same(node: Node) -> Any:
    return node.inputs[0]


def _dropout(node: Node) -> Any:
    training = node.scalar(2, "training_mode")
    if training is not None and training != 0:
        raise NetworkFormatError(f"{node.place}: in training mode its output is random")
    return node.inputs[0]


def _cast(node: Node) -> Any:
    if node.attributes.get("to") not in (1, 10, 11):
        raise NetworkFormatError(f"{node.place}: only casts to float16, float32 and float64 are supported")
    node.notes.append(f"{node.place} is taken for the identity: it rounds nothing here")
    return node.inputs[0]


def _flatten(node: Node) -> Any:
    axis = node.attributes.get("axis", 1)
    shape = node.inputs[0].shape
    axis += len(shape) if axis < 0 else 0
    rows = int(np.prod(shape[:axis], dtype=object)) if axis else 1
    return node.inputs[0].reshape(rows, -1)


def _reshape(node: Node) -> Any:
    target = node.constant(1, "shape")
    wanted = [int(v.numer()) for v in target.reshape(-1)] if target is not None else node.attributes["shape"]
    old = node.inputs[0].shape
    wanted = [old[axis] if length == 0 else length for axis, length in enumerate(wanted)]
    if any(length < -1 for length in wanted):
        raise NetworkFormatError(f"{node.place}: a negative length")
    return node.inputs[0].reshape(wanted)


def _axes(node: Node) -> list[int] | None:
    given = node.constant(1, "axes")
    return [int(v.numer()) for v in given.reshape(-1)] if given is not None else node.attributes.get("axes")


def _squeeze(node: Node) -> Any:
    axes = _axes(node)
    return np.squeeze(node.inputs[0], None if axes is None else tuple(axes))


def _unsqueeze(node: Node) -> Any:
    return np.expand_dims(node.inputs[0], tuple(_axes(node) or ()))


def _transpose(node: Node) -> Any:
    return np.transpose(node.inputs[0], node.attributes.get("perm"))


def _constant(node: Node) -> Any:
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in node.attributes:
            value = node.attributes[name]
            if isinstance(value, np.ndarray):
                return value
            numbers = value if isinstance(value, list) else [value]
            return objects([fmpq(v) for v in numbers], (len(numbers),) if isinstance(value, list) else ())
    raise NetworkFormatError(f"{node.place}: only constants of numbers are supported")


def _batch_normalization(node: Node) -> Any:
    if node.attributes.get("training_mode", 0):
        raise NetworkFormatError(f"{node.place}: in training mode it depends on the batch")
    x = node.inputs[0]
    scale, bias, mean, variance = (node.constant(k, "parameters").reshape(-1) for k in range(1, 5))
    epsilon = node.attributes.get("epsilon", _float32(1e-5))
    factors = normalization(scale, variance, epsilon, node.place, node.rounded, node.notes)
    shape = (1, -1) + (1,) * (x.ndim - 2) if x.ndim > 1 else (-1,)
    shifts = objects([b - m * f for b, m, f in zip(bias, mean, factors, strict=True)], (len(factors),))
    if x.ndim > 1 and x.shape[1] != len(factors):
        raise NetworkFormatError(f"{node.place}: {len(factors)} channels, the tensor has {x.shape[1]}")
    return x * objects(factors, (len(factors),)).reshape(shape) + shifts.reshape(shape)


def normalization(
    scale: Any, variance: Any, epsilon: Rational, place: str, rounded: bool, notes: list[str]
) -> list[Rational]:
    """scale / sqrt(variance + epsilon) per channel: exact where the root is rational, else refused, or, with `rounded`,
    cut to 64 significant bits."""
    factors = []
    cut = 0
    for s, v in zip(scale, variance, strict=True):
        square = v + epsilon
        if square <= 0:
            raise NetworkFormatError(f"{place}: variance + epsilon is not positive")
        numerator, denominator = square.numer(), square.denom()
        above, below = numerator.isqrt(), denominator.isqrt()
        if above * above == numerator and below * below == denominator:
            factors.append(s * fmpq(below, above))
            continue
        if not rounded:
            raise NetworkFormatError(
                f"{place}: 1/sqrt(variance + epsilon) is irrational; --round takes it to 64 significant bits, and the "
                "network is then the one with that factor"
            )
        bits = 64 + max(0, (int(numerator).bit_length() - int(denominator).bit_length()) // 2 + 1)
        factors.append(s * fmpq((denominator * 4**bits // numerator).isqrt(), 2**bits))
        cut += 1
    if cut:
        notes.append(f"{place}: {cut} irrational factors are cut to 64 significant bits")
    return factors


def _conv(node: Node) -> Any:
    weight, bias = node.constant(1, "weights"), node.constant(2, "bias")
    spatial = weight.ndim - 2
    if node.attributes.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        raise NetworkFormatError(f"{node.place}: auto_pad {quoted(node.attributes['auto_pad'])} is not supported")
    pads = node.attributes.get("pads", [0] * 2 * spatial)
    strides = node.attributes.get("strides", [1] * spatial)
    dilations = node.attributes.get("dilations", [1] * spatial)
    groups = node.attributes.get("group", 1)
    return convolution(node.inputs[0], weight, bias, pads, strides, dilations, groups, node.place)


def convolution(
    x: Any, weight: Any, bias: Any, pads: list[int], strides: list[int], dilations: list[int], groups: int, place: str
) -> Any:
    """The convolution of x (batch, channels, ...) with weight (filters, channels / groups, ...), as sums."""
    kernel, size = weight.shape[2:], x.shape[2:]
    dims = len(kernel)
    if x.ndim != dims + 2 or x.shape[1] != weight.shape[1] * groups or weight.shape[0] % groups:
        raise NetworkFormatError(f"{place}: weights of shape {weight.shape} do not fit a tensor of shape {x.shape}")
    if (
        min(strides) < 1
        or min(dilations) < 1
        or min(pads) < 0
        or {len(strides), len(dilations), len(pads) // 2} != {dims}
    ):
        raise NetworkFormatError(f"{place}: strides and dilations must be positive, pads not negative")
    out = [
        (size[d] + pads[d] + pads[d + dims] - dilations[d] * (kernel[d] - 1) - 1) // strides[d] + 1 for d in range(dims)
    ]
    if min(out) < 1:
        raise NetworkFormatError(f"{place}: the kernel is larger than the padded tensor")
    shape = (x.shape[0], weight.shape[0], *out)
    check_count(int(np.prod(shape, dtype=object)) * int(np.prod(weight.shape[1:], dtype=object)), place)
    per_group = weight.shape[0] // groups
    values = []
    for n, f, *position in np.ndindex(*shape):
        first = f // per_group * weight.shape[1]
        parts: list[tuple[Any, Any]] = [(bias.reshape(-1)[f], 1)] if bias is not None else []
        for c, *offset in np.ndindex(*weight.shape[1:]):
            at = [p * s - a + o * g for p, s, a, o, g in zip(position, strides, pads, offset, dilations, strict=False)]
            if all(0 <= a < length for a, length in zip(at, size, strict=True)):
                parts.append((x[(n, first + c, *at)], weight[(f, c, *offset)]))
        values.append(combine(parts))
    return objects(values, shape)


OPERATORS: dict[str, Callable[[Node], Any]] = {
    "Abs": _abs,
    "Add": lambda node: _broadcast(node, lambda a, b: a + b),
    "BatchNormalization": _batch_normalization,
    "Cast": _cast,
    "Clip": _clip,
    "Constant": _constant,
    "Conv": _conv,
    "Div": _divide,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "HardSigmoid": _hard_sigmoid,
    "Identity": _same,
    "LeakyRelu": _leaky_relu,
    "MatMul": _matmul,
    "Mul": _multiply,
    "Neg": lambda node: node.inputs[0] * fmpq(-1),
    "Relu": _relu,
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Sub": lambda node: _broadcast(node, lambda a, b: a - b),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
"""By ONNX name: the operator as a map from a node to the one tensor it makes."""
