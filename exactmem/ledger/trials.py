"""Running many rows: in processes, within a limit of time, with the solvers' opinion where it is wanted."""

__all__ = ["Trial", "Wanted", "attempt", "trials"]

import ctypes
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from exactmem.errors import UsageError
from exactmem.ledger.claims import Result, Row, Verdict, row_called
from exactmem.ledger.discovery import chosen
from exactmem.ledger.obligations import recording
from exactmem.ledger.outcomes import Outcome
from exactmem.ledger.running import run
from exactmem.ledger.smt import scripts_of
from exactmem.ledger.solvers import SecondOpinion, second_opinion
from exactmem.workers import count, results

SHARES = 50
"""Of the rows, for every process: neighbours share what SymPy remembers, and no process has much left at the end."""


@dataclass(frozen=True)
class Wanted:
    """How rows are run: the seconds that each may take, whether the solvers are asked too, whether scripts are kept."""

    seconds: int = 300
    smt: bool = False
    scripts: bool = False


@dataclass(frozen=True)
class Trial:
    """What one row's proof gave by itself, what the solvers say of its steps if they were asked, and the steps as
    SMT-LIB scripts if those were wanted."""

    outcome: Outcome
    opinion: SecondOpinion | None
    scripts: tuple[str, ...] = ()


class _TimeIsUp(BaseException):
    """Raised by the alarm; no `except Exception` of a proof catches it."""


def trials(rows: Sequence[Row], names: Sequence[str], executor: Executor | None, wanted: Wanted) -> Iterator[Trial]:
    """The trials of the rows in their order, whoever runs them.

    `names` are those that the rows were chosen by: other processes find the rows through them. LimitError when the
    process that ran a row dies.
    """
    if executor is None:
        yield from (attempt(row, wanted) for row in rows)
        return
    there = partial(_attempt_of, tuple(names), wanted)
    together = 1 + len(rows) // (SHARES * count(executor))
    found = results(there, [row.id for row in rows], executor, together)
    for row, (result, seconds, opinion, scripts) in zip(rows, found, strict=True):
        yield Trial(Outcome(row, result, seconds), opinion, scripts)


_AT_A_TIME = threading.Lock()
"""One row at a time is run in a process: a worker of a cluster may have several threads."""


def _attempt_of(
    names: tuple[str, ...], wanted: Wanted, id: str
) -> tuple[Result, float, SecondOpinion | None, tuple[str, ...]]:
    with _AT_A_TIME:
        if row_called(id) is None:
            chosen(names)
        row = row_called(id)
        if row is None:
            raise UsageError(f"claim {id!r} is registered in one process and not in another")
        trial = attempt(row, wanted)
    return trial.outcome.result, trial.outcome.seconds, trial.opinion, trial.scripts


def attempt(row: Row, wanted: Wanted) -> Trial:
    """Run one row; UNDECIDED when it takes too long."""
    with recording() as obligations:
        try:
            with _alarm(wanted.seconds):
                outcome = run(row)
        except _TimeIsUp:
            result = Result(Verdict.UNDECIDED, f"no answer within the limit of {wanted.seconds} s; --limit raises it")
            outcome = Outcome(row, result, wanted.seconds)
    opinion = second_opinion(obligations) if wanted.smt else None
    return Trial(outcome, opinion, tuple(scripts_of(obligations)) if wanted.scripts else ())


@contextmanager
def _alarm(seconds: int) -> Iterator[None]:
    """Raise _TimeIsUp in the block after so many seconds of wall time, as soon as Python code runs, in any thread."""
    thread = ctypes.c_ulong(threading.get_ident())
    raise_there = ctypes.pythonapi.PyThreadState_SetAsyncExc
    timer = threading.Timer(seconds, raise_there, (thread, ctypes.py_object(_TimeIsUp)))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        raise_there(thread, None)  # what it raised too late to be noticed
