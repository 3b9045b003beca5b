"""Every row gives the expected verdict, by steps that two solvers confirm; the reasons fit 80 columns."""

import pytest

from exactmem.ledger.claims import Verdict
from exactmem.ledger.discovery import ledger
from exactmem.ledger.outcomes import Outcome, describe
from exactmem.ledger.premises import needed, settle
from exactmem.ledger.trials import Wanted, attempt
from exactmem.ledger.why import axioms, why
from tests.proofs.record_steps import recorded

STEPS = recorded()
"""The least number of steps; a claim that the record does not know yet may have any."""


@pytest.fixture(scope="session")
def found() -> dict[str, Outcome]:
    """The outcomes so far: a row is run once however many rest on it."""
    return {}


@pytest.mark.parametrize("row", ledger(), ids=lambda row: row.id)
def test_the_verdict_is_the_expected_one(row, found):
    for premise in needed([row]):
        if premise.id not in found:
            trial = attempt(premise, Wanted(smt=True))
            found[premise.id] = settle(trial.outcome, found)
            assert trial.opinion is not None
            asked = trial.opinion.obligations - sum(trial.opinion.not_exported.values())
            answers = [dict(count) for count in trial.opinion.answers.values()]
            assert {"holds": asked} in answers or not asked  # one solver decides all, another may give up
            assert all(set(count) <= {"holds", "unknown"} for count in answers)
    outcome = found[row.id]
    assert outcome.as_expected, describe(outcome)
    assert bool(outcome.result.counterexample) is (outcome.result.verdict is Verdict.REFUTED)

    assert max(map(len, why(outcome, found).splitlines())) <= 80
    not_proved = {part.row.id for part in axioms(outcome, found)[0]}
    assert not_proved.issuperset(outcome.result.under)
    assert not (not_proved and outcome.result.verdict is Verdict.PROVED)
    assert outcome.steps >= STEPS.get(row.id, 0), "a step was dropped; if that was meant, run record_steps.py"
