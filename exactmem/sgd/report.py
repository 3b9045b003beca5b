"""The facts of a run as JSON data and as text for people. Decimals are for reading, never for deciding."""

__all__ = [
    "CHECK_NAMES",
    "SHOWN",
    "check_lines",
    "constant_rows",
    "constants_json",
    "decimal",
    "end_lines",
    "epoch_json",
    "number",
    "problem_json",
    "root_decimal",
    "run_json",
    "start_line",
    "trajectory_rows",
]

from typing import Any

from flint import arb
from mpmath import mp

from exactmem.rationals import Rational, shorten, to_text
from exactmem.sgd.checks import Number
from exactmem.sgd.constants import Constants
from exactmem.sgd.trajectory import Epoch, Run

SHOWN = 12
"""Most epochs printed as rows of the text table."""

CHECK_NAMES = {
    "contraction": "||xi_par|| contracts by 1 - eta lambda per epoch",
    "growth": "||xi|| grows by at most eta lambda ||xi_par|| per epoch",
    "stays near": "||xi^(t)|| <= 2 ||xi^(0)|| at every step",
    "risk by Lemma G.1": "risk gap <= C_1 (C_2 ||xi_par|| + C_3 ||xi||^2)^2",
    "risk at start": "risk gap <= C_1 (C_2 + C_3 rho)^2 ||xi^(0)||^2 at the start",
    "risk at t*": "risk gap <= C ||xi^(0)||^4 at t*",
    "near at t*": "||xi|| <= 2 ||xi^(0)|| at t*",
}


def decimal(value: Number, digits: int = 5) -> str:
    """About the value, in decimal; of a ball its midpoint."""
    return str(mp.nstr(number(value), digits, min_fixed=-3, max_fixed=6))


def root_decimal(value: Number, digits: int = 5) -> str:
    """About the root of the value, in decimal."""
    with mp.workdps(30):
        return str(mp.nstr(mp.sqrt(abs(number(value))), digits, min_fixed=-3, max_fixed=6))


def number(value: Number) -> Any:
    """The number, or the midpoint of a ball, to 30 digits."""
    with mp.workdps(30):
        if isinstance(value, arb):
            return mp.make_mpf(value._mpf_)
        return mp.mpf(int(value.numer())) / mp.mpf(int(value.denom()))


def constants_json(values: Constants) -> dict[str, Any]:
    """Every constant: its exact value, its enclosure, the enclosure's relative width, and a decimal."""
    described: dict[str, Any] = {}
    for name, value in {**values.named(), "rho_c": values.rho_c}.items():
        if value is None:
            described[name] = None
            continue
        described[name] = {"value": to_text(value), "decimal": decimal(value)}
        enclosure = values.enclosures.get(name)
        if enclosure is not None:
            described[name] |= {
                "low": to_text(enclosure.low),
                "high": to_text(enclosure.high),
                "relative_width": decimal(enclosure.relative_width, 3),
            }
    return described


def problem_json(values: Constants) -> dict[str, Any]:
    """Sizes, the theorem that is meant, and the eigenvalue count."""
    return {
        "theorem": "5.1" if values.factor == 16 else "5.1r",
        "N": values.N,
        "B": values.B,
        "E": values.E,
        "P": values.P,
        "eigenvalues": {
            "positive": values.rank,
            "in_enclosure_of_lambda_min": values.multiplicities[0],
            "in_enclosure_of_lambda_max": values.multiplicities[1],
        },
    }


def epoch_json(epoch: Epoch) -> dict[str, Any]:
    """One row of the trajectory, with decimals for the norms and the exact outcome of the checks."""
    return {
        "epoch": epoch.k,
        "t": epoch.t,
        "xi_par": root_decimal(epoch.p, 10),
        "xi": root_decimal(epoch.n, 10),
        "risk_gap": decimal(epoch.risk, 10),
        "checks": epoch.checks,
    }


def run_json(run: Run) -> dict[str, Any]:
    """The whole run: verdict, t*, the counts of held and failed checks, and every epoch."""
    return {
        "verdict": "HOLDS" if run.all_hold else "VIOLATED",
        "mode": run.mode,
        "steps": run.steps,
        "t_star": run.t_star,
        "stopped": run.stopped,
        "checks": {name: {"held": held, "failed": failed} for name, (held, failed) in run.counts.items()},
        "at_t_star": None if run.at_violation is None else epoch_json(run.at_violation),
        "epochs": [epoch_json(e) for e in run.epochs],
        **run.notes,
    }


def constant_rows(values: Constants) -> list[tuple[str, str, str]]:
    """Rows (name, value, relative width) for a table."""
    if values.rho_c is None:
        rows = [("rho_c", "infinite", "")]
    else:
        rows = [("rho_c", decimal(values.rho_c, 8), decimal(values.enclosures["rho_c"].relative_width, 2))]
    for name, value in values.named().items():
        enclosure = values.enclosures.get(name)
        rows.append((name, decimal(value, 8), "chosen" if enclosure is None else decimal(enclosure.relative_width, 2)))
    return rows


def trajectory_rows(run: Run, constants: Constants) -> list[tuple[str, ...]]:
    """Rows (epoch, t, ||xi_par||, ||xi||, risk gap, tau ||xi||^2) of at most SHOWN epochs, and of t*."""
    step = max(1, -(-(len(run.epochs) - 1) // (SHOWN - 1)))
    chosen = run.epochs[::step]
    if chosen[-1] is not run.epochs[-1]:
        chosen.append(run.epochs[-1])
    rows = [_row(str(e.k), e, constants) for e in chosen]
    if run.at_violation is not None:
        rows.append(_row("t*", run.at_violation, constants))
    return rows


def _row(label: str, epoch: Epoch, constants: Constants) -> tuple[str, ...]:
    threshold = root_decimal((constants.theorem.tau * epoch.n) ** 2)
    return label, str(epoch.t), root_decimal(epoch.p), root_decimal(epoch.n), threshold, decimal(epoch.risk)


def check_lines(run: Run) -> list[str]:
    """One line per kind of check with its counts."""
    lines = []
    for name, (held, failed) in run.counts.items():
        word = "holds" if failed == 0 else "FAILS"
        lines.append(f"  {word} {held} of {held + failed}: {CHECK_NAMES[name]}")
    return lines


def start_line(values: Constants, eta: Rational, p: Rational, n: Rational) -> str:
    """The start and the step size against their bounds."""
    ratio = eta / values.theorem.gamma
    return (
        f"start: ||xi|| = {root_decimal(n)} <= rho = {decimal(values.theorem.rho)}, ||xi_par|| = {root_decimal(p)}; "
        f"eta = {shorten(eta)} = {decimal(ratio, 4)} gamma"
    )


def end_lines(run: Run, needed: int | None) -> list[str]:
    """How the run ended, and what Corollary K says about it."""
    lines = [f"{run.steps} steps; {run.stopped}" if run.stopped else f"{run.steps} steps; t* not reached"]
    if needed is not None:
        lines.append(
            f"Corollary K: the risk gap is at most C ||xi^(0)||^4 at t*, or after {needed} epochs if t* is later"
        )
    for name, value in run.notes.items():
        lines.append(f"{name.replace('_', ' ')}: {value}")
    return lines
