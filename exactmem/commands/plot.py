"""`exactmem plot`: figures of a certificate's network, as SVG or PNG."""

import argparse
from typing import Any

from exactmem.certificates.reader import Certificate, read_certificate
from exactmem.commands.common import Subparsers, add_parser, emit
from exactmem.commands.pieces import line_of
from exactmem.errors import UsageError, printable
from exactmem.files import check_writable
from exactmem.lines import restrict
from exactmem.plots.construction import STYLES, plot_construction
from exactmem.plots.pieces import plot_pieces
from exactmem.plots.style import figure_format, matplotlib

FIGURES = ("pieces", "construction")


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "plot",
        "exactmem plot construction iris.cert.json -o iris.svg",
        run,
    )
    parser.add_argument("figure", choices=FIGURES, help="pieces: the network on a line; construction: its units")
    parser.add_argument("certificate", metavar="CERT.json", help="the certificate whose network is drawn")
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


def run(args: argparse.Namespace) -> int:
    """Draw the figure."""
    figure_format(args.output)
    check_writable(args.output, [args.certificate])
    matplotlib()
    certificate = read_certificate(args.certificate)
    draw = draw_pieces if args.figure == "pieces" else draw_construction
    facts = {"figure": str(args.output), **draw(args, certificate)}
    text = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in facts.items() if key != "figure")
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


def draw_pieces(args: argparse.Namespace, certificate: Certificate) -> dict[str, Any]:
    """The network on a line."""
    if args.style is not None:
        raise UsageError("--style is about `plot construction`; leave it out")
    network = certificate.network
    start, end = line_of(args.start, args.end, network)
    restriction = restrict(network, start, end, args.segment)
    return plot_pieces(
        args.output, network, certificate.dataset, restriction, title_of(certificate), args.spacing or "auto"
    )


def draw_construction(args: argparse.Namespace, certificate: Certificate) -> dict[str, Any]:
    """What each unit does to the samples."""
    if args.start is not None or args.end is not None or args.segment or args.spacing is not None:
        raise UsageError("--from, --to, --segment and --spacing are about `plot pieces`; leave them out")
    if not certificate.network.widths:
        raise UsageError("the network has no hidden layer: there is no unit to draw")
    return plot_construction(
        args.output, certificate.network, certificate.dataset, title_of(certificate), args.style or "auto"
    )
