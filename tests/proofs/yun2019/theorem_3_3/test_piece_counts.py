"""Theorem 3.3: the jumping networks on hard data, and variants the proofs must reject."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import RELU
from exactmem.evaluate import evaluate_generic
from exactmem.ledger import discovery
from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.networks import FNN, dense, layer
from exactmem.proofs.yun2019.theorem_3_3 import _jumps
from exactmem.proofs.yun2019.theorem_3_3 import piece_counts as theorem_3_3
from exactmem.sizes.pieces import HiddenLayer, lemma_d1_bound, shared_breakpoint_bound
from exactmem.testing import rationals


def test_every_refuted_statement_about_pieces_has_a_corrected_one():
    rows = [c for c in discovery.ledger() if c.script == "yun2019/theorem_3_3/piece_counts"]
    corrected = {c.corrects for c in rows if c.expected in (Verdict.PROVED, Verdict.CHECKED)}
    assert {c.id for c in rows if c.expected is Verdict.REFUTED} <= corrected


@given(
    st.lists(rationals(low=-9, high=9, max_denominator=3), min_size=7, max_size=7, unique=True),
    st.lists(st.sampled_from([fmpq(-1), fmpq(-1, 3), fmpq(0), fmpq(0), fmpq(1)]), min_size=7, max_size=7),
)
def test_four_jumping_units_fit_any_seven_samples(places, labels):
    places = sorted(places)
    network = _jumps.jump_network(places, labels)
    assert network.widths == (4,)
    assert evaluate_generic(network, [[t] for t in places]) == [[y] for y in labels]


@pytest.mark.parametrize("blocks", [1, 2, 5])
def test_the_jumping_networks_on_collinear_constant_and_alternating_labels(blocks):
    places = [fmpq(i * i, 3) for i in range(1, 3 * blocks + 2)]
    for label in (lambda t: t, lambda t: fmpq(0), lambda t: fmpq(1), lambda t: (-1) ** places.index(t) * fmpq(1)):
        labels = [label(t) for t in places]
        network = _jumps.jump_network(places, labels)
        assert network.widths == (2 * blocks,)
        assert evaluate_generic(network, [[t] for t in places]) == [[y] for y in labels]


@pytest.mark.parametrize("value", [lambda r, w, t, tau: r * w * (t - tau), lambda r, w, t, tau: r])
def test_units_that_do_not_jump_or_do_not_slope_are_rejected(monkeypatch, value):
    monkeypatch.setattr(_jumps, "right_value", value)
    for sign in (1, -1):
        with pytest.raises(ProofFailure):
            _jumps.show_jump_block(sign)
    with pytest.raises(ProofFailure):
        _jumps.show_jump_start()


def test_a_continuous_counterexample_is_rejected(monkeypatch):
    continuous = FNN((layer(dense([[1]]), ["-5/2"], RELU), layer(dense([[2]]), [2])))
    monkeypatch.setattr(theorem_3_3, "sawtooth_network", lambda: continuous)
    with pytest.raises(ProofFailure):
        theorem_3_3.extremal_step()


def test_wrong_bounds_are_rejected(monkeypatch):
    for name, honest, prove in (
        ("lemma_d1_bound", lemma_d1_bound, theorem_3_3.printed_counts),
        ("shared_breakpoint_bound", shared_breakpoint_bound, theorem_3_3.corrected),
    ):
        for wrong in (lambda layers, f=honest: f(layers) - 1, lambda layers, f=honest: f(layers[:1])):
            with monkeypatch.context() as patch:
                patch.setattr(theorem_3_3, name, wrong)
                with pytest.raises(ProofFailure):
                    prove()


def test_networks_above_a_bound_are_rejected(monkeypatch):
    monkeypatch.setattr(theorem_3_3, "shared_breakpoint_bound", lambda layers: 3)
    with pytest.raises(ProofFailure, match="pieces"):
        theorem_3_3.random_networks()


def test_wrong_signs_are_rejected(monkeypatch):
    monkeypatch.setattr(theorem_3_3, "minus_one_to", lambda exponent: 1)
    with pytest.raises(ProofFailure):
        theorem_3_3.show_alternation()
    monkeypatch.setattr(theorem_3_3, "smallest_impossible", lambda bound: bound + 1)
    with pytest.raises(ProofFailure):
        theorem_3_3.show_least_impossible()


def test_the_bounds_by_hand():
    assert lemma_d1_bound([HiddenLayer(4, 3), HiddenLayer(4, 3)]) == 105
    assert shared_breakpoint_bound([HiddenLayer(4, 3), HiddenLayer(4, 3)]) == 81
