"""What an `existence-box` certificate implies, and why: Krawczyk's operator for a recurrent network.

The setting is that of FORMAT.md, section 16, and `exactmem/tangent/existence.py`: G: R^n -> R^n, the outputs minus the
labels in n free entries of W; the box C = c + [-rho, rho]; Y a matrix; |.| entry by entry.
"""

import sympy as sp

from exactmem.ledger.claims import OURS, Fact, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds_by_induction, taken
from exactmem.ledger.steps import at_most, gap, less, require_equal, require_nonnegative, require_positive, slack
from exactmem.proofs._facts import CAUCHY_SCHWARZ

PLACE = "existence-box"
BROUWER = Fact(
    "Brouwer",
    "a continuous map of a box into itself has a fixed point",
    "Milnor, Topology from the Differentiable Viewpoint, section 2, for a ball, to which a box is homeomorphic",
)
MEAN_VALUE = Fact(
    "mean value",
    "G(w) - G(w') = M (w - w') with M the mean of G' on the segment from w' to w",
    "Spivak, Calculus, 3rd ed., chapter 14, coordinate by coordinate",
)
WEIGHTED_NORM = Fact(
    "weighted maximum norm",
    "if |B| rho < rho in every coordinate, rho > 0, then I - B is invertible",
    "Horn, Johnson, Matrix Analysis, 2nd ed., 5.6 for the norm max |v_i|/rho_i",
)


@claim(
    id="box-pieces",
    source=OURS,
    place=f"{PLACE}, pieces",
    statement="Where no interval of a pre-activation contains a breakpoint, every unit keeps its piece over the box, "
    "and all values and derivatives lie in their intervals.",
    expected=Verdict.PROVED,
)
def pieces() -> Result:
    """Hypotheses: a in [a_0, a_1], b in [b_0, b_1]; the intervals' sums and products are those of the format.

    Line: a + b lies between the sums of ends; a b, being affine in a and in b, is a mean of the four products of ends
    with weights that are not negative. By induction over the steps the intervals hold the values over the whole box; an
    interval of pre-activations without a breakpoint lies in one open piece, where A is affine and its slope constant.
    Conclusion: G is a polynomial over the box, and its derivative, by the chain rule, lies in the intervals.
    """
    a0, b0 = sp.symbols("a_0 b_0", real=True)
    to_a, past_a, to_b, past_b = slack("a - a_0"), slack("a_1 - a"), slack("b - b_0"), slack("b_1 - b")
    a, b, a1, b1 = a0 + to_a, b0 + to_b, a0 + to_a + past_a, b0 + to_b + past_b
    at_most(0, a + b - a0 - b0, "a sum is at least the sum of the lower ends")
    at_most(0, a1 + b1 - a - b, "and at most that of the upper ends")
    weights = [(past_a, past_b, a0, b0), (past_a, to_b, a0, b1), (to_a, past_b, a1, b0), (to_a, to_b, a1, b1)]
    total = sum(u * v for u, v, _, _ in weights)
    require_equal(total, (to_a + past_a) * (to_b + past_b), "the weights add up to the product of the lengths")
    mean = sum(u * v * s * t for u, v, s, t in weights)
    require_equal(mean, total * a * b, "the product is the mean of the four products of ends")
    for u, v, _, _ in weights:
        require_nonnegative(u * v, "a weight")
    return proved("a bilinear mean, and induction over the steps")


SHIFT, DEFECT, RADIUS = sp.Symbol("|Y G(c)|"), sp.Symbol("|I - Y G'(C)|"), sp.Symbol("rho")
INSIDE = sp.Lt(SHIFT + DEFECT * RADIUS, RADIUS)


