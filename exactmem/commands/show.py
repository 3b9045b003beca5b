"""`exactmem show`: what a certificate claims, in words. It is not checked; that is `exactmem check`."""

__all__ = ["register", "run"]

import argparse

from exactmem.certificates.reader import read_document
from exactmem.certificates.words import words
from exactmem.commands.common import Subparsers, add_parser, emit


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(subparsers, "show", "exactmem show iris.cert.json", run)
    parser.add_argument("certificate", metavar="CERT.json", help="the certificate")


def run(args: argparse.Namespace) -> int:
    """Read and describe."""
    document = read_document(args.certificate)
    sentences = words(document)
    facts = {
        "claim": document.claim,
        "digests": document.head.get("digests"),
        "provenance": document.head.get("provenance"),
        "words": sentences,
    }
    emit(args, facts, "\n".join([*sentences, f"not checked here: exactmem check {args.certificate}"]))
    return 0
