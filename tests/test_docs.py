"""The pages' facts are those of the code: links, operators, the outputs they quote."""

import re
from pathlib import Path

import pytest

import exactmem
from exactmem.cli import build_parser
from exactmem.interchange.onnx_operators import OPERATORS

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
