"""Groups of samples, each with a hyperplane that contains no further sample, and the gates on them.

Under general position (Assumption 4.1) any d_x samples have such a hyperplane. Here that is checked where it is used:
a group is grown so that its affine span meets no sample outside it, and only when the groups become too many is
general position to blame (NotGeneralPositionError). Source: Yun, Sra, Jadbabaie 2019, Appendix F, made exact.
"""

__all__ = [
    "ORDERS",
    "Cover",
    "Hyperplane",
    "Tent",
    "Vector",
    "cover_within",
    "distance",
    "dot",
    "gate_network",
    "gate_scale",
    "heights",
    "scaled_tent",
    "tent",
    "tents_at",
    "too_little_room",
    "values_at",
]

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq, fmpz_mat

from exactmem.activations import Activation
from exactmem.constructions.parts.gates import GateLayer
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices
from exactmem.datasets import Dataset
from exactmem.errors import ExactmemError, NotGeneralPositionError, SizeError, UsageError
from exactmem.general_position import (
    IntegerVector,
    affine_dependence,
    explain,
    homogeneous,
    line_through_origin,
    primitive,
    project_away,
)
from exactmem.matrices import affine
from exactmem.networks import FNN, dense, layer, sparse
from exactmem.rationals import Rational, ceil, shorten

Vector = Sequence[Rational]

ORDERS = 24
"""Orders in which the samples are grouped before general position is blamed for too many groups."""


@dataclass(frozen=True)
class Hyperplane:
    """The affine function u . x + c, zero at the samples of its group."""

    samples: tuple[int, ...]
    u: tuple[Rational, ...]
    c: Rational

    def __call__(self, x: Vector) -> Rational:
        """The exact value u . x + c."""
        return dot(self.u, x) + self.c


def dot(u: Vector, x: Vector) -> Rational:
    """The exact scalar product."""
    return sum((a * b for a, b in zip(u, x, strict=True) if a != 0), fmpq(0))


def values_at(functions: Sequence[tuple[Vector, Rational]], inputs: Sequence[Vector]) -> list[list[Rational]]:
    """Per affine function u . x + c, given as (u, c), its exact values at all inputs."""
    if not functions or not inputs:
        return [[] for _ in functions]
    table = affine(dense(u for u, _ in functions), [c for _, c in functions], inputs)
    return [list(column) for column in zip(*table, strict=True)]


def heights(planes: Sequence[Hyperplane], inputs: Sequence[Vector]) -> list[list[Rational]]:
    """Per hyperplane, its exact values at all inputs."""
    return values_at([(plane.u, plane.c) for plane in planes], inputs)


def distance(plane: Hyperplane, values: Vector) -> Rational:
    """The least absolute value at the samples outside the hyperplane's group; 1 if there are none."""
    members = set(plane.samples)
    return min((abs(v) for i, v in enumerate(values) if i not in members), default=fmpq(1))


@dataclass
class Cover:
    """Per part, hyperplanes that cover its samples; `witness` is an affinely dependent set met on the way, if any."""

    parts: list[list[Hyperplane]] = field(default_factory=list)
    witness: tuple[int, ...] | None = None

    @property
    def size(self) -> int:
        """Number of hyperplanes."""
        return sum(len(part) for part in self.parts)


def cover_within(
    dataset: Dataset, parts: Sequence[Sequence[int]], limit: int, *, absorb: bool
) -> list[list[Hyperplane]]:
    """Per part (a set of samples), hyperplanes that contain a group of the part and no other sample; `limit` in all.

    `absorb`: a group may take in further samples of its part that lie in its affine span (right where a group gets
    one value, wrong where its samples get values of their own). Under general position there are sum ceil(N_k / d_x)
    groups. Raises NotGeneralPositionError (witness: affinely dependent samples) when no order of the samples that is
    tried gives `limit` groups or fewer.
    """
    picker = _Picker(dataset, absorb)
    best = None
    for order in _orders(parts):
        cover = picker.cover(order)
        if best is None or cover.size < best.size:
            best = cover
        if best.size <= limit or cover.witness is None:
            return _accepted(dataset, best, limit)
    return _accepted(dataset, best or Cover(), limit)


def _accepted(dataset: Dataset, cover: Cover, limit: int) -> list[list[Hyperplane]]:
    if cover.size > limit:
        raise too_little_room(dataset, cover.size, limit, cover.witness)
    return cover.parts


