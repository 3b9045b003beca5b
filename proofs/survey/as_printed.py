"""What is wrong or missing in Theorems 1 to 3 of the survey (section 3), with the networks as printed.

The survey writes m for the number of samples and d for their dimension. Corrections: `theorems_1_to_3.py`.
"""

from collections.abc import Sequence

import sympy as sp
from flint import fmpq, fmpq_mat

from exactmem.activations import RELU, THRESHOLD
from exactmem.evaluate import evaluate_generic
from exactmem.ledger.claims import SURVEY, Kind, Result, Verdict, checked, claim, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, taken
from exactmem.ledger.steps import Expr, require_equal
from exactmem.ledger.wording import names
from exactmem.networks import FNN, dense, layer
from exactmem.rationals import Rational

RootTwo = tuple[Expr, Expr]
"""The number a + b sqrt(2) with rational a, b."""


def additive(number: RootTwo) -> Expr:
    """sigma(a + b sqrt(2)) = a."""
    return number[0]


@claim(
    id="survey-1-distinct",
    theorem="folklore",
    source=SURVEY,
    place="Theorem 1",
    statement="For any m samples some two-layer network of m neurons has h(x_i) = y_i for all i.",
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote=(
        "Let σ be a non-polynomial activation function. Then, there exists a two-layer neural network with number of "
        "neurons q = m such that h_W(x_i) = y_i for all i in [m]."
    ),
    note="The samples are not said to be distinct; that they are is surely meant.",
)
def distinct() -> Result:
    """Hypotheses: m = 2, x_1 = x_2 = 0, y = (0, 1).

    Line: both rows of the matrix of hidden values are the same, whatever the weights: rank 1.
    Conclusion: the inputs must be distinct.
    """
    w, b = sp.symbols("w b", real=True)
    rows = [w * x + b for x in (0, 0)]
    require_equal(rows[0], rows[1], "equal inputs have equal pre-activations")
    require(sp.Matrix([[1, 0], [1, 1]]).rank() == 2, "equal hidden values and the labels are independent columns")
    return refuted("m = 2, x = (0, 0), y = (0, 1): h(x_1) = h(x_2) for every network")


@claim(
    id="survey-1-regular",
    theorem="folklore",
    source=SURVEY,
    place="Theorem 1, 'non-polynomial activation function'",
    statement="For every non-polynomial sigma: R -> R and distinct inputs, m neurons give any labels.",
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote="Since Π is not a polynomial, the image of Π is R^n.",
    note="Π is a linear operator; σ is surely meant.",
)
def regular() -> Result:
    """Hypotheses: sigma additive, sigma(1) = 1, sigma(sqrt 2) = 0: on Q(sqrt 2) sigma(a + b sqrt 2) = a, on R by a
    basis over Q. Inputs 0, 1, 2, labels 0, 1, 0.

    Line: sigma(n) = n for all integers n, so the only polynomial it could be is t; but sigma(sqrt 2) = 0. For all w, b,
    sigma(b) - 2 sigma(w + b) + sigma(2 w + b) = 0, hence h(0) - 2 h(1) + h(2) = 0 for any number of neurons; the labels
    give -2.
    Conclusion: sigma must be regular, continuous for instance. The printed proof uses nothing about sigma ("Pi", a
    linear operator, "is not a polynomial"), and writes R^n for R^m.
    """
    a, b, c, d = sp.symbols("a b c d", rational=True)
    require_equal(additive((a + c, b + d)), additive((a, b)) + additive((c, d)), "sigma is additive")
    n = sp.Symbol("n", integer=True)
    require_equal(additive((n, sp.Integer(0))), n, "sigma(n) = n")
    require(additive((sp.Integer(0), sp.Integer(1))) == 0, "sigma(sqrt 2) = 0, not sqrt 2")
    sigma_w, sigma_b = sp.symbols("sigma_w sigma_b", real=True)
    values = [k * sigma_w + sigma_b for k in range(3)]
    require_equal(values[0] - 2 * values[1] + values[2], 0, "the relation of every neuron's values at 0, 1, 2")
    labels = (0, 1, 0)
    require(labels[0] - 2 * labels[1] + labels[2] == -2, "the labels do not satisfy it")
    return refuted("sigma additive with sigma(1) = 1, sigma(sqrt 2) = 0; x = 0, 1, 2, y = 0, 1, 0: 0 - 2 + 0 is not 0")


NEURONS, SAMPLES, DIMENSION = names("neurons m d")
PRINTED_COUNT = sp.Le(NEURONS, 2 * SAMPLES / DIMENSION)


