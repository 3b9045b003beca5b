"""Proposition 3.2 (Yun, Sra, Jadbabaie 2019): four-layer classification by codes and gates, as printed and improved."""

import itertools
from collections.abc import Sequence

import sympy as sp
from flint import fmpq

from exactmem import activations
from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions import find_theorem
from exactmem.constructions.build import build
from exactmem.constructions.parts.gates import paper_gates
from exactmem.datasets import make_dataset
from exactmem.evaluate import evaluate_generic
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import SIGNS, Expr, from_one, gap, index, require_equal, slack
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import (
    CODES,
    CODES_HARD_TANH,
    CODES_RELU_LIKE,
    D_1,
    D_2,
    D_3,
    D_Y,
    GATES_HARD_TANH,
    GATES_RELU_LIKE,
    PRINTED_HARD_TANH,
    PRINTED_RELU_LIKE,
    STEPS,
    N,
    require_executed,
)
from exactmem.proofs.ours import gates, interpolation, product
from exactmem.proofs.yun2019 import activations as identities
from exactmem.proofs.yun2019.theorem_3_1 import as_printed
from exactmem.sizes.problem import Problem

SLOPES = ((1, 0), (1, "1/10"), (1, "999/1000"), ("7/3", "2/5"))
SAMPLES = range(1, 7)
CLASSES = (1, 2, 3)


CODE, OWN, SMALLEST = names("t rho_j gap")
SCALED = (CODE - OWN) / SMALLEST


@claim(
    id="3.2-gates",
    theorem="3.2",
    source=PAPER,
    place="Appendix C",
    statement=(
        "The gate sigma_G({}), gap the smallest distance of the codes, is 1 at rho_j and 0 at every other code: "
        "exactly one-hot outputs from 2 hard-tanh or 4 ReLU-like units per class."
    ),
    formulas=[SCALED],
    expected=Verdict.PROVED,
    by=[identities.gate_identity, identities.gate_identity_four],
)
def code_gates() -> Result:
    """Hypotheses: distinct codes, any number of classes; |rho_k - rho_j| = gap + x with x >= 0 for k != j.

    Line: sigma_G(0) = 1 and sigma_G(+-(gap + x)/gap) = 0; the unit identities C-gate and C-gate-four.
    Conclusion: the scale 1/gap is enough, for every class.
    """
    smallest, more = gap("gap"), gap("x")
    own = sp.Symbol("rho_j", real=True)

    def at(code: Expr) -> Expr:
        return identities.gate(sp.expand(taken(SCALED, {CODE: code, OWN: own, SMALLEST: smallest})))

    require_equal(at(own), 1, "at the own code")
    for distance in (smallest, smallest + more):
        for sign in SIGNS:
            require_equal(at(own + sign * distance), 0, "at another code")
    for by_units, activation in ((identities.gate_by_two, HARD_TANH), (identities.gate_by_four, RELU)):
        units = paper_gates([fmpq(0)], activation).units
        require(identities.units_of(by_units) == units, f"{activation.name}: {units} units per class")
    return proved("symbolic distances; units counted in the identities and in the layer that is built")


@claim(
    id="3.2",
    theorem="3.2",
    source=PAPER,
    place="Proposition 3.2",
    statement=(
        "{} and {} (hard-tanh), or {} and {} (ReLU-like), are enough for exact one-hot outputs at N distinct inputs."
    ),
    formulas=[CODES_HARD_TANH, GATES_HARD_TANH, CODES_RELU_LIKE, GATES_RELU_LIKE],
    expected=Verdict.PROVED,
    coq="Proposition32.proposition_3_2",
    by=[code_gates, as_printed.full_widths, as_printed.halved_widths, identities.hard_tanh_identity],
)
def proposition() -> Result:
    """Hypotheses: distinct inputs, one-hot labels; codes in [-1, 1].

    Line: Theorem 3.1 with d_y = 1 fits the codes; its linear output is merged into the pre-activations of layer 3,
    whose gates give the one-hot code; 2 floor(floor(d/2)/2) >= 2 floor(d/4) hard-tanh units fit into d ReLU-likes.
    Conclusion: the proposition, at exactly the printed widths.
    """
    w, bias, slope, shift, z = sp.symbols("w b slope shift z")
    merged = (slope * w) * z + (slope * bias + shift)
    require_equal(merged, slope * (w * z + bias) + shift, "a linear layer is merged into the next pre-activation")
    for part, whole in ((CODES_HARD_TANH, PRINTED_HARD_TANH), (CODES_RELU_LIKE, PRINTED_RELU_LIKE)):
        require(taken(whole, {D_Y: 1}).doit() == taken(part).doit(), "the condition of Theorem 3.1 for d_y = 1")
    for units, kind in ((GATES_HARD_TANH, HARD_TANH), (GATES_RELU_LIKE, RELU)):
        classes = from_one("d_y")
        per_class = paper_gates([fmpq(0)], kind).units
        require_equal(taken(units, {D_Y: classes}).rhs, per_class * classes, f"{kind.name}: the gates of d_y classes")
    require_executed((CODES_HARD_TANH, GATES_HARD_TANH), "3.2", HARD_TANH)
    require_executed((CODES_RELU_LIKE, GATES_RELU_LIKE), "3.2", RELU)
    return proved("the claims it rests on; a linear layer is merged with symbolic weights")


