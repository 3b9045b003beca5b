"""Folding: narrow-resnet decided by argmax, as in `exactmem/constructions/parts/folding.py`.

K is the distance of two codes, B the base, f and h are affine functions that belong to a group: on it f is at most K
times the share away from the class k, and A |h| is at most twice that share of K. x is the code coordinate of a sample
and c what layers make of it, both less the least x.
"""

from typing import Any

import sympy as sp

from exactmem.constructions.parts import folding
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import Values, every, holds, taken
from exactmem.ledger.steps import Expr, at_most, from_one, gap, index, real_regions, require_equal, sign_of
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import D_X, D_Y, STEPS_TWICE, N
from exactmem.proofs.ours.affine_fit import affine_interpolation
from exactmem.proofs.ours.gates import steps
from exactmem.proofs.ours.interpolation import interpolation_values
from exactmem.proofs.ours.peeling import one_sided
from exactmem.proofs.yun2019.activations import METHOD, S_MINUS, S_PLUS, SIGMA_R, M, P, relu_like

SHARE = sp.Rational(int(folding.SHARE.numer()), int(folding.SHARE.denom()))
ZERO = sp.Integer(0)

HEIGHT, SIZE, OTHER, LEAST, FACTOR = names("h |h| y m q")
FOLDED = OTHER - FACTOR * SIGMA_R(HEIGHT) / (P - M)
READ = HEIGHT * (P + M) / (P - M) + 2 * (FOLDED - LEAST) / FACTOR
NEGATIVE = -SIZE + 2 * (OTHER - LEAST) / FACTOR


@claim(
    id="folding-fold",
    theorem="narrow-resnet",
    source=OURS,
    place="decided by argmax, layer 1",
    statement="After coordinate y has become {}, the affine function {} of the new state is {}, for all slopes.",
    formulas=[FOLDED, READ, NEGATIVE],
    expected=Verdict.PROVED,
)
def fold() -> Result:
    """Hypotheses: s_+ > s_- >= 0, q > 0; h does not read coordinate y.

    Line: both sides agree left of h = 0, there, and right of it.
    Conclusion: one unit folds space along h = 0, up to what y adds, which is as small as q is large.
    """
    for name, h in real_regions([ZERO]):
        size = h * (1 if sign_of(h) >= 0 else -1)
        given = {HEIGHT: h, SIZE: size, FACTOR: gap("q"), P: S_PLUS, M: S_MINUS, SIGMA_R: relu_like}
        taken(FOLDED, given)
        require_equal(taken(READ, given), taken(NEGATIVE, given), name)
    return proved(METHOD)


BASE, STEP, STEEP, FIT, REST, CLASS, START, CODE = names("B K A f e k x c")
ADDED = BASE + STEP * FIT - STEEP * SIZE + REST
STEEP_ENOUGH = sp.Ge(STEEP, (BASE + STEP * FIT + SHARE * STEP) / SIZE)
SMALL_REST, SMALL_START = sp.Le(REST, SHARE * STEP), sp.Le(START, SHARE * STEP)
NEAR_LOW, NEAR_HIGH = sp.Ge(FIT, CLASS - SHARE), sp.Le(FIT, CLASS + SHARE)
SMALL_ON_GROUP = sp.Le(SIZE, 2 * SHARE * STEP / STEEP)
AT_REST = sp.Le(ADDED, 0)
LOWEST, HIGHEST = sp.Ge(CODE, BASE + STEP * (CLASS - 3 * SHARE)), sp.Le(CODE, BASE + STEP * (CLASS + 3 * SHARE))


def between(low: Expr, high: Expr, name: str) -> list[Expr]:
    """Every number from low to high: the ends, and what lies between."""
    u, v = gap(f"u of {name}"), gap(f"v of {name}")
    return [low, (low * v + high * u) / (u + v), high]


def up_to_bound(relation: Any, name: str, given: Values) -> list[Expr]:
    """Every number from 0 to the right side of the relation."""
    return between(ZERO, taken(relation, given).rhs, name)


def near(k: Expr) -> list[Expr]:
    """Every f within a share of the class k."""
    return between(taken(NEAR_LOW, {CLASS: k}).rhs, taken(NEAR_HIGH, {CLASS: k}).rhs, "f")


def show_code(code: Expr, given: Values) -> None:
    """The code is at most three shares away from that of its class."""
    holds(LOWEST, "not below", {CODE: code, **given})
    holds(HIGHEST, "not above", {CODE: code, **given})


