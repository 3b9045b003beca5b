"""The corpus: every file has the verdict of its folder, from inside Python and from the checker as a bare program."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exactmem.certificates import checker
from tests.certificates.corpus import make_memorization as make_corpus
from tests.support import naive

HERE = Path(__file__).parent
CORPUS = HERE / "corpus" / "memorization"
CHECKER = Path(checker.__file__)
FOLDERS = {"valid": ("VERIFIED", 0), "invalid": ("REFUTED", 1), "malformed": ("MALFORMED", 2)}


def files(folder: str) -> list[Path]:
    return sorted((CORPUS / folder).glob("*.json"))


def run(
    *arguments: object, cwd: Path, checker_file: Path = CHECKER, flags: str = "-IS"
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, flags, checker_file, *arguments]
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_has_the_verdict_of_its_folder(folder: str) -> None:
    assert len(files(folder)) >= 15
    for file in files(folder):
        verdict = checker.check_file(str(file))
        assert (verdict.word, verdict.exit_code) == FOLDERS[folder], (file.name, verdict)


def test_the_naive_evaluator_agrees_on_the_corpus() -> None:
    for folder in ("valid", "invalid"):
        for file in files(folder):
            assert naive.holds(json.loads(file.read_bytes())) == (folder == "valid"), file.name


@pytest.mark.parametrize("file", files("malformed"), ids=lambda file: file.stem)
def test_a_malformed_file_is_told_its_place(file: Path) -> None:
    assert checker.check_file(str(file)).detail.startswith(make_corpus.places()[file.stem])


def test_the_files_are_those_the_generator_writes() -> None:
    on_disk = {path.relative_to(CORPUS).as_posix(): path.read_bytes() for f in FOLDERS for path in files(f)}
    assert on_disk == make_corpus.corpus()


@pytest.mark.parametrize("folder", FOLDERS)
def test_as_a_program_without_site_packages_from_elsewhere(folder: str, tmp_path: Path) -> None:
    word, code = FOLDERS[folder]
    done = run(*files(folder), cwd=tmp_path)
    lines = done.stdout.splitlines()
    assert done.returncode == code
    assert done.stderr == ""
    assert [line.split(" ")[0] for line in lines] == [word] * len(files(folder))
    assert all(str(file) in line for file, line in zip(files(folder), lines, strict=True))


def test_as_a_copy_with_optimization(tmp_path: Path) -> None:
    shutil.copy(CHECKER, tmp_path / "renamed.py")
    shutil.copytree(CHECKER.with_name("checking"), tmp_path / "checking")
    chosen = [files(folder)[index] for folder in FOLDERS for index in (0, 3, 7)]
    for file in chosen:
        done = run(file, cwd=tmp_path, checker_file=tmp_path / "renamed.py", flags="-IOO")
        word, code = FOLDERS[file.parent.name]
        assert (done.stdout.split(" ")[0], done.returncode, done.stderr) == (word, code, "")


def test_a_copy_without_its_folder_says_so(tmp_path: Path) -> None:
    shutil.copy(CHECKER, tmp_path / "checker.py")
    done = run(files("valid")[0], cwd=tmp_path, checker_file=tmp_path / "checker.py", flags="-I")
    assert (done.stdout, done.returncode, len(done.stderr.splitlines())) == ("", 3, 1)
    assert "checking is missing: copy it there too" in done.stderr


def test_the_worst_verdict_decides_and_each_file_has_its_line(tmp_path: Path) -> None:
    good, false, bad = (str(files(folder)[0]) for folder in FOLDERS)
    assert checker.main([good, good]) == 0
    assert checker.main([good, false, good]) == 1
    assert checker.main([false, bad, good]) == 2
    assert checker.main([bad, "--max-depth", "2", str(tmp_path / "missing"), good]) == 3


def test_json_output(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(files(folder)[0]) for folder in FOLDERS]
    assert checker.main(["--json", *paths]) == 2
    output = capsys.readouterr().out
    results = json.loads(output)["results"]
    assert [(r["file"], r["verdict"]) for r in results] == list(
        zip(paths, ("VERIFIED", "REFUTED", "MALFORMED"), strict=True)
    )
    assert all(set(r) == {"file", "verdict", "detail"} and r["detail"] for r in results)
    assert output.count("\n") == 1


# what has to be right for VERIFIED to be true of a claim of kind "memorization"
FILES = [
    "__init__",
    "affine_maps",
    "answers",
    "document",
    "evaluation",
    "lines",
    "memorization",
    "networks",
    "packed_layers",
    "packing",
    "questions",
    "streams",
    "strict_json",
    "sums",
    "sweep",
    "tables",
    "units",
    "verdicts",
]
TRUSTED = [CHECKER, *(CHECKER.parent / "checking" / f"{name}.py" for name in FILES)]
FEW = 2155  # lines, empty ones and documentation included, and those that charge every cost in time and memory


@pytest.mark.parametrize("folder", ["valid", "invalid"])
def test_sample_by_sample_the_answers_are_the_same(folder: str) -> None:
    for path in sorted((CORPUS / folder).glob("*.json")):
        data = path.read_bytes()
        assert checker.check_bytes(data, plain=True) == checker.check_bytes(data), path.name


def test_the_trusted_files_can_be_read_in_one_sitting() -> None:
    lengths = {source.name: len(source.read_text(encoding="utf-8").splitlines()) for source in TRUSTED}
    assert sum(lengths.values()) <= FEW, lengths
    assert max(lengths.values()) <= 200, lengths
    readme = (CHECKER.parents[2] / "README.md").read_text(encoding="utf-8")
    stated = re.search(r"for memorization about\s+([\d,]+) lines", readme)
    assert stated is not None
    assert abs(sum(lengths.values()) - int(stated[1].replace(",", ""))) <= 50


def test_no_other_file_is_trusted() -> None:
    """The other kinds of claim are named in document.py only, and none of their files is imported from here."""
    for source in TRUSTED:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level and node.module:
                assert node.module.removeprefix("checking.") in FILES, (source.name, node.module)


def sources() -> list[Path]:
    return [CHECKER, *sorted(CHECKER.with_name("checking").glob("*.py"))]


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.name)
def test_only_the_standard_library_and_no_assert(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Assert), "assert vanishes under -O"
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, "reaches outside its own folder"
            own = node.level == 1 or (node.module or "").split(".")[0] == "checking"
            names = [] if own else [node.module or ""]
        else:
            continue
        assert all(name.split(".")[0] in sys.stdlib_module_names for name in names), names


def test_no_float_in_any_decision() -> None:
    integers_only = {source.stem for source in TRUSTED}
    for source in sources():
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Div) and source.stem in integers_only), source
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), source
            assert not (isinstance(node, ast.Name) and node.id == "float"), source
