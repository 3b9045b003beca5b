"""The size conditions of the theorems as relations: what statements print and proofs use, in plain symbols.

`require_executed` compares one with the condition that the program decides, size by size.
"""

from functools import cache
from itertools import product

import sympy as sp

from exactmem.activations import Activation
from exactmem.constructions import find_theorem
from exactmem.ledger.claims import require
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import Expr
from exactmem.ledger.wording import names
from exactmem.sizes.problem import Problem

N, D_X, D_Y, D_1, D_2, D_3, K = names("N d_x d_y d_1 d_2 d_3 K")

PRINTED_HARD_TANH = sp.Ge(4 * sp.floor(D_1 / 2) * sp.floor(D_2 / (2 * D_Y)), N)
PRINTED_RELU_LIKE = sp.Ge(4 * sp.floor(D_1 / 4) * sp.floor(D_2 / (4 * D_Y)), N)
PRODUCT = sp.Ge(D_1 * sp.floor(D_2 / D_Y), N)
DECOUPLED = sp.Ge(sp.floor((D_1 + 1) / 2) * sp.floor(D_2 / D_Y), N)
CODES_HARD_TANH = sp.Ge(4 * sp.floor(D_1 / 2) * sp.floor(D_2 / 2), N)
CODES_RELU_LIKE = sp.Ge(4 * sp.floor(D_1 / 4) * sp.floor(D_2 / 4), N)
GATES_HARD_TANH, GATES_RELU_LIKE = sp.Ge(D_3, 2 * D_Y), sp.Ge(D_3, 4 * D_Y)
CODES, STEPS, STEPS_TWICE = sp.Ge(D_1 * D_2, N), sp.Ge(D_3, D_Y - 1), sp.Ge(D_3, 2 * (D_Y - 1))


@cache
def _met(condition: Expr, *values: int) -> bool:
    """Whether the condition holds for these values of its symbols, in the order of their names."""
    at = dict(zip(sorted(condition.free_symbols, key=str), values, strict=True))
    return bool(condition.subs(at, simultaneous=True).doit())


def require_executed(conditions: tuple[Expr, ...], theorem: str, activation: Activation) -> None:
    """ProofFailure unless the program's condition is these relations, for widths up to 9, N up to 16, d_y up to 3."""
    layers = 3 if any(condition.has(D_3) for condition in conditions) else 2
    unmet = find_theorem(theorem).unmet
    conditions = tuple(map(taken, conditions))  # as they stand, and marked as used by the claim that is run
    for widths in product((1, 2, 4, 9), repeat=layers):
        for samples, d_y in product((1, 4, 5, 16), (1, 2, 3)):
            at = dict(zip((D_1, D_2, D_3), widths, strict=False)) | {N: samples, D_Y: d_y}
            symbols = [sorted(condition.free_symbols, key=str) for condition in conditions]
            met = all(_met(c, *(at[s] for s in own)) for c, own in zip(conditions, symbols, strict=True))
            if met != (unmet(Problem(samples, 1, d_y, activation), widths) is None):
                require(False, f"theorem {theorem}, widths {widths}, N = {samples}, d_y = {d_y}: what is executed")
    require(True, f"theorem {theorem}: the condition that is executed")
