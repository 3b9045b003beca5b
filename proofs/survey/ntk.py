"""The tangent kernel made exact: lazy memorization and Theorem 8's replacement. Runs: `gradient_runs.py`.

The survey writes m for the number of samples, d for their dimension, q for the rows of W'. A pair of units has the
weights w + a/B and w + b/B and the output weights B and -B. What is wrong as printed: `as_printed_ntk.py`.
"""

import sympy as sp
from flint import fmpq

from exactmem.activations import RELU
from exactmem.ledger.claims import OURS, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import Expr, at_most, gap, index, require_equal, slack
from exactmem.ledger.wording import names
from exactmem.proofs._facts import CAUCHY_SCHWARZ, PRODUCT_RANK, TAYLOR
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS, relu_like
from exactmem.tangent.kernel import gram
from exactmem.tangent.systems import rank
from exactmem.tangent.tables import kernel_ranks, seeded_dataset


def slope(side: int) -> Expr:
    """sigma' on the side of the kink that a pre-activation of that sign is on."""
    return S_PLUS if side > 0 else S_MINUS


SIGMA = sp.Function("sigma")
OUTER, OUTER_COPY, INSIDE, INSIDE_COPY = names("u_j u_(q+j) w_j.x w_(q+j).x")
OUTPUT_OF_PAIR = OUTER * SIGMA(INSIDE) + OUTER_COPY * SIGMA(INSIDE_COPY)


@claim(
    id="ntk-zero",
    theorem="ntk",
    source=OURS,
    place="Definition 5 of the survey, the remark after it",
    statement=(
        "At W = [W'; W'], u = (B, -B) every pair {} is 0, and so is the network, at every input, for every activation "
        "and B."
    ),
    formulas=[OUTPUT_OF_PAIR],
    expected=Verdict.PROVED,
    corrects="survey-5-scale",
)
def zero() -> Result:
    """Hypotheses: a pair of equal units with output weights B and -B.

    Line: B sigma(w . x) - B sigma(w . x) = 0.
    Conclusion: every pair adds 0.
    """
    B, value = gap("B"), sp.Symbol("sigma(w.x)", real=True)
    given = {OUTER: B, OUTER_COPY: -B, INSIDE: value, INSIDE_COPY: value, SIGMA: lambda unit: unit}
    require_equal(taken(OUTPUT_OF_PAIR, given), 0, "a pair of equal units")
    return proved("symbolic value of a unit")


INNER, AT_X, AT_Y, ROWS = names("<x,y> sigma'(w_j.x) sigma'(w_j.y) q")
PER_UNIT = INNER * AT_X * AT_Y / ROWS
TANGENT, PRE, SCALE, LEAST, RISE = names("|v_j.x_i| |w_j.x_i| B B* (s_+-s_-)")
LEAST_SCALE = TANGENT / (2 * PRE)
LARGE_ENOUGH = sp.Ge(SCALE, LEAST_SCALE)
OFF = (LEAST - SCALE) * RISE * PRE
HESSIAN, RADIUS, EPS = names("H R eps")
REST = HESSIAN * RADIUS**2 / (2 * SCALE)
SMALL = sp.Ge(SCALE, HESSIAN * RADIUS**2 / (2 * EPS))
DIMENSION, SAMPLES = names("d m")
ENOUGH = sp.Ge(DIMENSION * ROWS, SAMPLES)
RUN, RUN_FROM, LINEAR = names("W^t W^1 V^t")
MOVED, LEADS = sp.Symbol("(V^t_j . x_i)"), sp.Symbol("(w_j . x_i)")
KEEPS_SIDE = sp.Gt(SCALE, -MOVED / LEADS)
SAME_RUN = sp.Eq(RUN, RUN_FROM + LINEAR / SCALE)


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
    statement="The tangent features of m samples reach all labels only if {}.",
    formulas=[ENOUGH],
    expected=Verdict.PROVED,
)
def count() -> Result:
    """Hypotheses: Phi has d q columns. Line: its rank is at most d q. Conclusion: rank m needs d q >= m."""
    rank = index("rank")
    columns = rank + slack("columns - rank")
    holds(ENOUGH, "rank m, and no more than the columns", {DIMENSION * ROWS: columns, SAMPLES: rank})
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


