"""Certificates of version 2: a question with its data, and answers to it (FORMAT.md, section 17)."""

__all__ = [
    "CODES",
    "HEXADECIMAL_FROM",
    "LONGEST",
    "RECORDS",
    "packed",
    "write_answer",
    "write_csv_question",
    "write_question",
]

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from exactmem.certificates.version_2 import NAME, Question, Samples, csv_rows
from exactmem.certificates.writing.document import Json, canonical, provenance, to_bytes
from exactmem.datasets import Dataset, class_indices
from exactmem.errors import CertificateError, LimitError, OutputError, quoted
from exactmem.files import Write, write_pieces
from exactmem.matrices import Matrix, RankOneMatrix, SparseMatrix
from exactmem.networks import FNN, Network
from exactmem.packed import IntegerRows, OneHotRows
from exactmem.rationals import Rational, common_denominator, to_text

CODES = {1: "b", 2: "h", 4: "i", 8: "q"}
"""Of integers that `struct` writes, by the number of their bytes."""

LONGEST = 65536
"""Most bytes of an integer."""

RECORDS = 1024
"""Records that are written at a time."""

HEXADECIMAL_FROM = 1 << 128
"""Where numbers are written in hexadecimal, which is read faster."""


def packed(dataset: Dataset) -> Samples:
    """The samples of a dataset over common denominators; one-hot labels of two coordinates or more as classes."""
    if isinstance(dataset.inputs, IntegerRows):
        return _packed_already(dataset, dataset.inputs)
    below = common_denominator(v for x in dataset.inputs for v in x)
    inputs = [[int((v * below).numer()) for v in x] for x in dataset.inputs]
    if dataset.d_y > 1 and dataset.is_one_hot:
        names = dataset.classes or tuple(map(str, range(dataset.d_y)))
        return Samples([[k] for k in class_indices(dataset)], inputs, 1, int(below), tuple(names))
    own = common_denominator(v for y in dataset.labels for v in y)
    return Samples([[int((v * own).numer()) for v in y] for y in dataset.labels], inputs, int(own), int(below))


def _packed_already(dataset: Dataset, inputs: IntegerRows) -> Samples:
    """The samples of packed inputs, whose integers are not copied."""
    if isinstance(dataset.labels, OneHotRows) and dataset.d_y > 1:
        names = dataset.classes or tuple(map(str, range(dataset.d_y)))
        labels: Any = dataset.labels.indices.reshape(-1, 1)
        return Samples(labels, inputs.integers, 1, inputs.denominator, tuple(names))  # type: ignore[arg-type]
    if isinstance(dataset.labels, IntegerRows):
        labels = dataset.labels.integers
        return Samples(labels, inputs.integers, dataset.labels.denominator, inputs.denominator)  # type: ignore[arg-type]
    own = common_denominator(v for y in dataset.labels for v in y)
    rows = [[int((v * own).numer()) for v in y] for y in dataset.labels]
    return Samples(rows, inputs.integers, int(own), inputs.denominator)  # type: ignore[arg-type]


def write_question(
    path: str | Path, samples: Samples, decision: str, option: str = "-o", write: Write = write_pieces
) -> Question:
    """Write the question to `path` and its data beside it, to the same name with the ending `.data`.

    Memory does not grow with the number of samples, whose rows are read twice. `write` may be that of a `together`.
    OutputError for names that no companion may have (FORMAT.md) or that cannot be written, LimitError for integers of
    more than LONGEST bytes.
    """
    path = Path(path)
    target = path.with_suffix(".data")
    for name in (path.name, target.name):
        if not NAME.fullmatch(name):
            raise OutputError(f"{quoted(name)}: use ASCII letters, digits, '.', '_' and '-' in the name with {option}")
    label, values = (_layout(rows) for rows in (samples.labels, samples.inputs))
    digest = hashlib.sha256()
    write(target, _digested(_records(samples, label, values), digest), option)
    data = {
        "file": target.name,
        "sha256": digest.hexdigest(),
        "kind": "packed",
        "byte_order": "little",
        "label": {**label, "denominator": str(samples.label_denominator)},
        "input": {**values, "denominator": str(samples.input_denominator)},
    }
    sizes = {"N": samples.N, "d_x": samples.d_x, "d_y": samples.d_y}
    question = _question(path, decision, sizes, samples.classes, data)
    write(path, [to_bytes(question.data)], option)
    return question


