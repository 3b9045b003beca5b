"""Finding the rows: by every kind of name, beside the installed package, and in scripts of one's own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import exactmem
from exactmem.errors import LedgerError, UsageError
from exactmem.ledger import discovery

README = Path(exactmem.__file__).parent / "proofs" / "README.md"
OWN = """
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved
from exactmem.ledger.steps import gap, require_positive

@claim(id="my-lemma", source=OURS, place="my notes", statement="x + 1/x > 0 for x > 0.", expected=Verdict.PROVED)
def mine() -> Result:
    x = gap("x")
    require_positive(x + 1 / x, "the sum")
    return proved("nonnegative coefficients")
"""


def ids(*names):
    return {row.id for row in discovery.chosen(names)}


def test_no_name_means_every_row():
    assert len(discovery.chosen([])) == len(discovery.ledger()) > 200


def test_a_theorem_id_stands_for_exactly_its_rows():
    assert ids("3.1") == {row.id for row in discovery.ledger() if row.theorem == "3.1"}
    assert {"B.1-rank", "B.2-clipping", "B.3-interpolation", "B.4-sum"} <= ids("3.1")
    assert ids("3.2") == {row.id for row in discovery.ledger() if row.theorem == "3.2"}
    assert "product-small" in ids("product")


@pytest.mark.parametrize(
    "name",
    ["lemma_b1", "theorem_3_1/lemma_b1", "yun2019/theorem_3_1/lemma_b1", "proofs/yun2019/theorem_3_1/lemma_b1.py"],
)
def test_a_script_by_any_part_of_its_path(name):
    assert ids(name) == {"B.1-column-rank", "B.1-rank", "B.1-null-vector", "B.1-null-vector-formula", "B.1-small"}


@pytest.mark.parametrize("name", ["ours", "proofs/ours", "proofs/ours/"])
def test_a_folder(name):
    assert ids(name) == {row.id for row in discovery.ledger() if row.script.startswith("ours/")}


def test_several_names_keep_the_order_of_the_ledger():
    assert [row.id for row in discovery.chosen(["B.2-midpoints", "B.1-rank"])] == ["B.2-midpoints", "B.1-rank"]
    assert [row.id for row in discovery.chosen(["B.1-rank", "B.2-midpoints"])] == ["B.2-midpoints", "B.1-rank"]


@pytest.mark.parametrize("name", ["nothing", "lemma", "", "b1", "no/such.py"])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(UsageError, match="is called"):
        discovery.chosen([name])


@pytest.mark.parametrize(
    ("name", "same"), [("b.1-RANK", "B.1-rank"), ("a.1", "A.1"), ("Lemma_B1", "lemma_b1"), ("OURS", "ours")]
)
def test_names_may_be_in_capitals(name, same):
    assert ids(name) == ids(same) != set()


@pytest.mark.parametrize(("name", "like"), [("B.1-rnk", "B.1-rank"), ("lema_b1", "lemma_b1"), ("Prodct", "product")])
def test_a_name_that_is_nearly_known_is_recognized(name, like):
    with pytest.raises(UsageError, match=f"did you mean {like}"):
        discovery.chosen([name])


def test_a_claim_by_its_id():
    assert discovery.claim_called("b.1-Rank").id == "B.1-rank"
    with pytest.raises(UsageError, match=r"no claim is called 'B\.1-rnk': did you mean B\.1-rank"):
        discovery.claim_called("B.1-rnk")


def test_a_script_of_ones_own(tmp_path):
    path = tmp_path / "my_lemma.py"
    path.write_text(OWN)
    (row,) = discovery.chosen([str(path)])
    assert (row.id, row.script) == ("my-lemma", str(path.with_suffix("")))
    assert [r.id for r in discovery.chosen([str(path), "B.1-rank"])] == ["B.1-rank", "my-lemma"]
    assert "my-lemma" not in ids()


@pytest.mark.parametrize(
    ("text", "message"), [("x = ", "SyntaxError"), ("import nothing_like_it", "ModuleNotFound"), ("", "no claim")]
)
def test_a_script_without_rows_is_refused(tmp_path, text, message):
    path = tmp_path / "broken.py"
    path.write_text(text)
    with pytest.raises(LedgerError, match=message):
        discovery.chosen([str(path)])


def test_an_empty_ledger_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(discovery, "_scripts", lambda folders, prefix: [])
    with pytest.raises(LedgerError, match="no claim"):
        discovery.ledger()


def test_a_shipped_script_that_cannot_be_imported_is_an_error(monkeypatch):
    monkeypatch.setattr(discovery, "_scripts", lambda folders, prefix: [prefix + "no_such_script"])
    with pytest.raises(LedgerError, match="no_such_script"):
        discovery.ledger()


def test_a_strangers_package_called_proofs_is_not_taken_for_ours(tmp_path):
    stranger = tmp_path / "proofs"
    stranger.mkdir()
    (stranger / "__init__.py").write_text("raise SystemExit('a stranger was imported')\n")
    command = [sys.executable, "-m", "exactmem", "prove", "B.1-rank"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 claim: 1 PROVED (kernel)"), done.stderr


def test_an_installation_without_scripts_exits_non_zero(tmp_path):
    package = Path(exactmem.__file__).parent
    copy = tmp_path / "exactmem"
    shutil.copytree(package, copy, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "proofs", "data"))
    command = [sys.executable, "-m", "exactmem", "prove"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "exactmem.proofs" in done.stderr
    assert "Traceback" not in done.stderr


def example(name, folder):
    """The example of that name in the map, as a file."""
    text = README.read_text(encoding="utf-8").split(f"<!-- example: {name} -->\n```python\n")[1].split("```")[0]
    (folder / name).write_text(text)
    return text


def python(folder, *arguments):
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=300)


def test_the_map_s_example_is_a_proof_of_one_s_own(tmp_path):
    text = example("my_lemma.py", tmp_path)
    assert len([line for line in text.splitlines() if line]) <= 15
    for command in (["-m", "exactmem", "prove", "my_lemma.py", "--smt"], ["my_lemma.py"]):
        done = python(tmp_path, *command)
        assert done.returncode == 0, done.stderr
        assert "\nPROVED    my-mean  [" in f"\n{done.stdout}"
    (tmp_path / "my_lemma.py").write_text(text.replace("2 * a * b / (a + b)", "2 * b"))
    done = python(tmp_path, "my_lemma.py")
    assert done.returncode == 1
    assert "false at a = " in done.stdout


def test_the_map_s_refutation_is_reported(tmp_path):
    text = example("their_lemma.py", tmp_path)
    done = python(tmp_path, "-m", "exactmem", "prove", "their_lemma.py", "--report", "errata.md")
    assert done.returncode == 0, done.stderr
    report = (tmp_path / "errata.md").read_text(encoding="utf-8")
    assert "## Errors (1)" in report
    assert "### A. Author 2024" in report
    assert "> for all a, b \\> 0, 2ab/(a+b) \\< (a+b)/2" in report
    (tmp_path / "their_lemma.py").write_text(text.replace("a = b = 1\n", "a, b = 1, 2\n"))
    assert python(tmp_path, "-m", "exactmem", "prove", "their_lemma.py").returncode == 1


def test_the_map_names_every_folder():
    folders = {path.parent.name for path in README.parent.rglob("__init__.py")} - {"proofs"}
    assert {name for name in folders if f"`{name}/`" not in README.read_text(encoding="utf-8")} == set()
