"""Losses of Algorithms 1 to 3 with their derivatives in the output, and the rule where there is none."""

__all__ = ["LOSSES", "Loss", "Pair", "find_loss"]

from collections.abc import Callable
from dataclasses import dataclass

from flint import fmpq

from exactmem.errors import UsageError, quoted
from exactmem.rationals import Rational

Pair = Callable[[Rational, Rational], Rational]


@dataclass(frozen=True)
class Loss:
    """A convex loss l(h, y), its derivative in h, and the rule at points without one."""

    name: str
    value: Pair
    slope: Pair
    rule: str


def _sign(value: Rational) -> Rational:
    return fmpq(int(value > 0) - int(value < 0))


LOSSES = {
    loss.name: loss
    for loss in (
        Loss("squared", lambda h, y: (h - y) ** 2 / 2, lambda h, y: h - y, "differentiable everywhere"),
        Loss(
            "hinge",
            lambda h, y: max(fmpq(0), 1 - y * h),
            lambda h, y: -y if y * h < 1 else fmpq(0),
            "subgradient 0 where y h = 1",
        ),
        Loss("absolute", lambda h, y: abs(h - y), lambda h, y: _sign(h - y), "subgradient 0 where h = y"),
    )
}


def find_loss(name: str) -> Loss:
    """The loss of that name; UsageError listing them."""
    if name not in LOSSES:
        raise UsageError(f"unknown loss {quoted(name)}: use {', '.join(LOSSES)}")
    return LOSSES[name]
