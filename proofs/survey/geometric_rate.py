"""Gradient descent that converges at a geometric rate for ever: what a `gradient-rate` certificate implies, and why.

The setting is that of FORMAT.md, section 15, and `exactmem/tangent/rate.py`: one hidden layer is trained;
D_i = (u_j s_ij)_j, features D_i (x) x_i, K = Phi Phi^T, 0 < mu I <= K <= I/eta, residuals r_t. Trained biases
are weights of a further coordinate 1 of every input.
"""

import sympy as sp

from exactmem.ledger.claims import OURS, SURVEY, Fact, Result, Verdict, claim, not_covered, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, holds, holds_by_induction, taken
from exactmem.ledger.steps import Expr, at_most, gap, less, require_equal, require_nonnegative, slack
from exactmem.ledger.wording import names
from exactmem.proofs._facts import CAUCHY_SCHWARZ, SPECTRAL_THEOREM

PLACE = "gradient-rate"
MIXED_PRODUCT = Fact(
    "mixed product",
    "(a (x) b) . (c (x) d) = (a . c)(b . d)",
    "Horn, Johnson, Topics in Matrix Analysis, 4.2",
)
POWERS = Fact("powers", "q^t tends to 0 for 0 <= q < 1", "Rudin, Principles of Mathematical Analysis, 3rd ed., 3.20")


ETA, MU, TIME = names("eta mu t")
KERNEL, INVERSE, FEATURES_T, START, FIRST_WEIGHTS, RESIDUAL_T, WEIGHTS_T = (
    sp.Symbol(name, commutative=False) for name in ("K", "K^-1", "Phi^T", "r_0", "W_0", "r_t", "W_t")
)
RESIDUAL = sp.Eq(RESIDUAL_T, (1 - ETA * KERNEL) ** TIME * START)
WEIGHTS = sp.Eq(WEIGHTS_T, FIRST_WEIGHTS - FEATURES_T * INVERSE * (1 - (1 - ETA * KERNEL) ** TIME) * START)
LARGEST = sp.Eq(sp.Symbol("q_t"), (1 - ETA * MU) ** TIME)
SIZE, FIRST_SIZE = names("||r_t|| ||r_0||")
RATE = sp.Le(SIZE, (1 - ETA * MU) ** TIME * FIRST_SIZE)
LIMIT = FIRST_WEIGHTS - FEATURES_T * INVERSE * START
MOVE, LINK, PRODUCT_OF_INPUTS = sp.Symbol("c_k"), sp.Symbol("D_kj"), sp.Symbol("(x_k . x_i)")
SHARE = sp.Eq(MOVE, LINK * PRODUCT_OF_INPUTS)
PRODUCT_OF_SLOPES, OF_KERNEL = sp.Symbol("(D_i . D_k)"), sp.Symbol("K_ik")
ENTRY = sp.Eq(OF_KERNEL, PRODUCT_OF_SLOPES * PRODUCT_OF_INPUTS)


@claim(
    id="rate-iterates",
    source=OURS,
    place=f"{PLACE}, iterates",
    statement="While no activation flips, {} and {}, with 1 for the unit matrix.",
    formulas=[RESIDUAL, WEIGHTS],
    expected=Verdict.PROVED,
)
def iterates() -> Result:
    """Hypotheses: all pieces are those of the start, so that f is affine in W with the features Phi; K is invertible.

    Line: r_(t+1) = r_t - eta Phi Phi^T r_t and W_(t+1) = W_t - eta Phi^T r_t; induction over t, in which K, its powers
    and its inverse commute, r_0 stands right of them all and Phi^T left.
    Conclusion: both formulas hold for all such t; for t = 0 they say nothing.
    """
    features, adjoint, residual = sp.symbols("Phi Phi_T r", commutative=False)
    eta = gap("eta")
    moved = residual + features * (-eta * adjoint * residual)
    require_equal(moved, residual - eta * features * adjoint * residual, "the residual after one step")
    kernel = gap("K")  # polynomials in K and its inverse commute
    start, weights, back = sp.symbols("r_0 W_0 Phi_T", real=True)
    given = {ETA: eta, KERNEL: kernel, INVERSE: 1 / kernel, START: start, FIRST_WEIGHTS: weights, FEATURES_T: back}
    residuals, way = taken(RESIDUAL, given), taken(WEIGHTS, given)

    def next_weights(t: Expr, so_far: Expr) -> Expr:
        return so_far - eta * back * residuals.rhs.subs(TIME, t)

    holds_by_induction(residuals, TIME, start, lambda _, r: r - eta * kernel * r, "the residuals")
    holds_by_induction(way, TIME, weights, next_weights, "the way of the weights")
    return proved("induction over t in the commuting polynomials of K")


