"""Trapezoids and read-outs: wrong weights, constants or breakpoints the proofs must reject."""

import pytest
import sympy as sp
from flint import fmpq

from exactmem.activations import RELU
from exactmem.constructions.parts.gates import GateLayer, trapezoid_gates
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from exactmem.proofs.ours import gates
from exactmem.proofs.yun2019.activations import relu_like


@pytest.mark.parametrize("constant", [sp.Integer(1), -gates.KAPPA, gates.S_MINUS])
def test_a_constant_in_the_rising_trapezoid_is_rejected(constant):
    with pytest.raises(ProofFailure):
        gates.show_trapezoid(lambda t, tolerance: gates.trapezoid_by_four(t, tolerance) + constant)


def test_a_trapezoid_without_its_plateau_is_rejected():
    with pytest.raises(ProofFailure):
        gates.show_trapezoid(lambda t, tolerance: gates.trapezoid_by_two(t, sp.Integer(0)))


def test_breakpoints_out_of_order_are_rejected():
    first, second = gap("a"), gap("b")
    with pytest.raises(ProofFailure):
        gates.show_identity(lambda t: t, lambda t: t, [first, second])


def test_a_step_without_its_constant_is_rejected():
    left = sp.Symbol("l", real=True)

    def units(t):
        rise = relu_like(t - left) - relu_like(t - left - gates.RISE)
        return rise / (gates.RISE * (gates.S_PLUS - gates.S_MINUS))

    def value(t):
        return gates.step_value(t, left, left + gates.RISE)

    gates.show_identity(value, lambda t: units(t) - gates.KAPPA, [left, left + gates.RISE])
    with pytest.raises(ProofFailure):
        gates.show_identity(value, units, [left, left + gates.RISE])


def test_the_order_of_two_ranks_has_to_be_decided():
    with pytest.raises(ProofFailure):
        gates.passed(gap("m"), gap("r"))


def test_gate_layers_that_are_not_one_hot_are_noticed():
    codes = [fmpq(0), fmpq(1)]
    made = trapezoid_gates(codes, fmpq(0), RELU)
    assert gates.one_hot(made, codes, [0, 1])
    assert not gates.one_hot(made, codes, [1, 0])
    shifted = GateLayer(made.slopes, made.biases, made.weights, (fmpq(0), fmpq(1, 10**9)), RELU)
    assert not gates.one_hot(shifted, codes, [0, 1])
