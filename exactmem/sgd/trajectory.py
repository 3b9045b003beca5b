"""Without-replacement SGD near a memorizing minimum, with Theorem 5.1 checked at every epoch.

The loop is the same for all modes; a `Stepper` says what one step does: exactly (below), with dyadic rounding
(`rounded`), or with balls around the true iterate (`enclosures`).
"""

__all__ = [
    "MAX_BITS",
    "Epoch",
    "ExactStepper",
    "Partition",
    "Run",
    "Stepper",
    "check_partition",
    "check_record",
    "check_start",
    "follow",
    "repeated",
    "shuffled",
]

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from flint import fmpq

from exactmem.errors import UsageError
from exactmem.rationals import Rational, bits, shorten
from exactmem.sgd.checks import Decider, Exact, Inequalities, Number, Projection, squared
from exactmem.sgd.constants import Constants, Training
from exactmem.sgd.gradients import Differentiator
from exactmem.sgd.norms import decimal_bound

Partition = Sequence[Sequence[int]]

MAX_BITS = 1 << 23
"""Most bits, over all numbers of the next iterate, that an exact trajectory may be expected to need."""


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

    def __init__(self, problem: Training, start: Sequence[Rational], max_bits: int = MAX_BITS) -> None:
        self.xi = list(start)
        self.decider = Exact()
        self.max_bits, self.growth = max_bits, 2 * problem.minimum.L - 1
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
        """A sentence once the next iterate is expected to be longer than the limit."""
        expected = self.growth * sum(bits(v) for v in self.xi)
        if expected > self.max_bits:
            return (
                f"the next exact iterate would have about {expected} bits (limit {self.max_bits}): "
                "use the mode rounded or arb for a longer run"
            )
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
    """A checked trajectory: its epochs, t* (None if the condition held throughout), and how often each check held.

    `stopped` says why the run ended before its last epoch; `exhausted` whether that was a resource limit.
    """

    mode: str
    eta: Rational
    epochs: list[Epoch] = field(default_factory=list)
    t_star: int | None = None
    at_violation: Epoch | None = None
    steps: int = 0
    stopped: str = ""
    exhausted: bool = False
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


def check_partition(partition: Partition, N: int, B: int, epoch: int) -> None:
    """Raise UsageError unless the batches of epoch number `epoch` (from 0) have size B and hold every sample once."""
    if any(len(batch) != B for batch in partition) or sorted(i for batch in partition for i in batch) != list(range(N)):
        raise UsageError(
            f"epoch {epoch}: the batches must have {B} samples each and hold each of 0..{N - 1} exactly once"
        )


def check_start(constants: Constants, eta: Rational, start: Sequence[Rational]) -> None:
    """Raise UsageError with the numbers unless 0 < eta < gamma and ||xi^(0)|| <= rho."""
    gamma, rho = constants.theorem.gamma, constants.theorem.rho
    if not 0 < eta < gamma:
        raise UsageError(
            f"the step size eta = {shorten(eta)} is not in (0, gamma) with gamma = "
            f"{decimal_bound(gamma, 'down')} (rounded down)"
        )
    if len(start) != constants.P:
        raise UsageError(f"the start has {len(start)} numbers, the network has {constants.P} parameters")
    n = squared(list(start))
    if n > rho * rho:
        raise UsageError(
            f"the start is outside the ball: ||xi||^2 = {shorten(n)} > rho^2, where rho = "
            f"{decimal_bound(rho, 'down')} (rounded down); take it closer to the minimum (--start auto finds one)"
        )


def check_record(record: Run, first: Epoch, inequalities: Inequalities, steps: int) -> None:
    """Raise UsageError unless the record of a run, `steps` per epoch, is what its sizes and risks make of it.

    Epochs, times, checks and counts are computed anew from p, n and the risk of each epoch, which are taken as recorded
    except at the start (`first`) and, by `follow`, at the end; so is which steps within the epochs stay near.
    """
    counts: dict[str, list[int]] = {}
    before = record.epochs[0]
    for k, e in enumerate(record.epochs):
        checks = {"risk at start": inequalities.risk_at_start(e.risk, e.n)}
        if k > 0:
            contraction = inequalities.contraction(e.p, before.p)
            checks = {"contraction": contraction, "growth": inequalities.growth(e.n, before.n, before.p)}
            if not inequalities.condition(before.p, before.n):
                raise UsageError(f"the record goes on after epoch {k - 1}, where the run has to end")
        checks["risk by Lemma G.1"] = inequalities.risk_by_lemma(e.risk, e.p, e.n)
        for name, holds in checks.items():
            counts.setdefault(name, [0, 0])[0 if holds else 1] += 1
        before = e
        if (e.k, e.t, e.checks) != (k, k * steps, checks):
            raise UsageError(f"the record of epoch {k} contradicts itself: k, t or a check is not what it has to be")
    if (first.p, first.n, first.risk) != (record.epochs[0].p, record.epochs[0].n, record.epochs[0].risk):
        raise UsageError("the record of the run does not begin at the start that these options give")
    near = record.counts.get("stays near", [0, 0])
    if before.t > 0:
        counts["stays near"] = near
    if record.counts != counts or min(near) < 0 or sum(near) != before.t:
        raise UsageError("the record's counts of checks are not those of its epochs")


