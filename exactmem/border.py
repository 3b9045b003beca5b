"""Where numbers cross the border: rows and tables of every common kind come in, `Exact` numbers go out.

Inside, every number is a `flint.fmpq`; the functions here are the one place where the rows and tables that public
functions take become such numbers. What public functions give back are `Exact`: fractions that compute and compare
with `Fraction` and `int`, which an `fmpq` does not. They are made only for what is handed out.
"""

__all__ = [
    "Exact",
    "Floats",
    "check_floats",
    "column_or_table",
    "entries_of",
    "number",
    "one_or_many",
    "outward",
    "outward_row",
    "row",
    "table",
]

import re
from collections.abc import Callable, Iterable, Mapping, Set
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from typing import Any, Literal

from flint import fmpq

from exactmem.errors import ExactmemError, ShapeError, UsageError, quoted
from exactmem.presentation import latex_number
from exactmem.rationals import Rational, exactly, rational, shorten, to_text

Floats = Literal["refuse", "exact"]
"""Whether floats are refused, or taken for the exact values that they store."""

_DECIMAL_FORMAT = re.compile(r"(?:(.?)([<>=^]))?([-+ ]?)(0?)(\d*)([,_]?)(?:\.(\d+))?([eEfFgG%])", re.DOTALL)


class Exact(Fraction):
    """An exact result: a `fractions.Fraction` that stays an Exact under arithmetic.

    It equals, hashes like and computes with Fraction and int, and equals the `fmpq` of the same value that networks and
    data hold inside. `float(v)` is the nearest float and `f"{v:.3f}"` the correctly rounded decimal (formats e, f, g
    and %). `str(v)` has all digits, `repr(v)` abbreviates long numbers.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return shorten(rational(self))

    def __str__(self) -> str:
        return to_text(self)

    def __eq__(self, other: object) -> bool:
        return super().__eq__(outward(other) if type(other) is fmpq else other)

    __hash__ = Fraction.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return Exact, (self.numerator, self.denominator)

    def __format__(self, spec: str) -> str:
        """What a float of this very value would show: e, f, g and %, correctly rounded; else the text of `str`."""
        found = _DECIMAL_FORMAT.fullmatch(spec)
        if found is None:
            return format(str(self), spec)
        fill, align, sign, zero, width, comma, precision, kind = found.groups()
        places = 6 if precision is None else int(precision)
        if kind in "fF%":
            value = self._rounded(places + 2 * (kind == "%"))
            text = format(value, f"{sign}{comma}.{places}{kind}")
        else:
            text = self._significant(places + 1 if kind in "eE" else max(1, places), kind, sign + comma)
        fill, align = fill or ("0" if zero else " "), align or ("=" if zero else ">")
        return _padded(text, fill, align, int(width or 0))

    def _significant(self, digits: int, kind: str, options: str) -> str:
        """The nearest decimal with so many significant digits, as e or g write it."""
        value = _context(digits).divide(Decimal(self.numerator), Decimal(self.denominator))
        if kind in "gG":
            value = value.normalize(_context(digits))
            shown = len(value.as_tuple().digits)
            if -4 <= value.adjusted() < digits:
                return format(value, f"{options}.{max(0, shown - 1 - value.adjusted())}f")
            digits = shown
        value = value or Decimal((0, (0,), 1 - digits))
        text = format(value, f"{options}.{digits - 1}{'e' if kind in 'eg' else 'E'}")
        return re.sub(r"(?<=[-+])(\d)$", r"0\1", text)

    def _rounded(self, places: int) -> Decimal:
        """The nearest decimal with so many places, half to even; a negative number that becomes 0 keeps its sign."""
        scaled = round(self * 10**places)
        value = _context(scaled.bit_length() + 1).scaleb(Decimal(scaled), -places)
        return value.copy_negate() if self < 0 == scaled else value

    def _repr_latex_(self) -> str:
        """The number for a notebook."""
        return f"${latex_number(rational(self))}$"


def _padded(text: str, fill: str, align: str, width: int) -> str:
    """A number's text in a field of that width; the alignment = pads behind the sign."""
    if align != "=":
        return format(text, f"{fill}{align}{width}")
    sign = text[: text[0] in "+- "]
    return sign + format(text[len(sign) :], f"{fill}>{max(0, width - len(sign))}")


def _context(digits: int) -> Context:
    """Decimal arithmetic of so many digits, correctly rounded, for exponents of any size."""
    return Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN)