def write_csv_question(
    path: str | Path, csv: Path, dataset: Dataset, decision: str, option: str = "-o", write: Write = write_pieces
) -> Question:
    """Write a question whose data are the CSV file in the same folder that the dataset was read from.

    OutputError or CertificateError where the file cannot serve (FORMAT.md), or does not say what the dataset does.
    """
    path = Path(path)
    if csv.resolve() != (path.parent / csv.name).resolve() or csv.is_symlink() or not NAME.fullmatch(csv.name):
        raise OutputError(
            f"{csv}: to be the data of a question it lies in the question's folder, under a name of ASCII letters, "
            f"digits, '.', '_' and '-': copy it there, or choose another place with {option}"
        )
    header, *rows = csv_rows(csv)
    header[0] = header[0].removeprefix("\ufeff")
    names = (*dataset.label_names, *dataset.input_names)
    if unknown := [name for name in names if name not in header]:
        raise CertificateError(f"{csv}: {quoted(unknown[0])} is no column of its own: leave out --keep-csv")
    columns = [header.index(name) for name in names]
    cut = len(dataset.label_names)
    if decision == "argmax" and not dataset.classes:
        raise CertificateError(f"{csv}: argmax needs one column of class names there: leave out --keep-csv")
    digest = hashlib.sha256(csv.read_bytes()).hexdigest()
    chosen = {"label": columns[:cut], "input": columns[cut:]}
    data: Json = {"file": csv.name, "sha256": digest, "kind": "csv", **chosen}
    sizes = {"N": len(rows), "d_x": dataset.d_x, "d_y": dataset.d_y}
    question = _question(path, decision, sizes, dataset.classes, data)
    own = question.samples().dataset()
    if (own.inputs, own.labels) != (dataset.inputs, dataset.labels):
        raise CertificateError(f"{csv}: its lines are read in another way there: leave out --keep-csv")
    write(path, [to_bytes(question.data)], option)
    return question


def _question(path: Path, decision: str, sizes: Json, classes: Sequence[str], data: Json) -> Question:
    """The question about data."""
    content: Json = {
        "format": "exactmem-question",
        "version": 2,
        "kind": "memorization",
        "decision": decision,
        "sizes": sizes,
        "labels": {"kind": "one-hot", "classes": list(classes)} if classes else {"kind": "numbers"},
        "data": data,
    }
    return Question(path, hashlib.sha256(to_bytes(content)).hexdigest(), content)


