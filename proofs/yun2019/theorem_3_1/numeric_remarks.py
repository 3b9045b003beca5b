"""The papers' numeric remarks that compare sizes: with Zhang et al., with Huang, and the law of the width exponents.

The other ones: `size_remarks` (edges, ImageNet), `statements_3_1` (square roots), `general_position_sizes` (CIFAR-10).
"""

from math import isqrt

import sympy as sp

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions import find_theorem
from exactmem.ledger.claims import OURS, PAPER, Kind, Result, Verdict, checked, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, holds, taken
from exactmem.ledger.steps import (
    from_one,
    index,
    less,
    require_equal,
    telescoping_sum,
)
from exactmem.proofs._conditions import D_1, D_2, D_X, D_Y, PRINTED_HARD_TANH, PRINTED_RELU_LIKE, PRODUCT, N
from exactmem.proofs.ours import product
from exactmem.size_bounds.calculator import edges_of, largest_samples
from exactmem.size_bounds.related_work import (
    OVER_PARAMETERIZED,
    huang_widths,
    width_exponent,
    zhang_free_numbers,
    zhang_matrix_entries,
)
from exactmem.sizes.counts import fnn_edges
from exactmem.sizes.problem import Problem

ENTRIES, FREE = zhang_matrix_entries(D_X, N), zhang_free_numbers(D_X, N)


@claim(
    id="3.2-zhang-entries",
    theorem="3.2",
    source=PAPER,
    place="Section 3.2, 'requires (d_x + 2) N edges'",
    statement=(
        "{} counts the entries of all matrices and hidden biases of the two-layer network of width N: one less than"
        " with the output bias, which the paper counts for its own construction. {} of them are free."
    ),
    formulas=[ENTRIES, FREE],
    expected=Verdict.PROVED,
)
def zhang_entries() -> Result:
    """Hypotheses: width N, one output; in that construction all rows of the first matrix are one vector.

    Line: N d_x + N + N = (d_x + 2) N weights and hidden biases; all rows but one repeat it, (N - 1) d_x entries.
    Conclusion: right as a number of entries; with the count of 3.1-edges it is (d_x + 2) N + 1.
    """
    width, d_x = from_one("N"), from_one("d_x")
    entries, free = (taken(number, {N: width, D_X: d_x}) for number in (ENTRIES, FREE))
    require_equal(fnn_edges(d_x, (width,), 1), entries + 1, "weights, biases and the output bias")
    repeated = telescoping_sum(lambda _: d_x, lambda l: l * d_x, "the rows that repeat the first one")(1, width - 1)
    require_equal(entries - repeated, free, "one row, the biases and the output weights")
    return proved("identity of polynomials; the repeated rows counted by induction")


