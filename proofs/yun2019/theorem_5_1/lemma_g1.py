"""Lemma G.1 and Appendix I: how a perturbation of the parameters moves hidden layers, output and gradient.

Vectors and matrices are noncommuting letters, so an identity holds for all widths and all values. On fixed pieces the
activation is a^l = J^l z^l + c^l with z^l = W^l a^(l-1) + b^l; J (diagonal) and c hold the slopes and the intercepts of
the pieces. Delta^l, delta^l perturb W^l, b^l. D^L = 1 and D^l = D^(l+1) W^(l+1) J^l is equation (18).
"""

from collections.abc import Sequence
from itertools import pairwise

import sympy as sp

from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import Expr, require_equal

ORDER = sp.Symbol("order")


def letter(name: str) -> Expr:
    """A noncommuting letter: a matrix or vector of any shape."""
    return sp.Symbol(name, commutative=False)


def perturbed_layers(depth: int) -> list[Expr]:
    """a^0 = x, a^1, ..., a^(L-1) and f of the perturbed network, expanded in powers of ORDER (one per perturbation)."""
    a = letter("x")
    layers = [a]
    for level in range(1, depth + 1):
        weights = letter(f"W{level}") + ORDER * letter(f"Delta{level}")
        z = weights * a + letter(f"b{level}") + ORDER * letter(f"delta{level}")
        a = sp.expand(letter(f"J{level}") * z + letter(f"c{level}") if level < depth else z)
        layers.append(a)
    return layers


def backward_row(depth: int, level: int, order: Expr = ORDER) -> Expr:
    """D^l = W^L J^(L-1) ... W^(l+1) J^l of the perturbed network, equation (18)."""
    row: Expr = sp.Integer(1)
    for upper in range(depth, level, -1):
        row = row * (letter(f"W{upper}") + order * letter(f"Delta{upper}")) * letter(f"J{upper - 1}")
    return sp.expand(row)


J_L, MOVED, MOVED_BIAS, BELOW, MATRIX, TILDE = map(
    letter, ("J^l", "Delta^l", "delta^l", "a^(l-1)", "W^l", "a-tilde^(l-1)")
)
D_L, D_ABOVE, W_ABOVE, FIRST_BELOW, TOP_BELOW, HIDDEN, BIAS = map(
    letter, ("D^l", "D^(l+1)", "W^(l+1)", "F_(l-1)", "top_(l-1)", "a^l", "b^l")
)
ROW = sp.Eq(D_L, D_ABOVE * W_ABOVE * J_L)
OWN_TERM = D_L * (MOVED * BELOW + MOVED_BIAS)
TOP = J_L * MOVED * TOP_BELOW
SHORTEST = sp.Eq(letter("top_1"), letter("J^1") * (letter("Delta^1") * letter("x") + letter("delta^1")))
LINEAR_HIDDEN = sp.Eq(HIDDEN, J_L * (MATRIX * BELOW + BIAS))
ORTHOGONAL = sp.Eq(D_L * (MATRIX * BELOW + BIAS) - D_ABOVE * W_ABOVE * HIDDEN, 0)
RECURSION = J_L * (MOVED * BELOW + MOVED_BIAS + (MATRIX + MOVED) * TILDE)


@claim(
    id="G.1-layer-recursion",
    theorem="5.1",
    source=PAPER,
    place="Appendix I, recursion of a-tilde^l and f-tilde",
    statement="a-tilde^l = {}, for every layer and width",
    formulas=[RECURSION],
    expected=Verdict.PROVED,
    coq="Updates.layer_recursion",
)
def layer_recursion() -> Result:
    """Hypotheses: the pieces do not change (same J^l, c^l at theta* and theta* + xi); a-tilde^0 = 0.

    Line: J((W + Delta)(a + a-tilde) + b + delta) + c - (J(W a + b) + c), expanded; J = 1, c = 0 for the output.
    Conclusion: the recursion of Appendix I for every l, and the one of f-tilde.
    """
    a, tilde, w, delta, b, delta_b, c = map(letter, ("a", "a_tilde", "W", "Delta", "b", "delta", "c"))
    for j in (letter("J"), sp.Integer(1)):
        moved = j * ((w + delta) * (a + tilde) + b + delta_b) + c
        given = {J_L: j, MOVED: delta, MOVED_BIAS: delta_b, BELOW: a, MATRIX: w, TILDE: tilde}
        require_equal(moved - (j * (w * a + b) + c), taken(RECURSION, given), "one layer")
    return proved("identity in noncommuting letters, valid for every layer and all shapes")


