"""Floor 4: an integer projection of distinct inputs to distinct numbers (paper, B.2, made deterministic).

The vector u is found coordinate by coordinate: u_k = 0 where coordinate k tells no further inputs apart, else the
least power of two that keeps the projection injective on the inputs' first k coordinates. A power of two above
(largest minus smallest projection so far) / (smallest gap of coordinate k) always does, so the search ends.
"""

from collections.abc import Sequence

from flint import fmpq

from exactmem.errors import ConstructionError, UsageError
from exactmem.rationals import Rational, shorten, vector

Inputs = Sequence[Sequence[Rational]]


def find_projection(inputs: Inputs) -> list[Rational]:
    """A vector u of d_x integers (as rationals) with distinct u . x_i for distinct inputs; deterministic."""
    prefix = [0] * len(inputs)
    projected = [fmpq(0)]
    u: list[Rational] = []
    for k in range(len(inputs[0])):
        split: dict[tuple[int, Rational], int] = {}
        refined = [split.setdefault((prefix[i], x[k]), len(split)) for i, x in enumerate(inputs)]
        pairs = [(projected[p], value) for p, value in split]
        if len(split) == len(projected):
            u.append(fmpq(0))
            continue
        u.append(_injective_factor(pairs))
        projected = [c + u[-1] * value for c, value in pairs]
        prefix = refined
    return u


def _injective_factor(pairs: list[tuple[Rational, Rational]]) -> Rational:
    """The least power of two f for which c + f * v is injective on the distinct pairs (c, v)."""
    factor = fmpq(1)
    while not _is_injective(pairs, factor):
        factor *= 2
    return factor


def _is_injective(pairs: list[tuple[Rational, Rational]], factor: Rational) -> bool:
    seen = set()
    for c, v in pairs:
        seen.add(c + factor * v)
    return len(seen) == len(pairs)


def project(inputs: Inputs, u: Sequence[Rational] | None = None) -> tuple[list[Rational], list[Rational]]:
    """(u, [u . x_i]) for the given or the found vector u, with all projections distinct.

    Raises UsageError for a given u of the wrong length or one that projects two inputs to the same number
    (witness: the two sample indices).
    """
    d_x = len(inputs[0])
    given = u is not None
    direction = vector(u) if u is not None else find_projection(inputs)
    if len(direction) != d_x:
        raise UsageError(f"the projection u has {len(direction)} entries, the inputs have {d_x}")
    support = [(k, w) for k, w in enumerate(direction) if w != 0]
    values = [sum((w * x[k] for k, w in support), fmpq(0)) for x in inputs]
    first: dict[Rational, int] = {}
    for i, c in enumerate(values):
        j = first.setdefault(c, i)
        if j != i:
            message = f"u projects samples {j} and {i} to the same number {shorten(c)}: choose another u"
            raise (UsageError if given else ConstructionError)(message, witness=(j, i))
    return direction, values
