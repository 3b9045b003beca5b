"""Proposition 3.2: a gate scale or width that is too small."""

import pytest
import sympy as sp

from exactmem import activations
from exactmem.errors import UsageError
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from exactmem.proofs.yun2019 import activations as identities
from exactmem.proofs.yun2019 import proposition_3_2


def test_a_smaller_scale_lets_other_codes_pass(monkeypatch):
    scaled = identities.gate
    monkeypatch.setattr(identities, "gate", lambda t: scaled(t / (1 + gap("blunt"))))
    with pytest.raises(ProofFailure):
        proposition_3_2.code_gates()


def test_the_gate_is_open_at_its_code(monkeypatch):
    monkeypatch.setattr(identities, "gate", lambda t: sp.Integer(0))
    with pytest.raises(ProofFailure, match="own code"):
        proposition_3_2.code_gates()


def test_small_cases_are_really_built():
    assert proposition_3_2.classifies("product-readout", 4, 3, activations.RELU)
    with pytest.raises(UsageError):
        proposition_3_2.classifies("3.2", 4, 3, activations.THRESHOLD)
