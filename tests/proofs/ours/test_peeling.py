"""Peeling: the verdicts, and wrong steps that the proofs must reject."""

import pytest
import sympy as sp

from exactmem.general_position import find_dependent_samples
from exactmem.ledger import discovery, running
from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.ledger.steps import gap
from exactmem.proofs.ours import peeling

VERDICTS = {
    "one-sided": Verdict.PROVED,
    "facet-rotation": Verdict.PROVED,
    "facet-full": Verdict.ASSUMED,
    "facet-values": Verdict.PROVED,
    "leaky-state": Verdict.PROVED,
    "narrow-resnet": Verdict.PROVED,
    "4.1-any-widths": Verdict.PROVED,
    "real-labels": Verdict.PROVED,
    "general-position-small": Verdict.CHECKED,
}


def test_what_rests_on_the_written_argument_says_so():
    for name in ("narrow-resnet", "4.1-any-widths", "real-labels"):
        (row,) = [c for c in discovery.ledger() if c.id == name]
        assert "facet-full" in running.run(row).result.assumes


def test_a_unit_without_its_affine_remainder_is_rejected(monkeypatch):
    monkeypatch.setattr(peeling, "relu_like_unit", lambda z: peeling.activations.relu_like(z) / peeling.S_PLUS)
    with pytest.raises(ProofFailure):
        peeling.one_sided()


def test_an_unshifted_hard_tanh_is_rejected(monkeypatch):
    monkeypatch.setattr(peeling, "hard_tanh_unit", peeling.activations.hard_tanh)
    with pytest.raises(ProofFailure):
        peeling.one_sided()


def test_turning_beyond_the_first_sample_is_rejected(monkeypatch):
    monkeypatch.setattr(peeling, "gap", lambda name: -gap(name) if name == "excess" else gap(name))
    with pytest.raises(ProofFailure):
        peeling.rotation()


def test_values_above_the_size_are_rejected(monkeypatch):
    monkeypatch.setattr(peeling, "slack", lambda name: -gap(name) if name == "room" else gap(name))
    with pytest.raises(ProofFailure):
        peeling.values()


def test_too_flat_a_unit_is_rejected(monkeypatch):
    honest = peeling.slack
    monkeypatch.setattr(peeling, "slack", lambda name: -gap(name) if name == "excess" else honest(name))
    with pytest.raises(ProofFailure):
        peeling.values()


def test_a_wrong_growth_factor_is_rejected(monkeypatch):
    honest = peeling.require_equal
    monkeypatch.setattr(peeling, "require_equal", lambda a, b, step: honest(a, 2 * b if "rho'" in step else b, step))
    with pytest.raises(ProofFailure, match="rho'"):
        peeling.leaky_state()


def test_floors_instead_of_ceilings_do_not_fit(monkeypatch):
    n = sp.Symbol("n", integer=True, nonnegative=True)
    monkeypatch.setattr(peeling, "parities", lambda name: [("odd", 2 * n), ("even", 2 * n + 1)])
    with pytest.raises(ProofFailure):
        peeling.narrow_resnet()


def test_the_small_sets_are_the_same_on_every_run_and_in_general_position():
    sets = peeling.small_sets()
    assert sets == peeling.small_sets()
    assert len(sets) == 12
    assert {len(points[0]) for points in sets} == {1, 2, 3}
    for points in sets:
        assert find_dependent_samples([tuple(map(peeling.fmpq, x)) for x in points]) is None


def test_a_network_that_cannot_be_built_is_a_failure():
    data = peeling.make_dataset([[0], [1], [2]], [0, 1, 0])
    with pytest.raises(ProofFailure, match="theorem real-labels, widths \\(1,\\), hard-tanh"):
        peeling.fits(data, "real-labels", (1,), peeling.HARD_TANH)
