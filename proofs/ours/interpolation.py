"""Piecewise-linear functions by ReLU-like units, one unit per kink: `exactmem/constructions/parts/interpolation.py`.

Kinks k_0 < k_1 < ...; c_j is the change of the slope at k_j, and kappa = s_-/(s_+ - s_-).
"""

import sympy as sp

from exactmem.constructions.parts.interpolation import weights_for
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import (
    Expr,
    gap,
    require_equal,
    sign_of,
)
from exactmem.ledger.wording import names
from exactmem.proofs.ours.gates import KAPPA, METHOD
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS, M, P, relu_like

SLOPES_GIVEN = {P: S_PLUS, M: S_MINUS}
CHANGE, FIRST_CHANGE, RATIO, REST, MOMENT = names("c_j c_0 kappa sum_(j>=1)_c_j sum_j_c_j_(k_j-k_0)")
OWN, FIRST, CONSTANT = CHANGE / (P - M), (FIRST_CHANGE - RATIO * REST) / P, RATIO * MOMENT


@claim(
    id="interpolation-units",
    source=OURS,
    place="piecewise-linear functions by ReLU-like units",
    statement=(
        "For t >= k_0, sum_j c_j max(0, t - k_j) = sum_j w_j sigma(t - k_j) + const: w_j = {} for j >= 1, w_0 = {} "
        "and const = {}: one unit per kink."
    ),
    formulas=[OWN, FIRST, CONSTANT],
    expected=Verdict.PROVED,
)
def interpolation_units() -> Result:
    """Hypotheses: s_+ > s_- >= 0; t = k_0 + x with x >= 0; k_j >= k_0.

    Line: induction on the number of kinks, with the weights and the constant that the library computes. One kink:
    c_0 max(0, t - k_0) = c_0 sigma(t - k_0)/s_+. One kink more, left or right of t, changes w_0 and the constant by
    -kappa c/s_+ and kappa c (k - k_0), and both sides by c max(0, t - k).
    Conclusion: the formula for any number of kinks.
    """
    zero, x = sp.Integer(0), gap("x")
    first, rest, moment, change = sp.symbols("c_0 C K c", real=True)
    for t in (zero, x):
        start, constant = weights_for([first], [zero], S_PLUS, S_MINUS)
        require_equal(start[0] * relu_like(t) + constant, first * t, "one kink")
        for above in (gap("u"), zero, -gap("u")):
            offset = t - above
            before, constant_before = carried_weights(first, rest, moment)
            after, constant_after = carried_weights(first, rest + change, moment + change * offset)
            own = taken(OWN, {CHANGE: change} | SLOPES_GIVEN)
            require_equal(own, weights_for([first, change], [zero, offset], S_PLUS, S_MINUS)[0][1], "w_j as computed")
            grown = (after - before) * relu_like(t) + own * relu_like(above) + constant_after - constant_before
            positive_part = above if sign_of(above) >= 0 else zero
            require_equal(grown, change * positive_part, f"one kink more, t - k_0 = {t}, t - k = {above}")
    return proved(METHOD)


def carried_weights(first: Expr, rest: Expr, moment: Expr) -> tuple[Expr, Expr]:
    """(w_0, const) of the library for kinks with sum_{j>=1} c_j = rest and sum_j c_j (k_j - k_0) = moment.

    Both depend on these sums alone: the kinks here have changes rest - 1 and 1 and offsets 0 and `moment`.
    """
    weights, constant = weights_for([first, rest - 1, 1], [0, 0, moment], S_PLUS, S_MINUS)
    given = {FIRST_CHANGE: first, REST: rest, MOMENT: moment, RATIO: KAPPA} | SLOPES_GIVEN
    require_equal(taken(FIRST, given), weights[0], "w_0 as computed")
    require_equal(taken(CONSTANT, given), constant, "the constant as computed")
    return weights[0], constant


LOW, HIGH, KNOT, NEXT = names("v_j v_(j+1) k_j k_(j+1)")
SLOPE = (HIGH - LOW) / (NEXT - KNOT)


@claim(
    id="interpolation-values",
    source=OURS,
    place="piecewise-linear functions by ReLU-like units",
    statement=(
        "v_0 + sum_(j<n) c_j max(0, t - k_j) with c_j the change of the slope {} at k_j takes the value v_m at "
        "every knot k_m and is linear between; so d_y - 1 ReLU-like units give any d_y outputs at d_y codes, the "
        "one-hot codes for instance."
    ),
    formulas=[SLOPE],
    expected=Verdict.PROVED,
    by=[interpolation_units],
)
def interpolation_values() -> Result:
    """Hypotheses: k_0 < ... < k_n; values v_0, ..., v_n; slope_{-1} = 0.

    Line: on [k_0, k_1] the function is v_0 + slope_0 (t - k_0). If it is v_m + slope_m (t - k_m) on [k_m, k_{m+1}],
    it is v_{m+1} at k_{m+1}, and with the next term v_{m+1} + slope_{m+1} (t - k_{m+1}) beyond.
    Conclusion: all values, by induction on m.
    """
    t, knot, low, high, steeper = sp.symbols("t k_m v_m v_next slope_next")
    length = gap("length")
    slope = taken(SLOPE, {LOW: low, HIGH: high, KNOT: knot, NEXT: knot + length})
    require_equal(low + slope * length, high, "the value at the next knot")
    after = low + slope * (t - knot) + (steeper - slope) * (t - knot - length)
    require_equal(after, high + steeper * (t - knot - length), "the piece after the next knot")
    return proved("induction over the knots with symbolic knots and values")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
