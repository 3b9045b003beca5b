"""Every constant of Theorem 5.1 for a concrete network, as rationals on the safe side.

The formulas of Appendix G hold for any upper bounds C_1, ..., C_6, lambda_max and lower bounds rho_s, lambda_min, as
long as the same numbers are used throughout; so `value` below is computed from the other values, and is exact as a
constant of the theorem. [low, high] encloses what the recipes of `lemma_g1` give without any rounding.
"""

__all__ = [
    "EXACT_FACTOR",
    "FLOOR",
    "NO_KINK_RADIUS",
    "ROUNDED_FACTOR",
    "Constants",
    "LemmaConstants",
    "TheoremConstants",
    "Training",
    "check_batch",
    "constants",
    "epochs_needed",
    "first_constant",
    "fourth_constant",
    "largest_residual",
    "risk_constant",
    "rounding_allowed",
    "second_branch",
    "theorem_constants",
]

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import flint
from flint import arb, fmpq, fmpq_mat

from exactmem.errors import UsageError
from exactmem.rationals import Direction, Rational, shorten
from exactmem.sgd.gradients import Trace, gram, traces
from exactmem.sgd.lemma_g1 import (
    SampleBounds,
    SampleNorms,
    kink_free_radius,
    sample_bounds,
    sample_norms,
    squared_C5,
)
from exactmem.sgd.loss import Loss
from exactmem.sgd.memorizer import Memorizer
from exactmem.sgd.norms import decimal_bound, root, rounded
from exactmem.sgd.spectrum import Enclosure, PositiveSpectrum

FLOOR = fmpq(1, 2**32)
"""Least value of C_3, C_4 and C_5: they are zero for linear or all-saturated networks, and tau must be positive."""

EXACT_FACTOR, ROUNDED_FACTOR = 16, 32
"""The factor in tau and rho: 16 in Theorem 5.1, 32 where steps are rounded (Theorem 5.1r)."""

NO_KINK_RADIUS = fmpq(1)
"""rho_s where no unit has a kink and rho_c is infinite."""


@dataclass(frozen=True)
class LemmaConstants:
    """rho_s and C_1, ..., C_6 of Lemma G.1, all rounded to one side."""

    rho_s: Rational
    C_1: Rational
    C_2: Rational
    C_3: Rational
    C_4: Rational
    C_5: Rational
    C_6: Rational


@dataclass(frozen=True)
class TheoremConstants:
    """tau, rho, gamma, lambda and C of Theorem 5.1 (or 5.1r) from the constants of Lemma G.1 and the spectrum."""

    tau: Rational
    rho: Rational
    gamma: Rational
    lam: Rational
    C: Rational


@dataclass(frozen=True)
class Constants:
    """All constants of Theorem 5.1 for one network, loss, batch size and factor (16, or 32 for rounded steps)."""

    lemma: LemmaConstants
    theorem: TheoremConstants
    lambda_min: Rational
    lambda_max: Rational
    rho_c: Rational | None
    factor: int
    N: int
    B: int
    P: int
    rank: int
    enclosures: dict[str, Enclosure]
    bounds: tuple[SampleBounds, ...]
    multiplicities: tuple[int, int]

    @property
    def E(self) -> int:
        """Steps per epoch, N/B."""
        return self.N // self.B

    @property
    def relative_width(self) -> Rational:
        """The largest relative width of an enclosure."""
        return max(e.relative_width for e in self.enclosures.values())

    def named(self) -> dict[str, Rational]:
        """Every constant's value by its name."""
        names = {f.name: getattr(self.lemma, f.name) for f in fields(self.lemma)}
        names |= {"lambda_min": self.lambda_min, "lambda_max": self.lambda_max}
        return names | {
            ("lambda" if f.name == "lam" else f.name): getattr(self.theorem, f.name) for f in fields(self.theorem)
        }


