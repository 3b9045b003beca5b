"""The ledger: registration, selection, verdicts that never round up, exit codes, and the state of the real ledger."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from exactmem import claims
from exactmem.claims import ProofFailure, Verdict, checked, proved, refuted, require
from exactmem.errors import UsageError
from proofs.__main__ import main

PROOFS = Path(__file__).resolve().parents[1] / "proofs"
THEOREM_3_1 = [
    "lemma_b1",
    "activations",
    "layer1_clipping",
    "sum_identity",
    "layer2_recurrence",
    "statements_3_1",
]


@pytest.fixture
def registry(monkeypatch):
    """An empty ledger for one test."""
    empty: dict[str, claims.Claim] = {}
    monkeypatch.setattr(claims, "_REGISTRY", empty)
    return empty


def add(id, prove, expected=Verdict.PROVED, module="proofs.some_script", corrects=""):
    prove.__module__ = module
    claims.claim(id=id, source="S", place="P", statement="T", expected=expected, corrects=corrects)(prove)


def failing():
    raise ProofFailure("step does not hold: the middle one")


def test_registration_records_what_the_decorator_says(registry):
    def prove():
        return proved("because")

    add("a", prove, corrects="b")
    row = registry["a"]
    assert (row.id, row.source, row.place, row.statement, row.corrects) == ("a", "S", "P", "T", "b")
    assert (row.script, row.expected, row.prove) == ("some_script", Verdict.PROVED, prove)


def test_the_same_id_in_another_script_is_refused_and_in_the_same_script_replaced(registry):
    add("a", lambda: proved("first"))
    add("a", lambda: proved("second"))
    assert claims.run(registry["a"]).result.method == "second"
    with pytest.raises(UsageError, match=r"'a'.*some_script.*other_script"):
        add("a", lambda: proved("third"), module="proofs.other_script")


def test_select_by_id_by_script_all_or_none(registry):
    for id, script in (("a", "one"), ("b", "one"), ("c", "two")):
        add(id, lambda: proved("x"), module=f"proofs.{script}")
    rows = list(registry.values())
    assert [c.id for c in claims.select(rows, [])] == ["a", "b", "c"]
    assert [c.id for c in claims.select(rows, ["one"])] == ["a", "b"]
    assert [c.id for c in claims.select(rows, ["c", "a"])] == ["a", "c"]
    with pytest.raises(UsageError, match="'nothing'"):
        claims.select(rows, ["a", "nothing"])


def test_a_failing_step_gives_undecided_with_the_step_and_is_not_as_expected(registry):
    add("a", failing)
    outcome = claims.run(registry["a"])
    assert outcome.result.verdict == Verdict.UNDECIDED
    assert "the middle one" in outcome.result.method
    assert not outcome.as_expected
    assert "NOT AS EXPECTED" in claims.describe(outcome)
    assert outcome.to_json()["as_expected"] is False


def test_an_error_inside_a_proof_gives_undecided_with_its_name(registry):
    def broken():
        raise ZeroDivisionError("by nothing")

    wrong = claims.Claim("x", "s", "p", "t", claims.Verdict.PROVED, broken, "script")
    outcome = claims.run(wrong)
    assert outcome.result.verdict == claims.Verdict.UNDECIDED
    assert "ZeroDivisionError: by nothing" in outcome.result.method
    assert not outcome.as_expected


@pytest.mark.parametrize("expected", [v for v in Verdict if v != Verdict.CHECKED])
def test_checked_is_never_taken_for_another_verdict(registry, expected):
    add("a", lambda: checked("loop", "n = 1, 2"), expected=expected)
    assert not claims.run(registry["a"]).as_expected


def test_outcome_prints_evidence_only_where_there_is_some(registry):
    add("a", lambda: refuted("x = 1"), expected=Verdict.REFUTED)
    text = claims.describe(claims.run(registry["a"]))
    assert text.startswith("REFUTED")
    assert "counterexample: x = 1" in text
    assert "cases" not in text
    assert "NOT AS EXPECTED" not in text


def test_json_row_has_every_field_as_text(registry):
    add("a", lambda: proved("because", assumes="textbook"), corrects="z")
    row = claims.run(registry["a"]).to_json()
    assert row["verdict"] == row["expected"] == "PROVED"
    assert (row["id"], row["method"], row["assumes"], row["corrects"], row["script"]) == (
        "a",
        "because",
        "textbook",
        "z",
        "some_script",
    )


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
    assert claims.run_script("some_script") == 1, "a script without claims proves nothing"
    add("a", lambda: proved("x"))
    add("elsewhere", failing, module="proofs.other_script")
    assert claims.run_script("some_script") == 0
    assert "elsewhere" not in capsys.readouterr().out
    assert claims.run_script("other_script") == 1
    add("b", lambda: checked("x", "n = 1"))
    assert claims.run_script("some_script") == 1


def test_main_names_and_exit_status(capsys):
    assert main(["2-hard-tanh", "C-gate"]) == 0
    printed = capsys.readouterr()
    assert "2 claims, 0 not as expected" in printed.out
    assert main(["no-such-claim"]) == 2
    assert "no-such-claim" in capsys.readouterr().err


def test_main_reports_a_claim_that_is_not_as_expected(registry, monkeypatch, capsys):
    add("a", failing)
    monkeypatch.setattr(claims, "ledger", lambda: list(registry.values()))
    assert main([]) == 1
    assert "1 claims, 1 not as expected" in capsys.readouterr().out


def test_real_ledger_is_consistent():
    rows = {c.id: c for c in claims.ledger()}
    assert set(THEOREM_3_1) <= {c.script for c in rows.values()}
    for row in rows.values():
        assert row.expected != Verdict.UNDECIDED, row.id
        if row.corrects:
            assert rows[row.corrects].expected in (Verdict.REFUTED, Verdict.NOT_COVERED), row.id


def test_every_proof_function_states_hypotheses_line_and_conclusion():
    for row in claims.ledger():
        text = row.prove.__doc__ or ""
        positions = [text.find(word) for word in ("Hypotheses:", "Line:", "Conclusion:")]
        assert -1 < positions[0] < positions[1] < positions[2], row.id


def test_every_script_ends_by_running_its_own_claims():
    scripts = {c.script for c in claims.ledger()}
    for name in scripts:
        ending = f'if __name__ == "__main__":\n    raise SystemExit(run_script("{name}"))\n'
        assert (PROOFS / f"{name}.py").read_text(encoding="utf-8").endswith(ending), name


@pytest.mark.parametrize("arguments", [[str(PROOFS / "activations.py")], ["-m", "proofs.activations"]])
def test_a_script_runs_alone(arguments, tmp_path):
    done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("PROVED") == 4
