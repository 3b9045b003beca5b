"""Floor 1: every error exactmem raises on purpose, in one tree.

A message says what was expected, what came, where, and what to do; `witness`
carries the evidence (row numbers, samples, units) for programs.
"""

from typing import Any


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


class CertificateError(ExactmemError):
    """A certificate that cannot be written or read."""


class OutputError(ExactmemError):
    """An output file that cannot be written; nothing is left half-written."""


class LimitError(ExactmemError):
    """A stated resource limit was reached before an answer."""

    exit_code = 3
