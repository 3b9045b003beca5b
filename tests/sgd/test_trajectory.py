import itertools
import random
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from flint import fmpq

from exactmem.errors import KinkError, UsageError
from exactmem.rationals import parse, to_fraction
from exactmem.sgd.checks import squared
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.gradients import Differentiator
from exactmem.sgd.loss import SQUARED_LOSS, polynomial
from exactmem.sgd.memorizer import memorizer
from exactmem.sgd.norms import dot, root, rounded
from exactmem.sgd.starts import automatic_start, automatic_step_size, scaled_to
from exactmem.sgd.trajectory import ExactStepper, check_partition, check_start, follow, repeated, shuffled
from tests.support.sgd_cases import (
    HARD_TANH,
    LEAKY,
    RELU,
    fnn,
    fractions,
    labelled,
    naive_gradient,
    naive_output_at,
    one_two_one,
    random_network,
)

SKEW = polynomial(["1/2", "1/6", "1/12"])


def prepared(minimum, B=1, loss=SQUARED_LOSS, factor=16):
    problem = Training(minimum, loss)
    values = constants(problem, B, factor)
    return problem, values, automatic_step_size(values)


def on_the_sphere(values, direction):
    """A vector of norm exactly rho close to a direction: stereographic projection of a rational point."""
    rho = values.theorem.rho
    largest = max(range(len(direction)), key=lambda k: abs(direction[k]))
    norm = scaled_to(direction, fmpq(1), 60)
    pole = 1 if norm[largest] < 0 else -1
    plane = [v / (1 - pole * norm[largest]) for k, v in enumerate(norm) if k != largest]
    s = squared(plane)
    point = [2 * v / (1 + s) for v in plane]
    point.insert(largest, pole * (s - 1) / (s + 1))
    assert squared(point) == 1
    return [rho * v for v in point]


