"""The weakest link: what a claim's verdict is worth, given the claims that it rests on."""

__all__ = ["SOUND", "needed", "settle", "settled"]

from collections.abc import Iterable, Mapping
from dataclasses import replace

from exactmem.errors import LedgerError
from exactmem.ledger.claims import Result, Row, Verdict, row_called
from exactmem.ledger.kernel import kernel_proved
from exactmem.ledger.outcomes import Outcome

SOUND = (Verdict.PROVED, Verdict.PROVED_UNDER)


def needed(rows: Iterable[Row]) -> list[Row]:
    """The rows and every row that they rest on, each once and after all that it rests on.

    LedgerError for a premise that no script registers or that is a refutation, and for claims that rest on each other
    in a cycle.
    """
    order: dict[str, Row] = {}
    for row in rows:
        _visit(row, [], order)
    return list(order.values())


def _visit(row: Row, above: list[str], order: dict[str, Row]) -> None:
    if row.id in above:
        cycle = " -> ".join([*above[above.index(row.id) :], row.id])
        raise LedgerError(f"{row.script}: the claims rest on each other: {cycle}; take one of these out of `by`")
    if row.id in order:
        return
    for id in row.by:
        premise = row_called(id)
        if premise is None:
            raise LedgerError(f"{row.script}: claim {row.id!r} rests on {id!r}, which no imported script registers")
        if premise.expected is Verdict.REFUTED:
            raise LedgerError(f"{row.script}: claim {row.id!r} rests on {id!r}, which is refuted")
        _visit(premise, [*above, row.id], order)
    order[row.id] = row


def settle(alone: Outcome, before: Mapping[str, Outcome]) -> Outcome:
    """The outcome that a claim's own proof gave, lowered to what the settled outcomes of its premises allow.

    A proof that rests on ASSUMED claims is PROVED UNDER them; one that rests on CHECKED claims is CHECKED; a claim of
    any kind that rests on an UNDECIDED, NOT COVERED or REFUTED claim is UNDECIDED, and so is a check or a refutation
    that rests on an assumption. Strongest is what Coq's kernel has proved: it rests on no other claim and on no fact.
    """
    premises = [before[id] for id in alone.row.by]
    own = alone.result
    if own.verdict is Verdict.PROVED and alone.row.coq in kernel_proved():
        return replace(alone, result=replace(own, kernel=True, assumes=()))
    if own.verdict not in (*SOUND, Verdict.CHECKED, Verdict.REFUTED):
        return alone
    for premise in premises:
        if premise.result.verdict in (Verdict.UNDECIDED, Verdict.NOT_COVERED, Verdict.REFUTED):
            return _undecided(alone, f"rests on {premise.row.id}, which is {premise.result.verdict}")
    under = _assumptions(premises)
    if under and own.verdict not in SOUND:
        return _undecided(alone, f"a verdict {own.verdict} cannot rest on an assumption: {', '.join(under)}")
    checks = [premise for premise in premises if premise.result.verdict is Verdict.CHECKED]
    if checks and under:
        return _undecided(alone, f"rests on a check, {checks[0].row.id}, and on an assumption: {', '.join(under)}")
    if checks and own.verdict is not Verdict.REFUTED:
        return replace(alone, result=_as_far_as_checked(own, checks))
    if under:
        return replace(alone, result=replace(own, verdict=Verdict.PROVED_UNDER, under=under))
    return alone


def _assumptions(premises: Iterable[Outcome]) -> tuple[str, ...]:
    """The ids of the ASSUMED claims at the bottom of the premises, each once, in order."""
    found: dict[str, None] = {}
    for premise in premises:
        if premise.result.verdict is Verdict.ASSUMED:
            found[premise.row.id] = None
        found |= dict.fromkeys(premise.result.under)
    return tuple(found)


def _undecided(alone: Outcome, reason: str) -> Outcome:
    return replace(alone, result=Result(Verdict.UNDECIDED, reason, assumes=alone.result.assumes))


def _as_far_as_checked(own: Result, checks: Iterable[Outcome]) -> Result:
    cases = [own.cases] if own.cases else []
    cases += [f"those of {premise.row.id}: {premise.result.cases}" for premise in checks]
    return replace(own, verdict=Verdict.CHECKED, cases="; ".join(cases))


def settled(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """Every outcome of `needed` rows, in that order, lowered to what it rests on, by its id."""
    found: dict[str, Outcome] = {}
    for alone in outcomes:
        found[alone.row.id] = settle(alone, found)
    return found
