"""All samples of a network whose first layer sees each input through one number t, in one pass along t."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from .evaluation import fnn_output, piece_at, resnet_output, through
from .networks import Activation, Affine, Dataset, Layer, Network, Row
from .strict_json import Rational
from .verdicts import OVERHEAD, Meter, limbs


class Sweep:
    """The second layer's pre-activations as functions (slope * t + intercept) / denominator of t on a line.

    In integers; `events` are the points where a first-layer unit passes a breakpoint, sorted, each with the
    change of that unit's slope and intercept; `closed` events take effect at the point itself, others behind it.
    """

    def __init__(self, first: Affine, activation: Activation, second: Affine, meter: Meter) -> None:
        self.meter, rows = meter, second.rows
        common = 1
        for row in first.rows:
            meter.charge(4 * limbs(common) * limbs(row.denominator))
            common = math.lcm(common, row.denominator)
        scale = common * activation.scale
        meter.charge(limbs(scale) * sum(limbs(row.bias) + limbs(row.denominator) for row in rows))
        self.denominators = [row.denominator * scale for row in rows]
        self.slopes, self.intercepts = [0] * len(rows), [row.bias * scale for row in rows]
        self.columns: list[list[tuple[int, int]]] = [[] for _ in first.rows]
        for k, row in enumerate(rows):
            for j, weight in row.entries:
                self.columns[j].append((k, weight))
        self.events: list[tuple[Fraction, bool, int, int, int]] = []
        for j, row in enumerate(first.rows):
            self.add_unit(j, row, activation, common // row.denominator)
        self.events.sort(key=lambda event: event[:2])
        self.measure()

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

    def measure(self) -> None:
        numbers = self.slopes + self.intercepts + self.denominators
        self.size = sum(map(limbs, numbers)) + 4 * OVERHEAD * len(self.slopes)

    def run(self, points: list[tuple[Fraction, int]]) -> Iterator[tuple[int, list[Rational]]]:
        """For each (t, sample), in increasing t: the sample and its pre-activations."""
        done = 0
        for t, sample in points:
            start = done
            while done < len(self.events) and self.events[done][:2] <= (t, False):
                self.change(*self.events[done][2:])
                done += 1
            if done > start:
                self.measure()
            above, below = t.numerator, t.denominator
            self.meter.charge(self.size * (limbs(above) + limbs(below)))
            values = zip(self.slopes, self.intercepts, self.denominators, strict=True)
            yield sample, [(s * above + c * below, d * below) for s, c, d in values]


def on_a_line(layers: list[Layer]) -> bool:
    """Whether the first layer sees each input through one number only, and is piecewise linear."""
    return len(layers) > 1 and layers[0].inner[-1].inputs == 1 and bool(layers[0].activation.pieces)


def sweep_outputs(layers: list[Layer], dataset: Dataset, meter: Meter) -> Iterator[tuple[int, list[Rational]]]:
    (*to_line, first), activation = layers[0].inner, layers[0].activation
    second, *others = layers[1].inner
    points = []
    for sample, values in enumerate(dataset.inputs):
        above, below = through(to_line, values, 1, meter)[0]
        points.append((Fraction(above, below), sample))
        meter.charge((limbs(above) + limbs(below)) ** 2 * len(dataset.inputs).bit_length())
    points.sort()
    rest = [layers[1]._replace(inner=others), *layers[2:]]
    for sample, values in Sweep(first, activation, second, meter).run(points):
        yield sample, fnn_output(rest, values, meter)


def outputs(network: Network, dataset: Dataset, meter: Meter) -> Iterator[tuple[int, list[Rational]]]:
    """All samples with the network's exact outputs, in any order."""
    if network.architecture == "fnn" and on_a_line(network.layers):
        return sweep_outputs(network.layers, dataset, meter)
    evaluate = fnn_output if network.architecture == "fnn" else resnet_output
    return ((i, evaluate(network.layers, values, meter)) for i, values in enumerate(dataset.inputs))
