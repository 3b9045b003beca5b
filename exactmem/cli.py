"""Floor 6: the command line. Exit codes: 0 success, 1 claim false or construction impossible, 2 bad input,
3 resource limit, 130 interrupted."""

import argparse
import importlib
import json
import os
import pkgutil
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from exactmem import __version__, commands
from exactmem.errors import ExactmemError, UsageError


class _Parser(argparse.ArgumentParser):
    """A parser, and the class of its sub-parsers, whose errors are raised instead of printed."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`")


def build_parser() -> argparse.ArgumentParser:
    """The parser with one sub-parser per module of `exactmem.commands` that has `register`."""
    parser = _Parser(
        prog="exactmem",
        description="Exact-arithmetic verifier for neural-network memorization theorems.",
        epilog="example:\n  exactmem demo",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"exactmem {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for info in pkgutil.iter_modules(commands.__path__):
        module = importlib.import_module(f"exactmem.commands.{info.name}")
        if hasattr(module, "register"):
            module.register(subparsers)
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
    given = attach_negative_values(sys.argv[1:] if argv is None else argv)
    args = argparse.Namespace(json="--json" in given)
    try:
        args = build_parser().parse_args(given)
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except ExactmemError as error:
        return _fail(args, str(error), error.exit_code, type(error).__name__)
    except KeyboardInterrupt:
        print("exactmem: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader went away; give the interpreter a place to flush what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        return _fail(args, "out of memory: use a smaller dataset or a machine with more", 3, "MemoryError")
    except OSError as error:
        return _fail(args, f"{error.filename or 'input/output'}: {error.strerror or error}", 2, "OSError")


def _fail(args: argparse.Namespace, message: str, code: int, kind: str) -> int:
    message = " ".join(message.split())
    if getattr(args, "json", False):
        print(json.dumps({"error": {"kind": kind, "message": message, "exit_code": code}}), flush=True)
    print(f"exactmem: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
