"""Corrections of what `as_printed_ntk.py` refutes in section 4 of the survey; the larger ones are in `ntk.py`."""

import sympy as sp

from exactmem.ledger.claims import OURS, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import at_most, gap, index, positive_index, require_equal, require_positive, slack, up_to
from exactmem.ledger.wording import names
from exactmem.proofs._facts import CAUCHY_SCHWARZ
from exactmem.proofs.survey.as_printed_features import MEAN, UNBIASED, WANTED
from exactmem.proofs.survey.as_printed_ntk import ONE, one_sample
from exactmem.proofs.survey.gradient_runs import COMPARED, RATE, REGRET, SQUARES, regret
from exactmem.tangent.algorithms import TrueNetwork

Q, D, LOSS_SLOPE, RADIUS, BOUND, STEP, STEPS, EPS = names("q d L R M eta T eps")
NEURONS, TRAINED = 2 * Q, 2 * Q * D
MEAN_GAP, BEST = BOUND**2 / (2 * STEP * STEPS) + STEP * LOSS_SLOPE**2 * RADIUS**2 / 2, BOUND * LOSS_SLOPE * RADIUS
FROM = sp.Ge(STEPS, (BOUND * LOSS_SLOPE * RADIUS / EPS) ** 2)
AFTER_A_STEP = 1 - 1 / STEPS
FIRST, SECOND = names("v_1 v_2")
REST = (FIRST**2 - SECOND**2) / 2
CURVATURE, LONGEST = names("H r")
FORM = CURVATURE * LONGEST**2
SLOPES = names("s")[0]
WAY = 2 * Q * (STEP * STEPS * LOSS_SLOPE * SLOPES * LONGEST) ** 2


@claim(
    id="survey-5-units-counted",
    theorem="ntk",
    source=OURS,
    place="Definition 5",
    statement="W = [W'; W'] has 2q rows: {} neurons and {} trained parameters.",
    formulas=[NEURONS, TRAINED],
    expected=Verdict.PROVED,
    corrects="survey-5-units",
)
def units_counted() -> Result:
    """Hypotheses: W' with q rows of d numbers. Line: q + q rows, (q + q) d numbers. Conclusion: 2q and 2qd."""
    q, d = positive_index("q"), positive_index("d")
    require_equal(q + q, taken(NEURONS, {Q: q}), "two copies")
    require_equal((q + q) * d, taken(TRAINED, {Q: q, D: d}), "of d numbers each")
    require(TrueNetwork(one_sample(ONE, 1), ONE).start().nrows() == 2, "two rows for q = 1")
    return proved("symbolic q, d")


LABELS, INVERSE, LABELS_T = (sp.Symbol(name, commutative=False) for name in ("y", "K^-1", "y^T"))
LEAST_NORM = LABELS_T * INVERSE * LABELS
STEP_OF_B, STEP_OF_ONE, SCALE = names("V_B V_1 B")
FIRST_STEPS = sp.Eq(STEP_OF_B, STEP_OF_ONE / SCALE)


