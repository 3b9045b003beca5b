"""Strict JSON, and readers of single values that say where in the document a fault lies."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

from .verdicts import OVERHEAD, STEP, Malformed, Meter, Resource, quoted

Rational = tuple[int, int]  # numerator, denominator > 0; in lowest terms as read
RATIONAL = re.compile(r"(0|-?[1-9][0-9]*)(?:/([1-9][0-9]*))?")
ALWAYS_CONVERTIBLE = 640  # CPython never refuses to convert this many decimal digits at once


def check_depth(data: bytes, meter: Meter) -> None:
    """Bounds the nesting before any recursive parser sees the file."""
    unescaped = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = re.sub(rb'"[^"]*"?', b"", unescaped).translate(None, bytes(set(range(256)) - set(b"[]{}")))
    meter.charge(len(data) + OVERHEAD * len(brackets))
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in b"[{" else -1
        if depth > meter.limits.max_depth:
            raise Resource(f"nested deeper than --max-depth {meter.limits.max_depth}")


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise Malformed(f"duplicate key {quoted(key)}")
        result[key] = value
    return result


def json_integer(text: str) -> int:
    if text == "-0" or len(text) > 17 or not -(2**53) < int(text) < 2**53:
        raise Malformed(f"integer {quoted(text)} is not allowed (magnitude below 2^53, no -0)")
    return int(text)


def json_float(text: str) -> Any:
    raise Malformed(f"{quoted(text)} is not allowed: JSON numbers are integers, rationals are strings")


def parse_json(data: bytes, meter: Meter) -> Any:
    """The document, by the strict rules of FORMAT.md, "JSON"."""
    check_depth(data, meter)
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=unique_keys,
            parse_int=json_integer,
            parse_float=json_float,
            parse_constant=json_float,
        )
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None


def canonical(value: Any) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("a string holds a lone surrogate") from None


def at(step: str, read: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except Malformed as error:
        raise error.inside(step) from None


def expect(condition: bool, reason: str, place: str = "") -> None:
    if not condition:
        raise Malformed(reason, place)


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
    expect(type(value) is list, "expected a list")
    expect(len(value) > 0, "empty list")
    expect(length in (None, len(value)), f"expected {length} items, found {len(value)}")
    result = []
    for index, item in enumerate(value):
        try:
            result.append(read(item, *arguments))
        except Malformed as error:
            raise error.inside(f"[{index}]") from None
    return result


def text(value: Any) -> str:
    expect(type(value) is str, "expected a string")
    return str(value)


def index_below(value: Any, bound: int) -> int:
    expect(type(value) is int and 0 <= value < bound, f"expected an integer from 0 to {bound - 1}")
    return int(value)


def from_digits(digits: str) -> int:
    """int(digits) without CPython's limit on long decimal strings, which is interpreter-wide."""
    if len(digits) <= ALWAYS_CONVERTIBLE:
        return int(digits)
    low = len(digits) // 2
    shift: int = 10**low
    return from_digits(digits[:-low]) * shift + from_digits(digits[-low:])


def rational(value: Any, meter: Meter) -> Rational:
    """A rational string in lowest terms."""
    expect(type(value) is str, "expected a rational number in a string")
    meter.charge(STEP + (len(value) // 9) ** 2 // 4)
    limit = meter.limits.max_digits
    if len(value) > limit and max(map(len, value.lstrip("-").split("/"))) > limit:
        raise Resource(f"a number has more digits than --max-digits {limit}")
    match = RATIONAL.fullmatch(value)
    if match is None:
        raise Malformed(f"{quoted(value)} is not a canonical rational such as '-3' or '7/12'")
    above, below = match.groups()
    negative = above.startswith("-")
    numerator = -from_digits(above[1:]) if negative else from_digits(above)
    if below is None:
        return numerator, 1
    denominator = from_digits(below)
    expect(denominator > 1 and math.gcd(numerator, denominator) == 1, f"{quoted(value)} is not in lowest terms")
    return numerator, denominator
