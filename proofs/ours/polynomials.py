"""Points off finitely many exceptions: roots of polynomials, injective projections, algebraic dependence.

These take the place of measure theory and of unnamed directions: whatever has to be avoided is where one nonzero
polynomial is 0.
"""

from collections.abc import Sequence

import sympy as sp

from exactmem.ledger.arguments import Line, assemble, solves
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds_by_induction, taken
from exactmem.ledger.steps import Expr, at_most, gap, index, less, require_equal, require_zero, slack, up_to
from exactmem.ledger.wording import names
from exactmem.proofs._facts import RANK_NULLITY


def show_factor() -> None:
    """s^k - r^k = (s - r) q_k(s) with q_(k+1) = s q_k + r^k, by induction on k; so s - r divides p(s) - p(r)."""
    r, q = gap("r"), gap("s_minus_r")
    s = r + q

    def advance(k: Expr, state: Sequence[Expr]) -> tuple[Expr, Expr]:
        quotient, power = state
        return s * quotient + power, r * power

    solves((sp.Integer(0), sp.Integer(1)), advance, lambda k: ((s**k - r**k) / (s - r), r**k), "s^k - r^k by s - r")


DEGREE = sp.Symbol("k")
FEW_ROOTS = sp.Le(sp.Symbol("number of roots"), DEGREE)


@claim(
    id="polynomial-roots",
    source=OURS,
    place="points off finitely many exceptions",
    statement="For a polynomial of degree at most k that is not 0, {}.",
    formulas=[FEW_ROOTS],
    expected=Verdict.PROVED,
)
def roots() -> Result:
    """Hypotheses: p = sum a_j s^j, not all a_j = 0, degree at most k.

    Line: induction on k. Degree 0: no root. If r is a root, p = p - p(r) = (s - r) q with deg q <= k - 1 and q != 0;
    any other root of p is one of q. The division is checked as s^k - r^k = (s - r) q_k for s > r > 0, which is an
    identity of polynomials in s and r, hence holds for all s and r.
    Conclusion: at most 1 + (k - 1) roots.
    """
    show_factor()
    r, s, quotient = sp.symbols("r s q", real=True)
    require_zero(((s - r) * quotient).subs(s, r), "r is a root of (s - r) q")
    other = r + gap("other_minus_r")
    require_equal((other - r) * quotient / (other - r), quotient, "at another root s - r is not 0, so q is 0")
    holds_by_induction(FEW_ROOTS, DEGREE, sp.Integer(0), lambda _, of_quotient: 1 + of_quotient, "r and the roots of q")
    return proved("induction on the degree; the division by induction on k")


POINTS, DIMENSION, OBJECTS = names("N d n")
PAIRS = OBJECTS * (OBJECTS - 1) / 2
EXCEPTIONS = (DIMENSION - 1) * POINTS * (POINTS - 1) / 2


@claim(
    id="injective-projection",
    source=OURS,
    place="B.2, 'we choose any such u'",
    statement=(
        "N distinct points of R^d have distinct projections to (1, s, s^2, ..., s^(d-1)) for all but at most {} "
        "numbers s; c + f v is injective on n distinct pairs (c, v) for all but {} factors f"
    ),
    formulas=[EXCEPTIONS, PAIRS],
    expected=Verdict.PROVED,
    by=[roots],
)
def projection() -> Result:
    """Hypotheses: x_i != x_j for i != j.

    Line: u . (x_i - x_j) is a polynomial in s whose coefficients are those of x_i - x_j, not all 0: at most d - 1 roots
    for each of the N (N - 1)/2 pairs. For c + f v: (c - c') + f (v - v') = 0 has one solution f if v != v', none else.
    Conclusion: some s among any (d - 1) N (N - 1)/2 + 1 will do; `find_projection` takes one factor per coordinate.
    """
    s = sp.Symbol("s", real=True)
    for d in range(1, 7):
        difference = sp.symbols(f"delta_1:{d + 1}", real=True)
        value = sum(s**k * entry for k, entry in enumerate(difference))
        coefficients = [sp.expand(value).coeff(s, k) for k in range(d)]
        require(coefficients == list(difference), f"d = {d}: the coefficients, to degree d - 1")
    c, f, v = sp.Symbol("c", real=True), sp.Symbol("f", real=True), gap("v")
    for sign in (1, -1):
        require_equal(c + f * sign * v, sign * v * (f + sign * c / v), "v != 0: 0 only at f = -c/v")
    n = 1 + index("N_minus_1")

    def advance(k: Expr, state: Sequence[Expr]) -> tuple[Expr]:
        return (state[0] + k,)

    solves(
        (sp.Integer(0),),
        advance,
        lambda k: (taken(PAIRS, {OBJECTS: k}),),
        "the number of pairs: point k + 1 meets k others",
    )
    d = 1 + index("d_minus_1")
    exceptions = taken(EXCEPTIONS, {POINTS: n, DIMENSION: d})
    require_equal(exceptions, (d - 1) * taken(PAIRS, {OBJECTS: n}), "at most d - 1 roots for each pair")
    less(sp.Integer(0), exceptions + 1, "more numbers s than exceptions")
    return proved("roots of the differences' polynomials, counted over the pairs")


