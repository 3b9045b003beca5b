"""`exactmem pieces`: a network's exact breakpoints and pieces on a line, against the bounds of Theorem 3.3."""

__all__ = [
    "SHOWN",
    "describe",
    "line_of",
    "readable",
    "refuse_unused",
    "register",
    "run",
    "show_pieces",
    "write_extremal",
    "write_refutation",
]

import argparse
import csv
import io
from collections.abc import Callable
from typing import Any

from exactmem.certificates.writing.document import write_certificate
from exactmem.certificates.writing.piece_bound import piece_bound_certificate
from exactmem.commands.common import Subparsers, add_parser, emit, json_integer, paragraph, parse_rationals, table
from exactmem.commands.networks import any_network
from exactmem.errors import UsageError, quoted
from exactmem.files import check_writable, write_whole
from exactmem.lines import LineRestriction, Piece, restrict
from exactmem.networks import Network
from exactmem.pieces import (
    extremal_dataset,
    extremal_direction,
    has_continuous_activations,
    hidden_layers,
    own_line,
    refute,
)
from exactmem.presentation import amount
from exactmem.rationals import Rational, readable, to_text
from exactmem.sizes.pieces import lemma_d1_bound, shared_breakpoint_bound, smallest_impossible

SHOWN = 40
"""Most pieces printed without --all."""


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "pieces",
        "exactmem pieces iris.cert.json --from 5,3,1,0 --to 6,3,4,1",
        run,
    )
    parser.add_argument(
        "certificate", metavar="CERT", nargs="?", help="a certificate, or a .nnet, .onnx or .json network"
    )
    parser.add_argument("--from", dest="start", metavar="P", help="point at t = 0: d_x exact numbers, comma-separated")
    parser.add_argument("--to", dest="end", metavar="Q", help="point at t = 1")
    parser.add_argument("--segment", action="store_true", help="only t in [0, 1], the points between P and Q")
    parser.add_argument("--all", action="store_true", help=f"print every piece, not {SHOWN} at most")
    extremal = parser.add_argument_group("the dataset that needs the most pieces: x_i = i u, y_i = (-1)^i")
    extremal.add_argument("--extremal", metavar="N", help="write the dataset of N samples (no certificate needed)")
    extremal.add_argument("--d-x", metavar="D", help="its input dimension (default: 1)")
    extremal.add_argument("--direction", metavar="U", help="the vector u (default: 1,0,...,0)")
    extremal.add_argument(
        "--refute",
        metavar="N",
        help="certify that the network has too few pieces for it and which sample it misses; `auto` takes the least N",
    )
    extremal.add_argument("-o", "--output", metavar="FILE", help="where the dataset (CSV) or certificate goes")


def run(args: argparse.Namespace) -> int:
    """Do the one job that the options ask for."""
    if args.extremal is not None and args.refute is not None:
        raise UsageError("--extremal writes a dataset, --refute a certificate: give one of them")
    refuse_unused(args)
    if args.extremal is not None:
        return write_extremal(args)
    if args.certificate is None:
        raise UsageError("a certificate is needed (or --extremal N to write the extremal dataset)")
    network = any_network(args.certificate)
    if args.refute is not None:
        return write_refutation(args, network)
    return show_pieces(args, network)


def refuse_unused(args: argparse.Namespace) -> None:
    """Refuse what the one job that is asked for would silently leave aside."""
    lines = {"--from": args.start, "--to": args.end, "--segment": args.segment, "--all": args.all}
    if args.extremal is not None:
        job, unused = "--extremal", {**lines, "CERT": args.certificate}
    elif args.refute is not None:
        job, unused = "--refute", {**lines, "--d-x": args.d_x}
    else:
        job, unused = "the pieces on a line", {"--d-x": args.d_x, "--direction": args.direction, "-o": args.output}
    for name, value in unused.items():
        if value not in (None, False):
            raise UsageError(f"{name} is not about {job}; leave it out")


