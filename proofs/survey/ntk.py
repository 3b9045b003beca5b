"""Tangent kernels and lazy memorization made exact: the kernel, the least B, and how many units there have to be.

The survey writes m for the number of samples, d for their dimension, q for the rows of W'. A pair of units has the
weights w + a/B and w + b/B and the output weights B and -B. Training is in `ntk_training.py`, what is wrong as printed
in `as_printed_ntk.py`.
"""

import sympy as sp
from flint import fmpq

from exactmem.activations import RELU
from exactmem.ledger.claims import OURS, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import Expr, gap, require_equal
from exactmem.ledger.wording import names
from exactmem.proofs._facts import PRODUCT_RANK
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS, relu_like
from exactmem.tangent.kernel import gram
from exactmem.tangent.systems import rank
from exactmem.tangent.tables import kernel_ranks, seeded_dataset


def slope(side: int) -> Expr:
    """sigma' on the side of the kink that a pre-activation of that sign is on."""
    return S_PLUS if side > 0 else S_MINUS


@claim(
    id="ntk-zero",
    theorem="ntk",
    source=OURS,
    place="Definition 5 of the survey, the remark after it",
    statement="At W = [W'; W'], u = (B, -B) the network is 0 at every input, for every activation and B.",
    expected=Verdict.PROVED,
    corrects="survey-5-scale",
)
def zero() -> Result:
    """Hypotheses: a pair of equal units with output weights B and -B.

    Line: B sigma(w . x) - B sigma(w . x) = 0.
    Conclusion: every pair adds 0.
    """
    B, value = gap("B"), sp.Symbol("sigma(w.x)", real=True)
    require_equal(B * value - B * value, 0, "a pair")
    return proved("symbolic value of a unit")


INNER, AT_X, AT_Y, ROWS = names("<x,y> sigma'(w_j.x) sigma'(w_j.y) q")
PER_UNIT = INNER * AT_X * AT_Y / ROWS
TANGENT, PRE, SCALE, LEAST, RISE = names("|v_j.x_i| |w_j.x_i| B B* (s_+-s_-)")
LEAST_SCALE = TANGENT / (2 * PRE)
LARGE_ENOUGH = sp.Ge(SCALE, LEAST_SCALE)
OFF = (LEAST - SCALE) * RISE * PRE


@claim(
    id="ntk-kernel",
    theorem="ntk",
    source=OURS,
    place="Definition 6 of the survey, with u = (B, -B)",
    statement=(
        "Off the kinks tk_W(x, y) is the sum of {} over the q units, which is Phi Phi^T/q; for ReLU (1/q) <x, y> "
        "times the number of common active units."
    ),
    formulas=[PER_UNIT],
    expected=Verdict.PROVED,
    corrects="survey-6-kink",
)
def kernel() -> Result:
    """Hypotheses: the gradient in w_j is u_j sigma'(w_j . x) x, for both copies.

    Line: two copies give 2 B^2 sigma' sigma' <x, y>; divided by 2 q B^2.
    Conclusion: B drops out, whatever it is.
    """
    B, q = gap("B"), gap("q")
    first, second, product = (sp.Symbol(name, real=True) for name in ("s_x", "s_y", "<x,y>"))
    copies = sum((u * first * u * second * product for u in (B, -B)), sp.Integer(0))
    given = {INNER: product, AT_X: first, AT_Y: second, ROWS: q}
    require_equal(copies / (2 * q * B**2), taken(PER_UNIT, given), "one pair")
    return proved("symbolic slopes and inner product")


def pair(p: Expr, t: Expr, B: Expr) -> Expr:
    """B sigma(p + t) - B sigma(p - t)."""
    return B * (relu_like(p + t) - relu_like(p - t))


