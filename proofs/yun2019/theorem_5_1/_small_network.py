"""A small exact network with its gradient and its SGD step, by symbols or numbers (Appendices G and I)."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import Expr


@dataclass(frozen=True)
class Activation:
    """A piecewise-linear activation: breakpoints b_1 < ... < b_n and n + 1 pieces (slope, intercept)."""

    breakpoints: tuple[Any, ...]
    pieces: tuple[tuple[Any, Any], ...]

    def piece(self, z: Expr) -> int:
        """The index of the piece whose interior contains z; ProofFailure on a kink or if it is not decided."""
        position = 0
        for point in self.breakpoints:
            if sp.simplify(z - point) == 0:
                raise ProofFailure(f"the pre-activation {z} is a kink")
            above = sp.simplify(z - point).is_positive
            if above is None:
                raise ProofFailure(f"the piece of the pre-activation {z} is not decided")
            position += above
        return position

    def value(self, z: Expr) -> Expr:
        """sigma(z), also on a kink (sigma is continuous)."""
        for point, (slope, intercept) in zip(self.breakpoints, self.pieces, strict=False):
            if sp.simplify(point - z).is_nonnegative:
                return slope * z + intercept
        self.piece(z)
        return self.pieces[-1][0] * z + self.pieces[-1][1]


RELU = Activation((sp.Integer(0),), ((sp.Integer(0), sp.Integer(0)), (sp.Integer(1), sp.Integer(0))))


HARD_TANH = Activation(
    (sp.Integer(-1), sp.Integer(1)),
    ((sp.Integer(0), sp.Integer(-1)), (sp.Integer(1), sp.Integer(0)), (sp.Integer(0), sp.Integer(1))),
)


Layers = Sequence[tuple[Any, Any]]


SMALL = (1, 1, 1)


SATURATED = (sp.Integer(1), sp.Integer(0), sp.Integer(1), sp.Integer(0))
"""Parameters (w_1, b_1, w_2, b_2) of a 1-1-1 network; with hard-tanh it is saturated at x = 3, where f = w_2 + b_2."""


def column(*entries: Any) -> Any:
    """A column vector of exact numbers (texts such as "1/3" are rationals)."""
    return sp.Matrix([sp.Rational(e) if isinstance(e, str) else sp.sympify(e) for e in entries])


def flatten(layers: Layers) -> Any:
    """All parameters as one column: per layer, the weights row by row, then the biases; layer 1 first."""
    return sp.Matrix(list(itertools.chain.from_iterable([*weights, *biases] for weights, biases in layers)))


def unflatten(theta: Any, widths: Sequence[int]) -> Layers:
    """The layers of a network of the given widths (input width first) from one column of parameters."""
    layers, start = [], 0
    for fan_in, fan_out in itertools.pairwise(widths):
        stop = start + fan_in * fan_out
        layers.append((sp.Matrix(fan_out, fan_in, list(theta[start:stop])), theta[stop : stop + fan_out, :]))
        start = stop + fan_out
    return layers


def output(layers: Layers, x: Any, activation: Activation) -> Expr:
    """f_theta(x), also where a pre-activation is a kink."""
    a = x
    for weights, biases in layers[:-1]:
        a = (weights * a + biases).applyfunc(activation.value)
    return (layers[-1][0] * a + layers[-1][1])[0]


def pre_activations(layers: Layers, x: Any, activation: Activation) -> list[Any]:
    """The pre-activations of every hidden layer at x."""
    a, seen = x, []
    for weights, biases in layers[:-1]:
        seen.append(weights * a + biases)
        a = seen[-1].applyfunc(activation.value)
    return seen


def gradient(layers: Layers, x: Any, activation: Activation) -> Any:
    """nabla_theta f_theta(x) by equations (18)-(20), ordered as `flatten`; ProofFailure on a kink."""
    inputs, slopes = [x], []
    for z in pre_activations(layers, x, activation):
        pieces = [activation.pieces[activation.piece(entry)] for entry in z]
        slopes.append(sp.diag(*(slope for slope, _ in pieces)))
        inputs.append(z.applyfunc(activation.value))
    back, blocks = sp.eye(1), []
    for level in range(len(layers) - 1, -1, -1):
        blocks.append((back.T * inputs[level].T, back.T))
        if level:
            back = back * layers[level][0] * slopes[level - 1]
    return flatten(blocks[::-1])


def sgd_step(
    theta: Any,
    widths: Sequence[int],
    batch: Iterable[tuple[Any, Any]],
    eta: Expr,
    activation: Activation,
    loss_derivative: Callable[[Expr], Expr] = lambda u: u,
) -> Any:
    """theta - eta/B sum_i l'(f(x_i) - y_i) nabla f(x_i) over the batch of (x_i, y_i); squared loss unless told."""
    layers, samples = unflatten(theta, widths), list(batch)
    total = sp.zeros(theta.rows, 1)
    for x, y in samples:
        total += loss_derivative(output(layers, x, activation) - y) * gradient(layers, x, activation)
    return (theta - eta * total / len(samples)).applyfunc(sp.cancel)


def projection(vectors: Sequence[Any], xi: Any) -> Any:
    """The orthogonal projection of xi onto span(vectors), by un-normalised Gram-Schmidt."""
    basis: list[Any] = []
    for vector in vectors:
        rest = vector - sum((b * (b.dot(vector) / b.dot(b)) for b in basis), sp.zeros(vector.rows, 1))
        if any(entry != 0 for entry in rest):
            basis.append(rest)
    return sum((b * (b.dot(xi) / b.dot(b)) for b in basis), sp.zeros(xi.rows, 1))


def square(vector: Any) -> Expr:
    """The squared Euclidean norm."""
    return vector.dot(vector)
