"""Interpolation by ReLU-like units: wrong weights the proofs must reject."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.ours import interpolation


@pytest.mark.parametrize("wrong", [lambda w, c: ([w[0] + 1, *w[1:]], c), lambda w, c: (w, 2 * c)])
def test_other_weights_for_interpolation_are_rejected(monkeypatch, wrong):
    honest = interpolation.weights_for
    monkeypatch.setattr(interpolation, "weights_for", lambda *args: wrong(*honest(*args)))
    with pytest.raises(ProofFailure):
        interpolation.interpolation_units()
