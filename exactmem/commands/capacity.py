"""`exactmem capacity`: how few hidden units memorize samples on a line, and exact capacities, with certificates."""

__all__ = ["TABLE_UNITS", "TABLE_WIDTHS", "alternating", "capacity_row", "function_text", "register", "run"]

import argparse
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from exactmem.activations import HARD_TANH, RELU, Activation, parse_activation, relu_like
from exactmem.capacities.decision import MAX_SAMPLES, MAX_UNITS, Attempt, Report, attempts, memorize, samples_of
from exactmem.capacities.search import MAX_CASES, Refutation
from exactmem.certificates.checker import check_bytes
from exactmem.certificates.writing.document import assemble, to_bytes, write_certificate
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.certificates.writing.needs_units import needs_units_certificate
from exactmem.commands.common import (
    Subparsers,
    add_data_options,
    add_parser,
    add_worker_options,
    data_path,
    emit,
    integer,
    load_data,
    progress,
    table,
    workers_for,
)
from exactmem.datasets import Dataset, make_dataset
from exactmem.errors import LimitError, UsageError, quoted
from exactmem.files import check_writable
from exactmem.networks import FNN
from exactmem.presentation import amount
from exactmem.rationals import Rational, shorten, to_text
from exactmem.size_bounds.impossibility import Setting, smallest_excluded
from exactmem.sizes.two_layer import two_layer_capacity
from exactmem.workers import results

TABLE_UNITS = range(1, 5)
TABLE_WIDTHS = ((1, 1), (2, 1), (2, 2), (3, 2), (3, 3), (4, 4))


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "capacity",
        "exactmem capacity samples.csv --activation relu -o needs.json --network fits.json\n"
        "  exactmem capacity --table",
        run,
    )
    add_data_options(parser, required=False)
    parser.add_argument("--activation", metavar="A", help="ReLU-like or hard-tanh (default: relu; of --table: all)")
    parser.add_argument("--units", metavar="D", help="decide for exactly D hidden units (exit 1 if they do not do)")
    parser.add_argument(
        "--max-cases", metavar="K", default=str(MAX_CASES), help=f"boxes of cases to examine (default: {MAX_CASES})"
    )
    parser.add_argument("-o", "--output", metavar="CERT.json", help="certificate that one unit less does not do")
    parser.add_argument(
        "--network", dest="network_output", metavar="CERT.json", help="certificate of the network that does"
    )
    parser.add_argument(
        "--table", action="store_true", help="exact capacities, with datasets on either side; needs no DATA"
    )
    add_worker_options(parser, "decide different numbers of units")
    parser.epilog = (
        f"{parser.epilog}\nlimits: {MAX_SAMPLES} samples, {MAX_UNITS} units, --max-cases; exit code 3 there\n"
        f"9 samples take seconds, {MAX_SAMPLES} take minutes"
    )


def run(args: argparse.Namespace) -> int:
    """Print the table, or decide for the data."""
    max_cases = integer(args.max_cases, "--max-cases", 1, 10**9)
    workers = workers_for(args)
    if args.table:
        if args.data is not None:
            raise UsageError("--table takes no DATA")
        for option, value in (("--units", args.units), ("-o", args.output), ("--network", args.network_output)):
            if value is not None:
                raise UsageError(
                    f"{option} {quoted(value)}: is about DATA, not about --table; leave one of the two out"
                )
        return _print_table(args, max_cases, workers)
    if args.data is None:
        raise UsageError("give DATA (one input column, one label column) or --table")
    for option, path in (("-o", args.output), ("--network", args.network_output)):
        if path is not None:
            check_writable(path, [data_path(args.data)], option)
    if (
        args.output is not None
        and args.network_output is not None
        and Path(args.output).resolve() == Path(args.network_output).resolve()
    ):
        raise UsageError(f"{args.output}: -o and --network name the same file; they need two")
    units = None if args.units is None else integer(args.units, "--units", 0, 10**6)
    activation = parse_activation(args.activation or "relu")
    dataset = load_data(args)
    samples_of(dataset)
    with progress() as bar, workers as executor:
        task = bar.add_task("boxes of cases", total=None)

        def report(count: int) -> None:
            bar.update(task, completed=count)

        if units is None:
            tried = _all_attempts(dataset, activation, max_cases, report, executor)
        else:
            tried = [Attempt(units, memorize(dataset, activation, units, max_cases, report))]
    return _report(args, dataset, activation, tried)


