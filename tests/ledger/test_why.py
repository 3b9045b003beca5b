"""Trees and graphs of what a claim rests on."""

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from exactmem.cli import main
from exactmem.ledger import claims
from exactmem.ledger.claims import Fact, Verdict, assumed, claim, proved
from exactmem.ledger.graph import graph
from exactmem.ledger.running import run_all
from exactmem.ledger.why import why, why_json

SVG = "{http://www.w3.org/2000/svg}"
FACT = Fact("order", "a < b or a = b or a > b", "a book, chapter 1")


@pytest.fixture
def found(monkeypatch):
    """A tree with a claim that occurs twice, an assumption, a fact, a Coq theorem, and a claim without any link."""
    monkeypatch.setattr(claims, "_ROWS", {})

    def add(id, answer, by=(), expected=Verdict.PROVED, **more):
        def prove():
            return answer

        prove.__module__ = "exactmem.proofs.some_script"
        claim(id=id, source="S", place="P", statement=f"Statement of {id}.", expected=expected, by=by, **more)(prove)

    add("base", assumed("by hand"), expected=Verdict.ASSUMED)
    add("kernel", proved("k", assumes=[FACT]), coq="kernel_holds")
    add("middle", proved("m"), ["base", "kernel"], Verdict.PROVED_UNDER)
    add("other", proved("o"), ["middle"], Verdict.PROVED_UNDER)
    add("top", proved("t", assumes=[FACT]), ["middle", "other"], Verdict.PROVED_UNDER)
    add("alone", proved("a"))
    return run_all(claims.registered())


def test_the_tree_down_to_its_axioms(found):
    assert (
        why(found["top"], found)
        == """\
top: PROVED UNDER base
    Statement of top.

rests on
├─ middle: PROVED UNDER base
│  ├─ base: ASSUMED
│  └─ kernel: PROVED (Coq: kernel_holds)
└─ other: PROVED UNDER base
   └─ middle: PROVED UNDER base, as above

not proved
  base (ASSUMED): Statement of base.
      by hand

textbook facts
  order: a < b or a = b or a > b [a book, chapter 1]"""
    )


def test_a_claim_that_takes_nothing_on_trust_says_so(found):
    assert why(found["alone"], found).endswith("nothing is taken on trust but the steps of the program")


def test_the_tree_as_json(found):
    tree = why_json(found["top"], found)
    assert (tree["why"], tree["open"], tree["facts"]) == ("top", ["base"], ["order"])
    assert [part["id"] for part in tree["claims"]] == ["top", "middle", "base", "kernel", "other"]
    assert tree["claims"][1]["by"] == ["base", "kernel"]
    json.dumps(tree)


def elements(text):
    return ElementTree.fromstring(text)


def test_the_graph_has_every_linked_claim_and_every_link(found):
    picture = elements(graph(list(found.values())))
    titles = [title.text for title in picture.iter(f"{SVG}title")]
    assert sorted(title.split(":")[0].split(" [")[0] for title in titles) == [
        "a < b or a = b or a > b",
        *("base", "kernel", "middle", "other", "top"),
    ]
    assert len(list(picture.iter(f"{SVG}path"))) == 7
    assert "left out: 1 claim without a link" in next(picture.iter(f"{SVG}text")).text


def test_links_go_from_left_to_right_and_boxes_do_not_meet(found):
    picture = elements(graph(list(found.values())))
    for path in picture.iter(f"{SVG}path"):
        start, *_, end = re.findall(r"[-\d]+ [-\d]+", path.get("d"))
        assert int(start.split()[0]) < int(end.split()[0])
    corners = [
        (int(box.get("x")), int(box.get("y"))) for box in picture.iter(f"{SVG}rect") if box.get("height") == "20"
    ]
    assert all(a[0] != b[0] or abs(a[1] - b[1]) >= 20 for a in corners for b in corners if a != b)
    assert len(set(corners)) == len(corners) == 6
    width, height = int(picture.get("width")), int(picture.get("height"))
    assert all(0 <= x <= width - 210 and 0 <= y <= height - 20 for x, y in corners)


def test_a_claim_without_any_link_is_drawn_alone(found):
    picture = elements(graph([found["alone"]]))
    assert [title.text for title in picture.iter(f"{SVG}title")] == ["alone: PROVED. Statement of alone."]


def test_names_are_escaped_and_cut(found):
    row = found["alone"].row
    text = graph([type(found["alone"])(replace(row, id="<&>" + "x" * 40), found["alone"].result, 0.0)])
    assert "&lt;&amp;&gt;xxx" in text
    assert "x…</text>" in text
    elements(text)


def test_the_command_prints_the_tree(capsys):
    assert main(["prove", "--why", "3.2"]) == 0
    assert capsys.readouterr().out.startswith("3.2: PROVED (kernel) (Coq: Proposition32.proposition_3_2)\n")
    assert main(["prove", "--why", "3.2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["why"] == "3.2"


def test_the_command_writes_the_graph_whole_or_not_at_all(tmp_path, capsys):
    file = tmp_path / "out.svg"
    assert main(["prove", "E-block", "--graph", str(file)]) == 0
    first = file.read_bytes()
    assert main(["prove", "E-block", "--graph", str(file)]) == 0
    assert first == file.read_bytes()
    elements(first.decode())
    assert main(["prove", "E-block", "--graph", str(tmp_path / "no" / "out.svg")]) == 2
    assert main(["prove", "E-block", "--graph", str(tmp_path / "out.png")]) == 2
    assert "ends in .svg" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["out.svg"]


def test_an_unknown_claim_is_refused(capsys):
    assert main(["prove", "--why", "nothing"]) == 2
    assert "no claim is called" in capsys.readouterr().err
