"""Lower facets of sets of samples: how one grows, and that all but the last have d_x samples.

h is the affine function of a lower facet: 0 on its group T, negative on all samples left, of slope h(x + p) - h(x) = -1
along the direction p.
"""

import sympy as sp

from exactmem.constructions.parts.facets import moment_direction
from exactmem.ledger.arguments import Line, assemble
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import at_most, gap, index, less, require_equal, sign_of, slack
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import D_X, N
from exactmem.proofs._facts import RANK_NULLITY
from exactmem.proofs.ours.polynomials import projection, roots
from exactmem.proofs.yun2019.theorem_4_1.gates import ceiling

ZERO = sp.Integer(0)


HEIGHT, SLOPE, TURN, OTHER, OTHER_SLOPE = names("h g lambda h(a) g(a)")
LEAST_TURN, TURNED = -OTHER / OTHER_SLOPE, HEIGHT + TURN * SLOPE
FACETS = sp.ceiling(N / D_X)


@claim(
    id="facet-rotation",
    theorem="narrow-resnet",
    source=OURS,
    place="lower facets, one rotation",
    statement=(
        "If h is 0 on T and negative on all other samples left, g is affine, 0 on T and of slope 0 along p, and "
        "lambda = {}, the least such quotient over samples with g > 0, is attained at one sample a alone, then {} is 0 "
        "on T and a, negative on all others, and of slope -1 along p."
    ),
    formulas=[LEAST_TURN, TURNED],
    expected=Verdict.PROVED,
)
def rotation() -> Result:
    """Hypotheses: as stated; lambda = -h(a)/g(a) > 0.

    Line: at a the new value is h(a) + lambda g(a) = 0; where g <= 0 it is at most h < 0; where g > 0 and -h/g =
    lambda + x with x > 0 it is -x g < 0. Slopes along p add up: -1 + lambda * 0.
    Conclusion: as stated; the group of the hyperplane has grown by one sample.
    """
    h, g, excess = -gap("|h|"), gap("g"), gap("excess")
    turn = gap("lambda")
    least = taken(LEAST_TURN, {OTHER: h, OTHER_SLOPE: g})
    require_equal(taken(TURNED, {HEIGHT: h, SLOPE: g, TURN: least}), 0, "the new sample")
    require(sign_of(least) == 1, "the turn is positive")
    require_equal(taken(TURNED, {HEIGHT: 0, SLOPE: 0, TURN: turn}), 0, "the group so far")
    for below in (ZERO, -gap("|g|")):
        require(sign_of(taken(TURNED, {HEIGHT: h, SLOPE: below, TURN: turn})) == -1, "where g <= 0")
    later = -(turn + excess) * g  # the quotient -h/g is lambda + excess there
    require(sign_of(taken(TURNED, {HEIGHT: later, SLOPE: g, TURN: turn})) == -1, "where g > 0, later")
    require_equal(taken(TURNED, {HEIGHT: -1, SLOPE: 0, TURN: turn}), -1, "the slope along p")
    return proved("signs of h + lambda g in all cases")


