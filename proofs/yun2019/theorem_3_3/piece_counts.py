"""Theorem 3.3 of Yun, Sra, Jadbabaie 2019: piece counts, the extremal dataset, and what needs continuity.

The counts hold for every piecewise linear activation. That the alternating dataset needs N - 1 pieces holds for
continuous functions only; without continuity both that step (Appendix D) and the theorem itself are false.
"""

from itertools import pairwise
from random import Random

import sympy as sp
from flint import fmpq

from exactmem.activations import ABS, HARD_TANH, RELU, THRESHOLD, PiecewiseLinear, relu_like
from exactmem.errors import DatasetError, UsageError
from exactmem.evaluate import evaluate_generic
from exactmem.ledger.claims import OURS, PAPER, Kind, Result, Verdict, checked, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, holds, taken
from exactmem.ledger.steps import (
    SIGNS,
    at_most,
    gap,
    index,
    less,
    minus_one_to,
    parities,
    positive_index,
    require_equal,
    require_nonnegative,
    require_positive,
    require_zero,
    slack,
    telescoping_sum,
)
from exactmem.ledger.wording import names
from exactmem.lines import restrict
from exactmem.networks import FNN, dense, layer
from exactmem.pieces import extremal_dataset, hidden_layers
from exactmem.proofs._facts import CUT_SETS, INTERVAL_ORDER
from exactmem.proofs.yun2019.theorem_3_3._jumps import JUMP, jump_network, show_jump_block, show_jump_start
from exactmem.proofs.yun2019.theorem_3_3.lemma_d1 import (
    composition,
    show_affine,
    show_many_summands,
    show_preimages_are_intervals,
    sum_of_two,
)
from exactmem.sizes.pieces import HiddenLayer, lemma_d1_bound, shared_breakpoint_bound, smallest_impossible

SAWTOOTH = PiecewiseLinear("t - 2*1[t>=0]", "sawtooth", (fmpq(0),), ((fmpq(1), fmpq(0)), (fmpq(1), fmpq(-2))))
SEED = 33
NETWORKS = 40

PIECES, D_1, D_2, N, COUNT = names("p d1 d2 N pieces")
TWO_LAYERS, THREE_LAYERS = (PIECES - 1) * D_1 + 1, PIECES * (PIECES - 1) * D_1 * D_2 + (PIECES - 1) * D_2 + 1
SHARED = (1 + (PIECES - 1) * D_1) * (1 + (PIECES - 1) * D_2)
GAIN = (PIECES - 1) * D_1 * (D_2 - 1)
CONDITION, SHARED_CONDITION = sp.Lt((PIECES - 1) * D_1 + 2, N), sp.Lt(SHARED + 1, N)
AT_LEAST = sp.Ge(COUNT, N - 1)
SAMPLE, VECTOR = names("i u")
POINT, LABEL, LABELS = SAMPLE * VECTOR, (-1) ** SAMPLE, sp.Interval(-1, 1)


def show_printed_counts() -> None:
    """Lemma D.1 layer by layer gives the two printed counts, for symbolic p, d1, d2."""
    layers = [HiddenLayer(D_1, PIECES), HiddenLayer(D_2, PIECES)]
    require_equal(lemma_d1_bound(layers[:1]), taken(TWO_LAYERS), "pieces of a 2-layer network")
    require_equal(lemma_d1_bound(layers), taken(THREE_LAYERS), "pieces of a 3-layer network")


def show_shared_step() -> None:
    """One layer of d units multiplies the intervals between shared cuts by at most 1 + (p - 1) d.

    K intervals below, K - 1 cuts; every unit adds at most p - 1 cuts inside each interval.
    """
    K, p, d = (positive_index(name) for name in "Kpd")
    cuts = (K - 1) + K * (p - 1) * d
    require_equal(cuts + 1, shared_breakpoint_bound([HiddenLayer(d, p)]) * K, "intervals after one more layer")
    lower = [HiddenLayer(sp.Symbol("d_1"), p), HiddenLayer(sp.Symbol("d_2"), p)]
    grown = shared_breakpoint_bound([*lower, HiddenLayer(d, p)])
    require_equal(grown, shared_breakpoint_bound(lower) * (1 + (p - 1) * d), "the product grows by that factor")


