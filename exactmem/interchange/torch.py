"""PyTorch's nn.Sequential (nested ones too), a single module, or a state_dict; PyTorch itself is not needed.

Modules are known by the names of their classes and read by their attributes; parameters are float16, float32 or
float64 tensors, taken for their exact binary values. A `state_dict` holds no activations: its weights are taken for
linear layers in order, with ReLU between them, and said so. Modules are read in evaluation mode.
"""

__all__ = ["LAST", "MODULES", "Module", "Step", "is_network", "read", "tensor"]

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from exactmem.activations import IDENTITY, RELU
from exactmem.errors import ExactmemError, NetworkFormatError, quoted
from exactmem.interchange.imported import Imported, Options, check_count, exact
from exactmem.interchange.lowering import Builder, clip, each, leaky, matmul, objects
from exactmem.interchange.onnx_operators import normalization
from exactmem.networks import FNN, FNNLayer, dense

Module = Any
Step = Callable[[Module, Any, Builder, str, Options, list[str]], Any]


def is_network(source: Any) -> bool:
    """Whether the object is a module or a state_dict."""
    if isinstance(source, Mapping):
        return bool(source) and all(isinstance(k, str) and hasattr(v, "shape") for k, v in source.items())
    return hasattr(source, "state_dict") and hasattr(source, "forward")


def tensor(value: Any, place: str) -> Any:
    """A parameter as an array of rationals."""
    plain = value.detach().cpu() if hasattr(value, "detach") else value
    if str(plain.dtype).endswith("bfloat16"):
        plain = plain.float()
    array = np.asarray(plain.numpy() if hasattr(plain, "numpy") else plain)
    if array.dtype.kind not in "fiu":
        raise NetworkFormatError(f"{place} has the type {array.dtype}; floats and integers are read")
    check_count(array.size, place)
    return objects([exact(v, place) for v in array.reshape(-1)], array.shape)


def read(source: Any, options: Options) -> Imported:
    """The network of a module or state_dict; NetworkFormatError names a module that is not supported."""
    if isinstance(source, Mapping):
        return _from_state(source)
    modules = list(_flat(source, ""))
    first = next((m for _, m in modules if hasattr(m, "in_features")), None)
    if first is None:
        raise NetworkFormatError("the module has no Linear layer, so that its number of inputs is unknown")
    builder, notes = Builder(int(first.in_features)), list[str]()
    value = objects(builder.inputs(), (builder.d_x,))
    for position, (name, module) in enumerate(modules):
        kind = type(module).__name__
        place = f"module {quoted(name or kind)} ({kind})"
        if kind in LAST and position == len(modules) - 1:
            notes.append(f"the final {kind} is left out: {LAST[kind]}")
            continue
        if kind not in MODULES:
            raise NetworkFormatError(f"{place} is not supported; supported are {', '.join(sorted(MODULES))}")
        value = MODULES[kind](module, value, builder, place, options, notes)
    left_out = type(modules[-1][1]).__name__ in LAST
    return Imported(builder.network(list(value)), "torch", tuple(notes), readout_left_out=left_out)


def _flat(module: Module, name: str) -> Any:
    """The modules that are applied one after the other, with their names; Sequential ones taken apart."""
    if type(module).__name__ != "Sequential":
        yield name, module
        return
    for key, child in module.named_children():
        yield from _flat(child, f"{name}.{key}" if name else str(key))


def _linear(module: Module, value: Any, builder: Builder, place: str, options: Options, notes: list[str]) -> Any:
    weight = tensor(module.weight, f"{place}, weight")
    if weight.ndim != 2 or weight.shape[1] != value.shape[0]:
        raise NetworkFormatError(f"{place}: {weight.shape[-1]} inputs, but the layer before gives {value.shape[0]}")
    product = matmul(weight, value.reshape(-1, 1)).reshape(-1)
    return product if module.bias is None else product + tensor(module.bias, f"{place}, bias")


def _batch_norm(module: Module, value: Any, builder: Builder, place: str, options: Options, notes: list[str]) -> Any:
    if module.running_mean is None:
        raise NetworkFormatError(f"{place}: it keeps no running statistics, so that it depends on the batch")
    mean, variance = tensor(module.running_mean, place), tensor(module.running_var, place)
    ones, zeros = objects([exact(1, place)] * mean.size, mean.shape), mean * 0
    scale = ones if module.weight is None else tensor(module.weight, place)
    bias = zeros if module.bias is None else tensor(module.bias, place)
    factors = objects(
        normalization(scale, variance, exact(float(module.eps), place), place, options.rounded, notes), mean.shape
    )
    return (value - mean) * factors + bias


def _same(module: Module, value: Any, builder: Builder, place: str, options: Options, notes: list[str]) -> Any:
    return value


def _hard_tanh(module: Module, value: Any, builder: Builder, place: str, options: Options, notes: list[str]) -> Any:
    low, high = (exact(getattr(module, name), place) for name in ("min_val", "max_val"))
    return each(clip(low, high), builder, value, place)


def _leaky(module: Module, value: Any, builder: Builder, place: str, options: Options, notes: list[str]) -> Any:
    return each(leaky(exact(module.negative_slope, place)), builder, value, place)


def _relu(module: Module, value: Any, builder: Builder, place: str, options: Options, notes: list[str]) -> Any:
    return builder.apply(RELU, value, place)


MODULES: dict[str, Step] = {
    "BatchNorm1d": _batch_norm,
    "Dropout": _same,
    "Flatten": _same,
    "Hardtanh": _hard_tanh,
    "Identity": _same,
    "LeakyReLU": _leaky,
    "Linear": _linear,
    "ReLU": _relu,
    "ReLU6": _hard_tanh,
}
LAST = {
    "LogSoftmax": "it keeps the order of the outputs",
    "Sigmoid": "above 1/2 means a positive output",
    "Softmax": "it keeps the order of the outputs",
}


def _from_state(state: Mapping[str, Any]) -> Imported:
    """Linear layers from the weights and biases of a state_dict, in order, with ReLU between them."""
    weights = [name for name in state if name.endswith("weight")]
    unknown = [name for name in state if name not in weights and name.removesuffix("bias") + "weight" not in weights]
    if not weights or unknown:
        raise NetworkFormatError(
            f"a state_dict of linear layers is needed, with names such as 0.weight and 0.bias, not "
            f"{quoted(unknown[:1])}; give the module itself"
        )
    layers = []
    for name in weights:
        weight = tensor(state[name], quoted(name))
        if weight.ndim != 2:
            raise NetworkFormatError(f"{quoted(name)} has {weight.ndim} axes, not the 2 of a linear layer")
        bias_name = name.removesuffix("weight") + "bias"
        bias = tensor(state[bias_name], quoted(bias_name)) if bias_name in state else [0] * weight.shape[0]
        layers.append((weight, bias))
    try:
        made = [FNNLayer(dense(w), tuple(exact(v, "bias") for v in b), RELU) for w, b in layers]
        made[-1] = FNNLayer(made[-1].weight, made[-1].bias, IDENTITY)
        network = FNN(tuple(made))
    except ExactmemError as error:
        raise type(error)(f"state_dict: {error}") from error
    return Imported(network, "torch", ("a state_dict names no activations: ReLU is taken between the linear layers",))
