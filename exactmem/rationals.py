"""The one exact scalar type (`flint.fmpq`), its border conversions and directed rounding.

Every number inside exactmem is an `fmpq` (or `fmpz` for integers). `rational` is the only way in;
it refuses floats of every kind, for which `exactly` is the explicit door and means the exact value that they store.
"""

__all__ = [
    "MAX_DIGITS",
    "MAX_EXPONENT",
    "Direction",
    "Rational",
    "bits",
    "ceil",
    "clear_denominators",
    "common_denominator",
    "exactly",
    "floor",
    "is_dyadic",
    "listed",
    "over_common_denominator",
    "parse",
    "rational",
    "readable",
    "round_dyadic",
    "shorten",
    "simplest_between",
    "sqrt_bounds",
    "to_fraction",
    "to_text",
    "vector",
]

import math
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from flint import fmpq, fmpz

from exactmem.errors import InexactNumberError, LimitError, NumberFormatError, ShapeError, quoted

Rational: TypeAlias = Any
"""An exact rational number, always `flint.fmpq`."""

Direction = Literal["down", "up"]

MAX_DIGITS = 1_000_000
"""Longest number, in characters, that is read from text; longer text is refused with LimitError."""

MAX_EXPONENT = 100_000
"""Largest decimal exponent (in absolute value) accepted in text such as `1e-30`."""

_DECIMAL = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?", re.ASCII)
_FRACTION = re.compile(r"([+-]?\d+)/(\d+)", re.ASCII)


def rational(value: Any) -> Rational:
    """The exact rational equal to `value`.

    Accepts int, `fmpz`, `fmpq`, `fractions.Fraction`, `decimal.Decimal`, `sympy.Rational`, numpy integers and booleans
    and text (`parse`). Raises InexactNumberError for anything else: floats (also numpy's, `sympy.Float` and mpmath
    numbers, which `exactly` takes), balls (`arb`), NaN and infinities.
    """
    if type(value) is fmpq:
        return value
    if type(value) is int or type(value) is fmpz:
        return fmpq(value)
    if isinstance(value, str):
        return parse(value)
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    if isinstance(value, Decimal):
        return parse(str(value))
    if hasattr(value, "p") and hasattr(value, "q") and getattr(value, "is_Rational", False):
        return fmpq(int(value.p), int(value.q))
    if type(value).__module__ == "numpy" and type(value).__name__ in {"bool", "bool_"}:
        return fmpq(int(value))
    if hasattr(value, "__index__") and not isinstance(value, bool):
        with suppress(TypeError):  # numpy arrays have the method, but no value unless they hold one integer
            return fmpq(int(value.__index__()))
    with suppress(TypeError, ValueError, OverflowError):
        if not math.isfinite(value):
            raise InexactNumberError(f"{value!s} is not a finite number")
    kind = next(base.__name__ for base in type(value).__mro__ if not base.__name__.startswith("_"))
    raise InexactNumberError(
        f"{quoted(value)} of type {kind} is not an exact number: give an integer, a Fraction or text "
        "such as '0.1' or '1/3'; floats=\"exact\" (--floats exact) or exactly(x) takes a float for the value it stores"
    )


def exactly(value: Any) -> Rational:
    """The exact rational that a number stores: of a float its binary value, and so of any exact number.

    Accepts Python and numpy floats, `sympy.Float`, mpmath's `mpf` (`mpmath.pi` and the like: the value at the working
    precision) and what `rational` accepts. InexactNumberError for NaN, infinities and everything else.
    """
    # Balls have the attribute too, but are not one number.
    if type(value).__name__ in {"mpf", "constant", "Float"} and hasattr(value, "_mpf_"):
        return _from_mpf(value)
    if isinstance(value, float) or (type(value).__module__ == "numpy" and hasattr(value, "as_integer_ratio")):
        try:
            numerator, denominator = value.as_integer_ratio()
        except (OverflowError, ValueError) as error:
            raise InexactNumberError(f"{value!s} is not a finite number") from error
        return fmpq(int(numerator), int(denominator))
    return rational(value)


