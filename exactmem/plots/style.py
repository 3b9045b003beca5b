"""What the figures share: loading matplotlib, colours, and files that are the same on every run."""

import importlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from exactmem.errors import UsageError
from exactmem.extras import package
from exactmem.files import STANDARD, check_writable, write_whole
from exactmem.rationals import Rational

LINE, SAMPLE, MISS, FAINT, TEXT = "#1f4e79", "#e07b00", "#c00000", "#c9ced6", "#222222"
LOW, LOW_EDGE, PASS, HIGH_EDGE, HIGH = "#cfe3f3", "#3d86c6", "#222222", "#d9601a", "#fbdcc0"

FORMATS = {".svg": "svg", ".png": "png"}

SETTINGS = {
    "svg.hashsalt": "exactmem",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": TEXT,
    "axes.edgecolor": "#8a9099",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": "#555b63",
    "ytick.color": "#555b63",
    "legend.frameon": False,
    "savefig.facecolor": "white",
}


def matplotlib() -> Any:
    """The matplotlib module; UsageError saying how to install it when it is missing."""
    module = package("matplotlib", "figures")
    importlib.import_module("matplotlib.figure")
    return module


def figure_format(path: str | Path, option: str = "-o") -> str:
    """`svg` or `png`, from the file's name, `svg` for standard output; UsageError for any other ending."""
    suffix = Path(path).suffix.lower() if path != STANDARD else ".svg"
    if suffix not in FORMATS:
        raise UsageError(f"{path}: a figure is written as .svg or .png; choose such a name with {option}")
    return FORMATS[suffix]


@contextmanager
def drawing(path: str | Path, width: int | Rational, height: int | Rational, option: str = "-o") -> Iterator[Any]:
    """A new figure of that size in inches to draw on; it is written to `path`, whole, when the block ends.

    The same drawing gives the same bytes; `option` names the file on the command line. Raises UsageError for a name
    that is no .svg or .png, or without matplotlib, and OutputError where the file cannot be written.
    """
    form = figure_format(path, option)
    check_writable(path, option=option)
    module = matplotlib()
    metadata = {"Date": None, "Creator": "exactmem"} if form == "svg" else {"Software": "exactmem"}
    with module.rc_context(SETTINGS), warnings.catch_warnings():
        # What matplotlib warns of (letters its font lacks, marks off the paper) is no news for the command line.
        warnings.simplefilter("ignore")
        figure = module.figure.Figure(figsize=(ink(width), ink(height)), layout="constrained")
        yield figure
        stream = io.BytesIO()
        figure.savefig(stream, format=form, dpi=150, metadata=metadata)
    write_whole(path, stream.getvalue(), option)


def ink(value: Any) -> Any:
    """The nearest float of an exact number: where a mark goes on paper, never what is decided."""
    if isinstance(value, int):
        return value
    numerator, denominator = int(value.numer()), int(value.denom())
    # Beyond the range of floats a mark is off the paper anyway.
    size = abs(numerator) // denominator
    return numerator / denominator if size < 10**30 else (10**30 if numerator > 0 else -(10**30))


def heading(figure: Any, title: str, subtitle: str) -> None:
    """A bold title with a plain second line, left-aligned; the title shrinks to the figure's width."""
    # About 121 / size bold characters fit into an inch.
    size = max(6, min(11, int(121 * figure.get_figwidth()) // max(1, len(title))))
    figure.suptitle(f"{title}\n", x=0.01, ha="left", fontsize=size, fontweight="bold", parse_math=False)
    figure.text(0.01, 1, f"\n{subtitle}", ha="left", va="top", fontsize=9, color="#555b63", linespacing=1.7)
