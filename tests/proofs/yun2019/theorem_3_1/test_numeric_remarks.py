"""The numeric remarks: wrong numbers that must be rejected."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs._conditions import D_X, N
from exactmem.proofs.yun2019.theorem_3_1 import numeric_remarks
from exactmem.size_bounds import related_work


def test_another_count_of_entries_is_rejected(monkeypatch):
    monkeypatch.setattr(numeric_remarks, "ENTRIES", (D_X + 3) * N)
    with pytest.raises(ProofFailure):
        numeric_remarks.zhang_entries()


@pytest.mark.parametrize("wrong", [D_X, 2 * N + 2 * D_X, N + D_X])
def test_another_number_of_free_entries_is_rejected(monkeypatch, wrong):
    monkeypatch.setattr(numeric_remarks, "FREE", wrong)
    with pytest.raises(ProofFailure):
        numeric_remarks.zhang_entries()


def test_another_law_of_the_exponents_is_rejected(monkeypatch):
    monkeypatch.setattr(numeric_remarks, "LAW", 2 * numeric_remarks.ORDER + 4)
    with pytest.raises(ProofFailure, match="three pairs"):
        numeric_remarks.width_law()


def test_a_missing_exponent_is_noticed(monkeypatch):
    monkeypatch.setattr(numeric_remarks, "OVER_PARAMETERIZED", related_work.OVER_PARAMETERIZED[1:])
    with pytest.raises(ProofFailure, match="calculator"):
        numeric_remarks.width_law()


def test_another_edge_count_is_rejected(monkeypatch):
    monkeypatch.setattr(numeric_remarks, "edges_of", lambda theorem, problem, widths: sum(widths))
    with pytest.raises(ProofFailure, match="edges"):
        numeric_remarks.calculator()
