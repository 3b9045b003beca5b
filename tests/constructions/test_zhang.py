"""Zhang et al.'s network: 2N + d_x numbers, no output bias for ReLU; Huang's sizes beside it."""

from flint import fmpq

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.constructions import theorems
from exactmem.constructions.build import build
from exactmem.constructions.zhang import triangular
from exactmem.datasets import make_dataset
from exactmem.size_bounds.related_work import huang_widths, zhang_free_numbers
from exactmem.sizes.problem import Problem
from exactmem.testing import assert_memorizes

DATA = make_dataset([[3, 1], [0, 2], ["1/2", -1], [7, 7], [-4, 0]], [[1, 0], [2, 5], ["-1/3", 0], [4, 4], [0, 1]])


def test_the_triangular_system_by_hand():
    """t = 1, 3 and b = 0, 2: c_1 = y_1, 3 c_1 + c_2 = y_2."""
    assert triangular([fmpq(1), fmpq(3)], [fmpq(0), fmpq(2)], [fmpq(5), fmpq(2)]) == [5, -13]


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
