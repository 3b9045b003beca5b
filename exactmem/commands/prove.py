"""`exactmem prove`: run the ledger."""

import argparse
from collections import Counter
from collections.abc import Sequence

from exactmem.commands.common import Subparsers, add_parser, emit, progress, say
from exactmem.errors import UsageError, quoted
from exactmem.files import check_writable, write_whole
from exactmem.ledger.claims import Row, row_called
from exactmem.ledger.discovery import chosen
from exactmem.ledger.graph import graph
from exactmem.ledger.outcomes import Outcome, describe
from exactmem.ledger.premises import needed, settle
from exactmem.ledger.running import run as run_row
from exactmem.ledger.running import run_all
from exactmem.ledger.why import why, why_json


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
    parser.add_argument("--why", metavar="ID", help="print what this claim rests on, down to its axioms")
    parser.add_argument("--graph", metavar="OUT.svg", help="draw what the claims rest on")


def run(args: argparse.Namespace) -> int:
    """Run the chosen rows and report every verdict."""
    rows = chosen(args.names)
    if args.list:
        listed = [{"id": r.id, "script": r.script, "place": r.place, "expected": str(r.expected)} for r in rows]
        emit(args, {"claims": listed}, "\n".join(f"{r.expected:<9} {r.script}: {r.id}  [{r.place}]" for r in rows))
        return 0
    if args.why is not None:
        return explain(args)
    if args.graph is not None:
        return draw(args, rows)
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
        counts = Counter(o.result.title for o in outcomes)
        print(f"{len(outcomes)} claims: " + ", ".join(f"{n} {v}" for v, n in sorted(counts.items())))
    for outcome in wrong:
        say(f"{outcome.row.id}: {outcome.result.verdict}, expected {outcome.row.expected}")
    return 1 if wrong else 0


def explain(args: argparse.Namespace) -> int:
    """Print the tree of what one claim rests on; exit 1 where a verdict in it is not the expected one."""
    row = row_called(args.why)
    if row is None:
        raise UsageError(f"--why {quoted(args.why)}: no claim has this id; `exactmem prove --list` shows all")
    found = run_all([row])
    emit(args, why_json(found[row.id], found), why(found[row.id], found))
    return 0 if all(outcome.as_expected for outcome in found.values()) else 1


def draw(args: argparse.Namespace, rows: Sequence[Row]) -> int:
    """Write the graph of what the claims rest on; exit 1 where a verdict in it is not the expected one."""
    if not args.graph.endswith(".svg"):
        raise UsageError(f"--graph {quoted(args.graph)}: the graph is an SVG file: give a name that ends in .svg")
    check_writable(args.graph, option="--graph")
    found = run_all(rows)
    text = graph(list(found.values()))
    write_whole(args.graph, text.encode(), "--graph")
    emit(args, {"graph": args.graph, "claims": len(found)}, f"{args.graph}: {len(found)} claims")
    return 0 if all(outcome.as_expected for outcome in found.values()) else 1
