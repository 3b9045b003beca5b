"""Theorem plateau: roundings outside the tolerance the proofs must reject."""

import pytest
import sympy as sp

from exactmem.activations import HARD_TANH
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from exactmem.proofs.ours import plateau


@pytest.mark.parametrize("theta", [sp.Integer(1), -1 - gap("more")])
def test_a_slope_outside_the_interval_is_noticed(monkeypatch, theta):
    monkeypatch.setattr(plateau, "unit_interval_value", lambda name: theta)
    with pytest.raises(ProofFailure):
        plateau.rounding()


def test_a_starting_value_that_is_too_small_is_noticed(monkeypatch):
    monkeypatch.setattr(plateau, "gap", lambda name: -gap(name) if name == "excess" else gap(name))
    with pytest.raises(ProofFailure, match=r"steep enough|not decided"):
        plateau.start()


def test_lengths_are_measured_on_exact_networks():
    short, long = plateau.lengths(4, HARD_TANH)
    assert short <= 64
    assert short < long
