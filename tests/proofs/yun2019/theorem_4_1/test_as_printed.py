"""The errata of section 4 and Appendix F: networks repaired where the printed ones fail."""

import pytest
from flint import fmpq

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_4_1 import as_printed as errata
from exactmem.proofs.yun2019.theorem_4_1.as_printed import Gate


def test_a_larger_beta_repairs_the_pushed_sample():
    points, gates = [(1, 3), (1, 2), (3, 3), (2, 4)], [Gate((1, 0), -1, 0, 2), Gate((1, 1), -6, 1, 2)]
    last = errata.last_layer([-2 * m - 1 for m in errata.largest_coordinates(points)])
    for beta, right in ((3, False), (4, True)):
        layers = [errata.whole_gates([gate], fmpq(beta)) for gate in gates]
        assert (errata.outputs([*layers, last], points) == [[1, 0], [1, 0], [0, 1], [0, 1]]) is right


@pytest.mark.parametrize(
    ("gates", "classes", "step"),
    [
        ([Gate((1, 0), 0, 0, 2), Gate((0, 1), 0, 1, 2)], [0, 1], "each sample is chosen once"),
        ([Gate((1, -1), 0, 0, 2)], [0, 1], "each sample is chosen once"),
        ([Gate((1, 0), 0, 0, 2), Gate((1, 0), -1, 0, 2)], [0, 1], "groups are of one class"),
        ([Gate((1, 0), 0, 0, 1), Gate((1, 0), -1, 1, 1)], [0, 1], "alpha is large enough"),
    ],
)
def test_gates_that_are_not_as_printed_are_rejected(gates, classes, step):
    with pytest.raises(ProofFailure, match=step):
        errata.require_gates(gates, [(0, 0), (1, 3)], classes)


def test_data_that_are_not_in_general_position_are_rejected():
    with pytest.raises(ProofFailure, match="general position"):
        errata.require_gates([Gate((1, -1), 0, 0, 2)], [(0, 0), (1, 1), (2, 2)], [0, 0, 0])


def test_a_fit_where_none_is_claimed_is_noticed(monkeypatch):
    monkeypatch.setattr(errata, "SPLIT_GATES", tuple(Gate((-g.u[0], -g.u[1]), -g.c, g.k) for g in errata.SPLIT_GATES))
    with pytest.raises(ProofFailure, match="u_k < 0"):
        errata.whole()
