"""The repaired Appendix E: variants of each step that the proofs must reject."""

import pytest
import sympy as sp

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.parts import blocks
from exactmem.errors import ExactmemError
from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS
from exactmem.proofs.yun2019.proposition_3_4 import _cases as _deep_cases
from exactmem.proofs.yun2019.proposition_3_4 import blocks as deep_blocks
from exactmem.proofs.yun2019.theorem_3_1._notation import alternating
from exactmem.proofs.yun2019.theorem_3_1.layer2_recurrence import bias, weight


@pytest.mark.parametrize(
    "signed",
    [
        lambda c, low, high: (2 * c - high - low) / (2 * (high - low)),
        lambda c, low, high: (2 * c - high - low) / (low - high),
        lambda c, low, high: (c - high) / (high - low),
    ],
)
def test_a_wrong_first_layer_is_rejected(signed):
    with pytest.raises(ProofFailure):
        deep_blocks.show_layer1_beyond(signed)


@pytest.mark.parametrize(
    ("weights", "biases"),
    [
        (lambda l, z: (z(l) - z(l - 1)) / 2, bias),
        (lambda l, z: alternating(l) * (z(l) - z(l - 1)), bias),
        (weight, lambda p, z: z(0) + z(p)),
        (weight, lambda p, z: (z(0) - z(p)) / 2),
    ],
)
def test_wrong_weights_are_rejected(weights, biases):
    with pytest.raises(ProofFailure):
        deep_blocks.show_constant_ends(weights, biases)


def test_an_odd_number_of_units_does_not_cancel():
    with pytest.raises(ProofFailure):
        deep_blocks.show_cancelling("odd")
    with pytest.raises(ProofFailure):
        deep_blocks.show_own_samples("odd")


@pytest.mark.parametrize(
    "needs",
    [
        lambda s: tuple(2 * need for need in deep_blocks.end_needs(s)),
        lambda s: deep_blocks.end_needs(-s),
        lambda s: deep_blocks.end_needs(s)[::-1],
    ],
)
def test_wrong_needs_of_the_ends_are_rejected(needs):
    with pytest.raises(ProofFailure):
        deep_blocks.show_end_needs(needs)


@pytest.mark.parametrize("scale", [sp.Integer(1), S_PLUS - S_MINUS, S_PLUS + S_MINUS])
def test_a_wrong_factor_does_not_carry(scale):
    with pytest.raises(ProofFailure):
        deep_blocks.show_carrying(scale)


def test_codes_that_are_closer_than_the_gates_are_wide_are_rejected():
    with pytest.raises(ProofFailure):
        deep_blocks.show_gates(sp.Rational(1, 2))


def test_small_cases_count_what_they_build():
    assert _deep_cases.check_widths((2, 2), HARD_TANH) == 1
    assert _deep_cases.check_widths((3, 3, 3, 3), HARD_TANH) == 4
    assert _deep_cases.check_widths((3, 3, 2, 1), HARD_TANH) == 3
    assert _deep_cases.check_widths((4, 4), RELU) == 1
    assert _deep_cases.check_widths((1, 1, 1), HARD_TANH) == 0
    assert _deep_cases.check_gated_widths((2, 2, 4), HARD_TANH) == 1
    assert _deep_cases.check_gated_widths((2, 2, 4, 4), HARD_TANH) == 3
    assert _deep_cases.check_gated_widths((4, 4, 8, 1), RELU) == 0


def test_the_printed_cases_are_those_that_are_built():
    assert deep_blocks.small_cases().cases == (
        "hard-tanh: 625 networks with (2, 3, 4) hidden layers of widths (1, 2, 3, 4); "
        "relu: 625 networks with (2, 3, 4) hidden layers of widths (1, 4, 5, 6)"
    )
    assert deep_blocks.small_gated_cases().cases == (
        "hard-tanh: 225 networks with (3, 4, 5) hidden layers of widths (1, 2, 4); "
        "relu: 264 networks with (3, 4, 5) hidden layers of widths (1, 5, 8)"
    )


def test_small_cases_notice_a_block_that_leaks(monkeypatch):
    """Without clipping m_0 and m_p the build fails in two blocks."""
    fit = blocks.fit_block
    monkeypatch.setattr(blocks, "fit_block", lambda *args: fit(*args, clip_ends=False))
    with pytest.raises(ExactmemError, match="gives"):
        _deep_cases.check_widths((3, 3, 3, 3), HARD_TANH)


@pytest.mark.parametrize(
    "diamond",
    [lambda carried, given: carried, lambda carried, given: given, lambda carried, given: carried + given + 1],
)
def test_a_diamond_that_forgets_is_rejected(diamond):
    with pytest.raises(ProofFailure):
        deep_blocks.show_induction(diamond)
