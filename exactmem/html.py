"""Self-contained HTML pages: one file, no scripts, nothing fetched; for the screen, light and dark, and for paper."""

__all__ = ["CONTENT_POLICY", "STYLE", "definitions", "element", "escape", "page", "table"]

import html
from collections.abc import Sequence

STYLE = """
:root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1d1f23; --faint: #5d636e; --line: #d5d7db;
  --shade: #f0f1ef; --link: #1b57a5; --good: #17693a; --bad: #a62121; --open: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181c; --ink: #e4e5e7; --faint: #a2a8b3; --line: #3b3f47;
  --shade: #212429; --link: #8fb9f2; --good: #79d09b; --bad: #f19090; --open: #e5b566; } }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body { font: 1rem/1.5 Georgia, "DejaVu Serif", serif; max-width: 50rem; margin: 0 auto; padding: 1.5rem 1rem 4rem;
  overflow-wrap: anywhere; }
h1, h2, h3, h4, th, nav, .label { font-family: system-ui, "DejaVu Sans", sans-serif; line-height: 1.25; }
h1 { font-size: 1.7rem; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .8rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
h4 code, a code { display: inline-block; }
nav ul { list-style: none; padding: 0; line-height: 1.7; }
a { color: var(--link); }
code, pre { font: .88em/1.45 "DejaVu Sans Mono", Menlo, Consolas, monospace; }
code { background: var(--shade); padding: .05em .25em; border-radius: 3px; }
pre { background: var(--shade); padding: .7rem .9rem; border-radius: 4px; white-space: pre-wrap; }
pre code { background: none; padding: 0; }
blockquote { margin: .5rem 0; padding: .1rem 0 .1rem .9rem; border-left: 3px solid var(--line); }
dd blockquote { margin: .15rem 0; }
figure { margin: 1rem 0; }
figure svg, img { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; margin: 1rem 0; }
.scroll table { overflow-wrap: normal; }
table { border-collapse: collapse; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: 9.5rem 1fr; gap: .25rem .8rem; margin: .5rem 0 1rem; }
dt { color: var(--faint); font-family: system-ui, "DejaVu Sans", sans-serif; font-size: .86rem; line-height: 1.75; }
dd { margin: 0; min-width: 0; }
.label { font-size: .8rem; font-weight: 600; letter-spacing: .02em; color: var(--faint); white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); } .faint { color: var(--faint); }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --faint: #444; --line: #999; --shade: #f4f4f4;
    --link: #000; --good: #000; --bad: #000; --open: #000; }
  html { font-size: 10.5pt; } body { max-width: none; padding: 0; } .scroll { overflow: visible; }
  h2, h3, h4, h2 + p { break-after: avoid; } article, tr, figure, blockquote { break-inside: avoid; } }
"""
"""Everything that the pages look like; what they are marked with stands in the functions below."""

CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What a page may load: nothing but its own style and pictures written out in it."""


def page(title: str, body: str) -> str:
    """A whole HTML document whose heading is the title (plain text) above `body`, which is HTML."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_POLICY}">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            f"<h1>{escape(title)}</h1>",
            body,
            "</body>",
            "</html>",
            "",
        ]
    )


def escape(text: object) -> str:
    """Plain text as HTML, fit for the content of an element and for the value of an attribute."""
    return html.escape(str(text))


def element(name: str, content: str = "", **attributes: str) -> str:
    """One element around HTML; an attribute's value is plain text, `class_` and `aria_label` are the names in HTML."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>"


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table of plain texts that scrolls sideways where it is too wide; columns of integers stand to the right."""
    numeric = [bool(rows) and all(isinstance(row[i], int) for row in rows) for i in range(len(headers))]

    def line(cell: str, values: Sequence[object]) -> str:
        cells = zip(values, numeric, strict=True)
        return (
            "<tr>"
            + "".join(element(cell, escape(v), **({"class_": "number"} if n else {})) for v, n in cells)
            + "</tr>"
        )

    head, body = line("th", headers), "\n".join(line("td", row) for row in rows)
    content = f"<table>\n<thead>{head}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    return element("div", content, class_="scroll", tabindex="0", role="region", aria_label="Table")


def definitions(pairs: Sequence[tuple[str, str]]) -> str:
    """A list of labels (plain text) with what they stand for (HTML); side by side where there is room."""
    return "<dl>\n" + "\n".join(f"<dt>{escape(label)}</dt><dd>{content}</dd>" for label, content in pairs) + "\n</dl>"
