"""exactmem/activations.py: values, breakpoints, names, and the identity between hard-tanh and ReLU-likes."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem import activations as act
from exactmem.errors import UsageError
from exactmem.testing import rationals

EVERY = [act.RELU, act.relu_like(2, "1/3"), act.HARD_TANH, act.THRESHOLD, act.ABS, act.IDENTITY, act.SQUARE]


@given(rationals(low=-4, high=4))
def test_values_are_those_of_the_definitions(t):
    assert act.RELU(t) == max(t, fmpq(0))
    assert act.relu_like(2, "1/3")(t) == (2 * t if t >= 0 else t / 3)
    assert act.HARD_TANH(t) == min(max(t, fmpq(-1)), fmpq(1))
    assert act.THRESHOLD(t) == (1 if t >= 0 else 0)
    assert act.ABS(t) == abs(t)
    assert act.IDENTITY(t) == t
    assert act.SQUARE(t) == t * t


@given(rationals(low=-4, high=4), rationals(low=0, high=5), rationals(low=0, high=5))
def test_hard_tanh_is_two_relu_likes(t, s_minus, difference):
    """Section 2 of the paper, as an instance of the symbolic proof in proofs/yun2019/activations.py."""
    if difference == 0:
        return
    s_plus = s_minus + difference
    sigma = act.relu_like(s_plus, s_minus)
    assert (sigma(t + 1) - sigma(t - 1) - s_plus - s_minus) / (s_plus - s_minus) == act.HARD_TANH(t)


@pytest.mark.parametrize("activation", EVERY, ids=str)
def test_names_and_json_round_trip(activation):
    assert act.parse_activation(activation.name) == activation
    assert act.from_json(activation.to_json()) == activation


def test_continuity_and_pieces():
    assert not act.THRESHOLD.is_continuous
    assert act.HARD_TANH.is_continuous
    assert act.SQUARE.is_continuous
    assert act.HARD_TANH.slopes == (0, 1, 0)
    assert act.THRESHOLD.piece_index(fmpq(0)) == 1
    assert act.HARD_TANH.piece_index(fmpq(-1)) == 1
    assert act.HARD_TANH.piece_index(fmpq(1)) == 2


@pytest.mark.parametrize(("plus", "minus"), [(1, 1), (1, 2), (1, -1), (0, 0)])
def test_slopes_must_be_ordered(plus, minus):
    with pytest.raises(UsageError, match="s_plus > s_minus >= 0"):
        act.relu_like(plus, minus)


@pytest.mark.parametrize(
    "text", ["", "tanh", "relu-like", "relu-like:1", "relu-like:1,2,3", "relu-like:a,b", "relu:1,0"]
)
def test_unknown_names(text):
    with pytest.raises(UsageError):
        act.parse_activation(text)


@pytest.mark.parametrize("data", [{}, {"kind": "relu"}, {"kind": "relu-like"}, {"kind": "hard-tanh", "s_plus": "1"}])
def test_unknown_json(data):
    with pytest.raises(UsageError):
        act.from_json(data)


def test_a_table_of_pieces_is_checked():
    line = (fmpq(1), fmpq(0))
    with pytest.raises(UsageError):
        act.PiecewiseLinear("bad", "bad", (fmpq(0),), (line,))
    with pytest.raises(UsageError):
        act.PiecewiseLinear("bad", "bad", (fmpq(1), fmpq(0)), (line, line, line))


def test_slopes_of():
    assert act.slopes_of(act.relu_like(3, 1)) == (3, 1)
    with pytest.raises(UsageError):
        act.slopes_of(act.HARD_TANH)


@given(st.sampled_from([a for a in EVERY if isinstance(a, act.PiecewiseLinear)]), rationals(low=-3, high=3))
def test_pieces_are_half_open(activation, t):
    index = activation.piece_index(t)
    assert index == 0 or activation.breakpoints[index - 1] <= t
    assert index == len(activation.breakpoints) or t < activation.breakpoints[index]