@claim(
    id="product-readout",
    theorem="product-readout",
    source=OURS,
    place="Proposition 3.2, improved",
    statement=(
        "{} and {} are enough for exact one-hot outputs, for hard-tanh and for every ReLU-like activation; where "
        "every class has a sample, d_3 >= d_y - 1 is necessary for every d_1, d_2 and activation."
    ),
    formulas=[CODES, STEPS],
    expected=Verdict.PROVED,
    coq="Readout.theorem_product_readout",
    by=[
        product.relu_like_theorem,
        product.hard_tanh_theorem,
        gates.steps,
        interpolation.interpolation_values,
        gates.readout_lower_bound,
    ],
)
def product_readout() -> Result:
    """Hypotheses: distinct inputs; some sample in every class for the lower bound, as fewer classes need fewer units.

    Line: theorem product fits the codes with one output; a read-out of d_y - 1 units gives the one-hot codes.
    Conclusion: the theorem; the printed condition implies it.
    """
    a, b, more, d_y = index("a"), index("b"), slack("more"), from_one("d_y")
    for step in (2, 4):
        for e, f in itertools.product(range(step), repeat=2):
            widths = {D_1: step * a + e, D_2: step * b + f}
            holds(CODES, "d_1 d_2 is at least the printed product", widths | {N: 4 * a * b})
        holds(STEPS, "the printed d_3 is more than d_y - 1", {D_3: step * d_y + more, D_Y: d_y})
    for activation in (HARD_TANH, RELU):
        require_executed((CODES, STEPS), "product-readout", activation)
    return proved("the claims of theorem product and of the read-outs")


def classifies(theorem: str, samples: int, d_y: int, activation: activations.Activation) -> bool:
    """Whether the network of the smallest widths has those widths and exact one-hot outputs (generic evaluator)."""
    inputs = [[i * i % 13, i] for i in range(samples)]
    labels = [[int(k == (i * i + i // 2) % d_y) for k in range(d_y)] for i in range(samples)]
    data = make_dataset(inputs, labels)
    network = build(data, theorem, activation=activation).network
    smallest = find_theorem(theorem).smallest(Problem(samples, 2, d_y, activation))
    outputs: Sequence[Sequence[fmpq]] = evaluate_generic(network, data.inputs)
    return network.widths == smallest and [list(y) for y in data.labels] == outputs


@claim(
    id="3.2-small",
    theorem="3.2",
    source=PAPER,
    place="Proposition 3.2, as printed and improved",
    statement="The four-layer classifiers of the smallest admissible widths have exactly one-hot outputs.",
    expected=Verdict.CHECKED,
)
def small_cases() -> Result:
    """Hypotheses: inputs (i^2 mod 13, i) in the plane, classes i^2 + floor(i/2) mod d_y.

    Line: every network is built and evaluated exactly, layer by layer.
    Conclusion: the statements for the listed N, d_y and activations.
    """
    hidden = [activations.HARD_TANH, *(activations.relu_like(plus, minus) for plus, minus in SLOPES)]
    theorems = ("3.2", "product-readout", "plateau")
    for theorem, samples, d_y, activation in itertools.product(theorems, SAMPLES, CLASSES, hidden):
        require(classifies(theorem, samples, d_y, activation), f"{theorem}, N = {samples}, d_y = {d_y}, {activation}")
    return checked(
        "exact evaluation of every network",
        f"theorems {theorems}, N = 1..{SAMPLES[-1]}, d_y in {CLASSES}, hard-tanh and slopes {SLOPES}",
    )


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
