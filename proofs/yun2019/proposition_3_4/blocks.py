"""Appendix E repaired: a block gives its own samples v = (y+1)/2 and all others 0, and single units carry t and v.

Setting: block j is the network of Theorem 3.1 with p x q units per output, fitted to v - 1, q even. Two changes to the
printed proof make it true: c_0 and c_{pq+1} of a block are the neighbouring blocks' samples (any points beyond all
samples at the outer ends), and alpha clips the pre-activations Z_0 at m_0 and Z_p at m_p as well. The counterexamples
to the printed version are in `as_printed.py`, the notation in `proofs/yun2019/theorem_3_1/layer2_recurrence.py` and
`layer2_scale.py`.
"""

from collections.abc import Callable
from itertools import product
from typing import Any

import sympy as sp

from exactmem.activations import HARD_TANH, RELU
from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, checked, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import cases, holds, taken
from exactmem.ledger.steps import (
    SIGNS,
    Expr,
    at_most,
    gap,
    less,
    require_equal,
    require_nonnegative,
    require_positive,
    require_zero,
    slack,
)
from exactmem.ledger.wording import names
from exactmem.proofs.yun2019 import activations
from exactmem.proofs.yun2019.activations import S_PLUS, SIGMA_H, SIGMA_R, P, T, gate, hard_tanh, relu_like
from exactmem.proofs.yun2019.proposition_3_4 import routing
from exactmem.proofs.yun2019.proposition_3_4._cases import built_cases, check_gated_widths, check_widths
from exactmem.proofs.yun2019.theorem_3_1 import layer1_clipping, layer2_scale
from exactmem.proofs.yun2019.theorem_3_1._notation import alternating, orientation
from exactmem.proofs.yun2019.theorem_3_1.layer2_recurrence import LABEL, U, V, bias, weight
from exactmem.proofs.yun2019.theorem_3_1.layer2_scale import SLOPE, show_slopes
from exactmem.proofs.yun2019.theorem_3_1.sum_identity import SUM_EVEN, show_gap_values, show_outputs, show_sum

Function = Callable[..., Any]


def signed_layer1(c: Expr, low: Expr, high: Expr) -> Expr:
    """s_l times the pre-activation of a unit of layer 1 between the midpoints low < high."""
    return (2 * c - high - low) / (high - low)


def show_layer1_beyond(signed: Function = signed_layer1) -> None:
    """At and left of m_0 every unit l of layer 1 gives -s_l, at and right of m_p every unit gives s_l."""
    end, before, length, far = sp.Symbol("m", real=True), slack("blocks between"), gap("m_l - m_{l-1}"), slack("far")
    low, high = end + before, end - before
    lower, upper = low + length, high - length
    require_zero(signed(low, low, lower) + 1, "signed pre-activation -1 at the lower midpoint")
    at_most(signed(end - far, low, lower), signed(low, low, lower), "c <= m_0: not more")
    require_zero(signed(high, upper, high) - 1, "signed pre-activation 1 at the upper midpoint")
    at_most(signed(high, upper, high), signed(end + far, upper, high), "c >= m_p: not less")


def show_constant_ends(weights: Function = weight, biases: Function = bias) -> None:
    """With layer 1 at -s_l (at s_l) for every l the pre-activation of a unit of layer 2 is Z_0 (Z_p)."""
    values = sp.Function("Z")
    total = tactics.telescoping_sum(
        lambda l: alternating(l) * weights(l, values), lambda l: values(l) / 2, "sum of s_l W_l"
    )
    for parity, p in tactics.parities("p"):
        require_equal(-total(1, p) + biases(p, values), values(0), f"{parity} p: left of m_0 it is Z_0")
        require_equal(total(1, p) + biases(p, values), values(p), f"{parity} p: right of m_p it is Z_p")


ORIENTED, AT_M_0, AT_M_P, SUM, BLOCKS = names("o_k Z_0 Z_p sum_k(a^2_k) p")
CLIPPED_FIRST, CLIPPED_LAST = sp.Le(ORIENTED * AT_M_0, -1), sp.Ge((-1) ** (BLOCKS - 1) * ORIENTED * AT_M_P, 1)
BEYOND = sp.Eq(SUM, 0)


