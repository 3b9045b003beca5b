"""Induction, cases and assembly: each refuses an argument with a part that fails or is missing."""

import pytest
import sympy as sp

from exactmem.ledger.arguments import Line, assemble, never_grows, require_cover, signs, solves, stays_below
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from tests.support.proof_steps import accepted

HALF = sp.Rational(1, 2)


def gauss(n, state):
    return (state[0] + n + 1, state[1] + 1)


def test_a_closed_form_by_induction():
    assert accepted(solves, (0, 0), gauss, lambda n: (n * (n + 1) / 2, n), "Gauss")


@pytest.mark.parametrize(
    ("first", "closed", "part"),
    [
        ((1, 0), lambda n: (n * (n + 1) / 2, n), "base"),
        ((0, 0), lambda n: (n**2, n), "induction step"),
        ((0, 1), lambda n: (n * (n + 1) / 2, n), "base"),
    ],
)
def test_a_wrong_base_or_step_is_refused(first, closed, part):
    with pytest.raises(ProofFailure, match=part):
        solves(first, gauss, closed, "Gauss")


def test_states_of_different_length_are_refused():
    with pytest.raises(ValueError, match="zip"):
        solves((0,), gauss, lambda n: (n * (n + 1) / 2, n), "Gauss")


def test_a_bound_by_induction():
    assert accepted(stays_below, 1, lambda n, s: s / 2 + 1, lambda n: sp.Integer(2), "s/2 + 1 stays below 2")
    with pytest.raises(ProofFailure, match="base"):
        stays_below(3, lambda n, s: s / 2 + 1, lambda n: sp.Integer(2), "from 3")
    with pytest.raises(ProofFailure, match="induction step"):
        stays_below(1, lambda n, s: s + 1, lambda n: sp.Integer(2), "s + 1")


def test_a_step_that_decreases_with_its_argument_is_refused():
    """s -> 2 - s maps the bound 2 below it, but s = 0 to 2 and so on: nothing follows from the bound alone."""
    with pytest.raises(ProofFailure, match="increases with its argument"):
        stays_below(1, lambda n, s: 2 - s, lambda n: sp.Integer(2), "2 - s")


def test_powers_that_never_grow():
    q = 1 / (1 + gap("s"))
    assert accepted(never_grows, lambda k, power: power * (1 + k * q), 1 - q, "(1 - q)^k (1 + k q)")
    with pytest.raises(ProofFailure, match="induction step"):
        never_grows(lambda k, power: power * (1 + 2 * k * q), 1 - q, "(1 - q)^k (1 + 2 k q)")
    with pytest.raises(ProofFailure, match="ratio is positive"):
        never_grows(lambda k, power: power, sp.Integer(0), "0^k")


def test_the_signs_are_complete():
    assert [name for name, _ in signs("x")] == ["x > 0", "x = 0", "x < 0"]


def test_cases_that_do_not_cover_are_refused():
    assert accepted(require_cover, [sp.Interval(-sp.oo, 0), sp.Interval.open(0, sp.oo)], sp.S.Reals, "two rays")
    with pytest.raises(ProofFailure, match="the cases cover"):
        require_cover([sp.Interval.open(-sp.oo, 0), sp.Interval.open(0, sp.oo)], sp.S.Reals, "without 0")


A, B, C = (sp.Le(sp.Symbol(name), 1) for name in "abc")


def nothing():
    """A line that holds."""


def fails():
    raise ProofFailure("the line itself")


def test_an_argument_from_the_given_to_the_goals():
    assert accepted(assemble, [A], [Line((A,), B, nothing), Line((A, B), C, nothing)], [C])


@pytest.mark.parametrize(
    ("given", "lines", "goals", "complaint"),
    [
        ([], [Line((A,), B, nothing)], [B], "nothing gives a <= 1"),
        ([A], [Line((B,), C, nothing), Line((A,), B, nothing)], [C], "nothing gives b <= 1"),
        ([A], [Line((A,), B, nothing)], [C], "the lines give c <= 1"),
        ([A, B], [Line((A,), C, nothing)], [C], "b <= 1 is used"),
        ([A], [Line((A,), B, nothing), Line((A,), C, nothing)], [C], "b <= 1 is used"),
        ([A], [Line((A,), B, fails)], [B], "the line itself"),
        (["a"], [Line(("A",), B, nothing)], [B], "nothing gives A"),
    ],
)
def test_a_gap_or_an_idle_part_is_refused(given, lines, goals, complaint):
    with pytest.raises(ProofFailure, match=complaint):
        assemble(given, lines, goals)
