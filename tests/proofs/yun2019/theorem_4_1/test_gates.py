"""Gates under affine independence: wrong bounds that the proofs must reject."""

import pytest
import sympy as sp

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import index, require_nonnegative, require_positive
from exactmem.proofs.yun2019.theorem_4_1 import gates
from tests.support.proof_variants import take_for_negative


def test_ceilings_by_enumeration():
    n, d, q = gates.ceiling()
    symbols = sorted(n.free_symbols, key=str)
    assert [str(s) for s in symbols] == ["d - 1 - r", "q", "r"]
    reached = set()
    for rest in range(4):
        for quotient in range(5):
            for r in range(4):
                values = dict(zip(symbols, (rest, quotient, r), strict=True))
                size, divisor = int(n.subs(values)), int(d.subs(values))
                assert int(q.subs(values)) == -(-size // divisor)
                reached.add((size, divisor))
    assert reached.issuperset((size, divisor) for divisor in (1, 2, 3) for size in range(5))


def test_a_smaller_bound_on_the_ceiling_is_rejected():
    n, d, q = gates.ceiling()
    with pytest.raises(ProofFailure):
        require_nonnegative((n + d - 2) / d - q, "ceil(n/d) <= (n + d - 2)/d")
    with pytest.raises(ProofFailure):
        require_positive(n - d * q + index("0"), "q d < n")


def test_a_scale_that_is_too_small_is_rejected(monkeypatch):
    take_for_negative(monkeypatch, gates, "excess")
    with pytest.raises(ProofFailure):
        gates.show_open_and_closed()


def test_a_factor_that_may_be_forbidden_is_rejected(monkeypatch):
    honest = gates.gap
    monkeypatch.setattr(gates, "gap", lambda name: 0 * honest(name) if name == "f - g" else honest(name))
    with pytest.raises(ProofFailure):
        gates.hyperplane()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda others, d_x, d_y: others + (d_y - 2) * (d_x - 1),
        lambda others, d_x, d_y: others / 2,
        lambda others, d_x, d_y: others + (d_y - 1) * d_x,
    ],
)
def test_another_bound_on_the_gates_of_all_classes_but_one_is_rejected(monkeypatch, wrong):
    monkeypatch.setattr(gates, "MOST", wrong(gates.SAMPLES, gates.D_X, gates.D_Y) / gates.D_X)
    with pytest.raises(ProofFailure):
        gates.default_class()


@pytest.mark.parametrize("units", [3, 5])
def test_other_units_per_gate_are_rejected(monkeypatch, units):
    monkeypatch.setattr(gates, "units_per_gate", lambda kind: units)
    with pytest.raises(ProofFailure):
        gates.default_class()


def test_a_printed_size_without_room_for_every_gate_is_rejected(monkeypatch):
    monkeypatch.setattr(gates, "SIZE_RELU_LIKE", gates.SIZE_HARD_TANH)
    with pytest.raises(ProofFailure, match="4 units per gate"):
        gates.count()


@pytest.mark.parametrize(
    ("name", "wrong", "step"),
    [
        ("FAR", sp.Gt(gates.NEAREST, 6 * gates.INNER), "more than twice r"),
        ("FAR", sp.Gt(gates.NEAREST, sp.Rational(699, 100) * gates.INNER), "more than twice r"),
        ("HALF_WAY", (gates.NEAREST - gates.INNER) / 3, "more than twice r"),
        ("HALF_WAY", gates.NEAREST - gates.INNER, "at most w"),
        ("OUTER", gates.POWER, "more than twice r"),
        ("OUTER", gates.INNER + 2 * gates.POWER, "at most w"),
        ("ABOVE_TWICE", sp.Ge(gates.REACH, 2 * gates.INNER), "W is divided by"),
        ("ABOVE_TWICE", sp.Gt(gates.REACH, gates.INNER), "on the group"),
        ("TENT_BY_TWO", gates.TENT_BY_TWO / 2, "the tent at"),
        ("TENT_BY_THREE", gates.TENT_BY_THREE * gates.REACH, "the tent at"),
        ("MORE", sp.Ge(gates.OWN, sp.Rational(1, 2)), "largest class's output"),
    ],
)
def test_rounded_hyperplanes_that_do_not_decide_are_rejected(monkeypatch, name, wrong, step):
    monkeypatch.setattr(gates, name, wrong)
    with pytest.raises(ProofFailure, match=step):
        gates.by_argmax()
