"""Remarks on residual networks that belong to no single theorem: their total size, points in general position."""

import sympy as sp

from exactmem.constructions.corollary_4_2 import printed_units
from exactmem.constructions.theorem_4_1 import last_width_for
from exactmem.general_position import find_dependent_samples
from exactmem.ledger.claims import PAPER, Fact, Result, Verdict, claim, not_covered, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import (
    Expr,
    from_one,
    gap,
    index,
    positive_index,
    require_equal,
    sign_of,
)
from exactmem.proofs._conditions import D_X, D_Y, N
from exactmem.rationals import vector

ZERO_SETS = Fact(
    "zero sets",
    "the zeros of a polynomial that is not zero are a Lebesgue null set",
    "by Fubini's theorem (Rudin, Real and Complex Analysis, 3rd ed., chapter 8), one variable after the other, as one "
    "that is left has finitely many roots",
)
RESNET_TOTAL = 4 * N / D_X + 6 * D_Y


@claim(
    id="1.1-resnet-total",
    theorem="4.1",
    source=PAPER,
    place="Section 1.1, '4N/d_x + 6 d_y ReLU hidden nodes'",
    statement="The hidden nodes of Theorem 4.1 for ReLU, 4N/d_x + 4 d_y below the last layer and 2 d_y in it, are {}.",
    formulas=[RESNET_TOTAL],
    expected=Verdict.PROVED,
    quote="deep ResNets with 4N/d_x + 6d_y ReLU hidden nodes can memorize arbitrary datasets",
)
def resnet_total() -> Result:
    """Hypotheses: the printed sizes of Theorem 4.1.

    Line: 4N/d_x + 4 d_y + 2 d_y.
    Conclusion: right as printed; that the size suffices is 4.1-any-widths.
    """
    samples, d_x, d_y = positive_index("N"), positive_index("d_x"), positive_index("d_y")
    total = printed_units("relu-like", samples, d_x, d_y) + last_width_for("relu-like", d_y)
    require_equal(total, taken(RESNET_TOTAL, {N: samples, D_X: d_x, D_Y: d_y}), "the sum")
    return proved("identity of rational functions")


@claim(
    id="4-definitions",
    theorem="4.1",
    source=PAPER,
    place="Section 4, Assumption 4.1 and the definition of residual networks",
    statement="h^l = h^{l-1} + V sigma(U h^{l-1} + b) + c and g = V sigma(U h^{L-1} + b) + c are what is evaluated.",
    expected=Verdict.NOT_COVERED,
)
def residual_definition() -> Result:
    """Hypotheses: none.

    Line: definitions; Assumption 4.1 as printed is 4.1-vacuous.
    Conclusion: none.
    """
    return not_covered("definitions: nothing to prove; `exactmem.evaluate` computes them")


def corner_entry(row: Expr, column: Expr, d: Expr) -> int:
    """Entry of the matrix of the rows (x, 1) for x = e_1, ..., e_d, 0 (in this order), at 1-based indices."""
    if sign_of(column - d - 1) == 0:
        return 1
    return 0 if sign_of(row - d - 1) == 0 else int(sign_of(row - column) == 0)


TOGETHER = D_X + 1


