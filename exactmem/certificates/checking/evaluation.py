"""Exact evaluation of a network at the inputs of a dataset, in integers."""

from collections.abc import Iterator
from fractions import Fraction

from .affine_maps import Affine, common_denominator
from .networks import Activation, Dataset, Layer, Network
from .strict_json import Rational, Vector
from .sums import add_up, grouped
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

ALIVE = 3  # vectors of a network's values that exist at once: a layer's, those before it, those of a skip connection


def through(maps: list[Affine], values: Vector, meter: Meter) -> Vector:
    """The maps, one after the other. Terms over one denominator are added first: they may telescope to an integer."""
    for affine in maps:
        meter.charge(affine.overhead + affine.size * limbs(max([max(abs(above), below) for above, below in values])))
        numbers, denominators = grouped(values, meter)
        result, size = list[Rational](), 0
        for row in affine.rows:
            sums = {0: row.bias}
            for j, weight in row.entries:
                number = numbers[j]
                sums[number] = sums.get(number, 0) + weight * values[j][0]
            terms = [(above, denominators[number]) for number, above in sums.items()]
            above, below = add_up(terms, row.denominator, meter)
            result.append((above, below))
            size += PAIR + LIMB * (limbs(above) + limbs(below))
            meter.room(ALIVE * size)
        values = result
    return values


def piece_at(activation: Activation, numerator: int, denominator: int) -> int:
    """The number of breakpoints at or below numerator / denominator, that is, the index of its piece."""
    for piece, breakpoint in enumerate(activation.breakpoints):
        if numerator < breakpoint * denominator:
            return piece
    return len(activation.breakpoints)


def activate(activation: Activation, values: Vector, meter: Meter) -> Vector:
    """activation.scale times the activation's values, so that slopes are integers."""
    longest = limbs(max([max(abs(above), below) for above, below in values]))
    factor = max([limbs(slope) for slope, _ in activation.pieces], default=longest)
    meter.charge(len(values) * (4 * OVERHEAD + 2 * longest * factor))
    meter.room(ALIVE * len(values) * (PAIR + 2 * LIMB * (longest + max(longest, factor))))
    if activation.kind == "square":
        meter.charge(2 * len(values) * longest * longest)
        return [(above * above, below * below) for above, below in values]
    result = []
    for above, below in values:
        slope, value = activation.pieces[piece_at(activation, above, below)]
        result.append((slope * above + value * below, below) if slope else (value, 1))
    return result


def evaluate(layers: list[Layer], values: Vector, meter: Meter) -> Vector:
    """The outputs of these layers of a network."""
    for layer in layers:
        before, values = values, activate(layer.activation, through(layer.inner, values, meter), meter)
        values = through(layer.outer, values, meter)
        if layer.skip:
            values = [add_up(pair, 1, meter) for pair in zip(before, values, strict=True)]
    return values


class Sweep:
    """second(activation(first(t))) for increasing t, kept as integers (slope * t + intercept) / denominator.

    `first` has one input. Where one of its units enters another piece of its activation, the integers change.
    """

    def __init__(self, first: Affine, activation: Activation, second: Affine, meter: Meter) -> None:
        self.activation, self.meter, self.first = activation, meter, first
        self.common = common_denominator([row.denominator for row in first.rows], meter)
        longest = max([limbs(slope) for slope, _ in activation.pieces])
        meter.charge(limbs(self.common) * (4 * longest * first.size + second.size) + first.overhead + second.overhead)
        widest = limbs(self.common) + longest + first.longest + second.longest + 2
        meter.keep((2 * len(first.rows) + 3 * len(second.rows)) * (PAIR + LIMB * widest) + PAIR * second.size)
        self.columns: list[list[tuple[int, int]]] = [[] for _ in first.rows]
        for k, row in enumerate(second.rows):
            for j, weight in row.entries:
                self.columns[j].append((k, weight))
        self.lines = [(-1, 0, 0)] * len(first.rows)  # per unit of `first` its piece, and slope and intercept there
        self.slopes, self.intercepts = [0] * len(second.rows), [row.bias * self.common for row in second.rows]
        self.denominators = [row.denominator * self.common for row in second.rows]

    def enter(self, j: int, piece: int, weight: int, bias: int, denominator: int) -> None:
        """Unit j of `first`, with pre-activation (weight * t + bias) / denominator, is on another piece now."""
        (slope, value), factor = self.activation.pieces[piece], self.common // denominator
        line = piece, slope * weight * factor, (slope * bias + value * denominator) * factor
        rise, lift = line[1] - self.lines[j][1], line[2] - self.lines[j][2]
        self.meter.charge((limbs(rise) + limbs(lift)) * sum([limbs(w) + OVERHEAD for _, w in self.columns[j]]))
        for k, w in self.columns[j]:
            self.slopes[k] += w * rise
            self.intercepts[k] += w * lift
        self.lines[j] = line

    def values(self, above: int, below: int) -> Vector:
        """The values at t = above / below, which is not below the t before."""
        size = limbs(above) + limbs(below)
        self.meter.charge(self.first.overhead + self.first.size * size)
        for j, (entries, bias, denominator) in enumerate(self.first.rows):
            weight = entries[0][1] if entries else 0
            piece = piece_at(self.activation, weight * above + bias * below, denominator * below)
            if piece != self.lines[j][0]:
                self.enter(j, piece, weight, bias, denominator)
        numbers = self.slopes + self.intercepts + self.denominators
        self.meter.charge(size * (sum(map(limbs, numbers)) + OVERHEAD * len(numbers)))
        units = zip(self.slopes, self.intercepts, self.denominators, strict=True)
        return [(slope * above + intercept * below, denominator * below) for slope, intercept, denominator in units]


def on_a_line(network: Network) -> bool:
    """Whether the first layer, a piecewise-linear one, sees each input through one number only."""
    first, hidden = network.layers[0], len(network.layers) > 1
    return network.architecture == "fnn" and hidden and first.inner[-1].inputs == 1 and bool(first.activation.pieces)


def outputs(network: Network, dataset: Dataset, meter: Meter) -> Iterator[tuple[int, Vector]]:
    """All samples with the network's exact outputs, in any order."""
    if not on_a_line(network):
        for sample, values in enumerate(dataset.inputs):
            yield sample, evaluate(network.layers, values, meter)
        return
    (*to_line, first), (second, *others) = (layer.inner for layer in network.layers[:2])
    points, longest = list[tuple[Fraction, int]](), 1
    for i, values in enumerate(dataset.inputs):
        ((above, below),) = through(to_line, values, meter)
        longest = max(longest, limbs(above) + limbs(below))
        meter.charge(8 * OVERHEAD + 4 * limbs(above) * limbs(below))
        meter.keep(3 * PAIR + LIMB * longest)
        points.append((Fraction(above, below), i))
    meter.charge(len(points) * (16 * OVERHEAD + 4 * longest * longest) * len(points).bit_length())
    sweep = Sweep(first, network.layers[0].activation, second, meter)
    rest = [network.layers[1]._replace(inner=others), *network.layers[2:]]
    for t, sample in sorted(points):
        yield sample, evaluate(rest, sweep.values(*t.as_integer_ratio()), meter)
