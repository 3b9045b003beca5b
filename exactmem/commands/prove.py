"""`exactmem prove`: run the ledger."""

__all__ = ["draw", "explain", "register", "run", "write_scripts"]

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exactmem.certificates.checker import check_bytes
from exactmem.commands.common import Subparsers, add_parser, emit, integer, progress, say
from exactmem.commands.prove_text import Pages, expectations, summary
from exactmem.errors import OutputError, UsageError, quoted
from exactmem.files import check_writable, write_whole
from exactmem.ledger import errata
from exactmem.ledger.claims import Row, Verdict, row_called
from exactmem.ledger.discovery import chosen
from exactmem.ledger.graph import graph
from exactmem.ledger.order import in_reading_order
from exactmem.ledger.outcomes import Outcome
from exactmem.ledger.premises import needed, settle
from exactmem.ledger.solvers import SecondOpinion
from exactmem.ledger.trials import Wanted, trials
from exactmem.ledger.why import why, why_json

COUNTEREXAMPLES = Path(__file__).parents[1] / "proofs" / "counterexamples"
MAX_JOBS, MAX_SECONDS = 1024, 86_400


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "prove",
        "exactmem prove lemma_b1\n  exactmem prove --smt --report errata.html --jobs 2",
        run,
    )
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="ids of claims or theorems, proof scripts, folders of them, or paths of your own scripts (default: all)",
    )
    parser.add_argument("--list", action="store_true", help="list the claims and what is expected; nothing is run")
    parser.add_argument("--only", metavar="VERDICT[,...]", help="show only claims with these verdicts")
    parser.add_argument("--refuted", action="store_true", help="show only what is refuted")
    parser.add_argument("--smt", action="store_true", help="ask z3 and cvc5 too (extra smt); exit 1 if they disagree")
    parser.add_argument("--smt-files", metavar="DIR", help="write every step as an SMT-LIB 2 file; `unsat`: it holds")
    parser.add_argument("--report", metavar="OUT", help="write errata and what is proved to an .html or .md file")
    parser.add_argument("--why", metavar="ID", help="print what this claim rests on, down to its axioms")
    parser.add_argument("--graph", metavar="OUT.svg", help="draw what the claims rest on")
    parser.add_argument("--jobs", metavar="N", default="1", help="processes to run claims in (default: 1)")
    parser.add_argument(
        "--limit", metavar="SECONDS", default="300", help="longest time per claim, then UNDECIDED (default: 300)"
    )


@dataclass
class Run:
    """The settled outcomes of rows and of all that they rest on, the solvers' opinions and the scripts, by id."""

    found: dict[str, Outcome] = field(default_factory=dict)
    opinions: dict[str, SecondOpinion] = field(default_factory=dict)
    scripts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self, row: Row) -> dict[str, Any]:
        """A row of --json, with the solvers' opinion where they were asked."""
        opinion = self.opinions.get(row.id)
        return self.found[row.id].to_json() | ({} if opinion is None else {"second_opinion": opinion.to_json()})


def run(args: argparse.Namespace) -> int:
    """Run the chosen rows and report every verdict."""
    rows = in_reading_order(chosen(args.names))
    verdicts = _verdicts(args)
    if args.list:
        listed = [{"id": r.id, "script": r.script, "place": r.place, "expected": str(r.expected)} for r in rows]
        emit(args, {"claims": listed}, expectations(rows))
        return 0
    if args.why is not None:
        return explain(args)
    if args.graph is not None:
        return draw(args, rows)
    if args.report is not None:
        write_report = errata.writer(args.report)
        check_writable(args.report, option="--report")
    if args.smt_files is not None and Path(args.smt_files).is_file():
        raise OutputError(f"--smt-files {quoted(args.smt_files)}: is a file; name a folder")
    pages = Pages(rows, lambda outcome: outcome.result.verdict in verdicts)
    quiet = args.json or args.report is not None
    done = _run_all(args, rows, None if quiet else pages)
    outcomes = [done.found[row.id] for row in rows]
    facts: dict[str, Any] = {
        "claims": [done.to_json(row) for row in rows if done.found[row.id].result.verdict in verdicts],
        "not_as_expected": sum(not outcome.as_expected for outcome in outcomes),
    }
    if args.report is not None:
        write_whole(args.report, write_report(outcomes, done.found, done.opinions, _checked(rows)).encode(), "--report")
        facts["report"] = args.report
    if args.smt_files is not None:
        facts["smt_files"] = write_scripts(Path(args.smt_files), {row.id: done.scripts[row.id] for row in rows})
    emit(args, facts, summary(outcomes, verdicts, done.opinions, args.report, facts.get("smt_files")))
    return _told(outcomes, done.opinions)


