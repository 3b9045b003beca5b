"""Sharper recursions: changed constants the proofs must reject."""

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.ours import sharp_recursions as proofs

CLAIMS = [proofs.first_order, proofs.second_order, proofs.gradient, proofs.radius, proofs.two_layer]


@pytest.mark.parametrize("prove", CLAIMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("factor", [sp.Rational(99, 100), sp.Rational(1, 3)])
def test_a_changed_constant_is_noticed(prove, factor):
    default = prove.__defaults__[0]
    with pytest.raises(ProofFailure):
        prove(default * factor)
