"""`exactmem prove`: run the claims ledger."""

import argparse
from collections import Counter

from exactmem import claims
from exactmem.commands.common import Subparsers, add_parser, emit, progress, say


def register(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = add_parser(
        subparsers,
        "prove",
        "run the ledger of claims; exit 1 if any verdict differs from the expected one",
        "exactmem prove lemma_b1",
        run,
    )
    parser.add_argument("names", metavar="NAME", nargs="*", help="claim ids or proof scripts (default: all)")
    parser.add_argument("--list", action="store_true", help="list the claims without running them")


def run(args: argparse.Namespace) -> int:
    """Run the chosen claims and report every verdict."""
    chosen = claims.select(claims.ledger(), args.names)
    if args.list:
        rows = [{"id": c.id, "script": c.script, "place": c.place, "expected": str(c.expected)} for c in chosen]
        emit(args, {"claims": rows}, "\n".join(f"{c.expected:<9} {c.script}: {c.id}  [{c.place}]" for c in chosen))
        return 0
    outcomes = []
    with progress() as bar:
        task = bar.add_task("proving", total=len(chosen))
        for claim in chosen:
            outcomes.append(claims.run(claim))
            bar.advance(task)
            if not args.json:
                print(claims.describe(outcomes[-1]), flush=True)
    wrong = [o for o in outcomes if not o.as_expected]
    if args.json:
        emit(args, {"claims": [o.to_json() for o in outcomes], "not_as_expected": len(wrong)}, "")
    else:
        counts = Counter(str(o.result.verdict) for o in outcomes)
        print(f"{len(outcomes)} claims: " + ", ".join(f"{n} {v}" for v, n in sorted(counts.items())))
    for outcome in wrong:
        say(f"{outcome.claim.id}: {outcome.result.verdict}, expected {outcome.claim.expected}")
    return 1 if wrong else 0
