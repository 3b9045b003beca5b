"""What is wrong in Section 3.3, Appendix E and the author response: counterexamples, built and evaluated as printed.

The printed network of Appendix E is assembled from Theorem 3.1's blocks with c_0 = c_1 - delta, c_{N+1} = c_N + delta
of their own subsets; alpha is 1/100 above the least that puts every sample not fitted strictly outside [-1, 1].
"Sufficiently large" can be read as "for the samples of all blocks": with alpha larger by 10^6 both networks fit.
"""

from collections.abc import Sequence
from typing import Any

import sympy as sp
from flint import fmpq, fmpq_mat

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.build import build
from exactmem.constructions.parts.block_indices import BlockCondition, carries_input
from exactmem.constructions.parts.blocks import Axis, Block, realize, stack
from exactmem.constructions.parts.recurrence import (
    by_unit,
    layer1,
    layer2_unit,
    layer2_values,
    member,
    midpoints_of,
    passages,
)
from exactmem.constructions.theorem import NO_CHOICES, Choices
from exactmem.datasets import Dataset, make_dataset
from exactmem.evaluate import evaluate_generic, pre_activations
from exactmem.ledger.claims import OURS, PAPER, Kind, ProofFailure, Result, Verdict, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import at_most, positive_index, require_zero
from exactmem.ledger.wording import names
from exactmem.networks import FNN
from exactmem.proofs.yun2019.proposition_3_4 import blocks, routing
from exactmem.proofs.yun2019.proposition_3_4.routing import block_cases
from exactmem.proofs.yun2019.theorem_3_1._notation import clip_side
from exactmem.rationals import Rational, to_text

EXTRA = fmpq(1, 100)
RESPONSE = "author response, on r_j"


def printed_block(
    first_layer: int, line: Sequence[Rational], targets: Sequence[Rational], clip_ends: bool, extra: Rational = EXTRA
) -> Block:
    """Theorem 3.1's units with p = 2, q = 2 for one output; alpha as printed, or clipping m_0 and m_p as well."""
    units = []
    for unit, own in zip(passages(line, 2, clip_ends), by_unit(targets, 2), strict=True):
        least = abs(layer2_values(unit, own, NO_CHOICES)[0])
        row, bias = layer2_unit(unit, own, Choices(alpha=least + extra))
        units.append((tuple(row), bias))
    return Block(first_layer, tuple(zip(*layer1(midpoints_of(line, 2)), strict=True)), (tuple(units),))


def layer2_pre_activations(block: Block, t: Rational) -> list[Rational]:
    """The pre-activations of the block's second layer at t."""
    hidden = [HARD_TANH(slope * t + bias) for slope, bias in block.first]
    return [sum((w * a for w, a in zip(row, hidden, strict=True)), bias) for row, bias in block.second[0]]


def block_sum(block: Block, t: Rational) -> Rational:
    """What the block adds to its diamond at t."""
    return sum((HARD_TANH(z) for z in layer2_pre_activations(block, t)), fmpq(0))


def require_as_printed(block: Block, line: Sequence[Rational], targets: Sequence[Rational]) -> None:
    """(7) at every member, and (8)-(11) with pre-activations strictly outside [-1, 1] at the block's other samples."""
    for i in range(1, 5):
        j = (i + 1) // 2
        for k, z in enumerate(layer2_pre_activations(block, line[i]), 1):
            if member(j, k, 2) == i:
                require(z == targets[i - 1], f"unit {k} fits sample {i}")
            else:
                require(clip_side(i, j, k, 2) * z > 1, f"unit {k} clips sample {i} to its side")


def printed_network(
    samples: Sequence[int], labels: Sequence[Any], delta: Any, clip_ends: bool, extra: Rational = EXTRA
) -> FNN:
    """Figure 2 for d_x = d_y = 1 and two blocks of 2 x 2 units: hidden widths 3, 3, 3, 3, hard-tanh."""
    axis = Axis((fmpq(1),), fmpq(samples[0] - delta), fmpq(samples[-1] - samples[0] + 2 * delta))
    blocks = []
    for first_layer, start in ((1, 0), (3, 4)):
        own = samples[start : start + 4]
        line = [(c - axis.origin) / axis.scale for c in (own[0] - delta, *own, own[-1] + delta)]
        targets = [(y - 1) / fmpq(2) for y in labels[start : start + 4]]
        blocks.append(printed_block(first_layer, line, targets, clip_ends, extra))
        require_as_printed(blocks[-1], line, targets)
    units, sums = stack(blocks, 4)
    network = realize(units, [({unit: 2 * w for unit, w in sums[0].items()}, fmpq(-1))], axis, HARD_TANH)
    require(network.widths == (3, 3, 3, 3), "the widths of the condition")
    return network