def _closed(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of Fraction whose results are Exact where they are fractions."""

    def closed(*arguments: Any) -> Any:
        result = method(*arguments)
        return Exact(result) if type(result) is Fraction else result

    return closed


for _name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "mod", "rmod", "pow", "neg", "pos"):
    setattr(Exact, f"__{_name}__", _closed(getattr(Fraction, f"__{_name}__")))
for _name in ("abs", "round"):
    setattr(Exact, f"__{_name}__", _closed(getattr(Fraction, f"__{_name}__")))


def outward(value: Rational) -> Exact:
    """A number from inside, as public functions give it back."""
    return Exact(int(value.numer()), int(value.denom()))


def outward_row(values: Iterable[Rational]) -> list[Exact]:
    """A row of numbers from inside, as public functions give it back."""
    return [outward(value) for value in values]


def number(value: Any, floats: Floats = "refuse") -> Rational:
    """One exact number; True and False are 1 and 0. Errors as `rational`; `floats="exact"` takes floats (`exactly`)."""
    if isinstance(value, bool):
        return fmpq(int(value))
    return exactly(value) if floats == "exact" else rational(value)


def row(values: Any, what: str, length: int | None = None, floats: Floats = "refuse") -> list[Rational]:
    """The numbers of a list, tuple, array, series or the like, `length` of them if given.

    `what` names the row in messages. ShapeError for text, a single number, nested rows and another length;
    InexactNumberError or NumberFormatError naming the entry.
    """
    if type(values) not in (list, tuple) or set(map(type, values)) != {fmpq}:
        entries = entries_of(values, what, "a row of numbers such as [1, '1/2']")
        if any(map(_is_row, entries)):
            raise ShapeError(f"{what} has the shape {_shape(entries)}, expected one row of numbers")
        values = [_entry(value, f"{what}, entry {j}", floats) for j, value in enumerate(entries)]
    if length is not None and len(values) != length:
        raise ShapeError(f"{what} has {len(values)} entries, expected {length}")
    return list(values)


def table(values: Any, what: str, floats: Floats = "refuse") -> list[list[Rational]]:
    """The rows of a list of rows, matrix, two-dimensional array or data frame; they may differ in length.

    ShapeError where there are numbers or text instead of rows; errors as `row`.
    """
    rows = entries_of(values, what, "a table of numbers such as [[1, 2], [3, 4]]")
    for i, entries in enumerate(rows):
        if not _is_row(entries):
            text = f"row {i} is {quoted(entries)}" + (", text" if isinstance(entries, str) else "")
            shape = "" if any(map(_is_row, rows)) else f" of the shape ({len(rows)},)"
            raise ShapeError(f"{what}{shape}: {text}, not a row of numbers; write [[1], [2], ...] for a single column")
    return [row(entries, f"{what}, row {i}", None, floats) for i, entries in enumerate(rows)]


def column_or_table(values: Any, what: str, floats: Floats = "refuse") -> list[list[Rational]]:
    """Rows of one number each for a list of numbers (or of rows of one number), else the rows of a table."""
    entries = entries_of(values, what, "numbers or rows of numbers")
    return [
        row(entry, f"{what}, row {i}", None, floats) if _is_row(entry) else [_entry(entry, f"{what}, row {i}", floats)]
        for i, entry in enumerate(entries)
    ]


def one_or_many(values: Any, what: str, length: int, floats: Floats = "refuse") -> tuple[list[list[Rational]], bool]:
    """The rows of a table of inputs of the given length, or the one row that is given alone, and whether it was one."""
    entries = entries_of(
        values, what, "one number in brackets, such as [1]" if length == 1 else f"a row of {length} numbers"
    )
    if entries and all(map(_is_row, entries)):
        return [row(entry, f"{what} {i}", length, floats) for i, entry in enumerate(entries)], False
    return [row(entries, what, length, floats)], True


def _entry(value: Any, place: str, floats: Floats) -> Rational:
    """One number; errors carry the place."""
    try:
        return number(value, floats)
    except ExactmemError as error:
        raise type(error)(f"{place}: {error}") from error


def _is_row(value: Any) -> bool:
    """Whether a value holds several numbers, as opposed to one."""
    return not isinstance(value, str | bytes) and (hasattr(value, "__iter__") or len(getattr(value, "shape", ())) > 0)


def entries_of(values: Any, what: str, expected: str) -> list[Any]:
    """The entries of a container in order; rows of data frames and arrays become lists."""
    if isinstance(values, str | bytes | Mapping | Set):
        raise ShapeError(f"{what} is {quoted(values)} of type {type(values).__name__}, expected {expected}")
    if hasattr(values, "itertuples"):  # a pandas data frame, whose columns keep their types this way
        return [list(entries) for entries in values.itertuples(index=False, name=None)]
    if hasattr(values, "iter_rows"):
        return [list(entries) for entries in values.iter_rows()]
    entries = values.tolist() if hasattr(values, "tolist") else values
    if not hasattr(entries, "__iter__"):
        raise ShapeError(f"{what} is the single value {quoted(values)}, expected {expected}")
    return list(entries)


def _shape(entries: list[Any]) -> str:
    """The shape of nested lists, such as (2, 3); `ragged` where they have none."""
    lengths, level = [], [entries]
    while level and all(map(_is_row, level)):
        sizes = {len(entries_of(value, "", "")) for value in level}
        if len(sizes) > 1:
            return "ragged"
        lengths.append(sizes.pop())
        level = [inner for value in level for inner in entries_of(value, "", "")]
    return f"({', '.join(map(str, lengths))}{',' if len(lengths) == 1 else ''})"


def check_floats(floats: str) -> Floats:
    """The argument `floats` of a public function; UsageError unless it is "refuse" or "exact"."""
    if floats not in ("refuse", "exact"):
        raise UsageError(f'floats={quoted(floats)}: use "refuse" or "exact"')
    return "exact" if floats == "exact" else "refuse"