@claim(
    id="survey-7-comparator-given",
    theorem="ntk",
    source=OURS,
    place="Theorem 7, for each W",
    statement=(
        "For a given W and data with an invertible kernel matrix K, the least ||V||^2 with <Psi_i, V> = y_i for all i "
        "is {}: for M^2 at least that the comparator's squared loss is 0, below it no V fits."
    ),
    formulas=[LEAST_NORM],
    expected=Verdict.PROVED,
    corrects="survey-7-comparator",
)
def comparator_given() -> Result:
    """Hypotheses: K = Psi Psi^T invertible; V* = Psi^T K^-1 y; V = V* + n fits, that is, Psi n = 0.

    Line: Psi V* = K K^-1 y = y; V* . n = y^T K^-1 Psi n = 0, so ||V||^2 = ||V*||^2 + ||n||^2; ||V*||^2 = y^T K^-1 y.
    Conclusion: the least norm, which is a number for each W.
    """
    K, inverse, psi, psi_t, y, y_t, n = sp.symbols("K Kinv Psi PsiT y yT n", commutative=False)

    def reduced(expression: sp.Expr) -> sp.Expr:
        return expression.subs(psi * psi_t, K).subs(K * inverse, 1).subs(inverse * K, 1).subs(psi * n, 0)

    require_equal(reduced(psi * psi_t * inverse * y), y, "V* fits")
    require_equal(reduced(y_t * inverse * psi * n), 0, "V* is orthogonal to n")
    least_norm = taken(LEAST_NORM, {LABELS_T: y_t, INVERSE: inverse, LABELS: y})
    require_equal(reduced(y_t * inverse * psi * psi_t * inverse * y), least_norm, "||V*||^2")
    least, rest = slack("||V*||^2"), slack("||n||^2")
    at_most(least, least + rest, "Pythagoras")
    return proved("identities in letters that do not commute")


@claim(
    id="survey-7-lipschitz-scaled",
    theorem="ntk",
    source=OURS,
    place="Theorem 7, the number of steps",
    statement=(
        "For ||g_t||^2 <= L^2 R^2 and ||V*|| <= M the mean of the T gaps is at most {}, which is {} over sqrt(T) "
        "for eta = M/(L R sqrt(T)): at most eps for {}."
    ),
    formulas=[MEAN_GAP, BEST, FROM],
    expected=Verdict.PROVED,
    corrects="survey-7-lipschitz",
    by=[regret],
)
def lipschitz_scaled() -> Result:
    """Hypotheses: sgd-regret's bound ||V*||^2/(2 eta) + (eta/2) sum ||g_t||^2 on the sum of the T gaps.

    Line: divided by T, with eta = M/(L R root), root^2 = T; root >= M L R/eps.
    Conclusion: T grows with L^2.
    """
    M, L, R, root, eps, more = gap("M"), gap("L"), gap("R"), gap("root T"), gap("eps"), slack("more")
    eta = M / (L * R * root)
    given = {BOUND: M, LOSS_SLOPE: L, RADIUS: R, EPS: eps}
    best = taken(BEST, given)
    rate, steps = gap("eta"), positive_index("T")
    squares = steps * up_to((L * R) ** 2, "squares")
    whole = taken(REGRET, {COMPARED: up_to(M, "norm"), RATE: rate, SQUARES: squares}).rhs
    at_most(whole / steps, taken(MEAN_GAP, given | {STEP: rate, STEPS: steps}), "the bound of sgd-regret over T")
    require_equal(taken(MEAN_GAP, given | {STEP: eta, STEPS: root**2}), best / root, "at the best step")
    enough = sp.sqrt(taken(FROM, given).rhs) + more
    holds(FROM, "this T is large enough", given | {STEPS: enough**2})
    at_most(best / enough, eps, "from T = (M L R/eps)^2 on")
    return proved("symbolic M, L, R, T, eps")


