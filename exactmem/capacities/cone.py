"""Is a vector a nonnegative combination of given vectors? Exactly, with evidence either way.

Phase one of the revised simplex method over the rationals (Chvatal, Linear Programming, chapters 7 and 8): it ends
with the weights of a combination or, by the Farkas lemma, with a vector that separates.
"""

__all__ = ["Combination", "Separation", "Vector", "coprime", "decompose", "dot"]

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flint import fmpq, fmpz

from exactmem.rationals import Rational, clear_denominators

Vector = Sequence[Rational]


class Combination(NamedTuple):
    """target = sum of weights[i] * columns[i] with positive weights."""

    weights: dict[int, Rational]


class Separation(NamedTuple):
    """vector . column >= 0 for every column and vector . target < 0; the entries are coprime integers."""

    vector: tuple[Rational, ...]


def dot(a: Vector, b: Vector) -> Rational:
    """The sum of products."""
    return sum((x * y for x, y in zip(a, b, strict=True)), fmpq(0))


def decompose(columns: Mapping[int, Vector], target: Vector) -> Combination | Separation:
    """A Combination of the columns that gives the target, or a Separation if there is none.

    Exact; terminates: while the objective does not improve, Bland's rule chooses the pivot, which cannot cycle.
    """
    tableau = _Basis(list(target))
    stalled = False
    while True:
        prices = tableau.prices()
        entering = _entering(columns, prices, first=stalled)
        if entering is None:
            break
        stalled = not tableau.pivot(entering, columns[entering])
    if tableau.artificial_left():
        return Separation(coprime([-p for p in prices]))
    return Combination(tableau.weights())


def _entering(columns: Mapping[int, Vector], prices: Vector, *, first: bool) -> int | None:
    """The column of the largest (or, for Bland's rule, the first) positive price; None if there is none."""
    best, highest = None, fmpq(0)
    for index, column in columns.items():
        price = dot(prices, column)
        if price > highest:
            if first:
                return index
            best, highest = index, price
    return best


@dataclass
class _Basis:
    """A basis with the rows of its inverse and its nonnegative solution; negative members are artificial columns.

    Artificial column -1 - i is the unit vector of row i with the sign of target[i]; the objective is their sum.
    """

    target: list[Rational]
    members: list[int] = field(init=False)
    inverse: list[list[Rational]] = field(init=False)
    solution: list[Rational] = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.target)
        signs = [fmpq(1 if v >= 0 else -1) for v in self.target]
        self.members = [-1 - i for i in range(size)]
        self.inverse = [[signs[i] if i == j else fmpq(0) for j in range(size)] for i in range(size)]
        self.solution = [abs(v) for v in self.target]

    def artificial_rows(self) -> list[int]:
        """The rows whose basic column is artificial."""
        return [r for r, member in enumerate(self.members) if member < 0]

    def artificial_left(self) -> bool:
        """Whether the objective is still positive."""
        return any(self.solution[r] > 0 for r in self.artificial_rows())

    def prices(self) -> list[Rational]:
        """The vector p such that p . column is the rate at which the objective falls when the column enters."""
        rows = [self.inverse[r] for r in self.artificial_rows()]
        return [sum((row[j] for row in rows), fmpq(0)) for j in range(len(self.target))]

    def pivot(self, entering: int, column: Vector) -> bool:
        """Exchange a column into the basis; whether the objective fell. Of several rows the least member leaves."""
        direction = [dot(row, column) for row in self.inverse]
        candidates = [(self.solution[r] / d, self.members[r], r) for r, d in enumerate(direction) if d > 0]
        step, _, leaving = min(candidates)
        pivot = direction[leaving]
        self.inverse[leaving] = [v / pivot for v in self.inverse[leaving]]
        self.solution[leaving] = step
        self.members[leaving] = entering
        for r, d in enumerate(direction):
            if r != leaving and d != 0:
                self.inverse[r] = [v - d * w for v, w in zip(self.inverse[r], self.inverse[leaving], strict=True)]
                self.solution[r] -= d * step
        return bool(step > 0)

    def weights(self) -> dict[int, Rational]:
        """The positive weights of the columns in the basis."""
        return {m: v for m, v in zip(self.members, self.solution, strict=True) if m >= 0 and v > 0}


def coprime(values: Iterable[Rational]) -> tuple[Rational, ...]:
    """The positive multiple of a non-zero vector whose entries are coprime integers."""
    integers, _ = clear_denominators(list(values))
    divisor = fmpz(0)
    for value in integers:
        divisor = divisor.gcd(value)
    return tuple(fmpq(value // divisor) for value in integers)
