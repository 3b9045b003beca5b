"""The rows of the ledger as a reader of the papers meets them: by paper, and by section in the paper's own order."""

__all__ = ["LAST", "STATEMENT", "Position", "in_reading_order", "position"]

import re
from collections.abc import Iterable

from exactmem.ledger.claims import PAPERS, Row

STATEMENT = r"(?:Definition|Assumption|Theorem|Lemma|Proposition|Corollar(?:y|ies))"
Position = tuple[int, ...]

LAST = 10_000
"""Where what has no number stands: behind everything else of its paper."""


def in_reading_order(rows: Iterable[Row]) -> list[Row]:
    """The rows by paper and section; rows of one section keep the order of the ledger."""
    papers = list(PAPERS.values())

    def place(row: Row) -> tuple[int, str, Position, str]:
        known = papers.index(row.paper) if row.paper in papers else len(papers)
        return known, row.paper, position(row.section), row.section

    return sorted(rows, key=place)


def position(section: str) -> Position:
    """Where a section stands in its paper, from its name: "abstract", "Section 3.2", "Theorem 4.1", "Lemma B.1", "F.1".

    The front comes first, then numbered sections, each with the statements of its number before its remarks, then the
    appendices by their letters, then everything else.
    """
    name = section.lower()
    if name in ("title", "abstract", "introduction"):
        return (0,) if name != "introduction" else (1,)
    if numbered := re.match(rf"({STATEMENT}|[Ss]ections?) (\d+)(?:\.(\d+))?", section):
        remark = 0 if numbered[1][0].isupper() and not numbered[1].startswith("Section") else 1
        return (int(numbered[2]), int(numbered[3] or 0), remark)
    if lettered := re.match(rf"(?:{STATEMENT} |[Aa]ppendi(?:x|ces) )([A-Z])\b(?:\.(\d+))?|([A-Z])\.(\d+)\b", section):
        letter, number = lettered[1] or lettered[3], lettered[2] or lettered[4] or 0
        return (100 + ord(letter), int(number), 0)
    return (LAST,)