@claim(
    id="survey-4-way",
    theorem="ntk",
    source=OURS,
    place="section 4, the radius of the run",
    statement="If |dl/dh| <= L, |sigma'| <= s and ||x|| <= r, then ||V^(T+1)||^2 <= {} for Algorithm "
    "2: that is R^2 in Theorem 8, for data of radius r, and it does not depend on B.",
    formulas=[WAY],
    expected=Verdict.PROVED,
)
def way() -> Result:
    """Hypotheses: V^1 = 0; g_t is a mean over the batch of dl/dh Psi(x), ||Psi(x)||^2 = 2 sum_j sigma'^2 ||x||^2.

    Line: ||Psi||^2 <= 2 q s^2 r^2, ||g_t|| <= L ||Psi||, ||V^(t+1)|| <= ||V^t|| + eta ||g_t||: T terms in all.
    Conclusion: the bound on the way.
    """
    slope, size, change = slack("|sigma'|"), slack("||x||"), slack("|dl/dh|")
    s, r, L = slope + slack("s - |sigma'|"), size + slack("r - ||x||"), change + slack("L - |dl/dh|")
    q, eta, t = positive_index("q"), gap("eta"), index("t")
    at_most(2 * q * (slope * size) ** 2, 2 * q * (s * r) ** 2, "the square of the features")
    psi = slack("||Psi||")
    bound = psi + slack("bound - ||Psi||")
    at_most(eta * t * L * bound + eta * change * psi, eta * (t + 1) * L * bound, "one more step")
    found = {Q: q, STEP: eta, STEPS: t, LOSS_SLOPE: L, SLOPES: s, LONGEST: r}
    require_equal(taken(WAY, found), eta**2 * t**2 * L**2 * (2 * q * (s * r) ** 2), "squared")
    return proved("induction over t, nonnegative coefficients", assumes=[CAUCHY_SCHWARZ])


@claim(
    id="survey-1-returned-counted",
    theorem="ntk",
    source=OURS,
    place="Algorithms 1 to 3",
    statement=(
        "Of the T iterates W^1, ..., W^T that can be returned T - 1 come after a step; one of them is returned with"
        " probability {}."
    ),
    formulas=[AFTER_A_STEP],
    expected=Verdict.PROVED,
)
def returned_counted() -> Result:
    """Hypotheses: t uniform in 1, ..., T. Line: t = 1 with probability 1/T. Conclusion: 1 - 1/T, which "
    "is 0 for T = 1."""
    T = 1 + index("T_minus_1")
    share = taken(AFTER_A_STEP, {STEPS: T})
    require_equal((T - 1) / T, share, "the share of t >= 2")
    require_equal(share.subs(index("T_minus_1"), 0), 0, "T = 1")
    return proved("symbolic T")


@claim(
    id="survey-8-bounded",
    theorem="ntk",
    source=OURS,
    place="Theorem 8, the second-order term",
    statement=(
        "For sigma = t^2/2 and x = 1 the rest is {} for V = (v_1, v_2): between -||V||^2/2 and ||V||^2/2, and any "
        "number between them."
    ),
    formulas=[REST],
    expected=Verdict.PROVED,
    corrects="survey-8-equality",
)
def bounded() -> Result:
    """Hypotheses: H = 1, both copies at w.

    Line: (w + v_1)^2/2 - (w + v_2)^2/2 - w (v_1 - v_2) = (v_1^2 - v_2^2)/2; ||V||^2/2 -+ that is a square.
    Conclusion: the term (H/2) ||V||^2 bounds the rest in absolute value, and no smaller one does.
    """
    w, v, u = sp.symbols("w v_1 v_2", real=True)
    rest = (w + v) ** 2 / 2 - (w + u) ** 2 / 2 - w * (v - u)
    require_equal(rest, taken(REST, {FIRST: v, SECOND: u}), "the rest")
    require_equal((v**2 + u**2) / 2 - rest, u**2, "from above, attained for v_2 = 0")
    require_equal((v**2 + u**2) / 2 + rest, v**2, "from below, attained for v_1 = 0")
    return proved("squares")


@claim(
    id="survey-8-radius-scaled",
    theorem="ntk",
    source=OURS,
    place="Theorem 8, the bound on the Hessian",
    statement=(
        "If |sigma''| <= H the Hessian of a unit in w is at most H ||x||^2: on inputs with ||x|| <= r, {} is a bound."
    ),
    formulas=[FORM],
    expected=Verdict.PROVED,
    corrects="survey-8-radius",
)
def radius_scaled() -> Result:
    """Hypotheses: |sigma''(w . x)| = s <= H, |x . v| <= ||x|| ||v|| (Cauchy-Schwarz), ||x|| <= r.

    Line: v^T Hessian v = sigma''(w . x) (x . v)^2 <= H r^2 ||v||^2.
    Conclusion: the bound for the distribution's radius r.
    """
    s, size, v = slack("s"), slack("|x . v|/||v||"), slack("||v||")
    H, norm = s + slack("H - s"), size + slack("||x|| - size")
    r = norm + slack("r - ||x||")
    at_most(s * (size * v) ** 2, taken(FORM, {CURVATURE: H, LONGEST: r}) * v**2, "the quadratic form")
    return proved("nonnegative coefficients in the slacks")


