"""The remarks of sections 1 to 3 on capacities, sizes and related work that belong to no single theorem."""

import sympy as sp

from exactmem.activations import RELU
from exactmem.datasets import make_dataset
from exactmem.errors import DatasetError
from exactmem.evaluate import evaluate_generic
from exactmem.ledger.claims import PAPER, Fact, Result, Verdict, assumed, checked, claim, not_covered, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import every, fails, holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    from_one,
    gap,
    index,
    less,
    require_equal,
    require_nonnegative,
    slack,
    telescoping_sum,
)
from exactmem.networks import FNN, dense, layer
from exactmem.proofs._conditions import D_1, D_2, D_Y, PRODUCT, N
from exactmem.proofs.ours import product, two_layer_capacity
from exactmem.proofs.survey import theorems_1_to_3
from exactmem.proofs.yun2019.theorem_3_1 import numeric_remarks
from exactmem.proofs.yun2019.theorem_3_3 import piece_counts
from exactmem.rationals import vector
from exactmem.sizes.pieces import HiddenLayer, lemma_d1_bound, shared_breakpoint_bound

ROOT_IS_MONOTONE = Fact(
    "square root", "the square root increases", "Rudin, Principles of Mathematical Analysis, 3rd ed., 1.21"
)


@claim(
    id="1-definitions",
    source=PAPER,
    place="Section 1, Definition 1.1 and VC dimension; section 2",
    statement=(
        "Finite sample expressivity, memorization capacity, VC dimension, the layers a^l, z^l and f_theta, and widths "
        "are defined as printed, with distinct inputs in Definition 1.1."
    ),
    expected=Verdict.CHECKED,
)
def definitions() -> Result:
    """Hypotheses: the definitions, which nothing proves.

    Line: the layers of section 2 are what the evaluator computes: one network by hand; equal inputs with different
    labels are refused (1.1-definition).
    Conclusion: the words of the ledger are the paper's.
    """
    network = FNN((layer(dense([[1, -1], [2, 0]]), [0, -3], RELU), layer(dense([[1, 5]]), [7])))
    require(evaluate_generic(network, [vector([4, 1])]) == [[3 + 5 * 5 + 7]], "W^2 sigma(W^1 x + b^1) + b^2")
    try:
        make_dataset([[1], [1]], [0, 1])
    except DatasetError:
        return checked("one evaluation by hand; one refusal", "a network of widths 2, 2, 1; x = (1, 1), y = (0, 1)")
    return Result(Verdict.UNDECIDED, "equal inputs with different labels were accepted")


@claim(
    id="1-capacity-and-vc",
    source=PAPER,
    place="Section 1, below the definition of VC dimension",
    statement="Memorization capacity is at most the VC dimension.",
    expected=Verdict.ASSUMED,
    quote="Memorization capacity is always less than or equal to VC dimension",
)
def capacity_and_vc() -> Result:
    """Hypotheses: for all distinct inputs and all labels in [-1, 1] there is theta with f_theta(x_i) = y_i.

    Line: take x_i = i e_1, which are distinct, and labels in {-1, 1}, which are in [-1, 1].
    Conclusion: some N inputs are shattered.
    """
    return assumed("the quantifiers of the two definitions, with the inputs e_1, 2 e_1, ..., N e_1")


@claim(
    id="1-vc-bound",
    source=PAPER,
    place="Sections 1.1 and 3.3, 'an upper bound O(W L log W) on VC dimension'",
    statement="The VC dimension of piecewise linear networks with W parameters and L layers is O(W L log W).",
    expected=Verdict.NOT_COVERED,
)
def vc_bound() -> Result:
    """Hypotheses: none.

    Line: a theorem of the paper's reference [4].
    Conclusion: none here.
    """
    return not_covered("a theorem of another paper (Bartlett et al., reference [4]) about orders of growth")


def three_layer_pieces(p: Expr, d1: Expr, d2: Expr) -> Expr:
    """(1 + (p - 1) d1)(1 + (p - 1) d2), the bound of 3.3-shared-breakpoints."""
    return shared_breakpoint_bound([HiddenLayer(d1, p), HiddenLayer(d2, p)])


