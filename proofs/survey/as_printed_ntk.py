"""What is wrong or missing in section 4 of the survey: Definitions 5 and 6, Theorems 7 and 8.

Corrections: `ntk.py` and `corrected_ntk.py`. Examples in dimension 1 write w, x, V for the one number.
"""

import sympy as sp
from flint import fmpq

from exactmem.activations import RELU
from exactmem.datasets import make_dataset
from exactmem.ledger.claims import SURVEY, Kind, Result, Verdict, claim, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, taken
from exactmem.ledger.steps import Expr, at_most, gap, require_equal, sign_of
from exactmem.ledger.wording import names
from exactmem.rationals import Rational
from exactmem.tangent.algorithms import Setting, Tangent, TrueNetwork
from exactmem.tangent.kernel import gram
from exactmem.tangent.losses import LOSSES

ONE, TWO, HALF = fmpq(1), fmpq(2), fmpq(1, 2)


UNITS, HALF_OF_THEM = sp.Symbol("number of neurons"), sp.Symbol("q")
PRINTED_UNITS = sp.Eq(UNITS, HALF_OF_THEM)
TRAINED, COMPARED, EPS = names("L_D(h) L_D(H^M) eps")
WITHIN_EPS = sp.Le(TRAINED, COMPARED + EPS)


def one_sample(eta: Rational, steps: int) -> Setting:
    """x = 1, y = 1, W' = (1), squared loss."""
    return Setting(make_dataset([[1]], [1]), ((ONE,),), RELU, LOSSES["squared"], eta, ((0,),) * steps)


@claim(
    id="survey-5-scale",
    theorem="ntk",
    source=SURVEY,
    place="Definition 5",
    statement="I(d, q, B) has output weights 1 and -1, whatever B is, as Definition 6 and Theorem 8 need it.",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="Let u' ∈ R^q to be the all-1 vector.",
)
def scale() -> Result:
    """Hypotheses: W' = (1), x = y = 1, squared loss, eta = 1, B = 2.

    Line: with output weights 1 and -1 the kernel of Definition 6 is <grad, grad>/(2 q B^2) = 2/8, not 1; and the first
    step of Algorithm 1, eta/B^2 = 1/4, gives the output 1/2, while that of Algorithm 2 gives 2.
    Conclusion: u' = B 1 is meant: then the output is 2, too.
    """
    setting = one_sample(ONE, 1)
    literal = TrueNetwork(setting, ONE)
    require(2 * ONE / (2 * 1 * TWO**2) != 1, "Definition 6 with u = (1, -1)")
    W = literal.start() - ONE / 4 * literal.gradient(literal.start(), (0,))
    require(literal.outputs(W, (0,)) == [HALF], "Algorithm 1 with u = (1, -1)")
    tangent = Tangent(setting, 2)
    require(tangent.outputs(tangent.run(ONE)[-1], (0,)) == [TWO], "Algorithm 2")
    meant = TrueNetwork(setting, TWO)
    require(meant.outputs(meant.run()[-1], (0,)) == [TWO], "Algorithm 1 with u = (2, -2)")
    return refuted("W' = (1), x = y = 1, eta = 1, B = 2: Algorithm 1 gives 1/2 after one step, Algorithm 2 gives 2")


@claim(
    id="survey-5-units",
    theorem="ntk",
    source=SURVEY,
    place="section 2, 'q for the number of neurons in the hidden layer', and Definition 5",
    statement="In the network of Definition 5, {}.",
    formulas=[PRINTED_UNITS],
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="q for the number of neurons in the hidden layer",
)
def units() -> Result:
    """Hypotheses: W' with q = 1 row. Line: W = [W'; W'] has 2 rows. Conclusion: 2q neurons, 2qd trained parameters."""
    rows = TrueNetwork(one_sample(ONE, 1), ONE).start().nrows()
    fails(PRINTED_UNITS, "two rows for q = 1", {UNITS: rows, HALF_OF_THEM: 1})
    return refuted("q = 1: W = [W'; W'] has 2 neurons")


