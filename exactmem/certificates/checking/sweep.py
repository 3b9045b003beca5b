"""All samples of a network whose first layer sees each input through one number t, in one pass along t.

The second layer's pre-activations are then piecewise affine in t (Line), and so is what the third layer sums up
of the second layer's units (Readout): both are kept up to date while t passes breakpoints, in integers.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from .evaluation import add_up, fnn_output, piece_at, resnet_output, row_value, through
from .networks import Activation, Affine, Dataset, Layer, Network, Row
from .strict_json import Rational
from .verdicts import OVERHEAD, Meter, limbs

Point = tuple[Fraction, int]  # t and the sample it belongs to
Outputs = Iterator[tuple[int, list[Rational]]]  # samples, each with its values


def columns_of(affine: Affine) -> list[list[tuple[int, int]]]:
    """Per input, the (row, weight) pairs of its non-zero integer weights."""
    columns: list[list[tuple[int, int]]] = [[] for _ in range(affine.inputs)]
    for k, row in enumerate(affine.rows):
        for j, weight in row.entries:
            columns[j].append((k, weight))
    return columns


class Line:
    """The second layer's pre-activations as functions (slope * t + intercept) / denominator of t.

    `events` are the points where a first-layer unit passes a breakpoint, in order: the point; whether the change
    takes effect only behind it; the unit; the change of the unit's slope and of its intercept.
    """

    def __init__(self, first: Affine, activation: Activation, second: Affine, meter: Meter) -> None:
        self.meter, self.columns = meter, columns_of(second)
        common = 1
        for row in first.rows:
            meter.charge(4 * limbs(common) * limbs(row.denominator))
            common = math.lcm(common, row.denominator)
        scale = common * activation.scale
        meter.charge(limbs(scale) * sum(limbs(row.bias) + limbs(row.denominator) for row in second.rows))
        self.denominators = [row.denominator * scale for row in second.rows]
        self.slopes, self.intercepts = [0] * len(second.rows), [row.bias * scale for row in second.rows]
        self.events: list[tuple[Fraction, bool, int, int, int]] = []
        for j, row in enumerate(first.rows):
            self.add_unit(j, row, activation, common // row.denominator)
        self.events.sort(key=lambda event: event[:2])

    def add_unit(self, j: int, row: Row, activation: Activation, factor: int) -> None:
        slope, bias, scale = sum(weight for _, weight in row.entries), row.bias, row.denominator
        self.meter.charge(16 * limbs(factor) * (limbs(slope) + limbs(bias)) + 16 * limbs(bias) ** 2)
        pieces = [(s * slope * factor, (s * bias + v * scale) * factor) for s, v in activation.pieces]
        if slope == 0:
            self.change(j, *pieces[piece_at(activation, bias, scale)])
            return
        crossings = [Fraction(point * scale - bias, slope) for point in activation.breakpoints]
        if slope < 0:
            pieces, crossings = pieces[::-1], crossings[::-1]
        self.change(j, *pieces[0])
        for crossing, old, new in zip(crossings, pieces, pieces[1:], strict=False):
            self.events.append((crossing, slope < 0, j, new[0] - old[0], new[1] - old[1]))

    def change(self, j: int, slope: int, intercept: int) -> None:
        weights = sum([limbs(weight) + OVERHEAD for _, weight in self.columns[j]])
        self.meter.charge(weights * (limbs(slope) + limbs(intercept)))
        for k, weight in self.columns[j]:
            self.slopes[k] += weight * slope
            self.intercepts[k] += weight * intercept

    def size(self) -> int:
        """The cost of evaluating all units, per limb of t."""
        numbers = self.slopes + self.intercepts + self.denominators
        return sum(map(limbs, numbers)) + 4 * OVERHEAD * len(self.slopes)

    def segments(self, points: list[Point]) -> Iterator[list[Point]]:
        """The points, in order, in runs without an event inside; the functions fit the run just given."""
        start = done = 0
        while start < len(points):
            while done < len(self.events) and self.events[done][:2] <= (points[start][0], False):
                self.change(*self.events[done][2:])
                done += 1
            stop = len(points)
            if done < len(self.events):
                event = self.events[done][:2]
                stop = bisect_left(points, True, start, key=lambda point: event <= (point[0], False))
            yield points[start:stop]
            start = stop

    def values(self, points: list[Point]) -> Outputs:
        """All pre-activations of every sample."""
        for segment in self.segments(points):
            size = self.size()
            for t, sample in segment:
                above, below = t.numerator, t.denominator
                self.meter.charge(size * (limbs(above) + limbs(below)))
                units = zip(self.slopes, self.intercepts, self.denominators, strict=True)
                yield sample, [(s * above + c * below, d * below) for s, c, d in units]


class Readout:
    """The third layer's pre-activations along a Line, whose units' activations it sums up.

    Per row, `sums[g]` is the (slope, intercept) over denominators[g] of all units with that denominator together;
    where it is an integer constant it counts in `whole` instead of `open`. Two units that make one clip have the
    same denominator, so that most of the time nothing long is open.
    """

    def __init__(self, line: Line, activation: Activation, third: Affine) -> None:
        self.line, self.meter, self.activation, self.rows = line, line.meter, activation, third.rows
        self.columns = columns_of(third)
        self.denominators = [d for d, _ in groupby(sorted(line.denominators))]
        self.groups = [bisect_left(self.denominators, d) for d in line.denominators]

    def add(self, k: int, piece: int, times: int) -> None:
        """Counts unit k's activation on that piece `times` more."""
        factor, value = self.activation.pieces[piece]
        slope, intercept = times * factor * self.line.slopes[k], times * factor * self.line.intercepts[k]
        g = self.groups[k]
        denominator, length = self.denominators[g], limbs(slope) + limbs(intercept)
        for a, weight in self.columns[k]:
            self.meter.charge(16 * OVERHEAD + length * (limbs(weight) + 4) + 4 * limbs(denominator))
            old_slope, old_intercept = self.sums[a].get(g, (0, 0))
            if g not in self.open[a]:
                self.whole[a] -= old_intercept // denominator
            new_slope, new_intercept = old_slope + weight * slope, old_intercept + weight * intercept
            self.sums[a][g] = new_slope, new_intercept
            self.whole[a] += weight * times * value
            if new_slope == 0 and new_intercept % denominator == 0:
                self.whole[a] += new_intercept // denominator
                self.open[a].discard(g)
            else:
                self.open[a].add(g)

    def piece(self, k: int, t: Fraction) -> int:
        numerator = self.line.slopes[k] * t.numerator + self.line.intercepts[k] * t.denominator
        return piece_at(self.activation, numerator, self.line.denominators[k] * t.denominator)

    def start(self, segment: list[Point]) -> list[list[tuple[int, int, int]]]:
        """Sums up the units at the segment's first point; then, per point, who changes (unit, old, new piece).

        A pre-activation is monotone along the segment, so that a piece once left does not come back.
        """
        self.sums: list[dict[int, tuple[int, int]]] = [{} for _ in self.rows]
        self.open: list[set[int]] = [set() for _ in self.rows]
        self.whole = [0] * len(self.rows)
        changes: list[list[tuple[int, int, int]]] = [[] for _ in segment]
        for k in range(len(self.groups)):
            piece, last = self.piece(k, segment[0][0]), self.piece(k, segment[-1][0])
            self.add(k, piece, 1)
            position = 0
            while piece != last:
                position = bisect_left(segment, True, position, key=lambda p: self.piece(k, p[0]) != piece)
                old, piece = piece, self.piece(k, segment[position][0])
                changes[position].append((k, old, piece))
        return changes

    def row_at(self, a: int, above: int, below: int) -> Rational:
        """Row a's pre-activation at t = above / below."""
        sums, denominators = [self.whole[a]], [1]
        for g in self.open[a]:
            slope, intercept = self.sums[a][g]
            sums.append(slope * above + intercept * below)
            denominators.append(self.denominators[g] * below)
            self.meter.charge((limbs(slope) + limbs(intercept) + limbs(below)) * (limbs(above) + limbs(below)))
        total, common = add_up(sums, denominators, self.meter)
        return row_value(self.rows[a], total, common * self.activation.scale, self.meter)

    def values(self, points: list[Point]) -> Outputs:
        """All pre-activations of every sample."""
        for segment in self.line.segments(points):
            longest = max(limbs(t.numerator) + limbs(t.denominator) for t, _ in segment)
            self.meter.charge(self.line.size() * longest * (4 + 2 * len(segment).bit_length()))
            for (t, sample), changes in zip(segment, self.start(segment), strict=True):
                for k, old, new in changes:
                    self.add(k, old, -1)
                    self.add(k, new, 1)
                yield sample, [self.row_at(a, t.numerator, t.denominator) for a in range(len(self.rows))]


