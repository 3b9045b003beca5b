"""The checker and a second reader of version 2 agree on mutated certificates that are sealed again."""

import copy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from exactmem.certificates import checker
from tests.certificates.corpus import make_version_2
from tests.certificates.test_checker_mutations import places, variants
from tests.support import checker_cases as cases
from tests.support import naive_version_2
from tests.support.version_2_cases import DIGEST, Case, converted, sealed, write

BASES = {
    "every-form": make_version_2.BASE,
    "hexadecimal": make_version_2.VALID["hexadecimal"],
    "resnet": make_version_2.BLOCKS,
    "classes": make_version_2.NAMED,
    "csv": make_version_2.TABLE,
    "csv-classes": make_version_2.CLASS_TABLE,
    "sign": make_version_2.SIGNS,
}


def taken_apart(case: Case) -> dict[str, Any]:
    """The case as JSON data, lines as lists of their items."""
    lines = [line.split(" ") if isinstance(line, str) else line for line in case.lines]
    return {"question": case.question, "head": case.head, "lines": lines, "data": list(case.data)}


def put_together(parts: dict[str, Any]) -> dict[str, bytes] | None:
    """The sealed files; None where the parts are none of a certificate."""
    try:
        lines = [" ".join(map(str, line)) if isinstance(line, list) else line for line in parts["lines"]]
        return sealed(Case(parts["question"], bytes(parts["data"]), parts["head"], lines), "a")
    except (TypeError, KeyError, AttributeError, ValueError):
        return None


def agree(folder: Path, files: dict[str, bytes]) -> str:
    write(folder, files)
    found = checker.check_file(str(folder / "a.answer"))
    assert "internal error" not in found.detail, (found, files)
    assert (found.word == "VERIFIED") == naive_version_2.holds(files, "a"), (found, files)
    return found.word


@pytest.mark.parametrize("name", BASES)
def test_every_single_mutation(name: str, tmp_path: Path) -> None:
    parts, words = taken_apart(BASES[name]), Counter[str]()
    changes = [(path, variant) for path, value in places(parts) for variant in variants(value)]
    for path, variant in changes[:: len(changes) // 150 + 1]:
        mutant = copy.deepcopy(parts)
        target: Any = mutant
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = variant
        if (files := put_together(mutant)) is not None:
            words[agree(tmp_path, files)] += 1
    assert words["MALFORMED"] > 50
    assert words["REFUTED"] > 0
    assert words["VERIFIED"] > 0  # what stands in the provenance, and a weight that no sample feels
    assert words["RESOURCE"] == 0


@settings(max_examples=30)
@given(cases.true_certificates())
def test_a_network_memorizes_its_own_outputs(
    tmp_path_factory: pytest.TempPathFactory, document: cases.Document
) -> None:
    folder = tmp_path_factory.mktemp("v")
    for hexadecimal in (False, True):
        case = converted(document, hexadecimal)
        assert agree(folder, sealed(case, "a")) == "VERIFIED"
        assert DIGEST in case.lines
