"""The tools of the sgd scripts: inequalities that hold, inequalities that do not, and the exact network helper."""

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap, slack
from exactmem.proofs.yun2019.theorem_5_1 import _appendix_g as tactics

A, S = gap("a"), slack("s")


def test_true_inequalities_pass():
    tactics.at_most(A / (A + S), 1, "a quotient")
    tactics.less(S, A + S, "strict by a positive symbol")
    tactics.nonnegative(sp.Integer(0), "zero")
    with pytest.raises(ProofFailure, match="equal for S = 0"):
        tactics.less(A / (A + S), 1, "equal for S = 0")
    with pytest.raises(ProofFailure, match="zero"):
        tactics.nonnegative(sp.Integer(0), "zero", strict=True)


@pytest.mark.parametrize(
    "expression",
    [A - 2, S - A, -S * A, 1 / (A + 1) - 1, (A - 1) / (A + S), sp.Integer(-1)],
)
def test_false_inequalities_come_with_parameters(expression):
    with pytest.raises(ProofFailure, match="a step: false at"):
        tactics.nonnegative(expression, "a step")


def test_strictness_is_not_given_away():
    with pytest.raises(ProofFailure, match="false at s = 0"):
        tactics.less(0, S, "s may be zero")
    with pytest.raises(ProofFailure, match="false at"):
        tactics.less(A, A, "equal")


def test_no_certificate_is_not_a_proof():
    with pytest.raises(ProofFailure, match="no certificate"):
        tactics.nonnegative((A - 1) ** 2 + sp.Rational(1, 10**9), "true but not by coefficients")


def test_unsigned_symbols_are_refused():
    with pytest.raises(ProofFailure, match="without a known sign"):
        tactics.nonnegative(sp.Symbol("t") ** 2, "no sign assumption")


def test_violations_are_violations():
    top, bottom = (sp.Poly(part, A, S, domain="QQ") for part in (A - 3 * S, A + S))
    point = tactics.find_violation(top, bottom, strict=False)
    assert point is not None
    assert point["a"] - 3 * point["s"] < 0
    assert tactics.find_violation(*(sp.Poly(p, A, S, domain="QQ") for p in (A + S, A)), strict=False) is None


def test_identical_respects_the_order_of_letters():
    x, y = sp.symbols("x y", commutative=False)
    tactics.identical((x + y) * x, x**2 + y * x, "noncommuting")
    with pytest.raises(ProofFailure):
        tactics.identical(x * y, y * x, "not commuting")
    with pytest.raises(ProofFailure):
        tactics.identical(A / (A + 1), A / (A + 2), "fractions")


WIDTHS = (2, 2, 2, 1)
THETA = tactics.column("1/2", -1, 1, "1/3", "1/7", "-1/2", 2, -1, "1/2", "1/3", "1/5", "-1/4", "3/2", -2, "1/9")


def test_flatten_inverts_unflatten():
    assert tactics.flatten(tactics.unflatten(THETA, WIDTHS)) == THETA


@pytest.mark.parametrize("activation", [tactics.RELU, tactics.HARD_TANH], ids=["relu", "hard-tanh"])
def test_gradient_is_the_difference_quotient(activation):
    """f is affine in one parameter at a time while no piece changes, so the quotient is exact."""
    x, step = tactics.column("1/4", "2/5"), sp.Rational(1, 10**6)
    base = tactics.output(tactics.unflatten(THETA, WIDTHS), x, activation)
    gradient = tactics.gradient(tactics.unflatten(THETA, WIDTHS), x, activation)
    for place in range(THETA.rows):
        moved = THETA.copy()
        moved[place] += step
        value = tactics.output(tactics.unflatten(moved, WIDTHS), x, activation)
        assert (value - base) / step == gradient[place]


def test_gradient_refuses_a_kink():
    kink = tactics.unflatten(tactics.column(1, -1, 1, 0), (1, 1, 1))
    assert tactics.output(kink, tactics.column(1), tactics.RELU) == 0
    with pytest.raises(ProofFailure, match="kink"):
        tactics.gradient(kink, tactics.column(1), tactics.RELU)


@pytest.mark.parametrize(("z", "value", "piece"), [(-2, -1, 0), ("1/3", "1/3", 1), (5, 1, 2)])
def test_hard_tanh_pieces(z, value, piece):
    z = sp.Rational(z)
    assert tactics.HARD_TANH.value(z) == sp.Rational(value)
    assert tactics.HARD_TANH.piece(z) == piece


@pytest.mark.parametrize("kink", [-1, 1])
def test_hard_tanh_is_continuous_and_its_kinks_are_refused(kink):
    assert tactics.HARD_TANH.value(sp.Integer(kink)) == kink
    with pytest.raises(ProofFailure, match="kink"):
        tactics.HARD_TANH.piece(sp.Integer(kink))


def test_undecided_piece_is_a_failure():
    with pytest.raises(ProofFailure, match="not decided"):
        tactics.RELU.piece(sp.Symbol("z", real=True))


def test_projection_is_orthogonal_and_handles_dependent_vectors():
    vectors = [tactics.column(1, 2, 0), tactics.column(2, 4, 0), tactics.column(0, 1, 1)]
    xi = tactics.column(1, "1/2", -3)
    parallel = tactics.projection(vectors, xi)
    assert all(v.dot(xi - parallel) == 0 for v in vectors)
    assert sp.Matrix.hstack(vectors[0], vectors[2], parallel).rank() == 2
    assert tactics.projection([tactics.column(0, 0, 0)], xi) == tactics.column(0, 0, 0)


def test_sgd_step_averages_over_the_batch():
    theta, widths = tactics.column(1, 0, 1, 0), (1, 1, 1)
    batch = [(tactics.column("1/2"), sp.Integer(0)), (tactics.column(3), sp.Integer(0))]
    moved = tactics.sgd_step(theta, widths, batch, sp.Rational(1, 10), tactics.HARD_TANH)
    first = sp.Rational(1, 2) * tactics.column("1/2", 1, "1/2", 1)
    second = tactics.column(0, 0, 1, 1)
    assert moved == theta - sp.Rational(1, 10) * (first + second) / 2
