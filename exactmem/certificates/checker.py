"""Independent checker of exactmem certificates; the format is specified in FORMAT.md, version 1.

`python checker.py FILE...` runs wherever this file and the folder `checking` beside it lie: standard library
only, nothing of exactmem. One line per file, which starts with the verdict; the exit code is the worst one:
VERIFIED 0, REFUTED 1, MALFORMED 2, RESOURCE 3.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

if __package__:
    from .checking import memorization, needs_units, piece_bound, sgd_constants
    from .checking.strict_json import at, canonical, expect, fields, parse_json, text
    from .checking.verdicts import DEFAULT_LIMITS, Limits, Malformed, Meter, Refuted, Resource, Verdict, quoted
else:  # run or imported as a file of its own: the folder lies beside it, whatever the working directory
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from checking import memorization, needs_units, piece_bound, sgd_constants  # type: ignore[import-not-found, no-redef]
    from checking.strict_json import (  # type: ignore[import-not-found, no-redef]
        at,
        canonical,
        expect,
        fields,
        parse_json,
        text,
    )
    from checking.verdicts import (  # type: ignore[import-not-found, no-redef]
        DEFAULT_LIMITS,
        Limits,
        Malformed,
        Meter,
        Refuted,
        Resource,
        Verdict,
        quoted,
    )

    del sys.path[0]


class Kind(NamedTuple):
    """A kind of claim.

    `sections` are the top-level keys it needs besides the common ones, each with a digest; `read` takes the
    document to a well-formed question or raises Malformed; `check` decides the question exactly: it returns a
    summary if the claim holds and raises Refuted if not. Both may raise Resource through the Meter.
    """

    sections: tuple[str, ...]
    read: Callable[[dict[str, Any], Meter], Any]
    check: Callable[[Any, Meter], str]


KINDS = {
    "memorization": Kind(memorization.SECTIONS, memorization.read, memorization.check),
    "piece-bound": Kind(piece_bound.SECTIONS, piece_bound.read, piece_bound.check),
    "needs-units": Kind(needs_units.SECTIONS, needs_units.read, needs_units.check),
    "sgd-constants": Kind(sgd_constants.SECTIONS, sgd_constants.read, sgd_constants.check),
}


def read_kind(document: Any) -> Kind:
    expect(type(document) is dict, "expected an object")
    expect(document.get("format") == "exactmem-certificate", "expected 'exactmem-certificate'", "format")
    version = document.get("version")
    expect(type(version) is int and version == 1, "expected version 1", "version")
    claim = document.get("claim")
    expect(type(claim) is dict and type(claim.get("kind")) is str, "expected a claim with a kind", "claim")
    expect(claim["kind"] in KINDS, f"unknown kind {quoted(claim['kind'])}", "claim.kind")
    return KINDS[claim["kind"]]


def check_digests(digests: Any, document: dict[str, Any], sections: tuple[str, ...]) -> None:
    fields(digests, *sections)
    for section in sections:
        digest = sha256(at(section, canonical, document[section])).hexdigest()
        expect(digests[section] == digest, "does not match the section's content", section)


def check_provenance(provenance: Any) -> None:
    tool, construction, parameters = fields(provenance, "tool", "construction", "parameters")
    at("tool", text, tool)
    at("construction", text, construction)
    expect(type(parameters) is dict, "expected an object", "parameters")
    canonical(provenance)


def examine(data: bytes, limits: Limits) -> str:
    """A summary of the claim if every check passes; Malformed, Refuted or Resource are raised otherwise."""
    if len(data) > limits.max_bytes:
        raise Resource(f"more than --max-bytes {limits.max_bytes}")
    meter = Meter(limits)
    document = parse_json(data, meter)
    kind = read_kind(document)
    digested = ("claim", *kind.sections)
    fields(document, "format", "version", "digests", "provenance", *digested)
    at("provenance", check_provenance, document["provenance"])
    question = kind.read(document, meter)
    at("digests", check_digests, document["digests"], document, digested)
    return kind.check(question, meter)


def check_bytes(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Verdict:
    """The verdict on a certificate's bytes. Never raises, whatever the bytes."""
    try:
        return Verdict("VERIFIED", examine(data, limits))
    except Refuted as refutation:
        return Verdict("REFUTED", str(refutation))
    except Malformed as fault:
        return Verdict("MALFORMED", f"{fault.place}: {fault.reason}" if fault.place else fault.reason)
    except Resource as limit:
        return Verdict("RESOURCE", str(limit))
    except (MemoryError, RecursionError) as error:
        return Verdict("RESOURCE", f"out of memory or stack ({type(error).__name__})")
    except Exception as error:
        return Verdict("RESOURCE", f"no verdict: internal error, {type(error).__name__}: {quoted(str(error))}")


def check_file(path: str, limits: Limits = DEFAULT_LIMITS) -> Verdict:
    """The verdict on a file; one that cannot be read is MALFORMED. Never raises."""
    try:
        with open(path, "rb") as file:
            data = file.read(limits.max_bytes + 1)
    except (OSError, ValueError) as error:
        return Verdict("MALFORMED", f"cannot be read: {quoted(getattr(error, 'strerror', None) or str(error))}")
    except (MemoryError, OverflowError):
        return Verdict("RESOURCE", "out of memory")
    return check_bytes(data, limits)


def positive(argument: str) -> int:
    if not (argument.isascii() and argument.isdecimal() and len(argument) <= 18 and int(argument) > 0):
        raise argparse.ArgumentTypeError(f"expected a positive integer, got {quoted(argument)}")
    return int(argument)


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="checker.py",
        description="Check exactmem certificates exactly. Exit code: the worst verdict over all files, "
        "0 VERIFIED, 1 REFUTED, 2 MALFORMED, 3 RESOURCE.",
        epilog="example: python checker.py iris.json",
        allow_abbrev=False,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="certificates; after -- even if they begin with -")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    for name, default in DEFAULT_LIMITS._asdict().items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=positive, default=default, metavar="N", help="limit, default %(default)s")
    end = argv.index("--") if "--" in argv else len(argv)
    options = parser.parse_intermixed_args(argv[:end])
    options.files += argv[end + 1 :]
    if not options.files:
        parser.error("no FILE given")
    return options


def one_line(path: str) -> str:
    """The path in printable ASCII, so that no file name can forge a line of output."""
    return path if path.isascii() and path.isprintable() else ascii(path)


def report(verdicts: list[tuple[str, Verdict]]) -> None:
    results = [{"file": file, "verdict": word, "detail": detail} for file, (word, detail) in verdicts]
    print(json.dumps({"results": results}))


def run(argv: list[str]) -> int:
    options = parse_arguments(argv)
    limits = Limits(*(getattr(options, name) for name in Limits._fields))
    verdicts = []
    for file in options.files:
        verdict = check_file(file, limits)
        verdicts.append((file, verdict))
        if not options.json:
            print(f"{verdict.word} {one_line(file)}: {verdict.detail}", flush=True)
    if options.json:
        report(verdicts)
    sys.stdout.flush()
    return max(verdict.exit_code for _, verdict in verdicts)


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
