"""Strict JSON, and values that know their place in the document."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from .verdicts import LIMB, OVERHEAD, PAIR, STEP, Malformed, Meter, Resource, quoted

Rational = tuple[int, int]  # numerator, denominator > 0; in lowest terms as read
Vector = list[Rational]
SHORT_INTEGER = re.compile("0|-?[1-9][0-9]*")
RATIONAL = re.compile("(?!-0)(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?")
HEXADECIMAL = re.compile("(-?)0x([1-9a-f][0-9a-f]*)(?:/0x([1-9a-f][0-9a-f]*))?")


class Node:
    """A JSON value and its place in the document; whatever reads it raises Malformed with the place of a fault."""

    __slots__ = ("meter", "parent", "step", "value")

    def __init__(self, value: Any, step: str | int, meter: Meter, parent: Node | None = None) -> None:
        self.value, self.step, self.meter, self.parent = value, step, meter, parent

    @property
    def place(self) -> str:
        """The path from the document to here, such as network.layers[1].bias[0]."""
        before = self.parent.place if self.parent else ""
        if type(self.step) is int:
            return f"{before}[{self.step}]"
        return f"{before}.{self.step}" if before else str(self.step)

    def expect(self, condition: bool, reason: str) -> None:
        if not condition:
            raise Malformed(f"{self.place}: {reason}" if self.place else reason)

    def fields(self, *names: str) -> list[Node]:
        """The values of an object that has exactly these keys."""
        self.expect(type(self.value) is dict, "expected an object")
        for name in names:
            self.expect(name in self.value, f"missing key {quoted(name)}")
        for key in self.value:
            self.expect(key in names, f"unknown key {quoted(key)}")
        return [self.member(name) for name in names]

    def member(self, name: str) -> Node:
        """The value of a key; None if this is not an object or lacks it."""
        return Node(self.value.get(name) if type(self.value) is dict else None, name, self.meter, self)

    def array(self, length: int | None = None) -> list[Any]:
        """The JSON values of a list that is not empty; `length` where it is prescribed."""
        self.expect(type(self.value) is list and self.value != [], "expected a list with at least one item")
        self.expect(length in (None, len(self.value)), f"expected {length} items, found {len(self.value)}")
        values: list[Any] = self.value
        return values

    def items(self, length: int | None = None) -> list[Node]:
        """The items of a list that is not empty; `length` where it is prescribed."""
        values = self.array(length)
        self.meter.charge(4 * OVERHEAD * len(values))
        self.meter.room(PAIR * len(values))
        return [Node(item, index, self.meter, self) for index, item in enumerate(values)]

    def text(self) -> str:
        self.expect(type(self.value) is str, "expected a string")
        return str(self.value)

    def index(self, bound: int) -> int:
        allowed = type(self.value) is int and 0 <= self.value < bound
        self.expect(allowed, f"expected an integer from 0 to {bound - 1}")
        return int(self.value)

    def rational(self) -> Rational:
        """The value of a rational string in lowest terms."""
        self.meter.charge(2 * STEP + 2 * len(self.text()))
        match, read, size = RATIONAL.fullmatch(self.value), from_digits, len(self.value)
        if not match and self.meter.version > 1:
            match, read, size = HEXADECIMAL.fullmatch(self.value), from_hexadecimal, 5 * size // 4 + 1
        if not match:
            raise Malformed(f"{self.place}: {quoted(self.value)} is not a canonical rational such as '-3' or '7/12'")
        sign, above, below = match.groups("")
        if max(len(above), len(below)) * size // len(self.value) > self.meter.max_digits:
            raise Resource(f"a number has more digits than --max-digits {self.meter.max_digits}")
        self.meter.charge((size // 9) ** 2)
        self.meter.keep(PAIR + LIMB * (size // 9))
        numerator, denominator = int(sign + "1") * read(above), read(below or "1")
        if below and (denominator == 1 or math.gcd(numerator, denominator) != 1):
            raise Malformed(f"{self.place}: {quoted(self.value)} is not in lowest terms")
        return numerator, denominator

    def rationals(self, length: int | None = None) -> Vector:
        """The values of a list of rational strings; integers of few digits take a shorter way to the same value."""
        values, short, most = self.array(length), SHORT_INTEGER.fullmatch, min(15, self.meter.max_digits)
        self.meter.charge(STEP * len(values))
        self.meter.keep(PAIR * len(values))
        return [
            (int(item), 1)
            if type(item) is str and len(item) <= most and short(item)
            else Node(item, index, self.meter, self).rational()
            for index, item in enumerate(values)
        ]

    def canonical(self) -> bytes:
        """The value as canonical JSON, which unlike == tells true from 1; paid for with the whole document."""
        try:
            return json.dumps(self.value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise Malformed(f"{self.place}: a string holds a lone surrogate") from None


def from_digits(digits: str) -> int:
    """int(digits) in parts that CPython converts whatever its interpreter-wide limit is set to."""
    if len(digits) <= 640:
        return int(digits)
    low = len(digits) // 2
    return from_digits(digits[:-low]) * int(10**low) + from_digits(digits[-low:])


def from_hexadecimal(digits: str) -> int:
    """int(digits, 16), which CPython converts in linear time and without a limit."""
    return int(digits, 16)


def json_number(text: str) -> int:
    """A JSON number, which has to be an integer in plain notation."""
    if not re.fullmatch("0|-?[1-9][0-9]{0,15}", text) or abs(int(text)) >= 2**53:
        raise Malformed(f"{quoted(text)} is not allowed: JSON numbers are integers below 2^53, rationals are strings")
    return int(text)


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, in which no key may stand twice."""
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise Malformed(f"duplicate key {quoted(key)}")
        result[key] = value
    return result


def reserve(data: bytes, meter: Meter) -> None:
    """Pay for parsing the document, digesting it and keeping its values, judged by its delimiters from above."""
    width = 1 if data.isascii() else 4  # bytes per character of text
    objects, keys, lists, values = (data.count(c) for c in (b"{", b":", b"[", b","))
    meter.charge(OVERHEAD * len(data) + STEP * (objects + keys + values + lists))
    meter.keep((1 + 4 * width) * len(data) + 32 * data.count(b'"'))
    meter.keep(240 * objects + 112 * keys + 112 * lists + 44 * values)


def parse_json(data: bytes, meter: Meter, step: str = "") -> Node:
    """The document, by the strict rules of FORMAT.md, "JSON"; it stands at that place of a larger one."""
    reserve(data, meter)
    at = f"{step}: " if step else ""
    hooks: dict[str, Any] = dict.fromkeys(("parse_int", "parse_float", "parse_constant"), json_number)
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=unique_keys, **hooks)
    except UnicodeDecodeError as error:
        raise Malformed(f"{at}not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        place = f"from line {error.lineno}, column {error.colno} on"
        raise Malformed(f"{at}not JSON {place}: give a certificate, whole and as it was written") from None
    except Malformed as error:
        raise Malformed(f"{at}{error}") from None
    depth, level = 0, [document]
    while level := [value for value in level if type(value) in (list, dict)]:
        depth += 1
        if depth > meter.max_depth:
            raise Resource(f"nested deeper than --max-depth {meter.max_depth}")
        level = [inner for value in level for inner in (value if type(value) is list else value.values())]
    return Node(document, step, meter)
