"""The capacities of related work: their algebra at numbers, and what is not covered stays so."""

import pytest

from exactmem.ledger import discovery
from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.proofs.survey import capacity_history


def test_sigmoids_are_not_covered_and_say_why():
    for claim in (capacity_history.huang, capacity_history.yamasaki):
        result = claim()
        assert result.verdict is Verdict.NOT_COVERED
        assert "sigmoid" in result.method
    assert {"huang-2003", "yamasaki-1993"} <= {row.id for row in discovery.ledger()}


@pytest.mark.parametrize("N", [1, 2, 7, 100])
def test_huang_widths_are_wide_enough_for_the_product(N):
    for K in range(1, N + 1):
        assert (-(-N // K) + 2 * K) * K >= N + 2 * K * K


def test_a_unit_that_is_not_cut_off_is_noticed(monkeypatch):
    monkeypatch.setattr(capacity_history, "gap", capacity_history.slack)
    with pytest.raises(ProofFailure):
        capacity_history.triangular()
    with pytest.raises(ProofFailure):
        capacity_history.moves()
