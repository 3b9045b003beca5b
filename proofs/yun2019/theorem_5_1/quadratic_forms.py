"""Theorem 5.1's operator norms without spectra: what 0 <= A <= c as quadratic forms says about ||A v||, for every size.

For symmetric A and a vector v: f = v.Av, n = ||v||^2, g = ||A v||^2. P is the orthogonal projection onto span(nu). All
that is used of lambda_min and lambda_max is lambda_min ||v||^2 <= v.Hv on span(nu) and v.Hv <= lambda_max ||v||^2.
"""

import sympy as sp

from exactmem.ledger.arguments import Line, assemble, signs
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import Expr, at_most, gap, less, require_equal, require_nonnegative, require_zero, slack
from exactmem.ledger.wording import names
from exactmem.proofs._facts import SPECTRAL_THEOREM
from exactmem.proofs.yun2019.theorem_5_1 import _printed as printed
from exactmem.proofs.yun2019.theorem_5_1._appendix_g import APPENDIX_G, LAMBDA_MAX, LAMBDA_MIN, B, Constants
from exactmem.proofs.yun2019.theorem_5_1.lemma_g1 import letter

UAV, UAU, VAV, AV, V, C = names("(u.Av) (u.Au) (v.Av) ||Av|| ||v|| c")
MIXED = sp.Le(UAV**2, UAU * VAV)
IMAGE, IMAGE_SQUARE = sp.Le(AV**2, C * VAV), sp.Le(C * VAV, C**2 * V**2)
MOVED = sp.Symbol("||v - t A v||")
STEP = sp.Le(MOVED**2, V**2)
FACTOR = 1 - printed.ETA * printed.LAMBDA_MIN / printed.B


@claim(
    id="5.1-form-cauchy-schwarz",
    theorem="5.1",
    source=OURS,
    place="Appendix G, norms in (12)-(16)",
    statement="{} for every symmetric A with w.Aw >= 0 for all w",
    formulas=[MIXED],
    expected=Verdict.PROVED,
)
def cauchy_schwarz() -> Result:
    """Hypotheses: a = u.Au, b = u.Av = v.Au, d = v.Av; a + 2 s b + s^2 d = (u + s v).A(u + s v) >= 0 for all s; d >= 0.

    Line: for d > 0 take s = -b/d: a - b^2/d >= 0. For d = 0 and b != 0 take s = -(a + 1)/(2 b): the form would be -1.
    Conclusion: b^2 <= a d in every case.
    """
    u, v, ut, vt, form = map(letter, ("u", "v", "u^T", "v^T", "A"))
    s = sp.Symbol("s")
    expanded = ut * form * u + s * (ut * form * v + vt * form * u) + s**2 * vt * form * v
    require_equal((ut + s * vt) * form * (u + s * v), expanded, "the form at u + s v")
    a, d, value = slack("u.Au"), gap("v.Av"), slack("form_at_s")
    for case, b in signs("u.Av"):
        chosen = -b / d
        given = {UAV: b, UAU: value - 2 * chosen * b - chosen**2 * d, VAV: d}
        holds(MIXED, f"{case}, v.Av > 0: b^2 <= a d", given)
        if b != 0:
            less(a + 2 * (-(a + 1) / (2 * b)) * b, 0, f"{case}, v.Av = 0: the form would be negative")
        else:
            require_zero(b, f"{case}, v.Av = 0: b^2 = 0 = a d")
    return proved("the form at one s in each case; the three signs of u.Av")


@claim(
    id="5.1-form-norm",
    theorem="5.1",
    source=OURS,
    place="Appendix G, norms in (12)-(16)",
    statement="0 <= w.Aw <= c ||w||^2 for all w gives {} and {}",
    formulas=[IMAGE, IMAGE_SQUARE],
    expected=Verdict.PROVED,
    by=[cauchy_schwarz],
)
def form_norm() -> Result:
    """Hypotheses: 0 <= w.Aw <= c ||w||^2 for w = v and for w = u = A v; g = ||A v||^2 = u.Av = u.u.

    Line: g^2 = (u.Av)^2 <= (u.Au)(v.Av) <= c g (v.Av) (claim 5.1-form-cauchy-schwarz), so g <= c v.Av, also for g = 0.
    Conclusion: the norm of A is at most c, and ||A v||^2 is bounded by the form itself.
    """
    c, g, rest = gap("c"), gap("|Av|^2"), slack("rest")
    f = (g**2 + rest) / (c * g)
    holds(IMAGE, "g > 0: g^2 <= c g f gives g <= c f", {AV**2: g, C: c, VAV: f})
    less(0, g**2, "c = 0 leaves g = 0 only: 0 < g^2 <= 0 is impossible")
    f = slack("v.Av")
    holds(IMAGE, "g = 0: 0 <= c f", {AV: 0, C: c, VAV: f})
    n = (f + slack("cn_minus_f")) / c
    holds(IMAGE_SQUARE, "f <= c n gives c f <= c^2 n", {C: c, VAV: f, V**2: n})
    return proved("cancelling ||Av||^2 > 0, and ||Av|| = 0 by itself")


