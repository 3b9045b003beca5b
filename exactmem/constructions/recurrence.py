"""Floor 4: layer 2 of Theorem 3.1 by the O(p) recurrence for equation (7), in integers.

Notation and proof are those of `proofs/layer2_recurrence.py`: unit k passes the member i_{k,j} of every block j, its
pre-activation Z_j at the midpoint m_j obeys Z_j = (1 + r_j) y_j - r_j Z_{j-1} with r_j = n_j / u_j, and between
midpoints it is linear. With labels y_j = Y_j / Y and U_j = u_1 ... u_j the numerators N_j = Y U_j Z_j are integers:
N_j = (n_j + u_j) Y_j U_{j-1} - n_j N_{j-1}. Fractions are reduced once, at the end.
"""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from flint import fmpq, fmpz

from exactmem.constructions.common import Choices
from exactmem.errors import UsageError
from exactmem.rationals import Rational, clear_denominators, shorten

Block = Sequence[Rational]
Integer = Any


def member(j: int, k: int, q: int) -> int:
    """i_{k,j}: the sample (1-based) that unit k of layer 2 passes in block j."""
    return (j - 1) * q + k if j % 2 == 1 else j * q + 1 - k


def layer2_unit(
    line: Block, midpoints: Block, labels: Block, k: int, q: int, choices: Choices, clip_ends: bool = False
) -> tuple[list[Rational], Rational]:
    """Row k of W^2 and b^2_k: pre-activation y_i at the members i_{k,j}, outside (-1, 1) at all other samples.

    Arguments and errors as for `layer2_values`.
    """
    unit = _unit(line, midpoints, labels, k, q, clip_ends)
    numerators, denominators = _knots(unit, _scale(unit, choices, k))
    row = []
    for j, (_, u) in enumerate(unit.ratios, 1):
        # W_j = (-1)^(j-1) (Z_j - Z_{j-1}) / 2 over the common denominator of both.
        difference = numerators[j] - u * numerators[j - 1]
        row.append(fmpq(difference if j % 2 == 1 else -difference, 2 * denominators[j]))
    last, scale = denominators[-1], denominators[0]
    return row, fmpq(numerators[0] * (last // scale) + numerators[-1], 2 * last)


def layer2_values(
    line: Block, midpoints: Block, labels: Block, k: int, q: int, choices: Choices, clip_ends: bool = False
) -> list[Rational]:
    """Z_0, ..., Z_p: the pre-activation of unit k of layer 2 at the midpoints; it is linear between them.

    `line` holds c_0 .. c_{pq+1}, `midpoints` m_0 .. m_p, `labels` y_1 .. y_{pq}. The scale is the least that clips
    every other sample unless `choices` says otherwise; UsageError when a given alpha is below it. With `clip_ends`
    the unit is clipped at the outermost midpoints as well, hence everywhere beyond them.
    """
    unit = _unit(line, midpoints, labels, k, q, clip_ends)
    numerators, denominators = _knots(unit, _scale(unit, choices, k))
    return [fmpq(n, d) for n, d in zip(numerators, denominators, strict=True)]


class _Unit(NamedTuple):
    """What the recurrence of one unit needs, block by block.

    ratios: (n_j, u_j); labels: integers Y_j over `denominator`; needs: how far the pre-activation has to fall from
    the label to m_{j-1} (need_j u_j of the proof), or None where block j has nothing else to clip.
    """

    orientation: int
    ratios: list[tuple[Integer, Integer]]
    labels: list[Integer]
    denominator: Integer
    needs: list[Rational | None]


def _unit(line: Block, midpoints: Block, labels: Block, k: int, q: int, clip_ends: bool) -> _Unit:
    orientation = 1 if k % 2 == 1 else -1
    p = len(midpoints) - 1
    members = [member(j, k, q) for j in range(1, p + 1)]
    ratios, needs = [], []
    for j, i in enumerate(members, 1):
        c, y = line[i], labels[i - 1]
        left, right = c - midpoints[j - 1], midpoints[j] - c
        ratio = right / left
        ratios.append((ratio.numer(), ratio.denom()))
        sign = orientation if j % 2 == 1 else -orientation
        slopes = []
        if i < j * q:
            slopes.append((1 - sign * y) / (line[i + 1] - c))
        if i > (j - 1) * q + 1:
            slopes.append((1 + sign * y) / (c - line[i - 1]))
        if clip_ends and j == 1:
            slopes.append((1 + sign * y) / left)
        if clip_ends and j == p:
            slopes.append((1 - sign * y) / right)
        needs.append(max(slopes) * left if slopes else None)
    integers, denominator = clear_denominators([labels[i - 1] for i in members])
    return _Unit(orientation, ratios, integers, denominator, needs)


def _minimal_alpha(unit: _Unit) -> Rational | None:
    """The least alpha = -o Z_0 that clips the members' neighbours in every block; None if nothing needs clipping.

    The bound of block j is (need_j u_j - s_j (y_j - A_{j-1})) / R_{j-1}, with A the recurrence for Z_0 = 0 and
    R_j = r_1 ... r_j; bounds are compared by cross-multiplication (all denominators are positive).
    """
    best: tuple[Integer, Integer] | None = None
    numerator, below, above = fmpz(0), fmpz(1), fmpz(1)
    sign = unit.orientation
    for (n, u), y, need in zip(unit.ratios, unit.labels, unit.needs, strict=True):
        reach = y * below
        if need is not None:
            a, b = need.numer(), need.denom()
            bound = a * below * unit.denominator - sign * b * (reach - numerator)
            scale = b * unit.denominator * above
            if best is None or bound * best[1] > best[0] * scale:
                best = (bound, scale)
        numerator = (n + u) * reach - n * numerator
        below *= u
        above *= n
        sign = -sign
    return None if best is None else fmpq(*best)


def _scale(unit: _Unit, choices: Choices, k: int) -> Rational:
    """Alpha: the given one if it is large enough, else the least, rounded up if a precision is asked for."""
    least = _minimal_alpha(unit)
    if choices.alpha is not None:
        if least is not None and choices.alpha < least:
            raise UsageError(
                f"alpha = {shorten(choices.alpha)} is too small: unit {k} of layer 2 needs at least {shorten(least)}"
            )
        return choices.alpha
    return choices.rounded(least if least is not None else fmpq(0), "up")


def _knots(unit: _Unit, alpha: Rational) -> tuple[list[Integer], list[Integer]]:
    """Integers N_j and D_j with Z_j = N_j / D_j for j = 0 .. p, where Z_0 = -o alpha and D_j = D_{j-1} u_j."""
    start = alpha.denom()
    common = start.lcm(unit.denominator)
    factor = common // unit.denominator
    numerators = [-unit.orientation * alpha.numer() * (common // start)]
    products = [fmpz(1)]
    for (n, u), y in zip(unit.ratios, unit.labels, strict=True):
        numerators.append((n + u) * (factor * y) * products[-1] - n * numerators[-1])
        products.append(products[-1] * u)
    return numerators, [common * product for product in products]


def layer1(midpoints: Block) -> tuple[list[Rational], list[Rational]]:
    """Slopes and biases of layer 1: unit j maps [m_{j-1}, m_j] onto [-1, 1], rising for odd j, falling for even j."""
    slopes, biases = [], []
    for j, (left, right) in enumerate(itertools.pairwise(midpoints), 1):
        sign = 1 if j % 2 == 1 else -1
        slopes.append(sign * 2 / (right - left))
        biases.append(-sign * (right + left) / (right - left))
    return slopes, biases


def padded_line(projected: Sequence[Rational], count: int, delta: Rational) -> list[Rational]:
    """c_0, ..., c_{count+1}: the sorted projections, virtual samples to their right, and one beyond each end."""
    line = [projected[0] - delta, *projected]
    while len(line) < count + 2:
        line.append(line[-1] + delta)
    return line
