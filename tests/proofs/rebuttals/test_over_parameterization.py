"""The response on over-parameterization: other laws and other numbers are noticed."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.rebuttals import over_parameterization as response


def test_a_law_that_reaches_24_is_noticed(monkeypatch):
    monkeypatch.setattr(response, "LAW", 2 + 2 * response.ORDER)
    with pytest.raises(ProofFailure):
        response.from_24_to_8()


def test_sentences_without_the_slip_are_noticed(monkeypatch):
    stated, compared = response.SENTENCES
    monkeypatch.setattr(response, "SENTENCES", (stated, compared.replace("Theorem 3.11", "Theorem 3.10")))
    with pytest.raises(ProofFailure):
        response.numbers()
    monkeypatch.setattr(response, "SENTENCES", (stated, compared.replace("Remark 3.11", "Remark 3.10")))
    with pytest.raises(ProofFailure):
        response.right_numbers()
