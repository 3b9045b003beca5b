"""`exactmem examples`: the shipped files, copied whole, and what the documents say about them."""

import json

import pytest

from exactmem.commands.examples import EXAMPLES
from exactmem.interchange import read_network
from tests.support.shell_blocks import ROOT

FOLDER = ROOT / "exactmem" / "examples"


def test_every_file_is_listed_and_copied(run, tmp_path):
    code, out, err = run("examples", tmp_path / "a" / "b")
    assert (code, err) == (0, "")
    assert {path.name for path in FOLDER.iterdir()} == set(EXAMPLES)
    assert all((tmp_path / "a" / "b" / name).read_bytes() == (FOLDER / name).read_bytes() for name in EXAMPLES)
    assert all(name in out for name in EXAMPLES)
    code, out, _ = run("examples", tmp_path / "a" / "b", "--json")
    assert (code, json.loads(out)["files"]) == (0, EXAMPLES)


def test_nobody_s_file_is_overwritten(run, tmp_path):
    (tmp_path / "spiky.json").write_text("mine")
    code, out, err = run("examples", tmp_path)
    assert (code, out, "spiky.json: is another file already" in err) == (2, "", True)
    assert [path.name for path in tmp_path.iterdir()] == ["spiky.json"]
    (tmp_path / "file").write_text("")
    assert run("examples", tmp_path / "file")[0] == 2


def test_the_onnx_model_is_the_network_beside_it():
    pytest.importorskip("onnx")
    model, text = (read_network(FOLDER / f"classifier.{ending}").network for ending in ("onnx", "json"))
    assert model.to_json() == text.to_json()
