"""Verdicts, the three ways not to be verified, and the limits on the work and the memory spent on one file."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

WORDS = ("VERIFIED", "REFUTED", "MALFORMED", "RESOURCE")
OVERHEAD, STEP = 192, 2048  # charged per big-integer operation, and per number read or row evaluated, besides products
PAIR = 128  # bytes kept for a rational, or for an index and a weight, besides the digits of long numbers
LIMB = 4  # bytes of a 30-bit digit
MOST_BYTES, STREAMED = 1 << 27, 1 << 30  # of a file of version 1, and of the files of version 2 together
MOST_OPERATIONS, MOST_MEMORY = 10**11, 1 << 32  # whatever the file
OPERATIONS, MEMORY = 24, 64  # per pair of its bytes (a network's number meets every sample), and per byte, where more


class Limits(NamedTuple):
    """Explicit bounds on the work spent on one file; reaching one is the verdict RESOURCE.

    None: as much as FORMAT.md promises for files of that size, at most.
    """

    max_bytes: int | None = None
    max_digits: int = 100_000
    max_depth: int = 32
    max_operations: int | None = None
    max_memory: int | None = None


DEFAULT_LIMITS = Limits()


class Answer(NamedTuple):
    """The checker's answer on one file: the verdict's word, and the place and reason or a summary."""

    word: str
    detail: str

    @property
    def exit_code(self) -> int:
        return WORDS.index(self.word)


class Refuted(Exception):
    """Well formed, and the claim is false."""


class Resource(Exception):
    """A limit was reached before a verdict."""


class Malformed(Exception):
    """Not a certificate; the message begins with the place in the file."""


Progress = Callable[[str, int, int], None]  # what is done to samples, to how many of them, of how many


class Meter:
    """Counts arithmetic in products of 30-bit limbs (about a nanosecond each), and bytes, against the limits."""

    def __init__(self, limits: Limits, plain: bool = False, progress: Progress | None = None) -> None:
        self.plain = plain  # is every sample to be evaluated by itself?
        self.progress = progress
        self.version = 1  # from 2 on numbers may be hexadecimal
        self.limits, self.max_digits, self.max_depth = limits, limits.max_digits, limits.max_depth
        self.size = self.spent = self.kept = 0
        self.read(0)

    @property
    def max_bytes(self) -> int:
        return most_bytes(self.limits, self.version)

    def read(self, count: int) -> None:
        """Allow for bytes that are read; the limits on work and memory grow with them."""
        self.size += count
        if self.size > self.max_bytes:
            raise Resource(f"more than --max-bytes {self.max_bytes}")
        operations, memory = max(MOST_OPERATIONS, OPERATIONS * self.size**2), max(MOST_MEMORY, MEMORY * self.size)
        self.max_operations = operations if self.limits.max_operations is None else self.limits.max_operations
        self.max_memory = memory if self.limits.max_memory is None else self.limits.max_memory

    def charge(self, units: int) -> None:
        """Pay for work that is about to be done."""
        self.spent += units
        if self.spent > self.max_operations:
            raise Resource(f"more arithmetic than --max-operations {self.max_operations}")

    def keep(self, count: int) -> None:
        """Reserve bytes for what stays until the verdict."""
        self.kept += count
        self.room(0)

    def release(self, count: int) -> None:
        """Give bytes back that were kept."""
        self.kept -= count

    def room(self, count: int) -> None:
        """Make sure of bytes that are free again soon."""
        if self.kept + count > self.max_memory:
            raise Resource(f"more memory than --max-memory {self.max_memory}")


def most_bytes(limits: Limits, version: int) -> int:
    """The bytes that a file may have, or the files of version 2 together."""
    if limits.max_bytes is not None:
        return limits.max_bytes
    return MOST_BYTES if version == 1 else STREAMED


def limbs(number: int) -> int:
    """The 30-bit digits of a number, at least one; what its size is charged by."""
    return number.bit_length() // 30 + 1


def quoted(text: str) -> str:
    """The text, abbreviated and in printable ASCII, for a message."""
    return ascii(text if len(text) <= 60 else text[:40] + "...")


def listed(values: list[int]) -> str:
    """The list, abbreviated where it is long, for a message."""
    if len(values) <= 12:
        return str(values)
    return f"[{', '.join(map(str, values[:8]))}, ..., {values[-1]}] ({len(values)} items)"
