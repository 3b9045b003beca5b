"""The exact minimum and maximum of a network's outputs over a segment or a box, with evidence.

The region is cut into simplices (a box into d! of them, by the orders of its d sides). On a simplex every unit is
followed as an affine part, which interpolates its values at the vertices, and an interval that holds what is left over:
nothing for a unit that stays on one piece of its activation. So an output is at most its largest value at a vertex plus
what is left over. Where that does not prove the bound, the simplex is cut in two at a point of an edge where a unit
changes its piece (branch and bound, the most promising part first). Values at vertices are true values of the network,
the best of them is the candidate, and after finitely many cuts no unit changes its piece and nothing is left over: the
minimum and the maximum are attained at vertices and exact. The cuts are the evidence that a certificate holds.

For continuous, piecewise-linear activations (UsageError else). Triangulations by edge cuts as in Rivara's bisection,
bounds by vertices as in interpolation on simplices; the activation's chord is the affine part.
"""

__all__ = [
    "MAX_CUTS",
    "ZERO",
    "EdgeCut",
    "Extreme",
    "Interval",
    "OutputRange",
    "Rest",
    "Tree",
    "left_over",
    "output_ranges",
    "remainders",
    "spread",
]

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

from flint import fmpq

from exactmem.activations import Activation, PiecewiseLinear
from exactmem.errors import LimitError, ShapeError, UsageError
from exactmem.networks import Network, ResNet
from exactmem.rationals import Rational, shorten
from exactmem.regions import Point, Region, Simplex

MAX_CUTS = 100_000
"""Most cuts per bound, by default."""

Interval = tuple[Rational, Rational]
ZERO = fmpq(0)


class EdgeCut(NamedTuple):
    """The simplex is cut on its edge from vertex i to vertex j (i < j) at vertex_i + share (vertex_j - vertex_i).

    The first part has the new vertex in the place of j, the second one in the place of i.
    """

    i: int
    j: int
    share: Rational


Tree = tuple[EdgeCut | None, ...]
"""The cuts of all simplices of a region in preorder; None stands for a part on which the bound follows at once."""


class Extreme(NamedTuple):
    """A minimum or maximum: its value, a point where it is attained, and the evidence that it is a bound."""

    value: Rational
    at: Point
    tree: Tree

    @property
    def parts(self) -> int:
        """The number of parts of the region."""
        return sum(item is None for item in self.tree)


@dataclass(frozen=True)
class OutputRange:
    """The exact range of one output over a region."""

    output: int
    minimum: Extreme
    maximum: Extreme


def _stages(network: Network) -> list[Any]:
    """Per layer (inner, activation, outer, skip), as in h -> [h +] outer(activation(inner(h))), outer None for an fnn.

    Maps are (rows of non-zero entries, bias). UsageError for activations that are not continuous, piecewise linear.
    """
    stages: list[Any] = []
    layers: Sequence[Any] = network.layers
    for l, layer in enumerate(layers, 1):
        _check(layer.activation, l)
        if isinstance(network, ResNet):
            stages.append(((layer.U.nonzero(), layer.b), layer.activation, (layer.V.nonzero(), layer.c), layer.skip))
        else:
            stages.append(((layer.weight.nonzero(), layer.bias), layer.activation, None, False))
    return stages


def _check(activation: Activation, l: int) -> None:
    if not isinstance(activation, PiecewiseLinear) or not activation.is_continuous:
        raise UsageError(
            f"layer {l} has the activation {activation}; ranges are for continuous piecewise-linear activations"
        )


@dataclass
class _Values:
    """The values of every layer at the vertices of simplices, kept for vertices met again."""

    stages: list[Any]
    known: dict[Point, list[tuple[list[Rational], list[Rational]]]] = field(default_factory=dict)

    def at(self, x: Point) -> list[tuple[list[Rational], list[Rational]]]:
        """Per stage, the pre-activations and the stage's result at x."""
        found = self.known.get(x)
        if found is None:
            found = []
            h = list(x)
            for inner, activation, outer, skip in self.stages:
                z = _apply(inner, h)
                a = [activation(v) for v in z]
                new = a if outer is None else _apply(outer, a)
                h = [p + q for p, q in zip(h, new, strict=True)] if skip else new
                found.append((z, h))
            self.known[x] = found
        return found


def _apply(affine: Any, values: Sequence[Rational]) -> list[Rational]:
    rows, bias = affine
    return [sum((w * values[j] for j, w in row), b) for row, b in zip(rows, bias, strict=True)]


