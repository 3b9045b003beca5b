"""The verdict vocabulary, and the claims that proof functions are registered as.

A claim is registered by decorating its proof function, which lives in `proofs/` or in a script of one's own:

    @claim(id="B.1-rank", theorem="3.1", source=PAPER, place="Lemma B.1 (1)", statement="...", expected=Verdict.PROVED)
    def row_rank() -> Result:
        '''Hypotheses: ... / Line: ... / Conclusion: ...'''
        ...
        return proved("...")

The decorator states what we expect; the function returns what it found. The two are compared by
`exactmem.ledger.running`, so a proof that stops working changes the exit code.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from exactmem.errors import UsageError

PAPER = "Yun, Sra, Jadbabaie 2019"
SURVEY = "Ye, Wei, survey of memorization results"
OURS = "exactmem"
PACKAGE = "exactmem.proofs"
"""The name under which the scripts of `proofs/` are imported."""


class Verdict(StrEnum):
    """What a proof function found; nothing is rounded up."""

    PROVED = "PROVED"
    CHECKED = "CHECKED"
    REFUTED = "REFUTED"
    ASSUMED = "ASSUMED"
    UNDECIDED = "UNDECIDED"
    NOT_COVERED = "NOT COVERED"


@dataclass(frozen=True)
class Result:
    """A verdict with its evidence: `method` says why it holds, `cases` lists what was checked,
    `counterexample` is what was re-checked for a refutation, `assumes` names what is taken on trust."""

    verdict: Verdict
    method: str
    cases: str = ""
    counterexample: str = ""
    assumes: str = ""


def proved(method: str, *, assumes: str = "") -> Result:
    """A result valid for every value of the parameters in the stated range."""
    return Result(Verdict.PROVED, method, assumes=assumes)


def checked(method: str, cases: str) -> Result:
    """A result valid for exactly the listed cases."""
    return Result(Verdict.CHECKED, method, cases=cases)


def refuted(counterexample: str, method: str = "exact re-computation of the counterexample") -> Result:
    """The statement as printed is false for the given, re-checked counterexample."""
    return Result(Verdict.REFUTED, method, counterexample=counterexample)


def assumed(argument: str) -> Result:
    """A written argument that no program checks."""
    return Result(Verdict.ASSUMED, argument)


class ProofFailure(Exception):
    """Raised inside a proof function when a step does not hold; the verdict becomes UNDECIDED."""


def require(condition: Any, step: str) -> None:
    """Raise ProofFailure naming `step` unless `condition` is exactly True."""
    if condition is not True and not (type(condition).__name__ == "BooleanTrue"):
        raise ProofFailure(f"step does not hold: {step} (got {condition!r})")


Proof = TypeVar("Proof", bound=Callable[..., Result])


@dataclass(frozen=True)
class Row:
    """One row of the ledger: where the statement stands, what it says, and the verdict we expect.

    `theorem` is the id of the theorem it belongs to ("" for none), `corrects` the id of the refuted row it replaces,
    `by` the ids of the rows that its proof rests on. `script` is the file in `proofs/`, without its ending.
    """

    id: str
    source: str
    place: str
    statement: str
    expected: Verdict
    prove: Callable[[], Result]
    script: str
    theorem: str = ""
    corrects: str = ""
    by: tuple[str, ...] = ()


_ROWS: dict[str, Row] = {}


def claim(
    *,
    id: str,
    source: str,
    place: str,
    statement: str,
    expected: Verdict,
    theorem: str = "",
    corrects: str = "",
    by: Sequence[Callable[..., Result]] = (),
) -> Callable[[Proof], Proof]:
    """Register the decorated proof function as the row `id`; the ledger calls it without arguments.

    `by` lists the proof functions of other rows that this proof rests on. UsageError for an id that another script
    has registered, and for a function in `by` that is no row's.
    """

    def register(prove: Proof) -> Proof:
        script = script_name(prove.__module__)
        known = _ROWS.get(id)
        if known is not None and known.script != script:
            raise UsageError(f"claim id {id!r} is registered by {known.script} and by {script}")
        rests_on = tuple(_row_of(function).id for function in by)
        _ROWS[id] = Row(id, source, place, statement, expected, prove, script, theorem, corrects, rests_on)
        return prove

    return register


def _row_of(function: Callable[..., Result]) -> Row:
    """The row whose proof function this is; UsageError if there is none."""
    for row in _ROWS.values():
        if row.prove is function:
            return row
    raise UsageError(f"{function.__name__} in `by` is the proof function of no claim: decorate it with @claim")


def script_name(module: str) -> str:
    """The script that a module is: its path in `proofs/` without the ending, or the path of a script of one's own."""
    if module.startswith(PACKAGE + "."):
        return module.removeprefix(PACKAGE + ".").replace(".", "/")
    return script_of(Path(str(getattr(sys.modules[module], "__file__", module))))


def script_of(file: Path) -> str:
    """The name of the script in a file: below a folder `proofs` its path from there, else its whole path."""
    path = file.resolve().with_suffix("")
    root = Path(__file__).resolve().parents[1] / "proofs"
    return str(path.relative_to(root.resolve())) if path.is_relative_to(root.resolve()) else str(path)


def registered() -> list[Row]:
    """The rows registered so far, in the order of their registration."""
    return list(_ROWS.values())
