"""Exact products of a table of machine integers with integer vectors of any length, by floating-point matrix products.

Every vector is cut into limbs of n bytes, and the table is multiplied with all limbs by one float64 matrix product,
block of rows by block of rows. A float64 sum of integers is exact, in whatever order and grouping it is formed, where
the absolute values of its terms add up to at most 2**53; n is the largest number of bytes for which

    (largest sum of absolute entries of a row) * 2**(8 n) <= 2**53,

computed in integers from the table at hand. No rounding happens then.
"""

__all__ = ["EXACT", "Array", "exact_products", "limb_bytes"]

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from exactmem.errors import LimitError
from exactmem.packed import BLOCK_ENTRIES, IntegerRows

Array = np.ndarray[Any, Any]

EXACT = 2**53
"""All integers up to this absolute value are float64 numbers."""


def limb_bytes(table: IntegerRows) -> int:
    """The most bytes, up to 6, that limbs may have for the sums to be exact; 0 where the entries are too large."""
    return min(6, max(0, (EXACT // max(table.row_bound, 1)).bit_length() - 1) // 8)


def exact_products(table: IntegerRows, vectors: Sequence[Sequence[int]]) -> Iterator[list[list[int]]]:
    """Block by block of the table's rows: per row the products of its integers with all the vectors.

    Shapes: table N x d, each vector d integers; the blocks hold N lists of one Python integer per vector in all.
    LimitError where `limb_bytes` is 0.
    """
    size = limb_bytes(table)
    if size == 0:
        raise LimitError(f"the absolute entries of a row add up to {table.row_bound}, more than the limit 2**45")
    limbs = _limbs(vectors, size)
    count, columns = limbs.shape[0], limbs.shape[0] * limbs.shape[2]
    rows = max(1, BLOCK_ENTRIES // max(table.width, columns))
    right = limbs.transpose(1, 0, 2).reshape(table.width, columns)
    for start in range(0, len(table), rows):
        partial = (table.integers[start : start + rows].astype(np.float64) @ right).astype(np.int64)
        yield _combined(partial.reshape(len(partial), count, len(vectors)), size)


def _limbs(vectors: Sequence[Sequence[int]], size: int) -> Array:
    """limbs[k, j, v]: the k-th limb of `size` bytes of entry j of vector v, with the entry's sign, as float64."""
    longest = max((int(w).bit_length() for vector in vectors for w in vector), default=0)
    count = max(1, -(-longest // (8 * size)))
    places = 256 ** np.arange(size, dtype=np.int64)
    limbs = np.empty((count, len(vectors[0]), len(vectors)))
    for v, vector in enumerate(vectors):
        digits = np.frombuffer(b"".join(abs(int(w)).to_bytes(count * size, "little") for w in vector), np.uint8)
        signs = np.array([-1 if w < 0 else 1 for w in vector])
        limbs[:, :, v] = (digits.reshape(len(vector), count, size) @ places).T * signs
    return limbs


def _combined(partial: Array, size: int) -> list[list[int]]:
    """sum over k of partial[i, k, v] * 256**(size k), for all i and v: carries first, then the digits as bytes."""
    length, count, vectors = partial.shape
    if count == 1:
        return partial[:, 0, :].tolist()  # type: ignore[no-any-return]
    digits = np.empty((length, vectors, count, size), np.uint8)
    carry = np.zeros((length, vectors), np.int64)
    for k in range(count):
        carry += partial[:, k, :]
        digits[:, :, k, :] = carry.astype("<i8").reshape(length, vectors, 1).view(np.uint8)[:, :, :size]
        carry >>= 8 * size
    width, tops = 8 * size * count, carry.tolist()
    return [
        [int.from_bytes(digits[i, v], "little") + (tops[i][v] << width) for v in range(vectors)] for i in range(length)
    ]
