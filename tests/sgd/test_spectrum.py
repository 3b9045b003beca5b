import pytest
import sympy
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.errors import UsageError
from exactmem.rationals import to_fraction
from exactmem.sgd.constants import Training
from exactmem.sgd.loss import SQUARED_LOSS
from exactmem.sgd.spectrum import PositiveSpectrum, column_basis
from tests.support.sgd_cases import RELU, random_network

ONES = [fmpq(1)] * 4


def gram_of(rows):
    matrix = fmpq_mat([[fmpq(v) for v in row] for row in rows])
    return matrix * matrix.transpose()


def diagonal(*values):
    return fmpq_mat([[fmpq(v) if i == j else fmpq(0) for j in range(len(values))] for i, v in enumerate(values)])


def test_a_basis_of_the_columns_where_a_prime_divides_what_it_must_not():
    first, second = 2**61 - 1, 2**61 - 31  # the two primes that are tried first
    assert column_basis(diagonal(0, 1, first * second, 1), 3) == [1, 2, 3]


def test_counts_with_multiplicity_and_strictly_above():
    spectrum = PositiveSpectrum(diagonal(2, 2, "1/3", 0), ONES)
    assert spectrum.rank == 3
    assert [spectrum.count_above(fmpq(q)) for q in ("0", "1/4", "1/3", "1", "2", "3")] == [3, 3, 2, 2, 0, 0]


def test_repeated_eigenvalues_are_enclosed_with_their_multiplicity():
    spectrum = PositiveSpectrum(diagonal(5, 5, 5, "7/2"), ONES)
    smallest, largest = spectrum.smallest(20), spectrum.largest(20)
    assert smallest.low <= fmpq(7, 2) <= smallest.high
    assert largest.low <= 5 <= largest.high
    assert (spectrum.multiplicity(smallest), spectrum.multiplicity(largest)) == (1, 3)
    everything = PositiveSpectrum(diagonal(5, 5, 5, 5), ONES)
    assert everything.multiplicity(everything.smallest(10)) == 4
    assert everything.multiplicity(everything.largest(10)) == 4


@pytest.mark.parametrize("tiny", [fmpq(1, 10**30), fmpq(1, 10**31 + 7)])
def test_a_tiny_smallest_eigenvalue(tiny):
    spectrum = PositiveSpectrum(diagonal(1, tiny, 1000, 3), ONES)
    enclosure = spectrum.smallest(40)
    assert 0 < enclosure.low <= tiny <= enclosure.high
    assert enclosure.relative_width <= fmpq(1, 2**40)
    assert enclosure.safe == enclosure.low


def test_rank_one():
    spectrum = PositiveSpectrum(gram_of([[1, 2], [2, 4], [1, 2]]), ONES[:3])
    assert spectrum.rank == 1
    for enclosure in (spectrum.smallest(30), spectrum.largest(30)):
        assert enclosure.low <= 30 <= enclosure.high


def test_no_positive_eigenvalue():
    with pytest.raises(UsageError, match="no positive eigenvalue"):
        PositiveSpectrum(diagonal(0, 0), ONES[:2])


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=1, max_size=4),
    st.lists(st.sampled_from(["1", "1/2", "3"]), min_size=4, max_size=4),
)
def test_enclosures_against_the_roots_of_the_characteristic_polynomial_of_H(rows, weights):
    curvatures = [fmpq(w) for w in weights][: len(rows)]
    if not any(any(row) for row in rows):
        return
    spectrum = PositiveSpectrum(gram_of(rows), curvatures)
    H = sympy.zeros(3, 3)
    for row, w in zip(rows, weights, strict=False):
        v = sympy.Matrix(row)
        H += sympy.Rational(w) * v * v.T
    x = sympy.Symbol("x")
    polynomial = H.charpoly(x)
    roots = [r for r in sympy.real_roots(polynomial.as_expr(), x) if r != 0]
    assert len(roots) == spectrum.rank
    for enclosure, value in ((spectrum.smallest(16), roots[0]), (spectrum.largest(16), roots[-1])):
        low, high = (sympy.Rational(str(to_fraction(q))) for q in (enclosure.low, enclosure.high))
        assert low <= value
        assert value <= high
        assert enclosure.relative_width <= fmpq(1, 2**16)


def test_the_gram_matrix_of_a_network_has_full_or_deficient_rank():
    minimum = random_network(3, [1, 2, 1], RELU, 6)
    spectrum = Training(minimum, SQUARED_LOSS).spectrum
    assert 0 < spectrum.rank <= min(minimum.N, minimum.P)
