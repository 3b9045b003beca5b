"""Thousands of single mutations of valid certificates: VERIFIED exactly where the naive evaluator says so."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exactmem.certificates import checker
from tests.support import checker_cases as cases
from tests.support import naive

VALID = sorted((Path(__file__).parent / "corpus" / "memorization" / "valid").glob("*.json"))
SMALL = [path for path in VALID if path.stat().st_size < 10_000]
OTHER_KINDS = ["identity", "relu-like", "hard-tanh", "threshold", "square", "abs", "equal", "argmax", "sign"]
Steps = tuple[Any, ...]


def places(value: Any, path: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every value in a document with its path, the document itself excepted."""
    items = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for step, inner in items:
        yield (*path, step), inner
        yield from places(inner, (*path, step))


def numeric_variants(text: str) -> Iterator[str]:
    """One digit, sign or part of a number changed."""
    for position, character in enumerate(text[:12]):
        if character.isdigit():
            yield text[:position] + str((int(character) + 1) % 10) + text[position + 1 :]
            yield text[:position] + text[position + 1 :]
    yield text[1:] if text.startswith("-") else "-" + text
    yield from (text + "0", text + "/2", text + "/1", "0" + text, " " + text, text + ".0", "1/" + text)
    if "/" in text:
        above, below = text.split("/")
        yield from (f"{below}/{above}", above, f"{above}/-{below}")


def variants(value: Any) -> Iterator[Any]:
    """Values that differ from this one in a single respect."""
    yield from (None, True, 0, "0", [], {})
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value, str(value), value + 2**60)
    elif isinstance(value, str):
        yield from numeric_variants(value) if value.lstrip("-")[:1].isdigit() else OTHER_KINDS
        yield from (value.upper(), [value])
    elif isinstance(value, list):
        for i in range(len(value)):
            yield value[:i] + value[i + 1 :]
            yield [*value[:i], value[i], *value[i:]]
        yield value[::-1]
        yield value[1:] + value[:1]
    elif isinstance(value, dict):
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
            yield {(k + "s" if k == key else k): v for k, v in value.items()}
        yield {**value, "extra": "1"}
        yield {**value, "kind": "threshold"}


def mutants(document: cases.Document) -> Iterator[cases.Document]:
    written = cases.dumps(document)
    for path, value in places(document):
        for variant in variants(value):
            mutant = json.loads(written)
            target: Any = mutant
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = variant
            yield mutant


def resized(document: cases.Document) -> cases.Document | None:
    """With sizes and digests that fit the content again, so that the mutation reaches the deeper checks."""
    try:
        data = document["dataset"]
        inputs, labels = ([naive.vector(row) for row in data[part]] for part in ("inputs", "labels"))
        document["claim"]["sizes"] = naive.sizes(document["network"], inputs, labels)
        return cases.seal(document)
    except (naive.NotUnderstood, LookupError, TypeError, ValueError, AttributeError):
        return None


def as_it_is(document: cases.Document) -> cases.Document:
    return document


def sealed_if_possible(document: cases.Document) -> cases.Document:
    return cases.seal(dict(document)) if {"claim", "dataset", "network"} <= set(document) else document


def agree(document: cases.Document) -> str:
    verdict = checker.check_bytes(cases.dumps(document))
    assert "internal error" not in verdict.detail, (verdict, document)
    assert (verdict.word == "VERIFIED") == naive.holds(document), (verdict, document)
    return verdict.word


@pytest.mark.parametrize("file", SMALL, ids=lambda path: path.stem)
def test_every_single_mutation(file: Path) -> None:
    words: Counter[str] = Counter()
    for turn, mutant in enumerate(mutants(json.loads(file.read_bytes()))):
        changed = (as_it_is, resized, sealed_if_possible, resized)[turn % 4](mutant)
        if changed is not None:
            words[agree(changed)] += 1
    assert words["MALFORMED"] > 100
    assert words["RESOURCE"] == 0


def test_mutations_reach_every_verdict() -> None:
    """Sealed again, changed numbers must come out REFUTED: the mutations are not all caught by the digests."""
    words: Counter[str] = Counter()
    for file in SMALL:
        for path, value in places(json.loads(file.read_bytes())):
            if path[0] in ("dataset", "network") and isinstance(value, str) and value.lstrip("-").isdigit():
                document = json.loads(file.read_bytes())
                target: Any = document
                for step in path[:-1]:
                    target = target[step]
                target[path[-1]] = str(int(value) + 7)
                sealed = resized(document)
                if sealed is not None:
                    words[agree(sealed)] += 1
    assert words["REFUTED"] > 100
    assert words["VERIFIED"] > 0  # a weight that no sample feels