@pytest.mark.parametrize("loss", [SQUARED_LOSS, SKEW], ids=["squared", "skew"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_every_order_of_one_epoch(order, loss):
    problem, values, eta = prepared(random_network(1, [1, 2, 1], RELU, 3), 1, loss)
    stepper = ExactStepper(problem, automatic_start(problem, values))
    run = follow(stepper, values, eta, repeated([[i] for i in order]), 1)
    assert (run.steps, run.all_hold, len(run.epochs)) == (3, True, 2)
    assert run.counts["contraction"] == [1, 0]
    assert run.counts["stays near"] == [3, 0]


@pytest.mark.parametrize("B", [1, 2])
def test_steps_agree_with_an_independent_computation(B):
    problem, values, eta = prepared(random_network(2, [1, 2, 1], LEAKY, 2), B)
    minimum = problem.minimum
    start = automatic_start(problem, values)
    stepper = ExactStepper(problem, start)
    run = follow(stepper, values, eta, repeated([[0], [1]] if B == 1 else [[1, 0]]), 1)
    theta = [to_fraction(a + b) for a, b in zip(minimum.theta, start, strict=True)]
    labels = [to_fraction(y[0]) for y in minimum.dataset.labels]
    for batch in [[0], [1]] if B == 1 else [[0, 1]]:
        slopes = {i: naive_output_at(minimum, theta, i) - labels[i] for i in batch}
        gradients = {i: naive_gradient(minimum, theta, i, Fraction(1, 10**9)) for i in batch}
        theta = [
            v - to_fraction(eta) * sum(slopes[i] * gradients[i][k] for i in batch) / B for k, v in enumerate(theta)
        ]
    assert fractions(stepper.position()) == theta
    xi = [v - to_fraction(w) for v, w in zip(theta, minimum.theta, strict=True)]
    assert to_fraction(run.epochs[-1].n) == sum(v * v for v in xi)
    risk = sum((naive_output_at(minimum, theta, i) - y) ** 2 for i, y in enumerate(labels)) / 4
    assert to_fraction(run.epochs[-1].risk) == risk


def test_the_start_at_the_minimum_stays_there():
    problem, values, eta = prepared(one_two_one())
    run = follow(ExactStepper(problem, [fmpq(0)] * 7), values, eta, shuffled(2, 1, 0), 5)
    assert (run.t_star, run.steps, run.all_hold) == (None, 0, True)
    assert "xi = 0" in run.stopped


def test_a_step_size_of_gamma_and_a_start_outside_the_ball_are_refused_with_the_numbers():
    problem, values, eta = prepared(one_two_one())
    start = automatic_start(problem, values)
    check_start(values, eta, start)
    for bad in (values.theorem.gamma, values.theorem.gamma * 2, fmpq(0), -eta):
        with pytest.raises(UsageError, match="gamma ="):
            check_start(values, bad, start)
    with pytest.raises(UsageError) as refused:
        check_start(values, fmpq(1), start)
    named = parse(re.search(r"gamma = (\S+) ", str(refused.value))[1])
    assert values.theorem.gamma * fmpq(9999, 10000) < named < values.theorem.gamma
    check_start(values, named, start)
    edge = on_the_sphere(values, problem.traces[0].gradient())
    assert squared(edge) == values.theorem.rho**2
    check_start(values, eta, edge)
    with pytest.raises(UsageError, match="outside the ball"):
        check_start(values, eta, [v * (1 + fmpq(1, 10**40)) for v in edge])
    with pytest.raises(UsageError, match="7 parameters"):
        check_start(values, eta, start[:-1])


def test_the_first_violation_inside_an_epoch():
    problem, values, eta = prepared(random_network(1, [1, 2, 1], RELU, 3))
    start = mostly_perpendicular(problem, values)
    stepper = ExactStepper(problem, start)
    p, n = stepper.sizes()
    stepper.step(eta, [0], p)
    p_next, n_next = stepper.sizes()
    # a tau between the two values of ||xi_par||/||xi||^2; larger than needed, it still is a constant of the theorem
    between = (p / n**2 + p_next / n_next**2) / 2
    assert values.theorem.tau**2 < p_next / n_next**2 < between < p / n**2
    tau = root(between, 200, "down")
    risk = 16 * values.lemma.C_1 * (values.lemma.C_2 * tau + values.lemma.C_3) ** 2
    changed = replace(values, theorem=replace(values.theorem, tau=tau, C=risk))
    run = follow(ExactStepper(problem, start), changed, eta, repeated([[0], [1], [2]]), 2)
    assert (run.t_star, run.at_violation.k, run.at_violation.t) == (1, 0, 1)
    assert run.counts["near at t*"] == [1, 0]
    assert run.counts["risk at t*"] == [1, 0]
    assert "contraction" not in run.counts


def test_a_start_without_parallel_part_is_a_violation_at_zero():
    problem, values, eta = prepared(one_two_one(RELU))
    theta = problem.minimum.theta
    scale = [theta[0], theta[1], fmpq(0), fmpq(0), -theta[4], fmpq(0), fmpq(0)]
    start = scaled_to(scale, values.theorem.rho / 2, 200)
    run = follow(ExactStepper(problem, start), values, eta, shuffled(2, 1, 0), 5)
    assert (run.t_star, run.steps, run.all_hold) == (0, 0, True)
    assert run.at_violation.risk > 0


def mostly_perpendicular(problem, values):
    """A start with ||xi|| <= rho whose parallel part is short, but long enough for the condition."""
    parallel = [v / 2 for v in automatic_start(problem, values)]
    theta = problem.minimum.theta
    scale = [theta[0], theta[1], fmpq(0), fmpq(0), -theta[4], fmpq(0), fmpq(0)]
    return [a + b for a, b in zip(parallel, scaled_to(scale, values.theorem.rho / 2, 60), strict=True)]


def moving_apart(problem, values, generator):
    """A direction for which sample 1's residual and its derivative along xi have opposite signs.

    xi = omega + epsilon u_0 + delta u_1 with omega orthogonal to nu_0, nu_1 and (u_0, u_1) dual to them. With
    a = nu_1.xi = delta and b = xi.Hxi, xi.g = (a + b/2)(a + b), which is negative for a = -3b/4: a step lengthens xi.
    """
    gram, rho = problem.gram, values.theorem.rho
    inverse = gram.inv()
    nu = [t.gradient() for t in problem.traces]
    dual = [[sum(inverse[k, i] * nu[i][j] for i in (0, 1)) for j in range(7)] for k in (0, 1)]
    omega = [fmpq(generator.randint(-9, 9)) for _ in range(7)]
    products = [dot(v, omega) for v in nu]
    omega = [w - products[0] * u - products[1] * v for w, u, v in zip(omega, *dual, strict=True)]
    omega = scaled_to(omega, rho, 80)
    epsilon = fmpq(5, 4) * values.theorem.tau * rho**2 / root(squared(dual[0]), 40, "down")
    delta = fmpq(0)
    differentiator = Differentiator(problem.minimum, SQUARED_LOSS)
    for _ in range(6):
        xi = [w + epsilon * u + delta * v for w, u, v in zip(omega, *dual, strict=True)]
        theta = [a + b for a, b in zip(problem.minimum.theta, xi, strict=True)]
        _, (f,) = differentiator.forward(differentiator.layers(theta), [1])
        delta = rounded(fmpq(-3, 2) * (f - problem.labels[1] - dot(nu[1], xi)), 60, "down")
    return xi


def test_an_iterate_may_leave_the_ball_of_radius_rho():
    # so the printed induction hypothesis ||xi^(t)|| <= rho fails, and ||xi^(t)|| <= 2 ||xi^(0)|| has to be used
    problem, values, eta = prepared(one_two_one())
    generator = random.Random(1)
    found = 0
    for _ in range(20):
        start = on_the_sphere(values, moving_apart(problem, values, generator))
        run = follow(ExactStepper(problem, start), values, eta, repeated([[1], [0]]), 1)
        assert run.all_hold
        stepper = ExactStepper(problem, start)
        stepper.step(eta, [1], fmpq(0))
        found += run.t_star is None and squared(stepper.xi) > values.theorem.rho**2
    assert found >= 5


def test_an_exact_run_stops_before_its_numbers_explode():
    problem, values, eta = prepared(random_network(1, [1, 2, 1], RELU, 3))
    stepper = ExactStepper(problem, automatic_start(problem, values), max_bits=20_000)
    run = follow(stepper, values, eta, shuffled(3, 1, 0), 100)
    assert "limit 20000" in run.stopped
    assert 3 <= run.steps < 20
    assert run.t_star is None
    assert run.all_hold


def test_shuffling_is_seeded_and_gives_partitions():
    first, second, other = (list(itertools.islice(shuffled(6, 2, seed), 4)) for seed in (1, 1, 2))
    assert first == second != other
    for partition in first:
        check_partition(partition, 6, 2, 0)
    for bad in ([[0, 1], [2, 3]], [[0, 1], [2, 3], [4, 4]], [[0], [1], [2], [3], [4], [5]], [[0, 1, 2], [3, 4, 5]]):
        with pytest.raises(UsageError, match=r"epoch 3: .* exactly once"):
            check_partition(bad, 6, 2, 3)


def test_a_swap_of_saturated_pieces_is_noticed():
    # slopes are 0 before and after, but the value jumps from -1 to +1
    network = fnn([([[1]], [-2]), ([[1]], [0])], HARD_TANH)
    minimum = memorizer(network, labelled(network, [[0]]))
    theta = list(minimum.theta)
    theta[1] = fmpq(2)
    with pytest.raises(KinkError):
        Differentiator(minimum, SQUARED_LOSS).gradient(theta, [0])