@claim(
    id="survey-2-count",
    theorem="baum",
    source=SURVEY,
    place="Theorem 2, 'we at most need 2 m/d many neurons'",
    statement="Baum's network, a pair of neurons for every d samples of label 1, has {}.",
    formulas=[PRINTED_COUNT],
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote="Hence, we at most need 2 · m/d many neurons to perfectly memorize the data.",
    note="Ceiling brackets around m/d may have been lost in the text at hand.",
    witness="survey-2-count.json",
)
def baum_count() -> Result:
    """Hypotheses: d = 2, m = 1, the sample (3, 5) with label 1; u = (1, 1), b = 8, tau = 1.

    Line: one group of fewer than d samples takes a pair of neurons; its output is 1. 2 m/d = 1.
    Conclusion: 2 ceil(m_1/d) is right, m_1 being the number of samples of label 1; it can exceed 2 m/d.
    """
    hidden = layer(dense([[1, 1], [1, 1]]), [-8 + 1, -8 - 1], THRESHOLD)
    network = FNN((hidden, layer(dense([[1, -1]]), [0])))
    points = [(fmpq(3), fmpq(5)), (fmpq(5), fmpq(5)), (fmpq(0), fmpq(5))]
    require(evaluate_generic(network, points) == [[1], [0], [0]], "the printed pair fits the sample, and is 0 off it")
    fails(PRINTED_COUNT, "2 neurons, 2 m/d = 1", {NEURONS: network.hidden_nodes, SAMPLES: 1, DIMENSION: 2})
    return refuted("d = 2, m = 1, label 1: the pair of neurons of one group is more than 2 m/d = 1")


@claim(
    id="survey-2-short-group",
    theorem="baum",
    source=SURVEY,
    place="Theorem 2, 'Pick d points with label 1'",
    statement="The samples of label 1 can be used up by picking d of them at a time, on the hyperplane through them.",
    expected=Verdict.REFUTED,
    kind=Kind.GAP,
    quote="Baum builds a network iteratively: Pick d points with label 1.",
    witness="survey-2-short-group.json",
)
def baum_short_group() -> Result:
    """Hypotheses: d = 2, (1, 0) with label 1, (1, 5) and (2, 5) with label 0, in general position.

    Line: one sample of label 1 is left, on many lines: on x_1 = 1 for instance, with (1, 5). For every tau > 0 the pair
    on that line is 1 at (1, 5).
    Conclusion: a last group of fewer than d samples needs a hyperplane chosen to contain no other sample.
    """
    points = [(fmpq(1), fmpq(0)), (fmpq(1), fmpq(5)), (fmpq(2), fmpq(5))]
    for tau in (fmpq(1, 1000), fmpq(1, 2)):
        hidden = layer(dense([[1, 0], [1, 0]]), [-1 + tau, -1 - tau], THRESHOLD)
        found = evaluate_generic(FNN((hidden, layer(dense([[1, -1]]), [0]))), points)
        require(found == [[1], [1], [0]], f"outputs {found}")
    return refuted("d = 2, (1,0) of label 1, (1,5), (2,5) of label 0, line x_1 = 1: the output at (1,5) is 1")


FROM_KINK, ALONG_V = sp.Symbol("|u . x_i - b|"), sp.Symbol("|v . x_i|")
QUOTIENT = FROM_KINK / (2 * ALONG_V)


@claim(
    id="survey-3-delta",
    theorem="bubeck",
    source=SURVEY,
    place="Theorem 3, delta",
    statement="{} is a number for every sample, as the minimum over them needs.",
    formulas=[QUOTIENT],
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="Note that it suffices to take δ = (1/2) min_i |u · x_i - b| / |v · x_i|.",
    note=(
        "The quotient is read for each (u, v, b) that f_{δ,u,v,b} is used with, so for b - τ and b + τ; with a "
        "minimum over the samples that have v · x_i ≠ 0, or a/0 read as ∞, it is right."
    ),
)
def delta_undefined() -> Result:
    """Hypotheses: d = 1, the sample x = 0 with label 0; H = {0}: u = 1, b = 0; v . x = 0 as the proof asks.

    Line: |v . x| = 0, whatever v; the same for every sample with v . x_i = 0, in any dimension.
    Conclusion: such samples have to be left out of the minimum; they set no condition (bubeck-delta).
    """
    v, x = sp.Symbol("v", real=True), sp.Integer(0)
    require_equal(v * x, 0, "v . x = 0 for every v")
    require(taken(QUOTIENT, {FROM_KINK: 1, ALONG_V: abs(v * x)}) is sp.zoo, "a division by 0")
    return refuted("d = 1, x = 0 with label 0: v . x = 0, and |u . x - b|/|v . x| has the denominator 0")


