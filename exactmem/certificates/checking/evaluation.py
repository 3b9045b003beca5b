"""Exact evaluation of a network at the inputs of a dataset, in integers."""

from .affine_maps import Affine
from .networks import Activation, Layer
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
