"""The figure of how far floats are from exact labels, against the number of samples."""

__all__ = ["COLOURS", "Measured", "plot_float_errors"]

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from exactmem.plots.style import LINE, SAMPLE, drawing

COLOURS = {"float64": LINE, "float32": SAMPLE}
"""Of the formats; the lines of all networks but the first are dashed."""


class Measured(NamedTuple):
    """The largest error of a format on N samples for a network of this name."""

    network: str
    format: str
    N: int
    error: float


def plot_float_errors(points: Sequence[Measured], step: float, path: str | Path) -> None:
    """Write the figure as .svg or .png: a line per network and format, and half the step between labels.

    UsageError without matplotlib, OutputError where it cannot be written.
    """
    networks = list(dict.fromkeys(p.network for p in points))
    with drawing(path, 6, 4) as figure:
        axes = figure.subplots()
        for network in networks:
            for format, colour in COLOURS.items():
                line = [(p.N, p.error) for p in points if (p.network, p.format) == (network, format)]
                style = "-" if network == networks[0] else "--"
                axes.plot(*zip(*line, strict=True), style, marker=".", color=colour, label=f"{network}, {format}")
        axes.axhline(step / 2, color="#8a9099", linewidth=0.8)
        axes.annotate("half the step between labels", (min(p.N for p in points), step / 2), va="bottom", fontsize=8)
        axes.set(xscale="log", yscale="log", xlabel="N", ylabel="largest error of an output")
        axes.legend(fontsize=8)
