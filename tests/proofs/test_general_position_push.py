"""Theorem 4.1: the verdicts, and variants that the proofs must reject."""

import pytest
import sympy as sp
from proof_variants import take_for_negative

from exactmem import claims
from exactmem.claims import ProofFailure, Verdict
from proofs import general_position_push as push
from proofs._tactics import gap, require_equal


def test_verdicts():
    found = {c.id: claims.run(c).result.verdict for c in claims.ledger() if c.script == "general_position_push"}
    names = ["F.1-beta-explicit", "F.1-read-out", "F.1-split-gate", "4.1-independent"]
    assert found == dict.fromkeys(names, Verdict.PROVED)


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
