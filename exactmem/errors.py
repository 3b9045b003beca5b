"""Every error exactmem raises on purpose, in one tree.

A message says what was expected, what came, where, and what to do; `witness`
carries the evidence (row numbers, samples, units) for programs.
"""

__all__ = [
    "SHOWN",
    "CertificateError",
    "ConstructionError",
    "DatasetError",
    "DrawError",
    "DuplicateInputError",
    "ExactmemError",
    "InexactExportError",
    "InexactNumberError",
    "JsonError",
    "KinkError",
    "LedgerError",
    "LimitError",
    "NetworkFormatError",
    "NotGeneralPositionError",
    "NumberFormatError",
    "OutputError",
    "ProjectionError",
    "ShapeError",
    "SizeError",
    "UsageError",
    "did_you_mean",
    "printable",
    "quoted",
]

from collections.abc import Iterable
from typing import Any

SHOWN = 60
"""Most characters of somebody's text that a message repeats, by default."""


def printable(text: str, width: int = SHOWN) -> str:
    """The text as one printable line for a message, with escapes for what cannot be printed, long text's middle cut."""
    shown = text if len(text) <= width else f"{text[: width // 2]}...{text[-width // 4 :]} ({len(text)} characters)"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown)


def quoted(value: Any, width: int = SHOWN) -> str:
    """The value's `repr` as one printable line for a message, abbreviated as by `printable`."""
    if isinstance(value, str) and len(value) > width:
        return f"{value[: width // 2] + '...' + value[-width // 4 :]!r} ({len(value)} characters)"
    return repr(value) if isinstance(value, str) else printable(repr(value), width)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """What a message says after an unknown name: `: did you mean X or Y?` with those known that are like it, or ""."""
    import difflib  # here, as few runs need it

    by_key = {other.casefold(): other for other in known}
    close = difflib.get_close_matches(name.strip().casefold(), by_key)
    return f": did you mean {' or '.join(by_key[key] for key in close)}?" if close else ""


class ExactmemError(Exception):
    """Base of all errors; `exit_code` is what the command line returns for it."""

    exit_code = 2

    def __init__(self, message: str, *, witness: Any = None) -> None:
        super().__init__(message)
        self.witness = witness


class InexactNumberError(ExactmemError):
    """A float or NaN where an exact number is required."""


class NumberFormatError(ExactmemError):
    """Text that is not an exact number."""


class UsageError(ExactmemError):
    """A bad argument: unknown name, malformed widths, contradictory options."""


class ProjectionError(UsageError):
    """A given vector u that projects two inputs to the same number; witness: the two sample indices."""


class DatasetError(ExactmemError):
    """A dataset that cannot be read or does not satisfy an assumption."""


class DuplicateInputError(DatasetError):
    """Equal inputs with different labels (Assumption 3.1); witness: the two row numbers."""


class NotGeneralPositionError(DatasetError):
    """General position fails where it is needed; witness: the sample indices."""

    exit_code = 1


class ShapeError(ExactmemError):
    """Matrices or vectors whose shapes do not fit."""


class SizeError(ExactmemError):
    """A theorem's size condition is not met; witness: the smallest sizes that would do."""

    exit_code = 1


class ConstructionError(ExactmemError):
    """A construction did not memorize exactly; never expected, never ignored."""

    exit_code = 1


class KinkError(ExactmemError):
    """A pre-activation sits on a breakpoint where differentiability is needed; witness: (sample, layer, unit)."""

    exit_code = 1


class DrawError(ExactmemError):
    """Seeded weights, or data, with which a construction fails; witness: what shows it (a dependency, the samples)."""

    exit_code = 1


class CertificateError(ExactmemError):
    """A certificate that cannot be written or read."""


class JsonError(ExactmemError):
    """A file that cannot be read as JSON."""


class NetworkFormatError(ExactmemError):
    """A network file or object that cannot be read as an exact network."""


class InexactExportError(ExactmemError):
    """A network that the asked-for format cannot hold exactly; witness: the first number or sum that does not fit."""

    exit_code = 1


class LedgerError(ExactmemError):
    """A ledger without rows, or a proof script that cannot be imported."""


class OutputError(ExactmemError):
    """An output file that cannot be written; nothing is left half-written."""


class LimitError(ExactmemError):
    """A stated resource limit was reached before an answer."""

    exit_code = 3
