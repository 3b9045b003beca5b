"""Floor 4: without-replacement SGD near a memorizing minimum, with Theorem 5.1 checked at every epoch.

The loop is the same for all modes; a `Stepper` says what one step does: exactly (below), with dyadic rounding
(`rounded`), or with balls around the true iterate (`enclosures`).
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flint import fmpq

from exactmem.errors import UsageError
from exactmem.rationals import Rational, bits, shorten
from exactmem.sgd.checks import Decider, Exact, Inequalities, Number, Projection, squared
from exactmem.sgd.constants import Constants, Problem
from exactmem.sgd.gradients import Differentiator

Partition = Sequence[Sequence[int]]

MAX_BITS = 4_000_000
"""Longest number, in bits, that an exact trajectory may reach before it stops."""


class Stepper(Protocol):
    """One mode of SGD: the state xi, one step, and exact or enclosed facts about the state."""

    @property
    def mode(self) -> str:
        """exact, rounded or arb."""

    @property
    def decider(self) -> Decider:
        """How its numbers are compared."""

    def step(self, eta: Rational, batch: Sequence[int], p: Number) -> None:
        """Replace xi by the next iterate; p = ||xi_par||^2."""

    def sizes(self) -> tuple[Number, Number]:
        """(||xi_par||^2, ||xi||^2)."""

    def risk_gap(self) -> Number:
        """R(theta* + xi) - R(theta*)."""

    def exhausted(self) -> str | None:
        """Why no further step should be taken, or None."""

    def notes(self) -> dict[str, Any]:
        """Facts about the run that only this mode has."""


class ExactStepper:
    """SGD in exact rationals; the length of the numbers grows by a factor of about 2L - 1 per step."""

    mode = "exact"

    def __init__(self, problem: Problem, start: Sequence[Rational], max_bits: int = MAX_BITS) -> None:
        self.xi = list(start)
        self.decider = Exact()
        self.max_bits = max_bits
        self.theta = problem.minimum.theta
        self.differentiator = Differentiator(problem.minimum, problem.loss)
        self.projection = Projection(problem)

    def position(self) -> list[Rational]:
        """theta* + xi."""
        return [a + b for a, b in zip(self.theta, self.xi, strict=True)]

    def step(self, eta: Rational, batch: Sequence[int], p: Number) -> None:
        """xi - eta g, exactly."""
        gradient = self.differentiator.gradient(self.position(), batch)
        self.xi = [v - eta * g for v, g in zip(self.xi, gradient, strict=True)]

    def sizes(self) -> tuple[Number, Number]:
        """(||xi_par||^2, ||xi||^2), exactly."""
        return self.projection.squared(self.xi), squared(self.xi)

    def risk_gap(self) -> Number:
        """The risk above its minimum, exactly."""
        return self.differentiator.risk_gap(self.position())

    def exhausted(self) -> str | None:
        """A sentence once a number is longer than the limit."""
        longest = max(bits(v) for v in self.xi)
        if longest > self.max_bits:
            return f"the exact iterate has numbers of {longest} bits (limit {self.max_bits}): use --mode rounded or arb"
        return None

    def notes(self) -> dict[str, Any]:
        """The length of the longest number."""
        return {"bits": max(bits(v) for v in self.xi)}


@dataclass(frozen=True)
class Epoch:
    """The state at t = kE and the checks of the epoch that ended there; None where the theorem claims nothing."""

    k: int
    t: int
    p: Number
    n: Number
    risk: Number
    checks: dict[str, bool]


@dataclass
class Run:
    """A checked trajectory: its epochs, t* (None if the condition held throughout), and how often each check held."""

    mode: str
    eta: Rational
    epochs: list[Epoch] = field(default_factory=list)
    t_star: int | None = None
    at_violation: Epoch | None = None
    steps: int = 0
    stopped: str = ""
    counts: dict[str, list[int]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def record(self, name: str, holds: bool) -> bool:
        """Count one check under its name and return it."""
        tally = self.counts.setdefault(name, [0, 0])
        tally[0 if holds else 1] += 1
        return holds

    @property
    def all_hold(self) -> bool:
        """Whether no check failed."""
        return all(failed == 0 for _, failed in self.counts.values())


def shuffled(N: int, B: int, seed: int) -> Iterator[list[list[int]]]:
    """A partition of the samples into batches of size B per epoch, shuffled anew by a seeded generator."""
    generator = random.Random(seed)
    order = list(range(N))
    while True:
        generator.shuffle(order)
        yield [order[i : i + B] for i in range(0, N, B)]


def repeated(partition: Partition) -> Iterator[Partition]:
    """The same partition in every epoch."""
    while True:
        yield partition


def check_partition(partition: Partition, N: int, B: int) -> None:
    """Raise UsageError unless the batches have size B each and hold every sample exactly once."""
    if any(len(batch) != B for batch in partition) or sorted(i for batch in partition for i in batch) != list(range(N)):
        raise UsageError(f"an epoch's batches must have {B} samples each and hold each of 0..{N - 1} exactly once")


def check_start(constants: Constants, eta: Rational, start: Sequence[Rational]) -> None:
    """Raise UsageError with the numbers unless 0 < eta < gamma and ||xi^(0)|| <= rho."""
    gamma, rho = constants.theorem.gamma, constants.theorem.rho
    if not 0 < eta < gamma:
        raise UsageError(f"the step size eta = {shorten(eta)} is not in (0, gamma) with gamma = {shorten(gamma)}")
    if len(start) != constants.P:
        raise UsageError(f"the start has {len(start)} numbers, the network has {constants.P} parameters")
    n = squared(list(start))
    if n > rho * rho:
        raise UsageError(
            f"the start is outside the ball: ||xi||^2 = {shorten(n)} > rho^2 = {shorten(rho * rho)}; "
            "take it closer to the minimum (--start auto finds one)"
        )


def follow(
    stepper: Stepper,
    constants: Constants,
    eta: Rational,
    partitions: Iterator[Partition],
    epochs: int,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
) -> Run:
    """Run SGD for at most `epochs` epochs or up to t*, and check Theorem 5.1 along the way.

    Checked: contraction and growth of every epoch, ||xi^(t)|| <= 2 ||xi^(0)|| at every t <= t*, the risk at the start,
    at every epoch and at t*. Balls may raise Undecided. Raises KinkError should a unit leave its piece.
    """
    run = Run(stepper.mode, eta)
    inequalities = Inequalities(constants, eta, stepper.decider)
    p, n = stepper.sizes()
    n_start = n
    run.epochs.append(_first(run, inequalities, stepper, p, n))
    on_epoch(run.epochs[-1])
    for k in range(epochs):
        run.stopped = _still(p, n) or stepper.exhausted() or ""
        if run.stopped:
            break
        partition = next(partitions)
        check_partition(partition, constants.N, constants.B)
        p_old, n_old = p, n
        for batch in partition:
            if not inequalities.condition(p, n):
                return _violated(run, inequalities, stepper, k, p, n, n_start)
            stepper.step(eta, batch, p)
            run.steps += 1
            p, n = stepper.sizes()
            run.record("stays near", inequalities.near(n, n_start))
        risk = stepper.risk_gap()
        checks = {
            "contraction": run.record("contraction", inequalities.contraction(p, p_old)),
            "growth": run.record("growth", inequalities.growth(n, n_old, p_old)),
            "risk by Lemma G.1": run.record("risk by Lemma G.1", inequalities.risk_by_lemma(risk, p, n)),
        }
        run.epochs.append(Epoch(k + 1, run.steps, p, n, risk, checks))
        on_epoch(run.epochs[-1])
    if not run.stopped and not inequalities.condition(p, n):
        return _violated(run, inequalities, stepper, run.epochs[-1].k, p, n, n_start)
    run.notes = stepper.notes()
    return run


def _first(run: Run, inequalities: Inequalities, stepper: Stepper, p: Number, n: Number) -> Epoch:
    risk = stepper.risk_gap()
    checks = {
        "risk at start": run.record("risk at start", inequalities.risk_at_start(risk, n)),
        "risk by Lemma G.1": run.record("risk by Lemma G.1", inequalities.risk_by_lemma(risk, p, n)),
    }
    return Epoch(0, 0, p, n, risk, checks)


def _violated(
    run: Run, inequalities: Inequalities, stepper: Stepper, k: int, p: Number, n: Number, n_start: Number
) -> Run:
    """The run ended at t*: the condition is violated for the first time."""
    risk = stepper.risk_gap()
    checks = {
        "risk at t*": run.record("risk at t*", inequalities.risk_at_violation(risk, n_start)),
        "near at t*": run.record("near at t*", inequalities.near(n, n_start)),
    }
    run.t_star = run.steps
    run.at_violation = Epoch(k, run.steps, p, n, risk, checks)
    run.stopped = f"the condition is violated at t* = {run.steps}"
    run.notes = stepper.notes()
    return run


def _still(p: Number, n: Number) -> str | None:
    if isinstance(n, fmpq) and n == 0:
        return "xi = 0: SGD stays at the minimum, t* is infinite"
    return None