def show_clipped_ends() -> None:
    """A unit that is clipped as stated gives -o_k left of m_0 and (-1)^(p-1) o_k right of m_p."""
    for o, far in product(SIGNS, (sp.Integer(0), gap("far"))):
        first = (taken(CLIPPED_FIRST).rhs - far) / o
        holds(CLIPPED_FIRST, f"o = {o}: a clipped Z_0", {ORIENTED: o, AT_M_0: first})
        require_equal(hard_tanh(first), -o, f"o = {o}: sigma_H(Z_0)")
        for parity, p in tactics.parities("p"):
            side = o * alternating(p)
            last = (taken(CLIPPED_LAST).rhs + far) / side
            given = {ORIENTED: o, BLOCKS: p, AT_M_P: last}
            holds(CLIPPED_LAST, f"o = {o}, {parity} p: a clipped Z_p", given)
            require_equal(hard_tanh(last), side, f"o = {o}, {parity} p: sigma_H(Z_p)")


def show_cancelling(q_parity: str = "even") -> None:
    """Clipped, unit k gives -o_k left of m_0 and s_p = (-1)^(p-1) o_k right of m_p; for even q either adds up to 0."""
    left = tactics.telescoping_sum(
        lambda k: -orientation(k), lambda k: -(1 - tactics.minus_one_to(k)) // 2, "-o_1 - ... - o_k"
    )
    q = dict(tactics.parities("q"))[q_parity]
    for parity, p in tactics.parities("p"):
        holds(BEYOND, f"{q_parity} q: the sum left of m_0", {SUM: left(1, q)})
        holds(BEYOND, f"{q_parity} q, {parity} p: the sum right of m_p", {SUM: -alternating(p) * left(1, q)})


FIRST_SIGN, LAST_SIGN, PRINTED_LABEL, TO_M_0, TO_M_P = names("s_1 s_p y (c_1-m_0) (m_p-c_p)")
FIRST_NEED = (1 + FIRST_SIGN * PRINTED_LABEL) / TO_M_0
LAST_NEED = (1 - LAST_SIGN * PRINTED_LABEL) / TO_M_P


def end_needs(s: int) -> tuple[Expr, Expr]:
    """The numbers among need_1 (for m_0) and need_p (for m_p), with s the sign s_j of the block."""
    given = {FIRST_SIGN: s, LAST_SIGN: s, PRINTED_LABEL: LABEL, TO_M_0: U, TO_M_P: V}
    return taken(FIRST_NEED, given), taken(LAST_NEED, given)


def show_end_needs(needs: Function = end_needs) -> None:
    """o Z_0 <= -1 iff S_1 >= (1 + s_1 y)/u_1, and s_p Z_p >= 1 iff S_p >= (1 - s_p y)/v_p.

    A neighbour between c_1 and m_0, or c_p and m_p, already asks for as much.
    """
    demand, near, rest = slack("1 + s_1 y or 1 - s_p y"), gap("d"), gap("rest")
    at_most(demand / (near + rest), demand / near, "a nearer point asks for a steeper slope")
    for s in SIGNS:
        first, last = needs(s)
        z_0, z_p = LABEL - s * U * SLOPE, LABEL + s * V * SLOPE
        require_equal(-1 - s * z_0, U * (SLOPE - first), f"s_1 = o = {s}: -1 - o Z_0")
        require_equal(s * z_p - 1, V * (SLOPE - last), f"s_p = {s}: s_p Z_p - 1")
    for factor in (U, V):
        require_positive(factor, "the factor is positive, so the inequalities are equivalent")


C_0, C_1, C_LAST, C_AFTER = names("c_0 c_1 c_(pq) c_(pq+1)")
FIRST_MIDDLE, LAST_MIDDLE = (C_0 + C_1) / 2, (C_LAST + C_AFTER) / 2


