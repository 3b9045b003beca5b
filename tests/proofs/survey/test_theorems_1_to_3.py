"""The survey's theorems, corrected: variants that the proofs must reject."""

from types import SimpleNamespace

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from exactmem.proofs.survey import theorems_1_to_3 as survey
from tests.support.proof_variants import take_for_negative


def test_an_activation_without_a_proof_is_noticed(monkeypatch):
    wider = SimpleNamespace(activations=("relu-like", "hard-tanh", "threshold", "abs", "square"))
    monkeypatch.setattr(survey, "find_theorem", lambda _: wider)
    with pytest.raises(ProofFailure):
        survey.folklore()


def test_a_band_that_reaches_a_sample_is_rejected(monkeypatch):
    monkeypatch.setattr(survey, "gap", lambda name: sp.Integer(0) if name == "beyond" else gap(name))
    with pytest.raises(ProofFailure):
        survey.baum()


def test_too_large_a_delta_is_rejected(monkeypatch):
    take_for_negative(monkeypatch, survey, "share")
    with pytest.raises(ProofFailure):
        survey.bubeck()


def test_a_missing_unit_is_rejected(monkeypatch):
    honest = survey.four_units
    monkeypatch.setattr(
        survey, "four_units", lambda h, w, tau, delta: honest(h, w, tau, delta) + survey.relu_like(h + tau)
    )
    with pytest.raises(ProofFailure):
        survey.bubeck()


def test_a_delta_of_the_full_quotient_is_rejected(monkeypatch):
    honest = survey.slack
    monkeypatch.setattr(survey, "slack", lambda name: sp.Integer(-1) if name == "more" else honest(name))
    with pytest.raises(ProofFailure):
        survey.bubeck_delta()
