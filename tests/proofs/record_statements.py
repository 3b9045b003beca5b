"""Write down what claims print: run it after a sentence was meant to change.

`statements.json`: every sentence. `in_words.json`: what in them has a digit or an operator and comes from no formula.
`premises.json`: the claims that each proof rests on.
"""

import json
import re
from pathlib import Path

from exactmem.ledger.claims import Row
from exactmem.ledger.discovery import ledger
from exactmem.ledger.wording import said

RECORD = Path(__file__).with_name("statements.json")
IN_WORDS = Path(__file__).with_name("in_words.json")
PREMISES = Path(__file__).with_name("premises.json")
NUMBER = re.compile(r"\S*[0-9<>=^*/+]\S*")


def in_words(row: Row) -> list[str]:
    """The words of the sentence that have a digit or an operator and do not come from one of the row's formulas."""
    rest, outside = row.statement, []
    for formula in row.formulas:
        before, _, rest = rest.partition(said(formula))
        outside += NUMBER.findall(before)
    return [*outside, *NUMBER.findall(rest)]


def main() -> int:
    """Write the records anew, one line per claim."""
    printed = {row.id: row.statement for row in ledger()}
    words = {row.id: " ".join(in_words(row)) for row in ledger() if in_words(row)}
    premises = {row.id: " ".join(row.by) for row in ledger() if row.by}
    for file, record in ((RECORD, printed), (IN_WORDS, words), (PREMISES, premises)):
        text = json.dumps(dict(sorted(record.items())), indent=0, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")
    print(f"{len(printed)} claims, {len(words)} with a number or an operator in words")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
