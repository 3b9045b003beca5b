"""The errata of the survey's section 3: the verdicts and the counterexamples by hand."""

from fractions import Fraction

import pytest
from flint import fmpq

from exactmem.evaluate import evaluate_generic
from exactmem.ledger import discovery
from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.survey import as_printed as errata

REFUTED = [
    "survey-1-distinct",
    "survey-1-regular",
    "survey-2-count",
    "survey-2-short-group",
    "survey-3-delta",
    "survey-3-shift",
    "survey-3-linear",
]


def test_every_refuted_claim_names_its_correction():
    assert {c.corrects for c in discovery.ledger()}.issuperset(REFUTED)


def relu(t):
    return max(t, Fraction(0))


@pytest.mark.parametrize(("tau", "delta"), [("1/10", "1/220"), ("1/100", "1/220"), ("1/10", "1/2000")])
def test_the_printed_network_by_hand(tau, delta):
    network = errata.printed_network(fmpq(*map(int, tau.split("/"))), fmpq(*map(int, delta.split("/"))))
    t, d = Fraction(tau), Fraction(delta)
    for x in (Fraction(1), Fraction(11)):
        pairs = [relu((1 + d * 100) * x - b) - relu(x - b) for b in (1 - t, 1 + t)]
        (value,) = evaluate_generic(network, [(fmpq(int(x)),)])[0]
        assert Fraction(int(value.p), int(value.q)) == (pairs[0] - pairs[1]) / d


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
