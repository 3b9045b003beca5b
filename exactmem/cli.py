"""The command line. Exit codes: 0 success, 1 claim false or construction impossible, 2 bad input,
3 resource limit, 130 interrupted."""

__all__ = ["LONGEST_MESSAGE", "UNDELIVERED", "attach_negative_values", "build_parser", "main"]

import argparse
import importlib
import json
import os
import re
import sys
from collections.abc import Container, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, NoReturn, TextIO

from exactmem.commands import COMMANDS
from exactmem.errors import ExactmemError, UsageError, did_you_mean, printable, quoted
from exactmem.version import __version__

LONGEST_MESSAGE = 2000
"""Most characters of an error message, of which most repeat numbers and names that the user gave."""

UNDELIVERED = 3
"""The exit code of an answer that could not be written, as standard output is closed or full or its reader has left."""


class _Parser(argparse.ArgumentParser):
    """A parser, and the class of its sub-parsers, whose errors are raised instead of printed."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{printable(message, 300)}; see `{self.prog} --help`")

    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stderr).write(message)  # argparse's own hides that nobody could read it


def build_parser(imported: Container[str] = COMMANDS) -> argparse.ArgumentParser:
    """The parser of every command; of those that are not in `imported` it knows the names and summaries only."""
    parser = _Parser(
        prog="exactmem",
        description="Exact-arithmetic verifier for neural-network memorization theorems.",
        epilog="example:\n  exactmem demo",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"exactmem {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        if name in imported:
            importlib.import_module(f"exactmem.commands.{name}").register(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    return parser


def attach_negative_values(argv: Sequence[str]) -> list[str]:
    """The arguments with a value such as -1/2 or -1,3 tied to its option by "=", as argparse takes it for an option."""
    result: list[str] = []
    for argument in argv:
        option = result[-1] if result and "--" not in result else ""
        if option.startswith("--") and "=" not in option and re.match(r"-\.?\d", argument):
            result[-1] = f"{option}={argument}"
        else:
            result.append(argument)
    return result


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; bad input gives one line on standard error, never a traceback."""
    if closed := sys.stdout is None:
        sys.stdout = _nowhere()
    _prepare_streams()
    given = attach_negative_values(sys.argv[1:] if argv is None else argv)
    args = argparse.Namespace(json="--json" in given)
    try:
        try:
            code = _run(args, given)
        finally:
            sys.stdout.flush()
        if closed and code in (0, 1):
            return _fail(args, "standard output is closed", UNDELIVERED, "OSError")
        return code
    except BrokenPipeError:  # the reader has left and needs no word
        _abandon(sys.stdout)
        return UNDELIVERED
    except OSError as error:
        return _fail(args, f"{error.filename or 'standard output'}: {error.strerror or error}", UNDELIVERED, "OSError")


def _run(args: argparse.Namespace, given: list[str]) -> int:
    """The exit code of one command; of the system's errors only those of standard output are left to the caller."""
    try:
        command = next((argument for argument in given if not argument.startswith("-")), "")
        if command and command not in COMMANDS:
            hint = did_you_mean(command, COMMANDS) or f": use one of {', '.join(COMMANDS)}"
            raise UsageError(f"no command {quoted(command)}{hint} (see `exactmem --help`)")
        args = build_parser({command}).parse_args(given)
        code: int = args.run(args)
        return code
    except SystemExit as stop:  # argparse: 0 after --help or --version
        return int(stop.code or 0)
    except ExactmemError as error:
        return _fail(args, str(error), error.exit_code, type(error).__name__)
    except KeyboardInterrupt:
        return _fail(args, "interrupted", 130, "KeyboardInterrupt")
    except MemoryError:
        return _fail(args, "out of memory: use a smaller dataset or a machine with more", 3, "MemoryError")


def _prepare_streams() -> None:
    """Standard streams that exist, and that escape what their encoding cannot hold instead of failing."""
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _nowhere() -> TextIO:
    """A stream in the place of one that is closed."""
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _fail(args: argparse.Namespace, message: str, code: int, kind: str) -> int:
    """Report an error as one printable line; the exit code stands even where nobody reads it."""
    message = printable(" ".join(message.split()), LONGEST_MESSAGE)
    if getattr(args, "json", False):
        _write(sys.stdout, json.dumps({"error": {"kind": kind, "message": message, "exit_code": code}}))
    _write(sys.stderr, f"exactmem: {message}")
    return code


def _write(stream: TextIO, line: str) -> None:
    try:
        print(line, file=stream, flush=True)
    except OSError:
        _abandon(stream)


def _abandon(stream: TextIO) -> None:
    """Give the interpreter a place to flush what is left of a stream that nobody reads."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    raise SystemExit(main())