def outputs(network: FNN, samples: Sequence[int]) -> list[Rational]:
    """f(x_1), ..., f(x_N)."""
    return [row[0] for row in evaluate_generic(network, [[fmpq(x)] for x in samples])]


def require_repaired(samples: Sequence[int], labels: Sequence[Any]) -> None:
    """The repaired construction fits the same data at the same widths (`build` raises an error if it does not)."""
    data = make_dataset([[x] for x in samples], [[y] for y in labels])
    require(build(data, "3.4", (3, 3, 3, 3), HARD_TANH).network.widths == (3, 3, 3, 3), "the repaired network")


def require_rescued(samples: Sequence[int], labels: Sequence[Any], delta: Any) -> None:
    """With an alpha larger by 10^6, hence clipping the other block's samples, too, the printed network fits."""
    network = printed_network(samples, labels, delta, clip_ends=False, extra=fmpq(10**6))
    require(outputs(network, samples) == list(map(fmpq, labels)), "a larger alpha")


def listed(values: Sequence[Rational]) -> str:
    """Rationals as text."""
    return ", ".join(map(to_text, values))


@claim(
    id="E-outside",
    theorem="3.4",
    source=PAPER,
    place="Appendix E, 'if u^T x <= c_0 or u^T x >= c_{N+1} ... the sum is 0'",
    statement="With alpha as in B.3, layer 2 of Theorem 3.1's network adds up to 0 left of c_0 and right of c_{N+1}.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote=(
        "if u^T x <= c_0 or u^T x >= c_{N+1}, a_k^2(x) = -1 for odd k's and 1 for even k's, resulting in sum_{k=1}^q "
        "a_k^2(x) = 0 for all such k's"
    ),
    note="True where alpha is also large enough for c_0 and c_{N+1}, which B.3 does not ask.",
    witness="E-outside.json",
)
def outside() -> Result:
    """Hypotheses: c = (0, 1, 2, 3), y = 0, p = q = 2, delta = 1; alpha 1/100 above the least for (8)-(11).

    Line: all of (7)-(11) hold, strictly; unit 1 is not clipped at m_0, and the sum is computed at c_0 and c_5.
    Conclusion: B.3's alpha looks at the samples only; it has to clip at m_0 and m_p as well.
    """
    line, targets = [fmpq(c) for c in range(-1, 5)], [fmpq(0)] * 4
    block = printed_block(1, line, targets, clip_ends=False)
    require_as_printed(block, line, targets)
    sums = [block_sum(block, t) for t in (line[0], line[-1])]
    require(all(value != 0 for value in sums), "the sums are not 0")
    closed = printed_block(1, line, targets, clip_ends=True)
    require(all(block_sum(closed, t) == 0 for t in (line[0], line[-1])), "with the ends clipped they are 0")
    return refuted(
        f"c = (0, 1, 2, 3), y = 0, p = q = 2, delta = 1: the sums at c_0 = -1 and c_5 = 4 are {listed(sums)}"
    )


@claim(
    id="E-network-alpha",
    theorem="3.4",
    source=PAPER,
    place="Appendix E with B.3, 'for sufficiently large alpha'",
    statement="Appendix E's network fits the data if alpha is so large that (8)-(11) hold for each block's samples.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote=(
        "The output of (l_j+1)-th layer nodes in the block are added up and connected to diamond nodes in layer l_j +"
        " 2. For the N_j data points in the subset, the input to the diamond nodes will be (y_i+1)/2 (instead of "
        "y_i+1), and 0 for any other data points."
    ),
    note=(
        "Read with alpha large enough for the samples of all blocks, the network fits; the claim reads it as in B.3, "
        "for a block's own samples."
    ),
    witness="E-network-alpha.json",
)
def network_alpha() -> Result:
    """Hypotheses: x = 0, ..., 7, y = (0, 0, 0, 0, 1, 0, 0, 0), two blocks of 2 x 2 units, delta = 1 (the true spacing).

    Line: (7)-(11) hold in both blocks, strictly; the network is evaluated at all samples.
    Conclusion: the second block leaks into the first one's samples; (8)-(11) are not enough.
    """
    samples, labels = range(8), [0, 0, 0, 0, 1, 0, 0, 0]
    found = outputs(printed_network(samples, labels, 1, clip_ends=False), samples)
    wrong = [value for value, y in zip(found, labels, strict=True) if value != y]
    require(len(wrong) == 4, "four samples are not fitted")
    require_rescued(samples, labels, 1)
    require_repaired(samples, labels)
    return refuted(f"x = 0..7, y = 0 but y_5 = 1, blocks of 2 x 2: the outputs are {listed(found)}")


