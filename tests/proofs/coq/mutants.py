"""The verified checker against the Python checker on mutants: `python -m tests.proofs.coq.mutants [COUNT]`.

A mutant is a valid or invalid certificate of the corpus with one or two changes, in its values (most of them sealed
again, so that only the content can tell) or in its bytes. Prints how often each verdict was given by both; exits with
1 and the mutant's file if they differ. The default count is 10,000.
"""

import copy
import hashlib
import io
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from fractions import Fraction
from pathlib import Path
from typing import Any

from exactmem.certificates.checker import check_bytes
from exactmem.cli import main
from tests.proofs.coq import tools

BATCH = 500
RIGHT = ["0", "1", "-1", "2", "1/2", "-3/7", "10", "-100", "99999999999999999999/7", "-1/1000000000000000000003"]
WRONG = [
    "2/4",
    "01",
    "-0",
    "1/1",
    "",
    "1e3",
    "1/-2",
    "+1",
    " 1",
    "1/0",
    "\u0661",
    "0x1",
    "1_0",
    "--1",
    "/2",
    "1/",
    "1/02",
]
NAMES = ["identity", "abs", "square", "threshold", "hard-tanh", "equal", "argmax", "sign"]
VALUES: list[Any] = [None, True, False, 0, 1, 2, -1, [], {}, ["1"], [["1"]], {"column": ["1"], "row": ["1"]}]
OTHERS = [*NAMES, *VALUES, *({"kind": name} for name in NAMES[:5])]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    found = []
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for key in keys:
        found.append((value, key))
        found += places(value[key])
    return found


def is_number(value: Any) -> bool:
    return isinstance(value, str) and value[:1] in set("-0123456789")


def near(rng: random.Random, number: str) -> str:
    """Another rational."""
    if len(number) > 2000 or not re.fullmatch("-?[0-9]+(/[1-9][0-9]*)?", number):
        return "-" + number
    value = Fraction(number)
    return str(rng.choice([value + 1, value - 1, -value, 2 * value, value + Fraction(1, 10**20), value / 3]))


def change(rng: random.Random, container: Any, key: Any) -> None:
    """One change at a place."""
    value = container[key]
    kind = rng.choice([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 5, 6])
    if is_number(value) and kind < 4:
        container[key] = (
            rng.choice(WRONG) if kind else rng.choice([rng.choice(RIGHT), near(rng, value), near(rng, value)])
        )
    elif isinstance(value, list) and value and kind < 4:
        i = rng.randrange(len(value))
        edits = [value[:i] + value[i + 1 :], [*value[:i], value[i], *value[i:]], value[::-1], value[1:] + value[:1]]
        container[key] = copy.deepcopy(rng.choice(edits))
    elif isinstance(value, bool) and kind < 4:
        container[key] = not value
    elif isinstance(value, int) and kind < 4:
        container[key] = value + rng.choice([1, -1])
    elif isinstance(container, dict) and kind == 4:
        del container[key]
    elif isinstance(container, dict) and kind == 5:
        container[str(key) + "x"] = value
    else:
        container[key] = copy.deepcopy(rng.choice(OTHERS))


def seal(document: dict[str, Any]) -> None:
    """The digests that the content has."""
    for part in ("claim", "dataset", "network"):
        data = json.dumps(document.get(part), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if isinstance(document.get("digests"), dict):
            document["digests"][part] = hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()


def mutant(rng: random.Random, originals: list[bytes]) -> bytes:
    """One mutant."""
    data = rng.choice(originals)
    if rng.random() < 0.15:
        i = rng.randrange(len(data))
        return data[:i] + bytes([rng.choice([*b'0123456789"[]{},:/-\\e. \n', rng.randrange(256)])]) + data[i + 1 :]
    document = json.loads(data)
    parts = rng.choices(["claim", "dataset", "network", None], [1, 4, 14, 1])
    sections = [document if part is None else document[part] for part in parts]
    for _ in range(rng.choice([1, 1, 1, 2])):
        found = places(rng.choice(sections))
        numbers = [(container, key) for container, key in found if is_number(container[key])]
        found = numbers if numbers and rng.random() < 0.7 else found
        if found:
            change(rng, *rng.choice(found))
    if rng.random() < 0.85:
        seal(document)
    return json.dumps(document).encode()


def originals(folder: Path) -> list[bytes]:
    """The small certificates of memorization in the corpus, and some of the constructions, which are on a line."""
    paths = [path for name in ("valid", "invalid") for path in tools.memorizations(name)]
    small = [path.read_bytes() for path in paths if path.stat().st_size < 6000]
    data, target = folder / "data.csv", folder / "original.json"
    data.write_text("x,z,y\n" + "".join(f"{(7 * i) % 13},{i * i % 5},{(5 * i) % 7}/7\n" for i in range(12)))
    for theorem in ("3.1", "product", "decoupled", "two-layer"):
        for activation in ("hard-tanh", "relu-like:2/3,1/5"):
            command = ["build", str(data), "--theorem", theorem, "--activation", activation, "-o", str(target)]
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                if main(command) != 0:
                    raise AssertionError(command)
            small += 4 * [target.read_bytes()]
    return small


def compare(count: int, seed: int, folder: Path) -> Counter[str]:
    """Verdicts on which both checkers agree; AssertionError, leaving the file, where they do not."""
    rng, sources, agreed = random.Random(seed), originals(folder), Counter[str]()
    program = tools.built() / "exactmem-verified"
    for start in range(0, count, BATCH):
        mutants = [mutant(rng, sources) for _ in range(min(BATCH, count - start))]
        paths = [folder / f"{start + i}.json" for i in range(len(mutants))]
        for path, data in zip(paths, mutants, strict=True):
            path.write_bytes(data)
        done = subprocess.run([program, *paths], capture_output=True, text=True, timeout=300)
        for path, data, line in zip(paths, mutants, done.stdout.splitlines(), strict=True):
            expected = check_bytes(data)
            word = line.split(" ")[0]
            if word != expected.word:
                raise AssertionError(f"{path}: {line} but {expected}")
            agreed[word] += 1
            path.unlink()
    return agreed


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(dict(compare(number, 0, Path(tempfile.mkdtemp()))))