@claim(
    id="G.1-first-order",
    theorem="5.1",
    source=PAPER,
    place="Appendix I, (18), (19) and the first-order term",
    statement="the first-order term of f-tilde is nu_i . xi, the sum over l of {}, where {}, for every network",
    formulas=[OWN_TERM, ROW],
    expected=Verdict.PROVED,
)
def first_order(slope_in_backward_row: Expr | None = None) -> Result:
    """Hypotheses: F_l = J^l (Delta^l a^(l-1) + delta^l + W^l F_(l-1)), F_0 = 0, D^l = D^(l+1) W^(l+1) J^l, D^L = 1.

    Line: D^(l+1) W^(l+1) F_l = sum_(m<=l) D^m (Delta^m a^(m-1) + delta^m), by induction on l; at the output J = 1.
    Conclusion: nabla_W f = D^T a^T and nabla_b f = D^T (19), since D Delta a = sum D_j Delta_jk a_k. The step is
    checked for every l, the expanded networks for L = 2, 3, 4.
    """
    upper, w_up, j, w, delta, delta_b, a, before = map(
        letter, ("D_next", "W_next", "J", "W", "Delta", "delta", "a", "F_before")
    )
    slope = j if slope_in_backward_row is None else slope_in_backward_row
    row = taken(ROW, {D_ABOVE: upper, W_ABOVE: w_up, J_L: slope}).rhs
    first = j * (delta * a + delta_b + w * before)
    own = taken(OWN_TERM, {D_L: row, MOVED: delta, BELOW: a, MOVED_BIAS: delta_b})
    require_equal(upper * w_up * first, own + row * w * before, "induction step")
    for depth in (2, 3, 4):
        layers = perturbed_layers(depth)
        expected: Expr = sp.Integer(0)
        for level in range(1, depth + 1):
            d, below = backward_row(depth, level, sp.Integer(0)), layers[level - 1].coeff(ORDER, 0)
            moved, moved_bias = letter(f"Delta{level}"), letter(f"delta{level}")
            expected += taken(OWN_TERM, {D_L: d, MOVED: moved, BELOW: below, MOVED_BIAS: moved_bias})
        require_equal(layers[depth].coeff(ORDER, 1), sp.expand(expected), f"first-order term, L = {depth}")
    return proved("induction over the layers in noncommuting letters; expansion for L = 2, 3, 4")


@claim(
    id="G.1-orders",
    theorem="5.1",
    source=PAPER,
    place="Appendix I, orders of the perturbation terms",
    statement="a-tilde^l has terms of order 1 to l and f-tilde of order 1 to L; with J^L = 1 the top terms are "
    "top_l = {}, where {}",
    formulas=[TOP, SHORTEST],
    expected=Verdict.PROVED,
)
def orders() -> Result:
    """Hypotheses: the recursion of a-tilde; the order counts the letters Delta^l, delta^l of a term.

    Line: each layer multiplies by W + Delta, so the top orders obey top_l = J^l Delta^l top_(l-1): one more per layer.
    Conclusion: the degree of f-tilde is exactly L (expanded for L = 1, ..., 4; the step for every l).
    """
    lower, top, w, delta, j, a, delta_b = map(letter, ("lower", "top", "W", "Delta", "J", "a", "delta"))
    degree = sp.Symbol("l", integer=True, positive=True)
    tilde = ORDER**degree * top + ORDER ** (degree - 1) * lower
    grown = sp.expand(j * (ORDER * (delta * a + delta_b) + (w + ORDER * delta) * tilde))
    next_top = taken(TOP, {J_L: j, MOVED: delta, TOP_BELOW: top})
    require_equal(sp.powsimp(grown).coeff(ORDER ** (degree + 1)), next_top, "top order of the next layer")
    for depth in (1, 2, 3, 4):
        f = perturbed_layers(depth)[depth]
        slopes = [*(letter(f"J{level}") for level in range(1, depth)), sp.Integer(1)]
        given = {"J^1": slopes[0], "Delta^1": letter("Delta1"), "delta^1": letter("delta1")}
        top_term = taken(SHORTEST, {letter(name): value for name, value in given.items()}).rhs
        for level in range(2, depth + 1):
            top_term = taken(TOP, {J_L: slopes[level - 1], MOVED: letter(f"Delta{level}"), TOP_BELOW: top_term})
        require_equal(f.coeff(ORDER, depth), sp.expand(top_term), f"top term, L = {depth}")
        require(f.coeff(ORDER, depth) != 0 and f.coeff(ORDER, depth + 1) == 0, f"degree exactly {depth}")
    return proved("recursion of the top order in noncommuting letters; expansion for L = 1, ..., 4")


