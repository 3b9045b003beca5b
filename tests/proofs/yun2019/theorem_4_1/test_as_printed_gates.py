"""The missing constant of Appendix F: rebuilt by hand, as printed and corrected."""

import pytest
from flint import fmpq

from exactmem.activations import relu_like
from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_4_1 import as_printed_gates as errata_shallow


def relu(t):
    return max(fmpq(0), t)


def gate_as_printed(t):
    """Half of sigma_R(2t + 2) - sigma_R(2t) + sigma_R(-2t + 2) - sigma_R(-2t), no constant."""
    return (relu(2 * t + 2) - relu(2 * t) + relu(2 - 2 * t) - relu(-2 * t)) / 2


def test_the_counterexample_by_hand():
    expected = []
    for x in (0, 1, 2):
        gates = [gate_as_printed(fmpq(2 * (x - center))) for center in (0, 1, 2)]
        expected.append([gates[0] + gates[2], gates[1]])
    assert errata_shallow.outputs(constant=False) == expected == [[3, 1], [2, 2], [3, 1]]


def test_the_excess_is_the_constant_for_other_slopes():
    found = errata_shallow.outputs(False, relu_like(1, "1/10"))
    assert found == [[1 + fmpq(22, 9), fmpq(11, 9)], [fmpq(22, 9), 1 + fmpq(11, 9)], [1 + fmpq(22, 9), fmpq(11, 9)]]


def test_outputs_other_than_the_printed_ones_are_noticed(monkeypatch):
    monkeypatch.setattr(errata_shallow, "outputs", lambda constant: [[1, 0], [0, 1], [1, 0]])
    with pytest.raises(ProofFailure, match="outputs"):
        errata_shallow.missing_constant()


def test_a_gate_that_opens_twice_is_noticed(monkeypatch):
    wide = [errata_shallow.Gate(fmpq(1, 2), g.u, g.c, g.label) for g in errata_shallow.GATES]
    monkeypatch.setattr(errata_shallow, "GATES", tuple(wide))
    with pytest.raises(ProofFailure, match="own sample only"):
        errata_shallow.missing_constant()