def show_pieces(args: argparse.Namespace, network: Network) -> int:
    """Print the breakpoints and pieces on the line."""
    start, end = line_of(args.start, args.end, network)
    restriction = restrict(network, start, end, args.segment)
    facts = describe(network, restriction)
    emit(args, facts, _text(restriction, facts, args.all))
    return 0


def line_of(start: str | None, end: str | None, network: Network) -> tuple[Any, Any]:
    """The two points given, or the network's own line if none is; UsageError if only one is or there is none."""
    if start is not None and end is not None:
        return parse_rationals(start, "--from"), parse_rationals(end, "--to")
    if start is not None or end is not None:
        raise UsageError("a line needs both points: --from P --to Q")
    own = own_line(network)
    if own is None:
        raise UsageError("give the line by two points, --from P --to Q: this network has no line of its own")
    return own


def describe(network: Network, restriction: LineRestriction) -> dict[str, Any]:
    """The facts about a restriction as JSON data, all numbers exact."""
    layers = hidden_layers(network)
    shared = shared_breakpoint_bound(layers)
    continuous = has_continuous_activations(network)
    return {
        "from": [to_text(v) for v in restriction.start],
        "to": [to_text(v) for v in restriction.end],
        "domain": restriction.domain,
        "pieces": len(restriction.pieces),
        "pieces_per_output": [len(restriction.output(k).pieces) for k in range(restriction.d_y)],
        "breakpoints": [to_text(t) for t in restriction.breakpoints],
        "parts": [
            {"interval": piece.interval, "maps": [[to_text(a), to_text(b)] for a, b in piece.maps]}
            for piece in restriction.pieces
        ],
        "continuous": restriction.is_continuous,
        "bounds": {
            "lemma_d1": json_integer(lemma_d1_bound(layers)),
            "shared_breakpoints": json_integer(shared),
            "smallest_impossible_N": json_integer(smallest_impossible(shared))
            if continuous and network.d_y == 1
            else None,
        },
    }