def printed_delta(u: Rational, v: Rational, b: Rational, inputs: Sequence[Rational]) -> Rational:
    """(1/2) min_i |u x_i - b|/|v x_i|, for inputs in dimension 1 with v x_i != 0."""
    return min(abs(u * x - b) / abs(v * x) for x in inputs) / 2


def printed_network(u: Rational, v: Rational, b: Rational, tau: Rational, inputs: Sequence[Rational]) -> FNN:
    """f_{u,v,b-tau} - f_{u,v,b+tau} of Theorem 3, each with its own printed delta: four ReLUs in dimension 1."""
    rows, biases, weights = [], [], []
    for sign, shifted in ((1, b - tau), (-1, b + tau)):
        delta = printed_delta(u, v, shifted, inputs)
        rows += [[u + delta * v], [u]]
        biases += [-shifted, -shifted]
        weights += [sign / delta, -sign / delta]
    return FNN((layer(dense(rows), biases, RELU), layer(dense([weights]), [0])))


@claim(
    id="survey-3-shifted",
    theorem="bubeck",
    source=SURVEY,
    place="Theorem 3, f_{u,v,b-tau} - f_{u,v,b+tau}",
    statement=(
        "With delta as printed for b - tau and for b + tau (the proof says delta for any b), the four ReLUs of a group "
        "give v . x on H and 0 at all other samples with v . x != 0, for small tau."
    ),
    expected=Verdict.CHECKED,
)
def shifted() -> Result:
    """Hypotheses: d = 1, H = {1}, label 100 (v = 100), another sample at 11; tau = 1/10, 1/100, 1.

    Line: off H and on it |u . x - b -+ tau| > 0, so each delta is positive and each pair keeps its side.
    Conclusion: the printed choice works where it is defined; a delta taken for b itself would be 0, as b is on H.
    """
    u, v, b, inputs = fmpq(1), fmpq(100), fmpq(1), [fmpq(1), fmpq(11)]
    for tau in (fmpq(1, 10), fmpq(1, 100), fmpq(1)):
        found = evaluate_generic(printed_network(u, v, b, tau, inputs), [(x,) for x in inputs])
        require(found == [[100], [0]], f"tau = {tau}: {found}")
    require(printed_delta(u, v, b, inputs) == 0, "on H itself the quotient is 0")
    return checked("exact evaluation", "x = 1 with label 100, another sample at 11; tau = 1/10, 1/100, 1")


def solvable(points: Sequence[Sequence[int]], labels: Sequence[int]) -> bool:
    """Whether v . x_i = y_i has a solution v (the ranks with and without the labels agree)."""
    left = fmpq_mat([[fmpq(v) for v in x] for x in points])
    both = fmpq_mat([[fmpq(v) for v in (*x, y)] for x, y in zip(points, labels, strict=True)])
    return bool(left.rref()[1] == both.rref()[1])


@claim(
    id="survey-3-linear",
    theorem="bubeck",
    source=SURVEY,
    place="Theorem 3, 'pick v such that v . x_i = y_i ... the matrix is full-rank'",
    statement="For d samples in general position some v has v . x_i = y_i for all of them.",
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote=(
        "Now, it suffices to pick v such that v · x_i = y_i for any i <= d. We complete the proof by noting that the "
        "matrix given by x_1, ..., x_m is full-rank."
    ),
    note=(
        "The survey does not define general position; it is read as for Baum's theorem, no d + 1 samples on one "
        "hyperplane. Where every d samples are linearly independent such a v exists."
    ),
)
def linear() -> Result:
    """Hypotheses: d = 1, x = 0, y = 1; or d = 2, (1, 1), (2, 2) with labels 1, 0.

    Line: v . 0 = 0; 2 v . (1, 1) = v . (2, 2). The matrix of all m samples has full rank d with a third sample (1, 0).
    Conclusion: an affine function v . x + v_0 is needed, and affine independence of the d samples.
    """
    require(not solvable([[0]], [1]), "d = 1")
    require(not solvable([[1, 1], [2, 2]], [1, 0]), "d = 2")
    rank = fmpq_mat([[fmpq(v) for v in x] for x in ([1, 1], [2, 2], [1, 0])]).rref()[1]
    require(rank == 2, "full rank of all samples does not help")
    return refuted("d = 1, x = 0, y = 1; d = 2, (1, 1), (2, 2) with labels 1, 0: no such v")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
