"""Affine functions through samples: another step of the induction must be rejected."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.ours import affine_fit


def test_a_hyperplane_through_the_next_sample_is_rejected(monkeypatch):
    honest = affine_fit.gap
    monkeypatch.setattr(affine_fit, "gap", lambda name: honest(name) * 0)
    with pytest.raises(ProofFailure):
        affine_fit.show_next_sample()


def test_no_fit_is_noticed(monkeypatch):
    monkeypatch.setattr(affine_fit, "affine_fit", lambda points, values: None)
    with pytest.raises(ProofFailure, match="affine fit"):
        affine_fit.affine_interpolation()
