"""Theorem 3.1 builds at every admissible size, refuses one less, and memorizes exactly."""

import mpmath
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, THRESHOLD, relu_like
from exactmem.constructions.build import build
from exactmem.constructions.parts.projection import project
from exactmem.constructions.parts.recurrence import by_unit, layer1, layer2_unit, member, padded_line, passages
from exactmem.constructions.theorem import Choices
from exactmem.constructions.theorem_3_1 import condition_for, hard_tanh_network, smallest, unmet
from exactmem.datasets import make_dataset
from exactmem.errors import SizeError, UsageError
from exactmem.evaluate import evaluate_generic, pre_activations
from exactmem.networks import largest_bits
from exactmem.rationals import exactly, is_dyadic, rational
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes, assert_verified, datasets, hidden_activations, rationals


@settings(max_examples=100)
@given(datasets(), hidden_activations())
def test_smallest_widths_memorize_and_verify(data, activation):
    construction = build(data, "3.1", activation=activation)
    assert_memorizes(construction.network, data)
    assert_verified(construction)


@given(datasets(max_samples=9, max_d_y=2), hidden_activations(), st.integers(0, 9), st.integers(0, 9))
def test_all_admissible_widths_build_at_exactly_the_requested_size(data, activation, more1, more2):
    problem = Problem(data.N, data.d_x, data.d_y, activation)
    d1, d2 = smallest(problem)
    for widths in ((d1 + more1, d2 + more2), (d1 + 1, d2), (d1, d2 + 1)):
        construction = build(data, "3.1", widths, activation)
        assert construction.network.widths == widths
        assert_memorizes(construction.network, data)


@given(datasets(max_samples=8, max_d_y=2), hidden_activations(), st.integers(1, 12), st.integers(1, 24))
def test_the_printed_condition_decides(data, activation, d1, d2):
    step = 2 if activation.kind == "hard-tanh" else 4
    admissible = 4 * (d1 // step) * (d2 // (step * data.d_y)) >= data.N
    if admissible:
        assert build(data, "3.1", (d1, d2), activation).network.widths == (d1, d2)
    else:
        with pytest.raises(SizeError, match=f"< {data.N}") as caught:
            build(data, "3.1", (d1, d2), activation)
        assert caught.value.witness == smallest(Problem(data.N, data.d_x, data.d_y, activation))


@pytest.mark.parametrize("activation", [HARD_TANH, RELU, relu_like(1, "1/10")], ids=str)
@pytest.mark.parametrize("N", [1, 2, 3, 4, 5, 7, 8, 16, 17, 23])
def test_one_less_than_sufficient_is_refused(N, activation):
    data = make_dataset([[i] for i in range(N)], [(-1) ** i for i in range(N)])
    d1, d2 = smallest(Problem(N, 1, 1, activation))
    for widths in ((d1 - 1, d2), (d1, d2 - 1)):
        with pytest.raises(SizeError, match=r"does not hold for d1=\d+, d2=\d+: \d+ < \d+.*smallest widths"):
            build(data, "3.1", widths, activation)


@given(datasets(max_samples=20, max_d_y=2), st.integers(1, 7), st.integers(1, 7))
def test_blocks_of_any_parity(data, p, q):
    """The recurrence does not need even p and q; pq >= N is enough for hard-tanh."""
    if p * q >= data.N:
        assert_memorizes(hard_tanh_network(data, p, q, Choices()), data)


@given(datasets(max_samples=10, max_d_y=2, labels=rationals(low=-100, high=100)), hidden_activations())
def test_labels_of_any_size_are_scaled_and_folded_back(data, activation):
    construction = build(data, "3.1", activation=activation)
    assert construction.dataset == data
    assert_memorizes(construction.network, data)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=14, unique=True), st.data())
def test_exponentially_skewed_spacing(exponents, draws):
    labels = [draws.draw(st.sampled_from([-1, 1, fmpq(1, 3)])) for _ in exponents]
    data = make_dataset([[fmpq(2) ** (3 * e)] for e in exponents], labels)
    assert_memorizes(build(data, "3.1", activation=HARD_TANH).network, data)


def unit_pre_activations(network, data):
    """z^2 of every sample in the order of the projections."""
    _, values = project(data.inputs)
    order = sorted(range(data.N), key=values.__getitem__)
    return [pre_activations(network, data.inputs[i])[1] for i in order], [data.labels[i][0] for i in order]


