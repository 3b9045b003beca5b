"""The exact restriction of a network to a line, t -> f(P + t (Q - P)), as a list of affine pieces.

The line is cut into intervals on which every output is affine (`curves.py` says what a cut is). Every unit is kept as
an affine map and, per cut, what is added to its slope and intercept; a layer costs one update per change and edge.

Published ancestor (in floating point): ExactLine of Sotoudeh and Thakur, "SyReNN", 2019.
"""

__all__ = [
    "UNIT_SEGMENT",
    "WHOLE_LINE",
    "Domain",
    "LineRestriction",
    "Piece",
    "fewest_pieces",
    "position_on_line",
    "restrict",
]

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from flint import fmpq

from exactmem.activations import Activation, PiecewiseLinear
from exactmem.border import number, row
from exactmem.curves import AffineMap, Change, Curve, Cut, activate, add, combine
from exactmem.errors import ShapeError, UsageError
from exactmem.matrices import affine
from exactmem.networks import Matrix, Network, ResNet, zeros
from exactmem.rationals import Rational, listed, shorten, to_text


@dataclass(frozen=True)
class Piece:
    """A part of the line, between two cuts (None: no end), and the affine map of every output on it."""

    low: Cut | None
    high: Cut | None
    maps: tuple[AffineMap, ...]

    @property
    def is_point(self) -> bool:
        """Whether the part is a single point."""
        return self.low is not None and self.high is not None and self.low.t == self.high.t

    def __call__(self, t: Any) -> list[Rational]:
        """The values of the affine maps at t."""
        t = number(t)
        return [slope * t + intercept for slope, intercept in self.maps]

    @property
    def interval(self) -> str:
        """The part in interval notation, exactly, such as `[-1, 1/2)`, `(-inf, 0]` or `{3}`."""
        return self.interval_text(to_text)

    def interval_text(self, write: Callable[[Rational], str]) -> str:
        """The part in interval notation, its ends written by the given function."""
        if self.is_point and self.low is not None:
            return f"{{{write(self.low.t)}}}"
        left = "(-inf" if self.low is None else f"{'(' if self.low.behind else '['}{write(self.low.t)}"
        right = "inf)" if self.high is None else f"{write(self.high.t)}{']' if self.high.behind else ')'}"
        return f"{left}, {right}"


@dataclass(frozen=True)
class LineRestriction:
    """The function t -> f(start + t (end - start)), t in Q or in [0, 1], with the least number of pieces.

    `pieces` cover the domain from left to right; neighbours never are one affine function on one interval.
    """

    start: tuple[Rational, ...]
    end: tuple[Rational, ...]
    pieces: tuple[Piece, ...]

    @property
    def d_y(self) -> int:
        """The number of outputs."""
        return len(self.pieces[0].maps)

    @property
    def breakpoints(self) -> list[Rational]:
        """The numbers t, increasing, at which one piece ends and another begins."""
        cuts = [piece.low.t for piece in self.pieces[1:] if piece.low is not None]
        return [t for t, _ in groupby(cuts)]

    @property
    def is_continuous(self) -> bool:
        """Whether neighbouring pieces agree where they meet."""
        return all(
            left(right.low.t) == right(right.low.t) for left, right in pairwise(self.pieces) if right.low is not None
        )

    def point(self, t: Any) -> list[Rational]:
        """The point start + t (end - start)."""
        t = number(t)
        return [p + t * (q - p) for p, q in zip(self.start, self.end, strict=True)]

    def piece_at(self, t: Any) -> Piece:
        """The piece that t belongs to; UsageError for a t outside the domain."""
        t = number(t)
        here = Cut(t, False)
        index = bisect_right(self.pieces[1:], here, key=_low)
        piece = self.pieces[index]
        if (piece.low is not None and here < piece.low) or (piece.high is not None and not here < piece.high):
            raise UsageError(f"t = {shorten(t)} is outside the restriction's domain {self.domain}")
        return piece

    @property
    def domain(self) -> str:
        """The domain in interval notation."""
        return Piece(self.pieces[0].low, self.pieces[-1].high, ()).interval

    def __call__(self, t: Any) -> list[Rational]:
        """The d_y exact outputs at t; UsageError for a t outside the domain."""
        return self.piece_at(t)(t)

    def output(self, k: int) -> "LineRestriction":
        """The restriction of output k alone, with its own least number of pieces."""
        maps = [piece.maps[k] for piece in self.pieces]
        changes = [
            Change(piece.low, after[0] - before[0], after[1] - before[1])
            for piece, before, after in zip(self.pieces[1:], maps, maps[1:], strict=False)
            if piece.low is not None
        ]
        domain = (self.pieces[0].low, self.pieces[-1].high)
        return LineRestriction(self.start, self.end, fewest_pieces([Curve(maps[0], tuple(changes))], domain))


def _low(piece: Piece) -> Any:
    return piece.low


Domain = tuple[Cut | None, Cut | None]
WHOLE_LINE: Domain = (None, None)
UNIT_SEGMENT: Domain = (Cut(fmpq(0), False), Cut(fmpq(1), True))


def restrict(network: Network, start: Sequence[Any], end: Sequence[Any], segment: bool = False) -> LineRestriction:
    """The exact restriction of a network to the line through two points; with `segment` to t in [0, 1] only.

    Shapes: start and end have d_x exact numbers each. Values at breakpoints are those of the forward pass, for
    discontinuous activations too. Raises ShapeError for points of another dimension, UsageError for equal points
    and for activations that are not piecewise linear.
    """
    p, q = tuple(row(start, "the first point")), tuple(row(end, "the second point"))
    for name, point in (("first", p), ("second", q)):
        if len(point) != network.d_x:
            raise ShapeError(f"the {name} point has {len(point)} coordinates, the network expects {network.d_x}")
    if p == q:
        raise UsageError(f"both points are ({listed(p)}): a line needs two different points")
    domain = UNIT_SEGMENT if segment else WHOLE_LINE
    direction = [b - a for a, b in zip(p, q, strict=True)]
    curves = (
        _resnet(network, p, direction, domain) if isinstance(network, ResNet) else _fnn(network, p, direction, domain)
    )
    return LineRestriction(p, q, fewest_pieces(curves, domain))


