"""The implication behind `gradient-rate` certificates: broken variants of its lines are noticed."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import at_most, gap, require_equal, require_nonnegative, slack
from exactmem.proofs.survey import geometric_rate


def test_the_iterates_need_the_factor_eta():
    kernel, eta, power = gap("K"), gap("eta"), slack("M")
    with pytest.raises(ProofFailure):
        require_equal((1 - power) / kernel + power, (1 - power * (1 - eta * kernel)) / kernel, "without eta")


def test_the_condition_on_kinks_needs_the_two():
    """|delta - s| > n in the place of |2 delta - s| > n does not keep delta off the interval."""
    delta, room, difference = slack("delta"), slack("room"), slack("difference")
    n = (room + 2 * delta + difference) / 2
    s = n - difference
    require_nonnegative(n**2 - (2 * delta - s) ** 2, "as it stands")
    with pytest.raises(ProofFailure):
        require_nonnegative(n**2 - (4 * delta - s) ** 2, "with four")


def test_steps_beyond_the_largest_eigenvalue_break_the_powers():
    q, rest = slack("q"), gap("rest")
    with pytest.raises(ProofFailure):
        at_most(q * (q + rest), q, "q above 1")


def test_every_claim_is_proved_but_the_printed_one():
    functions = (
        geometric_rate.iterates,
        geometric_rate.powers,
        geometric_rate.shares,
        geometric_rate.kinks,
        geometric_rate.for_ever,
        geometric_rate.limit,
        geometric_rate.one_sided,
    )
    assert {str(function().verdict) for function in functions} == {"PROVED"}
    assert str(geometric_rate.as_printed().verdict) == "NOT COVERED"
