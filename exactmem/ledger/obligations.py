"""What the steps of a proof accept, as formulas that another program can decide as well.

Every step that `exactmem.ledger.steps` accepts is recorded, while a recording is on, as an obligation: a formula that
holds for all values of its symbols, which carry their range (real, integer, positive, nonnegative) as an assumption.
"""

__all__ = ["AllOf", "AnyOf", "Atom", "Expr", "Formula", "Obligation", "Relation", "record", "recording"]

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

Expr = Any
Relation = Literal["=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Atom:
    """`left relation right`, where both sides are defined: a vanishing denominator makes it false."""

    left: Expr
    relation: Relation
    right: Expr


@dataclass(frozen=True)
class AllOf:
    """Every one of the formulas."""

    parts: tuple["Formula", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of the formulas."""

    parts: tuple["Formula", ...]


Formula = Atom | AllOf | AnyOf


@dataclass(frozen=True)
class Obligation:
    """A formula that a step accepted, with the name of the step."""

    step: str
    formula: Formula


_recorded: ContextVar[list[Obligation] | None] = ContextVar("recorded", default=None)


@contextmanager
def recording() -> Iterator[list[Obligation]]:
    """The list that every obligation accepted inside the block is added to."""
    obligations: list[Obligation] = []
    token = _recorded.set(obligations)
    try:
        yield obligations
    finally:
        _recorded.reset(token)


def record(step: str, formula: Formula) -> None:
    """Note that the step accepted the formula, where a recording is on."""
    obligations = _recorded.get()
    if obligations is not None:
        obligations.append(Obligation(step, formula))
