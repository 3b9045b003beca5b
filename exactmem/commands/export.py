"""`exactmem export`: a certificate's network or question in another program's language, exactly or not at all."""

import argparse

from exactmem.certificates.reader import read_document
from exactmem.commands.common import Subparsers, add_parser, emit
from exactmem.errors import ExactmemError
from exactmem.files import check_writable, write_whole
from exactmem.interchange import coq, latex, nnet, onnx_writer, smt2
from exactmem.interchange.exported import Exporter, Wanted

EXPORTERS: dict[str, Exporter] = {
    "coq": coq.export,
    "latex": latex.export,
    "nnet": nnet.export,
    "onnx": onnx_writer.export,
    "smt2": smt2.export,
}
"""By the name after --to: what writes that format."""


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "export",
        "exactmem export iris.cert.json --to smt2 -o iris.smt2",
        run,
    )
    parser.add_argument("certificate", metavar="CERT.json", help="the certificate")
    parser.add_argument("--to", required=True, choices=sorted(EXPORTERS), help="the format")
    parser.add_argument("--float", choices=("32", "64"), default="64", help="onnx: the bits of a float (default: 64)")
    parser.add_argument(
        "--round", action="store_true", help="round what the format cannot hold; the output errors are stated exactly"
    )
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="where the file goes")


def run(args: argparse.Namespace) -> int:
    """Read, translate, write whole or not at all."""
    check_writable(args.output, [args.certificate])
    document = read_document(args.certificate)
    try:
        export = EXPORTERS[args.to](document, Wanted(args.round, int(args.float)))
    except ExactmemError as error:
        raise type(error)(f"{args.certificate}: {error}", witness=error.witness) from error
    write_whole(args.output, export.content)
    facts = {"output": str(args.output), "format": args.to, "bytes": len(export.content), **export.facts}
    emit(args, facts, "\n".join([f"{args.output}: written as {args.to}", *export.sentences]))
    return 0
