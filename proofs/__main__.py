"""`python -m proofs [NAME...]`: run every claim of the ledger, or the named claims and scripts."""

import sys

from exactmem import claims
from exactmem.errors import UsageError


def main(names: list[str]) -> int:
    """Print each outcome; 0 when every verdict is the expected one, 1 if not, 2 for an unknown name."""
    try:
        chosen = claims.select(claims.ledger(), names)
    except UsageError as error:
        print(f"proofs: {error}", file=sys.stderr)
        return 2
    wrong = 0
    for claim in chosen:
        outcome = claims.run(claim)
        print(claims.describe(outcome), flush=True)
        wrong += not outcome.as_expected
    print(f"{len(chosen)} claims, {wrong} not as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
