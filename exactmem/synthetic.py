"""Data from a seed with the shape and the range of well-known sets, for runs of their size without downloading them.

The numbers are `random.Random(seed).randbytes`, which Python promises to keep; every byte is a pixel. Uniform pixels
are the hard case for exact constructions: no column is constant, and no two samples are alike.
"""

__all__ = ["write_cifar_like", "write_idx_like"]

import random
from pathlib import Path

import numpy as np

from exactmem.image_files import RECORD, write_idx


def write_cifar_like(path: Path, samples: int, classes: int = 10, seed: int = 0) -> None:
    """Write a CIFAR-10 file of uniform pixels, as many samples of every class, class after class in turn."""
    table = np.frombuffer(random.Random(seed).randbytes(samples * RECORD), np.uint8).reshape(samples, RECORD).copy()
    table[:, 0] = np.arange(samples) % classes
    path.write_bytes(table.tobytes())


def write_idx_like(folder: Path, samples: int, pixels: int, classes: int | None, seed: int = 0) -> Path:
    """Write an IDX file of images of uniform pixels and one of labels, and give the path of the images.

    The labels are classes in turn, or with `classes` None uniform signed 16-bit numbers.
    """
    numbers = random.Random(seed)
    images = np.frombuffer(numbers.randbytes(samples * pixels), np.uint8).reshape(samples, 1, pixels)
    if classes is None:
        labels = np.frombuffer(numbers.randbytes(2 * samples), np.dtype("<i2"))
    else:
        labels = (np.arange(samples) % classes).astype(np.int16)
    path = folder / "images-idx3-ubyte"
    write_idx(path, images)
    write_idx(folder / "labels-idx1-short", labels)
    return path
