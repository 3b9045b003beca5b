"""What the drawings of a report share: scalable, without scripts, in the colours of the page, light or dark.

A drawing is a picture (SVG) with marks on it. A mark is an HTML radio button in its place and colour whose title is its
words: the pointer's tooltip, its name for screen readers, and what is shown at the page's foot while it has the focus.
One drawing's marks are one stop of the Tab key, with the arrow keys within.
"""

__all__ = ["STYLE", "WIDTH", "Mark", "dot", "drawing", "swatch", "text"]

import zlib
from collections.abc import Sequence
from typing import NamedTuple

from exactmem.html import element, escape

WIDTH = 760
"""Of every drawing, in its own units."""

STYLE = """
:root { --s-low: #b9d6ee; --s-pass: #2b5d8a; --s-high: #f2b98a; --s-edge: #9c1f6b; --s-idle: #c9ccd2; --grid: #8a9099; }
@media (prefers-color-scheme: dark) { :root { --s-low: #274763; --s-pass: #9cc9f0; --s-high: #8a4a18; --s-edge: #f5a5d6;
  --s-idle: #4a4f58; --grid: #7b828d; } }
svg text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: var(--ink); }
svg .faint { fill: var(--faint); }
svg .axis { stroke: var(--grid); stroke-width: 1; }
svg .line { fill: none; stroke: var(--link); stroke-width: 2; } svg .thin { stroke-width: 1; }
.swatch { display: inline-block; width: .9em; height: .9em; border: 1px solid var(--grid); vertical-align: -.1em; }
.key { margin-right: 1.2em; white-space: nowrap; }
.verdict { font: 600 1.25rem/1.3 system-ui, "DejaVu Sans", sans-serif; }
figure svg { min-width: 40rem; }
figure:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.stage { position: relative; min-width: 40rem; } .stage svg { display: block; }
.marks { margin: 0; border: 0; padding: 0; }
.marks legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.marks input { appearance: none; position: absolute; margin: 0; border: 0; border-radius: 0; min-width: 1px;
  min-height: 1px; forced-color-adjust: none; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.low { background: var(--s-low); } .pass { background: var(--s-pass); } .high { background: var(--s-high); }
.edge { background: var(--s-edge); } .idle { background: var(--s-idle); } .bar { background: var(--link); }
.marks .dot { background: var(--ink); border-radius: 50%; }
.marks input:focus { outline: 3px solid var(--ink); box-shadow: 0 0 0 5px var(--paper); }
.marks input:focus::after { content: attr(title); position: fixed; inset: auto 0 0 0; z-index: 1;
  padding: .6rem 1rem; background: var(--paper); color: var(--ink); border-top: 2px solid var(--link);
  font: 1rem/1.4 system-ui, "DejaVu Sans", sans-serif; }
@media print { .marks input:focus::after { display: none; } }
"""
"""Colours of states (low, passed, high, exactly on a breakpoint, unused) and what else the drawings need."""


class Mark(NamedTuple):
    """A part of a drawing that has words of its own: its box in the drawing's units, its kind in STYLE, its words."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    tip: str


def drawing(label: str, height: int, parts: Sequence[str | Mark]) -> str:
    """A figure that the keyboard can scroll, with one picture; `label` says in a sentence what is to be seen.

    `parts` are markup of the picture and marks. No two drawings of a page may have the same label.
    """
    inside = "".join([element("title", escape(label)), *(part for part in parts if isinstance(part, str))])
    picture = element("svg", inside, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=label)
    group = f"m{zlib.crc32(label.encode()):x}"
    marks = "".join(_button(part, group, height) for part in parts if isinstance(part, Mark))
    fields = element("fieldset", element("legend", escape(label)) + marks, class_="marks") if marks else ""
    return element("figure", element("div", picture + fields, class_="stage"), class_="scroll", tabindex="0")


def _button(mark: Mark, group: str, height: int) -> str:
    """A mark as a radio button at its place in a drawing of that height."""
    x, y, right, bottom = mark.x, mark.y, WIDTH - mark.x - mark.width, height - mark.y - mark.height
    place = " ".join(f"{round(100 * part, 2):g}%" for part in (y / height, right / WIDTH, bottom / height, x / WIDTH))
    return f'<input type="radio" name="{group}" class="{mark.kind}" title="{escape(mark.tip)}" style="inset:{place}">'


def dot(x: float, y: float, radius: int, tip: str) -> Mark:
    """A dot around a point."""
    return Mark(x - radius, y - radius, 2 * radius, 2 * radius, "dot", tip)


def text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def swatch(kind: str, words: str) -> str:
    """An entry of a key to colours."""
    colour = f'<span class="swatch" style="background: var(--s-{kind})"></span>'
    return f'<span class="key">{colour} {escape(words)}</span>'
