"""Segments and boxes of inputs, and the simplices they are cut into."""

__all__ = ["MAX_FREE", "Box", "Point", "Region", "Segment", "Simplex", "box", "segment"]

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from exactmem import border
from exactmem.errors import LimitError, ShapeError, UsageError
from exactmem.rationals import Rational

MAX_FREE = 3
"""Most sides of a box that are not a single number."""

Point = tuple[Rational, ...]
Simplex = tuple[Point, ...]


@dataclass(frozen=True)
class Segment:
    """The points between two different points."""

    start: Point
    end: Point

    def simplices(self) -> list[Simplex]:
        """The segment itself."""
        return [(self.start, self.end)]

    @property
    def d_x(self) -> int:
        """The dimension of its points."""
        return len(self.start)


@dataclass(frozen=True)
class Box:
    """The points with low_j <= x_j <= high_j; at most MAX_FREE coordinates have low_j < high_j."""

    low: Point
    high: Point

    def simplices(self) -> list[Simplex]:
        """Per order of the free coordinates, the simplex from low to high that raises them in this order."""
        free = [j for j, (a, b) in enumerate(zip(self.low, self.high, strict=True)) if a != b]
        result = []
        for order in permutations(free):
            corner = list(self.low)
            corners = [tuple(corner)]
            for j in order:
                corner[j] = self.high[j]
                corners.append(tuple(corner))
            result.append(tuple(corners))
        return result

    @property
    def d_x(self) -> int:
        """The dimension of its points."""
        return len(self.low)


Region = Segment | Box


def segment(start: Sequence[Any], end: Sequence[Any]) -> Segment:
    """The segment between two points of one dimension; ShapeError or UsageError (equal points) else."""
    p, q = tuple(border.row(start, "the first point")), tuple(border.row(end, "the second point"))
    if len(p) != len(q):
        raise ShapeError(f"the points of the segment have {len(p)} and {len(q)} coordinates")
    if p == q:
        raise UsageError("the two points of the segment are equal; give two different ones")
    return Segment(p, q)


def box(low: Sequence[Any], high: Sequence[Any]) -> Box:
    """The box between two corners; UsageError where low_j > high_j, LimitError for more than MAX_FREE free sides."""
    a, b = tuple(border.row(low, "the lowest corner")), tuple(border.row(high, "the highest corner"))
    if len(a) != len(b):
        raise ShapeError(f"the corners of the box have {len(a)} and {len(b)} coordinates")
    for j, (l, h) in enumerate(zip(a, b, strict=True)):
        if l > h:
            raise UsageError(f"side {j} of the box is empty: its lower end exceeds its upper end")
    free = sum(l != h for l, h in zip(a, b, strict=True))
    if free > MAX_FREE:
        raise LimitError(
            f"the box has {free} free sides; at most {MAX_FREE} are possible: fix the others to one number"
        )
    return Box(a, b)
