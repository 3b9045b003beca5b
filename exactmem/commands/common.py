"""What the commands share: parsers, options, output."""

__all__ = [
    "OUTPUTS",
    "QUESTION",
    "WIDTH",
    "Run",
    "Subparsers",
    "add_data_options",
    "add_parser",
    "add_worker_options",
    "checked",
    "data_path",
    "emit",
    "integer",
    "json_integer",
    "load_data",
    "name_of",
    "named_data",
    "outputs",
    "paragraph",
    "parse_integers",
    "parse_rational",
    "parse_rationals",
    "phases",
    "progress",
    "question_of",
    "say",
    "split",
    "table",
    "waiting",
    "workers_for",
]

import argparse
import itertools
import json
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exactmem.commands import COMMANDS
from exactmem.datasets import Dataset
from exactmem.errors import DatasetError, DrawError, ExactmemError, KinkError, ProjectionError, UsageError, quoted
from exactmem.files import STANDARD
from exactmem.rationals import Rational, parse, rational, to_text
from exactmem.workers import MAX_JOBS, executor

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from exactmem.certificates.version_2 import Question

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
    parser.set_defaults(run=checked(run))
    return parser


def add_data_options(parser: argparse.ArgumentParser, *, required: bool = True, option: bool = False) -> None:
    """DATA and the options that say how to read it; without `required`, args.data may be None.

    With `option` it is `--data DATA`, for commands whose first argument is another file.
    """
    about = "CSV, JSON, .npy, .npz or .question; - for standard input; or the shipped iris, iris_numeric"
    if option:
        parser.add_argument("--data", metavar="DATA", required=required, help=about)
    else:
        parser.add_argument("data", metavar="DATA", nargs=None if required else "?", help=about)
    parser.add_argument(
        "--labels", metavar="COL[,COL...]", help="label columns (default: the last); COL=VALUE is 1 where equal, else 0"
    )
    parser.add_argument("--inputs", metavar="COL[,COL...]", help="input columns (default: all that are no labels)")
    parser.add_argument("--classify", action="store_true", help="turn the label column into one-hot labels")
    parser.add_argument("--format", choices=("csv", "json", "npy", "npz"), help="of DATA (default: by its name)")
    parser.add_argument(
        "--floats", choices=("refuse", "exact"), default="refuse", help="exact: take floats for their binary values"
    )


def add_worker_options(parser: argparse.ArgumentParser, what: str) -> None:
    """--jobs and --dask; `what` says what they do: "processes that ...", "the workers of a Dask cluster ..."."""
    parser.add_argument(
        "--jobs", metavar="N", default="1", help=f"processes that {what}, at most one per processor (default: 1)"
    )
    parser.add_argument(
        "--dask", metavar="ADDRESS", help=f"workers of this Dask scheduler that {what} (extra dask), such as tcp://..."
    )


def workers_for(args: argparse.Namespace) -> AbstractContextManager[Executor | None]:
    """The executor that --jobs or --dask names."""
    jobs = integer(args.jobs, "--jobs", 1, MAX_JOBS)
    if args.dask is not None and jobs > 1:
        raise UsageError("--jobs starts processes here, --dask asks workers elsewhere: give one of them")
    return executor(jobs, args.dask)


def load_data(args: argparse.Namespace) -> Dataset:
    """The dataset that the data options describe, with a message about merged samples."""
    from exactmem.readers import read_dataset

    if Path(args.data).suffix == QUESTION:
        return question_of(args).samples().dataset()
    dataset = read_dataset(
        data_path(args.data),
        labels=split(args.labels),
        inputs=split(args.inputs),
        classify=args.classify,
        floats=args.floats,
        format=args.format,
    )
    if dataset.merged:
        kept, dropped = dataset.merged[0]
        say(f"merged {len(dataset.merged)} equal sample(s), the first: {dropped} into {kept}")
    return dataset


@contextmanager
def named_data(args: argparse.Namespace) -> Iterator[None]:
    """Errors about the data name their file."""
    try:
        yield
    except (DatasetError, DrawError, KinkError, ProjectionError) as error:
        raise type(error)(f"{args.data}: {error}", witness=error.witness) from error


QUESTION = ".question"
"""The ending by which a data file is known to be a question of version 2."""


