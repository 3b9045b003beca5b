"""Balls around the true SGD trajectory, with more precision until every comparison decides.

Each comparison of Theorem 5.1 is then true or false for the true trajectory; where balls still overlap at the largest
allowed precision, the run is UNDECIDED.
"""

__all__ = ["FIRST_PRECISION", "MAX_PRECISION", "BallStepper", "certainly_inside", "follow_enclosed"]

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import flint
from flint import arb, arb_mat

from exactmem.errors import KinkError
from exactmem.rationals import Rational
from exactmem.sgd.checks import Balls, Number, Projection, Undecided, squared
from exactmem.sgd.constants import Constants, Training
from exactmem.sgd.gradients import Differentiator
from exactmem.sgd.memorizer import Piece
from exactmem.sgd.trajectory import ExactStepper, Partition, Run, follow

FIRST_PRECISION, MAX_PRECISION = 64, 1 << 16
"""Bits of the first attempt, and the most bits that are tried."""


def certainly_inside(value: Any, piece: Piece) -> bool:
    """True if the whole ball lies inside the piece; Undecided if part of it does, KinkError if none does."""
    for end, below in ((piece.low, False), (piece.high, True)):
        if end is None:
            continue
        inside, outside = (value < end, value >= end) if below else (value > end, value <= end)
        if outside:
            raise KinkError("a pre-activation has left its piece", witness=value)
        if not inside:
            raise Undecided
    return True


class BallStepper:
    """SGD on balls at the current working precision."""

    mode = "arb"

    def __init__(self, problem: Training, start: Sequence[Rational]) -> None:
        self.xi = [arb(v) for v in start]
        self.decider = Balls()
        self.theta = [arb(v) for v in problem.minimum.theta]
        self.differentiator = Differentiator(problem.minimum, problem.loss, arb_mat, certainly_inside)
        self.projection = Projection(problem, arb_mat)

    def position(self) -> list[Any]:
        """theta* + xi."""
        return [a + b for a, b in zip(self.theta, self.xi, strict=True)]

    def step(self, eta: Rational, batch: Sequence[int], p: Number) -> None:
        """A ball around xi - eta g."""
        gradient = self.differentiator.gradient(self.position(), batch)
        self.xi = [v - eta * g for v, g in zip(self.xi, gradient, strict=True)]

    def sizes(self) -> tuple[Number, Number]:
        """Balls around (||xi_par||^2, ||xi||^2)."""
        return self.projection.squared(self.xi), arb(squared(self.xi))

    def risk_gap(self) -> Number:
        """A ball around the risk above its minimum."""
        return self.differentiator.risk_gap(self.position())

    def exhausted(self) -> str | None:
        """Nothing stops a run but its length."""
        return None

    def notes(self) -> dict[str, Any]:
        """The working precision."""
        return {"precision": flint.ctx.prec}


def follow_enclosed(
    problem: Training,
    constants: Constants,
    start: Sequence[Rational],
    eta: Rational,
    partitions: Callable[[], Iterator[Partition]],
    epochs: int,
    on_epoch: Callable[[Run], None] = lambda _: None,
    max_precision: int = MAX_PRECISION,
) -> Run | None:
    """The checked run of the true trajectory, at the first precision (64, 128, ... bits) where all comparisons decide.

    None when they do not even at `max_precision`: UNDECIDED. `partitions()` restarts the same sequence of partitions.
    The start xi = 0, where both sides of every comparison are 0, is followed exactly.
    """
    if not any(start):
        return follow(ExactStepper(problem, start), constants, eta, partitions(), epochs, on_epoch)
    precision = FIRST_PRECISION
    while precision <= max_precision:
        try:
            with flint.ctx.workprec(precision):
                return follow(BallStepper(problem, start), constants, eta, partitions(), epochs, on_epoch)
        except Undecided:
            precision *= 2
    return None
