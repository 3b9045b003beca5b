"""Claims behind which Coq's kernel stands: the strongest evidence, and only where the digests agree."""

import shutil
from pathlib import Path

import pytest

from exactmem.ledger import claims, premises
from exactmem.ledger.claims import Fact, Result, Verdict, assumed, checked, proved
from exactmem.ledger.discovery import ledger
from exactmem.ledger.kernel import kernel_proved
from exactmem.ledger.outcomes import Outcome, describe
from exactmem.ledger.running import run_all
from exactmem.ledger.why import why
from exactmem.proofs.coq import inventory

THEOREM = "Module.theorem"


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, claims.Row]:
    """An empty ledger, and one theorem that the kernel has proved."""
    empty: dict[str, claims.Row] = {}
    monkeypatch.setattr(claims, "_ROWS", empty)
    monkeypatch.setattr(premises, "kernel_proved", lambda: frozenset({THEOREM}))
    return empty


def outcome(registry: dict[str, claims.Row], answer: Result, coq: str = THEOREM) -> Outcome:
    """What a claim gives that rests on an assumption."""

    def add(id: str, given: Result, by: tuple[str, ...], coq: str) -> None:
        def prove() -> Result:
            return given

        prove.__module__ = "exactmem.proofs.some_script"
        claims.claim(id=id, source="S", place="P", statement="T", expected=given.verdict, by=by, coq=coq)(prove)

    add("below", assumed("a"), (), "")
    add("above", answer, ("below",), coq)
    return run_all(registry.values())["above"]


FACT = Fact("fact", "a fact", "a book")


def test_what_the_kernel_has_proved_rests_on_nothing(registry: dict[str, claims.Row]) -> None:
    found = outcome(registry, proved("p", assumes=[FACT]))
    assert (found.result.verdict, found.result.title) == (Verdict.PROVED, "PROVED (kernel)")
    assert found.result.assumes == found.result.under == found.premises == ()
    assert describe(found).startswith("PROVED (kernel)")
    assert THEOREM in describe(found)
    assert found.to_json()["kernel"] is True
    text = why(found, {"above": found})
    assert "PROVED (kernel)" in text
    assert "below" not in text
    assert "nothing is taken on trust but Coq's kernel" in text


@pytest.mark.parametrize("coq", ["", "Module.other", "theorem"])
def test_no_other_name_of_a_theorem_lends_anything(registry: dict[str, claims.Row], coq: str) -> None:
    found = outcome(registry, proved("p", assumes=[FACT]), coq)
    assert found.result.title == "PROVED UNDER"
    assert (found.result.under, found.result.assumes) == (("below",), (FACT,))
    assert found.to_json()["kernel"] is False


@pytest.mark.parametrize("answer", [checked("c", "n = 1"), Result(Verdict.UNDECIDED, "a step failed")], ids=str)
def test_the_kernel_does_not_make_up_for_a_script_that_finds_less(
    registry: dict[str, claims.Row], answer: Result
) -> None:
    assert not outcome(registry, answer).result.kernel


def test_every_theorem_that_the_ledger_names_is_proved_by_the_kernel() -> None:
    named = {row.coq for row in ledger() if row.coq}
    assert len(named) > 10
    assert named <= kernel_proved()


def copy_of_sources(tmp_path: Path) -> Path:
    shutil.copytree(
        inventory.HERE / "theorems", tmp_path / "theorems", ignore=shutil.ignore_patterns("*.vo*", "*.glob")
    )
    shutil.copy(inventory.HERE / "THEOREMS.json", tmp_path)
    return tmp_path


def test_a_changed_source_is_not_proved_nor_is_what_imports_it(tmp_path: Path) -> None:
    root = copy_of_sources(tmp_path)
    assert inventory.kernel_proved(root) == kernel_proved()
    with (root / "theorems" / "Gates.v").open("a", encoding="utf-8") as file:
        file.write("\n")
    gone = kernel_proved() - inventory.kernel_proved(root)
    assert "Gates.gate_identities" in gone
    assert "SumB4.sum_B_4" not in gone
    with (root / "theorems" / "Statements.v").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert inventory.kernel_proved(root) == frozenset()


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b'{"theorems": [{}]}', b"\xff"])
def test_nothing_is_proved_without_an_inventory(tmp_path: Path, content: bytes | None) -> None:
    root = copy_of_sources(tmp_path)
    (root / "THEOREMS.json").unlink()
    if content is not None:
        (root / "THEOREMS.json").write_bytes(content)
    assert inventory.kernel_proved(root) == frozenset()
