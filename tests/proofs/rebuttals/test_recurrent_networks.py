"""The toy example of the response on recurrent networks, by enumeration."""

from fractions import Fraction
from itertools import product

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.rebuttals import recurrent_networks as response


@pytest.mark.parametrize("m", [1, 4, 9])
def test_the_mean_square_over_all_sign_vectors(m):
    a = [(-1) ** (k // 2) for k in range(m)]
    squares = [sum(x * w for x, w in zip(a, signs, strict=True)) ** 2 for signs in product((1, -1), repeat=m)]
    assert Fraction(sum(squares), len(squares)) == m


def test_another_factor_is_noticed(monkeypatch):
    monkeypatch.setattr(response, "QUOTED", 100)
    with pytest.raises(ProofFailure):
        response.much_smaller()
    with pytest.raises(ProofFailure):
        response.from_which_m()


def test_another_update_is_noticed(monkeypatch):
    monkeypatch.setattr(response, "update", lambda c, square, m: (c * square, c**2 * square))
    with pytest.raises(ProofFailure):
        response.inner_product()