@claim(
    id="3.2-huang",
    theorem="3.2",
    source=PAPER,
    place="Section 3.2, 'memorization with d_1 = N/K and d_2 = K (in hard-tanh case)'",
    statement="Theorem 3.1's hard-tanh condition, {}, holds for d_1 = N/K and d_2 = K whenever K divides N.",
    formulas=[PRINTED_HARD_TANH],
    expected=Verdict.REFUTED,
    kind=Kind.TRUE_OTHERWISE,
    quote=(
        "we carefully choose parameters (instead of sampling) that achieve memorization with d_1 = N/K and d_2 = K "
        "(in hard-tanh case) without the need of extra 2K nodes"
    ),
    note="The size is true; Theorem 3.1 gives it for even N/K and K.",
    witness="3.2-huang.json",
)
def huang() -> Result:
    """Hypotheses: N = 1, K = 1; N = 9, K = 3; N = 6, K = 3.

    Line: 4 floor(1/2) floor(1/2) = 0 < 1; 4 floor(3/2)^2 = 4 < 9; 4 floor(2/2) floor(3/2) = 4 < 6.
    Conclusion: it holds for even N/K and even K.
    """
    theorem = find_theorem("3.1")
    for samples, K in ((1, 1), (9, 3), (6, 3)):
        widths = (samples // K, K)
        require(samples % K == 0, "K divides N")
        fails(PRINTED_HARD_TANH, f"K = {K}", dict(zip((D_1, D_2), widths, strict=True)) | {D_Y: 1, N: samples})
        require(theorem.unmet(Problem(samples, 1, 1, HARD_TANH), widths) is not None, f"N = {samples}, K = {K}")
    a, b = from_one("a"), from_one("b")
    floors = {sp.floor(D_1 / 2): a, sp.floor(D_2 / (2 * D_Y)): b}
    holds(PRINTED_HARD_TANH, "even N/K = 2a and K = 2b", floors | {N: (2 * a) * (2 * b)})
    return refuted("N = 1, K = 1 (4 floor(1/2) floor(1/2) = 0 < 1); N = 9, K = 3: 4 < 9")


@claim(
    id="3.2-huang-any",
    theorem="3.2",
    source=OURS,
    place="Section 3.2, 'd_1 = N/K and d_2 = K', corrected",
    statement=(
        "d_1 = ceil(N/K), d_2 = K meet {} for every K >= 1 and suffice, hard-tanh and ReLU-like; Huang's d_1 has 2K"
        " more."
    ),
    formulas=[PRODUCT],
    expected=Verdict.PROVED,
    corrects="3.2-huang",
    by=[product.relu_like_theorem, product.hard_tanh_theorem],
)
def huang_any() -> Result:
    """Hypotheses: theorem product with d_y = 1; ceil(N/K) = (N + r)/K with 0 <= r < K.

    Line: ceil(N/K) K = N + r >= N.
    Conclusion: the flexibility in K, without the 2K filters, for all K.
    """
    n, K, r = from_one("N"), from_one("K"), index("r")
    holds(PRODUCT, "ceil(N/K) K >= N", {D_1: (n + r) / K, sp.floor(D_2 / D_Y): K, N: n})
    theorem = find_theorem("product")
    for samples in (1, 7, 9, 10**12):
        d1, d2 = huang_widths(samples)
        require(theorem.unmet(Problem(samples, 1, 1, HARD_TANH), (d1 - 2 * d2, d2)) is None, f"N = {samples}")
    return proved(
        "nonnegative coefficients; theorem product",
    )


@claim(
    id="3.2-both-roots",
    theorem="3.2",
    source=PAPER,
    place="Section 3.2, 'd_1 = d_2 = 2 sqrt(N d_y)'",
    statement="Theorem 3.1's ReLU condition, {}, holds for d_1 = d_2 = 2 sqrt(N d_y) whenever this is an even integer.",
    formulas=[PRINTED_RELU_LIKE],
    expected=Verdict.REFUTED,
    kind=Kind.TRUE_OTHERWISE,
    quote=(
        "Theorem 3.1 shows that if the two ReLU hidden layers satisfy d_1 = d_2 = 2 sqrt(N d_y), then the network can"
        " fit a given dataset perfectly."
    ),
    note="The size is true where 4 N >= d_y; Theorem 3.1 does not give all of it.",
    witness="3.2-both-roots.json",
)
def both_roots() -> Result:
    """Hypotheses: N = d_y = 2, widths 2 sqrt(4) = 4; also N = 8, d_y = 2, widths 8, where it does hold.

    Line: 4 floor(4/4) floor(4/8) = 0 < 2; 4 floor(8/4) floor(8/8) = 8.
    Conclusion: besides odd square roots (1.1-square-root), few samples per output are not covered.
    """
    theorem = find_theorem("3.1")
    require(theorem.unmet(Problem(8, 1, 2, RELU), (8, 8)) is None, "N = 8, d_y = 2 holds")
    require(isqrt(2 * 2) ** 2 == 2 * 2, "sqrt(N d_y) = 2")
    fails(PRINTED_RELU_LIKE, "N = 2, d_y = 2 does not", {D_1: 4, D_2: 4, D_Y: 2, N: 2})
    require(theorem.unmet(Problem(2, 1, 2, RELU), (4, 4)) is not None, "for the program neither")
    return refuted("N = 2, d_y = 2, widths 4, 4: 4 floor(4/4) floor(4/8) = 0 < 2")


ENOUGH, ROOT_WIDTH = sp.Ge(4 * N, D_Y), 2 * sp.sqrt(N * D_Y)


@claim(
    id="3.2-both-roots-any",
    theorem="3.2",
    source=OURS,
    place="Section 3.2, 'd_1 = d_2 = 2 sqrt(N d_y)', corrected",
    statement="d_1 = d_2 = {}, an integer, meets {} and suffices whenever {}.",
    formulas=[ROOT_WIDTH, PRODUCT, ENOUGH],
    expected=Verdict.PROVED,
    corrects="3.2-both-roots",
    by=[product.relu_like_theorem],
)
def both_roots_any() -> Result:
    """Hypotheses: theorem product; w = 2 sqrt(N d_y) = d_y f + r with 0 <= r < d_y; f >= 1 because w >= d_y.

    Line: w f >= N means 4 w f >= 4 N = w^2/d_y, that is 4 d_y f >= w = d_y f + r: true since 3 d_y f >= 3 d_y > r.
    Conclusion: enough samples per output, and no parities.
    """
    r, f = index("r"), from_one("f")
    d_y = r + 1 + index("d_y - 1 - r")
    w = d_y * f + r
    less(w, 4 * d_y * f, "4 d_y floor(w/d_y) > w")
    n = w**2 / (4 * d_y)
    require_equal(taken(ROOT_WIDTH, {N: n, D_Y: d_y}) ** 2, w**2, "w = 2 sqrt(N d_y)")
    holds(ENOUGH, "4 N >= d_y, as w >= d_y", {N: n, D_Y: d_y})
    holds(PRODUCT, "w floor(w/d_y) >= N", {D_1: w, sp.floor(D_2 / D_Y): f, N: n})
    return proved("nonnegative coefficients; theorem product")


ORDER = sp.Symbol("a")
LAW = width_exponent(ORDER)


@claim(
    id="width-law",
    source="author response on over-parameterized networks",
    place="A2, 'the over-parameterization condition'",
    statement=(
        "The widths n^8, n^5, n^2 for gradient lower bounds m/n^2, m/n, m lie on one law: m/n^a gives n^({}). The "
        "earlier n^24 is not on it for any integer a."
    ),
    formulas=[LAW],
    expected=Verdict.PROVED,
)
def width_law() -> Result:
    """Hypotheses: the three pairs (a, exponent) = (2, 8), (1, 5), (0, 2).

    Line: the exponents are collinear in a, with slope 3 and value 2 at a = 0; 24 = 2 + 3a has the solution a = 22/3.
    Conclusion: the response is consistent; the step from 24 to 8 is no matter of a alone.
    """
    a = sp.Symbol("a", real=True)
    points = [(2, 8), (1, 5), (0, 2)]
    law = sp.interpolate(points, a)
    require_equal(law, taken(LAW, {ORDER: a}), "the line through the three pairs")
    require(sp.degree(law, a) == 1, "the pairs are collinear")
    solution = sp.solve(sp.Eq(law, 24), a)
    require(solution == [sp.Rational(22, 3)], "24 is reached at a = 22/3 alone")
    require({e.exponent for e in OVER_PARAMETERIZED} == {24} | {y for _, y in points}, "the calculator's exponents")
    return proved("interpolation of three points; one linear equation")


@claim(
    id="calculator-remarks",
    source=PAPER,
    place="Sections 1.1, 3.2 and 4, all numeric remarks",
    statement="The calculator gives the printed numbers: edges, 2k-2k-4k, 126, 106, 4 sqrt(N) and 10^6.",
    expected=Verdict.CHECKED,
)
def calculator() -> Result:
    """Hypotheses: the sizes in the remarks, for N = (2k)^2 with k = 1, ..., 50 where N is free.

    Line: smallest widths by Theorem.smallest, largest N by bisection over Theorem.unmet, edges of full matrices.
    Conclusion: the same code that `exactmem bounds` runs.
    """
    theorem = find_theorem("3.1")
    for k in range(1, 51):
        root, d_x = 2 * k, 3 * k
        problem = Problem(root**2, d_x, 1, RELU)
        widths = theorem.smallest(problem)
        require(widths == (2 * root, 2 * root), f"N = {root**2}: 2 sqrt(N) each, 4 sqrt(N) in all")
        printed = 4 * root**2 + (2 * d_x + 6) * root + 1
        require(edges_of(theorem, problem, widths) == printed, f"N = {root**2}: edges")
        require(largest_samples(theorem, problem, widths) == root**2, f"N = {root**2}: no more samples")
    images = Problem(10**6, 150_528, 1000, RELU)
    widths = find_theorem("3.2").smallest(images)
    require(widths == (2000, 2000, 4000), "ImageNet: 2k-2k-4k")
    require(largest_samples(find_theorem("3.2"), images, widths) == 10**6, "ImageNet: 10^6 exactly")
    cifar = Problem(50_000, 3_072, 10, RELU)
    require(sum(find_theorem("4.1").smallest(cifar)) == 126, "CIFAR-10: 126")
    require(find_theorem("4.2").smallest(cifar) == (106,), "CIFAR-10: 106")
    return checked("the calculator's functions", "N = 4, 16, ..., 10^4 with d_x = 3 sqrt(N)/2; ImageNet; CIFAR-10")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