def too_little_room(dataset: Dataset, needed: int, limit: int, witness: tuple[int, ...] | None) -> ExactmemError:
    """The error for data that fall into more groups than the widths can take, with dependent samples that cause it.

    SizeError if no dependent samples are known. `needed` and `limit` are what a construction counts: gates, or units.
    """
    room = f"the samples fall into groups that need {needed} gates or units, the widths have {limit}"
    if witness is None:
        return SizeError(f"{room}: give more units", witness=needed)
    return NotGeneralPositionError(
        f"{room}: {explain(dataset, witness)}, which general position (Assumption 4.1) forbids; move one of these "
        "samples or give more units",
        witness=witness,
    )


def _orders(parts: Sequence[Sequence[int]]) -> Iterator[list[list[int]]]:
    """The samples of every part in order, in reverse, and in reproducible random orders."""
    yield [list(part) for part in parts]
    yield [list(reversed(part)) for part in parts]
    for seed in range(ORDERS - 2):
        generator = random.Random(seed)
        yield [generator.sample(list(part), len(part)) for part in parts]


class _Picker:
    """Picks groups of samples whose affine span meets no sample outside the group."""

    def __init__(self, dataset: Dataset, absorb: bool) -> None:
        self.dataset = dataset
        self.absorb = absorb
        self.points = homogeneous(dataset.inputs)
        self.matrix = fmpz_mat(self.points)
        self._known: tuple[list[int], list[IntegerVector]] | None = None
        self.witness: tuple[int, ...] | None = None

    def cover(self, parts: list[list[int]]) -> Cover:
        """Hyperplanes for every part, taking its samples in the given order."""
        self.witness = None
        result = Cover()
        for part in parts:
            result.parts.append([])
            remaining = part
            while remaining:
                group = self._pick(remaining)
                result.parts[-1].append(self._hyperplane(group))
                chosen = set(group)
                remaining = [i for i in remaining if i not in chosen]
        result.witness = self.witness
        return result

    def _pick(self, open_: list[int]) -> list[int]:
        """The next group: the first d_x open samples if their span is clean, else samples that are chosen with care."""
        group = open_[: self.dataset.d_x]
        columns = self._kernel(group)
        if len(columns) == self.dataset.d_x + 1 - len(group):
            inside = self._vanishing(columns, self._outside(group))
            if not inside:
                return group
            if self.absorb and set(inside) <= set(open_):
                return group + inside
            self._note([*group, inside[0]])
        else:
            self._note(group)
        return self._pick_with_care(open_)

    def _kernel(self, group: list[int]) -> list[IntegerVector]:
        """A basis of the affine functions that vanish on the group; the last one is kept, as it is asked for twice."""
        if self._known is None or self._known[0] != group:
            kernel, nullity = fmpz_mat([self.points[i] for i in group]).nullspace()
            self._known = group, kernel.transpose().tolist()[:nullity]
        return self._known[1]

    def _values(self, function: IntegerVector) -> IntegerVector:
        """Its values at all samples (times their denominators)."""
        return [v for (v,) in (self.matrix * fmpz_mat([[w] for w in function])).tolist()]

    def _outside(self, group: list[int]) -> list[int]:
        """The samples that are not in the group."""
        members = set(group)
        return [i for i in range(self.dataset.N) if i not in members]

    def _vanishing(self, functions: Sequence[IntegerVector], samples: list[int]) -> list[int]:
        """Those of the samples at which all the functions are zero; most are gone after the first function."""
        for function in functions:
            if not samples:
                break
            values = self._values(function)
            samples = [i for i in samples if values[i] == 0]
        return samples

    def _note(self, dependent: Sequence[int]) -> None:
        if self.witness is None:
            self.witness = affine_dependence(self.dataset.inputs, dependent)

    def _pick_with_care(self, open_: list[int]) -> list[int]:
        """Grow a group sample by sample, with all samples seen modulo its span: multiples of a new one come with it."""
        group: list[int] = []
        vectors = self.points
        while len(vectors[0]) > 1:
            line = self._next_line(vectors, open_)
            if not line:
                break
            group += line
            vectors = project_away(vectors[line[0]], vectors)
        return group

    def _next_line(self, vectors: list[IntegerVector], open_: list[int]) -> list[int]:
        """The samples on the first line through an open sample that brings no unwanted sample with it; maybe none."""
        lines: dict[tuple[Any, ...], list[int]] = {}
        for i, vector in enumerate(vectors):
            if any(vector):
                lines.setdefault(line_through_origin(vector), []).append(i)
        wanted = set(open_) if self.absorb else set()
        for i in open_:
            if any(vectors[i]):
                line = lines[line_through_origin(vectors[i])]
                if len(line) == 1 or wanted.issuperset(line):
                    return line
        return []

    def _hyperplane(self, group: list[int]) -> Hyperplane:
        """A hyperplane through the group and through no sample outside its affine span, with short integers.

        Null vectors of the group's rows (x, 1) are added up, each times the least factor that keeps non-zero values
        non-zero; N samples forbid at most N factors.
        """
        columns = self._kernel(group)
        outside = self._outside(group)
        normal, values = columns[0], self._values(columns[0])
        vanishing = [i for i in outside if values[i] == 0]
        for column in columns[1:]:
            if not vanishing:
                break
            added = self._values(column)
            if not any(added[i] for i in vanishing):
                continue
            forbidden = {fmpq(-values[i], added[i]) for i in outside if added[i] != 0}
            factor = next(f for f in range(1, len(forbidden) + 2) if fmpq(f) not in forbidden)
            normal = [a + factor * b for a, b in zip(normal, column, strict=True)]
            values = [v + factor * w for v, w in zip(values, added, strict=True)]
            vanishing = [i for i in vanishing if added[i] == 0]
        *u, c = (fmpq(v) for v in primitive(normal))
        return Hyperplane(tuple(sorted(group)), tuple(u), c)


