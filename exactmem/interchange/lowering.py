"""From a graph of affine maps and activations to a fully-connected network, exactly.

While a model is read, every number of every tensor is an `Expr`, an affine expression in the inputs and in units
already made; applying an activation makes units. `Builder.network` then puts units into layers by their depth. A value
that skips a layer is carried through it as (sigma(v) - sigma(-v)) / (s_plus + s_minus) with the layer's ReLU-like
activation; a layer that mixes activations is written in ReLU, sigma(t) being its value at the first breakpoint plus
a sum of slopes times relu.
"""

__all__ = ["Builder", "Expr", "clip", "combine", "each", "is_constant", "leaky", "matmul", "objects", "substitute"]

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq

from exactmem.activations import HARD_TANH, IDENTITY, RELU, PiecewiseLinear, relu_like
from exactmem.errors import NetworkFormatError
from exactmem.interchange.imported import check_count
from exactmem.networks import FNN, FNNLayer, Matrix, dense, sparse
from exactmem.rationals import Rational


class Expr:
    """An affine expression: a sum of coefficients times variables, plus a constant."""

    __slots__ = ("constant", "terms")

    def __init__(self, terms: dict[int, Rational], constant: Rational) -> None:
        self.terms, self.constant = terms, constant

    def __add__(self, other: Any) -> "Expr":
        return combine([(self, 1), (other, 1)])

    __radd__ = __add__

    def __sub__(self, other: Any) -> "Expr":
        return combine([(self, 1), (other, -1)])

    def __rsub__(self, other: Any) -> "Expr":
        return combine([(self, -1), (other, 1)])

    def __neg__(self) -> "Expr":
        return combine([(self, fmpq(-1))])

    def __mul__(self, factor: Any) -> "Expr":
        return combine([(self, factor)])

    __rmul__ = __mul__


def combine(parts: Iterable[tuple[Any, Any]]) -> Expr:
    """The sum of factor * value over (value, factor), values being expressions or rationals."""
    terms: dict[int, Rational] = {}
    constant = fmpq(0)
    for value, factor in parts:
        if not isinstance(value, Expr):
            constant += factor * value
            continue
        constant += factor * value.constant
        for variable, coefficient in value.terms.items():
            terms[variable] = terms.get(variable, fmpq(0)) + factor * coefficient
    return Expr({v: c for v, c in terms.items() if c != 0}, constant)


def is_constant(array: Any) -> bool:
    """Whether a tensor holds no expression, only rationals."""
    return not any(isinstance(v, Expr) for v in array.flat)


