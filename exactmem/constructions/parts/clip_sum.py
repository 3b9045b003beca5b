"""The sum of q clipped functions of one number by q ReLU-like units instead of 2 q.

Setting: functions G_1, ..., G_q and a level M with: at every sample t there is one k with |G_k(t)| < M, and
o_l G_l(t) >= M for l < k, o_l G_l(t) <= -M for l > k, where o_l = (-1)^(l-1). Then sum_l clip(G_l(t), -M, M) is
G_k(t) for odd q and G_k(t) + M for even q, and with B_l = -o_l (G_{l+1} - G_l), which is positive for l < k and
negative for l >= k,

    G_k = G_1 - kappa (G_q - G_1) - sum_{l<q} o_l sigma(B_l)/(s_plus - s_minus),   kappa = s_minus/(s_plus - s_minus):

q - 1 units sigma(B_l), and one unit that is positive on all samples and carries the first two terms. Proved in
`proofs/ours/product.py`. The functions are continuous and piecewise linear with common knots.
"""

__all__ = ["CenteredLabels", "ClippedFunctions", "Values", "centered", "relu_like_network"]

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from exactmem.activations import Activation, slopes_of
from exactmem.constructions.parts.interpolation import slope_changes, unit_weights
from exactmem.constructions.parts.short_weights import power_of_two_above
from exactmem.networks import FNN, dense, layer, rank_one, sparse, zeros
from exactmem.rationals import Rational, floor

Values = Sequence[Rational]


@dataclass(frozen=True)
class ClippedFunctions:
    """G_1, ..., G_q by their values at the knots (one list each), for one output with an offset to add."""

    values: Sequence[Values]
    offset: Rational


@dataclass(frozen=True)
class CenteredLabels:
    """Labels of one output in sorted order, less an offset, all smaller than the level, which is a power of two."""

    offset: Rational
    level: Rational
    values: tuple[Rational, ...]


def centered(labels: Values, count: int) -> CenteredLabels:
    """The labels centered between their extremes, followed by zeros up to `count` values."""
    low, high = min(labels), max(labels)
    offset = (low + high) / 2
    values = [*(y - offset for y in labels), *zeros(count - len(labels))]
    return CenteredLabels(offset, power_of_two_above((high - low) / 2), tuple(values))


def relu_like_network(u: Values, knots: Values, outputs: Sequence[ClippedFunctions], activation: Activation) -> FNN:
    """A three-layer ReLU-like network whose outputs are the G_k(u . x) that is not clipped, plus the offset.

    Layer 1 has one unit per knot but the last, layer 2 has q units per output; every output has the same q. All samples
    must lie strictly right of the first knot and not beyond the last. Shapes: n x d_x, (d_y q) x n, d_y x (d_y q).
    """
    q = len(outputs[0].values)
    rows: list[list[Rational]] = []
    biases: list[Rational] = []
    readout: dict[tuple[int, int], Rational] = {}
    constants = []
    for a, output in enumerate(outputs):
        functions, weights, constant = _units(output, activation)
        constants.append(constant)
        for k, (values, weight) in enumerate(zip(functions, weights, strict=True)):
            row, shift = unit_weights(knots[:-1], slope_changes(knots, values), activation)
            rows.append(row)
            biases.append(values[0] + shift)
            readout[a, a * q + k] = weight
    first = layer(rank_one([1] * (len(knots) - 1), u), [-knot for knot in knots[:-1]], activation)
    last = layer(sparse((len(outputs), q * len(outputs)), readout), constants)
    return FNN((first, layer(dense(rows), biases, activation), last))


def _units(output: ClippedFunctions, activation: Activation) -> tuple[list[Values], list[Rational], Rational]:
    """The q layer-2 functions by their values at the knots, their output weights, and the output's constant."""
    s_plus, s_minus = slopes_of(activation)
    kappa = s_minus / (s_plus - s_minus)
    first, last = output.values[0], output.values[-1]
    carried = [g - kappa * (h - g) for g, h in zip(first, last, strict=True)]
    # An integer that makes the carrying unit at least 1 at every knot, hence positive on all samples.
    lift = fmpq(max(1 - floor(min(carried)), 0))
    functions: list[Values] = [[v + lift for v in carried]]
    weights = [1 / s_plus]
    sign = -1
    for below, above in zip(output.values, output.values[1:], strict=False):
        functions.append([sign * (b - a) for a, b in zip(below, above, strict=True)])
        weights.append(sign / (s_plus - s_minus))
        sign = -sign
    return functions, weights, output.offset - lift
