"""Obligations in SMT-LIB: what holds is unsat and what fails is sat, for two solvers, whatever the denominators."""

import operator
import sys

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.errors import UsageError
from exactmem.ledger import solvers, steps
from exactmem.ledger.arguments import require_cover
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.obligations import AllOf, AnyOf, Atom, Obligation, record, recording
from exactmem.ledger.smt import NotExported, script
from exactmem.ledger.steps import gap, index, slack

X, Y, T = sp.symbols("x y t", real=True)
U, V, H, N = gap("u"), gap("v"), slack("h"), index("n")
Z = sp.Symbol("z", nonnegative=True)
TRUE = [
    Atom(U + H, ">", 0),
    Atom(H, ">=", 0),
    Atom((U**2 - V**2) / (U + V), "=", U - V),
    Atom(-1 / U**3, "<", 0),
    Atom(1 / (1 + X**2), "<=", 1),
    Atom(2 * U * V / (U + V), "<=", (U + V) / 2),
    Atom(1 / (1 / U + 1 / V), "=", U * V / (U + V)),
    Atom(N * (N - 1), ">=", 0),
    Atom(sp.floor(X), "<=", X),
    Atom(X, "<", sp.floor(X) + 1),
    Atom(sp.Symbol("s", negative=True), "<", 0),
    Atom(1 / sp.Symbol("p", nonpositive=True, nonzero=True), "<", 0),
    Atom(sp.Rational(1, 3) * X - X / 3 + 10**30, ">", 10**29),
    Atom(2**N, ">", 0),
    Atom(2 * 2**N, "=", 2 ** (N + 1)),
    Atom(Z ** (N + 2), "=", Z * Z ** (N + 1)),
    Atom((1 + Z) ** (-N - 2), "=", (1 + Z) ** (-N - 1) / (1 + Z)),
    AnyOf((Atom(X, "<", Y), Atom(X, ">", Y), Atom(X, "=", Y))),
    AllOf((Atom(U, ">", 0), AnyOf((Atom(H, ">", 0), Atom(H, "=", 0))))),
]
FALSE = [
    Atom(H, ">", 0),
    Atom(U - V, ">=", 0),
    Atom(X / (1 + Y), "=", X / (1 + Y)),
    Atom((X**2 - 1) / (X - 1), "=", X + 1),
    Atom(1 / (1 + 1 / Z), ">=", 0),
    Atom(1 / X**3, ">", -1),
    Atom(N * (N - 1), ">", 0),
    Atom(sp.floor(X), ">=", X),
    AllOf((Atom(U, ">", 0), Atom(U, ">", 1))),
]


def opinion(formula):
    return solvers.second_opinion([Obligation("the step", formula)])


@pytest.mark.parametrize("formula", TRUE, ids=str)
def test_what_holds_is_confirmed_by_both(formula):
    answers = opinion(formula)
    assert {name: dict(counts) for name, counts in answers.answers.items()} == {
        "z3": {"holds": 1},
        "cvc5": {"holds": 1},
    }
    assert not answers.disagreements


@pytest.mark.parametrize("formula", FALSE, ids=str)
def test_what_fails_is_a_disagreement_of_both(formula):
    answers = opinion(formula)
    assert [each.solver for each in answers.disagreements] == ["z3", "cvc5"]
    assert all(each.step == "the step" and "(check-sat)" in each.script for each in answers.disagreements)
    assert "0 of 1 hold, 1 FAIL" in str(answers)


@pytest.mark.parametrize(
    "formula", [Atom(2**N, ">=", 1), Atom(sp.Function("Z")(U), "=", 0), Atom(sp.floor(1 / X), "<=", 1)]
)
def test_what_stands_for_any_number_is_unknown_and_no_agreement(formula):
    answers = opinion(formula)
    assert {name: dict(counts) for name, counts in answers.answers.items()} == {
        "z3": {"unknown": 1},
        "cvc5": {"unknown": 1},
    }
    assert str(answers) == "z3: 0 of 1 hold, 1 unknown; cvc5: 0 of 1 hold, 1 unknown"
    assert not answers.disagreements


@pytest.mark.parametrize(
    "expression", [sp.Symbol("A", commutative=False), sp.oo, sp.I * X, sp.Float("0.5") + X, sp.zoo]
)
def test_what_is_no_real_arithmetic_is_not_exported(expression):
    with pytest.raises(NotExported):
        script(Obligation("the step", Atom(expression, "=", 0)))
    answers = opinion(Atom(expression, "=", 0))
    assert sum(answers.not_exported.values()) == answers.obligations == 1
    assert "1 not exported" in str(answers)