@claim(
    id="ntk-lazy",
    theorem="ntk",
    source=OURS,
    place="equation (1) of the survey, exactly",
    statement=(
        "With Phi V = y the rows w_j +- v_j/(2B) give f(x_i) = y_i where {} for all i and j, equality included, for"
        " every ReLU-like activation."
    ),
    formulas=[LARGE_ENOUGH],
    expected=Verdict.PROVED,
    corrects="survey-8-linear",
)
def lazy() -> Result:
    """Hypotheses: p = w . x of either sign, t = v . x/(2B) with |t| <= |p|.

    Line: p + t and p - t are on p's side, or 0 where both pieces agree: the pair is 2 B t sigma'(p) = sigma'(p) v . x.
    Conclusion: f(x_i) = sum_j sigma'(w_j . x_i) v_j . x_i = (Phi V)_i.
    """
    size, share, B = gap("|p|"), gap("share"), gap("B")
    for side in (1, -1):
        for t in (size / (1 + share), -size / (1 + share), size, -size, sp.Integer(0)):
            given = {SCALE: B, TANGENT: 2 * B * abs(t), PRE: size}
            holds(LARGE_ENOUGH, "|t| <= |p| is what B >= B* says", given)
            require_equal(pair(side * size, t, B), slope(side) * 2 * B * t, f"side {side}, t = {t}")
    return proved("symbolic p, t, B and slopes; every sign, and |t| = |p|")


@claim(
    id="ntk-threshold",
    theorem="ntk",
    source=OURS,
    place="equation (1) of the survey, the least B",
    statement=(
        "Just below B*, the largest {}, the output at a sample that attains it is off by the sum of -+{} over the "
        "units that attain it, - where v_j . x_i and w_j . x_i have one sign: B* is least unless that sum is 0."
    ),
    formulas=[LEAST_SCALE, OFF],
    expected=Verdict.PROVED,
)
def threshold() -> Result:
    """Hypotheses: |t| = |p| + e, e > 0, for the units that attain B*; B is beyond the next smaller ratio.

    Line: exactly one of p + t, p - t has changed sides; with v = 2 B |t| the pair is off by -+(s_+ - s_-) B e, and
    B e = |p| (B* - B) for B* = v/(2 |p|).
    Conclusion: the errors of the units add up; all other units are as at B*.
    """
    size, excess, B = gap("|p|"), gap("e"), gap("B")
    least = taken(LEAST_SCALE, {TANGENT: 2 * B * (size + excess), PRE: size})
    off = taken(OFF, {LEAST: least, SCALE: B, RISE: S_PLUS - S_MINUS, PRE: size})
    for side in (1, -1):
        for sign in (1, -1):
            t = sign * (size + excess)
            error = pair(side * size, t, B) - slope(side) * 2 * B * t
            require_equal(error, -side * sign * off, f"side {side}, sign {sign}")
    return proved("symbolic p, e, B and slopes; every sign")


@claim(
    id="ntk-count",
    theorem="ntk",
    source=OURS,
    place="section 4 of the survey, the count m/d",
    statement="The tangent features of m samples reach all labels only if d q >= m.",
    expected=Verdict.PROVED,
)
def count() -> Result:
    """Hypotheses: Phi has d q columns. Line: its rank is at most d q. Conclusion: rank m needs d q >= m."""
    return proved("Phi = Phi I with d q columns", assumes=[PRODUCT_RANK])


@claim(
    id="ntk-count-not-enough",
    theorem="ntk",
    source=OURS,
    place="section 4 of the survey, the count m/d at instances",
    statement="d q >= m does not suffice: with d q = m the rank is often smaller, with d q = 2m it was m.",
    expected=Verdict.CHECKED,
)
def count_not_enough() -> Result:
    """Hypotheses: x = 1, w = -1; and m = 12 seeded samples, d = 3, q = 4 and 8, seeds 0 to 19.

    Line: Phi = (0) has rank 0; exact ranks.
    Conclusion: the draw decides; a table for other sizes is `exactmem draws kernel-rank`.
    """
    data = seeded_dataset(1, 1, 0)
    row = [[fmpq(-1) if data.inputs[0][0] > 0 else fmpq(1)]]
    require(rank(gram(row, data, RELU)) == 0, "the inactive unit: rank 0 with d q = m = 1")
    few, more = kernel_ranks(12, 3, (4, 8), 20, RELU)
    require(0 < few.full < 20, f"d q = m: {few.full} of 20")
    require(more.full > few.full, f"d q = 2m: {more.full} of 20")
    return checked("exact ranks", f"m = d q = 1; m = 12, d = 3: q = 4 full rank {few.full}/20, q = 8 {more.full}/20")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
