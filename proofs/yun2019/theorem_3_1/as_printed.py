"""Statements around Theorem 3.1: Definition 1.1 and the size remarks of section 1.1, as printed and corrected."""

import sympy as sp
from sympy.polys.matrices import DomainMatrix

from exactmem.activations import HARD_TANH
from exactmem.ledger import steps as tactics
from exactmem.ledger.claims import OURS, PAPER, Kind, Result, Verdict, checked, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, holds, taken
from exactmem.ledger.steps import Expr, at_most, less, require_equal, slack
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import (
    D_1,
    D_2,
    D_Y,
    PRINTED_HARD_TANH,
    PRINTED_RELU_LIKE,
    PRODUCT,
    N,
    require_executed,
)
from exactmem.proofs.yun2019.activations import hard_tanh_identity
from exactmem.proofs.yun2019.theorem_3_1 import layer1_clipping, layer2_recurrence, layer2_scale, sum_identity

LAST_WIDTHS = range(1, 4)


def show_floor(numerator: Expr, denominator: Expr, quotient: Expr, step: str) -> None:
    """floor(numerator/denominator) = quotient, by 0 <= numerator - quotient * denominator < denominator."""
    at_most(quotient * denominator, numerator, f"{step}: remainder >= 0")
    less(numerator - quotient * denominator, denominator, f"{step}: remainder < denominator")


def show_halved_widths(parity: int, t: Expr, rest: Expr) -> None:
    """floor(floor(d/2)/m) = floor(d/(2m)) for d = 2(m b + t) + parity and m = t + 1 + rest, which is every d and m."""
    b = tactics.index("b")
    modulus = t + 1 + rest
    d = 2 * (modulus * b + t) + parity
    show_floor(d, 2 * modulus, b, "floor(d/(2m))")
    show_floor(d, sp.Integer(2), modulus * b + t, "floor(d/2)")
    show_floor(modulus * b + t, modulus, b, "floor(floor(d/2)/m)")


def affine_determinant(width: int, d_y: int) -> Expr:
    """det of the differences f(x_i) - f(x_0), i = 1..d_y, for d_2 = width, as an element of Z[W^3, a^2].

    The differences are W^3 (a^2(x_i) - a^2(x_0)); both factors have symbolic entries.
    """
    names = [f"w{r}_{c}" for r in range(d_y) for c in range(width)]
    names += [f"a{r}_{c}" for r in range(width) for c in range(d_y)]
    ring = sp.ZZ[sp.symbols(names)]
    weights = DomainMatrix([list(ring.gens[r * width : (r + 1) * width]) for r in range(d_y)], (d_y, width), ring)
    rest = ring.gens[d_y * width :]
    activations = DomainMatrix([list(rest[r * d_y : (r + 1) * d_y]) for r in range(width)], (width, d_y), ring)
    return (weights * activations).det()


@claim(
    id="1.1-definition",
    source=PAPER,
    place="Definition 1.1",
    statement="Some network has finite sample expressivity for N = 2: it fits all inputs x_1, x_2 and all labels.",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote=(
        "For all inputs {x_i} in R^{d_x x N} and for all {y_i} in [-1,+1]^{d_y x N}, there exists a parameter θ such "
        "that f_θ(x_i) = y_i for 1 <= i <= N."
    ),
    note="Section 1.1 adds “under the assumption of distinct data point x_i's”; the definition does not.",
)
def definition() -> Result:
    """Hypotheses: the printed quantifier, all inputs, equal ones included.

    Line: x_1 = x_2 = 0 gives f(x_1) = f(x_2) for every function f; the labels 0 and 1 differ.
    Conclusion: as printed no network is expressive for N >= 2; the inputs have to be distinct (Assumption 3.1).
    """
    f = sp.Function("f")
    x_1, x_2, y_1, y_2 = sp.Integer(0), sp.Integer(0), sp.Integer(0), sp.Integer(1)
    require(x_1 == x_2 and f(x_1) - f(x_2) == 0, "every function has f(x_1) = f(x_2)")
    require(y_1 != y_2, "the labels differ")
    return refuted("N = 2, x = (0, 0), y = (0, 1): f(x_1) = f(x_2) for every f")


