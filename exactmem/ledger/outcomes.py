"""What running a claim gave, for programs and for a terminal."""

__all__ = ["WIDTH", "Outcome", "describe", "wrapped"]

import textwrap
from dataclasses import asdict, dataclass
from typing import Any

from exactmem.ledger.claims import Result, Row
from exactmem.presentation import Shown, Table

WIDTH = 80
"""Columns of a terminal."""


@dataclass(frozen=True, repr=False)
class Outcome(Shown):
    """What running one claim gave, with its time in seconds and the number of steps that held; once settled, what that
    is worth by its premises."""

    row: Row
    result: Result
    seconds: float
    steps: int = 0

    @property
    def as_expected(self) -> bool:
        """Whether the verdict found is the verdict the ledger expects."""
        return self.result.verdict == self.row.expected

    @property
    def premises(self) -> tuple[str, ...]:
        """The ids of the claims that the verdict rests on: none where Coq's kernel has proved it."""
        return () if self.result.kernel else self.row.by

    def table(self) -> Table:
        """The verdict with what stands behind it."""
        row, result = self.row, self.result
        expected = "" if self.as_expected else f", expected {row.expected}"
        facts = [("statement", row.statement), ("place", f"{row.source}, {row.place}"), *_grounds(self)]
        return Table(f"{row.id}: {result.title}{expected}", [fact for fact in facts if fact[1]])

    def to_json(self) -> dict[str, Any]:
        """The row of `exactmem prove --json`."""
        row, result = self.row, self.result
        return {
            "id": row.id,
            "paper": row.paper,
            "section": row.section,
            "source": row.source,
            "place": row.place,
            "statement": row.statement,
            "verdict": str(result.verdict),
            "expected": str(row.expected),
            "as_expected": self.as_expected,
            "method": result.method,
            "cases": result.cases,
            "counterexample": result.counterexample,
            "assumes": [asdict(fact) for fact in result.assumes],
            "under": list(result.under),
            "kernel": result.kernel,
            "kind": str(row.kind or ""),
            "quote": row.quote,
            "note": row.note,
            "witness": row.witness,
            "coq": row.coq,
            "corrects": row.corrects,
            "theorem": row.theorem,
            "by": list(row.by),
            "script": row.script,
        }


def describe(outcome: Outcome, *, source: bool = True, second_opinion: str = "") -> str:
    """One outcome in lines of at most 80 columns; `source` says whose statement it is, where no heading does."""
    row, result = outcome.row, outcome.result
    kind = f" ({row.kind})" if row.kind else ""
    place = f"{row.source}, {row.place}" if source else row.place
    lines = [
        *wrapped(f"{f'{result.title}{kind}':<9} {row.id}  [{place}]", "", "          "),
        *wrapped(row.statement, "    "),
    ]
    for label, text in [*_grounds(outcome), ("solvers", second_opinion)]:
        if text:
            lines += wrapped(f"{label}: {text}", "    ", "      ")
    if not outcome.as_expected:
        lines.append(f"    NOT AS EXPECTED: the ledger says {row.expected}")
    return "\n".join(lines)


def _grounds(outcome: Outcome) -> list[tuple[str, str]]:
    """What stands behind a verdict, by label; texts may be empty."""
    row, result = outcome.row, outcome.result
    return [
        ("as printed", row.quote),
        ("method", result.method),
        ("cases", result.cases),
        ("counterexample", result.counterexample),
        ("certificate", row.witness and f"proofs/counterexamples/{row.witness}"),
        ("assumes", "; ".join(fact.statement for fact in result.assumes)),
        ("under", ", ".join(result.under)),
        ("Coq theorem", row.coq),
        ("rests on", ", ".join(outcome.premises)),
        ("corrects", row.corrects),
        ("note", row.note),
    ]


def wrapped(text: str, first: str, later: str | None = None) -> list[str]:
    """The text in lines of at most 80 columns, the first indented by `first`, the others by `later`."""
    later = first if later is None else later
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)
