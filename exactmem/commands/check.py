"""`exactmem check`: the verdict of the independent checker on each certificate, and whether it is about your data."""

__all__ = ["LARGEST", "about", "option_of", "register", "run", "verdict_on"]

import argparse
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from exactmem.certificates import checker
from exactmem.certificates.checking.verdicts import most_bytes
from exactmem.certificates.comparison import compare
from exactmem.certificates.reader import read_document
from exactmem.certificates.version_2 import START
from exactmem.certificates.writing.document import digest
from exactmem.commands.common import Subparsers, add_data_options, add_parser, integer, load_data, phases
from exactmem.datasets import Dataset
from exactmem.errors import CertificateError, LimitError, UsageError, printable
from exactmem.files import STANDARD, content
from exactmem.workers import MAX_JOBS, executor, results

LARGEST = 10**17
"""Of the limits that may be asked for."""


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(subparsers, "check", "exactmem check iris.cert.json --data iris --classify", run)
    parser.add_argument("certificates", metavar="CERT.json", nargs="+", help="certificate files; - for standard input")
    add_data_options(parser, required=False, option=True)
    parser.add_argument(
        "--jobs", metavar="N", default="1", help="processes that check different files (default: 1); not for -"
    )
    parser.add_argument(
        "--folder", metavar="FOLDER", help="where the question of an answer lies that comes from standard input"
    )
    parser.add_argument(
        "--plain", action="store_true", help="evaluate every sample by itself, which takes longer, to the same verdict"
    )
    limits = parser.add_argument_group("limits on what one file may cost (certificates/FORMAT.md, section 9)")
    for name, default in checker.Limits._field_defaults.items():
        shown = "by the size of the file" if default is None else str(default)
        limits.add_argument(option_of(name), metavar="N", help=f"default: {shown}")


def option_of(name: str) -> str:
    """The option that sets a limit."""
    return "--" + name.replace("_", "-")


def run(args: argparse.Namespace) -> int:
    """A line per file: the verdict and, with --data, whether its samples are those of the data; the worst exit code."""
    if args.data is None and (args.labels or args.inputs or args.classify):
        raise UsageError("--labels, --inputs and --classify say how to read data: give --data DATA too")
    given = {name: getattr(args, name) for name in checker.Limits._fields if getattr(args, name) is not None}
    limits = checker.Limits(**{name: integer(text, option_of(name), 1, LARGEST) for name, text in given.items()})
    jobs = integer(args.jobs, "--jobs", 1, MAX_JOBS)
    if jobs > 1 and STANDARD in args.certificates:
        raise UsageError("--jobs: other processes do not see standard input: leave out - or --jobs")
    if args.folder is not None and STANDARD not in args.certificates:
        raise UsageError("--folder is about an answer on standard input; the question of a file lies in its folder")
    data = load_data(args) if args.data is not None else None
    check = partial(verdict_on, limits=limits, folder=args.folder, plain=args.plain)
    with executor(min(jobs, len(args.certificates))) as pool:
        if pool is None:
            return _tell(args, data, check)
        verdicts = results(check, args.certificates, pool)
        return _tell(args, data, lambda path, say: next(verdicts))


def _tell(args: argparse.Namespace, data: Dataset | None, check: Callable[..., checker.Answer]) -> int:
    """Print the verdicts as they come from check(path, say=...), which may say how far it is; the worst exit code."""
    worst = 0
    facts: dict[str, Any] = {"results": []}
    many = len(args.certificates)
    for number, path in enumerate(args.certificates, 1):
        what = f"checking {printable(path, 200)}" + (f", {number} of {many}" if many > 1 else "")
        with phases(what) as phase:
            verdict = check(path, say=lambda text, what=what, phase=phase: phase(f"{what}: {text}"))
        result: dict[str, Any] = {"file": path, "verdict": verdict.word, "detail": verdict.detail}
        worst, sentence = max(worst, verdict.exit_code), ""
        if verdict.word == "VERIFIED" and data is not None:
            result["data"] = about(path, data)
            worst, sentence = max(worst, int(not result["data"]["same"])), f"; {result['data']['sentence']}"
        facts["results"].append(result)
        if not args.json:
            print(f"{verdict.word} {printable(path, 4096)}: {verdict.detail}{sentence}", flush=True)
    if data is not None:
        facts["dataset_digest"] = digest(data.to_json())
    if args.json:
        print(json.dumps(facts), flush=True)
    return worst


def verdict_on(
    path: str,
    limits: checker.Limits,
    folder: str | None = None,
    plain: bool = False,
    say: Callable[[str], object] = str,
) -> checker.Answer:
    """The checker's verdict on a file or on standard input; the question of an answer there lies in the folder.

    `plain`: every sample is evaluated by itself. `say` is told how far the check of a file is.
    """
    if path != STANDARD:
        return checker.check_file(path, limits, plain=plain, progress=checker.paced(say))
    try:
        data = content(path, most_bytes(limits, 1))
        if folder is None and data.startswith(START):
            return checker.Answer("MALFORMED", "an answer of version 2: say with --folder where its question lies")
        return checker.check_bytes(data, limits, plain=plain, folder=folder)
    except LimitError as error:
        return checker.Answer("RESOURCE", str(error).removeprefix(f"{path}: "))
    except OSError as error:
        return checker.Answer("MALFORMED", f"cannot be read: {error.strerror}")


def about(path: str, data: Dataset) -> dict[str, Any]:
    """How the certificate's dataset compares with the data, as JSON data; CertificateError if it has none."""
    if path == STANDARD and content(path, LARGEST).startswith(START):
        raise CertificateError("-: to compare its question's data, name the answer's file instead of standard input")
    dataset = read_document(path).dataset
    if dataset is None:
        raise CertificateError(f"{path}: this certificate has no dataset to compare with the data")
    found = compare(dataset, data)
    return {
        "same": found.same,
        "missing": list(found.missing),
        "relabelled": list(found.relabelled),
        "extra": list(found.extra),
        "sentence": found.sentence(),
    }