X, X_1, X_2, Y_1, Y_2, UNIT = names("x x_1 x_2 y_1 y_2 sigma_H(z)")
THROUGH_TWO, FITTING_TWO = (2 * X - X_1 - X_2) / (X_2 - X_1), (Y_1 + Y_2) / 2 + (Y_2 - Y_1) / 2 * UNIT


@claim(
    id="1.1-definition-distinct",
    source=PAPER,
    place="Definition 1.1, with distinct inputs",
    statement=(
        "For distinct inputs the definition can be met: one hard-tanh unit with the pre-activation {} fits the samples "
        "x_1 < x_2 of d_x = d_y = 1 as {}."
    ),
    formulas=[THROUGH_TWO, FITTING_TWO],
    expected=Verdict.PROVED,
    corrects="1.1-definition",
)
def definition_distinct() -> Result:
    """Hypotheses: x_1 < x_2, any labels.

    Line: the pre-activation (2x - x_1 - x_2)/(x_2 - x_1) is -1 and +1, where sigma_H is the identity.
    Conclusion: (y_1 + y_2)/2 + (y_2 - y_1)/2 times the unit's output fits both samples.
    """
    x_1, distance = sp.Symbol("x_1", real=True), tactics.gap("x_2 - x_1")
    x_2, y_1, y_2 = x_1 + distance, sp.Symbol("y_1"), sp.Symbol("y_2")
    for x, y, inside in ((x_1, y_1, -1), (x_2, y_2, 1)):
        unit = taken(THROUGH_TWO, {X: x, X_1: x_1, X_2: x_2})
        require_equal(unit, inside, "the pre-activation is in [-1, 1], so sigma_H returns it")
        output = taken(FITTING_TWO, {Y_1: y_1, Y_2: y_2, UNIT: unit})
        require_equal(output, y, "the output is the label")
    return proved("identity of rational functions")


WIDTH_PRODUCT = sp.Ge(D_1 * D_2, 4 * N * D_Y)


@claim(
    id="1.1-product",
    theorem="3.1",
    source=PAPER,
    place="Section 1.1, 'd_1 d_2 >= 4 N d_y'",
    statement="A 3-layer ReLU network with {} fits any N samples with labels in [-1, 1]^d_y.",
    formulas=[WIDTH_PRODUCT],
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote=(
        "any 3-layer (i.e., 2-hidden-layer) ReLU FNN with hidden layer widths d_1 and d_2 can fit any arbitrary "
        "dataset if d_1d_2 >= 4Nd_y"
    ),
    note="A summary; Theorem 3.1 has the floors that exclude the counterexample. With d_2 >= d_y the sentence is true.",
)
def product() -> Result:
    """Hypotheses: d_1 = 24, d_2 = 1, d_y = 2, N = 3, so that d_1 d_2 = 24 = 4 N d_y.

    Line: outputs w a + b with scalar a lie on a line, det of the two differences is identically 0; for the labels
    (0, 0), (1, 0), (0, 1) it is 1. The printed condition of Theorem 3.1 itself is 0 >= 3 here.
    Conclusion: d_2 >= d_y is needed besides the product (smallest d_y and N for which labels need not be collinear).
    """
    d_1, d_2, d_y, samples = 24, 1, 2, 3
    at = {D_1: d_1, D_2: d_2, D_Y: d_y, N: samples}
    holds(WIDTH_PRODUCT, "the printed condition holds", at)
    fails(PRINTED_RELU_LIKE, "the condition of Theorem 3.1 does not", at)
    require(affine_determinant(d_2, d_y) == 0, "any outputs are collinear")
    labels = [sp.Matrix([0, 0]), sp.Matrix([1, 0]), sp.Matrix([0, 1])]
    determinant = sp.Matrix.hstack(labels[1] - labels[0], labels[2] - labels[0]).det()
    require(determinant == 1, "the labels are not collinear")
    return refuted("d_1 = 24, d_2 = 1, d_y = 2, labels (0, 0), (1, 0), (0, 1): outputs lie on a line, labels do not")


