"""All samples of an fnn whose first layer sees each input through one number t, in one pass along t.

The first layer's units are then piecewise affine in t, and so are the second layer's pre-activations: those are
kept as integers (slope * t + intercept) / denominator, updated where a unit of the first layer changes its piece.
"""

from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction

from .evaluation import evaluate, piece_at, through
from .networks import Activation, Affine, Dataset, Layer, Network, Row, common_denominator
from .strict_json import Rational
from .verdicts import OVERHEAD, Meter, limbs

Point = tuple[Fraction, int]  # t and the sample it belongs to
Line = tuple[int, int]  # slope and intercept in t


def lines(row: Row, activation: Activation, common: int, points: list[Point]) -> Iterator[tuple[int, Line]]:
    """The unit's values as lines over common * scale, each with the index of the first point it holds at.

    The points are in order and the unit's pre-activation is monotone, so that a piece once left does not come back.
    """
    weight, factor = sum([weight for _, weight in row.entries]), common // row.denominator

    def piece(point: Point) -> int:
        above, below = point[0].numerator, point[0].denominator
        return piece_at(activation, weight * above + row.bias * below, row.denominator * below)

    index, current = 0, -1
    while index < len(points):
        current = piece(points[index])
        slope, value = activation.pieces[current]
        yield index, (slope * weight * factor, (slope * row.bias + value * row.denominator) * factor)
        index = bisect_left(points, True, index, key=lambda point: piece(point) != current)


class SecondLayer:
    """The second layer's pre-activations, where unit j of the first layer counts as lines[j]."""

    def __init__(self, layer: Affine, common: int, meter: Meter) -> None:
        meter.charge(limbs(common) * layer.size + layer.overhead)
        self.meter, self.lines = meter, [(0, 0)] * layer.inputs
        self.columns: list[list[tuple[int, int]]] = [[] for _ in self.lines]
        for k, row in enumerate(layer.rows):
            for j, weight in row.entries:
                self.columns[j].append((k, weight))
        self.denominators = [row.denominator * common for row in layer.rows]
        self.intercepts, self.slopes = [row.bias * common for row in layer.rows], [0] * len(layer.rows)

    def update(self, j: int, line: Line) -> None:
        size = sum(map(limbs, line + self.lines[j]))
        self.meter.charge(size * sum([limbs(weight) + OVERHEAD for _, weight in self.columns[j]]))
        slope, intercept = line[0] - self.lines[j][0], line[1] - self.lines[j][1]
        for k, weight in self.columns[j]:
            self.slopes[k] += weight * slope
            self.intercepts[k] += weight * intercept
        self.lines[j] = line

    def values(self, above: int, below: int) -> list[Rational]:
        """The pre-activations at t = above / below."""
        size = sum(map(limbs, self.slopes + self.intercepts + self.denominators)) + OVERHEAD * len(self.slopes)
        self.meter.charge(size * (limbs(above) + limbs(below)))
        units = zip(self.slopes, self.intercepts, self.denominators, strict=True)
        return [(slope * above + intercept * below, denominator * below) for slope, intercept, denominator in units]


def on_a_line(layers: list[Layer]) -> bool:
    """Whether the first layer sees each input through one number only, and is piecewise linear."""
    return len(layers) > 1 and layers[0].inner[-1].inputs == 1 and bool(layers[0].activation.pieces)


def sweep_outputs(layers: list[Layer], dataset: Dataset, meter: Meter) -> Iterator[tuple[int, list[Rational]]]:
    (*to_line, first), activation, (second, *others) = layers[0].inner, layers[0].activation, layers[1].inner
    points = [(Fraction(*through(to_line, values, 1, meter)[0]), i) for i, values in enumerate(dataset.inputs)]
    longest = max([limbs(t.numerator) + limbs(t.denominator) for t, _ in points])
    meter.charge(longest * (len(points) * longest + 4 * first.size + first.overhead) * len(points).bit_length())
    points.sort()
    common = common_denominator([row.denominator for row in first.rows], meter)
    longest_slope = max([limbs(slope) for slope, _ in activation.pieces])
    meter.charge(4 * longest_slope * limbs(common) * first.size + 4 * first.overhead)
    changes: list[list[tuple[int, Line]]] = [[] for _ in points]
    for j, row in enumerate(first.rows):
        for index, line in lines(row, activation, common, points):
            changes[index].append((j, line))
    layer, rest = SecondLayer(second, common * activation.scale, meter), [layers[1]._replace(inner=others), *layers[2:]]
    for (t, sample), changed in zip(points, changes, strict=True):
        for change in changed:
            layer.update(*change)
        yield sample, evaluate(rest, layer.values(t.numerator, t.denominator), meter)


def outputs(network: Network, dataset: Dataset, meter: Meter) -> Iterator[tuple[int, list[Rational]]]:
    """All samples with the network's exact outputs, in any order."""
    if network.architecture == "fnn" and on_a_line(network.layers):
        return sweep_outputs(network.layers, dataset, meter)
    return ((i, evaluate(network.layers, values, meter)) for i, values in enumerate(dataset.inputs))
