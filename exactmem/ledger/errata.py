"""The report for a reviewer: what is wrong in a paper, in its own order, then what is proved and what that rests on.

The report is put together here once, as a list of plain blocks, and written as HTML or as Markdown by
`errata_html` and `errata_markdown`.
"""

__all__ = ["HOLDS", "KINDS", "MEANING", "OPEN", "TITLE", "Answers", "Found", "Opinions", "Pair", "Writer", "writer"]

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from exactmem.errors import UsageError, quoted
from exactmem.files import STANDARD
from exactmem.ledger import errata_html, errata_markdown
from exactmem.ledger.claims import Fact, Kind, Row, Verdict
from exactmem.ledger.errata_blocks import PRINTED, Block, Code, Entry, Heading, Inline, Link, Mark, Table, Text
from exactmem.ledger.outcomes import Outcome
from exactmem.ledger.solvers import SecondOpinion
from exactmem.presentation import amount
from exactmem.version import __version__

Found = Mapping[str, Outcome]
Opinions = Mapping[str, SecondOpinion]
Answers = Mapping[str, str]
"""What the checker answers to the certificates of counterexamples, by the names of their files."""
Pair = tuple[str, list[Inline]]
Writer = Callable[[Sequence[Outcome], Found, Opinions, Answers], str]

TITLE = "Errata, and what is proved"
KINDS: dict[Kind | None, tuple[str, str]] = {
    None: ("Refuted against expectation", "The ledger expected another verdict."),
    Kind.ERROR: ("Errors", "What is printed is false."),
    Kind.GAP: ("Gaps", "The printed proof does not show what it says it shows."),
    Kind.MISPRINT: ("Misprints", "What is meant is plain; what is printed says something else."),
    Kind.READING: ("Readings", "One reading of the sentence is false, another is true."),
    Kind.TRUE_OTHERWISE: (
        "True, but not by the cited theorem",
        "The printed size is right; the theorem that is cited for it does not give it.",
    ),
}
OPEN = {
    Verdict.ASSUMED: ("Assumed", "Written arguments that no program checks."),
    Verdict.UNDECIDED: ("Undecided", "The ledger could not tell. Nothing is claimed."),
    Verdict.NOT_COVERED: ("Not covered", "What no program here checks, with the reason."),
}
HOLDS = (Verdict.PROVED, Verdict.PROVED_UNDER, Verdict.CHECKED)
MEANING = (
    (Verdict.PROVED, "for every value of the parameters in the stated range, by program"),
    (Verdict.PROVED_UNDER, "proved from claims of which some are assumed; these are named"),
    (Verdict.CHECKED, "exactly, for the finite list of cases that is printed"),
    (Verdict.REFUTED, "false as printed, or on one reading; the counterexample was computed anew for this report"),
    (Verdict.ASSUMED, "a written argument that no program checks"),
    (Verdict.UNDECIDED, "the ledger could not tell"),
    (Verdict.NOT_COVERED, "no program here checks it"),
)


def writer(path: str) -> Writer:
    """What writes the report to a file of this name, to standard output Markdown; UsageError for other endings."""
    path = f"{path}.md" if path == STANDARD else path
    for ending, render in ((".html", errata_html.render), (".md", errata_markdown.render)):
        if path.endswith(ending):
            return lambda *facts: render(TITLE, list(_blocks(*facts)))
    raise UsageError(f"--report {quoted(path)}: the report is HTML or Markdown: give a name that ends in .html or .md")


@dataclass(frozen=True)
class _Ledger:
    """What the entries are written from."""

    found: Found
    opinions: Opinions
    answers: Answers
    corrections: Mapping[str, Sequence[Outcome]]
    listed: frozenset[str]

    def name(self, id: str) -> Inline:
        """A claim's id, as a link where the report has an entry for it."""
        return Link(id) if id in self.listed else Code(id)


def _blocks(outcomes: Sequence[Outcome], found: Found, opinions: Opinions, answers: Answers) -> Iterator[Block]:
    """The report's blocks; `outcomes` are in reading order."""
    corrections: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.row.corrects:
            corrections.setdefault(outcome.row.corrects, []).append(outcome)
    ledger = _Ledger(found, opinions, answers, corrections, frozenset(outcome.row.id for outcome in outcomes))
    yield from _front(outcomes, opinions)
    for kind, (title, about) in KINDS.items():
        chosen = [o for o in outcomes if o.result.verdict is Verdict.REFUTED and o.row.kind is kind]
        yield from _part(title, about, chosen, lambda outcome: _accusation(outcome, ledger))
    chosen = [o for o in outcomes if o.result.verdict in HOLDS]
    yield from _part("What is proved", "With what each claim rests on.", chosen, lambda o: _proof(o, ledger))
    yield from _facts(outcomes, found)
    for verdict, (title, about) in OPEN.items():
        chosen = [o for o in outcomes if o.result.verdict is verdict]
        yield from _part(title, about, chosen, lambda outcome: _proof(outcome, ledger))