def gate_scale(nearest: Rational, choices: Choices) -> Rational:
    """alpha >= 1 with alpha * nearest >= 1, nearest > 0 the least |u . x + c| off a hyperplane: the least such integer.

    Or `choices.alpha` (of any size) if that is enough; UsageError if it is not.
    """
    if choices.alpha is not None:
        if choices.alpha * nearest < 1:
            raise UsageError(
                f"alpha = {shorten(choices.alpha)} is too small: a gate needs at least {shorten(1 / nearest)}"
            )
        return choices.alpha
    return max(fmpq(1), fmpq(ceil(1 / nearest)))


@dataclass(frozen=True)
class Tent:
    """A gate on one number: sum of weight * activation(slope t + bias) over `units`, plus `constant`.

    It is 1 at t = 0 and 0 for |t| >= 1.
    """

    units: tuple[tuple[Rational, Rational, Rational], ...]
    constant: Rational


def tent(gates: GateLayer) -> Tent:
    """The units of a gate layer for the single code 0 (see `gates.paper_gates`, `gates.triangle_gates`)."""
    weights = dict(gates.weights.nonzero()[0])
    units = [(s, b, weights[i]) for i, (s, b) in enumerate(zip(gates.slopes, gates.biases, strict=True))]
    return Tent(tuple(units), gates.constants[0])


def scaled_tent(unit: Tent, alpha: Rational) -> Tent:
    """The gate of alpha t, as one of t."""
    return Tent(tuple((slope * alpha, bias, weight) for slope, bias, weight in unit.units), unit.constant)


def tents_at(dataset: Dataset, planes: Sequence[Hyperplane], unit: Tent, choices: Choices) -> list[Tent]:
    """Per hyperplane, the gate scaled so that it is 0 at all samples outside its group."""
    table = heights(planes, dataset.inputs)
    scales = [gate_scale(distance(plane, values), choices) for plane, values in zip(planes, table, strict=True)]
    return [scaled_tent(unit, alpha) for alpha in scales]


def gate_network(
    dataset: Dataset,
    gates: Sequence[tuple[Hyperplane, Tent, Vector]],
    constants: Vector,
    activation: Activation,
    widths: Sequence[int],
) -> FNN:
    """The two-layer network constants + sum of output * (1 on the hyperplane's group, 0 at the other samples).

    `gates` are (hyperplane, gate of its u . x + c, output) triples, outputs of d_y rationals; unused units are zero.
    """
    rows, biases, columns = [], [], []
    offset = list(constants)
    for hyperplane, gate, output in gates:
        offset = [o + gate.constant * v for o, v in zip(offset, output, strict=True)]
        for slope, bias, weight in gate.units:
            rows.append([slope * v for v in hyperplane.u])
            biases.append(slope * hyperplane.c + bias)
            columns.append([weight * v for v in output])
    entries = {(a, j): v for j, column in enumerate(columns) for a, v in enumerate(column)}
    if not rows:
        rows, biases = [[fmpq(0)] * dataset.d_x], [fmpq(0)]
    output_layer = layer(sparse((dataset.d_y, len(rows)), entries), offset)
    return widen(FNN((layer(dense(rows), biases, activation), output_layer)), widths)