TILDES = [letter(f"a-tilde^{level}") for level in (1, 2)]
FIRST_TILDE = sp.Eq(TILDES[0], SHORTEST.rhs)
BEYOND_TWO = sp.Eq(letter("f-tilde^(2+)"), letter("Delta^2") * TILDES[0])
BEYOND_THREE = sp.Eq(
    letter("f-tilde^(2+)"),
    letter("Delta^3") * TILDES[1] + letter("W^3") * letter("J^2") * letter("Delta^2") * TILDES[0],
)


@claim(
    id="G.1-second-order",
    theorem="5.1",
    source=PAPER,
    place="Appendix I, second-order perturbation and f-tilde^(2+)",
    statement="L = 2: {}; L = 3: {}; for all widths, {}",
    formulas=[BEYOND_TWO, BEYOND_THREE, FIRST_TILDE],
    expected=Verdict.PROVED,
)
def second_order() -> Result:
    """Hypotheses: L = 2 or 3, the pieces do not change.

    Line: expansion of f-tilde in the order of the perturbation; everything beyond the first order is collected.
    Conclusion: the remainder is a sum of products of at least two perturbation letters, of the printed form.
    """
    for depth, beyond in ((2, BEYOND_TWO), (3, BEYOND_THREE)):
        layers = perturbed_layers(depth)
        tilde = [sp.expand(layer - layer.coeff(ORDER, 0)) for layer in layers]
        given: dict[Expr, Expr] = {beyond.lhs: sp.expand(tilde[depth] - ORDER * layers[depth].coeff(ORDER, 1))}
        for level in range(1, depth + 1):
            given[letter(f"W^{level}")], given[letter(f"J^{level}")] = letter(f"W{level}"), letter(f"J{level}")
            given[letter(f"Delta^{level}")] = ORDER * letter(f"Delta{level}")
            given[letter(f"delta^{level}")] = ORDER * letter(f"delta{level}")
            given[letter(f"a-tilde^{level}")] = tilde[level]
        holds(beyond, f"beyond the first order, L = {depth}", given)
        holds(FIRST_TILDE, "the first layer's perturbation", given)
    return proved("expansion in noncommuting letters")


@claim(
    id="G.1-gradient-perturbation",
    theorem="5.1",
    source=PAPER,
    place="Appendix I, mu_i(xi)",
    statement="mu_i(xi) = nabla f_(theta*+xi) - nu_i has terms of order 1 to L - 1, for L = 2, 3, 4 and all widths",
    expected=Verdict.CHECKED,
)
def gradient_perturbation() -> Result:
    """Hypotheses: block l of the gradient is D^l and the outer product a^(l-1) D^l, both perturbed.

    Line: order 0 of the product is the block of nu_i, and order L and higher vanish.
    Conclusion: ||mu_i|| <= C_5 ||xi|| is possible (claim G.1-constants gives C_5).
    """
    for depth in (2, 3, 4):
        layers = perturbed_layers(depth)
        for level in range(1, depth + 1):
            row = backward_row(depth, level)
            for block, fixed in (
                (sp.expand(layers[level - 1] * row), layers[level - 1].coeff(ORDER, 0) * row.coeff(ORDER, 0)),
                (row, row.coeff(ORDER, 0)),
            ):
                require_equal(block.coeff(ORDER, 0), sp.expand(fixed), "order 0 is nu_i")
                require(all(block.coeff(ORDER, high) == 0 for high in range(depth, 2 * depth)), "orders below L")
    return checked("expansion in noncommuting letters for every block", "L = 2, 3, 4, all widths and values")


def _symbolic_network(widths: Sequence[int]) -> tuple[list[Expr], list[Expr], Expr, Expr]:
    """(parameters, gradient by (18)-(20), output, gradient block of b^L) with symbolic weights, slopes, intercepts."""
    a = sp.Matrix(sp.symbols(f"x1:{widths[0] + 1}"))
    inputs, parameters, weights, slopes = [a], [], [], []
    for level, (fan_in, fan_out) in enumerate(pairwise(widths), start=1):
        w = sp.Matrix(fan_out, fan_in, sp.symbols(f"w{level}_1:{fan_in * fan_out + 1}"))
        b = sp.Matrix(sp.symbols(f"b{level}_1:{fan_out + 1}"))
        parameters.append((w, b))
        weights.append(w)
        a = w * a + b
        if level < len(widths) - 1:
            slopes.append(sp.diag(*sp.symbols(f"s{level}_1:{fan_out + 1}")))
            a = slopes[-1] * a + sp.Matrix(sp.symbols(f"c{level}_1:{fan_out + 1}"))
            inputs.append(a)
    row, flat, gradient = sp.eye(1), [], []
    for level in range(len(weights) - 1, -1, -1):
        w, b = parameters[level]
        stacked = sp.Matrix([*inputs[level], 1])
        gradient.extend(sp.kronecker_product(stacked, row.T))
        flat.extend([*w.T, *b])
        if level:
            row = row * weights[level] * slopes[level - 1]
    return flat, gradient, a[0], gradient[weights[-1].cols]