@claim(
    id="survey-6-kink",
    theorem="ntk",
    source=SURVEY,
    place="Definition 6",
    statement="tk_W(x, y) is defined for every W and all x, y.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote=(
        "The neural tangent kernel corresponding to weights W is defined to be tk_W(x, y) = <∇_W h_W(x), ∇_W "
        "h_W(y)> / (2qB^2)."
    ),
    note="For inputs other than 0 and Gaussian W, as in the algorithms, it is defined with probability 1.",
)
def kink() -> Result:
    """Hypotheses: ReLU, d = 1, W' = (0), x = 1.

    Line: sigma((w + s) x) - sigma(w x) is s for s > 0 and 0 for s < 0: no derivative at w = 0.
    Conclusion: W with w_j . x = 0 must be excluded, or a rule stated.
    """
    require([RELU(s) / s for s in (HALF, -HALF)] == [1, 0], "the one-sided difference quotients")
    return refuted("ReLU, w = 0, x = 1: the difference quotients of sigma(w x) are 1 and 0 from the two sides")


@claim(
    id="survey-7-comparator",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 7, L_D(H^M_tk_W)",
    statement="The right-hand side of Theorem 7 is a number, given d, M, R and D.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="E L_D(h) <= L_D(H^M_{tk_W}) + ε.",
)
def comparator() -> Result:
    """Hypotheses: d = q = 1, D at x = y = 1, M = 1, the loss |h - y|.

    Line: for w = 1 the kernel at x is 1 and some f of norm 1 has f(x) = 1, loss 0; for w = -1 the kernel is 0, every f
    is 0 at x, loss 1.
    Conclusion: W is random; the expected kernel, or a statement for each W, is meant.
    """
    data = make_dataset([[1]], [1])
    require(gram([[ONE]], data, RELU)[0, 0] == 1 and gram([[-ONE]], data, RELU)[0, 0] == 0, "the two kernels")
    loss = LOSSES["absolute"]
    require((loss.value(ONE, ONE), loss.value(fmpq(0), ONE)) == (0, 1), "the two losses")
    return refuted("d = q = M = 1, x = y = 1, loss |h - y|: L(H^M) is 0 for w = 1 and 1 for w = -1")


@claim(
    id="survey-7-lipschitz",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 7, T = O(M^2/eps^2)",
    statement="With a T that depends on M and eps only, {} for every L-decent loss.",
    formulas=[WITHIN_EPS],
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="there is a choice of q = Õ(M^2 R^2/(dε^2)), T = O(M^2/ε^2), B > 0, and η > 0",
)
def lipschitz() -> Result:
    """Hypotheses: T = 1, d = q = 1, w = 1, x = y = 1, the loss L |h - y|, any eta.

    Line: Algorithm 1 returns W^1, the loss L, while the comparator with M = 2, w = 1 has loss 0: the gap L exceeds
    every eps, with M and eps fixed.
    Conclusion: q and T need the factor L^2, or L is a constant hidden in O.
    """
    network = TrueNetwork(one_sample(ONE, 1), TWO)
    require(network.outputs(network.start(), (0,)) == [0], "W^1 gives 0")
    eps = gap("eps")
    losses = [2 * eps * abs(h - 1) for h in (0, 1)]
    fails(WITHIN_EPS, "L = 2 eps", {TRAINED: losses[0], COMPARED: losses[1], EPS: eps})
    return refuted("T = 1, w = x = y = 1, loss L |h - y|: the gap is L, for every eta, M >= 2 and eps")


