"""CSV, JSON, .npy and .npz files as tables of cells, within stated limits; a cell is not yet a number."""

__all__ = ["MAX_BYTES", "MAX_CELL", "MAX_CELLS", "MAX_DEPTH", "READERS", "Cell", "FileTable", "Header"]

import csv
import io
import json
import math
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from exactmem.errors import (
    DatasetError,
    ExactmemError,
    LimitError,
    printable,
    quoted,
)
from exactmem.files import content, json_fault
from exactmem.rationals import parse

Cell = Any
"""A table cell: text, an integer, or a float still to be accepted or refused."""


MAX_BYTES, MAX_CELLS, MAX_CELL = 1 << 30, 20_000_000, 1_000_000
"""Most bytes of a file or of its arrays, most cells of a table, most characters of a cell; beyond is a LimitError."""
MAX_DEPTH = 16
"""Deepest nesting of brackets in a JSON file."""


class FileTable(NamedTuple):
    """What a file holds: column names, row names, cells, and which columns are the labels if the file says so."""

    header: list[str]
    names: list[str]
    cells: list[list[Cell]]
    labels: list[str] | None


@contextmanager
def _longest_cell(characters: int) -> Iterator[None]:
    """The limit on the cells of CSV files, which all of the process shares, is this one meanwhile."""
    before = csv.field_size_limit(characters)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _read_csv(path: Path) -> FileTable:
    """Header, row names, cells and no label default of a CSV file with a header line."""
    try:
        text = content(path, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}: not UTF-8 text (byte {error.start}); save the file as UTF-8 CSV") from error
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    names: list[str] = []
    table: list[list[Cell]] = []
    try:
        with _longest_cell(MAX_CELL):
            for cells in lines:
                if not any(cell.strip() for cell in cells):
                    continue
                if not header:
                    header = [cell.strip() for cell in cells]
                    continue
                if len(cells) != len(header):
                    raise DatasetError(
                        f"{path}: line {lines.line_num} has {len(cells)} cells, the header has {len(header)}"
                    )
                names.append(f"line {lines.line_num}")
                table.append(list(cells))
                _limit(path, len(table) * len(header), MAX_CELLS, "cells")
    except csv.Error as error:
        if "field limit" in str(error):
            _limit(path, MAX_CELL + 1, MAX_CELL, f"characters in a cell of line {lines.line_num}")
        raise DatasetError(f"{path}: line {lines.line_num}: {error}") from error
    if not header:
        raise DatasetError(f"{path}: the file is empty: a header line and at least one row are needed")
    if len(set(header)) != len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise DatasetError(f"{path}: two columns are called {quoted(twice)}")
    if not table:
        raise DatasetError(f"{path}: there is a header but no row")
    if all(_looks_numeric(cell) for cell in header):
        raise DatasetError(f"{path}: line 1 holds numbers only: the first line must name the columns")
    return FileTable(header, names, table, None)


def _limit(path: Path, count: int, most: int, what: str) -> None:
    """LimitError for more than `most` of something."""
    if count > most:
        raise LimitError(f"{path}: more than {most} {what}: use fewer rows or columns")


def _check_nesting(path: Path, text: str) -> None:
    """LimitError for brackets, outside of strings, nested deeper than MAX_DEPTH."""
    depth = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', text, re.DOTALL):
        if match[0] in "[{":
            depth += 1
            _limit(path, depth, MAX_DEPTH, "levels of brackets")
        elif match[0] in "]}":
            depth -= 1


def _looks_numeric(cell: str) -> bool:
    try:
        parse(cell)
    except ExactmemError:
        return False
    return True


