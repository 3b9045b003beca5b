"""Tangent kernels: the ntk certificate at m = 16, 32, 64, the exact rank at m = 125, 250, 500; ratios of one run.

    python tests/benchmarks/bench_tangent.py [--certificate 16,32,64] [--rank 125,250,500]

d = 8, q = m for certificates (build, write, check); d = 10, q = 2m/d for ranks. The growth exponent of a column is
log2(time(2m)/time(m)).
"""

import argparse
import gc
import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exactmem.activations import RELU
from exactmem.certificates import checker
from exactmem.certificates.writing.document import write_certificate
from exactmem.certificates.writing.memorization import certificate
from exactmem.commands.common import table
from exactmem.constructions.build import build
from exactmem.networks import largest_bits
from exactmem.tangent.kernel import kernel_rank
from exactmem.tangent.tables import seeded_dataset


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds and the result."""
    gc.collect()
    start = time.process_time()
    result = action()
    return time.process_time() - start, result


def exponent(before: float | None, after: float, ratio: float) -> str:
    """The growth exponent between two sizes, as text."""
    return "" if before is None else f"{math.log(after / before) / math.log(ratio):.1f}"


def certificates(sizes: list[int]) -> str:
    """One row per m: seconds to build, to write and to check, with growth exponents."""
    rows: list[list[Any]] = []
    last: tuple[int, float, float] | None = None
    for m in sizes:
        data = seeded_dataset(m, 8, 0)
        building, made = timed(lambda data=data, m=m: build(data, "ntk", (2 * m,)))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "c.json"
            writing, size = timed(lambda path=path, made=made: write_certificate(path, certificate(made)))
            checking, verdict = timed(lambda path=path: checker.check_file(str(path)))
        if verdict.word != "VERIFIED":
            raise SystemExit(f"m = {m}: {verdict}")
        ratio = m / last[0] if last else 1
        rows.append(
            [m, f"{building:.2f}", exponent(last and last[1], building, ratio), f"{writing:.2f}", f"{checking:.2f}",
             exponent(last and last[2], checking, ratio), size, largest_bits(made.network)]
        )  # fmt: skip
        last = (m, building, checking)
    return table(["m", "build s", "exponent", "write s", "check s", "exponent", "bytes", "bits"], rows)


def ranks(sizes: list[int]) -> str:
    """One row per m: seconds for the exact rank, with growth exponents."""
    rows: list[list[Any]] = []
    last: tuple[int, float] | None = None
    for m in sizes:
        q = max(1, m // 5)
        seconds, rank = timed(lambda m=m, q=q: kernel_rank(seeded_dataset(m, 10, 0), 0, q, RELU))
        rows.append([m, q, rank, f"{seconds:.2f}", exponent(last and last[1], seconds, m / last[0] if last else 1)])
        last = (m, seconds)
    return table(["m", "q", "rank", "seconds", "exponent"], rows)


def sizes_of(text: str) -> list[int]:
    """Comma-separated integers."""
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--certificate", default="16,32,64", type=sizes_of)
    parser.add_argument("--rank", default="125,250,500", type=sizes_of)
    given = parser.parse_args()
    build(seeded_dataset(4, 8, 0), "ntk")  # what is done once is not timed
    print(certificates(given.certificate))
    print()
    print(ranks(given.rank))
