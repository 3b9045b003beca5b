"""Counting free parameters: wrong counts that must be rejected."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.ours import free_parameters
from exactmem.sizes.counts import fnn_edges


def test_all_parameters_are_too_many_for_relu_likes(monkeypatch):
    monkeypatch.setattr(
        free_parameters, "free_parameters", lambda activation, d_x, widths, d_y: fnn_edges(d_x, widths, d_y)
    )
    with pytest.raises(ProofFailure, match="one ReLU-like layer on a line"):
        free_parameters.show_counts()
