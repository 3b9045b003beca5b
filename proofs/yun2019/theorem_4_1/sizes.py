"""The remarks on CIFAR-10 in section 4: the printed numbers, and what smaller networks do."""

import sympy as sp

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions import default_class, find_theorem
from exactmem.ledger.claims import OURS, PAPER, Result, Verdict, checked, claim, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import fails, holds, taken
from exactmem.proofs._conditions import D_1, D_X, D_Y, N
from exactmem.proofs.yun2019.theorem_4_1.gates import SIZE_RELU_LIKE
from exactmem.sizes.problem import Problem

CIFAR_10 = Problem(50_000, 3_072, 10, RELU)
CASE = "N = 50,000, d_x = 3,072, d_y = 10"
IMAGES_PER_CLASS = 5_000


@claim(
    id="CIFAR-10",
    theorem="4.1",
    source=PAPER,
    place="Section 4, CIFAR-10",
    statement=(
        "For CIFAR-10 Theorem 4.1 asks for 126 ReLUs in residual networks, Corollary 4.2 with {} for 106 in 2 layers."
    ),
    formulas=[SIZE_RELU_LIKE],
    expected=Verdict.CHECKED,
)
def cifar() -> Result:
    """Hypotheses: 4N/d_x + 4 d_y = 105.1... units, and 2 d_y = 20 in the last residual layer.

    Line: exact comparison of the rational bound; one unit less does not meet the conditions.
    Conclusion: the arithmetic is right as printed.
    """
    at = {N: CIFAR_10.N, D_X: CIFAR_10.d_x, D_Y: CIFAR_10.d_y}
    holds(SIZE_RELU_LIKE, "106 units meet the condition", at | {D_1: 106})
    fails(SIZE_RELU_LIKE, "105 do not", at | {D_1: 105})
    residual, shallow = find_theorem("4.1"), find_theorem("4.2")
    require(sum(residual.smallest(CIFAR_10)) == 126 and shallow.smallest(CIFAR_10) == (106,), "the printed numbers")
    require(residual.unmet(CIFAR_10, (106, 20)) is None and shallow.unmet(CIFAR_10, (106,)) is None, "they do")
    for widths in ((105, 20), (106, 19)):
        require(residual.unmet(CIFAR_10, widths) is not None, f"{widths} do not")
    require(shallow.unmet(CIFAR_10, (105,)) is not None, "105 do not")
    return checked("integer arithmetic", f"{CASE}, ReLU")


GATES = sp.floor((N + D_Y * (D_X - 1)) / D_X)


@claim(
    id="CIFAR-10-fewer",
    theorem="4.1",
    source=OURS,
    place="Section 4, CIFAR-10, with the paper's own gates",
    statement=(
        "For CIFAR-10 there are at most {} = 26 gates, whatever the classes' sizes: 104 ReLUs in 2 layers, and 104 "
        "+ 20 in residual networks; for 5,000 images per class 20 gates: 80 ReLUs."
    ),
    formulas=[GATES],
    expected=Verdict.CHECKED,
)
def cifar_fewer() -> Result:
    """Hypotheses: claim F.1-count, before the bound is weakened to N/d_x + d_y.

    Line: a sum of ceilings is an integer: floor((50000 + 10 * 3071)/3072) = 26; ceil(5000/3072) = 2 per class.
    Conclusion: the printed 106 and 126 are not the least that the printed construction needs.
    """
    samples, d_x, d_y = CIFAR_10.N, CIFAR_10.d_x, CIFAR_10.d_y
    gates = taken(GATES, {N: samples, D_X: d_x, D_Y: d_y})
    require(gates == 26 and 4 * gates == 104, "26 gates of four units")
    worst = [1 + d_x] * 9 + [samples - 9 * (1 + d_x)]
    require(sum(worst) == samples and sum(-(-n // d_x) for n in worst) == gates, "some sizes of classes need 26")
    require(d_y * -(-IMAGES_PER_CLASS // d_x) == 20 and d_y * IMAGES_PER_CLASS == samples, "equal classes need 20")
    return checked("integer arithmetic", CASE)


@claim(
    id="CIFAR-10-better",
    theorem="4.1",
    source=OURS,
    place="Section 4, CIFAR-10, with better networks",
    statement=(
        "For CIFAR-10, for every ReLU-like activation: 54 units in 2 layers (default-class, 5,000 images per class; 69 "
        "for any classes), 42 in two residual layers and 26 in 18 (narrow-resnet), 33 for the class number as a real "
        "label (real-labels)."
    ),
    expected=Verdict.CHECKED,
)
def cifar_better() -> Result:
    """Hypotheses: the conditions of theorems default-class, narrow-resnet and real-labels.

    Line: exact integer arithmetic with the library's own conditions.
    Conclusion: each number meets its condition, one unit less does not.
    """
    gates = (CIFAR_10.d_y - 1) * -(-IMAGES_PER_CLASS // CIFAR_10.d_x)
    require(default_class.units_per_gate("relu-like") * gates == 54, "default-class, equal classes")
    require(find_theorem("default-class").smallest(CIFAR_10) == (69,), "default-class, any classes")
    narrow = find_theorem("narrow-resnet")
    for widths, less in (((33, 9), (32, 9)), ((1,) * 17 + (9,), (1,) * 16 + (9,)), ((33, 9), (33, 8))):
        require(narrow.unmet(CIFAR_10, widths) is None, f"{len(widths)} residual layers do")
        require(narrow.unmet(CIFAR_10, less) is not None, "one unit less does not")
    real = Problem(CIFAR_10.N, CIFAR_10.d_x, 1, HARD_TANH)
    require(find_theorem("real-labels").smallest(real) == (33,), "real-labels")
    require(sum((33, 9)) == 42 and 17 + 9 == 26, "the sums")
    return checked("integer arithmetic", CASE)


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
