"""What `exactmem prove` prints for people, in lines of at most 80 columns: claims under their paper and section."""

__all__ = ["Pages", "expectations", "headings", "summary"]

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from exactmem.ledger.claims import Row, Verdict
from exactmem.ledger.outcomes import Outcome, describe, wrapped
from exactmem.ledger.solvers import SecondOpinion
from exactmem.presentation import amount


class Pages:
    """Prints claims in the order of `rows`, each as soon as all before it are known, under headings."""

    def __init__(self, rows: Sequence[Row], shown: Callable[[Outcome], bool]) -> None:
        self._waiting = list(reversed(rows))
        self._shown = shown
        self._heading = ("", "")

    def print_ready(self, found: Mapping[str, Outcome], opinions: Mapping[str, SecondOpinion]) -> None:
        """Print what can be printed now, given the settled outcomes and opinions so far."""
        while self._waiting and self._waiting[-1].id in found:
            outcome = found[self._waiting.pop().id]
            if not self._shown(outcome):
                continue
            opinion = opinions.get(outcome.row.id)
            for line in self._headings(outcome.row):
                print(line)
            print(describe(outcome, source=False, second_opinion=str(opinion or "")), flush=True)

    def _headings(self, row: Row) -> list[str]:
        before, self._heading = self._heading, (row.paper, row.section)
        return headings(before, self._heading)


def headings(before: tuple[str, str], now: tuple[str, str]) -> list[str]:
    """The lines above a claim of another paper or section than the one before."""
    (old_paper, _), (paper, section) = before, now
    lines = ["", paper, "=" * len(paper)] if paper != old_paper else []
    return [*lines, "", section, "-" * len(section)] if before != now else lines


def expectations(rows: Sequence[Row]) -> str:
    """The claims with what the ledger expects of each, which is no verdict."""
    lines = wrapped("What the ledger expects of each claim. Nothing has been run: these are no verdicts.", "")
    heading = ("", "")
    for row in rows:
        lines += headings(heading, heading := (row.paper, row.section))
        lines += wrapped(f"{row.id}: expects {row.expected}  [{row.place}; {row.script}]", "", "    ")
    return "\n".join(lines)


def summary(
    outcomes: Sequence[Outcome],
    verdicts: set[Verdict],
    opinions: Mapping[str, SecondOpinion],
    report: str | None,
    scripts: int | None,
) -> str:
    """How many claims have which verdict, how many of them were shown, and what the solvers say of their steps."""
    counts = Counter(outcome.result.title for outcome in outcomes)
    found = ", ".join(f"{n} {v}" for v, n in sorted(counts.items()))
    lines = wrapped(f"{amount(len(outcomes), 'claim')}: {found}", "")
    shown = sum(outcome.result.verdict in verdicts for outcome in outcomes)
    if shown != len(outcomes):
        lines.append(f"shown: {shown}")
    if opinions:
        lines += wrapped(f"second opinion: {SecondOpinion.of_all(opinions.values())}", "")
    if report is not None:
        lines += wrapped(f"{report}: the report", "")
    if scripts is not None:
        lines.append(f"SMT-LIB files: {scripts}")
    return "\n".join(lines)
