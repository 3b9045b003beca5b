r"""Folding: narrow residual networks with short weights.

Lemma. Let N <= G (d_x - G) samples be such that their last d_x - G coordinates are in general position, with labels in
d_y >= 2 classes, and let the activation be ReLU-like. Then a residual network of widths G - 1, G - 1, 1 and d_y - 1
has its largest output at the class of every sample, and one of widths G - 1, G - 1, 1 and 2 (d_y - 1) fits the one-hot
labels exactly; both with rounded weights.

Proof. Cut the samples into groups S_1, ..., S_G of at most d_x - G. Let h_j be an affine function of the last d_x - G
coordinates that is 0 on S_j and at no other sample, and f_j one that is the class k on S_j; both are rounded, so that
|f_j - k| <= 1/16 there. R_j is the length of the interval of coordinate j, and K >= 16 R_0. Let relu be (sigma(t) -
s_minus t)/(s_plus - s_minus): what sigma adds to it is affine in what a layer reads, and later layers take it off.
1. Layer 1 folds: it takes q_j relu(h_j) from coordinate j, 1 <= j < G. After it h_j + 2/q_j times coordinate j, less
   its least value, is -|h_j| + e with 0 <= e <= 2 R_j/q_j.
2. Layer 2 adds relu(z_j) to coordinate 0 for 1 <= j < G, z_j = B + K f_j + A_j (-|h_j| + e). A_j is so large that
   z_j <= 0 outside S_j; if h_j is that small on S_j and q_j that large, A_j |h_j| <= K/8 and A_j e <= K/16.
3. Layer 3 adds relu(B + K f_G - 2 c), where c is coordinate 0 less its least value. On S_G, where 0 <= c <= K/16, this
   is positive. At all others c >= B - 3 K/16, and it is 0 if B >= K f_G + 3 K/8.
Now c is at most 3 K/16 away from B + K k for class k, and layer 4 reads it: with d_y - 1 units it interpolates the
one-hot outputs at the codes B + K k - 3 K/16. As c lies less than K/2 above its code, output k is the largest. With
2 (d_y - 1) units the outputs are flat within 3 K/16 of every code B + K k. []
"""

__all__ = ["SHARE", "construct", "groups_needed", "smallest", "unmet"]

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flint import fmpq

from exactmem.activations import Activation, slopes_of
from exactmem.constructions.parts.gates import readout, step_readout
from exactmem.constructions.parts.hyperplanes import Hyperplane, cover_within, heights
from exactmem.constructions.parts.one_sided import affine_fit
from exactmem.constructions.parts.residual_layers import LayerUnits, reading_layer, unit_vector
from exactmem.constructions.parts.short_weights import power_of_two_above
from exactmem.constructions.parts.slabs import FLOAT_BITS, MOST_BITS, integers_near, nearest_functions, sizes_up_to
from exactmem.datasets import Dataset, class_indices
from exactmem.errors import ConstructionError, NotGeneralPositionError, SizeError, UsageError
from exactmem.general_position import explain
from exactmem.networks import ResNet, ResNetLayer, zeros
from exactmem.packed import IntegerRows, column
from exactmem.rationals import Rational, ceil, floor
from exactmem.sizes.problem import Problem

SHARE = fmpq(1, 16)
"""The part of the distance K of two codes that each error may take; see the proof."""


Pair = tuple[Hyperplane, Hyperplane]
"""f and h of a group, exact or nearly so."""

Function = tuple[list[Rational], Rational]
"""An affine function: its slopes and its constant."""