@claim(
    id="rate-powers",
    source=OURS,
    place=f"{PLACE}, powers",
    statement="The eigenvalues of 1 - (1 - eta K)^t lie in [0, 1], those of (1 - eta K)^t in [0, q_t] with {}.",
    formulas=[LARGEST],
    expected=Verdict.PROVED,
)
def powers() -> Result:
    """Hypotheses: mu I <= K <= I/eta, eta, mu > 0: q = 1 - eta lambda lies in [0, 1 - eta mu] for every eigenvalue.

    Line: by induction m in [0, M] and q in [0, Q] with Q <= 1 give m q in [0, M Q] and m q <= 1 for M <= 1.
    Conclusion: both statements, eigenvector by eigenvector; hence ||r_t|| <= (1 - eta mu)^t ||r_0||.
    """
    q, above_q, rest = slack("q"), slack("Q - q"), slack("1 - Q")
    one = q + above_q + rest  # 1, as the sum of three parts that are not negative
    m, above_m, left = slack("m"), slack("M - m"), slack("1 - M")
    whole = m + above_m + left
    require_nonnegative(m * q, "the next power is not negative")
    at_most(m * q, (m + above_m) * (q + above_q), "the next power is at most the next bound")
    at_most((m + above_m) * (q + above_q), whole * one, "the next bound is at most 1")
    eta, mu = gap("eta"), gap("mu")
    bounds = taken(LARGEST, {ETA: eta, MU: mu})
    holds_by_induction(
        bounds, TIME, sp.Integer(1), lambda _, M: M * (1 - eta * mu), "the bounds M, with Q = 1 - eta mu"
    )
    return proved("induction over t, nonnegative coefficients", assumes=[SPECTRAL_THEOREM])


@claim(
    id="rate-share",
    source=OURS,
    place=f"{PLACE}, shares",
    statement="Moving the weights by -Phi^T v moves w_j . x_i by -c . v with {}, and {}.",
    formulas=[SHARE, ENTRY],
    expected=Verdict.PROVED,
)
def shares() -> Result:
    """Hypotheses: Phi has the rows D_k (x) x_k; w_j . x_i = (e_j (x) x_i) . vec(W).

    Line: (e_j (x) x_i) . (D_k (x) x_k) = (e_j . D_k)(x_i . x_k) = D_kj (x_i . x_k), and the same with D_i for e_j.
    Conclusion: both formulas. The line is also expanded for two units and three inputs.
    """
    left, right = sp.Matrix(sp.symbols("a1 a2")), sp.Matrix(sp.symbols("c1 c2"))
    x, y = sp.Matrix(sp.symbols("b1 b2 b3")), sp.Matrix(sp.symbols("d1 d2 d3"))
    both = [sp.kronecker_product(u, v) for u, v in ((left, x), (right, y))]
    given = {PRODUCT_OF_SLOPES: left.dot(right), PRODUCT_OF_INPUTS: x.dot(y)}
    holds(ENTRY, "the mixed product for 2 and 3 entries", {OF_KERNEL: both[0].dot(both[1])} | given)
    moved = both[0].dot(both[1]).subs(dict(zip(left, (0, 1), strict=True)))
    holds(SHARE, "for the unit vector e_j", {MOVE: moved, LINK: right[1], PRODUCT_OF_INPUTS: x.dot(y)})
    return proved("the mixed product", assumes=[MIXED_PRODUCT])


