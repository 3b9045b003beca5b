"""Activation identities: wrong constants or regions the proofs must reject."""

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019 import activations
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS, show_identity

BREAKPOINTS = [sp.Integer(-1), sp.Integer(0), sp.Integer(1)]


@pytest.mark.parametrize("constant", [S_PLUS + S_MINUS, -S_PLUS + S_MINUS, -S_PLUS, sp.Integer(0)])
def test_wrong_constant_of_hard_tanh_is_rejected(constant):
    with pytest.raises(ProofFailure):
        show_identity(activations.hard_tanh, lambda t: activations.hard_tanh_by_two(t, constant), BREAKPOINTS)


def test_four_unit_gate_without_its_constant_is_rejected():
    show_identity(activations.gate, activations.gate_by_four, BREAKPOINTS)
    with pytest.raises(ProofFailure):
        show_identity(activations.gate, lambda t: activations.gate_by_four(t, sp.Integer(0)), BREAKPOINTS)


def test_a_region_that_hides_a_breakpoint_is_undecided():
    with pytest.raises(ProofFailure, match="sign"):
        show_identity(activations.gate, activations.gate_by_three, [sp.Integer(-1), sp.Integer(1)])


def test_gates_are_not_hard_tanh():
    with pytest.raises(ProofFailure):
        show_identity(activations.gate, activations.hard_tanh, BREAKPOINTS)
