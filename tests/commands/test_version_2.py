"""`build`, `certify`, `exactify` write version 2 and answer questions; `check`, `show`, `eval`, `em.load` read it."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import exactmem as em
from exactmem.certificates.checking import memorization
from exactmem.cli import main

CSV = "a,b,label\n0,1/2,x\n1,-3,y\n2,0,x\n4,1,y\n"
BUILD = ("--theorem", "3.1", "--activation", "hard-tanh", "--format-version", "2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with data and an answer about them."""
    monkeypatch.chdir(tmp_path)
    Path("points.csv").write_text(CSV)
    assert main(["build", "points.csv", "--classify", *BUILD, "-o", "a.answer"]) == 0
    return tmp_path


def test_three_files_that_are_checked_shown_evaluated_and_loaded(folder: Path, capsys: Any) -> None:
    assert {path.name for path in folder.iterdir()} == {"points.csv", "a.answer", "a.question", "a.data"}
    capsys.readouterr()
    assert main(["check", "a.answer", "--data", "points.csv", "--classify"]) == 0
    assert capsys.readouterr().out.endswith("; the same data\n")
    assert main(["show", "a.answer", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["claim"]["sizes"]["N"] == 4
    assert "  the first: (0, 1/2) -> (1, 0)" in shown["words"]
    assert main(["eval", "a.answer", "--at", "1,-3"]) == 0
    assert capsys.readouterr().out == "0, 1\n"
    loaded = em.load("a.answer")
    assert loaded.claim == shown["claim"]
    assert loaded.check()  # as version 1
    assert em.check("a.answer", em.read_dataset("points.csv", classify=True))


def test_one_question_has_many_answers(folder: Path, capsys: Any) -> None:
    question = Path("a.question").read_bytes()
    assert main(["build", "a.question", "--theorem", "4.2", "--activation", "relu", "-o", "b.answer"]) == 0
    assert Path("a.question").read_bytes() == question
    assert main(["check", "a.answer", "b.answer"]) == 0
    assert capsys.readouterr().out.count("VERIFIED") == 2


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_sample_by_sample(folder: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch, jobs: str) -> None:
    """What is not used does no harm where it is broken."""
    monkeypatch.setattr(memorization, "swept", None)
    assert main(["check", "a.answer", "--plain", "--jobs", jobs]) == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path("a.answer").read_bytes())))
    assert main(["check", "-", "--folder", ".", "--plain"]) == 0
    assert capsys.readouterr().out.count("VERIFIED") == 2
    assert main(["check", "a.answer"]) != 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("points.csv", "--classify", *BUILD, "-o", "-"), "several files"),
        (("points.csv", "--classify", *BUILD, "-o", "c.data"), "NAME.answer"),
        (("points.csv", "--classify", *BUILD, "-o", "\u00fc.answer"), "ASCII letters"),
        (("a.question", "--theorem", "3.1", "--classify", "-o", "c.answer"), "leave out --classify"),
        (("a.question", "--theorem", "3.1", "-o", "../c.answer"), "folder of its question"),
        (("a.answer", "--theorem", "3.1", "-o", "c.answer"), "unknown data format"),
    ],
)
def test_what_cannot_be_written_is_refused(arguments: tuple[str, ...], message: str, folder: Path, capsys: Any) -> None:
    before = {path.name for path in folder.iterdir()}
    assert main(["build", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert {path.name for path in folder.iterdir()} == before


def test_companions_that_were_changed_are_refused_by_readers(folder: Path, capsys: Any) -> None:
    Path("a.data").write_bytes(Path("a.data").read_bytes()[::-1])
    assert main(["show", "a.answer"]) == 2
    assert "SHA-256" in capsys.readouterr().err
    assert main(["check", "a.answer"]) == 2


def test_certify_answers_and_says_what_fails(folder: Path, capsys: Any) -> None:
    certify = ["certify", "a.answer", "--data", "points.csv", "--classify", "--decision", "argmax"]
    assert main([*certify, "--format-version", "2", "-o", "own.answer"]) == 0
    assert main(["certify", "a.answer", "--data", "own.question", "-o", "second.answer"]) == 0
    Path("zero.json").write_text('{"weights": [[["0", "0"], ["0", "0"]]], "biases": [["1", "0"]]}')
    capsys.readouterr()
    assert main(["certify", "zero.json", "--data", "own.question", "-o", "zero.answer"]) == 1
    assert capsys.readouterr().out.startswith("REFUTED (argmax): 2 of 4 samples are right")
    assert main(["check", "own.answer", "second.answer", "zero.answer"]) == 1
    words = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert words == ["VERIFIED own.answer", "VERIFIED second.answer", "REFUTED zero.answer"]
    assert main(["certify", "a.answer", "--data", "own.question", "--decision", "equal"]) == 2
    assert "asks for argmax" in capsys.readouterr().err


def test_a_network_built_by_argmax_answers_what_asks_for_that(folder: Path, capsys: Any) -> None:
    points = ["points.csv", "--classify", "--format-version", "2"]
    by_argmax = ["--theorem", "default-class", "--decision", "argmax"]
    capsys.readouterr()
    assert main(["build", *points, *by_argmax, "-o", "b.answer", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["decision"] == "argmax"
    assert main(["build", "b.question", *by_argmax, "-o", "c.answer"]) == 0
    assert "the output of its class is strictly the largest for all 4 samples" in capsys.readouterr().out
    assert main(["build", "b.question", "--theorem", "3.1", "-o", "d.answer"]) == 0  # exactly one-hot: all the more
    assert main(["build", "points.csv", "--classify", *by_argmax, "-o", "e.json"]) == 0
    capsys.readouterr()
    assert main(["check", "b.answer", "c.answer", "d.answer", "e.json"]) == 0
    assert capsys.readouterr().out.count(": memorization (argmax) by ") == 4
    assert json.loads(Path("e.json").read_text())["provenance"]["parameters"]["decision"] == "argmax"
    assert main(["build", "a.question", *by_argmax, "-o", "f.answer"]) == 2
    assert "decides by argmax, a.question asks for equal" in capsys.readouterr().err
    assert not Path("f.answer").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--decision", "equal"], "invalid choice: 'equal'"),
        (["--decision", "argmax", "--flat"], "exactly one-hot outputs already"),
        (["--decision", "argmax", "--alpha", "9"], "leave out one of the two"),
    ],
)
def test_decisions_that_cannot_be_chosen(options: list[str], message: str, folder: Path, capsys: Any) -> None:
    capsys.readouterr()
    assert main(["build", "points.csv", "--classify", "--theorem", "default-class", *options, "-o", "b.json"]) == 2
    assert message in capsys.readouterr().err
    assert not Path("b.json").exists()


def test_exactify_answers(folder: Path, capsys: Any) -> None:
    exactify = ["exactify", "a.answer", "--format-version", "2", "--data"]
    assert main([*exactify, "points.csv", "--classify", "-o", "own.answer"]) == 0
    assert main(["exactify", "a.answer", "--data", "a.question", "-o", "second.answer"]) == 0
    capsys.readouterr()
    assert main(["check", "own.answer", "second.answer"]) == 0
    assert capsys.readouterr().out.count("VERIFIED") == 2


def test_the_csv_file_itself_is_the_data(folder: Path, capsys: Any) -> None:
    keep = ("--format-version", "2", "--keep-csv")
    content = "\ufeffa,b,note,label\r\n0, 1/2,,x\r\n1,-3.00,1e5,y\r\n02,-0,,x\r\n4,1,,y\r\n4,1,again,y\r\n"
    Path("own.csv").write_text(content, newline="")
    chosen = ["own.csv", "--inputs", "b,a"]
    assert main(["build", *chosen, "--classify", "--theorem", "3.1", *keep, "-o", "c.answer"]) == 0
    assert main(["build", *chosen, "--labels", "a", "--inputs", "b", "--theorem", "3.1", *keep, "-o", "n.answer"]) == 0
    assert {path.name for path in folder.glob("[cn].*")} == {"c.answer", "c.question", "n.answer", "n.question"}
    assert Path("own.csv").read_bytes() == content.encode()
    argmax = [*chosen, "--classify", "--decision", "argmax", *keep, "-o", "d.answer"]
    assert main(["certify", "c.answer", "--data", *argmax]) == 0
    assert main(["certify", "c.answer", "--data", "d.question"]) == 0
    capsys.readouterr()
    assert main(["check", "c.answer", "n.answer", "d.answer"]) == 0
    out = capsys.readouterr().out
    assert out.count("VERIFIED") == out.count("N = 5") == 3
    assert main(["check", "c.answer", "--data", *chosen, "--classify"]) == 0
    assert capsys.readouterr().out.endswith("; the same data\n")
    Path("own.csv").write_text(content.replace("again", "other"), newline="")
    assert main(["check", "c.answer"]) == 2


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        ('a,b,label\n0,"1",x\n1,2,y\n', ("--classify",), "without quotation marks"),
        ("a,b,label\n0,1e2,x\n1,2,y\n", ("--classify",), "line 2: '1e2' is not a number"),
        ("a,b,label\n\n0,1,x\n1,2,y\n", ("--classify",), "line 2: 1 fields"),
        ("a,b,label\n0,1,x\n1,2,y", ("--classify",), "a line feed after each"),
        ("a,b,label\n0,1,x\n1,2,y\n", ("--labels", "label=x"), "'label=x' is no column"),
        ("a,b,label\n0,1,x\u2003\n1,2,y\n", ("--classify",), "none of the classes"),
        ("a,b,label\n0,1,x\n1,2,y\n", ("--classify", "-o", "sub/a.answer"), "copy it there"),
        ("a,b,label\n0,1,x\n1,2,y\n", ("--classify", "--format-version", "1"), "--format-version 2"),
    ],
)
def test_a_csv_file_that_cannot_be_the_data(
    content: str, arguments: tuple[str, ...], message: str, folder: Path, capsys: Any
) -> None:
    Path("own.csv").write_text(content)
    (folder / "sub").mkdir()
    arguments = ("-o", "c.answer", *arguments)
    assert main(["build", "own.csv", *BUILD, "--keep-csv", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not list(folder.rglob("c.*"))


@pytest.mark.parametrize("after", range(3))
def test_an_interrupt_leaves_all_files_or_none(
    after: int, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    flush, calls = os.fsync, list[int]()

    def interrupted(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > after:
            raise KeyboardInterrupt
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", interrupted)
    for target in ("a.answer", "b.answer"):
        calls.clear()
        assert main(["build", "points.csv", "--labels", "a", "--inputs", "b", *BUILD, "-o", target]) == 130
        assert len(calls) == after + 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_interrupt_between_two_files_waits_for_the_last(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    replace = os.replace

    def interrupted(*names: Any) -> None:
        replace(*names)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(os, "replace", interrupted)
    assert main(["build", "points.csv", "--classify", *BUILD, "-o", "b.answer"]) == 130
    monkeypatch.undo()
    assert main(["check", str(folder / "b.answer")]) == 0
    assert not list(folder.glob(".exactmem*"))


def test_an_answer_on_standard_input_needs_the_folder_of_its_question(folder: Path) -> None:
    content = (folder / "a.answer").read_bytes()

    def check(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "exactmem", "check", "-", *arguments]
        done = subprocess.run(command, cwd=folder, input=content, capture_output=True, check=False)
        return done.returncode, (done.stdout + done.stderr).decode()

    (folder / "empty").mkdir()
    code, verdict = check("--folder", ".")
    assert (code, verdict.partition(":")[0]) == (0, "VERIFIED -")
    code, verdict = check()
    assert code == 2
    assert "--folder" in verdict
    assert main(["check", "a.answer", "--folder", "."]) == 2
    code, verdict = check("--folder", "empty")
    assert (code, verdict.partition(":")[0]) == (2, "MALFORMED -")
    code, verdict = check("--folder", ".", "--data", "points.csv", "--classify")
    assert code == 2
    assert "name the answer's file" in verdict


def test_an_interrupted_process_leaves_no_file(tmp_path: Path) -> None:
    program = """
import sys
from exactmem import cli
from exactmem.commands import build
made = build.build
def slow(*arguments):
    print("building", flush=True)
    while True:
        made(*arguments)
build.build = slow
sys.exit(cli.main(sys.argv[1:]))
"""
    (tmp_path / "points.csv").write_text(CSV)
    arguments = ["build", "points.csv", "--classify", *BUILD, "-o", "a.answer"]
    command = [sys.executable, "-c", program, *arguments]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"building\n"
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["points.csv"]
