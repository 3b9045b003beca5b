"""What running a claim gave, for programs and for a terminal."""

from dataclasses import asdict, dataclass
from typing import Any

from exactmem.ledger.claims import Result, Row


@dataclass(frozen=True)
class Outcome:
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


def describe(outcome: Outcome) -> str:
    """A few plain lines about one outcome, for a terminal."""
    row, result = outcome.row, outcome.result
    kind = f" ({row.kind})" if row.kind else ""
    lines = [f"{result.verdict}{kind:<9} {row.id}  [{row.source}, {row.place}]", f"    {row.statement}"]
    for label, text in (
        ("method", result.method),
        ("cases", result.cases),
        ("counterexample", result.counterexample),
        ("assumes", "; ".join(fact.statement for fact in result.assumes)),
        ("under", ", ".join(result.under)),
        ("rests on", ", ".join(row.by)),
        ("corrects", row.corrects),
    ):
        if text:
            lines.append(f"    {label}: {text}")
    if not outcome.as_expected:
        lines.append(f"    NOT AS EXPECTED: the ledger says {row.expected}")
    return "\n".join(lines)
