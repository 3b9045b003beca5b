"""The network on a line: its exact pieces as a drawing, with the samples that lie there."""

__all__ = [
    "GAP",
    "HEIGHT",
    "LEFT",
    "MOST_EDGES",
    "MOST_OUTPUTS",
    "MOST_PIECES",
    "RIGHT",
    "TOP",
    "Path",
    "Place",
    "line_section",
]

from collections.abc import Sequence
from itertools import pairwise

from flint import fmpq

from exactmem.datasets import Dataset
from exactmem.html import escape
from exactmem.lines import LineRestriction, position_on_line, restrict
from exactmem.networks import Network
from exactmem.pieces import own_line
from exactmem.plots.style import ink
from exactmem.rationals import Rational, readable, shorten
from exactmem.report.svg import WIDTH, Mark, dot, drawing, text

MOST_EDGES, MOST_PIECES, MOST_OUTPUTS = 60_000, 2000, 5
"""Largest network that is restricted, most pieces that are drawn, most outputs that are drawn."""

LEFT, RIGHT, TOP, HEIGHT, GAP = 104, 40, 12, 240, 26
Place = tuple[Rational, Sequence[Rational]]
Path = list[tuple[Rational, Rational]]


def line_section(network: Network, dataset: Dataset) -> str:
    """HTML: the line, how many pieces, and the drawing; a sentence instead where the network is too large for that."""
    if network.edges > MOST_EDGES:
        return "<p>The network is too large to be restricted to a line here; see <code>exactmem pieces</code>.</p>"
    start, end = _line(network, dataset)
    restriction = restrict(network, start, end)
    where = f"t &rarr; P + t (Q - P) with P = {_point(start)} and Q = {_point(end)}"
    counts = f"{len(restriction.pieces)} affine pieces and {len(restriction.breakpoints)} breakpoints"
    lines = [f"<p>On the line {where} the network has {counts}, computed exactly.</p>"]
    if len(restriction.pieces) <= MOST_PIECES:
        lines.append(_drawing(restriction, _samples(network, dataset, start, end)))
    else:
        lines.append(f"<p>More than {MOST_PIECES} pieces are not drawn.</p>")
    return "\n".join(lines)


def _line(network: Network, dataset: Dataset) -> tuple[list[Rational], list[Rational]]:
    """The network's own line, else the one through its first and last sample."""
    own = own_line(network)
    if own is not None:
        return own
    last = dataset.inputs[-1] if dataset.N > 1 else tuple(v + 1 for v in dataset.inputs[0])
    return list(dataset.inputs[0]), list(last)


def _point(values: Sequence[Rational]) -> str:
    more = ", ..." if len(values) > 4 else ""
    return escape(f"({', '.join(readable(v) for v in values[:4])}{more})")


def _samples(network: Network, dataset: Dataset, start: list[Rational], end: list[Rational]) -> list[Place]:
    """The samples with their place t: all of them where the network sees u.x only, else those that lie on the line."""
    if own_line(network) is not None:
        direction = [q - p for p, q in zip(start, end, strict=True)]
        square = sum((v * v for v in direction), fmpq(0))
        places = [sum((v * x for v, x in zip(direction, row, strict=True)), fmpq(0)) / square for row in dataset.inputs]
        return list(zip(places, dataset.labels, strict=True))
    found = [position_on_line(start, end, x) for x in dataset.inputs]
    return [(t, y) for t, y in zip(found, dataset.labels, strict=True) if t is not None]


def _drawing(restriction: LineRestriction, samples: list[Place]) -> str:
    """One panel per output, with the samples' labels as dots."""
    marks = sorted({t for t, _ in samples} | set(restriction.breakpoints)) or [fmpq(0), fmpq(1)]
    margin = (marks[-1] - marks[0]) / 20 or fmpq(1)
    marks = [marks[0] - margin, *marks, marks[-1] + margin]
    even = min(b - a for a, b in pairwise(marks)) * 400 < marks[-1] - marks[0]
    inside, whole = WIDTH - LEFT - RIGHT, marks[-1] - marks[0]
    if even:
        across = {t: LEFT + inside * i / (len(marks) - 1) for i, t in enumerate(marks)}
    else:
        across = {t: LEFT + inside * float(ink((t - marks[0]) / whole)) for t in marks}
    shown = min(restriction.d_y, MOST_OUTPUTS)
    height = HEIGHT if shown == 1 else HEIGHT // 2
    parts: list[str | Mark] = []
    for k in range(shown):
        path = _path(restriction, marks, k)
        parts += _panel(path, sorted((t, y[k]) for t, y in samples), across, TOP + k * (height + GAP), height)
        if restriction.d_y > 1:
            parts.append(text(WIDTH - RIGHT + 6, TOP + k * (height + GAP) + height // 2, f"f{k + 1}"))
    bottom = TOP + shown * (height + GAP)
    for t, anchor in ((marks[1], "start"), (marks[-2], "end")):
        parts.append(text(across[t], bottom + 10, f"t = {readable(t)}", anchor, "faint"))
    scale = "drawn evenly spaced, as their true distances differ too much" if even else "drawn to scale"
    label = f"The network on the line, breakpoints and samples {scale}; dots are the samples"
    if shown < restriction.d_y:
        label += f"; the first {shown} outputs of {restriction.d_y}"
    return drawing(label, bottom + 18, parts) + f'<p class="faint">{escape(label)}.</p>'


def _panel(path: Path, dots: Path, across: dict[Rational, float], top: int, height: int) -> list[str | Mark]:
    """One output between its least and its largest value."""
    values = [v for _, v in [*path, *dots]]
    low, span = min(values), (max(values) - min(values)) or fmpq(1)

    def down(value: Rational) -> float:
        return top + height * (1 - float(ink((value - low) / span)))

    many = len(path) > 200
    points = " ".join(f"{across[t]:.2f},{down(v):.2f}" for t, v in path)
    bottom = top + height + 6
    return [
        f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{bottom}" y2="{bottom}"/>',
        *(text(LEFT - 8, down(v) + 4, readable(v), "end", "faint") for v in {low, low + span}),
        f'<polyline class="line{" thin" if many else ""}" points="{points}"/>',
        *(dot(across[t], down(v), 2 if many else 4, f"t = {shorten(t)}: label {shorten(v)}") for t, v in dots),
    ]


def _path(restriction: LineRestriction, marks: list[Rational], k: int) -> Path:
    """The corners of output k between the outermost marks; between two marks it is affine, and may jump at one."""
    path: Path = []
    for a, b in pairwise(marks):
        slope, intercept = restriction.piece_at((a + b) / 2).maps[k]
        path += [(t, slope * t + intercept) for t in (a, b)]
    return [point for point, following in zip(path, [*path[1:], None], strict=True) if point != following]