def groups_needed(N: int, d_x: int) -> int | None:
    """The least G with N <= G (d_x - G); None if there is none."""
    return next((G for G in range(1, d_x // 2 + 1) if G * (d_x - G) >= N), None)


def smallest(problem: Problem) -> tuple[int, ...]:
    """The least widths: G - 1 (at least 1) folds, as many units that add, 1, and d_y - 1, or 2 (d_y - 1) if flat.

    UsageError where the activation is not ReLU-like or argmax has one class, SizeError (witness: the most samples)
    where there are more samples than d_x^2/4, so that no G does.
    """
    what = "a flat narrow-resnet" if problem.flat else "the decision argmax"
    if problem.activation.kind != "relu-like":
        raise UsageError(f"{what} folds space with ReLU-like units: {problem.activation.name} is bounded")
    if problem.d_y < 2 and not problem.flat:
        raise UsageError(f"{what} compares outputs: there is one class")
    groups, most = groups_needed(problem.N, problem.d_x), problem.d_x**2 // 4
    if groups is None:
        raise SizeError(
            f"{what} needs N <= G*(d_x - G) for some G, which is at most {most} for d_x={problem.d_x}: "
            f"{problem.N} > {most}; leave it out",
            witness=most,
        )
    folds = max(1, groups - 1)
    return (folds, folds, 1, max(1, (problem.d_y - 1) * (2 if problem.flat else 1)))


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when a network of these widths can fold the samples, else a sentence; errors as `smallest`."""
    least = smallest(problem)
    if len(widths) != len(least) or any(given < width for given, width in zip(widths, least, strict=True)):
        return f"folding needs four widths of at least {','.join(map(str, least))}"
    return None


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, *, flat: bool) -> ResNet:
    """A residual network of exactly these four widths whose largest output is at the class of every sample.

    With `flat` the outputs are exactly one-hot.
    Raises NotGeneralPositionError (witness: sample indices) where the last d_x - G coordinates are not in general
    position, ConstructionError where no weights of at most MOST_BITS bits do.
    """
    count = groups_needed(dataset.N, dataset.d_x) or 1
    rest = _without(dataset, count)
    found = None
    if isinstance(rest.inputs, IntegerRows):
        found = _chosen(dataset, rest, _guessed(rest, rest.inputs, count), FLOAT_BITS)
    if found is None:
        found = _chosen(dataset, rest, _exact(rest, count), MOST_BITS)
    if found is None:
        raise ConstructionError("a hyperplane could not be rounded: please report this dataset")
    return _Folder(dataset, found, activation).network(widths, flat)


def _without(dataset: Dataset, count: int) -> Dataset:
    """The dataset without its first coordinates."""
    rows = dataset.inputs
    if isinstance(rows, IntegerRows):
        return replace(dataset, inputs=IntegerRows(rows.integers[:, count:], rows.denominator), input_names=())
    return replace(dataset, inputs=tuple(x[count:] for x in rows), input_names=())


def _guessed(rest: Dataset, inputs: IntegerRows, count: int) -> list[Pair]:
    """Equally large groups, their functions found in floating point."""
    size, classes = -(-rest.N // count), class_indices(rest)
    found = []
    for first in range(0, rest.N, size):
        group = list(range(first, min(first + size, rest.N)))
        f, h = nearest_functions(inputs, group, [[classes[i] for i in group], None])
        found.append((f, h))
    return found


def _exact(rest: Dataset, count: int) -> list[Pair]:
    """Groups with hyperplanes that contain no other sample, and the affine functions with their classes as values."""
    classes = class_indices(rest)
    _check_distinct(rest, count)
    try:
        (planes,) = cover_within(rest, [range(rest.N)], count, absorb=False)
    except NotGeneralPositionError as error:
        raise NotGeneralPositionError(
            f"folding leaves out the first {count} input columns: in all others {explain(rest, error.witness)}; move "
            "one of these samples, or build without folding",
            witness=error.witness,
        ) from error
    found = []
    for plane in planes:
        fit = affine_fit([rest.inputs[i] for i in plane.samples], [[fmpq(classes[i])] for i in plane.samples])
        if fit is None:
            raise ConstructionError("the samples of a group are affinely dependent: please report this dataset")
        slopes, constant = fit[0]
        found.append((Hyperplane(plane.samples, tuple(slopes), constant), plane))
    return found


def _check_distinct(rest: Dataset, count: int) -> None:
    """NotGeneralPositionError where two samples agree in all coordinates that are read."""
    first: dict[tuple[Rational, ...], int] = {}
    for i, x in enumerate(rest.inputs):
        if first.setdefault(tuple(x), i) != i:
            raise NotGeneralPositionError(
                f"folding leaves out the first {count} input columns: {rest.rows[first[tuple(x)]]} and "
                f"{rest.rows[i]} agree in all others; move one of them, or build without folding",
                witness=(first[tuple(x)], i),
            )


@dataclass(frozen=True)
class _Fold:
    """What the units of a group read: f, h, and A."""

    f: Hyperplane
    h: Hyperplane
    steep: Rational


@dataclass(frozen=True)
class _Folds:
    """The groups but the last, f of the last one, and the numbers B and K."""

    folds: list[_Fold]
    last: Hyperplane
    base: Rational
    step: Rational


def _chosen(dataset: Dataset, rest: Dataset, pairs: Sequence[Pair], most_bits: int) -> _Folds | None:
    """The functions with as few bits as do, and the numbers for them; None if more than `most_bits` are needed."""
    classes = class_indices(rest)
    rounded = [_rounded_fit(rest, classes, f, most_bits) for f, _ in pairs]
    fits = [f for f in rounded if f is not None]
    if len(fits) < len(pairs):
        return None
    low, high = _bounds(dataset, 0)
    step = power_of_two_above((high - low) / SHARE)
    table = heights(fits, rest.inputs)
    members = set(fits[-1].samples)
    highest = max([v for i, v in enumerate(table[-1]) if i not in members], default=fmpq(0))
    base = step * max(1, ceil(highest) + 1)
    folds: dict[int, _Fold] = {}
    for size in sizes_up_to(most_bits):
        pending = [j for j in range(len(pairs) - 1) if j not in folds]
        tried = [integers_near(pairs[j][1], size) for j in pending]
        for j, h, values in zip(pending, tried, heights(tried, rest.inputs), strict=True):
            steep = _steepness(h, values, [base + step * (v + SHARE) for v in table[j]])
            if steep is not None and steep * max(abs(values[i]) for i in h.samples) <= 2 * SHARE * step:
                folds[j] = _Fold(fits[j], h, steep)
        if len(folds) == len(pairs) - 1:
            return _Folds([folds[j] for j in range(len(pairs) - 1)], fits[-1], base, step)
    return None


def _rounded_fit(rest: Dataset, classes: Sequence[int], f: Hyperplane, most_bits: int) -> Hyperplane | None:
    """f with dyadics of as few bits as keep it near the classes of its group."""
    inputs = rest.inputs
    points = inputs.chosen(f.samples) if isinstance(inputs, IntegerRows) else [inputs[i] for i in f.samples]
    scale = power_of_two_above(1 / max([abs(v) for v in f.u if v != 0], default=fmpq(1)))
    for size in sizes_up_to(most_bits):
        unit = 1 / (scale * 2**size)
        *u, c = (unit * floor(v / unit + fmpq(1, 2)) for v in (*f.u, f.c))
        found = Hyperplane(f.samples, tuple(u), c)
        (values,) = heights([found], points)
        if all(abs(v - classes[i]) <= SHARE for i, v in zip(f.samples, values, strict=True)):
            return found
    return None


def _steepness(h: Hyperplane, values: Sequence[Rational], needed: Sequence[Rational]) -> Rational | None:
    """A power of two A, or 0, so that A |h| is what is needed outside the group; None where h is 0."""
    members, steep = set(h.samples), fmpq(0)
    for i, (value, need) in enumerate(zip(values, needed, strict=True)):
        if i not in members:
            if value == 0:
                return None
            steep = max(steep, need / abs(value))
    return power_of_two_above(steep) if steep > 0 else fmpq(0)


def _bounds(dataset: Dataset, j: int) -> tuple[Rational, Rational]:
    """The least and the largest value of coordinate j."""
    values = column(dataset.inputs, j)
    return min(values), max(values)


def _sum(*terms: tuple[Rational, Function]) -> Function:
    """The sum of multiples of functions."""
    row = zeros(len(terms[0][1][0]))
    for factor, (other, _) in terms:
        row = [a + factor * b if b != 0 else a for a, b in zip(row, other, strict=True)]
    return row, sum((factor * constant for factor, (_, constant) in terms), fmpq(0))


class _Folder:
    """Writes the layers: what their units read are affine functions of the d_x numbers of the state."""

    def __init__(self, dataset: Dataset, found: _Folds, activation: Activation) -> None:
        self.dataset, self.found, self.activation = dataset, found, activation
        plus, self.minus = slopes_of(activation)
        self.gain, self.kept = 1 / (plus - self.minus), (plus - self.minus) / (plus + self.minus)
        self.last = 1 / (plus + self.minus)
        self.h = [self._reads(fold.h) for fold in found.folds]
        self.lengths, self.z = list[Rational](), list[Function]()
        for j, (fold, h) in enumerate(zip(found.folds, self.h, strict=True), 1):
            low, high = _bounds(dataset, j)
            length = power_of_two_above(2 * fold.steep * (high - low) / (SHARE * found.step))
            folded = _sum((1 / self.kept, h), (2 / length, self._above(j, low)))
            self.lengths.append(length)
            self.z.append(_sum((found.step, self._reads(fold.f)), (fold.steep, folded), (found.base, self._one())))
        self.code = _sum((found.step, self._reads(found.last)), (found.base, self._one()))
        leaks = [(-self.gain * self.minus, z) for z in self.z] if self.minus != 0 else []
        self.c = _sum((fmpq(1), self._above(0, _bounds(dataset, 0)[0])), *leaks)

    def _one(self) -> Function:
        return zeros(self.dataset.d_x), fmpq(1)

    def _above(self, j: int, low: Rational) -> Function:
        """Coordinate j, less its least value."""
        return unit_vector(self.dataset.d_x, j), -low

    def _reads(self, plane: Hyperplane) -> Function:
        """The function of the last coordinates, as one of all."""
        return zeros(self.dataset.d_x - len(plane.u)) + list(plane.u), plane.c

    def network(self, widths: Sequence[int], flat: bool) -> ResNet:
        """The four layers."""
        d_x, first = self.dataset.d_x, unit_vector(self.dataset.d_x, 0)
        layers = [LayerUnits(d_x, d_x) for _ in range(3)]
        for j, (h, z, length) in enumerate(zip(self.h, self.z, self.lengths, strict=True), 1):
            layers[0].add(*h, [-length * self.gain * v for v in unit_vector(d_x, j)])
            layers[1].add(*z, [self.gain * v for v in first])
        row, bias = _sum((fmpq(1), self.code), (fmpq(-2), self.c))
        layers[2].add(row, bias, [self.last * v for v in first])
        hidden = [layer.finish(width, self.activation, skip=True) for layer, width in zip(layers, widths, strict=False)]
        return ResNet((*hidden, self._readout(widths[-1], flat)))

    def _readout(self, width: int, flat: bool) -> ResNetLayer:
        """The last layer: it reads c, from which what sigma added to relu in layer 3 has been taken off."""
        d_y, step = self.dataset.d_y, self.found.step
        row, bias = _sum((1 / self.kept, self.c), (-self.last * self.minus / self.kept, self.code))
        off = 3 * SHARE * step
        codes = [self.found.base + step * k for k in range(d_y)]
        if flat and d_y > 1:
            gates = step_readout(codes, off, self.activation)
        else:
            gates = readout([code - off for code in codes], self.activation)
        return reading_layer(gates, row, bias, width)
