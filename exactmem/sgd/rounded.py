"""SGD with dyadic rounding, every step an exactly checked instance of Theorem 5.1r.

Theorem 5.1r: with 32 in place of 16 in tau and rho, all conclusions of Theorem 5.1 hold for
theta^(t+1) = theta^(t) - eta (g^(t) + e^(t)) as long as ||e^(t)|| <= lambda_min/(16 N) ||xi_par^(t)||.
"""

from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpz

from exactmem.errors import LimitError, UsageError
from exactmem.rationals import Rational, clear_denominators
from exactmem.sgd.checks import Exact, Number, Projection
from exactmem.sgd.constants import ROUNDED_FACTOR, Constants, Training, rounding_allowed
from exactmem.sgd.gradients import Differentiator
from exactmem.sgd.norms import magnitude

MAX_FRACTIONAL_BITS = 100_000
"""Most fractional bits an iterate may need."""


class RoundedStepper:
    """SGD whose iterates xi are multiples of 2^-F; F grows by 16 whenever a step's rounding error is too large."""

    mode = "rounded"

    def __init__(
        self, problem: Training, constants: Constants, start: Sequence[Rational], fractional_bits: int | None = None
    ) -> None:
        if constants.factor != ROUNDED_FACTOR:
            raise UsageError("rounded steps need the constants of Theorem 5.1r: factor 32 in tau and rho")
        self.xi = list(start)
        self.decider = Exact()
        self.theta = problem.minimum.theta
        self.differentiator = Differentiator(problem.minimum, problem.loss)
        self.projection = Projection(problem)
        self.allowed = rounding_allowed(constants.lambda_min, constants.N) ** 2
        self.fractional_bits = fractional_bits if fractional_bits is not None else 32
        self.smallest_margin: Rational | None = None

    def step(self, eta: Rational, batch: Sequence[int], p: Number) -> None:
        """xi - eta g rounded to the nearest multiples of 2^-F, with ||e|| <= lambda_min/(16N) ||xi_par|| checked."""
        position = [a + b for a, b in zip(self.theta, self.xi, strict=True)]
        gradient = self.differentiator.gradient(position, batch)
        target, denominator = clear_denominators([v - eta * g for v, g in zip(self.xi, gradient, strict=True)])
        allowed = self.allowed * eta * eta * p
        while True:
            scale = fmpz(1) << self.fractional_bits
            integers = [(2 * v * scale + denominator) // (2 * denominator) for v in target]
            # eta e = (rounded - target), over the common denominator scale * denominator.
            error = sum(((w * denominator - v * scale) ** 2 for v, w in zip(target, integers, strict=True)), fmpz(0))
            squared_error = fmpq(error, (scale * denominator) ** 2)
            if squared_error <= allowed:
                break
            self._raise(squared_error, allowed)
        self.xi = [fmpq(v, scale) for v in integers]

    def _raise(self, squared_error: Rational, allowed: Rational) -> None:
        """More fractional bits: enough for the error to fit with some room."""
        if allowed == 0:
            raise LimitError("xi_par = 0: no rounding error is allowed and the step is not a multiple of 2^-F")
        self.fractional_bits += 16 + max(0, magnitude(squared_error) - magnitude(allowed)) // 2
        if self.fractional_bits > MAX_FRACTIONAL_BITS:
            raise LimitError(f"rounded SGD would need more than {MAX_FRACTIONAL_BITS} fractional bits")

    def sizes(self) -> tuple[Number, Number]:
        """(||xi_par||^2, ||xi||^2), exactly."""
        integers, denominator = clear_denominators(self.xi)
        n = fmpq(sum((v * v for v in integers), fmpz(0)), denominator * denominator)
        return self.projection.squared(self.xi), n

    def risk_gap(self) -> Number:
        """The risk above its minimum, exactly."""
        return self.differentiator.risk_gap([a + b for a, b in zip(self.theta, self.xi, strict=True)])

    def exhausted(self) -> str | None:
        """Nothing stops a rounded run but its length."""
        return None

    def notes(self) -> dict[str, Any]:
        """The number of fractional bits at the end."""
        return {"fractional_bits": self.fractional_bits}
