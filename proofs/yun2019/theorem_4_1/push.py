"""Theorem 4.1: an explicit beta, the read-out, and a gate whose halves stand in two residual layers.

A gate of class k adds beta e_k to the samples of its group. v = u . x_i + c for an original sample x_i; after the
push of a sample of class k it is v + beta u_k, as only coordinate k has changed.
"""

from typing import Any

import sympy as sp

from exactmem.constructions.theorem_4_1 import last_width_for
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import every, holds, taken
from exactmem.ledger.steps import SIGNS, Expr, at_most, from_one, gap, require_equal, sign_of, slack
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import D_X, D_Y
from exactmem.proofs._facts import RANK_NULLITY
from exactmem.proofs.yun2019.activations import gate, hard_tanh, hard_tanh_by_two, hard_tanh_identity, units_of
from exactmem.proofs.yun2019.theorem_4_1.gates import CEILINGS, corollary, count

HALF = sp.Rational(1, 2)


V, U_K, LEAST, SIZE = sp.Symbol("(u . x_i + c)"), sp.Symbol("u_k"), sp.Symbol("beta"), sp.Symbol("|u_k|")
BETA = sp.Ge(LEAST, 1 - V / U_K)
PUSHED = sp.Ge(sp.Symbol("|u . (x_i + beta e_k) + c|"), SIZE)


@claim(
    id="F.1-beta-explicit",
    theorem="4.1",
    source=OURS,
    place="Appendix F.1, beta, explicit",
    statement=(
        "{} for every hyperplane and sample with u_k != 0 keeps all pushed samples off all hyperplanes of original "
        "samples: {}."
    ),
    formulas=[BETA, PUSHED],
    expected=Verdict.PROVED,
)
def beta_explicit() -> Result:
    """Hypotheses: beta = 1 - v/u_k + excess, excess >= 0, u_k != 0 of either sign, v any real number.

    Line: v + beta u_k = u_k (1 + excess): the sign of u_k and at least its size. If u_k = 0 the value stays v.
    Conclusion: a sample outside the group is off its hyperplane before and after it has been pushed; no hyperplane
    through pushed samples, and no general position of pushed samples, is needed.
    """
    v, excess, size = sp.Symbol("v", real=True), slack("excess"), gap("|u_k|")
    for sign in SIGNS:
        u_k = sign * size
        beta = taken(BETA, {V: v, U_K: u_k}).rhs + excess
        holds(BETA, "an admissible beta", {LEAST: beta, V: v, U_K: u_k})
        require_equal(v + beta * u_k, u_k * (1 + excess), "the value of a pushed sample")
        require(sign_of(u_k * (1 + excess)) == sign, "it has the sign of u_k")
        holds(PUSHED, "and at least its size", {PUSHED.lhs: sign * u_k * (1 + excess), SIZE: size})
    return proved("u_k of either sign, symbolic v, beta")


COORDINATE, LARGEST = names("h_k x_(k)^max")
READ = 2 * COORDINATE - 2 * LARGEST - 1


@claim(
    id="F.1-read-out",
    theorem="4.1",
    source=OURS,
    place="Appendix F.1, the last layer",
    statement=(
        "With x_(k)^max the largest k-th coordinate of all samples and beta >= x_(k)^max + 1 - x_(i,k) for all i in"
        " class k, the unit (sigma_H({}) + 1)/2 is 1 on class k and 0 elsewhere."
    ),
    formulas=[READ],
    expected=Verdict.PROVED,
    by=[hard_tanh_identity],
)
def read_out() -> Result:
    """Hypotheses: h_k = x_{i,k} + beta for i in class k, h_k = x_{i,k} otherwise.

    Line: 2 h_k - 2 max - 1 is >= 1 for h_k >= max + 1 and <= -1 for h_k <= max, where sigma_H is 1 and -1.
    Conclusion: for hard-tanh; two ReLU-like units imitate each hard-tanh unit.
    """
    largest, zero = sp.Symbol("max", real=True), sp.Integer(0)
    for below in (zero, gap("max - x")):
        for excess in (zero, gap("excess")):
            pushed = (largest - below) + (below + 1 + excess)
            for h_k, expected in ((pushed, 1), (largest - below, 0)):
                read = taken(READ, {COORDINATE: h_k, LARGEST: largest})
                require_equal((hard_tanh(read) + 1) / 2, expected, f"h_k = {h_k}")
    return proved("symbolic coordinates, the clipped ends of sigma_H")


ALPHA, HEIGHT, PUSH, SLOPE = sp.Symbol("alpha"), sp.Symbol("(u . h + c)"), sp.Symbol("beta"), sp.Symbol("u_k")
FIRST_HALF, SECOND_HALF = 2 * ALPHA * HEIGHT + 1, -2 * ALPHA * (HEIGHT - HALF * PUSH * SLOPE) + 1