@claim(
    id="4-noise",
    theorem="4.1",
    source=PAPER,
    place="Section 4, 'adding small random Gaussian noise ... with probability 1'",
    statement=(
        "For noise with a density, N noisy points are in general position with probability 1 (every {} or fewer "
        "affinely independent, hence Assumption 4.1)."
    ),
    formulas=[TOGETHER],
    expected=Verdict.PROVED,
    quote="for any given dataset, adding small random Gaussian noise to x_i's makes the dataset satisfy the assumption",
)
def noise() -> Result:
    """Hypotheses: independent noise with a density at every coordinate of every point.

    Line: d_x + 1 points are dependent where det (x_i, 1) = 0, a polynomial in their coordinates. It is not zero: for
    the unit vectors and the origin the matrix is triangular with ones on the diagonal. Fewer points are a part of
    d_x + 1 points, with points drawn besides them if there are too few.
    Conclusion: finitely many null sets.
    """
    column, below, more = from_one("column"), from_one("row - column"), index("more")
    d_x = positive_index("d_x")
    points = taken(TOGETHER, {D_X: d_x})
    require(corner_entry(from_one("row"), points, d_x) == 1, "the column of ones is the last of as many columns")
    require(corner_entry(points, d_x, d_x) == 0, "the last row is that of the origin")
    for d in (column + below - 1, column + below + more):
        require(corner_entry(column + below, column, d) == 0, "below the diagonal")
    for d in (column - 1, column + more):
        require(corner_entry(column, column, d) == 1, "on the diagonal")
    return proved("entries for symbolic indices; a triangular determinant", assumes=[ZERO_SETS])


PLACE = sp.Symbol("t")
FROM_THREE, CIRCLE_X, CIRCLE_Y = sp.Ge(D_X, 3), (1 - PLACE**2) / (1 + PLACE**2), 2 * PLACE / (1 + PLACE**2)


@claim(
    id="4-assumptions-independent",
    theorem="4.1",
    source=PAPER,
    place="Section 4, 'neither this assumption nor Assumption 4.1 implies the other'",
    statement=(
        "Distinct unit vectors need not be in general position for {}, as ({}, {}, 0, ..., 0) for t = 0, ..., d_x "
        "show, and points in general position need not be unit vectors. (For d_x <= 2 distinct unit vectors satisfy "
        "Assumption 4.1: a line meets a circle twice.)"
    ),
    formulas=[FROM_THREE, CIRCLE_X, CIRCLE_Y],
    expected=Verdict.PROVED,
    quote="Note that neither this assumption nor Assumption 4.1 implies the other",
    note="Literally one of the two directions needs d_x >= 3.",
)
def assumptions_independent() -> Result:
    """Hypotheses: d_x >= 3; the points ((1 - t^2)/(1 + t^2), 2t/(1 + t^2), 0, ..., 0) for t = 0, 1, ..., d_x.

    Line: they are unit vectors, distinct as t = y/(1 + x), d_x + 1 of them on the hyperplane x_3 = 0. The origin and
    the point e_1 are in general position and not both of length 1.
    Conclusion: as stated. On a line x = a + s b, b != 0, |x|^2 = 1 is a quadratic equation in s: two solutions at most.
    """
    for t in (sp.Integer(0), gap("t")):
        x, y = (taken(coordinate, {PLACE: t}) for coordinate in (CIRCLE_X, CIRCLE_Y))
        require_equal(x**2 + y**2, 1, "unit vectors")
        require_equal(y / (1 + x), t, "t is a function of the point")
    least = int(taken(FROM_THREE).rhs)
    require(bool(FROM_THREE.subs(D_X, least + 1)), "from this dimension on")
    for d in range(least, least + 3):
        circle = [(CIRCLE_X.subs(PLACE, k), CIRCLE_Y.subs(PLACE, k)) for k in range(d + 1)]
        require(len(set(circle)) == d + 1 and all(x**2 + y**2 == 1 for x, y in circle), "distinct unit vectors")
        points = [tuple(vector([*point, *[0] * (d - 2)])) for point in circle]
        require(find_dependent_samples(points, as_printed=True) is not None, f"d_x = {d}: on one hyperplane")
    require(find_dependent_samples([tuple(vector([0, 0])), tuple(vector([1, 0]))]) is None, "the origin and e_1")
    s, a, b = sp.Symbol("s", real=True), sp.Symbol("a.b", real=True), gap("|b|^2")
    require(sp.degree(b * s**2 + 2 * a * s + sp.Symbol("|a|^2 - 1"), s) == 2, "a quadratic equation")
    return proved("symbolic t; the points of three dimensions tested")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