def _all_attempts(
    dataset: Dataset, activation: Activation, max_cases: int, report: Report, executor: Executor | None
) -> list[Attempt]:
    """0, 1, 2, ... units up to the first that do; a LimitError says how many are refuted."""
    tried: list[Attempt] = []
    try:
        for attempt in attempts(dataset, activation, max_cases, report, executor):
            tried.append(attempt)
    except LimitError as error:
        if not tried:
            raise
        known = f"more than {tried[-1].units} hidden units are needed; --units {tried[-1].units} -o FILE certifies it"
        raise LimitError(f"{error}; {known}", witness=tried[-1].units) from error
    return tried


# ---- one dataset ----------------------------------------------------------------------------------------------------


def _report(args: argparse.Namespace, dataset: Dataset, activation: Activation, tried: list[Attempt]) -> int:
    """Print what was found and write the certificates; 1 if only refutations were asked for and found."""
    lines = [f"N = {dataset.N} samples on a line, {activation.name}"]
    rows: list[dict[str, Any]] = []
    written: dict[str, str] = {}
    for units, outcome in tried:
        row, line = _describe(units, outcome)
        rows.append(row)
        lines.append(line)
    refuted = [(a.units, a.outcome) for a in tried if isinstance(a.outcome, Refutation)]
    fitted = [(a.units, a.outcome) for a in tried if isinstance(a.outcome, FNN)]
    if args.output is not None:
        if refuted:
            units, refutation = refuted[-1]
            write_certificate(args.output, needs_units_certificate(dataset, activation, units, refutation))
            written["needs-units"] = args.output
        else:
            lines.append(f"{args.output}: not written, there is no refutation")
    if args.network_output is not None:
        if fitted:
            _write_network(args.network_output, fitted[0][1], dataset, activation)
            written["memorization"] = args.network_output
        else:
            lines.append(f"{args.network_output}: not written, there is no network")
    lines += [f"certificate ({kind}): {path}" for kind, path in written.items()]
    least = fitted[0][0] if fitted and (refuted or fitted[0][0] == 0) else None
    if fitted and least is not None:
        lines.append(f"the fewest hidden units that do: {least}")
    data = {
        "N": dataset.N,
        "activation": activation.name,
        "least_units": least,
        "attempts": rows,
        "certificates": written,
    }
    emit(args, data, "\n".join(lines))
    return 0 if fitted else 1


def _describe(units: int, outcome: FNN | Refutation) -> tuple[dict[str, Any], str]:
    if isinstance(outcome, Refutation):
        row = {
            "units": units,
            "memorizes": False,
            "leaves": outcome.leaves,
            "vectors": [[to_text(v) for v in vector] for vector in outcome.vectors],
        }
        evidence = f"{amount(outcome.leaves, 'box')} of cases excluded by {amount(len(outcome.vectors), 'vector')}"
        return row, f"  {amount(units, 'unit')}: impossible, {evidence}"
    row = {"units": units, "memorizes": True, "function": function_text(outcome)}
    return row, f"  {amount(units, 'unit')}: f(x) = {row['function']}"


def function_text(network: FNN) -> str:
    """The function of a network with one input, one output and at most one hidden layer, for people."""
    output = network.layers[-1]
    if len(network.layers) == 1:
        return shorten(output.bias[0])
    hidden = network.layers[0]
    name = hidden.activation.name if ":" not in hidden.activation.name else "sigma"
    weights = dict(output.weight.nonzero()[0])
    text = ""
    for j, row in enumerate(hidden.weight.nonzero()):
        if j in weights and row:
            text += _term(weights[j], f"{name}({_sum(_term(row[0][1], 'x') + _term(hidden.bias[j]))})")
    return _sum(text + _term(output.bias[0])) or "0"


def _sum(terms: str) -> str:
    """Terms in a row with the first one's sign as it is written: `-x + 3` for ` - x + 3`, `x` for ` + x`."""
    return f"-{terms.removeprefix(' - ')}" if terms.startswith(" - ") else terms.removeprefix(" + ")


