"""The README's table of sizes, from the table of constructions; `python -m tests.support.readme_tables` prints it."""

from exactmem.activations import RELU, Activation, parse_activation
from exactmem.constructions import theorems
from exactmem.constructions.theorem import Theorem
from exactmem.sizes.problem import Problem

SETTINGS = [(150, 4, 3), (10_000, 784, 10), (50_000, 3_072, 10), (1_000_000, 150_528, 1_000)]
HEADER = [
    "| theorem | activation | condition | 150 x 4, 3 classes | 10,000 x 784, 10 | 50,000 x 3,072, 10 "
    "| 1,000,000 x 150,528, 1,000 |",
    "|---|---|---|---:|---:|---:|---:|",
]
ACTIVATIONS: dict[str, Activation] = {"relu-like": RELU}


def in_reading_order() -> list[Theorem]:
    """Every printed theorem whose sizes suffice, each followed by what improves on it."""
    rows = [t for t in theorems().values() if t.sufficient]
    printed = [t for t in rows if not t.improves]
    return [row for t in printed for row in (t, *(b for b in rows if b.improves.startswith(t.id)))]


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
    for theorem in in_reading_order():
        name = f"`{theorem.id}`" + (f" (better than {theorem.improves})" if theorem.improves else "")
        for kind in theorem.activations:
            cells = " | ".join(cell(theorem, kind, setting) for setting in SETTINGS)
            lines.append(
                f"| {name} | {'ReLU' if kind == 'relu-like' else kind} | {theorem.condition(kind)} | {cells} |"
            )
            name = ""
    return "\n".join(lines)


if __name__ == "__main__":
    print(sizes_table())
