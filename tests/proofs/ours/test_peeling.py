"""Peeling: wrong steps that the proofs must reject."""

import pytest
import sympy as sp

from exactmem.general_position import find_dependent_samples
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from exactmem.proofs.ours import facets, peeling


@pytest.mark.parametrize(
    "wrong",
    [
        lambda d_x, d_y, facets: min(d_x, d_y) + (facets - 1) * min(d_x, d_y + 1),
        lambda d_x, d_y, facets: min(d_x, d_y) + facets * min(d_x, d_y),
        lambda d_x, d_y, facets: facets * min(d_x, d_y + 1),
    ],
)
def test_a_smaller_size_for_real_labels_is_rejected(monkeypatch, wrong):
    monkeypatch.setattr(peeling, "units_for", wrong)
    with pytest.raises(ProofFailure):
        peeling.real_labels()


@pytest.mark.parametrize("d_x", [2, 3])
def test_a_wrong_size_for_scalar_labels_in_one_dimension_is_rejected(monkeypatch, d_x):
    honest, wrong = peeling.units_for, sp.Integer(d_x)
    more = peeling.positive_index("more")
    wrong_at = (wrong, wrong - 1 + more) if d_x == 3 else (wrong,)
    monkeypatch.setattr(peeling, "units_for", lambda d, d_y, m: honest(d, d_y, m) + int(d_y == 1 and d in wrong_at))
    with pytest.raises(ProofFailure, match="scalar labels"):
        peeling.show_units_of_real_labels()


def test_a_denominator_that_may_vanish_is_rejected(monkeypatch):
    honest = peeling.slack
    monkeypatch.setattr(peeling, "slack", lambda name: -gap(name) if name == "|sum w u.p|" else honest(name))
    with pytest.raises(ProofFailure, match="kappa"):
        peeling.leaky_state()


def test_a_printed_size_that_is_too_small_is_rejected(monkeypatch):
    monkeypatch.setattr(peeling, "printed_units", lambda kind, N, d_x, d_y: 2 * N / d_x)
    with pytest.raises(ProofFailure, match="printed size as executed"):
        peeling.any_widths()


def test_a_unit_without_its_affine_remainder_is_rejected(monkeypatch):
    monkeypatch.setattr(peeling, "relu_like_unit", lambda z: peeling.activations.relu_like(z) / peeling.S_PLUS)
    with pytest.raises(ProofFailure):
        peeling.one_sided()


def test_an_unshifted_hard_tanh_is_rejected(monkeypatch):
    monkeypatch.setattr(peeling, "hard_tanh_unit", peeling.activations.hard_tanh)
    with pytest.raises(ProofFailure):
        peeling.one_sided()


def test_turning_beyond_the_first_sample_is_rejected(monkeypatch):
    monkeypatch.setattr(facets, "gap", lambda name: -gap(name) if name == "excess" else gap(name))
    with pytest.raises(ProofFailure):
        facets.rotation()


def test_a_larger_group_may_be_parallel_to_the_direction():
    """With d_x samples in T already, T and another sample are d_x + 1, and the argument stops."""
    with pytest.raises(ProofFailure, match="at most d_x samples"):
        facets.off_span(left_out=0)


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
