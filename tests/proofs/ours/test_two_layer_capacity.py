"""The exact capacity of two-layer networks: verdicts, and wrong steps that must be rejected."""

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


def test_another_cut_leaves_a_block_with_different_ends(monkeypatch):
    monkeypatch.setattr(two_layer_capacity, "block_ends", lambda first, p, between, after, last: [(first, between)])
    with pytest.raises(ProofFailure):
        two_layer_capacity.show_blocks()


def test_the_proof_s_rule_is_the_construction_s():
    for n in (3, 5, 7, 9):
        for signs in product((-1, 1), repeat=n):
            if signs[0] == signs[-1]:
                continue
            p = next(p for p in range(1, n, 2) if signs[p - 1] == signs[0] and signs[p + 1] != signs[0])
            ends = two_layer_capacity.block_ends(signs[0], signs[p - 1], signs[p], signs[p + 1], signs[-1])
            stop = two_layer.block_end(signs)
            assert stop == (p + 1 if len(ends) == 1 else p)
            assert (signs[0], signs[stop - 1]) == ends[0]
