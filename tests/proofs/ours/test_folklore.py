"""Output weights in closed form: wrong units and wrong weights, which the proofs must reject."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.ours import folklore
from tests.support.proof_variants import take_for_negative


def test_steps_less_steep_than_the_smallest_gap_are_rejected(monkeypatch):
    take_for_negative(monkeypatch, folklore, "beyond")
    with pytest.raises(ProofFailure):
        folklore.steps()


@pytest.mark.parametrize("name", ["threshold_weights", "sided_weights"])
def test_wrong_weights_of_the_library_are_rejected(monkeypatch, name):
    honest = getattr(folklore, name)
    monkeypatch.setattr(folklore, name, lambda labels: [labels[-1] - w for w in honest(labels)])
    with pytest.raises(ProofFailure, match="as computed"):
        folklore.steps()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("RISE", folklore.LABEL + folklore.BEFORE),
        ("HALF", folklore.RISE),
        ("FIRST_HALF", folklore.FIRST),
        ("STEEP", folklore.STEEP - 1),
    ],
)
def test_wrong_weights_in_print_are_rejected(monkeypatch, name, wrong):
    monkeypatch.setattr(folklore, name, wrong)
    with pytest.raises(ProofFailure):
        folklore.steps()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("CHORD", 2 * folklore.CHORD),
        ("OUTSIDE", folklore.OUTSIDE + 1),
        ("OUTSIDE", (folklore.LAST - folklore.FIRST) / (folklore.RIGHTMOST - folklore.LEFTMOST)),
        ("SINGLE", folklore.SINGLE + 1),
    ],
)
def test_wrong_slopes_are_rejected_even_if_the_library_computed_them(monkeypatch, name, wrong):
    monkeypatch.setattr(folklore, name, wrong)
    with pytest.raises(ProofFailure):
        folklore.distances()
    monkeypatch.setattr(folklore, "require_computed", lambda *_: None)
    with pytest.raises(ProofFailure, match=r"induction|f\(t_1\)|N = 1"):
        folklore.distances()


def test_wrong_distance_weights_of_the_library_are_rejected(monkeypatch):
    honest = folklore.distance_weights
    monkeypatch.setattr(folklore, "distance_weights", lambda line, labels: honest(line, labels)[::-1])
    with pytest.raises(ProofFailure, match="as computed"):
        folklore.distances()
