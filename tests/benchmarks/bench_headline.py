"""Headline sizes: data from a seed, built, written as version 2 and checked, with time, memory and bytes of each step.

    python tests/benchmarks/bench_headline.py cifar-4.2 [--scale 1/10] [--folder FOLDER]

`--scale` S takes S times as many samples (and, for the CIFAR-like cases, S times as many pixels, so that the widths
stay those of the full size). Every step is a process of its own: its processor time and its peak memory are those that
the system reports. The independent checker is run as `python exactmem/certificates/checker.py`, with its
default limits.
"""

import argparse
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Literal, NamedTuple

from exactmem.activations import parse_activation
from exactmem.certificates.writing.version_2 import packed, write_answer, write_question
from exactmem.commands.common import table
from exactmem.constructions.build import build
from exactmem.constructions.theorem import Choices
from exactmem.networks import largest_bits
from exactmem.readers import read_dataset
from exactmem.synthetic import write_idx_like

ROOT = Path(__file__).parents[2]
CHECKER = ROOT / "exactmem" / "certificates" / "checker.py"


class Case(NamedTuple):
    """A theorem at a size; `widths` gives the hidden widths for N samples of so many classes, None the smallest."""

    theorem: str
    activation: str
    samples: int
    pixels: int
    classes: int | None
    widths: Callable[[int, int], tuple[int, ...]] | None = None
    flat: bool = False
    decision: Literal["argmax"] | None = None


def squared(n: int) -> int:
    """The least width d with 4 (d/4)^2 >= N, a multiple of 4."""
    return 4 * math.ceil(math.isqrt(n - 1) / 2 + 0.5) if n > 4 else 4


CASES = {
    "cifar-4.2": Case("4.2", "relu", 50_000, 3072, 10, lambda n, k: (106,), flat=True),
    "cifar-4.1": Case("4.1", "relu", 50_000, 3072, 10, lambda n, k: (106, 20), flat=True),
    "cifar-default-class": Case("default-class", "relu", 50_000, 3072, 10, lambda n, k: (69,)),
    "cifar-default-class-flat": Case("default-class", "relu", 50_000, 3072, 10, lambda n, k: (72,), flat=True),
    "cifar-default-class-argmax": Case(
        "default-class", "relu", 50_000, 3072, 10, lambda n, k: (54,), decision="argmax"
    ),
    "cifar-narrow-resnet": Case("narrow-resnet", "relu", 50_000, 3072, 10, lambda n, k: (33, 9)),
    "cifar-narrow-resnet-flat": Case("narrow-resnet", "relu", 50_000, 3072, 10, flat=True),
    "cifar-narrow-resnet-argmax": Case("narrow-resnet", "relu", 50_000, 3072, 10, decision="argmax"),
    "million-3.2": Case("3.2", "relu", 10**6, 64, 1000, lambda n, k: (squared(n), squared(n), 4 * k), flat=True),
    "million-plateau": Case(
        "plateau", "hard-tanh", 10**6, 64, 1000, lambda n, k: (math.isqrt(n - 1) + 1, math.isqrt(n - 1) + 1, k - 1)
    ),
    "million-decoupled": Case("decoupled", "relu", 10**6, 8, None),
    "growing-3.1": Case("3.1", "relu", 10**5, 8, None),
}


def sizes(case: Case, scale: Fraction) -> tuple[int, int, int | None]:
    """(samples, pixels, classes) of a case at a scale: classes shrink like the square root of the samples."""
    samples = int(case.samples * scale)
    if case.classes == 10:
        return samples, round(case.pixels * scale), 10
    return samples, case.pixels, None if case.classes is None else max(2, round(case.classes * float(scale) ** 0.5))


def build_step(case: Case, folder: Path, scale: Fraction) -> None:
    """Build the network from the images in the folder and write question and answer there; prints its phases."""
    start = time.perf_counter()

    def phase(name: str) -> None:
        if not name.startswith("verified"):
            print(f"  {time.perf_counter() - start:8.1f} s  processor {time.process_time():8.1f} s  {name}", flush=True)

    phase("reading")
    data = read_dataset(folder / "images-idx3-ubyte", classify=case.classes is not None)
    widths = case.widths(data.N, data.d_y) if case.widths else None
    choices = Choices(flat=True if case.flat else None, decision=case.decision)
    made = build(data, case.theorem, widths, parse_activation(case.activation), choices, report=phase)
    phase("writing")
    question = write_question(folder / "question.json", packed(data), made.decision)
    source, parameters = made.theorem.source, dict(made.parameters)
    write_answer(folder / "network.answer", question, made.network, source, made.theorem.id, parameters)
    phase(
        f"{made.network!r}, {made.network.hidden_nodes} hidden units, longest weight {largest_bits(made.network)} bits"
    )


def run(command: list[str]) -> tuple[float, float, int, int]:
    """(wall seconds, processor seconds, peak MB, exit code) of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, os.waitstatus_to_exitcode(status)


def main() -> None:
    """Run the steps of a case and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--scale", type=Fraction, default=Fraction(1))
    parser.add_argument("--folder", type=Path, default=Path("headline"))
    parser.add_argument("--step", choices=("all", "build", "check", "inside"), default="all")
    args = parser.parse_args()
    case = CASES[args.case]
    if args.step == "inside":
        build_step(case, args.folder, args.scale)
        return
    samples, pixels, classes = sizes(case, args.scale)
    args.folder.mkdir(parents=True, exist_ok=True)
    write_idx_like(args.folder, samples, pixels, classes)
    own = [sys.executable, __file__, args.case, "--scale", str(args.scale), "--folder", str(args.folder)]
    steps = {
        "build": [*own, "--step", "inside"],
        "check": [sys.executable, str(CHECKER), str(args.folder / "network.answer")],
    }
    rows = []
    for name, command in steps.items():
        if args.step in (name, "all"):
            wall, processor, peak, code = run(command)
            rows.append((name, f"{wall:.1f}", f"{processor:.1f}", peak, code))
            if code:
                break
    print(table(("step", "wall s", "processor s", "peak MB", "exit"), rows))
    files = [path for path in sorted(args.folder.iterdir()) if path.name.startswith(("question", "network"))]
    print(table(("file", "bytes"), [(path.name, path.stat().st_size) for path in files]))


if __name__ == "__main__":
    main()
