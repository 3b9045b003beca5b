"""What the drawings of a report share: scalable, without scripts, in the colours of the page, light or dark."""

__all__ = ["STYLE", "WIDTH", "Mark", "dot", "drawing", "rectangle", "swatch", "text"]

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
svg .low { fill: var(--s-low); } svg .pass { fill: var(--s-pass); } svg .high { fill: var(--s-high); }
svg .edge { fill: var(--s-edge); } svg .idle { fill: var(--s-idle); }
svg .line { fill: none; stroke: var(--link); stroke-width: 2; } svg .thin { stroke-width: 1; }
svg .bar { fill: var(--link); }
svg circle { fill: var(--ink); }
.swatch { display: inline-block; width: .9em; height: .9em; border: 1px solid var(--grid); vertical-align: -.1em; }
.key { margin-right: 1.2em; white-space: nowrap; }
.verdict { font: 600 1.25rem/1.3 system-ui, "DejaVu Sans", sans-serif; }
figure svg { min-width: 40rem; }
figure:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.stage { position: relative; min-width: 40rem; } .stage svg { display: block; }
.tips { position: absolute; inset: 0; margin: 0; border: 0; padding: 0; pointer-events: none; }
.tips legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.tips input { appearance: none; position: absolute; margin: 0; }
.tips input:focus { outline: 3px solid var(--ink); box-shadow: 0 0 0 5px var(--paper); }
.tips input:focus::after { content: attr(aria-label); position: fixed; inset: auto 0 0 0; z-index: 1;
  padding: .6rem 1rem; background: var(--paper); color: var(--ink); border-top: 2px solid var(--link);
  font: 1rem/1.4 system-ui, "DejaVu Sans", sans-serif; }
@media print { .tips { display: none; } }
"""
"""Colours of states (low, passed, high, exactly on a breakpoint, unused) and what else the drawings need."""


class Mark(NamedTuple):
    """A part of a drawing that has a tooltip: its markup, its box in the drawing's units, and its words."""

    markup: str
    x: float
    y: float
    width: float
    height: float
    tip: str


def drawing(label: str, height: int, parts: Sequence[str | Mark]) -> str:
    """A figure that the keyboard can scroll, with one picture; `label` says in a sentence what is to be seen.

    Tooltips are the pointer's. For the keyboard and for screen readers the marks are a group of radio buttons, unseen
    and in their places: one stop of the Tab key, arrow keys within, the words of the one in focus at the page's foot.
    """
    inside = "".join([element("title", escape(label)), *(p.markup if isinstance(p, Mark) else p for p in parts)])
    picture = element("svg", inside, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=label)
    marks = [part for part in parts if isinstance(part, Mark)]
    stage = element("div", picture + (_tips(label, height, marks) if marks else ""), class_="stage")
    return element("figure", stage, class_="scroll", tabindex="0")


def _tips(label: str, height: int, marks: Sequence[Mark]) -> str:
    """The marks as radio buttons at their places."""
    buttons = "".join(
        f'<input type="radio" name="{escape(label)}" aria-label="{escape(m.tip)}" style="left:{100 * m.x / WIDTH:.2f}%;'
        f'top:{100 * m.y / height:.2f}%;width:{100 * m.width / WIDTH:.2f}%;height:{100 * m.height / height:.2f}%">'
        for m in marks
    )
    return element("fieldset", element("legend", escape(label)) + buttons, class_="tips")


def rectangle(x: float, y: float, width: float, height: float, kind: str, tip: str) -> Mark:
    """A rectangle of one of the kinds of STYLE."""
    place = f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
    return Mark(f'<rect {place} class="{kind}"><title>{escape(tip)}</title></rect>', x, y, width, height, tip)


def dot(x: float, y: float, radius: int, tip: str) -> Mark:
    """A dot around a point."""
    markup = f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}"><title>{escape(tip)}</title></circle>'
    return Mark(markup, x - radius, y - radius, 2 * radius, 2 * radius, tip)


def text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def swatch(kind: str, words: str) -> str:
    """An entry of a key to colours."""
    colour = f'<span class="swatch" style="background: var(--s-{kind})"></span>'
    return f'<span class="key">{colour} {escape(words)}</span>'
