"""The constants one by one: a changed printed formula, relation or executed function makes its row fail."""

import pytest
import sympy as sp

from exactmem.ledger.arguments import Line
from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.ours import sharp_recursions
from exactmem.proofs.yun2019.theorem_5_1 import definitions, lemma_g1_assembled, lemma_g1_bounds, lemma_g1_definitions
from exactmem.sgd import constants, lemma_g1

ROWS = {
    "tau": definitions.tau,
    "rho": definitions.rho,
    "gamma": definitions.gamma,
    "lambda": definitions.contraction_rate,
    "C": definitions.risk,
}


@pytest.mark.parametrize("name", ROWS)
def test_a_changed_printed_formula_fails(monkeypatch, name):
    ROWS[name]()
    monkeypatch.setitem(definitions.PRINTED, name, 2 * definitions.PRINTED[name])
    with pytest.raises(ProofFailure):
        ROWS[name]()


@pytest.mark.parametrize(
    ("module", "relation", "row"),
    [
        (lemma_g1_definitions, "FIRST_ORDER", lemma_g1_definitions.second),
        (lemma_g1_definitions, "HIGHER_ORDERS", lemma_g1_definitions.third),
        (lemma_g1_definitions, "GRADIENT", lemma_g1_definitions.fifth),
        (lemma_g1_bounds, "LOSS", lemma_g1_bounds.loss_constants),
        (lemma_g1_bounds, "REMAINDER", lemma_g1_bounds.loss_constants),
    ],
)
def test_half_of_a_bound_of_lemma_g1_fails(monkeypatch, module, relation, row):
    row()
    stated = getattr(module, relation)
    monkeypatch.setattr(module, relation, sp.Le(stated.lhs, stated.rhs / 2))
    with pytest.raises(ProofFailure):
        row()


def unproved(lines):
    """The lines without their proofs: what is left is which statement leads to which."""
    return [Line(line.uses, line.gives, lambda: None) for line in lines]


def test_lemma_g1_needs_every_part(monkeypatch):
    honest = lemma_g1_assembled.assemble
    for left_out in range(12):
        monkeypatch.setattr(
            lemma_g1_assembled,
            "assemble",
            lambda given, lines, goals, skip=left_out: honest(given, unproved(lines[:skip] + lines[skip + 1 :]), goals),
        )
        with pytest.raises(ProofFailure):
            lemma_g1_assembled.lemma()
    monkeypatch.setattr(
        lemma_g1_assembled, "assemble", lambda given, lines, goals: honest(given, unproved(lines), goals)
    )
    lemma_g1_assembled.lemma()


@pytest.mark.parametrize(
    ("module", "name", "wrong", "row"),
    [
        (constants, "first_constant", lambda k: k / 4, lemma_g1_definitions.first),
        (
            constants,
            "fourth_constant",
            lambda k, t, a, b, r: k * b + t * (a + b * r) ** 2 / 4,
            lemma_g1_bounds.loss_constants,
        ),
        (constants, "largest_residual", lambda a, b, r: a * r, lemma_g1_bounds.loss_constants),
        (lemma_g1, "squared_F", lambda s, a, w, f: (s * a) ** 2, sharp_recursions.first_order),
        (lemma_g1, "squared_G", lambda s, v, d, g, r: (g * v) ** 2 + (s * d) ** 2, sharp_recursions.first_order),
        (lemma_g1, "larger_eigenvalue", lambda a, q: q / 2, sharp_recursions.second_order),
        (lemma_g1, "mu_block", lambda g, a, d, t, r: (g * a, d * t), sharp_recursions.gradient),
        (lemma_g1, "squared_C5_terms", lambda a, b, z: [z for _ in a], sharp_recursions.gradient),
        (lemma_g1, "room_before_kink", lambda d, a, w, t, r: (d, d * d - a * r * r), sharp_recursions.radius),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_changed_executed_formula_fails(monkeypatch, module, name, wrong, row):
    row()
    monkeypatch.setattr(module, name, wrong)
    with pytest.raises(ProofFailure):
        row()
