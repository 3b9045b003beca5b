"""The report as Markdown, in the common part of its dialects."""

__all__ = ["escape", "render"]

import re
from collections.abc import Sequence

from exactmem.ledger.errata_blocks import PRINTED, Block, Code, Entry, Heading, Inline, Link, Mark, Table, anchor


def render(title: str, blocks: Sequence[Block]) -> str:
    """The whole text."""
    return "\n\n".join([f"# {escape(title)}", *map(_block, blocks)]) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {escape(block.text)}"
    if isinstance(block, Table):
        lines = [
            block.headers,
            ["---"] * len(block.headers),
            *([escape(str(cell)) for cell in row] for row in block.rows),
        ]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    if isinstance(block, Entry):
        return _entry(block)
    return _inline(block.parts)


def _entry(entry: Entry) -> str:
    place = f"{escape(entry.place)} " if entry.place != entry.name else ""
    lines = [f'#### <a id="{anchor(entry.kind, entry.name)}"></a>{place}{_piece(Code(entry.name))}', ""]
    for label, parts in entry.pairs:
        text = _inline(parts)
        lines += [f"- {label}:", "", f"  > {text}", ""] if label == PRINTED else [f"- {label}: {text}"]
    return "\n".join(lines)


def _inline(parts: Sequence[Inline]) -> str:
    return "".join(map(_piece, parts))


def _piece(part: Inline) -> str:
    if isinstance(part, Code):
        # A name may hold backticks, but hardly two in a row.
        return f"`{part.text}`" if "`" not in part.text else f"`` {part.text} ``"
    if isinstance(part, Link):
        return f"[{_piece(Code(part.name))}](#{anchor(part.kind, part.name)})"
    if isinstance(part, Mark):
        return f"**{escape(part.text)}**"
    return escape(part)


def escape(text: str) -> str:
    """Plain text as Markdown: no character of it is taken for a mark."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$&!])", r"\\\1", re.sub(r"\s+", " ", text))
