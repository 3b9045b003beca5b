"""A real browser for pages that people read: headless Chromium, as installed by Debian's package `chromium`.

A page is shown in a frame of the width asked for, since Chromium's own window has a least width above a phone's.
"""

import json
import os
import re
import select
import shlex
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
REQUIRED = os.environ.get("EXACTMEM_REQUIRE_CHROMIUM") == "1"
"""Set where a missing browser is a failure and no reason to skip: in `.ci/run`."""

needs_chromium = pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="no Chromium is installed")
"""For tests that look at a page; where `REQUIRED`, they fail without a browser."""

OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files"]
OPTIONS += ["--disable-dev-shm-usage", "--disable-background-networking"]
"""Files are read only, nothing is fetched, and it works in a container."""

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


class Keyboard:
    """A page in a browser that gets real key presses, over the pipe of Chromium's DevTools."""

    def __init__(self, page: Path, *, width: int = 1000, height: int = 800) -> None:
        assert CHROMIUM, "EXACTMEM_REQUIRE_CHROMIUM is set and no Chromium is installed"
        self._profile = page.parent / f".keyboard-{os.getpid()}"
        there, self._requests = os.pipe()
        self._answers, back = os.pipe()
        options = [*OPTIONS, f"--user-data-dir={self._profile}", f"--window-size={width},{height}"]
        command = [CHROMIUM, *options, "--remote-debugging-pipe", "about:blank"]
        shell = f"exec {shlex.join(command)} 3<&{there} 4>&{back}"
        self._process = subprocess.Popen(["bash", "-c", shell], pass_fds=(there, back), stderr=subprocess.DEVNULL)
        os.close(there)
        os.close(back)
        self._number, self._session, self._unread = 0, "", b""
        target = self._ask("Target.createTarget", url=page.resolve().as_uri())["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        while self.value("location.protocol + document.readyState") != "file:complete":
            time.sleep(0.05)

    def _ask(self, method: str, **parameters: object) -> Any:
        """What the browser answers; events between are left aside."""
        self._number += 1
        request = {"id": self._number, "method": method, "params": parameters}
        request |= {"sessionId": self._session} if self._session else {}
        os.write(self._requests, json.dumps(request).encode() + b"\0")
        while True:
            while b"\0" not in self._unread:
                ready, _, _ = select.select([self._answers], [], [], 60)
                assert ready, f"Chromium does not answer {method}"
                self._unread += os.read(self._answers, 1 << 16)
            line, _, self._unread = self._unread.partition(b"\0")
            answer = json.loads(line)
            if answer.get("id") == self._number:
                assert "result" in answer, answer
                return answer["result"]

    def press(self, key: str, code: int, modifiers: int = 0) -> None:
        """Press and release a key, such as ("Tab", 9); modifier 8 is Shift."""
        for kind in ("rawKeyDown", "keyUp"):
            names = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
            self._ask("Input.dispatchKeyEvent", type=kind, **names)

    def value(self, expression: str) -> Any:
        """The value of an expression in the page."""
        return self._ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def __enter__(self) -> "Keyboard":
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.wait()
        for end in (self._requests, self._answers):
            os.close(end)
        shutil.rmtree(self._profile, ignore_errors=True)


def _framed(page: Path, frame: Path, width: int, height: int, script: str) -> Path:
    source = page.resolve().as_uri()
    frame.write_text(FRAME.format(page=source, width=width, height=height, script=script), encoding="utf-8")
    return frame


def _chromium(page: Path, options: list[str]) -> str:
    """What Chromium prints about a page; it reads files only, and its profile is thrown away."""
    assert CHROMIUM, "EXACTMEM_REQUIRE_CHROMIUM is set and no Chromium is installed"
    profile = page.parent / f".chromium-{os.getpid()}"
    command = [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", *options, page.as_uri()]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    finally:
        shutil.rmtree(profile, ignore_errors=True)
        page.unlink()
    return done.stdout
