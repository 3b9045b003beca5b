"""A real browser for pages that people read: headless Chromium, as installed by Debian's package `chromium`.

A page is shown in a frame of the width asked for, since Chromium's own window has a least width above a phone's.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
REQUIRED = os.environ.get("EXACTMEM_REQUIRE_CHROMIUM") == "1"
"""Set where a missing browser is a failure and no reason to skip: in `.ci/run`."""

needs_chromium = pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="no Chromium is installed")
"""For tests that look at a page; where `REQUIRED`, they fail without a browser."""

FRAME = """<!DOCTYPE html><html><head><meta charset="utf-8">
<style>body {{ margin: 0 }} iframe {{ border: 0 }}</style></head>
<body><iframe src="{page}" width="{width}" height="{height}"></iframe>{script}</body></html>"""
MEASURE = """<script>addEventListener("load", () => {{
  const root = document.querySelector("iframe").contentDocument.documentElement;
  const outside = e => e.getBoundingClientRect().right > {width} + 1 && !e.closest(".scroll");
  const wide = [...root.querySelectorAll("body *")].filter(outside);
  document.body.dataset.wide = wide.map(e => e.tagName + ": " + e.textContent.slice(0, 40)).join(" | ");
  document.body.dataset.height = root.scrollHeight;
}});</script>"""


def screenshot(page: Path, picture: Path, width: int, *, dark: bool = False, height: int = 0) -> None:
    """A PNG of the page, `width` pixels wide and as high as the page is, or `height`."""
    height = height or min(measured(page, width)[0], 16000)
    frame = _framed(page, picture.with_suffix(".frame.html"), width, height, "")
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else ["--blink-settings=preferredColorScheme=1"]
    _chromium(frame, [f"--screenshot={picture.resolve()}", f"--window-size={max(width, 500)},{height}", *scheme])


def measured(page: Path, width: int) -> tuple[int, str]:
    """The height of the page at a width, and which elements stick out to the right ("" for none)."""
    frame = _framed(page, page.with_suffix(".frame.html"), width, 800, MEASURE.format(width=width))
    dom = _chromium(frame, ["--dump-dom", "--window-size=1600,900"])
    wide, height = (re.search(f'data-{name}="([^"]*)"', dom) for name in ("wide", "height"))
    assert wide, dom[:2000]
    assert height, dom[:2000]
    return int(height[1]), wide[1]


def _framed(page: Path, frame: Path, width: int, height: int, script: str) -> Path:
    source = page.resolve().as_uri()
    frame.write_text(FRAME.format(page=source, width=width, height=height, script=script), encoding="utf-8")
    return frame


def _chromium(page: Path, options: list[str]) -> str:
    """What Chromium prints about a page; it reads files only, and its profile is thrown away."""
    assert CHROMIUM, "EXACTMEM_REQUIRE_CHROMIUM is set and no Chromium is installed"
    profile = page.parent / f".chromium-{os.getpid()}"
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={profile}",
    ]
    command += ["--allow-file-access-from-files", "--disable-dev-shm-usage", "--disable-background-networking"]
    try:
        done = subprocess.run(
            [*command, *options, page.as_uri()], capture_output=True, text=True, timeout=120, check=True
        )
    finally:
        shutil.rmtree(profile, ignore_errors=True)
        page.unlink()
    return done.stdout
