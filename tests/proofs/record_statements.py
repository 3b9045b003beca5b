"""Write `statements.json` and `premises.json`: every claim's sentence, and the claims that its proof rests on.

Run it after a sentence, a formula or a premise was meant to change.
"""

import json
from pathlib import Path

from exactmem.ledger.discovery import ledger

STATEMENTS, PREMISES = (Path(__file__).with_name(name) for name in ("statements.json", "premises.json"))


def main() -> int:
    """Write both records anew, one line per claim."""
    rows = sorted(ledger(), key=lambda row: row.id)
    lines = [f"{json.dumps(row.id)}: {json.dumps(sorted(row.by))}" for row in rows if row.by]
    PREMISES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    printed = {row.id: row.statement for row in rows}
    STATEMENTS.write_text(json.dumps(printed, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(printed)} claims, {len(lines)} with premises")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
