"""Tangent kernel training made exact: lazy memorization, Theorem 8's replacement, what instances show.

The survey writes m for the number of samples, d for their dimension, q for the rows of W'. A pair of units has the
weights w + a/B and w + b/B and the output weights B and -B. What is wrong as printed: `as_printed_ntk.py`.
"""

import sympy as sp
from flint import fmpq

from exactmem.activations import RELU
from exactmem.ledger.claims import OURS, SURVEY, Result, Verdict, checked, claim, not_covered, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import Expr, at_most, gap, require_equal, require_nonnegative, slack
from exactmem.ledger.wording import names
from exactmem.proofs._facts import CAUCHY_SCHWARZ, PRODUCT_RANK, SPECTRAL_THEOREM, TAYLOR
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS, relu_like
from exactmem.tangent.algorithms import Setting, seeded_batches
from exactmem.tangent.kernel import gram, weights
from exactmem.tangent.losses import LOSSES
from exactmem.tangent.systems import rank
from exactmem.tangent.tables import kernel_ranks, seeded_dataset
from exactmem.tangent.training import train


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
HESSIAN, RADIUS, EPS = names("H R eps")
REST = HESSIAN * RADIUS**2 / (2 * SCALE)
SMALL = sp.Ge(SCALE, HESSIAN * RADIUS**2 / (2 * EPS))
STEP, TRACE, BATCH = names("eta tr(Psi_S_Psi_S^T) b")
SHORT = sp.Le(STEP * TRACE, 2 * BATCH)


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


