"""The figure of a network on a line: its pieces, breakpoints and the samples that lie on the line."""

__all__ = ["MAX_OUTPUTS", "PER_STRIP", "SKEW", "Axis", "Sample", "plot_pieces", "samples_on", "windows"]

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flint import fmpq

from exactmem.datasets import Dataset
from exactmem.lines import LineRestriction, Piece, position_on_line
from exactmem.networks import Network
from exactmem.pieces import hidden_layers, own_line
from exactmem.plots import style
from exactmem.plots.style import drawing, ink
from exactmem.rationals import Rational
from exactmem.sizes.pieces import shared_breakpoint_bound

PER_STRIP = 64
"""Most samples in one strip of the figure; more are continued below."""

SKEW = 100
"""Samples are spaced evenly when their smallest gap is this many times below the mean gap."""

MAX_OUTPUTS = 4
"""Most outputs drawn at once."""


@dataclass(frozen=True)
class Sample:
    """A sample on the line: its index, its t, its label and the network's outputs there."""

    index: int
    t: Rational
    label: tuple[Rational, ...]
    output: list[Rational]


def samples_on(restriction: LineRestriction, network: Network, dataset: Dataset) -> list[Sample]:
    """The samples on the line, by increasing t; on a network's own line every sample is, at t = u . x."""
    own = own_line(network)
    if own is not None and (list(restriction.start), list(restriction.end)) == own and network.d_x > 1:
        square = sum((v * v for v in own[1]), fmpq(0))
        places = [sum((v * c for v, c in zip(own[1], x, strict=True)), fmpq(0)) / square for x in dataset.inputs]
    else:
        places = [position_on_line(restriction.start, restriction.end, x) for x in dataset.inputs]
    low, high = restriction.pieces[0].low, restriction.pieces[-1].high
    found = [
        Sample(i, t, dataset.labels[i], restriction(t))
        for i, t in enumerate(places)
        if t is not None and (low is None or low.t <= t) and (high is None or t <= high.t)
    ]
    return sorted(found, key=lambda sample: sample.t)


class Axis:
    """Where t goes on paper: to itself, or so that samples are evenly spaced (affine between them)."""

    def __init__(self, places: Sequence[Rational], spacing: str) -> None:
        self.places = list(places)
        self.even = spacing == "even" or (spacing == "auto" and _is_skewed(self.places))

    def __call__(self, t: Rational) -> Any:
        """The exact position."""
        if not self.even or len(self.places) < 2:
            return t
        k = min(max(sum(place <= t for place in self.places), 1), len(self.places) - 1)
        left, right = self.places[k - 1], self.places[k]
        return k + (t - left) / (right - left)


def _is_skewed(places: Sequence[Rational]) -> bool:
    """Whether even spacing is needed to tell the samples apart."""
    if len(places) < 3:
        return False
    span, gap = places[-1] - places[0], min(b - a for a, b in itertools.pairwise(places))
    return bool(gap * (len(places) - 1) * SKEW < span or span * 10**6 < abs(places[0]))