def spread(rows: Any, rest: Sequence[Interval]) -> list[Interval]:
    """What is left over of a linear map's results, from what is left over of its arguments."""
    result = []
    for row in rows:
        low = high = ZERO
        for j, w in row:
            a, b = rest[j]
            if a != 0 or b != 0:
                low, high = (low + w * a, high + w * b) if w > 0 else (low + w * b, high + w * a)
        result.append((low, high))
    return result


def left_over(activation: PiecewiseLinear, z: Sequence[Rational], rest: Interval) -> Interval:
    """Bounds of activation(t + e) - (interpolation of the activation's values at z), for t the interpolation of z at
    any point of the simplex and e in `rest`.

    With [L, U] the hull of z plus `rest`: if the activation is affine there, slope times `rest`. Else, with g the
    activation minus its chord over [min z, max z], it is activation(t + e) - activation(t), a slope that occurs on
    [L, U] times e, plus g(t) minus a mean of the values of g at z.
    """
    least, most = min(z), max(z)
    a, b = rest
    first, last = activation.piece_index(least + a), activation.piece_index(most + b)
    if first != last and activation.breakpoints[last - 1] == most + b:
        last -= 1
    slopes = activation.slopes[first : last + 1]
    steps = [slope * end for slope in slopes for end in rest]
    if first == last:
        return min(steps), max(steps)
    chord = (activation(most) - activation(least)) / (most - least) if least != most else ZERO

    def gap(t: Rational) -> Rational:
        return activation(t) - activation(least) - chord * (t - least)

    at_vertices = [gap(v) for v in z]
    inside = [gap(p) for p in activation.breakpoints if least < p < most] + at_vertices
    low, high = min(inside) - max(at_vertices), max(inside) - min(at_vertices)
    if list(activation.slopes) == sorted(activation.slopes):  # convex: below its interpolation
        high = min(high, ZERO)
    return low + min(steps), high + max(steps)


