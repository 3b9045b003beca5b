"""Peel samples group by group off the lower side of their convex hull, by exact rotations of a hyperplane.

Given a direction p with p_1 = 1, a *lower facet* of a set of samples is a group T of them with an affine function h
that is 0 on T, negative on all others, and has slope -1 along p: samples moved far along p are on its negative side
too. A single unit that reads a multiple of h can therefore be active on T and at rest on all samples peeled later.
"""

__all__ = [
    "ATTEMPTS",
    "ENOUGH_ATTEMPTS",
    "RANDOM_AXES",
    "TURNS_PER_DIMENSION",
    "Peeling",
    "moment_direction",
    "peel",
    "peel_within",
]

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq, fmpz, fmpz_mat

from exactmem.constructions.parts.hyperplanes import Hyperplane, too_little_room
from exactmem.datasets import Dataset
from exactmem.general_position import IntegerVector, affine_dependence, homogeneous
from exactmem.rationals import Rational

RANDOM_AXES = 4
"""Random axes tried at a ridge besides those of a basis."""

TURNS_PER_DIMENSION = 16
"""Rotations for one facet, per dimension, after which the largest group found so far is taken."""

ATTEMPTS = 12
"""Directions tried on data that are not in general position before they are refused."""

ENOUGH_ATTEMPTS = 1000
"""Directions tried while no dependent samples have been met: general position forbids only finitely many."""


@dataclass
class Peeling:
    """Facets in the order of peeling; `core`: the samples left; `witness`: affinely dependent samples met, if any.

    Each facet's function is 0 on its group and negative on the groups of all later facets and on the core.
    """

    facets: list[Hyperplane] = field(default_factory=list)
    core: list[int] = field(default_factory=list)
    witness: tuple[int, ...] | None = None


@dataclass(frozen=True)
class _Ridge:
    """A hyperplane (its normal in homogeneous coordinates) that touches the hull from below, at `group` alone.

    `heights` are its values at the homogeneous coordinates of the remaining samples, all negative off the group.
    """

    group: tuple[int, ...]
    normal: list[Rational]
    heights: list[Rational]


def moment_direction(d_x: int, s: int) -> list[Rational]:
    """(1, s, s^2, ...): parallel to a given hyperplane for at most d_x - 1 numbers s."""
    return [fmpq(s) ** k for k in range(d_x)]


def peel(dataset: Dataset, attempt: int, is_core: Callable[[list[int]], bool]) -> Peeling:
    """Peel facets along (1, s, s^2, ...), s = attempt, until `is_core(samples left)` holds or none are left.

    Under general position every facet but perhaps the last has d_x samples, for all but finitely many attempts.
    """
    peeler = _Peeler(dataset, attempt)
    result = Peeling(core=list(range(dataset.N)))
    while result.core and not is_core(result.core):
        facet = peeler.facet(result.core)
        result.facets.append(facet)
        result.core = [i for i in result.core if i not in facet.samples]
    result.witness = peeler.witness
    return result


def peel_within(
    dataset: Dataset,
    limit: int,
    is_core: Callable[[list[int]], bool] = lambda left: False,
    units: Callable[[Hyperplane], int] = lambda facet: 1,
) -> tuple[Peeling, list[Rational]]:
    """A peeling whose facets need at most `limit` units in all, and its direction p.

    Raises NotGeneralPositionError (witness: affinely dependent samples) when no direction that is tried gives one.
    """
    fewest, witness = None, None
    for attempt in range(ENOUGH_ATTEMPTS):
        peeling = peel(dataset, attempt, is_core)
        needed = sum(units(facet) for facet in peeling.facets)
        if needed <= limit:
            return peeling, moment_direction(dataset.d_x, attempt)
        fewest, witness = needed if fewest is None else min(fewest, needed), witness or peeling.witness
        if attempt + 1 >= ATTEMPTS and witness is not None:
            break
    raise too_little_room(dataset, fewest or 0, limit, witness)


