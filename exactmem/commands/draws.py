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
    "text_table",
    "to_json",
]

import argparse
from typing import Any

from exactmem.activations import parse_activation
from exactmem.commands.common import Subparsers, add_parser, emit, integer, parse_integers, table, waiting
from exactmem.errors import UsageError
from exactmem.tangent.tables import Draws, form_ranks, kernel_ranks, step_reach

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
    parser.add_argument("--power", metavar="P", help="p of quadratic-3 (default: 2)")


def add_draw_options(parser: Any) -> None:
    """The sizes and seeds of a table."""
    parser.add_argument("--samples", metavar="M[,M...]", help="samples m; several for one-step (default: 24)")
    parser.add_argument("--d-x", metavar="D", help="input dimension (default: 4)")
    parser.add_argument("--units", metavar="Q[,Q...]", help="units q, or rows k (default: those with dq/m = 1 to 4)")
    parser.add_argument("--seeds", metavar="N", help="seeds 0 to N - 1 (default: 20)")
    parser.add_argument("--activation", metavar="A", help="of kernel-rank (default: relu)")


def run(args: argparse.Namespace) -> int:
    """Print the table."""
    if args.power is not None and args.what != "quadratic-3":
        raise UsageError("--power is about quadratic-3; leave it out")
    with waiting("drawing"):
        rows = draws_of(args)
    emit(args, to_json(args.what, rows), table(*text_table(args.what, rows)))
    return 0


def draws_of(args: argparse.Namespace) -> list[Draws]:
    """The rows that the options ask for."""
    samples = _sizes(args.samples, "--samples") or (24,)
    d_x = input_dimension(args)
    seeds = integer(args.seeds or "20", "--seeds", 1, MAX_SEEDS)
    units = _sizes(args.units, "--units")
    if args.what == "one-step":
        if args.activation is not None or (units is not None and len(units) != 1):
            raise UsageError("one-step is about |t| and one number of --units")
        return step_reach(samples, d_x, units[0] if units else d_x, seeds)
    if len(samples) != 1:
        raise UsageError(f"{args.what} is about one number of --samples, and several --units")
    if args.what == "quadratic-3":
        if args.activation is not None:
            raise UsageError("--activation is about kernel-rank; leave it out")
        power = integer(args.power or "2", "--power", 1, 16)
        least = next(k for k in range(1, MAX_SIZE) if k * (k + 1) // 2 >= samples[0])
        return form_ranks(samples[0], d_x, power, units or (least, least + 1, least + 2), seeds)
    least = -(-samples[0] // d_x)
    units = units or tuple(sorted({least, 3 * least // 2, 2 * least, 3 * least, 4 * least}))
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
    return {
        "what": what,
        "rows": [
            {"samples": r.samples, "units": r.units, "bound": r.bound, "full": r.full, "ranks": list(r.ranks)}
            for r in rows
        ],
    }


def text_table(what: str, rows: list[Draws]) -> tuple[list[str], list[list[Any]]]:
    """Headers and cells for people."""
    if what == "one-step":
        return ["samples", "units", "seeds", "memorized"], [[r.samples, r.units, len(r.ranks), r.full] for r in rows]
    return (
        ["samples", "units", "rank by counting", "seeds", "full rank", "least rank", "largest rank"],
        [[r.samples, r.units, r.bound, len(r.ranks), r.full, min(r.ranks), max(r.ranks)] for r in rows],
    )
