"""The remarks of section 5 on losses, minima and batches around Theorem 5.1."""

import sympy as sp

from exactmem.ledger.claims import PAPER, Fact, Result, Verdict, claim, not_covered, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import SIGNS, gap, index, require_equal, require_nonnegative, require_positive, slack
from exactmem.proofs.yun2019.theorem_5_1 import _printed as printed

CONVEX_TANGENT = Fact(
    "tangents of convex functions",
    "a differentiable convex l has l(z) >= l(w) + l'(w) (z - w)",
    "Boyd, Vandenberghe, Convex Optimization, 3.1.3",
)
INTERIOR_MINIMUM = Fact(
    "interior minimum", "l' = 0 where a differentiable l has its minimum", "Spivak, Calculus, 3rd ed., chapter 11"
)


@claim(
    id="5-definition",
    theorem="5.1",
    source=PAPER,
    place="Section 5, the empirical risk, Definition 5.1, g^(t), nu_i, xi^(t)",
    statement="The risk, memorizing global minima, the gradient estimate and the perturbation are defined as printed.",
    expected=Verdict.NOT_COVERED,
)
def definition() -> Result:
    """Hypotheses: none.

    Line: definitions; `exactmem sgd` computes them exactly.
    Conclusion: none.
    """
    return not_covered("definitions: nothing to prove")


NO_SLOPE = sp.Eq(sp.Symbol("l'(f_theta*(x_i); y_i)"), 0)
LOSS, LOSS_AT_FIT = sp.Symbol("l(z; y_i)"), sp.Symbol("l(f_theta*(x_i); y_i)")
LEAST_LOSS = sp.Ge(LOSS, LOSS_AT_FIT)


@claim(
    id="5-convexity",
    theorem="5.1",
    source=PAPER,
    place="Section 5, below Definition 5.1",
    statement="If {} for all i, theta* is a global minimum of the risk: {}.",
    formulas=[NO_SLOPE, LEAST_LOSS],
    expected=Verdict.PROVED,
    quote="By convexity, ℓ'(f_θ*(x_i); y_i) = 0 for all i implies that R(θ) is (globally) minimized at θ*.",
)
def convexity() -> Result:
    """Hypotheses: l convex and differentiable in z.

    Line: l(z) = l(w) + l'(w)(z - w) + x with x >= 0, and l'(w) = 0 at w = f(x_i): l(z) - l(w) = x >= 0; the risk adds
    these up over the samples and divides by N.
    Conclusion: no theta has a smaller risk.
    """
    w, z, at_w = sp.symbols("w z l_w", real=True)
    above, others, N = slack("x"), slack("other samples"), 1 + index("N - 1")
    at_z = at_w + taken(NO_SLOPE).rhs * (z - w) + above
    holds(LEAST_LOSS, "one sample", {LOSS: at_z, LOSS_AT_FIT: at_w})
    require_nonnegative((others + above) / N, "induction: one more sample keeps the difference of the risks >= 0")
    return proved("induction over the samples", assumes=[CONVEX_TANGENT])


@claim(
    id="5-all-minima-memorize",
    theorem="5.1",
    source=PAPER,
    place="Section 5, below Definition 5.1",
    statement="If a memorizing global minimum exists, every global minimum is memorizing.",
    expected=Verdict.PROVED,
    by=[convexity],
    quote="existence of a memorizing global minimum of R implies that all global minima are memorizing",
)
def all_minima() -> Result:
    """Hypotheses: the losses at a memorizer theta* are the least values of l(.; y_i) (5-convexity).

    Line: at another global minimum sample i has a loss larger by x_i >= 0, and the x_i add up to 0. If one were
    positive, so would be the sum. So each loss is a least value, where l' = 0.
    Conclusion: that minimum is memorizing, too.
    """
    require_positive(gap("x_i") + slack("all other x"), "one positive difference makes the sum positive")
    return proved("a sum of numbers >= 0 that is 0", assumes=[INTERIOR_MINIMUM])


Z, Y = sp.symbols("z y", real=True)
SQUARED = (Z - Y) ** 2
LOGISTIC = sp.log(1 + sp.exp(-Y * Z))