def windows(samples: Sequence[Sample], restriction: LineRestriction) -> list[tuple[Rational, Rational]]:
    """The stretches of t to draw, one per strip: all samples with a margin; t = 0 and 1 if there are none or one."""
    places = [sample.t for sample in samples]
    if len(places) < 2:
        places = [min([*places, fmpq(0)]), max([*places, fmpq(1)])]
    count = -(-len(places) // PER_STRIP)
    size = -(-len(places) // count)
    first, last = places[0] - (places[1] - places[0]) / 2, places[-1] + (places[-1] - places[-2]) / 2
    bounds = [first, *((places[k - 1] + places[k]) / 2 for k in range(size, len(places), size)), last]
    return [_inside(restriction, low, high) for low, high in itertools.pairwise(bounds)]


def _inside(restriction: LineRestriction, low: Rational, high: Rational) -> tuple[Rational, Rational]:
    first, last = restriction.pieces[0].low, restriction.pieces[-1].high
    return (low if first is None else max(low, first.t)), (high if last is None else min(high, last.t))


def plot_pieces(
    path: str | Path,
    network: Network,
    dataset: Dataset,
    restriction: LineRestriction,
    title: str,
    spacing: str = "auto",
) -> dict[str, Any]:
    """Write the figure of a network on a line and return its facts (samples, pieces, fitted samples).

    `spacing` is `true`, `even`, or `auto`: even where samples could not be told apart. Raises as `drawing` does.
    """
    samples = samples_on(restriction, network, dataset)
    axis = Axis([sample.t for sample in samples], spacing)
    strips = windows(samples, restriction)
    outputs = range(min(network.d_y, MAX_OUTPUTS))
    panels = [(strip, k) for strip in strips for k in outputs]
    fitted = sum(sample.output == list(sample.label) for sample in samples)
    facts = {
        "pieces": len(restriction.pieces),
        "samples": len(samples),
        "fitted": fitted,
        "outputs": len(outputs),
        "evenly_spaced": axis.even,
    }
    height = fmpq(4) if len(panels) == 1 else fmpq(17, 10) * len(panels) + fmpq(11, 10)
    with drawing(path, 11, height) as figure:
        axes = figure.subplots(len(panels), 1, squeeze=False)[:, 0]
        for panel, ((low, high), k) in zip(axes, panels, strict=True):
            _draw_strip(panel, restriction, samples, axis, (low, high), k)
            panel.set_ylabel(f"output {k + 1}" if network.d_y > 1 else "f", fontsize=8)
            panel.tick_params(labelsize=8)
        _share_heights(axes, samples, outputs, restriction, strips)
        axes[-1].set_xlabel(_axis_label(axis, network))
        _legend(axes[0], len(samples), fitted)
        style.heading(figure, title, _subtitle(restriction, network, strips, len(samples), fitted))
    return facts


def _subtitle(restriction: LineRestriction, network: Network, strips: Sequence[Any], count: int, fitted: int) -> str:
    bound = shared_breakpoint_bound(hidden_layers(network))
    most = f"at most {bound}" if bound < 10**9 else "at most a number of " + str(len(str(bound))) + " digits"
    where = "the segment" if restriction.pieces[0].low is not None else "the line"
    text = f"{len(restriction.pieces)} pieces on {where}, {most} for these widths"
    hidden = sum(not strips[0][0] <= t <= strips[-1][1] for t in restriction.breakpoints)
    if hidden:
        text += f", {hidden} breakpoints outside the view"
    if network.d_y > MAX_OUTPUTS:
        text += f"; outputs 1 to {MAX_OUTPUTS} of {network.d_y}"
    return f"{text}; {fitted} of {count} samples on the line are met exactly" if count else f"{text}; no samples on it"


def _axis_label(axis: Axis, network: Network) -> str:
    if axis.even:
        return "samples on the line in order, evenly spaced"
    return "x" if network.d_x == 1 else "t"


def _draw_strip(
    panel: Any,
    restriction: LineRestriction,
    samples: Sequence[Sample],
    axis: Axis,
    window: tuple[Rational, Rational],
    k: int,
) -> None:
    """One strip: the graph of output k on the window, its breakpoints and samples."""
    low, high = window
    panel.grid(axis="y", color="#eceef1", linewidth=0.8)
    for run in _runs(restriction.output(k).pieces):
        points = _vertices(run, low, high, axis)
        panel.plot([ink(axis(t)) for t, _ in points], [ink(v) for _, v in points], color=style.LINE, lw=1.3, zorder=2)
    _draw_ends(panel, restriction.output(k), low, high, axis)
    inside = [sample for sample in samples if low <= sample.t <= high]
    for met, colour, marker in ((True, style.SAMPLE, "o"), (False, style.MISS, "X")):
        chosen = [s for s in inside if (s.output[k] == s.label[k]) == met]
        if chosen:
            panel.scatter(
                [ink(axis(s.t)) for s in chosen],
                [ink(s.label[k]) for s in chosen],
                s=26,
                color=colour,
                marker=marker,
                edgecolor="white",
                linewidth=0.6,
                zorder=4,
            )
    panel.set_xlim(ink(axis(low)), ink(axis(high)))


def _runs(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces in runs without a jump between them."""
    runs = [[pieces[0]]]
    for left, right in itertools.pairwise(pieces):
        if right.low is not None and left(right.low.t) == right(right.low.t):
            runs[-1].append(right)
        else:
            runs.append([right])
    return runs


def _vertices(run: Sequence[Piece], low: Rational, high: Rational, axis: Axis) -> list[tuple[Rational, Rational]]:
    """The corners of a run's graph inside the window, also where the axis changes its scale."""
    start = low if run[0].low is None else max(low, run[0].low.t)
    end = high if run[-1].high is None else min(high, run[-1].high.t)
    if start > end:
        return []
    inner = {piece.low.t for piece in run if piece.low is not None}
    if axis.even:
        inner |= set(axis.places)
    places = sorted({start, end} | {t for t in inner if start < t < end})
    vertices, k = [], 0
    for t in places:
        while k + 1 < len(run) and t > _end(run[k]):
            k += 1
        vertices.append((t, run[k](t)[0]))
    return vertices


def _end(piece: Piece) -> Rational:
    if piece.high is None:
        raise ValueError("only the last piece has no end")
    return piece.high.t


def _draw_ends(panel: Any, output: LineRestriction, low: Rational, high: Rational, axis: Axis) -> None:
    """Breakpoints: a small ring on the graph; at jumps a full dot for the value, empty dots for the limits."""
    kinks, values, limits = [], [], []
    for t, group in itertools.groupby(
        itertools.pairwise(output.pieces), key=lambda pair: pair[1].low.t if pair[1].low is not None else None
    ):
        if t is None or not low <= t <= high:
            continue
        pairs = list(group)
        before, after, value = pairs[0][0](t)[0], pairs[-1][1](t)[0], output(t)[0]
        if before == after == value:
            kinks.append((t, value))
            continue
        values.append((t, value))
        limits += [(t, limit) for limit in (before, after) if limit != value]
    ring = 9 if len(kinks) <= 60 else 5
    for points, face, size in ((kinks, "white", ring), (limits, "white", 20), (values, style.LINE, 20)):
        if points:
            panel.scatter(
                [ink(axis(t)) for t, _ in points],
                [ink(v) for _, v in points],
                s=size,
                facecolor=face,
                edgecolor=style.LINE,
                linewidth=0.8,
                zorder=3,
            )


def _share_heights(
    axes: Any, samples: Sequence[Sample], outputs: range, restriction: LineRestriction, strips: Sequence[Any]
) -> None:
    """The same vertical range in every strip of one output: the labels, and the graph up to three times their range."""
    for k in outputs:
        output = restriction.output(k)
        low, high = strips[0][0], strips[-1][1]
        places = [low, high, *(t for t in output.breakpoints if low <= t <= high)]
        graph = [output(t)[0] for t in places]
        labels = [sample.label[k] for sample in samples] or graph
        size = max(max(labels) - min(labels), fmpq(1, 10**6))
        bottom = max(min([*graph, *labels]), min(labels) - size)
        top = min(max([*graph, *labels]), max(labels) + size)
        margin = (top - bottom) / 10 if top > bottom else fmpq(1)
        for panel in axes[k :: len(outputs)]:
            panel.set_ylim(ink(bottom - margin), ink(top + margin))


def _legend(panel: Any, count: int, fitted: int) -> None:
    def mark(marker: str, face: str, edge: str, size: int) -> dict[str, Any]:
        return {"marker": marker, "markerfacecolor": face, "markeredgecolor": edge, "markersize": size, "lw": 0}

    entries: list[tuple[str, dict[str, Any]]] = [
        ("network on the line", {"color": style.LINE, "lw": 1.3}),
        ("breakpoint", mark("o", "white", style.LINE, 3)),
    ]
    if fitted:
        entries.append(("sample, f(x) = y exactly", mark("o", style.SAMPLE, "white", 6)))
    if fitted < count:
        entries.append(("sample missed", mark("X", style.MISS, "white", 6)))
    handles = [panel.plot([], [], label=text, **options)[0] for text, options in entries]
    panel.legend(handles=handles, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(handles), fontsize=8)
