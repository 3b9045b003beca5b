"""Starting points theta* + xi for SGD: an admissible one found automatically, and the default step size."""

__all__ = ["ATTEMPTS", "START_BITS", "automatic_start", "automatic_step_size", "edge_start", "scaled_to"]

import random
from collections.abc import Sequence

from flint import fmpq

from exactmem.errors import ConstructionError
from exactmem.rationals import Rational, round_dyadic
from exactmem.sgd.checks import Exact, Inequalities, Projection, squared
from exactmem.sgd.constants import Constants, Training
from exactmem.sgd.norms import magnitude, root, rounded

ATTEMPTS = 64
"""Most candidates that are tried for a start."""

START_BITS = 24
"""Significant bits of an automatic start's largest entry."""


def automatic_step_size(constants: Constants) -> Rational:
    """A short rational just below gamma: 255/256 of it, rounded down to 8 significant bits."""
    return rounded(constants.theorem.gamma * fmpq(255, 256), 8, "down")


def automatic_start(problem: Training, constants: Constants, seed: int = 0) -> list[Rational]:
    """A xi^(0) with ||xi^(0)|| <= rho and t* > 0: a short dyadic vector close to span(nu).

    xi is a seeded combination of the nu_i with ||xi|| about min(rho, 1/tau)/2. On the span itself ||xi_par|| = ||xi||,
    so ||xi_par|| >= tau ||xi||^2 reads ||xi|| <= 1/tau; after rounding both conditions are checked exactly.
    """
    generator = random.Random(seed)
    limit = min(constants.theorem.rho, 1 / constants.theorem.tau) / 2
    admissible = _Admissible(problem, constants)
    for _ in range(ATTEMPTS):
        start = scaled_to(_combination(problem, generator), limit)
        if admissible(start):
            return start
    raise ConstructionError(
        f"none of {ATTEMPTS} combinations of the gradients is an admissible start; please report this"
    )


def edge_start(problem: Training, constants: Constants, seed: int = 0) -> list[Rational]:
    """A xi^(0) with ||xi^(0)|| about rho/2 for which ||xi_par|| barely exceeds tau ||xi||^2, so that t* comes early.

    The perpendicular part is a seeded random vector minus its projection, shortened if tau ||xi||^2 is too large for
    it. ConstructionError when span(nu) is the whole space: then nothing is perpendicular.
    """
    generator = random.Random(seed)
    rho, tau = constants.theorem.rho, constants.theorem.tau
    admissible = _Admissible(problem, constants)
    for attempt in range(ATTEMPTS):
        random_vector = [fmpq(generator.randint(-9, 9)) for _ in range(constants.P)]
        parallel = admissible.projection.parallel(random_vector)
        length = min(rho, 1 / tau) / 2 ** (1 + attempt // 8)
        across = scaled_to([a - b for a, b in zip(random_vector, parallel, strict=True)], length)
        along = scaled_to(_combination(problem, generator), tau * squared(across) * fmpq(33, 32))
        start = [a + b for a, b in zip(across, along, strict=True)]
        if any(across) and admissible(start):
            return start
    raise ConstructionError(
        "no start was found where the condition barely holds (nothing is perpendicular to all gradients if their rank "
        f"{constants.rank} is the number of parameters {constants.P}): use --start auto"
    )


class _Admissible:
    """Whether a start lies in the ball, satisfies the condition, and is not the minimum itself; decided exactly."""

    def __init__(self, problem: Training, constants: Constants) -> None:
        self.projection = Projection(problem)
        self.rho2 = constants.theorem.rho**2
        self.inequalities = Inequalities(constants, constants.theorem.gamma / 2, Exact())

    def __call__(self, start: list[Rational]) -> bool:
        n = squared(start)
        return bool(0 < n <= self.rho2) and self.inequalities.condition(self.projection.squared(start), n)


def _combination(problem: Training, generator: random.Random) -> list[Rational]:
    """A seeded combination of the nu_i with small integer weights."""
    gradients = [t.gradient() for t in problem.traces]
    weights = [generator.choice((-1, 1)) * generator.randint(1, 8) for _ in gradients]
    return [
        sum((w * v for w, v in zip(weights, column, strict=True)), fmpq(0)) for column in zip(*gradients, strict=True)
    ]


def scaled_to(direction: Sequence[Rational], length: Rational, bits: int = START_BITS) -> list[Rational]:
    """A dyadic vector of norm at most about `length` in the given direction; zeros for the zero vector."""
    norm2 = squared(list(direction))
    if norm2 == 0:
        return [fmpq(0)] * len(direction)
    factor = length / root(norm2, bits + 8, "up")
    fractional = bits - magnitude(length)
    return [round_dyadic(v * factor, fractional, "down") for v in direction]
