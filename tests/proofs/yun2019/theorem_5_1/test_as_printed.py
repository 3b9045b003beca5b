"""The errata of Theorem 5.1, re-checked without the proof tools."""

from fractions import Fraction

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_5_1 import _appendix_g as appendix_g
from exactmem.proofs.yun2019.theorem_5_1 import _small_network as network
from exactmem.proofs.yun2019.theorem_5_1 import as_printed_constants as sgd_errata_constants
from exactmem.proofs.yun2019.theorem_5_1 import as_printed_iterates as sgd_errata_iterates
from exactmem.proofs.yun2019.theorem_5_1 import constants as sgd_constants_algebra
from exactmem.proofs.yun2019.theorem_5_1 import lemma_g1 as sgd_lemma_g1
from exactmem.proofs.yun2019.theorem_5_1 import lemma_g1_bounds as sgd_lemma_g1_bounds


def hard_tanh(z):
    return max(Fraction(-1), min(Fraction(1), z))


def one_step_by_hand(theta, x, y, eta):
    """One SGD step of the 1-2-1 hard-tanh network in plain fractions: (w1, w2, b1, b2, v1, v2, c)."""
    w, b, v, c = theta[:2], theta[2:4], theta[4:6], theta[6]
    z = [w[j] * x + b[j] for j in range(2)]
    residual = sum(v[j] * hard_tanh(z[j]) for j in range(2)) + c - y
    alive = [Fraction(int(-1 < z[j] < 1)) for j in range(2)]
    gradient = [v[j] * alive[j] * x for j in range(2)] + [v[j] * alive[j] for j in range(2)]
    gradient += [hard_tanh(z[j]) for j in range(2)] + [Fraction(1)]
    return [t - eta * residual * g for t, g in zip(theta, gradient, strict=True)]


STAR = [Fraction(1), Fraction(1), Fraction(1), Fraction(-1), Fraction(4, 5), Fraction(4, 5), Fraction(0)]


def output_by_hand(theta, x):
    return sum(theta[4 + j] * hard_tanh(theta[j] * x + theta[2 + j]) for j in range(2)) + theta[6]


def test_excursion_beyond_rho_by_hand():
    """The counterexample of row 3 leaves the ball of radius rho = 1/100, but not the one of radius 2 rho."""
    xi = [Fraction(entry, 3100) for entry in (0, 6, 0, 14, 3, 24, -12)]
    x = Fraction(3, 4)
    moved = one_step_by_hand(
        [a + b for a, b in zip(STAR, xi, strict=True)], x, output_by_hand(STAR, x), Fraction(1, 125)
    )
    after = [a - b for a, b in zip(moved, STAR, strict=True)]
    assert sum(e * e for e in xi) == Fraction(1, 100) ** 2
    assert Fraction(1, 100) ** 2 < sum(e * e for e in after) <= Fraction(1, 50) ** 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_theorem_holds_on_the_excursion_network(order):
    """Two epochs: contraction, growth and ||xi|| <= 2 ||xi^(0)||, exactly (squares, no roots)."""
    theta, samples, nus = sgd_errata_iterates._excursion_network()
    tau, _, _ = sgd_errata_iterates._excursion_constants(nus)
    eta, lam = sp.Rational(1, 125), sp.Rational(25, 16) / 4
    xi = network.column(0, 6, 0, 14, 3, 24, -12) / 3100
    start = network.square(xi)
    for _ in range(2):
        parallel, norm = network.square(network.projection(nus, xi)), network.square(xi)
        moved = theta + xi
        for index in order:
            assert network.square(network.projection(nus, moved - theta)) >= tau**2 * network.square(moved - theta) ** 2
            moved = network.sgd_step(moved, (1, 2, 1), [samples[index]], eta, network.HARD_TANH)
        xi = moved - theta
        after = network.square(xi)
        assert network.square(network.projection(nus, xi)) <= (1 - eta * lam) ** 2 * parallel
        rest = after - norm - (eta * lam) ** 2 * parallel
        assert rest <= 0 or rest**2 <= 4 * norm * (eta * lam) ** 2 * parallel
        assert after <= 4 * start


def test_a_larger_ball_is_not_left(monkeypatch):
    """The refutation of row 3 depends on its numbers: with rho = 1/50 it does not go through."""
    original = sgd_errata_iterates._excursion_constants
    monkeypatch.setattr(
        sgd_errata_iterates,
        "_excursion_constants",
        lambda nus: (original(nus)[0], sp.Rational(1, 50), original(nus)[2]),
    )
    with pytest.raises(ProofFailure):
        sgd_errata_iterates.stays_within_rho()


def test_other_first_batch_stays_inside(monkeypatch):
    original = sgd_errata_iterates._excursion_network

    def swapped():
        theta, samples, nus = original()
        return theta, samples[::-1], nus

    monkeypatch.setattr(sgd_errata_iterates, "_excursion_network", swapped)
    with pytest.raises(ProofFailure, match=r"xi\^\(1\)"):
        sgd_errata_iterates.stays_within_rho()


def test_printed_constant_of_the_zero_case_fails_in_the_corrected_proof():
    with pytest.raises(ProofFailure, match="false at"):
        sgd_errata_constants.zero_gradients(constant=appendix_g.C1 * appendix_g.C2**2)


class TwelveGamma(appendix_g.Constants):
    """gamma, twelve times as large."""

    @property
    def gamma(self):
        return 12 * super().gamma


def test_printed_gamma_would_need_a_small_logarithm():
    """The redundancy of the first branch is lost if gamma is 12 times larger (16 log 2 = 11.09...)."""
    with pytest.raises(ProofFailure, match="false at"):
        sgd_constants_algebra.log2_redundant(TwelveGamma())


def test_remainder_of_row_seven_by_hand():
    u = Fraction(1, 10)
    slope = u + u**2 / 2 + u**3 / 3
    assert slope - u == Fraction(2, 375)
    assert Fraction(1, 2) * Fraction(1, 2) * (1 + 2 * u) * u**2 == Fraction(3, 1000)
    assert slope - u <= Fraction(1, 2) * (1 + 2 * u) * u**2


def test_kink_risk_of_row_one_by_hand():
    """Risk e^2/2 for xi = (e, 0, 0, 0) with sigma'(0) = 0 and for xi = (-e, 0, 0, e) with sigma'(0) = 1."""
    e = Fraction(1, 1000)
    for w1, b2 in ((1 + e, Fraction(0)), (1 - e, e)):
        assert (max(w1 - 1, Fraction(0)) + b2) ** 2 / 2 == e**2 / 2


@pytest.mark.parametrize("eta", [Fraction(1, 4), Fraction(1, 100)])
def test_kink_of_row_fourteen_by_hand(eta):
    z = Fraction(1)
    b2 = z * (1 - 2 * eta) / (2 * eta)
    f = z + b2
    assert (1 * z - eta * f) + (0 - eta * f) == 0


def test_correction_of_row_fifteen_needs_homogeneity():
    with pytest.raises(ProofFailure):
        sgd_lemma_g1.scale_symmetry(intercept=sgd_lemma_g1.letter("c"))


def test_correction_of_row_seven_refuses_the_printed_factor():
    with pytest.raises(ProofFailure):
        sgd_lemma_g1_bounds.taylor(printed_factor=sp.S.Half)
