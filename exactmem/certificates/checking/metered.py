"""Fractions whose arithmetic is charged to the meter before it is done."""

from __future__ import annotations

from fractions import Fraction

from .strict_json import Node
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

Value = Fraction | int


def length(value: Value) -> int:
    """The limbs of numerator and denominator."""
    return limbs(value.numerator) + limbs(value.denominator)


class Number:
    """A fraction; every sum, product and comparison pays first."""

    __slots__ = ("meter", "size", "value")

    def __init__(self, value: Value, meter: Meter) -> None:
        self.value = value if isinstance(value, Fraction) else Fraction(value)
        self.size, self.meter = length(value), meter

    def pay(self, other: Number | Value) -> Value:
        """The other operand, paid for."""
        value, size = (other.value, other.size) if isinstance(other, Number) else (other, length(other))
        self.meter.charge(24 * OVERHEAD + 8 * (self.size + 8) * (size + 8))
        return value

    def __add__(self, other: Number | Value) -> Number:
        return Number(self.value + self.pay(other), self.meter)

    def __sub__(self, other: Number | Value) -> Number:
        return Number(self.value - self.pay(other), self.meter)

    def __mul__(self, other: Number | Value) -> Number:
        return Number(self.value * self.pay(other), self.meter)

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, exponent: int) -> Number:
        result = self
        for _ in range(exponent - 1):
            result = result * self
        return result

    def __abs__(self) -> Number:
        return Number(abs(self.value), self.meter)

    def __lt__(self, other: Number | Value) -> bool:
        return self.value < self.pay(other)

    def __le__(self, other: Number | Value) -> bool:
        return self.value <= self.pay(other)

    def __gt__(self, other: Number | Value) -> bool:
        return self.value > self.pay(other)

    def __ge__(self, other: Number | Value) -> bool:
        return self.value >= self.pay(other)


def read_number(node: Node) -> Number:
    """A rational of the document."""
    above, below = node.rational()
    node.meter.charge(4 * OVERHEAD + 4 * limbs(above) * limbs(below))
    node.meter.keep(2 * PAIR + LIMB * (limbs(above) + limbs(below)))
    return Number(Fraction(above, below), node.meter)


def positive(node: Node) -> Number:
    """A rational above 0."""
    number = read_number(node)
    node.expect(number.value > 0, "expected a positive rational")
    return number


def not_negative(node: Node) -> Number:
    """A rational from 0 on."""
    number = read_number(node)
    node.expect(number.value >= 0, "expected a rational that is not negative")
    return number
