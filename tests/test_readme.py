"""The README's facts are those of the code: the table of sizes, the commands it shows, the files it names."""

import re
import shlex
from pathlib import Path

import pytest

from exactmem.cli import build_parser
from tests.support.readme_tables import sizes_table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_sizes_is_the_computed_one():
    assert sizes_table() in README


def shown_commands():
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("exactmem ")]


@pytest.mark.parametrize("arguments", shown_commands(), ids=" ".join)
def test_every_command_shown_parses(arguments):
    assert build_parser().parse_args(arguments).command == arguments[0]


def test_the_example_in_python_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(block, "README.md", "exec"), names)
    assert (tmp_path / "mine.json").exists()


def test_every_command_is_described():
    described = {arguments[0] for arguments in shown_commands()} | set(re.findall(r"`exactmem (\w+)", README))
    modules = (ROOT / "exactmem" / "commands").glob("[a-z]*.py")
    names = {path.stem for path in modules if "def register(" in path.read_text(encoding="utf-8")}
    assert names - described - {"demo"} == set()
    assert "exactmem demo" in README


def test_every_local_link_leads_somewhere():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    assert all((ROOT / target).exists() for target in targets)
