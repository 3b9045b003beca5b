"""A second opinion on version 2: its three files as a document of version 1, for `naive` to judge.

Shares no code with exactmem or its checker; any failure to understand counts as "no".
"""

import hashlib
import json
import re
from fractions import Fraction
from typing import Any

from tests.support import naive
from tests.support.naive import require


def holds(files: dict[str, bytes], name: str) -> bool:
    """Whether the answer NAME.answer among these files, by name, is well formed and its claim true."""
    try:
        return naive.holds(document(files, name))
    except (naive.NotUnderstood, LookupError, TypeError, ValueError, AttributeError, AssertionError):
        return False


def document(files: dict[str, bytes], name: str) -> Any:
    """The certificate of version 1 that says the same."""
    content = files[f"{name}.answer"]
    require(content.endswith(b"\n") and content.startswith(b'{"format":"exactmem-answer"'), "lines")
    lines = content[:-1].split(b"\n")
    for i, line in enumerate(lines):
        if line.startswith(b"sha256 "):
            before = b"".join(text + b"\n" for text in lines[:i])
            require(line == f"sha256 {hashlib.sha256(before).hexdigest()}".encode(), "digest")
    head = naive.keys(loaded(lines[0]), "format version question source architecture layers sizes provenance")
    require(naive.natural(head["version"]) == 2, "version")
    question = loaded(companion(files, naive.keys(head["question"], "file sha256")))
    naive.keys(question, "format version kind decision sizes labels data")
    require(question["format"] == "exactmem-question" and naive.natural(question["version"]) == 2, "question")
    require(question["kind"] == "memorization", "kind")
    inputs, labels = samples(files, question)
    rest = [line.decode("ascii") for line in lines[1:]]
    network = {"architecture": head["architecture"], "layers": []}
    width = len(inputs[0])
    for _ in range(naive.natural(head["layers"])):
        layer: Any = {}
        for weight, bias in [("weight", "bias")] if head["architecture"] == "fnn" else [("U", "b"), ("V", "c")]:
            first = loaded(rest.pop(0).encode())
            naive.keys(first, f"rows form {'skip' if weight == 'V' else 'activation'}")
            layer |= {key: first[key] for key in set(first) - {"rows", "form"}}
            layer[weight], layer[bias] = the_map(first, rest, width)
            width = len(layer[bias])
            require(rest.pop(0).startswith("sha256 "), "digest")
        network["layers"].append(layer)
    require(not rest, "end")
    sizes = {**naive.keys(question["sizes"], "N d_x d_y"), **naive.keys(head["sizes"], "widths hidden_nodes edges")}
    claim = {"kind": "memorization", "decision": question["decision"], "source": head["source"], "sizes": sizes}
    parts = {"claim": claim, "dataset": {"inputs": inputs, "labels": labels}, "network": network}
    digests = {part: naive.digest(value) for part, value in parts.items()}
    whole = {"format": "exactmem-certificate", "version": 1, **parts, "digests": digests}
    return {**whole, "provenance": head["provenance"]}