def objects(values: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """An array of objects of this shape, filled in row-major order."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(shape)


@dataclass(frozen=True)
class _Unit:
    activation: PiecewiseLinear
    before: Expr
    depth: int
    place: str


@dataclass
class _Neurons:
    """A layer in the making: its rows (in terms of the layer below), and what the layer's outputs say of variables."""

    rows: list[Expr]
    known: dict[int, Expr]

    def add(self, row: Expr) -> int:
        self.rows.append(row)
        return len(self.rows) - 1


class Builder:
    """Makes the inputs and the units of one network."""

    def __init__(self, d_x: int) -> None:
        self.d_x = d_x
        self.units: list[_Unit] = []

    def inputs(self) -> list[Expr]:
        """The input variables 0, ..., d_x - 1."""
        return [Expr({j: fmpq(1)}, fmpq(0)) for j in range(self.d_x)]

    def _depth(self, expression: Expr) -> int:
        return max((self.units[v - self.d_x].depth for v in expression.terms if v >= self.d_x), default=0)

    def unit(self, activation: PiecewiseLinear, before: Any, place: str) -> Any:
        """activation(before); a rational where `before` does not depend on the input."""
        if not isinstance(before, Expr):
            return activation(before)
        if not before.terms:
            return activation(before.constant)
        self.units.append(_Unit(activation, before, 1 + self._depth(before), place))
        return Expr({self.d_x + len(self.units) - 1: fmpq(1)}, fmpq(0))

    def apply(self, activation: PiecewiseLinear, array: Any, place: str) -> Any:
        """The activation of every number of a tensor."""
        return objects([self.unit(activation, value, place) for value in array.flat], array.shape)

    def network(self, outputs: Sequence[Any]) -> FNN:
        """The network with these outputs; NetworkFormatError where a layer cannot carry what skips it."""
        final = [y if isinstance(y, Expr) else Expr({}, y) for y in outputs]
        used = self._used(final)
        depth = max((self.units[u - self.d_x].depth for u in used), default=0)
        known = dict(enumerate(self.inputs()))
        width = self.d_x
        layers = []
        for level in range(1, depth + 1):
            here = [u for u in sorted(used) if self.units[u - self.d_x].depth == level]
            later = [self.units[u - self.d_x].before for u in used if self.units[u - self.d_x].depth > level]
            needed = {v for expression in (*later, *final) for v in expression.terms}
            carried = sorted(v for v in needed if v in known)
            activation = self._activation(here, bool(carried))
            neurons = _Neurons([], {})
            for u in here:
                self._realize(u, activation, known, neurons)
            for v in carried:
                self._carry(v, activation, known[v], neurons)
            layers.append(_layer(neurons.rows, width, activation))
            known, width = neurons.known, len(neurons.rows)
        rows = [substitute(y, known) for y in final]
        layers.append(_layer(rows, width, None))
        return FNN(tuple(layers))

    def _used(self, outputs: Sequence[Expr]) -> set[int]:
        """The units that the outputs depend on."""
        used: set[int] = set()
        waiting = [v for y in outputs for v in y.terms]
        while waiting:
            v = waiting.pop()
            if v >= self.d_x and v not in used:
                used.add(v)
                waiting += self.units[v - self.d_x].before.terms
        return used

    def _activation(self, here: Sequence[int], carries: bool) -> PiecewiseLinear:
        """The one activation of a layer: that of its units if they agree and nothing else is needed, else ReLU."""
        units = [self.units[u - self.d_x] for u in here]
        alike = all(unit.activation == units[0].activation for unit in units)
        if alike and (not carries or units[0].activation.kind == "relu-like"):
            return units[0].activation
        for unit in units:
            if not unit.activation.is_continuous:
                raise NetworkFormatError(
                    f"{unit.place}: a threshold stands beside other activations or a skip connection, which one layer "
                    "cannot hold"
                )
        return RELU

    def _realize(self, u: int, activation: PiecewiseLinear, known: dict[int, Expr], neurons: _Neurons) -> None:
        """Add the neurons that compute unit u."""
        unit = self.units[u - self.d_x]
        z = substitute(unit.before, known)
        if unit.activation == activation:
            neurons.known[u] = Expr({neurons.add(z): fmpq(1)}, fmpq(0))
            return
        slopes, points = unit.activation.slopes, unit.activation.breakpoints
        terms = {}
        if slopes[0] != 0:
            terms[neurons.add(points[0] - z)] = -slopes[0]
        before = fmpq(0)
        for point, slope in zip(points, slopes[1:], strict=True):
            if slope != before:
                terms[neurons.add(z - point)] = slope - before
            before = slope
        neurons.known[u] = Expr(terms, unit.activation(points[0]))

    def _carry(self, v: int, activation: PiecewiseLinear, value: Expr, neurons: _Neurons) -> None:
        """Add the neurons that hand the value of a variable through this layer."""
        if activation == RELU and v >= self.d_x and self.units[v - self.d_x].activation == RELU:
            neurons.known[v] = Expr({neurons.add(value): fmpq(1)}, fmpq(0))
            return
        minus, plus = activation.slopes
        factor = 1 / (plus + minus)
        neurons.known[v] = Expr({neurons.add(value): factor, neurons.add(-value): -factor}, fmpq(0))


def substitute(expression: Expr, known: dict[int, Expr]) -> Expr:
    """The expression with every variable replaced by what is known of it."""
    return combine([(expression.constant, 1), *((known[v], c) for v, c in expression.terms.items())])


def _layer(rows: Sequence[Expr], width: int, activation: PiecewiseLinear | None) -> FNNLayer:
    """A layer from rows in terms of the layer below; the last one for no activation."""
    check_count(len(rows) * (width + 1), "a layer")
    filled = sum(len(row.terms) for row in rows)
    weight: Matrix
    if 3 * filled < len(rows) * width:
        weight = sparse((len(rows), width), {(i, j): c for i, row in enumerate(rows) for j, c in row.terms.items()})
    else:
        weight = dense([[row.terms.get(j, fmpq(0)) for j in range(width)] for row in rows])
    return FNNLayer(weight, tuple(row.constant for row in rows), activation or IDENTITY)


def matmul(left: Any, right: Any) -> Any:
    """left @ right for a tensor of expressions and a matrix of rationals, either way round."""
    rows, inner = left.shape[-2:] if left.ndim > 1 else (1, left.shape[0])
    columns = right.shape[-1] if right.ndim > 1 else 1
    check_count(rows * inner * columns, "a matrix product")
    if left.ndim > 2 or right.ndim > 2:
        raise NetworkFormatError("matrix products of more than two axes are not supported")
    a, b = left.reshape(rows, inner), right.reshape(right.shape[0], columns)
    if a.shape[1] != b.shape[0]:
        raise NetworkFormatError(f"a matrix product of shapes {left.shape} and {right.shape} does not fit")
    first = is_constant(a)
    values = [
        combine(zip(b[:, k], a[i], strict=True) if first else zip(a[i], b[:, k], strict=True))
        for i in range(rows)
        for k in range(columns)
    ]
    return objects(values, (*left.shape[:-1], *right.shape[1:]) if left.ndim > 1 else right.shape[1:])


def clip(low: Rational | None, high: Rational | None) -> Callable[[Builder, Any, str], Any]:
    """max(low, min(t, high)), either bound may be None, through hard-tanh or ReLU units."""

    def apply(builder: Builder, t: Any, place: str) -> Any:
        if low is None and high is None:
            return t
        if high is None:
            return builder.unit(RELU, t - low, place) + low
        if low is None:
            return high - builder.unit(RELU, high - t, place)
        if not low < high:
            raise NetworkFormatError(f"{place}: the lower bound is not below the upper one")
        half, centre = (high - low) / 2, (high + low) / 2
        return builder.unit(HARD_TANH, (t - centre) * (1 / half), place) * half + centre

    return apply


def leaky(slope: Rational) -> Callable[[Builder, Any, str], Any]:
    """t for t >= 0, slope * t below, for any slope: ReLU-like where 0 <= slope < 1, else two ReLU units."""

    def apply(builder: Builder, t: Any, place: str) -> Any:
        if 0 <= slope < 1:
            return builder.unit(relu_like(1, slope), t, place)
        return builder.unit(RELU, t, place) - builder.unit(RELU, t * fmpq(-1), place) * slope

    return apply


def each(function: Callable[[Builder, Any, str], Any], builder: Builder, array: Any, place: str) -> Any:
    """The function applied to every number of a tensor."""
    return objects([function(builder, value, place) for value in array.flat], array.shape)