DISTANCE, PRODUCT, FIRST, SECOND = sp.Symbol("delta"), sp.Symbol("(a . b)"), sp.Symbol("|a|"), sp.Symbol("|b|")
AWAY = sp.Gt((2 * DISTANCE - PRODUCT) ** 2, FIRST**2 * SECOND**2)
ONE_SIDED = sp.Lt(FIRST**2 * SECOND**2, DISTANCE**2)


@claim(
    id="rate-kinks",
    source=OURS,
    place=f"{PLACE}, kinks",
    statement=(
        "If {}, then delta - a . P b has the sign of delta, and is not 0, for every symmetric P with eigenvalues in"
        " [0, 1]."
    ),
    formulas=[AWAY],
    expected=Verdict.PROVED,
)
def kinks() -> Result:
    """Hypotheses: s = a . b, n = |a||b|, so -n <= s <= n; p = a . P b. The eigenvalues of P - I/2 are at most 1/2 in
    absolute value, so that |p - s/2| = |a . (P - I/2) b| <= n/2.

    Line: let delta >= 0 (else take -a). n^2 - (2 delta - s)^2 = (n + s - 2 delta)(n - s + 2 delta) is not negative
    where delta <= (s + n)/2, so that the condition fails there.
    Conclusion: delta > (s + n)/2 >= p, hence delta - p > 0, and delta is not 0.
    """
    eigenvalue = slack("l"), slack("1 - l")
    half = eigenvalue[0] - sum(eigenvalue) / 2  # l - 1/2, where 1 = l + (1 - l)
    at_most(half, sum(eigenvalue) / 2, "an eigenvalue of P - I/2 is at most 1/2")
    at_most(-half, sum(eigenvalue) / 2, "and at least -1/2")
    delta, room, difference = slack("delta"), slack("n + s - 2 delta"), slack("n - s")
    n = (room + 2 * delta + difference) / 2
    s = n - difference
    require_equal(n + s - 2 * delta, room, "the symbols are what they are called")
    at = {DISTANCE: delta, PRODUCT: s, FIRST: n, SECOND: 1}
    fails(AWAY, "for 0 <= delta <= (s + n)/2 the condition fails", at)
    p_below, further = slack("(s + n)/2 - p"), gap("delta - (s + n)/2")
    less((s + n) / 2 - p_below, (s + n) / 2 + further, "p is below delta")
    return proved("one product of two nonnegative factors", assumes=[SPECTRAL_THEOREM, CAUCHY_SCHWARZ])


@claim(
    id="rate-for-ever",
    source=OURS,
    place=f"{PLACE}, theorem",
    statement=(
        "Where a gradient-rate certificate is verified, no pre-activation meets a breakpoint at any step, and {} for "
        "all t = 0, 1, 2, ..."
    ),
    formulas=[RATE],
    expected=Verdict.PROVED,
    by=[iterates, powers, shares, kinks],
)
def for_ever() -> Result:
    """Hypotheses: K A = I, mu I <= K <= I/eta, (2 (z_ij - p) - c . A r)^2 > (c . A c)(r . A r) for all i, j, p.

    Line: induction over t. If the pieces are those of the start up to step t, then by the iterates, powers and shares
    z_ij - p at step t + 1 is delta - c . A P r = delta - a . P b with P = I - (I - eta K)^(t+1), a = A^(1/2) c and
    b = A^(1/2) r, as A^(1/2), a function of K, commutes with P. The claim on kinks, with a . b = c . A r and
    |a|^2 |b|^2 = (c . A c)(r . A r), keeps it on its side.
    Conclusion: the pieces at step t + 1 are those of the start; so for all t, and the powers give the rate.
    """
    root, projector = gap("A_root"), sp.Symbol("P", real=True)  # functions of K commute
    require_equal(root * projector * root, root**2 * projector, "A^(1/2) P A^(1/2) = A P")
    power, above, entry = slack("m"), slack("M - m"), slack("|v . r_0|")
    given = {(1 - ETA * MU) ** TIME: power + above, SIZE: power * entry, FIRST_SIZE: entry}
    holds(RATE, "in the direction of an eigenvector v, hence for the norms", given)
    return proved("induction over t", assumes=[SPECTRAL_THEOREM])


