"""exactmem/docs: the pages made from docstrings, and all of them as HTML."""

import html
import re
import subprocess
import sys

import pytest

import exactmem
from exactmem.constructions import theorems
from exactmem.docs import site, theorem_pages
from exactmem.docs.sizes import HEADER, sizes_table
from exactmem.errors import ConstructionError
from tests.support.browser import measured, needs_chromium


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The whole site, written by the command that the documents name."""
    place = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "exactmem.docs", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "begin with index.html" in done.stdout
    return place


@pytest.fixture(scope="module")
def pages(folder):
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


def test_every_theorem_has_a_page_with_all_its_parts(pages):
    for theorem in theorems().values():
        page = pages[f"theorem-{theorem.id}"]
        for kind in theorem.activations:
            assert html.escape(theorem.condition(kind)) in page
        assert all(f"<h2>{part}</h2>" in page for part in ("Condition", "How it works", "Example", "Proof"))
        assert "VERIFIED theorem-" in page
        assert ('src="data:image/svg+xml;base64,' in page) is (theorem.activations != ("square",))
        assert "<em>" not in page


def test_links_and_pictures(pages):
    for text in pages.values():
        targets = {t for t in re.findall(r'(?:href|src)="([^"#]+)', text) if not t.startswith(("data:", "https://"))}
        assert {target.removesuffix(".html") for target in targets} <= set(pages)
        assert "<!--" not in text
        assert re.findall(r"<img (?!src=\"data:)", text) == []
        assert all(alt for alt in re.findall(r'<img [^>]*alt="([^"]*)"', text))


def test_the_table_of_sizes():
    lines = sizes_table().splitlines()
    assert lines[: len(HEADER)] == HEADER
    assert (
        "| [`3.1`](theorem-3.1.md) | hard-tanh | `4*floor(d1/2)*floor(d2/(2*d_y)) >= N` | 26 | 200 | 448 | 2,000 |"
        in lines
    )
    assert {line.count("|") for line in lines} == {8}


def test_stars_and_bars_are_shown_as_they_are():
    assert theorem_pages.plain("a*b | c_d `x*y|z` [e]") == r"a\*b \| c\_d `x*y|z` \[e\]"


def test_an_example_that_fails_is_an_error(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConstructionError, match=r"exactmem build none\.csv --theorem 3\.1 -o x\.json: exit code 2"):
        theorem_pages.printed("build none.csv --theorem 3.1 -o x.json")


def test_headings():
    assert site.title_of("# Theorem `3.1`\n\ntext") == "Theorem 3.1"


@needs_chromium
@pytest.mark.parametrize("name", ["sizes", "theorem-A.3", "format"])
def test_pages_fit_a_telephone(folder, name):
    assert measured(folder / f"{name}.html", 360)[1] == ""


def test_every_function_has_an_entry(pages):
    text = html.unescape(pages["api"])
    assert [name for name in exactmem.__all__ if name != "__version__" and f">{name}</code>" not in text] == []
    assert "build(" in text
