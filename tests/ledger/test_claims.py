"""The ledger: registration, selection, verdicts that never round up, exit codes, and the state of the real ledger."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from exactmem.errors import UsageError
from exactmem.ledger import claims, discovery, outcomes, running
from exactmem.ledger.claims import Fact, Kind, ProofFailure, Verdict, checked, proved, refuted, require
from exactmem.ledger.premises import needed

PROOFS = Path(__file__).resolve().parents[2] / "proofs"


@pytest.fixture
def registry(monkeypatch):
    """An empty ledger for one test."""
    empty: dict[str, claims.Row] = {}
    monkeypatch.setattr(claims, "_ROWS", empty)
    return empty


def add(id, prove, expected=Verdict.PROVED, module="exactmem.proofs.some_script", **more):
    prove.__module__ = module
    if expected is Verdict.REFUTED:
        more.setdefault("kind", Kind.ERROR)
    claims.claim(id=id, source="S", place="P", statement="T", expected=expected, **more)(prove)
    return prove


def failing():
    raise ProofFailure("step does not hold: the middle one")


def test_registration_records_what_the_decorator_says(registry):
    def prove():
        return proved("because")

    add("b", lambda: proved("first"))
    add("a", prove, corrects="b", theorem="3.1", by=[registry["b"].prove])
    row = registry["a"]
    assert (row.id, row.source, row.place, row.statement, row.corrects) == ("a", "S", "P", "T", "b")
    assert (row.script, row.expected, row.prove) == ("some_script", Verdict.PROVED, prove)
    assert (row.theorem, row.by) == ("3.1", ("b",))


def test_a_proof_may_rest_on_registered_proofs_only(registry):
    with pytest.raises(UsageError, match="is the proof function of no claim"):
        add("a", lambda: proved("x"), by=[failing])


def test_the_same_id_in_another_script_is_refused_and_in_the_same_script_replaced(registry):
    add("a", lambda: proved("first"))
    add("a", lambda: proved("second"))
    assert running.run(registry["a"]).result.method == "second"
    with pytest.raises(UsageError, match=r"'a'.*some_script.*other_script"):
        add("a", lambda: proved("third"), module="exactmem.proofs.other_script")


def test_a_failing_step_gives_undecided_with_the_step_and_is_not_as_expected(registry):
    add("a", failing)
    outcome = running.run(registry["a"])
    assert outcome.result.verdict == Verdict.UNDECIDED
    assert "the middle one" in outcome.result.method
    assert not outcome.as_expected
    assert "NOT AS EXPECTED" in outcomes.describe(outcome)
    assert outcome.to_json()["as_expected"] is False


def test_an_error_inside_a_proof_gives_undecided_with_its_name(registry):
    def broken():
        raise ZeroDivisionError("by nothing")

    wrong = claims.Row("x", "s", "p", "t", claims.Verdict.PROVED, broken, "script")
    outcome = running.run(wrong)
    assert outcome.result.verdict == claims.Verdict.UNDECIDED
    assert "ZeroDivisionError: by nothing" in outcome.result.method
    assert not outcome.as_expected


@pytest.mark.parametrize("expected", [v for v in Verdict if v != Verdict.CHECKED])
def test_checked_is_never_taken_for_another_verdict(registry, expected):
    add("a", lambda: checked("loop", "n = 1, 2"), expected=expected)
    assert not running.run(registry["a"]).as_expected


def test_outcome_prints_evidence_only_where_there_is_some(registry):
    add("a", lambda: refuted("x = 1"), expected=Verdict.REFUTED)
    text = outcomes.describe(running.run(registry["a"]))
    assert text.startswith("REFUTED")
    assert "counterexample: x = 1" in text
    assert "cases" not in text
    assert "NOT AS EXPECTED" not in text


def test_json_row_has_every_field_as_text(registry):
    add("a", lambda: proved("because", assumes=[Fact("f", "1 = 1", "book, 1")]), corrects="z")
    row = running.run(registry["a"]).to_json()
    assert row["verdict"] == row["expected"] == "PROVED"
    assert (row["id"], row["method"], row["corrects"], row["script"]) == ("a", "because", "z", "some_script")
    assert row["assumes"] == [{"name": "f", "statement": "1 = 1", "reference": "book, 1", "coq": ""}]


def test_json_row_of_a_refutation(registry):
    more = {"kind": Kind.READING, "quote": "x > 1", "note": "a bar", "witness": "a.json", "coq": "no_x", "by": []}
    add("a", lambda: refuted("x = 1"), Verdict.REFUTED, module="exactmem.proofs.survey.some", section="3", **more)
    row = running.run(registry["a"]).to_json()
    assert (row["kind"], row["quote"], row["note"]) == ("reading", "x > 1", "a bar")
    assert (row["witness"], row["coq"], row["section"], row["paper"]) == ("a.json", "no_x", "3", claims.SURVEY)
    assert outcomes.describe(running.run(registry["a"])).startswith("REFUTED (reading) a ")


def test_a_refutation_has_a_kind_and_nothing_else_has_one(registry):
    with pytest.raises(UsageError, match="'a': a refutation says its kind"):
        add("a", lambda: refuted("x"), Verdict.REFUTED, kind=None)
    with pytest.raises(UsageError, match="'a': a refutation says its kind"):
        add("a", lambda: proved("x"), kind=Kind.GAP)
    assert not registry


@pytest.mark.parametrize(
    ("place", "section"),
    [
        ("Lemma B.1 (1)", "Lemma B.1"),
        ("B.3, equation (7)", "B.3"),
        ("Assumption 4.1 with Corollary 4.2", "Assumption 4.1"),
        ("Theorem 5.1 and Appendix G, 'J'", "Theorem 5.1"),
        ("section 5", "section 5"),
    ],
)
def test_the_section_is_what_comes_first_in_the_place(registry, place, section):
    def prove():
        return proved("x")

    prove.__module__ = "exactmem.proofs.yun2019.some"
    claims.claim(id="a", source="S", place=place, statement="T", expected=Verdict.PROVED)(prove)
    assert (registry["a"].section, registry["a"].paper) == (section, claims.PAPER)


@pytest.mark.parametrize("condition", [True, sp.true])
def test_require_accepts_only_truth(condition):
    require(condition, "the step")
    with pytest.raises(ProofFailure, match="the step"):
        require(sp.Not(condition), "the step")


@pytest.mark.parametrize(
    "condition",
    [False, 1, "yes", None, [1], sp.false, sp.Symbol("x") > 0, sp.Symbol("x"), np.bool_(False), Verdict.PROVED],
    ids=repr,
)
def test_require_rejects_everything_else(condition):
    with pytest.raises(ProofFailure, match="the step"):
        require(condition, "the step")


def test_run_script_exit_status(registry, capsys):
    here = str(PROOFS / "some_script.py")
    assert running.run_script(here) == 1, "a script without claims proves nothing"
    add("a", lambda: proved("x"))
    add("elsewhere", failing, module="exactmem.proofs.other_script")
    assert running.run_script(here) == 0
    assert "elsewhere" not in capsys.readouterr().out
    assert running.run_script(str(PROOFS / "other_script.py")) == 1
    add("b", lambda: checked("x", "n = 1"))
    assert running.run_script(here) == 1


@pytest.mark.parametrize("answer", [None, True, "PROVED", claims.Result("PROVED", "text is no verdict")], ids=repr)
def test_what_is_no_verdict_of_the_ledger_is_undecided(registry, answer):
    add("a", lambda: answer)
    outcome = running.run(registry["a"])
    assert outcome.result.verdict is Verdict.UNDECIDED
    assert not outcome.as_expected


def test_real_ledger_is_consistent():
    rows = {c.id: c for c in discovery.ledger()}
    for row in rows.values():
        assert row.expected != Verdict.UNDECIDED, row.id
        assert all(premise in rows for premise in row.by), row.id
        if row.corrects:
            assert rows[row.corrects].expected in (Verdict.REFUTED, Verdict.NOT_COVERED), row.id


def test_a_proof_rests_on_the_claims_that_its_line_names():
    rows = {row.id: row for row in discovery.ledger()}
    for row in rows.values():
        if row.expected in (Verdict.PROVED, Verdict.PROVED_UNDER):
            text = (row.prove.__doc__ or "").partition("Conclusion:")[0]
            words = {word.strip("(),.:;") for word in text.split()}
            named = {word for word in words if word in rows and len(word) > 4}
            below = {premise.id for premise in needed([row])}
            assert named - {row.corrects} <= below, row.id


def test_every_refutation_quotes_the_printed_sentence_and_its_place():
    for row in discovery.ledger():
        if row.expected is Verdict.REFUTED:
            assert row.place, row.id
            assert 10 < len(row.quote) < 400, row.id


def test_every_refutation_is_corrected():
    rows = discovery.ledger()
    corrected = {row.corrects for row in rows}
    assert {row.id for row in rows if row.expected is Verdict.REFUTED} <= corrected


def test_every_proof_function_states_hypotheses_line_and_conclusion():
    for row in discovery.ledger():
        text = row.prove.__doc__ or ""
        positions = [text.find(word) for word in ("Hypotheses:", "Line:", "Conclusion:")]
        assert -1 < positions[0] < positions[1] < positions[2], row.id


def test_every_script_ends_by_running_its_own_claims():
    scripts = {c.script for c in discovery.ledger()}
    ending = 'if __name__ == "__main__":\n    raise SystemExit(run_script(__file__))\n'
    for name in scripts:
        assert (PROOFS / f"{name}.py").read_text(encoding="utf-8").endswith(ending), name


@pytest.mark.parametrize(
    "arguments", [[str(PROOFS / "yun2019" / "activations.py")], ["-m", "exactmem.proofs.yun2019.activations"]]
)
def test_a_script_runs_alone(arguments, tmp_path):
    done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("PROVED") == 4
