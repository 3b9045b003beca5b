"""The figure of a construction: what every hidden unit does to every sample.

`boxes` is Figure 1 of the paper (Yun, Sra, Jadbabaie 2019): one box per unit, with the samples it clips to the left,
passes, and clips to the right. `map` shows the same as a map, units by samples, for many samples. `diagram` is
Figure 2, for deep networks: circles carry the input on, diamonds the output, squares fit samples.
"""

__all__ = [
    "LIMIT_BOXED",
    "MAX_BOXED",
    "MAX_UNITS",
    "PALETTE",
    "STYLES",
    "choose_style",
    "draw_boxes",
    "draw_map",
    "map_colours",
    "part_colours",
    "part_names",
    "plot_construction",
    "ranges",
]

from pathlib import Path
from typing import Any

from flint import fmpq

from exactmem.activations import PiecewiseLinear
from exactmem.activity import Activity, HiddenLayer, activity, sees_nothing
from exactmem.datasets import Dataset
from exactmem.errors import UsageError
from exactmem.networks import FNN, Network
from exactmem.plots import style
from exactmem.plots.diagram import draw_diagram, size_of_diagram
from exactmem.plots.style import drawing, ink

STYLES = ("auto", "boxes", "map", "diagram")
MAX_BOXED = 36
"""Most samples whose numbers are written into boxes."""

PALETTE = (style.SAMPLE, style.LINE, "#3a8f4d", "#8e44ad", "#7f6000", "#c00000")

MAX_UNITS = 12
"""Most units of a layer that are drawn as boxes."""

LIMIT_BOXED = 100
"""Most samples, and units of a layer, that are drawn as boxes even if asked for."""


def choose_style(network: Network, dataset: Dataset) -> str:
    """The style for `auto`: a diagram from four hidden layers on, boxes where they are readable, else a map."""
    if len(network.widths) >= 4 and isinstance(network, FNN):
        return "diagram"
    return "boxes" if dataset.N <= MAX_BOXED and max(network.widths) <= MAX_UNITS else "map"


def plot_construction(
    path: str | Path, network: Network, dataset: Dataset, title: str, wanted: str = "auto"
) -> dict[str, Any]:
    """Write the figure of what every hidden unit does to every sample and return its facts.

    Raises UsageError for activations that are not piecewise linear, for boxes of too many samples, for diagrams of
    residual networks, and as `drawing` does.
    """
    chosen = choose_style(network, dataset) if wanted == "auto" else wanted
    if chosen == "boxes" and (dataset.N > LIMIT_BOXED or max(network.widths) > LIMIT_BOXED):
        raise UsageError(f"boxes hold up to {LIMIT_BOXED} samples and units per layer: take --style map")
    seen = activity(network, dataset)
    draw, width, height = {"boxes": draw_boxes, "map": draw_map, "diagram": draw_diagram}[chosen], *_size(chosen, seen)
    with drawing(path, width, height) as figure:
        facts = draw(figure, network, seen, dataset)
        order = "samples numbered by u.x" if seen.projections is not None else "samples numbered as in the dataset"
        style.heading(figure, title, f"{facts.pop('subtitle')}; {order}")
    return {"style": chosen, **facts}


def _size(chosen: str, seen: Activity) -> tuple[Any, Any]:
    """Width and height in inches."""
    N, widths = len(seen.order), [layer.width for layer in seen.layers]
    if chosen == "boxes":
        rows = fmpq(2, 5) + fmpq(N, 40)
        return max(8, 4 * len(widths) + 1), max(fmpq(4), rows * max(widths) + fmpq(3, 2))
    if chosen == "map":
        return 11, sum((max(fmpq(3, 4), min(fmpq(6), fmpq(w, 9))) for w in widths), fmpq(27, 10))
    return size_of_diagram(seen)


# ---- boxes -----------------------------------------------------------------------------------------------------------