OF_ONE, OF_B, SCALE, HESSIAN, NORM, REST, RADIUS, CONSTANT = names("h~ h B H ||V|| rest R c")
MOVED_BY_ONE, MOVED_BY_B, LOSSES_APART = *names("V_1 V_B"), sp.Symbol("|E L_D(h_1) - E L_D(h_2)|")
COUPLED = sp.Eq(MOVED_BY_B, MOVED_BY_ONE / SCALE)
REPLACED = sp.Le(LOSSES_APART, EPS)
SWAPPED = sp.Eq(OF_ONE, SCALE * OF_B)
REMAINDER = sp.Eq(REST, HESSIAN / 2 * NORM**2)
PRINTED_SCALE = sp.Eq(SCALE, CONSTANT * HESSIAN * RADIUS**2)
LINEARIZED = sp.Eq(*names("h(W+V) <grad,V>"))


LINEAR_FROM = fmpq(3)


def decent(t: Rational) -> Rational:
    """t^2/2 for |t| <= 3, linear beyond: |sigma'| <= 3, and |sigma''| <= 1 where it exists."""
    size = abs(t)
    return t * t / 2 if size <= LINEAR_FROM else LINEAR_FROM * size - LINEAR_FROM**2 / 2


def decent_slope(t: Rational) -> Rational:
    """The derivative of `decent`."""
    return max(-LINEAR_FROM, min(LINEAR_FROM, t))


@claim(
    id="survey-8-swapped",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 8, 'h~_{W+V} = B h_{W+V}'",
    statement="With h~ for I(d, q, 1) and h for I(d, q, B): {}.",
    formulas=[SWAPPED],
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    note="h_W is written as a function of W alone, and depends on u, so on B.",
    quote="h̃_{W+V}(x) = Bh_{W+V}(x)",
)
def swapped() -> Result:
    """Hypotheses: w = x = 1, V = (1, 0), B = 2.

    Line: output weights (1, -1) give 1, (B, -B) give 2.
    Conclusion: h = B h~.
    """
    small, large = TrueNetwork(one_sample(ONE, 1), ONE), TrueNetwork(one_sample(ONE, 1), TWO)
    moved = small.start()
    moved[0, 0] += 1
    require((small.outputs(moved, (0,)), large.outputs(moved, (0,))) == ([1], [2]), "the two networks")
    fails(SWAPPED, "h~ = 1, B h = 4", {OF_ONE: 1, OF_B: 2, SCALE: 2})
    return refuted("w = x = 1, V = (1, 0), B = 2: h~ = 1, h = 2, B h = 4")


@claim(
    id="survey-8-equality",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 8, '= B h_W + B <grad h_W, V> + (HB/2) ||V||^2'",
    statement="The second-order term is exactly that: {} for a uniform bound H on the Hessian.",
    formulas=[REMAINDER],
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="= Bh_W(x) + B<∇_W h_W(x), V> + (HB/2)||V||_2^2",
)
def equality() -> Result:
    """Hypotheses: sigma = `decent`, H = 1, w = x = 1, V = (1, 1).

    Line: both copies change by the same: h(W + V) = 0 = <grad, V>, while (H/2) ||V||^2 = 1.
    Conclusion: a bound in absolute value is meant.
    """
    rest = decent(TWO) - decent(TWO) - (decent_slope(ONE) - decent_slope(ONE))
    require(decent(TWO) - decent(ONE) - decent_slope(ONE) == HALF, "one copy alone has the rest v^2/2")
    fails(REMAINDER, "||V||^2 = 2, H = 1", {REST: int(rest), HESSIAN: 1, NORM**2: 2})
    return refuted("sigma = t^2/2 on [-3, 3], linear beyond, w = x = 1, V = (1, 1): the rest is 0, (H/2) ||V||^2 = 1")