@claim(
    id="facet-full",
    theorem="narrow-resnet",
    source=OURS,
    place="lower facets, their size",
    statement=(
        "If every d_x + 1 or fewer of N samples are affinely independent, all can be peeled off in {} lower facets, "
        "along (1, s, s^2, ...) for all but finitely many s."
    ),
    formulas=[FACETS],
    expected=Verdict.PROVED,
    by=[rotation, projection, roots],
)
def full() -> Result:
    """Hypotheses: T, fewer than d_x samples, is the group so far; (x, 1) and (p, 0) are homogeneous coordinates.

    Line: a flat through at most d_x samples lies in a hyperplane n . x = c, n != 0, and n . p(s) is a polynomial in s
    that is not 0: p is parallel to none of these flats for all but finitely many s (off_flats). Then no (a, 1) is in
    the span of the (T, 1) and (p, 0) (off_span), so some functional g that is 0 on T and p is not 0 there. If every
    such g met a and b together, w = h(a) (b, 1) - h(b) (a, 1) would be in that span, hence in that of the (T, 1), and
    T, a, b would be dependent (met_together). Each pair excludes a proper subspace of functionals, and finitely many
    of these do not cover the space (off_subspaces); g or -g turns to some sample.
    Conclusion: rotations (facet-rotation) add one sample each, until the group has d_x samples or no sample is left.
    """
    independent, direction = "every d_x + 1 or fewer samples are affinely independent", "p is parallel to no flat"
    outside, single = "no (a, 1) in span((T, 1), (p, 0))", "no two samples are met by every g together"
    chosen, grown = "a g that meets one sample first", "the group has grown by one sample"
    assemble(
        [independent],
        [
            Line((independent,), direction, off_flats),
            Line((independent, direction), outside, off_span),
            Line((independent, outside), single, met_together),
            Line((outside, single), chosen, off_subspaces),
            Line((chosen,), grown, rotation),
        ],
        [grown],
    )
    n, d, q = ceiling()
    facets = taken(FACETS, {sp.ceiling(N / D_X): q})
    at_most(n, d * facets, "so many facets of d_x samples use up all N")
    less(d * (facets - 1), n, "one less do not: the last is not empty, and may be smaller")
    return proved("linear algebra in homogeneous coordinates, assembled", assumes=[RANK_NULLITY])


def off_flats() -> None:
    """n . (1, s, s^2, ...) has the coefficients n, not all 0: few roots; a flat of d_x points has such an n."""
    roots()
    s = 3
    require(moment_direction(4, s) == [1, s, s**2, s**3], "the direction that is tried is (1, s, s^2, ...)")
    d_x = 1 + index("d_x_minus_1")
    less(d_x - 1, d_x, "the directions of a flat through d_x points: d_x - 1 at most, so some n != 0 is 0 on them")


def off_span(left_out: int = 1) -> None:
    """(a, 1) = sum t_i (T_i, 1) + m (p, 0) gives a - sum t_i T_i = m p and sum t_i = 1.

    m != 0: p is along the flat of T and a, at most d_x samples. m = 0: T and a are dependent, at most d_x + 1 samples.
    """
    size = index("|T|")
    d_x = size + left_out + slack("more")
    at_most(size + 1, d_x, "T and a are at most d_x samples, as T has fewer than d_x")
    a, p, m = sp.Symbol("a", commutative=False), sp.Symbol("p", commutative=False), sp.Symbol("m", nonzero=True)
    combination = a - m * p
    require_equal((a - combination) / m, p, "m != 0: p = (a - sum t_i T_i)/m, a difference of points of the flat")
    total = 1 - sp.Symbol("sum_t")
    require_equal(total.subs(sp.Symbol("sum_t"), 1), 0, "m = 0: the coefficients 1 and -t_i of a and T add up to 0")


def met_together() -> None:
    """h(w) = 0, h(T) = 0 and h(p) = -1 leave no share of p in w; then T, a, b are dependent, |T| + 2 <= d_x + 1."""
    h_a, h_b = -gap("|h(a)|"), -gap("|h(b)|")
    require_equal(h_a * h_b - h_b * h_a, 0, "h(w) = 0")
    share, g_a, g_b = sp.Symbol("m", real=True), gap("g(a)"), gap("g(b)")
    (only,) = sp.solve(0 + share * -1, share)
    require_equal(only, 0, "h(sum t_i (T_i, 1) + m (p, 0)) = -m = 0")
    require(sign_of(h_a) == -1 and sign_of(h_b) == -1, "a and b have the coefficients -h(b), h(a) in w, not 0")
    met = (-h_a / g_a) - (-h_b / g_b)
    require_equal(met * g_a * g_b, -(h_a * g_b - h_b * g_a), "met together (equal turns) says g(w) = 0")
    size = index("|T|")
    at_most(size + 2, (size + 1 + slack("more")) + 1, "T, a and b are at most d_x + 1 samples")


def off_subspaces() -> None:
    """Each proper subspace excludes at most as many points of a moment curve as its equation has roots."""
    roots()
    spaces, per_space = index("subspaces"), index("exceptions_each")
    less(spaces * per_space, spaces * per_space + 1, "more points than exceptions")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