@claim(
    id="5-squared-loss",
    theorem="5.1",
    source=PAPER,
    place="Assumption 5.1, 'satisfied by standard losses such as squared error loss'",
    statement="{} is strictly convex, three times differentiable, and has its global minimum at z = y.",
    formulas=[SQUARED],
    expected=Verdict.PROVED,
    quote="Assumption 5.1 on ℓ is satisfied by standard losses such as squared error loss.",
)
def squared_loss() -> Result:
    """Hypotheses: y real.

    Line: l'' = 2 > 0, l''' = 0, l'(y) = 0.
    Conclusion: as stated, and the corrected assumption (5.1-range-of-h, 5.1-third-derivative) holds as well.
    """
    z, y, loss = Z, Y, taken(SQUARED)
    require_positive(sp.diff(loss, z, 2), "the second derivative")
    require_equal(sp.diff(loss, z, 3), 0, "the third derivative")
    require_equal(sp.diff(loss, z).subs(z, y), 0, "the minimum")
    return proved("derivatives of a polynomial")


@claim(
    id="5-logistic-loss",
    theorem="5.1",
    source=PAPER,
    place="Assumption 5.1, 'logistic loss does not satisfy Assumption 5.1'",
    statement="{}, y = 1 or -1, has no minimum: its derivative is nowhere 0.",
    formulas=[LOGISTIC],
    expected=Verdict.PROVED,
    quote=("logistic loss does not satisfy Assumption 5.1 because the global minimum is not attained by any finite z"),
)
def logistic_loss() -> Result:
    """Hypotheses: y = 1 or -1, z real; e = exp(-y z) > 0.

    Line: l' = -y e/(1 + e).
    Conclusion: the sign of l' is that of -y for every z.
    """
    z, e = Z, gap("exp(-y z)")
    for y in SIGNS:
        slope = sp.diff(taken(LOGISTIC, {Y: y}), z)
        in_e = sp.simplify(slope.subs(z, -sp.log(e) / y))
        require_equal(in_e, -y * e / (1 + e), f"y = {y}: the derivative")
        require_positive(-y * in_e, f"y = {y}: it has one sign")
    return proved("the derivative as a rational function of exp(-y z)")


BATCH_SUM = sp.Symbol("(sum over the batch of l'_i grad f_i)")
ONE_STEP, ESTIMATE = sp.Eq(printed.N / printed.B, 1), BATCH_SUM / printed.B


@claim(
    id="5-full-batch",
    theorem="5.1",
    source=PAPER,
    place="Section 5, 'if B = N, we recover vanilla gradient descent'",
    statement="With B = N an epoch is one step, {}, and its gradient estimate {} is the gradient of the risk.",
    formulas=[ONE_STEP, ESTIMATE],
    expected=Verdict.PROVED,
    quote="Note also that if B = N, we recover vanilla gradient descent.",
)
def full_batch() -> Result:
    """Hypotheses: E = N/B, B^(t) is all of [N].

    Line: E = 1; (1/B) times the sum over [N] is (1/N) times it.
    Conclusion: as stated.
    """
    N, total = 1 + index("N - 1"), sp.Symbol("sum of l'_i grad f_i")
    holds(ONE_STEP, "steps per epoch", {printed.N: N, printed.B: N})
    estimate = taken(ESTIMATE, {printed.B: N, BATCH_SUM: total})
    require_equal(estimate, sp.Rational(1) / N * total, "the gradient estimate")
    return proved("E = N/B at B = N")


@claim(
    id="5-after-violation",
    theorem="5.1",
    source=PAPER,
    place="Section 5.1, 'what happens after t*?'",
    statement="After t* SGD may diverge or oscillate near the global minimum.",
    expected=Verdict.NOT_COVERED,
    quote="This means that after t*, SGD may even diverge or oscillate near global minimum.",
)
def after_violation() -> Result:
    """Hypotheses: none.

    Line: the paper says that its bounds end there; it claims no example, and none is looked for here.
    Conclusion: none.
    """
    return not_covered("a statement of what is not known after t*")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
