"""The extracted checker: its verdicts are those of the Python checker on the corpus and on mutants of it."""

import json
import subprocess
from pathlib import Path

import pytest

from exactmem.certificates.checker import check_file
from exactmem.cli import main
from tests.proofs.coq import tools
from tests.proofs.coq.mutants import compare, seal

pytestmark = tools.needs_coq


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    program = tools.built() / "exactmem-verified"
    return subprocess.run([str(a) for a in (program, *arguments)], capture_output=True, text=True, timeout=300)


def verdicts(paths: list[Path]) -> list[str]:
    return [line.split(" ")[0] for line in run(*paths).stdout.splitlines()]


@pytest.mark.parametrize("folder", ["valid", "invalid", "malformed"])
def test_the_whole_corpus_of_memorization(folder: str) -> None:
    paths = [path for path in tools.corpus(folder) if tools.kind(path) in ("memorization", None)]
    assert len(paths) >= 15
    expected = [check_file(str(path)).word for path in paths]
    assert verdicts(paths) == expected
    assert run(*paths).returncode == {"valid": 0, "invalid": 1, "malformed": 2}[folder]


def test_other_kinds_are_declined() -> None:
    paths = [path for path in tools.corpus("valid") if tools.kind(path) != "memorization"]
    assert len(paths) >= 3
    done = run(*paths)
    assert done.returncode == 3
    for path, line in zip(paths, done.stdout.splitlines(), strict=True):
        assert line == f"RESOURCE {path}: claims of kind {tools.kind(path)} are declined: memorization only"


def test_answers_of_version_2_are_declined() -> None:
    paths = sorted((tools.ROOT / "tests/certificates/corpus/version_2/valid").glob("*.answer"))
    assert len(paths) >= 10
    done = run(*paths)
    assert done.returncode == 3
    expected = [f"RESOURCE {path}: answers of format version 2 are declined: version 1 only" for path in paths]
    assert done.stdout.splitlines() == expected


def test_mutants(tmp_path: Path) -> None:
    """A few of what `python -m tests.proofs.coq.mutants` tries."""
    agreed = compare(1000, 1, tmp_path)
    assert min(agreed[word] for word in ("VERIFIED", "REFUTED", "MALFORMED")) >= 50


def test_a_refutation_names_the_first_sample() -> None:
    paths = tools.memorizations("invalid")
    for path, line in zip(paths, run(*paths).stdout.splitlines(), strict=True):
        sample = check_file(str(path)).detail.split(" ")[1].rstrip(",:")
        assert line == f"REFUTED {path}: sample {sample} is not decided as its label says"


def test_one_line_per_file_and_the_worst_exit_code(tmp_path: Path) -> None:
    good, false, bad = (tools.memorizations(folder)[0] for folder in ("valid", "invalid", "malformed"))
    assert [run(*paths).returncode for paths in ([good], [good, false], [bad, false], [])] == [0, 1, 2, 2]
    missing = run(tmp_path / "missing\nVERIFIED.json")
    assert (missing.returncode, missing.stdout.count("\n")) == (2, 1)
    assert missing.stdout.startswith("MALFORMED ")


def test_limits(tmp_path: Path) -> None:
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 40 + "]" * 40)
    long = tmp_path / "long.json"
    original = next(path for path in tools.memorizations("valid") if path.stem == "one-relu").read_text()
    long.write_text(original.replace('"1"', f'"{"1" * 100_001}"'))
    assert verdicts([deep, long]) == ["RESOURCE", "RESOURCE"]


def test_squares_of_squares_end_at_the_limit_of_arithmetic(tmp_path: Path) -> None:
    """Sixty layers would need numbers of 2^60 digits."""
    square = {"weight": [["1"]], "bias": ["0"], "activation": {"kind": "square"}}
    last = {"weight": [["1"]], "bias": ["0"], "activation": {"kind": "identity"}}
    sizes = {"N": 1, "d_x": 1, "d_y": 1, "widths": [1] * 60, "hidden_nodes": 60, "edges": 122}
    document = {
        "format": "exactmem-certificate",
        "version": 1,
        "claim": {"kind": "memorization", "decision": "equal", "source": "a test", "sizes": sizes},
        "dataset": {"inputs": [["3"]], "labels": [["1"]]},
        "network": {"architecture": "fnn", "layers": [square] * 60 + [last]},
        "digests": {"claim": "", "dataset": "", "network": ""},
        "provenance": {"tool": "a test", "construction": "", "parameters": {}},
    }
    seal(document)
    path = tmp_path / "tower.json"
    path.write_text(json.dumps(document))
    assert verdicts([path]) == ["RESOURCE"]


def test_every_construction_on_iris(tmp_path: Path) -> None:
    out = tmp_path / "iris.json"
    for theorem, activation in (("3.1", "relu"), ("3.2", "hard-tanh"), ("4.2", "relu"), ("decoupled", "hard-tanh")):
        assert (
            main(["build", "iris", "--classify", "--theorem", theorem, "--activation", activation, "-o", str(out)]) == 0
        )
        assert run(out).stdout == f"VERIFIED {out}: {check_file(str(out)).detail}\n"
