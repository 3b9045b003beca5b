"""The certificate of a memorization, in the version of the format that `--format-version` asks for."""

__all__ = ["Made", "add_version_option", "asked", "check_version", "write_version"]

import argparse
from pathlib import Path
from typing import Any, NamedTuple

from exactmem.certificates.version_2 import Question
from exactmem.certificates.writing.document import assemble, write_certificate
from exactmem.certificates.writing.memorization import memorization_claim
from exactmem.certificates.writing.version_2 import packed, write_answer, write_csv_question, write_question
from exactmem.commands.common import QUESTION, data_path, question_of
from exactmem.datasets import Dataset
from exactmem.errors import UsageError
from exactmem.files import STANDARD, check_writable, together
from exactmem.networks import Network


class Made(NamedTuple):
    """What a certificate is about, and what it says of how the network came about."""

    network: Network
    dataset: Dataset
    decision: str
    source: str
    construction: str
    parameters: dict[str, Any]


def add_version_option(parser: argparse.ArgumentParser) -> None:
    """--format-version."""
    parser.add_argument(
        "--format-version",
        choices=("1", "2"),
        default="1",
        help="2: an answer, with NAME.question and NAME.data beside it; DATA may be a question to answer (default: 1)",
    )
    parser.add_argument(
        "--keep-csv", action="store_true", help="version 2: the CSV file DATA itself in the place of NAME.data"
    )


def asked(args: argparse.Namespace) -> Question | None:
    """The question that DATA is, if it is one."""
    return question_of(args) if Path(args.data).suffix == QUESTION else None


def check_version(args: argparse.Namespace, question: Question | None, decision: str, option: str) -> None:
    """UsageError or OutputError where the files of version 2 cannot be written, or would not answer the question.

    `option` names what gives the decision.
    """
    if question is not None and decision not in ("equal", question.decision):
        raise UsageError(f"{option} decides by {decision}, {args.data} asks for {question.decision}")
    if args.keep_csv and (question is not None or args.format_version == "1" or data_path(args.data).suffix != ".csv"):
        raise UsageError("--keep-csv is for new questions about a .csv file: give one, and --format-version 2")
    if args.output is None or (args.format_version == "1" and question is None):
        return
    if args.output == STANDARD:
        raise UsageError("version 2 is several files: name the answer with -o NAME.answer")
    if Path(args.output).suffix in (QUESTION, ".data"):
        raise UsageError(f"{args.output}: its question and data have these endings: use -o NAME.answer")
    if question is None:
        for name in (QUESTION,) if args.keep_csv else (QUESTION, ".data"):
            check_writable(Path(args.output).with_suffix(name), [data_path(args.data), args.output])


def write_version(args: argparse.Namespace, question: Question | None, made: Made) -> int:
    """Write the certificate to the file that `-o` names; returns its bytes.

    Version 1, or an answer to the question, if there is one; else a question with its data and the answer, together.
    """
    if args.format_version == "1" and question is None:
        claim = memorization_claim(made.network, made.dataset, made.source, made.decision)
        document = assemble(made.network, made.dataset, claim, made.construction, made.parameters)
        return write_certificate(args.output, document)
    with together() as write:
        if question is None:
            target = Path(args.output).with_suffix(QUESTION)
            if args.keep_csv:
                csv = data_path(args.data)
                question = write_csv_question(target, csv, made.dataset, made.decision, write=write)
            else:
                question = write_question(target, packed(made.dataset), made.decision, write=write)
        return write_answer(
            args.output, question, made.network, made.source, made.construction, made.parameters, write=write
        )
