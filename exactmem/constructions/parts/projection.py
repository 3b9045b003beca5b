"""An integer projection of distinct inputs to distinct numbers (paper, B.2, made deterministic).

The vector u is found coordinate by coordinate: u_k = 0 where coordinate k tells no further inputs apart, else the
least power of two (times the coordinate's common denominator) that keeps the projection injective on the inputs'
first k coordinates. A power of two above (largest minus smallest projection so far) / (smallest gap of coordinate k)
always does, so the search ends.
"""

__all__ = ["MAX_DENOMINATOR_BITS", "Inputs", "find_projection", "on_a_line", "project", "sorted_projection"]

from collections.abc import Collection, Sequence
from typing import Any

from flint import fmpq

from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError, ProjectionError, UsageError
from exactmem.packed import IntegerRows
from exactmem.rationals import Rational, over_common_denominator, shorten, vector

Inputs = Sequence[Sequence[Rational]]

MAX_DENOMINATOR_BITS = 256
"""A coordinate whose common denominator is longer is projected as it is, without clearing denominators."""


def find_projection(inputs: Inputs) -> tuple[list[Rational], list[Any]]:
    """(u, [u . x_i]): integers u_1 .. u_{d_x} and distinct projections of the distinct inputs; deterministic.

    The projections are Python integers, or all rationals where a coordinate was not cleared of its denominators.
    """
    u: list[Rational] = [fmpq(0)] * len(inputs[0])
    projected: list[Any] = [0] * len(inputs)
    distinct = 1
    for k in range(len(u)):
        if distinct == len(inputs):
            break
        scale, column = _column(inputs, k)
        if distinct == 1:  # nothing is told apart yet: the column itself is the projection
            factor, count = 1, len(set(column))
        else:
            pairs = dict.fromkeys(zip(projected, column, strict=True))
            factor, count = _injective_factor(pairs), len(pairs)
        if count > distinct:
            u[k] = fmpq(scale * factor)
            projected = [c + factor * v for c, v in zip(projected, column, strict=True)]
            distinct = count
    return u, projected


def _column(inputs: Inputs, k: int) -> tuple[int, Sequence[Any]]:
    """(D, D times the coordinate k of all inputs), as `over_common_denominator`."""
    if isinstance(inputs, IntegerRows):
        return inputs.column(k)
    return over_common_denominator([x[k] for x in inputs], MAX_DENOMINATOR_BITS)


def _injective_factor(pairs: Collection[tuple[Any, Any]]) -> int:
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
    direction, values = _project(inputs, u)
    return direction, [fmpq(c) for c in values]


def sorted_projection(
    inputs: Inputs, u: Sequence[Rational] | None = None
) -> tuple[list[Rational], list[int], list[Any]]:
    """(u, order, values): the samples' indices in the order of their projections, and the projections in this order.

    The values are Python integers if all of them are integers, else rationals. Errors as for `project`.
    """
    direction, values = _project(inputs, u)
    scale, keys = over_common_denominator(values, MAX_DENOMINATOR_BITS)
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return direction, order, [(keys if scale == 1 else values)[i] for i in order]


def on_a_line(
    dataset: Dataset, u: Sequence[Rational] | None = None
) -> tuple[list[Rational], list[Rational], list[list[Rational]]]:
    """(u, line, columns): the projections in their order, and for each output the labels in the same order.

    Errors as for `project`.
    """
    direction, order, projected = sorted_projection(dataset.inputs, u)
    columns = [[dataset.labels[i][a] for i in order] for a in range(dataset.d_y)]
    return direction, [fmpq(c) for c in projected], columns


def _project(inputs: Inputs, u: Sequence[Rational] | None) -> tuple[list[Rational], list[Any]]:
    """`project`, with the projections as Python integers where `find_projection` gives them so."""
    if u is None:
        direction, values = find_projection(inputs)
    else:
        direction = vector(u)
        if len(direction) != len(inputs[0]):
            raise UsageError(f"the projection u has {len(direction)} entries, the inputs have {len(inputs[0])}")
        support = [(k, w) for k, w in enumerate(direction) if w != 0]
        values = [sum((w * x[k] for k, w in support), fmpq(0)) for x in inputs]
    if len(set(values)) < len(values):
        first: dict[Any, int] = {}
        j, i = next((j, i) for i, c in enumerate(values) if (j := first.setdefault(c, i)) != i)
        message = f"u projects samples {j} and {i} to the same number {shorten(fmpq(values[i]))}: choose another u"
        raise (ProjectionError if u is not None else ConstructionError)(message, witness=(j, i))
    return direction, values
