"""`exactmem eval`: a network's exact outputs at a point."""

__all__ = ["register", "run"]

import argparse

from exactmem.commands.common import Subparsers, add_parser, emit, parse_rationals
from exactmem.commands.networks import any_network
from exactmem.evaluate import evaluate
from exactmem.rationals import to_text


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "eval",
        "exactmem eval iris.cert.json --at 5.1,3.5,1.4,0.2",
        run,
    )
    parser.add_argument("certificate", metavar="CERT", help="a certificate, or a .nnet, .onnx or .json network")
    parser.add_argument("--at", metavar="X", action="append", required=True, help="d_x exact numbers; may be repeated")


def run(args: argparse.Namespace) -> int:
    """Read and evaluate."""
    network = any_network(args.certificate)
    points = [parse_rationals(text, "--at") or () for text in args.at]
    values = [[to_text(v) for v in y] for y in evaluate(network, points)]
    facts = {"at": [[to_text(v) for v in x] for x in points], "outputs": values}
    emit(args, facts, "\n".join(", ".join(row) for row in values))
    return 0
