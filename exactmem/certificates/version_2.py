"""Reading certificates of version 2 (FORMAT.md, section 17): questions, their data, and answers.

This is not the checker: files are compared with the digests that name them, and no claim is verified.
"""

__all__ = ["NAME", "START", "Question", "Samples", "answer_in", "csv_rows", "is_answer", "read_answer", "read_question"]

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from flint import fmpq

from exactmem.activations import from_json as activation_from_json
from exactmem.datasets import Dataset, make_dataset
from exactmem.errors import CertificateError, quoted
from exactmem.files import read_json
from exactmem.networks import FNN, FNNLayer, Matrix, Network, ResNet, dense, rank_one, residual, sparse
from exactmem.rationals import Rational, common_denominator, parse, rational

START = b'{"format":"exactmem-answer"'
"""What an answer begins with."""

NAME = re.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
"""Of a file that another one names."""

NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+|/[1-9][0-9]*)?")
"""In a CSV file that is the data of a question."""


@dataclass(frozen=True)
class Samples:
    """N samples in integers, each with a row of `labels` and a row of `inputs`.

    A row of labels holds d_y integers to be divided by `label_denominator`; or, with `classes`, their names, one index.
    A row of inputs holds d_x integers to be divided by `input_denominator`. Rows are lists or numpy's arrays.
    """

    labels: Sequence[Sequence[int]]
    inputs: Sequence[Sequence[int]]
    label_denominator: int = 1
    input_denominator: int = 1
    classes: tuple[str, ...] = ()

    @property
    def N(self) -> int:
        """Number of samples."""
        return len(self.inputs)

    @property
    def d_x(self) -> int:
        """Input dimension."""
        return len(self.inputs[0])

    @property
    def d_y(self) -> int:
        """The numbers of a label, or of the unit vector that stands for a class."""
        return len(self.classes) or len(self.labels[0])

    def row(self, i: int) -> tuple[list[Rational], list[Rational]]:
        """The input and the label of a sample."""
        x = [fmpq(int(v), self.input_denominator) for v in self.inputs[i]]
        if self.classes:
            return x, [fmpq(int(self.labels[i][0] == k)) for k in range(self.d_y)]
        return x, [fmpq(int(v), self.label_denominator) for v in self.labels[i]]

    def dataset(self) -> Dataset:
        """The same samples as rationals, with equal ones merged; DuplicateInputError where labels contradict."""
        inputs, labels = zip(*map(self.row, range(self.N)), strict=True)
        names = [tuple(map(str, range(d))) for d in (self.d_x, self.d_x + len(self.labels[0]))]
        dataset = make_dataset(inputs, labels, classes=self.classes)
        return replace(dataset, input_names=names[0], label_names=names[1][self.d_x :])


@dataclass(frozen=True)
class Question:
    """A question's file with the digest of its content, and its JSON data."""

    path: Path
    sha256: str
    data: dict[str, Any]

    @property
    def sizes(self) -> dict[str, int]:
        """N, d_x and d_y, as the file says."""
        return dict(self.data["sizes"])

    @property
    def decision(self) -> str:
        """equal, argmax or sign."""
        return str(self.data["decision"])

    def samples(self) -> Samples:
        """The data; CertificateError for other bytes.

        Packed ones are mapped into memory where numpy has integers of their sizes.
        """
        data, labels = self.data["data"], self.data["labels"]
        path = _companion(self.path, data)
        count, d_x, d_y = (int(self.sizes[name]) for name in ("N", "d_x", "d_y"))
        classes = tuple(labels["classes"]) if labels["kind"] == "one-hot" else ()
        if data["kind"] == "csv":
            return _csv_samples(path, data, count, classes)
        shape = [("label", _kind(data["label"]), (1 if classes else d_y,)), ("input", _kind(data["input"]), (d_x,))]
        records = np.memmap(path, np.dtype(shape), "r")
        if len(records) != count:
            raise CertificateError(f"{path}: {len(records)} records, but the question says {count}")
        below = [int(data[name]["denominator"]) for name in ("label", "input")]
        rows = [_rows(records[name], data[name]) for name in ("label", "input")]
        return Samples(rows[0], rows[1], below[0], below[1], classes)


def _kind(integers: dict[str, Any]) -> str:
    """numpy's name for such integers, or for as many bytes."""
    size = int(integers["bytes"])
    return f"<{'i' if integers['signed'] else 'u'}{size}" if size in (1, 2, 4, 8) else f"V{size}"


def _rows(table: Any, integers: dict[str, Any]) -> Any:
    """The table of integers, in Python's where numpy has none of that size."""
    if table.dtype.kind != "V":
        return table
    signed = bool(integers["signed"])
    return [[int.from_bytes(bytes(cell), "little", signed=signed) for cell in row] for row in table]


