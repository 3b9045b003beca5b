import itertools

import flint
import pytest
from flint import arb, arb_mat, fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.sgd.spectrum import PositiveSpectrum
from exactmem.sgd.tridiagonal import PANEL, Tridiagonal, tridiagonal

entries = st.integers(-4, 4)


@st.composite
def symmetric(draw):
    size = draw(st.integers(1, 6))
    below = [draw(st.lists(entries, min_size=i + 1, max_size=i + 1)) for i in range(size)]
    return [[below[max(i, j)][min(i, j)] for j in range(size)] for i in range(size)]


def inertia(rows):
    """Positive and zero eigenvalues of a symmetric matrix, from the signs of its characteristic polynomial."""
    coefficients = list(fmpq_mat(rows).charpoly().coeffs())
    zero = next(k for k, c in enumerate(coefficients) if c != 0)
    signs = [c > 0 for c in coefficients if c != 0]
    return sum(a != b for a, b in itertools.pairwise(signs)), zero


@settings(max_examples=60)
@given(symmetric(), st.fractions(min_value=-9, max_value=9, max_denominator=5))
def test_counts_agree_with_descartes_rule_or_are_left_open_only_at_an_eigenvalue(rows, bound):
    shifted = [[fmpq(v) - (fmpq(*bound.as_integer_ratio()) if i == j else 0) for j, v in enumerate(row)]
               for i, row in enumerate(rows)]  # fmt: skip
    above, equal = inertia(shifted)
    with flint.ctx.workprec(200):
        count = tridiagonal(arb_mat(rows)).count_above(arb(fmpq(*bound.as_integer_ratio())))
    assert count is None if equal else count == above


@pytest.mark.parametrize("size", [1, PANEL - 1, PANEL, PANEL + 1, 2 * PANEL + 3])
def test_known_eigenvalues_in_any_number_of_panels(size):
    # H D H for a reflection H: the eigenvalues are 1, 2, ..., size.
    u = [(7 * i) % 5 + 1 for i in range(size)]
    norm = sum(v * v for v in u)
    H = fmpq_mat([[(i == j) - fmpq(2 * u[i] * u[j], norm) for j in range(size)] for i in range(size)])
    D = fmpq_mat([[(i + 1) * int(i == j) for j in range(size)] for i in range(size)])
    with flint.ctx.workprec(128):
        reduced = tridiagonal(arb_mat(H * D * H))
        assert [reduced.count_above(arb(k) + arb("0.5")) for k in range(size + 1)] == list(range(size, -1, -1))
        assert reduced.count_above(arb(size)) is None
        assert 0 <= reduced.slack < arb("1e-30")


def test_what_rounding_may_have_moved_is_left_open():
    reduced = Tridiagonal([arb(1), arb(3)], [arb(0)], arb("0.5"))
    assert [reduced.count_above(arb(t)) for t in ("0.4", "0.6", "1.4", "1.6", "2.4", "2.6", "3.6")] == [
        2, None, None, 1, 1, None, 0]  # fmt: skip


def test_a_pivot_of_uncertain_sign_counts_with_its_neighbour():
    # ((0, 1), (1, 0)) and ((0, 1, 0), (1, 0, 2), (0, 2, 5)): a zero on the diagonal, and no zero eigenvalue.
    assert Tridiagonal([arb(0), arb(0)], [arb(1)], arb(0)).count_above(arb(0)) == 1
    assert Tridiagonal([arb(0), arb(0), arb(5)], [arb(1), arb(4)], arb(0)).count_above(arb(0)) == 2
    assert Tridiagonal([arb(0), arb(0)], [arb(0)], arb(0)).count_above(arb(0)) is None


@settings(max_examples=30)
@given(symmetric(), st.lists(st.sampled_from(["1", "1/2", "3"]), min_size=6, max_size=6))
def test_a_spectrum_counts_at_its_own_eigenvalues(rows, weights):
    curvatures = [fmpq(*map(int, (w + "/1").split("/")[:2])) for w in weights[: len(rows)]]
    gram = fmpq_mat(rows) * fmpq_mat(rows).transpose()
    if gram.rank() == 0:
        return
    spectrum = PositiveSpectrum(gram, curvatures)
    product = fmpq_mat([[c * gram[i, j] for j in range(len(rows))] for i, c in enumerate(curvatures)])
    for bound in (fmpq(1), fmpq(3, 2), fmpq(4), spectrum.trace, spectrum.trace / spectrum.rank):
        shifted = fmpq_mat(product)
        for i in range(len(rows)):
            shifted[i, i] -= bound
        coefficients = [c for c in shifted.charpoly().coeffs() if c != 0]
        assert spectrum.count_above(bound) == sum((a > 0) != (b > 0) for a, b in itertools.pairwise(coefficients))
