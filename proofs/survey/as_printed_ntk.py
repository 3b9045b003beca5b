"""What is wrong or missing in section 4 of the survey: Definitions 5 and 6, Theorems 7 and 8, Algorithms 1 to 3.

Corrections: `ntk.py`. Examples in dimension 1 write w, x, V for the one number.
"""

import sympy as sp
from flint import fmpq

from exactmem.activations import RELU
from exactmem.datasets import make_dataset
from exactmem.ledger.claims import SURVEY, Kind, Result, Verdict, claim, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, taken
from exactmem.ledger.steps import require_equal
from exactmem.ledger.wording import names
from exactmem.rationals import Rational
from exactmem.tangent.algorithms import Setting, Tangent, TrueNetwork, square_norm
from exactmem.tangent.kernel import gram
from exactmem.tangent.losses import LOSSES

ONE, TWO, HALF = fmpq(1), fmpq(2), fmpq(1, 2)


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
    statement="The network of Definition 5 has q neurons.",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="q for the number of neurons in the hidden layer",
)
def units() -> Result:
    """Hypotheses: W' with q = 1 row. Line: W = [W'; W'] has 2 rows. Conclusion: 2q neurons, 2qd trained parameters."""
    require(TrueNetwork(one_sample(ONE, 1), ONE).start().nrows() == 2, "two rows for q = 1")
    return refuted("q = 1: W = [W'; W'] has 2 neurons")


