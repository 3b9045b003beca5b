"""q ReLU-like units add up q clipped functions."""

from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import RELU, relu_like
from exactmem.constructions.parts.clip_sum import ClippedFunctions, centered, relu_like_network
from exactmem.evaluate import evaluate_generic
from exactmem.networks import FNN
from exactmem.testing import rationals

RELU_LIKES = (RELU, relu_like(1, "1/10"), relu_like(1, "999/1000"), relu_like("7/3", "2/5"))


@st.composite
def clipped_families(draw):
    """(functions by their values at 0..q, passed values): at sample t = k - 1/2 function k is the one not clipped.

    Function l is beyond -+level at the samples t < l - 1/2 and beyond +-level at those t > l - 1/2.
    """
    q = draw(st.integers(1, 6))
    passed = [draw(rationals(low=-3, high=3)) for _ in range(q)]
    level = 4
    functions = []
    for l in range(1, q + 1):
        sign = 1 if l % 2 == 1 else -1
        far = [sign * (level + draw(rationals(low=0, high=5)))] * 2
        values = [-far[0]] * l + [2 * passed[l - 1] + far[0]] + [far[0] + 2 * level * sign] * (q - l)
        functions.append(values)
    return functions, passed


@given(clipped_families(), st.sampled_from(RELU_LIKES), rationals())
def test_the_one_function_that_is_not_clipped_comes_out(family, activation, offset):
    functions, passed = family
    q = len(passed)
    knots = [fmpq(n) for n in range(q + 1)]
    network: FNN = relu_like_network([fmpq(1)], knots, [ClippedFunctions(functions, offset)], activation)
    assert network.widths == (q, q)
    samples = [[fmpq(2 * k - 1, 2)] for k in range(1, q + 1)]
    assert evaluate_generic(network, samples) == [[y + offset] for y in passed]


@given(st.lists(rationals(), min_size=1, max_size=5), st.integers(0, 3))
def test_centered_labels_are_below_a_power_of_two(labels, more):
    moved = centered(labels, len(labels) + more)
    assert [y + moved.offset for y in moved.values[: len(labels)]] == labels
    assert list(moved.values[len(labels) :]) == [0] * more
    assert all(abs(y) < moved.level for y in moved.values)
    assert moved.level.numer() == 1 or int(moved.level.numer()).bit_count() == 1
