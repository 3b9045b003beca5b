"""The pages' facts are those of the code: links, operators, the outputs they quote."""

import re
from pathlib import Path

import pytest

import exactmem
from exactmem.certificates.checking.document import KINDS
from exactmem.cli import build_parser
from exactmem.interchange.onnx_operators import OPERATORS
from exactmem.proofs.coq import inventory
from tests.support import proof_table

DOCS = Path(exactmem.__file__).parent / "docs"
MODELS = Path(__file__).parent / "models"
PAGES = sorted(DOCS.glob("*.md"))
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@every_page
def test_every_local_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    assert all((DOCS / target).exists() for target in re.findall(r"\]\(([^)#:]+)\)", text))


@every_page
def test_every_command_parses(page):
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    for line in "".join(blocks).splitlines():
        assert build_parser().parse_args(line.partition("#")[0].split()[1:]).command == line.split()[1]


@every_page
def test_every_example_in_python_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, str(page), "exec"), names)


def test_every_operator_is_named():
    text = (DOCS / "certify-your-own-network.md").read_text(encoding="utf-8")
    assert [name for name in OPERATORS if not re.search(rf"\b{name}\b", text)] == []


def test_the_range_that_is_quoted(run):
    out = run("range", MODELS / "spiky_nnet.nnet", "--from", 1, "--to", 100)[1]
    quoted = (DOCS / "when-two-verifiers-disagree.md").read_text(encoding="utf-8")
    assert all(f"    {line}\n" in quoted for line in out.splitlines()[1:])


def test_what_is_proved_is_what_the_ledger_and_the_sources_say():
    text = proof_table.PAGE.read_text(encoding="utf-8")
    assert proof_table.page_with_tables(text) == text, "run python -m tests.support.proof_table"


def test_the_table_names_every_coq_theorem_and_every_kind_of_certificate():
    table = proof_table.theorem_table()
    expected = {theorem["name"] for theorem in inventory.inventory()["theorems"]} | set(KINDS)
    assert {name for name in expected if f"`{name}`" not in table} == set()


def test_the_ten_minute_page_quotes_the_theorem_as_it_stands():
    page = (DOCS / "read-statements-in-ten-minutes.md").read_text(encoding="utf-8")
    quoted = re.findall(r"```coq\n(.*?)\n```", page, re.DOTALL)
    statements = (inventory.HERE / "theorems" / "Statements.v").read_text(encoding="utf-8")
    assert len(quoted) == 1
    assert quoted[0] in statements
