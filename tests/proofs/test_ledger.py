"""Every row of the ledger gives the verdict that its decorator expects."""

import pytest

from exactmem.ledger.claims import Verdict
from exactmem.ledger.discovery import ledger
from exactmem.ledger.running import describe, run


@pytest.mark.parametrize("row", ledger(), ids=lambda row: row.id)
def test_the_verdict_is_the_expected_one(row):
    outcome = run(row)
    assert outcome.as_expected, describe(outcome)
    assert bool(outcome.result.counterexample) is (outcome.result.verdict is Verdict.REFUTED)