EXPRESSIONS = st.recursive(
    st.sampled_from([X, U, Z, sp.Integer(2), sp.Rational(-1, 3)]),
    lambda inner: st.tuples(
        st.sampled_from([operator.add, operator.sub, operator.mul, operator.truediv]), inner, inner
    ).map(
        lambda parts: parts[0](parts[1], parts[2]) if parts[0] is not operator.truediv or parts[2] != 0 else parts[1]
    ),
    max_leaves=5,
)
POINTS = [(x, u, h) for x in (-2, -1, 0, sp.Rational(1, 3), 1, 3) for u in (sp.Rational(1, 5), 1, 3) for h in (0, 1, 4)]


@settings(max_examples=40)
@given(EXPRESSIONS, st.sampled_from(["=", "<", "<=", ">", ">="]))
def test_what_z3_confirms_holds_at_every_point_tried(expression, relation):
    question = script(Obligation("the step", Atom(expression, relation, 0)))
    if solvers.decide("z3", question.text) != "unsat":
        return
    compare = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[relation]
    for x, u, h in POINTS:
        value = expression.subs({X: x, U: u, Z: h}, simultaneous=True)
        assert value.is_Rational, "a denominator is 0 here"
        assert compare(value, 0)


def test_equal_names_of_other_symbols_and_odd_names_stay_apart():
    weird = [sp.Symbol("x", positive=True), sp.Symbol("x|\\;\n(é", real=True), sp.Symbol("", real=True)]
    text = script(Obligation("a step\nof é", Atom(sum(weird) + X, ">", 0))).text
    assert text.isascii()
    assert text.count("declare-const") == len({line for line in text.splitlines() if "declare-const" in line}) == 4
    assert opinion(Atom(weird[0] - X, "=", 0)).disagreements


def test_recording_notes_what_steps_accept_and_nothing_else():
    with recording() as noted:
        steps.require_equal(U + V, V + U, "an equality")
        steps.at_most(U, U + H, "a bound")
        steps.less(U, U + V, "a strict bound")
        assert steps.sign_of(-U) == -1
        assert len(list(steps.parities("n"))) == 2
        steps.real_regions([sp.Integer(-1), sp.Integer(1)])
        for refused in (lambda: steps.require_equal(U, V, "no"), lambda: steps.require_positive(U - V, "no")):
            with pytest.raises(ProofFailure):
                refused()
    assert [o.step for o in noted if o.step != "its sign is 1"] == [
        "an equality",
        "a bound",
        "a strict bound",
        "its sign is -1",
        "an integer >= 1 is odd or even",
        "the regions cover the real line",
    ]
    answers = solvers.second_opinion(noted)
    assert all(counts == {"holds": len(noted)} for counts in answers.answers.values())
    record("outside", Atom(U, ">", 0))
    assert len(noted) == 7


def test_cases_that_cover_are_recorded():
    with recording() as noted:
        require_cover([sp.Interval.open(0, sp.oo), sp.FiniteSet(0), sp.Interval.Lopen(-sp.oo, 0)], sp.S.Reals, "signs")
        require_cover([sp.Interval(0, 1)], sp.Interval(0, 1), "not the whole line")
    assert [o.step for o in noted] == ["signs: the cases cover the real line"]
    assert not solvers.second_opinion(noted).disagreements
    assert "z3: 1 of 1 hold" in str(solvers.second_opinion(noted))


@pytest.mark.parametrize("cover", [[-1, 1], [1, 0]])
def test_regions_that_do_not_cover_are_noticed(cover):
    low, high = map(sp.Integer, cover)
    missing = AnyOf((Atom(T, "<", low), Atom(T, "=", low), AllOf((Atom(T, ">", low), Atom(T, "<", high)))))
    assert len(opinion(missing).disagreements) == 2


def test_a_step_that_accepts_what_is_wrong_is_found_out(monkeypatch):
    monkeypatch.setattr(steps, "_coefficients_of_one_sign", lambda poly: True)
    monkeypatch.setattr(steps, "_has_positive_term", lambda poly: True)
    with recording() as noted:
        steps.require_positive(U - V, "a wrong step")
    assert [each.step for each in solvers.second_opinion(noted).disagreements] == ["a wrong step"] * 2


@pytest.mark.parametrize(("solver", "limit"), [("z3", "Z3_UNITS"), ("cvc5", "CVC5_UNITS")])
def test_a_solver_at_its_limit_says_unknown(monkeypatch, solver, limit):
    monkeypatch.setattr(solvers, limit, 1)
    hard = script(Obligation("the step", Atom((U + V + X) ** 4 * (X - V) ** 2 + U / (V + H), ">", 0)))
    solvers.decide.cache_clear()
    assert solvers.decide(solver, hard.text) == "unknown"
    solvers.decide.cache_clear()


@pytest.mark.parametrize(("solver", "distribution"), [("z3", "z3-solver"), ("cvc5", "cvc5")])
def test_a_missing_solver_is_named_with_its_remedy(monkeypatch, solver, distribution):
    monkeypatch.setitem(sys.modules, solver, None)
    solvers.decide.cache_clear()
    with pytest.raises(UsageError, match=f"{solver}, which is not installed: .*python.* -m pip install {distribution}"):
        solvers.decide(solver, "(check-sat)")