@claim(
    id="survey-8-scale",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 8, 'B = Omega(H R^2)'",
    statement="{} with a constant c makes the error at most eps.",
    formulas=[PRINTED_SCALE],
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="Thus, by choosing B = Ω(HR^2), we have h̃_{W+V}(x) = B<∇_W h_W(x), V> + ε.",
    note="Read with 1/ε among the constants that Ω hides, it is right.",
)
def omega() -> Result:
    """Hypotheses: sigma = t^2/2 for |t| <= w + 1/(c R), linear beyond, so that H = 1; x = 1, V = (R/B, 0).

    Line: for B >= c R^2 no unit leaves this interval. The rest is exactly B v^2/2 = H R^2/(2B), which is 1/(2c) for
    B = c H R^2, whatever eps is.
    Conclusion: B >= H R^2/(2 eps) (theorem-8-smooth).
    """
    w, R, B, c = sp.symbols("w R B c", positive=True)
    v = R / B
    rest = B * ((w + v) ** 2 / 2 - w**2 / 2 - w * v)
    require_equal(rest, R**2 / (2 * B), "the error")
    printed = taken(PRINTED_SCALE, {CONSTANT: c, HESSIAN: 1, RADIUS: R}).rhs
    require_equal(rest.subs(B, printed), 1 / (2 * c), "at B = c H R^2, whatever eps is")
    require_equal(taken(PRINTED_SCALE, {CONSTANT: c, HESSIAN: 1, RADIUS: R}).rhs * (1 / (c * R)), R, "R/B = 1/(c R)")
    return refuted(
        "sigma = t^2/2 on an interval, linear beyond, x = 1, V = (R/B, 0): the error is H R^2/(2B), 1/2 at B = H R^2, "
        "for every eps"
    )


@claim(
    id="survey-8-linear",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 8, 'first order approximation and H is a uniform bound on the Hessian', for ReLU",
    statement="Where the Hessian is 0 almost everywhere (ReLU, H = 0), {} for every V.",
    formulas=[LINEARIZED],
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote="the second step follows by the first order approximation and H is a uniform bound on the Hessian",
)
def relu_hessian() -> Result:
    """Hypotheses: ReLU, w = x = 1, B = 1, V = (-2, 0).

    Line: sigma(1 - 2) - sigma(1) = -1; <grad, V> = -2.
    Conclusion: V must not move a sample across a kink (ntk-lazy).
    """
    setting = one_sample(ONE, 1)
    network, tangent = TrueNetwork(setting, ONE), Tangent(setting, 2)
    V = network.start() * 0
    V[0, 0] = fmpq(-2)
    require((network.outputs(network.start() + V, (0,)), tangent.outputs(V, (0,))) == ([-1], [-2]), "the two sides")
    fails(LINEARIZED, "-1 is not -2", dict(zip(LINEARIZED.args, (-1, -2), strict=True)))
    return refuted("ReLU, w = x = 1, V = (-2, 0): h = -1, <grad, V> = -2")


def relu(t: Expr) -> Expr:
    """max(0, t) for an expression of one sign."""
    return t if sign_of(t) >= 0 else sp.Integer(0)


def show_one_update(n: Expr, w: Expr, scale: Expr) -> None:
    """W' = (w), w > 0, x = n, y = 1, eta = 1, loss |h - 1|: after one update h_2 = 2 n^2, and 1 <= h_1 <= B w n + n^2.

    The first gradient of the loss is -1, as h = 0: Algorithm 2 moves by (n, -n), Algorithm 1 by 1/B of that.
    """
    h_1 = scale * (relu(n * (w + n / scale)) - relu(n * (w - n / scale)))
    at_most(h_1, scale * w * n + n**2, "h_1 is at most B w n + n^2")
    at_most(1, h_1, "and at least the label")
    at_most(1, 2 * n**2, "as is h_2")
    less_loss = (2 * n**2 - 1) - (h_1 - 1)
    at_most(n**2 - scale * w * n, less_loss, "the losses differ by n^2 - B w n or more")


