"""The corpus of version 2, and version 1 against version 2: the same verdicts, whatever a companion's path holds."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exactmem.certificates import checker
from tests.certificates.corpus import make_memorization, make_version_2
from tests.support.checker_cases import Document, dumps
from tests.support.version_2_cases import converted, sealed, sha, write

CORPUS = make_version_2.FOLDER
FOLDERS = {"valid": ("VERIFIED", 0), "invalid": ("REFUTED", 1), "malformed": ("MALFORMED", 2)}
OLD = {**make_memorization.VALID, **{f"not-{name}": d for name, d in make_memorization.INVALID.items()}}
GOOD = CORPUS / "valid" / "rank-one-first-layer.answer"


def files(folder: str) -> list[Path]:
    return sorted((CORPUS / folder).glob("*.answer"))


def verdict(path: Path, **options: Any) -> checker.Answer:
    return checker.check_file(str(path), **options)


def copied(folder: Path, source: Path = GOOD) -> Path:
    """The answer in another folder, with its companions."""
    for path in source.parent.glob(f"{source.stem}.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder / source.name


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("plain", [False, True])
def test_every_answer_has_the_verdict_of_its_folder(folder: str, plain: bool) -> None:
    assert len(files(folder)) >= 9
    for file in files(folder):
        found = verdict(file, plain=plain)
        assert (found.word, found.exit_code) == FOLDERS[folder], (file.name, found)


def test_a_malformed_file_is_told_its_place() -> None:
    places = make_version_2.malformed()[1]
    assert set(places) == {file.stem for file in files("malformed")}
    for file in files("malformed"):
        assert verdict(file).detail.startswith(places[file.stem]), file.name


def test_the_files_are_those_the_generator_writes() -> None:
    on_disk = {f"{folder}/{path.name}": path.read_bytes() for folder in FOLDERS for path in (CORPUS / folder).iterdir()}
    assert on_disk == make_version_2.corpus()


def test_the_checker_alone_checks_them(tmp_path: Path) -> None:
    command = [sys.executable, "-IS", checker.__file__, *map(str, files("valid"))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("VERIFIED") == len(files("valid"))


def one_hot(document: Document) -> bool:
    labels = document["dataset"]["labels"]
    return all(sorted(label) == ["0"] * (len(label) - 1) + ["1"] for label in labels)


@pytest.mark.parametrize("name", OLD)
def test_both_versions_have_the_same_verdict_and_detail(name: str, tmp_path: Path) -> None:
    document = OLD[name]
    (tmp_path / "old.json").write_bytes(dumps(document))
    old = verdict(tmp_path / "old.json")
    ways = [converted(document), converted(document, hexadecimal=True)]
    ways += [converted(document, classes=True)] if one_hot(document) and document["claim"]["decision"] != "sign" else []
    for case in ways:
        write(tmp_path, sealed(case, "new"))
        for plain in (False, True):
            new = verdict(tmp_path / "new.answer", plain=plain)
            assert new.word == old.word
            assert new.detail.partition(", question ")[0] == old.detail.partition(", dataset ")[0]


def test_a_verdict_ends_with_the_digest_of_the_question_and_can_ask_for_it() -> None:
    own = sha(GOOD.with_suffix(".question").read_bytes())
    assert verdict(GOOD).detail.endswith(f", question {own}")
    assert verdict(GOOD, dataset=own).word == "VERIFIED"
    assert verdict(GOOD, dataset="0" * 64) == ("REFUTED", f"about other data: its question has the digest {own}")
    wrong = CORPUS / "malformed" / "class-out-of-range.answer"
    assert verdict(wrong, dataset="0" * 64).word == "MALFORMED"


@pytest.mark.parametrize("ending", [".question", ".data"])
def test_a_companion_is_a_regular_file_in_the_same_folder(ending: str, tmp_path: Path) -> None:
    answer = copied(tmp_path)
    companion = answer.with_suffix(ending)
    for change in ("link", "hard link", "pipe", "folder"):
        content = companion.read_bytes()
        companion.rename(tmp_path / "elsewhere")
        if change == "link":
            companion.symlink_to(tmp_path / "elsewhere")
        elif change == "hard link":
            companion.hardlink_to(tmp_path / "elsewhere")
        elif change == "pipe":
            os.mkfifo(companion)
        else:
            companion.mkdir()
        assert verdict(answer).word == ("VERIFIED" if change == "hard link" else "MALFORMED"), change
        companion.rmdir() if change == "folder" else companion.unlink()
        (tmp_path / "elsewhere").unlink()
        companion.write_bytes(content)
    assert verdict(answer).word == "VERIFIED"


def test_the_answer_itself_may_be_reached_by_a_link_or_come_through_a_pipe(tmp_path: Path) -> None:
    answer = copied(tmp_path)
    (tmp_path / "link").symlink_to(answer.name)
    assert verdict(tmp_path / "link").word == "VERIFIED"
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(f"cat {answer.name} > pipe", shell=True, cwd=tmp_path):
        assert verdict(tmp_path / "pipe").word == "VERIFIED"


def test_in_the_working_directory_and_from_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = copied(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert verdict(Path(answer.name)).word == "VERIFIED"
    content = answer.read_bytes()
    assert checker.check_bytes(content).detail.startswith("an answer of version 2: give the file")
    assert checker.check_bytes(content, folder=str(tmp_path)).word == "VERIFIED"
