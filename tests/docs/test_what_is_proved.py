"""The pages about what is proved say what the ledger and the Coq sources say."""

import re

from exactmem.certificates.checking.document import KINDS
from exactmem.proofs.coq import inventory
from tests.support import proof_table


def test_what_is_proved_is_what_the_ledger_and_the_sources_say():
    text = proof_table.PAGE.read_text(encoding="utf-8")
    assert proof_table.page_with_tables(text) == text, "run python -m tests.support.proof_table"


def test_the_table_names_every_coq_theorem_and_every_kind_of_certificate():
    table = proof_table.theorem_table()
    expected = {theorem["name"] for theorem in inventory.inventory()["theorems"]} | set(KINDS)
    assert {name for name in expected if f"`{name}`" not in table} == set()


def test_the_ten_minute_page_quotes_the_theorem_as_it_stands():
    page = (proof_table.PAGE.parent / "read-statements-in-ten-minutes.md").read_text(encoding="utf-8")
    quoted = re.findall(r"```coq\n(.*?)\n```", page, re.DOTALL)
    statements = (inventory.HERE / "theorems" / "Statements.v").read_text(encoding="utf-8")
    assert len(quoted) == 1
    assert quoted[0] in statements
