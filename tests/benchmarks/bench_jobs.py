"""What a second process wins: `python tests/benchmarks/bench_jobs.py [--jobs N] [--prove]`.

Every row does the same work with one process and with N: evaluations on and off a line, a capacity search, the checks
of several files, and with --prove all claims of the ledger. Wall seconds, their ratio, and the processor seconds per
wall second that this process and its children got (the ratio can be no better than that: on a busy machine it is far
below the number of processors). For claims also the sum of their own times, and the longest.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import exactmem as em
from exactmem import evaluate as evaluation
from exactmem.activations import HARD_TANH, RELU
from exactmem.capacities.decision import attempts
from exactmem.certificates.checker import check_file
from exactmem.commands.capacity import alternating
from exactmem.datasets import Dataset
from exactmem.ledger.discovery import chosen
from exactmem.ledger.trials import Wanted, trials
from exactmem.networks import FNN, dense, layer
from exactmem.workers import executor, results

Work = Callable[[Any], Any]


def processor() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def row(name: str, work: Work, jobs: int) -> None:
    """One line of the table; fails if the two answers differ."""
    answers, walls, shares = [], [], []
    for count in (1, jobs):
        begin, spent = time.perf_counter(), processor()
        with executor(count) as pool:
            answers.append(work(pool))
            if pool is not None:
                pool.shutdown()
        walls.append(time.perf_counter() - begin)
        shares.append((processor() - spent) / walls[-1])
    if answers[0] != answers[1]:
        raise SystemExit(f"{name}: the answers differ")
    seconds = f"{walls[0]:7.2f} s {walls[1]:7.2f} s  {walls[0] / walls[1]:5.2f}"
    print(f"{name:<42} {seconds}   {shares[0]:4.2f} {shares[1]:4.2f}", flush=True)


def data(N: int) -> Dataset:
    """N samples from a seed, in eight dimensions."""
    draw = random.Random(N)
    labels = [[f"{draw.randrange(-1000, 1001)}/1000"] for _ in range(N)]
    return em.dataset([[draw.randrange(10**6) for _ in range(8)] for _ in range(N)], labels)


def off_the_line(width: int) -> FNN:
    """A network of seeded weights that no line goes through."""
    draw = random.Random(width)
    shapes = ((width, 8), (width, width), (1, width))
    weights = [[[draw.randrange(-999, 1000) for _ in range(n)] for _ in range(m)] for m, n in shapes]
    first, second, last = (dense(w) for w in weights)
    return FNN((layer(first, [0] * width, RELU), layer(second, [1] * width, RELU), layer(last, [0])))


def claims(jobs: int) -> None:
    """All claims of the ledger, with their own times."""
    rows = chosen([])
    walls = []
    for count in (1, jobs):
        begin, spent = time.perf_counter(), processor()
        with executor(count) as pool:
            own = [trial.outcome.seconds for trial in trials(rows, [], pool, Wanted())]
            if pool is not None:
                pool.shutdown()
        walls.append(time.perf_counter() - begin)
        share = (processor() - spent) / walls[-1]
        print(
            f"prove, {len(rows)} claims, {count} processes: {walls[-1]:.1f} s, processors got {share:.2f}; "
            f"claims' own times: sum {sum(own):.1f} s, longest {max(own):.1f} s",
            flush=True,
        )
    print(f"prove: ratio {walls[0] / walls[1]:.2f}")


def main() -> None:
    """The table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--prove", action="store_true", help="only the ledger")
    options = parser.parse_args()
    if options.prove:
        claims(options.jobs)
        return
    print(f"{'':<42} {'1':>9} {options.jobs:>9}  ratio   processors")
    net = em.build(data(30_000), "3.1", activation="hard-tanh")
    row("evaluate, on a line, N = 30,000", partial(evaluation.evaluate, net.network, net.dataset.inputs), options.jobs)
    inputs = data(20_000).inputs
    row("evaluate, off a line, N = 20,000", partial(evaluation.evaluate, off_the_line(40), inputs), options.jobs)
    small = em.build(data(1000), "3.1", activation="hard-tanh")
    row(
        "evaluate, too little to share, N = 1,000",
        partial(evaluation.evaluate, small.network, small.dataset.inputs),
        options.jobs,
    )
    samples = alternating(10)
    row("capacity, hard-tanh, 10 samples", lambda pool: list(attempts(samples, HARD_TANH, executor=pool)), options.jobs)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "c.json")
        em.certificate(em.build(data(10_000), "3.1", activation="hard-tanh")).save(path)
        row("check, 4 files, N = 10,000", lambda pool: list(results(check_file, [path] * 4, pool)), options.jobs)


if __name__ == "__main__":
    main()