class _Peeler:
    """Finds lower facets of sets of samples."""

    def __init__(self, dataset: Dataset, attempt: int) -> None:
        self.dataset = dataset
        self.points = homogeneous(dataset.inputs)
        # A functional with this last row of conditions does not change along p.
        self.along = [*(v.numer() for v in moment_direction(dataset.d_x, attempt)), fmpz(0)]
        self.random = random.Random(attempt)
        self.witness: tuple[int, ...] | None = None

    def facet(self, remaining: list[int]) -> Hyperplane:
        """A lower facet of the remaining samples: d_x of them if possible, at least one in any case.

        Depth-first: where every rotation meets two samples at once, an earlier rotation is taken another way.
        """
        best = self._below(remaining)
        branches = [self._turns(best, remaining)]
        for _ in range(TURNS_PER_DIMENSION * self.dataset.d_x):
            ridge = next(branches[-1], None)
            if ridge is None:
                branches.pop()
                if not branches:
                    break
                continue
            best = max(best, ridge, key=lambda r: len(r.group))
            if len(ridge.group) == min(self.dataset.d_x, len(remaining)):
                break
            branches.append(self._turns(ridge, remaining))
        return Hyperplane(tuple(sorted(best.group)), tuple(best.normal[:-1]), best.normal[-1])

    def _below(self, remaining: list[int]) -> _Ridge:
        """The hyperplane x_1 = (smallest first coordinate) - 1, which touches no sample."""
        d_x = self.dataset.d_x
        lowest = min(self.dataset.inputs[i][0] for i in remaining) - 1
        normal = [fmpq(-1), *[fmpq(0)] * (d_x - 1), lowest]
        heights = [lowest * self.points[i][-1] - self.points[i][0] for i in remaining]
        return _Ridge((), normal, heights)

    def _turns(self, ridge: _Ridge, remaining: list[int]) -> Iterator[_Ridge]:
        """The ridge's hyperplane turned, about its group and parallel to p, until it meets one sample more."""
        kernel, nullity = fmpz_mat([*(self.points[i] for i in ridge.group), self.along]).nullspace()
        table = fmpz_mat([self.points[i] for i in remaining])
        for axis in self._axes(kernel, nullity):
            values = [row[0] for row in (table * fmpz_mat([[v] for v in axis])).tolist()]
            for sign in (1, -1):
                turned = self._turn(ridge, remaining, [sign * v for v in axis], [sign * v for v in values])
                if turned is not None:
                    yield turned

    def _axes(self, kernel: Any, nullity: int) -> Iterator[IntegerVector]:
        """The basis of admissible changes of the hyperplane, then random combinations of it."""
        basis = kernel.transpose().tolist()[:nullity]
        yield from basis
        for _ in range(RANDOM_AXES if nullity > 1 else 0):
            factors = [self.random.randint(-9, 9) for _ in basis]
            yield [
                sum((f * v for f, v in zip(factors, column, strict=True)), fmpz(0))
                for column in zip(*basis, strict=True)
            ]

    def _turn(self, ridge: _Ridge, remaining: list[int], axis: IntegerVector, values: IntegerVector) -> _Ridge | None:
        """The ridge with the first sample that h + t axis meets for growing t > 0; None if none or several are met."""
        times = [(-h / v, i) for i, h, v in zip(remaining, ridge.heights, values, strict=True) if v > 0]
        if not times:
            return None
        first = min(times)[0]
        met = [i for time, i in times if time == first]
        if len(met) > 1:
            if self.witness is None:
                self.witness = affine_dependence(self.dataset.inputs, [*ridge.group, *met])
            return None
        normal = [h + first * v for h, v in zip(ridge.normal, axis, strict=True)]
        heights = [h + first * v for h, v in zip(ridge.heights, values, strict=True)]
        return _Ridge((*ridge.group, met[0]), normal, heights)
