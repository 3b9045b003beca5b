"""The paper's remarks on sizes around Theorem 3.1 and Proposition 3.2: sections 1.1, 3.1 and "The number of edges"."""

import sympy as sp

from exactmem.activations import RELU
from exactmem.constructions import find_theorem
from exactmem.ledger.claims import OURS, PAPER, Kind, Result, Verdict, checked, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.steps import (
    Expr,
    at_most,
    from_one,
    index,
    less,
    require_equal,
    slack,
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


@claim(
    id="1.1-product-sufficient",
    theorem="3.1",
    source=OURS,
    place="Section 1.1, 'd_1 d_2 >= 4 N d_y', corrected",
    statement=(
        "With d_2 >= d_y, a 3-layer ReLU-like network with d_1 d_2 >= 2 N d_y (hence with 4 N d_y, as printed) fits "
        "any labels at N distinct inputs."
    ),
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
    d_1 = (2 * samples * d_y + excess) / d_2
    require_equal(d_1 * d_2, 2 * samples * d_y + excess, "d_1 d_2 >= 2 N d_y")
    at_most(samples, d_1 * f, "d_1 floor(d_2/d_y) >= N")
    return proved("symbolic widths; theorem product")


@claim(
    id="1.1-square-root-any",
    theorem="3.1",
    source=OURS,
    place="Section 1.1, 'd_1 = d_2 = 2 sqrt(N)', corrected",
    statement=(
        "For d_y = 1, d_1 = d_2 = 2 sqrt(N) is enough for every square N, odd roots included; ceil(sqrt(N)) is enough "
        "for any N."
    ),
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
    at_most(n**2, (2 * n) ** 2, "widths 2 sqrt(N)")
    at_most(root**2, (root + excess) ** 2, "widths ceil(sqrt(N))")
    return proved("nonnegative coefficients; theorem product")


@claim(
    id="1.1-classification",
    theorem="3.1",
    source=PAPER,
    place="Section 1.1, 'd_1 d_2 >= 4N and d_3 >= 4 d_y'",
    statement="Proposition 3.2's condition for ReLU-likes holds whenever d_1 d_2 >= 4N and d_3 >= 4 d_y.",
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
    sizes = (widths[0] * widths[1], widths[2])
    require(sizes == (4 * problem.N, 4 * problem.d_y), "the summary's condition holds, with equality")
    reason = find_theorem("3.2").unmet(problem, widths)
    require(reason is not None and "0 < 1" in reason, "Proposition 3.2's condition does not")
    return refuted("N = 1, d_y = 1, widths 4, 1, 4: 4 floor(4/4) floor(1/4) = 0 < 1")


@claim(
    id="1.1-classification-any",
    theorem="3.1",
    source=OURS,
    place="Section 1.1, 'd_1 d_2 >= 4N and d_3 >= 4 d_y', corrected",
    statement=(
        "d_1 d_2 >= 4N and d_3 >= 4 d_y are enough for exact one-hot outputs; so are d_1 d_2 >= N and d_3 >= d_y - 1."
    ),
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
    at_most(samples, 4 * samples, "4N >= N")
    at_most(classes - 1, 4 * classes, "4 d_y >= d_y - 1")
    return proved("theorem product-readout")


@claim(
    id="1.1-imagenet",
    theorem="3.1",
    source=PAPER,
    place="Sections 1.1 and 3.1, '2k-2k-4k'",
    statement="Widths 2000, 2000, 4000 meet Proposition 3.2's condition for 10^6 samples of 1000 classes, exactly.",
    expected=Verdict.CHECKED,
)
def imagenet() -> Result:
    """Hypotheses: ReLU, N = 10^6, d_y = 1000.

    Line: 4 floor(2000/4)^2 = 10^6, 4 * 1000 = 4000; these are also the admissible widths with the fewest units.
    Conclusion: right as printed, and tight: 10^6 + 1 samples are not covered.
    """
    theorem, widths = find_theorem("3.2"), PRINTED
    require(theorem.unmet(IMAGENET, widths) is None, "the condition holds")
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
    statement=(
        "A 3-layer network with d_1 = d_2 = 2 sqrt(N), d_y = 1 has 4N + (2 d_x + 6) sqrt(N) + 1 edges, biases counted."
    ),
    expected=Verdict.PROVED,
)
def edge_count() -> Result:
    """Hypotheses: n = sqrt(N), full weight matrices.

    Line: 2n (d_x + 1) + 2n (2n + 1) + (2n + 1).
    Conclusion: as printed; theorem product, with widths n, needs n^2 + (d_x + 3) n + 1 only.
    """
    n, d_x = index("n"), index("d_x")
    require_equal(edges(d_x, 2 * n, 2 * n, sp.Integer(1)), 4 * n**2 + (2 * d_x + 6) * n + 1, "widths 2n")
    require_equal(edges(d_x, n, n, sp.Integer(1)), n**2 + (d_x + 3) * n + 1, "widths n")
    return proved("identity of polynomials")


@claim(
    id="3.1-edges-fewer",
    theorem="3.1",
    source=PAPER,
    place="Section 3.2, 'much fewer'",
    statement="4N + (2 d_x + 6) sqrt(N) + 1 is less than (d_x + 2) N, the number for the two-layer construction.",
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
        less(zhang_matrix_entries(d_x, n**2), edges(d_x, 2 * n, 2 * n, 1), f"d_x = {d_x}: not fewer")
    require(edges(3, 24, 24, 1) - zhang_matrix_entries(3, 144) == 1, "d_x = 3, N = 144")
    return refuted("d_x = 1, N = 1: 13 > 3 (for d_x = 1, 2 it fails for every N; d_x = 3, N = 144: 721 > 720)")


@claim(
    id="3.1-edges-fewer-from",
    theorem="3.1",
    source=OURS,
    place="Section 3.2, 'much fewer', corrected",
    statement="For d_x >= 3 and N >= 169 the printed number is less than (d_x + 2) N.",
    expected=Verdict.PROVED,
    corrects="3.1-edges-fewer",
)
def edges_fewer_from() -> Result:
    """Hypotheses: d_x = 3 + x, sqrt(N) = 13 + y with integers x >= 0 and real y >= 0.

    Line: (d_x + 2) N - 4N - (2 d_x + 6) sqrt(N) - 1 has positive coefficients in x and y.
    Conclusion: 169 is the least square for d_x = 3; one needs sqrt(N) > 12 there.
    """
    d_x, n = 3 + index("x"), 13 + slack("y")
    less(edges(d_x, 2 * n, 2 * n, 1), zhang_matrix_entries(d_x, n**2), "fewer edges")
    return proved("nonnegative coefficients")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
