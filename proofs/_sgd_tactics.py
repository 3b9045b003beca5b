"""Tools of the `sgd_*` scripts: Theorem 5.1's constants, inequalities with slack variables, and a small exact network.

Inequalities are proved by nonnegative coefficients: every hypothesis is used up by a substitution with a slack
variable, after which numerator and denominator of the difference are polynomials with coefficients of one sign.
When that fails, rational points are searched, so that a wrong line is reported with parameters at which it is wrong.
"""

import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import sympy as sp

from exactmem.claims import ProofFailure, Result, Verdict, claim, require
from proofs._tactics import gap, index, positive_index, slack

Expr = Any

C1, C2, C3, C4, C5, C6 = (gap(f"C_{number}") for number in range(1, 7))
LAMBDA_MIN = gap("lambda_min")
SPREAD = slack("spread")
LAMBDA_MAX = LAMBDA_MIN * (1 + SPREAD)
B = positive_index("B")
E = 1 + index("E_minus_1")
N = B * E
STEP_SLACK = gap("step_slack")


@dataclass(frozen=True)
class Constants:
    """The numeric factors in Theorem 5.1's constants (Appendix G); the symbolic values are the properties.

    rho = rho_factor * min(rho_s, radius). `rounding_factor` is the size of the additional error e of a rounded step,
    ||e|| <= rounding_factor * lambda_min / N * ||xi_par||; it is zero for the theorem as the paper states it.
    """

    tau_factor: Expr
    radius_factor: Expr
    rho_factor: Expr
    gamma_factor: Expr
    lambda_factor: Expr
    risk_factor: Expr
    rounding_factor: Expr

    @property
    def tau(self) -> Expr:
        """tau = 16 C_2 C_4 N / lambda_min."""
        return self.tau_factor * C2 * C4 * N / LAMBDA_MIN

    @property
    def radius(self) -> Expr:
        """The second branch of rho: lambda_min C_2 / (16 C_2 C_5 C_6 N + lambda_min C_5)."""
        return LAMBDA_MIN * C2 / (self.radius_factor * C2 * C5 * C6 * N + LAMBDA_MIN * C5)

    @property
    def gamma(self) -> Expr:
        """gamma = lambda_min B / (2 lambda_max^2 E^2), the branch of the printed minimum that binds."""
        return self.gamma_factor * LAMBDA_MIN * B / (LAMBDA_MAX**2 * E**2)

    @property
    def lam(self) -> Expr:
        """lambda = lambda_min / (4 B)."""
        return self.lambda_factor * LAMBDA_MIN / B

    @property
    def eta(self) -> Expr:
        """An arbitrary step size 0 < eta < gamma, written with a positive slack."""
        return self.gamma / (1 + STEP_SLACK)

    @property
    def rounding(self) -> Expr:
        """The largest admissible ||e|| / ||xi_par|| of a rounded step."""
        return self.rounding_factor * LAMBDA_MIN / N


APPENDIX_G = Constants(
    tau_factor=sp.Integer(16),
    radius_factor=sp.Integer(16),
    rho_factor=sp.Rational(1, 2),
    gamma_factor=sp.Rational(1, 2),
    lambda_factor=sp.Rational(1, 4),
    risk_factor=sp.Integer(16),
    rounding_factor=sp.Integer(0),
)
ROUNDED = replace(
    APPENDIX_G,
    tau_factor=sp.Integer(32),
    radius_factor=sp.Integer(32),
    rounding_factor=sp.Rational(1, 16),
)


Proof = TypeVar("Proof", bound=Callable[..., Result])


def claim_with_constants(
    *, id: str, source: str, place: str, statement: str, expected: Verdict, corrects: str = ""
) -> Callable[[Proof], Proof]:
    """`claim` for a proof function whose constants have defaults: the ledger calls it bare, tests change them."""
    register = claim(id=id, source=source, place=place, statement=statement, expected=expected, corrects=corrects)

    def decorate(prove: Proof) -> Proof:
        register(prove)
        return prove

    return decorate


def _coefficients_of_one_sign(poly: Any) -> bool:
    return all(coefficient >= 0 for coefficient in poly.coeffs())


def _has_positive_term(poly: Any) -> bool:
    """Whether some monomial with a positive coefficient uses only strictly positive symbols."""
    return any(
        coefficient > 0 and all(s.is_positive for s, power in zip(poly.gens, monomial, strict=True) if power)
        for monomial, coefficient in poly.terms()
    )


def _fraction(expression: Expr) -> tuple[Any, Any]:
    """Numerator and denominator as polynomials over QQ, the denominator's leading coefficient positive."""
    symbols = sorted(expression.free_symbols, key=str) or [sp.Symbol("unused", positive=True)]
    if any(symbol.is_nonnegative is not True for symbol in symbols):
        raise ProofFailure(f"a symbol without a known sign: {symbols}")
    top, bottom = (sp.Poly(part, *symbols, domain="QQ") for part in sp.fraction(sp.together(expression)))
    return (-top, -bottom) if bottom.LC() < 0 else (top, bottom)


def _sample(symbol: Any, source: random.Random) -> Any:
    if symbol.is_integer:
        return sp.Integer(source.randint(0 if symbol.is_zero is None else 1, 6))
    if not symbol.is_positive and source.random() < 0.3:
        return sp.Integer(0)
    return sp.Rational(2) ** source.randint(-10, 10)


def find_violation(top: Any, bottom: Any, *, strict: bool, tries: int = 3000) -> dict[str, Any] | None:
    """Rational parameters at which top/bottom is negative (or not positive, for `strict`), if the search finds any."""
    source = random.Random(5)
    for _ in range(tries):
        point = [_sample(symbol, source) for symbol in top.gens]
        below = bottom(*point)
        if below == 0:
            continue
        value = top(*point) / below
        if value < 0 or (strict and value == 0):
            return dict(zip(map(str, top.gens), point, strict=True))
    return None


def nonnegative(expression: Expr, step: str, *, strict: bool = False) -> None:
    """ProofFailure, with a violating point where one is found, unless expression >= 0 (> 0 for `strict`)
    for all values of its symbols, by the argument from nonnegative coefficients."""
    top, bottom = _fraction(sp.sympify(expression))
    certified = _coefficients_of_one_sign(top) and _coefficients_of_one_sign(bottom) and _has_positive_term(bottom)
    if certified and (not strict or _has_positive_term(top)):
        return
    point = find_violation(top, bottom, strict=strict)
    if point is None:
        raise ProofFailure(f"{step}: no certificate of nonnegative coefficients")
    raise ProofFailure(f"{step}: false at {', '.join(f'{name} = {value}' for name, value in point.items())}")


def at_most(small: Expr, large: Expr, step: str) -> None:
    """ProofFailure unless small <= large for all values of the symbols."""
    nonnegative(sp.sympify(large) - small, step)


def less(small: Expr, large: Expr, step: str) -> None:
    """ProofFailure unless small < large for all values of the symbols."""
    nonnegative(sp.sympify(large) - small, step, strict=True)


def identical(left: Expr, right: Expr, step: str) -> None:
    """ProofFailure unless the two expressions (commutative or not) expand to the same polynomial or fraction."""
    difference = sp.expand(left - right)
    if difference != 0 and difference.is_commutative:
        difference = sp.expand(sp.fraction(sp.together(difference))[0])
    require(bool(difference == 0), f"{step}: {sp.sstr(difference)} = 0")


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
