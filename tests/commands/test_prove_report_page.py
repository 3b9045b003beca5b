"""The errata page as a person sees it: real claims in a real browser, narrow and wide, light and dark."""

import pytest
from PIL import Image

from tests.support.browser import measured, needs_chromium, screenshot


@needs_chromium
@pytest.mark.parametrize("width", [390, 1100])
def test_nothing_sticks_out_and_the_ink_is_seen(run, tmp_path, width):
    page = tmp_path / "errata.html"
    assert run("prove", "survey", "3.3", "--report", page)[0] == 0
    height, wide = measured(page, width)
    assert wide == ""
    assert height > 5000
    for dark in (False, True):
        screenshot(page, tmp_path / "page.png", width, dark=dark, height=3000)
        with Image.open(tmp_path / "page.png") as picture:
            colours = picture.convert("L").crop((0, 0, width, 3000)).getcolors()
        paper = max(colours)[1]
        assert (paper < 60) is dark
        shades = [shade for _, shade in colours]
        assert max(shades) - min(shades) > 150
