"""Running rows: in one process or several with the same results in the same order, and within a limit of time."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from exactmem.errors import LimitError
from exactmem.ledger import claims, discovery
from exactmem.ledger.claims import OURS, Result, Row, Verdict, proved
from exactmem.ledger.discovery import chosen
from exactmem.ledger.order import in_reading_order, position
from exactmem.ledger.trials import Wanted, attempt, trials
from exactmem.workers import executor

SCRIPT = """
import os, time
from exactmem.ledger import claims, discovery
from exactmem.ledger.claims import OURS, Verdict, checked, claim, proved
from exactmem.ledger.steps import gap, require_positive

def add(id, prove):
    claim(id=id, source=OURS, place="here", statement=id, expected=Verdict.PROVED)(prove)

def good():
    require_positive(gap("x"), "a step")
    return proved("x > 0")

def endless():
    while True:
        try:
            time.sleep(0.01)
        except Exception:
            pass

"""


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    discovery.ledger()
    monkeypatch.setattr(claims, "_ROWS", dict(claims._ROWS))


def of_script(tmp_path, *lines):
    path = tmp_path / "own.py"
    path.write_text(SCRIPT + "\n".join(lines))
    return chosen([str(path)]), [str(path)]


SECONDS = Wanted(60)


def results(rows, names, jobs, wanted=SECONDS):
    with executor(jobs) as pool:
        return [(t.outcome.row.id, t.outcome.result, str(t.opinion)) for t in trials(rows, names, pool, wanted)]


def test_processes_give_what_one_gives_in_the_same_order(tmp_path):
    lines = [
        'add("slow", lambda: (time.sleep(0.5), good())[1])',
        'add("bad", lambda: 1 / 0)',
        'add("few", lambda: checked("m", "c"))',
    ]
    rows, names = of_script(tmp_path, *lines, 'add("good", good)')
    wanted = Wanted(60, smt=True)
    alone = results(rows, names, 1, wanted)
    assert [(id, str(result.verdict)) for id, result, _ in alone] == [
        ("slow", "PROVED"),
        ("bad", "UNDECIDED"),
        ("few", "CHECKED"),
        ("good", "PROVED"),
    ]
    assert alone[3][2] == "z3: 1 of 1 hold; cvc5: 1 of 1 hold"
    assert results(rows, names, 2, wanted) == alone


@pytest.mark.parametrize("jobs", [1, 2])
def test_too_long_is_undecided_and_the_next_row_is_run(tmp_path, jobs):
    rows, names = of_script(tmp_path, 'add("endless", endless)', 'add("good", good)')
    (_, first, _), (_, second, _) = results(rows, names, jobs, Wanted(5))
    assert first.verdict is Verdict.UNDECIDED
    assert "no answer within the limit of 5 s; --limit raises it" in first.method
    assert second.verdict is Verdict.PROVED


def test_the_alarm_is_off_afterwards(tmp_path):
    row = Row("x", OURS, "here", "x", Verdict.PROVED, lambda: proved("x"), "script")
    assert attempt(row, Wanted(1)).outcome.result == Result(Verdict.PROVED, "x")
    time.sleep(1.2)


def test_a_process_that_dies_is_an_error_with_a_remedy(tmp_path):
    rows, names = of_script(tmp_path, 'add("good", good)', 'add("dies", lambda: os._exit(1))')
    with pytest.raises(LimitError, match="fewer --jobs"):
        results(rows, names, 2)


def test_the_alarm_rings_in_another_thread_too():
    def endless():
        while True:
            time.sleep(0.01)

    row = Row("x", OURS, "here", "x", Verdict.PROVED, endless, "script")
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(attempt, row, Wanted(1)).result().outcome.result.verdict is Verdict.UNDECIDED


def test_sections_stand_in_the_order_of_the_paper():
    expected = [
        "abstract", "introduction", "Definition 1.1", "Section 1.1", "Section 2", "Theorem 3.1", "Proposition 3.2",
        "Section 3.2", "Theorem 3.3", "section 3.3", "Assumption 4.1", "Theorem 4.1", "Corollary 4.2", "section 5",
        "Theorem 5.1", "Theorem 10.1", "Appendix A", "Corollaries A.2", "Appendices C", "Lemma D.1", "F.1",
        "Appendix F.2", "author response", "gate", "A sentence without a number",
    ]  # fmt: skip
    assert [position(section) for section in expected] == sorted(position(section) for section in expected)


def test_rows_are_grouped_by_paper_and_section():
    rows = in_reading_order(chosen([]))
    groups = [(row.paper, row.section) for row in rows]
    assert len(set(groups)) == 1 + sum(a != b for a, b in pairwise(groups))
    assert {row.id for row in rows} == {row.id for row in chosen([])}
    assert in_reading_order(reversed(rows)) != rows
