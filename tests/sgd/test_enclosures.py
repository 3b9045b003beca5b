from dataclasses import replace

import flint
import pytest
from flint import arb, fmpq

from exactmem.errors import KinkError
from exactmem.sgd.checks import Undecided
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.enclosures import BallStepper, certainly_inside, follow_enclosed
from exactmem.sgd.loss import SQUARED_LOSS, polynomial
from exactmem.sgd.memorizer import Piece
from exactmem.sgd.norms import root
from exactmem.sgd.starts import automatic_start, automatic_step_size
from exactmem.sgd.trajectory import ExactStepper, follow, repeated, shuffled
from tests.support.sgd_cases import RELU, one_two_one, random_network


@pytest.fixture
def prepared():
    problem = Training(random_network(1, [1, 2, 1], RELU, 3), polynomial(["1/2", "1/6", "1/12"]))
    values = constants(problem, 1)
    return problem, values, automatic_step_size(values), automatic_start(problem, values)


def test_balls_hold_the_exact_trajectory(prepared):
    problem, _, eta, start = prepared
    exact = ExactStepper(problem, start)
    balls = BallStepper(problem, start)
    for batch in ([0], [1], [2]):
        exact.step(eta, batch, fmpq(0))
        balls.step(eta, batch, fmpq(0))
    assert all(b.contains(v) for b, v in zip(balls.xi, exact.xi, strict=True))
    for ball, value in zip(balls.sizes(), exact.sizes(), strict=True):
        assert ball.contains(value)
    assert balls.risk_gap().contains(exact.risk_gap())
    assert not any(b.is_exact() for b in balls.xi)


def test_a_long_run_decides_every_comparison(prepared):
    problem, values, eta, start = prepared
    before = flint.ctx.prec
    run = follow_enclosed(problem, values, start, eta, lambda: shuffled(3, 1, 4), 100)
    assert run is not None
    assert (run.steps, run.all_hold, run.t_star) == (300, True, None)
    assert flint.ctx.prec == before


def test_more_precision_is_taken_until_the_comparison_decides(prepared):
    problem, values, eta, start = prepared
    p, n = ExactStepper(problem, start).sizes()
    # tau so close to ||xi_par||/||xi||^2 that 64 and 128 bits cannot tell
    for side, t_star in (("down", None), ("up", 0)):
        changed = replace(values, theorem=replace(values.theorem, tau=root(p / n**2, 200, side)))
        run = follow_enclosed(problem, changed, start, eta, lambda: repeated([[0], [1], [2]]), 1)
        assert run is not None
        assert run.notes["precision"] == 256
        exact = follow(ExactStepper(problem, start), changed, eta, repeated([[0], [1], [2]]), 1)
        assert run.t_star == exact.t_star == t_star
        undecided = follow_enclosed(problem, changed, start, eta, lambda: shuffled(3, 1, 0), 1, max_precision=128)
        assert undecided is None


def test_balls_that_touch_a_kink_are_undecided():
    piece = Piece(fmpq(1), fmpq(0), fmpq(-1), fmpq(1))
    assert certainly_inside(arb("0 +/- 0.5"), piece)
    for ball in ("0.9 +/- 0.2", "-0.9 +/- 0.2"):
        with pytest.raises(Undecided):
            certainly_inside(arb(ball), piece)
    for ball in ("1", "1.5 +/- 0.1", "-1", "-2"):
        with pytest.raises(KinkError):
            certainly_inside(arb(ball), piece)
    assert certainly_inside(arb("5 +/- 3"), Piece(fmpq(1), fmpq(0), None, None))


def test_a_start_at_the_minimum_is_exact_in_balls():
    problem = Training(one_two_one(), SQUARED_LOSS)
    values = constants(problem, 1)
    run = follow_enclosed(problem, values, [fmpq(0)] * 7, automatic_step_size(values), lambda: shuffled(2, 1, 0), 2)
    assert run is not None
    assert run.all_hold
    assert run.t_star is None
