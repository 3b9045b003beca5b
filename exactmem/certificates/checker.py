"""Independent checker of exactmem certificates; the format is specified in FORMAT.md.

`python checker.py FILE...` runs wherever this file and the folder `checking` beside it lie: standard library
only, nothing of exactmem. One line per file, which starts with the verdict; the exit code is the worst one:
VERIFIED 0, REFUTED 1, MALFORMED 2, RESOURCE 3.
"""

import sys  # part of the interpreter

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]  # the folder of this file: nothing in it may stand in for a module of the standard library

import argparse
import importlib.util
import json
import os
import time
from collections.abc import Callable

if __package__:
    from .checking.document import check_bytes, check_stream
    from .checking.verdicts import DEFAULT_LIMITS, Answer, Limits, Progress, quoted
else:  # run or imported as a file of its own: the folder lies beside it, and is found without sys.path
    FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "checking")
    PACKAGE = os.path.join(FOLDER, "__init__.py")
    if not os.path.isfile(PACKAGE):
        print(f"checker.py: the folder {FOLDER} is missing: copy it there too", file=sys.stderr)
        sys.exit(3)
    SPEC = importlib.util.spec_from_file_location("checking", PACKAGE, submodule_search_locations=[FOLDER])
    sys.modules["checking"] = importlib.util.module_from_spec(SPEC)  # type: ignore[arg-type]
    from checking.document import check_bytes, check_stream  # type: ignore[import-not-found, no-redef]
    from checking.verdicts import (  # type: ignore[import-not-found, no-redef]
        DEFAULT_LIMITS,
        Answer,
        Limits,
        Progress,
        quoted,
    )

__all__ = ["Answer", "Limits", "check_bytes", "check_file", "main", "paced"]


def check_file(
    path: str,
    limits: Limits = DEFAULT_LIMITS,
    dataset: str = "",
    plain: bool = False,
    progress: Progress | None = None,
) -> Answer:
    """The verdict on a file; one that cannot be read is MALFORMED. Never raises."""
    try:
        with open(path, "rb") as file:
            return check_stream(file, os.path.dirname(path), limits, dataset, plain, progress)
    except (OSError, ValueError) as error:
        return Answer("MALFORMED", f"cannot be read: {quoted(getattr(error, 'strerror', None) or str(error))}")
    except (MemoryError, OverflowError):
        return Answer("RESOURCE", "out of memory")


def paced(say: Callable[[str], object]) -> Progress:
    """Says once a second how many samples have been read or decided, how many a second, and how long it will take."""
    begun, last = dict[str, int](), [time.monotonic_ns() // 10**9]

    def progress(what: str, count: int, total: int) -> None:
        now = time.monotonic_ns() // 10**9
        spent = now - begun.setdefault(what, now)
        if now > last[0] and spent and count:
            last[0] = now
            left = (total - count) * spent // count
            say(f"{count} of {total} samples {what}, {count // spent} a second, {left} s left")

    return progress


def say(text: str) -> None:
    """Put the text in the place of what stands in the last line of the terminal; nothing is said elsewhere."""
    if sys.stderr is not None and sys.stderr.isatty():
        print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)


def positive(argument: str) -> int:
    """The value of a limit option, a positive integer of at most 18 digits."""
    if not (argument.isascii() and argument.isdecimal() and len(argument) <= 18 and int(argument) > 0):
        raise argparse.ArgumentTypeError(f"expected a positive integer, got {quoted(argument)}")
    return int(argument)


def digest(argument: str) -> str:
    """The value of --dataset-digest."""
    if len(argument) != 64 or set(argument) - set("0123456789abcdef"):
        raise argparse.ArgumentTypeError(f"expected 64 lower-case hexadecimal digits, got {quoted(argument)}")
    return argument


def run(argv: list[str]) -> int:
    """Check the files named in argv, a line or a JSON entry for each; returns the worst exit code."""
    example = "example: python checker.py iris.json"
    parser = argparse.ArgumentParser("checker.py", description=__doc__, epilog=example, allow_abbrev=False)
    parser.add_argument("files", nargs="*", metavar="FILE", help="certificates; after -- even if they begin with -")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    about = "refute certificates about other data than the dataset with this digest"
    parser.add_argument("--dataset-digest", type=digest, metavar="HEX", help=about)
    about = "evaluate every sample by itself, which takes longer and shares nothing between samples"
    parser.add_argument("--plain", action="store_true", help=about)
    for name, default in DEFAULT_LIMITS._asdict().items():
        option = "--" + name.replace("_", "-")
        shown = "limit, default " + ("by the size of the file: see FORMAT.md" if default is None else str(default))
        parser.add_argument(option, type=positive, default=default, metavar="N", help=shown)
    end = argv.index("--") if "--" in argv else len(argv)
    options = parser.parse_intermixed_args(argv[:end])
    files = options.files + argv[end + 1 :]
    if not files:
        parser.error("no FILE given")
    limits = Limits(*(getattr(options, name) for name in Limits._fields))
    results, worst = [], 0
    for path in files:
        verdict = check_file(path, limits, options.dataset_digest or "", options.plain, paced(say))
        say("")
        results.append({"file": path, "verdict": verdict.word, "detail": verdict.detail})
        worst = max(worst, verdict.exit_code)
        if not options.json:  # no file name can forge a line of output
            name = path if path.isascii() and path.isprintable() else ascii(path)
            print(f"{verdict.word} {name}: {verdict.detail}", flush=True)
    if options.json:
        print(json.dumps({"results": results}), flush=True)
    return worst


def complain(message: str) -> None:
    """One line on standard error, if there is one: it is not for standard output."""
    if sys.stderr is not None:
        print(f"checker.py: {message}", file=sys.stderr)


def main(argv: list[str]) -> int:
    """Check the files named in argv; returns the exit code (2 for bad usage, 130 when interrupted)."""
    if sys.stdout is None:
        complain("cannot write the verdict: standard output is closed")
        return 3
    try:
        return run(argv)
    except SystemExit as stop:  # argparse: 0 after --help, 2 after bad usage
        return int(stop.code or 0)
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    except OSError as error:  # standard output is closed or full: no verdict was delivered
        if not isinstance(error, BrokenPipeError):  # else the reader has left and needs no word
            complain(f"cannot write the verdict: {error.strerror}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
