"""How many eigenvalues of a symmetric matrix lie above a number, by a tridiagonal matrix that is orthogonally similar.

Householder's reflections I - beta u u^T are orthogonal for every u, so that u may be rounded without harm. What else is
rounded is an exact symmetric perturbation of the matrix; `slack` is the sum of bounds on their spectral norms, and by
Weyl's inequality no eigenvalue moves by more. (Balls carried through all n reflections would grow like 8^n.)
"""

__all__ = ["PANEL", "Ball", "Matrix", "Tridiagonal", "tridiagonal"]

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat

PANEL = 32
"""Reflections whose effect on the rest of the matrix is added up before it is applied."""

Ball = Any
Matrix = Any


@dataclass(frozen=True)
class Tridiagonal:
    """Diagonal and squares below it; the eigenvalues are those of the matrix that was reduced, but for `slack`."""

    diagonal: list[Ball]
    squares: list[Ball]
    slack: Ball

    def count_above(self, bound: Ball) -> int | None:
        """The number of the reduced matrix's eigenvalues above the bound; None where rounding leaves it open.

        It is the number of positive pivots of T - t for every t within `slack` of the bound, by Sylvester's law: a
        pivot is a number of certain sign, or two rows whose determinant is certainly negative, with one of each sign.
        """
        shift = bound + self.slack * arb(0, 1)
        count, k, correction = 0, 0, arb(0)
        while k < len(self.diagonal):
            pivot = self.diagonal[k] - shift - correction
            square = self.squares[k] if k < len(self.squares) else arb(0)
            if pivot > 0 or pivot < 0:
                count += pivot > 0
                correction = square / pivot
                k += 1
                continue
            determinant = pivot * (self.diagonal[k + 1] - shift) - square if k + 1 < len(self.diagonal) else arb(0)
            if not determinant < 0:
                return None
            count += 1
            beyond = self.squares[k + 1] if k + 1 < len(self.squares) else arb(0)
            correction = beyond * pivot / determinant
            k += 2
        return count


def tridiagonal(matrix: Matrix) -> Tridiagonal:
    """The reduction of a symmetric `arb_mat`, at the working precision."""
    rest, slack = _settled(matrix)
    diagonal, below = list[Ball](), list[Ball]()
    while rest.nrows():
        entries, beside, rest, moved = _panel(rest)
        diagonal += entries
        below += beside
        slack += moved
    return Tridiagonal(diagonal, [b * b for b in below], slack)


def _settled(matrix: Matrix) -> tuple[Matrix, Ball]:
    """The midpoints, and a bound on the norm of what they leave out: the largest row sum of radii."""
    sums = matrix * arb_mat(matrix.ncols(), 1, [arb(1)] * matrix.ncols())
    return matrix.mid(), max((s.rad() for s in sums.entries()), default=arb(0))


def _panel(matrix: Matrix) -> tuple[list[Ball], list[Ball], Matrix, Ball]:
    """The first rows of the tridiagonal matrix, the matrix that is left, and the slack of these reflections.

    Invariant: after k reflections the reduced matrix is M = matrix - sum of (u q^T + q u^T) in the rows from k on, with
    exact u and q; P M P = M - u q^T - q u^T for P = I - beta u u^T, p = beta M u, q = p - (beta/2)(u . p) u.
    """
    size = matrix.nrows()
    diagonal, below, slack = list[Ball](), list[Ball](), arb(0)
    pairs = list[tuple[list[Ball], list[Ball]]]()
    for k in range(min(PANEL, size)):
        column = [matrix[i, k] for i in range(k, size)]
        for u, q in pairs:
            column = [c - a * q[k] - b * u[k] for c, a, b in zip(column, u[k:], q[k:], strict=True)]
        slack += sum((c.rad() for c in column), arb(0))
        column = [c.mid() for c in column]
        diagonal.append(column[0])
        if k + 1 == size:
            break
        u, beta = _reflector(column[1:])
        image = [c - beta * _dot(u, column[1:]) * a for c, a in zip(column[1:], u, strict=True)]
        below.append(image[0].mid())
        slack += image[0].rad() + sum((abs(y).upper() for y in image[1:]), arb(0))
        u = [arb(0)] * (k + 1) + u
        p = (matrix * arb_mat(size, 1, u)).entries()
        for v, q in pairs:
            with_u, with_v = _dot(q, u), _dot(v, u)
            p = [x - a * with_u - b * with_v for x, a, b in zip(p, v, q, strict=True)]
        half = beta * beta * _dot(u, p) / 2
        q = [beta * x - half * a for x, a in zip(p, u, strict=True)]
        slack += 2 * (_dot(u, u).sqrt() * sum((x.rad() for x in q[k + 1 :]), arb(0))).upper()
        pairs.append((u, [x.mid() for x in q]))
    return diagonal, below, *_rest(matrix, pairs, len(diagonal), slack)


def _rest(
    matrix: Matrix, pairs: Sequence[tuple[list[Ball], list[Ball]]], done: int, slack: Ball
) -> tuple[Matrix, Ball]:
    """matrix - sum of (u q^T + q u^T) without its first `done` rows and columns, and the slack with its rounding."""
    left = matrix.nrows() - done
    if not left:
        return arb_mat(0, 0), slack
    product = arb_mat([u[done:] for u, _ in pairs]).transpose() * arb_mat([q[done:] for _, q in pairs])
    block = arb_mat([[matrix[i, j] for j in range(done, done + left)] for i in range(done, done + left)])
    rest, moved = _settled(block - (product + product.transpose()))
    return rest, slack + moved


def _reflector(column: Sequence[Ball]) -> tuple[list[Ball], Ball]:
    """An exact u and a ball around beta = 2/(u . u), or 0 for u = 0: about the reflection of the column to its axis."""
    if not any(c != 0 for c in column[1:]):
        return [arb(0)] * len(column), arb(0)
    norm = _dot(column, column).sqrt()
    u = [(column[0] + (norm if column[0] >= 0 else -norm)).mid(), *column[1:]]
    return u, 2 / _dot(u, u)


def _dot(left: Sequence[Ball], right: Sequence[Ball]) -> Ball:
    return sum(itertools.starmap(arb.__mul__, zip(left, right, strict=True)), arb(0))
