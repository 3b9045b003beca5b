"""Residual networks, without the inputs that they carry on: what their layers see is followed instead.

Let h_0 be an input, and h_k = h_(k-1) + outer_k(a_k) with a_k = A_k(inner_k(h_(k-1))) for the layers k < L, while the
last one gives outer_L(a_L). Let I be the map that stacks inner_1, ..., inner_L, and J its linear part. As I is affine,
s_k = I(h_k) obeys s_k = s_(k-1) + J(outer_k(a_k)), and layer k sees its own part of s_(k-1). So, after I, the network
is the residual one with the layers s -> s + J(outer_k(A_k(part k of s))). Of J only the rows of later layers matter.
"""

from functools import reduce

from .affine_maps import Affine, Row, composed, measured
from .networks import FIXED_ACTIVATIONS, Layer
from .verdicts import OVERHEAD, PAIR, STEP, Meter

FEW = 1000  # units; what is kept to follow them grows like the square of their number


def follows(layers: list[Layer], samples: int) -> bool:
    """Whether what the layers see can be followed and is worth it: few numbers, no more than coordinates or samples."""
    units = sum([len(layer.inner[-1].rows) for layer in layers])
    return layers[0].skip and not layers[-1].skip and units <= min(samples, layers[0].inner[0].inputs, FEW)


def followed(layers: list[Layer], meter: Meter) -> list[Layer]:
    """The map I as a layer, and those after it."""
    inner, outer = [whole(layer.inner, meter) for layer in layers], [whole(layer.outer, meter) for layer in layers]
    seen = [row for affine in inner for row in affine.rows]
    meter.charge(len(layers) * len(seen) * (STEP + OVERHEAD) + OVERHEAD * sum([affine.size for affine in inner]))
    meter.keep(2 * PAIR * len(layers) * len(seen))
    linear = measured([row._replace(bias=0) for row in seen], inner[0].inputs)
    start, result = 0, [Layer([measured(seen, inner[0].inputs)], FIXED_ACTIVATIONS["identity"], [], False)]
    for layer, affine, after in zip(layers, inner, outer, strict=True):
        end = start + len(affine.rows)
        part = measured([Row([(j, 1)], 0, 1) for j in range(start, end)], len(seen))
        if layer.skip:
            later = composed(linear._replace(rows=linear.rows[end:]), after, meter)
            after = measured([Row([], 0, 1)] * end + later.rows, after.inputs)
        result.append(layer._replace(inner=[part], outer=[after]))
        start = end
    return result


def whole(maps: list[Affine], meter: Meter) -> Affine:
    """The maps, one after the other, as one."""
    return reduce(lambda before, after: composed(after, before, meter), maps)
