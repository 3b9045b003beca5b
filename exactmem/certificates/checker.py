"""Independent checker of exactmem certificates; the format is specified in FORMAT.md, version 1.

`python checker.py FILE...` runs wherever this file and the folder `checking` beside it lie: standard library
only, nothing of exactmem. One line per file, which starts with the verdict; the exit code is the worst one:
VERIFIED 0, REFUTED 1, MALFORMED 2, RESOURCE 3.
"""

import argparse
import json
import os
import sys

if __package__:
    from .checking.document import check_bytes
    from .checking.verdicts import DEFAULT_LIMITS, Limits, Verdict, quoted
else:  # run or imported as a file of its own: the folder lies beside it, whatever the working directory
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    if not os.path.isfile(os.path.join(sys.path[0], "checking", "document.py")):
        print(f"checker.py: the folder checking is missing in {sys.path[0]}: copy it there too", file=sys.stderr)
        sys.exit(3)
    from checking.document import check_bytes  # type: ignore[import-not-found, no-redef]
    from checking.verdicts import DEFAULT_LIMITS, Limits, Verdict, quoted  # type: ignore[import-not-found, no-redef]

    del sys.path[0]

__all__ = ["Limits", "Verdict", "check_bytes", "check_file", "main"]


def check_file(path: str, limits: Limits = DEFAULT_LIMITS, dataset: str = "") -> Verdict:
    """The verdict on a file; one that cannot be read is MALFORMED. Never raises."""
    try:
        with open(path, "rb") as file:
            return check_bytes(file.read(limits.max_bytes + 1), limits, dataset)
    except (OSError, ValueError) as error:
        return Verdict("MALFORMED", f"cannot be read: {quoted(getattr(error, 'strerror', None) or str(error))}")
    except (MemoryError, OverflowError):
        return Verdict("RESOURCE", "out of memory")


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
    for name, default in DEFAULT_LIMITS._asdict().items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=positive, default=default, metavar="N", help="limit, default %(default)s")
    end = argv.index("--") if "--" in argv else len(argv)
    options = parser.parse_intermixed_args(argv[:end])
    files = options.files + argv[end + 1 :]
    if not files:
        parser.error("no FILE given")
    limits = Limits(*(getattr(options, name) for name in Limits._fields))
    results, worst = [], 0
    for path in files:
        verdict = check_file(path, limits, options.dataset_digest or "")
        results.append({"file": path, "verdict": verdict.word, "detail": verdict.detail})
        worst = max(worst, verdict.exit_code)
        if not options.json:  # no file name can forge a line of output
            name = path if path.isascii() and path.isprintable() else ascii(path)
            print(f"{verdict.word} {name}: {verdict.detail}", flush=True)
    if options.json:
        print(json.dumps({"results": results}), flush=True)
    return worst


def main(argv: list[str]) -> int:
    """Check the files named in argv; returns the exit code (2 for bad usage, 130 when interrupted)."""
    try:
        return run(argv)
    except SystemExit as stop:  # argparse: 0 after --help, 2 after bad usage
        return int(stop.code or 0)
    except KeyboardInterrupt:
        print("checker.py: interrupted", file=sys.stderr)
        return 130
    except OSError as error:  # standard output is closed or full: no verdict was delivered
        print(f"checker.py: cannot write the verdict: {error.strerror}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