def draw_boxes(figure: Any, network: Network, seen: Activity, dataset: Dataset) -> dict[str, Any]:
    """One box per unit with as many parts as its activation has pieces, and the samples' numbers in them."""
    axes = figure.subplots(1, len(seen.layers), squeeze=False)[0]
    figure.get_layout_engine().set(wspace=ink(fmpq(1, 20)), w_pad=ink(fmpq(1, 10)))
    edges = 0
    for l, (panel, layer) in enumerate(zip(axes, seen.layers, strict=True), 1):
        panel.set_title(f"layer {l} ({layer.activation.name})", fontsize=10, loc="left", pad=16)
        panel.set_xlim(0, 1)
        panel.set_ylim(layer.width, 0)
        panel.axis("off")
        for j, name in enumerate(part_names(layer.activation)):
            left, right = _part(layer.activation, j)
            panel.text(ink((left + right) / 2), ink(fmpq(-1, 50)), name, ha="center", va="bottom", fontsize=8)
        for k in range(layer.width):
            edges += _draw_box(panel, layer, k)
    note = "numbers in colour: exactly on the breakpoint" if edges else "no sample lies on a breakpoint"
    return {"units": sum(l.width for l in seen.layers), "samples": dataset.N, "subtitle": note}


def _part(activation: PiecewiseLinear, j: int) -> tuple[Any, Any]:
    """Left and right end of part j of a box."""
    count = len(activation.pieces)
    return fmpq(7, 100) + fmpq(93 * j, 100 * count), fmpq(7, 100) + fmpq(93 * (j + 1), 100 * count)


def _draw_box(panel: Any, layer: HiddenLayer, k: int) -> int:
    """Draw unit k and return how many samples sit exactly on a breakpoint."""
    count = len(layer.activation.pieces)
    panel.text(0, ink(fmpq(2 * k + 1, 2)), str(k + 1), ha="left", va="center", fontsize=9, color="#555b63")
    for j, colour in enumerate(part_colours(layer.activation)):
        left, right = _part(layer.activation, j)
        corner, size = (ink(left), ink(k + fmpq(1, 15))), (ink(right - left), ink(fmpq(13, 15)))
        panel.add_patch(_rectangle(corner, size, colour))
        chosen = [i for i, s in enumerate(layer.states[k], 1) if s == 2 * j]
        panel.text(
            ink((left + right) / 2), ink(fmpq(2 * k + 1, 2)), ranges(chosen), ha="center", va="center", fontsize=8
        )
    on_edge = [[i for i, s in enumerate(layer.states[k], 1) if s == 2 * j + 1] for j in range(count - 1)]
    for j, chosen in enumerate(on_edge):
        middle = count == 3
        left, right = _part(layer.activation, 1 if middle else j)
        place = (left if j == 0 else right) if middle else right
        shift = fmpq(1, 100) if middle and j == 0 else fmpq(-1, 100)
        panel.text(
            ink(place + shift),
            ink(k + fmpq(1, 2)),
            ranges(chosen, 6),
            ha="left" if middle and j == 0 else "right",
            va="center",
            fontsize=8,
            fontweight="bold",
            color=style.LOW_EDGE if j == 0 and count == 3 else style.HIGH_EDGE,
        )
    return sum(map(len, on_edge))


