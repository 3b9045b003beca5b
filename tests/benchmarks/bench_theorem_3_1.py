"""Theorem 3.1 at p = q = 16, 32, 64, 128: build, certify and check against two baselines, as ratios of one run.

    python tests/benchmarks/bench_theorem_3_1.py [--sizes 16,32,64,128] [--large 10000]

Baselines: (a) layer 2 by solving equation (7) with `fmpq_mat.solve`, unit by unit; (b) evaluation with plain
`fractions.Fraction`. Both are run on a sample of their work (units, data points) and extrapolated, which is printed.
The whole build also projects and sorts the samples, which (a) is spared: "solve/layer 2" compares layer 2 alone.
"""

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flint import fmpq, fmpq_mat

from exactmem.activations import HARD_TANH
from exactmem.certificates import checker
from exactmem.certificates.writing.document import write_certificate
from exactmem.certificates.writing.memorization import certificate
from exactmem.commands.common import table
from exactmem.constructions.build import build
from exactmem.constructions.parts.recurrence import by_unit, layer1, layer2_unit, member, midpoints_of, passages
from exactmem.constructions.theorem import Choices
from exactmem.constructions.theorem_3_1 import hard_tanh_network, sorted_line
from exactmem.datasets import Dataset, make_dataset
from exactmem.evaluate import evaluate
from exactmem.networks import FNN, largest_bits
from exactmem.rationals import to_fraction

ROUNDS = 5
"""How often what the ratios of (a) compare is run; the fastest round counts, since other work disturbs."""


def random_dataset(samples: int, d_x: int = 8, seed: int = 0) -> Dataset:
    """Random integer inputs with labels that are multiples of 1/100 in [-1, 1]."""
    rng = random.Random(seed)
    inputs = [[rng.randrange(10**6) for _ in range(d_x)] for _ in range(samples)]
    return make_dataset(inputs, [fmpq(rng.randint(-100, 100), 100) for _ in range(samples)])


def timed(action: Callable[[], Any], rounds: int = 1) -> tuple[float, Any]:
    """The least wall time of some rounds in seconds, each starting without garbage, and the result."""
    seconds = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        result = action()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def solve_by_matrix(data: Dataset, p: int, q: int, units: int) -> float:
    """Seconds that layer 2 takes when (7) is solved per unit: p equations, with Z_0 = 0 as the missing one."""
    _, order, line = sorted_line(data, p * q, Choices())
    line = [fmpq(c) for c in line]
    slopes, biases = layer1(midpoints_of(line, q))

    def solve() -> None:
        for k in range(1, units + 1):
            members = [member(j, k, q) for j in range(1, p + 1)]
            rows = [[HARD_TANH(s * line[i] + b) for s, b in zip(slopes, biases, strict=True)] + [1] for i in members]
            rows.append([(-1) ** l for l in range(1, p + 1)] + [1])
            labels = [[data.labels[order[i - 1]][0]] for i in members]
            fmpq_mat(rows).solve(fmpq_mat([*labels, [0]]))

    return timed(solve, ROUNDS)[0] * q / units


def layer2_alone(data: Dataset, p: int, q: int) -> float:
    """Seconds that layer 2 takes by the recurrence, all units, from the sorted line on."""
    _, order, line = sorted_line(data, p * q, Choices())

    def layer2() -> None:
        labels = by_unit([data.labels[i][0] for i in order], q)
        for unit, own in zip(passages(line, q), labels, strict=True):
            layer2_unit(unit, own, Choices())

    return timed(layer2, ROUNDS)[0]


def evaluate_naively(network: FNN, data: Dataset, samples: int) -> float:
    """Seconds that a plain Fraction forward pass takes for all samples."""
    layers = []
    for layer in network.layers:
        rows = [[(j, to_fraction(v)) for j, v in row] for row in layer.weight.nonzero()]
        layers.append((rows, [to_fraction(b) for b in layer.bias]))

    def forward() -> None:
        for x in data.inputs[:samples]:
            state = [to_fraction(v) for v in x]
            for index, (rows, bias) in enumerate(layers):
                state = [sum((w * state[j] for j, w in row), b) for row, b in zip(rows, bias, strict=True)]
                if index < len(layers) - 1:
                    state = [min(max(z, -1), 1) for z in state]

    return timed(forward)[0] * data.N / samples


def compare(p: int) -> tuple[Any, ...]:
    """One row of the table for p = q."""
    data = random_dataset(p * p)
    build_seconds, network = timed(lambda: hard_tanh_network(data, p, p, Choices()), ROUNDS)
    evaluate_seconds, _ = timed(lambda: evaluate(network, data.inputs))
    solve_seconds = solve_by_matrix(data, p, p, units=min(p, 2 if p > 64 else 4))
    layer2_seconds = layer2_alone(data, p, p)
    naive_seconds = evaluate_naively(network, data, samples=min(data.N, 24))
    certify_seconds, check_seconds = certify_and_check(data, (p, p))
    return (
        p,
        largest_bits(network),
        f"{build_seconds:.3f}",
        f"{solve_seconds / build_seconds:.0f}x",
        f"{solve_seconds / layer2_seconds:.0f}x",
        f"{evaluate_seconds:.2f}",
        f"{naive_seconds / evaluate_seconds:.0f}x",
        f"{certify_seconds:.2f}",
        f"{check_seconds:.2f}",
    )


def certify_and_check(data: Dataset, widths: tuple[int, ...] | None) -> tuple[float, float]:
    """Seconds for build + verify + write, and for the independent checker, which has to say VERIFIED."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cert.json"
        certify, _ = timed(
            lambda: write_certificate(path, certificate(build(data, "3.1", widths, activation=HARD_TANH)))
        )
        check, verdict = timed(lambda: checker.check_file(str(path)))
    if verdict.word != "VERIFIED":
        raise SystemExit(f"not verified: {verdict.detail}")
    return certify, check


def main() -> None:
    """Print the table of ratios, then the time of one large dataset."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default="16,32,64,128")
    parser.add_argument("--large", type=int, default=10_000)
    args = parser.parse_args()
    headers = ("p=q", "bits", "build s", "solve/build", "solve/layer 2", "evaluate s", "Fraction/evaluate")
    headers = (*headers, "certify s", "check s")
    print(table(headers, [compare(int(p)) for p in args.sizes.split(",")]))
    data = random_dataset(args.large)
    certify, check = certify_and_check(data, None)
    print(f"N = {args.large}: build + verify + write {certify:.1f} s, independent check {check:.1f} s")


if __name__ == "__main__":
    main()