@claim(
    id="theorem-8-exact",
    theorem="ntk",
    source=OURS,
    place="Theorem 8 of the survey, exactly",
    statement=(
        "ReLU-like sigma, finitely many samples off the kinks, any rule for the loss's subgradient: if B > 0 and {} "
        "for all i, j, t, then Algorithm 1 (step eta/B^2, u = (B, -B)) has {} and the outputs of Algorithm 2 (step "
        "eta) at every t."
    ),
    formulas=[KEEPS_SIDE, SAME_RUN],
    expected=Verdict.PROVED,
    corrects="survey-8-swapped",
)
def theorem_8() -> Result:
    """Hypotheses: W = W^1 + V/B; p = w . x, t = V_j . x/B with -t/p < 1 for both copies.

    Line: p + t has p's sign and is not 0. Outputs: B sigma(p + a) - B sigma(p + b) = sigma'(p) B (a - b), as in
    Algorithm 2. Gradients in w: +-B sigma'(p) x g with g the same derivative of the loss; times eta/B^2 that is 1/B
    times the step of V, eta times +-sigma'(p) x g.
    Conclusion: W^{t+1} = W^1 + V^{t+1}/B, by induction; W^1 belongs to V^1 = 0.
    """
    B, eta, size, share, beyond = gap("B"), gap("eta"), gap("|p|"), gap("share"), slack("beyond")
    g, x, w, V = sp.symbols("g x w V", real=True)
    for side in (1, -1):
        p = side * size
        moves = (side * beyond, -side * size / (1 + share))
        for a in moves:
            holds(KEEPS_SIDE, "no unit changes sides", {SCALE: B, MOVED: B * a, LEADS: p})
            require_equal(relu_like(p + a), slope(side) * (p + a), "the unit keeps its piece")
            for b in moves:
                output = B * relu_like(p + a) - B * relu_like(p + b)
                require_equal(output, slope(side) * (B * a - B * b), "the output is that of V = B (W - W^1)")
        for u in (1, -1):
            true_step = -(eta / B**2) * (u * B * slope(side) * x * g)
            step = -eta * (u * slope(side) * x * g)
            given = {RUN: w + V / B + true_step, RUN_FROM: w, LINEAR: V + step, SCALE: B}
            holds(SAME_RUN, "the next iterate: the step is 1/B times that of V", given)
    holds(SAME_RUN, "the first iterate, V^1 = 0", {RUN: w, RUN_FROM: w, LINEAR: 0, SCALE: B})
    return proved("induction over t with symbolic p, V, B, eta; both copies, both sides")


@claim(
    id="theorem-8-smooth",
    theorem="ntk",
    source=OURS,
    place="Theorem 8 of the survey, for smooth sigma",
    statement=(
        "If the Hessian of h in W is at most H on the data and ||W - W^1|| <= R/B, then |h(W) - <grad, W - W^1>| <="
        " {} with u = (B, -B) and H for B = 1; at most eps for {}."
    ),
    formulas=[REST, SMALL],
    expected=Verdict.PROVED,
    corrects="survey-8-scale",
)
def smooth() -> Result:
    """Hypotheses: h = 0 at W^1; output weights B times those of B = 1.

    Line: Taylor: the rest is at most B (H/2) ||W - W^1||^2 <= B (H/2) R^2/B^2.
    Conclusion: H R^2/(2B), with equality for sigma = t^2/2 (survey-8-scale).
    """
    B, H, R, eps, room = gap("B"), gap("H"), gap("R"), gap("eps"), slack("room")
    rest = B * H / 2 * (R / B) ** 2
    given = {HESSIAN: H, RADIUS: R, SCALE: B, EPS: eps}
    require_equal(rest, taken(REST, given), "the bound")
    at_most(rest.subs(B, taken(SMALL, given).rhs + room), eps, "at most eps")
    return proved("symbolic H, R, B", assumes=[TAYLOR, CAUCHY_SCHWARZ])


AT, MOVE = names("p v")
PAIR = SCALE * SIGMA(AT + MOVE / (2 * SCALE)) - SCALE * SIGMA(AT - MOVE / (2 * SCALE))


@claim(
    id="theorem-8-even",
    theorem="ntk",
    source=OURS,
    place="Theorem 8 of the survey, the order in B",
    statement=(
        "For V = (v/2, -v/2) and any sigma every pair of the network, {}, is even in B: for sigma in C^3 its error "
        "is O(1/B^2)."
    ),
    formulas=[PAIR],
    expected=Verdict.PROVED,
)
def even() -> Result:
    """Hypotheses: a pair B sigma(p + v/(2B)) - B sigma(p - v/(2B)).

    Line: -B swaps the copies and their signs.
    Conclusion: the expansion in 1/B has even powers only; the constant term is sigma'(p) v.
    """
    B = gap("B")
    require_equal(taken(PAIR, {SCALE: -B}), taken(PAIR, {SCALE: B}), "even in B")
    return proved("symbolic function", assumes=[TAYLOR])


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