@claim(
    id="5.1-form-step",
    theorem="5.1",
    source=OURS,
    place="Appendix G, below the update rule",
    statement="0 <= w.Aw <= c ||w||^2 for all w and 0 <= t <= 1/c give {}",
    formulas=[STEP],
    expected=Verdict.PROVED,
    by=[form_norm],
)
def form_step() -> Result:
    """Hypotheses: ||A v||^2 <= c v.Av (claim 5.1-form-norm), 0 <= t c <= 1.

    Line: ||v - t A v||^2 = n - 2 t f + t^2 g <= n - 2 t f + t^2 c f = n - t f (2 - t c).
    Conclusion: at most n = ||v||^2.
    """
    n, f, t, c = slack("|v|^2"), slack("v.Av"), slack("t"), gap("c")
    v, vt, image, image_t = letter("v"), letter("v^T"), letter("Av"), letter("(Av)^T")
    expanded = vt * v - t * (vt * image + image_t * v) + t**2 * image_t * image
    require_equal((vt - t * image_t) * (v - t * image), expanded, "||v - t A v||^2")
    step = 1 / (c + slack("room"))
    holds(STEP, "n - 2 t f + t^2 c f <= n", {MOVED**2: n - 2 * step * f + step**2 * c * f, V**2: n})
    return proved("nonnegative coefficients")


