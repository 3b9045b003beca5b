"""Floor 5: the verdict vocabulary and the ledger of claims.

A claim is registered by decorating its proof function, which lives in `proofs/`:

    @claim(id="B.1-rank", source=PAPER, place="Lemma B.1 (1)", statement="...", expected=Verdict.PROVED)
    def row_rank() -> Result:
        '''Hypotheses: ... / Line: ... / Conclusion: ...'''
        ...
        return proved("...")

The decorator states what we expect; the function returns what it found. The two
are compared by `run`, so a proof that stops working changes the exit code.
"""

import importlib
import os
import pkgutil
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from exactmem.errors import UsageError, quoted

PAPER = "Yun, Sra, Jadbabaie 2019"
SURVEY = "Ye, Wei, survey of memorization results"
OURS = "exactmem"


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


@dataclass(frozen=True)
class Claim:
    """One ledger row: where the statement stands, what it says, and the verdict we expect."""

    id: str
    source: str
    place: str
    statement: str
    expected: Verdict
    prove: Callable[[], Result]
    script: str
    corrects: str = ""


@dataclass(frozen=True)
class Outcome:
    """What running one claim gave, with its time in seconds."""

    claim: Claim
    result: Result
    seconds: float

    @property
    def as_expected(self) -> bool:
        """Whether the verdict found is the verdict the ledger expects."""
        return self.result.verdict == self.claim.expected

    def to_json(self) -> dict[str, Any]:
        """The row of `exactmem prove --json`."""
        claim, result = self.claim, self.result
        return {
            "id": claim.id,
            "source": claim.source,
            "place": claim.place,
            "statement": claim.statement,
            "verdict": str(result.verdict),
            "expected": str(claim.expected),
            "as_expected": self.as_expected,
            "method": result.method,
            "cases": result.cases,
            "counterexample": result.counterexample,
            "assumes": result.assumes,
            "corrects": claim.corrects,
            "script": claim.script,
        }


_REGISTRY: dict[str, Claim] = {}


def claim(
    *, id: str, source: str, place: str, statement: str, expected: Verdict, corrects: str = ""
) -> Callable[[Callable[[], Result]], Callable[[], Result]]:
    """Register the decorated proof function as the claim `id`; `corrects` names the refuted claim it replaces."""

    def register(prove: Callable[[], Result]) -> Callable[[], Result]:
        script = prove.__module__.rpartition(".")[2]
        if script == "__main__":
            script = str(getattr(sys.modules["__main__"], "__file__", "?")).rpartition("/")[2].removesuffix(".py")
        known = _REGISTRY.get(id)
        if known is not None and known.script != script:
            raise UsageError(f"claim id {id!r} is registered by {known.script} and by {script}")
        _REGISTRY[id] = Claim(id, source, place, statement, expected, prove, script, corrects)
        return prove

    return register


def ledger() -> list[Claim]:
    """Every claim of every script in `proofs/`, ordered by script and then as written."""
    package = importlib.import_module("proofs")
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
        if not module.startswith("_"):
            importlib.import_module(f"proofs.{module}")
    return sorted(_REGISTRY.values(), key=lambda c: c.script)


def select(claims: Iterable[Claim], names: Iterable[str]) -> list[Claim]:
    """The claims whose id or script is in `names` (all of them for no names); UsageError for an unknown name."""
    claims, names = list(claims), list(names)
    if not names:
        return claims
    known = {c.id for c in claims} | {c.script for c in claims}
    for name in names:
        if name not in known:
            raise UsageError(
                f"no claim or proof script is called {quoted(name)}; `exactmem prove --list` shows the names"
            )
    return [c for c in claims if c.id in names or c.script in names]


def run(claim: Claim) -> Outcome:
    """Run one claim's proof function; a step that fails, or any error in the proof, gives UNDECIDED with the reason."""
    start = time.perf_counter()
    try:
        result = claim.prove()
    except ProofFailure as failure:
        result = Result(Verdict.UNDECIDED, str(failure))
    except Exception as error:
        result = Result(Verdict.UNDECIDED, f"the proof stopped with {type(error).__name__}: {error}")
    return Outcome(claim, result, time.perf_counter() - start)


def describe(outcome: Outcome) -> str:
    """A few plain lines about one outcome, for a terminal."""
    claim, result = outcome.claim, outcome.result
    lines = [f"{result.verdict:<9} {claim.id}  [{claim.source}, {claim.place}]", f"    {claim.statement}"]
    for label, text in (
        ("method", result.method),
        ("cases", result.cases),
        ("counterexample", result.counterexample),
        ("assumes", result.assumes),
        ("corrects", claim.corrects),
    ):
        if text:
            lines.append(f"    {label}: {text}")
    if not outcome.as_expected:
        lines.append(f"    NOT AS EXPECTED: the ledger says {claim.expected}")
    return "\n".join(lines)


def run_script(script: str) -> int:
    """Run and print the claims registered by one script; 0 when all are as expected, else 1."""
    outcomes = [run(c) for c in list(_REGISTRY.values()) if c.script == script]
    try:
        for outcome in outcomes:
            print(describe(outcome), flush=True)
    except BrokenPipeError:
        # The reader went away; give the interpreter a place to flush what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if outcomes and all(o.as_expected for o in outcomes) else 1
