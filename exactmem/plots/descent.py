"""The figure of certified gradient descent: the residual of the exact steps against the bound for all steps."""

__all__ = ["check_target", "half_logarithms", "plot_descent"]

from collections.abc import Sequence
from pathlib import Path

from mpmath import mp

from exactmem.files import check_writable
from exactmem.plots.style import LINE, SAMPLE, drawing, figure_format, heading, matplotlib
from exactmem.rationals import Rational, shorten
from exactmem.tangent.rate import Rate, Step


def check_target(path: str | Path, keep: Sequence[str | Path | None] = ()) -> None:
    """Raise UsageError or OutputError before a long run if its figure could not be drawn or written.

    Nor may it overwrite one of the files in `keep`.
    """
    figure_format(path, "--plot")
    check_writable(path, keep, "--plot")
    matplotlib()


def half_logarithms(values: Sequence[tuple[int, Rational]]) -> list[tuple[int, object]]:
    """(t, log10 of the root) for all values that are not 0."""
    with mp.workdps(30):
        return [(t, mp.log10(mp.mpf(int(v.numer())) / int(v.denom())) / 2) for t, v in values if v > 0]


def plot_descent(found: Rate, steps: Sequence[Step], path: str | Path) -> None:
    """Write the figure, whole or not at all."""
    with drawing(path, 7, 4, "--plot") as figure:
        axes = figure.add_subplot()
        for values, label, color, style in (
            ([(s.t, s.bound) for s in steps], r"$(1-\eta\mu)^t\,\|r_0\|$, for all $t$", LINE, "--"),
            ([(s.t, s.square) for s in steps], r"$\|r_t\|$, exact steps", SAMPLE, "o"),
        ):
            points = half_logarithms(values)
            axes.plot([t for t, _ in points], [v for _, v in points], style, color=color, label=label, markersize=4)
        axes.set_xlabel("step t")
        axes.set_ylabel("log10")
        figure.legend(loc="outside lower center", ncols=2)
        sizes = f"N = {found.dataset.N}, {found.network.hidden_nodes} hidden units, step {shorten(found.step)}"
        heading(figure, "Gradient descent on the hidden weights: no activation ever flips", sizes)
