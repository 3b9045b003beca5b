"""Moving a memorizing network off its kinks while it goes on memorizing exactly.

Units whose outputs nobody reads are shifted by their bias. For the other kinks a hidden layer m, and the biases of all
later layers, are moved along a direction delta. Once a side is chosen for every pre-activation on a kink, outputs and
pre-activations are affine in these parameters. So f(x_i) stays exactly what it is for small steps if nu_i . delta = 0
for every sample, and the kinks are left on the chosen sides if K delta > 0, where the rows of K are the derivatives of
the pre-activations on kinks, with signs. Both are rational linear conditions; the result is verified from scratch.
"""

__all__ = ["ATTEMPTS", "HALVINGS", "Repair", "Sides", "Vector", "null_space", "positive_direction", "without_kinks"]

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sympy
from flint import fmpq, fmpq_mat
from sympy.solvers.simplex import InfeasibleLPError, linprog

from exactmem.activations import PiecewiseLinear
from exactmem.backward import pull_back
from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError, KinkError
from exactmem.evaluate import pre_activations
from exactmem.networks import FNN, Network
from exactmem.rationals import Rational, rational
from exactmem.sgd.memorizer import (
    Kink,
    Memorizer,
    check_memorizes,
    find_kinks,
    memorizer,
    network_with,
    piecewise,
    weight_rows,
)
from exactmem.sgd.norms import magnitude, rounded, squared_norm

Vector = list[Rational]
Sides = dict[Kink, int]

ATTEMPTS = 12
"""Random choices of sides that are tried after the systematic ones."""

HALVINGS = 200
"""Most times a step is halved before its direction is given up."""


@dataclass(frozen=True)
class Repair:
    """A network without kinks that memorizes the same dataset, and the kinks it was moved off."""

    minimum: Memorizer
    moved: list[Kink]


def without_kinks(network: Network, dataset: Dataset, seed: int = 0) -> Repair:
    """A memorizing minimum close to the network, equal to it where there are no kinks.

    Raises UsageError for networks Theorem 5.1 is not about, ConstructionError when the network does not memorize, and
    KinkError when no direction off the kinks is found.
    """
    network, _ = piecewise(network)
    check_memorizes(network, dataset)
    kinks = find_kinks(network, dataset)
    if kinks:
        network = _shift_unread_units(network, dataset)
    left = find_kinks(network, dataset)
    while left:
        network = _move_layer(network, dataset, left, random.Random(seed))
        left = find_kinks(network, dataset)
    return Repair(memorizer(network, dataset), kinks)


def _shift_unread_units(network: FNN, dataset: Dataset) -> FNN:
    """The network with every unit on a kink that the next layer does not read moved below its first breakpoint."""
    while True:
        _, activations = piecewise(network)
        unread = {
            (k.layer, k.unit)
            for k in find_kinks(network, dataset)
            if all(row[k.unit] == 0 for row in weight_rows(network.layers[k.layer]))
        }
        if not unread:
            return network
        l, j = min(unread)
        highest = max(pre_activations(network, x)[l - 1][j] for x in dataset.inputs)
        shift = highest - activations[l - 1].breakpoints[0] + 1
        theta, start = _flat(network), 0
        for layer in network.layers[: l - 1]:
            start += layer.weight.shape[0] * (layer.weight.shape[1] + 1)
        theta[start + (j + 1) * (network.layers[l - 1].weight.shape[1] + 1) - 1] -= shift
        network = network_with(network, theta)


def _flat(network: FNN) -> Vector:
    return [
        v for layer in network.layers for row, b in zip(weight_rows(layer), layer.bias, strict=True) for v in (*row, b)
    ]


def _move_layer(network: FNN, dataset: Dataset, kinks: list[Kink], generator: random.Random) -> FNN:
    """The network with one layer moved so that at least the kinks of the lowest kinked layer are left."""
    lowest = min(k.layer for k in kinks)
    for sides in _choices(network, dataset, kinks, generator):
        linear = _Linearization(network, dataset, sides)
        for m, demand_all in itertools.product(range(lowest, 0, -1), (True, False)):
            leaving = [k for k in kinks if demand_all or k.layer == lowest]
            resting = [] if demand_all else [k for k in kinks if k.layer > lowest]
            direction = linear.direction(m, leaving, resting)
            moved = None if direction is None else _step(network, dataset, linear.indices(m), direction, leaving)
            if moved is not None:
                return moved
    first = kinks[0]
    raise KinkError(
        f"{len(kinks)} pre-activation(s) sit on a kink, the first: {first}; no exact change of one layer's parameters "
        "was found that leaves all kinks and keeps memorizing: build the network with other free parameters (for "
        "Theorem 3.1 a larger --alpha)",
        witness=(first.sample, first.layer, first.unit),
    )