@claim(
    id="box-operator",
    source=OURS,
    place=f"{PLACE}, operator",
    statement="If {} in every coordinate, w - Y G(w) lies inside C for all w in C.",
    formulas=[INSIDE],
    expected=Verdict.PROVED,
    by=[pieces],
)
def operator() -> Result:
    """Hypotheses: the inequality; G a polynomial over C with G' in G'(C).

    Line: w - Y G(w) - c = -Y G(c) + (I - Y M)(w - c) with M the mean of G' from c to w, whose entries lie in those of
    G'(C) because intervals are convex. Its entry i is at most |Y G(c)|_i + sum |I - Y M|_if rho_f < rho_i.
    Conclusion: |w - Y G(w) - c| < rho in every coordinate.
    """
    Y, M, w, c, g = sp.symbols("Y M w c g", commutative=False)
    value = g + M * (w - c)  # G(w), with g = G(c)
    require_equal(w - Y * value - c, -Y * g + (1 - Y * M) * (w - c), "the mean value form")
    shift, defect, inside, outside = slack("|Y g|"), slack("|I - Y M|"), slack("|w - c|"), slack("rho - |w - c|")
    radius = inside + outside
    inequality = taken(INSIDE, {SHIFT: shift, DEFECT: defect, RADIUS: radius})
    rest = inequality.rhs - inequality.lhs  # positive
    require_equal(radius - shift - defect * inside, rest + defect * outside, "what is left of rho")
    less(0, gap("rest") + defect * outside, "a positive and a nonnegative part")
    return proved("the mean value form, and monotonicity in |w - c|", assumes=[MEAN_VALUE, CAUCHY_SCHWARZ])


@claim(
    id="box-unique",
    source=OURS,
    place=f"{PLACE}, theorem",
    statement="Where an existence-box certificate is verified, exactly one W in the box memorizes, and it lies inside.",
    expected=Verdict.PROVED,
    by=[pieces, operator],
)
def unique() -> Result:
    """Hypotheses: those of the two claims.

    Line: w -> w - Y G(w) maps C continuously into C: a fixed point w, Y G(w) = 0. As |Y G(c)| >= 0, |I - Y M| rho < rho
    for every M in G'(C): Y M is invertible, and with it the square matrix Y, so that G(w) = 0. If G(w') = 0 as well,
    then 0 = Y (G(w) - G(w')) = Y M (w - w'), hence w = w'.
    Conclusion: exactly one zero of G in C; as a value of the map it lies inside C.
    """
    Y, M, w, other, g = sp.symbols("Y M w w' g", commutative=False)
    require_equal(Y * (g + M * (w - other)) - Y * g, Y * M * (w - other), "the difference of two zeros")
    shift, defect, radius = slack("|Y g|"), slack("|I - Y M|"), slack("rho")
    rest = radius - shift - defect * radius  # positive, by the inequality
    require_equal(radius - defect * radius, rest + shift, "rho - |I - Y M| rho")
    require_positive(gap("rest") + shift, "is positive, too")
    product = sp.Matrix(sp.symbols("p11 p12 p21 p22")).reshape(2, 2)
    factor = sp.Matrix(sp.symbols("q11 q12 q21 q22")).reshape(2, 2)
    require((product * factor).det().expand() == (product.det() * factor.det()).expand(), "det(Y M) = det Y det M")
    return proved("Brouwer and the weighted maximum norm", assumes=[BROUWER, WEIGHTED_NORM, MEAN_VALUE])


TIME = sp.Symbol("T")
DEGREE = sp.Le(sp.Symbol("degree"), TIME - 1)


@claim(
    id="box-degree",
    source=OURS,
    place=f"{PLACE}, polynomial",
    statement="On a cell of activations, the outputs after T >= 1 steps are polynomials in W with {}.",
    formulas=[DEGREE],
    expected=Verdict.PROVED,
)
def degree() -> Result:
    """Hypotheses: every unit keeps its piece, h_0 = 0.

    Line: h_1 does not contain W, degree 0; h_t = slopes (W h_(t-1) + U x_t + b) + intercepts has one degree more.
    Conclusion: degree of h_T at most T - 1; along a line W + t V as well.
    """
    holds_by_induction(DEGREE, TIME, sp.Integer(0), lambda _, before: before + 1, "W h has one degree more", start=1)
    w, s = sp.symbols("w s", real=True)
    shifts = sp.symbols("u1:6", real=True)
    state = sp.Integer(0)
    for t, shift in enumerate(shifts):
        state = sp.expand(s * (w * state + shift))
        require(sp.degree(state, w) == t, f"the degree after {t + 1} steps of one unit")
    return proved("induction over the steps, shown for one unit and five steps as well")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
