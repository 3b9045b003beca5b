"""Exact evaluation of all samples at once where a layer sees its inputs through one number.

With a rank-one weight, column * row, in that layer (called the first here), every pre-activation of its units is
column_j * t + bias_j with t = row . x. Sorted by t, a second-layer pre-activation is piecewise affine in t and changes
its slope and intercept only where t passes a breakpoint of a first-layer unit: about d1 * d2 updates in all.
Inside such a stretch each second-layer unit changes its piece at most once per breakpoint, found by bisection, and a
third-layer pre-activation is an affine function of t that changes with them: about one update and one product a sample.
"""

__all__ = ["Integer", "as_rank_one", "ignore", "layer_changes", "positions", "sum_rows", "sweep", "sweep_start"]

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from flint import fmpq, fmpz

from exactmem.activations import PiecewiseLinear
from exactmem.matrices import affine
from exactmem.networks import DenseMatrix, FNNLayer, Matrix, RankOneMatrix
from exactmem.packed import IntegerRows
from exactmem.rationals import Rational, clear_denominators, common_denominator

Integer = Any


def sweep_start(layers: Sequence[FNNLayer]) -> int | None:
    """The first layer from which the sweep applies, or None.

    That layer sees its inputs through one number, it and the next are piecewise linear, and a third follows.
    """
    for start in range(len(layers) - 2):
        linear = all(isinstance(layer.activation, PiecewiseLinear) for layer in layers[start : start + 2])
        if linear and as_rank_one(layers[start].weight) is not None:
            return start
    return None


def as_rank_one(matrix: Matrix) -> RankOneMatrix | None:
    """The matrix as column * row where it was given so or has one non-zero column only, else None."""
    if isinstance(matrix, RankOneMatrix):
        return matrix
    rows, columns = matrix.shape
    entries = [(i, j, v) for i, row in enumerate(matrix.nonzero()) for j, v in row]
    used = {j for _, j, _ in entries}
    if len(used) != 1:
        return None
    column = [fmpq(0)] * rows
    for i, _, v in entries:
        column[i] = v
    return RankOneMatrix(tuple(column), tuple(fmpq(1 if j in used else 0) for j in range(columns)))


def ignore(done: int) -> None:
    """Nobody is told how many inputs have passed."""


def sweep(
    layers: Sequence[FNNLayer], inputs: Sequence[Sequence[Rational]], done: Callable[[int], None] = ignore
) -> list[list[Rational]]:
    """The exact third-layer pre-activations of every input (the outputs, if there are three layers).

    Shapes: inputs N x d_x, result N x d_3. Needs sweep_start(layers) == 0. `done` is told how many have passed.
    """
    first, second, third = layers[:3]
    if isinstance(third.weight, RankOneMatrix):
        sums = sum_rows(layers, inputs, done)
        return [[c * s + b for c, b in zip(third.weight.column, third.bias, strict=True)] for s in sums]
    weight = as_rank_one(first.weight)
    if weight is None:
        raise TypeError("the sweep needs a layer that sees its inputs through one number")
    places = positions(weight.row, inputs)
    order = sorted(range(len(inputs)), key=places.__getitem__)
    line = [places[i] for i in order]
    changes = layer_changes(weight.column, first, line)
    units = _SecondLayer(second, changes)
    readout = _Readout(units, second, third, line)
    result: list[list[Rational]] = [[] for _ in inputs]
    starts = sorted(index for index in changes if index < len(line))
    for start, stop in pairwise([*starts, len(line)]):
        units.update(changes[start])
        for index, output in enumerate(readout.stretch(start, stop), start):
            result[order[index]] = output
        done(stop)
    return result


def sum_rows(
    layers: Sequence[FNNLayer], inputs: Sequence[Sequence[Rational]], done: Callable[[int], None] = ignore
) -> list[Rational]:
    """Per input the one number of which a rank-one third layer sees multiples: its row times the second layer."""
    first, second, third = layers[:3]
    if not isinstance(third.weight, RankOneMatrix):
        raise TypeError("only a rank-one layer sees multiples of one number")
    single = FNNLayer(DenseMatrix((third.weight.row,)), (fmpq(0),), third.activation)
    return [s for (s,) in sweep([first, second, single], inputs, done)]