def _rectangle(corner: tuple[Any, Any], size: tuple[Any, Any], colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle(corner, *size, facecolor=colour, edgecolor="#8a9099", linewidth=0.8)


def part_names(activation: PiecewiseLinear) -> list[str]:
    """What each part of a box means."""
    if activation.kind == "hard-tanh":
        return ["clipped to -1", "passed", "clipped to +1"]
    if len(activation.pieces) == 2:
        return ["z < 0", "z > 0"]
    return [f"piece {j}" for j in range(1, len(activation.pieces) + 1)]


def part_colours(activation: PiecewiseLinear) -> list[str]:
    """The background of each part of a box."""
    if len(activation.pieces) == 3:
        return [style.LOW, "white", style.HIGH]
    return [style.LOW, style.HIGH] if len(activation.pieces) == 2 else ["white"] * len(activation.pieces)


def ranges(numbers: list[int], width: int = 18) -> str:
    """Increasing numbers as text, runs of three or more shortened (`1-4, 7`), in lines of about `width` characters."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    parts = [t for run in runs for t in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run))]
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 2 <= width:
            lines[-1] += f", {part}"
        else:
            lines.append(part)
    return ",\n".join(lines)


# ---- map -------------------------------------------------------------------------------------------------------------


def draw_map(figure: Any, network: Network, seen: Activity, dataset: Dataset) -> dict[str, Any]:
    """Per layer a map, units by samples, coloured by what the unit does to the sample; below, the labels."""
    from matplotlib.colors import ListedColormap
    from matplotlib.ticker import MaxNLocator

    heights = [max(7, min(54, layer.width)) for layer in seen.layers]
    axes = figure.subplots(len(heights) + 1, 1, height_ratios=[*heights, 9], sharex=True)
    for l, (panel, layer) in enumerate(zip(axes, seen.layers, strict=False), 1):
        colours = [*map_colours(layer.activation), style.FAINT]
        idle = [len(colours) - 1] * dataset.N
        panel.imshow(
            [idle if sees_nothing(layer, k) else states for k, states in enumerate(layer.states)],
            aspect="auto",
            interpolation="nearest",
            cmap=ListedColormap(colours),
            vmin=0,
            vmax=len(colours) - 1,
            extent=(ink(fmpq(1, 2)), ink(dataset.N + fmpq(1, 2)), ink(layer.width + fmpq(1, 2)), ink(fmpq(1, 2))),
        )
        panel.set_ylabel(f"layer {l}\nunit", fontsize=8)
        panel.yaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
        panel.tick_params(labelsize=8)
        panel.spines[["top", "right"]].set_visible(True)
    _draw_labels(axes[-1], seen, dataset)
    _map_legend(axes[0], seen)
    return {
        "units": sum(l.width for l in seen.layers),
        "samples": dataset.N,
        "subtitle": "each row a unit, each column a sample",
    }


def map_colours(activation: PiecewiseLinear) -> list[str]:
    """The colour of each state: pieces and, between them, breakpoints."""
    if len(activation.pieces) == 3:
        return [style.LOW, style.LOW_EDGE, style.PASS, style.HIGH_EDGE, style.HIGH]
    if len(activation.pieces) == 2:
        return [style.LOW, style.PASS, style.HIGH]
    return [style.PASS] * (2 * len(activation.pieces) - 1)


def _draw_labels(panel: Any, seen: Activity, dataset: Dataset) -> None:
    """The labels of the samples, in the maps' order: classes by number, else one colour per label coordinate."""
    size = 14 if dataset.N <= 60 else 7 if dataset.N <= 200 else 3
    panel.margins(y=ink(fmpq(1, 5)))
    panel.tick_params(labelsize=8)
    panel.set_xlabel("sample, by u.x" if seen.projections is not None else "sample")
    if dataset.is_one_hot and dataset.d_y > 1:
        columns = [[dataset.labels[i].index(fmpq(1)) + 1 for i in seen.order]]
        panel.yaxis.get_major_locator().set_params(integer=True)
        panel.set_ylabel("class", fontsize=8)
    else:
        columns = [[ink(dataset.labels[i][k]) for i in seen.order] for k in range(dataset.d_y)]
        panel.set_ylabel("label", fontsize=8)
    for k, heights in enumerate(columns):
        panel.scatter(range(1, dataset.N + 1), heights, s=size, color=PALETTE[k % len(PALETTE)], linewidth=0)


def _map_legend(panel: Any, seen: Activity) -> None:
    from matplotlib.patches import Patch

    entries: dict[str, str] = {}
    idle = False
    for layer in seen.layers:
        names, colours = part_names(layer.activation), map_colours(layer.activation)
        busy = [k for k in range(layer.width) if not sees_nothing(layer, k)]
        idle = idle or len(busy) < layer.width
        used = {s for k in busy for s in layer.states[k]}
        for s, colour in enumerate(colours):
            if s % 2 == 0 and s in used:
                entries[names[s // 2]] = colour
            elif s in used:
                point = layer.activation.breakpoints[s // 2]
                entries[f"exactly {point}"] = colour
    if idle:
        entries["unused"] = style.FAINT
    handles = [Patch(facecolor=colour, edgecolor="#8a9099", lw=0.5, label=name) for name, colour in entries.items()]
    panel.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(handles), fontsize=8)
