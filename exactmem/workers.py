"""Where independent pieces of work are done: here, by processes of this machine, or by the workers of a Dask cluster.

All three are `concurrent.futures.Executor`s (here: None), and results come back in the order of the work, so that what
is made of them does not depend on who did it.
"""

__all__ = ["MAX_JOBS", "count", "executor", "results"]

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from exactmem.errors import LimitError, UsageError, quoted
from exactmem.extras import package

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MAX_JOBS = 10**6
"""Most processes that may be asked for; no more than one per processor are started, and none before there is work."""

SECONDS_TO_CONNECT = 10


@contextmanager
def executor(jobs: int = 1, dask: str | None = None) -> Iterator[Executor | None]:
    """An executor of so many processes, or of the cluster whose scheduler has the address; None for one job.

    What is not finished at the end of the block is given up. UsageError where no scheduler answers.
    """
    if dask is not None:
        with _client(dask) as client:
            yield client.get_executor(pure=False)
        return
    jobs = min(jobs, os.cpu_count() or 1)
    if jobs == 1:
        yield None
        return
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _leave_interrupts_to_the_parent)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()


def _client(address: str) -> Any:
    distributed = package("distributed", "clusters (--dask)")
    try:
        return distributed.Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"--dask {quoted(address)}: no scheduler of Dask answers there: give the address that `dask scheduler` "
            "prints, such as tcp://127.0.0.1:8786"
        ) from error


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def count(pool: Executor) -> int:
    """The number of workers, as far as the executor tells."""
    client = getattr(pool, "_client", None)
    if client is not None:
        return max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    return getattr(pool, "_max_workers", None) or 1


def results(
    function: Callable[[Item], Answer], items: Iterable[Item], pool: Executor | None, together: int = 1
) -> Iterator[Answer]:
    """function(item) for every item, in order; without an executor each is computed when it is asked for.

    A process is given so many neighbours `together`, which may share what it remembers. LimitError when workers die (of
    a cluster: those that one piece of work was given to in turn).
    """
    if pool is None:
        yield from map(function, items)
        return
    distributed = sys.modules.get("distributed")
    lost = (BrokenExecutor, CancelledError, *((distributed.KilledWorker,) if distributed else ()))
    try:
        yield from pool.map(function, items, chunksize=together)
    except lost as error:
        raise LimitError("a process that did the work died, perhaps for want of memory: use fewer --jobs") from error
