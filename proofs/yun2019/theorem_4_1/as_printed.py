"""What is wrong or missing as printed in section 4 and Appendix F: counterexamples, with the networks as printed.

A hyperplane is (u, c), a gate (u, c, class); F.1's gate has the incoming parameters alpha u, alpha c and pushes by
beta e_k. Networks are built literally and evaluated exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from exactmem.activations import HARD_TANH
from exactmem.constructions import find_theorem
from exactmem.evaluate import evaluate_generic
from exactmem.general_position import find_dependent_samples
from exactmem.ledger.claims import PAPER, Kind, Result, Verdict, checked, claim, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds
from exactmem.networks import ResNet, ResNetLayer, dense, residual
from exactmem.proofs._conditions import D_1, D_X, D_Y
from exactmem.proofs._conditions import N as PRINTED_N
from exactmem.proofs.ours.two_layer_capacity import hard_tanh_least
from exactmem.proofs.yun2019.theorem_4_1.gates import SIZE_HARD_TANH
from exactmem.rationals import Rational, vector
from exactmem.sizes.problem import Problem
from exactmem.sizes.two_layer import two_layer_capacity

Point = tuple[int, int]
ONE_HOT = ([1, 0], [0, 1])


@dataclass(frozen=True)
class Gate:
    """The hyperplane u . x + c = 0 through a group of class k (0 or 1) in the plane, scaled by alpha."""

    u: Point
    c: int
    k: int
    alpha: int = 1

    def value(self, x: Sequence[Rational]) -> Rational:
        """u . x + c."""
        return self.u[0] * x[0] + self.u[1] * x[1] + self.c


def half(gate: Gate, sign: int, beta: Rational, shift: Rational) -> tuple[list[Rational], Rational, list[Rational]]:
    """One hard-tanh unit (1/2) beta e_k sigma_H(sign 2 alpha (u . h + c - shift) + 1): row, bias, column."""
    row = vector([2 * sign * gate.alpha * v for v in gate.u])
    column = [beta / 2 if a == gate.k else fmpq(0) for a in range(2)]
    return row, 2 * sign * gate.alpha * (gate.c - shift) + 1, column


def pushing_layer(units: Sequence[tuple[list[Rational], Rational, list[Rational]]]) -> ResNetLayer:
    """h + V sigma_H(U h + b) with c^l = 0, as printed."""
    columns = list(zip(*(column for _, _, column in units), strict=True))
    return residual(
        dense(row for row, _, _ in units), [b for _, b, _ in units], dense(columns), [0, 0], HARD_TANH, True
    )


def whole_gates(gates: Sequence[Gate], beta: Rational) -> ResNetLayer:
    """A layer of F.1's gates, two hard-tanh units each."""
    return pushing_layer([half(gate, sign, beta, fmpq(0)) for gate in gates for sign in (1, -1)])


def last_layer(bias: Sequence[Rational]) -> ResNetLayer:
    """F.1's read-out: U = 2 I, V = I/2, c = (1/2, 1/2)."""
    identity = [[1, 0], [0, 1]]
    U, V = dense([[2 * v for v in row] for row in identity]), dense([[fmpq(v, 2) for v in row] for row in identity])
    return residual(U, bias, V, [fmpq(1, 2)] * 2, HARD_TANH, False)


def largest_coordinates(points: Sequence[Point]) -> list[int]:
    """x_(1)^max, x_(2)^max."""
    return [max(x[k] for x in points) for k in range(2)]


def outputs(layers: Sequence[ResNetLayer], points: Sequence[Point]) -> list[list[Rational]]:
    """The outputs at the points."""
    return evaluate_generic(ResNet(tuple(layers)), [vector(x) for x in points])


def require_gates(gates: Sequence[Gate], points: Sequence[Point], classes: Sequence[int]) -> None:
    """Every gate is zero on samples of its class alone, every sample is on one gate, and alpha clips the others."""
    chosen = [[i for i, x in enumerate(points) if gate.value(vector(x)) == 0] for gate in gates]
    require(sorted(i for group in chosen for i in group) == list(range(len(points))), "each sample is chosen once")
    for gate, group in zip(gates, chosen, strict=True):
        require(all(classes[i] == gate.k for i in group), "groups are of one class")
        outside = [abs(gate.alpha * gate.value(vector(x))) for i, x in enumerate(points) if i not in group]
        require(all(v > 1 for v in outside), "alpha is large enough")
    require(find_dependent_samples([tuple(vector(x)) for x in points]) is None, "general position")


