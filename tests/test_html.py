"""Pages: text is escaped, nothing is fetched, and a real browser shows them whole, narrow and wide, light and dark."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from exactmem import html
from tests.support.browser import measured, needs_chromium, screenshot

HOSTILE = "<script>alert(\"1\")</script> & 'x'"
BODY = (
    html.table(["name", "count"], [["y" * 300, 1], [HOSTILE, 20]])
    + html.definitions([("as printed", html.element("span", html.escape(HOSTILE), class_="bad"))])
    + f"<p>{'w' * 400}</p><pre>{'v' * 400}</pre>"
)


@given(st.text())
def test_text_and_attributes_hold_no_markup(text):
    assert not set(html.escape(text)) & set("<>\"'")
    assert re.fullmatch(r'<a title="[^"<>]*">x</a>', html.element("a", "x", title=text), re.DOTALL)


def test_a_page_is_whole_and_fetches_nothing():
    page = html.page(HOSTILE, BODY)
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<h1>") == page.count("</html>") == 1
    assert "<script" not in page
    assert re.findall(r"(?:src|href|url)\s*[=(]", page) == []
    assert "default-src 'none'" in page


def test_columns_of_integers_stand_to_the_right():
    assert html.table(["a", "b"], [["1", 1]]).count('class="number"') == 2
    assert 'class="number"' not in html.table(["a"], [])


@needs_chromium
@pytest.mark.parametrize("width", [390, 1100])
def test_a_browser_shows_the_page_whole_in_the_light_and_the_dark(tmp_path, width):
    page = tmp_path / "page.html"
    page.write_text(html.page("A page", BODY), encoding="utf-8")
    height, wide = measured(page, width)
    assert wide == ""
    corners = []
    for dark in (False, True):
        screenshot(page, tmp_path / f"{dark}.png", width, dark=dark)
        with Image.open(tmp_path / f"{dark}.png") as picture:
            assert picture.height >= height
            corners.append(sum(picture.convert("RGB").getpixel((3, 3))))
    assert corners[0] > 700
    assert corners[1] < 100


@needs_chromium
def test_what_sticks_out_is_noticed(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(html.page("A page", '<div style="width: 900px">too wide</div>'), encoding="utf-8")
    assert "DIV: too wide" in measured(page, 390)[1]