def follow(
    stepper: Stepper,
    constants: Constants,
    eta: Rational,
    partitions: Iterator[Partition],
    epochs: int,
    on_epoch: Callable[[Run], None] = lambda _: None,
    before: Run | None = None,
) -> Run:
    """Run SGD for at most `epochs` epochs or up to t*, and check Theorem 5.1 along the way.

    Checked: contraction and growth of every epoch, ||xi^(t)|| <= 2 ||xi^(0)|| at every t <= t*, the risk at the start,
    at every epoch and at t*. `before` is the record of a run that stopped after a whole epoch, where the stepper
    stands: the run goes on from there (`partitions` still begins with the first epoch's). Balls may raise Undecided.
    Raises UsageError for a bad partition or another run's record, KinkError should a unit leave its piece.
    """
    follower = _Follower(stepper, Inequalities(constants, eta, stepper.decider), eta, before)
    run = follower.run
    done = run.epochs[-1].k
    on_epoch(run)
    for k in range(epochs):
        partition = next(partitions)
        if k < done:
            continue
        check_partition(partition, constants.N, constants.B, k)
        if not follower.epoch(k, partition):
            break
        on_epoch(run)
    else:
        follower.goes_on(epochs)
    run.notes = stepper.notes()
    return run


class _Follower:
    """The state of a checked run: the squares at the current and at the first iterate, and the record."""

    def __init__(self, stepper: Stepper, inequalities: Inequalities, eta: Rational, before: Run | None) -> None:
        self.stepper, self.inequalities = stepper, inequalities
        self.p, self.n = stepper.sizes()
        if before is not None:
            self.run, self.n_start = before, before.epochs[0].n
            if (self.p, self.n) != (before.epochs[-1].p, before.epochs[-1].n):
                raise UsageError("the record of the run does not end at the iterate it is to go on from")
            return
        self.run, self.n_start = Run(stepper.mode, eta), self.n
        risk = stepper.risk_gap()
        checks = {"risk at start": inequalities.risk_at_start(risk, self.n)}
        self.add(0, risk, checks)

    def add(self, k: int, risk: Number, checks: dict[str, bool]) -> None:
        """Append the state at the end of epoch k with its checks."""
        checks["risk by Lemma G.1"] = self.inequalities.risk_by_lemma(risk, self.p, self.n)
        for name, holds in checks.items():
            self.run.record(name, holds)
        self.run.epochs.append(Epoch(k, self.run.steps, self.p, self.n, risk, checks))

    def goes_on(self, k: int) -> bool:
        """Whether the condition holds at the current iterate; if not, t* is recorded with its checks."""
        if self.inequalities.condition(self.p, self.n):
            return True
        risk = self.stepper.risk_gap()
        checks = {
            "risk at t*": self.run.record("risk at t*", self.inequalities.risk_at_violation(risk, self.n_start)),
            "near at t*": self.run.record("near at t*", self.inequalities.near(self.n, self.n_start)),
        }
        self.run.t_star = self.run.steps
        self.run.at_violation = Epoch(k, self.run.steps, self.p, self.n, risk, checks)
        self.run.stopped = f"the condition is violated at t* = {self.run.steps}"
        return False

    def epoch(self, k: int, partition: Partition) -> bool:
        """One epoch with its checks; False when the run ends inside it."""
        p_old, n_old = self.p, self.n
        for batch in partition:
            if not self.goes_on(k):
                return False
            limit = self.stepper.exhausted()
            self.run.exhausted = limit is not None
            self.run.stopped = _still(self.n) or limit or ""
            if self.run.stopped:
                return False
            self.stepper.step(self.run.eta, batch, self.p)
            self.run.steps += 1
            self.p, self.n = self.stepper.sizes()
            self.run.record("stays near", self.inequalities.near(self.n, self.n_start))
        checks = {
            "contraction": self.inequalities.contraction(self.p, p_old),
            "growth": self.inequalities.growth(self.n, n_old, p_old),
        }
        self.add(k + 1, self.stepper.risk_gap(), checks)
        return True


def _still(n: Number) -> str | None:
    if isinstance(n, fmpq) and n == 0:
        return "xi = 0: SGD stays at the minimum, t* is infinite"
    return None
