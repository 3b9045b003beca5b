"""Strict JSON, and values that know their place in the document."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from .verdicts import OVERHEAD, STEP, Malformed, Meter, Resource, quoted

Rational = tuple[int, int]  # numerator, denominator > 0; in lowest terms as read
Vector = list[Rational]


class Node:
    """A JSON value and its place in the document; whatever reads it raises Malformed with the place of a fault."""

    def __init__(self, value: Any, place: str, meter: Meter) -> None:
        self.value, self.place, self.meter = value, place, meter

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
        value = self.value.get(name) if type(self.value) is dict else None
        return Node(value, f"{self.place}.{name}" if self.place else name, self.meter)

    def items(self, length: int | None = None) -> list[Node]:
        """The items of a list that is not empty; `length` where it is prescribed."""
        self.expect(type(self.value) is list and self.value != [], "expected a list with at least one item")
        self.expect(length in (None, len(self.value)), f"expected {length} items, found {len(self.value)}")
        return [Node(item, f"{self.place}[{index}]", self.meter) for index, item in enumerate(self.value)]

    def text(self) -> str:
        self.expect(type(self.value) is str, "expected a string")
        return str(self.value)

    def index(self, bound: int) -> int:
        allowed = type(self.value) is int and 0 <= self.value < bound
        self.expect(allowed, f"expected an integer from 0 to {bound - 1}")
        return int(self.value)

    def rational(self) -> Rational:
        """The value of a rational string in lowest terms."""
        match = re.fullmatch("(?!-0)(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?", self.text())
        sign, above, below = match.groups("") if match else ("", "", "")
        self.expect(above != "", f"{quoted(self.value)} is not a canonical rational such as '-3' or '7/12'")
        self.meter.charge(STEP + (len(self.value) // 9) ** 2 // 4)
        if max(len(above), len(below)) > self.meter.limits.max_digits:
            raise Resource(f"a number has more digits than --max-digits {self.meter.limits.max_digits}")
        numerator, denominator = int(sign + "1") * from_digits(above), from_digits(below or "1")
        lowest = not below or (denominator > 1 and math.gcd(numerator, denominator) == 1)
        self.expect(lowest, f"{quoted(self.value)} is not in lowest terms")
        return numerator, denominator

    def rationals(self, length: int | None = None) -> Vector:
        return [item.rational() for item in self.items(length)]

    def canonical(self) -> bytes:
        """The value as canonical JSON, which unlike == tells true from 1."""
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


def parse_json(data: bytes, meter: Meter) -> Node:
    """The document, by the strict rules of FORMAT.md, "JSON"."""
    meter.charge(OVERHEAD * len(data))
    hooks: dict[str, Any] = dict.fromkeys(("parse_int", "parse_float", "parse_constant"), json_number)
    try:
        document = json.loads(data.decode("utf-8"), object_pairs_hook=unique_keys, **hooks)
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    depth, level = 0, [document]
    while level := [value for value in level if type(value) in (list, dict)]:
        depth += 1
        if depth > meter.limits.max_depth:
            raise Resource(f"nested deeper than --max-depth {meter.limits.max_depth}")
        level = [inner for value in level for inner in (value if type(value) is list else value.values())]
    return Node(document, "", meter)
