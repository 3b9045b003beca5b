"""exactmem/tangent/lazy.py and constructions/ntk.py: f = 0 at the start, f(x_i) = y_i from B* on, and not below."""

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import ABS, RELU, relu_like
from exactmem.constructions.build import build
from exactmem.constructions.ntk import THEOREM
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import DrawError, SizeError, UsageError
from exactmem.evaluate import evaluate_generic
from exactmem.networks import FNN, dense, layer, zeros
from exactmem.sizes.problem import Problem
from exactmem.tangent.draws import gaussian_rows
from exactmem.tangent.kernel import weights
from exactmem.tangent.lazy import Threshold, memorize, network, threshold
from exactmem.testing import assert_memorizes, assert_verified, rationals

ACTIVATIONS = [RELU, ABS, relu_like(3, "1/7")]


def dataset(m, d, seed, labels):
    return make_dataset(gaussian_rows(seed, "inputs", m, d), labels)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@given(st.lists(rationals(), min_size=1, max_size=5), st.integers(1, 3), st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_the_threshold_is_closed_and_minimal(activation, labels, d, seed):
    data = dataset(len(labels), d, seed, labels)
    try:
        lazy = memorize(data, weights(seed, 8, d), activation)[0]
    except DrawError:
        return
    found = lazy.threshold
    for B in (found.value or fmpq(1), found.value + 1, 1000 * found.value + 1):
        assert_memorizes(network([lazy], [B], activation), data)
    if found.value > 0:
        for share in (fmpq(999, 1000), fmpq(1, 10**6)):
            B = found.valid + share * (found.value - found.valid)
            if B > 0:
                output = evaluate_generic(network([lazy], [B], activation), data.inputs)[found.sample][0]
                assert output - data.labels[found.sample][0] == (found.value - B) * found.rate
    assert lazy.norm == sum((v * v for row in lazy.V for v in row), fmpq(0))


def test_just_below_the_threshold_a_sample_fails():
    data = dataset(4, 2, 3, [1, -1, 1, 1])
    lazy = memorize(data, weights(3, 8, 2), RELU)[0]
    assert lazy.threshold.is_minimal
    B = fmpq(999, 1000) * lazy.threshold.value
    with pytest.raises(DrawError, match=r"fails: every sample keeps .* from B\* = "):
        build(data, "ntk", (16,), choices=Choices(seed=3, alpha=B))
    assert_memorizes(build(data, "ntk", (16,), choices=Choices(seed=3, alpha=lazy.threshold.value)).network, data)


def test_the_errors_of_two_copies_may_cancel_below_the_threshold():
    one, two = fmpq(1), fmpq(2)
    assert threshold([[one, one]], [[two, two]], RELU) == Threshold(1, 0, -2, 0)
    cancelled = threshold([[one, one], [one, 9 * one]], [[two, -two], [one, one]], RELU)
    assert cancelled == Threshold(1, 0, 0, fmpq(1, 2))
    assert not cancelled.is_minimal


def test_the_network_is_zero_at_the_start():
    rows = weights(7, 3, 2)
    start = FNN((layer(dense([*rows, *rows]), zeros(6), RELU), layer(dense([[5] * 3 + [-5] * 3]), zeros(1))))
    assert evaluate_generic(start, gaussian_rows(1, "inputs", 5, 2)) == [[0]] * 5


def test_labels_of_zero_need_no_scale():
    data = dataset(3, 2, 0, [0, 0, 0])
    assert memorize(data, weights(0, 6, 2), RELU)[0].threshold.value == 0
    assert_memorizes(build(data, "ntk").network, data)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
@pytest.mark.parametrize(("m", "d", "outputs"), [(1, 1, 1), (9, 3, 1), (6, 2, 3)])
def test_built_at_the_smallest_and_at_larger_widths(activation, m, d, outputs):
    data = make_dataset(
        gaussian_rows(5, "inputs", m, d), [[fmpq(3 * i - a, 2) for a in range(outputs)] for i in range(m)]
    )
    least = THEOREM.smallest(Problem(data.N, d, outputs, activation, data))
    construction = build(data, "ntk", activation=activation)
    assert construction.network.widths == least
    assert_verified(construction)
    wider = build(data, "ntk", (least[0] + 3,), activation)
    assert wider.network.widths == (least[0] + 3,)
    assert_memorizes(wider.network, data)


def test_refusals_name_the_numbers():
    data = dataset(5, 2, 0, [1, 2, 3, 4, 5])
    with pytest.raises(SizeError, match=r"2\*2 < 5; the smallest widths that may do are 6"):
        build(data, "ntk", (5,))
    for seed in (-1, "0", fmpq(1)):
        with pytest.raises(UsageError, match="give an integer from 0 on"):
            Choices(seed=seed)
    with pytest.raises(UsageError, match="is positive"):
        build(data, "ntk", (40,), choices=Choices(alpha=0))
    with pytest.raises(DrawError, match=r"sample 0.*for the labels: take more units"):
        build(make_dataset([[1, 2], [2, 4]], [1, 3]), "ntk", (40,))
    assert_memorizes(build(make_dataset([[1, 2], [2, 4]], [1, 2]), "ntk", (40,)).network, make_dataset([[1, 2]], [1]))
