r"""Theorem `product`: d_1 floor(d_2/d_y) >= N is enough for hard-tanh and for every ReLU-like activation.

Setting, for one output: p blocks of q samples, pq >= N, as in Theorem 3.1; unit k passes the members i_{k,j}. G_k is
the piecewise-linear function through (m_j, M Z_j), where Z belongs to the labels y/M and M > max |y|: G_k = y_i at its
members, and |G_k| >= M at all other samples, on the sides of (8)-(11). o_k = (-1)^(k-1); kappa = s_-/(s_+ - s_-).

    B_l = -o_l (G_{l+1} - G_l),  l = 1 .. q - 1;      B_0 = G_1 - kappa (G_q - G_1) + C > 0 on all samples
    f = sigma(B_0)/s_+ - C - sum_{l<q} o_l sigma(B_l)/(s_+ - s_-)

Layer 1: p units sigma(t - m_0), ..., sigma(t - m_{p-1}). Layer 2: q units. At a sample passed by unit k: f = G_k = y.
"""

import itertools
from collections.abc import Iterator, Sequence

import sympy as sp
from flint import fmpq

from exactmem import activations
from exactmem.constructions.build import build
from exactmem.datasets import make_dataset
from exactmem.evaluate import evaluate_generic
from exactmem.ledger.claims import OURS, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    gap,
    index,
    parities,
    require_equal,
    require_nonnegative,
    require_positive,
    sign_of,
    slack,
    telescoping_sum,
    unit_interval_value,
)
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import D_1, D_2, D_Y, PRINTED_RELU_LIKE, PRODUCT, require_executed
from exactmem.proofs.ours import interpolation
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS, relu_like
from exactmem.proofs.yun2019.theorem_3_1 import as_printed, layer2_recurrence, layer2_scale, sum_identity
from exactmem.proofs.yun2019.theorem_3_1._notation import clip_side, member, orientation
from exactmem.proofs.yun2019.theorem_3_1.as_printed import show_floor

KAPPA = S_MINUS / (S_PLUS - S_MINUS)
LEVEL = gap("M")
SLOPES = ((1, 0), (1, "1/10"), (1, "999/1000"), ("7/3", "2/5"))
SAMPLES = range(1, 8)
OUTPUTS = (1, 2)


def unit_pairs() -> Iterator[tuple[str, Expr, Expr, Expr]]:
    """(case, l, k, q): every pair of units 1 <= l, k <= q of either parity, as l < k and l > k."""
    for _, low in parities("low"):
        for _, difference in parities("difference"):
            rest = index("rest")
            high = low + difference
            yield "l < k", low, high, high + rest
            yield "l > k", high, low, high + rest


SIDED, BEYOND, DIFFERENCE = sp.Symbol("o_l G_l"), sp.Symbol("M"), sp.Symbol("B_l")
ABOVE, BELOW = sp.Ge(SIDED, BEYOND), sp.Le(SIDED, -BEYOND)
PASSED, NOT_PASSED = sp.Gt(DIFFERENCE, 0), sp.Lt(DIFFERENCE, 0)


@claim(
    id="product-order",
    theorem="product",
    source=OURS,
    place="Theorem product, ReLU-like",
    statement="At a sample passed by unit k, whatever its block: {} for l < k and {} for l > k.",
    formulas=[ABOVE, BELOW],
    expected=Verdict.PROVED,
    by=[layer2_scale.scale_sufficient, sum_identity.partition],
)
def order() -> Result:
    """Hypotheses: (8)-(11) with level M: G_l is beyond +-M on the side s = o_l (-1)^(j-1) sign(i - i_{l,j}).

    Line: for i = i_{k,j}, o_l s = (-1)^(j-1) sign(i_{k,j} - i_{l,j}) is 1 for l < k and -1 for l > k.
    Conclusion: the pattern does not depend on the block.
    """
    for _, j in parities("block"):
        for case, l, k, q in unit_pairs():
            side = clip_side(member(j, k, q), j, l, q)
            require(orientation(l) * side == (1 if case == "l < k" else -1), f"side of unit l, {case}")
            value = side * (LEVEL + slack("beyond"))  # (8)-(11) with level M
            holds(ABOVE if case == "l < k" else BELOW, case, {SIDED: orientation(l) * value, BEYOND: LEVEL})
    return proved("every parity of j, l and k, symbolic q")


def function_values(l: Expr, place: str, level: Expr, label: Expr) -> Expr:
    """G_l at a sample passed by unit k, by its place: "l < k", "l = k" or "l > k"; `label` is in (-M, M)."""
    if place == "l = k":
        return label
    beyond = orientation(l) * (level + slack(f"beyond_{place[2]}_{l}"))
    return beyond if place == "l < k" else -beyond


def difference(l: Expr, here: str, above: str) -> Expr:
    """B_l = -o_l (G_{l+1} - G_l), the places of l and l + 1 being given."""
    label = LEVEL * unit_interval_value("y")
    low, high = function_values(l, here, LEVEL, label), function_values(l + 1, above, LEVEL, label)
    return -orientation(l) * (high - low)


