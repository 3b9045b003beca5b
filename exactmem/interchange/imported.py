"""What every importer returns, and the guards they share: sizes and numbers."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exactmem.errors import ExactmemError, LimitError, NetworkFormatError
from exactmem.files import STANDARD, content
from exactmem.networks import Network
from exactmem.rationals import Rational, exactly, rational

MAX_BYTES = 1 << 28
"""Largest network file that is read."""

MAX_NUMBERS = 5_000_000
"""Most numbers that are read from one network, or that one step of reading may make."""


@dataclass(frozen=True)
class Imported:
    """A network that came from outside, with what has to be said about the way in.

    `notes` are sentences for people (a normalization that was folded in, a final softmax left out); `box` holds, where
    the source states them, the lowest and highest value of every input. `readout_left_out` says that the source ends
    in a softmax or the like, so that the network keeps its decisions but not its values.
    """

    network: Network
    format: str
    notes: tuple[str, ...] = ()
    box: tuple[tuple[Rational, Rational], ...] | None = None
    readout_left_out: bool = False
    sha256: str = field(default="", compare=False)


@dataclass(frozen=True)
class Options:
    """How to read: floats in text ("refuse" or "exact"), the name of the output wanted, and whether irrational factors
    (of a batch normalization) may be rounded."""

    floats: str = "refuse"
    output: str | None = None
    rounded: bool = False


def read_bytes(path: Path) -> bytes:
    """The content of a regular file of at most MAX_BYTES, or of standard input for STANDARD."""
    try:
        if str(path) != STANDARD and not path.is_file():
            reason = "is not a regular file" if path.exists() else "no such file"
            raise NetworkFormatError(f"{path}: {reason}")
        return content(path, MAX_BYTES)
    except OSError as error:
        raise NetworkFormatError(f"{path}: cannot be read: {error.strerror or error}") from error


def check_count(count: int, place: str) -> None:
    """LimitError for more than MAX_NUMBERS numbers; called before they are made."""
    if count > MAX_NUMBERS:
        raise LimitError(f"{place}: {count} numbers exceed the limit of {MAX_NUMBERS}")


def exact(value: Any, place: str, floats: str = "exact") -> Rational:
    """A weight as a rational: text is decimal, a float its binary value, if `floats` allows it."""
    try:
        return exactly(value) if floats == "exact" else rational(value)
    except ExactmemError as error:
        raise type(error)(f"{place}: {error}") from error
