"""Corollary A.2: deep hard-tanh classification with the gates anywhere the conditions allow."""

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH
from exactmem.constructions.build import build
from exactmem.constructions.corollary_a_2 import condition_text, gate_layer, smallest
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import DatasetError, SizeError, UsageError
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified, classification_datasets
from tests.support.deep_cases import NASTY, classified, gated_indices, printed_sum, scattered, width_vectors


def check_construction(data, widths, **choices):
    construction = build(data, "A.2", widths, HARD_TANH, Choices(**choices))
    assert construction.network.widths == tuple(widths)
    assert_memorizes(construction.network, data)
    return construction


def sums_of(widths, d_y, step=2):
    return {i: printed_sum(widths, i[:-1], 1, step) for i in gated_indices(widths, d_y, step)}


@settings(max_examples=60)
@given(width_vectors(8, 3), st.integers(1, 3), st.data())
def test_every_admissible_choice_of_indices_builds_and_one_sample_more_is_refused(widths, d_y, data):
    sums = sums_of(widths, d_y)
    choices = sorted(indices for indices, total in sums.items() if 0 < total <= 40)
    for indices in data.draw(st.permutations(choices))[:3]:
        check_construction(classified(sums[indices], d_y), widths, blocks=indices)
        with pytest.raises(SizeError, match=rf"{sums[indices]} < {sums[indices] + 1}"):
            build(classified(sums[indices] + 1, d_y), "A.2", widths, HARD_TANH, Choices(blocks=indices))


@settings(max_examples=60)
@given(width_vectors(10, 3), st.integers(1, 3))
def test_the_best_indices_just_suffice(widths, d_y):
    most = max(sums_of(widths, d_y).values(), default=0)
    if 0 < most <= 40:
        check_construction(classified(most, d_y), widths)
    if most < 40:
        reason = rf"at most {most} < {most + 1}, with blocks at l" if most else "no layer of at least|no two"
        with pytest.raises(SizeError, match=reason) as caught:
            build(classified(most + 1, d_y), "A.2", widths, HARD_TANH)
        assert caught.value.witness == smallest(Problem(most + 1, 2, d_y, HARD_TANH))


@settings(max_examples=20)
@given(classification_datasets(max_samples=14))
def test_any_data_with_gates_right_after_a_block_later_or_at_the_end(data):
    d_y = data.d_y
    before, gates = (1, 5, 5, 4, 4), 2 * d_y
    for widths in (
        (*before, gates),
        (*before, gates, d_y, 2 * d_y - 1),
        (*before, 1, 1, gates),
        (*before, 1, gates + 1, d_y),
        (3, 3, 2, 7, 5, gates + 3, gates, d_y),
    ):
        assert_verified(check_construction(data, widths))


NASTY_CLASSES = {
    name: make_dataset(data.inputs, [[int(i % 3 == k) for k in range(3)] for i in range(data.N)])
    for name, data in NASTY.items()
}


@pytest.mark.parametrize("widths", [(8, 4, 6), (1, 5, 5, 3, 3, 1, 6, 3), (3, 3, 4, 4, 4, 4, 3, 3, 7)], ids=str)
@pytest.mark.parametrize("data", NASTY_CLASSES.values(), ids=NASTY)
def test_data_that_break_naive_implementations(data, widths):
    check_construction(data, widths)


@pytest.mark.parametrize("codes", [(0, 1, 2), (7, fmpq(-1, 3), fmpq(2) ** 70), (fmpq(1, 3), fmpq(1, 3) + 1, -5)])
def test_codes_may_be_chosen(codes):
    data = classified(12, 3)
    chosen = check_construction(data, (3, 3, 2, 5, 5, 7, 3), codes=tuple(map(fmpq, codes)))
    assert chosen.network != build(data, "A.2", (3, 3, 2, 5, 5, 7, 3), HARD_TANH).network