@claim(
    id="folding-code",
    theorem="narrow-resnet",
    source=OURS,
    place="decided by argmax, layer 2",
    statement=(
        "Layer 2 adds max(0, z), z = {}, to x, where e is A times what y adds. With {} and {}, {} outside the group. "
        "With {}, {} and {} on the group, and {}, c = x + z has {} and {}."
    ),
    formulas=[
        ADDED,
        STEEP_ENOUGH,
        SMALL_REST,
        AT_REST,
        NEAR_LOW,
        NEAR_HIGH,
        SMALL_ON_GROUP,
        SMALL_START,
        LOWEST,
        HIGHEST,
    ],
    expected=Verdict.PROVED,
    by=[fold, affine_interpolation, one_sided],
)
def code() -> Result:
    """Hypotheses: as stated; B, K > 0, x, e >= 0, on the group A > 0; k >= 0 is an integer.

    Line: outside, z <= B + K f + K/16 - A |h| <= 0. On the group c - B - K k is x + e + (K f - K k) - A |h|, and each
    of the four has its bound.
    Conclusion: every sample of a group gets its class's code, up to three shares of K, and no other group moves it.
    """
    k, base, step, size, steep = index("k"), gap("B"), gap("K"), gap("|h|"), gap("A")
    given = {BASE: base, STEP: step, CLASS: k}
    fit = sp.Symbol("f", real=True)
    outside = {**given, FIT: fit, SIZE: size}
    for rest in up_to_bound(SMALL_REST, "e", given):
        least = {**outside, STEEP: every(STEEP_ENOUGH, "A", outside), REST: rest}
        holds(AT_REST, "outside the group", least)
    for start in up_to_bound(SMALL_START, "x", given):
        for rest in up_to_bound(SMALL_REST, "e", given):
            for height in up_to_bound(SMALL_ON_GROUP, "|h|", {**given, STEEP: steep}):
                for f in near(k):
                    z = taken(ADDED, {**given, FIT: f, SIZE: height, STEEP: steep, REST: rest})
                    show_code(start + z, given)
    return proved("all numbers between the stated bounds")


FITTED = BASE + STEP * FIT
TURNED = FITTED - 2 * START
AFTER = START + SIGMA_R(TURNED) / (P + M)
TAKEN_OFF = (CODE - M * FITTED / (P + M)) * (P + M) / (P - M)
BASE_ENOUGH, BEYOND = sp.Ge(BASE, STEP * FIT + 6 * SHARE * STEP), sp.Le(TURNED, 0)
ONE_STEP, POSITIVE = sp.Ge(BASE, STEP), sp.Gt(TURNED, 0)


@claim(
    id="folding-last",
    theorem="narrow-resnet",
    source=OURS,
    place="decided by argmax, layer 3",
    statement=(
        "After x has become c = {}, {} is x + max(0, z) with z = {}, for all slopes. For the last group, near its "
        "classes as in folding-code, {} gives {}, and x + z is within the same bounds. For all others, whose x is a "
        "code within these bounds, {} gives {}: they stay."
    ),
    formulas=[AFTER, TAKEN_OFF, TURNED, ONE_STEP, POSITIVE, BASE_ENOUGH, BEYOND],
    expected=Verdict.PROVED,
    by=[code],
)
def last() -> Result:
    """Hypotheses: s_+ > s_- >= 0; 0 <= x <= K/16 in the last group; k >= 0 is an integer.

    Line: sigma(z) = s_- z + (s_+ - s_-) max(0, z), and s_- z is affine in x and f. In the last group z >= K - 3 K/16
    and x + z = B + K f - x. Elsewhere x >= B - 3 K/16, so that z <= K f + 6 K/16 - B.
    Conclusion: one unit moves the last group, as all others have gone beyond the base.
    """
    fitted = sp.Symbol("v", real=True)
    for name, z in real_regions([ZERO]):
        start = (fitted - z) / 2
        slopes = {P: S_PLUS, M: S_MINUS, SIGMA_R: relu_like}
        after = taken(AFTER, {START: start, BASE: fitted, STEP: ZERO, **slopes})
        read = taken(TAKEN_OFF, {CODE: after, BASE: fitted, STEP: ZERO, **slopes})
        require_equal(read, start + (z if sign_of(z) >= 0 else ZERO), name)
    k, step = index("k"), gap("K")
    given = {STEP: step, BASE: every(ONE_STEP, "B", {STEP: step}), CLASS: k}
    for start in up_to_bound(SMALL_START, "x", given):
        for f in near(k):
            inside = {**given, FIT: f, START: start}
            holds(POSITIVE, "in the last group", inside)
            show_code(start + taken(TURNED, inside), given)
    fit = sp.Symbol("f", real=True)
    elsewhere = {STEP: step, FIT: fit, CLASS: k}
    elsewhere[BASE] = every(BASE_ENOUGH, "B", elsewhere)
    holds(BEYOND, "elsewhere", {**elsewhere, START: every(LOWEST, "x", elsewhere)})
    return proved("all numbers between the stated bounds; the unit in both of its pieces")


