"""Counting free parameters: the verdict, and wrong counts that must be rejected."""

import pytest

from exactmem.ledger import discovery, running
from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.proofs.ours import free_parameters
from exactmem.sizes.counts import fnn_edges


def test_verdict():
    found = {c.id: running.run(c).result for c in discovery.ledger() if c.script == "ours/free_parameters"}
    assert [(name, result.verdict) for name, result in found.items()] == [("capacity-free-parameters", Verdict.PROVED)]
    assert [fact.name for fact in found["capacity-free-parameters"].assumes] == ["null sets"]


def test_all_parameters_are_too_many_for_relu_likes(monkeypatch):
    monkeypatch.setattr(
        free_parameters, "free_parameters", lambda activation, d_x, widths, d_y: fnn_edges(d_x, widths, d_y)
    )
    with pytest.raises(ProofFailure, match="one ReLU-like layer on a line"):
        free_parameters.show_counts()