@claim(
    id="product-signs",
    theorem="product",
    source=OURS,
    place="Theorem product, ReLU-like",
    statement="At a sample passed by unit k: {} for l < k and {} for l >= k; no B_l is a kink there.",
    formulas=[PASSED, NOT_PASSED],
    expected=Verdict.PROVED,
    by=[order],
)
def signs() -> Result:
    """Hypotheses: product-order; |y| < M.

    Line: l + 1 < k, l + 1 = k, l = k and l > k, for either parity of l.
    Conclusion: exactly the units l < k have slope s_+.
    """
    for _, l in parities("l"):
        for here, above, sign in (
            ("l < k", "l < k", PASSED),
            ("l < k", "l = k", PASSED),
            ("l = k", "l > k", NOT_PASSED),
            ("l > k", "l > k", NOT_PASSED),
        ):
            step = f"sign of B_l, unit l: {here}, unit l + 1: {above}"
            holds(sign, step, {DIFFERENCE: difference(l, here, above)})
    return proved("symbolic M, y in (-M, M) and values beyond +-M")


G_1, G_Q, G_K, RATIO = names("G_1 G_q G_k kappa")
OTHER_UNITS = G_K - G_1 + RATIO * (G_Q - G_1)
CARRIED = G_1 - RATIO * (G_Q - G_1)


@claim(
    id="product-telescoping",
    theorem="product",
    source=OURS,
    place="Theorem product, ReLU-like",
    statement="-sum_{l<q} o_l sigma(B_l)/(s_+ - s_-) = {} at a sample passed by unit k, for all 1 <= k <= q.",
    formulas=[OTHER_UNITS],
    expected=Verdict.PROVED,
    by=[signs],
)
def telescoping() -> Result:
    """Hypotheses: B_l = -o_l (G_{l+1} - G_l) is positive for l < k and negative for l >= k.

    Line: -o_l sigma(B_l) = s (G_{l+1} - G_l), s = s_+ for l < k and s_- for l >= k, as o_l^2 = 1; the sums telescope to
    s_+ (G_k - G_1) + s_- (G_q - G_k).
    Conclusion: divided by s_+ - s_-.
    """
    G = sp.Function("G")
    for _, l in parities("l"):
        for size in (gap("B"), -gap("B")):
            slope = S_PLUS if sign_of(size) == 1 else S_MINUS
            # B_l = size means G_{l+1} - G_l = -o_l size.
            require_equal(-orientation(l) * relu_like(size), slope * (-orientation(l) * size), "one unit")
    total = telescoping_sum(lambda l: G(l + 1) - G(l), lambda l: G(l + 1), "differences of G")
    k, q = sp.Symbol("k", integer=True), sp.Symbol("q", integer=True)
    value = S_PLUS * total(sp.Integer(1), k - 1) + S_MINUS * total(k, q - 1)
    wanted = taken(OTHER_UNITS, {G_K: G(k), G_1: G(1), G_Q: G(q), RATIO: KAPPA})
    require_equal(value / (S_PLUS - S_MINUS), wanted, "the sum over all units")
    return proved("induction over the units; symbolic slopes")


@claim(
    id="product-carrier",
    theorem="product",
    source=OURS,
    place="Theorem product, ReLU-like",
    statement=(
        "With C >= 1 less the least value of {} at the knots, B_0 is at least 1 on all samples, sigma(B_0)/s_+ - C "
        "is that function, and f = G_k."
    ),
    formulas=[CARRIED],
    expected=Verdict.PROVED,
    by=[telescoping],
)
def carrier() -> Result:
    """Hypotheses: the samples lie between the first and the last knot, where B_0 is linear between knots.

    Line: at a knot the value is min + x + C >= 1; between knots it is a mean of two such; sigma(B) = s_+ B for B > 0.
    Conclusion: G_1 - kappa (G_q - G_1) plus the sum of the other units is G_k.
    """
    least, above, more = sp.Symbol("min", real=True), slack("x"), slack("x_next")
    lift = 1 - least + slack("C_rounded_up")
    u, v = gap("u"), gap("v")
    inside = (u * (least + above + lift) + v * (least + more + lift)) / (u + v)
    require_positive(inside, "B_0 between two knots")
    size = gap("B_0")
    require_equal(relu_like(size) / S_PLUS - lift, size - lift, "the output weight 1/s_+ and the constant -C")
    require_equal(taken(CARRIED) + taken(OTHER_UNITS), G_K, "f")
    return proved("symbolic values")


