"""The figure of a checked trajectory: ||xi_par||, ||xi|| and the risk gap against Theorem 5.1's bounds.

The logarithms are taken by mpmath, so that numbers beyond the range of floating point can be drawn.
"""

__all__ = ["CURVES", "NORM", "PARALLEL", "RISK", "check_target", "plot_trajectory", "series"]

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mpmath import mp

from exactmem.files import check_writable
from exactmem.plots.style import drawing, figure_format, heading, matplotlib
from exactmem.sgd.constants import Constants
from exactmem.sgd.report import number
from exactmem.sgd.trajectory import Epoch, Run

PARALLEL, NORM, RISK = "#1f4e79", "#e07b00", "#3a7d34"

CURVES: dict[str, tuple[str, str, str]] = {
    "parallel": (r"$\|\xi_\parallel\|$", PARALLEL, "-"),
    "contraction bound": (r"$(1-\eta\lambda)^k\,\|\xi_\parallel^{(0)}\|$", PARALLEL, "--"),
    "threshold": (r"$\tau\,\|\xi\|^2$", PARALLEL, ":"),
    "norm": (r"$\|\xi\|$", NORM, "-"),
    "norm bound": (r"$2\,\|\xi^{(0)}\|$", NORM, "--"),
    "risk": (r"$R(\theta)-R(\theta^*)$", RISK, "-"),
    "risk bound": (r"$C_1(C_2\|\xi_\parallel\|+C_3\|\xi\|^2)^2$", RISK, "--"),
    "final risk bound": (r"$C\,\|\xi^{(0)}\|^4$", RISK, ":"),
}
"""Per curve its label, colour and line style."""


def check_target(path: str | Path, keep: Sequence[str | Path | None] = ()) -> None:
    """Raise UsageError or OutputError before a long run starts if its figure could not be drawn or written.

    Nor may it overwrite one of the files in `keep`.
    """
    figure_format(path, "--plot")
    check_writable(path, keep, "--plot")
    matplotlib()


def series(run: Run, constants: Constants) -> dict[str, list[tuple[int, Any]]]:
    """Per curve its points (t, log10 of the value); points with value 0 are left out."""
    epochs = run.epochs if run.at_violation is None else [*run.epochs, run.at_violation]
    lemma, theorem = constants.lemma, constants.theorem
    curves: dict[str, list[tuple[int, Any]]] = {name: [] for name in CURVES}

    def add(name: str, epoch: Epoch, value: Any) -> None:
        if value > 0:
            curves[name].append((epoch.t, mp.log10(value)))

    with mp.workdps(30):
        rate = number(1 - run.eta * theorem.lam)
        p_start, n_start = mp.sqrt(number(run.epochs[0].p)), number(run.epochs[0].n)
        for epoch in epochs:
            p, n = mp.sqrt(abs(number(epoch.p))), abs(number(epoch.n))
            add("parallel", epoch, p)
            add("norm", epoch, mp.sqrt(n))
            add("risk", epoch, number(epoch.risk))
            add("threshold", epoch, number(theorem.tau) * n)
            add("contraction bound", epoch, rate**epoch.k * p_start)
            add("norm bound", epoch, 2 * mp.sqrt(n_start))
            add("risk bound", epoch, number(lemma.C_1) * (number(lemma.C_2) * p + number(lemma.C_3) * n) ** 2)
            add("final risk bound", epoch, number(theorem.C) * n_start**2)
    return curves


def plot_trajectory(run: Run, constants: Constants, path: str | Path) -> None:
    """Write the figure, whole or not at all, with t* marked where it was reached."""
    with drawing(path, 8, 5, "--plot") as figure:
        axes = figure.add_subplot()
        for name, points in series(run, constants).items():
            label, color, style = CURVES[name]
            marker = "." if len(points) == 1 else ""
            times, values = [t for t, _ in points], [v for _, v in points]
            axes.plot(times, values, style, color=color, label=label, linewidth=1.2, marker=marker)
        if run.t_star is not None:
            axes.axvline(run.t_star, color="black", linewidth=0.8)
            place = (run.t_star, 1)
            axes.annotate(f"t* = {run.t_star}", place, xycoords=("data", "axes fraction"), va="bottom", ha="center")
        axes.set_xlabel("step t")
        axes.set_ylabel("log10")
        figure.legend(loc="outside lower center", ncols=4)
        theorem = "Theorem 5.1" if constants.factor == 16 else "Theorem 5.1r"
        verdict = "every checked inequality holds" if run.all_hold else "an inequality FAILS"
        sizes = f"N = {constants.N}, B = {constants.B}, {constants.P} parameters, {run.steps} steps ({run.mode})"
        heading(figure, f"SGD near a memorizing minimum: {verdict}", f"{theorem}; {sizes}")
