"""Networks from outside and back: one file per format, and the table of what can be read."""

__all__ = ["IMPORTERS", "OBJECTS", "read_network"]

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from exactmem.errors import NetworkFormatError, UsageError, quoted
from exactmem.files import STANDARD
from exactmem.interchange import answer, json_network, nnet, onnx, sklearn, torch
from exactmem.interchange.imported import Imported, Options, read_bytes
from exactmem.networks import FNN, ResNet

IMPORTERS: dict[str, Callable[[Path, Options], Imported]] = {
    ".nnet": nnet.read,
    ".onnx": onnx.read,
    ".json": json_network.read,
    ".answer": answer.read,
}
"""By the file name's ending: what reads such a file."""

OBJECTS: tuple[tuple[Callable[[Any], bool], Callable[[Any, Options], Imported]], ...] = (
    (sklearn.is_network, sklearn.read),
    (torch.is_network, torch.read),
)
"""For Python objects: whether it is one of that library's networks, and what reads it."""


def read_network(source: Any, *, floats: str = "refuse", output: str | None = None, rounded: bool = False) -> Imported:
    """The network in a .nnet, .onnx, .json or .answer file, in standard input (`-`), or in an object of scikit-learn or
    PyTorch.

    Exact: decimals in text are decimals, binary floats (float16, 32, 64) their binary values. `floats="exact"` allows
    bare floats in JSON; `output` names the tensor of an ONNX graph that is wanted; `rounded` allows the irrational
    factors of a batch normalization to be cut to 64 significant bits. Raises NetworkFormatError naming the place,
    InexactNumberError for NaN and infinities, LimitError for files and shapes beyond the limits.
    """
    options = Options(floats, output, rounded)
    if isinstance(source, FNN | ResNet):
        return Imported(source, "exactmem")
    if not isinstance(source, str | Path):
        for recognizes, read in OBJECTS:
            if recognizes(source):
                return read(source, options)
        raise NetworkFormatError(f"an object of type {type(source).__name__} is no network that exactmem can read")
    path = Path(source)
    ending = path.suffix.lower() if str(path) != STANDARD else _ending_of(read_bytes(path))
    importer = IMPORTERS.get(ending)
    if importer is None:
        raise UsageError(f"{path}: unknown network format {quoted(path.suffix)}: use {', '.join(IMPORTERS)}")
    if output is not None and importer is not onnx.read:
        raise UsageError("--output-name is about ONNX graphs only; leave it out")
    return replace(importer(path, options), sha256=hashlib.sha256(read_bytes(path)).hexdigest())


def _ending_of(content: bytes) -> str:
    """The ending that a network file with this content would have: JSON begins with a brace, .nnet is a text."""
    if content.lstrip()[:1] == b"{":
        return ".json"
    return ".nnet" if all(9 <= byte <= 13 or 32 <= byte < 127 for byte in content) else ".onnx"
