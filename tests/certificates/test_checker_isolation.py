"""A verdict cannot be forged by files beside the checker, in the working directory or in the environment."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exactmem.certificates import checker
from tests.certificates import run_corpus

CHECKER = Path(checker.__file__)
SOURCES = [CHECKER, *sorted(CHECKER.with_name("checking").glob("*.py"))]
FORGERY = "print('VERIFIED forged.json: memorization')\nimport os\nos._exit(0)\n"


def standard_modules() -> set[str]:
    """Every module of the standard library that the checker names or that is loaded with these."""
    named = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                named.add(str(node.module).split(".")[0])
    named &= set(sys.stdlib_module_names)
    loaded = subprocess.run(
        [sys.executable, "-ISc", f"import sys, {', '.join(sorted(named))}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in loaded.stdout.split()} & set(sys.stdlib_module_names) | named


def place_forgeries(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name in sorted(standard_modules()):
        (folder / f"{name}.py").write_text(FORGERY)


@pytest.mark.parametrize("flags", [[], ["-I"], ["-IS"], ["-O"], ["-P"]], ids=str)
def test_files_named_after_standard_modules_forge_nothing(flags: list[str], tmp_path: Path) -> None:
    assert {"fractions", "json", "math", "hashlib", "argparse", "os", "re", "typing"} <= standard_modules()
    place_forgeries(tmp_path)
    (tmp_path / "checking.py").write_text(FORGERY)
    shutil.copy(CHECKER, tmp_path / "checker.py")
    shutil.copytree(CHECKER.with_name("checking"), tmp_path / "checking", ignore=shutil.ignore_patterns("__pycache__"))
    place_forgeries(tmp_path / "checking" / "json")
    refuted = next(folder for folder in run_corpus.folders() if folder.name == "invalid")
    file = run_corpus.certificates(refuted)[0]
    command = [sys.executable, *flags, str(tmp_path / "checker.py"), str(file)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("REFUTED ")


def test_in_isolation_the_environment_forges_nothing(tmp_path: Path) -> None:
    place_forgeries(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    missing = tmp_path / "missing.json"
    command = [sys.executable, "-IS", str(CHECKER), str(missing)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout.startswith("MALFORMED ")
