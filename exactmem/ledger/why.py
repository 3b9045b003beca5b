"""Why a claim holds: the tree of what it rests on, down to assumptions and textbook facts, as text."""

__all__ = ["axioms", "why", "why_json"]

from collections.abc import Mapping
from typing import Any

from exactmem.ledger.claims import Fact, Verdict
from exactmem.ledger.outcomes import Outcome, wrapped


def why(outcome: Outcome, found: Mapping[str, Outcome]) -> str:
    """The claim, the tree of the claims it rests on, and its axioms, in lines of at most 80 columns.

    `found` holds the settled outcomes of everything it rests on. A claim that occurs again is not unfolded again.
    """
    head = f"{outcome.row.id}: {_verdict(outcome)}"
    lines = [*wrapped(head, ""), *wrapped(outcome.row.statement, "    ")]
    if outcome.premises:
        lines += ["", "rests on"]
        _branches(outcome, found, "", set(), lines)
    return "\n".join([*lines, *_axioms(outcome, found)])


def axioms(outcome: Outcome, found: Mapping[str, Outcome]) -> tuple[list[Outcome], list[Fact]]:
    """The claims that are not proved and the textbook facts at the bottom of the tree, each once, in its order."""
    open_claims: dict[str, Outcome] = {}
    facts: dict[str, Fact] = {}
    for part in _everything(outcome, found).values():
        if not part.premises and part.result.verdict is not Verdict.PROVED and part is not outcome:
            open_claims[part.row.id] = part
        facts |= {fact.name: fact for fact in part.result.assumes}
    return list(open_claims.values()), list(facts.values())


def why_json(outcome: Outcome, found: Mapping[str, Outcome]) -> dict[str, Any]:
    """The tree as JSON: the claim, every claim it rests on (with `by`), and the two kinds of axioms."""
    open_claims, facts = axioms(outcome, found)
    parts = _everything(outcome, found)
    return {
        "why": outcome.row.id,
        "claims": [part.to_json() for part in parts.values()],
        "open": [part.row.id for part in open_claims],
        "facts": [fact.name for fact in facts],
    }


def _everything(outcome: Outcome, found: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """The claim and all that it rests on, as the tree first meets them."""
    parts: dict[str, Outcome] = {}

    def visit(part: Outcome) -> None:
        if part.row.id not in parts:
            parts[part.row.id] = part
            for id in part.premises:
                visit(found[id])

    visit(outcome)
    return parts


def _branches(outcome: Outcome, found: Mapping[str, Outcome], stem: str, seen: set[str], lines: list[str]) -> None:
    for place, id in enumerate(outcome.premises, start=1):
        premise, last = found[id], place == len(outcome.premises)
        again = bool(premise.premises) and id in seen
        text = f"{id}: {_verdict(premise)}" + (", as above" if again else "")
        arm, room = ("└─ ", "   ") if last else ("├─ ", "│  ")
        lines += wrapped(text, stem + arm, stem + room)
        if not again:
            seen.add(id)
            _branches(premise, found, stem + room, seen, lines)


def _axioms(outcome: Outcome, found: Mapping[str, Outcome]) -> list[str]:
    open_claims, facts = axioms(outcome, found)
    lines: list[str] = []
    if open_claims:
        lines += ["", "not proved"]
        for part in open_claims:
            lines += wrapped(f"{part.row.id} ({part.result.title}): {part.row.statement}", "  ", "      ")
            lines += wrapped(part.result.method, "      ")
    if facts:
        lines += ["", "textbook facts"]
        for fact in facts:
            behind = f"Coq: {fact.coq}" if fact.coq else fact.reference
            lines += wrapped(f"{fact.name}: {fact.statement} [{behind}]", "  ", "      ")
    if not open_claims and not facts:
        trust = "Coq's kernel" if outcome.result.kernel else "the steps of the program"
        lines += ["", f"nothing is taken on trust but {trust}"]
    return lines


def _verdict(outcome: Outcome) -> str:
    """The verdict with what stands behind or under it."""
    result, row = outcome.result, outcome.row
    under = f" {', '.join(result.under)}" if result.under else ""
    return f"{result.title}{under}" + (f" (Coq: {row.coq})" if row.coq else "")
