"""Folding: bounds that are too wide, and wrong signs, the proofs must reject."""

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.ours import folding


@pytest.mark.parametrize(
    ("claim", "name", "wrong", "step"),
    [
        ("fold", "READ", folding.HEIGHT + 2 * (folding.FOLDED - folding.LEAST) / folding.FACTOR, "t < 0"),
        ("fold", "NEGATIVE", folding.SIZE + 2 * (folding.OTHER - folding.LEAST) / folding.FACTOR, "t < 0"),
        ("code", "STEEP_ENOUGH", sp.Ge(folding.STEEP, folding.FITTED / folding.SIZE), "outside the group"),
        ("code", "SMALL_REST", sp.Le(folding.REST, 2 * folding.SHARE * folding.STEP), "outside the group"),
        ("code", "SMALL_ON_GROUP", sp.Le(folding.SIZE, 3 * folding.SHARE * folding.STEP / folding.STEEP), "not below"),
        ("code", "NEAR_LOW", sp.Ge(folding.FIT, folding.CLASS - 2 * folding.SHARE), "not below"),
        ("code", "SMALL_START", sp.Le(folding.START, 2 * folding.SHARE * folding.STEP), "not above"),
        ("last", "AFTER", folding.START + folding.SIGMA_R(folding.TURNED) / (folding.P - folding.M), "t < 0"),
        ("last", "BASE_ENOUGH", sp.Ge(folding.BASE, folding.STEP * (folding.FIT + 5 * folding.SHARE)), "elsewhere"),
        ("last", "ONE_STEP", sp.Ge(folding.BASE, 3 * folding.SHARE * folding.STEP), "in the last group"),
        ("by_argmax", "KNOT", folding.BASE + folding.STEP * (folding.CLASS - folding.SHARE), "w is not negative"),
        ("by_argmax", "KNOT", folding.BASE + folding.STEP * (folding.CLASS - 5 * folding.SHARE), "output is larger"),
        ("flat", "HALF_A_STEP", sp.Lt(8 * folding.SHARE * folding.STEP, folding.STEP / 2), "the tolerance"),
        ("flat", "TOLERANCE", 2 * folding.SHARE * folding.STEP, "how far c may be off"),
        ("flat", "UNITS", folding.D_Y - 1, "two ReLU-like units"),
        ("by_argmax", "ENOUGH", sp.Le(folding.N, folding.GROUPS * (folding.D_X - folding.GROUPS) + 1), "a group fits"),
    ],
)
def test_a_wrong_formula_is_rejected(monkeypatch, claim, name, wrong, step):
    monkeypatch.setattr(folding, name, wrong)
    if name == "KNOT":
        monkeypatch.setattr(folding, "PART", (folding.CODE - wrong) / folding.STEP)
    with pytest.raises(ProofFailure, match=step):
        getattr(folding, claim)()


def test_a_larger_share_is_rejected(monkeypatch):
    monkeypatch.setattr(folding, "PART", folding.PART.subs(folding.CODE, folding.CODE + folding.STEP / 8))
    with pytest.raises(ProofFailure, match="output is larger"):
        folding.by_argmax()
