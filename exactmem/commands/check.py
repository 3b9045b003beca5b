"""`exactmem check`: the verdict of the independent checker on each certificate, and whether it is about your data."""

import argparse
import json

from exactmem.certificates import checker
from exactmem.certificates.comparison import compare
from exactmem.certificates.reader import read_document
from exactmem.certificates.writing.document import digest
from exactmem.commands.common import Subparsers, add_data_options, add_parser, load_data
from exactmem.datasets import Dataset
from exactmem.errors import CertificateError, UsageError, printable


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "check",
        "exactmem check iris.cert.json --data iris --classify",
        run,
    )
    for name in checker.Limits._fields:
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, metavar="N", help="limit on a file's cost (certificates/FORMAT.md, section 9)")
    parser.add_argument("certificates", metavar="CERT.json", nargs="+", help="certificate files")
    add_data_options(parser, required=False, option=True)


def run(args: argparse.Namespace) -> int:
    """Hand the files to the checker, which prints one verdict per file; with --data compare their datasets too."""
    if args.data is not None:
        return check_against_data(args)
    if args.labels or args.inputs or args.classify:
        raise UsageError("--labels, --inputs and --classify say how to read data: give --data DATA too")
    options = ["--json"] if args.json else []
    for name in checker.Limits._fields:
        if (limit := getattr(args, name)) is not None:
            options.append(f"--{name.replace('_', '-')}={limit}")
    return checker.main([*options, "--", *args.certificates])


def check_against_data(args: argparse.Namespace) -> int:
    """One line per file: the verdict, and whether the certificate's samples are those of the data; 1 where not."""
    data = load_data(args)
    worst, results = 0, []
    for path in args.certificates:
        verdict = checker.check_file(path)
        worst = max(worst, verdict.exit_code)
        result = {"file": path, "verdict": verdict.word, "detail": verdict.detail}
        sentence = ""
        if verdict.word == "VERIFIED":
            found = about(path, data)
            result["data"], sentence = found, f"; {found['sentence']}"
            worst = max(worst, int(not found["same"]))
        results.append(result)
        if not args.json:
            print(f"{verdict.word} {printable(path, 4096)}: {verdict.detail}{sentence}", flush=True)
    if args.json:
        print(json.dumps({"results": results, "dataset_digest": digest(data.to_json())}), flush=True)
    return worst


def about(path: str, data: Dataset) -> dict[str, object]:
    """How the certificate's dataset compares with the data, as JSON data; CertificateError if it has none."""
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
