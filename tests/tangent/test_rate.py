"""Certified gradient descent: true steps, the limit, the scale that suffices, and what is refused."""

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, SQUARE
from exactmem.datasets import make_dataset
from exactmem.errors import DrawError, KinkError, LimitError, ShapeError, UsageError
from exactmem.evaluate import first_mismatch
from exactmem.networks import FNN, dense, layer
from exactmem.tangent.rate import certify, descend, from_seed, limit, sufficient_scale, tangent

DATA = make_dataset([[1, "1/2"], ["-1/3", 1], [2, -1], ["1/2", 3]], [1, -1, 1, 0])


def two_layers(rows, bias, out, shift=0, activation=RELU):
    return FNN((layer(dense(rows), bias, activation), layer(dense([out]), [shift])))


def unit(weight, label, activation=RELU):
    return tangent(two_layers([[weight]], [0], [1], activation=activation), make_dataset([[1]], [label]))


@given(st.integers(0, 10**6), st.integers(4, 12), st.booleans())
def test_the_scale_that_suffices_certifies_and_the_limit_memorizes(seed, pairs, biases):
    try:
        start = from_seed(seed, pairs, DATA, RELU, biases=biases)
    except DrawError as error:
        found = error.witness
        first = from_seed(seed, pairs, DATA, RELU, 1, biases)
        terms = list(zip(found.samples, found.coefficients, strict=True))
        products = [sum(c * first.kernel[i, k] for i, c in terms) for k in range(4)]
        assert terms
        assert products == [0] * 4
        return
    found = certify(start)
    assert first_mismatch(limit(found), DATA) is None
    steps = descend(found, 3)
    assert [s.t for s in steps] == [0, 1, 2, 3]
    assert steps[0].square == steps[0].bound == 3
    assert all(s.square <= s.bound for s in steps)
    assert found.rate > 0
    assert 0 <= found.factor < 1


def test_one_below_the_scale_that_suffices_is_refused():
    scale = sufficient_scale(from_seed(1, 10, DATA, RELU, 1))
    assert scale > 1
    certify(from_seed(1, 10, DATA, RELU, scale))
    with pytest.raises(KinkError):
        certify(from_seed(1, 10, DATA, RELU, Fraction(scale - 1)))


def test_one_unit_is_certified_exactly_where_its_label_is_on_its_side():
    for label in ("1/1000", "1", "1000"):
        assert certify(unit(1, label)).rate <= 1
    for label in ("0", "-1/1000", "-5"):
        with pytest.raises(KinkError) as refused:
            certify(unit(1, label))
        assert refused.value.witness == (0, 1, 0)


def test_both_kinks_of_hard_tanh_count():
    certify(unit("1/2", "99/100", HARD_TANH))
    certify(unit("1/2", "-99/100", HARD_TANH))
    for label in ("1", "-1", "2", "-2"):
        with pytest.raises(KinkError):
            certify(unit("1/2", label, HARD_TANH))


def test_a_longer_step_is_refused_with_one_that_will_do():
    start = unit(1, 2)
    found = certify(start)
    assert certify(start, found.step).step == found.step
    for step in (fmpq(0), fmpq(-1), fmpq(3, 2)):
        with pytest.raises(UsageError, match="is certified"):
            certify(start, step)
    assert certify(start, fmpq(1)).factor < fmpq(1, 1000)


def test_a_given_rate_holds_up_to_the_least_eigenvalue():
    """Two orthogonal samples: K = diag(1, 4)."""
    start = tangent(two_layers([[1, 1]], [0], [1]), make_dataset([[1, 0], [0, 2]], [1, 2]))
    for rate in (fmpq(1), fmpq(1, 3)):
        assert certify(start, rate=rate).rate == rate
    for rate in (fmpq(0), fmpq(-1), fmpq(1001, 1000), fmpq(4), fmpq(5)):
        with pytest.raises(UsageError, match=r"at most lambda_min\(K\)"):
            certify(start, rate=rate)


def test_a_zero_row_is_told_what_helps():
    zero = make_dataset([[0]], [1])
    with pytest.raises(KinkError, match="leave the zero row out, or train biases"):
        tangent(two_layers([[1]], [0], [1]), zero)
    with pytest.raises(KinkError, match="take another start"):
        tangent(two_layers([[1]], [0], [1]), zero, biases=True)


def test_more_labels_than_one_and_other_inputs_are_refused():
    with pytest.raises(ShapeError, match="one label; these samples have 2"):
        tangent(two_layers([[1]], [0], [1]), make_dataset([[1]], [[1, 2]]))
    with pytest.raises(ShapeError, match=r"takes 1 number\(s\), the samples have 2"):
        tangent(two_layers([[1]], [0], [1]), make_dataset([[1, 2]], [1]))
    with pytest.raises(DrawError, match=r"rank 0 < N = 1: .*leave the zero row out"):
        certify(tangent(two_layers([[1]], [1], [1]), make_dataset([[0]], [2])))


def test_the_steps_are_those_of_the_loss():
    """One step by hand: f = 3 relu(2 x + 1) - 1 at x = 1, y = 5: r = 3, the gradient in w is 9."""
    start = tangent(two_layers([[2]], [1], [3], -1), make_dataset([[1]], [5]))
    found = certify(start, fmpq(1, 18))
    assert [s.square for s in descend(found, 2)] == [9, fmpq(9, 4), fmpq(9, 16)]
    assert limit(found).layers[0].weight.rows == ((fmpq(1),),)


def test_biases_are_trained_where_asked_for():
    """f = relu(x + 1) at x = 0, y = 2: the weight has no gradient, the bias has 1."""
    network, data = two_layers([[1]], [1], [1]), make_dataset([[0]], [2])
    with pytest.raises(DrawError):
        certify(tangent(network, data))
    found = certify(tangent(network, data, biases=True), fmpq(1, 2))
    assert [s.square for s in descend(found, 2)] == [1, fmpq(1, 4), fmpq(1, 16)]
    end = limit(found).layers[0]
    assert (end.weight.rows, end.bias) == (((fmpq(1),),), (fmpq(2),))


def test_a_contradicted_rate_is_noticed():
    found = certify(unit(1, 2), fmpq(1, 2))
    object.__setattr__(found, "rate", fmpq(3, 2))
    with pytest.raises(ValueError, match="contradicts"):
        descend(found, 1)


def test_what_is_refused():
    data = make_dataset([[1], [2]], [1, 1])
    with pytest.raises(KinkError, match="hidden unit 1 is exactly on the breakpoint 0"):
        tangent(two_layers([[1], [1]], [0, -2], [1, 1]), data)
    with pytest.raises(DrawError, match="rank 1 < N = 2") as refused:
        certify(tangent(two_layers([[1]], [0], [1]), data))
    assert refused.value.witness.coefficients in ((2, -1), (-2, 1))
    with pytest.raises(DrawError, match="rank 0"):
        certify(tangent(two_layers([[-1]], [0], [1]), make_dataset([[1]], [1])))
    many = make_dataset([[k] for k in range(1, 1002)], [1] * 1001)
    with pytest.raises(LimitError, match="1001 samples"):
        tangent(two_layers([[1]], [0], [1]), many)
    with pytest.raises(ShapeError):
        tangent(two_layers([[1, 1]], [0], [1]), data)
    with pytest.raises(UsageError, match="piecewise linear"):
        tangent(two_layers([[1]], [0], [1], activation=SQUARE), data)
    with pytest.raises(UsageError, match="one hidden layer"):
        tangent(FNN((layer(dense([[1]]), [0]),)), data)
