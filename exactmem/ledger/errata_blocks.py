"""The plain blocks that a report is made of, whatever it is written as."""

__all__ = ["PRINTED", "Block", "Code", "Entry", "Heading", "Inline", "Link", "Mark", "Table", "Text", "anchor"]

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """A name or a command, set as such."""

    text: str


@dataclass(frozen=True)
class Link:
    """The name of an entry of the same report, and what kind of entry it is."""

    name: str
    kind: str = "claim"


@dataclass(frozen=True)
class Mark:
    """A verdict, and in `text` what is said of it."""

    verdict: str
    text: str


Inline = str | Code | Link | Mark


@dataclass(frozen=True)
class Heading:
    """A heading of level 2 or 3; the title is above them."""

    level: int
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    parts: Sequence[Inline]


@dataclass(frozen=True)
class Table:
    """A small table of texts and integers."""

    headers: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class Entry:
    """One claim or fact: its name, where it stands, and labelled paragraphs about it."""

    name: str
    place: str
    pairs: Sequence[tuple[str, Sequence[Inline]]]
    kind: str = "claim"


PRINTED = "as printed"
"""The label of a sentence that is quoted as an image of the source."""

Block = Heading | Text | Table | Entry


def anchor(kind: str, name: str) -> str:
    """What an entry is found by inside the report: letters, digits, `.`, `-` and `_`, another for every name."""
    return f"{kind}-" + "".join(c if c.isascii() and (c.isalnum() or c in ".-") else f"_{ord(c):x}_" for c in name)