@claim(
    id="survey-8-radius",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 8, 'for every input distribution'",
    statement="For a decent activation and loss some B gives {} for every input distribution.",
    formulas=[REPLACED],
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote="There is a choice of B, such that for every input distribution we have |E L_D(h_1) - E L_D(h_2)| <= ε.",
    note="Theorem 7 speaks of R-bounded distributions; Theorem 8 does not.",
)
def radius() -> Result:
    """Hypotheses: ReLU, the loss |h - y|, d = q = b = eta = 1, T = 2; any B, eps > 0; D at x = n, y = 1 with
    n = B + 4 eps + 1.

    Line: for w < 0 nothing moves. For w > 0, of probability 1/2, the losses after the update differ by n^2 - B w n or
    more (`show_one_update`), and E max(0, w) <= 1/2, as E |w| <= sqrt(E w^2) = 1. The updated weights are returned with
    probability 1/2, else h_1 = h_2 = 0. So the difference is at least (n^2/2 - B n/2)/2 = n (4 eps + 1)/4 > eps.
    Conclusion: B has to grow with the radius of the data (survey-8-radius-scaled, theorem-8-exact).
    """
    B, eps = gap("B"), gap("eps")
    n = B + 4 * eps + 1
    for w in (n / B / (1 + gap("share")), n / B, n / B + gap("beyond")):
        show_one_update(n, w, B)
    setting = Setting(make_dataset([[6]], [1]), ((ONE,),), RELU, LOSSES["absolute"], ONE, ((0,),))
    network, tangent = TrueNetwork(setting, ONE), Tangent(setting, 2)
    found = network.outputs(network.run()[-1], (0,)), tangent.outputs(tangent.run(ONE)[-1], (0,))
    require(found == ([42], [72]), f"B = eps = w = 1, n = 6: B w n + n^2 and 2 n^2, not {found}")
    apart = (n**2 / 2 - B * n / 2) / 2
    fails(REPLACED, "the expected losses are further apart", {LOSSES_APART: apart, EPS: eps})
    return refuted("ReLU, loss |h - y|, d = q = b = eta = 1, T = 2, x = B + 4 eps + 1, y = 1: further apart than eps")


@claim(
    id="survey-8-coupling",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 8, 'the gradient is scaled up by B and the step size is 1/B^2'",
    statement="The runs for B and for 1 move by {}, for every decent sigma.",
    formulas=[COUPLED],
    expected=Verdict.REFUTED,
    kind=Kind.GAP,
    quote=(
        "While for the run with initialization W ~ I(d, q, B), the gradient is scaled up by B and the step size "
        "is 1/B^2."
    ),
)
def coupling() -> Result:
    """Hypotheses: sigma = `decent`, w = x = 1, y = 1, the loss |h - y|, eta = 1, two steps, B = 1 and 2.

    Line: the gradient in the copies is +-B sigma'(w) g, g = -1 and then, at h = 2, g = 1. B = 1: (1, 1) -> (2, 0) ->
    (0, 0), moved by (-1, -1). B = 2, step 1/4: (1, 1) -> (3/2, 1/2) -> (3/4, 3/4), moved by (-1/4, -1/4).
    Conclusion: the trajectories are not coupled; for ReLU they are, beyond a bound (theorem-8-exact).
    """
    moves = []
    for B in (ONE, TWO):
        w = [ONE, ONE]
        for _ in range(2):
            g = LOSSES["absolute"].slope(B * (decent(w[0]) - decent(w[1])), ONE)
            w = [w[0] - B * decent_slope(w[0]) * g / B**2, w[1] + B * decent_slope(w[1]) * g / B**2]
        moves.append([v - 1 for v in w])
    require(moves == [[-1, -1], [-HALF / 2, -HALF / 2]], f"moves {moves}")
    small, large = (sp.Rational(int(move[0].p), int(move[0].q)) for move in moves)
    fails(COUPLED, "-1/4 is not -1/2", {MOVED_BY_ONE: small, MOVED_BY_B: large, SCALE: 2})
    return refuted(
        "sigma = t^2/2 on [-3, 3], linear beyond, loss |h - y|, w = x = y = 1, eta = 1: after two steps V = (-1, -1) "
        "for B = 1, "
        "(-1/4, -1/4) for B = 2"
    )


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
