"""`exactmem theorems`: every construction with its source, activations and size condition."""

import argparse
from typing import Any

from exactmem.commands.common import Subparsers, add_parser, emit, paragraph
from exactmem.constructions import theorems
from exactmem.constructions.theorem import Theorem


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    add_parser(subparsers, "theorems", "exactmem theorems --json", run)


def describe(theorem: Theorem) -> dict[str, Any]:
    """One theorem as a JSON object."""
    return {
        "id": theorem.id,
        "source": theorem.source,
        "statement": theorem.statement,
        "activations": list(theorem.activations),
        "conditions": {kind: theorem.condition(kind) for kind in theorem.activations},
        "task": theorem.task,
        "architecture": theorem.architecture,
        "hidden_layers": theorem.hidden_layers,
        "needs": theorem.needs,
        "improves": theorem.improves,
    }


def run(args: argparse.Namespace) -> int:
    """Print the table of constructions."""
    blocks = ["\n".join(_lines(theorem)) for theorem in theorems().values()]
    emit(args, {"theorems": [describe(t) for t in theorems().values()]}, "\n".join(blocks))
    return 0


def _lines(theorem: Theorem) -> list[str]:
    """One theorem for people."""
    facts = [
        theorem.statement,
        *(f"{kind}: {theorem.condition(kind)}" for kind in theorem.activations),
        f"{theorem.task}, {theorem.architecture}, hidden layers: {theorem.hidden_layers}, needs {theorem.needs}",
        *([f"improves on {theorem.improves}"] if theorem.improves else []),
    ]
    heading = paragraph(f"{theorem.id}  [{theorem.source}]", "     ")
    return [heading, *(paragraph(f"    {fact}", "      ") for fact in facts)]
