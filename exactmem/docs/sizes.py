"""The table of sizes: the fewest hidden units, in four settings, of every theorem whose sizes suffice."""

__all__ = ["ACTIVATIONS", "HEADER", "SETTINGS", "cell", "sizes_table"]

from exactmem.activations import RELU, Activation, parse_activation
from exactmem.constructions import theorems
from exactmem.constructions.theorem import Theorem
from exactmem.size_bounds.calculator import reading_order
from exactmem.sizes.problem import Problem

SETTINGS = [(150, 4, 3), (10_000, 784, 10), (50_000, 3_072, 10), (1_000_000, 150_528, 1_000)]
"""Numbers of samples, inputs and classes."""

HEADER = [
    "| theorem | activation | condition | 150 x 4, 3 classes | 10,000 x 784, 10 | 50,000 x 3,072, 10 "
    "| 1,000,000 x 150,528, 1,000 |",
    "|---|---|---|---:|---:|---:|---:|",
]
ACTIVATIONS: dict[str, Activation] = {"relu-like": RELU}
"""What stands for a kind of activation that has parameters."""


def cell(theorem: Theorem, kind: str, setting: tuple[int, int, int]) -> str:
    """The fewest hidden units, with one output for regression and Baum's theorem and one per class otherwise."""
    N, d_x, classes = setting
    d_y = 1 if theorem.task == "regression" else classes
    activation = ACTIVATIONS.get(kind) or parse_activation(kind)
    widths = theorem.smallest(Problem(N, d_x, d_y, activation))
    return f"{sum(widths):,}"


def sizes_table() -> str:
    """The table in Markdown."""
    lines = list(HEADER)
    for theorem in reading_order(t for t in theorems().values() if t.sufficient):
        name = f"[`{theorem.id}`](theorem-{theorem.id}.md)"
        name += f" (better than {theorem.improves})" if theorem.improves else ""
        for kind in theorem.activations:
            cells = " | ".join(cell(theorem, kind, setting) for setting in SETTINGS)
            shown = "ReLU" if kind == "relu-like" else kind
            lines.append(f"| {name} | {shown} | `{theorem.condition(kind)}` | {cells} |")
            name = ""
    return "\n".join(lines)
