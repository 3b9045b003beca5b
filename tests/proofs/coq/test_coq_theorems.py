"""The Coq development: its inventory always, that its build can fail where Coq is installed; .ci/run builds it all."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from exactmem.proofs.coq import inventory
from tests.proofs.coq.tools import ROOT, needs_mathcomp

FOLDER = ROOT / "proofs" / "coq"
OWN_FILES = ("_CoqProject", "build.sh", "inventory.py", "THEOREMS.json")


@pytest.fixture(name="copy")
def _copy(tmp_path: Path) -> Path:
    """The sources without anything compiled."""
    (tmp_path / "theorems").mkdir()
    for name in OWN_FILES:
        shutil.copy(FOLDER / name, tmp_path / name)
    for path in (FOLDER / "theorems").glob("*.v"):
        shutil.copy(path, tmp_path / "theorems" / path.name)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    """Replace the only occurrence of `old`."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def keep(copy: Path, *modules: str) -> None:
    """Leave only these modules, and the statements that they prove, so that a build is short."""
    for path in (copy / "theorems").glob("*.v"):
        if path.stem not in ("Statements", *modules):
            path.unlink()
    proofs = "".join(path.read_text(encoding="utf-8") for path in (copy / "theorems").glob("*.v"))
    statements = copy / "theorems" / "Statements.v"
    text = statements.read_text(encoding="utf-8")
    for name in re.findall(r"^Definition (\w+) : Prop :=", text, re.MULTILINE):
        if f" : {name}.\n" not in proofs:
            text = text.replace(f"Definition {name} : Prop :=", f"Definition {name} (_ : unit) : Prop :=")
    statements.write_text(text, encoding="utf-8")


def build(copy: Path) -> "subprocess.CompletedProcess[str]":
    """Run the copy's own build, with its inventory written anew and without the second check."""
    command = [str(copy / "build.sh"), "--write", "--no-coqchk"]
    return subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)


def test_the_inventory_belongs_to_the_sources() -> None:
    stored = json.loads((FOLDER / "THEOREMS.json").read_text(encoding="utf-8"))
    assert stored == inventory.inventory()
    assert (FOLDER / "THEOREMS.json").read_text(encoding="utf-8") == inventory.text_of(stored)


def test_every_theorem_is_in_the_table() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = {cell for line in page.splitlines() for cell in line.split("`") if cell.count(".") == 1}
    assert {theorem["name"] for theorem in inventory.inventory()["theorems"]} <= listed


def test_a_digest_covers_all_that_a_theorem_rests_on(copy: Path) -> None:
    before = {t["name"]: t["digest"] for t in inventory.inventory(copy)["theorems"]}
    change(copy / "theorems" / "Line.v", "Section Recurrence.", "Section Recurrence .")
    after = {t["name"]: t["digest"] for t in inventory.inventory(copy)["theorems"]}
    changed = {name for name in before if before[name] != after[name]}
    assert {"Theorem31.theorem_3_1", "Product.theorem_product"} <= changed
    assert "LemmaB1.lemma_B_1" not in changed


@pytest.mark.parametrize("word", ["Admitted", "admit", "Axiom", "Parameter", "Unset Guard Checking"])
def test_a_word_that_leaves_a_proof_out_is_refused(copy: Path, word: str) -> None:
    change(copy / "theorems" / "SumB4.v", "Theorem sum_B_4", f"{word}. Theorem sum_B_4")
    with pytest.raises(inventory.InventoryError, match=r"SumB4\.v, line"):
        inventory.inventory(copy)


def test_a_claim_without_proof_is_refused(copy: Path) -> None:
    (copy / "theorems" / "SumB4.v").unlink()
    with pytest.raises((inventory.InventoryError, KeyError)):
        inventory.inventory(copy)
    (copy / "theorems" / "Gates.v").unlink()
    keep(copy, "Activations")
    with (copy / "theorems" / "Statements.v").open("a", encoding="utf-8") as file:
        file.write("\nDefinition Unproved : Prop :=\n  True.\n")
    with pytest.raises(inventory.InventoryError, match="without proof: Unproved"):
        inventory.inventory(copy)


@pytest.mark.parametrize(
    "answer", ["", "Axioms:\nclassic : forall P, P \\/ ~ P\n", "Closed under the global context\n"]
)
def test_only_closed_theorems_pass_the_audit(answer: str) -> None:
    with pytest.raises(inventory.InventoryError):
        inventory.check_audit(FOLDER, answer)
    count = len(inventory.inventory()["theorems"])
    inventory.check_audit(FOLDER, "Closed under the global context\n" * count)


@needs_mathcomp
def test_a_false_statement_does_not_compile(copy: Path) -> None:
    keep(copy, "Updates")
    assert build(copy).returncode == 0
    change(copy / "theorems" / "Statements.v", "steps A 0 E *m xi 0%N - eta *:", "steps A 0 E *m xi 0%N + eta *:")
    result = build(copy)
    assert result.returncode != 0
    assert "Updates.v" in result.stdout + result.stderr


@needs_mathcomp
def test_an_axiom_under_another_name_is_found(copy: Path) -> None:
    keep(copy, "Updates")
    path = copy / "theorems" / "Updates.v"
    text = path.read_text(encoding="utf-8")
    start = text.index("Theorem unrolled_updates")
    proof = "Theorem unrolled_updates : Unrolled_updates.\nProof. exact: granted. Qed.\n"
    path.write_text(text[:start] + "Hypothesis granted : Unrolled_updates.\n\n" + proof, encoding="utf-8")
    result = build(copy)
    assert result.returncode != 0
    assert "Axioms:" in result.stdout + result.stderr
