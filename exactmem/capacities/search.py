"""Can a one-hidden-layer network of d units memorize samples on a line? Decided by cases, exactly.

The cases are the ways to give every unit a cell (`cells`). They are searched by splitting boxes of cells: where the
slopes of the samples are no nonnegative combination of all generators in the boxes, a separating vector excludes every
case in the boxes at once; where a combination uses at most one cell per unit, it is a network. The tree of splits with
its vectors proves impossibility (certificate kind `needs-units`).
"""

__all__ = ["MAX_CASES", "Boxes", "Fit", "Refutation", "Search", "Split", "children", "decide"]

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from exactmem.capacities.cells import Cell, Cells, UnitBox
from exactmem.capacities.cone import Separation, Vector, decompose, dot
from exactmem.errors import LimitError
from exactmem.rationals import Rational

Boxes = tuple[UnitBox, ...]
"""One box per unit; the units are numbered so that their first coordinates do not decrease."""

Split = tuple[int, int, int]
"""(unit, coordinate, at): the cases with coordinate <= at come first, those with coordinate > at second."""

MAX_CASES = 20_000
"""Boxes examined before the search gives up with LimitError."""


@dataclass(frozen=True)
class Refutation:
    """No cell per unit fits: `tree` lists, in preorder, splits and the numbers of the vectors that exclude the rest."""

    vectors: tuple[tuple[Rational, ...], ...]
    tree: tuple[Split | int, ...]

    @property
    def leaves(self) -> int:
        """The number of excluded boxes of cases."""
        return sum(1 for item in self.tree if isinstance(item, int))


@dataclass(frozen=True)
class Fit:
    """A cell for every unit and the weights of its generators; units that are not needed have no weights."""

    units: tuple[tuple[Cell, dict[int, Rational]], ...]


def children(boxes: Boxes, split: Split) -> tuple[Boxes, Boxes]:
    """The boxes of the two sides of a split; first coordinates are cut so that they do not decrease with the unit."""
    unit, coordinate, at = split
    low, high = [list(map(list, box)) for box in boxes], [list(map(list, box)) for box in boxes]
    low[unit][coordinate][1] = at
    high[unit][coordinate][0] = at + 1
    if coordinate == 0:
        for box in low[:unit]:
            box[0][1] = min(box[0][1], at)
        for box in high[unit + 1 :]:
            box[0][0] = max(box[0][0], at + 1)
    return _frozen(low), _frozen(high)


def _frozen(boxes: list[Any]) -> Boxes:
    return tuple(((a, b), (c, d), (e, f)) for (a, b), (c, d), (e, f) in boxes)


