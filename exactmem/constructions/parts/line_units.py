"""Single hidden units as functions on a line, and the slopes of labels between samples."""

__all__ = ["HiddenUnit", "Vector", "kinked_unit", "ramp", "slopes_between"]

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from flint import fmpq

from exactmem.rationals import Rational

Vector = tuple[Rational, ...]


class HiddenUnit(NamedTuple):
    """The unit output * activation(weight * t + bias)."""

    weight: Rational
    bias: Rational
    output: Rational


def kinked_unit(orientation: int, kink: Rational, output: Rational) -> HiddenUnit:
    """The ReLU-like unit output * activation(+-(t - kink)); orientation 0 has s_plus on the right."""
    direction = fmpq(1 - 2 * orientation)
    return HiddenUnit(direction, -direction * kink, output)


def ramp(begin: Rational, end: Rational, slope: Rational) -> HiddenUnit:
    """The hard-tanh unit of that slope between begin < end, flat elsewhere."""
    length = end - begin
    return HiddenUnit(2 / length, -(begin + end) / length, slope * length / 2)


def slopes_between(line: Sequence[Rational], labels: Sequence[Rational]) -> Vector:
    """The slopes (y_{i+1} - y_i)/(c_{i+1} - c_i) over the gaps of strictly increasing samples."""
    points = list(zip(line, labels, strict=True))
    return tuple((y1 - y0) / (c1 - c0) for (c0, y0), (c1, y1) in itertools.pairwise(points))
