"""Networks whose first layer sees one number t of each input: their outputs, sample after sample in the order of t.

Where the units of the first layer enter other pieces of their activation, the sorted samples are cut into stretches. On
a stretch every pre-activation of the second layer is affine in t (`stretches.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from .evaluation import evaluate
from .lines import FirstLayer, Points, Sample, changes
from .networks import FIXED_ACTIVATIONS, Layer
from .stretches import Rest
from .strict_json import Rational, Vector
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

Numbers = Iterable[tuple[Sample, Rational]]
IDENTITY = FIXED_ACTIVATIONS["identity"]
SHIFT = 64  # bits after the point by which numbers are sorted first
LONG = 4  # the fewest samples of a stretch for which it is worth while to look for what stays the same


def on_a_line(layers: list[Layer]) -> bool:
    """Whether the first of these layers sees each input through one number, and the first two are piecewise linear."""
    fits = len(layers) > 1 and layers[0].inner[-1].inputs == 1
    return fits and all(layer.activation.pieces and not layer.outer for layer in layers[:2])


def sorted_points(numbers: Numbers, meter: Meter) -> Points:
    """The numbers, sorted: by their whole parts after a shift, and by the numbers themselves where those are equal."""
    points, longest = list[tuple[int, Fraction, Rational, Sample]](), 1
    for sample, (above, below) in numbers:
        size = limbs(above) + limbs(below)
        meter.charge(16 * OVERHEAD + 4 * size * size)
        meter.keep(8 * PAIR + 4 * LIMB * size)
        if type(label := sample[1]) is list:
            meter.keep(sum([PAIR + LIMB * (limbs(up) + limbs(down)) for up, down in label]))
        points.append(((above << SHIFT) // below, Fraction(above, below), (above, below), sample))
        longest = max(longest, size)
    meter.charge(len(points) * (16 * OVERHEAD + 4 * longest * longest) * len(points).bit_length())
    points.sort(key=lambda point: point[:2])
    return Points([point for _, _, point, _ in points], [sample for *_, sample in points], longest)


def swept(layers: list[Layer], numbers: Numbers, meter: Meter) -> Iterator[tuple[Sample, Vector]]:
    """The samples with the exact outputs of these layers of an fnn, which are `on_a_line`, stretch by stretch.

    `numbers` are the samples, with the numbers that the first layer sees. What the third layer sees may be one number
    of each sample too, which is then found for all of them first.
    """
    if on_a_line(layers[2:]) and len(layers[2].inner) > 1:
        *maps, first = layers[2].inner
        found = swept([*layers[:2], layers[2]._replace(inner=maps, activation=IDENTITY)], numbers, meter)
        again = ((sample, values[0]) for sample, values in found)
        yield from swept([layers[2]._replace(inner=[first]), *layers[3:]], again, meter)
        return
    (*_, first), (second, *others) = (layer.inner for layer in layers[:2])
    points = sorted_points(numbers, meter)
    below = FirstLayer(first, layers[0].activation, second, meter)
    events = list[tuple[int, int, int]]()
    for j, unit in enumerate(below.units):
        for i, piece in changes(unit, layers[0].activation, points, 0, len(points.values), meter):
            meter.keep(PAIR)
            events.append((i, j, piece))
    meter.charge(2 * OVERHEAD * len(events) * len(events).bit_length())
    events.sort()
    rest = Rest(layers, others, meter)
    for number, (i, j, piece) in enumerate(events):
        below.enter(j, piece)
        end = events[number + 1][0] if number + 1 < len(events) else len(points.values)
        if end - i >= LONG:
            for k, output in rest.stretch(below.lines(others), points, i, end):
                yield points.samples[k], output
        else:  # empty where another unit enters another piece at the same point
            for k in range(i, end):
                yield points.samples[k], evaluate(rest.all, below.at(points.values[k]), meter)