def _text(restriction: LineRestriction, facts: dict[str, Any], everything: bool) -> str:
    """The facts for people: the pieces as a table, then the counts against the bounds."""
    pieces = list(enumerate(restriction.pieces, 1))
    hidden = 0 if everything else max(0, len(pieces) - SHOWN)
    shown = pieces[: SHOWN // 2] + pieces[SHOWN // 2 + hidden :] if hidden else pieces
    rounded = any("~" in piece.interval_text(readable) + _formulas(piece.maps) for _, piece in shown)
    rows = [[str(number), piece.interval_text(readable), _formulas(piece.maps)] for number, piece in shown]
    if hidden:
        rows.insert(SHOWN // 2, ["...", f"{hidden} more (--all shows them)", ""])
    names = "f(t)" if restriction.d_y == 1 else "f_1(t), f_2(t), ..."
    bounds = facts["bounds"]
    lines = [
        f"line t -> P + t (Q - P), P = {_point(restriction.start)}, Q = {_point(restriction.end)}",
        table(["piece", "t", names], rows),
        *(_exactly(shown) if rounded else []),
        f"{amount(len(pieces), 'piece')}, {amount(len(facts['breakpoints']), 'breakpoint')} on {restriction.domain}; "
        f"{'continuous' if facts['continuous'] else 'not continuous'}",
        paragraph(
            f"at most {bounds['shared_breakpoints']} pieces for these widths (breakpoints shared by a layer's units); "
            f"{bounds['lemma_d1']} by Lemma D.1 alone, for each output",
            "  ",
        ),
    ]
    if restriction.d_y > 1:
        lines.append(f"pieces per output: {', '.join(map(str, facts['pieces_per_output']))}")
    least = bounds["smallest_impossible_N"]
    if least is not None:
        lines.append(
            paragraph(
                f"no network of these widths and activations fits every dataset of {least} or more samples "
                "(Theorem 3.3, sharpened)",
                "  ",
            )
        )
    return "\n".join(lines)


def _exactly(shown: list[tuple[int, Piece]]) -> list[str]:
    """The pieces of the table once more, with every number in full."""
    lines = ["exactly, where ~ stands above:"]
    for number, piece in shown:
        formulas = ", ".join(_formula(slope, intercept, to_text) for slope, intercept in piece.maps)
        lines.append(paragraph(f"  {number}: t in {piece.interval}: {formulas}", "     "))
    return lines


def _formulas(maps: tuple[tuple[Rational, Rational], ...]) -> str:
    return ", ".join(_formula(slope, intercept) for slope, intercept in maps)


def _formula(slope: Rational, intercept: Rational, write: Callable[[Rational], str] = readable) -> str:
    if slope == 0:
        return write(intercept)
    sign = "-" if intercept < 0 else "+"
    return f"{write(slope)} t {sign} {write(abs(intercept))}" if intercept != 0 else f"{write(slope)} t"


def _point(values: tuple[Rational, ...]) -> str:
    return f"({', '.join(readable(v) for v in values[:6])}{', ...' if len(values) > 6 else ''})"


def write_extremal(args: argparse.Namespace) -> int:
    """Write the extremal dataset as CSV."""
    if args.output is None:
        raise UsageError("--extremal needs a file for the dataset: -o DATA.csv")
    check_writable(args.output)
    N = _one_integer(args.extremal, "--extremal")
    given = parse_rationals(args.direction, "--direction")
    d_x = _one_integer(args.d_x, "--d-x") if args.d_x is not None else len(given or [1])
    direction = given if given is not None else extremal_direction(d_x)
    if len(direction) != d_x:
        raise UsageError(f"--direction has {len(direction)} entries, --d-x says {d_x}")
    dataset = extremal_dataset(N, direction)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*(f"x{k}" for k in range(1, d_x + 1)), "y"])
    for x, y in zip(dataset.inputs, dataset.labels, strict=True):
        writer.writerow([to_text(v) for v in (*x, *y)])
    write_whole(args.output, stream.getvalue().encode("utf-8"))
    facts = {"data": str(args.output), "N": N, "d_x": d_x, "direction": [to_text(v) for v in direction]}
    emit(args, facts, f"{args.output}: x_i = i u, y_i = (-1)^i, N = {N}, u = {_point(tuple(direction))}")
    return 0


def _one_integer(text: str, what: str) -> int:
    """A positive integer of at most 1000 digits (how large it may be is decided where it is used)."""
    if not (text.isascii() and text.isdigit()) or len(text) > 1000 or int(text) < 1:
        raise UsageError(f"{what} {quoted(text)}: one positive integer is needed, such as 12")
    return int(text)


def write_refutation(args: argparse.Namespace, network: Network) -> int:
    """Write a certificate of kind `piece-bound` about the network."""
    if args.output is None:
        raise UsageError("--refute needs a file for the certificate: -o BOUND.json")
    check_writable(args.output, [args.certificate])
    given = parse_rationals(args.direction, "--direction")
    direction = given if given is not None else extremal_direction(network.d_x)
    N = None if args.refute == "auto" else _one_integer(args.refute, "--refute")
    evidence = refute(network, direction, N)
    size = write_certificate(args.output, piece_bound_certificate(network, evidence))
    facts = {
        "certificate": str(args.output),
        "N": evidence.dataset.N,
        "pieces": evidence.pieces,
        "missed": evidence.missed,
        "obtained": to_text(evidence.obtained),
        "bytes": size,
    }
    emit(
        args,
        facts,
        f"{args.output}: {evidence.pieces} pieces on the line t -> t u cannot fit N = {evidence.dataset.N} alternating "
        f"samples; sample {evidence.missed} (t = {evidence.missed + 1}) gives {readable(evidence.obtained)}",
    )
    return 0
