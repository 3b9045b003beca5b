"""The folklore theorem for every activation that is not a polynomial, and the refusal of those that are."""

from itertools import accumulate, pairwise

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import ABS, HARD_TANH, IDENTITY, RELU, SQUARE, THRESHOLD, relu_like
from exactmem.constructions.build import build
from exactmem.constructions.folklore import smallest, unmet
from exactmem.constructions.theorem import Choices
from exactmem.datasets import make_dataset
from exactmem.errors import ProjectionError, SizeError, UsageError
from exactmem.rationals import bits
from exactmem.sizes.problem import Problem
from exactmem.testing import adversarial_spacings, assert_memorizes, assert_verified, datasets, rationals

ALL = [RELU, relu_like(1, "1/10"), relu_like(7, 2), HARD_TANH, THRESHOLD, ABS]
AT_SAMPLES = [HARD_TANH, THRESHOLD, ABS]


@given(datasets(labels=rationals()), st.sampled_from(ALL), st.integers(0, 3))
def test_memorizes_any_labels_with_one_unit_per_sample(data, activation, more):
    construction = build(data, "folklore", (data.N + more,), activation)
    assert construction.network.widths == (data.N + more,)
    assert_memorizes(construction.network, data)
    if more == 0:
        assert_verified(construction)


@pytest.mark.parametrize("activation", ALL, ids=str)
def test_a_single_sample(activation):
    data = make_dataset([[7]], [["-5/3", 4]])
    hidden, output = build(data, "folklore", activation=activation).network.layers
    if activation in AT_SAMPLES:
        assert (hidden.weight.column, hidden.bias) == ((2,), (1 - 2 * hidden.weight.row[0] * 7,))
        assert output.weight.rows == ((fmpq(-5, 3),), (4,))


@pytest.mark.parametrize("activation", ALL, ids=str)
def test_one_unit_less_is_refused(activation):
    data = make_dataset([[0], [1], [3]], [5, 0, 1])
    with pytest.raises(SizeError, match="d1 >= N does not hold: 2 < 3") as caught:
        build(data, "folklore", (2,), activation)
    assert caught.value.witness == (3,)


@pytest.mark.parametrize(("activation", "rank"), [(SQUARE, "on a line at most 3"), (IDENTITY, "on a line at most 2")])
def test_polynomials_are_refused_with_the_rank_bound(activation, rank):
    with pytest.raises(UsageError, match=rank):
        build(make_dataset([[0], [1], [3], [4]], [5, 0, 1, 2]), "folklore", activation=activation)


def solved(line, labels, activation, slope, offset):
    """The only output weights of the units slope (t - knot) + offset, by the N x N system."""
    matrix = [[activation(slope * (t - knot) + offset) for knot in line] for t in line]
    return fmpq_mat(matrix).solve(fmpq_mat(labels)).transpose().tolist()


@given(st.data(), st.lists(rationals(), min_size=1, max_size=9, unique=True), st.sampled_from(AT_SAMPLES))
def test_the_weights_are_the_solution_of_the_system(draw, line, activation):
    labels = [[draw.draw(rationals()) for _ in range(2)] for _ in line]
    hidden, output = build(make_dataset([[t] for t in line], labels), "folklore", activation=activation).network.layers
    (scale,) = hidden.weight.row
    samples = sorted(zip([scale * t for t in line], labels, strict=True))
    line, labels = [t for t, _ in samples], [list(y) for _, y in samples]
    if activation == ABS and len(line) > 1:
        slope, offset = fmpq(1), fmpq(0)
    else:
        slope, offset = 2 / min((b - a for a, b in pairwise(line)), default=fmpq(1)), fmpq(1)
    assert list(hidden.weight.column) == [slope] * len(line)
    assert list(hidden.bias) == [offset - slope * t for t in line]
    assert [list(row) for row in output.weight.rows] == solved(line, labels, activation, slope, offset)
    assert not any(output.bias)


@given(st.data(), adversarial_spacings(), st.sampled_from(ALL))
def test_gaps_and_labels_of_any_size(draw, line, activation):
    label = st.sampled_from([fmpq(0), fmpq(10) ** 40, fmpq(-1, 10**40), fmpq(1, 3)])
    labels = [draw.draw(label) for _ in line]
    order = draw.draw(st.permutations(range(len(line))))
    data = make_dataset([[line[i]] for i in order], [labels[i] for i in order])
    assert_memorizes(build(data, "folklore", activation=activation).network, data)


@pytest.mark.parametrize("activation", [*AT_SAMPLES, relu_like(1, "1/10")], ids=str)
def test_long_data_keep_short_weights(activation):
    """Numbers and all the partial sums of weights on the line: as short for 300 samples as for 30."""
    longest = []
    for N in (30, 300):
        data = make_dataset([[7 * i + i * i % 5] for i in range(N)], [fmpq(i % 11, 1 + i % 7) for i in range(N)])
        network = build(data, "folklore", activation=activation).network
        sums = accumulate(network.layers[1].weight.rows[0])
        longest.append(max(bits(v) for v in (*network.numbers(), *sums)))
    assert longest[1] <= longest[0] + 8


@pytest.mark.parametrize("activation", ALL, ids=str)
def test_a_given_projection_is_used(activation):
    data = make_dataset([[0, 0], [1, 0], [0, 1]], [1, 2, 3])
    network = build(data, "folklore", activation=activation, choices=Choices(u=(fmpq(3), fmpq(5)))).network
    assert network.layers[0].weight.row == (3, 5)
    assert_memorizes(network, data)
    with pytest.raises(ProjectionError, match="projects sample 1 and sample 2") as caught:
        build(data, "folklore", activation=activation, choices=Choices(u=(fmpq(1), fmpq(1))))
    assert caught.value.witness == ("sample 1", "sample 2")


def test_the_condition_is_instant_for_huge_data():
    problem = Problem(10**12, 784, 10, RELU)
    assert smallest(problem) == (10**12,)
    assert unmet(problem, (10**12,)) is None
    assert "1 hidden widths" in unmet(problem, (10**12, 1))
