"""`exactmem report`: one page that says what the checker says, needs nothing else, and can be read by everybody."""

import hashlib
import html as markup
import json
import re

import pytest
from flint import fmpq
from PIL import Image

from exactmem import html
from exactmem.activations import HARD_TANH, RELU
from exactmem.certificates.reader import read_document
from exactmem.datasets import make_dataset
from exactmem.lines import restrict
from exactmem.networks import FNN, dense, layer
from exactmem.rationals import rational
from exactmem.report import construction, line, svg, weights
from tests.support.browser import Keyboard, measured, needs_chromium, screenshot
from tests.support.shell_blocks import ROOT

EXAMPLES = ROOT / "exactmem" / "examples"
SECTIONS = [
    "What is claimed",
    "The verdict",
    "Sizes against bounds",
    "What every unit does",
    "The network on a line",
    "How long the numbers are",
    "How to check it again",
]


@pytest.fixture
def certified(run, tmp_path):
    """Certificates of several kinds, by name."""

    def make(name):
        path = tmp_path / f"{name}.json"
        commands = {
            "prices": ["build", EXAMPLES / "prices.csv", "--theorem", "product", "-o", path],
            "iris": ["build", "iris", "--classify", "--theorem", "3.1", "--activation", "hard-tanh", "-o", path],
            "residual": ["build", EXAMPLES / "points.csv", "--classify", "--theorem", "4.1", "-o", path],
            "wrong": ["certify", EXAMPLES / "trained.json", "--data", EXAMPLES / "small.csv", "-o", path],
            "needs-units": ["capacity", EXAMPLES / "steps.csv", "-o", path],
            "range": ["range", EXAMPLES / "spiky.json", "--from", "1", "--to", "100", "-o", path],
            "threshold": [
                *("build", EXAMPLES / "small.csv", "--theorem", "folklore", "--activation", "threshold", "-o", path)
            ],
        }
        assert run(*commands[name])[0] in (0, 1)
        return path

    return make


@pytest.fixture
def reported(run, certified, tmp_path):
    """The page about a certificate, after the command has written it."""

    def report(name):
        out = tmp_path / f"{name}.html"
        code, printed, err = run("report", certified(name), "-o", out)
        assert err == ""
        assert str(out) in printed
        return code, out.read_text(encoding="utf-8")

    return report


def headings(page):
    return re.findall(r"<h2>(.*?)</h2>", page)


