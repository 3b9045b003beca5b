"""Quadratic networks (Ge, Wang, Zhao 2019; survey, section 2.2): few squares, and how many samples they can fit."""

import sympy as sp
from flint import fmpq_mat

from exactmem.ledger.claims import OURS, SURVEY, Result, Verdict, checked, claim, not_covered, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    index,
    minus_one_to,
    parities,
    positive_index,
    require_equal,
    require_nonnegative,
    require_zero,
)
from exactmem.ledger.wording import names
from exactmem.proofs._facts import PRODUCT_RANK
from exactmem.tangent.forms import random_map, squares
from exactmem.tangent.tables import form_ranks

SECTION = "section 2.2 of the survey, quadratic networks"


ENTRY, PIVOT, TO_I, TO_J = names("A_ij A_kk A_ki A_kj")
WITH_PIVOT = ENTRY - TO_I * TO_J / PIVOT
CORNER, A_I, A_J, B_I, B_J = names("A_kl A_ki A_kj A_li A_lj")
WITHOUT_PIVOT = ENTRY - (A_I * B_J + B_I * A_J) / CORNER


@claim(
    id="quadratic",
    theorem="quadratic",
    source=OURS,
    place=SECTION,
    statement=(
        "For a rational symmetric d x d matrix A, x^T A x is a sum of at most d squares c (r . x)^2 with rational c, "
        "r: one square leaves {} and the k-th row zero, and where all A_kk = 0 two squares leave {} and both rows zero."
    ),
    formulas=[WITH_PIVOT, WITHOUT_PIVOT],
    expected=Verdict.PROVED,
)
def lagrange() -> Result:
    """Hypotheses: A symmetric.

    Line: A_kk != 0: A - a a^T/A_kk, a the k-th row, has row and column k zero. All A_kk = 0, A_kl != 0, rows a, b:
    A - (a b^T + b a^T)/A_kl has the rows k, l zero, and a b^T + b a^T = ((a+b)(a+b)^T - (a-b)(a-b)^T)/2.
    Conclusion: as many squares as rows vanish, at most d; in both cases the rank falls by as much.
    """
    p, c, e = sp.Symbol("A_kk", nonzero=True), sp.Symbol("A_kl", nonzero=True), sp.Symbol("A_ki", real=True)
    require_zero(taken(WITH_PIVOT, {ENTRY: e, PIVOT: p, TO_I: p, TO_J: e}), "row k, the pivot's")
    a, b = sp.symbols("a_i b_i", real=True)
    # Rows k and l of A at column i are a and b; a has the entries 0, c and b has c, 0 at k, l.
    row_k = {ENTRY: a, CORNER: c, A_I: 0, B_I: c, A_J: a, B_J: b}
    row_l = {ENTRY: b, CORNER: c, A_I: c, B_I: 0, A_J: a, B_J: b}
    require_zero(taken(WITHOUT_PIVOT, row_k), "row k")
    require_zero(taken(WITHOUT_PIVOT, row_l), "row l")
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
    """Hypotheses: units (r . x)^2 on the inputs, or on powers z = (R x)^p of them.

    Line: (-t)^2 = t^2; z at -x is z or -z, the same sign for all entries, and (s . -z)^2 = (s . z)^2.
    Conclusion: labels at x and -x must agree.
    """
    t, first, second = sp.symbols("t s_1 s_2", real=True)
    require_equal((-t) ** 2, t**2, "a unit")
    u, v = sp.symbols("u v", real=True)
    for _, p in parities("p"):
        sign = minus_one_to(p)
        at_minus_x = first * sign * u + second * sign * v
        require_equal(at_minus_x**2, (first * u + second * v) ** 2, "a unit on two powers, odd or even")
    return proved("symbolic units; both parities of the power")


ROWS, DIMENSION, POWER = names("k d p")
PRODUCTS, FORMS = ROWS * (ROWS + 1) / 2, sp.binomial(DIMENSION + 2 * POWER - 1, 2 * POWER)


def show_number_of_forms() -> None:
    """There are C(d+n-1, n) monomials of degree n in d variables: 1 for d = 1 and for n = 0, and else those without
    the last variable and those with it, divided by it once."""
    d, n = positive_index("d"), positive_index("n")

    def forms(variables: Expr, degree: Expr) -> Expr:
        return taken(FORMS, {DIMENSION: variables, 2 * POWER: degree})

    require_equal(forms(sp.Integer(1), n), 1, "one variable")
    require_equal(forms(d, sp.Integer(0)), 1, "degree 0")
    parts = forms(d, n) + forms(d + 1, n - 1)
    require_equal(sp.gammasimp((parts / forms(d + 1, n)).rewrite(sp.gamma)), 1, "without and with the last variable")


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

    Line: k(k+1)/2 of them; each is a form of degree 2p in d variables, of which C(d+2p-1, 2p) are independent
    (`show_number_of_forms`).
    Conclusion: the m x k(k+1)/2 matrix of the z z^T factors through either space. For d = 1 the rank is 1.
    """
    k = index("k") + 1
    products = taken(PRODUCTS, {ROWS: k})
    require_equal(k + k * (k - 1) / 2, products, "squares and products of two of k entries")
    show_number_of_forms()
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
