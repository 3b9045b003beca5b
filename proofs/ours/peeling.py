"""Peeling: theorems real-labels and narrow-resnet, step by step.

h is the affine function of a lower facet: 0 on its group T, negative on all samples left, of slope h(x + p) - h(x) = -1
along the direction p. phi is a one-sided unit (`constructions/parts/one_sided.py`): 0 for z <= 0, z for 0 <= z <= 2.
"""

import itertools
from random import Random

import sympy as sp
from flint import fmpq

from exactmem.activations import HARD_TANH, Activation, relu_like
from exactmem.constructions.build import build
from exactmem.constructions.corollary_4_2 import printed_units
from exactmem.constructions.narrow_resnet import groups_in
from exactmem.constructions.narrow_resnet import unmet as unmet_by
from exactmem.constructions.real_labels import units_for
from exactmem.constructions.theorem_4_1 import last_width_for
from exactmem.datasets import Dataset, make_dataset
from exactmem.errors import ExactmemError
from exactmem.general_position import find_dependent_samples
from exactmem.ledger.claims import OURS, ProofFailure, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    SIGNS,
    Expr,
    at_most,
    from_one,
    gap,
    index,
    less,
    parities,
    positive_index,
    real_regions,
    require_equal,
    require_nonnegative,
    require_positive,
    sign_of,
    slack,
    telescoping_sum,
)
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import D_X, D_Y, N
from exactmem.proofs.ours.affine_fit import affine_interpolation
from exactmem.proofs.ours.facets import full, rotation
from exactmem.proofs.ours.gates import steps
from exactmem.proofs.ours.interpolation import interpolation_values
from exactmem.proofs.yun2019 import activations
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS
from exactmem.proofs.yun2019.theorem_4_1.gates import SIZE_HARD_TANH, SIZE_RELU_LIKE, ceiling
from exactmem.sizes.problem import Problem

KAPPA = S_MINUS / (S_PLUS - S_MINUS)
ZERO, TWO = sp.Integer(0), sp.Integer(2)
ACTIVATIONS = (HARD_TANH, relu_like(1, 0), relu_like(1, "1/10"), relu_like(7, 2))


Z = sp.Symbol("z")
HARD_TANH_UNIT = activations.SIGMA_H(Z - 1) + 1
RELU_LIKE_UNIT = (activations.SIGMA_R(Z) - activations.M * Z) / (activations.P - activations.M)


def hard_tanh_unit(z: Expr) -> Expr:
    """The one-sided unit of hard-tanh."""
    return taken(HARD_TANH_UNIT, {Z: z, activations.SIGMA_H: activations.hard_tanh})


def relu_like_unit(z: Expr) -> Expr:
    """The one-sided unit of a ReLU-like activation."""
    slopes = {activations.P: S_PLUS, activations.M: S_MINUS}
    return taken(RELU_LIKE_UNIT, {Z: z, activations.SIGMA_R: activations.relu_like} | slopes)


@claim(
    id="one-sided",
    theorem="narrow-resnet",
    source=OURS,
    place="one-sided units",
    statement="{} = min(max(0, z), 2), and {} = max(0, z) for all slopes: both are 0 for z <= 0 and z for 0 <= z <= 2.",
    formulas=[HARD_TANH_UNIT, RELU_LIKE_UNIT],
    expected=Verdict.PROVED,
)
def one_sided() -> Result:
    """Hypotheses: s_+ > s_- >= 0, z real.

    Line: both sides agree at and between the breakpoints 0, 2 and 0.
    Conclusion: one unit of either kind, with an affine remainder in the second case, does the same between 0 and 2.
    """
    for name, z in real_regions([ZERO, TWO]):
        positive = z if sign_of(z) >= 0 else ZERO
        require_equal(hard_tanh_unit(z), TWO if sign_of(z - 2) > 0 else positive, name)
    for name, z in real_regions([ZERO]):
        require_equal(relu_like_unit(z), z if sign_of(z) >= 0 else ZERO, name)
    return proved(activations.METHOD)


PHI = sp.Function("phi")
STEEP, HEIGHT, WANTED, SIZE, MOVE, LARGER = *names("A h R size D"), sp.Symbol("max(0, h)")
SINGLE = PHI(STEEP * HEIGHT + WANTED / SIZE)
PAIR = SIZE * PHI(STEEP * HEIGHT + WANTED / SIZE + 1) - SIZE * PHI(STEEP * HEIGHT + 1)
MOVED = sp.Ge(MOVE, LARGER + 1)