@claim(
    id="survey-8-first-step",
    theorem="ntk",
    source=OURS,
    place="Theorem 8, the coupling of the runs",
    statement="For every differentiable sigma the first steps for B and for 1, from h = 0, have {}.",
    formulas=[FIRST_STEPS],
    expected=Verdict.PROVED,
    corrects="survey-8-coupling",
)
def first_step() -> Result:
    """Hypotheses: output weights (B, -B), step eta/B^2, h = 0 at the start for every B, loss slope g there.

    Line: the gradient in W is B times that for 1, with the same g as h = 0: the step is (eta/B^2) B = eta/B times it.
    Conclusion: B V is the same for every B after one step (later ones: theorem-8-exact for ReLU).
    """
    B, eta, g, slope = gap("B"), gap("eta"), sp.Symbol("g", real=True), sp.Symbol("sigma'", real=True)
    step, of_one = -eta / B**2 * (B * slope * g), -eta * slope * g
    holds(FIRST_STEPS, "B times the step does not depend on B", {STEP_OF_B: step, STEP_OF_ONE: of_one, SCALE: B})
    return proved("symbolic B, eta, g, sigma'")


@claim(
    id="survey-1-normalized",
    theorem="ntk",
    source=OURS,
    place="equation (1)",
    statement=(
        "With v and Psi both over sqrt(q), v^T Psi is the mean of q terms f^(w_i) psi_(w_i), each of expectation f, so "
        "that {}."
    ),
    formulas=[UNBIASED],
    expected=Verdict.PROVED,
    corrects="survey-1-normalization",
)
def normalized() -> Result:
    """Hypotheses: E f^(w) psi_w = f. Line: q terms over sqrt(q) sqrt(q) = q. Conclusion: expectation q f/q = f."""
    root, f = gap("sqrt q"), sp.Symbol("f", real=True)
    together = root**2 * f  # q terms
    holds(UNBIASED, "the expectation of the mean", {MEAN: together / root / root, WANTED: f})
    return proved("symbolic q")


@claim(
    id="survey-1-parity-even",
    theorem="ntk",
    source=OURS,
    place="equation (1), the exponent",
    statement="In the kernel t (1/4 + arcsin(t)/(2 pi)) every even power of t up to t^40 has a positive coefficient: "
    "<x_i, x>^c' has a finite norm for these even c'.",
    expected=Verdict.CHECKED,
    corrects="survey-1-parity",
)
def parity_even() -> Result:
    """Hypotheses: unit vectors; arcsin(t) = sum C(2n, n) t^(2n+1)/(4^n (2n + 1)).

    Line: t arcsin(t) has the coefficient C(2n, n)/(4^n (2n + 1)) > 0 at t^(2n+2).
    Conclusion: even exponents c' are right.
    """
    t, most = sp.Symbol("t"), 40
    series = sum(sp.binomial(2 * n, n) * t ** (2 * n + 2) / (4**n * (2 * n + 1)) for n in range(most // 2))
    derivative = sp.series(1 / sp.sqrt(1 - t**2), t, 0, most).removeO()
    require_equal(sp.expand(sp.diff(series / t, t)), sp.expand(derivative), "its derivative is that of arcsin")
    for n in range(most // 2):
        require_positive(sp.Poly(series, t).coeff_monomial(t ** (2 * n + 2)), f"t^{2 * n + 2}")
    return checked("the series of arcsin", f"even exponents up to {most}")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
