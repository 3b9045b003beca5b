"""CIFAR-10: the numbers by hand."""

from fractions import Fraction
from math import ceil

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_4_1 import sizes
from exactmem.sizes.problem import Problem


def test_the_printed_numbers_by_hand():
    bound = Fraction(4 * 50_000, 3_072) + 4 * 10
    assert (ceil(bound), ceil(bound) + 2 * 10) == (106, 126)
    assert 4 * ((50_000 + 10 * 3_071) // 3_072) == 104
    assert 3 * 9 * ceil(Fraction(5_000, 3_072)) == 54
    assert 2 * ceil(Fraction(50_000, 3_072)) - 1 + 9 == 42


def test_other_data_do_not_pass(monkeypatch):
    monkeypatch.setattr(sizes, "CIFAR_10", Problem(60_000, 3_072, 10, sizes.RELU))
    for proof in (sizes.cifar, sizes.cifar_fewer, sizes.cifar_better):
        with pytest.raises(ProofFailure):
            proof()