def _plain(rows: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The rows in Python's integers."""
    tolist: Any = lambda row: row.tolist() if hasattr(row, "tolist") else list(row)  # noqa: E731
    return map(tolist, rows)


def _layout(rows: Sequence[Sequence[int]]) -> Json:
    """The fewest bytes that hold all integers of the rows, one of the sizes of CODES if any does."""
    ends = [end for row in _plain(rows) for end in (min(row), max(row))]
    least, most = min(ends), max(ends)
    bits = max(most.bit_length(), (-least - 1).bit_length() if least < 0 else 0) + (least < 0)
    size = max(1, -(-bits // 8))
    size = next((fit for fit in CODES if fit >= size), size)
    if size > LONGEST:
        raise LimitError(f"an integer over the common denominator has {size} bytes, more than {LONGEST}: use version 1")
    return {"bytes": size, "signed": least < 0}


def _records(samples: Samples, label: Json, values: Json) -> Iterator[bytes]:
    """The records, some at a time."""
    block: list[bytes] = []
    for own, row in zip(_plain(samples.labels), _plain(samples.inputs), strict=True):
        block += [_pack(own, label), _pack(row, values)]
        if len(block) >= 2 * RECORDS:
            yield b"".join(block)
            block.clear()
    yield b"".join(block)


def _pack(row: list[int], layout: Json) -> bytes:
    """The integers one after the other, least significant byte first."""
    size, signed = layout["bytes"], layout["signed"]
    if size in CODES:
        return struct.pack(f"<{len(row)}{CODES[size] if signed else CODES[size].upper()}", *row)
    return b"".join(value.to_bytes(size, "little", signed=signed) for value in row)


def _digested(pieces: Iterable[bytes], digest: Any) -> Iterator[bytes]:
    """The pieces, which go into the digest as they pass."""
    for piece in pieces:
        digest.update(piece)
        yield piece


def write_answer(
    path: str | Path,
    question: Question,
    network: Network,
    source: str,
    construction: str,
    parameters: Json,
    option: str = "-o",
    write: Write = write_pieces,
) -> int:
    """Write an answer to a question that lies in the same folder; returns its size in bytes.

    `write` may be that of a `together`. OutputError if it cannot be written there.
    """
    if Path(path).resolve().parent != question.path.resolve().parent:
        raise OutputError(
            f"{path}: an answer lies in the folder of its question, {question.path}: name it with {option}"
        )
    layers: Any = network.layers
    head = {
        "format": "exactmem-answer",
        "version": 2,
        "question": {"file": question.path.name, "sha256": question.sha256},
        "source": source,
        "architecture": "fnn" if isinstance(network, FNN) else "resnet",
        "layers": len(layers),
        "sizes": {"widths": list(network.widths), "hidden_nodes": network.hidden_nodes, "edges": network.edges},
        "provenance": provenance(construction, parameters),
    }
    return write(path, _with_digests(head, network), option)


def _with_digests(head: Json, network: Network) -> Iterator[bytes]:
    """The lines of an answer; after each map the digest of all before."""
    digest = hashlib.sha256()
    start = _line(head)
    digest.update(start)
    yield start
    for first, matrix, bias in _maps(network):
        yield from _digested(_map_lines(first, matrix, bias), digest)
        last = f"sha256 {digest.hexdigest()}\n".encode()
        digest.update(last)
        yield last


def _line(data: Json) -> bytes:
    """One line of JSON, in the order of the keys."""
    return b"{" + b",".join(canonical(key) + b":" + canonical(value) for key, value in data.items()) + b"}\n"


def _maps(network: Network) -> Iterator[tuple[Json, Matrix, Sequence[Rational]]]:
    """What a map's first line says besides its rows and form, its matrix and its bias."""
    layers: Any = network.layers
    for layer in layers:
        activation = {"activation": layer.activation.to_json()}
        if isinstance(network, FNN):
            yield activation, layer.weight, layer.bias
        else:
            yield activation, layer.U, layer.b
            yield {"skip": layer.skip}, layer.V, layer.c


def _map_lines(first: Json, matrix: Matrix, bias: Sequence[Rational]) -> Iterator[bytes]:
    """The lines of a map before its digest."""
    rows: Iterable[Iterable[str]]
    if isinstance(matrix, RankOneMatrix):
        form, rows = "rank-one", ([_text(value)] for value in matrix.column)
    elif isinstance(matrix, SparseMatrix):
        form, rows = "sparse", ([f"{j}:{_text(value)}" for j, value in row] for row in matrix.nonzero())
    else:
        form, rows = "dense", ([_text(value) for value in row] for row in matrix.rows)
    yield _line({"rows": matrix.shape[0], "form": form, **first})
    if isinstance(matrix, RankOneMatrix):
        yield " ".join(map(_text, matrix.row)).encode() + b"\n"
    for value, row in zip(bias, rows, strict=True):
        yield " ".join([_text(value), *row]).encode() + b"\n"


def _text(value: Rational) -> str:
    """A rational in decimal, a long one in hexadecimal."""
    above, below = value.numer(), value.denom()
    if max(abs(above), below) < HEXADECIMAL_FROM:
        return to_text(value)
    sign = "-" if above < 0 else ""
    return f"{sign}0x{int(abs(above)):x}" + (f"/0x{int(below):x}" if below != 1 else "")
