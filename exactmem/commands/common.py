"""What the commands share: parsers, options, output."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactmem.commands import COMMANDS
from exactmem.datasets import Dataset
from exactmem.errors import ExactmemError, UsageError, quoted
from exactmem.rationals import Rational, parse, rational, to_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

Subparsers = Any
Run = Callable[[argparse.Namespace], int]


def add_parser(subparsers: Subparsers, name: str, example: str, run: Run) -> argparse.ArgumentParser:
    """A sub-parser with --json, its help ending in an example, that runs `run(args)`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        name,
        help=COMMANDS[name],
        description=COMMANDS[name],
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object on standard output, nothing else")
    parser.set_defaults(run=run)
    return parser


def add_data_options(parser: argparse.ArgumentParser, *, required: bool = True, option: bool = False) -> None:
    """DATA and the options that say how to read it; without `required`, args.data may be None.

    With `option` it is `--data DATA`, for commands whose first argument is another file.
    """
    about = "CSV, JSON, .npy or .npz; or the shipped iris, iris_numeric"
    if option:
        parser.add_argument("--data", metavar="DATA", required=required, help=about)
    else:
        parser.add_argument("data", metavar="DATA", nargs=None if required else "?", help=about)
    parser.add_argument(
        "--labels", metavar="COL[,COL...]", help="label columns (default: the last); COL=VALUE is 1 where equal, else 0"
    )
    parser.add_argument("--inputs", metavar="COL[,COL...]", help="input columns (default: all that are no labels)")
    parser.add_argument("--classify", action="store_true", help="turn the label column into one-hot labels")
    parser.add_argument(
        "--floats", choices=("refuse", "exact"), default="refuse", help="exact: take floats for their binary values"
    )


def load_data(args: argparse.Namespace) -> Dataset:
    """The dataset that the data options describe, with a message about merged samples."""
    from exactmem.readers import read_dataset

    dataset = read_dataset(
        data_path(args.data),
        labels=split(args.labels),
        inputs=split(args.inputs),
        classify=args.classify,
        floats=args.floats,
    )
    if dataset.merged:
        kept, dropped = dataset.merged[0]
        say(f"merged {len(dataset.merged)} equal sample(s), the first: {dropped} into {kept}")
    return dataset


def data_path(name: str) -> Path:
    """The path of a data file, or of a shipped data set given by its bare name."""
    path = Path(name)
    shipped = Path(str(files("exactmem") / "data" / f"{name}.csv"))
    if not path.exists() and "/" not in name and shipped.exists():
        return shipped
    return path


def split(text: str | None) -> list[str] | None:
    """The comma-separated parts, or None."""
    return None if text is None else [part.strip() for part in text.split(",")]


def integer(text: str, option: str, least: int, most: int) -> int:
    """The integer from `least` to `most` that an option holds; UsageError for anything else."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(most)) or not least <= int(text) <= most:
        raise UsageError(f"{option} {quoted(text)}: give an integer from {least} to {most}")
    return int(text)


def parse_integers(text: str | None, what: str) -> tuple[int, ...] | None:
    """Comma-separated positive integers, or None; UsageError for anything else."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not (part.isascii() and part.isdigit()) or len(part) > 12 or int(part) < 1:
            raise UsageError(
                f"{what} {quoted(text)}: {quoted(part)} is not a positive integer; write for example 20,14"
            )
    return tuple(int(part) for part in parts)


def parse_rationals(text: str | None, what: str = "") -> tuple[Rational, ...] | None:
    """Comma-separated exact numbers, or None; errors begin with `what`."""
    try:
        return None if text is None else tuple(parse(part) for part in text.split(","))
    except ExactmemError as error:
        raise type(error)(f"{what}: {error}" if what else str(error)) from error


def parse_rational(text: str | None, what: str) -> Rational | None:
    """One exact number, or None; errors begin with `what`."""
    values = parse_rationals(text, what)
    if values is not None and len(values) != 1:
        raise UsageError(f"{what}: one number is needed, not {len(values)}")
    return None if values is None else values[0]


def say(message: str) -> None:
    """A message for people, on standard error; the work goes on where nobody reads it."""
    with suppress(OSError):
        print(message, file=sys.stderr, flush=True)


def emit(args: argparse.Namespace, data: dict[str, Any], text: str) -> None:
    """The command's result on standard output: the JSON object if --json, else the text."""
    print(json.dumps(data) if args.json else text, flush=True)


def json_integer(value: int) -> int | str:
    """A JSON number, or a string of digits from 2^53 on, where readers that use floats would round it."""
    return value if value < 2**53 else to_text(rational(value))


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A plain aligned table; numbers to the right, text to the left."""
    cells = [[str(c) for c in row] for row in rows]
    widths = [max(len(h), *(len(r[i]) for r in cells)) if cells else len(h) for i, h in enumerate(headers)]
    numeric = [bool(rows) and all(isinstance(row[i], int) for row in rows) for i in range(len(headers))]

    def line(parts: Sequence[str]) -> str:
        aligned = (p.rjust(w) if n else p.ljust(w) for p, w, n in zip(parts, widths, numeric, strict=True))
        return "  ".join(aligned).rstrip()

    return "\n".join([line(headers), line(["-" * w for w in widths]), *(line(r) for r in cells)])


def progress() -> "Progress":
    """A progress bar with counts on standard error, shown on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = _terminal()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=console is None,
    )


def waiting(what: str) -> AbstractContextManager[Any]:
    """A spinner with a message on standard error while work of unknown length goes on, on a terminal only."""
    console = _terminal()
    return nullcontext() if console is None else console.status(what)


def _terminal() -> "Console | None":
    """Standard error if it is a terminal."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console

    return Console(stderr=True)
