"""One-sided units: at rest for z <= 0, equal to z for 0 <= z <= 2, made of one unit of any activation.

phi(z) = gain * sigma(z + shift) + constant - leak * z: for ReLU-like sigma max(0, z), for hard-tanh min(max(0, z), 2).
The affine remainder leak * z (zero unless s_minus > 0) has to be paid elsewhere in the network. A unit that reads
z = A h + t, with h the function of a lower facet and t prescribed on its group, is at rest on all samples peeled
later if A is large: the units of a network can be fitted group by group, the group peeled last first.
"""

__all__ = ["Affine", "OneSided", "Unit", "Vector", "affine_fit", "facet_units", "one_sided", "supplied"]

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from exactmem.activations import Activation, slopes_of
from exactmem.constructions.parts.hyperplanes import Hyperplane, values_at
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
    """The one-sided unit of a hard-tanh or ReLU-like activation (proved in `proofs/ours/peeling.py`)."""
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


def affine_fit(points: Sequence[Vector], values: Sequence[Vector], along: Vector | None = None) -> list[Affine] | None:
    """Affine functions, one per column of `values`, that take these values at the points; None if there are none.

    With `along` their slopes along that vector are 0. Shapes: k points of d_x numbers, k rows of values. Exact, by
    Gaussian elimination; unknowns that are not determined are 0.
    """
    count = len(points)
    # The constant comes first, so that constant values get a constant function. The identity on the right records
    # the row operations; only these, short numbers, are applied to the values, which may be long.
    rows = [[fmpq(1), *x] for x in points] + ([[fmpq(0), *along]] if along is not None else [])
    unknowns = len(rows[0])
    recorded = [[*row, *(fmpq(int(i == j)) for j in range(count))] for i, row in enumerate(rows)]
    reduced, rank = fmpq_mat(recorded).rref()
    table = reduced.tolist()[:rank]
    combined = (fmpq_mat([row[unknowns:] for row in table]) * fmpq_mat([list(y) for y in values])).tolist()
    solution = [[fmpq(0)] * unknowns for _ in values[0]]
    for row, results in zip(table, combined, strict=True):
        pivot = next(k for k, v in enumerate(row) if v != 0)
        if pivot < unknowns:
            for a, result in enumerate(results):
                solution[a][pivot] = result
        elif any(result != 0 for result in results):
            return None
    return [(s[1:], s[0]) for s in solution]


def facet_units(
    facet: Hyperplane,
    profiles: Sequence[tuple[Affine, list[Rational]]],
    heights: Sequence[Rational],
    inputs: Sequence[Vector],
) -> list[Unit]:
    """Per (profile t, weights) the unit z = A h + t, all with the least integer A >= 0 that puts them at rest.

    At rest: z <= 0 at every resting sample. `heights` are the negative values of the facet's function at the resting
    samples' current places, `inputs` places at which t has the same values (they may differ where t is constant).
    """
    steep = fmpq(0)
    for values in values_at([profile for profile, _ in profiles], inputs):
        steep = max([steep, *(-v / h for v, h in zip(values, heights, strict=True) if v > 0)])
    steep = fmpq(ceil(steep))
    units = []
    for (u, c), weights in profiles:
        units.append(Unit([steep * v + w for v, w in zip(facet.u, u, strict=True)], steep * facet.c + c, weights))
    return units


def supplied(units: Sequence[Unit], phi: OneSided, inputs: Sequence[Vector]) -> list[list[Rational]]:
    """Per input, what the units add up to: sum of weights * phi(u . x + c), one number per output."""
    if not units:
        return []
    table = zip(*values_at([(unit.u, unit.c) for unit in units], inputs), strict=True)
    sums = []
    for reads in table:
        total = [fmpq(0)] * len(units[0].weights)
        for unit, z in zip(units, reads, strict=True):
            if z > 0:
                value = phi(z)
                total = [s + w * value for s, w in zip(total, unit.weights, strict=True)]
        sums.append(total)
    return sums
