"""The figure of kernel ranks: the exact rank of the tangent features over seeds against d q/m."""

__all__ = ["plot_kernel_rank"]

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flint import fmpq

from exactmem.plots import style
from exactmem.plots.style import drawing, ink
from exactmem.tangent.tables import Draws


def plot_kernel_rank(path: str | Path, rows: Sequence[Draws], d_x: int) -> dict[str, Any]:
    """Write the figure, whole or not at all, and return its facts. Raises as `drawing` does."""
    samples, seeds = rows[0].samples, len(rows[0].ranks)
    ratios = [fmpq(d_x * row.units, samples) for row in rows]
    with drawing(path, 8, 4) as figure:
        axes = figure.add_subplot()
        axes.grid(axis="y", color="#eceef1", linewidth=0.8)
        axes.axhline(samples, color=style.FAINT, linewidth=1)
        counted = [min(samples, d_x * row.units) for row in rows]
        axes.plot([ink(r) for r in ratios], counted, color=style.LINE, lw=1.3, label="min(m, dq)")
        for ratio, row in zip(ratios, rows, strict=True):
            for rank in sorted(set(row.ranks)):
                color = style.SAMPLE if rank == samples else style.MISS
                axes.scatter([ink(ratio)], [rank], s=12 + 4 * row.ranks.count(rank), color=color, zorder=3)
            axes.annotate(
                f"{row.full}/{seeds}", (ink(ratio), samples), xytext=(0, 8), textcoords="offset points", ha="center"
            )
        axes.set_xlabel("d q / m")
        axes.set_ylabel("exact rank")
        axes.set_ylim(0, ink(fmpq(6, 5) * samples))
        axes.legend(loc="lower right")
        title = f"Rank of the tangent features: {samples} samples in dimension {d_x}"
        style.heading(figure, title, f"{seeds} seeds; above: how many have full rank; a dot's size counts seeds")
    return {"samples": samples, "d_x": d_x, "seeds": seeds, "full": [row.full for row in rows]}
