"""The tools of the sgd scripts: inequalities that hold, inequalities that do not, and the exact network helper."""

import pytest
import sympy as sp

from exactmem.ledger import steps
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap, slack
from exactmem.proofs.yun2019.theorem_5_1 import _small_network as network

A, S = gap("a"), slack("s")


def test_true_inequalities_pass():
    steps.at_most(A / (A + S), 1, "a quotient")
    steps.less(S, A + S, "strict by a positive symbol")
    steps.require_nonnegative(sp.Integer(0), "zero")
    with pytest.raises(ProofFailure, match="equal for S = 0"):
        steps.less(A / (A + S), 1, "equal for S = 0")
    with pytest.raises(ProofFailure, match="zero"):
        steps.require_nonnegative(sp.Integer(0), "zero", strict=True)


@pytest.mark.parametrize(
    "expression",
    [A - 2, S - A, -S * A, 1 / (A + 1) - 1, (A - 1) / (A + S), sp.Integer(-1)],
)
def test_false_inequalities_come_with_parameters(expression):
    with pytest.raises(ProofFailure, match="a step: false at"):
        steps.require_nonnegative(expression, "a step")


def test_strictness_is_not_given_away():
    with pytest.raises(ProofFailure, match="false at s = 0"):
        steps.less(0, S, "s may be zero")
    with pytest.raises(ProofFailure, match="false at"):
        steps.less(A, A, "equal")


def test_no_certificate_is_not_a_proof():
    with pytest.raises(ProofFailure, match="no certificate"):
        steps.require_nonnegative((A - 1) ** 2 + sp.Rational(1, 10**9), "true but not by coefficients")


def test_unsigned_symbols_are_refused():
    with pytest.raises(ProofFailure, match="without a known sign"):
        steps.require_nonnegative(sp.Symbol("t") ** 2, "no sign assumption")


def test_violations_are_violations():
    top, bottom = (sp.Poly(part, A, S, domain="QQ") for part in (A - 3 * S, A + S))
    point = steps.find_violation(top, bottom, strict=False)
    assert point is not None
    assert point["a"] - 3 * point["s"] < 0
    assert steps.find_violation(*(sp.Poly(p, A, S, domain="QQ") for p in (A + S, A)), strict=False) is None


def test_identical_respects_the_order_of_letters():
    x, y = sp.symbols("x y", commutative=False)
    steps.require_equal((x + y) * x, x**2 + y * x, "noncommuting")
    with pytest.raises(ProofFailure):
        steps.require_equal(x * y, y * x, "not commuting")
    with pytest.raises(ProofFailure):
        steps.require_equal(A / (A + 1), A / (A + 2), "fractions")


WIDTHS = (2, 2, 2, 1)
THETA = network.column("1/2", -1, 1, "1/3", "1/7", "-1/2", 2, -1, "1/2", "1/3", "1/5", "-1/4", "3/2", -2, "1/9")


def test_flatten_inverts_unflatten():
    assert network.flatten(network.unflatten(THETA, WIDTHS)) == THETA


@pytest.mark.parametrize("activation", [network.RELU, network.HARD_TANH], ids=["relu", "hard-tanh"])
def test_gradient_is_the_difference_quotient(activation):
    """f is affine in one parameter at a time while no piece changes, so the quotient is exact."""
    x, step = network.column("1/4", "2/5"), sp.Rational(1, 10**6)
    base = network.output(network.unflatten(THETA, WIDTHS), x, activation)
    gradient = network.gradient(network.unflatten(THETA, WIDTHS), x, activation)
    for place in range(THETA.rows):
        moved = THETA.copy()
        moved[place] += step
        value = network.output(network.unflatten(moved, WIDTHS), x, activation)
        assert (value - base) / step == gradient[place]


def test_gradient_refuses_a_kink():
    kink = network.unflatten(network.column(1, -1, 1, 0), (1, 1, 1))
    assert network.output(kink, network.column(1), network.RELU) == 0
    with pytest.raises(ProofFailure, match="kink"):
        network.gradient(kink, network.column(1), network.RELU)


@pytest.mark.parametrize(("z", "value", "piece"), [(-2, -1, 0), ("1/3", "1/3", 1), (5, 1, 2)])
def test_hard_tanh_pieces(z, value, piece):
    z = sp.Rational(z)
    assert network.HARD_TANH.value(z) == sp.Rational(value)
    assert network.HARD_TANH.piece(z) == piece


@pytest.mark.parametrize("kink", [-1, 1])
def test_hard_tanh_is_continuous_and_its_kinks_are_refused(kink):
    assert network.HARD_TANH.value(sp.Integer(kink)) == kink
    with pytest.raises(ProofFailure, match="kink"):
        network.HARD_TANH.piece(sp.Integer(kink))


def test_undecided_piece_is_a_failure():
    with pytest.raises(ProofFailure, match="not decided"):
        network.RELU.piece(sp.Symbol("z", real=True))


def test_projection_is_orthogonal_and_handles_dependent_vectors():
    vectors = [network.column(1, 2, 0), network.column(2, 4, 0), network.column(0, 1, 1)]
    xi = network.column(1, "1/2", -3)
    parallel = network.projection(vectors, xi)
    assert all(v.dot(xi - parallel) == 0 for v in vectors)
    assert sp.Matrix.hstack(vectors[0], vectors[2], parallel).rank() == 2
    assert network.projection([network.column(0, 0, 0)], xi) == network.column(0, 0, 0)


def test_sgd_step_averages_over_the_batch():
    theta, widths = network.column(1, 0, 1, 0), (1, 1, 1)
    batch = [(network.column("1/2"), sp.Integer(0)), (network.column(3), sp.Integer(0))]
    moved = network.sgd_step(theta, widths, batch, sp.Rational(1, 10), network.HARD_TANH)
    first = sp.Rational(1, 2) * network.column("1/2", 1, "1/2", 1)
    second = network.column(0, 0, 1, 1)
    assert moved == theta - sp.Rational(1, 10) * (first + second) / 2