@claim(
    id="rate-limit",
    source=OURS,
    place=f"{PLACE}, limit",
    statement="The iterates converge to {}, which is rational and memorizes the samples.",
    formulas=[LIMIT],
    expected=Verdict.PROVED,
    by=[for_ever],
)
def limit() -> Result:
    """Hypotheses: those of the theorem; so 0 <= 1 - eta mu < 1 and (I - eta K)^t tends to 0.

    Line: P = I is allowed in the claim on kinks, so the limit has the pieces of the start; there the residual is
    r_0 - Phi Phi^T K^-1 r_0 = 0.
    Conclusion: the limit memorizes. (`exactmem descend --limit` writes its certificate.)
    """
    features, back = gap("Phi"), gap("Phi_T")
    start, weights = sp.symbols("r_0 W_0", real=True)
    kernel = features * back
    limit = taken(LIMIT, {FIRST_WEIGHTS: weights, FEATURES_T: back, INVERSE: 1 / kernel, START: start})
    require_equal(start + features * (limit - weights), 0, "the residual in the limit")
    return proved("the residual of the limit vanishes identically", assumes=[SPECTRAL_THEOREM, POWERS])


@claim(
    id="rate-one-sided",
    source=OURS,
    place=f"{PLACE}, weaker condition",
    statement="{} implies {}, and not conversely.",
    formulas=[ONE_SIDED, AWAY],
    expected=Verdict.PROVED,
)
def one_sided() -> Result:
    """Hypotheses: n = |a||b| < |delta|, |s| <= n; let delta > 0.

    Line: delta = n + g gives 2 delta - s = (n - s) + n + 2 g > n. Conversely delta = 1, s = n' = -99: 101^2 > 99^2.
    Conclusion: the condition of the certificate asks for less: a unit that is driven away from its kink may go as far
    as it likes, and one that is driven towards it all the way to the kink.
    """
    below, above, further = slack("n + s"), slack("n - s"), gap("g")
    n, s = (below + above) / 2, (below - above) / 2
    at = {DISTANCE: n + further, PRODUCT: s, FIRST: n, SECOND: 1}
    holds(ONE_SIDED, "this delta is larger than n", at)
    holds(AWAY, "2 delta - s exceeds n", at)
    example = {DISTANCE: 1, PRODUCT: -99, FIRST: 99, SECOND: 1}
    holds(AWAY, "delta = 1, a . b = -|a||b| = -99 meets the one", example)
    fails(ONE_SIDED, "and not the other", example)
    return proved("nonnegative coefficients, and an example")


@claim(
    id="survey-oymak-soltanolkotabi",
    source=SURVEY,
    place="section 2, [OS19a]",
    statement="Stochastic gradient descent from random initialization converges at a geometric rate to a global "
    "optimum when the root of the number of parameters is larger than the number of samples.",
    expected=Verdict.NOT_COVERED,
)
def as_printed() -> Result:
    """Hypotheses: a random start, and conditions on the data that the sentence leaves out.

    Line: none. Conclusion: none; an instance is decided with its seed by `exactmem descend`.
    """
    return not_covered(
        "a probability over starts, with constants that are not printed; instances are certified instead"
    )


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
