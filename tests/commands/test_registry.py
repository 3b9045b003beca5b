"""exactmem/commands/__init__.py: every command is listed, and only the one that runs is imported."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

from exactmem import commands
from exactmem.cli import build_parser

HEAVY = {"flint", "numpy", "sympy", "mpmath", "rich", "matplotlib", "onnx"}


def test_every_command_is_listed():
    modules = [info.name for info in pkgutil.iter_modules(commands.__path__)]
    found = [name for name in modules if hasattr(importlib.import_module(f"exactmem.commands.{name}"), "register")]
    assert list(commands.COMMANDS) == found


def test_the_help_is_the_same_whatever_is_imported():
    assert build_parser(()).format_help() == build_parser().format_help()


def imported_by(statement):
    """The modules that a fresh interpreter holds after a statement."""
    code = f"import sys\ntry:\n    {statement}\nexcept SystemExit:\n    pass\nprint('\\n', *sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("argument", ["--version", "--help", "frobnicate"])
def test_what_runs_no_command_imports_none(argument):
    modules = imported_by(f"from exactmem.cli import main; main([{argument!r}])")
    assert "exactmem.cli" in modules
    assert {name for name in modules if name.startswith("exactmem.commands.")} == set()
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()


def test_a_command_imports_itself_alone():
    modules = imported_by("from exactmem.cli import main; main(['theorems', '--json'])")
    assert {name for name in modules if name.startswith("exactmem.commands.")} == {
        "exactmem.commands.common",
        "exactmem.commands.theorems",
    }
    assert modules & {"sympy", "rich", "numpy"} == set()
