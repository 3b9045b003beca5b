"""Integers packed into bytes: one by one, or multiplied with rows of integers for many samples at once.

Many samples lie side by side in one long integer, a slot of s bytes for each. Let B = 2^(8 s), let u[i][j] < 2^(8 b) be
the integers of sample i, of b bytes and without sign, and let X[j] be the sum of u[i][j] B^i over i. For a row w of
integers the sum of w[j] X[j] over j is the sum of p[i] B^i over i, where p[i], the sum of w[j] u[i][j] over j, is the
product with sample i. As |p[i]| is at most the sum of |w[j]| times 2^(8 b), and s is such that this is less than B / 2,
every p[i] + B / 2 lies between 0 and B: these are the digits in base B of that long integer plus the sum of B / 2 B^i.
An integer with sign is its two's complement with the highest bit turned, less 2^(8 b - 1); X[j] is made likewise.

A row is taken apart into its digits in base 2^30 first, each with the sign of its weight, so that every product is one
with a single digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import NamedTuple

from .affine_maps import Affine
from .strict_json import Node, Rational, Vector
from .sums import add_up
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, limbs

DIGIT = 30  # bits of a digit of a weight
EACH = 32  # charged per byte that is moved to its place
LONGEST = 65536  # bytes of an integer
TURNED = bytes(byte ^ 128 for byte in range(256))  # the highest bit of every byte


class Integers(NamedTuple):
    """How integers are packed, and by what they are divided."""

    size: int  # in bytes
    signed: bool
    denominator: int

    def taken_apart(self, part: bytes) -> list[int]:
        """The integers that lie there one after the other."""
        starts = range(0, len(part), self.size)
        return [int.from_bytes(part[i : i + self.size], "little", signed=self.signed) for i in starts]


def read_integers(node: Node) -> Integers:
    """The layout of the integers."""
    size, signed, denominator = node.fields("bytes", "signed", "denominator")
    size.expect(size.index(LONGEST + 1) > 0, "expected a positive number")
    signed.expect(type(signed.value) is bool, "expected true or false")
    above, below = denominator.rational()
    denominator.expect(above > 0 and below == 1, "expected a positive integer")
    return Integers(size.value, signed.value, above)


def repeated(value: int, slot: int, many: int) -> int:
    """The sum of value * B^i over as many samples."""
    return int.from_bytes(value.to_bytes(slot, "little") * many, "little")


class Records(NamedTuple):
    """Records of one length; the integers of each begin at its byte `start`."""

    block: bytes
    start: int
    length: int
    integers: Integers

    @property
    def many(self) -> int:
        return len(self.block) // self.length

    def column(self, j: int, slot: int, meter: Meter) -> int:
        """The integers in column j of all records, side by side."""
        size, signed = self.integers.size, self.integers.signed
        meter.charge(2 * OVERHEAD * (size + 2) + self.many * (EACH * size + 8 * slot))
        place = bytearray(self.many * slot)
        for byte in range(size):
            values = self.block[self.start + j * size + byte :: self.length]
            place[byte::slot] = values.translate(TURNED) if signed and byte == size - 1 else values
        lowest = repeated(1 << 8 * size - 1, slot, self.many) if signed else 0
        return int.from_bytes(place, "little") - lowest


def taken_apart(total: int, slot: int, many: int) -> list[int]:
    """The integers that lie side by side there."""
    half, unsigned = 1 << 8 * slot - 1, Integers(slot, False, 1)
    whole = (total + repeated(half, slot, many)).to_bytes(many * slot, "little")
    return [value - half for value in unsigned.taken_apart(whole)]


class Product:
    """An affine map of many samples; rows of weights that are multiples of each other are multiplied once.

    `rows` has for each row of the map the number of a row of integers, and the factor that makes it the row's weights;
    `digits` has for each row of integers the numbers of its digits, and `columns` for each column the digits there that
    are not 0. `memory` are the bytes that a sample takes.
    """

    def __init__(self, affine: Affine, integers: Integers, meter: Meter) -> None:
        self.affine, self.integers, self.meter = affine, integers, meter
        meter.charge(8 * affine.overhead + 4 * affine.size * (OVERHEAD + affine.longest))
        meter.keep((3 * PAIR + LIMB) * affine.size + PAIR * affine.inputs)
        self.columns: list[list[tuple[int, int]]] = [[] for _ in range(affine.inputs)]
        self.rows, self.digits = list[tuple[int, int]](), list[range]()
        numbers, self.count, largest = dict[str, int](), 0, 0
        for row in affine.rows:
            factor = gcd(*[w for _, w in row.entries]) or 1
            weights = [(j, w // factor) for j, w in row.entries]
            name = " ".join([f"{j}:{w:x}" for j, w in weights])  # of a text no file can know the hash
            self.rows.append((numbers.setdefault(name, len(numbers)), factor))
            if len(numbers) > len(self.digits):
                totals = self.add(weights)
                self.digits.append(range(self.count, self.count + len(totals)))
                self.count, largest = self.count + len(totals), max([largest, *totals])
        self.slot = (largest.bit_length() + 8 * integers.size) // 8 + 1
        self.memory = 2 * (self.count + 4) * (self.slot + self.slot // 15 + PAIR)

    def add(self, weights: list[tuple[int, int]]) -> list[int]:
        """Put the digits of the weights into the columns; returns for each the sum of the absolute values."""
        totals = [0] * max([limbs(w) for _, w in weights], default=0)
        for j, w in weights:
            for k in range(limbs(w)):
                if digit := abs(w) >> DIGIT * k & (1 << DIGIT) - 1:
                    self.columns[j].append((self.count + k, digit if w > 0 else -digit))
                    totals[k] += digit
        return totals

    def products(self, records: Records) -> list[list[int]]:
        """For every digit its products with the integers of all records."""
        meter, many = self.meter, records.many
        length = many * self.slot
        meter.room(many * self.memory)
        totals = [0] * self.count
        for j, column in enumerate(self.columns):
            meter.charge(OVERHEAD + (OVERHEAD + length) * len(column))
            if column:
                samples = records.column(j, self.slot, meter)
                for number, digit in column:
                    totals[number] += digit * samples
        meter.charge(self.count * (length + 2 * OVERHEAD * many))
        return [taken_apart(total, self.slot, many) for total in totals]

    def values(self, records: Records) -> Iterator[Vector]:
        """The values of the map at every record."""
        meter, below = self.meter, self.integers.denominator
        products = self.products(records)
        longest = self.slot // 3 + self.affine.longest + 2
        for i in range(records.many):
            meter.charge(2 * OVERHEAD * (self.count + len(self.rows)))
            meter.charge(longest * (self.count + len(self.rows) * (self.affine.longest + limbs(below))))
            meter.room(len(self.rows) * (2 * PAIR + LIMB * (4 * longest + limbs(below))))
            sums = [
                sum(products[number][i] << DIGIT * k for k, number in enumerate(numbers)) for numbers in self.digits
            ]
            yield [
                quotient(factor * sums[number] + row.bias * below, row.denominator * below, meter)
                for (number, factor), row in zip(self.rows, self.affine.rows, strict=True)
            ]


def quotient(above: int, below: int, meter: Meter) -> Rational:
    """The quotient, in lowest terms where it is long."""
    return (above, below) if limbs(below) == 1 else add_up([(above, 1)], below, meter)