PIECES = sp.Symbol("p")
CAPACITY, TOO_MANY = D_1 * D_2, (PIECES**2 + 2) * D_1 * D_2
SHALLOW_CAPACITY, SHALLOW_TOO_MANY = D_1 + 1, (PIECES + 2) * D_1
NODES = sp.Symbol("s")
NECESSARY = sp.Ge((PIECES - 1) * NODES, 2 * (sp.sqrt(N - 1) - 1))
PER_LAYER, PER_NODE, BOTH_LAYERS = 2 * sp.sqrt(N), sp.sqrt(N) / 2, 4 * sp.sqrt(N)
FEWER, FEW_CLASSES = sp.Lt(4 * sp.sqrt(N) + 4 * D_Y, 4 * sp.sqrt(N * D_Y)), sp.Lt(D_Y, sp.sqrt(N) * (sp.sqrt(D_Y) - 1))


@claim(
    id="3.1-theta-three-layers",
    theorem="3.3",
    source=PAPER,
    place="Section 3.1, 'tight lower and upper bounds Theta(d_1 d_2)'",
    statement=(
        "For a continuous activation with p pieces to which theorem product applies, the capacity of 3-layer "
        "networks with d_y = 1 is at least {} and less than {}."
    ),
    formulas=[CAPACITY, TOO_MANY],
    expected=Verdict.PROVED,
    by=[product.relu_like_theorem, product.hard_tanh_theorem, piece_counts.corrected],
    quote="Theorems 3.1 and 3.3 together show tight lower and upper bounds Θ(d_1d_2)",
)
def theta_three_layers() -> Result:
    """Hypotheses: d_1, d_2 >= 1, p >= 2; hard-tanh or ReLU-like.

    Line: theorem product fits d_1 d_2 samples; some dataset of (1 + (p-1) d_1)(1 + (p-1) d_2) + 2 is not fitted, and
    1 + (p - 1) d <= p d.
    Conclusion: the constants differ by the factor p^2 + 2 at most.
    """
    p, d1, d2 = 2 + index("p - 2"), from_one("d_1"), from_one("d_2")
    impossible = three_layer_pieces(p, d1, d2) + 2
    given = {PIECES: p, D_1: d1, D_2: d2}
    at_most(impossible, taken(TOO_MANY, given), "(p^2 + 2) d_1 d_2 samples are too many")
    lower = taken(CAPACITY, given)
    less(lower, impossible, "the lower bound is below")
    condition = taken(PRODUCT, {D_1: d1, sp.floor(D_2 / D_Y): d2})
    require_equal(condition.lhs, lower, "theorem product fits as many")
    return proved("nonnegative coefficients for symbolic p and widths")


@claim(
    id="3.1-theta-two-layers",
    theorem="3.3",
    source=PAPER,
    place="Section 3.1, 'the memorization capacity of 2-layer FNNs is Theta(d_1)'",
    statement=(
        "For a continuous activation with p pieces the capacity of 2-layer networks with d_y = 1 is less than {}; "
        "for hard-tanh and ReLU-likes it is at least {}."
    ),
    formulas=[SHALLOW_TOO_MANY, SHALLOW_CAPACITY],
    expected=Verdict.PROVED,
    by=[two_layer_capacity.capacity, piece_counts.corrected],
    quote="the memorization capacity of 2-layer FNNs is Θ(d_1)",
)
def theta_two_layers() -> Result:
    """Hypotheses: d_1 >= 1, p >= 2.

    Line: the exact capacities are 2 d_1 >= d_1 + 1 and d_1 + 1 or d_1 + 2; (p - 1) d_1 + 3 samples are not all fitted.
    Conclusion: both are of the order of d_1.
    """
    p, d1 = 2 + index("p - 2"), from_one("d_1")
    too_many = taken(SHALLOW_TOO_MANY, {PIECES: p, D_1: d1})
    at_most(lemma_d1_bound([HiddenLayer(d1, p)]) + 2, too_many, "(p + 2) d_1 samples are too many")
    at_most(taken(SHALLOW_CAPACITY, {D_1: d1}), 2 * d1, "hard-tanh")
    return proved("nonnegative coefficients for symbolic p and d_1")


