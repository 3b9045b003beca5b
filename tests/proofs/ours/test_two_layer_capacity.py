"""The exact capacity of two-layer networks: wrong steps that must be rejected."""

from itertools import product

import pytest
import sympy as sp

from exactmem.constructions import two_layer
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap, slack
from exactmem.proofs.ours import two_layer_capacity


def test_three_slopes_need_a_leak():
    # the proof's step for N = 4 is about s_minus > 0: with s_minus = 0 the rate of equal orders vanishes
    rate, _ = two_layer_capacity.rate_and_rest(sp.Integer(0), 0, three=True)
    assert rate == 0
    with pytest.raises(ProofFailure):
        two_layer_capacity.show_far_enough(slack("rate"))


def test_the_other_orientation_has_the_wrong_sign(monkeypatch):
    monkeypatch.setattr(two_layer_capacity, "rate_and_rest", lambda leak, second, three: (gap("rate"), 0))
    with pytest.raises(ProofFailure, match="the sign of the rate"):
        two_layer_capacity.relu_like_units()


def test_a_wrong_left_slope_is_noticed(monkeypatch):
    monkeypatch.setattr(two_layer_capacity, "slopes_of_unit", lambda change, leak, o: (leak * change, change))
    with pytest.raises(ProofFailure):
        two_layer_capacity.show_units_make_kinks()
    with pytest.raises(ProofFailure):
        two_layer_capacity.rate_and_rest(gap("leak"), 1, three=False)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda between_is_first, p, n: [],
        lambda between_is_first, p, n: [(sp.Integer(1), p)],
        lambda between_is_first, p, n: [(sp.Integer(1), sp.Integer(1))],
        lambda between_is_first, p, n: [(sp.Integer(1), p + 1)],
        lambda between_is_first, p, n: [(sp.Integer(1), p), (p + 2, n)],
    ],
)
def test_blocks_that_are_no_partition_or_have_different_ends_are_rejected(monkeypatch, wrong):
    monkeypatch.setattr(two_layer_capacity, "cut", wrong)
    with pytest.raises((ProofFailure, IndexError)):
        two_layer_capacity.show_blocks()


def test_the_proof_s_rule_is_the_construction_s():
    for n in (3, 5, 7, 9):
        for signs in product((-1, 1), repeat=n):
            if signs[0] == signs[-1]:
                continue
            p = next(p for p in range(1, n, 2) if signs[p - 1] == signs[0] and signs[p + 1] != signs[0])
            blocks = two_layer_capacity.cut(signs[p] == signs[0], sp.Integer(p), sp.Integer(n))
            first, stop = blocks[0]
            assert two_layer.block_end(signs) == stop
            assert signs[first - 1] == signs[stop - 1]


def test_one_piece_less_is_rejected(monkeypatch):
    honest = two_layer_capacity.lemma_d1_bound
    monkeypatch.setattr(two_layer_capacity, "lemma_d1_bound", lambda layers: honest(layers) + 1)
    with pytest.raises(ProofFailure):
        two_layer_capacity.hard_tanh_least()
    with pytest.raises(ProofFailure):
        two_layer_capacity.capacity()