@claim(
    id="product-relu-like",
    theorem="product",
    source=OURS,
    place="Theorem product, ReLU-like",
    statement=(
        "For all s_+ > s_- >= 0, a 3-layer network with {} fits any real labels at N distinct inputs; the printed "
        "{} implies it even for 4 N samples."
    ),
    formulas=[PRODUCT, PRINTED_RELU_LIKE],
    expected=Verdict.PROVED,
    coq="Product.theorem_product",
    by=[
        layer2_scale.scale_sufficient,
        layer2_recurrence.recurrence,
        sum_identity.partition,
        interpolation.interpolation_units,
        interpolation.interpolation_values,
        order,
        signs,
        telescoping,
        carrier,
        "injective-projection",
    ],
)
def relu_like_theorem() -> Result:
    """Hypotheses: distinct inputs; p = d_1, q = floor(d_2/d_y), padded to pq samples; layer 1 shared by all outputs.

    Line: every B_l is a combination of the G's, hence piecewise linear with the knots m_0 < ... < m_p, which p units
    realize right of m_0; f = G_k = y at every sample; a constant moves labels to any center.
    Conclusion: the theorem; and 16 floor(d_1/4) floor(d_2/(4 d_y)) <= d_1 floor(d_2/d_y).
    """
    a, b, r = index("a"), index("b"), index("r")
    d_y = r + 1 + index("d_y - 1 - r")
    for e, f in itertools.product(range(4), repeat=2):
        d_1, q = 4 * a + e, 4 * b + f
        d_2 = d_y * q + r
        show_floor(d_1, sp.Integer(4), a, "floor(d_1/4)")
        show_floor(d_2, d_y, q, "floor(d_2/d_y)")
        show_floor(d_2, 4 * d_y, b, "floor(d_2/(4 d_y))")
        printed = taken(PRINTED_RELU_LIKE, {sp.floor(D_1 / 4): a, sp.floor(D_2 / (4 * D_Y)): b}).lhs
        wide = taken(PRODUCT, {D_1: d_1, sp.floor(D_2 / D_Y): q}).lhs
        at_most(4 * printed, wide, "the printed condition is four times as strong")
    require_executed((PRODUCT,), "product", activations.RELU)
    return proved("the claims it rests on; floors by their remainders, symbolic widths")


@claim(
    id="product-hard-tanh",
    theorem="product",
    source=OURS,
    place="Theorem product, hard-tanh",
    statement="A 3-layer hard-tanh network with {} fits any real labels at N distinct inputs.",
    formulas=[PRODUCT],
    expected=Verdict.PROVED,
    coq="Product.theorem_product",
    by=[as_printed.full_widths],
)
def hard_tanh_theorem() -> Result:
    """Hypotheses: any labels; center = (min + max)/2 and radius = (max - min)/2 or 1, per output.

    Line: v = (y - center)/radius is in [-1, 1] and center + radius v is y again; equal labels become 0.
    Conclusion: with 3.1-full-widths for the scaled labels, the map back folded into the output layer.
    """
    low, width, u, v = sp.Symbol("min", real=True), gap("width"), gap("u"), gap("v")
    center, radius = low + width / 2, width / 2
    for y in (low, (low * v + (low + width) * u) / (u + v), low + width):
        scaled = (y - center) / radius
        at_most(scaled, 1, "the scaled label is at most 1")
        require_nonnegative(1 + scaled, "the scaled label is at least -1")
        require_equal(center + radius * scaled, y, "the label comes back")
    return proved("affine maps with symbolic bounds")


def fits(
    inputs: Sequence[Sequence[int]], d_y: int, widths: tuple[int, int], activation: activations.Activation
) -> bool:
    """Whether the network that exactmem builds for test labels fits them, by the generic evaluator."""
    labels = [[fmpq((7 * i * i + 3 * a) % 11 - 4, 3) for a in range(d_y)] for i in range(len(inputs))]
    data = make_dataset(inputs, labels)
    network = build(data, "product", widths, activation).network
    return bool(evaluate_generic(network, data.inputs) == labels) and network.widths == widths


@claim(
    id="product-small",
    theorem="product",
    source=OURS,
    place="Theorem product",
    statement="Networks of exactly the widths (p, ceil(N/p) d_y) fit, for hard-tanh and ReLU-likes and every parity.",
    expected=Verdict.CHECKED,
)
def small_cases() -> Result:
    """Hypotheses: inputs (i^2 mod 13, i) in the plane, labels in [-4/3, 2].

    Line: every network is built and evaluated exactly, layer by layer.
    Conclusion: the theorem for the listed N, p, d_y and activations.
    """
    hidden = [activations.HARD_TANH, *(activations.relu_like(plus, minus) for plus, minus in SLOPES)]
    for samples in SAMPLES:
        inputs = [[i * i % 13, i] for i in range(samples)]
        for p in range(1, samples + 1):
            for d_y in OUTPUTS:
                for activation in hidden:
                    widths = (p, d_y * -(-samples // p))
                    require(fits(inputs, d_y, widths, activation), f"N = {samples}, widths {widths}, {activation}")
    return checked(
        "exact evaluation of every network",
        f"N = 1..{SAMPLES[-1]}, p = 1..N, d_y in {OUTPUTS}, hard-tanh and slopes {SLOPES}",
    )


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
