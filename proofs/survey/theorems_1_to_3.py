"""Theorems 1 to 3 of the survey, corrected: folklore, Baum, and Bubeck, Eldan, Lee, Mikulincer."""

import sympy as sp

from exactmem.constructions import find_theorem
from exactmem.ledger.claims import OURS, SURVEY, Result, Verdict, assumed, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import (
    SIGNS,
    Expr,
    at_most,
    from_one,
    gap,
    index,
    require_equal,
    require_positive,
    sign_of,
    slack,
)
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import D_X
from exactmem.proofs._facts import RANK_NULLITY
from exactmem.proofs.ours.affine_fit import affine_interpolation
from exactmem.proofs.ours.folklore import distances, steps
from exactmem.proofs.ours.interpolation import interpolation_units, interpolation_values
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS, SIGMA_R, M, P, relu_like
from exactmem.proofs.yun2019.theorem_4_1.gates import ceiling, hyperplane

ZERO = sp.Integer(0)


@claim(
    id="survey-1-continuous",
    theorem="folklore",
    source=SURVEY,
    place="Theorem 1, corrected",
    statement="For a continuous sigma that is not a polynomial, m neurons give any labels at m distinct inputs.",
    expected=Verdict.ASSUMED,
    corrects="survey-1-regular",
)
def continuous() -> Result:
    """Hypotheses: c_1, ..., c_m distinct projections of the inputs.

    Line: if the vectors (sigma(w c_i + b))_i do not span R^m, some l != 0 has sum_i l_i sigma(w c_i + b) = 0 for all w,
    b; so it has for smooth mollifications of sigma. The k-th derivative in w at 0 is (sum_i l_i c_i^k) sigma^(k)(b),
    and some k < m has a non-zero sum (Vandermonde): sigma^(k) = 0, a polynomial of degree less than m, as is the limit.
    Conclusion: they span, and m of them are a basis.
    """
    return assumed(
        "mollify sigma, differentiate a relation sum_i l_i sigma(w c_i + b) = 0 k times in w at w = 0, Vandermonde: "
        "sigma is a polynomial of degree less than m (Pinkus, Approximation theory of the MLP model in neural "
        "networks, Acta Numerica 8, 1999, section 5)"
    )


@claim(
    id="folklore",
    theorem="folklore",
    source=OURS,
    place="Theorem 1 of the survey, for hard-tanh, threshold, |t| and every ReLU-like",
    statement="N units of hard-tanh, threshold, |t| or any ReLU-like give any labels at N >= 1 distinct inputs.",
    expected=Verdict.PROVED,
    corrects="survey-1-distinct",
    by=[interpolation_units, interpolation_values, steps, distances, "injective-projection"],
)
def folklore() -> Result:
    """Hypotheses: distinct projections of the inputs (injective-projection).

    Line: ReLU-likes: interpolation, one unit per kink (interpolation-units, interpolation-values). The others: a unit
    with its knot at every sample and weights in closed form (folklore-steps, folklore-distances).
    Conclusion: the theorem, for the activations that it names.
    """
    activations = {"relu-like", "hard-tanh", "threshold", "abs"}
    require(set(find_theorem("folklore").activations) == activations, "the activations of the theorem")
    return proved("claims on interpolation, steps and distances")


SQUARES = (D_X + 1) * (D_X + 2) / 2


@claim(
    id="polynomial-rank",
    source=OURS,
    place="Theorem 1 of the survey, polynomial activations",
    statement=(
        "The hidden values of t -> t^2 at any N inputs have rank at most {}, on a line at most 3; of t -> t at most"
        " d_x + 1, on a line at most 2."
    ),
    formulas=[SQUARES],
    expected=Verdict.PROVED,
)
def polynomial_rank() -> Result:
    """Hypotheses: weights w, b.

    Line: (w c + b)^2 = w^2 c^2 + 2 w b c + b^2 is in the span of c^2, c, 1. In d_x dimensions w . x + b is linear in
    the d_x + 1 entries of (x, 1), its square in their products of two, (d_x + 1)(d_x + 2)/2 of them.
    Conclusion: no number of units fits general labels at more samples than that.
    """
    w, b, c = sp.symbols("w b c", real=True)
    square = sp.Poly((w * c + b) ** 2, c)
    require(square.degree() == 2 and len(square.all_coeffs()) == 3, "three powers of c")
    require_equal(square.as_expr(), w**2 * c**2 + 2 * w * b * c + b**2, "the square")
    d_x = index("d_x")
    n = d_x + 1
    require_equal(n + n * (n - 1) / 2, taken(SQUARES, {D_X: d_x}), "squares and products of two of d_x + 1 entries")
    require(taken(SQUARES, {D_X: 1}) == 3, "on a line")
    return proved("polynomials in c with symbolic weights")


