"""Activations as data: breakpoints and, per piece, an exact affine map.

A piecewise-linear activation has breakpoints b_1 < ... < b_n and n+1 pieces; piece i covers
[b_i, b_{i+1}) with b_0 = -infinity and b_{n+1} = +infinity, so a breakpoint belongs to the piece on its right.
"""

__all__ = [
    "ABS",
    "HARD_TANH",
    "IDENTITY",
    "RELU",
    "SQUARE",
    "THRESHOLD",
    "Activation",
    "PiecewiseLinear",
    "Square",
    "from_json",
    "parse_activation",
    "relu_like",
    "slopes_of",
]

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from flint import fmpq

from exactmem.border import number, outward
from exactmem.errors import ExactmemError, UsageError, quoted
from exactmem.rationals import Rational, parse, rational, shorten, to_text


@dataclass(frozen=True, repr=False)
class PiecewiseLinear:
    """A piecewise-linear activation given by its breakpoints and its pieces (slope, intercept), all `fmpq`."""

    name: str
    kind: str
    breakpoints: tuple[Rational, ...]
    pieces: tuple[tuple[Rational, Rational], ...]
    parameters: tuple[tuple[str, Rational], ...] = ()

    def __post_init__(self) -> None:
        if len(self.pieces) != len(self.breakpoints) + 1:
            raise UsageError(f"{self.name}: n breakpoints need n + 1 pieces")
        if any(not a < b for a, b in zip(self.breakpoints, self.breakpoints[1:], strict=False)):
            raise UsageError(f"{self.name}: breakpoints must increase strictly")

    def piece_index(self, t: Rational) -> int:
        """The index of the piece that contains t (a breakpoint belongs to the piece on its right)."""
        return bisect_right(self.breakpoints, t)

    def __call__(self, t: Any) -> Any:
        """The exact value at t: an `fmpq` for an `fmpq`, as all code inside has it; an `Exact` for other numbers."""
        if type(t) is not fmpq:
            return outward(self(number(t)))
        slope, intercept = self.pieces[self.piece_index(t)]
        return slope * t + intercept

    def of_ratio(self, numerator: Any, denominator: Any) -> Rational:
        """The value at numerator/denominator, integers with denominator > 0: no fraction is made on constant pieces."""
        piece = 0
        for above, below in self._ratios:
            if below * numerator < above * denominator:
                break
            piece += 1
        slope, intercept = self.pieces[piece]
        return intercept if slope == 0 else slope * fmpq(numerator, denominator) + intercept

    @cached_property
    def _ratios(self) -> list[tuple[Any, Any]]:
        """Numerators and denominators of the breakpoints."""
        return [(b.numer(), b.denom()) for b in self.breakpoints]

    @property
    def is_continuous(self) -> bool:
        """Whether neighbouring pieces agree at every breakpoint."""
        return all(
            left[0] * b + left[1] == right[0] * b + right[1]
            for b, left, right in zip(self.breakpoints, self.pieces, self.pieces[1:], strict=False)
        )

    @property
    def slopes(self) -> tuple[Rational, ...]:
        """The slope of every piece, from left to right."""
        return tuple(slope for slope, _ in self.pieces)

    def to_json(self) -> dict[str, str]:
        """The `activation` object of the certificate format."""
        return {"kind": self.kind, **{key: to_text(value) for key, value in self.parameters}}

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<activation {self.name}>"


@dataclass(frozen=True, repr=False)
class Square:
    """The activation t -> t*t, exact on rationals; not piecewise linear."""

    name: str = "square"
    kind: str = "square"

    def __call__(self, t: Any) -> Any:
        """The exact value at t: an `fmpq` for an `fmpq`, as all code inside has it; an `Exact` for other numbers."""
        if type(t) is not fmpq:
            return outward(self(number(t)))
        return t * t

    def of_ratio(self, numerator: Any, denominator: Any) -> Rational:
        """The value at numerator/denominator, integers."""
        return fmpq(numerator * numerator, denominator * denominator)

    @property
    def is_continuous(self) -> bool:
        """Always true."""
        return True

    def to_json(self) -> dict[str, str]:
        """The `activation` object of the certificate format."""
        return {"kind": self.kind}

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<activation {self.name}>"


