"""The size remarks around Theorem 3.1: the numbers, and wrong steps that must be rejected."""

import pytest
import sympy as sp

from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.statements import taken
from exactmem.proofs._conditions import D_1, D_2, D_Y, PRINTED_RELU_LIKE
from exactmem.proofs.yun2019.theorem_3_1 import as_printed as statements_3_1


@pytest.mark.parametrize(("sizes", "value"), [((24, 1, 2), 0), ((6, 6, 1), 4), ((8, 8, 1), 16), ((8, 16, 2), 16)])
def test_condition_for_relu_like_networks(sizes, value):
    condition = taken(PRINTED_RELU_LIKE, dict(zip((D_1, D_2, D_Y), sizes, strict=True)))
    assert condition.lhs == value


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