def show_shared_is_better() -> None:
    """If K <= K' then K (1 + (p-1) d) <= d (p K' - 1) + 1; for 2 hidden layers the gain is (p-1) d1 (d2 - 1)."""
    n, m, extra = slack("n"), slack("m"), slack("e")
    K, d, p = 1 + n, 1 + m, 1 + slack("o")
    (lemma_step, shared_step) = d * (p * (K + extra) - 1) + 1, K * (1 + (p - 1) * d)
    at_most(shared_step, lemma_step, "one layer")
    layers = [HiddenLayer(D_1, PIECES), HiddenLayer(D_2, PIECES)]
    shared = shared_breakpoint_bound(layers)
    require_equal(shared, taken(SHARED), "the product for two hidden layers")
    require_equal(lemma_d1_bound(layers) - shared, taken(GAIN), "the gain for two hidden layers")


def show_slope_of_each_gap() -> None:
    """A continuous function that rises (falls) from a to b has a piece of positive (negative) slope between them.

    If every slope had sign 0 or -s, s (f(b) - f(a)) <= 0 by induction over the pieces between a and b: continuity
    makes each piece begin at the value where the one before ends.
    """
    for s in SIGNS:
        change, slope, length = -s * slack("so far"), -s * slack("slope"), gap("length")
        require_nonnegative(-s * (change + slope * length), f"sign {s}: one more piece keeps the sign of the change")


def show_alternation() -> None:
    """y_{i+1} - y_i has the sign -(-1)^i, never zero, and the opposite sign of y_{i+2} - y_{i+1}."""
    for parity, i in parities("n"):
        labels = [taken(LABEL, {SAMPLE: i + k}) for k in range(3)]
        step, following = (after - before for before, after in pairwise(labels))
        require_positive(-minus_one_to(i) * step, f"{parity} i: the sign of a step")
        require_equal(step, -following, f"{parity} i: steps alternate")


def show_least_impossible() -> None:
    """A bound of B pieces excludes exactly the N with B < N - 1, the least of which is B + 2."""
    B = positive_index("B")
    N = smallest_impossible(B)
    less(B, N - 1, "N = B + 2 is excluded")
    require_zero((N - 1) - 1 - B, "N = B + 1 is not")


def sawtooth_network() -> FNN:
    """2 sigma(x - 5/2) + 2 with sigma(t) = t - 2*1[t >= 0]: 2x - 3 left of 5/2 and 2x - 7 from there on."""
    return FNN((layer(dense([[1]]), ["-5/2"], SAWTOOTH), layer(dense([[2]]), [2])))


def random_network(generator: Random, activation: PiecewiseLinear, widths: list[int]) -> FNN:
    """A network with rational weights on one input."""

    def numbers(count: int) -> list[fmpq]:
        return [fmpq(generator.randint(-9, 9), generator.randint(1, 4)) for _ in range(count)]

    hidden = [
        layer(dense([numbers(below) for _ in range(above)]), numbers(above), activation)
        for below, above in pairwise([1, *widths])
    ]
    return FNN((*hidden, layer(dense([numbers(widths[-1])]), numbers(1))))


@claim(
    id="3.3-counts",
    theorem="3.3",
    source=PAPER,
    place="Appendix D",
    statement="On a line a 2-layer network has at most {} pieces, a 3-layer network {}.",
    formulas=[TWO_LAYERS, THREE_LAYERS],
    expected=Verdict.PROVED,
    by=[sum_of_two, composition],
)
def printed_counts() -> Result:
    """Hypotheses: d_y = 1, an activation with p pieces, continuous or not.

    Line: a unit of layer 1 has at most p pieces; d summands of K pieces give d (K - 1) + 1 (D.1-sum); an activation
    makes p K of K (D.1-composition).
    Conclusion: the printed counts for all p, d1, d2.
    """
    show_many_summands()
    show_printed_counts()
    return proved("Lemma D.1 layer by layer, symbolic p, d1, d2", assumes=[CUT_SETS])


