"""Figure 2: units that are left out, carried too far or given too little room must be rejected."""

import pytest
import sympy as sp

from exactmem.constructions.parts import block_indices
from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.proposition_3_4 import routing
from exactmem.proofs.yun2019.proposition_3_4.routing import VALUES


@pytest.mark.parametrize(
    "carried",
    [
        lambda layer, first, last, values: int(bool(layer <= last)) + values * int(bool(layer >= first + 2)),
        lambda layer, first, last, values: int(bool(layer < last)) + values * int(bool(layer >= first + 1)),
        lambda layer, first, last, values: int(bool(layer < last)) + (values + 1) * int(bool(layer >= first + 2)),
    ],
)
def test_more_carried_units_than_r_j_are_rejected(carried):
    with pytest.raises(ProofFailure):
        routing.show_blocks_fit(2, VALUES, carried)


@pytest.mark.parametrize(
    "least",
    [(sp.Integer(0), VALUES + 1, VALUES), (sp.Integer(1), VALUES, VALUES), (sp.Integer(1), VALUES + 1, VALUES - 1)],
)
def test_narrower_layers_beside_the_blocks_are_rejected(least):
    with pytest.raises(ProofFailure):
        routing.show_other_layers(VALUES, least)


@pytest.mark.parametrize("reserved", [lambda self, j, m: 0, lambda self, j, m: self.values * int(bool(j > 1))])
def test_smaller_r_j_are_rejected(monkeypatch, reserved):
    monkeypatch.setattr(block_indices.BlockCondition, "reserved", reserved)
    with pytest.raises(ProofFailure, match="r_j"):
        routing.routing()


def test_a_gate_layer_of_d_y_units_is_rejected(monkeypatch):
    monkeypatch.setattr(routing, "GATES_HARD_TANH", routing.D_Y)
    with pytest.raises(ProofFailure, match="layer l_m"):
        routing.gated_routing()


def test_every_block_is_one_of_the_four_cases():
    names = [case.name for case in routing.block_cases()]
    assert names == ["the only block", "the first block", "an inner block", "the last block"]
    reached = set()
    for case in routing.block_cases():
        symbols = sorted((case.j + case.m).free_symbols, key=str)
        for values in ([1] * len(symbols), range(1, 1 + len(symbols)), range(len(symbols), 0, -1)):
            at = dict(zip(symbols, values, strict=True))
            reached.add((case.j.subs(at), case.m.subs(at)))
    assert {(1, 1), (1, 2), (2, 2), (2, 3)} <= reached
