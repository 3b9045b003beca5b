"""One block gives v at its samples and 0 beyond them; carrying units carry; both activations compute the same."""

import itertools

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH
from exactmem.constructions.parts.blocks import (
    Axis,
    Block,
    carry_outputs,
    fit_block,
    fit_runs,
    realize,
    sorted_line,
    stack,
)
from exactmem.constructions.theorem import NO_CHOICES, Choices
from exactmem.datasets import make_dataset
from exactmem.errors import ConstructionError, UsageError
from exactmem.evaluate import evaluate_generic, pre_activations
from exactmem.networks import FNN, dense, layer
from exactmem.rationals import is_dyadic
from exactmem.testing import rationals
from tests.support.deep_cases import HUGE, RELU_LIKES, TINY

AXIS = Axis((fmpq(1),), fmpq(0), fmpq(1))


def clip(z):
    return max(fmpq(-1), min(fmpq(1), z))


def second_layer(block: Block, t, value: int = 0):
    """The pre-activations of the block's second layer at t, straight from the definition."""
    inner = [clip(slope * t + bias) for slope, bias in block.first]
    return [sum((w * a for w, a in zip(row, inner, strict=True)), bias) for row, bias in block.second[value]]


def block_sum(block: Block, t, value: int = 0):
    """The sum over the block's second layer at t."""
    return sum((clip(z) for z in second_layer(block, t, value)), fmpq(0))


@st.composite
def fitted(draw):
    """(line, labels, q): p q samples with d_y = 1 or 2 numbers in [0, 1] each."""
    p, q, values = draw(st.integers(1, 4)), draw(st.sampled_from([2, 4, 6])), draw(st.integers(1, 2))
    gaps = draw(st.lists(st.integers(1, 200), min_size=p * q + 1, max_size=p * q + 1))
    line = [fmpq(sum(gaps[:i]), 7) for i in range(p * q + 2)]
    unit = rationals(low=0, high=1)
    labels = draw(st.lists(st.lists(unit, min_size=values, max_size=values), min_size=p * q, max_size=p * q))
    return line, labels, q


@given(fitted(), st.fractions(0, 1), st.sampled_from([None, 3]))
def test_a_block_gives_its_labels_and_zero_beyond_its_ends(case, s, precision):
    line, labels, q = case
    block = fit_block(1, line, labels, q, Choices(precision=precision))
    assert len(block.first) * q == len(labels)
    left, right = (line[0] + line[1]) / 2, (line[-2] + line[-1]) / 2
    distance = fmpq(s.numerator, s.denominator) * 1000
    for a in range(len(labels[0])):
        assert [block_sum(block, c, a) for c in line[1:-1]] == [v[a] for v in labels]
        for t in (left, right, line[0], line[-1], left - distance, right + distance):
            assert block_sum(block, t, a) == 0


def test_without_clipping_the_ends_a_block_leaks():
    """c = 0, 1, 2, 3, all v = 1 (units fitted to 0): the least alpha of B.3 leaves 1/2 on both sides."""
    line = [fmpq(c) for c in (-1, 0, 1, 2, 3, 4)]
    labels = [[fmpq(1)]] * 4
    leaking, closed = (fit_block(1, line, labels, 2, NO_CHOICES, clip_ends) for clip_ends in (False, True))
    for t in line[1:-1]:
        assert block_sum(leaking, t) == block_sum(closed, t) == 1
    assert block_sum(leaking, line[0]) == block_sum(leaking, line[-1]) == fmpq(1, 2)
    assert block_sum(closed, line[0]) == block_sum(closed, line[-1]) == 0


def test_the_least_alpha_that_clips_the_ends_is_taken():
    """A single run of two far samples: only m_0 = 0 binds unit 1 and only m_1 = 102 unit 2, so they are met exactly."""
    line = [fmpq(c) for c in (-1, 1, 101, 103)]
    block = fit_block(1, line, [[fmpq(1, 2)]] * 2, 2, NO_CHOICES)
    assert second_layer(block, line[0])[0] == -1
    assert second_layer(block, line[-1])[1] == -1


def test_too_small_an_alpha_is_refused_with_the_place():
    line = [fmpq(c) for c in range(10)]
    labels = [[fmpq(i % 2)] for i in range(8)]
    with pytest.raises(UsageError, match=r"block at layers 3 and 4: alpha = 1/2 is too small: unit 1 .* at least"):
        fit_runs(line, labels, [3], [(4, 2)], Choices(alpha=fmpq(1, 2)))