@claim(
    id="G.1-gradient",
    theorem="5.1",
    source=PAPER,
    place="Appendix I, (17)-(20)",
    statement="(20), with Kronecker products and column-wise vectorization, is the gradient; all weights, slopes and "
    "intercepts, for the widths 2-2-1, 3-2-1, 2-2-2-1 and 1-3-2-1",
    expected=Verdict.CHECKED,
)
def gradient_formula() -> Result:
    """Hypotheses: d_y = 1, the listed widths, fixed pieces with symbolic slopes and intercepts.

    Line: every partial derivative of the output polynomial equals the entry of (20) at its place in (17).
    Conclusion: (18)-(20), and df/db^L = 1: no nu_i vanishes in a network with an output bias.
    """
    for widths in ((2, 2, 1), (3, 2, 1), (2, 2, 2, 1), (1, 3, 2, 1)):
        parameters, gradient, f, output_bias = _symbolic_network(widths)
        require(len(parameters) == len(gradient), "as many entries as parameters")
        for parameter, entry in zip(parameters, gradient, strict=True):
            require_equal(sp.diff(f, parameter), entry, f"partial derivative by {parameter}, widths {widths}")
        require_equal(output_bias, sp.Integer(1), "df/db^L")
    return checked("symbolic differentiation, entry by entry", "widths 2-2-1, 3-2-1, 2-2-2-1, 1-3-2-1, all values")


@claim(
    id="5.1-scale-symmetry",
    theorem="5.1",
    source=OURS,
    place="author response to reviewer 3 (strong convexity)",
    statement="for homogeneous sigma, {}, the direction (W^l, b^l, -W^(l+1)) is orthogonal to every nu_i, {} with {}, "
    "so H is singular; for every depth, hidden layer and width",
    formulas=[LINEAR_HIDDEN, ORTHOGONAL, ROW],
    expected=Verdict.PROVED,
)
def scale_symmetry(intercept: Expr = sp.S.Zero) -> Result:
    """Hypotheses: sigma(z) = s z on both sides of 0 (c^l = 0: ReLU, leaky ReLU); D^l = D^(l+1) W^(l+1) J^l.

    Line: nu_i . v = D^l (W^l a^(l-1) + b^l) - D^(l+1) W^(l+1) a^l = 0, as a^l = J^l z^l; and scaling layer l by s > 0
    and layer l+1 by 1/s leaves the output unchanged.
    Conclusion: v^T H v = sum l''_i (nu_i . v)^2 = 0. If v = 0, then a^l = 0 and W^(l+1) = 0, and nu_i vanishes on the
    weights of layers l and l + 1: H is singular in every case, no memorizing minimum is strongly convex.
    """
    upper, w_up, b_up, j, w, b, a = map(letter, ("D_next", "W_next", "b_next", "J", "W", "b", "a"))
    hidden = taken(LINEAR_HIDDEN, {J_L: j, MATRIX: w, BELOW: a, BIAS: b}).rhs + intercept
    row = taken(ROW, {D_ABOVE: upper, W_ABOVE: w_up, J_L: j}).rhs
    given = {D_L: row, MATRIX: w, BELOW: a, BIAS: b, D_ABOVE: upper, W_ABOVE: w_up, HIDDEN: hidden}
    holds(ORTHOGONAL, "nu_i . v", given)
    scale = sp.Symbol("s", positive=True)
    scaled = w_up / scale * (j * (scale * w * a + scale * b) + intercept) + b_up
    require_equal(scaled, w_up * hidden + b_up, "scale symmetry of the pre-activation of layer l + 1")
    dead = {w: sp.Integer(0), b: sp.Integer(0), w_up: sp.Integer(0)}
    require_equal(
        sp.expand(hidden).subs(dead), sp.Integer(0), "v = 0: a^l = 0, hence nabla_(W^(l+1)) f = D^T (a^l)^T = 0"
    )
    require_equal(row.subs(dead), sp.Integer(0), "v = 0: D^l = 0, hence nabla_(W^l) f = 0")
    return proved("identities in noncommuting letters, valid for every layer of every depth")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
