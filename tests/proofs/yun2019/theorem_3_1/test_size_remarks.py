"""Size remarks: the numbers by hand."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_3_1 import size_remarks


def test_edges_by_hand():
    assert size_remarks.edges(2, 3, 4, 1) == 3 * 3 + 4 * 4 + 1 * 5
    assert size_remarks.edges(1, 2, 2, 1) == 13


def test_a_wrong_count_of_edges_is_noticed(monkeypatch):
    monkeypatch.setattr(size_remarks, "edges", lambda d_x, first, second, d_y: first * d_x + second * first + d_y)
    with pytest.raises(ProofFailure):
        size_remarks.edge_count()


def test_a_smaller_capacity_is_noticed(monkeypatch):
    monkeypatch.setattr(size_remarks, "ILSVRC_2012", 10**6)
    with pytest.raises(ProofFailure, match=r"Proposition 3\.2 does not"):
        size_remarks.imagenet_fewer()
