"""Running many rows: in processes, within a limit of time, with the solvers' opinion where it is wanted."""

__all__ = ["Trial", "Wanted", "attempt", "trials"]

import multiprocessing
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from exactmem.errors import LimitError, UsageError
from exactmem.ledger.claims import Result, Row, Verdict, row_called
from exactmem.ledger.discovery import chosen
from exactmem.ledger.obligations import recording
from exactmem.ledger.outcomes import Outcome
from exactmem.ledger.running import run
from exactmem.ledger.smt import scripts_of
from exactmem.ledger.solvers import SecondOpinion, second_opinion


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


def trials(rows: Sequence[Row], names: Sequence[str], jobs: int, wanted: Wanted) -> Iterator[Trial]:
    """The trials of the rows in their order, whatever the number of processes.

    `names` are those that the rows were chosen by: processes find their rows through them. LimitError when a process
    dies; all are ended when the caller stops listening.
    """
    if jobs == 1:
        yield from (attempt(row, wanted) for row in rows)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(rows) or 1), spawn, _begin, (list(names),)) as pool:
        waiting = [pool.submit(_attempt_of, row.id, wanted) for row in rows]
        try:
            for row, future in zip(rows, waiting, strict=True):
                result, seconds, opinion, scripts = future.result()
                yield Trial(Outcome(row, result, seconds), opinion, scripts)
        except BrokenProcessPool as error:
            raise LimitError("a process that ran claims died, perhaps for want of memory: use fewer --jobs") from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()


def _begin(names: list[str]) -> None:
    """In a new process: an interrupt is the parent's affair; register the rows."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    chosen(names)


def _attempt_of(id: str, wanted: Wanted) -> tuple[Result, float, SecondOpinion | None, tuple[str, ...]]:
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
    """Raise _TimeIsUp in the block after so many seconds of wall time, as soon as Python code runs."""
    if threading.current_thread() is not threading.main_thread():
        raise UsageError("claims are run in the main thread: their limit of time needs its alarm")

    def ring(number: int, frame: FrameType | None) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