def _fnn(network: Any, start: Sequence[Rational], direction: list[Rational], domain: Domain) -> list[Curve]:
    curves: list[Curve] = []
    for l, layer in enumerate(network.layers, 1):
        if l == 1:
            curves = _first_layer(layer.weight, layer.bias, start, direction)
        else:
            curves = combine(layer.weight, layer.bias, curves)
        curves = [activate(_clip(curve, domain), _piecewise(layer.activation, l)) for curve in curves]
    return curves


def _resnet(network: Any, start: Sequence[Rational], direction: list[Rational], domain: Domain) -> list[Curve]:
    state = [Curve((v, p)) for v, p in zip(direction, start, strict=True)]
    for l, layer in enumerate(network.layers, 1):
        if l == 1:
            hidden = _first_layer(layer.U, layer.b, start, direction)
        else:
            hidden = combine(layer.U, layer.b, state)
        hidden = [activate(_clip(curve, domain), _piecewise(layer.activation, l)) for curve in hidden]
        update = combine(layer.V, layer.c, hidden)
        state = [add([old, new]) for old, new in zip(state, update, strict=True)] if layer.skip else update
    return [_clip(curve, domain) for curve in state]


def _piecewise(activation: Activation, l: int) -> PiecewiseLinear:
    if not isinstance(activation, PiecewiseLinear):
        raise UsageError(
            f"layer {l} has the activation {activation.name}: only piecewise-linear networks have pieces on a line"
        )
    return activation


def _first_layer(
    weight: Matrix, bias: Sequence[Rational], start: Sequence[Rational], direction: list[Rational]
) -> list[Curve]:
    """The first pre-activations, affine in t."""
    intercepts = affine(weight, bias, [list(start)])[0]
    slopes = affine(weight, zeros(len(bias)), [direction])[0]
    return [Curve(pair) for pair in zip(slopes, intercepts, strict=True)]


def _clip(curve: Curve, domain: Domain) -> Curve:
    """The curve on the domain: changes before it become part of the first map, those beyond it are dropped."""
    low, high = domain
    if low is None or high is None:
        return curve
    slope, intercept = curve.first
    inside = []
    for change in curve.changes:
        if change.cut <= low:
            slope, intercept = slope + change.slope, intercept + change.intercept
        elif change.cut < high:
            inside.append(change)
    return Curve((slope, intercept), tuple(inside))


def fewest_pieces(curves: Sequence[Curve], domain: Domain) -> tuple[Piece, ...]:
    """The joint pieces of the curves, least in number.

    At a breakpoint t there is one cut if the value at t continues the left or the right piece (before t if both),
    two cuts around the single point t if it continues neither, and none if t does not break the function at all.
    """
    joint = sorted(
        ((change, k) for k, curve in enumerate(curves) for change in curve.changes), key=lambda item: item[0].cut
    )
    maps = [curve.first for curve in curves]
    low, pieces = domain[0], []
    for t, group in groupby(joint, key=lambda item: item[0].cut.t):
        before, at = list(maps), list(maps)
        members = list(group)
        for change, k in members:
            for table in (maps,) if change.cut.behind else (maps, at):
                table[k] = (table[k][0] + change.slope, table[k][1] + change.intercept)
        cuts, maps = _cuts_at(t, before, at, maps, domain)
        for cut, left in cuts:
            pieces.append(Piece(low, cut, tuple(left)))
            low = cut
    pieces.append(Piece(low, domain[1], tuple(maps)))
    return tuple(pieces)


def _cuts_at(
    t: Rational, before: list[AffineMap], at: list[AffineMap], after: list[AffineMap], domain: Domain
) -> tuple[list[tuple[Cut, list[AffineMap]]], list[AffineMap]]:
    """The cuts that are needed at t, each with the affine maps on its left, and the maps that go on behind them."""
    begins = domain[0] is not None and domain[0].t == t
    ends = domain[1] is not None and domain[1].t == t
    value = [slope * t + intercept for slope, intercept in at]
    fits_left = not begins and value == [slope * t + intercept for slope, intercept in before]
    fits_right = not ends and value == [slope * t + intercept for slope, intercept in after]
    constant = [(fmpq(0), v) for v in value]
    if begins:
        return ([], after) if fits_right else ([(Cut(t, True), constant)], after)
    if ends:
        return ([], before) if fits_left else ([(Cut(t, False), before)], constant)
    if before == after and fits_left:
        return [], after
    if fits_right:
        return [(Cut(t, False), before)], after
    if fits_left:
        return [(Cut(t, True), before)], after
    return [(Cut(t, False), before), (Cut(t, True), constant)], after


def position_on_line(start: Sequence[Rational], end: Sequence[Rational], x: Sequence[Rational]) -> Rational | None:
    """The t with start + t (end - start) == x, or None if x is not on the line."""
    k = next(k for k, (p, q) in enumerate(zip(start, end, strict=True)) if p != q)
    t = (x[k] - start[k]) / (end[k] - start[k])
    on_line = all(p + t * (q - p) == c for p, q, c in zip(start, end, x, strict=True))
    return t if on_line else None
