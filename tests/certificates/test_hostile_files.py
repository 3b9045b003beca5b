"""The meter counts what a file costs: neither time nor memory grows faster than what is charged."""

import time
import tracemalloc
from typing import Any

import pytest

from exactmem.certificates.checking import document, verdicts
from tests.support.hostile_files import HOSTILE

SLACK = 5  # how much faster than the charge the measured time may grow; on a busy machine it varies threefold
FREE = 3_000_000  # bytes that are not charged: the compiled patterns, the parser, frames


class Recorder(verdicts.Meter):
    """A meter that remembers the most memory it was asked for."""

    last: "Recorder"

    def __init__(self, *arguments: Any) -> None:
        self.most = 0
        super().__init__(*arguments)
        Recorder.last = self

    def room(self, count: int) -> None:
        super().room(count)
        self.most = max(self.most, self.kept + count)


def spent(data: bytes) -> int:
    verdict = document.check_bytes(data)
    assert "internal error" not in verdict.detail
    assert verdict.word in ("VERIFIED", "REFUTED"), verdict
    return Recorder.last.spent


def seconds(data: bytes) -> float:
    """The least processor time of a few runs."""
    times = []
    for _ in range(3):
        start = time.process_time()
        spent(data)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_no_faster_than_the_charge(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "Meter", Recorder)
    make, small, large = HOSTILE[name]
    first, second = make(small), make(large)
    charges = spent(first), spent(second)
    start = max(seconds(first), 2e-10 * charges[0])  # what the small file may cost even if it costs less
    assert seconds(second) <= SLACK * start * charges[1] / charges[0]


@pytest.mark.parametrize("name", HOSTILE)
def test_memory_stays_below_what_was_asked_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "Meter", Recorder)
    make, _, large = HOSTILE[name]
    data = make(large)
    tracemalloc.start()
    try:
        spent(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= Recorder.last.most + FREE


@pytest.mark.parametrize("limit", ["max_operations", "max_memory"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_limit_below_the_cost_stops_it(name: str, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "Meter", Recorder)
    make, small, _ = HOSTILE[name]
    data = make(small)
    cost = {"max_operations": spent(data), "max_memory": Recorder.last.most}[limit]
    assert document.check_bytes(data, verdicts.Limits(**{limit: cost})).word in ("VERIFIED", "REFUTED")
    assert document.check_bytes(data, verdicts.Limits(**{limit: cost - 1})).word == "RESOURCE"
