"""The corpus as a test of any checker: the reference passes; one that always gives the same verdict fails."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NULL = """import sys
for file in sys.argv[1:]:
    print("{word}", file)
sys.exit({code})
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(HERE / "run_corpus.py"), *command], capture_output=True, text=True, check=False
    )


def test_the_reference_checker_passes() -> None:
    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" files, 0 disagreements\n")


@pytest.mark.parametrize(
    ("word", "code", "passes"), [("VERIFIED", 0, "valid"), ("REFUTED", 1, "invalid"), ("MALFORMED", 2, "malformed")]
)
def test_null_checkers_fail(word: str, code: int, passes: str, tmp_path: Path) -> None:
    program = tmp_path / "null.py"
    program.write_text(NULL.format(word=word, code=code))
    done = run(sys.executable, str(program))
    assert done.returncode == 1
    folders = {
        line.split("/")[-2] if ".json" in line or ".answer" in line else line.split(":")[0].split("/")[-1]
        for line in done.stdout.splitlines()[:-1]
    }
    assert passes not in folders
    assert len(folders) == 2


def test_a_checker_that_says_nothing_fails(tmp_path: Path) -> None:
    program = tmp_path / "silent.py"
    program.write_text("")
    assert run(sys.executable, str(program)).returncode == 1