@claim(
    id="E-any-delta",
    theorem="3.4",
    source=PAPER,
    place="B.2 and Appendix E, 'c_0 := c_1 - delta and c_{N+1} := c_N + delta for any delta > 0'",
    statement="Any delta > 0 will do for a block of Appendix E (also with alpha so large that m_0, m_p are clipped).",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="we defined c_0 := c_1 - δ and c_{N+1} := c_N + δ for δ > 0",
    note="Read with alpha large enough for the samples of all blocks, the network fits.",
    witness="E-any-delta.json",
)
def any_delta() -> Result:
    """Hypotheses: x = 0, 100, 200, 300 | 301, 400, 500, 600, y = 0, delta = 1000, two blocks of 2 x 2 units.

    Line: all conditions hold, m_0 and m_p are clipped; but a block's m_0 lies left of its neighbour's samples.
    Conclusion: c_0 and c_{N+1} of a block have to be the neighbouring blocks' samples (or alpha chosen for them).
    """
    samples, labels = [0, 100, 200, 300, 301, 400, 500, 600], [0] * 8
    texts = []
    for clip_ends in (False, True):
        found = outputs(printed_network(samples, labels, 1000, clip_ends), samples)
        require(found[3] != 0 and found[4] != 0, "the samples 300 and 301 are not fitted")
        texts.append(listed(found[3:5]))
    require_rescued(samples, labels, 1000)
    require_repaired(samples, labels)
    return refuted(
        f"x = 0, 100, 200, 300, 301, 400, 500, 600, y = 0, delta = 1000: the outputs at 300, 301 are {texts[0]}; with "
        f"m_0, m_p clipped {texts[1]}"
    )


@claim(
    id="3.3-one-node",
    theorem="3.3",
    source=PAPER,
    place="Section 3.3, 'even when all the other hidden layers have only one hidden node'",
    statement="If d_l d_{l+1} is large enough for N points, one unit in all other hidden layers is enough to fit them.",
    expected=Verdict.REFUTED,
    coq="DeepNetworks.width_of_last_layer",
    kind=Kind.ERROR,
    quote=(
        "If any two adjacent hidden layers satisfy d_l d_{l+1} = Ω(N d_y), this network can fit N data points (m=1), "
        "even when all the other hidden layers have only one hidden node."
    ),
    note="For d_y = 1 the sentence is true.",
)
def one_node() -> Result:
    """Hypotheses: d_y = 2, N = 3, labels (0, 0), (1, 0), (0, 1), a last hidden layer of one unit, any other layers.

    Line: f(x) = W a(x) + b with one number a(x), so f(x_2) - f(x_1), f(x_3) - f(x_1) are linearly dependent (the
    determinant vanishes identically); those of the labels are not.
    Conclusion: layers after the block need d_y units; layers before it need one.
    """
    w_1, w_2, a_1, a_2, a_3 = sp.symbols("W_1 W_2 a_1 a_2 a_3")
    differences = sp.Matrix([[w * (a - a_1) for w in (w_1, w_2)] for a in (a_2, a_3)])
    require_zero(differences.det(), "two differences of outputs are linearly dependent")
    require(fmpq_mat([[fmpq(1), fmpq(0)], [fmpq(0), fmpq(1)]]).rank() == 2, "the labels' differences are not")
    return refuted("d_y = 2, labels (0, 0), (1, 0), (0, 1), d_{L-1} = 1: the outputs lie on a line, for every theta")


@claim(
    id="3.3-other-layers",
    theorem="3.3",
    source=OURS,
    place="Section 3.3, corrected",
    statement="For m = 1, widths {} in every layer before the block and {} in every layer after it are enough.",
    formulas=[routing.BEFORE, routing.AFTER],
    expected=Verdict.PROVED,
    coq="DeepNetworks.one_block",
    corrects="3.3-one-node",
    by=[blocks.proposition, routing.routing],
)
def other_layers() -> Result:
    """Hypotheses: 4 floor(d_l/step) floor(d_{l+1}/(step d_y)) >= N for one l.

    Line: Proposition 3.4 with m = 1: r_1 = 0, no layers between blocks; circles before, diamonds after. Built for
    d_y = 2 with two layers on either side, and refused with one unit less after the block.
    Conclusion: as stated.
    """
    for activation, name, block in ((HARD_TANH, "3.4", (2, 8)), (RELU, "A.1", (4, 16))):
        data = make_dataset([[x] for x in range(8)], [[x % 3 - 1, x % 2] for x in range(8)])
        widths = (1, 1, *block, 2, 2)
        require(build(data, name, widths, activation).network.widths == widths, f"{activation}: built")
    require(BlockCondition(2, 2).broken((1, 1, 2, 8, 2, 1), (3,)) is not None, "a layer of one unit after the block")
    return proved("3.4-repaired with m = 1; two networks built, one width refused")