@claim(
    id="5.1-form-contraction",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, the term 1 - eta lambda_min/B",
    statement="for eta < gamma, ||v - (eta/B) H v|| <= ({}) ||v|| on span(nu), a factor in [1/2, 1)",
    formulas=[FACTOR],
    expected=Verdict.PROVED,
    corrects="5.1-typo-lambda-min",
    by=[form_norm, "5.1-range-of-h"],
)
def form_contraction(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: 0 < eta < gamma; lambda_min n <= f <= lambda_max n on span(nu), which H maps into itself.

    Line: M = I - (eta/B) H satisfies 0 <= v.Mv <= (1 - eta lambda_min/B) n on span(nu); claim 5.1-form-norm there.
    Conclusion: ||M v|| <= (1 - eta lambda_min/B) ||v||, and eta lambda_min/B <= 1/2.
    """
    n, above, below = slack("|v|^2"), slack("f_above"), slack("f_below")
    lambda_max = LAMBDA_MIN + above + below
    t = constants.theorem(lambda_max=lambda_max).gamma / (1 + gap("step_slack")) / B
    f = (LAMBDA_MIN + above) * n
    require_nonnegative(n - t * f, "v.Mv >= 0, as f <= lambda_max n")
    factor = taken(FACTOR, {printed.ETA: t * printed.B})
    at_most(n - t * f, factor * n, "v.Mv <= (1 - eta lambda_min/B) n, as f >= lambda_min n")
    at_most(sp.Rational(1, 2), factor, "the factor is at least 1/2")
    less(factor, 1, "the factor is below 1")
    return proved("nonnegative coefficients in the slacks", assumes=[SPECTRAL_THEOREM])


XI, PAR, PERP, XI_NEXT, PAR_NEXT, PERP_NEXT = (
    letter(f"xi{part}^({time})") for time in ("t", "t+1") for part in ("", "_par", "_perp")
)
H_K, PROJECTION, ZETA, LENGTH, LENGTH_PAR, LENGTH_PERP = map(
    letter, ("H_k", "P", "zeta", "||v||^2", "||Pv||^2", "||v-Pv||^2")
)
UPDATE = sp.Eq(XI_NEXT, XI - printed.ETA / printed.B * H_K * XI - printed.ETA * ZETA)
PARALLEL = sp.Eq(PAR_NEXT, PAR - printed.ETA / printed.B * H_K * PAR - printed.ETA * PROJECTION * ZETA)
ACROSS = sp.Eq(PERP_NEXT, PERP - printed.ETA * (ZETA - PROJECTION * ZETA))
PYTHAGORAS = sp.Eq(LENGTH, LENGTH_PAR + LENGTH_PERP)


@claim(
    id="5.1-projection",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, (12) and (13)",
    statement="{}, so with xi_par = P xi and xi_perp = xi - P xi: {} and {}; {}",
    formulas=[UPDATE, PARALLEL, ACROSS, PYTHAGORAS],
    expected=Verdict.PROVED,
)
def projection(noise: Expr = sp.S.One) -> Result:
    """Hypotheses: P P = P = P^T, P nu_i = nu_i; H_k = sum over the batch of nu_i l''_i nu_i^T; xi_par = P xi.

    Line: P H_k = H_k = H_k P, term by term; so P (xi - (eta/B) H_k xi - eta zeta) is the first right side and the rest
    the second. (P v).(v - P v) = v.P(v - P v) = 0.
    Conclusion: (12), (13), and Pythagoras; xi_perp does not enter H_k.
    """
    p, nu, nu_t, xi, zeta = PROJECTION, letter("nu"), letter("nu^T"), letter("xi"), letter("zeta")
    rules = {p * p: p, p * nu: nu, nu_t * p: nu_t}
    term = sp.Symbol("l''_i") * nu * nu_t
    moved = taken(UPDATE, {XI: xi, H_K: term, ZETA: zeta}).rhs
    given = {PAR: p * xi, H_K: term, ZETA: noise * zeta}
    holds(PARALLEL, "(12), one term of H_k", given | {PAR_NEXT: p * moved}, rules)
    given = {PERP: xi - p * xi, ZETA: zeta}
    holds(ACROSS, "(13), one term of H_k", given | {PERP_NEXT: moved - p * moved}, rules)
    v, v_t = letter("v"), letter("v^T")
    squares = {LENGTH: v_t * v, LENGTH_PAR: (v_t * p) * (p * v), LENGTH_PERP: (v_t - v_t * p) * (v - p * v)}
    holds(PYTHAGORAS, "P v is orthogonal to v - P v", squares, rules)
    return proved("identities in noncommuting letters, term by term of H_k")


FORM_K, LENGTH_V = names("(v.H_kv) ||v||")
FORM, FORM_BOUND = sp.Ge(FORM_K, 0), sp.Le(FORM_K, printed.LAMBDA_MAX * LENGTH_V**2)
SHORT = sp.Le(printed.ETA / printed.B, 1 / printed.LAMBDA_MAX)


@claim(
    id="5.1-operator-steps",
    theorem="5.1",
    source=PAPER,
    place="Appendix G, (12), (13) and the norms in (15)",
    statement="{} and {}, so ||H_k|| <= lambda_max, as {} and {} for A = H_k, c = lambda_max; and, for "
    "0 < eta < gamma, {}, so {} for t = eta/B; (12) and (13)",
    formulas=[FORM, FORM_BOUND, IMAGE, IMAGE_SQUARE, SHORT, STEP],
    expected=Verdict.PROVED,
    by=[form_norm, form_step, projection],
)
def operator_steps(constants: Constants = APPENDIX_G) -> Result:
    """Hypotheses: H_k = sum over a batch of l''_i nu_i nu_i^T with l''_i > 0; H = sum of all; v.Hv <= lambda_max n.

    Line: v.H_k v = sum l''_i (nu_i.v)^2 >= 0 and v.Hv = v.H_k v + (the other batches); claims 5.1-form-norm with
    c = lambda_max and 5.1-form-step with t = eta/B <= 1/lambda_max.
    Conclusion: every factor of an epoch is of norm at most 1, and every H_k of norm at most lambda_max.
    """
    weight, square, others = gap("l2_i"), slack("(nu_i.v)^2"), slack("other_batches")

    def semidefinite() -> None:
        holds(FORM, "one term of v.H_k v", {FORM_K: weight * square})
        n = (weight * square + others + slack("below")) / LAMBDA_MAX
        given = {FORM_K: weight * square, printed.LAMBDA_MAX: LAMBDA_MAX, LENGTH_V**2: n}
        holds(FORM_BOUND, "v.H_k v <= v.Hv <= lambda_max ||v||^2", given)

    def short_step() -> None:
        given = {printed.ETA: constants.eta, printed.B: B, printed.LAMBDA_MAX: LAMBDA_MAX}
        holds(SHORT, "eta/B <= 1/lambda_max", given)

    positive, below = "l''_i > 0", "v.Hv <= lambda_max ||v||^2"
    form, step = "0 <= v.H_k v <= lambda_max ||v||^2", "eta/B <= 1/lambda_max"
    norm, contraction = "||H_k v|| <= lambda_max ||v||", "||v - (eta/B) H_k v|| <= ||v||"
    assemble(
        [positive, below, "0 < eta < gamma"],
        [
            Line((positive, below), form, semidefinite),
            Line(("0 < eta < gamma",), step, short_step),
            Line((form,), norm, form_norm),
            Line((form, step), contraction, form_step),
            Line((), "(12) and (13)", projection),
        ],
        [norm, contraction, "(12) and (13)"],
    )
    return proved("quadratic forms; assembled from the claims it rests on", assumes=[SPECTRAL_THEOREM])


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
