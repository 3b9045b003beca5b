"""Zhang et al.'s network: 2N + d_x numbers, no output bias for ReLU; Huang's sizes beside it."""

from itertools import accumulate

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.constructions import theorems
from exactmem.constructions.build import build
from exactmem.constructions.parts.line_units import slopes_between
from exactmem.constructions.theorem import Choices
from exactmem.constructions.zhang import midpoint_kinks, next_slope, short_kinks, triangular
from exactmem.datasets import make_dataset
from exactmem.errors import ProjectionError, SizeError
from exactmem.rationals import bits
from exactmem.size_bounds.related_work import huang_widths, zhang_free_numbers
from exactmem.sizes.problem import Problem
from exactmem.testing import adversarial_spacings, assert_memorizes, datasets, rationals

DATA = make_dataset([[3, 1], [0, 2], ["1/2", -1], [7, 7], [-4, 0]], [[1, 0], [2, 5], ["-1/3", 0], [4, 4], [0, 1]])


def test_the_triangular_system_by_hand():
    """t = 1, 3 and b = 0, 2: c_1 = y_1, 3 c_1 + c_2 = y_2."""
    assert triangular([fmpq(1), fmpq(3)], [fmpq(0), fmpq(2)], [fmpq(5), fmpq(2)]) == [5, -13]


def test_the_kinks_of_one_output_by_hand():
    """Slopes between samples 1/2, 2, 2, 3; the function's: 0 at t_1, then 1, 3, 1, and 4 at the end."""
    line, labels = [fmpq(t) for t in (0, 2, 3, 4, 5)], [fmpq(y) for y in (0, 1, 3, 5, 8)]
    kinks = short_kinks(line, labels)
    assert kinks == [-1, 1, fmpq(5, 2), fmpq(7, 2), fmpq(13, 3)]
    assert triangular(line, kinks, labels) == [0, 1, 2, -2, 3]
    assert short_kinks(line[:3], [fmpq(2), fmpq(6), fmpq(7)]) == [-1, 1, fmpq(5, 2)]
    assert [next_slope(fmpq(2), fmpq(s)) for s in (1, 3)] == [3, 1]
    assert [next_slope(fmpq(-1, 2), fmpq(s)) for s in (-1, 0)] == [0, -1]


@given(st.data(), adversarial_spacings() | st.lists(rationals(), min_size=1, max_size=9, unique=True).map(sorted))
def test_kinks_of_one_output_lie_between_the_samples(draw, line):
    label = rationals() | st.sampled_from([fmpq(10) ** 40, fmpq(-1, 10**40), fmpq(2), fmpq(0)])
    labels = [draw.draw(label) for _ in line]
    kinks = short_kinks(line, labels)
    assert all(kink < t for kink, t in zip(kinks, line, strict=True))
    assert all(t < kink for t, kink in zip(line, kinks[1:], strict=False))
    slopes = list(accumulate(triangular(line, kinks, labels)))
    assert slopes[0] == labels[0]
    for before, after, chord in zip(slopes, slopes[1:], slopes_between(line, labels), strict=False):
        assert after == chord if before == chord else (after.denom() == 1 and abs(after - chord) <= 1)


@given(datasets(labels=rationals()), st.sampled_from([RELU, relu_like(3, "1/7")]), st.integers(0, 2))
def test_memorizes_any_labels(data, activation, more):
    network = build(data, "zhang", (data.N + more,), activation).network
    assert network.widths == (data.N + more,)
    assert_memorizes(network, data)


@given(st.lists(rationals(), min_size=1, max_size=7, unique=True).map(sorted), st.data())
def test_forward_substitution_solves_the_system(line, draw):
    labels = [draw.draw(rationals()) for _ in line]
    kinks = midpoint_kinks(line)
    matrix = fmpq_mat([[max(fmpq(0), t - b) for b in kinks] for t in line])
    solution = matrix.solve(fmpq_mat([[y] for y in labels]))
    assert [[c] for c in triangular(line, kinks, labels)] == solution.tolist()


def test_one_unit_less_and_equal_projections_are_refused():
    with pytest.raises(SizeError, match="d1 >= N does not hold: 4 < 5"):
        build(DATA, "zhang", (4,))
    with pytest.raises(ProjectionError, match="projects sample 0 and sample 3") as caught:
        build(DATA, "zhang", choices=Choices(u=(fmpq(3), fmpq(-2))))
    assert caught.value.witness == ("sample 0", "sample 3")


@pytest.mark.parametrize("activation", [RELU, relu_like(3, "1/7")], ids=str)
def test_weights_of_one_output_do_not_grow_with_the_number_of_samples(activation):
    longest = []
    for N in (30, 300):
        data = make_dataset([[7 * i + i * i % 5] for i in range(N)], [fmpq(i % 11, 1 + i % 7) for i in range(N)])
        longest.append(max(map(bits, build(data, "zhang", activation=activation).network.numbers())))
    assert longest[1] <= longest[0] + 8


def test_relu_needs_no_output_bias():
    network = build(DATA, "zhang").network
    assert network.widths == (5,)
    assert set(network.layers[1].bias) == {0}
    chosen = {*network.layers[0].weight.nonzero()[0]}
    assert all({*row} == chosen for row in network.layers[0].weight.nonzero())
    assert zhang_free_numbers(DATA.d_x, DATA.N) == 2 * 5 + 2
    assert_memorizes(build(DATA, "zhang", activation=relu_like(3, "1/7")).network, DATA)


def test_huang_sizes_are_those_of_the_calculator_and_product_needs_fewer():
    theorem = theorems()["huang"]
    for N in (1, 5, 100, 10**6):
        problem = Problem(N, 3, 1, RELU)
        assert theorem.smallest(problem) == huang_widths(N)
        assert sum(theorems()["product"].smallest(problem)) <= sum(theorem.smallest(problem))
    for activation in (RELU, HARD_TANH):
        network = build(DATA, "huang", (9, 4), activation).network
        assert network.widths == (9, 4)
        assert_memorizes(network, DATA)
    assert "d1 >= ceil(N/K) + 2*K does not hold" in theorem.unmet(Problem(5, 2, 2, RELU), (6, 4))
    assert "floor(d2/d_y) >= 1" in theorem.unmet(Problem(5, 2, 2, RELU), (9, 1))
