"""What is wrong with the gates of Appendix F as printed: the constant of the four-unit gate, missing in b^2."""

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
from flint import fmpq

from exactmem import activations
from exactmem.constructions.parts.gates import paper_gates
from exactmem.evaluate import evaluate_generic
from exactmem.ledger.claims import OURS, PAPER, Kind, Result, Verdict, claim, proved, refuted, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import Expr, gap, positive_index, require_equal, require_positive
from exactmem.networks import FNN, dense, layer
from exactmem.proofs.yun2019.activations import CONSTANT, S_MINUS, S_PLUS, M, P, gate, gate_by_four, gate_identity_four
from exactmem.rationals import Rational, to_text

SLOPES = ((1, 0), (1, "1/10"), (1, "999/1000"), ("7/3", "2/5"))


@dataclass(frozen=True)
class Gate:
    """A hidden gate sigma_G(alpha (u x + c)) of Corollary 4.2 for d_x = 1, with the class it belongs to."""

    alpha: Rational
    u: Rational
    c: Rational
    label: int


SAMPLES = ((0, 0), (1, 1), (2, 0))
"""(x, class): every class-0 sample needs a gate of its own, as d_x = 1."""

GATES = tuple(Gate(fmpq(2), fmpq(1), fmpq(-x), label) for x, label in SAMPLES)
"""u x + c = 0 at the chosen sample; alpha = 2 makes |alpha (u x_i + c)| >= 2 > 1 at all others."""


def printed_network(gates: Sequence[Gate], classes: int, activation: activations.Activation, constant: bool) -> FNN:
    """Corollary 4.2's network: four ReLU-like units per gate, W^2_{:,j} = e_k, b^2 = 0 or with the gates' constants."""
    single = paper_gates([fmpq(0)], activation)
    slopes = [s * g.alpha * g.u for g in gates for s in single.slopes]
    biases = [s * g.alpha * g.c + b for g in gates for s, b in zip(single.slopes, single.biases, strict=True)]
    read = [v for _, v in single.weights.nonzero()[0]]
    rows = [[v if g.label == k else fmpq(0) for g in gates for v in read] for k in range(classes)]
    counts = [sum(1 for g in gates if g.label == k) for k in range(classes)]
    bias = [n * single.constants[0] if constant else fmpq(0) for n in counts]
    return FNN((layer(dense([[s] for s in slopes]), biases, activation), layer(dense(rows), bias)))


def outputs(constant: bool, activation: activations.Activation = activations.RELU) -> list[list[Rational]]:
    """The network's outputs at the three samples."""
    network = printed_network(GATES, 2, activation, constant)
    return evaluate_generic(network, [[fmpq(x)] for x, _ in SAMPLES])


@claim(
    id="F.2-constant",
    theorem="4.1",
    source=PAPER,
    place="Appendix F.2 (and F.1, c^l = 0)",
    statement="With gates of four ReLU-like units, W^2_{:,j} = e_k and b^2 = 0, the output is the one-hot label.",
    expected=Verdict.REFUTED,
    kind=Kind.READING,
    quote="we choose W^2_{:,j} = e_k, b^2 = 0. This way, one can easily recover the one-hot representation",
    note=(
        "Read with “gate activation nodes” as nodes whose constants are their own, b^2 = 0 is right; read with four "
        "ReLU-like units per gate it is not."
    ),
    witness="F.2-constant.json",
)
def missing_constant() -> Result:
    """Hypotheses: d_x = 1, x = 0, 1, 2 in classes 0, 1, 0; one gate per sample, alpha = 2, as F.2 prescribes; ReLU.

    Line: each gate of four ReLU-likes exceeds sigma_G by (s_+ + s_-)/(s_+ - s_-) = 1; class 0 has two gates, class 1
    has one.
    Conclusion: the outputs are (3, 1), (2, 2), (3, 1) instead of (1, 0), (0, 1), (1, 0).
    """
    for chosen in GATES:
        for x, _ in SAMPLES:
            size = abs(chosen.alpha * (chosen.u * x + chosen.c))
            require(size == 0 if x == -chosen.c else size > 1, "the gate opens at its own sample only")
    found = outputs(constant=False)
    require(found == [[3, 1], [2, 2], [3, 1]], f"outputs {found}")
    text = ", ".join("(" + ", ".join(map(to_text, row)) + ")" for row in found)
    return refuted(f"x = 0, 1, 2, classes 0, 1, 0, ReLU, alpha = 2: outputs {text}")


@claim(
    id="F.2-constant-added",
    theorem="4.1",
    source=OURS,
    place="Appendix F.2, corrected",
    statement=(
        "With b^2_k = -{} times the number of class k's gates, output k is the sum of class k's gates sigma_G, for "
        "all slopes; the constant is never zero."
    ),
    formulas=[CONSTANT],
    expected=Verdict.PROVED,
    corrects="F.2-constant",
    by=[gate_identity_four],
)
def added_constant() -> Result:
    """Hypotheses: class k has n gates; the identity C-gate-four.

    Line: by induction on n: one gate more adds its four units and one constant, which is sigma_G.
    Conclusion: exact one-hot outputs where F.2's gates open for one class only; the counterexample's set is fitted.
    """
    constant = taken(CONSTANT, {P: S_PLUS, M: S_MINUS})
    require_positive(constant, "the constant")
    so_far, n = sp.Symbol("gates"), positive_index("n")
    for t in (sp.Integer(0), gap("t") + 1, -gap("t") - 1):
        units: Expr = gate_by_four(t) + constant
        require_equal(so_far + n * constant + units, (so_far + gate(t)) + (n + 1) * constant, "one gate more")
    for plus, minus in SLOPES:
        found = outputs(constant=True, activation=activations.relu_like(plus, minus))
        require(found == [[1, 0], [0, 1], [1, 0]], f"slopes {plus}, {minus}: outputs {found}")
    return proved("symbolic slopes and number of gates; the counterexample rebuilt with the constant")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
