"""Reading datasets from CSV, JSON, .npy, .npz and image files; every number exactly, floats only on request."""

__all__ = ["read_dataset"]

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from exactmem.border import Floats, number
from exactmem.datasets import Dataset, make_dataset, one_hot
from exactmem.errors import (
    DatasetError,
    ExactmemError,
    NumberFormatError,
    UsageError,
    printable,
    quoted,
)
from exactmem.files import STANDARD
from exactmem.image_files import is_image_data, read_image_data
from exactmem.rationals import Rational
from exactmem.table_files import READERS, Cell, FileTable


def read_dataset(
    path: str | Path,
    *,
    labels: Sequence[str] | None = None,
    inputs: Sequence[str] | None = None,
    classify: bool = False,
    floats: Floats = "refuse",
    format: str | None = None,
) -> Dataset:
    """The dataset in a .csv, .json, .npy or .npz file, in standard input for `-`, or in image files.

    `format` (csv, json, npy or npz) goes before the file name's ending; standard input needs it. CSV needs a header;
    `labels` and `inputs` choose columns by name (default: the last column is the label, all
    others are inputs); a label COL=VALUE is 1 where column COL has that text, else 0; arrays name their columns
    "0", "1", ... `classify` makes one label column one-hot.
    Floats in JSON and arrays are refused unless floats="exact", which takes their exact binary values. Raises
    DatasetError, InexactNumberError, DuplicateInputError or UsageError naming file, row and column, and LimitError for
    a table beyond MAX_BYTES, MAX_CELLS or MAX_CELL, before it is expanded.
    """
    path = Path(path)
    if format is None and is_image_data(path):
        if labels is not None or inputs is not None:
            raise UsageError(f"{path}: image data have no named columns: leave --labels and --inputs out")
        return read_image_data(path, classify)
    table = _read_table(path, format)
    input_columns, label_columns = _chosen_columns(path, table, inputs, labels)
    columns = [quoted(name) for name in table.header]

    def exact(i: int, j: int) -> Rational:
        return _exact(table.cells[i][j], floats, f"{path}: {table.names[i]}, column {columns[j]}")

    x = [[exact(i, j) for j in input_columns] for i in range(len(table.cells))]
    classes: list[str] = []
    y: list[list[Any]]
    if classify:
        y, classes = _classes(path, table, label_columns)
    else:
        try:
            y = [[exact(i, j) for j in label_columns] for i in range(len(table.cells))]
        except NumberFormatError as error:
            raise NumberFormatError(f"{error}; for class names use --classify, or --labels COLUMN=VALUE") from error
    try:
        dataset = make_dataset(x, y, rows=table.names, classes=classes)
    except DatasetError as error:
        raise type(error)(f"{path}: {error}", witness=error.witness) from error
    names = [tuple(table.header[j] for j in chosen) for chosen in (input_columns, label_columns)]
    return replace(dataset, input_names=names[0], label_names=names[1])


def _read_table(path: Path, form: str | None) -> FileTable:
    """The table in a file of that form, or of the one that its name's ending says."""
    ending = path.suffix.lower() if form is None else f".{form}"
    reader = READERS.get(ending)
    if str(path) == STANDARD and form is None:
        raise UsageError("standard input: say what it holds with --format csv, json, npy or npz")
    if reader is None and form is None and not path.exists():
        raise UsageError(f"{path}: no such file, nor a shipped data set: these are iris and iris_numeric")
    if reader is None:
        raise UsageError(f"{path}: unknown data format {quoted(ending)}: use .csv, .json, .npy or .npz, or --format")
    try:
        return reader(path)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror or error}") from error


def _chosen_columns(
    path: Path, table: FileTable, inputs: Sequence[str] | None, labels: Sequence[str] | None
) -> tuple[list[int], list[int]]:
    """The indices of the input and of the label columns; those of COL=VALUE are appended to the table."""
    header = table.header
    default = table.labels or header[-1:]
    if inputs is None or labels is None:
        _refuse_nameless(path, header, default if labels is None else [], inputs is None)
    wanted = _indicators(path, header, table.cells, labels if labels is not None else default)
    label_columns = _columns(path, header, wanted)
    sources = {name.partition("=")[0] for name in wanted}
    rest = [j for j, name in enumerate(header) if j not in label_columns and name not in sources]
    input_columns = _columns(path, header, inputs) if inputs is not None else rest
    overlap = [header[j] for j in input_columns if j in label_columns]
    if overlap:
        raise UsageError(f"{path}: column {quoted(overlap[0])} is both an input and a label")
    if not input_columns:
        label = quoted(header[label_columns[0]])
        raise DatasetError(f"{path}: no input column is left beside the label {label}; columns are separated by commas")
    return input_columns, label_columns


def _refuse_nameless(path: Path, header: list[str], labels: Sequence[str], as_inputs: bool) -> None:
    """DatasetError for a column without a name that nobody asked for.

    An index makes equal inputs different, so that contradicting rows would go unnoticed.
    """
    for j, name in enumerate(header):
        if re.fullmatch(r"|Unnamed: \d+", name) and (as_inputs or name in labels):
            raise DatasetError(
                f"{path}: column {j + 1} has no name, like an index that pandas writes: name it, leave it out, or "
                "choose the columns with --inputs and --labels"
            )


def _classes(path: Path, table: FileTable, columns: list[int]) -> tuple[list[list[Any]], list[str]]:
    """One-hot labels of the one column of class names, and the classes."""
    if len(columns) != 1:
        raise UsageError(f"--classify needs one label column, not {len(columns)}")
    names = [str(row[columns[0]]).strip() for row in table.cells]
    if "" in names:
        row = table.names[names.index("")]
        raise DatasetError(f"{path}: {row}, column {quoted(table.header[columns[0]])}: the class name is missing")
    codes, classes = one_hot(names)
    return [list(code) for code in codes], classes


def _indicators(path: Path, header: list[str], table: list[list[Cell]], wanted: Sequence[str]) -> Sequence[str]:
    """Append a 0/1 column to the table for every wanted label COL=VALUE that is no column itself."""
    for name in wanted:
        column, equals, value = name.partition("=")
        if name in header or not equals:
            continue
        j = _columns(path, header, [column])[0]
        cells = [str(row[j]).strip() for row in table]
        if value not in cells:
            raise UsageError(f"{path}: column {quoted(column)} never has the value {quoted(value)}")
        header.append(name)
        for row, cell in zip(table, cells, strict=True):
            row.append(str(int(cell == value)))
    return wanted


def _columns(path: Path, header: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """The indices of the named columns; UsageError for an unknown or repeated one."""
    for name in wanted:
        if name not in header:
            shown = ", ".join(printable(name, 24) for name in header[:12]) + (", ..." if len(header) > 12 else "")
            raise UsageError(f"{path}: no column {quoted(name)}; the columns are {shown}")
    if len(set(wanted)) != len(wanted):
        raise UsageError(f"{path}: a column is named twice in {quoted(','.join(wanted))}")
    return [header.index(name) for name in wanted]


def _exact(cell: Cell, floats: Floats, place: str) -> Rational:
    """One cell as a rational; errors carry the place."""
    try:
        return number(cell, floats)
    except ExactmemError as error:
        raise type(error)(f"{place}: {error}") from error
