"""What floats may give: rounding against numpy, sums against every order, and runtimes inside what is announced."""

import itertools

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from exactmem.errors import LimitError
from exactmem.floats import FORMATS, Range, Trace, exact_in_any_order, possible_sums
from exactmem.rationals import exactly, to_fraction

NUMPY = {32: np.float32, 64: np.float64}
dyadics = st.builds(lambda m, e: fmpq(m) * fmpq(2) ** e, st.integers(-(2**30), 2**30), st.integers(-40, 40))
rationals = st.builds(fmpq, st.integers(-(10**12), 10**12), st.integers(1, 10**9))


@given(st.one_of(rationals, dyadics))
def test_rounding_to_float64_is_pythons(value):
    assert FORMATS[64].round(value) == exactly(float(to_fraction(value)))


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_rounding_to_float32_is_numpys(value):
    with np.errstate(over="ignore"):
        nearest = np.float32(value)
    if np.isfinite(nearest):
        assert FORMATS[32].round(exactly(value)) == exactly(nearest)
    else:
        with pytest.raises(LimitError, match="beyond the range of float32"):
            FORMATS[32].round(exactly(value))


def test_the_ends_of_the_range():
    for bits, kind in NUMPY.items():
        tiny, largest = np.finfo(kind).smallest_subnormal, np.finfo(kind).max
        assert FORMATS[bits].holds(exactly(tiny))
        assert not FORMATS[bits].holds(exactly(tiny) / 2)
        assert FORMATS[bits].round(exactly(tiny) / 2) == 0
        assert FORMATS[bits].holds(exactly(largest))
        assert not FORMATS[bits].holds(2 * exactly(largest))


small = st.lists(
    st.builds(lambda m, e: fmpq(m) * fmpq(2) ** e, st.integers(-9, 9), st.sampled_from([0, -3, 23, 24])),
    min_size=1,
    max_size=5,
)


@given(small)
def test_exact_in_any_order_means_that_every_order_is_exact(terms):
    terms = [t for t in terms if t != 0]
    exact = sum(terms, fmpq(0))
    results = set()
    for order in itertools.permutations(terms):
        total = np.float32(0)
        for term in order:
            total = np.float32(total + np.float32(to_fraction(term)))
        results.add(to_fraction(exactly(total)))
    if exact_in_any_order(terms, FORMATS[32]):
        assert results <= {to_fraction(exact)}
    if terms:
        assert results <= {to_fraction(v) for v in possible_sums(terms, FORMATS[32])}


def test_the_bound_is_sharp_at_the_precision():
    one = fmpq(1)
    assert exact_in_any_order([fmpq(2**24 - 1), one], FORMATS[32])
    assert not exact_in_any_order([fmpq(2**24), one], FORMATS[32])
    assert exact_in_any_order([fmpq(2**24), fmpq(2**24)], FORMATS[32])
    assert not exact_in_any_order([fmpq(1, 3)], FORMATS[32])
    assert exact_in_any_order([], FORMATS[32])
    assert not exact_in_any_order([fmpq(1, 2**150)], FORMATS[32])
    assert exact_in_any_order([fmpq(1, 2**149)], FORMATS[32])


def test_a_fused_product_counts_too():
    """(1 + 2^-12)^2 - 1 is 2^-11 where the product is rounded first, 2^-11 + 2^-24 where it is not."""
    product = (1 + fmpq(1, 2**12)) ** 2
    assert possible_sums([product, fmpq(-1)], FORMATS[32]) == {fmpq(1, 2**11), fmpq(1, 2**11) + fmpq(1, 2**24)}


@given(st.lists(st.tuples(dyadics, dyadics), min_size=6, max_size=12), st.randoms())
def test_long_sums_lie_in_their_enclosure(pairs, random):
    pairs = [(FORMATS[32].round(w), FORMATS[32].round(v)) for w, v in pairs]
    trace = Trace(FORMATS[32])
    found = trace.total([(w, Range(v, v)) for w, v in pairs], fmpq(0), "here")
    order = list(pairs)
    random.shuffle(order)
    total = np.float32(0)
    for w, v in order:
        total = np.float32(total + np.float32(to_fraction(w)) * np.float32(to_fraction(v)))
    assert found.low <= exactly(total) <= found.high
    assert trace.inexact or found.is_point
