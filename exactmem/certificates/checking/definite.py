"""A quick sufficient condition for a symmetric matrix to be positive semidefinite; no rounding is trusted."""

from __future__ import annotations

import math
from fractions import Fraction
from operator import mul

from .metered import length
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

DIGITS = (64, 128, 256, 512)
"""Binary digits of the factor that are tried in turn."""


def is_plainly_semidefinite(matrix: list[list[Fraction]], meter: Meter) -> bool:
    """True only if the matrix is positive semidefinite; False says nothing.

    Only entries on and below the diagonal are used.
    """
    diagonal = [row[i] for i, row in enumerate(matrix)]
    if any(a <= 0 for a in diagonal):
        return False
    halves = [(a.denominator.bit_length() - a.numerator.bit_length()) // 2 for a in diagonal]
    return any(has_factor(scaled_up(matrix, halves, digits, meter), digits, meter) for digits in DIGITS)


def scaled_up(matrix: list[list[Fraction]], halves: list[int], digits: int, meter: Meter) -> list[list[int]]:
    """The lower triangle of D A D 4^digits rounded down, D = diag(2^halves); its diagonal is below 4^(digits + 1)."""
    rows, used = list[list[int]](), 0
    for i, row in enumerate(matrix):
        shifts = [halves[i] + h + 2 * digits for h in halves[: i + 1]]
        sizes = [length(a) + abs(s) // 30 + 1 for a, s in zip(row, shifts, strict=False)]
        used += sum([PAIR + LIMB * size for size in sizes])
        meter.room(2 * used)
        meter.charge(sum([4 * OVERHEAD + 4 * size * size for size in sizes]))
        parts = [(a.numerator << max(s, 0), a.denominator << max(-s, 0)) for a, s in zip(row, shifts, strict=False)]
        rows.append([above // below for above, below in parts])
    return rows


def has_factor(rows: list[list[int]], digits: int, meter: Meter) -> bool:
    """Whether a lower triangular integer L is found for which B - L L^T + Theta is diagonally dominant.

    B is the symmetric matrix with this lower triangle, B_jj < 4^(digits + 1), and Theta any symmetric matrix with
    entries in [0, 1): what rounding down has left out. A diagonally dominant matrix with no negative entry on the
    diagonal is positive semidefinite, and so is L L^T; hence B + Theta is.

    Invariant of the outer loop, with R = B - L L^T: 0 <= R_ij < L_jj for j < i, and R_ii >= margin. As L_jj^2 < B_jj,
    L_jj < 2^(digits + 1), so that the other entries of a row of R + Theta add up to less than the margin.
    """
    bound, factor = 2 << digits, list[list[int]]()
    margin, cost = len(rows) * (bound + 1), OVERHEAD // 2 + (digits // 30 + 2) ** 2
    for row in rows:
        found = list[int]()
        for entry, top in zip(row, factor, strict=False):
            meter.charge(4 * OVERHEAD + len(found) * cost + limbs(entry) * (digits // 30 + 2))
            found.append((entry - sum(map(mul, found, top))) // top[-1])
            if abs(found[-1]) >= bound:
                return False  # the pivot would be negative; and no number here gets long
        meter.charge(4 * OVERHEAD + len(found) * cost + (digits // 15 + 2) ** 2)
        pivot = row[-1] - sum(map(mul, found, found)) - margin
        if pivot <= 0:
            return False
        found.append(math.isqrt(pivot))
        factor.append(found)
    return True