def test_runs_follow_the_line_and_empty_blocks_are_dropped():
    line = [fmpq(c, 40) for c in range(12)]
    labels = [[fmpq(i, 10)] for i in range(10)]
    blocks = fit_runs(line, labels, [1, 3, 6], [(2, 2), (4, 2), (8, 8)], NO_CHOICES)
    assert [block.layer for block in blocks] == [1, 3]
    assert [len(block.first) for block in blocks] == [2, 3]
    for i, t in enumerate(line[1:-1]):
        assert [block_sum(block, t) for block in blocks] == [labels[i][0] * (i < 4), labels[i][0] * (i >= 4)]


def test_runs_that_do_not_hold_all_samples_are_an_error():
    line = [fmpq(c) for c in range(7)]
    with pytest.raises(ConstructionError, match="hold 4 of 5 samples"):
        fit_runs(line, [[fmpq(0)]] * 5, [1], [(2, 2)], NO_CHOICES)


def test_few_samples_in_a_wide_block_use_few_units():
    block = fit_runs([fmpq(c) for c in range(5)], [[fmpq(1)]] * 3, [2], [(6, 8)], NO_CHOICES)[0]
    assert (len(block.first), len(block.second[0])) == (1, 4)


@given(fitted(), st.sampled_from(RELU_LIKES))
def test_relu_likes_compute_the_same_function_of_t_as_hard_tanh(case, activation):
    """On t >= 0, where carrying units work, for the blocks of a whole stack with input and output carried."""
    line, labels, q = case
    scale = line[-1]
    half = len(labels) // 2 // q * q
    indices, shapes = ([2, 4], [(half // q, q), (9, q)]) if half else ([2], [(9, q)])
    blocks = fit_runs([c / scale for c in line], labels, indices, shapes, NO_CHOICES)
    layers, sums = stack(blocks, 7)
    networks = [realize(layers, [(units, fmpq(-1)) for units in sums], AXIS, a) for a in (HARD_TANH, activation)]
    points = [[c / scale] for c in line]
    expected = [[fmpq(-1)] * len(labels[0]), *([v - 1 for v in row] for row in labels), [fmpq(-1)] * len(labels[0])]
    for network in networks:
        assert evaluate_generic(network, points) == expected


@pytest.mark.parametrize("activation", [HARD_TANH, *RELU_LIKES], ids=str)
def test_every_carrying_unit_stays_where_it_is_exact(activation):
    line = [fmpq(c, 20) for c in range(18)]
    labels = [[fmpq(i % 5, 4), fmpq(i % 3, 2)] for i in range(16)]
    layers, sums = stack(fit_runs(line, labels, [2, 4, 7], [(2, 2), (2, 4), (4, 2)], NO_CHOICES), 9)
    carried = [[n for n, unit in enumerate(units) if unit.carries] for units in layers]
    assert [len(units) for units in carried] == [1, 1, 1, 3, 3, 3, 2, 2, 2]
    network = realize(layers, [(units, fmpq(0)) for units in sums], AXIS, HARD_TANH)
    for t in line[1:-1]:
        pre = pre_activations(network, [t])
        assert all(0 <= pre[k][n] <= 1 for k, units in enumerate(carried) for n in units)


@pytest.mark.parametrize("activation", [HARD_TANH, *RELU_LIKES], ids=str)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_outputs_in_the_unit_interval_are_carried(activation, count):
    network = FNN((layer(dense([["1/2"], [-1]]), ["1/4", 1]),))
    longer = carry_outputs(network, count, activation)
    assert longer.widths == (2,) * count
    points = [[fmpq(n, 4)] for n in range(4)]
    assert evaluate_generic(longer, points) == evaluate_generic(network, points)


@pytest.mark.parametrize("delta", [None, fmpq(1, 3), fmpq(10) ** 40])
@pytest.mark.parametrize("start", [fmpq(0), HUGE, -HUGE], ids=["0", "2^70", "-2^70"])
@pytest.mark.parametrize("gap", [fmpq(1), TINY], ids=["1", "1e-30"])
@pytest.mark.parametrize("N", [1, 2, 9])
def test_the_axis_maps_the_samples_into_the_open_unit_interval(N, gap, start, delta):
    values = [start + gap * i * i for i in range(N)]
    data = make_dataset([[c] for c in reversed(values)], [[0]] * N)
    axis, order, line = sorted_line(data, Choices(delta=delta))
    assert order == list(reversed(range(N)))
    assert line[0] == 0
    assert 1 >= line[-1] > fmpq(1, 2)
    assert all(a < b for a, b in itertools.pairwise(line))
    assert line[1:-1] == [(axis.u[0] * c - axis.origin) / axis.scale for c in values]
    assert is_dyadic(axis.scale)
    assert axis.origin == axis.u[0] * values[0] - (delta if delta is not None else 1)


def test_delta_must_be_positive():
    with pytest.raises(UsageError, match="delta = 0 must be positive"):
        sorted_line(make_dataset([[1]], [[0]]), Choices(delta=fmpq(0)))
