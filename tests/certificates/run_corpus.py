"""Runs a checker over the whole corpus: `python tests/certificates/run_corpus.py [COMMAND [ARGUMENT...]]`.

COMMAND is any program that takes certificate files as its last arguments and answers as FORMAT.md, "Verdicts", says:
a line per file that begins with the verdict, and the worst exit code. Without COMMAND it is the reference checker.
The exit code is 0 if every file in a folder `valid`, `invalid` or `malformed` gets its folder's verdict.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
CHECKER = HERE.parent.parent / "exactmem" / "certificates" / "checker.py"
EXPECTED = {"valid": ("VERIFIED", 0), "invalid": ("REFUTED", 1), "malformed": ("MALFORMED", 2)}


def certificates(folder: Path) -> list[Path]:
    """The certificates in a folder: those of version 1, and the answers of version 2."""
    return sorted([*folder.glob("*.json"), *folder.glob("*.answer")])


def folders() -> list[Path]:
    """The folders of the corpus that hold files of one verdict."""
    return sorted(path for path in HERE.rglob("*") if path.name in EXPECTED and certificates(path))


def disagreements(command: list[str]) -> Iterator[str]:
    """A line for each file, or folder, that the checker judges otherwise."""
    for folder in folders():
        word, code = EXPECTED[folder.name]
        files = certificates(folder)
        done = subprocess.run([*command, *map(str, files)], stdout=subprocess.PIPE, text=True, check=False)
        lines = done.stdout.splitlines()
        name = folder.relative_to(HERE)
        if done.returncode != code:
            yield f"{name}: expected exit code {code}, found {done.returncode}"
        if len(lines) != len(files):
            yield f"{name}: expected a line for each of {len(files)} files, found {len(lines)}"
            continue
        for file, line in zip(files, lines, strict=True):
            if line.split(" ")[0] != word:
                yield f"{name}/{file.name}: expected {word}, found {line}"


def main(argv: list[str]) -> int:
    """Print what disagrees; 0 if nothing does."""
    found = list(disagreements(argv or [sys.executable, "-IS", str(CHECKER)]))
    for line in found:
        print(line)
    count = sum(len(certificates(folder)) for folder in folders())
    print(f"{count} files, {len(found)} disagreements")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
