"""The positive eigenvalues of H = sum_i l''_i nu_i nu_i^T, enclosed between rationals by exact root counts.

The non-zero eigenvalues of H (P x P) are those of diag(l'') G (N x N), G = (nu_i . nu_j), with their multiplicities.
Its characteristic polynomial has real roots only, so Descartes' rule counts the roots above any rational exactly, with
multiplicity: they are the sign changes among the coefficients after a Taylor shift.
"""

__all__ = ["Enclosure", "Matrix", "PositiveSpectrum", "column_basis", "sign_changes"]

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat, fmpz_poly

from exactmem.errors import UsageError
from exactmem.rationals import Direction, Rational
from exactmem.sgd.norms import rounded

Matrix = Any


@dataclass(frozen=True)
class Enclosure:
    """Rationals low <= value <= high around an exact quantity, with the safe end that is used in its place."""

    low: Rational
    high: Rational
    safe: Rational

    @property
    def relative_width(self) -> Rational:
        """(high - low) / high, and 0 for the number 0."""
        return fmpq(0) if self.high == self.low else (self.high - self.low) / self.high


class PositiveSpectrum:
    """The positive eigenvalues of diag(curvatures) G for a Gram matrix G and positive curvatures.

    `rank` is their number, counted with multiplicity; `charpoly` the polynomial whose roots are `scale` times the
    positive eigenvalues. UsageError when there is none (G = 0).
    """

    def __init__(self, gram: Matrix, curvatures: Sequence[Rational]) -> None:
        self.pivots, reduced = column_basis(gram)
        self.rank = len(self.pivots)
        if self.rank == 0:
            raise UsageError("every nu_i is zero: H has no positive eigenvalue")
        # G = C R with the pivot columns C, so that diag(l'') C R and the smaller R diag(l'') C share their non-zero
        # eigenvalues; the latter has no other, as diag(l'') G has rank many.
        columns = [[c * gram[i, j] for j in self.pivots] for i, c in enumerate(curvatures)]
        integers, scale = (reduced * fmpq_mat(columns)).numer_denom()
        self.scale = fmpq(scale)
        self.charpoly = fmpz_poly(fmpz_mat(integers).charpoly().coeffs())

    def count_above(self, bound: Rational) -> int:
        """The number of eigenvalues > bound with multiplicity, exactly; bound >= 0."""
        point = bound * self.scale
        numerator, denominator = point.numer(), point.denom()
        # q(y/d) d^deg has integer coefficients; its shift by the integer n is q((y + n)/d) d^deg.
        degree = self.charpoly.degree()
        stretched = fmpz_poly([c * denominator ** (degree - k) for k, c in enumerate(self.charpoly.coeffs())])
        return sign_changes(stretched(fmpz_poly([numerator, 1])).coeffs())

    def count_from(self, bound: Rational) -> int:
        """The number of eigenvalues >= bound with multiplicity, exactly; bound >= 0."""
        return self.count_above(bound) + self._order(bound)

    def smallest(self, bits: int) -> Enclosure:
        """lambda_min between rationals, relative width at most 2**-bits; the safe end is the lower one.

        Starts from |c_0/c_1| <= lambda_min <= rank |c_0/c_1|: 1/lambda_min is one of the terms of the sum |c_1/c_0|
        of the reciprocals of all eigenvalues, and the largest.
        """
        first = abs(fmpq(self.charpoly[0], self.charpoly[1])) / self.scale
        low, high = rounded(first, bits + 4, "down"), self.rank * first
        return self._bisect(low, high, self.rank, bits, "down")

    def largest(self, bits: int) -> Enclosure:
        """lambda_max between rationals, relative width at most 2**-bits; the safe end is the upper one.

        Starts from trace/rank <= lambda_max <= trace.
        """
        degree = self.charpoly.degree()
        trace = abs(fmpq(self.charpoly[degree - 1], self.charpoly[degree])) / self.scale
        low, high = trace / self.rank, rounded(trace, bits + 4, "up")
        return self._bisect(low, high, 1, bits, "up")

    def _bisect(self, low: Rational, high: Rational, needed: int, bits: int, side: Direction) -> Enclosure:
        """Shrink [low, high]: an eigenvalue bound is low as long as at least `needed` eigenvalues lie above it."""
        goal = fmpq(2) ** -bits
        while high - low > goal * high:
            middle = rounded((low + high) / 2, bits + 4, "down")
            middle = middle if low < middle < high else (low + high) / 2
            if self.count_above(middle) >= needed:
                low = middle
            else:
                high = middle
        return Enclosure(low, high, low if side == "down" else high)

    def multiplicity(self, enclosure: Enclosure) -> int:
        """The number of eigenvalues in [low, high], with multiplicity."""
        return self.count_from(enclosure.low) - self.count_above(enclosure.high)

    def _order(self, point: Rational) -> int:
        """How often the point is an eigenvalue."""
        polynomial, order = self.charpoly, 0
        while polynomial(point * self.scale) == 0:
            polynomial, order = polynomial.derivative(), order + 1
        return order


def column_basis(matrix: Matrix) -> tuple[list[int], Matrix]:
    """The indices of independent columns C that span all columns, and the echelon form R with matrix = C R."""
    reduced, rank = matrix.rref()
    table = reduced.tolist()[:rank]
    return [next(j for j, v in enumerate(row) if v != 0) for row in table], fmpq_mat(table) if rank else None


def sign_changes(coefficients: Sequence[Any]) -> int:
    """The number of sign changes in a sequence of integers, zeros left out."""
    signs = [c > 0 for c in coefficients if c != fmpz(0)]
    return sum(a != b for a, b in itertools.pairwise(signs))
