"""The search for block indices against plain enumeration of the printed conditions."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.constructions.parts.block_indices import BlockCondition
from exactmem.errors import SizeError, UsageError
from tests.support.deep_cases import admissible_indices, is_admissible, printed_sum, width_vectors


@settings(max_examples=150)
@given(width_vectors(14), st.sampled_from([2, 4]), st.integers(1, 3))
def test_best_indices_are_the_best_of_all(widths, step, values):
    condition = BlockCondition(step, values)
    totals = {indices: printed_sum(widths, indices, values, step) for indices in admissible_indices(widths, values)}
    most = max(totals.values(), default=0)
    found, indices = condition.best(widths)
    assert found == most
    if most:
        assert totals[indices] == most == condition.total(widths, indices)
        ties = [other for other, total in totals.items() if total == most]
        assert indices == min(ties, key=lambda other: (len(other), other))
    else:
        assert indices == ()


@given(width_vectors(6), st.integers(1, 2), st.lists(st.integers(-1, 8), max_size=3).map(tuple))
def test_broken_says_why_exactly_when_a_condition_fails(widths, values, indices):
    assert (BlockCondition(2, values).broken(widths, indices) is None) == is_admissible(widths, indices, values)


@pytest.mark.parametrize(
    ("widths", "indices", "reason"),
    [
        ((4, 4, 4), (), "at least one block"),
        ((4, 4, 4), (3,), "l_1 = 3 is not in 1 .. 2"),
        ((4, 4, 4), (0,), "l_1 = 0 is not in 1 .. 2"),
        ((4, 4, 4), (1, 2), "l_1 \\+ 1 < l_2 does not hold for l_1 = 1, l_2 = 2"),
        ((4, 4, 1, 4, 4, 4), (1, 3, 5), "d_3 = 1 is less than r_2 = 2"),
        ((4, 4, 1, 4, 4), (1, 4), "d_3 = 1 is less than 2, which layers between blocks need"),
    ],
)
def test_broken_names_the_place(widths, indices, reason):
    with pytest.raises(UsageError, match=reason):
        BlockCondition(2, 1).choose(widths, 1, indices)


def test_layers_after_the_last_block_carry_every_value():
    assert BlockCondition(2, 2).broken((4, 4, 1), (1,)) == "d_3 = 1 is less than 2, which layers after them need"
    assert BlockCondition(2, 2).broken((4, 4, 2), (1,)) is None


@pytest.mark.parametrize("values", [1, 2, 3])
def test_layers_between_blocks_carry_every_value_and_the_input(values):
    condition = BlockCondition(2, values)
    pair = (9 * values, 9 * values)
    narrow, wide = (*pair, values, *pair), (*pair, values + 1, *pair)
    assert condition.best(narrow)[1] == (1,)
    assert condition.best(wide)[1] == (1, 4)
    assert condition.broken(narrow, (1, 4)) is not None


def test_negative_factors_do_not_count():
    """Six hidden layers of width 1: the sum as printed is 4 for l = 1, 3, 5, by (-1)(-1) in the middle."""
    widths = (1,) * 6
    assert printed_sum(widths, (1, 3, 5), 1, 2) == 4
    condition = BlockCondition(2, 1)
    assert condition.best(widths) == (0, ())
    assert condition.capacity(widths, 3, 2) == 0
    assert condition.broken(widths, (1, 3, 5)) == "d_3 = 1 is less than r_2 = 2, the units set aside there"


def test_choose_takes_the_best_or_the_given_indices_and_refuses_what_is_too_small():
    condition = BlockCondition(2, 1)
    widths = (5, 5, 5, 5)
    assert condition.choose(widths, 16, None) == (1, 3)
    assert condition.choose(widths, 16, (2,)) == (2,)
    with pytest.raises(SizeError, match="blocks 2 hold 16 < 17 samples; blocks 1,3 hold 32") as caught:
        condition.choose(widths, 17, (2,))
    assert caught.value.witness == (1, 3)


@pytest.mark.parametrize("step", [2, 4])
@pytest.mark.parametrize("values", [1, 2])
@pytest.mark.parametrize("hidden", [2, 3, 4])
def test_smallest_has_the_fewest_hidden_units_of_all_widths(step, values, hidden):
    """All vectors with fewer hidden units hold fewer samples, by enumeration."""
    for N in (1, 5) if step == 4 else (1, 4, 5, 9):
        condition = BlockCondition(step, values)
        least = condition.smallest(N, hidden)
        assert len(least) == hidden
        assert condition.best(least)[0] >= N
        fewer = sum(least) - 1
        for widths in itertools.product(range(1, fewer + 1), repeat=hidden):
            if sum(widths) == fewer:
                assert condition.best(widths)[0] < N


def test_smallest_is_quick_for_a_million_million_samples():
    d1, d2 = BlockCondition(4, 1).smallest(10**12)
    assert 4 * (d1 // 4) * (d2 // 4) >= 10**12
    assert 4 * 10**6 <= d1 + d2 <= 4 * 10**6 + 8
    widths = (1, d1 + 1, d2 + 1, 3, d1 + 1, d2 + 1)
    assert BlockCondition(4, 1).best(widths) == (2 * 10**12, (2, 5))


def test_unmet_gives_the_numbers():
    condition = BlockCondition(2, 1)
    assert condition.unmet((5, 5, 5, 5), 16, "C") is None
    assert condition.unmet((5, 5, 5, 5), 33, "C") == (
        "C does not hold for widths 5,5,5,5: the sum is at most 32 < 33, with blocks at l = 1,3"
    )
    assert condition.unmet((1, 5, 1), 1, "C", " (here)") == (
        "C does not hold for widths 1,5,1 (here): no two adjacent layers have room for a block"
    )
