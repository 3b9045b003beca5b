"""Figure 2 of the paper for any deep network: its units by role, and the connections that are not zero."""

__all__ = [
    "CIRCLE",
    "COLOURS",
    "DIAMOND",
    "MARKERS",
    "MAX_EDGES",
    "SQUARE",
    "UNUSED",
    "draw_diagram",
    "role",
    "size_of_diagram",
]

from typing import Any

from flint import fmpq

from exactmem.activity import Activity, HiddenLayer, carries, is_affine, is_unused, passes
from exactmem.datasets import Dataset
from exactmem.errors import UsageError
from exactmem.networks import FNN, Network
from exactmem.plots import style
from exactmem.plots.style import ink

CIRCLE, DIAMOND, SQUARE, UNUSED = "input", "output", "fits samples", "unused"
MARKERS = {CIRCLE: "o", DIAMOND: "D", SQUARE: "s", UNUSED: "."}
COLOURS = {CIRCLE: style.LINE, DIAMOND: style.SAMPLE, SQUARE: "white", UNUSED: style.FAINT}
MAX_EDGES = 3000
"""Most connections drawn between two layers; more are drawn as one shaded band."""


def role(layer: HiddenLayer, k: int, seen: Activity) -> str:
    """What unit k does: carries the projected input on, carries other information on, fits samples, or nothing."""
    if is_unused(layer, k):
        return UNUSED
    if not carries(layer, k):
        return SQUARE
    if seen.projections is not None and is_affine(layer.outputs[k], seen.projections):
        return CIRCLE
    return DIAMOND


def size_of_diagram(seen: Activity) -> tuple[Any, Any]:
    """Width and height in inches."""
    widest = max(layer.width for layer in seen.layers)
    return max(fmpq(7), fmpq(6, 5) * (len(seen.layers) + 2)), max(fmpq(4), min(fmpq(9), fmpq(widest, 4) + 2))


def draw_diagram(figure: Any, network: Network, seen: Activity, dataset: Dataset) -> dict[str, Any]:
    """Columns of units by layer, marked by role, with the connections that are not zero.

    UsageError for residual networks, whose skip connections are no units.
    """
    if not isinstance(network, FNN):
        raise UsageError("a diagram shows fully-connected networks: take --style map or boxes for a residual one")
    panel = figure.subplots()
    panel.axis("off")
    columns: list[list[tuple[str, Any]]] = [_column([CIRCLE] * min(network.d_x, 12))]
    columns += [_column([role(layer, k, seen) for k in range(layer.width)]) for layer in seen.layers]
    columns.append(_column([DIAMOND] * min(network.d_y, 12)))
    for l, layer in enumerate(network.layers):
        _draw_edges(panel, l, layer.weight.nonzero(), columns[l], columns[l + 1])
    widest = max(map(len, columns))
    size = 90 if widest <= 12 else 40 if widest <= 30 else 12
    for l, column in enumerate(columns):
        _draw_column(panel, l, column, size)
    _name_columns(panel, network, seen, columns)
    counts = {kind: sum(r == kind for column in columns[1:-1] for r, _ in column) for kind in MARKERS}
    _legend(panel, counts)
    return {
        **{kind.replace(" ", "_"): count for kind, count in counts.items()},
        "subtitle": f"{sum(counts.values())} hidden units; lines are weights that are not zero",
    }


def _column(roles: list[str]) -> list[tuple[str, Any]]:
    """Each unit's role and height: circles at the top, the fitting units in the middle, diamonds at the bottom."""
    rank = {CIRCLE: 0, SQUARE: 1, UNUSED: 2, DIAMOND: 3}
    order = sorted(range(len(roles)), key=lambda k: (rank[roles[k]], k))
    heights = {k: fmpq(len(roles) - 1 - 2 * place, 2) for place, k in enumerate(order)}
    return [(r, heights[k]) for k, r in enumerate(roles)]


def _draw_edges(panel: Any, l: int, rows: Any, below: Any, above: Any) -> None:
    segments = [
        ((l, ink(below[j][1])), (l + 1, ink(above[i][1])))
        for i, row in enumerate(rows[: len(above)])
        for j, _ in row
        if j < len(below)
    ]
    if len(segments) > MAX_EDGES:
        heights = [y for _, y in below], [y for _, y in above]
        corners = [(l, max(heights[0])), (l + 1, max(heights[1])), (l + 1, min(heights[1])), (l, min(heights[0]))]
        panel.fill([x for x, _ in corners], [ink(y) for _, y in corners], color="#eceef1", zorder=1)
        return
    from matplotlib.collections import LineCollection

    strength = 1 if len(segments) <= 60 else ink(fmpq(1, 2)) if len(segments) <= 400 else ink(fmpq(1, 5))
    panel.add_collection(LineCollection(segments, colors="#8a9099", linewidths=0.6, alpha=strength, zorder=1))


def _draw_column(panel: Any, l: int, column: list[tuple[str, Any]], size: int) -> None:
    for kind, marker in MARKERS.items():
        heights = [ink(y) for r, y in column if r == kind]
        if heights:
            panel.scatter(
                [l] * len(heights),
                heights,
                s=size,
                marker=marker,
                facecolor=COLOURS[kind],
                edgecolor=style.TEXT if kind != UNUSED else style.FAINT,
                linewidth=0.8,
                zorder=3,
            )


def _name_columns(panel: Any, network: FNN, seen: Activity, columns: list[Any]) -> None:
    """Below each column its layer, width, and the samples its fitting units pass."""
    bottom = min(y for column in columns for _, y in column) - 1
    names = ["input", *(f"layer {l}" for l in range(1, len(seen.layers) + 1)), "output"]
    sizes = [network.d_x, *network.widths, network.d_y]
    for l, (name, size) in enumerate(zip(names, sizes, strict=True)):
        text = f"{name}\n{size}"
        if 0 < l <= len(seen.layers):
            text += _fitted(seen.layers[l - 1], [r for r, _ in columns[l]])
        panel.text(l, ink(bottom), text, ha="center", va="top", fontsize=8, color="#555b63", linespacing=1.5)
    panel.set_xlim(ink(fmpq(-1, 2)), ink(len(columns) - fmpq(1, 2)))
    panel.set_ylim(ink(bottom - fmpq(1, 5) * (1 - bottom)), ink(max(y for c in columns for _, y in c) + fmpq(1, 2)))


def _fitted(layer: HiddenLayer, roles: list[str]) -> str:
    """The samples that at least one fitting unit of the layer passes, as a range where they are one."""
    table = [passes(layer, k) for k, r in enumerate(roles) if r == SQUARE]
    numbers = [i for i, column in enumerate(zip(*table, strict=True), 1) if any(column)]
    if not numbers or len(numbers) == len(layer.states[0]):
        return ""
    whole = numbers[-1] - numbers[0] + 1 == len(numbers)
    return f"\nsamples\n{numbers[0]}-{numbers[-1]}" if whole else f"\n{len(numbers)}\nsamples"


def _legend(panel: Any, counts: dict[str, int]) -> None:
    names = {CIRCLE: "carries the input on", DIAMOND: "carries the output on", SQUARE: SQUARE, UNUSED: UNUSED}
    handles = [
        panel.plot(
            [],
            [],
            lw=0,
            marker=MARKERS[kind],
            markerfacecolor=COLOURS[kind],
            markeredgecolor=style.TEXT if kind != UNUSED else style.FAINT,
            label=f"{names[kind]} ({count})",
        )[0]
        for kind, count in counts.items()
        if count
    ]
    panel.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(handles), fontsize=8)
