"""Elman networks unrolled through time, with their exact Jacobian in the recurrent weights.

h_t = sigma(W h_{t-1} + U x_t + b), h_0 = 0, and the output V h_T + c after the last step. An input of a dataset holds
the T vectors x_t one after the other. Shapes: W m x m, U m x d, V d_y x m.
"""

__all__ = [
    "Elman",
    "Matrix",
    "Pass",
    "Vector",
    "elman",
    "forward",
    "jacobian",
    "jacobian_rows",
    "misses",
    "seeded",
    "steps",
]

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq, fmpq_mat

from exactmem.activations import RELU, Activation, PiecewiseLinear
from exactmem.datasets import Dataset
from exactmem.errors import KinkError, ShapeError, UsageError
from exactmem.rationals import Rational, shorten, to_text, vector
from exactmem.tangent.draws import gaussian_rows

Vector = list[Rational]
Matrix = Any


@dataclass(frozen=True)
class Elman:
    """A recurrent network; build it with `elman`."""

    W: tuple[tuple[Rational, ...], ...]
    U: tuple[tuple[Rational, ...], ...]
    b: tuple[Rational, ...]
    V: tuple[tuple[Rational, ...], ...]
    c: tuple[Rational, ...]
    activation: PiecewiseLinear

    def __post_init__(self) -> None:
        m, d_y = self.units, self.d_y
        matrices = [("W", self.W, m, m), ("U", self.U, m, self.d), ("V", self.V, d_y, m)]
        for name, rows, height, width in [*matrices, ("b", (self.b,), 1, m), ("c", (self.c,), 1, d_y)]:
            if height < 1 or width < 1 or len(rows) != height or {len(row) for row in rows} != {width}:
                raise ShapeError(f"{name} has to have the shape {height} x {width}, with positive sizes")

    @property
    def units(self) -> int:
        """m, the number of hidden units."""
        return len(self.W)

    @property
    def d(self) -> int:
        """The length of one x_t."""
        return len(self.U[0]) if self.U else 0

    @property
    def d_y(self) -> int:
        """The number of outputs."""
        return len(self.V)

    def with_weights(self, W: Sequence[Sequence[Rational]]) -> "Elman":
        """The same network with other recurrent weights."""
        return replace(self, W=tuple(tuple(row) for row in W))

    def to_json(self) -> dict[str, Any]:
        """The `recurrent` object of the certificate format."""
        matrices = {name: [[to_text(v) for v in row] for row in getattr(self, name)] for name in ("W", "U", "V")}
        vectors = {name: [to_text(v) for v in getattr(self, name)] for name in ("b", "c")}
        return {**matrices, **vectors, "activation": self.activation.to_json()}


def elman(
    W: Sequence[Sequence[Any]],
    U: Sequence[Sequence[Any]],
    b: Sequence[Any],
    V: Sequence[Sequence[Any]],
    c: Sequence[Any],
    activation: Activation = RELU,
) -> Elman:
    """The network with these exact numbers; ShapeError where they do not fit, UsageError for t^2."""
    if not isinstance(activation, PiecewiseLinear):
        raise UsageError(f"the activation {activation} is not piecewise linear")
    tables = [tuple(tuple(vector(row)) for row in rows) for rows in (W, U, V)]
    return Elman(tables[0], tables[1], tuple(vector(b)), tables[2], tuple(vector(c)), activation)


def seeded(seed: int, units: int, d: int, d_y: int, activation: Activation = RELU) -> Elman:
    """A network of seeded rationals: W and V divided by the integer part of sqrt(units), biases b >= 0, c = 0.

    (Without positive biases a narrow ReLU network often has no unit left that passes anything after a few steps.)
    """
    root = math.isqrt(units)
    W = [[v / root for v in row] for row in gaussian_rows(seed, "recurrent weights", units, units)]
    V = [[v / root for v in row] for row in gaussian_rows(seed, "read-out", d_y, units)]
    b = [abs(row[0]) for row in gaussian_rows(seed, "recurrent biases", units, 1)]
    return elman(W, gaussian_rows(seed, "input weights", units, d), b, V, [0] * d_y, activation)


@dataclass(frozen=True)
class Pass:
    """One sequence: h_0, ..., h_T, the slopes at every step, and the outputs."""

    states: list[Vector]
    slopes: list[Vector]
    outputs: Vector


def steps(network: Elman, sequence: Sequence[Rational]) -> list[Vector]:
    """x_1, ..., x_T; ShapeError where the length is no multiple of d."""
    if not sequence or len(sequence) % network.d:
        raise ShapeError(f"an input of {len(sequence)} numbers is no sequence of vectors of {network.d}")
    return [list(sequence[t : t + network.d]) for t in range(0, len(sequence), network.d)]


def forward(network: Elman, sequence: Sequence[Rational]) -> Pass:
    """The exact pass through time; KinkError, witness (step, unit), for a pre-activation on a breakpoint."""
    states, slopes = [[fmpq(0)] * network.units], []
    for t, x in enumerate(steps(network, sequence)):
        state, slope = [], []
        for j, (row, inner, shift) in enumerate(zip(network.W, network.U, network.b, strict=True)):
            z = _dot(row, states[-1]) + _dot(inner, x) + shift
            if z in network.activation.breakpoints:
                raise KinkError(
                    f"step {t}, unit {j}: the pre-activation is exactly on the breakpoint {shorten(z)}, where there is "
                    "no derivative; take another start",
                    witness=(t, j),
                )
            a, value = network.activation.pieces[network.activation.piece_index(z)]
            state.append(a * z + value)
            slope.append(a)
        states.append(state)
        slopes.append(slope)
    outputs = [_dot(row, states[-1]) + shift for row, shift in zip(network.V, network.c, strict=True)]
    return Pass(states, slopes, outputs)


def _dot(left: Sequence[Rational], right: Sequence[Rational]) -> Rational:
    return sum((a * b for a, b in zip(left, right, strict=True)), fmpq(0))


def jacobian_rows(network: Elman, sequence: Sequence[Rational]) -> list[Vector]:
    """Per output its derivatives in W, row by row, by back-propagation through time."""
    done = forward(network, sequence)
    m = network.units
    rows = []
    for out in network.V:
        total = [fmpq(0)] * (m * m)
        back = list(out)
        for t in range(len(done.slopes) - 1, -1, -1):
            back = [s * v for s, v in zip(done.slopes[t], back, strict=True)]
            for j in range(m):
                for k in range(m):
                    total[j * m + k] += back[j] * done.states[t][k]
            back = [sum((back[j] * network.W[j][k] for j in range(m)), fmpq(0)) for k in range(m)]
        rows.append(total)
    return rows


def jacobian(network: Elman, dataset: Dataset) -> Matrix:
    """The exact Jacobian of all outputs in W, (N d_y) x m^2; its `rank()` is exact."""
    return fmpq_mat([row for x in dataset.inputs for row in jacobian_rows(network, x)])


def misses(network: Elman, dataset: Dataset) -> Vector:
    """Outputs minus labels, sample by sample."""
    pairs = zip(dataset.inputs, dataset.labels, strict=True)
    return [f - y for x, label in pairs for f, y in zip(forward(network, x).outputs, label, strict=True)]
