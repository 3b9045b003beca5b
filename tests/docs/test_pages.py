"""The pages' facts are those of the code: every command runs, every link leads somewhere, what is quoted is true."""

import re

import pytest

from exactmem.interchange.onnx_operators import OPERATORS
from tests.support.shell_blocks import ROOT, paste, shell_lines

DOCS = ROOT / "exactmem" / "docs"
MADE = {"api.md"}
PAGES = sorted(DOCS.glob("*.md"))
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@every_page
def test_every_local_link_leads_somewhere(page):
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if target not in MADE and not (DOCS / target).exists()] == []


@every_page
def test_every_command_runs(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"^```(\w*)$", text, re.MULTILINE)) <= {"sh", "text", "python", "coq", ""}
    if lines := shell_lines(text):
        assert paste([*shell_lines("```sh\n. .venv/bin/activate\n```"), *lines], tmp_path) == []


def run_python_blocks(text, page):
    """Run the Python blocks of a page one after the other; how many they are. The error of one that fails."""
    space = {"__name__": "page"}
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    for block in blocks:
        exec(compile(block, str(page), "exec"), space)
    return len(blocks)


@every_page
def test_every_python_block_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    assert run_python_blocks(text, page) == text.count("```python\n")


def test_every_operator_is_named():
    text = (DOCS / "certify-your-own-network.md").read_text(encoding="utf-8")
    assert [name for name in OPERATORS if not re.search(rf"\b{name}\b", text)] == []


def test_the_range_that_is_quoted(run):
    out = run("range", ROOT / "exactmem" / "examples" / "spiky.json", "--from", 1, "--to", 100)[1]
    quoted = (DOCS / "when-two-verifiers-disagree.md").read_text(encoding="utf-8")
    assert all(f"    {line}\n" in quoted for line in out.splitlines()[1:])


def test_the_table_that_is_quoted():
    quoted = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    assert (ROOT / "exactmem" / "examples" / "prices.csv").read_text(encoding="utf-8") in quoted