def positions(row: Sequence[Rational], inputs: Sequence[Sequence[Rational]]) -> list[Rational]:
    """row . x for every input."""
    if isinstance(inputs, IntegerRows):
        return [t for (t,) in affine(DenseMatrix((tuple(row),)), [fmpq(0)], inputs)]
    support = [(j, v) for j, v in enumerate(row) if v != 0]
    return [sum((v * x[j] for j, v in support), fmpq(0)) for x in inputs]


def _piecewise(layer: FNNLayer) -> PiecewiseLinear:
    if not isinstance(layer.activation, PiecewiseLinear):
        raise TypeError("the sweep needs piecewise-linear activations")
    return layer.activation


class _Change(NamedTuple):
    """What is added to the slope and intercept (in t) of a first-layer unit's output."""

    unit: int
    slope: Rational
    intercept: Rational


def layer_changes(column: Sequence[Rational], layer: FNNLayer, line: list[Rational]) -> dict[int, list[_Change]]:
    """Per index into the sorted positions, the changes of first-layer units that take effect there.

    Index 0 carries every unit's leftmost piece; changes beyond the last position are kept under len(line).
    """
    activation = _piecewise(layer)
    changes: dict[int, list[_Change]] = defaultdict(list)
    for j, (c, bias) in enumerate(zip(column, layer.bias, strict=True)):
        if c == 0:
            changes[0].append(_Change(j, fmpq(0), activation(bias)))
            continue
        maps = [(slope * c, slope * bias + intercept) for slope, intercept in activation.pieces]
        kinks = [(b - bias) / c for b in activation.breakpoints]
        if c < 0:
            maps.reverse()
            kinks.reverse()
        # A breakpoint belongs to the piece of larger pre-activations: on a falling unit that is the earlier one.
        find = bisect_left if c > 0 else bisect_right
        changes[0].append(_Change(j, *maps[0]))
        for kink, before, after in zip(kinks, maps, maps[1:], strict=False):
            changes[find(line, kink)].append(_Change(j, after[0] - before[0], after[1] - before[1]))
    return changes


class _Term(NamedTuple):
    """(slope * t + intercept) / denominator + shift, integers but for the rational shift."""

    denominator: Integer
    slope: Integer
    intercept: Integer
    shift: Rational


class _SecondLayer:
    """Second-layer pre-activations (slopes[k] * t + intercepts[k]) / denominators[k], all integers."""

    def __init__(self, layer: FNNLayer, changes: dict[int, list[_Change]]) -> None:
        rows = layer.weight.nonzero()
        numbers: dict[int, list[Rational]] = defaultdict(list)
        for group in changes.values():
            for change in group:
                numbers[change.unit] += [change.slope, change.intercept]
        self._scales = {j: common_denominator(values) for j, values in numbers.items()}
        self._columns: dict[int, list[tuple[int, Integer]]] = defaultdict(list)
        self.slopes: list[Integer] = [fmpz(0)] * len(rows)
        self.intercepts: list[Integer] = []
        self.denominators: list[Integer] = []
        for k, (row, bias) in enumerate(zip(rows, layer.bias, strict=True)):
            weights, denominator = clear_denominators([*(w / self._scales[j] for j, w in row), bias])
            for (j, _), w in zip(row, weights, strict=False):
                self._columns[j].append((k, w))
            self.intercepts.append(weights[-1])
            self.denominators.append(denominator)

    def update(self, changes: list[_Change]) -> None:
        """Apply the first layer's changes to every slope and intercept."""
        for unit, slope, intercept in changes:
            scale = self._scales[unit]
            up, shift = (slope * scale).numer(), (intercept * scale).numer()
            for k, w in self._columns[unit]:
                if up != 0:
                    self.slopes[k] += w * up
                if shift != 0:
                    self.intercepts[k] += w * shift


class _Output:
    """One third-layer pre-activation as an affine function slope * t + intercept of t, rationals."""

    def __init__(self, bias: Rational, terms: Iterable[_Term]) -> None:
        groups: dict[Integer, tuple[Integer, Integer]] = {}
        constant = bias
        for denominator, slope, intercept, shift in terms:
            s, i = groups.get(denominator, (0, 0))
            groups[denominator] = s + slope, i + intercept
            constant += shift
        self.slope = _total([fmpq(s, d) for d, (s, _) in groups.items() if s != 0])
        self.intercept = constant + _total([fmpq(i, d) for d, (_, i) in groups.items() if i != 0])

    def add(self, term: _Term, sign: int) -> None:
        """Add or subtract one unit's contribution."""
        denominator, slope, intercept, shift = term
        if slope != 0:
            self.slope += fmpq(sign * slope, denominator)
        self.intercept += sign * (fmpq(intercept, denominator) + shift)


