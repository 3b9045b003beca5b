"""Networks whose first layer sees one number t of each input: their outputs, sample after sample in the order of t.

The sorted samples are cut into stretches on which no unit of the first layer enters another piece of its activation.
There every pre-activation of the second layer is a line in t, and a stretch is cut into runs on which no unit of the
second layer enters another piece. If what follows has no slope there, the samples of a run have one output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from .evaluation import evaluate
from .lines import Line, Points, Sample
from .networks import FIXED_ACTIVATIONS, Layer
from .strict_json import Rational, Vector
from .units import Units
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
    """The samples with the exact outputs of these layers of an fnn, which are `on_a_line`.

    `numbers` are the samples, with the numbers that the first layer sees. What the third layer sees may be one number
    of each sample too, which is then found for all of them first.
    """
    if on_a_line(layers[2:]) and len(layers[2].inner) > 1:
        *maps, sees_one = layers[2].inner
        found = swept([*layers[:2], layers[2]._replace(inner=maps, activation=IDENTITY)], numbers, meter)
        again = ((sample, values[0]) for sample, values in found)
        yield from swept([layers[2]._replace(inner=[sees_one]), *layers[3:]], again, meter)
        return
    points = sorted_points(numbers, meter)
    rows, (below, rest) = layers[0].inner[-1].rows, units_of(layers, meter)
    above, last = units_of(rest, meter) if len(rest) > 1 else (below, rest)
    lines = [Line(row.entries[0][1] if row.entries else 0, row.bias, row.denominator) for row in rows]
    for start, end in below.runs(lines, points, 0, len(points.values)):
        units, after, runs = below, rest, iter([(start, end)])
        if above is not below and end - start >= LONG:
            units, after, runs = above, last, above.runs(below.as_lines(rest[0].inner), points, start, end)
        lowest = any(layer.inner for layer in after)
        for i, stop in runs:
            output, moves = Vector(), any(units.slopes)
            for k in range(i, stop):
                if k == i or moves:
                    output = evaluate(after, units.at(points.values[k], lowest), meter)
                yield points.samples[k], output


def units_of(layers: list[Layer], meter: Meter) -> tuple[Units, list[Layer]]:
    """The units of the first of these layers, followed by the next map; and what comes then."""
    following, *others = layers[1:]
    after, *maps = following.inner
    return Units(layers[0].activation, after, meter), [following._replace(inner=maps), *others]
