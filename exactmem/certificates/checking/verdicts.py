"""Verdicts, the three ways not to be verified, and the limits on the work spent on one file."""

from typing import NamedTuple

WORDS = ("VERIFIED", "REFUTED", "MALFORMED", "RESOURCE")
OVERHEAD, STEP = 64, 1024  # charged per big-integer operation, and per number read or row evaluated, besides products


class Limits(NamedTuple):
    """Explicit bounds on the work spent on one file; reaching one is the verdict RESOURCE."""

    max_bytes: int = 1 << 28
    max_digits: int = 100_000
    max_depth: int = 32
    max_operations: int = 10**11


DEFAULT_LIMITS = Limits()


class Verdict(NamedTuple):
    """The verdict on one file: its word, and the place and reason or a summary."""

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
    """Not a version 1 certificate; the message begins with the place in the JSON document."""


class Meter:
    """Counts arithmetic in products of 30-bit limbs (about a nanosecond each) against the limit."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.left = limits, limits.max_operations

    def charge(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise Resource(f"more arithmetic than --max-operations {self.limits.max_operations}")


def limbs(number: int) -> int:
    """The 30-bit digits of a number, at least one; what its size is charged by."""
    return number.bit_length() // 30 + 1


def quoted(text: str) -> str:
    """The text, abbreviated and in printable ASCII, for a message."""
    return ascii(text if len(text) <= 60 else text[:40] + "...")