Activation: TypeAlias = PiecewiseLinear | Square


def _affine(slope: Any, intercept: Any) -> tuple[Rational, Rational]:
    return rational(slope), rational(intercept)


def relu_like(s_plus: Any, s_minus: Any) -> PiecewiseLinear:
    """sigma_R(t) = s_plus * t for t >= 0, s_minus * t for t < 0, with s_plus > s_minus >= 0 (paper, section 2)."""
    plus, minus = rational(s_plus), rational(s_minus)
    if not plus > minus >= 0:
        raise UsageError(
            f"a ReLU-like activation needs s_plus > s_minus >= 0, not s_plus={shorten(plus)}, s_minus={shorten(minus)}"
        )
    is_relu = plus == 1 and minus == 0
    name = "relu" if is_relu else f"relu-like:{to_text(plus)},{to_text(minus)}"
    pieces = ((minus, fmpq(0)), (plus, fmpq(0)))
    return PiecewiseLinear(name, "relu-like", (fmpq(0),), pieces, (("s_plus", plus), ("s_minus", minus)))


RELU = relu_like(1, 0)
HARD_TANH = PiecewiseLinear(
    "hard-tanh", "hard-tanh", (fmpq(-1), fmpq(1)), (_affine(0, -1), _affine(1, 0), _affine(0, 1))
)
THRESHOLD = PiecewiseLinear("threshold", "threshold", (fmpq(0),), (_affine(0, 0), _affine(0, 1)))
ABS = PiecewiseLinear("abs", "abs", (fmpq(0),), (_affine(-1, 0), _affine(1, 0)))
IDENTITY = PiecewiseLinear("identity", "identity", (), (_affine(1, 0),))
SQUARE = Square()

_BY_NAME: dict[str, Activation] = {a.name: a for a in (RELU, HARD_TANH, THRESHOLD, ABS, IDENTITY, SQUARE)}


def slopes_of(activation: Activation) -> tuple[Rational, Rational]:
    """(s_plus, s_minus) of a ReLU-like activation; UsageError for any other."""
    if activation.kind != "relu-like" or not isinstance(activation, PiecewiseLinear):
        raise UsageError(f"{activation.name} is not ReLU-like")
    return activation.slopes[1], activation.slopes[0]


def parse_activation(text: str) -> Activation:
    """The activation named `relu`, `relu-like:S_PLUS,S_MINUS`, `hard-tanh`, `threshold`, `abs` or `square`."""
    if text in _BY_NAME:
        return _BY_NAME[text]
    head, _, tail = text.partition(":")
    slopes = tail.split(",")
    if head == "relu-like" and len(slopes) == 2:
        try:
            return relu_like(parse(slopes[0]), parse(slopes[1]))
        except ExactmemError as error:
            raise UsageError(f"activation {quoted(text)}: {error}") from error
    raise UsageError(
        f"unknown activation {quoted(text)}: use relu, relu-like:S_PLUS,S_MINUS (rationals), hard-tanh, threshold "
        "or abs"
    )


def from_json(data: dict[str, str]) -> Activation:
    """The activation described by a certificate's `activation` object; UsageError if it is none."""
    kind = data.get("kind")
    if kind == "relu-like" and set(data) == {"kind", "s_plus", "s_minus"}:
        return relu_like(data["s_plus"], data["s_minus"])
    if isinstance(kind, str) and kind in _BY_NAME and kind != "relu" and set(data) == {"kind"}:
        return _BY_NAME[kind]
    raise UsageError(f"unknown activation {quoted(data)}")