@claim(
    id="3.2-necessary",
    theorem="3.3",
    source=PAPER,
    place="Abstract, section 3.2 and section 6, 'Theta(sqrt N) hidden nodes are necessary'",
    statement=(
        "If a 3-layer network with d_1 + d_2 = s hidden nodes, d_y = 1 and a continuous activation with p pieces "
        "fits every dataset of N samples, then {}."
    ),
    formulas=[NECESSARY],
    expected=Verdict.PROVED,
    by=[piece_counts.corrected],
    quote="Theorem 3.3 also shows that Θ(sqrt(N)) hidden nodes are necessary and sufficient",
)
def necessary() -> Result:
    """Hypotheses: N <= (1 + (p-1) d_1)(1 + (p-1) d_2) + 1, else 3.3-corrected has a dataset that is not fitted.

    Line: (1 + a)(1 + b) = (1 + (a + b)/2)^2 - ((a - b)/2)^2, so N - 1 <= (1 + (p - 1) s/2)^2.
    Conclusion: the square root of both sides; 4 sqrt(N) nodes are enough (1.1-square-root-any).
    """
    p, d1, d2 = sp.symbols("p d_1 d_2", real=True)
    a, b = (p - 1) * d1, (p - 1) * d2
    bound = three_layer_pieces(p, d1, d2)
    require_equal((1 + (a + b) / 2) ** 2 - bound, ((a - b) / 2) ** 2, "the mean of the two factors")
    require_equal((a + b) / 2, (p - 1) * (d1 + d2) / 2, "in the sum of the widths")
    more_pieces, nodes = gap("p - 1"), slack("s")
    root = (1 + more_pieces * nodes / 2) / (1 + slack("fewer"))
    holds(NECESSARY, "the square root of both sides", {PIECES: 1 + more_pieces, NODES: nodes, N: 1 + root**2})
    return proved("identity of polynomials: the difference is a square", assumes=[ROOT_IS_MONOTONE])


LOSS, LOSS_AT_Y, RISK = sp.symbols("l(z;y) l(y;y) R(theta*)")
NO_LOSS, LOSS_SIGN, NO_RISK = sp.Eq(LOSS_AT_Y, 0), sp.Ge(LOSS, 0), sp.Eq(RISK, 0)


@claim(
    id="3.2-erm",
    theorem="3.1",
    source=PAPER,
    place="Section 3.2, Implications for ERM",
    statement=(
        "For a loss with {} and {}, a 3-layer ReLU network with d_1 = d_2 = {}, an integer, and {} has a global "
        "minimum theta* with {}."
    ),
    formulas=[NO_LOSS, LOSS_SIGN, numeric_remarks.ROOT_WIDTH, numeric_remarks.ENOUGH, NO_RISK],
    expected=Verdict.PROVED,
    by=[numeric_remarks.both_roots_any],
    quote=(
        "for a 3-layer ReLU FNN with d_1 = d_2 = 2 sqrt(N d_y) there exists a global minimum that has zero empirical "
        "risk"
    ),
    note="“Regardless of data and loss functions” needs a loss that attains 0; the logistic loss does not.",
)
def erm() -> Result:
    """Hypotheses: l(y; y) = 0 <= l(z; y).

    Line: at a memorizing theta every summand is 0, and no sum of numbers >= 0 is less.
    Conclusion: that theta is a global minimum, and the risk there is 0.
    """
    rest, more = slack("other losses"), every(LOSS_SIGN, "one more loss")
    require_nonnegative(rest + more, "induction: one more summand keeps the sum >= 0")
    samples = from_one("N")
    risk = telescoping_sum(lambda _: taken(NO_LOSS).rhs, lambda _: sp.Integer(0), "the losses at a memorizer")
    holds(NO_RISK, "at a memorizer", {RISK: risk(1, samples) / samples})
    return proved("induction over the samples")


