"""The paper's remarks on sizes around Theorem 3.1 and Proposition 3.2: sections 1.1, 3.1 and "The number of edges"."""

import sympy as sp

from exactmem.activations import RELU
from exactmem.constructions import find_theorem
from exactmem.ledger.claims import OURS, PAPER, Kind, Result, Verdict, checked, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import every, fails, holds, taken
from exactmem.ledger.steps import (
    Expr,
    from_one,
    index,
    less,
    require_equal,
    slack,
)
from exactmem.proofs._conditions import (
    CODES,
    CODES_RELU_LIKE,
    D_1,
    D_2,
    D_3,
    D_X,
    D_Y,
    GATES_RELU_LIKE,
    PRODUCT,
    STEPS,
    N,
)
from exactmem.proofs.ours import product
from exactmem.proofs.yun2019 import proposition_3_2
from exactmem.proofs.yun2019.theorem_3_1.as_printed import show_floor
from exactmem.size_bounds.related_work import zhang_matrix_entries
from exactmem.sizes.problem import Problem

IMAGENET = Problem(10**6, 3 * 224 * 224, 1000, RELU)
ILSVRC_2012 = 1_281_167
PRINTED = (2000, 2000, 4000)


def edges(d_x: Expr, first: Expr, second: Expr, d_y: Expr) -> Expr:
    """Weights and biases of a 3-layer network."""
    return first * (d_x + 1) + second * (first + 1) + d_y * (second + 1)


TWICE = sp.Ge(D_1 * D_2, 2 * N * D_Y)
SUMMARY = (sp.Ge(D_1 * D_2, 4 * N), sp.Ge(D_3, 4 * D_Y))
EDGES = 4 * N + (2 * D_X + 6) * sp.sqrt(N) + 1
FEWER = sp.Lt(EDGES, (D_X + 2) * N)


@claim(
    id="1.1-product-sufficient",
    theorem="3.1",
    source=OURS,
    place="Section 1.1, 'd_1 d_2 >= 4 N d_y', corrected",
    statement=(
        "With d_2 >= d_y, a 3-layer ReLU-like network with {} (hence with 4 N d_y, as printed) fits any labels at N"
        " distinct inputs."
    ),
    formulas=[TWICE],
    expected=Verdict.PROVED,
    corrects="1.1-product",
    by=[product.relu_like_theorem],
)
def product_sufficient() -> Result:
    """Hypotheses: d_2 = d_y f + r with f >= 1 and 0 <= r < d_y; d_1 d_2 = 2 N d_y + x, x >= 0.

    Line: f = floor(d_2/d_y) and 2 d_y f > d_2, so d_1 f > d_1 d_2/(2 d_y) >= N.
    Conclusion: the condition of theorem product.
    """
    r, f = index("r"), from_one("f")
    d_y = r + 1 + index("d_y - 1 - r")
    d_2 = d_y * f + r
    show_floor(d_2, d_y, f, "floor(d_2/d_y)")
    less(d_2, 2 * d_y * f, "2 d_y floor(d_2/d_y) > d_2")
    samples, excess = index("N"), slack("x")
    d_1 = (taken(TWICE, {N: samples, D_Y: d_y}).rhs + excess) / d_2
    holds(TWICE, "d_1 d_2 >= 2 N d_y", {D_1: d_1, D_2: d_2, N: samples, D_Y: d_y})
    holds(PRODUCT, "d_1 floor(d_2/d_y) >= N", {D_1: d_1, sp.floor(D_2 / D_Y): f, N: samples})
    return proved("symbolic widths; theorem product")


@claim(
    id="1.1-square-root-any",
    theorem="3.1",
    source=OURS,
    place="Section 1.1, 'd_1 = d_2 = 2 sqrt(N)', corrected",
    statement=(
        "For d_y = 1, d_1 = d_2 = 2 sqrt(N) meets {} for every square N, odd roots included, and suffices; so do "
        "d_1 = d_2 = ceil(sqrt(N)) for any N."
    ),
    formulas=[PRODUCT],
    expected=Verdict.PROVED,
    corrects="1.1-square-root",
    by=[product.relu_like_theorem],
)
def square_root_any() -> Result:
    """Hypotheses: theorem product with d_y = 1.

    Line: (2 n)^2 >= n^2; (root + x)^2 >= root^2 for the rounding x >= 0.
    Conclusion: a quarter of the printed product is enough, so its floors do not matter.
    """
    n, root, excess = index("sqrt(N)"), slack("root"), slack("x")
    for width, samples in ((2 * n, n**2), (root + excess, root**2)):
        given = {D_1: width, sp.floor(D_2 / D_Y): width, N: samples}
        holds(PRODUCT, "widths 2 sqrt(N), widths ceil(sqrt(N))", given)
    return proved("nonnegative coefficients; theorem product")


