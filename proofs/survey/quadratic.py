"""Quadratic networks (Ge, Wang, Zhao 2019; survey, section 2.2): few squares, and how many samples they can fit."""

import sympy as sp
from flint import fmpq_mat

from exactmem.ledger.claims import OURS, SURVEY, Result, Verdict, checked, claim, not_covered, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import index, require_equal, require_nonnegative, require_zero
from exactmem.ledger.wording import names
from exactmem.proofs._facts import PRODUCT_RANK
from exactmem.tangent.forms import random_map, squares
from exactmem.tangent.tables import form_ranks

SECTION = "section 2.2 of the survey, quadratic networks"


@claim(
    id="quadratic",
    theorem="quadratic",
    source=OURS,
    place=SECTION,
    statement="x^T A x is a sum of at most d squares c (r . x)^2 with rational c, r, also where A_kk = 0.",
    expected=Verdict.PROVED,
)
def lagrange() -> Result:
    """Hypotheses: A symmetric.

    Line: A_kk != 0: A - a a^T/A_kk, a the k-th row, has row and column k zero. All A_kk = 0, A_kl != 0, rows a, b:
    A - (a b^T + b a^T)/A_kl has the rows k, l zero, and a b^T + b a^T = ((a+b)(a+b)^T - (a-b)(a-b)^T)/2.
    Conclusion: as many squares as rows vanish, at most d; in both cases the rank falls by as much.
    """
    p, c, e = sp.Symbol("A_kk", nonzero=True), sp.Symbol("A_kl", nonzero=True), sp.Symbol("A_ki", real=True)
    require_zero(e - p * e / p, "the pivot's row")
    a, b = sp.symbols("a_i b_i", real=True)
    # Rows k and l of A at column i are a and b; a has the entries 0, c and b has c, 0 at k, l.
    require_zero(a - (0 * b + c * a) / c, "row k")
    require_zero(b - (c * b + 0 * a) / c, "row l")
    other, last = sp.symbols("a_j b_j", real=True)
    product = ((a + b) * (other + last) - (a - b) * (other - last)) / 2
    require_equal(product, a * last + b * other, "two squares")
    return proved("one step of Lagrange's reduction with symbolic entries, with and without a pivot")


FIRST, SECOND = names("x_1 x_2")
TWO_SQUARES = sp.Eq(2 * FIRST * SECOND, (FIRST + SECOND) ** 2 / 2 - (FIRST - SECOND) ** 2 / 2)


@claim(
    id="quadratic-zero-pivot",
    theorem="quadratic",
    source=OURS,
    place=SECTION + ", zero pivots",
    statement="2 x_1 x_2 has no LDL^T decomposition without pivoting; {}.",
    formulas=[TWO_SQUARES],
    expected=Verdict.CHECKED,
)
def zero_pivot() -> Result:
    """Hypotheses: A = ((0, 1), (1, 0)).

    Line: L D L^T with unit L has D_11 = A_11 = 0, and then A_21 = 0.
    Conclusion: pivot.
    """
    l, d = sp.symbols("l d", real=True)
    lower = sp.Matrix([[1, 0], [l, 1]])
    product = lower * sp.diag(0, d) * lower.T
    require(product[1, 0] == 0, "A_21 = L_21 D_11 = 0, not 1")
    holds(TWO_SQUARES, "two squares")
    found = squares([[0, 1], [1, 0]])
    total = sum((fmpq_mat([r]).transpose() * fmpq_mat([r]) * c for c, r in found), fmpq_mat(2, 2))
    require(len(found) == 2 and total == fmpq_mat([[0, 1], [1, 0]]), "two squares")
    return checked("symbolic L, D; the squares that exactmem finds", "A = ((0, 1), (1, 0))")


@claim(
    id="quadratic-even",
    theorem="quadratic",
    source=OURS,
    place=SECTION + ", x and -x",
    statement="No network of square units without biases tells x from -x, with two or three layers.",
    expected=Verdict.PROVED,
)
def even() -> Result:
    """Hypotheses: units (r . x)^2. Line: (-t)^2 = t^2. Conclusion: labels at x and -x must agree."""
    t = sp.Symbol("t", real=True)
    require_equal((-t) ** 2, t**2, "a unit")
    return proved("symbolic unit")


ROWS, DIMENSION, POWER = names("k d p")
PRODUCTS, FORMS = ROWS * (ROWS + 1) / 2, sp.binomial(DIMENSION + 2 * POWER - 1, 2 * POWER)


@claim(
    id="quadratic-3-rank",
    theorem="quadratic-3",
    source=OURS,
    place=SECTION + ", three layers",
    statement=(
        "With z = (R x)^p, k rows, the matrices z z^T have rank at most min({}, {}): k(k+1)/2 >= m alone does not "
        "suffice."
    ),
    formulas=[PRODUCTS, FORMS],
    expected=Verdict.PROVED,
)
def rank_of_three() -> Result:
    """Hypotheses: the entries of z z^T are products of two of k powers of linear forms.

    Line: k(k+1)/2 of them; each is a form of degree 2p in d variables, of which C(d+2p-1, 2p) are independent.
    Conclusion: the m x k(k+1)/2 matrix of the z z^T factors through either space. For d = 1 the rank is 1.
    """
    k = index("k") + 1
    products = taken(PRODUCTS, {ROWS: k})
    require_equal(k + k * (k - 1) / 2, products, "squares and products of two of k entries")
    d = index("d") + 1
    forms = sp.expand_func(taken(FORMS, {DIMENSION: d, POWER: 2}))
    require_equal(d * (d + 1) * (d + 2) * (d + 3) / 24, forms, "p = 2: C(d+3, 4)")
    require(taken(FORMS, {DIMENSION: 1, POWER: 2}) == 1, "d = 1")
    require_nonnegative(products - k, "k(k+1)/2 can be large while C(d+2p-1, 2p) is fixed")
    return proved("counting products and monomials", assumes=[PRODUCT_RANK])


@claim(
    id="quadratic-3-gap",
    theorem="quadratic-3",
    source=OURS,
    place=SECTION + ", three layers, at instances",
    statement="min(k(k+1)/2, C(d+2p-1, 2p)) is not always attained: for d = 4, p = 2 k = 8 gave 34, k = 9 gave 35.",
    expected=Verdict.CHECKED,
)
def gap_of_three() -> Result:
    """Hypotheses: d = 4, p = 2, m = 35 seeded inputs, seeded integer R, seeds 0 to 2.

    Line: min(36, 35) = 35 and 34 = rank, exactly.
    Conclusion: the rank has to be computed.
    """
    eight, nine = form_ranks(35, 4, 2, (8, 9), 3)
    require(eight.bound == nine.bound == 35, "the bound")
    require(set(eight.ranks) == {34} and set(nine.ranks) == {35}, f"ranks {eight.ranks}, {nine.ranks}")
    require(len({tuple(map(tuple, random_map(seed, 8, 4))) for seed in range(3)}) == 3, "three different maps")
    return checked("exact ranks", "d = 4, p = 2, m = 35, k = 8 and 9, seeds 0 to 2")


@claim(
    id="survey-quadratic",
    theorem="quadratic",
    source=SURVEY,
    place="section 2.2, [GWZ19]",
    statement="Perturbed gradient descent gets almost zero training error on perturbed inputs, k = Theta(sqrt m).",
    expected=Verdict.NOT_COVERED,
)
def descent() -> Result:
    """Hypotheses: random perturbations. Line: none here. Conclusion: none here."""
    return not_covered(
        "probabilistic, up to eps; what is solved exactly here is the system that a global minimum solves"
    )


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
