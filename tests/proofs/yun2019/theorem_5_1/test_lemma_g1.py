"""Lemma G.1: the identities and constants hold, fail when altered, and agree with exact numbers."""

from itertools import pairwise

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exactmem.ledger.claims import ProofFailure
from exactmem.proofs.yun2019.theorem_5_1 import _small_network as network
from exactmem.proofs.yun2019.theorem_5_1 import lemma_g1 as lemma
from exactmem.proofs.yun2019.theorem_5_1 import lemma_g1_bounds as bounds


def test_backward_row_needs_the_slopes():
    with pytest.raises(ProofFailure):
        lemma.first_order(slope_in_backward_row=sp.Integer(1))


def test_scale_symmetry_needs_homogeneous_pieces():
    with pytest.raises(ProofFailure):
        lemma.scale_symmetry(intercept=lemma.letter("c"))


def test_printed_half_of_half_fails():
    with pytest.raises(ProofFailure):
        bounds.taylor(printed_factor=sp.S.Half)


@pytest.mark.parametrize("factor", [sp.Rational(1, 4), sp.Rational(49, 100)])
def test_two_layer_constant_is_not_smaller(factor):
    with pytest.raises(ProofFailure):
        bounds.two_layer(third=factor * bounds.SLOPE * bounds.ALPHA_0)


def test_expanded_network_is_the_network():
    """The letters, replaced by random matrices, give the output of the network with these parameters."""
    widths, generator = (2, 3, 2, 1), iter(range(1, 1000))
    f = lemma.perturbed_layers(3)[3].subs(lemma.ORDER, 1)

    def matrix(rows, cols):
        return sp.Matrix(rows, cols, lambda i, j: sp.Rational((7 * next(generator)) % 11 - 5, 3))

    values = {"x": matrix(2, 1)}
    for level, (fan_in, fan_out) in enumerate(pairwise(widths), start=1):
        for name, shape in (("W", (fan_out, fan_in)), ("Delta", (fan_out, fan_in)), ("b", (fan_out, 1))):
            values[f"{name}{level}"] = matrix(*shape)
        values[f"delta{level}"] = matrix(fan_out, 1)
        values[f"J{level}"] = sp.diag(*matrix(fan_out, 1))
        values[f"c{level}"] = matrix(fan_out, 1)
    total = sp.zeros(1, 1)
    for term in f.as_ordered_terms():
        coefficient, letters = term.args_cnc()
        product = sp.eye(1) * sp.Mul(*coefficient)
        for factor in letters:
            product = product * values[factor.name]
        total += product
    a = values["x"]
    for level in (1, 2, 3):
        z = (values[f"W{level}"] + values[f"Delta{level}"]) * a + values[f"b{level}"] + values[f"delta{level}"]
        a = values[f"J{level}"] * z + values[f"c{level}"] if level < 3 else z
    assert total == a


RATIONALS = st.fractions(min_value=-2, max_value=2, max_denominator=8).map(
    lambda q: sp.Rational(q.numerator, q.denominator)
)
TINY = st.fractions(min_value=-1, max_value=1, max_denominator=8).map(
    lambda q: sp.Rational(q.numerator, 1000 * q.denominator)
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(RATIONALS, min_size=9, max_size=9), st.lists(TINY, min_size=9, max_size=9), st.lists(RATIONALS, min_size=2)
)
def test_two_layer_constants_hold_exactly(theta, xi, x):
    """|f-tilde^(2+)| <= (alpha_0/2) r^2 and ||mu|| <= alpha_0 r for hard-tanh 2-2-1, compared through squares."""
    widths, x = (2, 2, 1), sp.Matrix(x[:2])
    theta, xi = sp.Matrix(theta), sp.Matrix(xi)
    before, after = network.unflatten(theta, widths), network.unflatten(theta + xi, widths)
    pieces = [
        [
            network.HARD_TANH.piece(z) if z not in (-1, 1) else None
            for z in network.pre_activations(net, x, network.HARD_TANH)[0]
        ]
        for net in (before, after)
    ]
    assume(pieces[0] == pieces[1] and None not in pieces[0])
    nu = network.gradient(before, x, network.HARD_TANH)
    mu = network.gradient(after, x, network.HARD_TANH) - nu
    moved = network.output(after, x, network.HARD_TANH) - network.output(before, x, network.HARD_TANH)
    r_squared, alpha_squared = network.square(xi), network.square(x) + 1
    assert (moved - nu.dot(xi)) ** 2 <= alpha_squared / 4 * r_squared**2
    assert network.square(mu) <= alpha_squared * r_squared
