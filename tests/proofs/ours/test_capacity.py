"""Capacity by counting parameters: the verdicts and variants the proofs must reject."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.ours import capacity


def test_an_activation_that_is_not_homogeneous_is_rejected(monkeypatch):
    honest = capacity.relu_like
    monkeypatch.setattr(capacity, "relu_like", lambda t, nonnegative: honest(t, nonnegative) + 1)
    with pytest.raises(ProofFailure):
        capacity.show_homogeneity()
    with pytest.raises(ProofFailure):
        capacity.show_normal_form()


@pytest.mark.parametrize(
    "wrong", [lambda d1, d2: d1 * (d2 + 1), lambda d1, d2: d1 * d2 + d1 + 1, lambda d1, d2: d1 * d2 + d2 + 1]
)
def test_a_wrong_count_is_rejected(monkeypatch, wrong):
    capacity.show_count()
    monkeypatch.setattr(capacity, "MOST", capacity.sp.Gt(capacity.N, wrong(capacity.D_1, capacity.D_2)))
    with pytest.raises(ProofFailure):
        capacity.show_count()
