"""Floor 4: starting points theta* + xi for SGD: an admissible one found automatically, and the default step size."""

import random
from collections.abc import Sequence

from flint import fmpq

from exactmem.errors import ConstructionError
from exactmem.rationals import Rational, round_dyadic
from exactmem.sgd.checks import Exact, Inequalities, Projection, squared
from exactmem.sgd.constants import Constants, Problem
from exactmem.sgd.norms import magnitude, root, rounded

START_BITS = 24
"""Significant bits of an automatic start's largest entry."""


def automatic_step_size(constants: Constants) -> Rational:
    """A short rational just below gamma: 255/256 of it, rounded down to 8 significant bits."""
    return rounded(constants.theorem.gamma * fmpq(255, 256), 8, "down")


def automatic_start(problem: Problem, constants: Constants, seed: int = 0) -> list[Rational]:
    """A xi^(0) with ||xi^(0)|| <= rho and t* > 0: a short dyadic vector close to span(nu).

    xi is a seeded combination of the nu_i with ||xi|| about min(rho, 1/tau)/2. On the span itself ||xi_par|| = ||xi||,
    so ||xi_par|| >= tau ||xi||^2 reads ||xi|| <= 1/tau; after rounding both conditions are checked exactly.
    """
    generator = random.Random(seed)
    rho, tau = constants.theorem.rho, constants.theorem.tau
    limit = min(rho, 1 / tau) / 2
    inequalities = Inequalities(constants, constants.theorem.gamma / 2, Exact())
    projection = Projection(problem)
    gradients = [t.gradient() for t in problem.traces]
    for _ in range(64):
        weights = [generator.choice((-1, 1)) * generator.randint(1, 8) for _ in gradients]
        direction = [
            sum((w * v for w, v in zip(weights, column, strict=True)), fmpq(0))
            for column in zip(*gradients, strict=True)
        ]
        start = scaled_to(direction, limit)
        n = squared(start)
        if 0 < n <= rho * rho and inequalities.condition(projection.squared(start), n):
            return start
    raise ConstructionError("no admissible start was found among 64 combinations of the gradients; please report this")


def scaled_to(direction: Sequence[Rational], length: Rational, bits: int = START_BITS) -> list[Rational]:
    """A dyadic vector of norm at most about `length` in the given direction; zeros for the zero vector."""
    norm2 = squared(list(direction))
    if norm2 == 0:
        return [fmpq(0)] * len(direction)
    factor = length / root(norm2, bits + 8, "up")
    fractional = bits - magnitude(length)
    return [round_dyadic(v * factor, fractional, "down") for v in direction]