def _total(terms: list[Rational]) -> Rational:
    """The sum, neighbours first: terms of neighbouring units often telescope, which keeps partial sums short."""
    while len(terms) > 1:
        terms = [sum(terms[i : i + 2], fmpq(0)) for i in range(0, len(terms), 2)]
    return terms[0] if terms else fmpq(0)


class _Readout:
    """Second-layer activations and the third layer's weights, evaluated stretch by stretch."""

    def __init__(self, units: _SecondLayer, second: FNNLayer, third: FNNLayer, line: list[Rational]) -> None:
        self.units = units
        self.bias = third.bias
        self.line = line
        self.positions = [(t.numer(), t.denom()) for t in line]
        activation = _piecewise(second)
        self.breakpoints = [(b.numer(), b.denom()) for b in activation.breakpoints]
        outgoing: list[list[tuple[int, Rational]]] = [[] for _ in units.denominators]
        for o, row in enumerate(third.weight.nonzero()):
            for k, v in row:
                outgoing[k].append((o, v))
        # Per unit and piece: the (output, slope numerator, slope denominator, constant) of weight * piece.
        self.terms = [
            [
                [(o, (v * slope).numer(), (v * slope).denom(), v * intercept) for o, v in edges]
                for slope, intercept in activation.pieces
            ]
            for edges in outgoing
        ]
        self.used = [k for k, edges in enumerate(outgoing) if edges]

    def stretch(self, start: int, stop: int) -> list[list[Rational]]:
        """The third-layer pre-activations for the positions start .. stop - 1."""
        switches: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        terms: list[list[_Term]] = [[] for _ in self.bias]
        for k in self.used:
            piece = self._piece(k, start)
            for o, term in self._contributions(k, piece):
                terms[o].append(term)
            if stop - start > 1 and self.units.slopes[k] != 0:
                self._switches(k, piece, start, stop, switches)
        outputs = [_Output(bias, own) for bias, own in zip(self.bias, terms, strict=True)]
        results = []
        for index in range(start, stop):
            for k, old, new in switches.get(index, ()):
                for piece, sign in ((old, -1), (new, 1)):
                    for o, term in self._contributions(k, piece):
                        outputs[o].add(term, sign)
            results.append([output.slope * self.line[index] + output.intercept for output in outputs])
        return results

    def _piece(self, k: int, index: int) -> int:
        """The activation's piece of unit k at a position."""
        numerator, denominator = self.positions[index]
        value = self.units.slopes[k] * numerator + self.units.intercepts[k] * denominator
        scale = self.units.denominators[k] * denominator
        piece = 0
        for b, d in self.breakpoints:
            if d * value < b * scale:
                break
            piece += 1
        return piece

    def _switches(
        self, k: int, piece: int, start: int, stop: int, switches: dict[int, list[tuple[int, int, int]]]
    ) -> None:
        """Record where unit k changes its piece inside the stretch; its pre-activation is monotone there."""
        last = self._piece(k, stop - 1)
        step = 1 if last > piece else -1
        here = start
        while piece != last:
            low, high = here, stop - 1
            while high - low > 1:
                middle = (low + high) // 2
                if self._piece(k, middle) == piece:
                    low = middle
                else:
                    high = middle
            following = self._piece(k, high)
            switches[high].append((k, piece, following))
            piece, here = following, high
            if (last - piece) * step < 0:
                raise ArithmeticError("an affine pre-activation changed its direction")

    def _contributions(self, k: int, piece: int) -> Iterator[tuple[int, _Term]]:
        """What unit k adds to each output while its pre-activation is on the piece."""
        slope, intercept, denominator = self.units.slopes[k], self.units.intercepts[k], self.units.denominators[k]
        for o, numerator, d, shift in self.terms[k][piece]:
            if numerator == 0:
                yield o, _Term(fmpz(1), fmpz(0), fmpz(0), shift)
            else:
                yield o, _Term(denominator * d, numerator * slope, numerator * intercept, shift)