class Training:
    """What the constants of one memorizing minimum and loss are computed from; batch size and precision come later."""

    def __init__(self, minimum: Memorizer, loss: Loss) -> None:
        self.minimum, self.loss = minimum, loss
        self.labels = [y[0] for y in minimum.dataset.labels]
        self.curvatures = [loss.curvature(y) for y in self.labels]
        self.traces: list[Trace] = traces(minimum)
        self.gram: Any = gram(self.traces)
        self.nu2 = [self.gram[i, i] for i in range(minimum.N)]
        self.norms: list[SampleNorms] = [sample_norms(minimum, t, i) for i, t in enumerate(self.traces)]
        self.spectrum = PositiveSpectrum(self.gram, self.curvatures)

    @cached_property
    def independent_gram(self) -> Any:
        """The Gram matrix of the independent nu_i that `spectrum.pivots` names, as `fmpq_mat`; it has an inverse."""
        chosen = self.spectrum.pivots
        return fmpq_mat([[self.gram[i, j] for j in chosen] for i in chosen])

    @cached_property
    def inverse_gram(self) -> Any:
        """The inverse of `independent_gram`."""
        return self.independent_gram.inv()

    def lemma(self, rho_s: Rational, bits: int, side: Direction) -> tuple[LemmaConstants, tuple[SampleBounds, ...]]:
        """C_1, ..., C_6 for the radius rho_s with every rounding on the given side, and the samples' bounds.

        C_2 = max ||nu_i||, C_6 = max l''_i ||nu_i||. With U = C_2 rho_s + C_3 rho_s^2 >= |f(x_i) - y_i|:
        C_1 = sup l''/2 and C_4 = l'' C_3 + sup |l'''| (C_2 + C_3 rho_s)^2/2 over |u| <= U, because
        l(u) - l(0) = l''(.) u^2/2, and R_i = l'' f2 + l'''(.) u^2/2 with |f2| <= C_3 r^2, |u| <= (C_2 + C_3 rho_s) r.
        (The printed (21) has a second factor 1/2 on l''', which is wrong.)
        """
        bounds = tuple(sample_bounds(n, rho_s, bits, side) for n in self.norms)
        C_2 = root(max(self.nu2), bits, side)
        C_6 = root(max(c * c * q for c, q in zip(self.curvatures, self.nu2, strict=True)), bits, side)
        C_3 = max(FLOOR, *(b.C3 for b in bounds))
        C_5 = max(FLOOR, root(max(squared_C5(b) for b in bounds), bits, side))
        radius = largest_residual(C_2, C_3, rho_s)
        C_1 = first_constant(max(self.loss.curvature_bound(radius, y) for y in self.labels))
        third = max(self.loss.third_bound(radius, y) for y in self.labels)
        C_4 = max(FLOOR, fourth_constant(max(self.curvatures), third, C_2, C_3, rho_s))
        return LemmaConstants(rho_s, rounded(C_1, bits, side), C_2, C_3, rounded(C_4, bits, side), C_5, C_6), bounds

    def choose_rho_s(self, rho_c: Rational | None, lambda_min: Rational, factor: int, bits: int) -> Rational:
        """A rho_s <= rho_c: large enough not to be what limits rho, and otherwise small, for smaller C_1, C_4, C_5."""
        limit = NO_KINK_RADIUS if rho_c is None else rho_c
        chosen = limit
        for _ in range(2):
            lemma, _ = self.lemma(chosen, bits, "up")
            chosen = min(limit, rounded(second_branch(lemma, lambda_min, self.minimum.N, factor), bits, "up"))
        return chosen


def largest_residual(C_2: Rational, C_3: Rational, rho_s: Rational) -> Rational:
    """U = C_2 rho_s + C_3 rho_s^2, which no |f(x_i) - y_i| exceeds while ||xi|| <= rho_s."""
    return C_2 * rho_s + C_3 * rho_s**2


def first_constant(curvature_bound: Rational) -> Rational:
    """C_1 from the largest l'' for residuals up to U."""
    return curvature_bound / 2


def fourth_constant(curvature: Rational, third: Rational, C_2: Rational, C_3: Rational, rho_s: Rational) -> Rational:
    """C_4 from the largest l'' at the minimum and the largest |l'''| for residuals up to U."""
    return curvature * C_3 + third * (C_2 + C_3 * rho_s) ** 2 / 2


def second_branch(lemma: LemmaConstants, lambda_min: Rational, N: int, factor: int) -> Rational:
    """The second argument of the minimum in rho."""
    return lambda_min * lemma.C_2 / (factor * lemma.C_2 * lemma.C_5 * lemma.C_6 * N + lambda_min * lemma.C_5)


def theorem_constants(
    lemma: LemmaConstants,
    lambda_min: Rational,
    lambda_max: Rational,
    N: int,
    B: int,
    factor: int,
    least: Callable[[Rational, Rational], Rational] = min,
) -> TheoremConstants:
    """tau, rho, gamma, lambda and C by the formulas of Appendix G, exactly; `least` is for symbols, which have no min.

    gamma is its second branch alone: the first, 8 B log 2/lambda_min, is always larger.
    """
    tau = factor * lemma.C_2 * lemma.C_4 * N / lambda_min
    rho = least(lemma.rho_s, second_branch(lemma, lambda_min, N, factor)) / 2
    E = N // B
    gamma = lambda_min * B / (2 * lambda_max**2 * E**2)
    return TheoremConstants(tau, rho, gamma, lambda_min / (4 * B), risk_constant(lemma, tau))


def risk_constant(lemma: LemmaConstants, tau: Rational) -> Rational:
    """C for a given tau."""
    return 16 * lemma.C_1 * (lemma.C_2 * tau + lemma.C_3) ** 2


def rounding_allowed(lambda_min: Rational, N: int) -> Rational:
    """The largest ||e|| / ||xi_par|| of a rounded step in Theorem 5.1r."""
    return lambda_min / (16 * N)


def check_batch(N: int, B: int) -> None:
    """Raise UsageError unless B is a positive divisor of N."""
    if not (0 < B <= N and N % B == 0):
        divisors = [b for b in range(1, N + 1) if N % b == 0]
        raise UsageError(
            f"batch size {B} does not divide N = {N}: Theorem 5.1 needs N = B E; use one of "
            f"{', '.join(map(str, divisors))}"
        )


