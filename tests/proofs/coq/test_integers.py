"""The integers that the extracted checker computes with are Coq's: floor division, 0 for a division by 0, and so on."""

import math
import random
import shutil
import subprocess
from pathlib import Path

from tests.proofs.coq import tools

pytestmark = tools.needs_coq
VALUES = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a // b if b else 0,
    "gcd": math.gcd,
    "lcm": math.lcm,
    "min": min,
    "max": max,
    "neg": lambda a, b: -a,
    "abs": lambda a, b: abs(a),
    "log2": lambda a, b: a.bit_length() - 1 if a > 0 else 0,
    "equal": lambda a, b: int(a == b),
    "leb": lambda a, b: int(a <= b),
    "ltb": lambda a, b: int(a < b),
    "sign": lambda a, b: a,
}
OF_POSITIVES = {
    "shiftr": lambda a, b: a >> b % 100,
    "to_positive": lambda a, b: a,
    "odd": lambda a, b: 2 * a + 1,
    "even": lambda a, b: 2 * a,
    "bits": lambda a, b: a,
}


def test_every_operation(tmp_path: Path) -> None:
    shutil.copy(tools.SOURCES / "integers.ml", tmp_path)
    shutil.copy(Path(__file__).with_name("integers_driver.ml"), tmp_path)
    command = [
        "ocamlfind",
        "ocamlopt",
        "-package",
        "zarith",
        "-linkpkg",
        "integers.ml",
        "integers_driver.ml",
        "-o",
        "run",
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    rng = random.Random(5)
    numbers = [0, 1, -1, 2, -2, 3, -7, 2**62, -(2**62), 2**63, -(2**63), 2**64, 2**64 - 1]
    numbers += [rng.choice([1, -1]) * rng.getrandbits(rng.randrange(1, 300)) for _ in range(60)]
    lines, expected = [], []
    for name, value in VALUES.items():
        for a in numbers:
            for b in [*rng.sample(numbers, 12), 0, 1, -1, a]:
                lines.append(f"{name} {a} {b}")
                expected.append(str(value(a, b)))
    for name, value in OF_POSITIVES.items():
        for a in numbers:
            b = rng.getrandbits(20) % 100
            positive = a if name == "shiftr" else abs(a) or 1
            lines.append(f"{name} {positive} {b}")
            expected.append(str(value(positive, b)))
    lines.append("to_positive -5 0")
    expected.append("1")
    done = subprocess.run(
        [tmp_path / "run"], input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=120
    )
    assert done.stderr == ""
    assert [*zip(lines, done.stdout.splitlines(), strict=True)] == [*zip(lines, expected, strict=True)]
