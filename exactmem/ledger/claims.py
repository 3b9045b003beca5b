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

__all__ = [
    "OURS",
    "PACKAGE",
    "PAPER",
    "PAPERS",
    "REBUTTALS",
    "SURVEY",
    "Fact",
    "Kind",
    "Premise",
    "Proof",
    "ProofFailure",
    "Result",
    "Row",
    "Steps",
    "Verdict",
    "assumed",
    "checked",
    "claim",
    "not_covered",
    "proved",
    "refuted",
    "registered",
    "require",
    "row_called",
    "script_name",
    "script_of",
]

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from exactmem.errors import UsageError
from exactmem.ledger.wording import worded

PAPER = "Yun, Sra, Jadbabaie 2019"
SURVEY = "Ye, Wei, survey of memorization results"
REBUTTALS = "author responses to reviewers"
OURS = "exactmem"
PACKAGE = "exactmem.proofs"
"""The name under which the scripts of `proofs/` are imported."""


class Verdict(StrEnum):
    """What is known of a claim; nothing is rounded up, and none is stronger than what the claim rests on."""

    PROVED = "PROVED"
    PROVED_UNDER = "PROVED UNDER"
    CHECKED = "CHECKED"
    REFUTED = "REFUTED"
    ASSUMED = "ASSUMED"
    UNDECIDED = "UNDECIDED"
    NOT_COVERED = "NOT COVERED"


class Kind(StrEnum):
    """What a refutation says of the printed sentence."""

    ERROR = "error"
    """It is false."""
    GAP = "gap"
    """The printed proof does not show it, and as printed it cannot."""
    MISPRINT = "misprint"
    """What is meant is plain, and what is printed is something else."""
    READING = "reading"
    """One reading of an ambiguous sentence is false; another is true."""
    TRUE_OTHERWISE = "true otherwise"
    """What it says is true, but it does not follow from the theorem it cites; the row that `corrects` it proves it."""


@dataclass(frozen=True)
class Fact:
    """A textbook fact that proofs take on trust: its statement, where it is proved, and its Coq theorem if any."""

    name: str
    statement: str
    reference: str
    coq: str = ""


@dataclass(frozen=True)
class Result:
    """A verdict with its evidence: `method` says why it holds, `cases` lists what was checked, `counterexample` is
    what was re-checked for a refutation, `assumes` holds the textbook facts taken on trust, `under` the ids of the
    ASSUMED claims that it rests on, and `kernel` says that Coq's kernel has proved it, from no assumption."""

    verdict: Verdict
    method: str
    cases: str = ""
    counterexample: str = ""
    assumes: tuple[Fact, ...] = ()
    under: tuple[str, ...] = ()
    kernel: bool = False

    @property
    def title(self) -> str:
        """The verdict as it is printed: "PROVED (kernel)" where Coq's kernel stands behind it."""
        return f"{self.verdict} (kernel)" if self.kernel else str(self.verdict)


def proved(method: str, *, assumes: Sequence[Fact] = ()) -> Result:
    """A result valid for every value of the parameters in the stated range."""
    return Result(Verdict.PROVED, method, assumes=tuple(assumes))


def checked(method: str, cases: str) -> Result:
    """A result valid for exactly the listed cases."""
    return Result(Verdict.CHECKED, method, cases=cases)


def refuted(counterexample: str, method: str = "exact re-computation of the counterexample") -> Result:
    """The statement as printed is false for the given, re-checked counterexample."""
    return Result(Verdict.REFUTED, method, counterexample=counterexample)


def assumed(argument: str) -> Result:
    """A written argument that no program checks."""
    return Result(Verdict.ASSUMED, argument)


def not_covered(reason: str) -> Result:
    """A statement that no program here checks, with the reason."""
    return Result(Verdict.NOT_COVERED, reason)


class ProofFailure(Exception):
    """Raised inside a proof function when a step does not hold; the verdict becomes UNDECIDED."""