def _step(network: FNN, dataset: Dataset, indices: list[int], direction: Vector, leaving: list[Kink]) -> FNN | None:
    """The network moved along the direction in the given parameters, by half of the first step 2^-k that works."""
    theta = _flat(network)
    size = fmpq(1)
    for _ in range(HALVINGS):
        trial, nearer = (_moved(network, theta, indices, direction, s) for s in (size, size / 2))
        if _works(trial, dataset, leaving) and _works(nearer, dataset, leaving):
            return nearer
        size /= 2
    return None


def _moved(network: FNN, theta: Vector, indices: list[int], direction: Vector, size: Rational) -> FNN:
    changed = list(theta)
    for k, v in zip(indices, direction, strict=True):
        changed[k] += size * v
    return network_with(network, changed)


def _works(network: FNN, dataset: Dataset, leaving: list[Kink]) -> bool:
    """Whether the network memorizes and none of its units is on a kink at a place it was to leave, nor at a new one."""
    places = {(k.sample, k.layer, k.unit) for k in leaving}
    lowest = min(k.layer for k in leaving)
    try:
        memorizer(network, dataset)
    except ConstructionError:
        return False
    except KinkError:
        found = find_kinks(network, dataset)
        return all((k.sample, k.layer, k.unit) not in places and k.layer > lowest for k in found)
    return True


def _choices(network: FNN, dataset: Dataset, kinks: list[Kink], generator: random.Random) -> Iterator[Sides]:
    """Sides (0 left, 1 right of the breakpoint) for every kink: the flatter ones, those with short nu_i, then others.

    Where an activation is not continuous only the right side keeps the value at the kink.
    """
    _, activations = piecewise(network)
    free = [k for k in kinks if activations[k.layer - 1].is_continuous]
    fixed = {k: 1 for k in kinks if k not in set(free)}
    yield fixed | {k: _flatter_side(activations[k.layer - 1], k.breakpoint) for k in free}
    yield fixed | _shortest_gradients(network, dataset, fixed | dict.fromkeys(free, 0), free)
    for side in (0, 1):
        yield fixed | dict.fromkeys(free, side)
    for _ in range(ATTEMPTS):
        yield fixed | {k: generator.randint(0, 1) for k in free}


def _flatter_side(activation: PiecewiseLinear, breakpoint: Rational) -> int:
    """The side of the breakpoint on which the slope is smaller in magnitude."""
    index = activation.piece_index(breakpoint)
    return 0 if abs(activation.slopes[index - 1]) <= abs(activation.slopes[index]) else 1


def _shortest_gradients(network: FNN, dataset: Dataset, sides: Sides, free: list[Kink]) -> Sides:
    """Each free kink's side in turn is the one that makes its sample's nu_i shorter."""
    sides = dict(sides)
    for kink in free:
        lengths = []
        for side in (0, 1):
            sides[kink] = side
            lengths.append(_Linearization(network, dataset, sides).squared_gradient(kink.sample))
        sides[kink] = 0 if lengths[0] <= lengths[1] else 1
    return {k: sides[k] for k in free}