def test_equal_codes_and_real_labels_are_refused():
    with pytest.raises(UsageError, match="codes must differ"):
        build(classified(8, 2), "A.2", (4, 4, 4), HARD_TANH, Choices(codes=(fmpq(1), fmpq(1))))
    with pytest.raises(DatasetError, match="not a one-hot code"):
        build(scattered(8, 2), "A.2", (4, 4, 4), HARD_TANH)


def test_a_single_class_needs_no_codes_to_differ():
    check_construction(classified(7, 1), (3, 3, 3, 3, 2, 1))


@pytest.mark.parametrize(
    ("widths", "gates"),
    [((4, 4, 6), 3), ((4, 4, 6, 3), 3), ((4, 4, 6, 6), 4), ((4, 4, 6, 2), None), ((4, 4, 5, 5), None), ((6, 3, 3), 1)],
    ids=str,
)
def test_the_gates_go_as_late_as_possible(widths, gates):
    assert gate_layer(widths, 3, HARD_TANH) == gates


@pytest.mark.parametrize(
    ("blocks", "reason"),
    [
        ((), "give at least one block and then the gates"),
        ((5,), "give at least one block and then the gates"),
        ((1, 2), r"l_{m-1} \+ 1 < l_m"),
        ((1, 9), "l_m at most 6"),
        ((1, 3), "d_3 = 1 is less than 4, needed from the gates on"),
        ((1, 4), "d_5 = 1 is less than 2, needed from the gates on"),
        ((1, 3, 5), "d_5 = 1 is less than 4, needed from the gates on"),
    ],
    ids=str,
)
def test_unfit_blocks_are_refused_with_the_place(blocks, reason):
    widths = (4, 4, 1, 4, 1, 4)
    with pytest.raises(UsageError, match=reason):
        build(classified(4, 2), "A.2", widths, HARD_TANH, Choices(blocks=blocks))


def test_given_blocks_that_are_too_small_name_better_ones():
    with pytest.raises(SizeError, match="blocks 1,5 hold 4 < 9 samples; blocks 1,3,5 hold 20") as caught:
        build(classified(9, 2), "A.2", (3, 3, 5, 5, 4), HARD_TANH, Choices(blocks=(1, 5)))
    assert caught.value.witness == (1, 3, 5)


def test_refusals_say_what_would_do():
    with pytest.raises(UsageError, match="is about 3 or more hidden layers: give as many widths, not 2"):
        build(classified(4, 2), "A.2", (9, 9), HARD_TANH)
    with pytest.raises(SizeError, match=r"no layer of at least 4 units for the gates .*in 1,2,2,4"):
        build(classified(4, 2), "A.2", (9, 9, 9, 1), HARD_TANH)
    with pytest.raises(SizeError, match="that can hold the gates is 2, with no two layers for a block before it"):
        build(classified(4, 2), "A.2", (9, 9, 3, 2), HARD_TANH)
    with pytest.raises(SizeError, match=r"widths 3,3 \(below the gates in layer 3\): the sum is at most 4 < 5"):
        build(classified(5, 2), "A.2", (3, 3, 9), HARD_TANH)


def test_without_widths_the_network_is_that_of_proposition_3_2():
    data = classified(17, 3)
    assert build(data, "A.2").network.widths == smallest(Problem(17, 2, 3, HARD_TANH)) == (4, 6, 6)
    assert smallest(Problem(10**12, 5, 1000, HARD_TANH)) == (10**6, 10**6, 2000)


def test_the_condition_is_the_printed_one():
    assert condition_text("hard-tanh").startswith(
        "4*sum_{j<m} floor((d_{l_j} - r_j)/2)*floor((d_{l_j+1} - r_j)/2) >= N with r_j = 1{j>1} + 1{j<m-1}"
    )
    assert "d_{l_m} >= 2*d_y; d_k >= 2 between blocks, d_k >= d_y after layer l_m" in condition_text("hard-tanh")
