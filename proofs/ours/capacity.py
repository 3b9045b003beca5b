"""Upper bounds on memorization capacity for real labels, by counting parameters.

The capacity is the largest N such that every dataset of N samples with labels in [-1, 1] is memorized by some
parameters. On each of the finitely many patterns of pieces the outputs are polynomials of the parameters, and N of them
in fewer than N parameters satisfy one polynomial equation: parameters cannot be fewer than samples.
"""

import sympy as sp

from exactmem.activations import RELU
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, taken
from exactmem.ledger.steps import SIGNS, Expr, at_most, gap, index, require_equal, require_positive, slack
from exactmem.proofs._conditions import D_1, D_2, N
from exactmem.proofs.ours.polynomials import dependence, grid
from exactmem.sizes.counts import fnn_edges, free_parameters


def relu_like(t: Expr, nonnegative: bool) -> Expr:
    """sigma_R(t) on its right (t >= 0) or left (t < 0) piece, with s_+ = s_- + g, g > 0."""
    s_minus = slack("s_minus")
    return ((s_minus + gap("g")) if nonnegative else s_minus) * t


def show_homogeneity() -> None:
    """sigma_R(s t) = s sigma_R(t) for s > 0 on both pieces, and s t lies on the piece of t."""
    s, t = gap("s"), gap("t")
    require_positive(s * t, "s t > 0 for t > 0")
    for nonnegative, value in ((True, t), (False, -t)):
        require_equal(relu_like(s * value, nonnegative), s * relu_like(value, nonnegative), "homogeneity")


def show_normal_form() -> None:
    """A unit's incoming scale moves to its outgoing weight, in layer 1 and in layer 2, without changing the output.

    v sigma(a t + b) with |a| > 0 is (v |a|) sigma(sign(a) t + b/|a|); and c sigma(z) with |c| > 0 is
    sign(c) sigma(|c| z): weights into layer 1 and out of layer 2 may be taken from {-1, 0, 1}.
    """
    a, c, t = gap("|a|"), gap("|c|"), sp.Symbol("t", real=True)
    b, v, z = (sp.Symbol(name, real=True) for name in ("b", "v", "z"))
    for nonnegative in (True, False):
        for sign in SIGNS:
            before = v * relu_like(sign * a * t + b, nonnegative)
            require_equal(before, (v * a) * relu_like(sign * t + b / a, nonnegative), "layer 1")
            require_equal(sign * c * relu_like(z, nonnegative), sign * relu_like(c * z, nonnegative), "layer 2")


def show_count() -> Expr:
    """The free parameters left on a line: all weights and biases, less those from {-1, 0, 1}, one per hidden unit.

    These are the d1 weights into layer 1 and the d2 weights out of layer 2.
    """
    d1, d2 = sp.symbols("d_1 d_2", positive=True, integer=True)
    parameters = fnn_edges(1, (d1, d2), 1) - d1 - d2
    require_equal(parameters, d1 + d1 * d2 + d2 + 1, "biases, weights and biases of layer 2, the output bias")
    require_equal(parameters, free_parameters(RELU, 1, (d1, d2), 1), "the calculator's count")
    require_equal(parameters, taken(MOST, {D_1: d1, D_2: d2}).rhs, "number of free parameters on a line")
    return parameters


WEIGHTS = sp.Symbol("W")
AT_MOST = sp.Le(N, WEIGHTS)
MOST = sp.Gt(N, (D_1 + 1) * (D_2 + 1))


@claim(
    id="capacity-collinear",
    source=OURS,
    place="Theorem 3.3, complement",
    statement=(
        "All labels that a 3-layer ReLU-like network with d_y = 1 memorizes at {} collinear inputs, whichever they "
        "are, are zeros of one polynomial that is not 0, so almost none are: that is the most its capacity can be."
    ),
    formulas=[MOST],
    expected=Verdict.PROVED,
    by=[dependence, grid],
)
def collinear() -> Result:
    """Hypotheses: inputs x_i = x_0 + t_i u, ReLU-like sigma with s_+ > s_- >= 0, N > (d1+1)(d2+1).

    Line: sigma is positively homogeneous, so that the weights into layer 1 (as functions of t) and out of layer 2 may
    be taken from {-1, 0, 1} (0: the unit is a constant, or unused, and a bias takes its part). For each of the
    finitely many such choices and patterns of pieces, (d1+1)(d2+1) parameters remain, and the N outputs are polynomials
    in them: dependent (claim algebraic-dependence). Take the product of the finitely many polynomials.
    Conclusion: labels off its zeros exist in [-1, 1]^N (claim polynomial-grid), and are not memorized.
    """
    show_homogeneity()
    show_normal_form()
    show_count()
    return proved("normal form by homogeneity on both pieces, symbolic slopes and widths")


@claim(
    id="capacity-parameters",
    source=PAPER,
    place='section 3.3, "we conjecture that the memorization capacity is Theta(W)"',
    statement=(
        "For real labels and a piecewise-linear activation a network of W weights and biases memorizes every dataset "
        "of N samples only if {}, at every depth: of the conjectured Theta(W) only the lower half is open."
    ),
    formulas=[AT_MOST],
    expected=Verdict.PROVED,
    by=[dependence, grid],
)
def parameters() -> Result:
    """Hypotheses: any fully-connected or residual network, any N distinct inputs, labels in [-1, 1]; N > W.

    Line: for each of the finitely many patterns of pieces at the N inputs, layer by layer every entry is a polynomial
    in the W parameters: affine in a layer's own, with the entries below as coefficients, times a piece's slope. N > W
    polynomials in W variables are dependent; the product of the patterns' polynomials is not 0.
    Conclusion: labels in [-1, 1]^N off its zeros are not memorized, whatever the parameters. The conjecture speaks of
    all labels in Assumption 3.1; for labels from a finite set this argument says nothing, and the VC bound is known.
    """
    degree, parameters = index("degree_below"), gap("W")
    slope, below, bias, weight = sp.symbols("slope below bias weight", real=True)
    layer = sp.Poly(slope * (weight * below + bias), weight, bias)
    require(layer.total_degree() == 1, "one layer: affine in its own parameters")
    at_most(degree + 1, degree + layer.total_degree(), "the degree grows by one per layer")
    more = {N: parameters + 1 + slack("more"), WEIGHTS: parameters}
    fails(AT_MOST, "else the variables are fewer than the polynomials", more)
    return proved("polynomials of the parameters on each pattern of pieces; algebraic dependence")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