def identity_on_0_to_2(z: Expr) -> Expr:
    """z for 0 <= z <= 2, where it is what a one-sided unit gives; ProofFailure elsewhere."""
    require_nonnegative(sp.cancel(z), "what a unit reads is at least 0")
    require_nonnegative(sp.cancel(2 - z), "and at most 2")
    return z


@claim(
    id="facet-values",
    theorem="narrow-resnet",
    source=OURS,
    place="units on a lower facet",
    statement=(
        "Units phi(A h + t), t prescribed on T and constant along p, supply any values R on T: size {} where all R > "
        "0, else {}; for large A they are 0 at all samples left, and at samples moved by D p with {}."
    ),
    formulas=[SINGLE, PAIR, MOVED],
    expected=Verdict.PROVED,
    by=[one_sided],
)
def values() -> Result:
    """Hypotheses: size >= |R| (one unit: size >= R/2); A >= t/|h| where t > 0 at samples at rest.

    Line: on T h = 0 and t is in [0, 2], where phi is the identity (one-sided). At rest A h + t = t - A |h| <= 0. Moved
    samples have h - D <= -1, and t is what it was, as its slope along p is 0.
    Conclusion: as stated, whatever the sign of R.
    """
    room, R = slack("room"), gap("|R|")
    size = R + room
    for value in (R, -R, ZERO):
        on_group = {STEEP: slack("A"), HEIGHT: 0, WANTED: value, SIZE: size, PHI: identity_on_0_to_2}
        require_equal(taken(PAIR, on_group), value, "the difference of two units")
    half = R / 2 + room
    on_group = {STEEP: slack("A"), HEIGHT: 0, WANTED: R, SIZE: half, PHI: identity_on_0_to_2}
    require_equal(half * taken(SINGLE, on_group), R, "a single unit")
    height, t, excess = gap("|h|"), gap("t"), slack("excess")
    require_nonnegative(-((t / height + excess) * -height + t), "at rest where t > 0")
    require_nonnegative(-(excess * -height - slack("|t|")), "at rest where t <= 0")
    for h, positive_part in ((gap("h"), gap("h")), (-slack("|h|"), ZERO)):
        least = taken(MOVED, {LARGER: positive_part}).rhs
        at_most(h - (least + excess), -1, "h at a moved sample is at most -1")
    return proved("symbolic values, heights and moves")


RHO, GROWTH = sp.Symbol("rho"), sp.Symbol("(kappa sum w_j u_j . p)")
NEXT_RHO = RHO / (1 - GROWTH)