def show_neighbours() -> None:
    """m_0 = (c_0 + c_1)/2 lies strictly right of c_0 and of everything left of it, m_p strictly left of c_{pq+1}."""
    c, rise, far = sp.Symbol("c", real=True), gap("rise"), slack("far")
    first = taken(FIRST_MIDDLE, {C_0: c, C_1: c + rise})
    last = taken(LAST_MIDDLE, {C_LAST: c, C_AFTER: c + rise})
    less(c - far, first, "samples of earlier blocks are left of m_0")
    less(first, c + rise, "the samples of the block are not")
    less(last, c + rise + far, "samples of later blocks are right of m_p")
    less(c, last, "the samples of the block are not")


HELD = sp.Symbol("v")
UNIT, FITTED, OWN = sp.Interval(0, 1), HELD - 1, sp.Eq(SUM, HELD)


def show_own_samples(q_parity: str = "even") -> None:
    """For 0 <= v <= 1: -1 <= v - 1 <= 1, and the other units add 1 (B.4, q even), so that the block gives v."""
    for name, v in cases(UNIT, "v"):
        fitted = taken(FITTED, {HELD: v})
        require_nonnegative(fitted + 1, f"{name}: v - 1 >= -1")
        at_most(fitted, 1, f"{name}: v - 1 <= 1")
    show_gap_values()
    show_outputs()
    show_sum(q_parity, SUM_EVEN)
    holds(OWN, "the sum at a sample of the block", {SUM: FITTED + SUM_EVEN.rhs})


CARRIED_BY_HARD_TANH, CARRIED_BY_RELU_LIKE = sp.Eq(SIGMA_H(T), T), sp.Eq(SIGMA_R(T) / P, T)


def show_carrying(scale: Expr = S_PLUS) -> None:
    """On [0, 1]: sigma_H(t) = t and sigma_R(t)/s_+ = t, at both ends and at a generic point between."""
    u, v = gap("u"), gap("v")
    for name, t in (("t = 0", sp.Integer(0)), ("0 < t < 1", u / (u + v)), ("t = 1", sp.Integer(1))):
        holds(CARRIED_BY_HARD_TANH, f"hard-tanh, {name}", {T: t, SIGMA_H: hard_tanh})
        holds(CARRIED_BY_RELU_LIKE, f"ReLU-like, {name}", {T: t, P: scale, SIGMA_R: relu_like})


def show_induction(diamond: Function = lambda carried, given: carried + given) -> None:
    """A diamond holds v after the sample's block and 0 before: 0 + 0, 0 + v, v + 0 are all that it ever adds up.

    Induction over the blocks: what is held after block j is what was held before it and what it gives (E-block).
    """
    v, zero = sp.Symbol("v"), sp.Integer(0)
    require_equal(diamond(zero, zero), 0, "nothing is held before the sample's block")
    require_equal(diamond(zero, v), v, "the sample's block gives v")
    require_equal(diamond(v, zero), v, "later blocks give 0: v is held on")
    y = sp.Symbol("y")
    require_equal(2 * ((y + 1) / 2) - 1, y, "the output layer")


def show_gates(least: Expr = 1) -> None:
    """In units of the gap: the gate is 1 at its own code and 0 at every code at a distance of at least 1."""
    require_equal(gate(sp.Integer(0)), 1, "the sample's own gate")
    for far in (sp.Integer(1) * least, least + gap("distance - 1")):
        for side in SIGNS:
            require_zero(gate(side * far), f"the gate of a code at {side * far}")


@claim(
    id="E-beyond",
    theorem="3.4",
    source=OURS,
    place="Appendix E, corrected",
    statement=(
        "Let q be even and let every unit k of layer 2 be clipped at m_0 and m_p: {} and {}. Then {} everywhere left "
        "of m_0 and right of m_p, for every p >= 1."
    ),
    formulas=[CLIPPED_FIRST, CLIPPED_LAST, BEYOND],
    expected=Verdict.PROVED,
    corrects="E-outside",
    by=[layer1_clipping.midpoints],
)
def beyond() -> Result:
    """Hypotheses: W2, b2 from Z_0, ..., Z_p; q even; p >= 1 of either parity.

    Line: beyond the ends every unit of layer 1 is clipped, so z^2_k is constantly Z_0 or Z_p; clipped, the units
    give -o_k or (-1)^(p-1) o_k, which alternate in k and cancel for even q.
    Conclusion: the block gives 0 outside [m_0, m_p].
    """
    show_layer1_beyond()
    show_constant_ends()
    show_clipped_ends()
    show_cancelling()
    return proved("telescoping over symbolic l and k, both parities of p")


