"""The picture of the construction: which piece of its activation every hidden unit is on at every sample."""

__all__ = ["LEFT", "MOST_RUNS", "MOST_UNITS", "TOP", "construction_section", "kind_of", "state_name"]

from collections.abc import Iterator
from itertools import groupby

from exactmem.activations import PiecewiseLinear
from exactmem.activity import Activity, HiddenLayer, activity, sees_nothing
from exactmem.datasets import Dataset
from exactmem.html import element, escape
from exactmem.networks import Network
from exactmem.plots.construction import part_names, ranges
from exactmem.rationals import shorten
from exactmem.report.svg import WIDTH, Mark, drawing, swatch, text

LEFT, TOP = 44, 18
MOST_UNITS, MOST_RUNS = 120, 12_000
"""Most units of a layer, and most rectangles, that are drawn."""


def construction_section(network: Network, dataset: Dataset) -> str:
    """HTML: one drawing per hidden layer with tooltips, a key, and the same as a table. Exact: states are compared."""
    seen = activity(network, dataset)
    by = "in the order of u.x, which is all that the first layer sees" if seen.projections is not None else "in order"
    parts = [
        f"<p>Each row is a unit, each column a sample, {by}. Point at a field to see what it stands for, or press Tab "
        "and go from field to field with the arrow keys.</p>"
    ]
    drawn = 0
    for l, layer in enumerate(seen.layers, 1):
        fields = list(_fields(layer, l, seen))
        drawn += len(fields)
        if drawn > MOST_RUNS:
            parts.append("<p>The layers from here on are too large to be drawn.</p>")
            break
        parts += [element("h3", escape(f"Layer {l}: {layer.width} units, {layer.activation.name}"))]
        parts += [_drawing(layer, l, fields), _key(layer), _table(layer, l)]
    return "\n".join(parts)


def _height(layer: HiddenLayer) -> float:
    """Of a row."""
    return max(5.0, min(18.0, 320 / min(layer.width, MOST_UNITS)))


def kind_of(activation: PiecewiseLinear, state: int) -> str:
    """The colour of a state: the pieces from low to high, `edge` exactly on a breakpoint."""
    last = 2 * len(activation.breakpoints)
    if state % 2:
        return "edge"
    if last >= 4:
        return "low" if state == 0 else "high" if state == last else "pass"
    return "low" if state == 0 and last else "pass"


def state_name(activation: PiecewiseLinear, state: int) -> str:
    """A state in words."""
    if state % 2:
        return f"z = {shorten(activation.breakpoints[state // 2])} exactly"
    return part_names(activation)[state // 2]


def _fields(layer: HiddenLayer, l: int, seen: Activity) -> Iterator[Mark]:
    """A rectangle for every run of neighbouring samples in the same state, unit by unit."""
    N, height = len(seen.order), _height(layer)
    width = (WIDTH - LEFT) / N
    for k in range(min(layer.width, MOST_UNITS)):
        idle = sees_nothing(layer, k)
        start = 0
        for state, run in groupby(layer.states[k]):
            count = len(list(run))
            samples = f"sample {seen.order[start]}" if count == 1 else f"samples {start + 1} to {start + count}"
            words = "unused: the same output everywhere" if idle else state_name(layer.activation, state)
            output = f", output {shorten(layer.outputs[k][start])}" if count == 1 else ""
            tip = f"layer {l}, unit {k + 1}, {samples}: {words}{output}"
            kind = "idle" if idle else kind_of(layer.activation, state)
            yield Mark(LEFT + start * width, TOP + k * height, count * width, height - 1, kind, tip)
            start += count


def _drawing(layer: HiddenLayer, l: int, fields: list[Mark]) -> str:
    height, shown = _height(layer), min(layer.width, MOST_UNITS)
    step = max(1, -(-14 // int(height)))
    names = [text(LEFT - 6, TOP + (k + 0.5) * height + 4, str(k + 1), "end", "faint") for k in range(0, shown, step)]
    label = f"What the {layer.width} units of layer {l} do to the samples"
    if shown < layer.width:
        label += f"; the first {shown} units"
    return drawing(label, int(TOP + shown * height + 8), [text(LEFT, 12, "samples", kind="faint"), *names, *fields])


def _key(layer: HiddenLayer) -> str:
    """What the colours of one layer mean, those that occur."""
    busy = [k for k in range(layer.width) if not sees_nothing(layer, k)]
    states = sorted({s for k in busy for s in layer.states[k]})
    entries = dict.fromkeys((kind_of(layer.activation, s), state_name(layer.activation, s)) for s in states)
    idle = [swatch("idle", "unused")] if len(busy) < layer.width else []
    return f"<p>{''.join(swatch(*entry) for entry in entries)}{''.join(idle)}</p>"


def _table(layer: HiddenLayer, l: int) -> str:
    """The same for those who read rather than look."""
    states = sorted({s for row in layer.states[:MOST_UNITS] for s in row})
    heads = "".join(f'<th scope="col">{escape(state_name(layer.activation, s))}</th>' for s in states)
    rows = []
    for k in range(min(layer.width, MOST_UNITS)):
        cells = [ranges([i for i, s in enumerate(layer.states[k], 1) if s == state], 10**6) for state in states]
        rows.append(f'<tr><th scope="row">{k + 1}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>')
    table = f'<table><thead><tr><th scope="col">unit</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    scroll = f'<div class="scroll" tabindex="0" role="region" aria-label="Layer {l} as a table">{table}</div>'
    return f"<details><summary>Layer {l} as a table: which samples, by place in the drawing</summary>{scroll}</details>"
