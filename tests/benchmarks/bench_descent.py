"""Gradient descent and existence boxes: finding and checking certificates as sizes grow; ratios of one run.

    python tests/benchmarks/bench_descent.py [--samples 5,10,20] [--sequences 2,4,6]

Rates: d = 6, 4 N paired hidden units. Boxes: T = 4 steps of 2 numbers, 6 units. The growth exponent of a column is
log(time(m)/time(before))/log(m/before).
"""

import argparse
import math
import time
from collections.abc import Callable
from typing import Any

from exactmem.activations import RELU
from exactmem.certificates.checker import check_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.existence_box import existence_box_certificate
from exactmem.certificates.writing.gradient_rate import gradient_rate_certificate
from exactmem.commands.common import table
from exactmem.datasets import make_dataset
from exactmem.errors import ExactmemError
from exactmem.tangent.elman import seeded
from exactmem.tangent.existence import find
from exactmem.tangent.rate import certify, from_seed
from exactmem.tangent.tables import seeded_dataset

SEEDS = range(50)


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds and the result."""
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def first(action: Callable[[int], Any]) -> tuple[float, Any]:
    """CPU seconds and the result for the first seed that does."""
    for seed in SEEDS:
        try:
            return timed(lambda seed=seed: action(seed))
        except ExactmemError:
            continue
    raise SystemExit("no seed does")


def rows_of(sizes: list[int], make: Callable[[int, int], Any], write: Callable[[Any], Any]) -> list[list[Any]]:
    """Per size: seconds to find and to check with growth exponents, and bytes."""
    rows: list[list[Any]] = []
    last: tuple[int, float, float] | None = None
    for m in sizes:
        finding, found = first(lambda seed, m=m: make(m, seed))
        content = to_bytes(write(found))
        checking, answer = timed(lambda content=content: check_bytes(content))
        if answer.word != "VERIFIED":
            raise SystemExit(f"size {m}: {answer}")
        growth = ["", ""]
        if last:
            ratio = math.log(m / last[0])
            growth = [f"{math.log(a / b) / ratio:.1f}" for a, b in ((finding, last[1]), (checking, last[2]))]
        rows.append([m, f"{finding:.2f}", growth[0], f"{checking:.2f}", growth[1], len(content)])
        last = (m, finding, checking)
    return rows


def rate(N: int, seed: int) -> Any:
    """A certified rate for N samples with labels of both signs."""
    return certify(from_seed(seed, 2 * N, seeded_dataset(N, 6, 0), RELU))


def box(N: int, seed: int) -> Any:
    """An existence box for N sequences of four steps."""
    drawn = seeded_dataset(N, 8, 1)
    return find(seeded(seed, 6, 2, 1), make_dataset(drawn.inputs, drawn.labels))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", default="5,10,20")
    parser.add_argument("--sequences", default="2,4,6")
    options = parser.parse_args()
    headers = ["size", "find s", "exponent", "check s", "exponent", "bytes"]
    for text, make, write in (
        (options.samples, rate, gradient_rate_certificate),
        (options.sequences, box, existence_box_certificate),
    ):
        print(table(headers, rows_of([int(part) for part in text.split(",")], make, write)), end="\n\n")


if __name__ == "__main__":
    main()
