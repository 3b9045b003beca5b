"""Networks whose first layer sees one number t of each input: their outputs, sample after sample in the order of t.

Where the units of the first layer enter other pieces of their activation, the sorted samples are cut into stretches. On
a stretch every pre-activation of the second layer is affine in t (`stretches.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from .evaluation import evaluate
from .lines import FirstLayer, Label, Points, Sample, changes
from .networks import Network
from .stretches import Rest
from .strict_json import Rational, Vector
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

LONG = 4  # the fewest samples of a stretch for which it is worth while to look for what stays the same


def on_a_line(network: Network) -> bool:
    """Whether the first layer sees each input through one number, and the first two layers are piecewise linear."""
    layers = network.layers
    fits = network.architecture == "fnn" and len(layers) > 1 and layers[0].inner[-1].inputs == 1
    return fits and all(layer.activation.pieces for layer in layers[:2])


def sorted_points(numbers: Iterable[tuple[Label, Rational]], meter: Meter) -> Points:
    """The number that the first layer sees of each sample, sorted."""
    points, longest, whole = list[tuple[Rational, Sample]](), 1, True
    for i, (label, (above, below)) in enumerate(numbers):
        longest, whole = max(longest, limbs(above) + limbs(below)), whole and below == 1
        meter.charge(8 * OVERHEAD + 4 * limbs(above) * limbs(below))
        meter.keep(4 * PAIR + 2 * LIMB * longest)
        if type(label) is list:
            meter.keep(sum([PAIR + LIMB * (limbs(up) + limbs(down)) for up, down in label]))
        points.append(((above, below), (i, label)))
    meter.charge(len(points) * (16 * OVERHEAD + 4 * longest * longest) * len(points).bit_length())
    points.sort(key=(lambda point: point[0][0]) if whole else (lambda point: Fraction(*point[0])))
    return Points([point for point, _ in points], [sample for _, sample in points], longest)


def swept(network: Network, numbers: Iterable[tuple[Label, Rational]], meter: Meter) -> Iterator[tuple[Sample, Vector]]:
    """All samples with the network's exact outputs, if it is `on_a_line`, stretch by stretch.

    `numbers` are the labels, with the numbers that the first layer sees.
    """
    (*_, first), (second, *others) = (layer.inner for layer in network.layers[:2])
    points = sorted_points(numbers, meter)
    below = FirstLayer(first, network.layers[0].activation, second, meter)
    events = list[tuple[int, int, int]]()
    for j, unit in enumerate(below.units):
        for i, piece in changes(unit, network.layers[0].activation, points, 0, len(points.values), meter):
            meter.keep(PAIR)
            events.append((i, j, piece))
    meter.charge(2 * OVERHEAD * len(events) * len(events).bit_length())
    events.sort()
    rest = Rest(network, others, meter)
    for number, (i, j, piece) in enumerate(events):
        below.enter(j, piece)
        end = events[number + 1][0] if number + 1 < len(events) else len(points.values)
        if end - i >= LONG:
            for k, output in rest.stretch(below.lines(others), points, i, end):
                yield points.samples[k], output
        else:  # empty where another unit enters another piece at the same point
            for k in range(i, end):
                yield points.samples[k], evaluate(rest.all, below.at(points.values[k]), meter)
