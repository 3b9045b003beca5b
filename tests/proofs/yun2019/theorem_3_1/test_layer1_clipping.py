"""Layer 1: wrong weights or index sets the proofs must reject."""

import pytest

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_3_1 import layer1_clipping
from exactmem.proofs.yun2019.theorem_3_1._notation import alternating, layer1_parameters


def opposite_bias(j, *c):
    scale, bias = layer1_parameters(j, *c)
    return scale, -bias


def half_scale(j, *c):
    scale, bias = layer1_parameters(j, *c)
    return scale / 2, bias / 2


def double_scale(j, *c):
    scale, bias = layer1_parameters(j, *c)
    return scale * 2, bias * 2


def never_alternating(j, *c):
    scale, bias = layer1_parameters(j, *c)
    return scale * alternating(j), bias * alternating(j)


WRONG = [opposite_bias, half_scale, double_scale, never_alternating]


@pytest.mark.parametrize("parameters", WRONG)
def test_wrong_weights_are_rejected(parameters):
    with pytest.raises(ProofFailure):
        layer1_clipping.show_clipping(parameters)
    with pytest.raises(ProofFailure):
        layer1_clipping.show_midpoints(parameters)


@pytest.mark.parametrize("index", [lambda j, k, q: j * q + k, lambda j, k, q: (j - 1) * q + k - 1])
def test_wrong_members_are_rejected(index):
    with pytest.raises(ProofFailure):
        layer1_clipping.show_entries(index)


@pytest.mark.parametrize("parameters", WRONG)
def test_checked_cases_notice_wrong_weights(monkeypatch, parameters):
    layer1_clipping.check_case(2, 2)
    monkeypatch.setattr(layer1_clipping, "layer1_parameters", parameters)
    with pytest.raises(ProofFailure):
        layer1_clipping.check_case(2, 2)
