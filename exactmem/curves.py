"""Piecewise affine functions of one number t, as an affine map and the changes of its slope and intercept at cuts.

A cut lies just before a number t (then t belongs to the part on its right) or just behind it, so that intervals open,
closed or half-open at either end, and single points, are all parts between two cuts: discontinuous activations need no
special case.
"""

__all__ = ["AffineMap", "Change", "Curve", "Cut", "activate", "add", "combine"]

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from flint import fmpq

from exactmem.activations import PiecewiseLinear
from exactmem.networks import Matrix, RankOneMatrix
from exactmem.rationals import Rational

AffineMap = tuple[Rational, Rational]
"""(slope, intercept) of t -> slope * t + intercept."""


class Cut(NamedTuple):
    """Where the line is cut: just before t (t belongs to the right part), or just behind t (to the left part)."""

    t: Rational
    behind: bool


class Change(NamedTuple):
    """What is added to a function's slope and intercept from a cut on."""

    cut: Cut
    slope: Rational
    intercept: Rational


@dataclass(frozen=True)
class Curve:
    """A piecewise affine function of t: the leftmost affine map and the changes, at strictly increasing cuts."""

    first: AffineMap
    changes: tuple[Change, ...] = ()

    def pieces(self) -> Iterator[tuple[Cut | None, Cut | None, AffineMap]]:
        """The parts of the line from left to right with their affine maps; None stands for no end."""
        slope, intercept = self.first
        low = None
        for change in self.changes:
            yield low, change.cut, (slope, intercept)
            slope, intercept = slope + change.slope, intercept + change.intercept
            low = change.cut
        yield low, None, (slope, intercept)


def combine(matrix: Matrix, bias: Sequence[Rational], curves: Sequence[Curve]) -> list[Curve]:
    """The curves matrix * curves + bias."""
    if isinstance(matrix, RankOneMatrix):
        support = [(v, curve) for v, curve in zip(matrix.row, curves, strict=True) if v != 0]
        scalar = add([_scale(curve, v) for v, curve in support])
        return [_shift(_scale(scalar, c), b) for c, b in zip(matrix.column, bias, strict=True)]
    return [
        _shift(add([_scale(curves[j], v) for j, v in row]), b) for row, b in zip(matrix.nonzero(), bias, strict=True)
    ]


def _scale(curve: Curve, factor: Rational) -> Curve:
    if factor == 1:
        return curve
    if factor == 0:
        return Curve((fmpq(0), fmpq(0)))
    slope, intercept = curve.first
    changes = tuple(Change(cut, factor * s, factor * i) for cut, s, i in curve.changes)
    return Curve((factor * slope, factor * intercept), changes)


def _shift(curve: Curve, constant: Rational) -> Curve:
    slope, intercept = curve.first
    return Curve((slope, intercept + constant), curve.changes)


def add(curves: Sequence[Curve]) -> Curve:
    """The sum of curves (the zero function for none), with changes at the same cut merged."""
    if len(curves) == 1:
        return curves[0]
    slope = sum((curve.first[0] for curve in curves), fmpq(0))
    intercept = sum((curve.first[1] for curve in curves), fmpq(0))
    changes = sorted((change for curve in curves for change in curve.changes), key=lambda change: change.cut)
    return Curve((slope, intercept), tuple(_merge(changes)))


def _merge(changes: Iterable[Change]) -> Iterator[Change]:
    """Sorted changes with those at one cut added up and those that cancel left out."""
    for cut, group in groupby(changes, key=lambda change: change.cut):
        members = list(group)
        slope = sum((member.slope for member in members), fmpq(0))
        intercept = sum((member.intercept for member in members), fmpq(0))
        if slope != 0 or intercept != 0:
            yield Change(cut, slope, intercept)


def activate(curve: Curve, activation: PiecewiseLinear) -> Curve:
    """The curve activation(curve)."""
    if not activation.breakpoints:
        ((slope, intercept),) = activation.pieces
        return _shift(_scale(curve, slope), intercept)
    parts: list[tuple[Cut | None, AffineMap]] = []
    for low, high, (slope, intercept) in curve.pieces():
        for cut, (s, i) in _crossings(low, high, slope, intercept, activation):
            parts.append((cut, (s * slope, s * intercept + i)))
    changes = [
        Change(cut, after[0] - before[0], after[1] - before[1])
        for (_, before), (cut, after) in pairwise(parts)
        if cut is not None and before != after
    ]
    return Curve(parts[0][1], tuple(changes))


def _crossings(
    low: Cut | None, high: Cut | None, slope: Rational, intercept: Rational, activation: PiecewiseLinear
) -> Iterator[tuple[Cut | None, AffineMap]]:
    """The activation's pieces that slope * t + intercept meets between two cuts, each with the cut where it begins."""
    pieces = activation.pieces
    if slope == 0:
        yield low, pieces[activation.piece_index(intercept)]
        return
    # A breakpoint belongs to the piece of larger pre-activations: if they fall, it is the earlier one. A continuous
    # activation takes the same value on both, so that one kind of cut will do and equal breakpoints stay together.
    behind = slope < 0 and not activation.is_continuous
    cuts = [Cut((b - intercept) / slope, behind) for b in activation.breakpoints]
    if slope < 0:
        pieces, cuts = pieces[::-1], cuts[::-1]
    passed = 0 if low is None else bisect_right(cuts, low)
    yield low, pieces[passed]
    for cut, piece in zip(cuts[passed:], pieces[passed + 1 :], strict=True):
        if high is not None and not cut < high:
            return
        yield cut, piece