@claim(
    id="E-ends-scale",
    theorem="3.4",
    source=OURS,
    place="Appendix E and B.3, alpha",
    statement=(
        "Unit k is clipped at m_0 and m_p if and only if S_j >= need_j also holds with {} among need_1's and {} "
        "among need_p's; every large enough alpha = -o Z_0 does."
    ),
    formulas=[FIRST_NEED, LAST_NEED],
    expected=Verdict.PROVED,
    by=[layer2_scale.scale_sufficient],
    corrects="E-network-alpha",
)
def ends_scale() -> Result:
    """Hypotheses: S_j and need_j as in B.3-scale-sufficient; c_1, c_p the members of blocks 1 and p, u_1, v_p > 0.

    Line: -1 - o Z_0 and s_p Z_p - 1 are positive multiples of S_1 and S_p minus these numbers. Every S_j grows with
    alpha without bound (S_1 does, and S_{j+1} with S_j), hence all conditions are lower bounds for alpha.
    Conclusion: "sufficiently large" has to mean at least the maximum of these bounds, too.
    """
    show_slopes()
    show_end_needs()
    return proved("identities of rational functions; both parities of p, both orientations")


@claim(
    id="E-neighbours",
    theorem="3.4",
    source=OURS,
    place="Appendix E, c_0 and c_{N+1} of a block",
    statement=(
        "If c_0 and c_(pq+1) of a block are the samples of the neighbouring blocks (or points beyond all samples), "
        "then all samples of other blocks lie left of m_0 = {} or right of m_p = {}, and its own between them."
    ),
    formulas=[FIRST_MIDDLE, LAST_MIDDLE],
    expected=Verdict.PROVED,
    corrects="E-any-delta",
)
def neighbours() -> Result:
    """Hypotheses: the runs follow one another along the line; c_0 < c_1, c_{pq} < c_{pq+1}.

    Line: m_0 is the midpoint of c_0 and c_1, so it exceeds c_0 and all samples left of it; likewise on the right.
    Conclusion: with E-beyond, every block gives 0 at the samples of all others.
    """
    show_neighbours()
    return proved("linear inequalities with positive slacks")


@claim(
    id="E-block",
    theorem="3.4",
    source=OURS,
    place="Appendix E, corrected",
    statement=(
        "A block fitted to {} with even q has {} at its own samples, as {} for the units that do not fit the sample, "
        "and {} at all others, for v in {}."
    ),
    formulas=[FITTED, OWN, SUM_EVEN, BEYOND, UNIT],
    expected=Verdict.PROVED,
    by=[layer2_scale.scale_sufficient, layer1_clipping.clipping, beyond, ends_scale, neighbours],
)
def block() -> Result:
    """Hypotheses: E-beyond, E-ends-scale, E-neighbours; 0 <= v <= 1, so that |v - 1| <= 1 as B.3 needs.

    Line: at its own samples the units that do not fit the sample add up to +1 (B.4), so v - 1 + 1 = v; at all other
    samples the sum is 0.
    Conclusion: the sum over all blocks is v at every sample.
    """
    show_own_samples()
    return proved("the claims it rests on; the sum of the other units for even q")


@claim(
    id="E-carry",
    theorem="3.4",
    source=PAPER,
    place="Appendix A, 'propagating with a single ReLU-like activation', and Figure 2",
    statement="On [0, 1] one unit carries a number exactly: {}, and {} for s_+ > s_- >= 0.",
    formulas=[CARRIED_BY_HARD_TANH, CARRIED_BY_RELU_LIKE],
    expected=Verdict.PROVED,
)
def carry() -> Result:
    """Hypotheses: 0 <= t <= 1 (for ReLU-like t >= 0 is enough; the (-1, 1) of Appendix E is for hard-tanh only).

    Line: both ends and a generic point between them.
    Conclusion: circles and diamonds take one unit each for every activation of the paper.
    """
    show_carrying()
    return proved("symbolic t and slopes")


