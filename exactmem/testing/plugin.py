"""The pytest plugin that comes with exactmem: golden certificates, and what differs between networks and datasets.

pytest loads it in every run, so that it imports nothing of exactmem before it is used.
"""

__all__ = ["difference", "golden_certificate", "pytest_addoption", "pytest_assertrepr_compare"]

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --update-golden."""
    group = parser.getgroup("exactmem")
    group.addoption("--update-golden", action="store_true", help="write golden certificates instead of comparing them")


@pytest.fixture
def golden_certificate(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """A function that compares a certificate, byte for byte, with the file of that name in `golden` beside the test.

    golden_certificate(subject, "name.json", data=None): the subject is a certificate, its bytes, a construction, or a
    network with its data. `pytest --update-golden` writes the file instead. The file's path is returned.
    """

    def compare(subject: Any, name: str, data: Any = None) -> Path:
        from exactmem.api.verdicts import Certificate, certificate

        made = subject if isinstance(subject, bytes | Certificate) else certificate(subject, data)
        content, path = bytes(made), request.path.parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        elif not path.is_file():
            pytest.fail(f"{path}: no such golden certificate; `pytest --update-golden` writes it", pytrace=False)
        elif (expected := path.read_bytes()) != content:
            place = difference(json.loads(expected), json.loads(content)) or "the bytes alone"
            pytest.fail(f"{path}: what is made now differs in {place}; see --update-golden", pytrace=False)
        return path

    return compare


def difference(expected: Any, made: Any, place: str = "") -> str:
    """The first place where JSON data differ, with both values; empty where they are equal."""
    if isinstance(expected, dict) and isinstance(made, dict) and set(expected) == set(made):
        places = [(f"{place}.{key}".lstrip("."), expected[key], made[key]) for key in expected]
    elif isinstance(expected, list) and isinstance(made, list) and len(expected) == len(made):
        places = [(f"{place}[{i}]", *pair) for i, pair in enumerate(zip(expected, made, strict=True))]
    elif expected != made:
        from exactmem.errors import quoted

        return f"{place}: {quoted(expected)} was expected, not {quoted(made)}"
    else:
        return ""
    places.sort(key=lambda entry: entry[0] == "digests")  # they differ because something else does
    return next((found for name, was, now in places if (found := difference(was, now, name))), "")


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Where networks, datasets and certificates that were asserted to be equal differ."""
    if op != "==" or not all(type(side).__module__.startswith("exactmem.") for side in (left, right)):
        return None
    pair = [_as_json(side) for side in (left, right)]
    if pair[0] is None or pair[1] is None:
        return None
    return [f"{left!r} == {right!r}", f"first difference, in {difference(*pair) or 'nothing that is written to files'}"]


def _as_json(value: Any) -> Any:
    """The value as it stands in a certificate, or None."""
    if hasattr(value, "to_json"):
        return value.to_json()
    network: Any = getattr(value, "network", None)
    return network.to_json() if hasattr(network, "to_json") else None
