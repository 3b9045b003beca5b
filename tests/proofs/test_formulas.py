"""The formula of a statement is the object that its proof uses; what has none says why; no step is a tautology."""

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from exactmem.activations import HARD_TANH, RELU
from exactmem.errors import UsageError
from exactmem.ledger import claims, running
from exactmem.ledger.claims import ProofFailure, Verdict, proved
from exactmem.ledger.discovery import ledger
from exactmem.ledger.statements import cases, every, fails, holds, holds_by_induction, taken
from exactmem.ledger.steps import gap, slack
from exactmem.ledger.wording import names, worded
from exactmem.proofs._conditions import D_1, D_2, D_Y, PRINTED_HARD_TANH, N, require_executed
from tests.proofs.record_statements import in_words

HERE = Path(__file__).parent
PROOFS = HERE.parents[1] / "proofs"
WITHOUT: dict[str, list[str]] = json.loads((HERE / "without_formula.json").read_text(encoding="utf-8"))
"""The claims that carry no formula, by the reason."""
PRINTED: dict[str, str] = json.loads((HERE / "statements.json").read_text(encoding="utf-8"))
"""Every sentence: a changed formula or word is a changed claim."""
IN_WORDS: dict[str, str] = json.loads((HERE / "in_words.json").read_text(encoding="utf-8"))
"""The numbers and operators of a sentence that come from no formula, by claim."""
PREMISES: dict[str, str] = json.loads((HERE / "premises.json").read_text(encoding="utf-8"))
"""What each proof rests on: with a premise taken away it is another proof."""
ROWS = {row.id: row for row in ledger()}
X, Y = names("x y")
MEANS = sp.Le(2 * X * Y, X**2 + Y**2)
COMPARING = ("require_equal", "at_most", "less")


def test_every_claim_has_a_formula_or_a_reason_for_having_none():
    reasoned = [id for ids in WITHOUT.values() for id in ids]
    assert len(reasoned) == len(set(reasoned))
    unproved = {row.id for row in ROWS.values() if row.expected in (Verdict.NOT_COVERED, Verdict.ASSUMED)}
    without = {row.id for row in ROWS.values() if not row.formulas} - unproved
    assert without == set(reasoned)
    assert all(len(reason.split()) > 5 for reason in WITHOUT)


def test_the_sentences_are_those_that_were_looked_at():
    """After a sentence was changed on purpose: `python -m tests.proofs.record_statements`."""
    assert {row.id: row.statement for row in ROWS.values()} == PRINTED


def test_the_premises_are_those_that_were_looked_at():
    assert {row.id: " ".join(row.by) for row in ROWS.values() if row.by} == PREMISES


def test_every_number_and_operator_comes_from_a_formula_or_is_listed():
    """`in_words.json` lists those that the proof does not share with the sentence."""
    found = {id: " ".join(in_words(row)) for id, row in ROWS.items() if in_words(row)}
    assert found == IN_WORDS


def test_a_number_in_words_is_found():
    row = replace(ROWS["B.1-rank"], statement="{} and {}, always", formulas=(MEANS, X + 1))
    made = replace(row, statement=worded(row.statement, row.formulas))
    assert in_words(made) == []
    for text in ("at least 2,", "(p + q)", "a/b", "x^2", "p <= q"):
        assert in_words(replace(made, statement=f"{made.statement} {text}"))
    assert in_words(replace(made, statement=made.statement.replace("x + 1", "x + 2"))) == ["+", "2,"]


@pytest.fixture
def prove(monkeypatch):
    """Run a proof as a claim of its own, in an empty ledger."""
    monkeypatch.setattr(claims, "_ROWS", {})

    def run(function, by=(), expected=Verdict.PROVED, id="a"):
        decorated = claims.claim(
            id=id, source="S", place="P", statement="{} always", formulas=[MEANS], expected=expected, by=by
        )(function)
        return running.run(claims.row_called(id)).result, decorated

    return run


def test_a_proof_has_to_use_the_formula_that_is_printed(prove):
    def complete():
        holds(MEANS, "means", {X: gap("x"), Y: gap("x") + slack("s")})
        return proved("squares")

    assert prove(complete)[0].verdict == Verdict.PROVED
    assert claims.row_called("a").statement == "2 x y <= x^2 + y^2 always"

    def another():
        holds(sp.Le(X * Y, X**2 + Y**2), "means", {X: gap("x"), Y: gap("x") + slack("s")})
        return proved("squares")

    result, _ = prove(another)
    assert result.verdict == Verdict.UNDECIDED
    assert "no step uses 2 x y <= x^2 + y^2" in result.method


def test_what_another_claim_used_in_this_process_does_not_count(prove):
    holds(MEANS, "means", {X: gap("x"), Y: gap("x") + slack("s")})
    assert prove(lambda: proved("nothing"))[0].verdict == Verdict.UNDECIDED


def test_a_claim_may_rest_on_one_with_the_same_formula(prove):
    def complete():
        holds(MEANS, "means", {X: gap("x"), Y: gap("x") + slack("s")})
        return proved("squares")

    _, premise = prove(complete)
    result, _ = prove(lambda: proved("by the other"), by=[premise], id="b")
    assert result.verdict == Verdict.PROVED


@pytest.mark.parametrize("places", ["no place", "{} and {}"])
def test_places_and_formulas_match(places):
    with pytest.raises(UsageError, match="places"):
        worded(places, [MEANS])


