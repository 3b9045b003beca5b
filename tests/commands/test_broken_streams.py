"""Standard streams that are full, closed, left by their reader, or of an encoding that lacks a character."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GOLDEN = str(Path(__file__).parent.parent / "certificates" / "golden" / "iris-relu.json")
STREAMS = [
    ("theorems >/dev/full", 3, "No space left on device"),
    ("theorems --json >/dev/full", 3, "No space left on device"),
    ("--help >/dev/full", 3, "No space left on device"),
    ("--version >/dev/full", 3, "No space left on device"),
    ("prove 5.1-gamma >/dev/full", 3, "No space left on device"),
    ("prove 5.1-gamma >&-", 3, "standard output is closed"),
    (f"check {GOLDEN} >/dev/full", 3, "No space left on device"),
    (f"check {GOLDEN} >&-", 3, "standard output is closed"),
    ("build nowhere.csv --theorem 3.1 -o x --json >/dev/full", 2, "nowhere.csv: cannot be read"),
    ("theorems >&-", 3, "standard output is closed"),
    ("theorems 2>&-", 0, ""),
    ("build nowhere.csv --theorem 3.1 -o x --json >&- 2>&-", 2, ""),
    ("build nowhere.csv --theorem 3.1 -o x --json >/dev/full 2>/dev/full", 2, ""),
]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
@pytest.mark.parametrize(("arguments", "code", "words"), STREAMS)
def test_streams_that_cannot_be_written(arguments, code, words):
    shell = f"exec {sys.executable} -m exactmem {arguments}"
    result = subprocess.run(["sh", "-c", shell], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert result.returncode == code
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == bool(words)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["theorems"], 3),
        (["--help"], 3),
        (["theorems", "--json"], 3),
        (["check", GOLDEN, GOLDEN], 3),
        (["prove", "no-such-claim", "--json"], 2),
    ],
)
def test_a_reader_that_leaves_needs_no_word(arguments, code):
    command = [sys.executable, "-m", "exactmem", *arguments]
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert result.returncode == code
    assert len(result.stderr.splitlines()) == (code == 2)


def test_a_proof_script_is_quiet_when_its_reader_leaves():
    script = (
        "import sys; from exactmem.proofs.yun2019 import activations; from exactmem.ledger.running import run_script; "
    )
    command = [sys.executable, "-c", script + "sys.exit(run_script(activations.__file__))"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 3


def test_an_output_whose_encoding_is_too_small_gets_escapes(tmp_path):
    data, cert = tmp_path / "d.csv", tmp_path / "größe.json"
    data.write_text("größe,y\n0,ж\n1,я\n", encoding="utf-8")
    command = [sys.executable, "-m", "exactmem", "build", str(data), "--theorem", "3.1", "--classify", "-o", str(cert)]
    for more in ([], ["--json"]):
        result = subprocess.run(
            [*command, *more], capture_output=True, text=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}
        )
        assert result.returncode == 0
        assert "ж" in json.loads(result.stdout)["classes"] if more else "f(x_i) == y_i" in result.stdout
