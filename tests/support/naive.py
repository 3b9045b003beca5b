"""A second opinion for tests: reads and evaluates a certificate the slow, obvious way with fractions.Fraction.

Shares no code with exactmem or its checker. `holds` says whether a parsed certificate document is well formed
and its claim true; it is strict about content and lets any failure to understand count as "no".
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

Vector = list[Fraction]
Matrix = list[list[Fraction]]


class NotUnderstood(Exception):
    """The document is not a certificate as specified."""


def require(condition: bool, message: str = "") -> None:
    if not condition:
        raise NotUnderstood(message)


@contextmanager
def any_length() -> Iterator[None]:
    """Lifts CPython's limit on decimal digits for the moment only, so as not to hide a reader's failure to do so."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(limit)


def number(text: Any) -> Fraction:
    require(isinstance(text, str) and re.fullmatch("-?[0-9]+(/[0-9]+)?", text, re.ASCII) is not None, "not a number")
    require(not text.endswith("/0") and "/00" not in text, "zero denominator")
    with any_length():
        value = Fraction(text)
        require(str(value) == text, "not canonical")
    return value


def vector(values: Any) -> Vector:
    require(isinstance(values, list) and len(values) >= 1, "not a vector")
    return [number(value) for value in values]


def natural(value: Any) -> int:
    require(isinstance(value, int) and not isinstance(value, bool) and value >= 0, "not a count")
    return value


def keys(value: Any, names: str) -> dict[str, Any]:
    require(isinstance(value, dict) and set(value) == set(names.split()), f"keys are not {names}")
    return value


def matrix(value: Any) -> Matrix:
    """A matrix of any of the three forms, written out in full."""
    if isinstance(value, list):
        rows = [vector(row) for row in value]
        require(len(rows) >= 1 and len({len(row) for row in rows}) == 1, "ragged")
        return rows
    if "shape" in value:
        keys(value, "shape entries")
        height, width = (natural(size) for size in value["shape"])
        require(1 <= height <= 1000 and 1 <= width <= 1000, "shape")
        rows = [[Fraction(0)] * width for _ in range(height)]
        places = []
        for i, j, text in value["entries"]:
            rows[natural(i)][natural(j)] = number(text)
            require(number(text) != 0, "stored zero")
            places.append((i, j))
        require(isinstance(value["entries"], list) and places == sorted(set(places)), "order")
        return rows
    keys(value, "column row")
    return [[c * r for r in vector(value["row"])] for c in vector(value["column"])]


def activation(value: Any) -> Any:
    """The activation as a function on Fractions."""
    if value["kind"] == "relu-like":
        keys(value, "kind s_plus s_minus")
        plus, minus = number(value["s_plus"]), number(value["s_minus"])
        require(plus > minus >= 0, "slopes")
        return lambda t: max(t, Fraction(0)) * plus + min(t, Fraction(0)) * minus
    keys(value, "kind")
    return {
        "identity": lambda t: t,
        "hard-tanh": lambda t: min(max(t, Fraction(-1)), Fraction(1)),
        "threshold": lambda t: Fraction(1 if t >= 0 else 0),
        "square": lambda t: t * t,
        "abs": abs,
    }[value["kind"]]


def affine(weights: Matrix, shift: Vector, point: Vector) -> Vector:
    require(len(weights) == len(shift) and len(weights[0]) == len(point), "shapes do not fit")
    return [sum((w * a for w, a in zip(row, point, strict=True)), b) for row, b in zip(weights, shift, strict=True)]


def evaluate(network: Any, point: Vector) -> Vector:
    """The network's exact output at one input."""
    state = list(point)
    for layer in network["layers"]:
        f = activation(layer["activation"])
        if network["architecture"] == "fnn":
            state = [f(z) for z in affine(matrix(layer["weight"]), vector(layer["bias"]), state)]
        else:
            hidden = [f(z) for z in affine(matrix(layer["U"]), vector(layer["b"]), state)]
            change = affine(matrix(layer["V"]), vector(layer["c"]), hidden)
            require(not layer["skip"] or len(change) == len(state), "skip shapes")
            state = [h + v for h, v in zip(state, change, strict=True)] if layer["skip"] else change
    return state


