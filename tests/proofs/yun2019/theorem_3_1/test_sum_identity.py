"""The sum of layer 2: wrong constants, index sets or sides the proofs must reject."""

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_3_1 import sum_identity
from exactmem.proofs.yun2019.theorem_3_1._notation import alternating, clip_side, orientation


def unreversed(j, k, q):
    return (j - 1) * q + k


def unoriented(i, j, l, q):
    return clip_side(i, j, l, q) * orientation(l)


def unalternated(i, j, l, q):
    return clip_side(i, j, l, q) * alternating(j)


@pytest.mark.parametrize(("q_parity", "total"), [("odd", 1), ("even", 0), ("even", -1), ("odd", -1)])
def test_wrong_totals_are_rejected(q_parity, total):
    with pytest.raises(ProofFailure, match="the sum"):
        sum_identity.show_sum(q_parity, sp.Eq(sum_identity.TOTAL, total))


def test_index_sets_without_reversal_are_rejected():
    with pytest.raises(ProofFailure):
        sum_identity.show_partition(unreversed)
    with pytest.raises(ProofFailure):
        sum_identity.show_intervals(unreversed)


@pytest.mark.parametrize("side", [unoriented, unalternated])
def test_wrong_sides_are_rejected(side):
    with pytest.raises(ProofFailure):
        sum_identity.show_outputs(side)
    with pytest.raises(ProofFailure):
        sum_identity.show_gap_values(side)


def test_index_sets_of_the_printed_example():
    assert [sum_identity.index_set(4, 4, k) for k in (1, 2)] == [[1, 8, 9, 16], [2, 7, 10, 15]]


def test_checked_cases_notice_a_wrong_index_set(monkeypatch):
    sum_identity.check_case(3, 4)
    monkeypatch.setattr(sum_identity, "index_set", lambda p, q, k: [(j - 1) * q + k for j in range(1, p + 1)])
    with pytest.raises(ProofFailure):
        sum_identity.check_case(3, 4)
