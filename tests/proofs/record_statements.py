"""Write `statements.json`: the sentences that are made from formulas. Run it after a formula was meant to change."""

import json
from pathlib import Path

from exactmem.ledger.discovery import ledger

RECORD = Path(__file__).with_name("statements.json")


def main() -> int:
    """Write the record anew, one line per claim."""
    printed = {row.id: row.statement for row in ledger() if row.formulas}
    RECORD.write_text(json.dumps(dict(sorted(printed.items())), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(printed)} claims")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
