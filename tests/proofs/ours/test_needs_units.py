"""The cells of the capacity search: wrong steps that must be rejected."""

import pytest

from exactmem.activations import HARD_TANH, RELU
from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.proofs.ours import needs_units
from exactmem.sizes import two_layer


@pytest.mark.parametrize("activation", [RELU, HARD_TANH], ids=str)
def test_both_sides_for_few_units(monkeypatch, activation):
    monkeypatch.setattr(needs_units, "ACTIVATIONS", (activation,))
    monkeypatch.setattr(needs_units, "UNITS", range(1, 4))
    assert needs_units.both_sides().verdict == Verdict.CHECKED


@pytest.mark.parametrize("wrong", [lambda activation, units: units, lambda activation, units: units + 3])
def test_another_capacity_is_noticed(monkeypatch, wrong):
    monkeypatch.setattr(needs_units, "ACTIVATIONS", (RELU,))
    monkeypatch.setattr(needs_units, "UNITS", range(1, 3))
    monkeypatch.setattr(needs_units, "two_layer_capacity", wrong)
    with pytest.raises(ProofFailure):
        needs_units.both_sides()
    assert two_layer.two_layer_capacity(RELU, 1) == 2


@pytest.mark.parametrize("orientation", [0, 2, -2])
def test_a_kink_needs_an_orientation(orientation):
    with pytest.raises(ProofFailure):
        needs_units.show_relu_like_cell(orientation)


def test_a_fit_is_no_refutation():
    with pytest.raises(ProofFailure, match="fit 2 alternating samples"):
        needs_units.refutation_verdict(RELU, 1, 2)