@claim(
    id="4.1-vacuous",
    theorem="4.2",
    source=PAPER,
    place="Assumption 4.1 with Corollary 4.2 and Theorem 4.1",
    statement="Under Assumption 4.1 as printed, {} hard-tanh units classify N samples in two layers.",
    formulas=[SIZE_HARD_TANH],
    expected=Verdict.REFUTED,
    by=[hard_tanh_least],
    kind=Kind.ERROR,
    quote=(
        "For a finite dataset, assume that no d_x + 1 data points lie on the same affine hyperplane. In other words, "
        "the data point x_i's are in general position."
    ),
    note="“General position” can be read as including smaller sets; the printed sentence does not.",
    witness="4.1-vacuous.json",
)
def vacuous() -> Result:
    """Hypotheses: N = 11 samples on a line in d_x = 22 dimensions, in turn of class 0 and 1: no d_x + 1 samples exist.

    Line: 2 * 11/22 + 2 * 2 = 5 units. Restricted to the line they are a network with one input, and 5 hard-tanh units
    do not fit 11 alternating labels (two-layer-hard-tanh-least).
    Conclusion: no network of that size fits; for two classes and up to 10 samples on a line one does. The hypothesis
    needed is that smaller sets are independent too. The certificate has 13 samples, for which pieces can be counted.
    """
    N, d_x = 11, 22
    line = [tuple(vector([t] * d_x)) for t in range(N)]
    require(find_dependent_samples(line, as_printed=True) is None, "Assumption 4.1 as printed holds")
    require(find_dependent_samples(line) == (0, 1, 2), "three samples are affinely dependent")
    at = {D_1: 5, PRINTED_N: N, D_X: d_x, D_Y: 2}
    holds(SIZE_HARD_TANH, "the printed size", at)
    theorem = find_theorem("4.2")
    require(theorem.smallest(Problem(N, d_x, 2, HARD_TANH)) == (5,), "the printed condition asks for 5 units")
    require(two_layer_capacity(HARD_TANH, 5) == N - 1, "5 units fit 10 alternating labels, not 11")
    for fewer in range(1, N):
        units = theorem.smallest(Problem(fewer, 10 * fewer, 2, HARD_TANH))[0]
        require(two_layer_capacity(HARD_TANH, units) >= fewer, "fewer samples on a line are fitted in any dimension")
    return refuted("N = 11 samples on a line, d_x = 22, classes in turn: 5 hard-tanh units fit at most 10 of them")


@claim(
    id="F.1-beta-care",
    theorem="4.1",
    source=PAPER,
    place="Appendix F.1, 'We also determine beta carefully'",
    statement=(
        "The care is needed: (1, 3), (1, 2) of class 0 pushed by beta = 3, to x_(1)^max + 1 and beyond, meet the "
        "hyperplane of (3, 3), (2, 4) of class 1; general position is lost, and (1, 2) gets the output (1, 1)."
    ),
    expected=Verdict.CHECKED,
    witness="F.1-beta-care.json",
)
def beta() -> Result:
    """Hypotheses: (1, 3), (1, 2) in class 0, then (3, 3), (2, 4) in class 1; gates x_1 = 1 and x_1 + x_2 = 6, one per
    layer; beta = 3 puts both samples of class 0 at x_(1)^max + 1 = 4.

    Line: (1, 2) is pushed to (4, 2), on the line x_1 + x_2 = 6 of the later gate, which pushes it along e_2 too.
    Conclusion: its output is (1, 1). A beta "from some suitable continuous random distribution", as printed, avoids
    it with probability 1; the explicit beta of F.1-beta-explicit always does.
    """
    points, classes = [(1, 3), (1, 2), (3, 3), (2, 4)], [0, 0, 1, 1]
    gates = [Gate((1, 0), -1, 0, 2), Gate((1, 1), -6, 1, 2)]
    require_gates(gates, points, classes)
    push = fmpq(3)
    largest = largest_coordinates(points)
    for x, k in zip(points, classes, strict=True):
        require(x[k] + push >= largest[k] + 1, "pushed beyond the largest coordinate by 1")
    found = outputs(
        [whole_gates([gates[0]], push), whole_gates([gates[1]], push), last_layer([-2 * m - 1 for m in largest])],
        points,
    )
    require(found[1] == [1, 1] and found[0] == [1, 0], f"outputs {found}")
    require([found[2], found[3]] == [[0, 1], [0, 1]], f"outputs {found}")
    return checked("exact evaluation", "(1, 3), (1, 2) in class 0, (3, 3), (2, 4) in class 1, beta = 3")


SPLIT_POINTS: list[Point] = [(3, 3), (-3, -3), (-3, -1), (3, -2)]
SPLIT_CLASSES = [0, 0, 1, 1]
SPLIT_GATES = (Gate((-1, 1), 0, 0), Gate((-1, -6), -9, 1))


def split_network(oriented: bool, shifted: bool) -> ResNet:
    """All widths 1: each gate's halves in two successive layers, with the parameters of F.1 or repaired.

    `shifted`: the second half expects its group half way; `oriented`: the gate is turned so that u_k >= 0.
    """
    points = SPLIT_POINTS
    push = fmpq(100)
    layers = []
    for gate in SPLIT_GATES:
        turned = gate
        if oriented and gate.u[gate.k] < 0:
            turned = Gate((-gate.u[0], -gate.u[1]), -gate.c, gate.k, gate.alpha)
        shift = push * turned.u[gate.k] / 2 if shifted else fmpq(0)
        layers += [pushing_layer([half(turned, 1, push, fmpq(0))]), pushing_layer([half(turned, -1, push, shift)])]
    return ResNet((*layers, last_layer([-2 * m - 1 for m in largest_coordinates(points)])))