@claim(
    id="3.4-repaired",
    theorem="3.4",
    source=PAPER,
    place="Proposition 3.4 and Corollary A.1, with d_{l_j}, d_{l_j + 1} >= r_j",
    statement=(
        "Under the conditions of Proposition 3.4 (hard-tanh) or Corollary A.1 (ReLU-like), read with {} and {}, the "
        "repaired network of Appendix E fits every dataset of Assumption 3.1."
    ),
    formulas=[routing.ROOM, routing.NEXT_ROOM],
    expected=Verdict.PROVED,
    coq="Proposition34.proposition_3_4",
    corrects="3.4-negative-factors",
    by=[activations.hard_tanh_identity, block, carry, routing.routing],
)
def proposition() -> Result:
    """Hypotheses: indices with l_j + 1 < l_{j+1}; widths, sum and r_j as in the conditions.

    Line: Figure 2 fits into the layers (3.4-routing); every block gives v or 0 (E-block); a diamond only ever holds 0
    or v, which is in [0, 1], so it carries (E-carry); the output layer computes 2 v - 1 = y.
    Conclusion: f(x_i) = y_i for every i; for classification (A.2, A.3) the same with codes in place of v.
    """
    show_own_samples()
    show_induction()
    return proved("induction over the blocks; the claims it rests on")


@claim(
    id="A.2-repaired",
    theorem="A.2",
    source=PAPER,
    place="Corollaries A.2 and A.3, with d_{l_j}, d_{l_j + 1} >= r_j",
    statement=(
        "Under the conditions of Corollary A.2 (hard-tanh) or A.3 (ReLU-like), read with {} and {} for j < m, the "
        "network with gates in layer l_m is one-hot at every sample."
    ),
    formulas=[routing.ROOM, routing.NEXT_ROOM],
    expected=Verdict.PROVED,
    coq="DeepNetworks.corollaries_A_2_A_3",
    by=[
        block,
        carry,
        routing.routing,
        routing.gated_routing,
        activations.gate_identity_four,
        activations.gate_identity,
    ],
)
def gated() -> Result:
    """Hypotheses: distinct codes in [0, 1], gates sigma_G((t - code)/gap) for the least distance gap of two codes.

    Line: the blocks and the diamond give the sample's code (E-block), which layer l_m reads; its own gate gives 1,
    every other gate 0; layers after l_m carry numbers in {0, 1} (E-carry).
    Conclusion: f(x_i) is the one-hot code of the class of x_i.
    """
    show_own_samples()
    show_induction()
    show_gates()
    return proved("the claims it rests on; the gate in all its regions")


@claim(
    id="3.4-small",
    theorem="3.4",
    source=PAPER,
    place="Proposition 3.4 and Corollary A.1",
    statement="At every admissible choice of indices the built network fits as many samples as the condition admits.",
    expected=Verdict.CHECKED,
)
def small_cases() -> Result:
    """Hypotheses: d_y = 1, unequal gaps, labels with both ends.

    Line: `build` evaluates the network exactly at every sample and raises an error at the first difference.
    Conclusion: the proposition for the listed widths and all their indices.
    """
    cases = built_cases(check_widths, (2, 3, 4), {HARD_TANH: (1, 2, 3, 4), RELU: (1, 4, 5, 6)})
    return checked("exact evaluation of every built network", cases)


@claim(
    id="A.2-small",
    theorem="A.2",
    source=PAPER,
    place="Corollaries A.2 and A.3",
    statement="At every admissible choice of indices the built network is one-hot at as many samples as are admitted.",
    expected=Verdict.CHECKED,
)
def small_gated_cases() -> Result:
    """Hypotheses: two classes, unequal gaps; gates in any layer that the conditions admit.

    Line: `build` evaluates the network exactly at every sample and raises an error at the first difference.
    Conclusion: the corollaries for the listed widths and all their indices.
    """
    cases = built_cases(check_gated_widths, (3, 4, 5), {HARD_TANH: (1, 2, 4), RELU: (1, 5, 8)})
    return checked("exact evaluation of every built network", cases)


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
