"""Networks as plain JSON, in three spellings.

1. `{"weights": [W_1, ..., W_L], "biases": [b_1, ..., b_L], "activation": "relu"}`, every hidden layer alike;
2. `{"layers": [{"weight": W, "bias": b, "activation": "relu"}, ...]}`, the last activation `identity` or left out;
3. the `network` of a certificate, or a whole certificate, whose network is taken.

W_l has a row per unit. Numbers are integers or text (`"0.1"`, `"1/3"`); a bare 0.1 is refused, or taken for its binary
value on request. Activations are named as on the command line, or are objects as in a certificate.
"""

import json
from pathlib import Path
from typing import Any

from exactmem.activations import IDENTITY, Activation, from_json, parse_activation
from exactmem.certificates.reader import network_from_json
from exactmem.errors import ExactmemError, NetworkFormatError, quoted
from exactmem.files import json_fault
from exactmem.interchange.imported import Imported, Options, exact, read_bytes
from exactmem.networks import FNN, FNNLayer, dense


class _Float(float):
    """A float literal, kept apart from text so that it is refused or taken on request."""


def read(path: Path, options: Options) -> Imported:
    """The network of a JSON file; NetworkFormatError naming the place, InexactNumberError for floats."""
    try:
        data = json.loads(read_bytes(path).decode("utf-8-sig"), parse_float=_Float, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise NetworkFormatError(f"{path}: not valid JSON: {json_fault(error)}") from error
    try:
        return Imported(from_data(data, options.floats), "json")
    except ExactmemError as error:
        raise type(error)(f"{path}: {error}", witness=error.witness) from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise NetworkFormatError(f"{path}: not a well-formed network ({quoted(error)})") from error


def from_data(data: Any, floats: str = "refuse") -> Any:
    """The network that parsed JSON describes."""
    if not isinstance(data, dict):
        raise NetworkFormatError("expected an object with weights and biases, or with layers")
    if data.get("format") == "exactmem-certificate":
        if "network" not in data:
            raise NetworkFormatError("this certificate holds no network")
        data = data["network"]
    if "architecture" in data:
        return network_from_json(_indices(data))
    if set(data) <= {"weights", "biases", "activation"} and "weights" in data and "biases" in data:
        weights, biases = data["weights"], data["biases"]
        if not isinstance(weights, list) or not isinstance(biases, list) or len(weights) != len(biases):
            raise NetworkFormatError("weights and biases must be lists of the same length, one entry per layer")
        names = [data.get("activation", "relu")] * (len(weights) - 1) + ["identity"]
        parts = list(zip(weights, biases, names, strict=True))
    elif set(data) == {"layers"} and isinstance(data["layers"], list):
        for l, part in enumerate(data["layers"], 1):
            if not isinstance(part, dict) or not {"weight", "bias"} <= set(part) <= {"weight", "bias", "activation"}:
                raise NetworkFormatError(
                    f"layer {l}: expected the keys weight, bias and (for hidden layers) activation"
                )
        parts = [(part["weight"], part["bias"], part.get("activation", "identity")) for part in data["layers"]]
    else:
        raise NetworkFormatError("expected the keys weights and biases (and activation), or layers")
    return FNN(tuple(_layer(l, *part, floats) for l, part in enumerate(parts, 1)))


def _layer(l: int, weight: Any, bias: Any, activation: Any, floats: str) -> FNNLayer:
    if not isinstance(weight, list) or not all(isinstance(row, list) for row in weight) or not isinstance(bias, list):
        raise NetworkFormatError(f"layer {l}: weight must be a list of rows, bias a list")
    rows = [
        [exact(v, f"layer {l}, weight {i}, {j}", floats) for j, v in enumerate(row)] for i, row in enumerate(weight)
    ]
    biases = [exact(v, f"layer {l}, bias {i}", floats) for i, v in enumerate(bias)]
    return FNNLayer(dense(rows), tuple(biases), _activation(activation))


def _activation(value: Any) -> Activation:
    if value == "identity":
        return IDENTITY
    return parse_activation(value) if isinstance(value, str) else from_json(value)


def _indices(value: Any) -> Any:
    """A certificate's network with the shapes and places of sparse matrices as integers again."""
    if isinstance(value, list):
        return [_indices(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: _indices(item) for key, item in value.items()}
    if "shape" in result and "entries" in result:
        result["shape"] = [int(n) for n in result["shape"]]
        result["entries"] = [[int(i), int(j), v] for i, j, v in result["entries"]]
    return result
