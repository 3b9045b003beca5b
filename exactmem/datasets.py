"""Exact datasets: distinct inputs, labels, and the assumptions the theorems make about them."""

__all__ = ["Dataset", "LabelScaling", "class_indices", "make_dataset", "one_hot", "packed_dataset", "scale_labels"]

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice
from typing import Any

from flint import fmpq

from exactmem.border import Exact, Floats, column_or_table, outward_row, table
from exactmem.errors import DatasetError, DuplicateInputError
from exactmem.packed import IntegerRows, OneHotRows
from exactmem.presentation import SHOWN_ROWS, Shown, Table
from exactmem.rationals import Rational, listed, to_text, vector


@dataclass(frozen=True, repr=False)
class Dataset(Shown):
    """N distinct inputs in Q^d_x with labels in Q^d_y.

    `rows[i]` names where sample i came from; `merged` lists (kept, dropped) row names of equal samples;
    `classes` holds the class names when the labels are their one-hot codes; `input_names` and `label_names` name the
    columns of the file or table that the samples come from. Build it with `make_dataset`, large ones of integers with
    `packed_dataset`.
    """

    inputs: Sequence[tuple[Rational, ...]]
    labels: Sequence[tuple[Rational, ...]]
    rows: tuple[str, ...]
    classes: tuple[str, ...] = ()
    merged: tuple[tuple[str, str], ...] = field(default=())
    input_names: tuple[str, ...] = field(default=(), compare=False)
    label_names: tuple[str, ...] = field(default=(), compare=False)

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
        """Label dimension."""
        return len(self.labels[0])

    @property
    def is_one_hot(self) -> bool:
        """Whether every label has one coordinate 1 and all others 0."""
        if isinstance(self.labels, OneHotRows):
            return True
        one, zero = fmpq(1), fmpq(0)
        return all(y.count(one) == 1 and y.count(zero) == self.d_y - 1 for y in self.labels)

    @property
    def X(self) -> list[list[Exact]]:
        """The inputs as numbers that compute with Fraction and int, N x d_x."""
        return [outward_row(x) for x in self.inputs]

    @property
    def y(self) -> list[list[Exact]]:
        """The labels as numbers that compute with Fraction and int, N x d_y."""
        return [outward_row(y) for y in self.labels]

    def table(self) -> Table:
        """The first samples."""
        title = f"Dataset: N = {self.N}, d_x = {self.d_x}, d_y = {self.d_y}"
        title += f", {len(self.classes)} classes" if self.classes else ""
        title += f", {len(self.merged)} merged" if self.merged else ""
        samples = zip(self.rows, self.inputs, self.labels, strict=True)
        rows = [(name, f"({listed(x, 8)})", f"({listed(y, 8)})") for name, x, y in islice(samples, SHOWN_ROWS)]
        return Table(title, rows, ("", "x", "y"), self.N)

    def to_json(self) -> dict[str, Any]:
        """The dataset in the certificate format."""
        return {
            "inputs": [[to_text(v) for v in x] for x in self.inputs],
            "labels": [[to_text(v) for v in y] for y in self.labels],
        }


def make_dataset(
    inputs: Any,
    labels: Any,
    rows: Sequence[str] | None = None,
    classes: Sequence[str] = (),
    floats: Floats = "refuse",
) -> Dataset:
    """A Dataset of exact numbers, with equal samples merged in order of first appearance.

    Shapes: inputs N x d_x, labels N x d_y or N numbers; lists, arrays, data frames. Raises DatasetError for no samples,
    no columns, ragged rows or differing counts, ShapeError where rows are text or numbers, DuplicateInputError
    (witness: the two row names) for equal inputs with different labels, InexactNumberError for floats unless
    floats="exact", which takes the values that they store.
    """
    x_rows = [tuple(x) for x in table(inputs, "inputs", floats)]
    y_rows = [tuple(y) for y in column_or_table(labels, "labels", floats)]
    names = list(rows) if rows is not None else [f"sample {i}" for i in range(len(x_rows))]
    if not x_rows:
        raise DatasetError("the dataset has no samples: give at least one row")
    if not len(x_rows) == len(y_rows) == len(names):
        raise DatasetError(f"{len(x_rows)} inputs but {len(y_rows)} labels: give one label per input")
    _check_lengths("inputs", x_rows, names)
    _check_lengths("labels", y_rows, names)
    first: dict[tuple[Rational, ...], int] = {}
    merged = []
    for i, x in enumerate(x_rows):
        j = first.setdefault(x, i)
        if j == i:
            continue
        if y_rows[j] != y_rows[i]:
            raise _contradiction(names[j], names[i], y_rows[j], y_rows[i])
        merged.append((names[j], names[i]))
    keep = sorted(first.values())
    return Dataset(
        tuple(x_rows[i] for i in keep),
        tuple(y_rows[i] for i in keep),
        tuple(names[i] for i in keep),
        tuple(classes),
        tuple(merged),
    )


