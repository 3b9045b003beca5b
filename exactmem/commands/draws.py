"""`exactmem draws`: over seeds, how often seeded weights do, exactly."""

__all__ = [
    "MAX_SEEDS",
    "MAX_SIZE",
    "WHAT",
    "add_draw_options",
    "draws_of",
    "input_dimension",
    "register",
    "run",
    "summary",
    "text_table",
    "to_json",
]

import argparse
from typing import Any

from flint import fmpq

from exactmem.activations import parse_activation
from exactmem.commands.common import Subparsers, add_parser, emit, integer, parse_integers, table, waiting
from exactmem.errors import UsageError
from exactmem.rationals import shorten
from exactmem.tangent.tables import (
    Draws,
    form_ranks,
    form_units,
    kernel_ranks,
    kernel_units,
    largest_samples,
    step_reach,
)

WHAT = ("kernel-rank", "one-step", "quadratic-3")
MAX_SIZE = 2000
MAX_SEEDS = 1000


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "draws",
        "exactmem draws kernel-rank --samples 24 --d-x 4 --units 6,9,12,24\n"
        "  exactmem draws one-step --samples 8,12,16 --d-x 16 --units 8\n"
        "  exactmem draws quadratic-3 --samples 35 --d-x 4 --units 8,9",
        run,
    )
    parser.add_argument(
        "what",
        choices=WHAT,
        help="rank of the tangent features (m x dq); one gradient step; rank of the matrices z z^T, z = (R x)^p",
    )
    add_draw_options(parser)
    parser.add_argument(
        "--orthonormal", metavar="HOW", help="rows of one-step: householder or cayley (default: householder)"
    )
    parser.add_argument("--power", metavar="P", help="p of quadratic-3 (default: 2)")


def add_draw_options(parser: Any) -> None:
    """The sizes and seeds of a table."""
    about = "samples m, several for one-step (default: 24; for one-step 1, 2, ... to the first that no seed does)"
    parser.add_argument("--samples", metavar="M[,M...]", help=about)
    parser.add_argument("--d-x", metavar="D", help="input dimension (default: 4)")
    parser.add_argument("--units", metavar="Q[,Q...]", help="units q, or rows k (default: those with dq/m = 1 to 4)")
    parser.add_argument("--seeds", metavar="N", help="seeds 0 to N - 1 (default: 20)")
    parser.add_argument("--activation", metavar="A", help="of kernel-rank (default: relu)")


def run(args: argparse.Namespace) -> int:
    """Print the table."""
    if args.power is not None and args.what != "quadratic-3":
        raise UsageError("--power is about quadratic-3; leave it out")
    if args.orthonormal is not None and args.what != "one-step":
        raise UsageError("--orthonormal is about one-step; leave it out")
    with waiting("drawing"):
        rows = draws_of(args)
    text = table(*text_table(args.what, rows, input_dimension(args)))
    emit(args, to_json(args.what, rows), "\n".join([text, *summary(args.what, rows)]))
    return 0


def draws_of(args: argparse.Namespace) -> list[Draws]:
    """The rows that the options ask for."""
    given = _sizes(args.samples, "--samples")
    samples = given or (24,)
    d_x = input_dimension(args)
    seeds = integer(args.seeds or "20", "--seeds", 1, MAX_SEEDS)
    units = _sizes(args.units, "--units")
    if args.what == "one-step":
        if args.activation is not None or (units is not None and len(units) != 1):
            raise UsageError("one-step is about |t| and one number of --units")
        return step_reach(given, d_x, units[0] if units else d_x, seeds, args.orthonormal or "householder")
    if len(samples) != 1:
        raise UsageError(f"{args.what} is about one number of --samples, and several --units")
    if args.what == "quadratic-3":
        if args.activation is not None:
            raise UsageError("--activation is about kernel-rank; leave it out")
        power = integer(args.power or "2", "--power", 1, 16)
        return form_ranks(samples[0], d_x, power, units or form_units(samples[0]), seeds)
    units = units or kernel_units(samples[0], d_x)
    return kernel_ranks(samples[0], d_x, units, seeds, parse_activation(args.activation or "relu"))


def input_dimension(args: argparse.Namespace) -> int:
    """The input dimension asked for, or 4."""
    return integer(args.d_x or "4", "--d-x", 1, MAX_SIZE)


def _sizes(text: str | None, option: str) -> tuple[int, ...] | None:
    found = parse_integers(text, option)
    if found is not None and max(found) > MAX_SIZE:
        raise UsageError(f"{option} {max(found)}: give integers from 1 to {MAX_SIZE}")
    return found


def to_json(what: str, rows: list[Draws]) -> dict[str, Any]:
    """The table as a JSON object."""
    found: dict[str, Any] = {
        "what": what,
        "rows": [
            {"samples": r.samples, "units": r.units, "bound": r.bound, "full": r.full, "ranks": list(r.ranks)}
            for r in rows
        ],
    }
    return {**found, "largest": largest_samples(rows)} if what == "one-step" else found


def text_table(what: str, rows: list[Draws], d_x: int) -> tuple[list[str], list[list[Any]]]:
    """Headers and cells for people."""
    if what == "one-step":
        return ["samples", "units", "seeds", "memorized"], [[r.samples, r.units, len(r.ranks), r.full] for r in rows]
    headers = ["samples", "units", "rank by counting", "seeds", "full rank", "least rank", "largest rank"]
    cells = [[r.samples, r.units, r.bound, len(r.ranks), r.full, min(r.ranks), max(r.ranks)] for r in rows]
    if what == "kernel-rank":
        ratios = [shorten(fmpq(d_x * r.units, r.samples)) for r in rows]
        return ["dq/m", *headers], [[ratio, *row] for ratio, row in zip(ratios, cells, strict=True)]
    return headers, cells


def summary(what: str, rows: list[Draws]) -> list[str]:
    """How far m went, for one step."""
    if what != "one-step":
        return []
    largest, q = sorted(largest_samples(rows)), rows[0].units
    beyond = sum(m > q for m in largest)
    middle = largest[len(largest) // 2]
    return [
        f"largest m of these, per seed: from {largest[0]} to {largest[-1]}, in the middle {middle};",
        f"more than q = {q} at {beyond} of {len(largest)} seeds",
    ]