def threshold(t: Expr) -> Expr:
    """1 for t >= 0, else 0."""
    return sp.Integer(1 if sign_of(t) >= 0 else 0)


THRESHOLD = sp.Function("threshold")
RARER, SIZE, HEIGHT, LABEL, SHIFT, TILT = sp.Symbol("min(m_0, m_1)"), *names("d h w tau delta")
COUNT = 2 * sp.ceiling(RARER / SIZE)
PAIR = THRESHOLD(HEIGHT + SHIFT) - THRESHOLD(HEIGHT - SHIFT)


def pair(h: Expr, tau: Expr) -> Expr:
    """The printed pair of threshold units."""
    return taken(PAIR, {HEIGHT: h, SHIFT: tau, THRESHOLD: threshold})


@claim(
    id="baum",
    theorem="baum",
    source=OURS,
    place="Theorem 2 of the survey, corrected",
    statement=(
        "{} threshold units fit 0/1 labels, m_0 zeros and m_1 ones, of samples in general position: pairs {} with 0 < "
        "tau < |h| off the group, and 1 minus their sum where the label 0 is rarer."
    ),
    formulas=[COUNT, PAIR],
    expected=Verdict.PROVED,
    corrects="survey-2-count",
    by=[hyperplane],
)
def baum() -> Result:
    """Hypotheses: groups of at most d samples of one label, each with a hyperplane h = 0 of its own.

    Line: the pair is 1 - 0 at h = 0, 1 - 1 for h > tau, 0 - 0 for h < -tau; at h = -tau it is 1: tau must be strictly
    smaller. A label of n samples has ceil(n/d) groups.
    Conclusion: the output is the label.
    """
    tau, beyond = gap("tau"), gap("beyond")
    for h, value in ((ZERO, 1), (tau + beyond, 0), (-tau - beyond, 0)):
        require_equal(pair(h, tau), value, f"h = {h}")
    require_equal(pair(-tau, tau), 1, "h = -tau is not admitted")
    n, d, q = ceiling()
    at_most(n, q * d, "ceil(n/d) groups hold n samples")
    require_equal(taken(COUNT, {sp.ceiling(RARER / SIZE): q}), q + q, "a pair of units for every group")
    return proved("every region of h with symbolic tau", assumes=[RANK_NULLITY])


@claim(
    id="baum-short-group",
    theorem="baum",
    source=OURS,
    place="Theorem 2 of the survey, the last group",
    statement="A group of fewer than d samples has a hyperplane that contains no other sample outside its affine span.",
    expected=Verdict.PROVED,
    corrects="survey-2-short-group",
    by=[hyperplane],
)
def short_group() -> Result:
    """Hypotheses: general position.

    Line: claim F.1-hyperplane.
    Conclusion: the last group is no exception.
    """
    d, fewer = from_one("d"), index("fewer")
    at_most(d - fewer, d, "a group of d or fewer samples")
    return proved("claim F.1-hyperplane", assumes=[RANK_NULLITY])


PAIRS = SIGMA_R(HEIGHT + SHIFT + TILT * LABEL) - SIGMA_R(HEIGHT + SHIFT)
PAIRS += SIGMA_R(HEIGHT - SHIFT) - SIGMA_R(HEIGHT - SHIFT + TILT * LABEL)
FOUR_UNITS = PAIRS / (TILT * (P - M))


def four_units(h: Expr, w: Expr, tau: Expr, delta: Expr) -> Expr:
    """The printed combination of four units, in their regions."""
    given = {HEIGHT: h, LABEL: w, SHIFT: tau, TILT: delta, P: S_PLUS, M: S_MINUS, SIGMA_R: relu_like}
    return taken(FOUR_UNITS, given)


