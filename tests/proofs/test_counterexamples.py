"""The certificates of `proofs/counterexamples/`: written by the script, answered as stated, named by their rows."""

import pytest

from exactmem.certificates.checker import check_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.ledger.discovery import ledger
from exactmem.proofs.counterexamples import _write
from exactmem.proofs.counterexamples._write import FOLDER, WITNESSES, file_of

ROWS = {row.id: row for row in ledger()}


@pytest.mark.parametrize("witness", WITNESSES, ids=lambda w: w.row)
def test_the_checker_answers_as_stated(witness):
    assert check_bytes(file_of(witness).read_bytes()).word == witness.answer
    assert ROWS[witness.row].witness == file_of(witness).name


@pytest.mark.parametrize("witness", WITNESSES, ids=lambda w: w.row)
def test_the_script_writes_the_file(witness):
    """After a change: `python -m exactmem.proofs.counterexamples._write`."""
    assert to_bytes(witness.make()) == file_of(witness).read_bytes()


def test_every_file_belongs_to_a_row_and_is_in_the_table():
    files = {path.name for path in FOLDER.glob("*.json")}
    assert files == {file_of(w).name for w in WITNESSES} == {row.witness for row in ROWS.values() if row.witness}
    table = (FOLDER / "README.md").read_text(encoding="utf-8")
    for witness in WITNESSES:
        assert f"| `{witness.row}.json` | {witness.answer} | {witness.shows} |" in table


def test_a_repaired_network_is_not_refuted(monkeypatch):
    """The refuted claims are false because of the network: the repaired one is verified."""
    honest = _write.residual.split_network
    monkeypatch.setattr(_write.residual, "split_network", lambda oriented, shifted: honest(True, True))
    assert check_bytes(to_bytes(_write.split_gates())).word == "VERIFIED"
