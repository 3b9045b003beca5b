import pytest
from flint import arb, fmpq

from exactmem.rationals import to_fraction
from exactmem.sgd.checks import FEW, Balls, Exact, Inequalities, Projection, Undecided, squared
from exactmem.sgd.constants import Training, constants
from exactmem.sgd.loss import SQUARED_LOSS
from tests.support.sgd_cases import LEAKY, RELU, one_two_one, random_network

WIDE = arb("1 +/- 0.5")


def gram_schmidt(vectors):
    """Un-normalised orthogonal vectors with the same span."""
    basis = []
    for v in vectors:
        for q in basis:
            factor = sum(a * b for a, b in zip(v, q, strict=True)) / sum(b * b for b in q)
            v = [a - factor * b for a, b in zip(v, q, strict=True)]
        if any(v):
            basis.append(v)
    return basis


@pytest.mark.parametrize(("sizes", "N"), [([1, 2, 1], 2), ([2, 2, 1], 9), ([1, 2, 2, 1], 3)])
def test_projection_agrees_with_gram_schmidt(sizes, N):
    problem = Training(random_network(1, sizes, LEAKY, N), SQUARED_LOSS)
    basis = gram_schmidt([[to_fraction(v) for v in t.gradient()] for t in problem.traces])
    assert len(basis) == problem.spectrum.rank
    projection = Projection(problem)
    for k in range(FEW + 3):
        xi = [fmpq((7 * j + k) % 11 - 5, 3) for j in range(problem.minimum.P)]
        expected = sum(
            sum(to_fraction(a) * b for a, b in zip(xi, q, strict=True)) ** 2 / sum(b * b for b in q) for q in basis
        )
        assert to_fraction(projection.squared(xi)) == expected <= to_fraction(squared(xi))


def test_projection_of_the_span_and_of_its_complement():
    problem = Training(one_two_one(RELU), SQUARED_LOSS)
    projection = Projection(problem)
    nu = problem.traces[0].gradient()
    assert projection.squared(nu) == squared(nu)
    # scaling a ReLU unit's weights up and its outgoing weight down moves no output to first order
    theta = problem.minimum.theta
    scale = [theta[0], theta[1], fmpq(0), fmpq(0), -theta[4], fmpq(0), fmpq(0)]
    assert projection.squared(scale) == 0


@pytest.fixture
def inequalities():
    values = constants(Training(one_two_one(), SQUARED_LOSS), 1)
    return Inequalities(values, values.theorem.gamma / 2, Exact())


def test_equality_satisfies_the_condition(inequalities):
    inequalities.tau2 = fmpq(9)
    assert inequalities.condition(fmpq(36), fmpq(2))
    assert not inequalities.condition(fmpq(36) - fmpq(1, 10**50), fmpq(2))
    assert inequalities.condition(fmpq(0), fmpq(0))


def test_each_inequality_is_sharp(inequalities):
    tiny = fmpq(1, 10**50)
    m = 1 - inequalities.rate
    assert inequalities.contraction(m * m * 5, fmpq(5))
    assert not inequalities.contraction(m * m * 5 + tiny, fmpq(5))
    bound = (2 + inequalities.rate * 3) ** 2
    assert inequalities.growth(bound, fmpq(4), fmpq(9))
    assert not inequalities.growth(bound + tiny, fmpq(4), fmpq(9))
    assert inequalities.near(fmpq(4), fmpq(1))
    assert not inequalities.near(4 + tiny, fmpq(1))
    limit = inequalities.C * 9
    assert inequalities.risk_at_violation(limit, fmpq(3))
    assert not inequalities.risk_at_violation(limit + tiny, fmpq(3))
    limit = inequalities.start_factor * 3
    assert inequalities.risk_at_start(limit, fmpq(3))
    assert not inequalities.risk_at_start(limit + tiny, fmpq(3))
    inequalities.C1, inequalities.C2_squared, inequalities.C3_squared = fmpq(2), fmpq(9), fmpq(25)
    assert inequalities.risk_by_lemma(fmpq(2 * (3 * 2 + 5 * 3) ** 2), fmpq(4), fmpq(3))
    assert not inequalities.risk_by_lemma(2 * (3 * 2 + 5 * 3) ** 2 + tiny, fmpq(4), fmpq(3))


def test_balls_are_never_taken_for_decided():
    balls = Balls()
    assert balls.at_most(arb(1), arb(1)) is True
    assert balls.at_most(WIDE, arb(2)) is True
    assert balls.at_most(WIDE, arb("0.25")) is False
    for a, b in ((WIDE, arb(1)), (arb(1), WIDE), (WIDE, WIDE)):
        with pytest.raises(Undecided):
            balls.at_most(a, b)
    assert balls.roots_at_most(arb(24), arb(4), arb(9)) is True
    assert balls.roots_at_most(arb(26), arb(4), arb(9)) is False
    with pytest.raises(Undecided):
        balls.roots_at_most(arb(2), arb("0.5 +/- 0.1"), arb("0.5 +/- 0.1"))
