"""The README's facts are those of the code: the commands it shows, the files it names."""

import re
from pathlib import Path

from tests.support.shell_blocks import Line, paste, shell_lines

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "exactmem" / "docs" / "commands.md").read_text(encoding="utf-8")


def tour():
    """The section with the tour, whose shell block is meant to be pasted."""
    return README[README.index("## A short tour") :].split("\n## ")[0]


def test_the_tour_can_be_pasted(tmp_path):
    lines = shell_lines(tour())
    assert len(lines) > 10
    assert paste(lines, tmp_path) == []


def test_a_line_that_fails_is_noticed(tmp_path):
    page = "```sh\nfalse\nexit 3 # (exit 0)\n```"
    assert "stopped after 1 of 2" in paste(shell_lines(page), tmp_path)[0]
    (complaint,) = paste([Line("false", 0), Line("false", 1)], tmp_path / "again")
    assert complaint.startswith("exit 1, not 0: false")


def test_the_example_in_python_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(block, "README.md", "exec"), names)
    assert (tmp_path / "mine.json").exists()


def test_what_is_shown_in_short_is_what_is_printed(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    shown = [part.split("\n", 1) for part in block.split("$ exactmem ")[1:]]
    assert len(shown) == 2
    for command, printed in shown:
        assert run(*command.split())[1] == printed


def test_every_command_is_described():
    described = {line.split()[1] for line in COMMANDS.splitlines() if line.startswith("exactmem ")} | {"demo"}
    modules = (ROOT / "exactmem" / "commands").glob("[a-z]*.py")
    names = {path.stem for path in modules if "def register(" in path.read_text(encoding="utf-8")}
    assert names == described
    assert "exactmem demo" in README
    assert "exactmem demo" in COMMANDS


def test_every_local_link_leads_somewhere():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    assert all((ROOT / target).exists() for target in targets)