def _term(factor: Rational, name: str = "") -> str:
    """` + 2*x`, ` - x`, ` + 3`; nothing for a factor 0."""
    if factor == 0:
        return ""
    size = "" if abs(factor) == 1 and name else shorten(abs(factor))
    return f" {'-' if factor < 0 else '+'} {size}{'*' if size and name else ''}{name}"


def _write_network(path: str, network: FNN, dataset: Dataset, activation: Activation) -> None:
    claim = memorization_claim(network, dataset, "exactmem, capacity search")
    write_certificate(
        path, assemble(network, dataset, claim, "capacity search", {"activation": activation.name}), "--network"
    )


# ---- the table of capacities ----------------------------------------------------------------------------------------


def _print_table(args: argparse.Namespace, max_cases: int, workers: AbstractContextManager[Executor | None]) -> int:
    default = (RELU, relu_like(1, "1/10"), HARD_TANH)
    activations = (parse_activation(args.activation),) if args.activation else default
    cases = [(activation, units) for activation in activations for units in TABLE_UNITS]
    rows = []
    with progress() as bar, workers as executor:
        task = bar.add_task("capacities", total=len(cases))
        for row in results(partial(_row, max_cases), cases, executor):
            rows.append(row)
            bar.advance(task)
    deeper = [_two_hidden_layers(activation, widths) for activation in activations for widths in TABLE_WIDTHS]
    text = [
        "exact capacities of two-layer networks (theorem two-layer), with what was known",
        "before; alternating labels on either side: memorized at the capacity, refuted",
        "for one sample more by a certificate that excludes boxes of cases",
        table(
            ["activation", "units", "capacity", "before", "at it", "one more", "boxes"],
            [
                [
                    row["activation"],
                    row["units"],
                    row["capacity"],
                    f"{row['units'] + 1}..{row['printed_upper']}",
                    "memorized" if row["memorized"] else "NOT memorized",
                    "refuted" if row["certificate"] == "VERIFIED" else row["certificate"],
                    row["leaves"],
                ]
                for row in rows
            ],
        ),
        "",
        "three-layer networks, bounds: theorem product below, pieces and parameters above",
        table(
            ["activation", "widths", "capacity"],
            [[d["activation"], f"{d['widths'][0]},{d['widths'][1]}", f"{d['lower']}..{d['upper']}"] for d in deeper],
        ),
    ]
    emit(args, {"two_layers": rows, "three_layers": deeper}, "\n".join(text))
    good = all(row["memorized"] and row["certificate"] == "VERIFIED" for row in rows)
    return 0 if good else 1


def _row(max_cases: int, case: tuple[Activation, int]) -> dict[str, Any]:
    return capacity_row(*case, max_cases)


def capacity_row(activation: Activation, units: int, max_cases: int = MAX_CASES) -> dict[str, Any]:
    """The row of the table for one width: the capacity, and both datasets decided anew.

    Raises UsageError for activations without a known capacity, LimitError beyond the limits of the search.
    """
    N = two_layer_capacity(activation, units)
    below = memorize(alternating(N), activation, units, max_cases)
    above = memorize(alternating(N + 1), activation, units, max_cases)
    word, leaves = "not refuted", 0
    if isinstance(above, Refutation):
        document = needs_units_certificate(alternating(N + 1), activation, units, above)
        word, leaves = check_bytes(to_bytes(document)).word, above.leaves
    pieces = 3 if activation.kind == "hard-tanh" else 2
    return {
        "activation": activation.name,
        "units": units,
        "capacity": N,
        "printed_upper": (pieces - 1) * units + 2,
        "memorized": isinstance(below, FNN),
        "certificate": word,
        "leaves": leaves,
    }


def alternating(N: int) -> Dataset:
    """The samples (i, (-1)^i), i = 0, ..., N - 1."""
    return make_dataset([[i] for i in range(N)], [(-1) ** i for i in range(N)])


def _two_hidden_layers(activation: Activation, widths: tuple[int, int]) -> dict[str, Any]:
    """d1 d2 <= capacity <= the strongest bound for two hidden layers."""
    bound, excluded = smallest_excluded(Setting(activation, 1, 1, True, True), widths)[0]
    return {
        "activation": activation.name,
        "widths": list(widths),
        "lower": widths[0] * widths[1],
        "upper": excluded - 1,
        "upper_by": bound.id,
    }
