"""Lemma B.1: an independent numeric check, and variants the proofs must reject."""

import math

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_3_1 import lemma_b1
from exactmem.proofs.yun2019.theorem_3_1._notation import alternating, entry_rows, layer1_output


def wrong_sign_below(j, l, inside):
    value = layer1_output(j, l, inside)
    return -value if value == alternating(l) else value


def wrong_sign_above(j, l, inside):
    value = layer1_output(j, l, inside)
    return -value if value == -alternating(l) else value


def clipped_diagonal(j, l, inside):
    return layer1_output(j, l, alternating(l))


@pytest.mark.parametrize("entry", [wrong_sign_below, wrong_sign_above, clipped_diagonal])
def test_wrong_entries_are_rejected(entry):
    for show in (lemma_b1.show_row_rank, lemma_b1.show_chain):
        with pytest.raises(ProofFailure):
            show(entry)


def test_wrong_factors_are_rejected():
    with pytest.raises(ProofFailure):
        lemma_b1.show_product_formula(low=lemma_b1.above)
    with pytest.raises(ProofFailure):
        lemma_b1.show_product_formula(high=lemma_b1.below)
    with pytest.raises(ProofFailure):
        lemma_b1.show_product_formula(low=lemma_b1.above, high=lemma_b1.below)
    with pytest.raises(ProofFailure):
        lemma_b1.show_product_formula(low=lambda l, a: 2 - alternating(l) * a)


def test_wrong_last_row_is_rejected():
    with pytest.raises(ProofFailure):
        lemma_b1.show_last_row(lemma_b1.below, lemma_b1.above, wrong_sign_below)
    with pytest.raises(ProofFailure):
        lemma_b1.show_last_row(lemma_b1.above, lemma_b1.below, layer1_output)


def last_without_parity(values):
    nu = lemma_b1.null_vector(values)
    high = math.prod(1 + alternating(l) * a for l, a in enumerate(values, start=1))
    low = math.prod(1 - alternating(l) * a for l, a in enumerate(values, start=1))
    return [*nu[:-1], -(high + low) / 2]


def swapped(values):
    nu = lemma_b1.null_vector(values)
    return [nu[1], nu[0], *nu[2:]]


@pytest.mark.parametrize("formula", [last_without_parity, swapped])
def test_wrong_null_vector_is_rejected(formula):
    lemma_b1.check_size(3)
    with pytest.raises(ProofFailure, match="product formula"):
        lemma_b1.check_size(3, formula)


inside_unit_interval = st.tuples(st.integers(1, 50), st.integers(1, 50)).map(lambda t: fmpq(t[0] - t[1], t[0] + t[1]))


@given(st.lists(inside_unit_interval, min_size=1, max_size=7))
def test_formula_is_a_null_vector_for_rational_values(values):
    matrix = fmpq_mat([[fmpq(x) for x in row] for row in entry_rows(values)])
    nu = lemma_b1.null_vector(values)
    assert matrix * fmpq_mat(len(nu), 1, nu) == fmpq_mat(len(values), 1)
    assert all(x > 0 for x in nu[:-1])
    assert matrix.rank() == len(values)