class _JsonFloat(float):
    """A float literal of a JSON file, kept apart so that it is refused or taken on request."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object as a dict; ValueError for a name given twice, of which one value would be lost."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{quoted(twice)} is given twice in one object")
    return found


def _read_json(path: Path) -> FileTable:
    """The table of a JSON file {"inputs": [[...]], "labels": [...]}; columns x0, x1, ..., y0, y1, ..."""
    try:
        text = content(path, MAX_BYTES).decode("utf-8-sig")
        _check_nesting(path, text)
        data = json.loads(text, parse_float=_JsonFloat, parse_int=str, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path}: not valid JSON: {json_fault(error)}") from error
    if not isinstance(data, dict) or set(data) != {"inputs", "labels"}:
        raise DatasetError(f'{path}: expected an object {{"inputs": [[...], ...], "labels": [...]}}')
    return _two_tables(path, data["inputs"], data["labels"])


def _two_tables(path: Path, inputs: Any, labels: Any) -> FileTable:
    """Join a table of inputs and a list or table of labels into one table with named columns."""
    if not isinstance(inputs, list) or not isinstance(labels, list):
        raise DatasetError(f"{path}: inputs and labels must be lists")
    if len(inputs) != len(labels):
        raise DatasetError(f"{path}: {len(inputs)} inputs but {len(labels)} labels")
    if not inputs:
        raise DatasetError(f"{path}: there are no samples")
    labels = [y if isinstance(y, list) else [y] for y in labels]
    for what, rows in (("input", inputs), ("label", labels)):
        for i, row in enumerate(rows):
            if not isinstance(row, list) or not row:
                raise DatasetError(f"{path}: {what} {i} is not a list of at least one number")
            if len(row) != len(rows[0]):
                raise DatasetError(f"{path}: {what} {i} is not a list of {len(rows[0])} numbers")
            for j, cell in enumerate(row):
                if isinstance(cell, list | dict | bool) or cell is None:
                    raise DatasetError(f"{path}: {what} {i}, entry {j} is {quoted(cell)}, not a number")
    label_names = [f"y{k}" for k in range(len(labels[0]))]
    header = [f"x{k}" for k in range(len(inputs[0]))] + label_names
    names = [f"sample {i}" for i in range(len(inputs))]
    return FileTable(header, names, [[*x, *y] for x, y in zip(inputs, labels, strict=True)], label_names)


def _read_array(path: Path) -> FileTable:
    """The table of an .npy matrix (columns "0", "1", ...) or of an .npz file with `inputs` and `labels`."""
    stream = io.BytesIO(content(path, MAX_BYTES))
    try:
        _check_headers(path, _headers(stream))
        stream.seek(0)
        loaded = np.load(stream, allow_pickle=False)
        arrays = {"": loaded} if isinstance(loaded, np.ndarray) else {key: loaded[key] for key in loaded.files}
    except (ValueError, EOFError, KeyError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise DatasetError(
            f"{path}: not a numpy file of plain numbers: write it with numpy.save or numpy.savez from arrays of "
            "integers, booleans, text or floats"
        ) from error
    if "" not in arrays:
        return _two_tables(path, _cells(path, arrays["inputs"], {2}), _cells(path, arrays["labels"], {1, 2}))
    table = _cells(path, arrays[""], {2})
    if not table or len(table[0]) < 2:
        raise DatasetError(f"{path}: at least one row and two columns (inputs, then the label) are needed")
    return FileTable([str(j) for j in range(len(table[0]))], [f"row {i}" for i in range(len(table))], table, None)


Header = tuple[tuple[int, ...], np.dtype[Any]]  # shape and type of an array


def _headers(file: io.BytesIO) -> dict[str, Header]:
    """The header of each array of an .npz file by name, or that of an .npy file under ""; no array is read."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return {"": _header(file)}
    headers = {}
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            with archive.open(name) as stream:
                headers[name.removesuffix(".npy")] = _header(stream)
    return headers


def _header(stream: Any) -> Header:
    """The header at the beginning of an array file; ValueError for none, or for one that only records need."""
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("its header is not of version 1.0, which plain numbers have")
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    return shape, dtype


def _check_headers(path: Path, headers: dict[str, Header]) -> None:
    """DatasetError for arrays that make no dataset, LimitError for arrays that are too large."""
    if "" not in headers and set(headers) != {"inputs", "labels"}:
        raise DatasetError(
            f"{path}: expected the arrays inputs and labels, found {printable(', '.join(sorted(headers)))}"
        )
    for key, (shape, dtype) in headers.items():
        named = f"the array {quoted(key)}" if key else "the array"
        if dtype.kind not in "biufU":
            raise DatasetError(f"{path}: {named} has type {dtype}; integers, booleans, text or floats are needed")
        _limit(path, math.prod(shape), MAX_CELLS, f"cells in {named}")
        _limit(path, math.prod(shape) * dtype.itemsize, MAX_BYTES, f"bytes in {named}")
    if "inputs" in headers:
        (inputs, _), (labels, _) = headers["inputs"], headers["labels"]
        if inputs and labels and inputs[0] != labels[0]:
            raise DatasetError(f"{path}: {inputs[0]} inputs but {labels[0]} labels")


def _cells(path: Path, array: Any, dimensions: set[int]) -> list[Any]:
    """The array's entries as nested lists of numpy scalars (so that long doubles keep their value)."""
    if array.ndim not in dimensions:
        raise DatasetError(f"{path}: an array has {array.ndim} dimensions, expected {min(dimensions)}")
    if array.ndim == 1:
        return list(array)
    return [list(row) for row in array]


READERS: dict[str, Callable[[Path], FileTable]] = {
    ".csv": _read_csv,
    ".json": _read_json,
    ".npy": _read_array,
    ".npz": _read_array,
}
"""By the file name's ending: what reads such a file."""