class _Part:
    """A simplex with its bound; `cut` and `parts` once it is cut."""

    __slots__ = ("bound", "cut", "parts", "simplex")

    def __init__(self, simplex: Simplex, bound: Rational) -> None:
        self.simplex, self.bound = simplex, bound
        self.cut: EdgeCut | None = None
        self.parts: tuple[_Part, ...] = ()

    def tree(self) -> Iterator[EdgeCut | None]:
        """The cuts in preorder."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part.cut
            waiting += reversed(part.parts)


class _Search:
    """Branch and bound for the maximum of sign * (output k)."""

    def __init__(self, values: _Values, k: int, sign: int) -> None:
        self.values, self.k, self.sign = values, k, sign
        self.best: tuple[Rational, Point] | None = None
        self.weights = _influence(values.stages, k)

    def part(self, simplex: Simplex) -> _Part:
        """A simplex with its bound; its vertices are candidates."""
        traces = [self.values.at(x) for x in simplex]
        for x, trace in zip(simplex, traces, strict=True):
            value = self.sign * trace[-1][1][self.k]
            if self.best is None or value > self.best[0]:
                self.best = value, x
        rest = remainders(self.values.stages, traces)[-1].after[self.k]
        top = max(self.sign * trace[-1][1][self.k] for trace in traces)
        return _Part(simplex, top + (rest[1] if self.sign > 0 else -rest[0]))

    def cut(self, part: _Part) -> None:
        """Cut the simplex where a unit of the first undecided stage that matters most changes its piece."""
        traces = [self.values.at(x) for x in part.simplex]
        for s, rest in enumerate(remainders(self.values.stages, traces)):
            found = None
            for u, (a, b) in enumerate(rest.active):
                weight = (b - a) * self.weights[s][u]
                if rest.before[u] == (ZERO, ZERO) and weight > 0 and (found is None or weight > found[0]):
                    found = weight, u
            if found is not None:
                activation = self.values.stages[s][1]
                part.cut = _crossing([trace[s][0][found[1]] for trace in traces], activation)
                i, j, share = part.cut
                p, q = part.simplex[i], part.simplex[j]
                new = tuple(a + share * (b - a) for a, b in zip(p, q, strict=True))
                part.parts = tuple(
                    self.part(tuple(new if v == place else x for v, x in enumerate(part.simplex))) for place in (j, i)
                )
                return
        raise ArithmeticError("nothing is left over, yet the bound does not follow")

    def run(self, simplices: Sequence[Simplex], max_cuts: int, report: Callable[[int], None]) -> Extreme:
        """The maximum, with its evidence; LimitError after `max_cuts` cuts."""
        roots = [self.part(simplex) for simplex in simplices]
        number = count()
        queue = [(-root.bound, next(number), root) for root in roots]
        heapq.heapify(queue)
        cuts = 0
        while queue and self.best is not None and -queue[0][0] > self.best[0]:
            part = heapq.heappop(queue)[2]
            if cuts == max_cuts:
                raise LimitError(
                    f"output {self.k}: after {max_cuts} cuts its {'maximum' if self.sign > 0 else 'minimum'} is known "
                    f"to lie between {shorten(self.sign * self.best[0])} and {shorten(self.sign * part.bound)}; take a "
                    "smaller region",
                    witness=(self.best, part.bound),
                )
            self.cut(part)
            cuts += 1
            report(cuts)
            for new in part.parts:
                heapq.heappush(queue, (-new.bound, next(number), new))
        if self.best is None:
            raise ArithmeticError("a region without vertices")
        tree = tuple(cut for root in roots for cut in root.tree())
        return Extreme(self.sign * self.best[0], self.best[1], tree)


class Rest(NamedTuple):
    """What is left over in a stage: of its pre-activations, of its activations, and of its results."""

    before: list[Interval]
    active: list[Interval]
    after: list[Interval]


def remainders(stages: list[Any], traces: Sequence[Any]) -> list[Rest]:
    """What is left over in every stage, on the simplex whose vertices have these traces."""
    result: list[Rest] = []
    for s, (inner, activation, outer, skip) in enumerate(stages):
        width = len(inner[0])
        before = spread(inner[0], result[-1].after) if s else [(ZERO, ZERO)] * width
        active = [left_over(activation, [trace[s][0][u] for trace in traces], before[u]) for u in range(width)]
        after = active if outer is None else spread(outer[0], active)
        if skip and s:
            after = [(a + c, b + d) for (a, b), (c, d) in zip(result[-1].after, after, strict=True)]
        result.append(Rest(before, active, after))
    return result


def _crossing(z: Sequence[Rational], activation: PiecewiseLinear) -> EdgeCut:
    """The cut at a breakpoint on the longest edge (in z) that passes one."""
    best: tuple[Rational, EdgeCut] | None = None
    for i in range(len(z)):
        for j in range(i + 1, len(z)):
            for point in activation.breakpoints:
                if min(z[i], z[j]) < point < max(z[i], z[j]):
                    length = abs(z[i] - z[j])
                    if best is None or length > best[0]:
                        best = length, EdgeCut(i, j, (point - z[i]) / (z[j] - z[i]))
    if best is None:
        raise ArithmeticError("a unit with something left over that passes no breakpoint")
    return best[1]


def _influence(stages: list[Any], k: int) -> list[list[Rational]]:
    """Per stage and unit, the sum over all ways to output k of the magnitudes of weights and slopes: a rough guide."""
    weight = [fmpq(int(i == k)) for i in range(_width(stages[-1]))]
    result = []
    for s in range(len(stages) - 1, -1, -1):
        inner, activation, outer, skip = stages[s]
        active = weight if outer is None else _back(outer[0], weight, len(inner[0]))
        result.append(active)
        if s > 0:
            steepest = max(abs(slope) for slope in activation.slopes)
            below = _back(inner[0], [steepest * a for a in active], _width(stages[s - 1]))
            weight = [a + b for a, b in zip(below, weight, strict=True)] if skip else below
    return result[::-1]


def _width(stage: Any) -> int:
    """How many numbers a stage results in."""
    inner, _, outer, _ = stage
    return len((outer or inner)[0])


def _back(rows: Any, weight: Sequence[Rational], width: int) -> list[Rational]:
    result = [ZERO] * width
    for row, factor in zip(rows, weight, strict=True):
        for j, w in row:
            result[j] += abs(w) * factor
    return result


def output_ranges(
    network: Network,
    region: Region,
    outputs: Sequence[int] | None = None,
    max_cuts: int = MAX_CUTS,
    report: Callable[[int], None] = lambda cuts: None,
) -> list[OutputRange]:
    """The exact range of every output (or of those named) over the region, with points where it is attained.

    Raises ShapeError for a region of another dimension, UsageError for activations that are not continuous and
    piecewise linear, LimitError after `max_cuts` cuts for one bound (witness: the candidate and the bound).
    """
    if region.d_x != network.d_x:
        raise ShapeError(f"the region has {region.d_x} coordinates, the network expects {network.d_x}")
    chosen = range(network.d_y) if outputs is None else outputs
    values = _Values(_stages(network))
    simplices = region.simplices()
    return [
        OutputRange(k, *(_Search(values, k, sign).run(simplices, max_cuts, report) for sign in (-1, 1))) for k in chosen
    ]
