"""Running rows of the ledger and telling what they gave."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactmem.ledger.claims import ProofFailure, Result, Row, Verdict, registered, script_of


@dataclass(frozen=True)
class Outcome:
    """What running one claim gave, with its time in seconds."""

    row: Row
    result: Result
    seconds: float

    @property
    def as_expected(self) -> bool:
        """Whether the verdict found is the verdict the ledger expects."""
        return self.result.verdict == self.row.expected

    def to_json(self) -> dict[str, Any]:
        """The row of `exactmem prove --json`."""
        row, result = self.row, self.result
        return {
            "id": row.id,
            "source": row.source,
            "place": row.place,
            "statement": row.statement,
            "verdict": str(result.verdict),
            "expected": str(row.expected),
            "as_expected": self.as_expected,
            "method": result.method,
            "cases": result.cases,
            "counterexample": result.counterexample,
            "assumes": result.assumes,
            "corrects": row.corrects,
            "theorem": row.theorem,
            "by": list(row.by),
            "script": row.script,
        }


def run(row: Row) -> Outcome:
    """Run one row's proof function; a step that fails, or any error in the proof, gives UNDECIDED with the reason."""
    start = time.perf_counter()
    try:
        result = _verdict_of(row.prove())
    except ProofFailure as failure:
        result = Result(Verdict.UNDECIDED, str(failure))
    except Exception as error:
        result = Result(Verdict.UNDECIDED, f"the proof stopped with {type(error).__name__}: {error}")
    return Outcome(row, result, time.perf_counter() - start)


def _verdict_of(answer: object) -> Result:
    """What a proof function returned, if it is a verdict of the ledger; else UNDECIDED."""
    if isinstance(answer, Result) and isinstance(answer.verdict, Verdict):
        return answer
    return Result(Verdict.UNDECIDED, f"the proof returned {answer!r}, which is no verdict of the ledger")


def describe(outcome: Outcome) -> str:
    """A few plain lines about one outcome, for a terminal."""
    row, result = outcome.row, outcome.result
    lines = [f"{result.verdict:<9} {row.id}  [{row.source}, {row.place}]", f"    {row.statement}"]
    for label, text in (
        ("method", result.method),
        ("cases", result.cases),
        ("counterexample", result.counterexample),
        ("assumes", result.assumes),
        ("corrects", row.corrects),
    ):
        if text:
            lines.append(f"    {label}: {text}")
    if not outcome.as_expected:
        lines.append(f"    NOT AS EXPECTED: the ledger says {row.expected}")
    return "\n".join(lines)


def run_script(file: str) -> int:
    """Run and print the claims of the script in `file`; 0 when there are any and all are as expected, else 1."""
    outcomes = [run(row) for row in registered() if row.script == script_of(Path(file))]
    try:
        for outcome in outcomes:
            print(describe(outcome), flush=True)
    except BrokenPipeError:
        # The reader went away; give the interpreter a place to flush what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if outcomes and all(o.as_expected for o in outcomes) else 1
