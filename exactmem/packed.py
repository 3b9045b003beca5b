"""Large tables as machine integers: rows of rationals are made when they are asked for, and no sooner.

A number of a table takes one to eight bytes here, against a hundred as an object. Both kinds of rows compare equal to
the tuples of tuples that they stand for.
"""

from __future__ import annotations

__all__ = ["BLOCK", "BLOCK_ENTRIES", "IntegerRows", "OneHotRows", "Row", "column"]

import math
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from flint import fmpq

from exactmem.errors import DatasetError, quoted
from exactmem.rationals import Rational

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]
Row = tuple[Rational, ...]

BLOCK = 1024
"""Rows that are turned into Python integers at once."""

BLOCK_ENTRIES = 1 << 22
"""Entries that are widened to eight bytes at once."""


class _Rows(Sequence[Row]):
    """Rows in order; equal to any sequence of the same rows."""

    @abstractmethod
    def _rows(self, start: int, stop: int) -> Iterator[Row]:
        """The rows start .. stop - 1."""

    @abstractmethod
    def _part(self, indices: slice) -> _Rows:
        """The chosen rows in the same form."""

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return self._part(index)
        place = index + len(self) if index < 0 else index
        if not 0 <= place < len(self):
            raise IndexError(index)
        return next(self._rows(place, place + 1))

    def __iter__(self) -> Iterator[Row]:
        for start in range(0, len(self), BLOCK):
            yield from self._rows(start, min(start + BLOCK, len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(x == y for x, y in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash((type(self).__name__, len(self), self[0]))


class IntegerRows(_Rows):
    """N rows of d rationals integers[i, j] / denominator, held as one array of machine integers."""

    def __init__(self, integers: Array, denominator: int = 1) -> None:
        """`integers` is N x d, of any integer type; DatasetError for other arrays and for no entries."""
        if integers.ndim != 2 or integers.dtype.kind not in "iu" or 0 in integers.shape or denominator < 1:
            raise DatasetError(f"an array of shape {integers.shape} and type {integers.dtype} is no table of integers")
        self.integers, self.denominator = integers, denominator
        self._row_bound: int | None = None

    def __len__(self) -> int:
        return len(self.integers)

    @property
    def width(self) -> int:
        """d, the entries of a row."""
        return int(self.integers.shape[1])

    @property
    def row_bound(self) -> int:
        """At least the sum of the absolute integers of any row; that sum for some row where it is below 2**62."""
        if self._row_bound is None:
            import numpy as np

            largest = max(abs(int(self.integers.max())), abs(int(self.integers.min())))
            bound = largest * self.width
            if bound < 2**62:  # then the row sums themselves are int64 numbers
                rows = max(1, BLOCK_ENTRIES // self.width)
                starts = range(0, len(self), rows)
                parts = (np.abs(self.integers[start : start + rows].astype(np.int64)) for start in starts)
                bound = max(int(part.sum(axis=1).max()) for part in parts)
            self._row_bound = bound
        return self._row_bound

    def column(self, j: int) -> tuple[int, list[int]]:
        """(D, Python integers D * v) for the least common denominator D of the numbers v in column j."""
        values = self.integers[:, j].tolist()
        common = math.gcd(self.denominator, *values)
        return self.denominator // common, [v // common for v in values] if common > 1 else values

    def chosen(self, indices: Sequence[int]) -> IntegerRows:
        """The rows at these places, in this order."""
        import numpy as np

        return self._like(self.integers[np.asarray(indices, dtype=np.int64)])

    def _part(self, indices: slice) -> _Rows:
        return self._like(self.integers[indices])

    def _like(self, integers: Array) -> IntegerRows:
        """Some of the rows, of which the bound holds as well."""
        part = IntegerRows(integers, self.denominator)
        part._row_bound = self.row_bound
        return part

    def _rows(self, start: int, stop: int) -> Iterator[Row]:
        for row in self.integers[start:stop].tolist():
            yield tuple([fmpq(v, self.denominator) for v in row])


class OneHotRows(_Rows):
    """N one-hot rows of d_y numbers, held as the class of each."""

    def __init__(self, indices: Array, d_y: int) -> None:
        """`indices` holds N integers from 0 to d_y - 1; DatasetError for others."""
        import numpy as np

        if indices.ndim != 1 or indices.dtype.kind not in "iu" or len(indices) == 0:
            raise DatasetError("class indices are a list of integers, at least one")
        wrong = np.flatnonzero((indices < 0) | (indices >= d_y))
        if len(wrong):
            raise DatasetError(
                f"class {quoted(int(indices[wrong[0]]))} of sample {wrong[0]} is not from 0 to {d_y - 1}"
            )
        self.indices, self.d_y = indices, d_y

    def __len__(self) -> int:
        return len(self.indices)

    def chosen(self, indices: Sequence[int]) -> OneHotRows:
        """The rows at these places, in this order."""
        import numpy as np

        return OneHotRows(self.indices[np.asarray(indices, dtype=np.int64)], self.d_y)

    def _part(self, indices: slice) -> _Rows:
        return OneHotRows(self.indices[indices], self.d_y)

    def _rows(self, start: int, stop: int) -> Iterator[Row]:
        zeros = [fmpq(0)] * self.d_y
        for k in self.indices[start:stop].tolist():
            row = list(zeros)
            row[k] = fmpq(1)
            yield tuple(row)


def column(rows: Sequence[Sequence[Rational]], j: int) -> Sequence[Rational]:
    """Entry j of every row."""
    if isinstance(rows, IntegerRows):
        denominator, numbers = rows.column(j)
        return [fmpq(v, denominator) for v in numbers]
    return [x[j] for x in rows]