def loaded(text: bytes) -> Any:
    """JSON in which no object has a key twice."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        require(len(dict(items)) == len(items), "a key twice")
        return dict(items)

    value = json.loads(text, object_pairs_hook=pairs)
    naive.check_plain(value)
    return value


def companion(files: dict[str, bytes], named: Any) -> bytes:
    require(re.fullmatch("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", named["file"]) is not None, "name")
    content = files[named["file"]]
    require(hashlib.sha256(content).hexdigest() == named["sha256"], "digest")
    return content


def samples(files: dict[str, bytes], question: Any) -> tuple[Any, Any]:
    """The inputs and labels as text."""
    count, d_x, d_y = (naive.natural(question["sizes"][key]) for key in ("N", "d_x", "d_y"))
    one_hot = question["labels"]["kind"] == "one-hot"
    names: list[str] = []
    if one_hot:
        names = naive.keys(question["labels"], "kind classes")["classes"]
        require(len(set(names)) == len(names) == d_y and all(isinstance(name, str) for name in names), "classes")
        require(question["decision"] != "sign", "sign")
    else:
        require(naive.keys(question["labels"], "kind") == {"kind": "numbers"}, "labels")
        require(question["decision"] != "argmax", "argmax")
    if question["data"]["kind"] == "csv":
        return csv_samples(files, question["data"], count, d_x, d_y, names)
    data = naive.keys(question["data"], "file sha256 kind byte_order label input")
    require((data["kind"], data["byte_order"]) == ("packed", "little"), "kind")
    require(not one_hot or (data["label"]["signed"], data["label"]["denominator"]) == (False, "1"), "index")
    content, inputs, labels = companion(files, data), [], []
    for _ in range(count):
        own, content = row(content, data["label"], 1 if one_hot else d_y)
        values, content = row(content, data["input"], d_x)
        require(not one_hot or own[0] < d_y, "class")
        labels.append([str(int(k == own[0])) for k in range(d_y)] if one_hot else list(map(str, own)))
        inputs.append(list(map(str, values)))
    require(not content, "end of data")
    return inputs, labels


def csv_samples(
    files: dict[str, bytes], data: Any, count: int, d_x: int, d_y: int, names: list[str]
) -> tuple[Any, Any]:
    """The inputs and labels as text, from a CSV file."""
    naive.keys(data, "file sha256 kind label input")
    content = companion(files, data).decode()
    require(content.endswith("\n") and '"' not in content, "lines")
    table = [
        [re.sub(r"^[ \t\r]+|[ \t\r]+$", "", cell) for cell in line.split(",")] for line in content[:-1].split("\n")
    ]
    require(len(table) == count + 1 and len(set(map(len, table))) == 1, "rows")
    own, values = ([naive.natural(column) for column in data[part]] for part in ("label", "input"))
    require((len(own), len(values)) == (1 if names else d_y, d_x), "columns")
    require(len({*own, *values}) == len(own) + len(values), "twice")

    def number(cell: str) -> str:
        require(re.fullmatch(r"[+-]?\d+(\.\d+|/[1-9]\d*)?", cell, re.ASCII) is not None, "number")
        with naive.any_length():
            return str(Fraction(cell))

    unit = [[str(int(j == k)) for j in range(d_y)] for k in range(len(names))]
    labels = [unit[names.index(r[own[0]])] if names else [number(r[j]) for j in own] for r in table[1:]]
    return [[number(r[j]) for j in values] for r in table[1:]], labels


def row(content: bytes, layout: Any, count: int) -> tuple[list[Fraction], bytes]:
    """The next numbers, and what is left."""
    naive.keys(layout, "bytes signed denominator")
    size, below = naive.natural(layout["bytes"]), naive.number(layout["denominator"])
    require(size >= 1 and below >= 1 and below.denominator == 1 and isinstance(layout["signed"], bool), "layout")
    require(len(content) >= size * count, "too short")
    cells = [content[size * k : size * (k + 1)] for k in range(count)]
    values = [sum(byte << 8 * i for i, byte in enumerate(cell)) for cell in cells]
    if layout["signed"]:
        values = [value - (value >> 8 * size - 1 << 8 * size) for value in values]
    return [value / below for value in values], content[size * count :]


def the_map(first: Any, rest: list[str], width: int) -> tuple[Any, list[str]]:
    """The matrix and the bias."""
    form, height = first["form"], naive.natural(first["rows"])
    require(form in ("dense", "sparse", "rank-one") and height >= 1, "form")
    across = [text(item) for item in rest.pop(0).split(" ")] if form == "rank-one" else []
    rows = [rest.pop(0).split(" ") for _ in range(height)]
    bias = [text(items[0]) for items in rows]
    if form == "sparse":
        entries = [(i, *item.split(":")) for i, items in enumerate(rows) for item in items[1:]]
        require(all(re.fullmatch("0|[1-9][0-9]*", entry[1], re.ASCII) for entry in entries), "column")
        return {"shape": [height, width], "entries": [[i, int(j), text(v)] for i, j, v in entries]}, bias
    matrix = [[text(item) for item in items[1:]] for items in rows]
    require(form == "dense" or all(len(weights) == 1 for weights in matrix), "column")
    return {"column": [weights[0] for weights in matrix], "row": across} if form == "rank-one" else matrix, bias


def text(item: str) -> str:
    """A number in the notation of version 1."""
    if "x" not in item:
        naive.number(item)
        return item
    require(re.fullmatch("-?0x[1-9a-f][0-9a-f]*(/0x[1-9a-f][0-9a-f]*)?", item, re.ASCII) is not None, "hexadecimal")
    above, _, below = item.partition("/")
    value = Fraction(int(above, 16), int(below or "1", 16))
    require(value.numerator == int(above, 16) and below != "0x1", "lowest terms")
    with naive.any_length():
        return str(value)
