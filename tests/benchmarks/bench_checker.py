"""The checker's sweep against its own plain evaluation: `python -m tests.benchmarks.bench_checker [N]`.

Prints, for networks on a line with N samples (1,024 by default) of 8 integers below 10^6, the processor's seconds of
both ways in one run, and how many times as long as the sweep, or the sweep as: the plain evaluation; reading the file's
numbers with `json.loads` and `int`; reading the file as the checker does, which doubts every number.
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from exactmem.activations import HARD_TANH, RELU
from exactmem.certificates.checker import Limits, check_bytes
from exactmem.certificates.checking.document import find_kind
from exactmem.certificates.checking.strict_json import parse_json
from exactmem.certificates.checking.verdicts import Meter
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.memorization import certificate
from exactmem.constructions.build import build
from exactmem.datasets import make_dataset

CASES = [
    ("3.1", HARD_TANH),
    ("product", HARD_TANH),
    ("product", RELU),
    ("decoupled", HARD_TANH),
    ("plateau", HARD_TANH),
]
NUMBER = re.compile("-?[0-9]+(/[0-9]+)?")
LIMITS = Limits(max_operations=10**14)  # the plain way is allowed to take longer


def seconds(work: Callable[[], Any]) -> float:
    """The processor's seconds of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(samples: int) -> None:
    """Build, check both ways, print a line for each case."""
    rng = random.Random(1)
    inputs = [[rng.randrange(10**6) for _ in range(8)] for _ in range(samples)]
    labels = [[Fraction(rng.randrange(10**6), 10**6)] for _ in range(samples)]
    classes = [[int(k == value) for k in range(10)] for value in [rng.randrange(10) for _ in range(samples)]]
    heads = "".join(f"{head:>13}" for head in ("bytes", "sweep", "plain", "plain/sweep", "sweep/int", "sweep/read"))
    print(f"N = {samples}\n{'theorem':20}{heads}")
    for name, activation in CASES:
        data = make_dataset(inputs, classes if name == "plateau" else labels)
        file = to_bytes(certificate(build(data, name, activation=activation)))
        swept, plain = (seconds(lambda file=file, p=p: require(file, p)) for p in (False, True))  # type: ignore[misc]
        floor = seconds(lambda file=file: numbers(json.loads(file)))  # type: ignore[misc]
        read = seconds(lambda file=file: doubted(file))  # type: ignore[misc]
        times = [f"{t:.2f}" for t in (swept, plain)]
        ratios = [f"{t:.1f}x" for t in (plain / swept, swept / floor, swept / read)]
        print(f"{f'{name} {activation.name}':20}" + "".join(f"{cell:>13}" for cell in (len(file), *times, *ratios)))


def numbers(value: Any) -> None:
    """Make integers of all numerators and denominators in a JSON value."""
    if isinstance(value, str):
        if NUMBER.fullmatch(value):
            for part in value.split("/"):
                int(part)
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            numbers(inner)


def doubted(file: bytes) -> None:
    """Read the file with the checker's own reader."""
    document = parse_json(file, Meter(LIMITS))
    find_kind(document).read(document)


def require(file: bytes, plain: bool) -> None:
    """RuntimeError unless the certificate is verified."""
    if (answer := check_bytes(file, LIMITS, plain=plain)).word != "VERIFIED":
        raise RuntimeError(str(answer))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
