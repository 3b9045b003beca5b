"""`exactmem plot`: figures of a certificate's network, and of kernel ranks over seeds, as SVG or PNG."""

__all__ = [
    "DRAW",
    "DRAW_OPTIONS",
    "FIGURES",
    "draw_construction",
    "draw_kernel_rank",
    "draw_pieces",
    "refuse",
    "register",
    "run",
    "title_of",
]

import argparse
from typing import Any

from exactmem.certificates.reader import Certificate, read_certificate
from exactmem.commands.common import Subparsers, add_parser, emit
from exactmem.commands.draws import add_draw_options, draws_of, input_dimension, to_json
from exactmem.commands.pieces import line_of
from exactmem.errors import UsageError, printable
from exactmem.files import check_writable
from exactmem.lines import restrict
from exactmem.plots.construction import STYLES, plot_construction
from exactmem.plots.kernel_rank import plot_kernel_rank
from exactmem.plots.pieces import plot_pieces
from exactmem.plots.style import figure_format, matplotlib

FIGURES = ("pieces", "construction", "kernel-rank")


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "plot",
        "exactmem plot construction iris.cert.json -o iris.svg\n"
        "  exactmem plot kernel-rank --samples 24 --d-x 4 -o ranks.svg",
        run,
    )
    parser.add_argument(
        "figure",
        choices=FIGURES,
        help="pieces: the network on a line; construction: its units; kernel-rank: tangent features over seeds",
    )
    parser.add_argument(
        "certificate",
        metavar="CERT.json",
        nargs="?",
        help="the certificate whose network is drawn; none for kernel-rank",
    )
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the figure, .svg or .png")
    line = parser.add_argument_group("pieces")
    line.add_argument("--from", dest="start", metavar="P", help="point at t = 0 (default: the network's own line)")
    line.add_argument("--to", dest="end", metavar="Q", help="point at t = 1")
    line.add_argument("--segment", action="store_true", help="only t in [0, 1]")
    line.add_argument(
        "--spacing",
        choices=("auto", "true", "even"),
        help="even: samples equally far apart (default auto: where they could not be told apart otherwise)",
    )
    units = parser.add_argument_group("construction")
    units.add_argument(
        "--style",
        choices=STYLES,
        help="boxes: Figure 1 of the paper; map: the same for many samples; diagram: Figure 2, deep (default: auto)",
    )
    add_draw_options(parser.add_argument_group("kernel-rank"))


def run(args: argparse.Namespace) -> int:
    """Draw the figure."""
    figure_format(args.output)
    check_writable(args.output, [args.certificate])
    matplotlib()
    if (args.figure == "kernel-rank") == (args.certificate is not None):
        needs = "takes no certificate" if args.certificate is not None else "needs a certificate: name its file"
        raise UsageError(f"plot {args.figure} {needs}")
    facts = {"figure": str(args.output), **DRAW[args.figure](args)}
    text = ", ".join(
        f"{key.replace('_', ' ')} {value}" for key, value in facts.items() if key not in ("figure", "rows")
    )
    emit(args, facts, f"{args.output}: {text}")
    return 0


def title_of(certificate: Certificate) -> str:
    """What the certificate says it is about, and the network's sizes."""
    source = certificate.claim.get("source")
    network = certificate.network
    hidden = network.layers if len(network.layers) == 1 else network.layers[:1]
    sizes = f"widths {'-'.join(map(str, network.widths))}" if network.widths else "no hidden layer"
    kind = hidden[0].activation.name
    name = printable(source, 80) if isinstance(source, str) else "network"
    return f"{name}: {kind}, {sizes}, N = {certificate.dataset.N}"


def refuse(args: argparse.Namespace, options: str, figure: str) -> None:
    """UsageError if one of the options was given, which are about another figure."""
    for option in options.split():
        name = {"from": "start", "to": "end"}.get(option, option.replace("-", "_"))
        if getattr(args, name):
            raise UsageError(f"--{option} is about `plot {figure}`; leave it out")


DRAW_OPTIONS = "samples d-x units seeds activation"


def draw_kernel_rank(args: argparse.Namespace) -> dict[str, Any]:
    """Ranks of tangent features over seeds."""
    refuse(args, "style", "construction")
    refuse(args, "from to segment spacing", "pieces")
    args.what = args.figure
    rows = draws_of(args)
    return {**plot_kernel_rank(args.output, rows, input_dimension(args)), "rows": to_json(args.what, rows)["rows"]}


def draw_pieces(args: argparse.Namespace) -> dict[str, Any]:
    """The network on a line."""
    refuse(args, "style", "construction")
    refuse(args, DRAW_OPTIONS, "kernel-rank")
    certificate = read_certificate(args.certificate)
    network = certificate.network
    start, end = line_of(args.start, args.end, network)
    restriction = restrict(network, start, end, args.segment)
    return plot_pieces(
        args.output, network, certificate.dataset, restriction, title_of(certificate), args.spacing or "auto"
    )


def draw_construction(args: argparse.Namespace) -> dict[str, Any]:
    """What each unit does to the samples."""
    refuse(args, "from to segment spacing", "pieces")
    refuse(args, DRAW_OPTIONS, "kernel-rank")
    certificate = read_certificate(args.certificate)
    if not certificate.network.widths:
        raise UsageError("the network has no hidden layer: there is no unit to draw")
    return plot_construction(
        args.output, certificate.network, certificate.dataset, title_of(certificate), args.style or "auto"
    )


DRAW = {"pieces": draw_pieces, "construction": draw_construction, "kernel-rank": draw_kernel_rank}