@claim(
    id="3.3-edges",
    theorem="3.3",
    source=PAPER,
    place="Section 3.3, 'Proposition 3.4 gives a lower bound Omega(sum d_l d_{l+1})'",
    statement="For some c > 0, Proposition 3.4 (A.1) admits c * sum_{l <= L-2} d_l d_{l+1} samples, d_y = 1, any L.",
    expected=Verdict.REFUTED,
    coq="DeepNetworks.narrow_layers",
    kind=Kind.READING,
    quote=(
        "Proposition 3.4 gives a lower bound Ω(sum_{l=1}^{L-2} d_l d_{l+1}) on memorization capacity for L-layer "
        "networks."
    ),
    note=(
        "The sentences after it speak of any fixed L. Read with a constant that depends on L, and wide layers, it is "
        "true: the pair of layers with most edges alone gives it."
    ),
)
def edge_bound() -> Result:
    """Hypotheses: d_y = 1; all d_l = 3 (hard-tanh), all d_l = 5 (ReLU-like), any L.

    Line: a block between others has r = 2 and floor((3 - 2)/2) = floor((5 - 2)/4) = 0; first and last hold 4 each,
    a single block 4. The exact maximum is 8 for every depth tried, while the sum is 9 (L - 2) or 25 (L - 2).
    Conclusion: the bound needs d_l >= r_j + 2 (r_j + 4) at least.
    """
    for step, width in ((2, 3), (4, 5)):
        condition = BlockCondition(step, 1)
        reserved = [condition.reserved(j, m) for j, m in ((1, 1), (1, 2), (2, 3))]
        require(reserved == [0, 1, 2], "what a single block, a first one and one between others carry beside them")
        held = [condition.capacity((width, width), 1, r) for r in reserved]
        require(held == [4, 4, 0], f"width {width}: a single block, a first or last one, one between others")
        for hidden in range(4, 41):
            require(condition.best((width,) * hidden)[0] == 8, f"{hidden} hidden layers of width {width} hold 8")
    return refuted(
        "all d_l = 3 (hard-tanh) or 5 (ReLU-like), d_y = 1: blocks between others hold 0 samples, so 4 + 4 = 8 is the "
        "most for every L >= 5; the sum grows as 9 (L - 2) or 25 (L - 2)"
    )


def plateau_data() -> Dataset:
    """Eight samples; the first four, which the first of two blocks fits, have equal labels."""
    return make_dataset([[x] for x in range(8)], [[y] for y in (0, 0, 0, 0, 1, -1, 0, 1)])


@claim(
    id="response-carry",
    source=PAPER,
    place=RESPONSE,
    statement="The input information has to be propagated, using a hidden node, up to layer l_m.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote=(
        "we need to propagate input information using a hidden node up to layer lm (the last “building block” that "
        "fits Nm points)"
    ),
    note="“Up to layer l_m” may be meant without layer l_m; r_m says so.",
    witness="response-carry.json",
)
def response_carry() -> Result:
    """Hypotheses: hidden widths 3, 3, 3, 3, l = (1, 3), eight samples, the first four with equal labels.

    Line: the built network fits; in layer l_m = 3 all three units have the same outputs at the four samples of the
    first block, so nothing there tells their inputs apart; in layer 2 the carrying unit still does.
    Conclusion: the input is needed up to layer l_m - 1 only, as r_m = d_y says.
    """
    data = plateau_data()
    network = build(data, "3.4", (3, 3, 3, 3), HARD_TANH, Choices(blocks=(1, 3))).network
    if not isinstance(network, FNN):
        raise ProofFailure("the construction is a fully-connected network")
    states = [[tuple(map(HARD_TANH, row)) for row in pre_activations(network, x)] for x in data.inputs[:4]]
    require(len({state[1] for state in states}) == 4, "layer l_m - 1 = 2 tells the inputs apart")
    require(len({state[2] for state in states}) == 1, "layer l_m = 3 does not")
    return refuted("x = 0..7, y = (0, 0, 0, 0, 1, -1, 0, 1), widths 3, 3, 3, 3: layer 3 is constant on x = 0..3")


LAST_RESERVED, HELD_VALUES = names("r_m d_y")
NO_CIRCLE = sp.Eq(LAST_RESERVED, HELD_VALUES)


