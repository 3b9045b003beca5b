"""The scale of layer 2: wrong slopes, thresholds or weights the proofs and the checked cases must reject."""

import pytest
import sympy as sp
from flint import fmpq

from exactmem.constructions.theorem import Choices
from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_3_1 import _cases as cases
from exactmem.proofs.yun2019.theorem_3_1 import layer2_scale as layer2
from exactmem.proofs.yun2019.theorem_3_1._notation import orientation


@pytest.mark.parametrize(
    "step",
    [
        lambda v, u, slope, rise: (v * slope - rise) / u,
        lambda v, u, slope, rise: (u * slope + rise) / v,
        lambda v, u, slope, rise: v * slope / u + rise,
    ],
)
def test_wrong_steps_of_the_slopes_are_rejected(step):
    with pytest.raises(ProofFailure, match="S_"):
        layer2.show_slopes(step)


@pytest.mark.parametrize(
    "weights",
    [lambda o, u, v, slope: (u + v) * slope / 2, lambda o, u, v, slope: o * (u + v) * slope],
)
def test_wrong_weights_from_slopes_are_rejected(weights):
    with pytest.raises(ProofFailure, match="W_"):
        layer2.show_slopes(weights=weights)


@pytest.mark.parametrize(
    "step",
    [
        lambda v, u, length, after, rise, scale, before: before * v / u + rise * after / (scale * u),
        lambda v, u, length, after, rise, scale, before: before * (v * after) / (u * length) + rise / (scale * u),
        lambda v, u, length, after, rise, scale, before: before * (v * after) / (u * length) - rise * after / scale / u,
        lambda v, u, length, after, rise, scale, before: before * (u * after) / (v * length) + rise * after / scale / v,
    ],
)
def test_wrong_steps_of_the_weights_are_rejected(step):
    with pytest.raises(ProofFailure, match="W_"):
        layer2.show_weight_steps(step)


@pytest.mark.parametrize(
    "before",
    [
        lambda v, u, slope, rise: (u * slope + rise) / v,
        lambda v, u, slope, rise: (v * slope - rise) / u,
        lambda v, u, slope, rise: u * slope / v - rise,
    ],
)
def test_wrong_thresholds_are_rejected(before):
    with pytest.raises(ProofFailure):
        layer2.show_thresholds(before)


@pytest.mark.parametrize(
    "formula",
    [
        lambda side, s: layer2.need(side, -s),
        lambda side, s: layer2.need(-side, s),
        lambda side, s: layer2.need(side, s) * sp.Rational(999, 1000),
        lambda side, s: layer2.need(side, s) + 1,
    ],
)
def test_wrong_needs_are_rejected(formula):
    with pytest.raises(ProofFailure):
        layer2.show_minimal(formula)


def test_a_smaller_slope_does_not_clip():
    with pytest.raises(ProofFailure, match="beyond"):
        layer2.show_clips_all(sp.Rational(999, 1000))


@pytest.mark.parametrize("shift", [cases.PAST, -fmpq(1)], ids=["past the threshold", "short of it"])
def test_checked_cases_notice_a_scale_that_is_not_minimal(monkeypatch, shift):
    threshold = cases.threshold
    cases.check_case(3, 3, 1)
    monkeypatch.setattr(cases, "threshold", lambda data, k: threshold(data, k) + shift * orientation(k))
    with pytest.raises(ProofFailure):
        cases.check_case(3, 3, 1)


def test_checked_cases_notice_a_wrong_recurrence(monkeypatch):
    def no_recurrence(data, k, z_0):
        return [z_0, *(data.y[cases.member(j, k, data.q)] for j in range(1, data.p + 1))]

    monkeypatch.setattr(cases, "unit_values", no_recurrence)
    with pytest.raises(ProofFailure, match="flint"):
        cases.check_case(2, 2, 1)


def test_the_random_cases_contain_both_label_ends_and_uneven_gaps():
    data = cases.random_data(8, 5, 1)
    gaps = [b - a for a, b in zip(data.c, data.c[1:], strict=False)]
    assert {fmpq(-1), fmpq(1)} <= set(data.y)
    assert all(g > 0 for g in gaps)
    assert max(gaps) > 500 * min(gaps)


@pytest.mark.parametrize("name", ["layer2_unit", "layer2_values"])
def test_checked_cases_notice_a_construction_that_does_something_else(monkeypatch, name):
    construct = getattr(cases, name)
    monkeypatch.setattr(cases, name, lambda unit, labels, choices: construct(unit, labels, Choices(precision=3)))
    with pytest.raises(ProofFailure, match="the construction's unit"):
        cases.check_case(3, 3, 1)