def _from_mpf(value: Any) -> Rational:
    """The dyadic rational that a number in mpmath's form stores; NaN and infinities are refused."""
    sign, mantissa, exponent, _ = value._mpf_
    if not mantissa and exponent:
        raise InexactNumberError(f"{quoted(value)} is not a finite number")
    magnitude = fmpq(int(mantissa)) * fmpq(2) ** int(exponent)
    return -magnitude if sign else magnitude


def parse(text: str) -> Rational:
    """The exact value of decimal text (`-1.50`, `1e-30`) or of a fraction (`7/12`).

    Raises NumberFormatError for other text, InexactNumberError for `nan` and `inf`, LimitError for text longer
    than MAX_DIGITS or exponents beyond MAX_EXPONENT.
    """
    text = text.strip()
    if len(text) > MAX_DIGITS:
        raise LimitError(f"a number of {len(text)} characters exceeds the limit of {MAX_DIGITS}")
    fraction = _FRACTION.fullmatch(text)
    if fraction:
        denominator = fmpz(fraction[2])
        if denominator == 0:
            raise NumberFormatError(f"{quoted(text)} has denominator zero")
        return fmpq(fmpz(fraction[1].lstrip("+")), denominator)
    decimal = _DECIMAL.fullmatch(text)
    if decimal and (decimal[2] or decimal[3]):
        return _decimal_value(decimal[1], decimal[2], decimal[3] or "", decimal[4] or "0", text)
    if text.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        raise InexactNumberError(f"{quoted(text)} is not a finite number")
    raise NumberFormatError(f"{quoted(text)} is not an exact number (write it as 12, -1.5, 1e-30 or 7/12)")


def _decimal_value(sign: str, whole: str, digits: str, exponent_text: str, text: str) -> Rational:
    if len(exponent_text) > 12 or abs(int(exponent_text)) > MAX_EXPONENT:
        raise LimitError(f"the exponent of {quoted(text)} exceeds the limit of {MAX_EXPONENT}")
    value = fmpq(fmpz((whole + digits) or "0")) * fmpq(10) ** (int(exponent_text) - len(digits))
    return -value if sign == "-" else value


def to_text(value: Rational) -> str:
    """The canonical text of a rational: `-3`, `0`, `7/12` (lowest terms, no sign on the denominator)."""
    value = rational(value)
    numerator, denominator = value.numer(), value.denom()
    return str(numerator) if denominator == 1 else f"{numerator}/{denominator}"


def to_fraction(value: Rational) -> Fraction:
    """The same number as a `fractions.Fraction`, for users and tests."""
    return Fraction(int(value.numer()), int(value.denom()))


def vector(values: Iterable[Any]) -> list[Rational]:
    """The values as a list of rationals; ShapeError for text, which is one number and no row, and for mappings."""
    if isinstance(values, str | bytes | Mapping | Set):
        raise ShapeError(f"{quoted(values)} of type {type(values).__name__} is no row of numbers: write [1, '1/2']")
    return [rational(v) for v in values]


def bits(value: Rational) -> int:
    """The larger of the bit lengths of numerator and denominator (0 has 1 bit, for its denominator)."""
    return max(int(abs(value.numer()).bit_length()), int(value.denom().bit_length()))


def common_denominator(values: Iterable[Rational], max_bits: int | None = None) -> Any:
    """The least common multiple of the denominators, as `fmpz` (1 for no values); None if longer than `max_bits`."""
    result = fmpz(1)
    for value in values:
        denominator = value.denom()
        if denominator != 1 and result % denominator != 0:
            result = result.lcm(denominator)
            if max_bits is not None and result.bit_length() > max_bits:
                return None
    return result