class _Linearization:
    """The network with a fixed piece of every unit at every sample: the chosen side where a unit is on a kink."""

    def __init__(self, network: FNN, dataset: Dataset, sides: Sides) -> None:
        _, self.activations = piecewise(network)
        self.network, self.dataset, self.sides = network, dataset, sides
        self.weights = [weight_rows(layer) for layer in network.layers]
        self.at = {(k.sample, k.layer, k.unit): side for k, side in sides.items()}
        self.passes: dict[int, tuple[list[Vector], list[Vector]]] = {}

    def _slope(self, activation: PiecewiseLinear, place: tuple[int, int, int], z: Rational) -> Rational:
        index = activation.piece_index(z)
        return activation.slopes[index - 1 if self.at.get(place) == 0 else index]

    def _pass(self, i: int) -> tuple[list[Vector], list[Vector]]:
        """a^0..a^{L-1} and the slopes of layers 1..L-1 at sample i."""
        if i in self.passes:
            return self.passes[i]
        x = self.dataset.inputs[i]
        pre = pre_activations(self.network, x)[:-1]
        post = [list(x), *([a(z) for z in row] for a, row in zip(self.activations, pre, strict=True))]
        slopes = [
            [self._slope(a, (i, l, j), z) for j, z in enumerate(row)]
            for l, (a, row) in enumerate(zip(self.activations, pre, strict=True), 1)
        ]
        self.passes[i] = post, slopes
        return post, slopes

    def squared_gradient(self, i: int) -> Rational:
        """||nu_i||^2 with the chosen sides."""
        post, slopes = self._pass(i)
        L = len(self.weights)
        return sum(
            (
                squared_norm(pull_back(self.weights, slopes, [fmpq(1)], L, m)) * (squared_norm(post[m - 1]) + 1)
                for m in range(1, L + 1)
            ),
            fmpq(0),
        )

    def indices(self, m: int) -> list[int]:
        """Where the parameters of layer m and the biases of the later layers stand in the order of all parameters."""
        chosen: list[int] = []
        start = 0
        for l, rows in enumerate(self.weights, 1):
            width = len(rows[0]) + 1
            if l == m:
                chosen += range(start, start + len(rows) * width)
            elif l > m:
                chosen += range(start + width - 1, start + len(rows) * width, width)
            start += len(rows) * width
        return chosen

    def _row(self, i: int, m: int, row: Vector, top: int) -> Vector:
        """The derivative of row . z^top(x_i), top >= m, in layer m's parameters and in the biases of later layers."""
        post, slopes = self._pass(i)
        later = [v for l in range(m + 1, top) for v in pull_back(self.weights, slopes, row, top, l)]
        beyond = [fmpq(0)] * sum(len(rows) for rows in self.weights[top:])
        own = row if top > m else []
        return [*_outer(pull_back(self.weights, slopes, row, top, m), post[m - 1]), *later, *own, *beyond]

    def _kink_row(self, kink: Kink, m: int) -> Vector:
        """The derivative of the kink's pre-activation, positive toward the chosen side."""
        sign = fmpq(1 if self.sides[kink] == 1 else -1)
        row = [sign if j == kink.unit else fmpq(0) for j in range(len(self.weights[kink.layer - 1]))]
        return self._row(kink.sample, m, row, kink.layer)

    def direction(self, m: int, leaving: list[Kink], resting: list[Kink]) -> Vector | None:
        """A delta with nu_i.delta = 0, (resting rows) delta = 0 and (leaving rows) delta > 0, or None."""
        L = len(self.weights)
        equal = [self._row(i, m, [fmpq(1)], L) for i in range(self.dataset.N)]
        equal += [self._kink_row(k, m) for k in resting]
        return positive_direction(equal, [self._kink_row(k, m) for k in leaving])


def _outer(row: Vector, a: Sequence[Rational]) -> Vector:
    return [d * v for d in row for v in (*a, fmpq(1))]


def positive_direction(equal: Sequence[Vector], positive: Sequence[Vector]) -> Vector | None:
    """A short rational delta with equal . delta = 0 and positive . delta > 0 (all rows), or None if there is none.

    With Z a basis of the null space of `equal`, M = positive Z and Q = M M^T, delta = Z M^T u for a solution of
    Q u = 1, or where Q is singular of the linear program Q u >= 1, u >= 0 (by Farkas' lemma it has a solution if any
    delta does).
    """
    basis = null_space(equal, len(positive[0]))
    if basis is None:
        return None
    M = fmpq_mat([list(row) for row in positive]) * basis
    Q = M * M.transpose()
    u = _solve(Q)
    if u is None:
        return None
    y = (M.transpose() * u).entries()
    largest = max(magnitude(v) for v in y if v != 0)
    for bits in (6, 12, 24, 48):
        short = [rounded(v, max(1, bits + magnitude(v) - largest), "down") if v != 0 else v for v in y]
        column = fmpq_mat(len(short), 1, short)
        if all(v > 0 for v in (M * column).entries()):
            return list((basis * column).entries())
    return list((basis * fmpq_mat(len(y), 1, y)).entries())


def null_space(rows: Sequence[Vector], width: int) -> fmpq_mat | None:
    """A basis of {v : rows v = 0} as the columns of a matrix, or None if it is {0}."""
    reduced, rank = fmpq_mat([list(row) for row in rows]).rref()
    table = reduced.tolist()[:rank]
    pivots = [next(j for j, v in enumerate(row) if v != 0) for row in table]
    free = [j for j in range(width) if j not in set(pivots)]
    if not free:
        return None
    columns = [[fmpq(0)] * len(free) for _ in range(width)]
    for c, j in enumerate(free):
        columns[j][c] = fmpq(1)
        for row, pivot in zip(table, pivots, strict=True):
            columns[pivot][c] = -row[j]
    return fmpq_mat(columns)


def _solve(Q: fmpq_mat) -> fmpq_mat | None:
    """A u with Q u > 0, for a positive semidefinite Q; None if there is none."""
    size = Q.nrows()
    if any(Q[k, k] == 0 for k in range(size)):
        return None
    try:
        return Q.solve(fmpq_mat(size, 1, [fmpq(1)] * size))
    except ZeroDivisionError:
        pass
    rows = [[-sympy.Rational(int(v.numer()), int(v.denom())) for v in row] for row in Q.tolist()]
    try:
        _, solution = linprog([1] * size, rows, [-1] * size)
    except InfeasibleLPError:
        return None
    return fmpq_mat(size, 1, [rational(sympy.Rational(v)) for v in solution])