@claim(
    id="bubeck",
    theorem="bubeck",
    source=OURS,
    place="Theorem 3 of the survey, corrected",
    statement=(
        "{} is w where h = 0 and 0 where |h| >= 2 tau, for every ReLU-like sigma_R and tau, delta > 0 with delta |w| < "
        "|h -+ tau|."
    ),
    formulas=[FOUR_UNITS],
    expected=Verdict.PROVED,
)
def bubeck() -> Result:
    """Hypotheses: tau > 0, delta > 0, w of either sign or 0.

    Line: delta |w| < |h -+ tau| keeps each pair on one side of its kink: the first pair is s_+ delta w and the second
    s_- delta w at h = 0; both are the same off the hyperplane.
    Conclusion: 4 ceil(m/d) units, for real labels.
    """
    tau, delta, share = gap("tau"), gap("delta"), gap("share")
    for sign in (1, -1, 0):
        # delta |w| = tau/(1 + share) < tau; off the hyperplane |h -+ tau| >= tau.
        w = sign * tau / ((1 + share) * delta)
        require_equal(four_units(ZERO, w, tau, delta), w, "on the hyperplane")
        for beyond in (ZERO, gap("beyond")):
            for side in SIGNS:
                require_equal(four_units(side * (2 * tau + beyond), w, tau, delta), 0, "off the hyperplane")
    far, room = gap("far"), gap("room")
    for side in SIGNS:
        for sign in SIGNS:
            # Off the hyperplane w may be larger: delta |w| = far/(1 + room), far = ||h| - tau| >= tau.
            h, w = side * (tau + far), sign * far / ((1 + room) * delta)
            require_equal(four_units(h, w, tau, delta), 0, "off the hyperplane, any w")
    return proved("symbolic slopes, h, w, tau, delta; every sign")


LOWEST, NEAREST = sp.Symbol("min |h|"), sp.Symbol("min |h -+ tau|/|w|")
TAU, DELTA = sp.Min(2, LOWEST) / 2, sp.Min(1, NEAREST) / 2


@claim(
    id="bubeck-delta",
    theorem="bubeck",
    source=OURS,
    place="Theorem 3 of the survey, delta, corrected",
    statement=(
        "tau = {}, over the samples off H, and delta = {}, over those with w != 0, are positive and meet delta |w| < "
        "|h -+ tau| and |h| >= 2 tau off H."
    ),
    formulas=[TAU, DELTA],
    expected=Verdict.PROVED,
    corrects="survey-3-delta",
)
def bubeck_delta() -> Result:
    """Hypotheses: h = 0 on H, |h| > 0 at the other samples.

    Line: |h -+ tau| is tau on H and at least |h| - tau >= tau > 0 off it, so delta > 0; delta <= |h -+ tau|/(2 |w|).
    Conclusion: no division by zero; samples with w = 0 set no condition.
    """
    first, second = gap("min(2, min |h|)"), gap("min(1, min |h -+ tau|/|w|)")
    tau, delta = taken(TAU, {sp.Min(2, LOWEST): first}), taken(DELTA, {sp.Min(1, NEAREST): second})
    require_positive(tau, "tau")
    require_positive(delta, "delta")
    size = first + slack("|h| - min(2, min |h|)")
    at_most(2 * tau, size, "|h| >= 2 tau off the hyperplane")
    at_most(tau, size - tau, "|h -+ tau| >= tau off the hyperplane")
    for away in (tau, size - tau, size + tau):
        require_positive(away, "|h -+ tau| is positive")
        w = away / (second + slack("more"))  # as min(1, ...) is at most |h -+ tau|/|w|
        require_positive(sp.cancel(away - delta * w), "delta |w| < |h -+ tau|")
    return proved("symbolic tau, h, w")


@claim(
    id="bubeck-affine",
    theorem="bubeck",
    source=OURS,
    place="Theorem 3 of the survey, v, corrected",
    statement="For d or fewer affinely independent samples some affine v . x + v_0 equals y_i at all of them.",
    expected=Verdict.PROVED,
    corrects="survey-3-linear",
    by=[affine_interpolation],
)
def bubeck_affine() -> Result:
    """Hypotheses: general position, so that every d + 1 or fewer samples are affinely independent.

    Line: affine-fit for the d or fewer samples of a group, as d <= d + 1.
    Conclusion: one more unknown than the printed v; general position supplies the independence.
    """
    d, fewer = from_one("d"), index("fewer")
    at_most(d - fewer, d + 1, "a group has at most d + 1 samples")
    return proved("claim affine-fit")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
