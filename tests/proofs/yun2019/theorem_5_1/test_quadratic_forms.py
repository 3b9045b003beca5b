"""Quadratic forms: the claims on exact matrices, and steps that must be refused."""

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from exactmem.ledger.claims import ProofFailure
from exactmem.ledger.steps import gap
from exactmem.proofs.yun2019.theorem_5_1 import quadratic_forms as forms

ENTRIES = st.lists(st.integers(-3, 3), min_size=9, max_size=9)


@settings(max_examples=30, deadline=None)
@given(ENTRIES, st.lists(st.integers(-3, 3), min_size=3, max_size=3))
def test_the_norm_and_the_step_on_exact_matrices(entries, vector):
    root, v = sp.Matrix(3, 3, entries), sp.Matrix(vector)
    form = root.T * root
    c = max(sp.Integer(1), form.trace())
    image = form * v
    assert image.dot(image) <= c * v.dot(image) <= c**2 * v.dot(v)
    for t in (0, sp.Rational(1, 2) / c, 1 / c):
        moved = v - t * image
        assert moved.dot(moved) <= v.dot(v)


def test_a_step_beyond_twice_the_bound_lengthens():
    form, v = sp.eye(1), sp.Matrix([1])
    assert (v - 3 * form * v).dot(v - 3 * form * v) > v.dot(v)


def test_a_negative_form_is_refused(monkeypatch):
    honest = forms.slack
    monkeypatch.setattr(forms, "slack", lambda name: -gap(name) if name == "v.Av" else honest(name))
    with pytest.raises(ProofFailure):
        forms.form_step()


def test_another_share_of_the_noise_is_refused():
    with pytest.raises(ProofFailure, match="12"):
        forms.projection(noise=sp.S.Half)
