"""`-` is standard input where a file is read and standard output where one is written."""

import io
import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from exactmem import files
from exactmem.cli import UNDELIVERED
from tests.support.shell_blocks import ROOT

EXAMPLES = ROOT / "exactmem" / "examples"


@pytest.fixture
def given(monkeypatch):
    """Sets what standard input holds."""

    def give(content):
        data = content if isinstance(content, bytes) else content.read_bytes()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


@pytest.fixture
def certificate(run, tmp_path):
    path = tmp_path / "small.json"
    assert run("build", EXAMPLES / "small.csv", "--theorem", "two-layer", "-o", path)[0] == 0
    return path


def npy():
    stream = io.BytesIO()
    np.save(stream, np.array([[0, 0], [1, 1], [3, 0]]))
    return stream.getvalue()


DATA = {
    "csv": (EXAMPLES / "small.csv").read_bytes(),
    "json": b'{"inputs": [[0], [1], [3]], "labels": [0, 1, 0]}',
    "npy": npy(),
}


@pytest.mark.parametrize("form", DATA)
def test_data_in_every_format(run, given, certificate, form):
    given(DATA[form])
    code, out, _ = run("check", certificate, "--data", "-", "--format", form)
    assert (code, "the same data" in out) == (0, True)
    given(DATA[form])
    assert "say what it holds with --format" in run("check", certificate, "--data", "-")[2]
    given(DATA["csv"].replace(b"3,0", b"3,zero"))
    code, _, err = run("check", certificate, "--data", "-", "--format", "csv")
    assert (code, "-: line 4, column 'y': 'zero' is not an exact number" in err) == (2, True)


def test_the_format_goes_before_the_name(run, tmp_path, certificate):
    (tmp_path / "table.txt").write_bytes(DATA["csv"])
    assert run("check", certificate, "--data", tmp_path / "table.txt", "--format", "csv")[0] == 0
    assert "or --format" in run("check", certificate, "--data", tmp_path / "table.txt")[2]


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["check", "-"], 0, "VERIFIED -:"),
        (["show", "-"], 0, "3 samples"),
        (["eval", "-", "--at", "1"], 0, "1"),
        (["pieces", "-"], 0, "2 breakpoints"),
        (["range", "-", "--from", "0", "--to", "3"], 0, "maximum 1 at (1)"),
        (["sgd", "-", "--epochs", "0"], 0, "C_6"),
    ],
)
def test_certificates(run, given, certificate, command, code, words):
    given(certificate)
    found, out, _ = run(*command)
    assert (found, words in out) == (code, True)


@pytest.mark.parametrize("name", ["classifier.json", "classifier.onnx"])
def test_networks(run, given, name):
    given(EXAMPLES / name)
    code, out, _ = run("certify", "-", "--data", EXAMPLES / "points.csv", "--classify", "--decision", "argmax")
    assert (code, "9 of 9 samples are right" in out) == (0, True)


def test_a_nnet_file(run, given):
    given(ROOT / "tests" / "models" / "spiky_nnet.nnet")
    assert "minimum 85/2" in run("range", "-", "--from", "1", "--to", "100")[1]


def test_standard_input_is_read_once_and_within_the_limit(monkeypatch, given):
    given(b"12345")
    assert files.content("-", 5) == files.content("-", 5) == b"12345"
    with pytest.raises(files.LimitError, match="more than 4 bytes"):
        files.content("-", 4)
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(OSError, match="standard input is closed"):
        files.content("-", 5)


def test_a_closed_standard_input_is_one_line(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    code, _, err = run("show", "-")
    assert (code, err) == (2, "exactmem: -: cannot be read: standard input is closed\n")
    assert run("check", "-")[0] == 2
    assert run("check", "--data", "-", "--format", "csv", "x")[0] == 2


def pipe(*arguments, **options):
    return subprocess.run([sys.executable, "-m", "exactmem", *map(str, arguments)], capture_output=True, **options)


def test_a_certificate_on_standard_output(tmp_path):
    data = EXAMPLES / "small.csv"
    built = pipe("build", data, "--theorem", "two-layer", "-o", "-", cwd=tmp_path)
    assert json.loads(built.stdout)["format"] == "exactmem-certificate"
    assert b"f(x_i) == y_i for all 3 samples" in built.stderr
    assert b"inputs: x; label: y" in built.stderr
    assert list(tmp_path.iterdir()) == []
    checked = pipe("check", "-", input=built.stdout)
    assert (checked.returncode, checked.stdout[:11]) == (0, b"VERIFIED -:")
    assert pipe("check", "-", "--max-bytes", "9", input=built.stdout).returncode == 3


def test_other_files_on_standard_output(certificate):
    assert pipe("plot", "pieces", certificate, "-o", "-").stdout.startswith(b"<?xml")
    assert pipe("export", certificate, "--to", "smt2", "-o", "-").stdout.startswith(b"(set-logic")
    assert pipe("pieces", "--extremal", "3", "-o", "-").stdout.startswith(b"x1,y\n1,-1")
    assert pipe("capacity", EXAMPLES / "small.csv", "--network", "-").stdout.startswith(b"{")


def test_reports_and_limits_on_standard_output_stand_alone(tmp_path):
    found = pipe("prove", "B.1-rank", "--report", "-")
    assert (found.returncode, found.stdout[:2]) == (0, b"# ")
    assert b"1 claim" in found.stderr
    assert pipe("prove", "B.1-rank", "--graph", "-").stdout.startswith(b"<svg")
    seeded = ["descend", "--seed", "1", "--units", "40", "--biases", "--data", EXAMPLES / "small.csv"]
    found = pipe(*seeded, "-o", tmp_path / "rate.json", "--limit", "-")
    assert json.loads(found.stdout)["claim"]["kind"] == "memorization"


@pytest.mark.parametrize("more", [["--json"], ["--plot", "-"]])
def test_standard_output_holds_one_result(run, certificate, more):
    code, _, err = run("sgd", certificate, "--certificate", "-", *more)
    assert (code, "standard output holds one result" in err) == (2, True)


def test_verdicts_that_nobody_gets_are_not_verified(certificate):
    check = f"{sys.executable} -m exactmem check {certificate} {certificate}"
    for shell in (f"{check} | true; exit ${{PIPESTATUS[0]}}", f"{check} >&-", f"{check} >/dev/full"):
        done = subprocess.run(["bash", "-c", shell], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert done.returncode == UNDELIVERED
        assert len(done.stderr.splitlines()) == ("PIPESTATUS" not in shell)
        assert "Traceback" not in done.stderr


def test_progress_never_swallows_what_is_printed(monkeypatch, capfd):
    """With standard error on a terminal and standard output in a file, lines go to the file."""
    from exactmem.commands.common import progress

    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(isatty=lambda: True, write=stream.write, flush=lambda: None))
    monkeypatch.setenv("TERM", "xterm")
    with progress() as bar:
        bar.add_task("work", total=1)
        print("a line")
    assert capfd.readouterr().out == "a line\n"
    assert "a line" not in stream.getvalue()
