"""Theorem product: wrong signs, slopes and levels the proofs must reject."""

import pytest
import sympy as sp

from exactmem import activations
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from exactmem.proofs.ours import product as improved_product


def test_labels_as_large_as_the_level_may_be_kinks(monkeypatch):
    """With |y| <= M only, B_l can be 0: the sign is not decided."""
    monkeypatch.setattr(improved_product, "unit_interval_value", lambda name: sp.Integer(1))
    with pytest.raises(ProofFailure):
        improved_product.signs()


def test_a_wrong_side_is_noticed(monkeypatch):
    monkeypatch.setattr(improved_product, "clip_side", lambda i, j, l, q: 1)
    with pytest.raises(ProofFailure, match="side of unit l"):
        improved_product.order()


def test_the_constant_kappa_is_needed(monkeypatch):
    monkeypatch.setattr(improved_product, "KAPPA", sp.Integer(0))
    with pytest.raises(ProofFailure, match="sum over all units"):
        improved_product.telescoping()


def test_a_carrier_that_is_not_lifted_is_noticed(monkeypatch):
    monkeypatch.setattr(improved_product, "slack", lambda name: gap(name) - 2)
    with pytest.raises(ProofFailure):
        improved_product.carrier()


def test_a_network_that_does_not_fit_is_noticed(monkeypatch):
    assert improved_product.fits([[0], [1], [2]], 1, (3, 1), activations.RELU)
    assert improved_product.fits([[0], [1], [2]], 2, (1, 6), activations.HARD_TANH)
    monkeypatch.setattr(improved_product, "evaluate_generic", lambda network, inputs: [[0]] * 3)
    assert not improved_product.fits([[0], [1], [2]], 1, (3, 1), activations.RELU)
