"""Certificates of version 2: written, read back, checked, and every byte of their three files counts."""

from pathlib import Path
from typing import Any

import pytest

import exactmem as em
from exactmem.activations import HARD_TANH, RELU
from exactmem.certificates import checker
from exactmem.certificates.version_2 import read_answer
from exactmem.certificates.writing.version_2 import packed, write_answer, write_question
from exactmem.constructions.build import Construction, build
from exactmem.datasets import make_dataset
from tests.support.golden_cases import GOLDEN

POINTS = make_dataset([[0, "1/2"], [1, "-3/4"], [2, 0], [4, 1]], [[0, 1], [1, 0], [0, 1], [1, 0]])
CURVE = make_dataset([[0], [1], [3], ["7/2"], [10]], [["1/3"], [-2], [0], [10**30], [5]])
BUILT = {
    "fnn-classes": lambda: build(POINTS, "3.1", None, HARD_TANH),
    "fnn-numbers": lambda: build(CURVE, "3.1", None, RELU),
    "resnet": lambda: build(POINTS, "4.1", None, RELU),
}
every_construction = pytest.mark.parametrize("name", BUILT)


def written(folder: Path, made: Construction, name: str = "a") -> Path:
    """The answer, beside its question."""
    answer = folder / f"{name}.answer"
    question = write_question(answer.with_name(f"{name}.question"), packed(made.dataset), made.decision)
    write_answer(answer, question, made.network, made.theorem.source, made.theorem.id, {})
    return answer


def verdict(path: Path, **options: Any) -> checker.Answer:
    return checker.check_file(str(path), **options)


@every_construction
def test_what_is_written_is_verified_and_read_back(name: str, tmp_path: Path) -> None:
    made = BUILT[name]()
    answer = written(tmp_path, made)
    assert verdict(answer).word == "VERIFIED"
    assert verdict(answer, plain=True) == verdict(answer)
    _, network, question = read_answer(answer)
    assert network == made.network
    own = question.samples().dataset()
    assert (own.inputs, own.labels) == (made.dataset.inputs, made.dataset.labels)


@every_construction
def test_no_byte_of_any_file_can_change(name: str, tmp_path: Path) -> None:
    answer = written(tmp_path, BUILT[name]())
    for path in sorted(tmp_path.iterdir()):
        content = path.read_bytes()
        for at in range(0, len(content), max(1, len(content) // 40)):
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert verdict(answer).word == "MALFORMED", (path.name, at)
        for other in (content[:-1], content + b"\n", b""):
            path.write_bytes(other)
            assert verdict(answer).word == "MALFORMED", path.name
        path.unlink()
        assert verdict(answer).word == "MALFORMED", path.name
        path.write_bytes(content)
    assert verdict(answer).word == "VERIFIED"


@pytest.mark.parametrize(("name", "theorem"), [("iris", "3.1"), ("iris", "4.1"), ("iris_numeric", "decoupled")])
def test_golden_files_byte_for_byte(name: str, theorem: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    made = em.build(em.read_dataset(name, classify=name == "iris"), theorem, activation="relu")
    answer = written(tmp_path, made, f"{name}-{theorem}")
    for path in sorted(tmp_path.iterdir()):
        if request.config.getoption("--update-golden"):
            (GOLDEN / path.name).write_bytes(path.read_bytes())
        assert path.read_bytes() == (GOLDEN / path.name).read_bytes(), path.name
    assert verdict(answer).word == "VERIFIED"


def test_a_false_answer_is_refuted_with_its_first_sample(tmp_path: Path) -> None:
    made = BUILT["fnn-numbers"]()
    written(tmp_path, made)
    other = make_dataset([list(x) for x in CURVE.inputs], [*[list(y) for y in CURVE.labels[:3]], [7], [8]])
    question = write_question(tmp_path / "b.question", packed(other), "equal")
    write_answer(tmp_path / "b.answer", question, made.network, "", "", {})
    detail = f"sample 3, coordinate 0: expected 7, obtained {10**30}"
    assert verdict(tmp_path / "b.answer") == ("REFUTED", detail)
    assert verdict(tmp_path / "b.answer", plain=True) == ("REFUTED", detail)