def sizes(network: Any, inputs: list[Vector], labels: list[Vector]) -> dict[str, Any]:
    """The claim's sizes, counted from full matrices."""
    widths, edges = [], 0
    for layer in network["layers"]:
        pairs = [("weight", "bias")] if network["architecture"] == "fnn" else [("U", "b"), ("V", "c")]
        for weight, bias in pairs:
            edges += sum(len(row) for row in matrix(layer[weight])) + len(layer[bias])
        widths.append(len(layer[pairs[0][1]]))
    if network["architecture"] == "fnn":
        widths.pop()
    total = {"widths": widths, "hidden_nodes": sum(widths), "edges": edges}
    return {"N": len(inputs), "d_x": len(inputs[0]), "d_y": len(labels[0]), **total}


def check_network(network: Any) -> None:
    keys(network, "architecture layers")
    layers = network["layers"]
    require(isinstance(layers, list) and len(layers) >= 1, "layers")
    if network["architecture"] == "fnn":
        for layer in layers:
            keys(layer, "weight bias activation")
        require(layers[-1]["activation"] == {"kind": "identity"}, "last activation")
    else:
        require(network["architecture"] == "resnet", "architecture")
        for layer in layers:
            keys(layer, "U b V c activation skip")
            require(layer["skip"] is True or (layer["skip"] is False and layer is layers[-1]), "skip")


def check_plain(value: Any) -> None:
    """No floats, no integers of 2^53 and more, no lone surrogates, anywhere."""
    require(not isinstance(value, float), "float")
    require(not isinstance(value, int) or abs(value) < 2**53, "integer out of range")
    if isinstance(value, str):
        value.encode("utf-8")
    elif isinstance(value, list | dict):
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            check_plain(part)


def decided(decision: str, label: Vector, output: Vector) -> bool:
    require(len(label) == len(output), "d_y")
    if decision == "equal":
        return label == output
    if decision == "argmax":
        require(sorted(label) == [0] * (len(label) - 1) + [1] and len(label) >= 2, "one-hot")
        return all(output[k] < output[label.index(1)] for k in range(len(label)) if label[k] == 0)
    require(decision == "sign" and len(label) == 1 and abs(label[0]) == 1, "sign")
    return label[0] * output[0] > 0


def digest(value: Any) -> str:
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


def well_formed_and_true(document: Any) -> bool:
    check_plain(document)
    keys(document, "format version claim dataset network digests provenance")
    require(document["format"] == "exactmem-certificate" and natural(document["version"]) == 1, "format")
    provenance = keys(document["provenance"], "tool construction parameters")
    require(isinstance(provenance["tool"], str) and isinstance(provenance["construction"], str), "provenance")
    require(isinstance(provenance["parameters"], dict), "parameters")
    claim = keys(document["claim"], "kind decision source sizes")
    require(claim["kind"] == "memorization" and isinstance(claim["source"], str), "claim")
    data = keys(document["dataset"], "inputs labels")
    inputs, labels = [vector(x) for x in data["inputs"]], [vector(y) for y in data["labels"]]
    require(len(inputs) == len(labels) >= 1, "rows")
    require(len(set(map(len, inputs))) == 1 and len(set(map(len, labels))) == 1, "ragged data")
    check_network(document["network"])
    counted = sizes(document["network"], inputs, labels)
    require(json.dumps(claim["sizes"], sort_keys=True) == json.dumps(counted, sort_keys=True), "sizes")
    digests = {part: digest(document[part]) for part in ("dataset", "network", "claim")}
    require(document["digests"] == digests, "digests")
    outputs = [evaluate(document["network"], x) for x in inputs]
    return all(decided(claim["decision"], y, z) for y, z in zip(labels, outputs, strict=True))


def holds(document: Any) -> bool:
    """Whether the document is a well-formed version 1 certificate of a true claim."""
    try:
        return well_formed_and_true(document)
    except (NotUnderstood, LookupError, TypeError, ValueError, AttributeError):
        return False
