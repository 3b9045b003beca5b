"""How many real numbers the outputs of a network depend on, and that labels cannot be more than these.

The bound is what `exactmem bounds` uses at every depth; `capacity-collinear` is its case of two ReLU-like layers.
"""

import sympy as sp

from exactmem.activations import ABS, HARD_TANH, RELU, THRESHOLD, PiecewiseLinear
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import SIGNS, gap, index, positive_index, require_equal, require_zero
from exactmem.proofs._conditions import D_Y, N
from exactmem.proofs.ours.capacity import show_homogeneity
from exactmem.proofs.ours.polynomials import dependence, grid
from exactmem.sizes.counts import fnn_edges, free_parameters


def show_scale_moves() -> None:
    """c sigma(s (w a + b)) = (c s) sigma(w a + b), s > 0: one incoming number of a unit may be taken from {-1, 0, 1}.

    Layer by layer from below: the scale of a unit's incoming weights and bias goes to its outgoing weights. If the
    chosen number is 0 it is no free parameter either.
    """
    s = gap("s")
    c, w, a, b = sp.symbols("c w a b", real=True)
    for slope in (sp.Symbol("s_plus", real=True), sp.Symbol("s_minus", real=True)):
        require_equal(c * slope * (s * w * a + s * b), (c * s) * slope * (w * a + b), "the scale moves to the output")
    first = gap("|w|")
    for sign in SIGNS:
        require_equal((sign * first) / first, sp.Integer(sign), "the chosen number becomes its sign")


NUMBERS, UNITS, LAST = sp.Symbol("W"), sp.Symbol("u"), sp.Symbol("d_L")
FREE, OF_THRESHOLD = NUMBERS - UNITS, D_Y * (LAST + 1)
EXCEEDS = sp.Gt(N * D_Y, sp.Symbol("p"))


def show_counts() -> None:
    """The numbers of the calculator for one and two hidden layers, and one less per unit at any depth."""
    d1, d2, d3, d_x, d_y = sp.symbols("d_1 d_2 d_3 d_x d_y", positive=True, integer=True)
    require_equal(free_parameters(RELU, 1, (d1,), 1), 2 * d1 + 1, "one ReLU-like layer on a line")
    require_equal(free_parameters(RELU, 1, (d1, d2), 1), (d1 + 1) * (d2 + 1), "two ReLU-like layers on a line")
    require_equal(free_parameters(HARD_TANH, 1, (d1,), 1), 3 * d1 + 1, "one hard-tanh layer on a line")
    require_equal(free_parameters(HARD_TANH, 1, (d1, d2), 1), (d1 + 2) * (d2 + 2) - 3, "two hard-tanh layers on a line")
    of_threshold = taken(OF_THRESHOLD, {D_Y: d_y, LAST: d2})
    require_equal(free_parameters(THRESHOLD, d_x, (d1, d2), d_y), of_threshold, "threshold: the last layer only")
    for activation in (RELU, ABS):
        widths = (d1, d2, d3)
        free = taken(FREE, {NUMBERS: fnn_edges(d_x, widths, d_y), UNITS: sum(widths)})
        require_equal(free_parameters(activation, d_x, widths, d_y), free, "one less per hidden unit")
    require_zero(fnn_edges(d_x, (d1,), d_y) - free_parameters(HARD_TANH, d_x, (d1,), d_y), "hard-tanh: all")


def pieces_are_constant(activation: PiecewiseLinear) -> bool:
    """Whether no piece has a slope."""
    return all(slope == 0 for slope in activation.slopes)


@claim(
    id="capacity-free-parameters",
    source=OURS,
    place="Theorem 3.3, complement at every depth",
    statement=(
        "A fully-connected network of u hidden units, W weights and biases memorizes almost no real labels at N inputs "
        "if {}, where p is {} for ReLU-likes and |t|, {} for threshold units (the last layer's alone) and W for "
        "others; on a line the input dimension counts as 1."
    ),
    formulas=[EXCEEDS, FREE, OF_THRESHOLD],
    expected=Verdict.PROVED,
    by=[dependence, grid],
)
def free() -> Result:
    """Hypotheses: N inputs, on a line x_0 + t_i u in the case of a line; any depth, labels in [-1, 1]^{d_y}.

    Line: on a line a unit of layer 1 sees (w . x_0 + b) + t (w . u): two numbers. Positively homogeneous: one incoming
    number of every unit may be taken from {-1, 0, 1}; finitely many choices. Piecewise constant: at N inputs there are
    finitely many activation patterns, and for each the outputs are affine in the last layer. On each of finitely many
    patterns the N d_y outputs are polynomials in fewer parameters, so they are algebraically dependent.
    Conclusion: the labels that are memorized are zeros of one polynomial that is not 0; some labels are not.
    """
    show_homogeneity()
    show_scale_moves()
    show_counts()
    require(pieces_are_constant(THRESHOLD) and not pieces_are_constant(HARD_TANH), "threshold is piecewise constant")
    parameters, more = index("p"), positive_index("more")
    holds(EXCEEDS, "more polynomials than parameters", {EXCEEDS.rhs: parameters, N * D_Y: parameters + more})
    t, x_0, u, w, b = sp.symbols("t x_0 u w b", real=True)
    require_equal(w * (x_0 + t * u) + b, (w * x_0 + b) + t * (w * u), "a unit on a line")
    return proved("normal form by homogeneity, counted for symbolic widths")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
