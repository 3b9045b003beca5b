"""Floor 4: an integer projection of distinct inputs to distinct numbers (paper, B.2, made deterministic).

The vector u is found coordinate by coordinate: u_k = 0 where coordinate k tells no further inputs apart, else the
least power of two (times the coordinate's common denominator) that keeps the projection injective on the inputs'
first k coordinates. A power of two above (largest minus smallest projection so far) / (smallest gap of coordinate k)
always does, so the search ends.
"""

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactmem.errors import ConstructionError, ProjectionError, UsageError
from exactmem.rationals import Rational, common_denominator, shorten, vector

Inputs = Sequence[Sequence[Rational]]

MAX_DENOMINATOR_BITS = 256
"""A coordinate whose common denominator is longer is projected as it is, without clearing denominators."""


def find_projection(inputs: Inputs) -> tuple[list[Rational], list[Rational]]:
    """(u, [u . x_i]): integers u_1 .. u_{d_x} and distinct projections of the distinct inputs; deterministic."""
    prefix = [0] * len(inputs)
    projected: list[Any] = [0]
    u: list[Rational] = []
    for k in range(len(inputs[0])):
        scale, column = _column([x[k] for x in inputs])
        split: dict[tuple[int, Any], int] = {}
        refined = [split.setdefault(pair, len(split)) for pair in zip(prefix, column, strict=True)]
        if len(split) == len(projected):
            u.append(fmpq(0))
            continue
        pairs = [(projected[p], value) for p, value in split]
        factor = _injective_factor(pairs)
        u.append(fmpq(scale * factor))
        projected = [c + factor * value for c, value in pairs]
        prefix = refined
    return u, [fmpq(projected[p]) for p in prefix]


def _column(values: list[Rational]) -> tuple[int, list[Any]]:
    """A common denominator D and the integers D * value, or 1 and the rationals where D would be too long."""
    scale = common_denominator(values)
    if scale.bit_length() > MAX_DENOMINATOR_BITS:
        return 1, values
    if scale == 1:
        return 1, [int(v.numer()) for v in values]
    return int(scale), [int(scale // v.denom() * v.numer()) for v in values]


def _injective_factor(pairs: list[tuple[Any, Any]]) -> int:
    """The least power of two f for which c + f * v is injective on the distinct pairs (c, v)."""
    factor = 1
    while len({c + factor * v for c, v in pairs}) < len(pairs):
        factor *= 2
    return factor


def project(inputs: Inputs, u: Sequence[Rational] | None = None) -> tuple[list[Rational], list[Rational]]:
    """(u, [u . x_i]) for the given or the found vector u, with all projections distinct.

    Raises UsageError for a given u of the wrong length, ProjectionError (witness: the two sample indices) for one
    that projects two inputs to the same number.
    """
    if u is None:
        direction, values = find_projection(inputs)
    else:
        direction = vector(u)
        if len(direction) != len(inputs[0]):
            raise UsageError(f"the projection u has {len(direction)} entries, the inputs have {len(inputs[0])}")
        support = [(k, w) for k, w in enumerate(direction) if w != 0]
        values = [sum((w * x[k] for k, w in support), fmpq(0)) for x in inputs]
    first: dict[tuple[int, int], int] = {}
    for i, c in enumerate(values):
        j = first.setdefault((int(c.numer()), int(c.denom())), i)
        if j != i:
            message = f"u projects samples {j} and {i} to the same number {shorten(c)}: choose another u"
            raise (ProjectionError if u is not None else ConstructionError)(message, witness=(j, i))
    return direction, values
