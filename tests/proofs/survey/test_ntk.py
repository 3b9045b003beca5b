"""The claims about tangent kernels: wrong variants are rejected, and the witnesses hold by hand."""

from fractions import Fraction

import pytest
from flint import arb, fmpq

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.survey import as_printed_ntk as errata
from exactmem.proofs.survey import corrected_ntk, gradient_runs, ntk, one_step, quadratic
from exactmem.tangent.algorithms import Tangent, TrueNetwork
from exactmem.tangent.tables import Draws


def relu(t):
    return max(t, Fraction(0))


def wrong_slope(side):
    return ntk.S_MINUS if side > 0 else ntk.S_PLUS


@pytest.mark.parametrize("proof", [ntk.lazy, ntk.threshold, ntk.theorem_8], ids=lambda proof: proof.__name__)
def test_slopes_on_the_wrong_side_are_rejected(monkeypatch, proof):
    monkeypatch.setattr(ntk, "slope", wrong_slope)
    with pytest.raises(ProofFailure):
        proof()


def test_a_pair_of_one_sign_is_rejected(monkeypatch):
    monkeypatch.setattr(ntk, "pair", lambda p, t, B: B * (ntk.relu_like(p + t) + ntk.relu_like(p - t)))
    with pytest.raises(ProofFailure):
        ntk.lazy()


def test_a_wrong_step_of_algorithm_1_is_noticed_at_instances(monkeypatch):
    honest = TrueNetwork.gradient
    monkeypatch.setattr(TrueNetwork, "gradient", lambda self, W, batch: 2 * honest(self, W, batch))
    with pytest.raises(ProofFailure, match="identical above"):
        gradient_runs.instance()
    with pytest.raises(ProofFailure):
        errata.scale()


def test_a_bound_that_is_too_large_is_noticed_at_instances(monkeypatch):
    honest = Tangent.threshold
    monkeypatch.setattr(Tangent, "threshold", lambda self, V: 2 * honest(self, V))
    with pytest.raises(ProofFailure, match="different below"):
        gradient_runs.instance()


def test_ranks_that_are_full_for_every_seed_are_not_as_claimed(monkeypatch):
    monkeypatch.setattr(ntk, "kernel_ranks", lambda m, d, units, seeds, _: [Draws(m, q, m, (m,) * 20) for q in units])
    with pytest.raises(ProofFailure, match="20 of 20"):
        ntk.count_not_enough()
    monkeypatch.setattr(quadratic, "form_ranks", lambda m, d, p, ks, seeds: [Draws(m, k, 35, (35,) * 3) for k in ks])
    with pytest.raises(ProofFailure, match="ranks"):
        quadratic.gap_of_three()
    monkeypatch.setattr(one_step, "step_reach", lambda ms, d, q, seeds: [Draws(m, q, m, (m,) * 20) for m in ms])
    with pytest.raises(ProofFailure, match="20 of 20"):
        one_step.instances()


@pytest.mark.parametrize("w", [Fraction(1, 100), Fraction(1), Fraction(7), Fraction(200)])
@pytest.mark.parametrize(
    ("B", "eps"), [(Fraction(1, 3), Fraction(1, 9)), (Fraction(1), Fraction(1)), (Fraction(50), 3)]
)
def test_the_counterexample_to_theorem_8_by_hand(w, B, eps):
    n = B + 4 * eps + 1
    weights = [w, w]
    assert B * (relu(weights[0] * n) - relu(weights[1] * n)) == 0  # so that |h - 1| has the slope -1
    weights = [w + n * B / B**2, w - n * B / B**2]
    h_1, h_2 = B * (relu(weights[0] * n) - relu(weights[1] * n)), n * n + n * n
    assert abs(h_2 - 1) - abs(h_1 - 1) >= n**2 - B * w * n
    assert (n**2 / 2 - B * n / 2) / 2 > eps


def test_data_that_are_not_far_enough_are_no_counterexample(monkeypatch):
    monkeypatch.setattr(errata, "show_one_update", lambda n, w, B: None)
    monkeypatch.setattr(errata, "gap", lambda name: -ntk.gap(name) / 8 if name == "eps" else ntk.gap(name))
    with pytest.raises(ProofFailure):
        errata.radius()


def test_the_update_is_what_the_counterexample_needs(monkeypatch):
    monkeypatch.setattr(errata, "relu", lambda t: t)
    with pytest.raises(ProofFailure, match="B w n"):
        errata.radius()


@pytest.mark.parametrize("t", [-5, -3, -1, 0, 1, 3, 4])
def test_the_decent_activation_has_bounded_derivatives(t):
    s, e = fmpq(t), fmpq(1, 1000)
    assert abs(errata.decent_slope(s)) <= 3
    assert abs(errata.decent_slope(s + e) - errata.decent_slope(s)) <= e
    quotient = (errata.decent(s + e) - errata.decent(s)) / e
    assert errata.decent_slope(s) <= quotient <= errata.decent_slope(s + e)


def test_the_bound_on_the_way_needs_its_hypotheses(monkeypatch):
    monkeypatch.setattr(corrected_ntk, "slack", lambda name: corrected_ntk.gap(name) * (1 if name[0] == "|" else -1))
    with pytest.raises(ProofFailure):
        corrected_ntk.way()


def test_cayley_needs_a_skew_matrix(monkeypatch):
    solve = one_step.sp.solve
    monkeypatch.setattr(one_step.sp, "solve", lambda equation, symbol: [symbol, *solve(equation, symbol)][:1])
    with pytest.raises(ProofFailure):
        one_step.cayley()


def test_the_counterexamples_by_hand():
    assert relu(Fraction(1 - 2)) - relu(Fraction(1)) == -1 != -2
    w = [Fraction(1), Fraction(1)]
    for _ in range(2):
        g = (w[0] ** 2 - w[1] ** 2) / 2 - 1
        w = [w[0] - w[0] * g, w[1] + w[1] * g]
    assert w == [0, 0]
    B, R = Fraction(9), Fraction(3)
    assert B * ((1 + R / B) ** 2 / 2 - Fraction(1, 2) - R / B) == R**2 / (2 * B) == Fraction(1, 2)


def test_the_count_of_one_step_is_the_natural_logarithm(monkeypatch):
    log_2 = arb(2).log()

    class Wrong(arb):
        def log(self):
            return super().log() / log_2

    monkeypatch.setattr(one_step, "arb", Wrong)
    with pytest.raises(ProofFailure, match="above q at"):
        one_step.counting()
