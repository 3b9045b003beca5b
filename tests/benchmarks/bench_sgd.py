"""Times for Theorem 5.1 at concrete networks: `python -m tests.benchmarks.bench_sgd`.

Prints the constants of a network with N = 32 samples and about 250 parameters, those of two networks for the iris data
and of networks for ever more samples, a rounded run of a 1-2-1 network, and the exact, rounded and enclosed modes in
one table; every ratio is to the goal, to the row before or to the rounded mode. `--most N` ends the growth there.
"""

import argparse
import math
import random
import time

from flint import fmpq

import exactmem as em
from exactmem.certificates.checker import check_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.sgd_constants import sgd_constants_certificate
from exactmem.constructions.build import Construction
from exactmem.sgd.constants import Constants, Training, constants
from exactmem.sgd.enclosures import follow_enclosed
from exactmem.sgd.loss import SQUARED_LOSS
from exactmem.sgd.repair import without_kinks
from exactmem.sgd.rounded import RoundedStepper
from exactmem.sgd.starts import automatic_start, automatic_step_size
from exactmem.sgd.trajectory import ExactStepper, Run, follow, shuffled
from tests.support.sgd_cases import HARD_TANH, RELU, random_network

CONSTANTS_GOAL, STEPS_GOAL = 5.0, 1000.0
"""Seconds for the constants; steps per second of the rounded run."""


def run(problem: Training, mode: str, B: int, epochs: int) -> tuple[Run, Constants, float]:
    """A checked run of one mode with its seconds."""
    values = constants(problem, B, 32 if mode == "rounded" else 16)
    eta, start = automatic_step_size(values), automatic_start(problem, values)
    N = problem.minimum.N
    begin = time.perf_counter()
    if mode == "arb":
        result = follow_enclosed(problem, values, start, eta, lambda: shuffled(N, B, 0), epochs)
        if result is None:
            raise SystemExit("the balls stayed undecided")
    else:
        stepper = RoundedStepper(problem, values, start) if mode == "rounded" else ExactStepper(problem, start)
        result = follow(stepper, values, eta, shuffled(N, B, 0), epochs)
    seconds = time.perf_counter() - begin
    if not result.all_hold:
        raise SystemExit(f"a check failed in mode {mode}: {result.counts}")
    return result, values, seconds


def bench_constants() -> None:
    """Constants, certificate and check for N = 32 and two networks of about 250 parameters."""
    print("constants (relative width 2^-32), N = 32")
    for sizes, activation in (([3, 12, 14, 1], HARD_TANH), ([5, 18, 7, 1], RELU)):
        minimum = random_network(1, sizes, activation, 32)
        begin = time.perf_counter()
        problem = Training(minimum, SQUARED_LOSS)
        values = constants(problem, 1)
        seconds = time.perf_counter() - begin
        data = to_bytes(sgd_constants_certificate(problem, values))
        begin = time.perf_counter()
        word = check_bytes(data).word
        checked = time.perf_counter() - begin
        if word != "VERIFIED":
            raise SystemExit(f"the checker says {word}")
        name = "-".join(map(str, sizes))
        print(
            f"  {name:<12} {activation.name:<10} P = {minimum.P}: {seconds:.2f} s "
            f"({CONSTANTS_GOAL / seconds:.1f} times faster than the goal of {CONSTANTS_GOAL:.0f} s); "
            f"certificate {len(data)} bytes, checked in {checked:.2f} s"
        )


def certified(net: Construction) -> tuple[Constants, float, float, int]:
    """The constants at a network that memorizes, and CPU seconds for them and for the check of their certificate."""
    begin = time.process_time()
    problem = Training(without_kinks(net.network, net.dataset).minimum, SQUARED_LOSS)
    values = constants(problem, 1)
    seconds = time.process_time() - begin
    data = to_bytes(sgd_constants_certificate(problem, values))
    begin = time.process_time()
    answer = check_bytes(data)
    if answer.word != "VERIFIED":
        print(f"    the checker says {answer.word}: {answer.detail}")
    return values, seconds, time.process_time() - begin, len(data)


def bench_iris() -> None:
    """Constants at two networks for the iris data (149 samples)."""
    print("constants on iris, species=virginica, hard-tanh, CPU seconds")
    data = em.read_dataset("iris", labels="species=virginica")
    for theorem in ("3.1", "decoupled"):
        values, seconds, checked, size = certified(em.build(data, theorem, activation="hard-tanh"))
        print(
            f"  {theorem:<10} P = {values.P}, rank {values.rank} of {values.N}: {seconds:.2f} s "
            f"({CONSTANTS_GOAL / seconds:.1f} times faster than the goal of {CONSTANTS_GOAL:.0f} s); certificate "
            f"{size} bytes, checked in {checked:.2f} s"
        )


def bench_growth(most: int) -> None:
    """Constants and check for N = 125, 250, ... samples in eight dimensions, theorem `decoupled`."""
    print("growth with N, decoupled, hard-tanh, d_x = 8, CPU seconds (exponent against the row before)")
    N, before = 125, (0.0, 0.0)
    while N <= most:
        draw = random.Random(N)
        inputs = [[draw.randrange(10**6) for _ in range(8)] for _ in range(N)]
        labels = [[fmpq(draw.randrange(-1000, 1001), 1000)] for _ in range(N)]
        values, *times, size = certified(em.build(em.dataset(inputs, labels), "decoupled", activation="hard-tanh"))
        shown = [
            f"{t:.1f} s" + (f" (N^{math.log2(t / b):.1f})" if b else "") for t, b in zip(times, before, strict=True)
        ]
        print(
            f"  N = {N:<5} P = {values.P:<6} rank {values.rank}: constants {shown[0]}, certificate {size} bytes, "
            f"checked in {shown[1]}"
        )
        N, before = 2 * N, times


def bench_rounded() -> None:
    """Steps per second of a long rounded run of a 1-2-1 network, with all checks."""
    problem = Training(random_network(1, [1, 2, 1], RELU, 3), SQUARED_LOSS)
    result, _, seconds = run(problem, "rounded", 1, 2000)
    rate = result.steps / seconds
    print(
        f"rounded run, 1-2-1, N = 3, B = 1: {result.steps} steps in {seconds:.2f} s, {rate:.0f} steps/s "
        f"({rate / STEPS_GOAL:.1f} times the goal of {STEPS_GOAL:.0f})"
    )


def bench_modes() -> None:
    """The three modes on three networks."""
    print("modes: steps, steps/s, ratio of steps/s to rounded, bits")
    cases = (([1, 2, 1], HARD_TANH, 4, 2, 200), ([2, 3, 3, 1], RELU, 6, 2, 50), ([5, 18, 7, 1], RELU, 32, 8, 5))
    for sizes, activation, N, B, epochs in cases:
        problem = Training(random_network(1, sizes, activation, N), SQUARED_LOSS)
        rates = {}
        for mode in ("rounded", "arb", "exact"):
            result, _, seconds = run(problem, mode, B, epochs)
            rates[mode] = result.steps / seconds
            note = " ".join(f"{key} {value}" for key, value in result.notes.items())
            print(
                f"  {'-'.join(map(str, sizes)):<10} N = {N:<3} B = {B}: {mode:<8} {result.steps:>5} steps, "
                f"{rates[mode]:>9.1f} steps/s, {rates[mode] / rates['rounded']:>7.4f}, {note}"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=500, help="most samples of the growth (default: 500)")
    arguments = parser.parse_args()
    bench_constants()
    bench_iris()
    bench_growth(arguments.most)
    bench_rounded()
    bench_modes()
