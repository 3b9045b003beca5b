"""One page per theorem from its docstring: statement, condition, how it works, an example that is run, its proof."""

__all__ = ["DATA", "example_data", "plain", "printed", "theorem_page"]

import contextlib
import inspect
import io
import re
import sys
from pathlib import Path

from exactmem.cli import main
from exactmem.constructions.theorem import Theorem
from exactmem.errors import ConstructionError
from exactmem.ledger.claims import Row

DATA = {
    "tangent features": "curve.csv",
    "labels 1 and -1": "signs.csv",
    "a quadratic form": "signs.csv",
    "unit vectors": "circle.csv --classify",
    "regression": "prices.csv",
    "classification": "points.csv --classify",
    "labels 0 and 1": "points.csv --labels class=near",
}
"""By the task, or by what the theorem needs: the example data, with the options that read them."""


def example_data(theorem: Theorem) -> str:
    """The words of the command line for the data that the theorem's example is about."""
    return DATA[next((need for need in DATA if need in theorem.needs), theorem.task)]


def printed(words: str) -> str:
    """What the command prints, run in the current folder; ConstructionError if its exit code is not 0."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words.split())
    if code != 0:
        raise ConstructionError(f"exactmem {words}: exit code {code}: {err.getvalue().strip()}")
    return out.getvalue().strip()


def plain(text: str) -> str:
    """Text, with code between backticks, as Markdown that shows it as it is: no star is an emphasis, no bar a cell."""
    parts = text.split("`")
    parts[::2] = (re.sub(r"([*_|<\[\]\\])", r"\\\1", part) for part in parts[::2])
    return "`".join(parts)


def theorem_page(theorem: Theorem, rows: list[Row], folder: Path) -> str:
    """The page in Markdown.

    Its example is run in `folder`, which holds the example files, and leaves its picture there; ConstructionError where
    a command of it fails.
    """
    name = f"theorem-{theorem.id}"
    build = f"build {example_data(theorem)} --theorem {theorem.id} -o {name}.json"
    commands = [build, f"check {name}.json"]
    if pictured := theorem.activations != ("square",):  # which has no pieces to show
        commands.append(f"plot construction {name}.json -o {name}.svg")
    with contextlib.chdir(folder):
        outputs = [printed(words) for words in commands]
    _, _, prose = (inspect.getdoc(sys.modules[theorem.construct.__module__]) or "").partition("\n\n")
    conditions = [f"| {kind} | `{theorem.condition(kind)}` |" for kind in theorem.activations]
    source = f"{theorem.source}; better than `{theorem.improves}`" if theorem.improves else theorem.source
    return "\n".join(
        [
            f"# Theorem `{theorem.id}`",
            "",
            f"> {plain(theorem.statement[:1].upper() + theorem.statement[1:])}.",
            "",
            f"Source: {plain(source)}. Task: {theorem.task}. Network: {theorem.architecture}, hidden layers: "
            f"{theorem.hidden_layers}. Needs {theorem.needs}.",
            "",
            "## Condition",
            "",
            "| activation | size condition |",
            "|---|---|",
            *conditions,
            "",
            *([f"## How it works\n\n{plain(prose)}\n"] if prose else []),
            "## Example",
            "",
            "```sh",
            *(f"exactmem {words}" for words in commands),
            "```",
            "",
            "```text",
            *outputs[:2],
            "```",
            "",
            *([f"![What every hidden unit of this network does to every sample]({name}.svg)\n"] if pictured else []),
            "## Proof",
            "",
            *_claims(theorem, rows),
            "",
        ]
    )


def _claims(theorem: Theorem, rows: list[Row]) -> list[str]:
    """The claims of the ledger about the theorem, with the verdict that is expected of each."""
    if not rows:
        return [
            "No claim of the ledger bears this theorem's id; the network above was checked for these samples alone."
        ]
    table = [f"| `{row.id}` | {plain(row.statement)} | {row.expected} |" for row in rows]
    scripts = ", ".join(f"`proofs/{script}.py`" for script in dict.fromkeys(row.script for row in rows))
    return [
        f"`exactmem prove {theorem.id}` runs these claims and prints the verdicts that they earn. Scripts: {scripts}.",
        "",
        "| claim | statement | expected |",
        "|---|---|---|",
        *(line.replace("\n", " ") for line in table),
    ]