@claim(
    id="F.1-whole-gates",
    theorem="4.1",
    source=PAPER,
    place="Appendix F.1, the count of hidden nodes",
    statement="As each gate is made of two hard-tanh nodes, only the sum of the widths d_1, ..., d_(L-1) matters.",
    expected=Verdict.REFUTED,
    kind=Kind.GAP,
    quote=(
        "each gate activation can be constructed with two hard-tanh nodes or four ReLU-like nodes. Therefore, "
        "sum_{l=1}^{L-1} d_l >= 2N/d_x + 2d_y and d_L >= d_y is the sufficient condition"
    ),
    note=(
        "The printed size is true (4.1-any-widths, under facet-full); this proof does not show it where a gate's "
        "units stand in two layers."
    ),
    witness="F.1-whole-gates.json",
)
def whole() -> Result:
    """Hypotheses: all widths 1, so that the two nodes of a gate stand in different residual layers; (3, 3), (-3, -3) in
    class 0 on the line x_2 = x_1, (-3, -1), (3, -2) in class 1; beta = 100.

    Line: the second node reads positions that the first has changed. With F.1's parameters the outputs are wrong; also
    when the second node is shifted by beta u_k/2, as here u_k < 0. With u_k >= 0 and the shift they are right.
    Conclusion: the count needs an argument that is not printed.
    """
    for gate in SPLIT_GATES:
        require(gate.u[gate.k] < 0, "u_k < 0")
    require_gates([Gate(g.u, g.c, g.k, 2) for g in SPLIT_GATES], SPLIT_POINTS, SPLIT_CLASSES)
    expected = [ONE_HOT[k] for k in SPLIT_CLASSES]
    inputs = [vector(x) for x in SPLIT_POINTS]
    as_printed = evaluate_generic(split_network(oriented=False, shifted=False), inputs)
    only_shifted = evaluate_generic(split_network(oriented=False, shifted=True), inputs)
    require(as_printed != expected and only_shifted != expected, "wrong outputs")
    require(as_printed != only_shifted, "the shift makes another network")
    require(evaluate_generic(split_network(oriented=True, shifted=True), inputs) == expected, "right when oriented")
    wrong = next(i for i, y in enumerate(as_printed) if y != expected[i])
    return refuted(
        f"all widths 1, (3,3), (-3,-3) in class 0, (-3,-1), (3,-2) in class 1, beta = 100: F.1's parameters give "
        f"({as_printed[wrong][0]}, {as_printed[wrong][1]}) at sample {wrong + 1}"
    )


@claim(
    id="F.1-short-group",
    theorem="4.1",
    source=PAPER,
    place="Appendix F.1, the choice of d_x points per gate",
    statement=(
        "Each of the ceil(N_k/d_x) gates of class k picks d_x samples of the class, and any hyperplane through the "
        "picked samples contains no other."
    ),
    expected=Verdict.REFUTED,
    kind=Kind.GAP,
    quote=(
        "Pick d_x data points in class k that are not yet “chosen,” then there is an affine hyperplane u^T x + c = 0 "
        "that contains only these points."
    ),
    note="The last group of a class may have fewer than d_x points; then some hyperplanes contain others.",
    witness="F.1-short-group.json",
)
def short_group() -> Result:
    """Hypotheses: d_x = 2, (1, 0) in class 0, (1, 5) and (2, 5) in class 1, in general position.

    Line: class 0 has one sample, not two. The hyperplane x_1 = 1 through it contains (1, 5) of class 1.
    Conclusion: with that gate the output at (1, 5) is (1, 1). Smaller groups need a hyperplane chosen with care.
    """
    points, classes = [(1, 0), (1, 5), (2, 5)], [0, 1, 1]
    require(find_dependent_samples([tuple(vector(x)) for x in points]) is None, "general position")
    require(classes.count(0) < len(points[0]), "fewer than d_x samples of class 0")
    gates = [Gate((1, 0), -1, 0, 2), Gate((0, 1), -5, 1, 2)]
    require(gates[0].value(vector(points[0])) == 0, "the hyperplane contains the group")
    last = last_layer([-2 * m - 1 for m in largest_coordinates(points)])
    found = outputs([whole_gates(gates, fmpq(100)), last], points)
    require(found == [[1, 0], [1, 1], [0, 1]], f"outputs {found}")
    turned = [Gate((1, 1), -1, 0, 2), gates[1]]
    require_gates(turned, points, classes)
    found = outputs([whole_gates(turned, fmpq(100)), last], points)
    require(found == [ONE_HOT[k] for k in classes], "right with the hyperplane x_1 + x_2 = 1")
    return refuted("(1,0) in class 0, (1,5), (2,5) in class 1, hyperplane x_1 = 1: the output at (1,5) is (1, 1)")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
