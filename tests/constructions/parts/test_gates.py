"""Gate layers: exactly one-hot at every code, with the promised number of units, for every kind of activation."""

import itertools

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, RELU, relu_like
from exactmem.constructions.parts.gates import (
    GateLayer,
    attach,
    checked_codes,
    default_codes,
    paper_gates,
    readout,
    smallest_gap,
    step_readout,
    trapezoid_gates,
    triangle_gates,
    without_class,
)
from exactmem.errors import ShapeError, UsageError
from exactmem.evaluate import evaluate_generic, pre_activations
from exactmem.networks import FNN, dense, layer

RELU_LIKES = (RELU, relu_like(1, "1/10"), relu_like(1, "999/1000"), relu_like("7/3", "2/5"))
ACTIVATIONS = (HARD_TANH, *RELU_LIKES)
CODES = st.lists(st.fractions(-5, 5, max_denominator=12), min_size=1, max_size=6, unique=True)


def rationals(fractions):
    return [fmpq(v.numerator, v.denominator) for v in fractions]


def outputs(gates: GateLayer, numbers):
    network = attach(FNN((layer(dense([[1]]), [0]),)), gates)
    return evaluate_generic(network, [[t] for t in numbers])


def identity(size):
    return [[fmpq(int(i == k)) for k in range(size)] for i in range(size)]


@given(CODES, st.sampled_from(ACTIVATIONS))
def test_every_gate_layer_is_one_hot_at_the_codes(fractions, activation):
    codes = rationals(fractions)
    d_y = len(codes)
    each = 2 if activation is HARD_TANH else 4
    own_units = [
        (paper_gates(codes, activation), each),
        (trapezoid_gates(codes, smallest_gap(codes) / 5, activation), each),
        *([] if activation is HARD_TANH else [(triangle_gates(codes, activation), 3)]),
    ]
    for gates, units in own_units:
        assert outputs(gates, codes) == identity(d_y)
        assert gates.units == units * d_y
        for default in range(d_y):
            smaller = without_class(gates, default)
            assert outputs(smaller, codes) == identity(d_y)
            assert smaller.units == max(1, units * (d_y - 1))
    for gates, units in [
        (readout(codes, activation), 1),
        (step_readout(codes, smallest_gap(codes) / 7, activation), each // 2),
    ]:
        assert outputs(gates, codes) == identity(d_y)
        assert gates.units == max(1, units * (d_y - 1))


@given(CODES, st.sampled_from(ACTIVATIONS), st.fractions(0, 1, max_denominator=9))
def test_tolerant_gates_accept_codes_that_are_off(fractions, activation, part):
    codes = rationals(fractions)
    tolerance = smallest_gap(codes) * fmpq(part.numerator, part.denominator) * fmpq(49, 100)
    off = [code + shift for code in codes for shift in (-tolerance, fmpq(0), tolerance / 3, tolerance)]
    expected = [row for row in identity(len(codes)) for _ in range(4)]
    assert outputs(trapezoid_gates(codes, tolerance, activation), off) == expected
    assert outputs(step_readout(codes, tolerance, activation), off) == expected


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_just_beyond_the_tolerance_the_trapezoid_falls(activation):
    gates = trapezoid_gates([fmpq(0), fmpq(1)], fmpq(1, 4), activation)
    values = outputs(gates, [fmpq(1, 4) + fmpq(1, 10**9), fmpq(3, 4) - fmpq(1, 10**9)])
    assert 0 < values[0][0] < 1
    assert 0 < values[1][0] < 1


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=str)
def test_steps_with_a_tolerance_have_no_kink_at_an_admitted_number(activation):
    codes, tolerance = [fmpq(0), fmpq(2), fmpq(3)], fmpq(2, 5)
    network = attach(FNN((layer(dense([[1]]), [0]),)), step_readout(codes, tolerance, activation))
    kinks = [t for code in codes for t in (code - tolerance, code, code + tolerance)]
    for z in itertools.chain.from_iterable(pre_activations(network, [t])[0] for t in kinks):
        assert z not in activation.breakpoints


def test_paper_gate_values_between_the_codes_are_the_triangle():
    codes = default_codes(3)
    for activation in ACTIVATIONS:
        for t in [fmpq(-1), fmpq(-1, 8), fmpq(1, 8), fmpq(1, 4), fmpq(5, 8), fmpq(3)]:
            triangle = [max(fmpq(0), 1 - abs(t - code) * 2) for code in codes]
            assert outputs(paper_gates(codes, activation), [t]) == [triangle]


def test_four_relu_like_units_need_the_constant_that_the_paper_omits():
    activation = relu_like(1, "1/10")
    gates = paper_gates(default_codes(2), activation)
    assert gates.constants == (fmpq(-11, 9),) * 2
    assert trapezoid_gates(default_codes(2), fmpq(0), activation).constants == (fmpq(0),) * 2


def test_codes_are_checked():
    assert checked_codes(None, 1) == [0]
    assert checked_codes(None, 3) == [0, fmpq(1, 2), 1]
    assert checked_codes(["1/3", 5], 2) == [fmpq(1, 3), 5]
    with pytest.raises(UsageError, match="2 codes for 3 classes"):
        checked_codes([1, 2], 3)
    with pytest.raises(UsageError, match="classes 0 and 2 have the same code") as caught:
        checked_codes([1, 2, "2/2"], 3)
    assert caught.value.witness == (0, 2)


@pytest.mark.parametrize("tolerance", [fmpq(-1), fmpq(1, 2), fmpq(1)])
@pytest.mark.parametrize("make", [trapezoid_gates, step_readout])
def test_a_tolerance_of_half_the_gap_is_refused(make, tolerance):
    with pytest.raises(UsageError, match="tolerance"):
        make([fmpq(0), fmpq(1)], tolerance, HARD_TANH)


def test_shapes_are_checked():
    with pytest.raises(ShapeError, match="one number"):
        attach(FNN((layer(dense([[1], [1]]), [0, 0]),)), paper_gates([fmpq(0)], RELU))
    with pytest.raises(ShapeError, match="cannot be left out"):
        without_class(readout([fmpq(0), fmpq(1), fmpq(2)], RELU), 1)
    with pytest.raises(ShapeError, match="gate layer of 1 units"):
        GateLayer((fmpq(1),), (), dense([[1]]), (fmpq(0),), RELU)