KNOT = BASE + STEP * (CLASS - 3 * SHARE)
PART = (CODE - KNOT) / STEP
RISEN, GROUPS = names("w G")
LARGER, POSITIVE_OUTPUT = sp.Gt(1 - RISEN, RISEN), sp.Gt(1 - RISEN, 0)
LARGER_LAST, POSITIVE_LAST = sp.Gt(1 + RISEN, -RISEN), sp.Gt(1 + RISEN, 0)
ENOUGH = sp.Le(N, GROUPS * (D_X - GROUPS))
SIZE_OF_GROUP = sp.Le(N / GROUPS, D_X - GROUPS)


@claim(
    id="folding-argmax",
    theorem="narrow-resnet",
    source=OURS,
    place="decided by argmax",
    statement=(
        "Let d_y - 1 units interpolate the one-hot outputs at the codes {}, and go on beyond the last one. With w = {} "
        "the output of the class is 1 - w and that of the next one w, {} and {}; for the last class they are 1 + w and "
        "-w, of the one before, {} and {}; all others are 0. With {} groups of equal size have {}, and the widths are "
        "G - 1, G - 1, 1 and d_y - 1."
    ),
    formulas=[KNOT, PART, LARGER, POSITIVE_OUTPUT, LARGER_LAST, POSITIVE_LAST, ENOUGH, SIZE_OF_GROUP],
    expected=Verdict.PROVED,
    by=[code, last, interpolation_values],
)
def by_argmax() -> Result:
    """Hypotheses: c is at most three shares of K away from B + K k; 1 <= G < d_x.

    Line: 0 <= w <= 6/16 < 1/2.
    Conclusion: the output of the right class is strictly the largest, also where f, h and the codes are rounded. The G
    coordinates that are written to are not read by any f or h, so that d_x - G are left for a group.
    """
    given = {BASE: gap("B"), STEP: gap("K"), CLASS: index("k")}
    require_equal(taken(KNOT, {**given, CLASS: index("k") + 1}) - taken(KNOT, given), gap("K"), "one step per class")
    low, high = (taken(bound, given).rhs for bound in (LOWEST, HIGHEST))
    for c in between(low, high, "c"):
        risen = taken(PART, {**given, CODE: c})
        at_most(ZERO, risen, "w is not negative")
        for relation in (LARGER, POSITIVE_OUTPUT, LARGER_LAST, POSITIVE_LAST):
            holds(relation, "the right output is larger", {RISEN: risen})
    groups = from_one("G")
    sizes = {GROUPS: groups, D_X: groups + from_one("d_x - G")}
    holds(SIZE_OF_GROUP, "a group fits", {**sizes, N: every(ENOUGH, "N", sizes)})
    return proved("all numbers between the stated bounds")


TOLERANCE, HALF_A_STEP = 3 * SHARE * STEP, sp.Lt(3 * SHARE * STEP, STEP / 2)
UNITS = 2 * (D_Y - 1)


@claim(
    id="folding-flat",
    theorem="narrow-resnet",
    source=OURS,
    place="with flat outputs",
    statement=(
        "{}, so that the steps of readout-steps with the tolerance {} give exactly one-hot outputs, with {} units in "
        "the place of d_y - 1."
    ),
    formulas=[HALF_A_STEP, TOLERANCE, UNITS],
    expected=Verdict.PROVED,
    by=[code, last, steps],
)
def flat() -> Result:
    """Hypotheses: c is at most three shares of K away from B + K k; codes are K apart.

    Line: a tolerance must be below half the distance of two codes.
    Conclusion: labels are met exactly, although f and h are rounded.
    """
    step = gap("K")
    holds(HALF_A_STEP, "the tolerance", {STEP: step})
    base, k = gap("B"), index("k")
    for bound, sign in ((LOWEST, -1), (HIGHEST, 1)):
        off = taken(bound, {BASE: base, STEP: step, CLASS: k}).rhs - base - step * k
        require_equal(off, sign * taken(TOLERANCE, {STEP: step}), "how far c may be off")
    require_equal(taken(UNITS), taken(STEPS_TWICE).rhs, "two ReLU-like units for each step")
    return proved("the bounds of folding-code and folding-last")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
