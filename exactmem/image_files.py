"""The binary files in which MNIST and CIFAR-10 are distributed, read as packed integers.

IDX (MNIST and its likes): `NAMEimages-idx3-ubyte`, with the labels beside it in `NAMElabels-idx1-ubyte`, either of them
also with a dot for the hyphen, of another integer type, or compressed (`.gz`). CIFAR-10: a file of records (`.bin`),
one label byte and 3072 pixels each, or the folder with its `data_batch_*.bin`.
"""

__all__ = ["IDX_TYPES", "MAX_BYTES", "RECORD", "Array", "is_image_data", "read_image_data", "write_idx"]

import gzip
import io
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from exactmem.datasets import Dataset, packed_dataset
from exactmem.errors import DatasetError, ExactmemError, LimitError
from exactmem.files import content
from exactmem.packed import IntegerRows, OneHotRows

Array = np.ndarray[Any, Any]

RECORD = 3073
"""Bytes of a CIFAR-10 record: the label, then 3 x 32 x 32 pixels."""

MAX_BYTES = 1 << 30
"""Most bytes of an image or label file, and of what is in it."""

IDX_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4"}
"""The integer types of the IDX format."""

_IMAGES = re.compile(r"(.*)images([-.])idx[2-9]-\w+(\.gz)?")


def is_image_data(path: Path) -> bool:
    """Whether the name is that of an IDX file of images or of CIFAR-10 data."""
    return path.suffix == ".bin" or path.is_dir() or _IMAGES.fullmatch(path.name) is not None


def read_image_data(path: Path, classify: bool) -> Dataset:
    """The packed dataset: one-hot labels of the classes that occur with `classify`, else the label numbers themselves.

    Pixels are the integers of the file. Raises DatasetError naming the file and what is wrong with it, LimitError
    beyond MAX_BYTES, DuplicateInputError as `packed_dataset`.
    """
    try:
        pixels, labels, names = _read_cifar(path) if path.suffix == ".bin" or path.is_dir() else _read_pair(path)
    except OSError as error:
        raise DatasetError(f"{error.filename or path}: cannot be read: {error.strerror or error}") from error
    present, indices = np.unique(labels, return_inverse=True)
    coded = OneHotRows(indices, len(present)) if classify else IntegerRows(labels.reshape(-1, 1))
    classes = [str(k) for k in present] if classify else []
    try:
        return packed_dataset(IntegerRows(pixels), coded, names, classes)
    except ExactmemError as error:
        raise type(error)(f"{path}: {error}", witness=error.witness) from error


def _read_cifar(path: Path) -> tuple[Array, Array, list[str]]:
    """(pixels, labels, record names) of one file of records, or of all training batches in a folder."""
    files = sorted(path.glob("data_batch_*.bin")) if path.is_dir() else [path]
    if not files:
        raise DatasetError(f"{path}: no data_batch_*.bin in this folder: name a data file, or CIFAR-10's own folder")
    records, names = [], []
    for file in files:
        data = content(file, MAX_BYTES)
        if not data or len(data) % RECORD:
            raise DatasetError(f"{file}: {len(data)} bytes are no whole number of CIFAR-10 records of {RECORD} bytes")
        records.append(np.frombuffer(data, np.uint8).reshape(-1, RECORD))
        names += [f"{file.name}, record {i}" for i in range(len(records[-1]))]
    table = records[0] if len(records) == 1 else np.concatenate(records)
    return table[:, 1:], table[:, 0], names


def _read_pair(path: Path) -> tuple[Array, Array, list[str]]:
    """(pixels, labels, image names) of an IDX file of images and the file of labels beside it."""
    found = _IMAGES.fullmatch(path.name)
    start = found[1] if found else ""
    beside = sorted(path.parent.glob(f"{start}labels[-.]idx1-*"))
    if not beside:
        raise DatasetError(f"{path}: no file {start}labels-idx1-... beside it: the labels are needed, too")
    images, labels = _read_idx(path), _read_idx(beside[0])
    if labels.ndim != 1 or len(labels) != len(images):
        raise DatasetError(f"{beside[0]}: {labels.shape} labels for {len(images)} images: give one label per image")
    return images.reshape(len(images), -1), labels, [f"image {i}" for i in range(len(images))]


def _read_idx(path: Path) -> Array:
    """The array in an IDX file, in the machine's byte order."""
    data = content(path, MAX_BYTES)
    if path.suffix == ".gz":
        data = _unpacked(path, data)
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in IDX_TYPES or data[3] == 0:
        raise DatasetError(f"{path}: not an IDX file of integers: it must begin with 0, 0, a type and its dimensions")
    kind, start = np.dtype(IDX_TYPES[data[2]]), 4 + 4 * data[3]
    shape = [int.from_bytes(data[i : i + 4], "big") for i in range(4, min(start, len(data)), 4)]
    wanted = start + kind.itemsize * int(np.prod(shape, dtype=object))
    if len(data) != wanted or 0 in shape:
        raise DatasetError(f"{path}: {len(data)} bytes, but an array of shape {shape} makes {wanted}")
    array = np.frombuffer(data, kind, offset=start).reshape(shape)
    return array.astype(kind.newbyteorder("="), copy=False)


def _unpacked(path: Path, data: bytes) -> bytes:
    """The content of a compressed file."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(MAX_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DatasetError(f"{path}: not a gzip file: {error}") from error
    if len(unpacked) > MAX_BYTES:
        raise LimitError(f"{path}: more than {MAX_BYTES} bytes inside, the limit: use a smaller file")
    return unpacked


def write_idx(path: Path, array: Array) -> None:
    """Write an array of 8-, 16- or 32-bit integers as an IDX file."""
    kind = next(code for code, name in IDX_TYPES.items() if np.can_cast(array.dtype, name, casting="equiv"))
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    path.write_bytes(bytes([0, 0, kind, array.ndim]) + sizes + array.astype(IDX_TYPES[kind]).tobytes())
