"""Theorem 4.1: variants that the proofs must reject."""

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap, require_equal
from exactmem.proofs.yun2019.theorem_4_1 import push
from tests.support.proof_variants import take_for_negative


@pytest.mark.parametrize("excess", [-1, -2])
def test_a_smaller_beta_is_rejected(monkeypatch, excess):
    monkeypatch.setattr(push, "slack", lambda name: sp.Integer(excess))
    with pytest.raises(ProofFailure):
        push.beta_explicit()


def test_a_read_out_before_the_threshold_is_rejected(monkeypatch):
    take_for_negative(monkeypatch, push, "excess")
    with pytest.raises(ProofFailure):
        push.read_out()


def test_a_split_gate_with_u_k_negative_does_not_cancel():
    alpha, beta = gap("alpha"), gap("beta")
    u_k = -(2 / alpha + gap("more")) / beta
    first, second = push.halves(-1 / alpha, alpha, beta, sp.cancel(u_k))
    with pytest.raises(ProofFailure):
        require_equal(first + second, 0, "off the group")


def test_a_split_gate_with_a_positive_u_k_cancels_at_a_number():
    first, second = push.halves(sp.Integer(-2), sp.Integer(1), sp.Integer(10), sp.Integer(3))
    assert (first, second) == (-5, 5)