@claim(
    id="3.3-shared-breakpoints",
    theorem="3.3",
    source=OURS,
    place="Theorem 3.3, sharpened",
    statement=(
        "On a line a network with hidden widths d1, ..., dL has at most the product of the 1 + (p-1) dl pieces: {} "
        "for three layers, {} below the printed count."
    ),
    formulas=[SHARED, GAIN],
    expected=Verdict.PROVED,
    by=[composition],
)
def shared_breakpoints() -> Result:
    """Hypotheses: an activation with p pieces (any sequence of them), fully-connected or residual layers.

    Line: induction on layers. All pre-activations of a layer are affine between the cuts of the layers below, which
    they share; each unit cuts each of those K intervals at most p - 1 times (D.1-composition on one interval), so
    that K (1 + (p-1) d) intervals remain for the next layer. Sums and skip connections add no cut.
    Conclusion: the product, never more than Lemma D.1 gives layer by layer.
    """
    show_affine("sum")
    show_affine("composition")
    show_preimages_are_intervals()
    show_shared_step()
    show_shared_is_better()
    return proved("induction on layers, symbolic K, p, d", assumes=[CUT_SETS])


@claim(
    id="3.3-extremal-step",
    theorem="3.3",
    source=PAPER,
    place="Appendix D",
    statement="A network on the line that fits x_i = i u, y_i = (-1)^i, i = 1, ..., N has {}.",
    formulas=[AT_LEAST],
    expected=Verdict.REFUTED,
    kind=Kind.GAP,
    quote="f̄_θ(t) must have at least N-1 linear pieces to be able to fit the given dataset",
)
def extremal_step() -> Result:
    """Hypotheses: sigma(t) = t - 2*1[t >= 0], piecewise linear with p = 2 pieces; d1 = 1, d_x = 1, u = 1, N = 4.

    Line: 2 sigma(x - 5/2) + 2 is rebuilt and evaluated at x = 1, 2, 3, 4; its pieces are counted.
    Conclusion: it fits all four samples with 2 < N - 1 pieces, although (p-1) d1 + 2 = 3 < 4.
    """
    network, dataset = sawtooth_network(), extremal_dataset(4, [1])
    require(
        evaluate_generic(network, dataset.inputs) == [list(y) for y in dataset.labels], "all four samples are fitted"
    )
    restriction = restrict(network, [0], [1])
    require(len(restriction.pieces) == 2, "two pieces")
    fails(AT_LEAST, "fewer than N - 1", {COUNT: len(restriction.pieces), N: dataset.N})
    require(not restriction.is_continuous, "the function jumps")
    require(
        lemma_d1_bound(hidden_layers(network)) + 1 < dataset.N, "the condition (p-1) d1 + 2 < N of the theorem holds"
    )
    return refuted(
        "sigma(t) = t - 2*1[t >= 0], f(x) = 2 sigma(x - 5/2) + 2: values -1, 1, -1, 1 at 1, 2, 3, 4; 2 pieces"
    )


@claim(
    id="3.3-extremal-continuous",
    theorem="3.3",
    source=PAPER,
    place="Appendix D, corrected",
    statement=(
        "A continuous function that fits the extremal dataset x_i = {}, y_i = {} of N samples, u != 0, has {}: a piece "
        "in every gap between two samples."
    ),
    formulas=[POINT, LABEL, AT_LEAST],
    expected=Verdict.PROVED,
    coq="Theorem33.pieces_of_alternating_labels",
    corrects="3.3-extremal-step",
)
def extremal_continuous() -> Result:
    """Hypotheses: f continuous and piecewise linear in t, f(i) = (-1)^i for i = 1, ..., N.

    Line: between i and i + 1 lies part of a piece whose slope has the sign of y_{i+1} - y_i. These signs alternate,
    so that the pieces chosen for neighbouring gaps differ, and being intervals they lie in order: all differ.
    Conclusion: N - 1 different pieces, for every N.
    """
    show_slope_of_each_gap()
    show_alternation()
    u, i, samples = gap("|u|"), positive_index("i"), 1 + index("N - 1")
    along, further = (taken(POINT, {SAMPLE: k, VECTOR: u}) / u for k in (i, i + 1))
    require_equal(further - along, 1, "in units of u the samples lie at 1, ..., N on a line")
    gaps = telescoping_sum(lambda _: sp.Integer(1), lambda k: k, "gaps between neighbouring samples")(1, samples - 1)
    holds(AT_LEAST, "one piece for each gap", {COUNT: gaps + slack("other pieces"), N: samples})
    return proved("a piece of the right slope in every gap; signs for both parities of i", assumes=[INTERVAL_ORDER])