@claim(
    id="leaky-state",
    theorem="narrow-resnet",
    source=OURS,
    place="residual networks of ReLU-likes with s_- > 0",
    statement=(
        "If the true state is h = h~ + (a . h~ + b) p and rho = 1 + a . p != 0, reading u . h + c - (u . p)(a . h +"
        " b)/rho gives u . h~ + c; units of weights rho' w_j/(s_+ - s_-) move h~ by p sum w_j phi(z_j), with a' = a"
        " + rho' kappa sum w_j u_j, b' = b + rho' kappa sum w_j c_j and rho' = {}, if the denominator is not 0; sum"
        " w_j u_j . p <= 0 makes it at least 1, and rho' lies in (0, rho] for rho > 0."
    ),
    formulas=[NEXT_RHO],
    expected=Verdict.PROVED,
    by=[one_sided],
)
def leaky_state() -> Result:
    """Hypotheses: kappa = s_-/(s_+ - s_-), z_j = u_j . h~ + c_j; rho and 1 - kappa sum w_j u_j . p are not 0.

    Line: scalar products are symbols, sums over j too. a . h + b = rho (a . h~ + b). phi(z) = sigma(z)/(s_+ - s_-) -
    kappa z turns the layer's update along p into rho' (sum w_j phi(z_j) + kappa sum w_j z_j), which is what
    h~' + (a' . h~' + b') p differs by.
    Conclusion: layer by layer the network computes the one of one-sided units. A unit A h + t has slope -A along p;
    with w_j > 0 for single units and w, -w in pairs of one A, sum w_j u_j . p <= 0, so 0 < rho' <= rho.
    """
    uh, up, ah, b, c = (sp.Symbol(name, real=True) for name in ("uh", "up", "ah", "b", "c"))
    rho, shrink = (sp.Symbol(name, real=True, nonzero=True) for name in ("rho", "1 - kappa sum w u.p"))
    y, ap = ah + b, rho - 1
    true_uh, true_ah = uh + y * up, ah + y * ap
    require_equal(true_ah + b, rho * y, "a . h + b")
    require_equal(true_uh + c - up * (true_ah + b) / rho, uh + c, "the reading")
    total, weighted_z = (sp.Symbol(name, real=True) for name in ("sum w phi", "sum w z"))
    kappa = slack("kappa")
    growth = 1 - shrink
    after = taken(NEXT_RHO, {RHO: rho, GROWTH: growth})
    # a'.p and a'.h~ + b'; then the same at h~' = h~ + p sum w phi; growth is kappa sum w u.p.
    new_ap, new_y = ap + after * growth, y + after * kappa * weighted_z
    require_equal(1 + new_ap, after, "rho' = 1 + a' . p")
    by_state = total + new_y + new_ap * total
    by_layer = y + after * (total + kappa * weighted_z)
    require_equal(by_state, by_layer, "the coefficient of p after the layer")
    steep, size, height, move = slack("A"), gap("size"), sp.Symbol("h", real=True), sp.Symbol("s", real=True)
    first, second = (sp.diff(steep * (height - move) + sp.Symbol(t), move) for t in ("t", "t'"))
    require_equal(first, -steep, "a unit's slope along p, which lowers the height")
    require_nonnegative(-(size * first), "a single unit's share of sum w u . p is at most 0")
    require_equal(size * first - size * second, 0, "a pair's share of sum w u . p is 0")
    grown, before = 1 + kappa * slack("|sum w u.p|"), gap("rho")
    at_most(1, grown, "1 - kappa sum w u . p >= 1")
    shrunk = taken(NEXT_RHO, {RHO: before, GROWTH: 1 - grown})
    require_positive(shrunk, "rho' > 0")
    at_most(shrunk, before, "rho' <= rho")
    return proved("bilinear identities with symbolic scalar products; denominators are named and not 0")


GROUPS, LAST = sp.Symbol("sum_(l<L) ceil(d_l/2)"), sp.Symbol("d_L")
FACETS_FIT, READ_OUT = sp.Le(sp.ceiling(N / D_X), GROUPS), sp.Ge(LAST, D_Y - 1)


