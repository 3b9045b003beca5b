"""The exact outputs of a two-layer network that reads one number, for many numbers at once.

Sorted, the numbers fall into stretches between the kinks of the hidden units, on which all outputs are affine: slopes
and intercepts change by the units whose kinks are passed. Where all slopes are zero, and at equal numbers, the outputs
are one list for all numbers of the stretch: N numbers and d_y outputs take no N * d_y places.
"""

__all__ = ["read_out"]

from collections.abc import Sequence
from itertools import pairwise

from flint import fmpq

from exactmem.matrices import Vector
from exactmem.networks import FNNLayer
from exactmem.rationals import Rational
from exactmem.sweep import layer_changes


def read_out(
    column: Sequence[Rational], hidden: FNNLayer, output: FNNLayer, numbers: Sequence[Rational]
) -> list[Vector]:
    """Per number t the output layer's values at activation(column t + bias); equal results may be the same list.

    The hidden layer's own weight is not used, its activation is piecewise linear. Shapes: N numbers, N lists of d_y.
    """
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    line = [numbers[i] for i in order]
    changes = layer_changes(column, hidden, line)
    outgoing: list[list[tuple[int, Rational]]] = [[] for _ in column]
    for o, row in enumerate(output.weight.nonzero()):
        for j, v in row:
            outgoing[j].append((o, v))
    slopes, intercepts = [fmpq(0)] * len(output.bias), list(output.bias)
    results: list[Vector] = [[] for _ in numbers]
    starts = sorted(index for index in changes if index < len(line))
    for start, stop in pairwise([*starts, len(line)]):
        for unit, slope, intercept in changes[start]:
            for o, v in outgoing[unit]:
                slopes[o] += v * slope
                intercepts[o] += v * intercept
        flat, known, last = not any(slopes), list(intercepts), None
        for index in range(start, stop):
            if not flat and line[index] != last:
                last = line[index]
                known = [s * last + i if s != 0 else i for s, i in zip(slopes, intercepts, strict=True)]
            results[order[index]] = known
    return results
