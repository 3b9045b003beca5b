"""The checker on networks off a line, in files of version 2: `python -m tests.benchmarks.bench_gates [N [THEOREM]]`.

Prints, for N samples (1,000 by default) of 8 integers below 10^6 in three classes (0 and 1 for Baum's theorem), the
processor's seconds in one run of three ways: many samples at once through all layers, many at once through the first
map alone, and sample by sample; and how many times as long as the first way the others take.
"""

import random
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np

from exactmem.activations import RELU, THRESHOLD
from exactmem.certificates.checker import Limits, check_file
from exactmem.certificates.checking import packed_layers
from exactmem.certificates.writing.version_2 import packed, write_answer, write_question
from exactmem.constructions.build import build
from exactmem.constructions.theorem import Choices
from exactmem.datasets import Dataset, packed_dataset
from exactmem.packed import IntegerRows, OneHotRows

CASES = [
    ("baum", THRESHOLD, Choices()),
    ("default-class", RELU, Choices()),
    ("4.2", RELU, Choices()),
    ("4.2", RELU, Choices(flat=True)),
    ("4.1", RELU, Choices()),
]
LIMITS = Limits(max_operations=10**15)  # the plain way is allowed to take longer


def dataset(name: str, samples: int) -> Dataset:
    """Seeded samples with the labels of the theorem."""
    rng = random.Random(1)
    inputs = IntegerRows(np.array([[rng.randrange(10**6) for _ in range(8)] for _ in range(samples)]))
    classes = np.array([rng.randrange(3) for _ in range(samples)])
    if name == "baum":
        return packed_dataset(inputs, IntegerRows((classes % 2)[:, None]))
    return packed_dataset(inputs, OneHotRows(classes, 3))


def seconds(path: Path, plain: bool) -> float:
    """The processor's seconds of a check, which has to succeed."""
    start = time.process_time()
    answer = check_file(str(path), limits=LIMITS, plain=plain)
    if answer.word != "VERIFIED":
        raise SystemExit(f"{path}: {answer}")
    return time.process_time() - start


def main(samples: int, only: str) -> None:
    """Build, check in three ways, print a line for each case of that theorem, or for all."""
    heads = "".join(f"{head:>14}" for head in ("all layers", "first map", "one by one", "first/all", "one/all"))
    print(f"N = {samples}\n{'theorem':20}{heads}")
    for name, activation, choices in CASES:
        if only not in ("", name):
            continue
        made = build(dataset(name, samples), name, activation=activation, choices=choices)
        with tempfile.TemporaryDirectory() as folder:
            question = write_question(Path(folder) / "a.question", packed(made.dataset), made.decision)
            path = Path(folder) / "a.answer"
            write_answer(path, question, made.network, made.theorem.source, name, made.parameters)
            whole = seconds(path, plain=False)
            with patch.object(packed_layers, "WIDE", 0):
                first = seconds(path, plain=False)
            single = seconds(path, plain=True)
        title = f"{name} {'flat' if choices.flat else ''}"
        times = [f"{t:.2f}" for t in (whole, first, single)] + [f"{first / whole:.1f}x", f"{single / whole:.1f}x"]
        print(f"{title:20}" + "".join(f"{t:>14}" for t in times), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, sys.argv[2] if len(sys.argv) > 2 else "")
