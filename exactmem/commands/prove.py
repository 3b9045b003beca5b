"""`exactmem prove`: run the ledger."""

import argparse
from collections import Counter

from exactmem.commands.common import Subparsers, add_parser, emit, progress, say
from exactmem.ledger.discovery import chosen
from exactmem.ledger.outcomes import Outcome, describe
from exactmem.ledger.premises import needed, settle
from exactmem.ledger.running import run as run_row


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "prove",
        "exactmem prove lemma_b1",
        run,
    )
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="ids of claims or theorems, proof scripts, folders of them, or paths of your own scripts (default: all)",
    )
    parser.add_argument("--list", action="store_true", help="list the claims without running them")


def run(args: argparse.Namespace) -> int:
    """Run the chosen rows and report every verdict."""
    rows = chosen(args.names)
    if args.list:
        listed = [{"id": r.id, "script": r.script, "place": r.place, "expected": str(r.expected)} for r in rows]
        emit(args, {"claims": listed}, "\n".join(f"{r.expected:<9} {r.script}: {r.id}  [{r.place}]" for r in rows))
        return 0
    names = {row.id for row in rows}
    found: dict[str, Outcome] = {}
    with progress() as bar:
        everything = needed(rows)
        task = bar.add_task("proving", total=len(everything))
        for row in everything:
            found[row.id] = settle(run_row(row), found)
            bar.advance(task)
            if row.id in names and not args.json:
                print(describe(found[row.id]), flush=True)
    outcomes = [found[row.id] for row in rows]
    wrong = [o for o in outcomes if not o.as_expected]
    if args.json:
        emit(args, {"claims": [o.to_json() for o in outcomes], "not_as_expected": len(wrong)}, "")
    else:
        counts = Counter(str(o.result.verdict) for o in outcomes)
        print(f"{len(outcomes)} claims: " + ", ".join(f"{n} {v}" for v, n in sorted(counts.items())))
    for outcome in wrong:
        say(f"{outcome.row.id}: {outcome.result.verdict}, expected {outcome.row.expected}")
    return 1 if wrong else 0
