"""Every construction at growing N: build (with verification) in processor seconds, its exponent, and the largest N.

    python tests/benchmarks/bench_constructions.py [--sizes 1000,10000] [--seconds 60] [--gigabytes 2] [THEOREM ...]

Each build is a process of its own, stopped at the budget of time or memory. The exponent is that between the last two
sizes that were built, so that times of one run are compared. For the largest N sizes are tried, at most the one that
the times so far foretell for three quarters of the budget, until one takes more than half of it: every size that is
given was built and verified in the time beside it. `--no-largest` leaves it out. Data: integers below 10^6, d_x = 8
(for hardt-ma rational unit vectors), or packed bytes for classes; 3 classes, labels in hundredths, or 0/1.
"""

import argparse
import math
import os
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np
from flint import fmpq

from exactmem.activations import parse_activation
from exactmem.commands.common import table
from exactmem.constructions import find_theorem, theorems
from exactmem.constructions.build import build
from exactmem.constructions.theorem import Choices
from exactmem.datasets import Dataset, make_dataset, one_hot, packed_dataset
from exactmem.packed import IntegerRows, OneHotRows

D_X, CLASSES = 8, 3
UNSUITED = ("one-step", "ntk", "quadratic", "quadratic-3", "3.4", "A.1", "A.2", "A.3")
"""Not near-linear by their nature (Gram matrices), or measured by `bench_tangent.py`, or deep: named to be run."""


def dataset(theorem_id: str, samples: int) -> Dataset:
    """Random data of the theorem's task."""
    numbers = np.random.Generator(np.random.PCG64(0))
    if theorem_id == "hardt-ma":
        points = numbers.integers(-1000, 1001, (samples, D_X - 1)).tolist()
        return make_dataset([unit_vector(p) for p in points], one_hot([str(i % CLASSES) for i in range(samples)])[0])
    inputs = IntegerRows(numbers.integers(0, 10**6, (samples, D_X)))
    if find_theorem(theorem_id).task == "classification":
        return packed_dataset(inputs, OneHotRows(np.arange(samples) % CLASSES, CLASSES))
    if theorem_id == "baum":
        return packed_dataset(inputs, IntegerRows(numbers.integers(0, 2, (samples, 1))))
    return packed_dataset(inputs, IntegerRows(numbers.integers(-100, 101, (samples, 1)), 100))


def unit_vector(point: list[int]) -> list[fmpq]:
    """The point of the sphere that the stereographic projection sends there."""
    square = sum(v * v for v in point)
    return [fmpq(v, square + 1) for v in (*(2 * v for v in point), square - 1)]


def one(theorem_id: str, activation: str, samples: int, flat: bool) -> None:
    """Build and verify; prints the processor seconds."""
    data = dataset(theorem_id, samples)
    start = time.process_time()
    build(data, theorem_id, None, parse_activation(activation), Choices(flat=True if flat else None))
    print(time.process_time() - start)


def seconds(case: tuple[str, str, bool], samples: int, budget: float, memory: float) -> tuple[float, int] | str:
    """(processor seconds, peak MB), or why there are none: time, memory, or the error's name."""
    theorem_id, activation, flat = case
    command = [sys.executable, __file__, "--one", theorem_id, activation, str(samples), str(int(flat))]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (int(memory * 2**30),) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(budget) + 5,) * 2)

    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit, env=ENVIRONMENT
    )
    assert process.stdout is not None
    assert process.stderr is not None
    out, error = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) == 0:
        took = float(out)
        return (took, usage.ru_maxrss // 1024) if took <= budget else "time"
    last = error.strip().splitlines()[-1] if error.strip() else "time"
    return "memory" if "MemoryError" in last else last.partition(":")[0].rpartition(".")[2]


ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}


def row(case: tuple[str, str, bool], args: argparse.Namespace) -> tuple[Any, ...]:
    """One row of the table."""
    name = f"{case[0]} {case[1]}{' flat' if case[2] else ''}"
    cells, known = [], []
    for samples in args.sizes:
        found = seconds(case, samples, args.seconds, args.gigabytes)
        cells.append(found if isinstance(found, str) else f"{found[0]:.2f} s, {found[1]} MB")
        if isinstance(found, str):
            break
        known.append((samples, found[0]))
    cells += ["-"] * (len(args.sizes) - len(cells))
    exponent = "-"
    if len(known) > 1:
        (few, short), (many, long) = known[-2:]
        exponent = f"{math.log(long / short) / math.log(many / few):.2f}"
    largest = "-" if args.no_largest else largest_within(case, args)
    return name, *cells, exponent, largest


def largest_within(case: tuple[str, str, bool], args: argparse.Namespace) -> str:
    """The largest N within the budget, built and verified, with its time, memory and exponent, and what stops more."""
    known, most, stopped, samples = list[tuple[int, float, int]](), args.most, "", 1000
    for _ in range(15):
        found = seconds(case, samples, args.seconds, args.gigabytes)
        if isinstance(found, str):
            most, stopped = samples * 4 // 5, f"; at {samples}: {found}"
        else:
            known.append((samples, *found))
        samples = next_size(known, most, args.seconds) if known else samples // 2
        enough = known and known[-1][1] > args.seconds / 2
        if enough or samples <= (1.15 * known[-1][0] if known else 50):
            break
    if not known:
        return f"-{stopped}"
    samples, took, peak = known[-1]
    text = f"{samples} ({took:.0f} s, {peak} MB{stopped})"
    return text + (f", exponent {slope(known):.2f} from {known[-2][0]}" if len(known) > 1 else "")


def slope(known: list[tuple[int, float, int]]) -> float:
    """The exponent of time in N between the last two sizes."""
    (few, short, _), (many, long, _) = known[-2:]
    return math.log(long / short) / math.log(many / few)


def next_size(known: list[tuple[int, float, int]], most: int, budget: float) -> int:
    """At most four times the last size, and no more than `most`; two digits long."""
    samples, took, _ = known[-1]
    exponent = min(3.0, max(1.0, slope(known))) if len(known) > 1 else 1.0
    wanted = min(samples * min(4.0, (0.75 * budget / took) ** (1 / exponent)), most)
    unit = 10 ** (len(str(int(wanted))) - 2)
    return int(wanted) // unit * unit


def cases(names: list[str], only: str | None) -> list[tuple[str, str, bool]]:
    """(theorem, activation, flat) of every theorem or of those named, with each kind of activation that it covers.

    With `only`, an activation, a theorem that covers it has that one alone.
    """
    chosen = names or [name for name in theorems() if name not in UNSUITED]
    pairs = []
    for name in chosen:
        theorem = find_theorem(name)
        kinds = ["relu" if kind == "relu-like" else kind for kind in theorem.activations]
        for activation in [only] if only in kinds else kinds:
            pairs += [(theorem.id, activation, flat) for flat in (False, True)[: 1 + ("flat" in theorem.choices)]]
    return pairs


def main() -> None:
    """Print the table, a row as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("theorems", nargs="*")
    parser.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")], default=[1000, 10_000])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--most", type=int, default=4_000_000)
    parser.add_argument("--activation", help="this one alone, where a theorem covers it")
    parser.add_argument("--no-largest", action="store_true")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        theorem_id, activation, samples, flat = args.one
        one(theorem_id, activation, int(samples), bool(int(flat)))
        return
    rows = []
    for case in cases(args.theorems, args.activation):
        rows.append(row(case, args))
        print("  ".join(rows[-1]), file=sys.stderr, flush=True)
    print(table(("theorem", *(f"N = {n}" for n in args.sizes), "exponent", "largest N"), rows))


if __name__ == "__main__":
    main()