def csv_rows(path: Path) -> list[list[str]]:
    """The fields of a CSV file's lines, its header first; CertificateError where it is not as FORMAT.md has it."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise CertificateError(f"{path}: byte {error.start} is not UTF-8") from error
    if '"' in text or not text.endswith("\n"):
        raise CertificateError(f"{path}: a question's data are lines without quotation marks, a line feed after each")
    rows = [[field.strip(" \t\r") for field in line.split(",")] for line in text[:-1].split("\n")]
    for i, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise CertificateError(f"{path}: line {i}: {len(row)} fields, but there are {len(rows[0])} columns")
    return rows


def _csv_samples(path: Path, data: dict[str, Any], count: int, classes: tuple[str, ...]) -> Samples:
    """The samples in a CSV file, over common denominators."""
    _, *rows = csv_rows(path)
    if len(rows) != count:
        raise CertificateError(f"{path}: {len(rows)} samples, but the question says {count}")
    inputs, below = _over_one(_numbers(path, rows, data["input"]))
    if classes:
        (column,) = data["label"]
        for i, row in enumerate(rows, 2):
            if row[column] not in classes:
                raise CertificateError(f"{path}: line {i}: {quoted(row[column])} is none of the classes")
        return Samples([[classes.index(row[column])] for row in rows], inputs, 1, below, classes)
    labels, own = _over_one(_numbers(path, rows, data["label"]))
    return Samples(labels, inputs, own, below)


def _numbers(path: Path, rows: list[list[str]], columns: list[int]) -> list[list[Rational]]:
    """The numbers in some columns."""
    for i, row in enumerate(rows, 2):
        for j in columns:
            if not NUMBER.fullmatch(row[j]):
                raise CertificateError(f"{path}: line {i}: {quoted(row[j])} is not a number such as 3, -0.50 or 7/12")
    return [[parse(row[j]) for j in columns] for row in rows]


def _over_one(rows: list[list[Rational]]) -> tuple[list[list[int]], int]:
    """The numerators over the least common denominator, and that."""
    below = common_denominator(value for row in rows for value in row)
    return [[int((value * below).numer()) for value in row] for row in rows], int(below)


def _companion(beside: Path, data: dict[str, Any]) -> Path:
    """The file that `data` names, in the folder of another; CertificateError if it is not the one meant."""
    name = str(data["file"])
    path = beside.parent / name
    if not NAME.fullmatch(name) or path.is_symlink() or not path.is_file():
        raise CertificateError(f"{beside}: {quoted(name)} is no file in the same folder")
    with path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != data["sha256"]:
            raise CertificateError(f"{path}: is not the file that {beside} names: its SHA-256 is another one")
    return path


def read_question(path: str | Path) -> Question:
    """The question in a file; CertificateError when it is none. Its data are not read."""
    content, path = read_json(path), Path(path)
    if not isinstance(content, dict) or content.get("format") != "exactmem-question" or content.get("version") != 2:
        raise CertificateError(f"{path}: not a question of version 2")
    return Question(path, hashlib.sha256(path.read_bytes()).hexdigest(), content)


def is_answer(path: str | Path) -> bool:
    """Whether the file begins as an answer does; False where it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return stream.read(len(START)) == START
    except OSError:
        return False


def read_answer(path: str | Path) -> tuple[dict[str, Any], Network, Question]:
    """An answer's first line, its network and its question; CertificateError naming the line that is none."""
    path = Path(path)
    with path.open("rb") as stream:
        return answer_in(stream, path)


def answer_in(stream: BinaryIO, path: Path) -> tuple[dict[str, Any], Network, Question]:
    """The same from the content of the file, whose question lies beside the path."""
    lines = _lines(stream)
    try:
        head = json.loads(next(lines))
        question = read_question(_companion(path, head["question"]))
        return head, _network(head, lines, int(question.sizes["d_x"])), question
    except (StopIteration, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise CertificateError(
            f"{path}: not a well-formed answer ({quoted(error)}); `exactmem check` names the place"
        ) from error


def _lines(stream: BinaryIO) -> Iterator[str]:
    return (line.decode("ascii").rstrip("\n") for line in stream)


def _network(head: dict[str, Any], lines: Iterator[str], inputs: int) -> Network:
    """The network in the lines."""
    layers: list[Any] = []
    for _ in range(int(head["layers"])):
        first, matrix, bias = _map(lines, inputs)
        activation = activation_from_json(first["activation"])
        if head["architecture"] == "fnn":
            layers.append(FNNLayer(matrix, tuple(bias), activation))
            inputs = len(bias)
        else:
            second, outer, shift = _map(lines, len(bias))
            layers.append(residual(matrix, bias, outer, shift, activation, bool(second["skip"])))
            inputs = len(shift)
    return FNN(tuple(layers)) if head["architecture"] == "fnn" else ResNet(tuple(layers))


def _map(lines: Iterator[str], inputs: int) -> tuple[dict[str, Any], Matrix, list[Rational]]:
    """A map's first line, its matrix and its bias."""
    head = json.loads(next(lines))
    count, form = int(head["rows"]), head["form"]
    row = [_number(text) for text in next(lines).split(" ")] if form == "rank-one" else []
    rows = [next(lines).split(" ") for _ in range(count)]
    bias = [_number(texts[0]) for texts in rows]
    next(lines)  # the digest
    if form == "sparse":
        cells = [(i, *text.partition(":")) for i, texts in enumerate(rows) for text in texts[1:]]
        return head, sparse((count, inputs), {(i, int(j)): _number(text) for i, j, _, text in cells}), bias
    weights = [[_number(text) for text in texts[1:]] for texts in rows]
    return head, rank_one([w for (w,) in weights], row) if form == "rank-one" else dense(weights), bias


def _number(text: str) -> Rational:
    """A rational, decimal or hexadecimal."""
    if "x" not in text:
        return rational(text)
    above, _, below = text.partition("/")
    return fmpq(int(above, 16), int(below or "1", 16))
