"""The weakest link: verdicts by what claims rest on, and orders that are refused."""

from itertools import product

import pytest

from exactmem.errors import LedgerError
from exactmem.ledger import claims
from exactmem.ledger.claims import Fact, Kind, Result, Verdict, assumed, checked, not_covered, proved, refuted
from exactmem.ledger.discovery import ledger
from exactmem.ledger.premises import needed
from exactmem.ledger.running import run_all

ANSWERS = {
    Verdict.PROVED: proved("p"),
    Verdict.CHECKED: checked("c", "n = 1"),
    Verdict.REFUTED: refuted("x = 1"),
    Verdict.ASSUMED: assumed("a"),
    Verdict.UNDECIDED: Result(Verdict.UNDECIDED, "u"),
    Verdict.NOT_COVERED: not_covered("n"),
}


@pytest.fixture
def registry(monkeypatch):
    """An empty ledger for one test."""
    empty: dict[str, claims.Row] = {}
    monkeypatch.setattr(claims, "_ROWS", empty)
    return empty


def add(id, answer, by=(), expected=Verdict.PROVED):
    def prove():
        return answer

    prove.__module__ = "exactmem.proofs.some_script"
    kind = Kind.ERROR if expected is Verdict.REFUTED else None
    claims.claim(id=id, source="S", place="P", statement="T", expected=expected, by=by, kind=kind)(prove)


def verdicts(registry, *ids):
    found = run_all(registry.values())
    return [found[id].result.verdict for id in ids]


# What a claim is worth that rests on another: own verdict, the premise's verdict, what follows.
WORTH = {
    (Verdict.PROVED, Verdict.PROVED): Verdict.PROVED,
    (Verdict.PROVED, Verdict.CHECKED): Verdict.CHECKED,
    (Verdict.PROVED, Verdict.ASSUMED): Verdict.PROVED_UNDER,
    (Verdict.CHECKED, Verdict.PROVED): Verdict.CHECKED,
    (Verdict.CHECKED, Verdict.CHECKED): Verdict.CHECKED,
    (Verdict.REFUTED, Verdict.PROVED): Verdict.REFUTED,
    (Verdict.REFUTED, Verdict.CHECKED): Verdict.REFUTED,
}


@pytest.mark.parametrize(("own", "premise"), list(product(ANSWERS, ANSWERS)))
def test_no_verdict_is_stronger_than_what_it_rests_on(registry, own, premise):
    add("below", ANSWERS[premise])
    add("above", ANSWERS[own], by=["below"])
    weak = own if own in (Verdict.ASSUMED, Verdict.NOT_COVERED, Verdict.UNDECIDED) else Verdict.UNDECIDED
    assert verdicts(registry, "above") == [WORTH.get((own, premise), weak)]


def test_assumptions_are_named_once_through_all_floors(registry):
    add("first", assumed("a"), expected=Verdict.ASSUMED)
    add("second", assumed("b"), expected=Verdict.ASSUMED)
    add("left", proved("l"), by=["second"])
    add("right", proved("r", assumes=[Fact("f", "1 = 1", "book")]), by=["first", "second"])
    add("top", proved("t"), by=["left", "right"])
    top = run_all(registry.values())["top"].result
    assert (top.verdict, top.under, top.method) == (Verdict.PROVED_UNDER, ("second", "first"), "t")


def test_a_fact_from_a_textbook_does_not_weaken(registry):
    add("a", proved("p", assumes=[Fact("f", "1 = 1", "book")]))
    add("b", proved("p"), by=["a"])
    assert verdicts(registry, "a", "b") == [Verdict.PROVED, Verdict.PROVED]


def test_undecided_propagates_and_names_what_it_comes_from(registry):
    add("a", ANSWERS[Verdict.UNDECIDED])
    add("b", proved("p"), by=["a"])
    add("c", proved("p"), by=["b"])
    found = run_all(registry.values())
    assert found["b"].result.method == "rests on a, which is UNDECIDED"
    assert found["c"].result.method == "rests on b, which is UNDECIDED"
    assert not found["c"].as_expected


def test_a_check_and_an_assumption_together_prove_nothing(registry):
    add("a", assumed("a"), expected=Verdict.ASSUMED)
    add("c", checked("c", "n = 1"), expected=Verdict.CHECKED)
    add("both", proved("p"), by=["a", "c"])
    add("check", checked("c", "n = 2"), by=["a"])
    add("far", proved("p"), by=["c"])
    assert verdicts(registry, "both", "check", "far") == [Verdict.UNDECIDED, Verdict.UNDECIDED, Verdict.CHECKED]
    assert run_all(registry.values())["far"].result.cases == "those of c: n = 1"


def test_premises_come_first_and_each_once(registry):
    add("top", proved("p"), by=["left", "right"])
    add("left", proved("p"), by=["base"])
    add("right", proved("p"), by=["base"])
    add("base", proved("p"))
    assert [row.id for row in needed([registry["top"], registry["base"]])] == ["base", "left", "right", "top"]


@pytest.mark.parametrize(("by", "cycle"), [(["a"], "a -> a"), (["b"], "a -> b -> c -> a")])
def test_claims_that_rest_on_each_other_are_refused(registry, by, cycle):
    add("a", proved("p"), by=by)
    add("b", proved("p"), by=["c"])
    add("c", proved("p"), by=["a"])
    with pytest.raises(LedgerError, match=f"rest on each other: {cycle};"):
        needed([registry["a"]])


def test_an_unknown_premise_and_a_refuted_one_are_refused(registry):
    add("a", proved("p"), by=["nothing"])
    with pytest.raises(LedgerError, match="'a' rests on 'nothing', which no imported script registers"):
        needed([registry["a"]])
    add("wrong", refuted("x"), expected=Verdict.REFUTED)
    add("b", proved("p"), by=["wrong"])
    with pytest.raises(LedgerError, match="'b' rests on 'wrong', which is refuted"):
        needed([registry["b"]])


def test_every_row_of_the_ledger_comes_after_what_it_rests_on():
    seen: set[str] = set()
    for row in needed(ledger()):
        assert seen.issuperset(row.by), row.id
        seen.add(row.id)
    assert {row.id for row in ledger()} == seen
