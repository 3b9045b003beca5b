"""The size remarks around Theorem 3.1: the verdicts, the numbers, and wrong steps that must be rejected."""

import pytest
import sympy as sp

from exactmem import claims
from exactmem.claims import ProofFailure, Verdict
from proofs import _tactics as tactics
from proofs import statements_3_1


def test_verdicts():
    found = {c.id: claims.run(c).result.verdict for c in claims.ledger() if c.script == "statements_3_1"}
    assert found == {
        "1.1-definition": Verdict.REFUTED,
        "1.1-definition-distinct": Verdict.PROVED,
        "1.1-product": Verdict.REFUTED,
        "1.1-product-width": Verdict.CHECKED,
        "1.1-square-root": Verdict.REFUTED,
        "1.1-square-root-exact": Verdict.PROVED,
        "3.1-halved-widths": Verdict.PROVED,
        "3.1-full-widths": Verdict.PROVED,
    }


@pytest.mark.parametrize(("sizes", "value"), [((24, 1, 2), 0), ((6, 6, 1), 4), ((8, 8, 1), 16), ((8, 16, 2), 16)])
def test_condition_for_relu_like_networks(sizes, value):
    assert statements_3_1.relu_like_condition(*sizes) == value


def test_wrong_quotients_are_rejected():
    k = tactics.index("k")
    statements_3_1.show_floor(4 * k + 2, sp.Integer(4), k, "floor")
    for wrong in (k + 1, k - 1):
        with pytest.raises(ProofFailure):
            statements_3_1.show_floor(4 * k + 2, sp.Integer(4), wrong, "floor")


def test_nested_floors_need_a_remainder_below_the_modulus():
    t = tactics.index("t")
    with pytest.raises(ProofFailure):
        statements_3_1.show_halved_widths(1, t, sp.Integer(-1))
    with pytest.raises(ProofFailure):
        statements_3_1.show_halved_widths(2, t, tactics.index("rest"))


@pytest.mark.parametrize("width", [1, 2])
def test_the_determinant_vanishes_for_lack_of_width_only(width):
    assert statements_3_1.affine_determinant(width, width + 1) == 0
    assert statements_3_1.affine_determinant(width, width) != 0
