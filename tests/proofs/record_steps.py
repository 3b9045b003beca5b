"""Write `steps.json`: how many steps hold in every claim's own proof. Run it after a proof was meant to get shorter."""

import json
from pathlib import Path

from exactmem.ledger.discovery import ledger
from exactmem.ledger.running import run

RECORD = Path(__file__).with_name("steps.json")


def recorded() -> dict[str, int]:
    """The least number of steps of every claim that is known to the record."""
    return dict(json.loads(RECORD.read_text(encoding="utf-8")))


def main() -> int:
    """Write the record anew, one line per claim."""
    steps = {row.id: run(row).steps for row in ledger()}
    RECORD.write_text(json.dumps(dict(sorted(steps.items())), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(steps)} claims, {sum(steps.values())} steps")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
