"""One gradient step (Daniely 2020a; survey, section 2.2): what instances show, and what the count says."""

import sympy as sp
from flint import arb, ctx, fmpq

from exactmem.activations import ABS
from exactmem.ledger.claims import OURS, SURVEY, Result, Verdict, checked, claim, not_covered, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import gap, require_equal, require_positive, slack
from exactmem.ledger.wording import names
from exactmem.tangent.draws import orthonormal_rows
from exactmem.tangent.one_step import step
from exactmem.tangent.tables import seeded_dataset, step_reach

PLACE = "section 2.2 of the survey, [Dan20a]"


LETTER, TRANSPOSED, SQUARED = (
    sp.Symbol("v", commutative=False),
    sp.Symbol("v^T", commutative=False),
    sp.Symbol("(v . v)"),
)
REFLECTION = 1 - 2 * LETTER * TRANSPOSED / SQUARED
SKEW = sp.Symbol("A", commutative=False)
CAYLEY = (1 - SKEW) * (1 + SKEW) ** -1
RIGHT, LEFT = names("s_+ s_-")
MEAN_SLOPE = (RIGHT + LEFT) / 2


@claim(
    id="one-step-householder",
    theorem="one-step",
    source=OURS,
    place=PLACE + ", rational orthonormal weights",
    statement="{}, 1 the unit matrix, is orthogonal for every v != 0: rational v give rational orthonormal rows.",
    formulas=[REFLECTION],
    expected=Verdict.PROVED,
)
def householder() -> Result:
    """Hypotheses: n = v . v > 0.

    Line: it is symmetric, and (1 - 2 v v^T/n)^2 = 1 - 4 v v^T/n + 4 v (v^T v) v^T/n^2 = 1.
    Conclusion: it is orthogonal, and so are products.
    """
    n = gap("v.v")
    reflection = taken(REFLECTION, {SQUARED: n})
    square = sp.expand(reflection * reflection).subs(TRANSPOSED * LETTER, n)
    require_equal(square, 1, "the square is 1")
    return proved("symbolic v")


@claim(
    id="one-step-cayley",
    theorem="one-step",
    source=OURS,
    place=PLACE + ", rational orthonormal weights",
    statement="{}, 1 the unit matrix, is orthogonal for every skew A: rational A give rational orthonormal rows.",
    formulas=[CAYLEY],
    expected=Verdict.PROVED,
)
def cayley() -> Result:
    """Hypotheses: A^T = -A, real.

    Line: v . (1 + A) v = v . v + v . A v = v . v, as v . A v = v . A^T v = -v . A v: 1 + A is invertible. With
    Q = (1 - A)(1 + A)^-1, Q^T is Q at -A, and Q^T Q = (1 + A)(1 - A)^-1 (1 - A)(1 + A)^-1 = 1, as polynomials in A and
    their inverses commute.
    Conclusion: Q is orthogonal, with the entries of a rational function.
    """
    form, square = sp.Symbol("v.Av", real=True), gap("v.v")
    (zero,) = sp.solve(sp.Eq(form, -form), form)
    require_equal(square + zero, square, "v . (1 + A) v, positive for v != 0")
    a = sp.Symbol("A", nonzero=True)  # polynomials in A and their inverses commute
    require_equal(taken(CAYLEY, {SKEW: -a}) * taken(CAYLEY, {SKEW: a}), 1, "Q^T Q")
    entries = sp.Matrix([[0, sp.Symbol("s", real=True)], [-sp.Symbol("s", real=True), 0]])
    rotation = (sp.eye(2) - entries) * (sp.eye(2) + entries).inv()
    require_equal((rotation.T * rotation).applyfunc(sp.simplify)[0, 0], 1, "written out in dimension 2")
    return proved("polynomials in A commute")