class Steps:
    """How many proof steps have held in this process, and the formulas of statements that went through one."""

    held = 0
    formulas: ClassVar[set[Any]] = set()


def require(condition: Any, step: str) -> None:
    """Raise ProofFailure naming `step` unless `condition` is exactly True; count the step if it is."""
    if condition is not True and not (type(condition).__name__ == "BooleanTrue"):
        raise ProofFailure(f"step does not hold: {step} (got {condition!r})")
    Steps.held += 1


Proof = TypeVar("Proof", bound=Callable[..., Result])


Premise = Callable[..., Result] | str
"""Another claim that a proof rests on: its proof function or its id."""


@dataclass(frozen=True)
class Row:
    """One row of the ledger: where the statement stands, what it says, and the verdict we expect.

    `theorem` is the id of the theorem it belongs to ("" for none), `corrects` the id of the refuted row it replaces,
    `by` the ids of the rows that its proof rests on. `script` is the file in `proofs/`, without its ending.
    A refutation has a `kind`, the printed sentence as `quote`, and a `note` where the text at hand may have lost a
    symbol. `witness` names a certificate file under `proofs/counterexamples/`, `coq` the Coq theorem behind a verdict.
    `formulas` are the objects that the formulas of the statement were made from; a step of the proof has to use each.
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
    kind: Kind | None = None
    quote: str = ""
    note: str = ""
    witness: str = ""
    coq: str = ""
    section: str = ""
    formulas: tuple[Any, ...] = ()

    @property
    def paper(self) -> str:
        """The text that the row is about, by the folder it stands in; its source for a script of one's own."""
        return PAPERS.get(self.script.partition("/")[0], self.source)


PAPERS = {"yun2019": PAPER, "survey": SURVEY, "rebuttals": REBUTTALS, "ours": OURS}
"""The text that each folder of `proofs/` is about."""

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
    by: Sequence[Premise] = (),
    kind: Kind | None = None,
    quote: str = "",
    note: str = "",
    witness: str = "",
    coq: str = "",
    section: str = "",
    formulas: Sequence[Any] = (),
) -> Callable[[Proof], Proof]:
    """Register the decorated proof function as the row `id`; the ledger calls it without arguments.

    `by` lists the other claims that this proof rests on, by their proof functions or, where those cannot be imported,
    by their ids. `formulas` are SymPy relations or terms: they take the places {} of the statement, and the proof has
    to put each of them through `exactmem.ledger.statements`, or rest on a claim that does. `section` is what comes
    first in `place` unless given. UsageError for an id that another script has registered, for a function in `by` that
    is no row's, for a refutation without `kind` or a `kind` without one, and where places and formulas do not match.
    """
    if (expected is Verdict.REFUTED) != (kind is not None):
        raise UsageError(f"claim {id!r}: a refutation says its kind (ERROR, GAP, ...), and nothing else has one")

    def register(prove: Proof) -> Proof:
        script = script_name(prove.__module__)
        known = _ROWS.get(id)
        if known is not None and known.script != script:
            raise UsageError(f"claim id {id!r} is registered by {known.script} and by {script}")
        _ROWS[id] = Row(
            id=id,
            source=source,
            place=place,
            statement=worded(statement, formulas),
            expected=expected,
            prove=prove,
            script=script,
            theorem=theorem,
            corrects=corrects,
            by=tuple(premise if isinstance(premise, str) else _row_of(premise).id for premise in by),
            kind=kind,
            quote=quote,
            note=note,
            witness=witness,
            coq=coq,
            section=section or re.split(r", | \(| with | and ", place)[0],
            formulas=tuple(formulas),
        )
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


def row_called(id: str) -> Row | None:
    """The registered row of this id, if there is one."""
    return _ROWS.get(id)


def registered() -> list[Row]:
    """The rows registered so far, in the order of their registration."""
    return list(_ROWS.values())
