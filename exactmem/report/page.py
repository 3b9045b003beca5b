"""The page about a certificate: what is claimed, the checker's verdict, sizes, pictures, how to check it again."""

__all__ = ["TONES", "report_page"]

import hashlib
import shlex
from collections.abc import Callable

from exactmem import html
from exactmem.certificates.checker import Answer
from exactmem.certificates.reader import Document
from exactmem.certificates.words import words
from exactmem.errors import ExactmemError
from exactmem.report.construction import construction_section
from exactmem.report.line import line_section
from exactmem.report.sizes import sizes_section
from exactmem.report.svg import STYLE
from exactmem.report.weights import weights_section
from exactmem.version import __version__

TONES = {"VERIFIED": "good", "REFUTED": "bad"}
"""By the checker's word: the colour of the verdict; any other is open."""


def report_page(name: str, content: bytes, document: Document, answer: Answer) -> str:
    """A self-contained HTML page about the certificate `content`, which `document` holds and `answer` judges.

    A section that cannot be made says why.
    """
    network, data = document.network, document.dataset
    sections = [("What is claimed", _claim(document)), ("The verdict", _verdict(answer))]
    if network is not None and data is not None:
        sections += [
            ("Sizes against bounds", _guarded(lambda: sizes_section(network, data))),
            ("What every unit does", _guarded(lambda: construction_section(network, data))),
            ("The network on a line", _guarded(lambda: line_section(network, data))),
        ]
    if network is not None:
        sections.append(("How long the numbers are", _guarded(lambda: weights_section(network))))
    sections.append(("How to check it again", _again(name, content)))
    body = "\n".join(f"<section>\n<h2>{html.escape(title)}</h2>\n{text}\n</section>" for title, text in sections)
    return html.page(f"Certificate {name}", f"<style>{STYLE}</style>\n<main>\n{body}\n</main>")


def _guarded(section: Callable[[], str]) -> str:
    """The section, or the sentence with which it was refused."""
    try:
        return section()
    except ExactmemError as error:
        return html.element("p", html.escape(f"Not shown: {error}."), class_="faint")


def _claim(document: Document) -> str:
    sentences = [line.strip().partition(": ") for line in words(document)]
    return html.definitions([(label, html.escape(text)) for label, _, text in sentences])


def _verdict(answer: Answer) -> str:
    tone = TONES.get(answer.word, "open")
    return "\n".join(
        [
            html.element("p", html.escape(answer.word), class_=f"verdict {tone}"),
            html.element("p", html.escape(answer.detail)),
            html.element(
                "p",
                f"The word of exactmem {__version__}'s independent checker when this page was made; it computes in "
                "integers and believes nothing that it has not recomputed. The rest of this page is for people.",
            ),
        ]
    )


def _again(name: str, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    commands = [f"exactmem check {shlex.quote(name)}", f"python exactmem/certificates/checker.py {shlex.quote(name)}"]
    return "\n".join(
        [
            "<p>With exactmem, or with its checker alone, which needs nothing but Python, on this very file:</p>",
            html.element("pre", html.element("code", html.escape("\n".join(commands))), tabindex="0"),
            html.definitions(
                [
                    ("file", html.escape(name)),
                    ("bytes", str(len(content))),
                    ("SHA-256", html.element("code", digest)),
                ]
            ),
        ]
    )
