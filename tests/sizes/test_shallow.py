"""Size conditions of the shallow constructions, against enumeration."""

import itertools

import pytest

from exactmem.sizes.product import ProductCondition, below
from exactmem.sizes.shallow import DecoupledCondition, ProductAndReadout


@pytest.mark.parametrize("second", [1, 2, 3, 10])
def test_decoupled_smallest_is_the_least_sum(second):
    for target in range(1, 40):
        condition = DecoupledCondition(second, target)
        admissible = [
            (d1 + d2, (d1, d2))
            for d1, d2 in itertools.product(range(1, 2 * target + 1), range(second, second * target + 1, second))
            if (d1 + 1) // 2 * (d2 // second) >= target
        ]
        least = condition.smallest()
        assert sum(least) == min(admissible)[0]
        assert condition.unmet(*least, "text") is None


def test_huge_targets_are_exact():
    assert DecoupledCondition(2, 10**16).smallest() == (2 * 10**8 - 1, 2 * 10**8)
    d1, d2 = DecoupledCondition(1, 10**16 + 1).smallest()
    assert (d1 + 1) // 2 * d2 >= 10**16 + 1


def test_sentences_carry_the_numbers():
    assert below("d3=4", 4, 4, "d3 >= d_y") is None
    assert below("d3=3", 3, 4, "d3 >= d_y") == "d3 >= d_y does not hold for d3=3: 3 < 4"
    assert DecoupledCondition(2, 9).unmet(3, 4, "condition") == "condition does not hold for d1=3, d2=4: 4 < 9"
    both = ProductAndReadout(ProductCondition(1, 1, 1, 6), "d1*d2 >= N", 2, "d3 >= d_y - 1")
    assert both.smallest() == (2, 3, 2)
    assert both.unmet((2, 3, 2)) is None
    assert both.unmet((2, 2, 1)) == "d1*d2 >= N does not hold for d1=2, d2=2: 4 < 6"
    assert both.unmet((2, 3, 1)) == "d3 >= d_y - 1 does not hold for d3=1: 1 < 2"


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 2), (3, 2)])
def test_both_conditions_are_asked_of_the_widths_in_their_order(first, second):
    both = ProductAndReadout(ProductCondition(first, second, 1, 6), "product", 2, "read-out")
    for d1, d2, d3 in itertools.product(range(1, 9), range(1, 9), range(1, 4)):
        assert (both.unmet((d1, d2, d3)) is None) == ((d1 // first) * (d2 // second) >= 6 and d3 >= 2)
