import pytest
from flint import fmpq

from exactmem.errors import InexactNumberError, UsageError
from exactmem.sgd.loss import SQUARED_LOSS, parse_loss, polynomial

ERRATUM_7 = ("1/2", "1/6", "1/12")


def test_squared_loss():
    y = fmpq(3)
    assert SQUARED_LOSS.value(fmpq(2), y) == 2
    assert SQUARED_LOSS.slope(fmpq(2), y) == 2
    assert SQUARED_LOSS.curvature(y) == SQUARED_LOSS.curvature_bound(fmpq(7), y) == 1
    assert SQUARED_LOSS.third_bound(fmpq(7), y) == 0
    assert parse_loss("squared") == parse_loss("polynomial:1/2,0") == SQUARED_LOSS


def test_skew_loss_and_its_bounds():
    loss, y = polynomial(ERRATUM_7), fmpq(0)
    u = fmpq(-1, 3)
    assert loss.value(u, y) == u**2 / 2 + u**3 / 6 + u**4 / 12
    assert loss.slope(u, y) == u + u**2 / 2 + u**3 / 3
    assert loss.curvature_bound(fmpq(1, 2), y) == 1 + fmpq(1, 2) + fmpq(1, 4)
    assert loss.third_bound(fmpq(1, 2), y) == 1 + 2 * fmpq(1, 2)
    for k in range(-8, 9):
        u = fmpq(k, 16)
        assert 1 + u + u**2 <= loss.curvature_bound(fmpq(1, 2), y)
        assert abs(1 + 2 * u) <= loss.third_bound(fmpq(1, 2), y)


@pytest.mark.parametrize("text", ["polynomial:1/2,1", "polynomial:1,0,-1", "polynomial:1/2,1,1/4"])
def test_a_loss_that_is_not_convex_is_refused(text):
    with pytest.raises(UsageError, match="not convex"):
        parse_loss(text)


def test_a_double_root_of_the_second_derivative_is_allowed():
    # l'' = (1 + u)^2: convex, with one isolated zero
    assert polynomial(["1/2", "1/3", "1/12"]).curvature(fmpq(0)) == 1


@pytest.mark.parametrize("text", ["polynomial:0,0,1", "polynomial:-1", "polynomial:0"])
def test_no_curvature_at_the_minimum_is_refused(text):
    with pytest.raises(UsageError, match="2 c_2 > 0"):
        parse_loss(text)


def test_unknown_and_inexact_losses():
    with pytest.raises(UsageError, match="unknown loss"):
        parse_loss("logistic")
    with pytest.raises(InexactNumberError):
        polynomial([0.5])
