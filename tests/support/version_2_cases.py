"""Certificates of version 2 for tests, made of documents of version 1 or by hand, sealed with the digests they need."""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

from tests.support import naive
from tests.support.checker_cases import Document

DIGEST = None
"""Among the lines of an answer: the digest of what stands before."""


@dataclass
class Case:
    """A question, its data, the first line of an answer and its other lines: text, JSON data or DIGEST."""

    question: Document
    data: bytes
    head: Document
    lines: list[Any]


Edit = Callable[[Case], Any]


def edited(case: Case, *edits: Edit) -> Case:
    """A copy with edits."""
    case = copy.deepcopy(case)
    for edit in edits:
        edit(case)
    return case


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def line(value: Any) -> bytes:
    return (json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else str(value)).encode() + b"\n"


def sealed(case: Case, name: str, shared: str | None = None) -> dict[str, bytes]:
    """The contents of the files NAME.answer, NAME.question and NAME.data by name; digests fit.

    With `shared` the question and the data have that name. Where the case says itself what a companion is, it stays.
    """
    files = {f"{shared or name}.data": case.data}
    own = {"file": f"{shared or name}.data", "sha256": sha(case.data)}
    question = {**case.question, "data": {**own, **case.question["data"]}}
    files[f"{shared or name}.question"] = (json.dumps(question, indent=1) + "\n").encode()
    asked = {"file": f"{shared or name}.question", "sha256": sha(files[f"{shared or name}.question"])}
    answer = line({**case.head, "question": {**asked, **case.head["question"]}})
    for value in case.lines:
        answer += line(f"sha256 {sha(answer)}" if value is DIGEST else value)
    return {f"{name}.answer": answer, **files}


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files into the folder."""
    for name, content in files.items():
        (folder / name).write_bytes(content)


def integers(rows: list[list[Fraction]]) -> tuple[list[list[int]], Document]:
    """The rows over a common denominator, and how they are packed."""
    below = lcm(*[value.denominator for row in rows for value in row])
    table = [[int(value * below) for value in row] for row in rows]
    signed = min(map(min, table)) < 0
    size = 1
    while not all(-(1 << 8 * size - 1) <= v < 1 << 8 * size - signed for row in table for v in row):
        size += 1
    with naive.any_length():
        return table, {"bytes": size, "signed": signed, "denominator": str(below)}


def pack(row: list[int], layout: Document) -> bytes:
    return b"".join(value.to_bytes(layout["bytes"], "little", signed=layout["signed"]) for value in row)


def text(value: str, hexadecimal: bool) -> str:
    """A rational of version 1, in hexadecimal if asked for."""
    number = naive.number(value)
    if not hexadecimal or not number:
        return value
    below = f"/{number.denominator:#x}" if number.denominator != 1 else ""
    return f"{number.numerator:#x}{below}"


def map_lines(weight: Any, bias: list[str], rest: Document, hexadecimal: bool) -> Iterator[Any]:
    """The lines of a map."""
    write = lambda *values: " ".join(text(value, hexadecimal) for value in values)  # noqa: E731
    if isinstance(weight, list):
        yield {"rows": len(bias), "form": "dense", **rest}
        yield from (write(b, *row) for b, row in zip(bias, weight, strict=True))
    elif "column" in weight:
        yield {"rows": len(bias), "form": "rank-one", **rest}
        yield write(*weight["row"])
        yield from (write(b, v) for b, v in zip(bias, weight["column"], strict=True))
    else:
        yield {"rows": len(bias), "form": "sparse", **rest}
        for i, b in enumerate(bias):
            entries = [f"{j}:{write(v)}" for row, j, v in weight["entries"] if row == i]
            yield " ".join([write(b), *entries])
    yield DIGEST


def network_lines(network: Document, hexadecimal: bool = False) -> list[Any]:
    """The lines of a network."""
    lines: list[Any] = []
    for layer in network["layers"]:
        first = {"activation": layer["activation"]}
        if network["architecture"] == "fnn":
            lines += map_lines(layer["weight"], layer["bias"], first, hexadecimal)
        else:
            lines += map_lines(layer["U"], layer["b"], first, hexadecimal)
            lines += map_lines(layer["V"], layer["c"], {"skip": layer["skip"]}, hexadecimal)
    return lines


def converted(document: Document, hexadecimal: bool = False, classes: bool | None = None) -> Case:
    """The certificate of version 2 that says the same as one of version 1; one-hot labels as classes where asked for.

    Without `classes` they are classes for argmax.
    """
    claim, data, network = document["claim"], document["dataset"], document["network"]
    inputs, labels = ([naive.vector(row) for row in data[part]] for part in ("inputs", "labels"))
    table, layout = integers(inputs)
    if claim["decision"] == "argmax" if classes is None else classes:
        kind = {"kind": "one-hot", "classes": [f"class {k}" for k in range(len(labels[0]))]}
        own, label = integers([[Fraction(row.index(1))] for row in labels])
    else:
        kind, (own, label) = {"kind": "numbers"}, integers(labels)
    sizes = claim["sizes"]
    question = {
        "format": "exactmem-question",
        "version": 2,
        "kind": "memorization",
        "decision": claim["decision"],
        "sizes": {key: sizes[key] for key in ("N", "d_x", "d_y")},
        "labels": kind,
        "data": {"kind": "packed", "byte_order": "little", "label": label, "input": layout},
    }
    head = {
        "format": "exactmem-answer",
        "version": 2,
        "question": {},
        "source": claim["source"],
        "architecture": network["architecture"],
        "layers": len(network["layers"]),
        "sizes": {key: sizes[key] for key in ("widths", "hidden_nodes", "edges")},
        "provenance": document["provenance"],
    }
    records = b"".join(pack(y, label) + pack(x, layout) for x, y in zip(table, own, strict=True))
    return Case(question, records, head, network_lines(network, hexadecimal))


def tabled(document: Document, classes: bool | None = None) -> Case:
    """As `converted`, with the data in a CSV file: a column that is not looked at, the label, the input."""
    case = converted(document, classes=classes)
    names, data = case.question["labels"].get("classes"), document["dataset"]
    labels = [[names[y.index("1")]] for y in data["labels"]] if names else data["labels"]
    rows = [[f"row {i}", *y, *x] for i, (y, x) in enumerate(zip(labels, data["inputs"], strict=True))]
    header = [f"column {j}" for j in range(len(rows[0]))]
    case.data = "".join(",".join(row) + "\n" for row in [header, *rows]).encode()
    columns, cut = list(range(1, len(header))), len(labels[0])
    case.question["data"] = {"kind": "csv", "label": columns[:cut], "input": columns[cut:]}
    return case
