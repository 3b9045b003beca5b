"""Figure 2 layer by layer: which units each hidden layer holds, and that the conditions give it room for them.

Circles carry the input in the layers k < l_m, diamonds the values (d_y of them, or 1 for codes) in the layers
k >= l_1 + 2, and block j stands in the layers l_j and l_j + 1. `exactmem build` uses the same functions.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import sympy as sp

from exactmem.activations import HARD_TANH, RELU
from exactmem.constructions.corollary_a_2 import paper_units
from exactmem.constructions.parts.block_indices import BlockCondition, carries_input, carries_values
from exactmem.constructions.parts.gates import paper_gates
from exactmem.ledger.claims import PAPER, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    from_one,
    index,
    positive_index,
    require_consecutive,
    require_equal,
)
from exactmem.ledger.wording import names
from exactmem.proofs._conditions import D_Y
from exactmem.proofs.yun2019.activations import gate_by_four, gate_by_two, gate_identity, gate_identity_four, units_of
from exactmem.proofs.yun2019.proposition_3_4.sizes import STEPS
from exactmem.rationals import vector

VALUES = positive_index("d_y")
GATES_HARD_TANH, GATES_RELU_LIKE = paper_units(D_Y, HARD_TANH), paper_units(D_Y, RELU)
METHOD = "symbolic layers, widths and block numbers; the four kinds of blocks and the layers before, between and after"
Count = Callable[[Expr, Expr, Expr, Expr], Expr]

LAYER, FIRST, LAST, WIDTH, BLOCK_WIDTH, NEXT_WIDTH, RESERVED = names("k l_1 l_m d_k d_(l_j) d_(l_j+1) r_j")
AFTER_FIRST, BEFORE_LAST = sp.symbols("1{j>1} 1{j<m}")
CIRCLES, DIAMONDS = sp.Lt(LAYER, LAST), sp.Ge(LAYER, FIRST + 2)
BESIDE = sp.Eq(RESERVED, D_Y * AFTER_FIRST + BEFORE_LAST)
ROOM, NEXT_ROOM = sp.Ge(BLOCK_WIDTH, RESERVED), sp.Ge(NEXT_WIDTH, RESERVED)
BEFORE, BETWEEN, AFTER = sp.Ge(WIDTH, 1), sp.Ge(WIDTH, D_Y + 1), sp.Ge(WIDTH, D_Y)


class BlockCase(NamedTuple):
    """Block j of m at the layers l, l + 1, in symbols; `first` is l_1 and `last` is l_m."""

    name: str
    j: Expr
    m: Expr
    l: Expr
    first: Expr
    last: Expr


def block_cases() -> Iterator[BlockCase]:
    """Every block: the only one, the first, an inner or the last of several.

    l_j >= l_1 + 2 for j > 1 and l_m >= l_j + 2 for j < m, by adding up l_j + 1 < l_{j+1}.
    """
    one, first = sp.Integer(1), from_one("l_1")
    left, right = positive_index("j - 1"), positive_index("m - j")
    inner = first + 2 + index("l_j - l_1 - 2")
    behind = index("l_m - l_j - 2")
    yield BlockCase("the only block", one, one, first, first, first)
    yield BlockCase("the first block", one, 1 + right, first, first, first + 2 + behind)
    yield BlockCase("an inner block", 1 + left, 1 + left + right, inner, first, inner + 2 + behind)
    yield BlockCase("the last block", 1 + left, 1 + left, inner, first, inner)


def carried_beside(layer: Expr, first: Expr, last: Expr, values: Expr) -> Expr:
    """How many circles and diamonds the layer holds."""
    return int(carries_input(layer, last)) + values * int(carries_values(layer, first))


def show_blocks_fit(step: int, values: Expr, carried: Count = carried_beside) -> None:
    """A block's units and what is carried beside them fit into its two layers, the multiples being those of the sum.

    What is carried is r_j in both layers; 2 floor((d - r)/step) hard-tanh units, and as many per value in the second
    layer, take step/2 units of the activation each.
    """
    condition = BlockCondition(step, values)
    floor, rest = index("floor"), index("remainder")
    for case in block_cases():
        reserved = condition.reserved(case.j, case.m)
        given = {AFTER_FIRST: int(bool(case.j > 1)), BEFORE_LAST: int(bool(case.j < case.m)), D_Y: values}
        holds(BESIDE, f"{case.name}: r_j as printed", given | {RESERVED: reserved})
        for layer, outputs, room in ((case.l, 1, ROOM), (case.l + 1, values, NEXT_ROOM)):
            beside = carried(layer, case.first, case.last, values)
            require_equal(beside, reserved, f"{case.name}: what is carried beside it is r_j")
            holds(room, f"{case.name}: its width, if a unit is left", {room.lhs: reserved + rest, RESERVED: reserved})
            width = taken(room, {RESERVED: reserved}).rhs + step * outputs * floor + rest
            units = (step // 2) * (2 * floor) * outputs
            at_most(beside, width - units, f"{case.name}: the block and r_j units fit")


def show_other_layers(
    values: Expr, least: tuple[Expr, Expr, Expr] | None = None, carried: Count = carried_beside
) -> None:
    """Layers before, between and after the blocks carry 1, values + 1 and values units: the widths asked for."""
    more = index("more")
    printed = [taken(width, {D_Y: values}).rhs for width in (BEFORE, BETWEEN, AFTER)]
    for width, bound in zip((BEFORE, BETWEEN, AFTER), printed, strict=True):
        holds(width, "at least as many", {WIDTH: bound + more, D_Y: values})
    before_width, between_width, after_width = least or printed
    place, behind, far = index("place"), index("behind"), index("far")
    first = 1 + place + 1 + behind
    require_equal(carried(1 + place, first, first + far, values), before_width, "before the blocks")
    l = from_one("l_j")
    following = l + 2 + place + 1 + behind
    require_equal(carried(l + 2 + place, l - far, following + far, values), between_width, "between two blocks")
    require_equal(carried(l + 2 + place, l - far, l, values), after_width, "after the blocks")


def show_all_layers() -> None:
    """Layers 1 .. L - 1 are those before l_1 and, by induction over j, the blocks' and those up to the next block."""
    l, gap_length, after = from_one("l_j"), index("l_j+1 - l_j - 2"), index("L - 1 - l_m - 1")
    own = [(sp.Integer(1), l - 1), (l, l), (l + 1, l + 1)]
    require_equal(own[0][0], 1, "from layer 1 on")
    for end in (l + 2 + gap_length - 1, l + 1 + after):
        ranges = [*own, (l + 2, end)]
        require_consecutive(ranges, "a block, and the layers up to the next block or to layer L - 1")
        at_most(l + 1, end, "the last range may be empty, not less")


