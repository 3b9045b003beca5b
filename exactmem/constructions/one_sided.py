"""Floor 4: one-sided units: at rest for z <= 0, equal to z for 0 <= z <= 2, made of one unit of any activation.

phi(z) = gain * sigma(z + shift) + constant - leak * z: for ReLU-like sigma max(0, z), for hard-tanh min(max(0, z), 2).
The affine remainder leak * z (zero unless s_minus > 0) has to be paid elsewhere in the network. A unit that reads
z = A h + t, with h the function of a lower facet and t prescribed on its group, is at rest on all samples peeled
later if A is large: the units of a network can be fitted group by group, the group peeled last first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from exactmem.activations import Activation, slopes_of
from exactmem.constructions.hyperplanes import Hyperplane, dot
from exactmem.rationals import Rational, ceil

Vector = Sequence[Rational]
Affine = tuple[list[Rational], Rational]
"""An affine function u . x + c as (u, c)."""


@dataclass(frozen=True)
class OneSided:
    """phi(z) = gain * sigma(z + shift) + constant - leak * z for one activation sigma."""

    gain: Rational
    shift: Rational
    constant: Rational
    leak: Rational
    ceiling: Rational | None

    def __call__(self, z: Rational) -> Rational:
        """phi(z) in closed form."""
        if z <= 0:
            return fmpq(0)
        return z if self.ceiling is None else min(z, self.ceiling)


def one_sided(activation: Activation) -> OneSided:
    """The one-sided unit of a hard-tanh or ReLU-like activation (proved in `proofs/general_position_peeling.py`)."""
    if activation.kind == "hard-tanh":
        return OneSided(fmpq(1), fmpq(-1), fmpq(1), fmpq(0), fmpq(2))
    s_plus, s_minus = slopes_of(activation)
    return OneSided(1 / (s_plus - s_minus), fmpq(0), fmpq(0), s_minus / (s_plus - s_minus), None)


@dataclass(frozen=True)
class Unit:
    """A one-sided unit: it reads z = u . x + c and is read with one weight per output."""

    u: list[Rational]
    c: Rational
    weights: list[Rational]

    def reads(self, x: Vector) -> Rational:
        """The exact value of z."""
        return dot(self.u, x) + self.c


def affine_fit(points: Sequence[Vector], values: Sequence[Vector], along: Vector | None = None) -> list[Affine] | None:
    """Affine functions, one per column of `values`, that take these values at the points; None if there are none.

    With `along` their slopes along that vector are 0. Shapes: k points of d_x numbers, k rows of values. Exact, by
    Gaussian elimination; unknowns that are not determined are 0.
    """
    outputs = len(values[0])
    # The constant comes first, so that constant values get a constant function.
    rows = [[fmpq(1), *x, *y] for x, y in zip(points, values, strict=True)]
    if along is not None:
        rows.append([fmpq(0), *along, *[fmpq(0)] * outputs])
    unknowns = len(rows[0]) - outputs
    reduced, rank = fmpq_mat(rows).rref()
    solution = [[fmpq(0)] * unknowns for _ in range(outputs)]
    for row in reduced.tolist()[:rank]:
        pivot = next(k for k, v in enumerate(row) if v != 0)
        if pivot >= unknowns:
            return None
        for a in range(outputs):
            solution[a][pivot] = row[unknowns + a]
    return [(s[1:], s[0]) for s in solution]


def facet_units(
    facet: Hyperplane,
    profiles: Sequence[tuple[Affine, list[Rational]]],
    resting: Sequence[tuple[Rational, Vector]],
) -> list[Unit]:
    """Per (profile t, weights) the unit z = A h + t, all with the least integer A >= 0 that puts them at rest.

    At rest: z <= 0 at every resting sample. These are (h, x) pairs: the negative value of the facet's function at a
    sample's current place, and its input, at which t is read (the place may differ in directions that t ignores).
    """
    steep = fmpq(0)
    for (u, c), _ in profiles:
        for height, x in resting:
            steep = max(steep, -(dot(u, x) + c) / height)
    steep = fmpq(ceil(steep))
    units = []
    for (u, c), weights in profiles:
        units.append(Unit([steep * v + w for v, w in zip(facet.u, u, strict=True)], steep * facet.c + c, weights))
    return units
