import pytest
from flint import fmpq

from exactmem.errors import LimitError, UsageError
from exactmem.rationals import is_dyadic
from exactmem.sgd.checks import squared
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.gradients import Differentiator
from exactmem.sgd.loss import SQUARED_LOSS
from exactmem.sgd.memorizer import memorizer
from exactmem.sgd.rounded import RoundedStepper
from exactmem.sgd.starts import automatic_start, automatic_step_size
from exactmem.sgd.trajectory import ExactStepper, follow, shuffled
from tests.support.sgd_cases import LEAKY, RELU, fnn, labelled, random_network


@pytest.fixture
def prepared():
    problem = Training(random_network(1, [1, 2, 1], RELU, 3), SQUARED_LOSS)
    values = constants(problem, 1, 32)
    return problem, values, automatic_step_size(values), automatic_start(problem, values)


def test_a_thousand_epochs_hold_every_inequality(prepared):
    problem, values, eta, start = prepared
    run = follow(RoundedStepper(problem, values, start), values, eta, shuffled(3, 1, 0), 500)
    assert (run.steps, run.t_star, run.all_hold) == (1500, None, True)
    assert run.counts["contraction"] == run.counts["growth"] == [500, 0]
    assert run.epochs[-1].p < run.epochs[0].p
    assert run.notes["fractional_bits"] < 100


def test_the_error_of_each_step_is_within_the_bound_of_theorem_5_1r(prepared):
    problem, values, eta, start = prepared
    stepper = RoundedStepper(problem, values, start, fractional_bits=8)
    differentiator = Differentiator(problem.minimum, SQUARED_LOSS)
    bound = values.lambda_min / (16 * 3)
    for batch in ([0], [2], [1], [1, 2]):
        before = list(stepper.xi)
        p, _ = stepper.sizes()
        theta = [a + b for a, b in zip(problem.minimum.theta, before, strict=True)]
        gradient = differentiator.gradient(theta, batch)
        stepper.step(eta, batch, p)
        error = [(b - a) / eta - g for a, b, g in zip(stepper.xi, before, gradient, strict=True)]
        assert 0 < squared(error) <= bound**2 * p
        assert all(is_dyadic(v) for v in stepper.xi)
    assert stepper.fractional_bits > 8


def test_no_number_of_bits_lets_a_larger_error_pass(prepared):
    problem, values, eta, start = prepared
    gradient = Differentiator(problem.minimum, SQUARED_LOSS).gradient(
        [a + b for a, b in zip(problem.minimum.theta, start, strict=True)], [0]
    )
    bound = values.lambda_min / (16 * 3)
    kept = []
    for fractional_bits in range(8, 48):
        stepper = RoundedStepper(problem, values, start, fractional_bits)
        p, _ = stepper.sizes()
        stepper.step(eta, [0], p)
        error = [(b - a) / eta - g for a, b, g in zip(stepper.xi, start, gradient, strict=True)]
        assert squared(error) <= bound**2 * p
        kept.append(stepper.fractional_bits == fractional_bits)
    assert True in kept
    assert False in kept


def test_rounding_stays_close_to_the_exact_run(prepared):
    problem, values, eta, start = prepared
    batch = [[0], [1], [2]]
    exact, rounded = ExactStepper(problem, start), RoundedStepper(problem, values, start, fractional_bits=200)
    for b in batch:
        p, _ = rounded.sizes()
        exact.step(eta, b, p)
        rounded.step(eta, b, p)
    distance = squared([a - b for a, b in zip(exact.xi, rounded.xi, strict=True)])
    assert 0 < distance < fmpq(1, 2**380)


def test_the_constants_of_theorem_5_1_itself_are_refused(prepared):
    problem, _, _, start = prepared
    with pytest.raises(UsageError, match="factor 32"):
        RoundedStepper(problem, constants(problem, 1, 16), start)


def test_no_error_is_allowed_without_a_parallel_part(prepared):
    problem, values, eta, start = prepared
    with pytest.raises(LimitError, match="xi_par = 0"):
        RoundedStepper(problem, values, start).step(eta, [0], fmpq(0))


def test_the_condition_fails_at_last_and_the_risk_is_of_fourth_order():
    # well conditioned: one ReLU unit, N = 2
    network = fnn([([[1]], [1]), ([[1]], [0])], LEAKY)
    problem = Training(memorizer(network, labelled(network, [[fmpq(1, 2)], [fmpq(-7, 4)]])), SQUARED_LOSS)
    values = constants(problem, 2, 32)
    eta = automatic_step_size(values)
    start = automatic_start(problem, values)
    start = [v / 2 + fmpq(k % 3 - 1, 3) * values.theorem.rho for k, v in enumerate(start)]
    run = follow(RoundedStepper(problem, values, start), values, eta, shuffled(2, 2, 0), 4000)
    assert run.t_star is not None
    assert run.t_star > 0
    assert run.all_hold
    assert run.counts["risk at t*"] == run.counts["near at t*"] == [1, 0]