def test_a_formula_that_decides_itself_is_none():
    with pytest.raises(UsageError, match="left to prove"):
        worded("{}", [sp.Le(1, 2)])
    assert worded("{k : k <= 2}", []) == "{k : k <= 2}"


def test_a_refutation_needs_a_false_instance():
    strict = sp.Lt(2 * X * Y, X**2 + Y**2)
    fails(strict, "equal numbers", {X: 1, Y: 1})
    fails(strict, "all equal numbers", {X: gap("x"), Y: gap("x")})
    fails(sp.Eq(X, 2 * Y), "another number", {X: 1, Y: 1})
    for relation, at in ((strict, {X: 1, Y: 2}), (sp.Eq(X, Y), {X: 1, Y: 1}), (sp.Eq(X, Y), {X: sp.sqrt(2), Y: 1})):
        with pytest.raises(ProofFailure):
            fails(relation, "true here, or not decided", at)


def test_functions_and_terms_are_put_in():
    sigma = sp.Function("sigma")
    assert taken(2 * sigma(X + 1), {X: 3, sigma: lambda t: t**2}) == 32
    assert taken(sp.floor(X / 2) + X, {sp.floor(X / 2): Y, X: 7}) == Y + 7
    assert taken(sp.Le(X, Y), {X: 1, Y: 2}).args == (1, 2)


def test_every_value_of_a_domain():
    u, v, bound = gap("u of a"), gap("v of a"), 2 * gap("y")
    assert every(sp.Interval.open(-1, 1), "a") == (u - v) / (u + v)
    for relation, beyond in ((sp.Ge, slack("room of x")), (sp.Gt, gap("room of x"))):
        assert every(relation(X, 2 * Y), "x", {Y: gap("y")}) == bound + beyond
    for relation, beyond in ((sp.Le, slack("room of x")), (sp.Lt, gap("room of x"))):
        assert every(relation(X, 2 * Y), "x", {Y: gap("y")}) == bound - beyond
    assert every(sp.Ge(X, 1), "x", whole=True).is_integer
    for domain in (sp.Interval(0, 1), sp.Interval.open(0, sp.oo), sp.Eq(X, Y)):
        with pytest.raises(ProofFailure):
            every(domain, "x")


def test_an_interval_is_its_inside_and_its_ends():
    assert [value for _, value in cases(sp.Interval(0, 1), "v")][1:] == [0, 1]
    assert [name for name, _ in cases(sp.Interval.Lopen(0, 1), "v")] == ["0 < v < 1", "v = 1"]
    with pytest.raises(ProofFailure):
        holds(sp.Lt(X, 1), "the end", {X: cases(sp.Interval(0, 1), "v")[2][1]})


A, B, P = sp.symbols("A B P", commutative=False)


def test_letters_that_do_not_commute():
    holds(sp.Eq((A + B) ** 2, A**2 + A * B + B * A + B**2), "a square")
    for wrong in (sp.Eq((A + B) ** 2, A**2 + 2 * A * B + B**2), sp.Eq(A * B, B * A), sp.Eq(A * B, 2 * A * B)):
        with pytest.raises(ProofFailure):
            holds(wrong, "true of numbers only, or of nothing")
    holds(sp.Eq(A * B * A, A), "with values", {B: sp.Integer(1), A: sp.Integer(1)})


def test_rules_for_products_of_letters():
    rules = {P * P: P, P * A: A}
    holds(sp.Eq(P * (P * B - A), P * B - A), "a projection", rules=rules)
    for wrong in (sp.Eq(B * P, B), sp.Eq(A * P, A), sp.Eq(P * B, B)):
        with pytest.raises(ProofFailure):
            holds(wrong, "what no rule says", rules=rules)
    with pytest.raises(ProofFailure, match="end"):
        holds(sp.Eq(A, B), "for ever", rules={A: A * B})


def test_induction_with_base_and_step():
    n, sums = sp.symbols("n s_n")
    pairs = sp.Eq(sums, n * (n + 1) / 2)
    holds_by_induction(pairs, n, sp.Integer(0), lambda k, s: s + k + 1, "1 + ... + n")
    holds_by_induction(sp.Le(sums, n**2), n, sp.Integer(0), lambda k, s: s + k, "a bound")
    for wrong in (sp.Eq(sums, n**2 / 2), sp.Le(sums, n), sp.Eq(sums, n * (n + 1) / 2 + 1)):
        with pytest.raises(ProofFailure):
            holds_by_induction(wrong, n, sp.Integer(0), lambda k, s: s + k + 1, "1 + ... + n")
    with pytest.raises(ProofFailure, match="neither"):
        holds_by_induction(sp.Ge(sums, n), n, sp.Integer(0), lambda k, s: s + k + 1, "1 + ... + n")


def test_a_condition_that_is_not_executed_is_noticed():
    with pytest.raises(ProofFailure, match="what is executed"):
        require_executed((PRINTED_HARD_TANH,), "3.1", RELU)
    with pytest.raises(ProofFailure, match="what is executed"):
        require_executed((sp.Ge(4 * sp.floor(D_1 / 2) * sp.floor(D_2 / (2 * D_Y)), N + 1),), "3.1", HARD_TANH)


def test_no_step_compares_an_expression_with_itself():
    for script in sorted(PROOFS.rglob("*.py")):
        for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in COMPARING and len(node.args) >= 2:
                left, right = map(ast.dump, node.args[:2])
                assert left != right, f"{script.name}, line {node.lineno}"