@claim(
    id="one-step-slope",
    theorem="one-step",
    source=OURS,
    place=PLACE + ", activations with E sigma'(X) = 0",
    statement=(
        "For a symmetric X without an atom at 0 and slopes s_- and s_+ on either side of 0, E sigma'(X) = {}: 0 for "
        "|t|, positive for every ReLU-like."
    ),
    formulas=[MEAN_SLOPE],
    expected=Verdict.PROVED,
)
def mean_slope() -> Result:
    """Hypotheses: P(X > 0) = P(X < 0) = 1/2; slopes s_+ > s_- >= 0, or 1 and -1.

    Line: E sigma' = (s_+ + s_-)/2 > 0; (1 - 1)/2 = 0.
    Conclusion: relu-like activations are refused.
    """
    s_minus, half = slack("s_-"), sp.Rational(1, 2)
    s_plus = s_minus + gap("e")
    require_equal(half * s_plus + half * s_minus, taken(MEAN_SLOPE, {RIGHT: s_plus, LEFT: s_minus}), "the mean")
    require_positive(taken(MEAN_SLOPE, {RIGHT: s_plus, LEFT: s_minus}), "ReLU-like")
    left, right = (int(slope) for slope in ABS.slopes)
    require(taken(MEAN_SLOPE, {RIGHT: right, LEFT: left}) == 0, "|t|")
    return proved("symbolic slopes")


@claim(
    id="one-step-instances",
    theorem="one-step",
    source=OURS,
    place=PLACE + ", at instances",
    statement="At seeded instances the step memorizes for some size, also for m > q; at others for none.",
    expected=Verdict.CHECKED,
)
def instances() -> Result:
    """Hypotheses: d = 8, q = 8, 20 seeds, m = 4 and 10; orthonormality of the rows.

    Line: the exact set of step sizes.
    Conclusion: data and seed decide; a table for other sizes is `exactmem draws one-step`.
    """
    rows = orthonormal_rows(0, 3, 4)
    products = [[sum((a * b for a, b in zip(r, s, strict=True)), fmpq(0)) for s in rows] for r in rows]
    require(products == [[int(i == j) for j in range(3)] for i in range(3)], "orthonormal rows")
    few, more = step_reach((4, 10), 8, 8, 20)
    require(few.full == 20 and 0 < more.full < 20, f"{few.full}, {more.full} of 20")
    data = seeded_dataset(4, 8, 0)
    found = step(data, 0, 8)
    eta = found.simplest()
    require(eta is not None and eta > 0, "a rational step size")
    return checked("exact step sizes", f"d = q = 8, seeds 0 to 19: m = 4: {few.full}/20, m = 10: {more.full}/20")


@claim(
    id="one-step-count",
    theorem="one-step",
    source=OURS,
    place=PLACE + ", m = Omega(d q/log^4 d)",
    statement="With the constant 1 and the natural logarithm d q/log^4 d < q for d = 5 to 5503, > q at 5504.",
    expected=Verdict.CHECKED,
)
def counting() -> Result:
    """Hypotheses: d > log^4 d, in ball arithmetic.

    Line: every integer d from 2 to 5504.
    Conclusion: for d = 2, 3, 4 it is above q as well, where the order says nothing.
    """
    ctx.prec = 64
    above = [d for d in range(2, 5505) if decided(arb(d) - arb(d).log() ** 4)]
    require(above == [2, 3, 4, 5504], f"above q at {above}")
    return checked("ball arithmetic, every sign decided", "d = 2, ..., 5504")


def decided(value: arb) -> bool:
    """Whether the ball is positive; it must not contain 0."""
    positive, negative = value > 0, value < 0
    require(bool(positive) or bool(negative), "the sign is decided")
    return bool(positive)


@claim(
    id="survey-one-step",
    theorem="one-step",
    source=SURVEY,
    place="section 2.2, [Dan20a]",
    statement="One gradient step memorizes m = Omega(d q/log^4 d) independent Gaussian points with high probability.",
    expected=Verdict.NOT_COVERED,
)
def theorem() -> Result:
    """Hypotheses: Gaussian data, large d. Line: none here. Conclusion: none here."""
    return not_covered("probabilistic and asymptotic, with unnamed constants; instances: one-step-instances")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