@given(datasets(max_samples=16, max_d_y=1), st.integers(1, 5), st.integers(1, 5))
def test_each_unit_passes_its_members_and_clips_all_others(data, p, q):
    if p * q < data.N:
        return
    network = hard_tanh_network(data, p, q, Choices())
    rows, labels = unit_pre_activations(network, data)
    blocks = -(-data.N // q)
    for k in range(1, q + 1):
        members = {member(j, k, q) for j in range(1, blocks + 1)}
        for i in range(1, data.N + 1):
            z = rows[i - 1][k - 1]
            if i in members:
                assert z == labels[i - 1]
            else:
                assert abs(z) >= 1


@given(datasets(max_samples=16, max_d_y=1), st.integers(1, 4), st.integers(2, 4))
def test_the_scale_is_minimal(data, p, q):
    """With a slightly smaller alpha some sample of the block lands strictly inside (-1, 1)."""
    _, values = project(data.inputs)
    order = sorted(range(data.N), key=values.__getitem__)
    p = min(p, -(-data.N // q))
    if p * q < data.N:
        return
    line = padded_line([values[i] for i in order], p * q, fmpq(1))
    midpoints = [(line[j * q] + line[j * q + 1]) / 2 for j in range(p + 1)]
    labels = [data.labels[i][0] for i in order] + [fmpq(0)] * (p * q - data.N)
    slopes, biases = layer1(midpoints)
    for k, (unit, own) in enumerate(zip(passages(line, q), by_unit(labels, q), strict=True), 1):
        row, bias = layer2_unit(unit, own, Choices())
        orientation = 1 if k % 2 == 1 else -1
        knot = bias - sum(((-1) ** j * w for j, w in enumerate(row)), fmpq(0))
        smaller = -orientation * knot - fmpq(2) ** -400

        def inside(z0, k=k):
            return violated(line, midpoints, labels, slopes, biases, k, q, z0)

        assert not inside(knot)
        assert inside(-orientation * smaller)
        with pytest.raises(UsageError, match="too small"):
            layer2_unit(unit, own, Choices(alpha=smaller))


def violated(line, midpoints, labels, slopes, biases, k, q, z0):
    """Whether some non-member has a pre-activation strictly inside (-1, 1) for the scale z0, from scratch."""
    knots = [z0]
    p = len(midpoints) - 1
    members = [member(j, k, q) for j in range(1, p + 1)]
    for j, i in enumerate(members, 1):
        r = (midpoints[j] - line[i]) / (line[i] - midpoints[j - 1])
        knots.append((1 + r) * labels[i - 1] - r * knots[-1])
    weights = [(-1) ** j * (knots[j + 1] - knots[j]) / 2 for j in range(p)]
    for i in range(1, p * q + 1):
        a = [HARD_TANH(s * line[i] + b) for s, b in zip(slopes, biases, strict=True)]
        z = sum((w * v for w, v in zip(weights, a, strict=True)), (knots[0] + knots[-1]) / 2)
        if i not in members and -1 < z < 1:
            return True
    return False


def test_chosen_parameters_are_used_exactly():
    data = make_dataset([[0, 1], [2, 3], [5, 4], [1, 7], [8, 8]], ["1/2", -1, 0, 1, "1/3"])
    mpmath.mp.prec = 120
    choices = Choices(u=(exactly(mpmath.sqrt(2)), exactly(mpmath.pi)), delta=rational("1/7"), alpha=rational(10**6))
    mpmath.mp.prec = 53
    construction = build(data, "3.1", activation=HARD_TANH, choices=choices)
    assert construction.network.layers[0].weight.row == choices.u
    assert construction.parameters["alpha"] == "1000000"
    assert_memorizes(construction.network, data)
    assert_verified(construction)


@pytest.mark.parametrize("bits", [0, 3, 50])
def test_precision_gives_dyadic_scales(bits):
    data = make_dataset([[i * i] for i in range(9)], [fmpq(i, 9) for i in range(9)])
    network = hard_tanh_network(data, 3, 3, Choices(precision=bits))
    assert_memorizes(network, data)
    weights, thresholds = network.layers[1].weight, network.layers[1].bias
    for k, row in enumerate(weights.rows):
        knot = thresholds[k] - sum(((-1) ** j * w for j, w in enumerate(row)), fmpq(0))
        assert is_dyadic(knot)
        assert (knot * fmpq(2) ** bits).denom() == 1


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        (Choices(delta=fmpq(0)), "delta = 0 must be positive"),
        (Choices(u=(fmpq(0),)), "same number"),
        (Choices(u=(fmpq(1), fmpq(1))), "has 2 entries"),
        (Choices(alpha=fmpq(-1)), "too small"),
    ],
)
def test_parameters_that_do_not_do_are_refused(choices, text):
    data = make_dataset([[0], [1], [2]], [1, -1, 1])
    with pytest.raises(UsageError, match=text):
        build(data, "3.1", activation=HARD_TANH, choices=choices)


def test_activations_the_theorem_does_not_cover():
    with pytest.raises(UsageError, match="hard-tanh and relu-like"):
        build(make_dataset([[0]], [1]), "3.1", activation=THRESHOLD)


def test_wrong_number_of_widths():
    with pytest.raises(UsageError, match="is about 2 hidden layers: give as many widths, not 3"):
        build(make_dataset([[0]], [1]), "3.1", (4, 4, 4))


def test_smallest_sizes_of_the_paper():
    assert smallest(Problem(4, 3, 1, HARD_TANH)) == (2, 2)
    assert sum(smallest(Problem(10**6, 3, 1, RELU))) == 4000
    assert condition_for(Problem(9, 1, 1, RELU)).value(6, 6) == 4
    assert unmet(Problem(9, 1, 1, RELU), (6, 6)) is not None


def test_equispaced_data_has_short_weights():
    data = make_dataset([[i] for i in range(256)], [(-1) ** (i // 3) for i in range(256)])
    network = hard_tanh_network(data, 16, 16, Choices())
    assert largest_bits(network) <= 64
    assert evaluate_generic(network, data.inputs) == [list(y) for y in data.labels]