def _front(outcomes: Sequence[Outcome], opinions: Opinions) -> Iterator[Block]:
    counts = {verdict: sum(o.result.verdict is verdict for o in outcomes) for verdict in Verdict}
    yield Text(
        (
            f"exactmem {__version__} ran the proofs of {amount(len(outcomes), 'claim')} for this report and computed "
            "every counterexample anew, in exact arithmetic. ",
            "No verdict is stronger than the weakest that its claim rests on.",
        )
    )
    yield Table(("verdict", "claims", "meaning"), [(str(v), counts[v], meaning) for v, meaning in MEANING if counts[v]])
    kinds = [
        (title, sum(o.row.kind is kind and o.result.verdict is Verdict.REFUTED for o in outcomes), about)
        for kind, (title, about) in KINDS.items()
    ]
    if counts[Verdict.REFUTED]:
        yield Table(("refuted", "claims", "meaning"), [row for row in kinds if row[1]])
    if opinions:
        yield Text((f"Second opinion on the steps of the proofs: {SecondOpinion.of_all(opinions.values())}.",))
    for outcome in outcomes:
        if not outcome.as_expected:
            yield Text((f"Not as expected: {outcome.row.id} is {outcome.result.verdict}, not {outcome.row.expected}.",))


def _part(title: str, about: str, outcomes: Sequence[Outcome], entry: Callable[[Outcome], Entry]) -> Iterator[Block]:
    """A part of the report, by paper and section; nothing where it would be empty."""
    if not outcomes:
        return
    yield Heading(2, f"{title} ({len(outcomes)})")
    yield Text((about,))
    paper = ""
    for outcome in outcomes:
        if outcome.row.paper != paper:
            paper = outcome.row.paper
            yield Heading(3, paper)
        yield entry(outcome)


def _accusation(outcome: Outcome, ledger: _Ledger) -> Entry:
    row, result = outcome.row, outcome.result
    pairs: list[Pair] = [(PRINTED, [row.quote]), ("that is", [row.statement])] if row.quote else []
    pairs = pairs or [("claim", [row.statement])]
    pairs.append(("verdict", _verdict(outcome)))
    pairs.append(("because" if row.kind is Kind.TRUE_OTHERWISE else "counterexample", [result.counterexample]))
    if row.witness:
        answer = ledger.answers.get(row.witness, "nothing: there is no such file")
        command = Code(f"exactmem check proofs/counterexamples/{row.witness}")
        pairs.append(("certificate", [command, f" answers {answer}"]))
    for correction in ledger.corrections.get(row.id, ()):
        told = [*_verdict(correction), " ", Link(correction.row.id), f" {correction.row.statement}"]
        pairs.append(("corrected", told))
    pairs += [("note", [row.note])] if row.note else []
    return Entry(row.id, row.place, [*pairs, *_second(row, ledger)])


def _proof(outcome: Outcome, ledger: _Ledger) -> Entry:
    row, result = outcome.row, outcome.result
    pairs: list[Pair] = [("claim", [row.statement]), ("verdict", _verdict(outcome))]
    for label, text in (("method", result.method), ("cases", result.cases)):
        if text:
            pairs.append((label, [text]))
    if row.by:
        pairs.append(("rests on", _joined([ledger.name(id) for id in row.by])))
    if result.assumes:
        pairs.append(("textbook facts", _joined([Link(fact.name, "fact") for fact in result.assumes])))
    if row.corrects:
        pairs.append(("corrects", [ledger.name(row.corrects)]))
    return Entry(row.id, row.place, [*pairs, *_second(row, ledger)])


def _verdict(outcome: Outcome) -> list[Inline]:
    """The verdict, with what it is under and the Coq theorem behind it."""
    under = f" {', '.join(outcome.result.under)}" if outcome.result.under else ""
    coq = f" (Coq: {outcome.row.coq})" if outcome.row.coq else ""
    return [Mark(str(outcome.result.verdict), f"{outcome.result.verdict}{under}{coq}")]


def _second(row: Row, ledger: _Ledger) -> list[Pair]:
    opinion = ledger.opinions.get(row.id)
    return [("solvers", [str(opinion)])] if opinion is not None and opinion.obligations else []


def _joined(names: Sequence[Inline]) -> list[Inline]:
    parts: list[Inline] = []
    for name in names:
        parts += [", ", name] if parts else [name]
    return parts


def _facts(outcomes: Sequence[Outcome], found: Found) -> Iterator[Block]:
    """The textbook facts that the proofs and what they rest on take on trust."""
    facts: dict[str, Fact] = {f.name: f for o in (*outcomes, *found.values()) for f in o.result.assumes}
    if not facts:
        return
    yield Heading(2, f"Textbook facts taken on trust ({len(facts)})")
    for fact in facts.values():
        pairs: list[Pair] = [("fact", [fact.statement]), ("reference", [fact.reference])]
        pairs += [("Coq", [Code(fact.coq)])] if fact.coq else []
        yield Entry(fact.name, fact.name, pairs, "fact")