def packed_dataset(
    inputs: IntegerRows,
    labels: IntegerRows | OneHotRows,
    rows: Sequence[str] | None = None,
    classes: Sequence[str] = (),
) -> Dataset:
    """A Dataset that keeps its numbers as machine integers, with equal samples merged as by `make_dataset`.

    Raises DatasetError for differing counts, DuplicateInputError (witness: the two row names) for equal inputs with
    different labels.
    """
    names = tuple(rows) if rows is not None else tuple(f"sample {i}" for i in range(len(inputs)))
    if not len(inputs) == len(labels) == len(names):
        raise DatasetError(f"{len(inputs)} inputs but {len(labels)} labels: give one label per input")
    first: dict[bytes, int] = {}
    keep, merged = [], []
    for i, x in enumerate(inputs.integers):
        j = first.setdefault(blake2b(x.tobytes(), digest_size=20).digest(), i)
        if j == i or (inputs.integers[j] != x).any():
            keep.append(i)
        elif labels[j] != labels[i]:
            raise _contradiction(names[j], names[i], labels[j], labels[i])
        else:
            merged.append((names[j], names[i]))
    if merged:
        inputs, labels, names = inputs.chosen(keep), labels.chosen(keep), tuple(names[i] for i in keep)
    return Dataset(inputs, labels, names, tuple(classes), tuple(merged))


def _contradiction(first: str, second: str, label: Sequence[Rational], other: Sequence[Rational]) -> DatasetError:
    """The error for two rows with equal inputs and different labels."""
    return DuplicateInputError(
        f"{first} and {second} have equal inputs but different labels "
        f"({listed(label)} and {listed(other)}): no function fits both; "
        "drop one of them or add the column that tells them apart",
        witness=(first, second),
    )


def _check_lengths(what: str, rows: Sequence[Sequence[Rational]], names: Sequence[str]) -> None:
    width = len(rows[0])
    if width == 0:
        raise DatasetError(f"{names[0]} has no {what}: at least one column is needed")
    for row, name in zip(rows, names, strict=True):
        if len(row) != width:
            raise DatasetError(f"{name} has {len(row)} {what}, {names[0]} has {width}: all rows need the same number")


def one_hot(values: Sequence[str]) -> tuple[list[list[int]], list[str]]:
    """One-hot label rows and the class names in sorted order (numerically if all are numbers)."""
    names = sorted(set(values))
    if all(_is_number(v) for v in names):
        names.sort(key=lambda v: (vector([v])[0], v))
    index = {name: k for k, name in enumerate(names)}
    return [[int(index[v] == k) for k in range(len(names))] for v in values], names


def _is_number(text: str) -> bool:
    try:
        vector([text])
    except Exception as error:
        if type(error).__module__ != "exactmem.errors":
            raise
        return False
    return True


@dataclass(frozen=True)
class LabelScaling:
    """The affine maps y = center + radius * v, one per label coordinate, that bring labels v into [-1, 1]."""

    centers: tuple[Rational, ...]
    radii: tuple[Rational, ...]

    @property
    def is_identity(self) -> bool:
        """Whether no coordinate is moved."""
        return all(c == 0 for c in self.centers) and all(r == 1 for r in self.radii)


def scale_labels(dataset: Dataset) -> tuple[Dataset, LabelScaling]:
    """The dataset with labels in [-1, 1]^d_y and the exact maps back (Assumption 3.1).

    A coordinate already inside [-1, 1] is left alone; any other is mapped onto [-1, 1] from its range.
    """
    centers, radii = [], []
    for column in zip(*dataset.labels, strict=True):
        low, high = min(column), max(column)
        inside = -1 <= low and high <= 1
        centers.append(fmpq(0) if inside else (low + high) / 2)
        radii.append(fmpq(1) if inside or low == high else (high - low) / 2)
    scaling = LabelScaling(tuple(centers), tuple(radii))
    if scaling.is_identity:
        return dataset, scaling
    labels = tuple(tuple((y - c) / r for y, c, r in zip(row, centers, radii, strict=True)) for row in dataset.labels)
    return replace(dataset, labels=labels), scaling


def class_indices(dataset: Dataset) -> list[int]:
    """The class of each sample, 0 .. d_y - 1; DatasetError naming the first row that is not one-hot."""
    one = fmpq(1)
    if not dataset.is_one_hot:
        zero = fmpq(0)
        for name, y in zip(dataset.rows, dataset.labels, strict=True):
            if y.count(one) != 1 or y.count(zero) != dataset.d_y - 1:
                raise DatasetError(
                    f"{name} has label ({listed(y)}), not a one-hot code: this theorem is about classification; "
                    "use --classify or one-hot labels",
                    witness=name,
                )
    if isinstance(dataset.labels, OneHotRows):
        indices: list[int] = dataset.labels.indices.tolist()
        return indices
    return [y.index(one) for y in dataset.labels]
