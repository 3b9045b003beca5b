"""What the tests of the Coq part share: where the corpus is, and the built checker."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "proofs" / "coq" / "checker"
BUILD = SOURCES / "build"
CHECKER = "Coq is not installed (Debian: coq ocaml ocaml-findlib libzarith-ocaml-dev libsha-ocaml-dev)"
THEOREMS = "Coq is not installed with mathcomp (Debian: coq libcoq-mathcomp-algebra-tactics)"
MAY_SKIP = os.environ.get("EXACTMEM_COQ") != "required"


def mathcomp() -> bool:
    """Whether Coq finds the libraries that the theorems rest on."""
    if shutil.which("coqc") is None:
        return False
    where = subprocess.run(["coqc", "-where"], capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    return (Path(where) / "user-contrib" / "mathcomp" / "algebra_tactics").is_dir()


needs_coq = pytest.mark.skipif(
    MAY_SKIP and not (shutil.which("coqc") and shutil.which("ocamlfind")),
    reason=CHECKER,
)
needs_mathcomp = pytest.mark.skipif(MAY_SKIP and not mathcomp(), reason=THEOREMS)


def corpus(folder: str) -> list[Path]:
    """The certificates of the folders of this name (valid, invalid, malformed), of every kind of claim."""
    return sorted((ROOT / "tests" / "certificates").rglob(f"{folder}/*.json"))


def kind(path: Path) -> Any:
    """The kind of claim, or None where there is none to be read."""
    try:
        return json.loads(path.read_bytes())["claim"]["kind"]
    except (ValueError, KeyError, TypeError):
        return None


def memorizations(folder: str) -> list[Path]:
    """The certificates of the corpus that claim memorization."""
    return [path for path in corpus(folder) if kind(path) == "memorization"]


def built() -> Path:
    """The folder with the compiled proofs and the verified checker; built by one process at a time where it is old."""
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        program = BUILD / "exactmem-verified"
        newest = max(path.stat().st_mtime for path in SOURCES.iterdir() if path.suffix in (".v", ".ml", ".sh"))
        if not program.exists() or program.stat().st_mtime < newest:
            done = subprocess.run([SOURCES / "build.sh"], capture_output=True, text=True, timeout=600)
            if done.returncode:
                raise RuntimeError(done.stdout + done.stderr)
    return BUILD


def coqc(file: Path) -> subprocess.CompletedProcess[str]:
    """Compile an exported file."""
    command = ["coqc", "-Q", str(built()), "Checker", str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=file.parent)
