"""Certificates in Coq's kernel, and the verified checker against the Python checker.

`python tests/benchmarks/bench_coq.py` needs Coq and OCaml. It prints the processor's seconds of one run, beside the
goal or with the ratio to the Python checker.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from exactmem.certificates.checker import check_file
from exactmem.cli import main
from tests.proofs.coq import tools

KERNEL_GOALS = (("3.1", "relu", "iris", 10), ("product", "hard-tanh", 1024, 20), ("decoupled", "hard-tanh", 1024, 10))
CHECKED = (("3.1", "hard-tanh"), ("product", "hard-tanh"), ("product", "relu"), ("decoupled", "hard-tanh"))


def random_data(folder: Path, samples: int) -> Path:
    """Samples of 8 integers below 10^6 with a label in [0, 1] of six decimals."""
    rng = random.Random(samples)
    rows = ["a,b,c,d,e,f,g,h,y"]
    rows += [
        ",".join(str(rng.randrange(10**6)) for _ in range(8)) + f",0.{rng.randrange(10**6):06d}" for _ in range(samples)
    ]
    path = folder / f"{samples}.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def command(*arguments: object) -> None:
    """Run an exactmem command silently."""
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        if main([str(argument) for argument in arguments]):
            raise SystemExit(f"failed: {arguments}")


def seconds(call: list[str]) -> tuple[float, str]:
    """The processor's seconds of a program, and the first word that it prints."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(call, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout.split(" ")[0]


def bench_kernel(folder: Path) -> None:
    """coqc on exported files."""
    print("Coq's kernel: coqc of the exported certificate")
    for theorem, activation, data, goal in KERNEL_GOALS:
        source = [data, "--classify"] if data == "iris" else [random_data(folder, int(data))]
        certificate, theory = folder / "c.json", folder / "c.v"
        command("build", *source, "--theorem", theorem, "--activation", activation, "-o", certificate)
        command("export", certificate, "--to", "coq", "-o", theory)
        used, word = seconds(["coqc", "-Q", str(tools.built()), "Checker", str(theory)])
        if word != "Closed":
            raise SystemExit(f"{theorem} {activation}: coqc refuses the certificate")
        print(
            f"  {theorem:<10} {activation:<10} {data!s:<6} {used:6.1f} s ({goal / used:.1f} times faster than {goal} s)"
        )


def bench_checker(folder: Path) -> None:
    """exactmem-verified against checker.py, both from the file."""
    print("exactmem-verified, and how many times slower the Python checker is")
    for samples in (1000, 10_000):
        data = random_data(folder, samples)
        for theorem, activation in CHECKED:
            certificate = folder / "c.json"
            command("build", data, "--theorem", theorem, "--activation", activation, "-o", certificate)
            used, word = seconds([str(tools.built() / "exactmem-verified"), str(certificate)])
            begin = time.process_time()
            verdict = check_file(str(certificate))
            other = time.process_time() - begin
            mine, theirs = f"{used:7.2f} s {word:<9}", f"{other / used:5.1f} {verdict.word}"
            print(f"  {theorem:<10} {activation:<10} N = {samples:<6} {mine} {theirs}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        bench_kernel(Path(place))
        bench_checker(Path(place))
