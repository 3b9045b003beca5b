"""Strict JSON, and readers of single values that say where in the document a fault lies."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

from .verdicts import OVERHEAD, STEP, Malformed, Meter, Resource, quoted

Rational = tuple[int, int]  # numerator, denominator > 0; in lowest terms as read
Vector = list[Rational]


def expect(condition: bool, reason: str, place: str = "") -> None:
    if not condition:
        raise Malformed(reason, place)


def at(step: str, read: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What `read` returns; a fault it finds lies inside this step of the path."""
    try:
        return read(*arguments, **options)
    except Malformed as fault:
        dot = "" if fault.place[:1] in ("", "[") else "."
        raise Malformed(fault.reason, f"{step}{dot}{fault.place}") from None


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        expect(key not in result, f"duplicate key {quoted(key)}")
        result[key] = value
    return result


def json_number(text: str) -> int:
    allowed = re.fullmatch("0|-?[1-9][0-9]{0,15}", text) is not None and abs(int(text)) < 2**53
    expect(allowed, f"{quoted(text)} is not allowed: JSON numbers are integers below 2^53, rationals are strings")
    return int(text)


def parse_json(data: bytes, meter: Meter) -> Any:
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
    return document


def canonical(value: Any) -> bytes:
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("a string holds a lone surrogate") from None


def fields(value: Any, *names: str) -> list[Any]:
    """The values of an object that has exactly these keys."""
    expect(type(value) is dict, "expected an object")
    for name in names:
        expect(name in value, f"missing key {quoted(name)}")
    for key in value:
        expect(key in names, f"unknown key {quoted(key)}")
    return [value[name] for name in names]


def each(value: Any, read: Callable[..., Any], *arguments: Any, length: int | None = None) -> list[Any]:
    """A non-empty list, every item read; `length` where it is prescribed."""
    expect(type(value) is list and value != [], "expected a list with at least one item")
    expect(length in (None, len(value)), f"expected {length} items, found {len(value)}")
    return [at(f"[{index}]", read, item, *arguments) for index, item in enumerate(value)]


def text(value: Any) -> str:
    expect(type(value) is str, "expected a string")
    return str(value)


def index_below(value: Any, bound: int) -> int:
    expect(type(value) is int and 0 <= value < bound, f"expected an integer from 0 to {bound - 1}")
    return int(value)


def from_digits(digits: str) -> int:
    """int(digits) in parts that CPython converts whatever its interpreter-wide limit is set to."""
    if len(digits) <= 640:
        return int(digits)
    low = len(digits) // 2
    return from_digits(digits[:-low]) * int(10**low) + from_digits(digits[-low:])


def rational(value: Any, meter: Meter) -> Rational:
    """A rational string in lowest terms."""
    match = re.fullmatch("(?!-0)(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?", text(value))
    if match is None:
        raise Malformed(f"{quoted(value)} is not a canonical rational such as '-3' or '7/12'")
    meter.charge(STEP + (len(value) // 9) ** 2 // 4)
    sign, above, below = match.groups("")
    if max(len(above), len(below)) > meter.limits.max_digits:
        raise Resource(f"a number has more digits than --max-digits {meter.limits.max_digits}")
    numerator, denominator = int(sign + "1") * from_digits(above), from_digits(below or "1")
    lowest = not below or (denominator > 1 and math.gcd(numerator, denominator) == 1)
    expect(lowest, f"{quoted(value)} is not in lowest terms")
    return numerator, denominator