@claim(
    id="response-carry-until",
    source=OURS,
    place=f"{RESPONSE}, corrected",
    statement=(
        "In the construction of Proposition 3.4 the input is carried in the layers {}: no block reads it in a later "
        "layer, so that layer l_m needs no unit for it, {} for m >= 2, for any m and d_y."
    ),
    formulas=[routing.CIRCLES, NO_CIRCLE],
    expected=Verdict.PROVED,
    corrects="response-carry",
    by=[blocks.proposition, routing.routing],
)
def response_until() -> Result:
    """Hypotheses: the construction of 3.4-repaired, r_j = d_y 1{j > 1} + 1{j < m}.

    Line: block j reads t in layer l_j, from layer l_j - 1 <= l_m - 1, which holds a circle, as layer l_m does not; r_m
    = d_y for m >= 2 has no term for it.
    Conclusion: the network of 3.4-repaired fits, at widths that reserve nothing for the input in layer l_m.
    """
    d_y = positive_index("d_y")
    for case in block_cases():
        at_most(case.l, case.last, f"{case.name}: it reads layer l_j - 1 <= l_m - 1")
        require(carries_input(case.l - 1, case.last), f"{case.name}: there a circle holds t, or it is x")
        require(not carries_input(case.last, case.last), "layer l_m has no circle")
        if case.name == "the last block":
            reserved = BlockCondition(2, d_y).reserved(case.j, case.m)
            holds(NO_CIRCLE, "r_m = d_y for m >= 2", {LAST_RESERVED: reserved, HELD_VALUES: d_y})
    return proved("the layers that the blocks read, for the four kinds of blocks")


WIDTH, NEXT_WIDTH, RESERVED, D_Y = names("d_(l_j) d_(l_j+1) r_j d_y")
HELD_HARD_TANH, HELD_RELU_LIKE = (
    4 * sp.floor((WIDTH - RESERVED) / step) * sp.floor((NEXT_WIDTH - RESERVED) / (step * D_Y)) for step in (2, 4)
)


@claim(
    id="3.4-negative-factors",
    theorem="3.4",
    source=PAPER,
    place="Proposition 3.4 and Corollary A.1, second condition",
    statement=(
        "The four conditions as printed suffice, block j holding {} samples or {} (they do not ask for d_(l_j) >= r_j)."
    ),
    formulas=[HELD_HARD_TANH, HELD_RELU_LIKE],
    expected=Verdict.REFUTED,
    coq="NegativeFactors.negative_factors",
    kind=Kind.ERROR,
    quote=(
        "4 sum_{j=1}^m floor((d_{l_j} - r_j)/2) floor((d_{l_j+1} - r_j)/(2 d_y)) >= N, where r_j = d_y 1{j > 1} + 1{j"
        " < m}, for j in [m]"
    ),
    note=(
        "The text at hand has lost the minus signs; they are taken from Appendix E, where they are printed in words "
        "of the same formula."
    ),
)
def negative_factors() -> Result:
    """Hypotheses: d_x = d_y = 1, six hidden layers of width 1, l = (1, 3, 5), N = 4, x = 1, 2, 3, 4, y = 0, 1, 0, 1.

    Line: r_2 = 2, and floor(-1/2) floor(-1/2) = floor(-1/4) floor(-1/4) = 1, so the sum is 4 >= N; the other
    conditions concern no layer. But a network of width 1 is a composition of monotone functions of one number.
    Conclusion: d_{l_j} >= r_j and d_{l_j+1} >= r_j have to be asked for.
    """
    l, m, d = (1, 3, 5), 3, 1
    for held, activation in ((HELD_HARD_TANH, HARD_TANH), (HELD_RELU_LIKE, RELU)):
        r = [int(j > 1) + int(j < m) for j in (1, 2, 3)]
        total = sum(taken(held, {WIDTH: d, NEXT_WIDTH: d, RESERVED: r_j, D_Y: 1}) for r_j in r)
        require(bool(total >= 4), f"{activation}: the printed sum is at least N = 4")
        require(not any(range(a + 2, b) for a, b in ((1, 3), (3, 5))) and not range(l[-1] + 2, 7), "no other layers")
        require(activation.is_continuous and all(s >= 0 for s in activation.slopes), f"{activation} is monotone")
    y = [0, 1, 0, 1]
    require(y[0] < y[1] and y[1] > y[2], "the labels are not monotone in x")
    return refuted("x = 1, 2, 3, 4, y = 0, 1, 0, 1, six hidden layers of width 1: f is monotone in x for every theta")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
