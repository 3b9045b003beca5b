"""The positive eigenvalues of H = sum_i l''_i nu_i nu_i^T, enclosed between rationals by exact counts.

The non-zero eigenvalues of H (P x P) are those of S = diag(l'')^(1/2) G diag(l'')^(1/2) (N x N), G = (nu_i . nu_j),
with their multiplicities. S - t I and G - t diag(1/l'') have the same rank.
"""

__all__ = ["FIRST_PRECISION", "Enclosure", "Matrix", "PositiveSpectrum", "column_basis"]

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
from flint import arb, arb_mat, fmpq, fmpq_mat, fmpz, nmod_mat

from exactmem.errors import UsageError
from exactmem.rationals import Direction, Rational
from exactmem.sgd.norms import rounded
from exactmem.sgd.tridiagonal import Tridiagonal, tridiagonal

Matrix = Any

FIRST_PRECISION = 128
"""Bits of the first reduction to a tridiagonal matrix; doubled until a count is certain."""


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

    `rank` is their number, counted with multiplicity; `trace` their sum. UsageError when there is none (G = 0).
    """

    def __init__(self, gram: Matrix, curvatures: Sequence[Rational]) -> None:
        self.gram, self.curvatures = gram, list(curvatures)
        self.size: int = gram.nrows()
        self.rank: int = gram.rank()
        if self.rank == 0:
            raise UsageError("every nu_i is zero: H has no positive eigenvalue")
        self.trace: Rational = sum((c * gram[i, i] for i, c in enumerate(self.curvatures)), fmpq(0))
        self._reduced: dict[int, Tridiagonal] = {}

    @cached_property
    def pivots(self) -> list[int]:
        """The indices of `rank` many independent columns of G."""
        return column_basis(self.gram, self.rank)

    def count_above(self, bound: Rational) -> int:
        """The number of eigenvalues > bound with multiplicity, exactly; bound >= 0."""
        return self._split(bound)[0]

    def _split(self, point: Rational) -> tuple[int, int]:
        """How many eigenvalues lie above the point and how many are equal to it, exactly; point >= 0.

        Balls cannot see equality. But a short interval around the point that holds as many eigenvalues as the point has
        itself, which is the defect of rank of G - point diag(1/l''), holds no other.
        """
        if point == 0:
            return self.rank, self.size - self.rank
        precision, equal = FIRST_PRECISION, None
        while True:
            above = self._count(point, precision)
            if above is not None:
                return above, 0
            gap = point / 2 ** (precision // 2)
            low, high = self._count(point - gap, precision), self._count(point + gap, precision)
            if low is not None and high is not None:
                equal = self._equal(point) if equal is None and low > high else equal
                if low - high == (equal or 0):
                    return high, low - high
            precision *= 2

    def _count(self, bound: Rational, precision: int) -> int | None:
        """The number of eigenvalues above the bound, or None where this precision leaves it open."""
        with flint.ctx.workprec(precision):
            if precision not in self._reduced:
                roots = [arb(c).sqrt() for c in self.curvatures]
                entries = zip(self.gram.entries(), ((a, b) for a in roots for b in roots), strict=True)
                scaled = arb_mat(self.size, self.size, [arb(v) * (a * b) for v, (a, b) in entries])
                self._reduced[precision] = tridiagonal(scaled)
            return self._reduced[precision].count_above(arb(bound))

    def _equal(self, point: Rational) -> int:
        """How often the point is an eigenvalue."""
        shifted = fmpq_mat(self.gram)
        for i, c in enumerate(self.curvatures):
            shifted[i, i] -= point / c
        rank: int = shifted.rank()
        return self.size - rank

    def count_from(self, bound: Rational) -> int:
        """The number of eigenvalues >= bound with multiplicity, exactly; bound >= 0."""
        return sum(self._split(bound))

    def smallest(self, bits: int) -> Enclosure:
        """lambda_min between rationals, relative width at most 2**-bits; the safe end is the lower one.

        Starts from lambda_min <= trace/rank, and a lower end that is found by halving ever more often.
        """
        high = self.trace / self.rank
        low, halvings = rounded(high / 2, bits + 4, "down"), 1
        while self.count_above(low) < self.rank:
            high, low, halvings = low, low / 2**halvings, 2 * halvings
        return self._bisect(low, high, self.rank, bits, "down")

    def largest(self, bits: int) -> Enclosure:
        """lambda_max between rationals, relative width at most 2**-bits; the safe end is the upper one.

        Starts from trace/rank <= lambda_max <= trace.
        """
        return self._bisect(self.trace / self.rank, rounded(self.trace, bits + 4, "up"), 1, bits, "up")

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


def column_basis(matrix: Matrix, rank: int) -> list[int]:
    """The indices of independent columns that span all columns of an `fmpq_mat` of that rank.

    Columns that are independent modulo a prime are independent; all but finitely many primes give enough of them.
    """
    integers = matrix.numer_denom()[0]
    prime = 2**61 - 1
    while True:
        residues = [int(v % prime) for v in integers.entries()]
        reduced, found = nmod_mat(integers.nrows(), integers.ncols(), residues, prime).rref()
        if found == rank:
            return [next(j for j, v in enumerate(row) if v != 0) for row in reduced.tolist()[:rank]]
        prime = _prime_below(prime)


def _prime_below(number: int) -> int:
    """The next smaller prime."""
    return next(p for p in range(number - 2, 2, -2) if fmpz(p).is_prime())