def show_carriers() -> None:
    """The layers of circles and diamonds as printed are those of the program, up to, at and from l_m and l_1 + 2."""
    layer, far = from_one("k"), positive_index("far")
    for other in (layer + far, layer, layer - far):
        circles = taken(CIRCLES, {LAYER: layer, LAST: other})
        require(bool(circles.doit()) == carries_input(layer, other), f"circles in layer k, l_m = {other}")
    for other in (layer - 2 + far, layer - 2, layer - 2 - far):
        diamonds = taken(DIAMONDS, {LAYER: layer, FIRST: other})
        require(bool(diamonds.doit()) == carries_values(layer, other), f"diamonds in layer k, l_1 = {other}")


def show_reading() -> None:
    """Every unit reads the layer below: circles and blocks a circle (or x), diamonds all that was given before.

    A block's outputs are read in the next layer, by diamonds or by the output layer; before layer l_1 + 2 nothing has
    been given.
    """
    for case in block_cases():
        below = case.l - 1
        require(carries_input(below, case.last), f"{case.name} reads the circle of the layer below, or x in layer 1")
        require(carries_values(case.l + 2, case.first), f"{case.name} is read by the diamonds, if that layer is hidden")
    layer, further = from_one("k"), index("further")
    require(carries_input(layer, layer + 1 + further), "a circle above a circle")
    require(carries_values(layer + 1, layer - 2 - further), "diamonds above diamonds")
    require(not carries_values(layer + 1, layer), "no diamonds before anything is given")


