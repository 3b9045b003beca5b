"""Theorem decoupled: weaker hypotheses the proofs must reject."""

import pytest
import sympy as sp

from exactmem.activations import RELU
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from exactmem.proofs.ours import decoupled


def test_a_slope_that_is_not_steep_enough_is_noticed(monkeypatch):
    monkeypatch.setattr(decoupled, "gap", lambda name: -gap(name) if name == "excess" else gap(name))
    with pytest.raises(ProofFailure):
        decoupled.clip()


def test_knots_too_far_apart_are_noticed(monkeypatch):
    monkeypatch.setattr(decoupled, "slack", lambda name: -gap(name))
    with pytest.raises(ProofFailure):
        decoupled.knots()


def test_a_wrong_partial_sum_of_signs_is_noticed(monkeypatch):
    monkeypatch.setattr(decoupled, "partial_sum", lambda n: 0)
    with pytest.raises(ProofFailure, match="sum of the signs"):
        decoupled.show_sum_of_signs()


def test_the_sum_over_the_other_units_by_enumeration():
    for q in range(1, 9):
        for k in range(1, q + 1):
            signs = [(-1) ** (l - 1) * (1 if l < k else -1) for l in range(1, q + 1) if l != k]
            assert sum(signs) == (1 if q % 2 == 0 else 0)


def test_the_example_is_the_same_on_every_run():
    assert decoupled.example(3) == decoupled.example(3)
    assert decoupled.lengths(4, RELU) == decoupled.lengths(4, RELU)
    assert isinstance(decoupled.partial_sum(sp.Integer(3)), int)