@claim(
    id="1.1-classification",
    theorem="3.1",
    source=PAPER,
    place="Section 1.1, 'd_1 d_2 >= 4N and d_3 >= 4 d_y'",
    statement="Proposition 3.2's conditions for ReLU-likes, {} and {}, hold whenever {} and {}.",
    formulas=[CODES_RELU_LIKE, GATES_RELU_LIKE, *SUMMARY],
    expected=Verdict.REFUTED,
    kind=Kind.TRUE_OTHERWISE,
    quote=(
        "Proposition 3.2 shows that a 4-layer ReLU FNN with hidden layer widths d_1, d_2, and d_3 can fit any dataset"
        " if d_1d_2 >= 4N and d_3 >= 4d_y."
    ),
    note="The size is true; Proposition 3.2 has floors.",
    witness="1.1-classification.json",
)
def classification() -> Result:
    """Hypotheses: d_1 = 4, d_2 = 1, d_3 = 4, N = 1, d_y = 1.

    Line: d_1 d_2 = 4 N and d_3 = 4 d_y, but 4 floor(4/4) floor(1/4) = 0 < 1.
    Conclusion: the floors are lost in the summary (the summary itself is true: 1.1-classification-any).
    """
    widths, problem = (4, 1, 4), Problem(1, 1, 1, RELU)
    at = dict(zip((D_1, D_2, D_3), widths, strict=True)) | {N: problem.N, D_Y: problem.d_y}
    for condition in (*SUMMARY, GATES_RELU_LIKE):
        holds(condition, "the summary's condition holds", at)
    require((widths[0] * widths[1], widths[2]) == (4 * problem.N, 4 * problem.d_y), "with equality")
    fails(CODES_RELU_LIKE, "Proposition 3.2's condition does not", at)
    reason = find_theorem("3.2").unmet(problem, widths)
    require(reason is not None and "0 < 1" in reason, "Proposition 3.2's condition does not")
    return refuted("N = 1, d_y = 1, widths 4, 1, 4: 4 floor(4/4) floor(1/4) = 0 < 1")


@claim(
    id="1.1-classification-any",
    theorem="3.1",
    source=OURS,
    place="Section 1.1, 'd_1 d_2 >= 4N and d_3 >= 4 d_y', corrected",
    statement="{} and {} are enough for exact one-hot outputs; so are {} and {}.",
    formulas=[*SUMMARY, CODES, STEPS],
    expected=Verdict.PROVED,
    corrects="1.1-classification",
    by=[proposition_3_2.product_readout],
)
def classification_any() -> Result:
    """Hypotheses: theorem product-readout.

    Line: 4N >= N and 4 d_y >= d_y - 1.
    Conclusion: the summary is true, with room to spare, but not by Proposition 3.2.
    """
    samples, classes = index("N"), from_one("d_y")
    product, gates = (every(part, "width", {N: samples, D_Y: classes}) for part in SUMMARY)
    holds(CODES, "4N >= N", {D_1 * D_2: product, N: samples})
    holds(STEPS, "4 d_y >= d_y - 1", {D_3: gates, D_Y: classes})
    return proved("theorem product-readout")


@claim(
    id="1.1-imagenet",
    theorem="3.1",
    source=PAPER,
    place="Sections 1.1 and 3.1, '2k-2k-4k'",
    statement=(
        "Widths 2000, 2000, 4000 meet Proposition 3.2's conditions {} and {} for 10^6 samples of 1000 classes, exactly."
    ),
    formulas=[CODES_RELU_LIKE, GATES_RELU_LIKE],
    expected=Verdict.CHECKED,
)
def imagenet() -> Result:
    """Hypotheses: ReLU, N = 10^6, d_y = 1000.

    Line: 4 floor(2000/4)^2 = 10^6, 4 * 1000 = 4000; these are also the admissible widths with the fewest units.
    Conclusion: right as printed, and tight: 10^6 + 1 samples are not covered.
    """
    theorem, widths = find_theorem("3.2"), PRINTED
    at = dict(zip((D_1, D_2, D_3), widths, strict=True)) | {D_Y: IMAGENET.d_y}
    for condition in (CODES_RELU_LIKE, GATES_RELU_LIKE):
        holds(condition, "the condition holds", at | {N: IMAGENET.N})
    fails(CODES_RELU_LIKE, "one sample more is not covered", at | {N: IMAGENET.N + 1})
    require(theorem.unmet(IMAGENET, widths) is None, "the program's condition holds")
    require(theorem.smallest(IMAGENET) == widths, "no admissible widths have fewer units")
    one_more = Problem(IMAGENET.N + 1, IMAGENET.d_x, IMAGENET.d_y, RELU)
    require(theorem.unmet(one_more, widths) is not None, "one sample more is not covered")
    return checked("integer arithmetic", "N = 10^6 and 10^6 + 1, d_y = 1000, widths 2000, 2000, 4000")


