"""`exactmem report`: one self-contained web page about a certificate."""

__all__ = ["register", "run"]

import argparse
import os

from exactmem.certificates import checker
from exactmem.certificates.reader import read_document
from exactmem.commands.common import Subparsers, add_parser, emit, name_of, phases
from exactmem.errors import JsonError
from exactmem.files import MAX_BYTES, check_writable, content, write_whole
from exactmem.report.page import report_page


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(subparsers, "report", "exactmem report iris.cert.json -o iris.html", run)
    parser.add_argument("certificate", metavar="CERT.json", help="the certificate; - for standard input")
    parser.add_argument("-o", "--output", metavar="OUT.html", required=True, help="where the page goes")


def run(args: argparse.Namespace) -> int:
    """Read, check, write the page whatever the verdict; the exit code is the verdict's."""
    check_writable(args.output, [args.certificate])
    with phases("reading") as phase:
        document = read_document(args.certificate)
        try:
            data = content(args.certificate, MAX_BYTES)
        except OSError as error:
            raise JsonError(f"{args.certificate}: cannot be read: {error.strerror or error}") from error
        phase("checking")
        answer = checker.check_bytes(data, folder=os.path.dirname(args.certificate))
        phase("drawing")
        page = report_page(name_of(args.certificate), data, document, answer).encode("utf-8")
    write_whole(args.output, page)
    facts = {
        "report": str(args.output),
        "certificate": str(args.certificate),
        "verdict": answer.word,
        "detail": answer.detail,
        "bytes": len(page),
    }
    emit(args, facts, f"{args.output}: {answer.word}; {len(page)} bytes, one file that needs nothing else")
    return answer.exit_code