@claim(
    id="narrow-resnet",
    theorem="narrow-resnet",
    source=OURS,
    place="theorem narrow-resnet",
    statement=(
        "If every d_x + 1 or fewer of N samples are affinely independent, {} and {}, a residual network of widths d_1, "
        "..., d_L classifies them, for hard-tanh and every ReLU-like."
    ),
    formulas=[FACETS_FIT, READ_OUT],
    expected=Verdict.PROVED,
    coq="NarrowResnet.theorem_narrow_resnet",
    by=[rotation, full, values, leaky_state, steps, interpolation_values],
)
def narrow_resnet() -> Result:
    """Hypotheses: ceil(N/d_x) lower facets in the order of peeling, ceil(d_l/2) of them per layer.

    Line: in a layer the facet peeled last gets one unit (all other units are 0 on it, what is missing is D > 0), each
    earlier one two: 2 ceil(d/2) - 1 <= d. Every sample ends at the exact code of its class (facet-values, leaky-state).
    Conclusion: the last layer reads d_y codes with d_y - 1 units.
    """
    for parity, width in parities("n"):
        groups = (width + 1) / 2 if parity == "odd" else width / 2
        require(sp.expand(groups).is_integer is True, "groups = ceil(width/2): an integer")
        at_most(width, 2 * groups, "at least width/2")
        at_most(2 * groups, width + 1, "and no more")
        at_most(1 + 2 * (groups - 1), width, f"the units fit into an {parity} width")
    for d in range(1, 5):
        require(groups_in((d, 1)) == -(-d // 2), "the program's ceil(d_l/2)")
    for samples, d_x, d_y, widths in itertools.product((1, 4, 5), (1, 2), (1, 3), ((1, 1), (2, 1), (3, 2), (2, 3, 2))):
        facets = taken(FACETS_FIT, {N: samples, D_X: d_x, GROUPS: groups_in(widths)})
        met = bool(facets.doit()) and bool(taken(READ_OUT, {LAST: widths[-1], D_Y: d_y}).doit())
        problem = Problem(samples, d_x, d_y, HARD_TANH)
        require(met == (unmet_by(problem, widths) is None), f"N = {samples}, d_x = {d_x}, {widths}: what is executed")
    return proved("the claims it rests on; both parities of a width")


@claim(
    id="4.1-any-widths",
    theorem="narrow-resnet",
    source=OURS,
    place="Theorem 4.1, corrected, any widths",
    statement=(
        "If every d_x + 1 or fewer samples are affinely independent, the printed sizes of Theorem 4.1, in all {} "
        "units for hard-tanh and {} for ReLU-likes below the last layer, suffice for all widths, odd ones and ones "
        "included."
    ),
    formulas=[SIZE_HARD_TANH.rhs, SIZE_RELU_LIKE.rhs],
    expected=Verdict.PROVED,
    coq="NarrowResnet.theorem_narrow_resnet",
    corrects="F.1-whole-gates",
    by=[narrow_resnet],
)
def any_widths() -> Result:
    """Hypotheses: the sum S of d_1, ..., d_(L-1) is at least 2N/d_x + 2 d_y, and d_L >= d_y (more for ReLU-likes).

    Line: sum ceil(d_l/2) >= S/2 >= N/d_x + d_y > ceil(N/d_x), and d_y >= d_y - 1.
    Conclusion: the condition of theorem narrow-resnet. Where whole gates fit, the printed construction does as well.
    """
    n, d, q = ceiling()
    d_y = from_one("d_y")
    for kind, size in (("hard-tanh", SIZE_HARD_TANH), ("relu-like", SIZE_RELU_LIKE)):
        total = taken(size.rhs, {N: n, D_X: d, D_Y: d_y}) + slack("spare")
        require_equal(total - slack("spare"), printed_units(kind, n, d, d_y), "the printed size as executed")
        holds(FACETS_FIT, "half the units are enough", {sp.ceiling(N / D_X): q, GROUPS: total / 2 + slack("rounded")})
        holds(READ_OUT, "the last layer reads d_y codes", {LAST: last_width_for(kind, d_y), D_Y: d_y})
    return proved("integers written as d q - r; theorem narrow-resnet")


FACETS_AND_CORE = sp.ceiling((N - 1) / D_X)
REAL_LABELS = sp.Min(D_X, D_Y) + (FACETS_AND_CORE - 1) * sp.Min(D_X, D_Y + 1)


def show_units_of_real_labels() -> None:
    """The count of the program: one unit per output, or per coordinate, and per facet d_y + 1, or d_x, units.

    Facets of d_x samples: t = R/size + 1 for every output and one t = 1 to be subtracted, or one t per sample.
    """
    m, d, more = index("facets"), positive_index("d"), positive_index("more")
    total = telescoping_sum(lambda _: sp.Symbol("units"), lambda k: k * sp.Symbol("units"), "facet by facet")(1, m)
    for d_x, d_y in ((d, d), (d, d + more), (d + 1, d), (d + 1 + more, d)):
        by_sample = d_x == d
        affine = sum_of_ones(d_x if by_sample else d_y)
        per_facet = affine if by_sample else affine + 1
        units = affine + total.subs("units", per_facet)
        require_equal(units, units_for(d_x, d_y, m), f"d_x = {d_x}, d_y = {d_y}")
        printed = taken(REAL_LABELS, {FACETS_AND_CORE: m + 1, D_X: d_x, D_Y: d_y})
        require_equal(units, printed, f"d_x = {d_x}, d_y = {d_y}: as printed")
    for d_x in (sp.Integer(2), 2 + more):
        scalar = units_for(d_x, sp.Integer(1), m)
        require_equal(scalar, 2 * (m + 1) - 1, "scalar labels: 2 ceil((N - 1)/d_x) - 1")
        less(2 * scalar, 4 * (m + 1), "less than half of 4 ceil((N - 1)/d_x), hence of 4 ceil(N/d_x)")


def sum_of_ones(count: Expr) -> Expr:
    """1 + ... + 1, one for each of `count` units."""
    return telescoping_sum(lambda _: sp.Integer(1), lambda k: k, "one more unit")(1, count)


@claim(
    id="real-labels",
    theorem="real-labels",
    source=OURS,
    place="theorem real-labels",
    statement=(
        "If every d_x + 1 or fewer of N >= 2 samples are affinely independent, {} hidden units fit any real labels in "
        "two layers, for hard-tanh and every ReLU-like."
    ),
    formulas=[REAL_LABELS],
    expected=Verdict.PROVED,
    by=[one_sided, rotation, full, values, affine_interpolation],
)
def real_labels() -> Result:
    """Hypotheses: N >= 2; m = ceil((N - 1)/d_x) - 1 lower facets of d_x samples, the core is what is left.

    Line: the core has N - m d_x samples, between 2 and d_x + 1: independent, so affine functions fit it. Facets in the
    opposite order need d_y + 1 units each (facet-values), or d_x with t = 1 at one sample and 0 at the others. The
    affine functions, and kappa times the units' own, are carried by d_y units, or by d_x (one per coordinate).
    Conclusion: the printed count; 2 ceil((N - 1)/d_x) - 1 for scalar labels, less than half of 4 ceil(N/d_x).
    """
    n, d, q = ceiling()
    N, facets = n + 1, q - 1
    less(1, N - facets * d, "the core has more than one sample")
    at_most(N - facets * d, d + 1, "and at most d_x + 1")
    show_units_of_real_labels()
    shift, t = gap("K"), sp.Symbol("t", real=True)
    require_equal(S_PLUS * (t + shift) / S_PLUS - shift, t, "a ReLU-like unit on its right side carries t")
    size, share = gap("size"), gap("|t|")
    for sign in SIGNS:
        inside = sign * share / (share + size)
        require_equal((share + size) * activations.hard_tanh(inside), sign * share, "a hard-tanh unit carries t")
    return proved("the claims it rests on; integers written as d q - r; units counted one by one, d_x <= d_y and not")


def small_sets() -> list[list[list[int]]]:
    """Random integer inputs in general position, the same on every run: N up to 8, d_x up to 3."""
    generator = Random(1)
    found: list[list[list[int]]] = []
    while len(found) < 12:
        d_x, N = generator.randint(1, 3), generator.randint(1, 8)
        points = [[generator.randint(-9, 9) for _ in range(d_x)] for _ in range(N)]
        inputs = [tuple(fmpq(v) for v in x) for x in points]
        if len(set(inputs)) == N and find_dependent_samples(inputs) is None:
            found.append(points)
    return found


def fits(data: Dataset, theorem: str, widths: tuple[int, ...] | None, activation: Activation) -> None:
    """Build and verify exactly; ProofFailure if that is not possible."""
    case = f"theorem {theorem}, widths {widths}, {activation.name}"
    try:
        built = build(data, theorem, widths, activation).network.widths
    except ExactmemError as error:
        raise ProofFailure(f"{case}: {error}") from error
    require(widths in (None, built), case)


@claim(
    id="general-position-small",
    theorem="narrow-resnet",
    source=OURS,
    place="theorems narrow-resnet, real-labels, default-class and 4.1",
    statement="The networks that exactmem builds at just sufficient widths fit their data exactly.",
    expected=Verdict.CHECKED,
)
def small_cases() -> Result:
    """Hypotheses: labels (or classes) i mod 3 at sample i.

    Line: every network is built and evaluated exactly at all samples; for narrow-resnet with every vector of widths up
    to 3 in one or two layers that just meets the condition, and all widths 1.
    Conclusion: the statement for the listed cases.
    """
    networks = 0
    for points in small_sets():
        N, d_x = len(points), len(points[0])
        classes = make_dataset(points, [[int(i % 3 == k) for k in range(3)] for i in range(N)])
        groups = -(-N // d_x)
        shapes = [w for layers in (1, 2) for w in itertools.product((1, 2, 3), repeat=layers)]
        shapes = [(*w, 2) for w in shapes if groups_in((*w, 2)) == groups] + [(1,) * groups + (2,)]
        for activation in ACTIVATIONS:
            for widths in shapes:
                fits(classes, "narrow-resnet", widths, activation)
            for theorem in ("real-labels", "default-class", "4.1")[: 2 + (d_x >= 3)]:
                fits(classes, theorem, None, activation)
            fits(make_dataset(points, [i % 3 for i in range(N)]), "real-labels", None, activation)
            networks += len(shapes) + 3 + (d_x >= 3)
    cases = "12 sets of 1 to 8 samples in 1 to 3 dimensions; hard-tanh and slopes (1, 0), (1, 1/10), (7, 2)"
    return checked("exact evaluation", f"{networks} networks: {cases}")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
