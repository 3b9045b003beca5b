"""The errata of the survey's section 3: the counterexamples by hand."""

from fractions import Fraction

import pytest
from flint import fmpq

from exactmem.evaluate import evaluate_generic
from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.survey import as_printed as errata


def relu(t):
    return max(t, Fraction(0))


@pytest.mark.parametrize("tau", ["1/10", "1/3", "2"])
def test_the_printed_network_by_hand(tau):
    t, inputs = Fraction(tau), (Fraction(1), Fraction(11))
    exact = [fmpq(int(x)) for x in inputs]
    network = errata.printed_network(fmpq(1), fmpq(100), fmpq(1), fmpq(t.numerator, t.denominator), exact)
    for x in inputs:
        expected = Fraction(0)
        for sign, b in ((1, 1 - t), (-1, 1 + t)):
            d = min(abs(z - b) / (100 * z) for z in inputs) / 2
            expected += sign * (relu((1 + d * 100) * x - b) - relu(x - b)) / d
        (value,) = evaluate_generic(network, [(fmpq(int(x)),)])[0]
        assert Fraction(int(value.p), int(value.q)) == expected


def test_the_printed_delta_is_half_the_smallest_quotient():
    assert errata.printed_delta(fmpq(1), fmpq(2), fmpq(1), [fmpq(11), fmpq(3)]) == fmpq(1, 6)


def test_a_delta_that_is_too_large_is_noticed(monkeypatch):
    honest = errata.printed_delta
    monkeypatch.setattr(errata, "printed_delta", lambda u, v, b, inputs: 5 * honest(u, v, b, inputs))
    with pytest.raises(ProofFailure, match="tau"):
        errata.shifted()


def test_an_activation_that_is_not_additive_is_rejected(monkeypatch):
    monkeypatch.setattr(errata, "additive", lambda number: number[0] ** 2)
    with pytest.raises(ProofFailure, match="additive"):
        errata.regular()


def test_a_polynomial_is_rejected(monkeypatch):
    monkeypatch.setattr(errata, "additive", lambda number: number[0] + number[1] * errata.sp.sqrt(2))
    with pytest.raises(ProofFailure, match="sqrt"):
        errata.regular()


def test_systems_that_can_be_solved():
    assert errata.solvable([[1]], [1])
    assert errata.solvable([[1, 1], [2, 2]], [1, 2])
    assert not errata.solvable([[1, 1], [2, 2]], [1, 3])
