"""Affine functions through affinely independent samples: what peeling and the survey's Theorem 3 rest on."""

import sympy as sp

from exactmem.constructions.parts.hyperplanes import dot
from exactmem.constructions.parts.one_sided import affine_fit
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import gap, require_equal
from exactmem.ledger.wording import names
from exactmem.proofs.yun2019.theorem_4_1.gates import hyperplane
from exactmem.rationals import vector

SO_FAR, LABEL, AT_NEXT, VANISHING, VANISHING_AT_NEXT = names("F y F(x) g g(x)")
NEXT = SO_FAR + (LABEL - AT_NEXT) / VANISHING_AT_NEXT * VANISHING


def show_next_sample() -> None:
    """The printed function is y at x and what F was where g is 0, for g(x) of either sign."""
    before, y, at_x = sp.symbols("F_i y F_x", real=True)
    for g in (gap("|g|"), -gap("|g|")):
        given = {LABEL: y, AT_NEXT: at_x, VANISHING_AT_NEXT: g}
        require_equal(taken(NEXT, given | {SO_FAR: at_x, VANISHING: g}), y, "the next sample")
        require_equal(taken(NEXT, given | {SO_FAR: before, VANISHING: 0}), before, "the samples before")


@claim(
    id="affine-fit",
    source=OURS,
    place="affine functions through samples",
    statement=(
        "For d_x + 1 or fewer affinely independent samples some affine u . x + c takes any given values at them: from "
        "F for the samples so far and g that is 0 at them, {} for one sample x more."
    ),
    formulas=[NEXT],
    expected=Verdict.PROVED,
    by=[hyperplane],
)
def affine_interpolation() -> Result:
    """Hypotheses: x_1, ..., x_k, k <= d_x + 1, none of them in the affine span of the others.

    Line: induction on k. A constant fits one sample. If F fits k samples, some affine g is 0 at them and not 0 at
    x = x_{k+1}, which is outside their span (F.1-hyperplane): F + (y - F(x))/g(x) g fits k + 1.
    Conclusion: as stated; `affine_fit` finds such functions by elimination, here for the unit simplex and for the two
    sets at which the survey's linear functions fail.
    """
    value = sp.Symbol("y_1", real=True)
    require_equal(0 * sp.Symbol("x_1") + value, value, "one sample: a constant")
    show_next_sample()
    for points, labels in (([[0, 0], [1, 0], [0, 1]], [2, -1, 5]), ([[0]], [1]), ([[1, 1], [2, 2]], [1, 0])):
        inputs = [vector(x) for x in points]
        fits = affine_fit(inputs, [vector([y]) for y in labels])
        require(fits is not None and len(fits) == 1, f"{points}: an affine fit is found")
        for u, c in fits or []:
            require([dot(u, x) + c for x in inputs] == labels, f"{points}: u . x + c = y")
    return proved("induction over the samples with symbolic values; the elimination on three sets")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
