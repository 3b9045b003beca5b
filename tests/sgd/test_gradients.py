from fractions import Fraction

import pytest
from flint import fmpq

from exactmem.errors import KinkError
from exactmem.rationals import to_fraction
from exactmem.sgd.gradients import Differentiator, exactly_inside, gram, traces
from exactmem.sgd.loss import SQUARED_LOSS, polynomial
from tests.support.sgd_cases import (
    ACTIVATIONS,
    HARD_TANH,
    LEAKY,
    RELU,
    fractions,
    naive_gradient,
    naive_output_at,
    one_two_one,
    random_network,
)

TINY = Fraction(1, 10**6)
NETWORKS = [
    pytest.param([2, 1], RELU, 3, id="L1"),
    pytest.param([1, 2, 1], HARD_TANH, 3, id="L2"),
    pytest.param([2, 3, 2, 1], LEAKY, 3, id="L3"),
    pytest.param([1, 2, 2, 2, 1], RELU, 3, id="L4"),
]


@pytest.mark.parametrize(("sizes", "activation", "N"), NETWORKS)
def test_nu_is_the_divided_difference_in_every_parameter(sizes, activation, N):
    minimum = random_network(5, sizes, activation, N)
    for i, sample in enumerate(traces(minimum)):
        expected = naive_gradient(minimum, fractions(minimum.theta), i, TINY)
        assert fractions(sample.gradient()) == expected


@pytest.mark.parametrize(("sizes", "activation", "N"), NETWORKS)
@pytest.mark.parametrize("loss", [SQUARED_LOSS, polynomial(["1/2", "1/6", "1/12"])], ids=["squared", "skew"])
def test_batch_gradient_and_risk_away_from_the_minimum(sizes, activation, N, loss):
    minimum = random_network(6, sizes, activation, N)
    theta = [v + fmpq(k % 5 - 2, 10**5) for k, v in enumerate(minimum.theta)]
    differentiator = Differentiator(minimum, loss)
    batch = list(range(minimum.N))[::-1][:2]
    labels = [y[0] for y in minimum.dataset.labels]
    expected = [Fraction(0)] * minimum.P
    for i in batch:
        residual = naive_output_at(minimum, fractions(theta), i) - to_fraction(labels[i])
        slope = to_fraction(loss.slope(fmpq(residual.numerator, residual.denominator), labels[i]))
        for k, v in enumerate(naive_gradient(minimum, fractions(theta), i, TINY)):
            expected[k] += slope * v / len(batch)
    assert fractions(differentiator.gradient(theta, batch)) == expected
    residuals = [naive_output_at(minimum, fractions(theta), i) - to_fraction(labels[i]) for i in range(minimum.N)]
    values = [to_fraction(loss.value(fmpq(u.numerator, u.denominator), fmpq(0))) for u in residuals]
    assert to_fraction(differentiator.risk_gap(theta)) == sum(values) / len(values)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_gram_matrix(activation):
    minimum = random_network(7, [2, 3, 3, 1], activation, 4)
    samples = traces(minimum)
    nu = [fractions(s.gradient()) for s in samples]
    expected = [[sum(a * b for a, b in zip(u, v, strict=True)) for v in nu] for u in nu]
    assert [fractions(row) for row in gram(samples).tolist()] == expected


def test_the_output_bias_has_derivative_one():
    assert all(s.gradient()[-1] == 1 for s in traces(one_two_one()))


def test_at_the_minimum_the_gradient_of_the_risk_is_zero():
    minimum = one_two_one()
    differentiator = Differentiator(minimum, SQUARED_LOSS)
    assert set(differentiator.gradient(minimum.theta, [0, 1])) == {0}
    assert differentiator.risk_gap(minimum.theta) == 0


def test_leaving_the_piece_or_meeting_a_kink_is_refused():
    minimum = one_two_one()  # unit 0 of sample 0 has pre-activation 7/12
    differentiator = Differentiator(minimum, SQUARED_LOSS)
    for shift in (fmpq(5, 12), fmpq(1, 2)):
        theta = list(minimum.theta)
        theta[1] += shift
        with pytest.raises(KinkError, match="left its piece"):
            differentiator.gradient(theta, [0])
    theta[1] = minimum.theta[1] + fmpq(5, 12) - fmpq(1, 10**30)
    differentiator.gradient(theta, [0])
    piece = minimum.pieces[0][0][0]
    for end in (piece.low, piece.high):
        with pytest.raises(KinkError):
            exactly_inside(end, piece)