def on_a_line(layers: list[Layer]) -> bool:
    """Whether the first layer sees each input through one number only, and is piecewise linear."""
    return len(layers) > 1 and layers[0].inner[-1].inputs == 1 and bool(layers[0].activation.pieces)


def sweep_outputs(layers: list[Layer], dataset: Dataset, meter: Meter) -> Outputs:
    (*to_line, first), activation = layers[0].inner, layers[0].activation
    second, *others = layers[1].inner
    points = []
    for sample, values in enumerate(dataset.inputs):
        above, below = through(to_line, values, 1, meter)[0]
        points.append((Fraction(above, below), sample))
        meter.charge((limbs(above) + limbs(below)) ** 2 * len(dataset.inputs).bit_length())
    points.sort()
    line = Line(first, activation, second, meter)
    if len(layers) > 2 and not others and layers[1].activation.pieces:
        third, *others = layers[2].inner
        swept, rest = Readout(line, layers[1].activation, third).values(points), layers[2:]
    else:
        swept, rest = line.values(points), layers[1:]
    rest = [rest[0]._replace(inner=others), *rest[1:]]
    return ((sample, fnn_output(rest, values, meter)) for sample, values in swept)


def outputs(network: Network, dataset: Dataset, meter: Meter) -> Outputs:
    """All samples with the network's exact outputs, in any order."""
    if network.architecture == "fnn" and on_a_line(network.layers):
        return sweep_outputs(network.layers, dataset, meter)
    evaluate = fnn_output if network.architecture == "fnn" else resnet_output
    return ((i, evaluate(network.layers, values, meter)) for i, values in enumerate(dataset.inputs))