@claim(
    id="1.1-product-width",
    theorem="3.1",
    source=OURS,
    place="Section 1.1, corrected",
    statement="d_2 >= d_y is necessary: with d_2 = d_y - 1 the outputs at any d_y + 1 inputs are affinely dependent.",
    expected=Verdict.CHECKED,
    corrects="1.1-product",
)
def product_width() -> Result:
    """Hypotheses: output W^3 a^2 + b^3 with symbolic W^3 and symbolic activations at d_y + 1 inputs.

    Line: the determinant of the d_y output differences is the zero polynomial.
    Conclusion: labels 0, e_1, ..., e_{d_y} (determinant 1) cannot be fitted.
    """
    for width in LAST_WIDTHS:
        require(affine_determinant(width, width + 1) == 0, f"d_2 = {width}: affinely dependent outputs")
    return checked("the determinant as a polynomial in all weights and activations", "d_2 = 1, 2, 3 with d_y = d_2 + 1")


@claim(
    id="1.1-square-root",
    theorem="3.1",
    source=PAPER,
    place="Section 1.1, 'd_1 = d_2 = 2 sqrt(N)'",
    statement=(
        "Theorem 3.1's condition for ReLU-like networks, {}, holds for d_1 = d_2 = 2 sqrt(N), d_y = 1, N a square."
    ),
    formulas=[PRINTED_RELU_LIKE],
    expected=Verdict.REFUTED,
    kind=Kind.TRUE_OTHERWISE,
    quote="For scalar outputs, this means d_1 = d_2 = 2 sqrt(N) suffices to fit arbitrary data.",
    note="The size is true for every square N; it does not follow from Theorem 3.1 for odd roots.",
    witness="1.1-square-root.json",
)
def square_root() -> Result:
    """Hypotheses: N = 9 (and the trivial N = 1).

    Line: 4 floor(6/4)^2 = 4 < 9; 4 floor(2/4)^2 = 0 < 1.
    Conclusion: the floors of Theorem 3.1 are lost in the summary.
    """
    for root in (1, 3):
        fails(PRINTED_RELU_LIKE, f"sqrt(N) = {root}", {D_1: 2 * root, D_2: 2 * root, D_Y: 1, N: root**2})
    return refuted("N = 9, d_1 = d_2 = 6: 4 floor(6/4)^2 = 4 < 9 (N = 1 fails as well: 0 < 1)")


@claim(
    id="1.1-square-root-exact",
    theorem="3.1",
    source=OURS,
    place="Section 1.1, corrected",
    statement=(
        "For square N, d_1 = d_2 = 2 sqrt(N) meets {} with d_y = 1 exactly for even sqrt(N); d_1 = d_2 = 4 "
        "ceil(sqrt(N)/2) meets it for every N."
    ),
    formulas=[PRINTED_RELU_LIKE],
    expected=Verdict.PROVED,
    corrects="1.1-square-root",
)
def square_root_exact() -> Result:
    """Hypotheses: n = sqrt(N) = 2k or 2k + 1; or any real root, 2 ceil(root/2) = root + x with x >= 0.

    Line: n = 2k: 4 floor(4k/4)^2 = n^2. n = 2k + 1: 4 floor((4k+2)/4)^2 = 4k^2 < n^2. (root + x)^2 >= root^2.
    Conclusion: rounding up to multiples of four repairs the remark.
    """
    k, root, excess = tactics.index("k"), slack("sqrt(N)"), slack("x")
    show_floor(4 * k, sp.Integer(4), k, "sqrt(N) = 2k")

    def floors(first: Expr) -> dict[Expr, Expr]:
        return {sp.floor(D_1 / 4): first, sp.floor(D_2 / (4 * D_Y)): first}

    holds(PRINTED_RELU_LIKE, "sqrt(N) = 2k: the condition holds", floors(k) | {N: (2 * k) ** 2})
    show_floor(4 * k + 2, sp.Integer(4), k, "sqrt(N) = 2k + 1")
    fails(PRINTED_RELU_LIKE, "sqrt(N) = 2k + 1: the condition fails", floors(k) | {N: (2 * k + 1) ** 2})
    holds(PRINTED_RELU_LIKE, "widths 4 ceil(sqrt(N)/2)", floors((root + excess) / 2) | {N: root**2})
    return proved("floors by their remainders for symbolic k; nonnegative coefficients")


