"""`build` writes version 2 and answers questions; `check`, `show`, `eval` and `em.load` read it."""

import json
from pathlib import Path
from typing import Any

import pytest

import exactmem as em
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
