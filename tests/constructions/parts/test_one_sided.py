"""One-sided units equal their closed form, and affine fits take the prescribed values."""

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.activations import HARD_TANH, THRESHOLD
from exactmem.constructions.parts.hyperplanes import Hyperplane, dot, values_at
from exactmem.constructions.parts.one_sided import Unit, affine_fit, facet_units, one_sided, supplied
from exactmem.errors import UsageError
from exactmem.testing.strategies import general_position_inputs
from tests.support.gate_activations import activations

numbers = st.integers(-30, 30).map(lambda v: fmpq(v, 4))


@given(activations, numbers)
def test_a_unit_of_the_activation_is_one_sided(activation, z):
    phi = one_sided(activation)
    assert phi.gain * activation(z + phi.shift) + phi.constant - phi.leak * z == phi(z)
    assert phi(z) == (min(max(z, 0), 2) if activation == HARD_TANH else max(z, 0))


def test_threshold_units_are_not_one_sided():
    with pytest.raises(UsageError):
        one_sided(THRESHOLD)


@given(general_position_inputs(max_samples=4), st.data())
def test_independent_points_can_be_fitted(inputs, data):
    points = inputs[: len(inputs[0]) + 1]
    values = data.draw(st.lists(st.tuples(numbers, numbers), min_size=len(points), max_size=len(points)))
    fits = affine_fit(points, values)
    for (u, c), column in zip(fits, zip(*values, strict=True), strict=True):
        assert [dot(u, x) + c for x in points] == list(column)


def test_a_fit_with_slope_zero_along_a_direction():
    ((u, c),) = affine_fit([(fmpq(1), fmpq(2)), (fmpq(3), fmpq(0))], [[fmpq(5)], [fmpq(1)]], along=[fmpq(1), fmpq(0)])
    assert (u, c) == ([0, 2], 1)


def test_what_has_no_fit():
    collinear = [(fmpq(0),), (fmpq(1),), (fmpq(2),)]
    assert affine_fit(collinear, [[fmpq(0)], [fmpq(1)], [fmpq(0)]]) is None
    assert affine_fit(collinear, [[fmpq(0)], [fmpq(1)], [fmpq(2)]]) == [([1], 0)]
    assert affine_fit(collinear[:2], [[fmpq(0)], [fmpq(1)]], along=[fmpq(1)]) is None


def test_constant_values_get_a_constant_function():
    assert affine_fit([(fmpq(3), fmpq(4))], [[fmpq(7)]]) == [([0, 0], 7)]


def test_facet_units_are_at_rest_where_they_must_be_and_as_flat_as_possible():
    facet = Hyperplane((0,), (fmpq(-1),), fmpq(0))
    profiles = [(([fmpq(1)], fmpq(1)), [fmpq(5)]), (([fmpq(0)], fmpq(1)), [fmpq(-5)])]
    units = facet_units(facet, profiles, [fmpq(-2), fmpq(-3)], [(fmpq(2),), (fmpq(3),)])
    # t = x + 1 needs A >= 3/2 at x = 2 and A >= 4/3 at x = 3; the least integer is 2, for both units.
    assert [(unit.u, unit.c) for unit in units] == [([-1], 1), ([-2], 1)]
    for values in values_at([(unit.u, unit.c) for unit in units], [(fmpq(2),), (fmpq(3),)]):
        assert max(values) <= 0
    assert [(unit.u, unit.c) for unit in facet_units(facet, profiles, [], [])] == [([1], 1), ([0], 1)]


def test_what_units_supply():
    units = [Unit([fmpq(1)], fmpq(0), [fmpq(2), fmpq(3)]), Unit([fmpq(-1)], fmpq(1), [fmpq(10), fmpq(0)])]
    places = [(fmpq(-1),), (fmpq(0),), (fmpq(5),)]
    assert supplied(units, one_sided(HARD_TANH), places) == [[20, 0], [10, 0], [4, 6]]
    assert supplied([], one_sided(HARD_TANH), places) == []
