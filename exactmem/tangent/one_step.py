"""One gradient step (Daniely 2020a; survey, section 2.2): the exact set of step sizes with which it memorizes.

h(x) = sum_j u_j |w_j . x| with orthonormal rational rows w_j and u_j = +-1/ceil(sqrt q), alternating. The hinge loss
sum_i max(0, 1 - y_i h(x_i)) has at W the gradient -sum y_i u_j sign(w_j . x_i) x_i over the samples with
y_i h(x_i) < 1 (its subgradient at the kink is taken as 0). y_i h is piecewise linear in the step size.
"""

__all__ = ["Interval", "Row", "Step", "check_signs", "intersect", "positive_sizes", "step"]

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt

from flint import fmpq

from exactmem.activations import ABS
from exactmem.datasets import Dataset
from exactmem.errors import DatasetError
from exactmem.networks import FNN, dense, layer, zeros
from exactmem.rationals import Rational, floor, shorten, simplest_between
from exactmem.tangent.draws import orthonormal_rows
from exactmem.tangent.kernel import matrix_of, pre_activations

Row = Sequence[Rational]
Interval = tuple[Rational, Rational | None]
"""The numbers strictly between two ends; None is infinity."""


@dataclass(frozen=True)
class Step:
    """W and the negative gradient G as q rows each, the output weights u, and every step size that memorizes."""

    rows: tuple[tuple[Rational, ...], ...]
    direction: tuple[tuple[Rational, ...], ...]
    outputs: tuple[Rational, ...]
    sizes: tuple[Interval, ...]

    def network(self, eta: Rational) -> FNN:
        """The network after the step, W + eta G."""
        moved = [
            [w + eta * g for w, g in zip(row, change, strict=True)]
            for row, change in zip(self.rows, self.direction, strict=True)
        ]
        return FNN((layer(dense(moved), zeros(len(moved)), ABS), layer(dense([self.outputs]), zeros(1))))

    def simplest(self) -> Rational | None:
        """A step size of the first interval, the one of smallest denominator; None where no step size does."""
        if not self.sizes:
            return None
        low, high = self.sizes[0]
        return fmpq(floor(low) + 1) if high is None else simplest_between(low, high)


def check_signs(dataset: Dataset) -> None:
    """DatasetError naming the first row whose label is not one number 1 or -1."""
    for name, y in zip(dataset.rows, dataset.labels, strict=True):
        if len(y) != 1 or y[0] not in (1, -1):
            shown = ", ".join(shorten(v) for v in y)
            raise DatasetError(f"{name} has the label {shown}: one-step is about one label 1 or -1", witness=name)


def step(dataset: Dataset, seed: int, units: int, method: str = "householder") -> Step:
    """The Step of the first `units` seeded orthonormal rows, made by that method of `orthonormal_rows`.

    Raises KinkError for w_j . x_i = 0, UsageError for more units than inputs, DatasetError for labels other than 1
    and -1.
    """
    check_signs(dataset)
    rows = orthonormal_rows(seed, units, dataset.d_x, method)
    scale = fmpq(1, isqrt(units - 1) + 1)
    outputs = [scale if j % 2 == 0 else -scale for j in range(units)]
    table = pre_activations(rows, dataset)
    labels = [y[0] for y in dataset.labels]
    start = [sum((u * abs(p) for u, p in zip(outputs, ps, strict=True)), fmpq(0)) for ps in table]
    weights = [
        [y * u * (1 if p > 0 else -1) if y * h < 1 else fmpq(0) for u, p in zip(outputs, ps, strict=True)]
        for y, h, ps in zip(labels, start, table, strict=True)
    ]
    direction = (matrix_of(weights).transpose() * matrix_of(dataset.inputs)).table()
    changes = (matrix_of(dataset.inputs) * matrix_of(direction).transpose()).table()
    sizes: list[Interval] = [(fmpq(0), None)]
    for y, ps, gs in zip(labels, table, changes, strict=True):
        sizes = intersect(sizes, positive_sizes([y * u for u in outputs], ps, gs))
        if not sizes:
            break
    return Step(tuple(map(tuple, rows)), tuple(map(tuple, direction)), tuple(outputs), tuple(sizes))


def positive_sizes(outputs: Row, starts: Row, changes: Row) -> list[Interval]:
    """The eta > 0 with sum_j outputs_j |starts_j + eta changes_j| > 0, as disjoint open intervals in order."""
    crossings = sorted(
        (-p / g, v * abs(g)) for v, p, g in zip(outputs, starts, changes, strict=True) if g != 0 and -p / g > 0
    )
    place = fmpq(0)
    value = sum((v * abs(p) for v, p in zip(outputs, starts, strict=True)), fmpq(0))
    slope = sum((v * g * (1 if p > 0 else -1) for v, p, g in zip(outputs, starts, changes, strict=True)), fmpq(0))
    found: list[Interval] = []
    for end, turn in [*crossings, (None, fmpq(0))]:
        part = _positive_part(place, value, slope, end)
        if part is not None:
            if found and value > 0 and found[-1][1] == part[0]:
                part = (found.pop()[0], part[1])
            found.append(part)
        if end is not None:
            # |t| turns from slope -|g| to |g| where t = 0.
            place, value, slope = end, value + (end - place) * slope, slope + 2 * turn
    return found


def _positive_part(start: Rational, value: Rational, slope: Rational, end: Rational | None) -> Interval | None:
    """Where value + slope (eta - start) > 0 strictly between start and end."""
    if end == start or (value <= 0 and slope <= 0):
        return None
    zero = None if slope == 0 else start - value / slope
    low = zero if value <= 0 and zero is not None else start
    high = zero if slope < 0 and zero is not None and (end is None or zero < end) else end
    return (low, high) if high is None or low < high else None


def intersect(left: Sequence[Interval], right: Sequence[Interval]) -> list[Interval]:
    """The numbers in both, each given as disjoint open intervals in order."""
    found: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        low = max(left[i][0], right[j][0])
        ends = [end for end in (left[i][1], right[j][1]) if end is not None]
        high = min(ends) if ends else None
        if high is None or low < high:
            found.append((low, high))
        if high is None:
            break
        if left[i][1] == high:
            i += 1
        else:
            j += 1
    return found
