"""The capacities of related work: their algebra at numbers, and what is not covered stays so."""

import pytest

from exactmem.ledger import discovery
from exactmem.ledger.claims import ProofFailure, Verdict
from exactmem.proofs.survey import capacity_history


def test_sigmoids_are_not_covered_and_say_why():
    for claim in (capacity_history.huang, capacity_history.yamasaki):
        result = claim()
        assert result.verdict is Verdict.NOT_COVERED
        assert "sigmoid" in result.method
    assert {"huang-2003", "yamasaki-1993"} <= {row.id for row in discovery.ledger()}


@pytest.mark.parametrize("N", [1, 2, 7, 100])
def test_huang_widths_are_wide_enough_for_the_product(N):
    for K in range(1, N + 1):
        assert (-(-N // K) + 2 * K) * K >= N + 2 * K * K


def test_a_unit_that_is_not_cut_off_is_noticed(monkeypatch):
    monkeypatch.setattr(capacity_history, "gap", capacity_history.slack)
    with pytest.raises(ProofFailure):
        capacity_history.zhang_triangular()
    with pytest.raises(ProofFailure):
        capacity_history.moves()


def test_wrong_weights_of_the_triangular_system_are_rejected(monkeypatch):
    honest = capacity_history.triangular
    monkeypatch.setattr(capacity_history, "triangular", lambda *given: [*honest(*given)[:2], 0])
    with pytest.raises(ProofFailure, match="c_3 as computed"):
        capacity_history.zhang_triangular()
    monkeypatch.undo()
    monkeypatch.setattr(capacity_history, "WEIGHT", capacity_history.WEIGHT + 1)
    with pytest.raises(ProofFailure, match="row i"):
        capacity_history.zhang_triangular()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("UP", capacity_history.UP - 1),
        ("UP", capacity_history.UP + 1),
        ("DOWN", capacity_history.DOWN + 1),
        ("DOWN", capacity_history.DOWN - 1),
        ("MEETING", (capacity_history.PLACE + capacity_history.RIGHT) / 2),
        ("meeting_point", lambda left, right, *_: (left + right) / 2),
        ("next_slope", lambda chord, slope: chord + 1),
        ("midpoint_kinks", lambda line: [line[0] - 2]),
    ],
)
def test_wrong_slopes_and_kinks_are_rejected(monkeypatch, name, wrong):
    monkeypatch.setattr(capacity_history, name, wrong)
    with pytest.raises(ProofFailure):
        capacity_history.zhang_short()
