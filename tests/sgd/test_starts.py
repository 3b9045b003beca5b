import pytest
from flint import fmpq

from exactmem.rationals import is_dyadic
from exactmem.sgd.checks import Projection, squared
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.loss import SQUARED_LOSS
from exactmem.sgd.starts import automatic_start, automatic_step_size, scaled_to
from tests.support.sgd_cases import HARD_TANH, LEAKY, RELU, random_network


@pytest.mark.parametrize(
    ("sizes", "activation", "N", "B"),
    [([2, 1], RELU, 3, 1), ([1, 2, 1], HARD_TANH, 4, 2), ([2, 3, 2, 1], LEAKY, 4, 4), ([1, 2, 2, 2, 1], RELU, 3, 3)],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_automatic_start_is_admissible_and_the_condition_holds(sizes, activation, N, B, seed):
    problem = Training(random_network(2, sizes, activation, N), SQUARED_LOSS)
    values = constants(problem, B)
    start = automatic_start(problem, values, seed)
    p, n = Projection(problem).squared(start), squared(start)
    assert 0 < n <= values.theorem.rho**2
    assert p >= values.theorem.tau**2 * n**2
    assert all(is_dyadic(v) for v in start)
    eta = automatic_step_size(values)
    assert 0 < values.theorem.gamma * fmpq(98, 100) < eta < values.theorem.gamma


def test_seeds_give_different_starts():
    problem = Training(random_network(2, [1, 2, 1], RELU, 3), SQUARED_LOSS)
    values = constants(problem, 1)
    assert automatic_start(problem, values, 0) == automatic_start(problem, values, 0)
    assert automatic_start(problem, values, 0) != automatic_start(problem, values, 1)


def test_scaling_a_direction():
    vector = scaled_to([fmpq(3), fmpq(-4)], fmpq(1, 10))
    assert fmpq(999, 100_000) < squared(vector) < fmpq(1001, 100_000)
    assert vector[0] > 0 > vector[1]
    assert scaled_to([fmpq(0)] * 2, fmpq(1)) == [0, 0]
