"""How results show themselves: one line at a prompt, a table as HTML or LaTeX in a notebook."""

__all__ = [
    "SHOWN_ROWS",
    "SHOWN_TEXT",
    "Shown",
    "Table",
    "amount",
    "latex_array",
    "latex_matrix",
    "latex_number",
    "latex_text",
]

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exactmem.errors import printable
from exactmem.rationals import Rational, rational, shorten

SHOWN_ROWS = 12
"""Most rows of a table that a notebook shows."""

SHOWN_TEXT = 400
"""Most characters of a cell that a notebook shows."""


def amount(count: int, noun: str) -> str:
    """The count with its noun, which is in the plural unless it is one: 1 unit, 2 boxes."""
    ending = "" if count == 1 else "es" if noun.endswith("x") else "s"
    return f"{count} {noun}{ending}"


@dataclass(frozen=True)
class Table:
    """A title with rows of cells below headers (none: no line of headers); `total` counts rows left out as well."""

    title: str
    rows: Sequence[Sequence[Any]]
    headers: Sequence[str] = ()
    total: int | None = None

    def first(self) -> list[Sequence[Any]]:
        """The first rows, and a row that counts the others."""
        total = len(self.rows) if self.total is None else self.total
        shown = list(self.rows[:SHOWN_ROWS])
        return shown if total <= SHOWN_ROWS else [*shown, [f"... {total - SHOWN_ROWS} more"]]


class Shown:
    """A result with a one-line `repr` and tables for notebooks, all from its `table`."""

    def table(self) -> Table:
        """What is shown of the result."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{self.table().title}>"

    def _repr_html_(self) -> str:
        """The table for a notebook; all text is escaped."""
        table = self.table()
        lines = [f"<table><caption>{html.escape(table.title)}</caption>"]
        if table.headers:
            lines.append(f"<thead><tr>{_cells(table.headers, 'th')}</tr></thead>")
        lines += ["<tbody>", *(f"<tr>{_cells(row, 'td')}</tr>" for row in table.first()), "</tbody></table>"]
        return "\n".join(lines)

    def _repr_latex_(self) -> str:
        """The same as LaTeX."""
        table = self.table()
        width = max([len(table.headers), *map(len, table.rows)], default=1)
        rows = [[rf"\text{{{latex_text(str(cell))}}}" for cell in row] for row in table.first()]
        headers = [[rf"\textbf{{{latex_text(name)}}}" for name in table.headers]] if table.headers else []
        title = rf"\text{{{latex_text(table.title)}}}"
        return latex_array([[title]], 1) if not rows else rf"${title}$" + "\n\n" + latex_array([*headers, *rows], width)


def _cells(row: Sequence[Any], tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(printable(str(cell), SHOWN_TEXT))}</{tag}>" for cell in row)


def latex_array(rows: Sequence[Sequence[str]], width: int) -> str:
    """An array of cells in LaTeX's mathematics, columns to the left."""
    body = " \\\\\n".join(" & ".join(row) for row in rows)
    return f"$\\begin{{array}}{{{'l' * width}}}\n{body}\n\\end{{array}}$"


_LATEX = str.maketrans({c: f"\\{c}" for c in "#$%&_{}"} | {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}"})


def latex_text(text: str) -> str:
    """Text as it is written inside \\text, on one line and abbreviated."""
    return printable(text, SHOWN_TEXT).translate(_LATEX)


def latex_number(value: Rational) -> str:
    """A number, abbreviated where it is long."""
    text = shorten(rational(value))
    if "bits" in text:
        return rf"\text{{{text}}}"
    numerator, slash, denominator = text.removeprefix("-").partition("/")
    sign = "-" if text.startswith("-") else ""
    return rf"{sign}\tfrac{{{numerator}}}{{{denominator}}}" if slash else sign + numerator


def latex_matrix(rows: Sequence[Sequence[Rational]]) -> str:
    """A matrix of numbers."""
    body = r" \\ ".join(" & ".join(latex_number(v) for v in row) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"