@claim(
    id="survey-6-kink",
    theorem="ntk",
    source=SURVEY,
    place="Definition 6",
    statement="tk_W(x, y) is defined for every W and all x, y.",
    expected=Verdict.REFUTED,
    kind=Kind.GAP,
    quote=(
        "The neural tangent kernel corresponding to weights W is defined to be tk_W(x, y) = <∇_W h_W(x), ∇_W "
        "h_W(y)> / (2qB^2)."
    ),
    note="the letter y is a label elsewhere",
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
    """Hypotheses: d = q = 1, D at x = y = 1, M = 1, squared loss.

    Line: for w = 1 the kernel at x is 1 and some f of norm 1 has f(x) = 1, loss 0; for w = -1 the kernel is 0, every f
    is 0 at x, loss 1/2.
    Conclusion: W is random; the expected kernel, or a statement for each W, is meant.
    """
    data = make_dataset([[1]], [1])
    require(gram([[ONE]], data, RELU)[0, 0] == 1 and gram([[-ONE]], data, RELU)[0, 0] == 0, "the two kernels")
    loss = LOSSES["squared"]
    require((loss.value(ONE, ONE), loss.value(fmpq(0), ONE)) == (0, HALF), "the two losses")
    return refuted("d = q = M = 1, x = y = 1: L(H^M) is 0 for w = 1 and 1/2 for w = -1")


@claim(
    id="survey-7-lipschitz",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 7, T = O(M^2/eps^2)",
    statement="T depends on M and eps only, for every L-decent loss.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="there is a choice of q = Õ(M^2 R^2/(dε^2)), T = O(M^2/ε^2), B > 0, and η > 0",
)
def lipschitz() -> Result:
    """Hypotheses: T = 1, x = y = 1, the loss L |h - y|, any eta.

    Line: Algorithm 1 returns W^1, the loss L, while the comparator with M = 2, w = 1 has loss 0: the gap L exceeds
    every eps, with M and eps fixed.
    Conclusion: q and T need the factor L^2, or L is a constant hidden in O.
    """
    network = TrueNetwork(one_sample(ONE, 1), TWO)
    require(network.outputs(network.start(), (0,)) == [0], "W^1 gives 0")
    gap_of = [L * (abs(fmpq(0) - 1) - abs(ONE - 1)) for L in (ONE, fmpq(100))]
    require(gap_of == [1, 100], "the gap grows with L")
    return refuted("T = 1, x = y = 1, loss L |h - y|: the gap is L, for every eta, M >= 2 and eps")


@claim(
    id="survey-4-letters",
    theorem="ntk",
    source=SURVEY,
    place="section 4, the letters R and M",
    statement="In section 4 R is the radius of the data and M the bound on the norm of f, in every place.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="the movement is in the ball with radius R where R doesn't depend on B",
    note="H is a space of functions in Theorem 7 and a bound on the Hessian in Theorem 8.",
)
def letters() -> Result:
    """Hypotheses: x = y = 1, so that R = 1 in Theorem 7; squared loss, eta = 2, one step. ReLU, M = 1/2 in Theorem 7.

    Line: V = (2, -2), of squared norm 8 > R^2, so that R in the proof of Theorem 8 is another number; and
    sigma'(1) = 1 > M, while a decent activation has |sigma'| <= M.
    Conclusion: two letters have two meanings each; in the proof of Theorem 8 R bounds the way of the run.
    """
    setting = one_sample(TWO, 1)
    moved = Tangent(setting, 2).run(TWO)[-1]
    require(square_norm(moved) == 8, "||V||^2 after one step")
    require(abs(setting.dataset.inputs[0][0]) == 1, "the radius of the data")
    require(RELU(TWO) - RELU(ONE) > HALF * (TWO - ONE), "the slope of ReLU exceeds M = 1/2")
    return refuted("x = y = 1, eta = 2: the radius of the data is 1, the run moves by the root of 8")


@claim(
    id="survey-1-returned",
    theorem="ntk",
    source=SURVEY,
    place="Algorithm 1, 'Choose t in [T] uniformly at random and return W_t', as in Algorithms 2 and 3",
    statement="T steps of Algorithm 1 return a network that some step has changed.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="Choose t ∈ [T] uniformly at random and return W_t",
)
def returned() -> Result:
    """Hypotheses: T = 1, x = y = 1.

    Line: W_1 is the initialization, returned with probability 1/T; the T-th update makes W^{T+1}, which never is.
    Conclusion: the iterates are W^1, ..., W^T: T - 1 updates matter.
    """
    network = TrueNetwork(one_sample(ONE, 1), ONE)
    W = network.run()
    require(len(W) == 2 and W[0] != W[1] and network.outputs(W[0], (0,)) == [0], "W^1 is untrained, W^2 is not used")
    return refuted("T = 1: t = 1 and W_1 = W^1 is returned, with h = 0; the update is computed and not used")


OF_ONE, OF_B, SCALE, HESSIAN, NORM, REST, RADIUS, CONSTANT = names("h~ h B H ||V|| rest R c")
SWAPPED = sp.Eq(OF_ONE, SCALE * OF_B)
REMAINDER = sp.Eq(REST, HESSIAN / 2 * NORM**2)
PRINTED_SCALE = sp.Eq(SCALE, CONSTANT * HESSIAN * RADIUS**2)
LINEARIZED = sp.Eq(*names("h(W+V) <grad,V>"))


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
    """Hypotheses: sigma = t^2/2, x = 1, V = (v, v).

    Line: both copies change by the same: h(W + V) = 0 = <grad, V>, while (H/2) ||V||^2 = v^2 with H = 1.
    Conclusion: a bound in absolute value is meant.
    """
    w, v = sp.symbols("w v", positive=True)
    change = (w + v) ** 2 / 2 - (w + v) ** 2 / 2
    require_equal(change, 0, "both copies")
    fails(REMAINDER, "v = 1: ||V||^2 = 2, H = 1", {REST: 0, HESSIAN: 1, NORM**2: 2})
    return refuted("sigma = t^2/2, V = (v, v): the rest is 0, (H/2) ||V||^2 = v^2")


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
    """Hypotheses: sigma = t^2/2, x = 1, H = 1, V = (v, 0) with ||V|| = R/B.

    Line: the rest is exactly B v^2/2 = H R^2/(2B), which is 1/(2c) for B = c H R^2, whatever eps is.
    Conclusion: B >= H R^2/(2 eps) (theorem-8-smooth).
    """
    w, R, B, c = sp.symbols("w R B c", positive=True)
    v = R / B
    rest = B * ((w + v) ** 2 / 2 - w**2 / 2 - w * v)
    require_equal(rest, R**2 / (2 * B), "the error")
    printed = taken(PRINTED_SCALE, {CONSTANT: c, HESSIAN: 1, RADIUS: R}).rhs
    require_equal(rest.subs(B, printed), 1 / (2 * c), "at B = c H R^2, whatever eps is")
    return refuted("sigma = t^2/2, x = 1, V = (R/B, 0): the error is H R^2/(2B), 1/2 at B = H R^2, for every eps")


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


@claim(
    id="survey-8-radius",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 8, 'for every input distribution'",
    statement="One bound H on the Hessian of h in W serves every input distribution.",
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote="There is a choice of B, such that for every input distribution we have |E L_D(h_1) - E L_D(h_2)| <= ε.",
    note="Theorem 7 speaks of R-bounded distributions; Theorem 8 does not.",
)
def radius() -> Result:
    """Hypotheses: sigma = t^2/2, x = n.

    Line: the second derivative in w is sigma''(w x) x^2 = n^2.
    Conclusion: H grows with the radius of the data, so does B.
    """
    w, n = sp.symbols("w n", positive=True)
    require_equal(sp.diff((w * n) ** 2 / 2, w, 2), n**2, "the Hessian")
    return refuted("sigma = t^2/2, x = n: the Hessian is n^2")


@claim(
    id="survey-8-coupling",
    theorem="ntk",
    source=SURVEY,
    place="Theorem 8, 'the gradient is scaled up by B and the step size is 1/B^2'",
    statement="The runs for B and for 1 move by the same V up to the factor 1/B, for every decent sigma.",
    expected=Verdict.REFUTED,
    kind=Kind.GAP,
    quote=(
        "While for the run with initialization W ~ I(d, q, B), the gradient is scaled up by B and the step size "
        "is 1/B^2."
    ),
)
def coupling() -> Result:
    """Hypotheses: sigma = t^2/2, w = x = 1, y = 1, squared loss, eta = 1, two steps, B = 1 and 2.

    Line: the gradient in the copies is +-B w g, g = h - y. B = 1: (1, 1) -> (2, 0) -> (0, 0), moved by (-1, -1). B = 2,
    step 1/4: (1, 1) -> (3/2, 1/2) -> (3/4, 3/4), moved by (-1/4, -1/4); times B (-1/2, -1/2).
    Conclusion: the trajectories are not coupled; for ReLU they are, beyond a bound (theorem-8-exact).
    """
    moves = []
    for B in (ONE, TWO):
        w = [ONE, ONE]
        for _ in range(2):
            g = B * (w[0] ** 2 - w[1] ** 2) / 2 - 1
            w = [w[0] - B * w[0] * g / B**2, w[1] + B * w[1] * g / B**2]
        moves.append([B * (v - 1) for v in w])
    require(moves == [[-1, -1], [-HALF, -HALF]], f"moves {moves}")
    return refuted(
        "sigma = t^2/2, w = x = y = 1, eta = 1: after two steps V = (-1, -1) for B = 1, B V = (-1/2, -1/2) for 2"
    )


@claim(
    id="survey-3-root",
    theorem="ntk",
    source=SURVEY,
    place="Algorithm 3, 'only change by a multiplicative factor of sqrt 2'",
    statement="<(s x, -s x), (s' x', -s' x')> = sqrt 2 <s x, s' x'>.",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="the inner product between the different samples only change by a multiplicative factor of √2",
)
def root() -> Result:
    """Hypotheses: s = s' = x = x' = 1. Line: 1 + 1 = 2. Conclusion: inner products change by 2, norms by sqrt 2."""
    first, second = sp.symbols("a b", real=True)
    require_equal(first * second + (-first) * (-second), 2 * first * second, "twice the inner product")
    require(sp.Integer(2) != sp.sqrt(2), "2 is not sqrt 2")
    return refuted("x = x' = 1, active: the inner product is 2, not sqrt 2")


@claim(
    id="survey-1-normalization",
    theorem="ntk",
    source=SURVEY,
    place="equation (1), 'E[v^T Psi_omega(x)] = f(x)'",
    statement="With v = (1/sqrt q)(f^(w_1), ..., f^(w_q)) and Psi = (psi_{w_1}, ..., psi_{w_q}): E v^T Psi = f.",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="E[v^T Ψ_ω(x)] = E[f_ω(x)] = f(x)",
    note="v has the factor 1/√q, Ψ_ω has none in the text at hand.",
)
def normalization() -> Result:
    """Hypotheses: q = 4 and the constant case f^ psi = 1, f = 1.

    Line: v^T Psi = (1/sqrt q) sum_i f^(w_i) psi_{w_i}, of expectation q f/sqrt q = sqrt q f.
    Conclusion: Psi needs the factor 1/sqrt q.
    """
    q = 4
    value = sum((sp.Integer(1) / sp.sqrt(q) for _ in range(q)), sp.Integer(0))
    require(value == 2, "2 for q = 4")
    return refuted("q = 4, f^ psi = 1: v^T Psi = 2, f = 1")


@claim(
    id="survey-1-parity",
    theorem="ntk",
    source=SURVEY,
    place="equation (1), f(x) = sum y_i <x_i, x>^c', 'c' > 4c + 2'",
    statement="For ReLU <x_i, x>^c' has a finite norm in the tangent kernel for every integer c' > 4c + 2.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="We define f(x) = sum_{i=1}^m y_i (<x_i, x>)^{c'} where c' > 4c + 2.",
    note="One such c' is enough for the construction; for ReLU it has to be even, which is not said.",
)
def parity() -> Result:
    """Hypotheses: unit vectors, t = <x, x'>; the expected kernel of psi is t (1/4 + arcsin(t)/(2 pi)).

    Line: arcsin is odd: the kernel is t/4 plus a series in even powers of t. The coefficient of t^c' is 0 for odd
    c' >= 3, so <x_i, x>^c' is not in the space of the kernel.
    Conclusion: c' must be even.
    """
    t = sp.Symbol("t")
    require_equal(sp.asin(-t), -sp.asin(t), "arcsin is odd")
    series = sp.Poly(sp.series(sp.asin(t), t, 0, 12).removeO() * t, t)
    odd = [series.coeff_monomial(t**k) for k in range(3, 13, 2)]
    even = [series.coeff_monomial(t**k) for k in range(2, 13, 2)]
    require(set(odd) == {0} and all(value > 0 for value in even), "odd and even coefficients up to t^12")
    return refuted("c' = 7 (c = 1): the kernel t/4 + t arcsin(t)/(2 pi) has no t^7 term")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
