"""Proposition 3.4 builds at all admissible indices and exactly the given widths, and refuses one sample more."""

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH
from exactmem.constructions.build import build
from exactmem.constructions.proposition_3_4 import condition_text, smallest
from exactmem.constructions.theorem import Choices
from exactmem.errors import SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified, datasets, rationals
from tests.support.deep_cases import NASTY, admissible_indices, printed_sum, scattered, width_vectors


def check_construction(data, widths, **choices):
    construction = build(data, "3.4", widths, HARD_TANH, Choices(**choices))
    assert construction.network.widths == tuple(widths)
    assert_memorizes(construction.network, data)
    return construction


@settings(max_examples=40)
@given(width_vectors(8), st.integers(1, 2), st.data())
def test_every_admissible_choice_of_indices_builds_and_one_sample_more_is_refused(widths, d_y, data):
    sums = {indices: printed_sum(widths, indices, d_y, 2) for indices in admissible_indices(widths, d_y)}
    choices = sorted(indices for indices, total in sums.items() if 0 < total <= 40)
    for indices in data.draw(st.permutations(choices))[:3]:
        construction = check_construction(scattered(sums[indices], d_y), widths, blocks=indices)
        assert construction.parameters["blocks"] == ",".join(map(str, indices))
        with pytest.raises(SizeError, match=rf"{sums[indices]} < {sums[indices] + 1}"):
            build(scattered(sums[indices] + 1, d_y), "3.4", widths, HARD_TANH, Choices(blocks=indices))


@settings(max_examples=40)
@given(width_vectors(9), st.integers(1, 3))
def test_the_best_indices_just_suffice(widths, d_y):
    most = max((printed_sum(widths, i, d_y, 2) for i in admissible_indices(widths, d_y)), default=0)
    if 0 < most <= 40:
        check_construction(scattered(most, d_y), widths)
    if most < 40:
        reason = rf"at most {most} < {most + 1}, with blocks at l" if most else "no two adjacent layers have room"
        with pytest.raises(SizeError, match=reason) as caught:
            build(scattered(most + 1, d_y), "3.4", widths, HARD_TANH)
        assert caught.value.witness == smallest(Problem(most + 1, 2, d_y, HARD_TANH))


@settings(max_examples=40)
@given(datasets(max_samples=14, max_d_y=2, labels=rationals(low=-100, high=100)))
def test_any_data_in_narrow_deep_networks_with_unequal_labels_scaled(data):
    """Width 1 before l_1 = 2, consecutive blocks, partly filled ones, odd widths, a layer after the last block."""
    d_y = data.d_y
    construction = check_construction(data, (1, 5, 4 * d_y + 2, 3 + d_y, 2 * d_y + d_y + 1, d_y + 4, 3 * d_y + 1, d_y))
    assert_verified(construction)


WIDTHS = {
    "one block": (9, 4),
    "width 1 before the block": (1, 1, 9, 5),
    "layers after the block": (8, 5, 1, 2, 1),
    "consecutive blocks": (3, 3, 4, 4, 4, 4, 3, 3),
    "layers between and after": (1, 5, 5, 2, 2, 5, 5, 1),
    "wide": (30, 31, 2, 30, 31),
}


@pytest.mark.parametrize("widths", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("data", NASTY.values(), ids=NASTY)
def test_data_that_break_naive_implementations(data, widths):
    assert_verified(check_construction(data, widths))


UNITS_USED = {
    2: [1, 2, 1, 1, 1, 1],
    4: [2, 2, 1, 1, 1, 1],
    5: [3, 3, 2, 3, 1, 1],
    8: [3, 3, 3, 3, 1, 1],
    9: [3, 3, 4, 4, 2, 3],
    12: [3, 3, 4, 4, 3, 3],
}


@pytest.mark.parametrize("N", UNITS_USED)
def test_blocks_of_four_samples_each_are_filled_one_after_the_other(N):
    """Blocks at l = 1, 3, 5; one that gets no samples has no unit, and nothing is carried further than it is needed."""
    network = check_construction(scattered(N, 1), (3, 3, 4, 4, 3, 3), blocks=(1, 3, 5)).network
    assert [sum(1 for row in layer.weight.nonzero() if row) for layer in network.layers[:-1]] == UNITS_USED[N]


def test_both_counterexamples_to_the_printed_proof_are_memorized():
    """The data on which Appendix E fails as printed (`proposition_3_4/as_printed.py`), in the same two 2 x 2 blocks."""
    for name in ("one spike", "gap between blocks"):
        for widths in ((3, 3, 3, 3), (3, 3, 2, 3, 3, 1)):
            check_construction(NASTY[name], widths, delta=fmpq(10) ** 9)
            check_construction(NASTY[name], widths, delta=fmpq(1, 10**9))


def test_without_widths_the_fewest_hidden_units_are_taken():
    data = scattered(17, 2)
    assert smallest(Problem(17, 2, 2, HARD_TANH)) == build(data, "3.4").network.widths == (6, 8)
    assert smallest(Problem(10**12, 5, 1, HARD_TANH)) == (10**6, 10**6)


def test_refusals_say_what_would_do():
    data = scattered(9, 1)
    with pytest.raises(UsageError, match="is about 2 or more hidden layers: give as many widths, not 1"):
        build(data, "3.4", (99,), HARD_TANH)
    with pytest.raises(SizeError, match="with 4 hidden layers the fewest hidden units are in 1,1,2,6"):
        build(data, "3.4", (3, 3, 3, 3), HARD_TANH)
    with pytest.raises(UsageError, match=r"blocks 2,3: l_1 \+ 1 < l_2 does not hold"):
        build(data, "3.4", (9, 9, 9, 9), HARD_TANH, Choices(blocks=(2, 3)))
    with pytest.raises(UsageError, match="not relu"):
        build(data, "3.4", (9, 9), build(data, "A.1").network.layers[0].activation)


@pytest.mark.parametrize(
    "choices",
    [{"precision": 0}, {"precision": 40}, {"alpha": fmpq(10**6)}, {"u": (fmpq(1), fmpq(10**4))}, {"delta": fmpq(1, 7)}],
    ids=str,
)
def test_free_choices_are_taken(choices):
    data = scattered(16, 1)
    plain, chosen = build(data, "3.4", (3, 3, 2, 7, 5), HARD_TANH), check_construction(data, (3, 3, 2, 7, 5), **choices)
    assert chosen.network != plain.network


def test_codes_are_refused():
    with pytest.raises(UsageError, match=r"3\.4 has no free parameter 'codes'"):
        check_construction(scattered(4, 1), (4, 4), codes=(fmpq(1),))


def test_the_condition_is_the_printed_one():
    assert condition_text("hard-tanh").startswith(
        "4*sum_j floor((d_{l_j} - r_j)/2)*floor((d_{l_j+1} - r_j)/(2*d_y)) >= N with r_j = d_y*1{j>1} + 1{j<m}"
    )