def clear_denominators(values: Sequence[Rational]) -> tuple[list[Any], Any]:
    """Integers and one common denominator: `values[i] == integers[i] / denominator`."""
    denominator = common_denominator(values)
    return [(denominator // v.denom()) * v.numer() for v in values], denominator


def over_common_denominator(values: Sequence[Any], max_bits: int | None = None) -> tuple[int, Sequence[Any]]:
    """(D, Python integers D * v) for the least common denominator D of the rationals v, at least one.

    Where D would have more than `max_bits` bits, and for Python integers, it is (1, values): the values as they are.
    """
    if type(values[0]) is int:
        return 1, values
    common, denominators = 1, list(map(fmpq.denom, values))
    if denominators.count(1) < len(denominators):
        denominators = list(map(int, denominators))
        for denominator in set(denominators):
            common = math.lcm(common, denominator)
            if max_bits is not None and common.bit_length() > max_bits:
                return 1, values
    numerators = list(map(int, map(fmpq.numer, values)))
    if common == 1:
        return 1, numerators
    return common, [common // d * n for n, d in zip(numerators, denominators, strict=True)]


def floor(value: Rational) -> Any:
    """The largest integer (`fmpz`) not above the value."""
    return value.numer() // value.denom()


def ceil(value: Rational) -> Any:
    """The smallest integer (`fmpz`) not below the value."""
    return -((-value.numer()) // value.denom())


def round_dyadic(value: Rational, fractional_bits: int, direction: Direction) -> Rational:
    """The nearest multiple of 2**-fractional_bits not above ("down") or not below ("up") the value."""
    scale = fmpq(2) ** fractional_bits
    scaled = value * scale
    return fmpq(floor(scaled) if direction == "down" else ceil(scaled)) / scale


def is_dyadic(value: Rational) -> bool:
    """Whether the denominator is a power of two."""
    denominator = int(value.denom())
    return denominator & (denominator - 1) == 0


def sqrt_bounds(value: Rational, fractional_bits: int = 64) -> tuple[Rational, Rational]:
    """Dyadic rationals (low, high) with low <= sqrt(value) <= high and high - low <= 2**-fractional_bits.

    Both equal the root when it is a multiple of 2**-fractional_bits. NumberFormatError for a negative value.
    """
    if value < 0:
        raise NumberFormatError(f"the square root of the negative number {shorten(value)} is not real")
    scale = fmpz(2) ** fractional_bits
    scaled = value * scale * scale
    root = floor(scaled).isqrt()
    low = fmpq(root, scale)
    return low, low if low * low == value else fmpq(root + 1, scale)


def simplest_between(low: Rational, high: Rational) -> Rational:
    """The rational of smallest denominator strictly between low < high (of smallest magnitude among those)."""
    if not low < high:
        raise NumberFormatError(f"no number lies strictly between {shorten(low)} and {shorten(high)}")
    if low < 0 < high:
        return fmpq(0)
    if high <= 0:
        return -simplest_between(-high, -low)
    whole = fmpq(floor(low))
    if whole + 1 < high:
        return whole + 1
    # Same integer part: continue with the reciprocals of the fractional parts.
    lower, upper = low - whole, high - whole
    if lower == 0:
        return whole + 1 / fmpq(floor(1 / upper) + 1)
    return whole + 1 / simplest_between(1 / upper, 1 / lower)


def listed(values: Sequence[Rational], most: int = 4) -> str:
    """The first few numbers, abbreviated and separated by commas; for messages only."""
    return ", ".join(shorten(v) for v in values[:most]) + (", ..." if len(values) > most else "")


def shorten(value: Rational, width: int = 24) -> str:
    """The canonical text, abbreviated with its bit length when it is longer than `width`; for messages only."""
    text = to_text(value)
    return text if len(text) <= width else f"{text[: width // 2]}...{text[-4:]} ({bits(value)} bits)"


def readable(value: Rational) -> str:
    """The number exactly where it is short, else rounded to seven digits behind a `~`; for people only."""
    text = to_text(value) if bits(value) < 64 else ""
    if 0 < len(text) <= 14:
        return text
    with localcontext(prec=7):
        return f"~{Decimal(int(value.numer())) / Decimal(int(value.denom()))}".lower()