@claim(
    id="3.3-any-vector",
    theorem="3.3",
    source=PAPER,
    place="Appendix D",
    statement='"Consider any vector u": x_i = i u, y_i = (-1)^i satisfies Assumption 3.1.',
    expected=Verdict.REFUTED,
    kind=Kind.MISPRINT,
    quote=(
        "Consider any vector u in R^{d_x}, and define the following dataset: x_i = iu, y_i = (-1)^i, for all i in [N]."
    ),
    note="u ≠ 0 is surely meant.",
)
def any_vector() -> Result:
    """Hypotheses: u = 0, N = 2.

    Line: x_1 = x_2 = 0 with y_1 = -1, y_2 = 1; the extremal dataset is refused for u = 0.
    Conclusion: u must not be zero; for u != 0 the i u are distinct.
    """
    inputs = [[i * fmpq(0)] for i in (1, 2)]
    require(inputs[0] == inputs[1] and (-1) ** 1 != (-1) ** 2, "equal inputs, different labels")
    try:
        extremal_dataset(2, [0])
    except (UsageError, DatasetError):
        return refuted("u = 0: x_1 = x_2 with the labels -1 and 1")
    return Result(Verdict.UNDECIDED, "the dataset for u = 0 was not refused")


@claim(
    id="3.3-nonzero-vector",
    theorem="3.3",
    source=OURS,
    place="Appendix D, corrected",
    statement="For every u != 0 and every N, x_i = {}, y_i = {} satisfies Assumption 3.1: y_i is in {}.",
    formulas=[POINT, LABEL, LABELS],
    expected=Verdict.PROVED,
    corrects="3.3-any-vector",
)
def nonzero_vector() -> Result:
    """Hypotheses: u_k != 0 for some k; i >= 1 and j = i + g with g >= 1.

    Line: coordinate k of x_j - x_i is g u_k, which is not 0; y_i is 1 for even i and -1 for odd i.
    Conclusion: the inputs are distinct and the labels lie in [-1, 1].
    """
    i, g = sp.symbols("i g", positive=True, integer=True)
    u_k = sp.Symbol("u_k", real=True, nonzero=True)
    later, earlier = (taken(POINT, {SAMPLE: k, VECTOR: u_k}) for k in (i + g, i))
    difference = sp.expand(later - earlier)
    require_equal(difference, g * u_k, "coordinate k of x_j - x_i")
    require(difference.is_zero is False, "distinct inputs")
    least, most = (end for end in taken(LABELS).args[:2])
    for parity, k in parities("n"):
        label = taken(LABEL, {SAMPLE: k})
        at_most(least, label, f"{parity} i: the label is at least -1")
        at_most(label, most, f"{parity} i: the label is at most 1")
    return proved("symbolic i, g and u_k; both parities of i")


@claim(
    id="3.3",
    theorem="3.3",
    source=PAPER,
    place="Theorem 3.3",
    statement=(
        "For a piecewise linear activation with p pieces, d_y = 1 and {} (2 layers), some dataset of N samples is "
        "memorized by no parameters."
    ),
    formulas=[CONDITION],
    expected=Verdict.REFUTED,
    kind=Kind.ERROR,
    quote=(
        "Consider FNNs with d_y = 1 and piecewise linear activation σ with p pieces. If a 2-layer FNN f_θ satisfies "
        "(p-1)d_1 + 2 < N [...] then there exists a dataset satisfying Assumption 3.1 such that for all θ, there "
        "exists i in [N] such that y_i ≠ f_θ(x_i)."
    ),
    note="False for activations that jump only; for continuous ones it is proved.",
)
def theorem_as_printed() -> Result:
    """Hypotheses: sigma(t) = (t + 1) 1[t >= 0], p = 2, which jumps at 0; d1 = 4, so (p-1) d1 + 2 = 6; N = 7.

    Line: from any affine function right of a sample, two units fit the next three samples, whatever they are: the
    first jumps to sample 1 with a slope so large (or small) that the second, which jumps to sample 2, may take the
    slope that leads to sample 3. Proved with symbols for the three signs of the first residual; the output bias fits
    sample 1 of 7. Inputs of any dimension are projected to distinct numbers. Networks are rebuilt for random data.
    Conclusion: four units memorize every dataset of seven samples: the theorem needs a continuous activation.
    """
    show_jump_start()
    for sign in (1, -1, 0):
        show_jump_block(sign)
    holds(CONDITION, "the condition of the theorem", {PIECES: len(JUMP.pieces), D_1: 4, N: 7})
    require(not JUMP.is_continuous, "the activation jumps")
    generator = Random(SEED)
    for _ in range(NETWORKS):
        places = sorted({fmpq(generator.randint(-99, 99), 7) for _ in range(50)})[:7]
        labels = [fmpq(generator.randint(-2, 2), 2) for _ in places]
        network = jump_network(places, labels)
        require(len(places) == 7 and network.widths == (4,), "7 samples, 4 units")
        require(evaluate_generic(network, [[t] for t in places]) == [[y] for y in labels], "every label is fitted")
    return refuted(
        "sigma(t) = (t + 1) 1[t >= 0], p = 2, d1 = 4, N = 7: every dataset is memorized",
        f"two units per three samples, proved with symbols; rebuilt for {NETWORKS} random datasets (seed {SEED})",
    )


