"""The errata of Section 3.3 and Appendix E: the counterexamples at the least alpha by hand."""

import pytest
from flint import fmpq

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.proposition_3_4 import as_printed as errata_deep

SPIKE = (range(8), [0, 0, 0, 0, 1, 0, 0, 0])
GAP = ([0, 100, 200, 300, 301, 400, 500, 600], [0] * 8)


@pytest.fixture
def least_alpha(monkeypatch):
    """Alpha exactly at the least, where the tight samples sit on +-1 (printed: strictly outside)."""
    monkeypatch.setattr(errata_deep, "require_as_printed", lambda *args: None)
    return fmpq(0)


def test_outputs_at_the_least_alpha(least_alpha):
    fractions = {
        "spike": errata_deep.outputs(errata_deep.printed_network(*SPIKE, 1, False, least_alpha), SPIKE[0]),
        "gap": errata_deep.outputs(errata_deep.printed_network(*GAP, 1000, True, least_alpha), GAP[0]),
    }
    assert fractions["spike"] == [fmpq(5, 6)] * 4 + [fmpq(1), fmpq(0), fmpq(0), fmpq(0)]
    assert fractions["gap"] == [fmpq(0)] * 3 + [fmpq(32, 33), fmpq(97, 100)] + [fmpq(0)] * 3


def test_the_block_of_four_zeros_leaks_one_half_at_the_least_alpha():
    line = [fmpq(c) for c in range(-1, 5)]
    block = errata_deep.printed_block(1, line, [fmpq(0)] * 4, False, fmpq(0))
    assert [errata_deep.block_sum(block, line[i]) for i in (0, 5)] == [fmpq(1, 2)] * 2


def test_an_alpha_below_the_least_is_not_as_printed():
    line = [fmpq(c) for c in range(-1, 5)]
    block = errata_deep.printed_block(1, line, [fmpq(0)] * 4, False, fmpq(0))
    with pytest.raises(ProofFailure, match="clips sample"):
        errata_deep.require_as_printed(block, line, [fmpq(0)] * 4)
    with pytest.raises(ProofFailure, match="fits sample"):
        errata_deep.require_as_printed(block, line, [fmpq(1)] * 4)


def test_true_neighbours_and_clipped_ends_repair_the_printed_network():
    """With delta = 1, the true spacing of 0..7, and the ends clipped, the printed network fits."""
    network = errata_deep.printed_network(*SPIKE, 1, True)
    assert errata_deep.outputs(network, SPIKE[0]) == list(map(fmpq, SPIKE[1]))


def test_the_spike_is_noticed_when_it_is_not_there(monkeypatch):
    """The refutation itself fails if the printed network is silently repaired."""
    printed = errata_deep.printed_network
    monkeypatch.setattr(errata_deep, "printed_network", lambda x, y, delta, clip_ends: printed(x, y, delta, True))
    with pytest.raises(ProofFailure, match="four samples are not fitted"):
        errata_deep.network_alpha()
