"""Theorem 5.1's inequalities along a trajectory, decided on squares.

p = ||xi_par||^2 and n = ||xi||^2 are exact rationals, or balls around them. `Exact` decides every comparison; `Balls`
raises `Undecided` where the balls overlap, and never takes "not less" for "greater".
"""

__all__ = ["FEW", "Balls", "Decider", "Exact", "Inequalities", "Number", "Projection", "Undecided", "squared"]

from functools import cached_property
from typing import Any, Protocol

from flint import arb, fmpq, fmpq_mat

from exactmem.rationals import Rational
from exactmem.sgd.constants import Constants, Training
from exactmem.sgd.norms import sum_of_roots_sign

Number = Any
"""An exact rational or a ball."""


class Undecided(Exception):
    """Balls too wide for a comparison: more precision is needed."""


class Decider(Protocol):
    """How two numbers are compared."""

    def at_most(self, a: Number, b: Number) -> bool:
        """a <= b."""

    def roots_at_most(self, c: Number, a: Number, b: Number) -> bool:
        """sqrt(c) <= sqrt(a) + sqrt(b)."""


class Exact:
    """Decides comparisons of rationals."""

    def at_most(self, a: Number, b: Number) -> bool:
        """a <= b."""
        return bool(a <= b)

    def roots_at_most(self, c: Number, a: Number, b: Number) -> bool:
        """sqrt(c) <= sqrt(a) + sqrt(b), without roots."""
        return sum_of_roots_sign(c, a, b) <= 0


class Balls:
    """Decides comparisons of balls, or raises Undecided."""

    def at_most(self, a: Number, b: Number) -> bool:
        """a <= b for all points of the balls, or a > b for all points."""
        if a <= b:
            return True
        if a > b:
            return False
        raise Undecided

    def roots_at_most(self, c: Number, a: Number, b: Number) -> bool:
        """sqrt(c) <= sqrt(a) + sqrt(b) for all points of the balls, or the contrary for all points."""
        return self.at_most(_root(c), _root(a) + _root(b))


def _root(value: Number) -> Any:
    """A ball around the root of a number known to be non-negative; its square may reach below 0 by rounding."""
    return arb(value).nonnegative_part().sqrt()


FEW = 4
"""Points that are projected by solving a linear system each, before an inverse, with its far longer numbers, pays."""


class Projection:
    """||xi_par||^2 for the orthogonal projection of xi onto span(nu_1, ..., nu_N).

    With V the rank x P matrix of a maximal independent choice of nu_i and c = V xi, it is c^T (V V^T)^{-1} c.
    """

    def __init__(self, problem: Training, matrix: Any = fmpq_mat) -> None:
        rows = [problem.traces[i].gradient() for i in problem.spectrum.pivots]
        self.problem, self.matrix, self.size = problem, matrix, len(rows[0])
        self.rows = matrix(fmpq_mat(rows))
        self.to_solve = FEW if matrix is fmpq_mat else 0

    @cached_property
    def inverse(self) -> Any:
        """(V V^T)^{-1}."""
        return self.matrix(self.problem.inverse_gram)

    def squared(self, xi: list[Number]) -> Number:
        """||xi_par||^2, exactly or as a ball."""
        products = self.rows * self.matrix(self.size, 1, xi)
        return (products.transpose() * self._weights(products))[0, 0]

    def parallel(self, xi: list[Number]) -> list[Number]:
        """xi_par = V^T (V V^T)^{-1} V xi itself, exactly or as balls."""
        products = self.rows * self.matrix(self.size, 1, xi)
        return list((self.rows.transpose() * self._weights(products)).entries())

    def _weights(self, products: Any) -> Any:
        """(V V^T)^{-1} times a column."""
        if self.to_solve:
            self.to_solve -= 1
            return self.problem.independent_gram.solve(products)
        return self.inverse * products


class Inequalities:
    """The inequalities of Theorem 5.1 for one set of constants and one step size, each on squares."""

    def __init__(self, constants: Constants, eta: Rational, decider: Decider) -> None:
        self.decider = decider
        lemma, theorem = constants.lemma, constants.theorem
        self.tau2 = theorem.tau**2
        self.rate = eta * theorem.lam
        self.C, self.C1, self.C2_squared, self.C3_squared = theorem.C, lemma.C_1, lemma.C_2**2, lemma.C_3**2
        self.start_factor = lemma.C_1 * (lemma.C_2 + lemma.C_3 * theorem.rho) ** 2

    def condition(self, p: Number, n: Number) -> bool:
        """||xi_par|| >= tau ||xi||^2; equality satisfies it."""
        return self.decider.at_most(self.tau2 * n * n, p)

    def contraction(self, p_next: Number, p: Number) -> bool:
        """||xi_par^(kE+E)|| <= (1 - eta lambda) ||xi_par^(kE)||."""
        return self.decider.at_most(p_next, (1 - self.rate) ** 2 * p)

    def growth(self, n_next: Number, n: Number, p: Number) -> bool:
        """||xi^(kE+E)|| <= ||xi^(kE)|| + eta lambda ||xi_par^(kE)||."""
        return self.decider.roots_at_most(n_next, n, self.rate * self.rate * p)

    def near(self, n: Number, n_start: Number) -> bool:
        """||xi^(t)|| <= 2 ||xi^(0)||."""
        return self.decider.at_most(n, 4 * n_start)

    def risk_by_lemma(self, gap: Number, p: Number, n: Number) -> bool:
        """R(theta) - R(theta*) <= C_1 (C_2 ||xi_par|| + C_3 ||xi||^2)^2 (Lemma G.1)."""
        return self.decider.roots_at_most(gap * (1 / self.C1), self.C2_squared * p, self.C3_squared * n * n)

    def risk_at_start(self, gap: Number, n: Number) -> bool:
        """R(theta^(0)) - R(theta*) <= C_1 (C_2 + C_3 rho)^2 ||xi^(0)||^2."""
        return self.decider.at_most(gap, self.start_factor * n)

    def risk_at_violation(self, gap: Number, n_start: Number) -> bool:
        """R(theta^(t*)) - R(theta*) <= C ||xi^(0)||^4."""
        return self.decider.at_most(gap, self.C * n_start * n_start)


def squared(xi: list[Number]) -> Number:
    """||xi||^2, exactly or as a ball."""
    return sum((v * v for v in xi), fmpq(0))
