"""What the drawings of a report share: scalable, without scripts, in the colours of the page, light or dark."""

__all__ = ["STYLE", "WIDTH", "drawing", "rectangle", "swatch", "text"]

from collections.abc import Sequence

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
"""
"""Colours of states (low, passed, high, exactly on a breakpoint, unused) and what else the drawings need."""


def drawing(label: str, height: int, parts: Sequence[str], style: str = "") -> str:
    """A figure that the keyboard can scroll, with one picture; `label` says in a sentence what is to be seen."""
    inside = "".join([element("title", escape(label)), *([element("style", style)] if style else []), *parts])
    picture = element("svg", inside, viewBox=f"0 0 {WIDTH} {height}", role="img", aria_label=label)
    return element("figure", picture, class_="scroll", tabindex="0")


def rectangle(x: float, y: float, width: float, height: float, kind: str, tip: str) -> str:
    """A rectangle of one of the kinds of STYLE with its tooltip."""
    place = f'x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}"'
    return f'<rect {place} class="{kind}"><title>{escape(tip)}</title></rect>'


def text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    """Words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'


def swatch(kind: str, words: str) -> str:
    """An entry of a key to colours."""
    colour = f'<span class="swatch" style="background: var(--s-{kind})"></span>'
    return f'<span class="key">{colour} {escape(words)}</span>'