@claim(
    id="3.4-routing",
    theorem="3.4",
    source=PAPER,
    place="Appendix E, Figure 2, and Proposition 3.4, Corollary A.1, with d_{l_j}, d_{l_j + 1} >= r_j",
    statement=(
        "Under the conditions ({} before, {} between and {} after the blocks; {} and {} for block j) every hidden "
        "layer has room for its units: circles in layers {}, d_y diamonds in layers {}, block j in layers l_j and "
        "l_j + 1, where {} units stand beside it; and every unit reads units of the layer below."
    ),
    formulas=[BEFORE, BETWEEN, AFTER, ROOM, NEXT_ROOM, CIRCLES, DIAMONDS, BESIDE],
    expected=Verdict.PROVED,
)
def routing() -> Result:
    """Hypotheses: l_j + 1 < l_{j+1}; d_k >= 1, d_y + 1, d_y before, between and after the blocks; d - r_j units for
    each layer of a block, of which multiples of 2 or 4 are used (of 2 d_y or 4 d_y in the second).

    Line: the carried units beside a block are r_j, whether it is the only, the first, an inner or the last block;
    those of other layers are what the conditions ask for; together these are all hidden layers.
    Conclusion: Figure 2 can be drawn for all admissible indices, at any widths that meet the conditions.
    """
    show_all_layers()
    show_other_layers(VALUES)
    for step in STEPS:
        show_blocks_fit(step, VALUES)
    show_carriers()
    show_reading()
    return proved(METHOD)


@claim(
    id="A.2-routing",
    theorem="A.2",
    source=PAPER,
    place="Corollaries A.2 and A.3, with d_{l_j}, d_{l_j + 1} >= r_j",
    statement=(
        "Under the conditions every hidden layer has room for its units: circles and one diamond below the gates as in "
        "Figure 2, {} hard-tanh or {} ReLU-like units for the gates in layer l_m, and d_y carrying units in the layers "
        "after it."
    ),
    formulas=[GATES_HARD_TANH, GATES_RELU_LIKE],
    expected=Verdict.PROVED,
    by=[routing, gate_identity, gate_identity_four],
)
def gated_routing() -> Result:
    """Hypotheses: as for 3.4-routing with one value, below layer l_m (layers after block m - 1 have a unit); d_{l_m} >=
    2 d_y (hard-tanh) or 4 d_y (ReLU-like); d_k >= d_y for k > l_m.

    Line: r_j and the widths between blocks are those of Figure 2 with one value; a gate takes the units of the identity
    C-gate or C-gate-four, once per class, and an output of the gates one carrying unit.
    Conclusion: the networks of the corollaries have room.
    """
    one = sp.Integer(1)
    show_all_layers()
    show_other_layers(one, (sp.Integer(1), sp.Integer(2), sp.Integer(1)))
    for step in STEPS:
        show_blocks_fit(step, one)
    show_reading()
    for activation, by_units, units in (
        (HARD_TANH, gate_by_two, GATES_HARD_TANH),
        (RELU, gate_by_four, GATES_RELU_LIKE),
    ):
        each = units_of(by_units)
        require(paper_gates(vector([0, 1, 2]), activation).units == 3 * each, f"{activation.name}: gates as built")
        require_equal(taken(units, {D_Y: VALUES}), VALUES * each, f"{activation.name}: the width of layer l_m")
    return proved(f"{METHOD}; units counted in the gates' identities")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
