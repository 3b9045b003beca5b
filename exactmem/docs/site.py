"""All documents as self-contained HTML pages in a folder."""

__all__ = ["HERE", "ORDER", "SCROLLING", "Page", "navigation", "pages", "title_of", "to_html", "write_site"]

import base64
import contextlib
import re
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from exactmem import html
from exactmem.constructions import theorems
from exactmem.docs.api import api_page
from exactmem.docs.sizes import sizes_table
from exactmem.docs.theorem_pages import printed, theorem_page
from exactmem.errors import OutputError
from exactmem.extras import package
from exactmem.files import write_whole
from exactmem.ledger.discovery import ledger
from exactmem.size_bounds.calculator import reading_order

HERE = Path(str(files("exactmem") / "docs"))
ORDER = (
    "index",
    "tutorial",
    "commands",
    "certify-your-own-network",
    "when-two-verifiers-disagree",
    "floats",
    "scale",
    "speed",
    "sizes",
    "notation",
    "in-python",
    "api",
    "tangent",
    "what-is-proved",
    "read-statements-in-ten-minutes",
)
"""The pages in the order of the navigation; the theorems follow, then the proofs and the format of certificates."""


SCROLLING = '<div class="scroll" tabindex="0" role="region" aria-label="Table">'
"""What holds a table that may be wider than the page, so that the keyboard can scroll it too."""


class Page(NamedTuple):
    """A page in Markdown; `folder` is where its pictures are."""

    name: str
    text: str
    folder: Path = HERE


def pages(folder: Path) -> list[Page]:
    """Every page in order; examples are run in `folder`, which gets the example files."""
    with contextlib.chdir(folder):
        printed("examples .")
    rows = ledger()
    made = {
        "sizes": (HERE / "sizes.md").read_text(encoding="utf-8").replace("<!-- sizes -->", sizes_table()),
        "api": api_page(),
    }
    written = [Page(name, made.get(name) or (HERE / f"{name}.md").read_text(encoding="utf-8")) for name in ORDER]
    about = [
        Page(f"theorem-{t.id}", theorem_page(t, [row for row in rows if row.theorem == t.id], folder), folder)
        for t in reading_order(theorems().values())
    ]
    rest = {"proofs": HERE.parent / "proofs" / "README.md", "format": HERE.parent / "certificates" / "FORMAT.md"}
    return [*written, *about, *(Page(name, path.read_text(encoding="utf-8")) for name, path in rest.items())]


def write_site(folder: Path) -> list[Path]:
    """The files written to `folder`, one HTML page per document, made if it does not exist.

    OutputError where it cannot be made, UsageError without markdown-it-py, ConstructionError for an example that fails.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made: {error.strerror or error}; name another folder") from error
    with tempfile.TemporaryDirectory() as name:
        everything = pages(Path(name))
        menu = navigation(everything)
        written = []
        for page in everything:
            path = folder / f"{page.name}.html"
            write_whole(path, to_html(page, menu).encode("utf-8"))
            written.append(path)
    return written


def title_of(text: str) -> str:
    """The heading of a page, as plain text."""
    return text.partition("\n")[0].removeprefix("# ").replace("`", "")


def navigation(everything: list[Page]) -> str:
    """Links to all pages, those about theorems in a list of their own."""
    links = {
        page.name: html.element("a", html.escape(title_of(page.text)), href=f"{page.name}.html") for page in everything
    }
    theorem_links = [link for name, link in links.items() if name.startswith("theorem-")]
    others = [link for name, link in links.items() if not name.startswith("theorem-")]
    folded = f"<details><summary>Theorems</summary>{' &middot; '.join(theorem_links)}</details>"
    return html.element("nav", f"<p>{' &middot; '.join(others)}</p>{folded}", aria_label="Pages")


def to_html(page: Page, menu: str) -> str:
    """A page as a whole HTML document: links lead to the other pages, pictures are written out in it."""
    markdown = (
        package("markdown_it", "documents", "markdown-it-py").MarkdownIt("commonmark", {"html": False}).enable("table")
    )
    title, _, text = page.text.partition("\n")
    body = markdown.render(_without_comments(text))
    body = re.sub(r'<a href="((?!https?:|#)[^"]+)">(.*?)</a>', _linked, body, flags=re.DOTALL)
    body = re.sub(r'<img src="([^"]+\.svg)"', lambda match: f'<img src="{_picture(page.folder / match[1])}"', body)
    body = body.replace("<table>", f"{SCROLLING}<table>").replace("</table>", "</table></div>")
    return html.page(title_of(title), f"{menu}\n<main>\n{body}</main>")


def _without_comments(text: str) -> str:
    return re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)


def _linked(match: "re.Match[str]") -> str:
    """A link to another document as a link to its page, one to any other file of the repository as its text alone."""
    target, _, place = match[1].partition("#")
    name = {"../certificates/FORMAT.md": "format", "../proofs/README.md": "proofs"}.get(target)
    if name is None:
        if "/" in target or not target.endswith(".md"):
            return match[2]
        name = target.removesuffix(".md")
    return f'<a href="{name}.html{"#" * bool(place)}{place}">{match[2]}</a>'


def _picture(path: Path) -> str:
    """An SVG file as a data URI."""
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