@claim(
    id="3.1-halved-widths",
    theorem="3.1",
    source=PAPER,
    place="Theorem 3.1, ReLU-like case",
    statement=(
        "A ReLU-like network that meets {} can hold, with two units per hard-tanh unit, a hard-tanh network of "
        "widths floor(d_1/2), floor(d_2/2) that meets {}: the two are the same number."
    ),
    formulas=[PRINTED_RELU_LIKE, PRINTED_HARD_TANH],
    expected=Verdict.PROVED,
    by=[hard_tanh_identity],
)
def halved_widths() -> Result:
    """Hypotheses: the hard-tanh identity (2-hard-tanh); any d_1, d_2 >= 0 and d_y >= 1.

    Line: floor(floor(d/2)/m) = floor(d/(2m)) for every d >= 0 and m >= 1, with d = 2(mb + t) + e, 0 <= t < m,
    e in {0, 1}; used with m = 2 for d_1 and m = 2 d_y for d_2.
    Conclusion: the ReLU-like case follows from the hard-tanh case, for odd widths too.
    """
    for parity in (0, 1):
        show_halved_widths(parity, tactics.index("t"), tactics.index("m - 1 - t"))
    a, b = tactics.index("a"), tactics.index("b")
    fourths = {sp.floor(D_1 / 4): a, sp.floor(D_2 / (4 * D_Y)): b}
    halves = {sp.floor(D_1 / 2): a, sp.floor(D_2 / (2 * D_Y)): b}
    samples = {N: 4 * a * b - tactics.slack("4 a b - N")}
    holds(PRINTED_RELU_LIKE, "the ReLU-like condition for every N up to 4 a b", fourths | samples)
    holds(PRINTED_HARD_TANH, "the hard-tanh condition for the same N", halves | samples)
    whole, half = taken(PRINTED_RELU_LIKE, fourths).lhs, taken(PRINTED_HARD_TANH, halves).lhs
    require_equal(whole, half, "both conditions are about one number")
    return proved("floors by their remainders, symbolic widths of both parities")


@claim(
    id="3.1-full-widths",
    theorem="3.1",
    source=OURS,
    place="Theorem 3.1, hard-tanh, without the halves",
    statement=(
        "A 3-layer hard-tanh network with {} fits every dataset of Assumption 3.1; this condition follows from the "
        "printed {}."
    ),
    formulas=[PRODUCT, PRINTED_HARD_TANH],
    expected=Verdict.PROVED,
    coq="Product.theorem_product",
    by=[
        layer2_scale.scale_sufficient,
        layer2_recurrence.recurrence,
        layer1_clipping.clipping,
        sum_identity.odd_sum,
        sum_identity.even_sum,
        "injective-projection",
    ],
)
def full_widths() -> Result:
    """Hypotheses: distinct inputs, labels in [-1, 1]^{d_y}, N padded to pq with p = d_1, q = floor(d_2/d_y).

    Line: (1)-(6), the recurrence, its scale and the sum identity hold for p and q of any parity; d_1 = 2a + e and
    d_2 = d_y (2b + f) + r with e, f in {0, 1} and 0 <= r < d_y give d_1 floor(d_2/d_y) >= 4ab.
    Conclusion: no width has to be even, and the printed condition is a special case.
    """
    a, b, r, rest = tactics.index("a"), tactics.index("b"), tactics.index("r"), tactics.index("d_y - 1 - r")
    d_y = r + 1 + rest
    for e in (0, 1):
        for f in (0, 1):
            d_1, d_2 = 2 * a + e, d_y * (2 * b + f) + r
            show_floor(d_1, sp.Integer(2), a, "floor(d_1/2)")
            show_floor(d_2, d_y, 2 * b + f, "floor(d_2/d_y)")
            show_floor(d_2, 2 * d_y, b, "floor(d_2/(2 d_y))")
            samples = {N: 4 * a * b - tactics.slack("4 a b - N")}
            halves = {sp.floor(D_1 / 2): a, sp.floor(D_2 / (2 * D_Y)): b}
            holds(PRINTED_HARD_TANH, "the printed condition for every N up to 4 a b", halves | samples)
            holds(PRODUCT, "d_1 floor(d_2/d_y) >= N", {D_1: d_1, sp.floor(D_2 / D_Y): 2 * b + f} | samples)
    require_executed((PRODUCT,), "product", HARD_TANH)
    return proved("floors by their remainders; the construction by the claims named here")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