@claim(
    id="3.3-corrected",
    theorem="3.3",
    source=PAPER,
    place="Theorem 3.3, corrected and sharpened",
    statement=(
        "For a continuous piecewise linear activation with p pieces and d_y = 1: if {} (2 layers) or {} (3 layers),"
        " no parameters fit x_i = i u, y_i = (-1)^i for any u != 0."
    ),
    formulas=[CONDITION, SHARED_CONDITION],
    expected=Verdict.PROVED,
    coq="Theorem33.theorem_3_3_sharp",
    by=[printed_counts, shared_breakpoints, extremal_continuous],
    corrects="3.3",
)
def corrected() -> Result:
    """Hypotheses: as stated; networks with continuous activations are continuous.

    Line: at most B pieces on t -> t u by the shared-breakpoint count (equal to the printed one for 2 layers), at
    least N - 1 if all samples are fitted; B < N - 1 excludes it.
    Conclusion: some sample is missed. The printed 3-layer condition implies this one, its count being no smaller.
    """
    show_least_impossible()
    layers = [HiddenLayer(D_1, PIECES), HiddenLayer(D_2, PIECES)]
    for hidden, condition in ((layers[:1], CONDITION), (layers, SHARED_CONDITION)):
        bound = shared_breakpoint_bound(hidden)
        excluded = smallest_impossible(bound)
        require_equal(excluded - 1, taken(condition).lhs, "the condition pieces + 1 < N")
        holds(condition, "every N from the smallest on", {N: excluded + slack("more samples")})
    return proved("piece counts against N - 1 alternations, symbolic p, d1, d2, N", assumes=[CUT_SETS, INTERVAL_ORDER])


@claim(
    id="3.3-random",
    theorem="3.3",
    source=PAPER,
    place="Theorem 3.3",
    statement="Piece counts of random networks stay within both bounds; too few pieces miss an alternating sample.",
    expected=Verdict.CHECKED,
)
def random_networks() -> Result:
    """Hypotheses: rational weights drawn from the seed; ReLU, a leaky ReLU, hard-tanh, |t|, and the threshold.

    Line: the pieces on the line are counted exactly and compared with both bounds; a continuous network with K
    pieces is evaluated at the K + 2 samples of the extremal dataset.
    Conclusion: no bound is exceeded and every such network misses a sample, for the listed cases.
    """
    generator = Random(SEED)
    most = 0
    shapes = [[3], [8], [2, 3], [4, 4], [2, 2, 2], [3, 1, 3]]
    activations = [RELU, relu_like(1, "1/10"), HARD_TANH, ABS, THRESHOLD]
    for activation in activations:
        for widths in shapes:
            for _ in range(3):
                network = random_network(generator, activation, widths)
                layers = hidden_layers(network)
                count = len(restrict(network, [0], [1]).pieces)
                require(count <= shared_breakpoint_bound(layers) <= lemma_d1_bound(layers), f"{widths}: {count} pieces")
                most = max(most, count)
                if activation.is_continuous:
                    dataset = extremal_dataset(smallest_impossible(count), [1])
                    outputs = evaluate_generic(network, dataset.inputs)
                    require(
                        outputs != [list(y) for y in dataset.labels],
                        f"{widths}: {dataset.N} samples are not all fitted",
                    )
    names = ", ".join(activation.name for activation in activations)
    shown = ", ".join("-".join(map(str, widths)) for widths in shapes)
    return checked(
        f"exact line restriction; most pieces met: {most}", f"seed {SEED}, 3 each of {names} with widths {shown}"
    )


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
