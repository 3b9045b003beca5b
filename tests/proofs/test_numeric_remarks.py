"""The numeric remarks: verdicts, and wrong numbers that must be rejected."""

import pytest

from exactmem import claims
from exactmem.bounds import related_work
from exactmem.claims import ProofFailure, Verdict
from proofs import numeric_remarks


def test_verdicts():
    found = {c.id: claims.run(c).result.verdict for c in claims.ledger() if c.script == "numeric_remarks"}
    assert found == {
        "3.2-zhang-entries": Verdict.PROVED,
        "3.2-huang": Verdict.REFUTED,
        "3.2-huang-any": Verdict.PROVED,
        "3.2-both-roots": Verdict.REFUTED,
        "3.2-both-roots-any": Verdict.PROVED,
        "width-law": Verdict.PROVED,
        "calculator-remarks": Verdict.CHECKED,
    }


def test_another_count_of_entries_is_rejected(monkeypatch):
    monkeypatch.setattr(numeric_remarks, "zhang_matrix_entries", lambda d_x, N: (d_x + 3) * N)
    with pytest.raises(ProofFailure):
        numeric_remarks.zhang_entries()


def test_another_law_of_the_exponents_is_rejected(monkeypatch):
    monkeypatch.setattr(numeric_remarks, "width_exponent", lambda a: 2 * a + 4)
    with pytest.raises(ProofFailure, match="three pairs"):
        numeric_remarks.width_law()


def test_a_missing_exponent_is_noticed(monkeypatch):
    monkeypatch.setattr(numeric_remarks, "OVER_PARAMETERIZED", related_work.OVER_PARAMETERIZED[1:])
    with pytest.raises(ProofFailure, match="calculator"):
        numeric_remarks.width_law()


def test_another_edge_count_is_rejected(monkeypatch):
    monkeypatch.setattr(numeric_remarks, "edges_of", lambda theorem, problem, widths: sum(widths))
    with pytest.raises(ProofFailure, match="edges"):
        numeric_remarks.calculator()