@pytest.mark.parametrize("name", ["prices", "residual", "threshold"])
def test_every_section_is_there_and_the_verdict_is_the_checker_s(reported, tmp_path, name):
    code, page = reported(name)
    assert (code, headings(page)) == (0, SECTIONS)
    assert '<p class="verdict good">VERIFIED</p>' in page
    content = (tmp_path / f"{name}.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() in page
    assert f"exactmem check {name}.json" in page
    assert "Not shown" not in page


def test_a_wrong_claim_is_called_refuted(reported):
    code, page = reported("wrong")
    assert code == 1
    assert '<p class="verdict bad">REFUTED</p>' in page
    assert "good" not in re.findall(r'class="verdict ([^"]*)"', page)


@pytest.mark.parametrize("name", ["needs-units", "range"])
def test_other_kinds_get_the_sections_that_they_have(reported, name):
    code, page = reported(name)
    assert code == 0
    assert set(headings(page)) < set(SECTIONS)
    assert {"What is claimed", "The verdict", "How to check it again"} <= set(headings(page))


def test_the_page_fetches_nothing_and_runs_nothing(reported):
    page = reported("iris")[1]
    assert "<script" not in page
    assert re.findall(r"(?:src|href)=|url\(|@import", page) == []
    assert "default-src 'none'" in page


def test_what_a_file_says_is_no_markup(run, certified, tmp_path):
    path = certified("prices")
    document = json.loads(path.read_text())
    document["claim"]["source"] = "<script>alert(1)</script>"
    path.write_text(json.dumps(document))
    hostile = path.rename(tmp_path / "<b>'x'.json")
    run("report", hostile, "-o", tmp_path / "p.html")
    page = (tmp_path / "p.html").read_text()
    assert "<script" not in page
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_bad_input_writes_nothing(run, tmp_path):
    (tmp_path / "bad.json").write_text("{}")
    for name in ("bad.json", "missing.json"):
        code, out, err = run("report", tmp_path / name, "-o", tmp_path / "p.html")
        assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert not (tmp_path / "p.html").exists()
    code, _, err = run("report", tmp_path / "bad.json", "-o", tmp_path / "bad.json")
    assert (code, "would be overwritten" in err) == (2, True)


def test_the_sizes_are_those_of_bounds(reported):
    page = reported("prices")[1]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", page)]
    assert ["this network", "", "2, 3", "5", "19"] in rows
    assert ["two-layer", "distinct inputs", "4", "4", "17"] in rows
    assert ["3", "exactmem, fewer parameters than labels"] in rows


# ---- for everybody --------------------------------------------------------------------------------------


def test_what_can_be_scrolled_has_the_keyboard_s_attention_and_a_name(reported):
    page = reported("residual")[1]
    regions = re.findall(r'<(?:div|figure)[^>]*class="scroll"[^>]*>', page)
    assert len(regions) > 5
    assert all('tabindex="0"' in region for region in regions)
    assert all("aria-label" in region for region in regions if region.startswith("<div"))
    pictures = re.findall(r"<svg[^>]*>(?:<title>(.*?)</title>)?", page)
    assert pictures
    assert all(pictures)
    assert all('role="img"' in opening and "aria-label=" in opening for opening in re.findall(r"<svg[^>]*>", page))
    assert page.count("<main>") == page.count("<h1>") == 1
    assert "focus-visible" in page


def test_every_drawing_of_units_stands_beside_a_table(reported):
    page = reported("residual")[1]
    layers = re.findall(r"<h3>Layer (\d+)", page)
    assert layers == re.findall(r"<details><summary>Layer (\d+) as a table", page) == ["1", "2"]
    assert page.count('<th scope="row">') == 30


def test_every_tooltip_is_there_for_the_keyboard_too(reported):
    page = reported("iris")[1]
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == 4
    for figure in figures:
        marks = re.findall(r"<input [^>]*>", figure)
        assert marks
        assert all(re.search(r' title="[^"]+"', mark) for mark in marks)
    names = [set(re.findall(r'<input type="radio" name="(.*?)"', figure)) for figure in figures]
    assert len({name for (name,) in names}) == len(figures)
    assert len(page) < 300_000


def colours(style, dark):
    """The colours of a style sheet by name, light or dark."""
    light, night = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return found | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", night)) if dark else {})


def contrast(first, second):
    """The contrast ratio of two colours by the rules for accessible pages (WCAG 2)."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_contrast(dark):
    found = colours(html.STYLE, dark) | colours(svg.STYLE, dark)
    text = [(name, paper) for name in ("ink", "faint", "link", "good", "bad", "open") for paper in ("paper", "shade")]
    assert {pair: contrast(*map(found.get, pair)) for pair in text if contrast(*map(found.get, pair)) < 4.5} == {}
    marks = [("s-pass", "s-low"), ("s-pass", "s-high"), ("s-edge", "s-low"), ("s-edge", "s-high"), ("s-pass", "paper")]
    assert {pair: contrast(*map(found.get, pair)) for pair in marks if contrast(*map(found.get, pair)) < 3} == {}


def test_contrast_is_measured():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") < 4.5 < contrast("#767676", "#ffffff")


# ---- the drawings -----------------------------------------------------------------------------------------


def test_the_fields_of_a_unit_are_its_states():
    network = FNN((layer(dense([[1], [2]]), [0, -2], HARD_TANH), layer(dense([[1, 1]]), [0])))
    data = make_dataset([[-3], [-1], [0], [1], [2]], [0, 1, 2, 3, 4])
    section = construction.construction_section(network, data)
    tips = [markup.unescape(tip) for tip in re.findall(r'<input [^>]*title="(.*?)"', section)]
    assert tips == [
        "layer 1, unit 1, sample 0: clipped to -1, output -1",
        "layer 1, unit 1, sample 1: z = -1 exactly, output -1",
        "layer 1, unit 1, sample 2: passed, output 0",
        "layer 1, unit 1, sample 3: z = 1 exactly, output 1",
        "layer 1, unit 1, sample 4: clipped to +1, output 1",
        "layer 1, unit 2, samples 1 to 3: clipped to -1",
        "layer 1, unit 2, sample 3: passed, output 0",
        "layer 1, unit 2, sample 4: clipped to +1, output 1",
    ]
    kinds = re.findall(r'<input [^>]*class="(\w+)"', section)
    assert kinds == ["low", "edge", "pass", "edge", "high", "low", "pass", "high"]


def test_large_constructions_are_cut_and_say_so(monkeypatch):
    network = FNN((layer(dense([[1], [2], [3]]), [0, -2, 1], RELU), layer(dense([[1, 1, 1]]), [0])))
    data = make_dataset([[-3], [1], [2]], [0, 1, 2])
    monkeypatch.setattr(construction, "MOST_UNITS", 2)
    assert "the first 2 units" in construction.construction_section(network, data)
    monkeypatch.setattr(construction, "MOST_RUNS", 2)
    assert "too large to be drawn" in construction.construction_section(network, data)


def test_the_corners_on_a_line_are_those_of_the_restriction():
    network = FNN((layer(dense([[1], [1]]), [0, -1], RELU), layer(dense([[1, -2]]), [0])))
    restriction = restrict(network, [0], [1])
    marks = [fmpq(t) for t in (-1, 0, 1, 2)]
    assert line._path(restriction, marks, 0) == [(-1, 0), (0, 0), (1, 1), (2, 0)]
    data = make_dataset([[0], [1], [2]], [0, 1, 0])
    section = line.line_section(network, data)
    assert "3 affine pieces and 2 breakpoints" in section
    assert section.count('class="dot"') == 3
    assert "drawn to scale" in section
    assert "evenly spaced" in line.line_section(network, make_dataset([[0], ["1e-9"], [1]], [0, 1, 0]))


def test_a_jump_has_two_corners():
    from exactmem.activations import THRESHOLD

    network = FNN((layer(dense([[1]]), [0], THRESHOLD), layer(dense([[1]]), [0])))
    path = line._path(restrict(network, [0], [1]), [fmpq(-1), fmpq(0), fmpq(1)], 0)
    assert path == [(-1, 0), (0, 0), (0, 1), (1, 1)]


def test_lengths_of_numbers_are_counted(certified):
    network = read_document(certified("prices")).network
    rows = list(weights.layers_numbers(network))
    assert [name for name, _, _ in rows] == ["hidden 1", "hidden 2", "output"]
    assert sum(count for _, count, _ in rows) == network.edges
    assert "0" in weights.histogram([0, 1, 1, 40])
    assert weights.histogram([]) == ""
    assert all(v != rational(0) for _, _, numbers in rows for v in numbers)


@needs_chromium
@pytest.mark.parametrize("width", [380, 1000])
def test_a_browser_shows_the_page_whole_light_and_dark(reported, tmp_path, width):
    page = tmp_path / "residual.html"
    assert reported("residual")[0] == 0
    assert measured(page, width)[1] == ""
    corners = []
    for dark in (False, True):
        screenshot(page, tmp_path / f"{dark}.png", width, dark=dark)
        with Image.open(tmp_path / f"{dark}.png") as picture:
            corners.append(sum(picture.convert("RGB").getpixel((3, 3))))
            assert len(picture.convert("RGB").getcolors(1 << 24)) > 50
    assert corners[0] > 700
    assert corners[1] < 100


FOCUS = "document.activeElement"


@needs_chromium
def test_the_keyboard_reaches_every_part_and_reads_the_tooltips(reported, tmp_path):
    page = reported("prices")[1]
    with Keyboard(tmp_path / "prices.html") as keyboard:
        stops, drawings = [], 0
        for _ in range(40):
            keyboard.press("Tab", 9)
            stop = keyboard.value(f"{FOCUS}.tagName")
            if stop == "BODY":
                break
            stops.append(stop)
            assert keyboard.value(f"getComputedStyle({FOCUS}).outlineStyle") != "none"
            if stop != "INPUT":
                continue
            drawings += 1
            words = []
            for _ in range(3):
                words.append(keyboard.value(f"{FOCUS}.title"))
                shown = f"getComputedStyle({FOCUS}, '::after')"
                assert json.loads(keyboard.value(f"{shown}.content")) == words[-1]
                assert keyboard.value(f"{shown}.position") == "fixed"
                keyboard.press("ArrowRight", 39)
            assert len(set(words)) > 1
    assert drawings == page.count("<fieldset") == 4
    assert stops.count("FIGURE") == page.count("<figure")
    assert stops.count("SUMMARY") == page.count("<summary")
    assert stops.count("DIV") == len(re.findall(r'<div class="scroll"', page)) - page.count("<details")
    assert stops[-1] == "PRE"
