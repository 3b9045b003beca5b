"""Running rows of the ledger and telling what they gave."""

__all__ = ["run", "run_all", "run_script"]

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from exactmem.ledger.claims import (
    ProofFailure,
    Result,
    Row,
    Steps,
    Verdict,
    registered,
    row_called,
    script_of,
)
from exactmem.ledger.outcomes import Outcome, describe
from exactmem.ledger.premises import needed, settled
from exactmem.ledger.wording import said


def run(row: Row) -> Outcome:
    """What one row's proof function alone gives: UNDECIDED with the reason for a step that fails and for any error.

    `exactmem.ledger.premises.settle` lowers the verdict to what the claim rests on.
    """
    start, before = time.perf_counter(), Steps.held
    Steps.formulas.clear()
    try:
        result = _verdict_of(row.prove())
        if result.verdict not in (Verdict.ASSUMED, Verdict.NOT_COVERED):
            _require_formulas(row)
    except ProofFailure as failure:
        result = Result(Verdict.UNDECIDED, str(failure))
    except Exception as error:
        result = Result(Verdict.UNDECIDED, f"the proof stopped with {type(error).__name__}: {error}")
    return Outcome(row, result, time.perf_counter() - start, Steps.held - before)


def _require_formulas(row: Row) -> None:
    """ProofFailure unless a step of the proof, or a claim that it rests on, used every formula of the statement."""
    premises = [premise for id in row.by if (premise := row_called(id))]
    known = Steps.formulas.union(*(premise.formulas for premise in premises))
    for formula in row.formulas:
        if formula not in known:
            raise ProofFailure(f"no step uses {said(formula)} as the statement has it")


def _verdict_of(answer: object) -> Result:
    """What a proof function returned, if it is a verdict of the ledger; else UNDECIDED."""
    if isinstance(answer, Result) and isinstance(answer.verdict, Verdict):
        return answer
    return Result(Verdict.UNDECIDED, f"the proof returned {answer!r}, which is no verdict of the ledger")


def run_all(rows: Iterable[Row]) -> dict[str, Outcome]:
    """The settled outcomes of the rows and of all that they rest on, by id."""
    return settled(run(row) for row in needed(rows))


def run_script(file: str) -> int:
    """Run and print the claims of the script in `file`; 0 for one or more, all as expected; 1 if not; 3 if unread."""
    rows = [row for row in registered() if row.script == script_of(Path(file))]
    found = run_all(rows)
    outcomes = [found[row.id] for row in rows]
    try:
        for outcome in outcomes:
            print(describe(outcome), flush=True)
    except BrokenPipeError:  # the reader has left: there is nowhere to flush what remains
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    return 0 if outcomes and all(o.as_expected for o in outcomes) else 1
