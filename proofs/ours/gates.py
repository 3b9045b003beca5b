"""Gate layers and read-outs of `exactmem/constructions/parts/gates.py`; the interpolation is in `interpolation.py`.

Codes c_0 < c_1 < ... of d_y classes (the order of the classes is immaterial). A read-out may accept numbers that are
off by a tolerance tau < gap/2, gap being the smallest distance of two codes; then h = gap - 2 tau > 0.
s_+ > s_- >= 0 are the slopes of a ReLU-like activation, kappa = s_-/(s_+ - s_-).
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Protocol

import sympy as sp
from flint import fmpq

from exactmem import activations
from exactmem.constructions.parts import gates
from exactmem.evaluate import evaluate_generic
from exactmem.ledger.claims import OURS, PAPER, ProofFailure, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds, taken
from exactmem.ledger.steps import (
    Expr,
    at_most,
    gap,
    index,
    less,
    positive_index,
    require_equal,
    require_positive,
    sign_of,
    slack,
    telescoping_sum,
    unit_interval_value,
)
from exactmem.ledger.wording import names
from exactmem.networks import FNN, dense, layer
from exactmem.proofs._conditions import D_Y, STEPS, STEPS_TWICE
from exactmem.proofs._facts import PRODUCT_RANK
from exactmem.proofs.yun2019.activations import S_MINUS, S_PLUS, SIGMA_H, SIGMA_R, M, P, T, hard_tanh, relu_like

RISE = gap("h")
KAPPA = S_MINUS / (S_PLUS - S_MINUS)
SLOPES = ((1, 0), (1, "1/10"), (1, "999/1000"), ("7/3", "2/5"))
CODES: tuple[tuple[int, ...], ...] = ((0,), (1, 0), (0, 1, 2), (5, -1, 7, 0), (3, 4, 9, -9, 10))


METHOD = "symbolic slopes, lengths and t; every region at and between the breakpoints, whose order is shown"
Function = Callable[[Expr], Expr]


def show_identity(left: Function, right: Function, breakpoints: list[Expr]) -> None:
    """left(t) = right(t) at, between and beyond increasing symbolic breakpoints, hence for every real t.

    The point of an open region is written with positive symbols u, v that reach all of it and nothing else.
    """
    u, v = gap("u"), gap("v")
    for low, high in pairwise(breakpoints):
        less(low, high, "the breakpoints increase")
        require_equal(
            left((low * v + high * u) / (u + v)), right((low * v + high * u) / (u + v)), f"{low} < t < {high}"
        )
    for t in (breakpoints[0] - u, *breakpoints, breakpoints[-1] + u):
        require_equal(left(t), right(t), f"t = {t}")


def trapezoid(t: Expr, tolerance: Expr) -> Expr:
    """1 for |t| <= tolerance, 0 for |t| >= tolerance + h, linear between."""
    if sign_of(t + tolerance + RISE) <= 0 or sign_of(t - tolerance - RISE) >= 0:
        return sp.Integer(0)
    if sign_of(t + tolerance) < 0:
        return (t + tolerance + RISE) / RISE
    return sp.Integer(1) if sign_of(t - tolerance) <= 0 else (tolerance + RISE - t) / RISE


H, TAU, A, B, LEFT, RIGHT = names("h tau a b l r")
STEEP, OFFSET = 2 / H, 1 + A * TAU
TWO_UNITS = (SIGMA_H(A * T + B) + SIGMA_H(-A * T + B)) / 2
RISING = SIGMA_R(T + TAU + H) - SIGMA_R(T + TAU) - SIGMA_R(T - TAU) + SIGMA_R(T - TAU - H)
FOUR_UNITS = RISING / (H * (P - M))
STEP_HARD_TANH = (1 + SIGMA_H((2 * T - LEFT - RIGHT) / (RIGHT - LEFT))) / 2
STEP_RELU_LIKE = (SIGMA_R(T - LEFT) - SIGMA_R(T - RIGHT)) / ((RIGHT - LEFT) * (P - M)) - M / (P - M)
UNITS = {P: S_PLUS, M: S_MINUS, SIGMA_H: hard_tanh, SIGMA_R: relu_like}
"""What is put in for the slopes and for the activations of these formulas."""


def trapezoid_by_two(t: Expr, tolerance: Expr) -> Expr:
    """Two hard-tanh units as printed."""
    steep = taken(STEEP, {H: RISE})
    offset = taken(OFFSET, {A: steep, TAU: tolerance})
    return taken(TWO_UNITS, {T: t, A: steep, B: offset} | UNITS)


def trapezoid_by_four(t: Expr, tolerance: Expr) -> Expr:
    """Four ReLU-like units as printed, with kinks at -+(tolerance + h), -+tolerance."""
    return taken(FOUR_UNITS, {T: t, TAU: tolerance, H: RISE} | UNITS)


class Gate(Protocol):
    """A gate as a function of t and of the tolerance."""

    def __call__(self, t: Expr, tolerance: Expr) -> Expr:
        """The value at t."""


def show_trapezoid(by_units: Gate) -> None:
    """The units make the trapezoid for every tolerance: 0 (three breakpoints) and positive (four)."""
    zero, positive = sp.Integer(0), gap("tau")
    for tolerance, breakpoints in (
        (zero, [-RISE, zero, RISE]),
        (positive, [-positive - RISE, -positive, positive, positive + RISE]),
    ):
        show_identity(partial(trapezoid, tolerance=tolerance), partial(by_units, tolerance=tolerance), breakpoints)


def show_codes_pass_and_block() -> None:
    """The trapezoid is 1 within tau of its code and 0 within tau of a code at a distance of 2 tau + h or more."""
    tolerance, beyond = gap("tau"), gap("beyond")
    shifts = (tolerance, tolerance / (1 + gap("x")), sp.Integer(0), -tolerance / (1 + gap("x")), -tolerance)
    require(len(set(shifts)) == 5, "both ends, both sides and the middle")
    for theta in shifts:
        require_equal(trapezoid(theta, tolerance), 1, "at the own code")
        for distance in (2 * tolerance + RISE, 2 * tolerance + RISE + beyond):
            require_equal(trapezoid(distance + theta, tolerance), 0, "at a larger code")
            require_equal(trapezoid(-distance + theta, tolerance), 0, "at a smaller code")


def step_value(t: Expr, left: Expr, right: Expr) -> Expr:
    """0 for t <= left, 1 for t >= right, linear between."""
    if sign_of(t - left) <= 0:
        return sp.Integer(0)
    return sp.Integer(1) if sign_of(t - right) >= 0 else (t - left) / (right - left)


@claim(
    id="gate-trapezoid-two",
    source=OURS,
    place="trapezoid from two hard-tanh units",
    statement=(
        "{} with a = {}, b = {} is 1 for |t| <= tau and 0 for |t| >= tau + h, tau >= 0 and h > 0: a gate that accepts "
        "codes off by tau,"
        " with the paper's number of units."
    ),
    formulas=[TWO_UNITS, STEEP, OFFSET],
    expected=Verdict.PROVED,
)
def trapezoid_two() -> Result:
    """Hypotheses: tau >= 0, h > 0, t real.

    Line: both sides agree at and between the breakpoints; codes are at least 2 tau + h apart.
    Conclusion: exactly one-hot for all numbers within tau of a code; tau = 0 is the paper's triangle.
    """
    show_trapezoid(trapezoid_by_two)
    show_codes_pass_and_block()
    return proved(METHOD)


@claim(
    id="gate-trapezoid-four",
    source=OURS,
    place="trapezoid from four ReLU-like units",
    statement="The trapezoid is {}, without a constant: units that all rise need none.",
    formulas=[FOUR_UNITS],
    expected=Verdict.PROVED,
)
def trapezoid_four() -> Result:
    """Hypotheses: s_+ > s_- >= 0, tau >= 0, h > 0, t real.

    Line: both sides agree at and between the breakpoints -+(tau + h), -+tau.
    Conclusion: as for hard-tanh, with the paper's four units; its constant comes from its two falling units.
    """
    show_trapezoid(trapezoid_by_four)
    return proved(METHOD)


@claim(
    id="readout-step",
    theorem="product-readout",
    source=OURS,
    place="read-out: one step",
    statement="The step from 0 (t <= l) to 1 (t >= r), l < r, is {}, and for ReLU-likes {}.",
    formulas=[STEP_HARD_TANH, STEP_RELU_LIKE],
    expected=Verdict.PROVED,
)
def step() -> Result:
    """Hypotheses: r = l + h with h > 0; s_+ > s_- >= 0; t real.

    Line: agreement at and between l and r.
    Conclusion: one hard-tanh or two ReLU-like units per step.
    """
    left = sp.Symbol("l", real=True)
    right = left + RISE
    ends = {LEFT: left, RIGHT: right} | UNITS

    def by_hard_tanh(t: Expr) -> Expr:
        return taken(STEP_HARD_TANH, {T: t} | ends)

    def by_relu_like(t: Expr) -> Expr:
        return taken(STEP_RELU_LIKE, {T: t} | ends)

    for by_units in (by_hard_tanh, by_relu_like):
        show_identity(lambda t: step_value(t, left, right), by_units, [left, right])
    return proved(METHOD)


def rank_cases() -> Iterator[tuple[str, Expr, Expr]]:
    """(name, m, r): every pair of ranks m, r >= 0, as m < r, m = r, m > r."""
    low, more = index("low"), index("more")
    yield "m < r", low, low + 1 + more
    yield "m = r", low, low
    yield "m > r", low + 1 + more, low


def passed(m: Expr, r: Expr) -> int:
    """S_r at the code of rank m: 1 if m > r, else 0; ProofFailure if the order is not decided."""
    try:
        less(r, m, "m > r")
    except ProofFailure:
        at_most(m, r, "m <= r")
        return 0
    return 1


STEP_BEFORE, STEP_OF, READING = names("S_(r-1) S_r u")
ONE_HOT, OF_STEPS, OF_STEPS_TWICE = STEP_BEFORE - STEP_OF, STEPS.rhs, STEPS_TWICE.rhs
LEAST_UNITS = sp.Ge(READING, D_Y - 1)


@claim(
    id="readout-steps",
    theorem="product-readout",
    source=OURS,
    place="read-out with d_y - 1 steps",
    statement=(
        "With S_r the step between the codes of ranks r and r + 1, the outputs {} (1 for S_(-1), 0 for S_(d_y - 1)) "
        "are exactly one-hot within tau of every code, for every d_y: {} hard-tanh or {} ReLU-like units; for tau > 0 "
        "no such number is a kink."
    ),
    formulas=[ONE_HOT, OF_STEPS, OF_STEPS_TWICE],
    expected=Verdict.PROVED,
)
def steps() -> Result:
    """Hypotheses: code_{r+1} = code_r + 2 tau + e with tau >= 0, e > 0; step r rises from code_r + (2 tau + e/2)/2
    to code_{r+1} minus the same (from code to code for tau = 0); |theta| <= tau.

    Line: t = code_m + theta is left of step r for m <= r and right of it for m > r, strictly if tau > 0;
    [m > r - 1] - [m > r] = [m = r].
    Conclusion: output r is 1 at rank r and 0 at every other rank.
    """
    tolerance, excess, away = gap("tau"), gap("e"), slack("away")
    inset = (2 * tolerance + excess + 2 * tolerance) / 4
    for theta in (tolerance, -tolerance, tolerance * unit_interval_value("theta")):
        less(theta, inset + away, "a code of rank m <= r is strictly left of the step")
        require_positive(away + theta + inset, "a code of rank m > r is strictly right of the step")
    less(2 * inset, 2 * tolerance + excess, "the step has positive length")
    left, outside = sp.Symbol("l", real=True), gap("outside")
    for distance in (sp.Integer(0), outside):
        require_equal(step_value(left - distance, left, left + RISE), 0, "no tolerance, m <= r")
        require_equal(step_value(left + RISE + distance, left, left + RISE), 1, "no tolerance, m > r")
    for name, m, r in rank_cases():
        output = taken(ONE_HOT, {STEP_BEFORE: passed(m, r - 1), STEP_OF: passed(m, r)})
        require(output == (1 if name == "m = r" else 0), f"one-hot for {name}")
    pairs = positive_index("d_y") - 1  # the ranks r and r + 1 of neighbouring codes
    number = telescoping_sum(lambda _: sp.Integer(1), lambda n: n, "step by step")(1, pairs)
    require_equal(number, taken(OF_STEPS, {D_Y: pairs + 1}), "one unit per step")
    require_equal(2 * number, taken(OF_STEPS_TWICE, {D_Y: pairs + 1}), "two units per step")
    return proved("symbolic distances; every order of two ranks")


@claim(
    id="readout-lower-bound",
    theorem="product-readout",
    source=OURS,
    place="read-out with d_y - 1 units is the least",
    statement="An affine read-out of u units that gives all d_y one-hot codes has {}, for any activation.",
    formulas=[LEAST_UNITS],
    expected=Verdict.PROVED,
    coq="Readout.readout_lower_bound",
)
def readout_lower_bound() -> Result:
    """Hypotheses: V a(x_k) + c = e_k for k = 1..d_y, V with u columns.

    Line: D = (e_k - e_1)_{k>=2} = V (a(x_k) - a(x_1))_{k>=2}; row l >= 2 of column k >= 2 of D is [k = l], so D
    contains the identity of size d_y - 1.
    Conclusion: d_y - 1 = rank D <= u.
    """
    k, l = index("k") + 2, index("l") + 2
    for name, column, row in (("k = l", k, k), ("k > l", l + 1 + index("d"), l), ("k < l", k, k + 1 + index("d"))):
        entry = int(sign_of(column - row) == 0) - int(sign_of(row - 1) == 0)
        require(entry == (1 if name == "k = l" else 0), f"entry of D for {name}")
    rank = index("rank D")
    holds(LEAST_UNITS, "rank D = d_y - 1 is at most u", {D_Y: rank + 1, READING: rank + slack("u - rank D")})
    return proved("entries for symbolic indices", assumes=[PRODUCT_RANK])


def one_hot(gate_layer: gates.GateLayer, numbers: list[fmpq], classes: list[int]) -> bool:
    """Whether the outputs at the numbers are the one-hot codes of the classes, by the evaluator."""
    network = gates.attach(FNN((layer(dense([[1]]), [0]),)), gate_layer)
    expected = [[fmpq(int(k == c)) for k in range(len(gate_layer.constants))] for c in classes]
    return bool(evaluate_generic(network, [[t] for t in numbers]) == expected)


@claim(
    id="gates-small",
    source=PAPER,
    place="Appendices C and F, and the better gates",
    statement=(
        "The gate layers that exactmem builds are exactly one-hot at every code (also with one class left to 1 minus "
        "the sum of the others), and within the tolerance of it where they have one."
    ),
    expected=Verdict.CHECKED,
)
def small_cases() -> Result:
    """Hypotheses: the weights as the library makes them.

    Line: every layer is evaluated exactly at every code and, with a tolerance of 3/8 gap, at code -+ tolerance.
    Conclusion: the statement for the listed codes and slopes.
    """
    hidden = [activations.HARD_TANH, *(activations.relu_like(p, m) for p, m in SLOPES)]
    for integers in CODES:
        codes = [fmpq(c) for c in integers]
        classes = list(range(len(codes)))
        tolerance = gates.smallest_gap(codes) * 3 / 8
        off = [c + shift for c in codes for shift in (-tolerance, fmpq(0), tolerance)]
        for activation in hidden:
            own = [gates.paper_gates(codes, activation)]
            if activation.kind == "relu-like":
                own.append(gates.triangle_gates(codes, activation))
            smaller = [gates.without_class(made, default) for made in own for default in classes]
            for made in (*own, *smaller, gates.readout(codes, activation)):
                require(one_hot(made, codes, classes), f"codes {integers}, {activation}")
            for make in (gates.trapezoid_gates, gates.step_readout):
                made = make(codes, tolerance, activation)
                require(one_hot(made, off, [k for k in classes for _ in range(3)]), f"codes {integers}, {activation}")
    return checked("exact evaluation", f"codes {CODES}; hard-tanh and slopes (s_+, s_-) in {SLOPES}")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