def _verdicts(args: argparse.Namespace) -> set[Verdict]:
    """The verdicts that are shown; UsageError for a word that is none."""
    if args.refuted and args.only is not None:
        raise UsageError("--refuted is short for --only REFUTED: give one of them")
    if args.refuted:
        return {Verdict.REFUTED}
    if args.only is None:
        return set(Verdict)
    words = [word.strip().upper().replace("_", " ") for word in args.only.split(",")]
    for word in words:
        if word not in set(Verdict):
            raise UsageError(f"--only {quoted(args.only)}: {quoted(word)} is no verdict; they are {', '.join(Verdict)}")
    return {Verdict(word) for word in words}


def _run_all(args: argparse.Namespace, rows: Sequence[Row], pages: Pages | None = None) -> Run:
    """Run the rows and all that they rest on, with a bar on a terminal, and print them to the pages, if any."""
    jobs = min(integer(args.jobs, "--jobs", 1, MAX_JOBS), os.cpu_count() or 1)
    wanted = Wanted(integer(args.limit, "--limit", 1, MAX_SECONDS), args.smt, args.smt_files is not None)
    everything = needed(rows)
    done = Run()
    with progress() as bar:
        task = bar.add_task("proving", total=len(everything))
        for trial in trials(everything, args.names, jobs, wanted):
            outcome = trial.outcome
            done.found[outcome.row.id] = settle(outcome, done.found)
            if trial.opinion is not None:
                done.opinions[outcome.row.id] = trial.opinion
            done.scripts[outcome.row.id] = trial.scripts
            bar.advance(task)
            if pages is not None:
                pages.print_ready(done.found, done.opinions)
    return done


def write_scripts(folder: Path, scripts: Mapping[str, Sequence[str]]) -> int:
    """Write each script as ID.n.smt2 into the folder, made if it is not there; how many. OutputError if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"--smt-files {folder}: cannot be made: {error.strerror or error}") from error
    for id, texts in scripts.items():
        for n, text in enumerate(texts, 1):
            write_whole(folder / f"{re.sub('[^A-Za-z0-9._-]', '_', id)}.{n}.smt2", text.encode(), "--smt-files")
    return sum(map(len, scripts.values()))


def _checked(rows: Sequence[Row]) -> dict[str, str]:
    """The checker's answers to the certificates of the rows' counterexamples, by their names."""
    files = {row.witness: COUNTEREXAMPLES / row.witness for row in rows if row.witness}
    return {name: check_bytes(file.read_bytes()).word for name, file in files.items() if file.is_file()}


def _told(outcomes: Sequence[Outcome], opinions: dict[str, SecondOpinion]) -> int:
    """The exit code, with a message for everything that is not as expected and for every disagreement."""
    wrong = [outcome for outcome in outcomes if not outcome.as_expected]
    for outcome in wrong:
        say(f"{outcome.row.id}: {outcome.result.verdict}, expected {outcome.row.expected}")
    against = [(id, each) for id, opinion in opinions.items() for each in opinion.disagreements]
    for id, each in against:
        say(f"{id}: {each.solver} says that a step can fail: {each.step}")
    return 1 if wrong or against else 0


def explain(args: argparse.Namespace) -> int:
    """Print the tree of what one claim rests on; exit 1 where a verdict in it is not the expected one."""
    row = row_called(args.why)
    if row is None:
        raise UsageError(f"--why {quoted(args.why)}: no claim has this id; `exactmem prove --list` shows all")
    done = _run_all(args, [row])
    outcome = done.found[row.id]
    emit(args, why_json(outcome, done.found), why(outcome, done.found))
    return _told(list(done.found.values()), done.opinions)


def draw(args: argparse.Namespace, rows: Sequence[Row]) -> int:
    """Write the graph of what the claims rest on; exit 1 where a verdict in it is not the expected one."""
    if not args.graph.endswith(".svg"):
        raise UsageError(f"--graph {quoted(args.graph)}: the graph is an SVG file: give a name that ends in .svg")
    check_writable(args.graph, option="--graph")
    done = _run_all(args, rows)
    text = graph(list(done.found.values()))
    write_whole(args.graph, text.encode(), "--graph")
    emit(args, {"graph": args.graph, "claims": len(done.found)}, f"{args.graph}: {len(done.found)} claims")
    return _told(list(done.found.values()), done.opinions)
