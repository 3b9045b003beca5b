"""What the makers of the further kinds' corpora share: malformed documents with their places, and files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.checker_cases import Document, edited

Edit = Callable[[Document], Any]
Faults = dict[str, tuple[str, Document, Edit]]
"""By the file's name: how the message has to begin, a valid document, and the edit that makes it malformed."""


def malformed(faults: Faults) -> dict[str, Document]:
    """The malformed documents, with digests that fit, by name."""
    return {name: edited(base, edit) for name, (_, base, edit) in faults.items()}


def places(faults: Faults) -> dict[str, str]:
    """What the verdict on each malformed document begins with."""
    return {name: place for name, (place, _, _) in faults.items()}


def contents(**folders: dict[str, Document]) -> dict[str, bytes]:
    """File contents by path, `folders` being the documents of `valid`, `invalid` and `malformed` by name."""
    return {
        f"{folder}/{name}.json": (json.dumps(document, indent=1) + "\n").encode()
        for folder, documents in folders.items()
        for name, document in documents.items()
    }


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files below the folder."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
