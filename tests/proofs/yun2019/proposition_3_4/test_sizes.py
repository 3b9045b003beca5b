"""Sizes of deep networks: variants that must fail, and the bounds on concrete widths."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactmem.constructions.parts.block_indices import BlockCondition
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import index
from exactmem.proofs.yun2019.proposition_3_4 import sizes as deep_sizes


@pytest.mark.parametrize("step", deep_sizes.STEPS)
def test_narrower_layers_are_rejected(step):
    n = index("n-1") + 1
    with pytest.raises(ProofFailure):
        deep_sizes.show_enough_left(step, (step + 1) * n)


@pytest.mark.parametrize("step", deep_sizes.STEPS)
def test_merging_that_frees_too_much_is_rejected(step):
    deep_sizes.show_merging(step)
    with pytest.raises(ProofFailure):
        deep_sizes.show_merging(step, step + 1)


def test_spaced_indices():
    assert deep_sizes.spaced(4) == {(1,), (2,), (3,), (4,), (1, 3), (1, 4), (2, 4)}


@given(st.sampled_from(deep_sizes.STEPS), st.integers(1, 3), st.lists(st.integers(0, 30), min_size=2, max_size=9))
def test_the_edge_bound_holds(step, d_y, more):
    """Claim 3.4-edges on concrete widths, by the search over all indices."""
    widths = [(step + 1) * d_y + 1 + extra for extra in more]
    edges = sum(a * b for a, b in itertools.pairwise(widths))
    assert BlockCondition(step, d_y).best(widths)[0] * 8 * step**2 * d_y >= edges
