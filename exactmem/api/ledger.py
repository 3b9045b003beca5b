"""The ledger of claims, run from Python."""

__all__ = ["Ledger", "prove"]

from collections.abc import Sequence
from typing import Any

from exactmem.errors import UsageError, did_you_mean, quoted
from exactmem.ledger.discovery import chosen
from exactmem.ledger.outcomes import Outcome
from exactmem.ledger.running import run_all
from exactmem.presentation import Shown, Table, amount


class Ledger(Shown, Sequence[Outcome]):
    """Outcomes of claims, by number or by id; `as_expected` where every verdict is the one the ledger expects."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self._outcomes = list(outcomes)

    def __getitem__(self, key: Any) -> Any:
        """The outcome of that number, or of the claim with that id, in capitals or not."""
        if not isinstance(key, str):
            return self._outcomes[key]
        by_id = {outcome.row.id.casefold(): outcome for outcome in self._outcomes}
        if key.casefold() not in by_id:
            hint = did_you_mean(key, [outcome.row.id for outcome in self._outcomes])
            raise UsageError(f"no claim {quoted(key)} is among these {len(self)}{hint}")
        return by_id[key.casefold()]

    def __len__(self) -> int:
        return len(self._outcomes)

    @property
    def as_expected(self) -> bool:
        """Whether every verdict is the one the ledger expects."""
        return all(outcome.as_expected for outcome in self._outcomes)

    def table(self) -> Table:
        """A line per claim."""
        counts: dict[str, int] = {}
        for outcome in self._outcomes:
            verdict = str(outcome.result.verdict)
            counts[verdict] = counts.get(verdict, 0) + 1
        found = ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items()))
        title = f"{amount(len(self), 'claim')}: {found}"
        rows = [(_word(o), o.row.id, o.row.statement) for o in self._outcomes]
        return Table(title, rows, ("verdict", "claim", "statement"))


def _word(outcome: Outcome) -> str:
    """The verdict, and what the ledger expects where that is another one."""
    verdict = str(outcome.result.verdict)
    return verdict if outcome.as_expected else f"{verdict}, expected {outcome.row.expected}"


def prove(*names: str) -> Ledger:
    """The outcomes of the claims that the names stand for: ids of claims or theorems, scripts or folders; none: all.

    No verdict is stronger than that of a claim it rests on, which is run too. UsageError for an unknown name,
    LedgerError for a script that cannot be imported.
    """
    rows = chosen(names)
    found = run_all(rows)
    return Ledger([found[row.id] for row in rows])
