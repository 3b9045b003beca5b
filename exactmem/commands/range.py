"""`exactmem range`: the exact minimum and maximum of a network's outputs over a segment or a box."""

__all__ = ["MOST_CUTS", "describe", "region_from", "register", "run", "sentences"]

import argparse
from typing import Any

from exactmem.certificates.writing.document import write_certificate
from exactmem.certificates.writing.output_range import output_range_certificate, range_json, region_json
from exactmem.commands.common import Subparsers, add_parser, emit, integer, parse_rational, parse_rationals, progress
from exactmem.commands.networks import any_network
from exactmem.errors import UsageError, quoted
from exactmem.files import check_writable
from exactmem.networks import Network
from exactmem.ranges import MAX_CUTS, Extreme, OutputRange, output_ranges
from exactmem.rationals import Rational, to_text
from exactmem.regions import Box, Region, box, segment

MOST_CUTS = 10**7


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "range",
        "exactmem range net.cert.json --box -1:1,0:1/2,3 -o range.json",
        run,
    )
    parser.add_argument("certificate", metavar="CERT", help="a certificate, or a .nnet, .onnx or .json network")
    parser.add_argument("--from", dest="start", metavar="P", help="one end of the segment: d_x exact numbers")
    parser.add_argument("--to", dest="end", metavar="Q", help="the other end")
    parser.add_argument(
        "--box", metavar="LO:HI,...", help="per input LO:HI, or one number to fix it; at most three are not fixed"
    )
    parser.add_argument("--output-index", metavar="K", help="only this output, counted from 0 (default: all)")
    parser.add_argument("--max-cuts", metavar="N", default=str(MAX_CUTS), help=f"limit per bound (default: {MAX_CUTS})")
    parser.add_argument("-o", "--output", metavar="FILE", help="where the certificate of kind output-range goes")


def run(args: argparse.Namespace) -> int:
    """Find the ranges; write the certificate if asked for."""
    if args.output is not None:
        check_writable(args.output, [args.certificate])
    network = any_network(args.certificate)
    region = region_from(args)
    outputs = None if args.output_index is None else [integer(args.output_index, "--output-index", 0, network.d_y - 1)]
    limit = integer(args.max_cuts, "--max-cuts", 0, MOST_CUTS)
    with progress() as bar:
        task = bar.add_task("cuts", total=None)
        found = output_ranges(network, region, outputs, limit, lambda cuts: bar.update(task, completed=cuts))
    facts = describe(network, region, found)
    lines = sentences(region, found)
    if args.output is not None:
        facts["bytes"] = write_certificate(args.output, output_range_certificate(network, region, found))
        facts["certificate"] = str(args.output)
        lines.append(f"{args.output}: certificate written")
    emit(args, facts, "\n".join(lines))
    return 0


def region_from(args: argparse.Namespace) -> Region:
    """The segment or the box that the options describe; UsageError for both, none or half of one."""
    if args.box is not None:
        if args.start is not None or args.end is not None:
            raise UsageError("give a segment (--from P --to Q) or a box (--box LO:HI,...), not both")
        sides = [_side(text) for text in args.box.split(",")]
        return box([a for a, _ in sides], [b for _, b in sides])
    if args.start is None or args.end is None:
        raise UsageError("give a segment, --from P --to Q, or a box, --box LO:HI,...")
    start, end = parse_rationals(args.start, "--from"), parse_rationals(args.end, "--to")
    return segment(start or (), end or ())


def _side(text: str) -> tuple[Rational, Rational]:
    ends = text.split(":")
    if len(ends) > 2:
        raise UsageError(f"--box {quoted(text)}: write a side as LO:HI, or as one number")
    numbers = [parse_rational(end, f"--box {quoted(text)}") for end in ends]
    return numbers[0], numbers[-1]


def describe(network: Network, region: Region, found: list[OutputRange]) -> dict[str, Any]:
    """What was found, as JSON data, all numbers exact."""
    ranges = [{**range_json(r), "parts": r.minimum.parts + r.maximum.parts} for r in found]
    return {"widths": list(network.widths), "region": region_json(region), "ranges": ranges, "certificate": None}


def sentences(region: Region, found: list[OutputRange]) -> list[str]:
    """The same for people, exactly."""
    if isinstance(region, Box):
        sides = zip(region.low, region.high, strict=True)
        where = ", ".join(to_text(a) if a == b else f"{to_text(a)}:{to_text(b)}" for a, b in sides)
        lines = [f"box {where}"]
    else:
        lines = [f"segment from {_point(region.start)} to {_point(region.end)}"]
    for r in found:
        lines.append(f"output {r.output}: minimum {_extreme(r.minimum)}")
        lines.append(f"{' ' * len(f'output {r.output}:')} maximum {_extreme(r.maximum)}")
    return lines


def _extreme(extreme: Extreme) -> str:
    return f"{to_text(extreme.value)} at {_point(extreme.at)}, by {extreme.parts} part(s)"


def _point(x: tuple[Rational, ...]) -> str:
    return f"({', '.join(to_text(v) for v in x)})"
