"""The shared proof steps decide what holds, refuse what does not, and never guess."""

import pytest
import sympy as sp

from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import SIGNS, gap, index, slack
from tests.support.proof_steps import accepted

U, V, H = gap("u"), gap("v"), slack("h")
N = index("n")


def test_parities_cover_the_integers_from_one_without_overlap():
    cases = dict(tactics.parities("n"))
    values = sorted(int(cases[name].subs(N, n)) for name in ("odd", "even") for n in range(5))
    assert values == list(range(1, 11))


@pytest.mark.parametrize(("exponent", "value"), [(2 * N, 1), (2 * N + 1, -1), (2 * N - 3, -1), (4, 1), (-1, -1)])
def test_minus_one_to_a_power_of_known_parity(exponent, value):
    assert tactics.minus_one_to(exponent) == value


def test_minus_one_to_a_power_of_unknown_parity_is_refused():
    with pytest.raises(ProofFailure, match="parity"):
        tactics.minus_one_to(N)


@pytest.mark.parametrize(
    ("expression", "sign"),
    [
        (U, 1),
        (-U, -1),
        (U + H, 1),
        (U * V + H, 1),
        ((U + 1) / (V + H), 1),
        (-U / V, -1),
        (U - U, 0),
        (3, 1),
        (0, 0),
        (-2, -1),
    ],
)
def test_sign_is_found(expression, sign):
    assert tactics.sign_of(expression) == sign


@pytest.mark.parametrize(
    "expression", [H, U - V, U * H, U**2 - 2 * U * V + V**2, N, sp.Symbol("free"), 2**N, sp.Function("Z")(U)]
)
def test_sign_that_coefficients_do_not_show_is_refused(expression):
    with pytest.raises(ProofFailure, match="sign"):
        tactics.sign_of(expression)


def test_nonnegative_is_weaker_than_positive():
    tactics.require_nonnegative(U * H, "product")
    with pytest.raises(ProofFailure):
        tactics.require_positive(U * H, "product")
    with pytest.raises(ProofFailure):
        tactics.require_nonnegative(H - U, "difference")
    with pytest.raises(ProofFailure):
        tactics.require_nonnegative(H / sp.Symbol("free"), "a quotient with an unknown denominator")


def test_equality_is_of_rational_functions():
    tactics.require_equal((U**2 - V**2) / (U + V), U - V, "difference of squares")
    with pytest.raises(ProofFailure, match="difference"):
        tactics.require_equal((U**2 + V**2) / (U + V), U + V, "difference of squares")


def test_ranges_must_adjoin():
    tactics.require_consecutive([(1, N), (N + 1, 2 * N)], "two ranges")
    for second in (N, N + 2):
        with pytest.raises(ProofFailure, match="adjoin"):
            tactics.require_consecutive([(1, N), (second, 2 * N)], "gap or overlap")


def test_real_regions_are_five_for_two_breakpoints_and_ordered():
    regions = tactics.real_regions([sp.Integer(-1), sp.Integer(1)])
    samples = [point.subs({U: 2, V: 3}) for _, point in regions]
    assert samples == [-3, -1, sp.Rational(-1, 5), 1, 3]
    with pytest.raises(ProofFailure):
        tactics.real_regions([sp.Integer(1), sp.Integer(-1)])


def test_unit_interval_value_stays_inside():
    value = tactics.unit_interval_value("x")
    assert tactics.sign_of(1 - value) == 1
    assert tactics.sign_of(1 + value) == 1
    with pytest.raises(ProofFailure):
        tactics.require_positive(value, "either sign")


def test_up_to_is_positive_and_at_most_the_bound():
    bound = tactics.gap("b")
    value = tactics.up_to(bound, "x")
    tactics.require_positive(value, "above 0")
    tactics.at_most(value, bound, "not above the bound")
    assert value.subs(tactics.slack("s_x"), 0) == bound
    with pytest.raises(ProofFailure):
        tactics.less(value, bound, "the bound is reached")


def test_telescoping_sum_of_a_wrong_antidifference_is_refused():
    total = tactics.telescoping_sum(lambda l: 2 * l - 1, lambda l: l**2, "odd numbers")
    assert sp.expand(total(1, N) - N**2) == 0
    assert total(5, 4) == 0
    with pytest.raises(ProofFailure, match="induction step"):
        tactics.telescoping_sum(lambda l: 2 * l - 1, lambda l: l**2 + l, "odd numbers")


def test_a_symbol_that_may_vanish_is_not_divided_by():
    x, y, n = slack("x"), gap("y"), index("n")
    for divide in (lambda: x * (x + y) / x, lambda: 1 / x, lambda: y / n, lambda: x**-2, lambda: 1 / (x * (x + y))):
        with pytest.raises(ProofFailure, match="may be 0"):
            divide()
    assert y * (x + y) / y == x + y
    assert x**2 / y == y**-1 * x * x


@pytest.mark.parametrize(
    "expression", [1 / (U - V), (U**2 - V**2) / (U - V), 1 / (H + slack("k")), 1 / sp.Symbol("free")]
)
def test_a_denominator_that_may_vanish_is_refused(expression):
    for use in (tactics.is_zero, tactics.sign_of, lambda e: tactics.require_equal(e, e, "itself")):
        with pytest.raises(ProofFailure):
            use(expression)
    with pytest.raises(ProofFailure):
        tactics.require_nonnegative(expression, "step")


def test_the_classical_cancellations_are_refused():
    x = sp.Symbol("x", real=True)
    with pytest.raises(ProofFailure, match="differ from 0"):
        tactics.is_zero((x**2 - 1) / (x - 1) - (x + 1))
    with pytest.raises(ProofFailure, match="differ from 0"):
        tactics.require_equal((x**2 - 1) / (x - 1), x + 1, "step")


@pytest.mark.parametrize(
    "expression", [1 / (U + H), 1 / (U * V), U / (1 + N), 1 / (U / (V + H)), 1 / (-U - H), 1 / sp.sqrt(U)]
)
def test_a_denominator_of_one_sign_is_accepted(expression):
    assert accepted(tactics.require_defined, expression)


def test_there_are_two_signs():
    assert sorted(SIGNS) == [-1, 1]