@dataclass
class Search:
    """One search; `decide` runs it. `report` is called with the number of boxes examined, every 64 boxes."""

    cells: Cells
    target: Vector
    units: int
    max_cases: int = MAX_CASES
    report: Callable[[int], None] = lambda count: None
    cases: int = field(default=0, init=False)
    vectors: list[tuple[Rational, ...]] = field(default_factory=list, init=False)
    tree: list[Split | int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._allowed: list[int] = []
        self._combined: dict[int, dict[int, Rational]] = {}
        self._box_mask = cache(self.cells.mask)
        self._box_count = cache(self.cells.count)

    def decide(self) -> Fit | Refutation:
        """A Fit or a Refutation; LimitError when more than max_cases boxes would have to be examined."""
        fit = self._examine((self.cells.whole,) * self.units)
        return fit if fit is not None else Refutation(tuple(self.vectors), tuple(self.tree))

    def _examine(self, boxes: Boxes) -> Fit | None:
        """A Fit with cells in these boxes, or None after the tree has got the items that exclude them."""
        self.cases += 1
        if self.cases > self.max_cases:
            raise LimitError(
                f"the search examined {self.max_cases} boxes of cases without an answer; raise --max-cases, or take "
                "fewer units or samples"
            )
        if self.cases % 64 == 0:
            self.report(self.cases)
        found = self._combine(self._mask(boxes))
        if isinstance(found, int):
            self.tree.append(found)
            return None
        fit = self._one_cell_each(boxes, found)
        if fit is not None:
            return fit
        split = self._choose(boxes)
        self.tree.append(split)
        for side in children(boxes, split):
            if all(self._box_count(box) for box in side):
                fit = self._examine(side)
                if fit is not None:
                    return fit
        return None

    def _mask(self, boxes: Boxes) -> int:
        """The generators of all cells in the boxes."""
        result = 0
        for box in boxes:
            result |= self._box_mask(box)
        return result

    def _excluding(self, mask: int) -> int | None:
        """The number of a known vector that excludes these generators."""
        return next((k for k, allowed in enumerate(self._allowed) if mask & ~allowed == 0), None)

    def _combine(self, mask: int) -> int | dict[int, Rational]:
        """The number of a vector that excludes these generators, or the weights with which they give the target."""
        known = self._excluding(mask)
        if known is not None:
            return known
        if mask not in self._combined:
            generators = self.cells.generators
            columns = {g: generators[g] for g in range(len(generators)) if mask >> g & 1}
            found = decompose(columns, self.target)
            if isinstance(found, Separation):
                return self._remember(found)
            self._combined[mask] = found.weights
        return self._combined[mask]

    def _remember(self, separation: Separation) -> int:
        self.vectors.append(separation.vector)
        generators = enumerate(self.cells.generators)
        self._allowed.append(sum(1 << g for g, v in generators if dot(separation.vector, v) >= 0))
        return len(self.vectors) - 1

    def _one_cell_each(self, boxes: Boxes, weights: dict[int, Rational]) -> Fit | None:
        """A Fit if the generators in use can be shared out to one cell per unit."""
        chosen: list[Cell | None] = [None] * len(boxes)

        def cover(rest: int) -> bool:
            if rest == 0:
                return True
            first = rest & -rest
            tried: set[UnitBox] = set()
            for u, box in enumerate(boxes):
                if chosen[u] is not None or box in tried:
                    continue
                tried.add(box)
                for cell in self.cells.inside(box):
                    if self.cells.cells[cell] & first:
                        chosen[u] = cell
                        if cover(rest & ~self.cells.cells[cell]):
                            return True
                        chosen[u] = None
            return False

        if not cover(sum(1 << g for g in weights)):
            return None
        left = dict(weights)
        units = []
        for u, cell in enumerate(chosen):
            taken = cell if cell is not None else next(self.cells.inside(boxes[u]))
            mine = [g for g in left if self.cells.cells[taken] >> g & 1]
            units.append((taken, {g: left.pop(g) for g in mine}))
        return Fit(tuple(units))

    def _choose(self, boxes: Boxes) -> Split:
        """The split that leaves the fewest cases once a known vector excludes one side; else the widest range halved.

        There is one: boxes of one cell each are either excluded or fitted.
        """
        best: tuple[int, Split] | None = None
        widest: tuple[int, Split] | None = None
        for u, box in enumerate(boxes):
            for coordinate, (low, high) in enumerate(box):
                middle = (low + high) // 2
                if high > low and (widest is None or high - low > widest[0]):
                    widest = (high - low, (u, coordinate, middle))
                for at in range(low, high):
                    left = self._left_over(boxes, (u, coordinate, at))
                    if left is not None and (best is None or left < best[0]):
                        best = (left, (u, coordinate, at))
        found = best or widest
        if found is None:
            raise ArithmeticError("boxes of one cell each were neither excluded nor fitted")
        return found[1]

    def _left_over(self, boxes: Boxes, split: Split) -> int | None:
        """The number of cases in the other side if a known vector excludes one side (with cases in it), else None."""
        first, second = children(boxes, split)
        for side, other in ((first, second), (second, first)):
            if all(self._box_count(box) for box in side) and self._excluding(self._mask(side)) is not None:
                product = 1
                for box in other:
                    product *= self._box_count(box)
                return product
        return None


def decide(cells: Cells, target: Sequence[Rational], units: int, **options: Any) -> Fit | Refutation:
    """Whether `units` units can have these slopes: a Fit or a Refutation. Options: `max_cases`, `report`."""
    return Search(cells, tuple(target), units, **options).decide()