def halves(v: Expr, alpha: Expr, beta: Expr, u_k: Expr) -> tuple[Expr, Expr]:
    """The two halves (1/2) beta sigma_H(...) of a split gate at a sample with u . h + c = v before the first.

    The second half reads h after the first, shifted by beta u_k/2.
    """
    given = {ALPHA: alpha, PUSH: beta, SLOPE: u_k}
    first = HALF * beta * hard_tanh(taken(FIRST_HALF, given | {HEIGHT: v}))
    after = v + first * u_k
    return first, HALF * beta * hard_tanh(taken(SECOND_HALF, given | {HEIGHT: after}))


@claim(
    id="F.1-split-gate",
    theorem="4.1",
    source=OURS,
    place="Appendix F.1, a gate across two residual layers",
    statement=(
        "If (u, c) is oriented so that u_k >= 0, the units (1/2) beta e_k sigma_H({}) and (1/2) beta e_k "
        "sigma_H({}) in two successive layers of width 1 add beta e_k to the group and nothing to all other "
        "samples."
    ),
    formulas=[FIRST_HALF, SECOND_HALF],
    expected=Verdict.PROVED,
    corrects="F.1-whole-gates",
)
def split_gate() -> Result:
    """Hypotheses: alpha |v| >= 1 off the group, v = 0 on it; beta > 0, u_k >= 0.

    Line: v = 0: both halves are +beta/2. v > 0: +beta/2, then the second argument is at most -1: -beta/2. v < 0:
    -beta/2, then v - beta u_k/2 - beta u_k/2 is still at most -1/alpha: the second half is +beta/2.
    Conclusion: the sums are beta, 0, 0. Orienting (u, c) with u_k >= 0 is no restriction.
    """
    alpha, beta, zero = gap("alpha"), gap("beta"), sp.Integer(0)
    for u_k in (zero, gap("u_k")):
        for away in (1 / alpha, (1 + gap("excess")) / alpha):
            for v, total in ((zero, beta), (away, zero), (-away, zero)):
                first, second = halves(v, alpha, beta, u_k)
                require_equal(first + second, total, f"v = {v}, u_k = {u_k}")
    return proved("v = 0, v >= 1/alpha and v <= -1/alpha with symbolic alpha, beta, u_k")


D_L = sp.Symbol("d_L")
CLASSES_FIT = sp.Ge(D_X, D_Y)
LAST_HARD_TANH, LAST_RELU_LIKE = (sp.Ge(D_L, last_width_for(kind, D_Y)) for kind in ("hard-tanh", "relu-like"))


def _itself(t: Expr, unit: Any) -> Expr:
    """A hard-tanh unit by one unit."""
    return unit(t)


@claim(
    id="4.1-independent",
    theorem="4.1",
    source=OURS,
    place="Theorem 4.1, gates within layers, corrected",
    statement=(
        "If every d_x + 1 or fewer samples are affinely independent, {}, the layers below the last have room for "
        "sum_k ceil(N_k/d_x) <= {} whole gates, and {} (hard-tanh) or {} (ReLU-like), some residual network of these "
        "widths classifies them exactly."
    ),
    formulas=[CLASSES_FIT, CEILINGS, LAST_HARD_TANH, LAST_RELU_LIKE],
    expected=Verdict.PROVED,
    coq="Theorem41.theorem_4_1",
    corrects="4.1-vacuous",
    by=[corollary, beta_explicit, read_out, count],
)
def whole_gates() -> Result:
    """Hypotheses: hyperplanes of the original samples (F.2-independent); beta as in F.1-beta-explicit and F.1-read-out.

    Line: a group is where it was until its own gate, as it is chosen once, so its gate is 1 on it; all other samples
    are off the hyperplane, pushed or not; gates of one layer read the same h. In the end h_k = x_{i,k} + beta exactly
    for i in class k.
    Conclusion: the last layer reads off the class. For even widths (multiples of 4 for ReLU-likes) the printed sizes
    have the room (F.1-count).
    """
    beta, size = gap("beta"), gap("|v|")
    # alpha |v| >= 1 off the group, before and after the push (F.1-beta-explicit).
    for alpha in (1 / size, (1 + gap("excess")) / size):
        for v, added in ((sp.Integer(0), beta), (size, 0), (-size, 0)):
            require_equal(beta * gate(sp.cancel(alpha * v)), added, f"what a whole gate adds at u . x + c = {v}")
    classes = from_one("d_y")
    coordinates = every(CLASSES_FIT, "d_x", {D_Y: classes}, whole=True)
    at_most(classes, coordinates, "h has a coordinate for each class")
    for width, by_units in ((LAST_HARD_TANH, _itself), (LAST_RELU_LIKE, hard_tanh_by_two)):
        needed, room = units_of(by_units) * classes, every(width, "d_L", {D_Y: classes}, whole=True)
        at_most(needed, room, "a hard-tanh unit of the read-out for each class")
        require_equal(taken(width, {D_Y: classes}).rhs, needed, "no more are asked for")
    return proved("the claims it rests on; what a gate adds on its hyperplane and off it", assumes=[RANK_NULLITY])


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
