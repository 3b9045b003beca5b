"""`exactmem check`: the verdict of the independent checker on each certificate."""

import argparse

from exactmem.certificates import checker
from exactmem.commands.common import Subparsers, add_parser


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "check",
        "check certificates with the independent checker; the exit code is the worst verdict's",
        "exactmem check iris.cert.json",
        run,
    )
    for name in checker.Limits._fields:
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, metavar="N", help="limit on a file's cost (certificates/FORMAT.md, section 9)")
    parser.add_argument("certificates", metavar="CERT.json", nargs="+", help="certificate files")


def run(args: argparse.Namespace) -> int:
    """Hand the files to the checker, which prints one verdict per file."""
    options = ["--json"] if args.json else []
    for name in checker.Limits._fields:
        if (limit := getattr(args, name)) is not None:
            options.append(f"--{name.replace('_', '-')}={limit}")
    return checker.main([*options, "--", *args.certificates])