@claim(
    id="3.2-points-per-node",
    theorem="3.1",
    source=PAPER,
    place="Section 3.2, 'each hidden node must handle sqrt(N)/2 data points on average'",
    statement="In a layer of {} nodes N samples are {} per node; two such layers have {} nodes.",
    formulas=[PER_LAYER, PER_NODE, BOTH_LAYERS],
    expected=Verdict.PROVED,
    quote="each hidden node must handle sqrt(N)/2 data points on average",
)
def points_per_node() -> Result:
    """Hypotheses: n = sqrt(N) > 0.

    Line: n^2/(2 n) = n/2; 2 n + 2 n = 4 n.
    Conclusion: the arithmetic is right.
    """
    n = gap("sqrt(N)")
    layer, node, both = (taken(number, {N: n**2}) for number in (PER_LAYER, PER_NODE, BOTH_LAYERS))
    require_equal(n**2 / layer, node, "samples per node")
    require_equal(layer + layer, both, "hidden nodes of two layers")
    return proved("identities of rational functions")


@claim(
    id="3.2-classification-sum",
    theorem="3.2",
    source=PAPER,
    place="Section 3.2, 'improved from 4 sqrt(N d_y) to 4 sqrt(N) + 4 d_y nodes'",
    statement="{} exactly where {}.",
    formulas=[FEWER, FEW_CLASSES],
    expected=Verdict.PROVED,
    quote="the requirement is improved from 4 sqrt(N) d_y to 4 sqrt(N) + 4d_y nodes",
    note="The text at hand has d_y outside the root; 4 sqrt(N d_y) is the sum of the widths 2 sqrt(N d_y).",
)
def classification_sum() -> Result:
    """Hypotheses: n = sqrt(N), c = sqrt(d_y).

    Line: 4 n c - (4 n + 4 c^2) = 4 (n (c - 1) - c^2).
    Conclusion: an improvement for large N and d_y >= 2, none for d_y = 1, where no classes are to be told apart.
    """
    n, c = gap("sqrt(N)"), gap("sqrt(d_y)")
    fewer, few = (taken(relation, {N: n**2, D_Y: c**2}) for relation in (FEWER, FEW_CLASSES))
    require(type(FEWER) is type(FEW_CLASSES), "the same relation")
    require_equal(fewer.rhs - fewer.lhs, 4 * (few.rhs - few.lhs), "the differences have one sign")
    fails(FEWER, "d_y = 1: no improvement", {D_Y: 1, N: n**2})
    return proved("identity of polynomials; the case d_y = 1")


@claim(
    id="3.2-zhang",
    theorem="folklore",
    source=PAPER,
    place="Sections 1.2 and 3.2, Zhang et al. [53]",
    statement="One hidden layer of N ReLU nodes memorizes any scalar labels at N distinct inputs.",
    expected=Verdict.PROVED,
    by=[theorems_1_to_3.folklore],
    quote=(
        "For ReLU FNNs it is known that one hidden layer with N nodes can memorize any scalar regression (d_y=1) "
        "dataset with N points"
    ),
)
def zhang() -> Result:
    """Hypotheses: N distinct inputs.

    Line: folklore, for every ReLU-like activation; s_- = 0 is one of them.
    Conclusion: what the paper quotes is true.
    """
    require(RELU.kind == "relu-like", "ReLU is one of the activations of the claim")
    return proved("claim folklore")


@claim(
    id="3.3-yamasaki",
    source=PAPER,
    place="Section 3.3, Yamasaki [48]",
    statement="A claim of reference [48] for sigmoid networks, which the paper says has no full proof.",
    expected=Verdict.NOT_COVERED,
    quote="Unfortunately, Yamasaki [48] does not provide a full proof of their claim",
)
def yamasaki() -> Result:
    """Hypotheses: none.

    Line: sigmoid activations, a text that is not at hand.
    Conclusion: none.
    """
    return not_covered("another paper's claim about sigmoid networks, whose proof neither we nor the authors have seen")


@claim(
    id="1.2-related-work",
    source=PAPER,
    place="Section 1.2, and the comparisons with [20], [22], [35], [43] in sections 3.2 and 4",
    statement="What other papers prove: N + d_y nodes in ResNets, a CNN layer of width N, sigmoids, dropout noise, GD.",
    expected=Verdict.NOT_COVERED,
)
def related_work() -> Result:
    """Hypotheses: none.

    Line: the sizes they ask for stand beside ours in `exactmem bounds`, as their papers state them.
    Conclusion: nothing is verified of them but Zhang et al.'s size (3.2-zhang).
    """
    return not_covered("theorems of other papers, most about activations or algorithms that exactmem does not have")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