@claim(
    id="1.1-imagenet-fewer",
    theorem="3.1",
    source=OURS,
    place="Sections 1.1 and 3.1, '2k-2k-4k', improved",
    statement=(
        "Theorem product-readout needs widths 1000, 1000, 999 for 10^6 samples of 1000 classes, and covers the "
        "1,281,167 training images of ILSVRC 2012 with the printed 2000, 2000, 4000, which Proposition 3.2 does not."
    ),
    expected=Verdict.CHECKED,
)
def imagenet_fewer() -> Result:
    """Hypotheses: ReLU; theorem product-readout.

    Line: 1000 * 1000 = 10^6 and 999 = d_y - 1; 2000 * 2000 >= 1,281,167 > 4 floor(2000/4)^2.
    Conclusion: 2999 hidden units instead of 8000.
    """
    theorem = find_theorem("product-readout")
    require(theorem.smallest(IMAGENET) == (1000, 1000, 999), "the widths with the fewest units")
    actual = Problem(ILSVRC_2012, IMAGENET.d_x, IMAGENET.d_y, RELU)
    require(theorem.unmet(actual, PRINTED) is None, "product-readout covers the actual training set")
    require(find_theorem("3.2").unmet(actual, PRINTED) is not None, "Proposition 3.2 does not")
    return checked("integer arithmetic", "N = 10^6 and 1,281,167, d_y = 1000")


@claim(
    id="3.1-edges",
    theorem="3.1",
    source=PAPER,
    place="Section 3.2, 'The number of edges'",
    statement="A 3-layer network with d_1 = d_2 = 2 sqrt(N), d_y = 1 has {} edges, biases counted.",
    formulas=[EDGES],
    expected=Verdict.PROVED,
)
def edge_count() -> Result:
    """Hypotheses: n = sqrt(N), full weight matrices.

    Line: 2n (d_x + 1) + 2n (2n + 1) + (2n + 1).
    Conclusion: as printed; theorem product, with widths n, needs n^2 + (d_x + 3) n + 1 only.
    """
    n, d_x = index("n"), index("d_x")
    require_equal(edges(d_x, 2 * n, 2 * n, sp.Integer(1)), taken(EDGES, {N: n**2, D_X: d_x}), "widths 2n")
    require_equal(edges(d_x, n, n, sp.Integer(1)), n**2 + (d_x + 3) * n + 1, "widths n")
    return proved("identity of polynomials")


@claim(
    id="3.1-edges-fewer",
    theorem="3.1",
    source=PAPER,
    place="Section 3.2, 'much fewer'",
    statement="{}, the number for the two-layer construction.",
    formulas=[FEWER],
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote=(
        "The existing result [53] requires (d_x+2)N edges, while our construction for ReLU requires "
        "4N+(2d_x+6)sqrt(N)+1 edges, which is much fewer."
    ),
    note="Read for d_x >= 3 and N >= 169 it is true.",
)
def edges_fewer() -> Result:
    """Hypotheses: d_x = 1 or 2, any N; d_x = 3, N = 144.

    Line: the difference printed - (d_x + 2) N is positive.
    Conclusion: nothing is saved for inputs of one or two dimensions, nor for N <= 144 in three.
    """
    n = from_one("n")
    for d_x in (1, 2):
        fails(FEWER, f"d_x = {d_x}: not fewer", {D_X: d_x, N: n**2})
    fails(FEWER, "d_x = 3, N = 144", {D_X: 3, N: 144})
    require(edges(3, 24, 24, 1) - zhang_matrix_entries(3, 144) == 1, "by one")
    return refuted("d_x = 1, N = 1: 13 > 3 (for d_x = 1, 2 it fails for every N; d_x = 3, N = 144: 721 > 720)")


@claim(
    id="3.1-edges-fewer-from",
    theorem="3.1",
    source=OURS,
    place="Section 3.2, 'much fewer', corrected",
    statement="For d_x >= 3 and N >= 169 {}.",
    formulas=[FEWER],
    expected=Verdict.PROVED,
    corrects="3.1-edges-fewer",
)
def edges_fewer_from() -> Result:
    """Hypotheses: d_x = 3 + x, sqrt(N) = 13 + y with integers x >= 0 and real y >= 0.

    Line: (d_x + 2) N - 4N - (2 d_x + 6) sqrt(N) - 1 has positive coefficients in x and y.
    Conclusion: 169 is the least square for d_x = 3; one needs sqrt(N) > 12 there.
    """
    d_x, n = 3 + index("x"), 13 + slack("y")
    holds(FEWER, "fewer edges", {D_X: d_x, N: n**2})
    return proved("nonnegative coefficients")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
