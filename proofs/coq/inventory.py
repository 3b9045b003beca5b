"""The theorems proved in Coq, read from their sources, and the files that the build makes of them.

A claim is a `Definition Name : Prop :=` without parameters in `theorems/Statements.v`; its proof is the one line
`Theorem name : Name.` in another file of that folder. The inventory lists every claim with its proof and the digest of
all sources that it rests on. Standard library only; the format is described in README.md.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STATEMENTS = "Statements"
CLAIM = re.compile(r"^Definition (\w+) : Prop :=", re.MULTILINE)
PROOF = re.compile(r"^Theorem (\w+) : (\w+)\.$", re.MULTILINE)
IMPORT = re.compile(r"^From Theorems Require Import ([\w\s]+)\.$", re.MULTILINE)
FORBIDDEN = re.compile(
    r"\b(Admitted|admit|give_up|Axioms?|Parameters?|Conjectures?|Declare Module|bypass_check"
    r"|Unset (Guard|Positivity|Universe) Checking)\b"
)
CLOSED = "Closed under the global context"


class InventoryError(Exception):
    """The sources do not prove what they state, or the inventory does not belong to them."""


def sources(root: Path) -> dict[str, str]:
    """Module name to text, for every file of the folder of theorems; InventoryError where a proof is left out."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted((root / "theorems").glob("*.v"))}
    for name, text in texts.items():
        if found := FORBIDDEN.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise InventoryError(f"theorems/{name}.v, line {line}: {found.group()!r} is not a proof")
    return texts


def sha256(text: str) -> str:
    """SHA-256 of the UTF-8 text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def needed(module: str, texts: dict[str, str]) -> set[str]:
    """The module and all modules of the folder that it imports, directly or not."""
    seen: set[str] = set()
    todo = [module]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [other for names in IMPORT.findall(texts[name]) for other in names.split()]
    return seen


def inventory(root: Path = HERE) -> dict[str, Any]:
    """The content of THEOREMS.json; InventoryError unless every claim has exactly one proof."""
    texts = sources(root)
    digests = {name: sha256(text) for name, text in texts.items()}
    proofs: dict[str, tuple[str, str]] = {}
    claims = CLAIM.findall(texts[STATEMENTS])
    for module, text in texts.items():
        for name, claim in PROOF.findall(text):
            if claim not in claims or claim in proofs:
                raise InventoryError(f"theorems/{module}.v: {claim} is no claim of {STATEMENTS}.v, or proved twice")
            proofs[claim] = (module, name)
    if missing := [claim for claim in claims if claim not in proofs]:
        raise InventoryError(f"claims of {STATEMENTS}.v without proof: {', '.join(missing)}")
    theorems = []
    for claim in claims:
        module, name = proofs[claim]
        used = sorted(needed(module, texts))
        theorems.append(
            {
                "name": f"{module}.{name}",
                "statement": f"{STATEMENTS}.{claim}",
                "file": f"theorems/{module}.v",
                "digest": sha256("".join(f"{digests[other]}  theorems/{other}.v\n" for other in used)),
            }
        )
    files = {f"theorems/{name}.v": digest for name, digest in digests.items()}
    return {"format": "exactmem-coq-theorems", "version": 1, "theorems": theorems, "sources": files}


def text_of(content: dict[str, Any]) -> str:
    """The inventory as it stands in the file."""
    return json.dumps(content, indent=1) + "\n"


def audit_file(root: Path) -> str:
    """A Coq file that gives every proof the type of its claim and asks for its axioms."""
    theorems = inventory(root)["theorems"]
    modules = sorted({theorem["name"].split(".")[0] for theorem in theorems})
    lines = [f"From Theorems Require {STATEMENTS} {' '.join(modules)}."]
    for n, theorem in enumerate(theorems):
        lines.append(f"Definition audit_{n} : Theorems.{theorem['statement']} := Theorems.{theorem['name']}.")
        lines.append(f"Print Assumptions audit_{n}.")
    return "\n".join(lines) + "\n"


def check_audit(root: Path, output: str) -> None:
    """InventoryError unless Coq's answer to the audit file says of every theorem that it rests on no axiom."""
    theorems = inventory(root)["theorems"]
    answers = output.splitlines()
    if len(theorems) == 0 or answers != [CLOSED] * len(theorems):
        raise InventoryError(f"{len(theorems)} theorems; Coq says of their axioms:\n{output}")


def main(arguments: list[str]) -> int:
    """`write` or `check` THEOREMS.json, print the `audit` file, or `judge` Coq's answer to it from standard input."""
    path = HERE / "THEOREMS.json"
    try:
        match arguments:
            case ["write"]:
                path.write_text(text_of(inventory()), encoding="utf-8")
            case ["check"]:
                if not path.exists() or path.read_text(encoding="utf-8") != text_of(inventory()):
                    raise InventoryError("THEOREMS.json does not belong to these sources: run build.sh --write")
            case ["audit"]:
                print(audit_file(HERE), end="")
            case ["judge"]:
                check_audit(HERE, sys.stdin.read())
            case _:
                print("usage: inventory.py write|check|audit|judge", file=sys.stderr)
                return 2
    except InventoryError as error:
        print(f"inventory: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