def question_of(args: argparse.Namespace) -> "Question":
    """The question that DATA is; UsageError for options that say how to read other data."""
    from exactmem.certificates.version_2 import read_question

    given = [name for name in ("labels", "inputs", "classify", "format") if getattr(args, name)]
    if given:
        raise UsageError(f"{args.data}: a question says itself what its data are: leave out --{given[0]}")
    return read_question(args.data)


def data_path(name: str) -> Path:
    """The path of a data file, or of a shipped data set given by its bare name."""
    path = Path(name)
    shipped = Path(str(files("exactmem") / "data" / f"{name}.csv"))
    if not path.exists() and "/" not in name and shipped.exists():
        return shipped
    return path


def name_of(path: str) -> str:
    """What a certificate or a page calls a file that was read: its name without the folder."""
    return "standard input" if path == STANDARD else Path(path).name


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
    """The command's result on standard output: the JSON object if --json, else the text.

    The text goes to standard error where a file that the command writes goes to standard output.
    """
    if STANDARD in outputs(args):
        say(text)
    else:
        print(json.dumps(data) if args.json else text, flush=True)


OUTPUTS = ("output", "network_output", "limit_output", "plot", "graph", "save", "report")
"""The names under which the commands keep the files that they write."""


def outputs(args: argparse.Namespace) -> list[str]:
    """The files that the arguments ask for."""
    return [value for name in OUTPUTS if isinstance(value := getattr(args, name, None), str)]


def checked(run: Run) -> Run:
    """The command, refused where two results are to go to standard output."""

    def run_checked(args: argparse.Namespace) -> int:
        if outputs(args).count(STANDARD) + args.json > 1:
            raise UsageError("standard output holds one result: name a file instead of -, or leave out --json")
        return run(args)

    return run_checked


def json_integer(value: int) -> int | str:
    """A JSON number, or a string of digits from 2^53 on, where readers that use floats would round it."""
    return value if value < 2**53 else to_text(rational(value))


WIDTH = 80
"""Columns of text that tables and paragraphs fill at most."""


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A plain aligned table; integers to the right, text to the left.

    Text is folded between words where the table would be wider than WIDTH; where that is not enough, every row becomes
    a block with a line per cell.
    """
    cells = [list(headers), *([str(c) for c in row] for row in rows)]
    columns = range(len(headers))
    numeric = [bool(rows) and all(isinstance(row[i], int) for row in rows) for i in columns]
    widths = [max(len(row[i]) for row in cells) for i in columns]
    least = [max(len(word) for row in cells for word in row[i].split() or [""]) for i in columns]
    if rows and sum(least) + 2 * (len(least) - 1) > WIDTH:
        blocks = (zip(headers, row, strict=True) for row in cells[1:])
        return "\n\n".join("\n".join(paragraph(f"{h}: {c}", "  ") for h, c in block if c) for block in blocks)
    while sum(widths) + 2 * (len(widths) - 1) > WIDTH and widths != least:
        widths[max((i for i in columns if widths[i] > least[i]), key=lambda i: widths[i])] -= 1

    def lines(row: list[str]) -> Iterator[str]:
        folded = [textwrap.wrap(c, max(w, 1), break_on_hyphens=False) for c, w in zip(row, widths, strict=True)]
        for parts in itertools.zip_longest(*folded, fillvalue=""):
            aligned = (p.rjust(w) if n else p.ljust(w) for p, w, n in zip(parts, widths, numeric, strict=True))
            yield "  ".join(aligned).rstrip()

    head, *body = ("\n".join(lines(row)) for row in cells)
    return "\n".join([head, "  ".join("-" * w for w in widths), *body])


def paragraph(text: str, indent: str = "") -> str:
    """The text in lines of at most WIDTH columns, each but the first after the indent."""
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def progress() -> "Progress":
    """A progress bar with counts on standard error, shown on a terminal only.

    What is printed meanwhile goes above the bar where both are on a terminal, else to standard output as always.
    """
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
        redirect_stdout=sys.stdout.isatty(),
    )


@contextmanager
def phases(first: str) -> Iterator[Callable[[str], None]]:
    """A spinner on standard error that names what is being done, on a terminal only; calling the value renames it."""
    console = _terminal()
    if console is None:
        yield lambda phase: None
    else:
        with console.status(first) as status:
            yield status.update


def waiting(what: str) -> AbstractContextManager[Any]:
    """A spinner with a message on standard error while work of unknown length goes on, on a terminal only."""
    return phases(what)


def _terminal() -> "Console | None":
    """Standard error if it is a terminal."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console

    return Console(stderr=True)