@claim(
    id="theorem-8-exact",
    theorem="ntk",
    source=OURS,
    place="Theorem 8 of the survey, exactly",
    statement=(
        "ReLU-like sigma, finitely many samples off the kinks, any rule for the loss's subgradient: if B > B*(V^t) = "
        "max(0, -(V^t_j . x_i)/(w_j . x_i)) for all t, then Algorithm 1 (step eta/B^2, u = (B, -B)) has W^t = W^1 + "
        "V^t/B and the outputs of Algorithm 2 (step eta) at every t."
    ),
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
    g, x = sp.symbols("g x", real=True)
    for side in (1, -1):
        p = side * size
        moves = (side * beyond, -side * size / (1 + share))
        for a in moves:
            require_equal(relu_like(p + a), slope(side) * (p + a), "the unit keeps its piece")
            for b in moves:
                output = B * relu_like(p + a) - B * relu_like(p + b)
                require_equal(output, slope(side) * (B * a - B * b), "the output is that of V = B (W - W^1)")
        for u in (1, -1):
            true_step = -(eta / B**2) * (u * B * slope(side) * x * g)
            require_equal(true_step, -eta * (u * slope(side) * x * g) / B, "the step is 1/B times that of V")
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


SIGMA = sp.Function("sigma")
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


@claim(
    id="algorithm-3-step",
    theorem="ntk",
    source=OURS,
    place="Algorithm 3 of the survey, exactly",
    statement="Algorithm 3 on psi = sigma'(w . x) x with step 2 eta has v^t = 2 V^t (first copy): the same functions.",
    expected=Verdict.PROVED,
    corrects="survey-3-root",
)
def algorithm_3() -> Result:
    """Hypotheses: V^t = (a, -a), v^t = 2a; both give f = <2a, psi>.

    Line: Algorithm 2 moves the copies by -eta g psi and +eta g psi, Algorithm 3 moves v by -2 eta g psi.
    Conclusion: V^{t+1} = (a', -a'), v^{t+1} = 2a', by induction from 0.
    """
    a, psi, eta, g = sp.symbols("a psi eta g", real=True)
    first, second = a - eta * g * psi, -a - eta * g * (-psi)
    require_equal(second, -first, "the copies stay opposite")
    require_equal(2 * a - 2 * eta * g * psi, 2 * first, "v = 2 V")
    require_equal(first * psi + second * (-psi), 2 * first * psi, "the same function")
    return proved("induction over t, symbolic features")


GAPS, COMPARED, SQUARES, RATE = sp.Symbol("gaps"), sp.Symbol("||V*||"), sp.Symbol("sum_t ||g_t||^2"), sp.Symbol("eta")
REGRET = sp.Le(GAPS, COMPARED**2 / (2 * RATE) + RATE / 2 * SQUARES)


@claim(
    id="sgd-regret",
    theorem="ntk",
    source=OURS,
    place="Theorems 7 and 9 of the survey, along one run",
    statement=(
        "For a convex loss with subgradients g_t along V^(t+1) = V^t - eta g_t, V^1 = 0: {} for the sum of all T "
        "gaps L_(S_t)(V^t) - L_(S_t)(V*), for every V* and any mini-batches."
    ),
    formulas=[REGRET],
    expected=Verdict.PROVED,
)
def regret() -> Result:
    """Hypotheses: L(V*) >= L(V^t) + <g_t, V* - V^t>, for the three losses with their rules.

    Line: 2 eta <g, V - V*> = ||V - V*||^2 - ||V - eta g - V*||^2 + eta^2 ||g||^2, which telescopes.
    Conclusion: drop -||V^{T+1} - V*||^2 and divide by 2 eta.
    """
    v, star, g, eta = sp.symbols("V V* g eta", real=True)
    gained = (v - star) ** 2 - (v - eta * g - star) ** 2 + eta**2 * g**2
    require_equal(2 * eta * g * (v - star), gained, "one coordinate of one step")
    size, left, squares, rate = slack("||V*||"), slack("||V^(T+1) - V*||"), slack("sum ||g||^2"), gap("eta")
    gaps = (size**2 - left**2 + rate**2 * squares) / (2 * rate) - slack("convexity")
    given = {GAPS: gaps, COMPARED: size, SQUARES: squares, RATE: rate}
    holds(REGRET, "all steps added up, from V^1 = 0", given)
    h, other, y = sp.symbols("h h* y", real=True)
    rest = (other - y) ** 2 / 2 - (h - y) ** 2 / 2 - (h - y) * (other - h)
    require_equal(rest, (other - h) ** 2 / 2, "the squared loss is convex: the rest is a square")
    for value in (gap("r"), sp.Integer(0), -gap("r")):
        sign = sp.sign(value)
        for target in (gap("s"), sp.Integer(0), -gap("s")):
            require_nonnegative(abs(target) - abs(value) - sign * (target - value), "|r| has the subgradient sign(r)")
            hinge = sp.Integer(1) if sign == 1 else sp.Integer(0)
            positive = [target if sp.sign(target) == 1 else sp.Integer(0), value if sign == 1 else sp.Integer(0)]
            rest = positive[0] - positive[1] - hinge * (target - value)
            require_nonnegative(rest, "max(0, r) has the subgradient 1 for r > 0, else 0")
    return proved("a telescoping identity; the subgradients of the three losses by signs")


@claim(
    id="rounded-training",
    theorem="ntk",
    source=OURS,
    place="Algorithm 2 of the survey, with rounded iterates",
    statement=(
        "Squared loss, {} for every batch: rounding every coordinate by less than 2^-k after every step keeps "
        "||V~^t - V^t||^2 <= (t-1)^2 2 q d 4^-k."
    ),
    formulas=[SHORT],
    expected=Verdict.PROVED,
)
def rounded() -> Result:
    """Hypotheses: V -> V - (eta/b) Psi^T (Psi V - y), whose linear part I - (eta/b) Psi^T Psi is symmetric.

    Line: its eigenvalues 1 - (eta/b) l with 0 <= l <= tr lie in [-1, 1], so distances do not grow; every rounding adds
    a vector of 2 q d coordinates below 2^-k.
    Conclusion: the errors add up, t - 1 of them.
    """
    l, beyond, b, room = slack("l"), slack("beyond"), gap("b"), slack("room")
    trace = l + beyond
    eta = 2 * b / (trace + room + gap("positive"))
    holds(SHORT, "any smaller step", {STEP: eta, TRACE: trace, BATCH: b})
    at_most(1 - eta * l / b, 1, "at most 1")
    at_most(-1, 1 - eta * l / b, "at least -1")
    t, delta = slack("t"), gap("r")
    require_equal(t * delta + delta, (t + 1) * delta, "one more rounding")
    return proved("eigenvalues with symbolic eta, b, trace", assumes=[SPECTRAL_THEOREM, CAUCHY_SCHWARZ])


@claim(
    id="survey-7-instance",
    theorem="ntk",
    source=SURVEY,
    place="Theorems 7 and 9, at instances",
    statement=(
        "At seeded instances: the exact norm of the comparator y^T (tk_W)^-1 y, the loss gap along the run against "
        "sgd-regret's bound, and theorem-8-exact above and below its bound."
    ),
    expected=Verdict.CHECKED,
)
def instance() -> Result:
    """Hypotheses: m = 3, d = 2, q = 8, seeds 0 and 1; full batches and batches of 1; three losses.

    Line: exact runs of Algorithms 1, 2, 3.
    Conclusion: identical above the bound, not identical below it; the regret inequality holds.
    """
    for seed in (0, 1):
        data = seeded_dataset(3, 2, seed)
        for loss in LOSSES.values():
            rows = tuple(map(tuple, weights(seed, 8, 2)))
            for size in (3, 1):
                found = train(Setting(data, rows, RELU, loss, fmpq(1, 10), seeded_batches(3, size, 3, seed)))
                require(found.above.identical and found.algorithm_3_equal, "identical above the bound")
                require(found.below is not None and not found.below.identical, "different below the bound")
                require(found.regret is not None and found.regret.holds, "the regret inequality")
    cases = "m = 3, d = 2, q = 8, T = 3, eta = 1/10; seeds 0, 1; b = 3, 1; squared, hinge, absolute"
    return checked("exact runs", cases)


@claim(
    id="survey-7",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 7",
    statement="E L(h) <= L(H^M_tk) + eps for Algorithm 1 with q = O~(M^2 R^2/(d eps^2)), T = O(M^2/eps^2).",
    expected=Verdict.NOT_COVERED,
)
def theorem_7() -> Result:
    """Hypotheses: any R-bounded distribution. Line: none here. Conclusion: none here."""
    return not_covered(
        "an expectation over all Gaussian draws and distributions with unnamed constants; instances: survey-7-instance"
    )


@claim(
    id="survey-9",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 9",
    statement="The same for Algorithm 2, and with q = O~(m/d) memorization of random labels (equation (1)).",
    expected=Verdict.NOT_COVERED,
)
def theorem_9() -> Result:
    """Hypotheses: as in Theorem 7. Line: none here. Conclusion: none here."""
    return not_covered(
        "probabilistic and asymptotic, and the step from m^2/d to m/d is not in the survey; per instance the rank and "
        "the norm are exact (survey-7-instance, ntk-count-not-enough)"
    )


@claim(
    id="survey-9-kernel",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 9, the index of H",
    statement="The functions that Theorem 9 compares with are those of Theorem 7, of norm at most M for tk_W.",
    expected=Verdict.NOT_COVERED,
)
def kernel_of_theorem_9() -> Result:
    """Hypotheses: none. Line: none here. Conclusion: for tk_W and a given W, survey-7-comparator-given."""
    return not_covered(
        "in the text at hand the kernel reads tk_g^M, with M again above H; no tk_g is defined, and which letter was "
        "printed cannot be told from this text"
    )


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