def constants(problem: Training, B: int, factor: int = EXACT_FACTOR, bits: int = 32, rho_s: Any = None) -> Constants:
    """All constants, each enclosure of relative width at most 2**-bits; rho_s is chosen unless given.

    Raises UsageError when B does not divide N or a given rho_s is not in (0, rho_c].
    """
    check_batch(problem.minimum.N, B)
    working = bits + 8
    while True:
        result = _constants(problem, B, factor, working, rho_s)
        if result.relative_width * 2**bits <= 1:
            return result
        working += bits + 8


def _constants(problem: Training, B: int, factor: int, bits: int, given: Rational | None) -> Constants:
    N = problem.minimum.N
    smallest, largest = problem.spectrum.smallest(bits), problem.spectrum.largest(bits)
    radius = kink_free_radius(problem.norms, bits)
    rho_c = None if radius is None else radius.safe
    if given is not None and not (0 < given and (rho_c is None or given <= rho_c)):
        limit = "infinite" if rho_c is None else decimal_bound(rho_c, "down") + " (rounded down)"
        raise UsageError(f"rho_s = {shorten(given)} is not in (0, rho_c]; rho_c is {limit}")
    rho_s = given if given is not None else problem.choose_rho_s(rho_c, smallest.safe, factor, bits)
    up, bounds = problem.lemma(rho_s, bits, "up")
    down, _ = problem.lemma(rho_s, bits, "down")
    theorem = _shortened(theorem_constants(up, smallest.safe, largest.safe, N, B, factor), up, bits)
    enclosures = {name: Enclosure(getattr(down, name), getattr(up, name), getattr(up, name)) for name in _UPPER}
    enclosures |= {"lambda_min": smallest, "lambda_max": largest} | ({"rho_c": radius} if radius is not None else {})
    enclosures |= _theorem_enclosures(theorem, down, up, smallest, largest, N, B, factor)
    return Constants(
        lemma=up,
        theorem=theorem,
        lambda_min=smallest.safe,
        lambda_max=largest.safe,
        rho_c=rho_c,
        factor=factor,
        N=N,
        B=B,
        P=problem.minimum.P,
        rank=problem.spectrum.rank,
        enclosures=enclosures,
        bounds=bounds,
        multiplicities=(problem.spectrum.multiplicity(smallest), problem.spectrum.multiplicity(largest)),
    )


_UPPER = ("C_1", "C_2", "C_3", "C_4", "C_5", "C_6")


def _shortened(exact: TheoremConstants, lemma: LemmaConstants, bits: int) -> TheoremConstants:
    """The constants as short dyadics on the safe side; lambda stays exact, as contraction and growth share it."""
    tau = rounded(exact.tau, bits, "up")
    rho, gamma = (rounded(value, bits, "down") for value in (exact.rho, exact.gamma))
    return TheoremConstants(tau, rho, gamma, exact.lam, rounded(risk_constant(lemma, tau), bits, "up"))


def _theorem_enclosures(
    value: TheoremConstants,
    down: LemmaConstants,
    up: LemmaConstants,
    smallest: Enclosure,
    largest: Enclosure,
    N: int,
    B: int,
    factor: int,
) -> dict[str, Enclosure]:
    """tau, rho, gamma, lambda and C between rationals around their values without rounding (rho_s is exact).

    tau and C grow with every C_i and fall with lambda_min; rho grows with C_2 and lambda_min and falls with C_5, C_6.
    """
    best = theorem_constants(down, smallest.high, largest.low, N, B, factor)
    low_rho, high_rho = (
        theorem_constants(replace(others, C_2=C_2), lambda_min, largest.low, N, B, factor).rho
        for others, C_2, lambda_min in ((up, down.C_2, smallest.low), (down, up.C_2, smallest.high))
    )
    return {
        "tau": Enclosure(best.tau, value.tau, value.tau),
        "rho": Enclosure(min(low_rho, value.rho), high_rho, value.rho),
        "gamma": Enclosure(value.gamma, best.gamma, value.gamma),
        "lambda": Enclosure(value.lam, best.lam, value.lam),
        "C": Enclosure(best.C, value.C, value.C),
    }


def epochs_needed(constants: Constants, eta: Rational, n_start: Rational) -> int | None:
    """Corollary K: a K with (1 - eta lambda)^K <= 4 tau ||xi^(0)||; None for xi^(0) = 0.

    After K epochs, or at t* if that comes first, the risk gap is at most C ||xi^(0)||^4. K is the closed form
    ceil(log(1/(4 tau ||xi^(0)||)) / -log(1 - eta lambda)) in ball arithmetic, rounded up; K = 0 where that is negative.
    """
    if n_start == 0:
        return None
    product = 16 * constants.theorem.tau**2 * n_start
    if product >= 1:
        return 0
    with flint.ctx.workprec(256):
        quotient = -arb(product).log() / 2 / -arb(-eta * constants.theorem.lam).log1p()
        return int(quotient.upper().ceil().unique_fmpz())
