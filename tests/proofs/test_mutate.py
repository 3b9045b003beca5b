"""The mutation run itself: its sites, its mutants and its explanations."""

import ast

import pytest

from tests.proofs import mutate
from tests.proofs.mutate import Site

FILE = "proofs/ours/affine_fit.py"


def test_there_are_sites_in_every_script_and_formula():
    files = [f"proofs/{script}.py" for script in mutate.scripts()] + list(mutate.FORMULAS)
    assert len(files) > 40
    assert sum(len(mutate.sites(file)) for file in files) > 3000
    kinds = {site.kind for site in mutate.sites("proofs/ours/peeling.py")}
    assert kinds >= {"operator", "constant + 1", "sign", "call deleted", "hypothesis weakened"}


def test_texts_and_decorators_are_left_alone():
    for site in mutate.sites(FILE):
        assert "statement=" not in site.text
        assert "@claim" not in site.text


@pytest.mark.parametrize("site", mutate.sites(FILE), ids=lambda site: f"{site.line}-{site.column}-{site.kind}")
def test_a_mutant_is_one_change(site):
    """It differs from the file and is still a program."""
    original = ast.parse((mutate.ROOT / FILE).read_text(encoding="utf-8"))
    before, after = ast.dump(original), ast.dump(mutate.mutated(site))
    assert before != after
    assert compile(mutate.mutated(site), FILE, "exec")


def test_the_sample_is_drawn_from_all_files_in_turn_and_fixed_by_the_seed():
    drawn = mutate.sampled(60, 4, None)
    assert drawn == mutate.sampled(60, 4, None) != mutate.sampled(60, 5, None)
    assert len({site.file for site in drawn}) > 40
    assert all("ours" in site.file for site in mutate.sampled(20, 4, "ours"))
    assert not any("ours" in site.file for site in mutate.sampled(60, 4, None, "ours"))


def line_of(site: Site, outcome: str) -> dict:
    return {**site._asdict(), "key": site.key, "outcome": outcome}


def test_a_survivor_needs_an_explanation(capsys, monkeypatch, tmp_path):
    site = mutate.sites(FILE)[0]
    explained = tmp_path / "explained.json"
    monkeypatch.setattr(mutate, "EXPLAINED", explained)
    assert mutate.report([line_of(site, "survived"), line_of(site, "row affine-fit")]) == 1
    assert "NOT EXPLAINED" in capsys.readouterr().out
    explained.write_text(f'[{{"file": "{FILE}", "kind": "{site.kind}", "reason": "the same number"}}]')
    assert mutate.report([line_of(site, "survived")]) == 0
    explained.write_text('[{"file": "elsewhere.py", "reason": "the same number"}]')
    assert mutate.report([line_of(site, "survived")]) == 1