LARGEST = sp.Symbol("D")
PER_VARIABLE = LARGEST + 1
EXPONENTS = (DIMENSION * POINTS) ** (POINTS - 1)


@claim(
    id="polynomial-grid",
    source=OURS,
    place="points off finitely many exceptions",
    statement=(
        "A polynomial in N variables, not 0, of degree at most D in each, is not 0 at some point of S^N for every set "
        "S of {} numbers."
    ),
    formulas=[PER_VARIABLE],
    expected=Verdict.PROVED,
    by=[roots],
)
def grid() -> Result:
    """Hypotheses: p = sum_j p_j(x_1, ..., x_(N-1)) x_N^j with some p_j != 0; induction on N.

    Line: N = 0: p is a number, not 0. At a point of S^(N-1) where p_j != 0, p is a polynomial in x_N that is not 0, of
    degree at most D, so it has at most D roots, and S has D + 1 elements.
    Conclusion: a point of S^N. So labels off a polynomial's zeros are found among any D + 1 values per label.
    """
    degree, x = index("D"), sp.Symbol("x_N", real=True)
    elements = taken(PER_VARIABLE, {LARGEST: degree})

    def not_zero() -> None:
        values = sp.symbols("p_0:4", real=True)
        polynomial = sp.Poly(sum(v * x**j for j, v in enumerate(values)), x)
        require(polynomial.all_coeffs()[::-1] == list(values), "the values p_j(a) are the coefficients of p(a, x_N)")

    before, chosen = "some p_j is not 0 at a in S^(N-1)", "p(a, x_N) is not 0 as a polynomial of degree at most D"
    few, goal = "p(a, x_N) has at most D roots", "p is not 0 at a point of S^N"
    assemble(
        [before],
        [
            Line((before,), chosen, not_zero),
            Line((chosen,), few, roots),
            Line((few,), goal, lambda: less(degree, elements, "S has more elements than there are roots")),
        ],
        [goal],
    )
    return proved("induction on the number of variables")


@claim(
    id="algebraic-dependence",
    source=OURS,
    place="capacity for real labels",
    statement=(
        "N polynomials of degree at most d >= 1 in m < N variables are algebraically dependent: some polynomial P, not "
        "0, of degree at most {} in each variable, has P(f_1, ..., f_N) = 0 identically."
    ),
    formulas=[EXPONENTS],
    expected=Verdict.PROVED,
)
def dependence() -> Result:
    """Hypotheses: m <= N - 1, d >= 1, N >= 1; D = (d N)^(N-1).

    Line: the products f_1^a_1 ... f_N^a_N with a_i <= D are (D + 1)^N, and lie in the space of polynomials in m
    variables of degree at most d N D in each, of dimension (d N D + 1)^m <= (d N (D + 1))^(N-1) < (D + 1)^N.
    Conclusion: more vectors than the dimension are linearly dependent; their relation is P.
    """
    b, x = 1 + slack("dN_minus_1"), gap("(b D + 1)^k")
    D = gap("D")
    y = x + slack("room")
    exponents = D + 1
    require_equal(exponents - 1, D, "the exponents 0, ..., D")
    at_most(x * (b * D + 1), y * b * exponents, "(b D + 1)^k <= b^k (D + 1)^k for b = d N: induction step, base 1 <= 1")
    at_most(x, x * (b * D + 1), "a larger exponent, N - 1 for m, gives a larger power: induction step")
    largest, k = gap("b"), index("N - 1")
    chosen = taken(EXPONENTS, {DIMENSION * POINTS: largest, POINTS: k + 1})
    require_equal(chosen * exponents**k, largest**k * exponents**k, "b^(N-1) (D + 1)^(N-1) = D (D + 1)^(N-1)")
    power = gap("(D+1)^(N-1)")
    less(D * power, exponents * power, "D (D + 1)^(N-1) < (D + 1)^N")
    d, k, exponent = 1 + index("d_minus_1"), index("k"), up_to(D, "exponent")
    so_far = up_to(d * k * D, "so_far")
    at_most(
        so_far + d * exponent, d * (k + 1) * D, "one factor f^a with a <= D more: degree at most d N D, induction step"
    )
    return proved("counting monomials; nonnegative coefficients", assumes=[RANK_NULLITY])


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
