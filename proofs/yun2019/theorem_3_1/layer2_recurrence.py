r"""Layer 2 of Theorem 3.1: the O(p) solution of equation (7).

Setting (p, q >= 1 of any parity, all quantities rational). c_1 < ... < c_{pq} are the projected samples (padding
included), c_0 < c_1 and c_{pq+1} > c_{pq} are arbitrary, m_j = (c_{jq} + c_{jq+1})/2 for j = 0..p. Layer 1, unit l,
computes a_l(c) = (-1)^(l-1) clip((2 c - m_l - m_{l-1})/(m_l - m_{l-1})). Fix a unit k of layer 2; its member of block j
is the sample i_{k,j} = (j-1) q + k for odd j, j q + 1 - k for even j, with projection c_j (short for c_{i_{k,j}}) and
label y_j in [-1, 1].

    u_j = c_j - m_{j-1} > 0,    v_j = m_j - c_j > 0,    r_j = v_j/u_j > 0,    R_j = r_1 ... r_j  (R_0 = 1)
    Z_0 free,  Z_j = (1 + r_j) y_j - r_j Z_{j-1}          (Z_j is the pre-activation of unit k at the point m_j)
    W2_{k,j} = (-1)^(j-1) (Z_j - Z_{j-1})/2,   b2_k = (Z_0 + Z_p)/2        (the same formula for even and for odd p)

solves equation (7), and every solution is of this form. Inside block j the pre-activation is the linear interpolation
of Z_{j-1} at m_{j-1} and Z_j at m_j. With A_0 = 0, A_j = (1 + r_j) y_j - r_j A_{j-1} and B_j = (-1)^j R_j we have
Z_j = A_j + B_j Z_0. How large Z_0 has to be: `layer2_scale.py`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import sympy as sp

from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    SIGNS,
    Expr,
    gap,
    require_equal,
    require_positive,
)
from exactmem.ledger.wording import names
from exactmem.proofs.yun2019.theorem_3_1 import layer1_clipping
from exactmem.proofs.yun2019.theorem_3_1._notation import Entry, J, alternating, layer1_output

Weight = Callable[[Any, Any], Any]

U, V, R, LABEL, A, Z_0 = gap("u"), gap("v"), gap("R"), sp.Symbol("y"), sp.Symbol("A"), sp.Symbol("Z_0")
RATIO = V / U

Z, Z_BEFORE, R_J, Y, Z_FIRST, Z_LAST = names("Z_j Z_(j-1) r_j y_j Z_0 Z_p")
VALUE, WEIGHT, BIAS = sp.Eq(Z, (1 + R_J) * Y - R_J * Z_BEFORE), (Z - Z_BEFORE) / 2, (Z_FIRST + Z_LAST) / 2

A_J, B_J, PRODUCT, PRODUCT_BEFORE, DERIVATIVE = names("A_j B_j R_j R_(j-1) dW2_(k,j)/dZ_0")
AFFINE, OF_PRODUCT, FALLS = sp.Eq(Z, A_J + B_J * Z_FIRST), (-1) ** J * PRODUCT, sp.Lt(DERIVATIVE, 0)
DERIVED = sp.Eq(-2 * DERIVATIVE, PRODUCT + PRODUCT_BEFORE)


def next_value(label: Expr, ratio: Expr, previous: Expr) -> Expr:
    """Z_j from Z_{j-1}, as printed."""
    value: Expr = taken(VALUE, {Y: label, R_J: ratio, Z_BEFORE: previous}).rhs
    return value


def weight(l: Expr, values: Any) -> Expr:
    """W^2_{k,l} = (-1)^(l-1) (Z_l - Z_{l-1})/2 for a function l -> Z_l."""
    return alternating(l) * taken(WEIGHT, {Z: values(l), Z_BEFORE: values(l - 1)})


def bias(p: Expr, values: Any) -> Expr:
    """b^2_k = (Z_0 + Z_p)/2."""
    return taken(BIAS, {Z_FIRST: values(0), Z_LAST: values(p)})


def pre_activation(
    j: Expr, p: Expr, inside: Expr, values: Any, weights: Weight = weight, biases: Weight = bias
) -> Expr:
    """z^2_k at a point of block j where unit j of layer 1 gives s_j * inside, summed over all p units.

    The sums left and right of j telescope (induction over l, both parities); the outputs of layer 1 are (1)-(6).
    """
    d = tactics.positive_index("d")
    left = tactics.telescoping_sum(
        lambda l: weights(l, values) * layer1_output(l + d, l, None), lambda l: values(l) / 2, "units l < j"
    )
    right = tactics.telescoping_sum(
        lambda l: weights(l, values) * layer1_output(l - d, l, None), lambda l: -values(l) / 2, "units l > j"
    )
    own = weights(j, values) * layer1_output(j, j, alternating(j) * inside)
    return left(1, j - 1) + own + right(j + 1, p) + biases(p, values)


def block_cases() -> Iterator[tuple[str, Expr, Expr]]:
    """(name, j, p) for both parities of j and of p; p is not tied to j, since only the parities matter."""
    for j_parity, j in tactics.parities("j"):
        for p_parity, p in tactics.parities("p"):
            yield f"{j_parity} j, {p_parity} p", j, p


def show_interpolation(weights: Weight = weight, biases: Weight = bias) -> None:
    """At a point u right of m_{j-1} and v left of m_j the pre-activation is (v Z_{j-1} + u Z_j)/(u + v)."""
    values = sp.Function("Z")
    for name, j, p in block_cases():
        at = pre_activation(j, p, (U - V) / (U + V), values, weights, biases)
        require_equal(at, (V * values(j - 1) + U * values(j)) / (U + V), f"{name}: inside block j")
        for inside, end in ((-1, j - 1), (1, j)):
            at_end = pre_activation(j, p, sp.Integer(inside), values, weights, biases)
            require_equal(at_end, values(end), f"{name}: at the midpoint m_{end}")


def show_recurrence(step: Callable[[Any, Any, Any], Any] = next_value) -> None:
    """Interpolating Z_{j-1} and Z_j = step(y_j, r_j, Z_{j-1}) gives y_j, and no other Z_j does."""
    previous, other = sp.symbols("Z_{j-1} Z_j")
    interpolated = (V * previous + U * other) / (U + V)
    require_equal(interpolated.subs(other, step(LABEL, RATIO, previous)), LABEL, "z = y_j at the member of block j")
    slope = sp.diff(interpolated, other)
    require_positive(slope, "z depends strictly on Z_j, so the solution Z_j is the only one")


def show_every_solution(entry: Entry = layer1_output) -> None:
    """For any (W, b) and Z_j := z(m_j): Z_j - Z_{j-1} = 2 s_j W_j and Z_0 + Z_p = 2 b, so the form is general."""
    w, d = sp.Symbol("W_l"), tactics.positive_index("d")
    for parity, l in tactics.parities("n"):
        s = alternating(l)
        at_left_end, at_right_end = entry(l, l, sp.Integer(-s)), entry(l, l, sp.Integer(s))
        require_equal(w * (at_right_end - at_left_end), 2 * s * w, f"{parity} l: Z_l - Z_(l-1), only unit l changes")
        opposite = entry(l - d, l, None) + entry(l + d, l, None)
        require_equal(w * opposite, 0, f"{parity} l: unit l cancels in Z_0 + Z_p, leaving 2 b")


def show_affine() -> None:
    """Induction step from A_0 = 0, B_0 = R_0 = 1: Z_j = A_j + B_j Z_0, B_j = (-1)^j R_j; dW^2_{k,j}/dZ_0 < 0."""
    for parity, j in tactics.parities("n"):
        before, after = (taken(OF_PRODUCT, {J: i, PRODUCT: r}) for i, r in ((j - 1, R), (j, R * RATIO)))
        step = next_value(LABEL, RATIO, taken(AFFINE, {A_J: A, B_J: before, Z_FIRST: Z_0}).rhs)
        given = {Z: step, A_J: next_value(LABEL, RATIO, A), B_J: after, Z_FIRST: Z_0}
        holds(AFFINE, f"{parity} j: Z_j = A_j + B_j Z_0", given)
        derivative = alternating(j) * sp.diff(taken(WEIGHT, {Z: after * Z_0, Z_BEFORE: before * Z_0}), Z_0)
        products = {PRODUCT: R * RATIO, PRODUCT_BEFORE: R}
        holds(DERIVED, f"{parity} j: d W_(k,j) / d Z_0", {DERIVATIVE: derivative} | products)
        holds(FALLS, f"{parity} j: d W_(k,j) / d Z_0 < 0", {DERIVATIVE: derivative})
        for o in SIGNS:
            s = o * alternating(j)
            require_equal(s * (after - before), -o * (1 + RATIO) * R, f"{parity} j, o = {o}: s_j (B_j - B_(j-1))")


@claim(
    id="B.3-interpolation",
    theorem="3.1",
    source=OURS,
    place="B.3, pre-activations of layer 2",
    statement=(
        "With W2_(k,j) = (-1)^(j-1) times {} and b2_k = {} the pre-activation of unit k is the piecewise-linear "
        "interpolation of Z_0, ..., Z_p at m_0, ..., m_p; for every p >= 1, even or odd."
    ),
    formulas=[WEIGHT, BIAS],
    expected=Verdict.PROVED,
    by=[layer1_clipping.clipping],
)
def interpolation() -> Result:
    """Hypotheses: (1)-(6); any numbers Z_0, ..., Z_p.

    Line: W_l a_l = +-(Z_l - Z_{l-1})/2 on either side of block j telescopes; both parities of j and of p.
    Conclusion: z^2_k = (v Z_{j-1} + u Z_j)/(u + v) at distance u from m_{j-1} and v from m_j; the bias has the same
    form for both parities of p, since the signs of layer 1 enter W_l a_l squared.
    """
    show_interpolation()
    return proved("telescoping sums over symbolic l, both parities of j, l and p")


@claim(
    id="B.3-recurrence",
    theorem="3.1",
    source=OURS,
    place="B.3, equation (7)",
    statement=(
        "{} with r_j = (m_j - c)/(c - m_(j-1)), c the projection of sample i_(k,j), solves (7) for every Z_0, and "
        "every solution of (7) arises from exactly one Z_0; for every p >= 1, even or odd."
    ),
    formulas=[VALUE],
    expected=Verdict.PROVED,
    by=[layer1_clipping.clipping],
)
def recurrence() -> Result:
    """Hypotheses: (1)-(6); m_{j-1} < c < m_j, so that u_j, v_j > 0 and no division by zero occurs.

    Line: interpolation at c equals y_j exactly for this Z_j; conversely (W, b) is recovered from Z_j := z(m_j).
    Conclusion: an O(p) solution of (7) with one free parameter.
    """
    show_interpolation()
    show_recurrence()
    show_every_solution()
    return proved("identities of rational functions, both parities")


@claim(
    id="B.3-direction",
    theorem="3.1",
    source=OURS,
    place="B.3, the vector nu",
    statement=(
        "{} with B_j = {}, R_j = r_1 ... r_j, and every W2_(k,j) is strictly decreasing in Z_0, {} and {}: "
        "Z_0 -> -infinity is the direction of case 1 (odd k), Z_0 -> +infinity that of case 2 (even k)."
    ),
    formulas=[AFFINE, OF_PRODUCT, DERIVED, FALLS],
    expected=Verdict.PROVED,
)
def direction() -> Result:
    """Hypotheses: r_j > 0 for every j.

    Line: induction over j; s_j (B_j - B_{j-1}) = -o (1 + r_j) R_{j-1}, never zero.
    Conclusion: -1 times a positive null vector is the derivative in Z_0 (Lemma B.1 (2) once more).
    """
    show_affine()
    return proved("induction over j, both parities, both orientations")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
