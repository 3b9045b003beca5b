"""The report as one self-contained HTML page."""

__all__ = ["COLOURS", "render"]

from collections.abc import Sequence

from exactmem import html
from exactmem.ledger.errata_blocks import PRINTED, Block, Code, Entry, Heading, Inline, Link, Mark, Table, anchor

COLOURS = {"PROVED": "good", "CHECKED": "good", "REFUTED": "bad"}
"""The style of a verdict; all others are open."""


def render(title: str, blocks: Sequence[Block]) -> str:
    """The whole page."""
    contents = "".join(
        html.element("li", html.element("a", html.escape(block.text), href=f"#{anchor('part', block.text)}"))
        for block in blocks
        if isinstance(block, Heading) and block.level == 2
    )
    first = next((place for place, block in enumerate(blocks) if isinstance(block, Heading)), len(blocks))
    body = [_block(block) for block in blocks]
    return html.page(title, "\n".join([*body[:first], html.element("nav", f"<ul>{contents}</ul>"), *body[first:]]))


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        name = {"id": anchor("part", block.text)} if block.level == 2 else {}
        return html.element(f"h{block.level}", html.escape(block.text), **name)
    if isinstance(block, Table):
        return html.table(block.headers, block.rows)
    if isinstance(block, Entry):
        return _entry(block)
    return html.element("p", _inline(block.parts))


def _entry(entry: Entry) -> str:
    name = html.element("code", html.escape(entry.name))
    heading = f"{html.escape(entry.place)} {name}" if entry.place != entry.name else name
    pairs = [(label, _value(label, parts)) for label, parts in entry.pairs]
    content = html.element("h4", heading) + html.definitions(pairs)
    return html.element("article", content, id=anchor(entry.kind, entry.name))


def _value(label: str, parts: Sequence[Inline]) -> str:
    return html.element("blockquote", _inline(parts)) if label == PRINTED else _inline(parts)


def _inline(parts: Sequence[Inline]) -> str:
    return "".join(map(_piece, parts))


def _piece(part: Inline) -> str:
    if isinstance(part, Code):
        return html.element("code", html.escape(part.text))
    if isinstance(part, Link):
        return html.element("a", html.element("code", html.escape(part.name)), href=f"#{anchor(part.kind, part.name)}")
    if isinstance(part, Mark):
        return html.element("strong", html.escape(part.text), class_=COLOURS.get(part.verdict, "open"))
    return html.escape(part)
