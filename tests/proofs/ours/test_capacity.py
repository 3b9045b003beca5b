"""Capacity by counting parameters: the verdicts and variants the proofs must reject."""

import pytest

from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.proofs.ours import capacity

VERDICTS = {"capacity-collinear": Verdict.PROVED, "capacity-parameters": Verdict.ASSUMED}


def test_an_activation_that_is_not_homogeneous_is_rejected(monkeypatch):
    honest = capacity.relu_like
    monkeypatch.setattr(capacity, "relu_like", lambda t, nonnegative: honest(t, nonnegative) + 1)
    with pytest.raises(ProofFailure):
        capacity.show_homogeneity()
    with pytest.raises(ProofFailure):
        capacity.show_normal_form()


def test_a_wrong_count_is_rejected(monkeypatch):
    monkeypatch.setattr(capacity.sp, "symbols", lambda *names, **kinds: (capacity.gap("d_1"), capacity.gap("d_1") + 1))
    capacity.show_count()
    honest = capacity.require_equal
    monkeypatch.setattr(capacity, "require_equal", lambda left, right, step: honest(left + 1, right, step))
    with pytest.raises(ProofFailure):
        capacity.show_count()
