"""Theorem `folklore` for units with a knot at every sample: `exactmem/constructions/folklore.py`.

Samples t_1 < ... < t_N on a line, labels y_1, ..., y_N; w_j is the output weight of the unit with its knot at t_j.
"""

from collections.abc import Callable
from itertools import pairwise

import sympy as sp

from exactmem.constructions.folklore import distance_weights, sided_weights, threshold_weights
from exactmem.ledger.claims import OURS, Result, Verdict, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import holds_by_induction, taken
from exactmem.ledger.steps import Expr, gap, index, require_equal, sign_of
from exactmem.ledger.wording import names
from exactmem.proofs.yun2019.activations import hard_tanh

ZERO = sp.Integer(0)
LABEL, BEFORE, FIRST, LAST = names("y_j y_(j-1) y_1 y_N")
RISE, HALF, FIRST_HALF = LABEL - BEFORE, (LABEL - BEFORE) / 2, (FIRST + LAST) / 2
PLACE, KNOT, SMALLEST = names("t_i t_j g")
STEEP = 2 * (PLACE - KNOT) / SMALLEST + 1
I, SUM, COUNT = names("i sum_(j<=i)_w_j N")
Y = sp.Function("y")
SIDED = (Y(I) + Y(COUNT)) / 2


def require_steps() -> None:
    """At sample i the pre-activation is beyond all breakpoints: at least 1 for t_j <= t_i, else at most -1."""
    g, beyond = gap("g"), gap("beyond")
    for distance in (ZERO, g, g + beyond):
        before = sp.cancel(taken(STEEP, {PLACE: KNOT + distance, SMALLEST: g}))
        require_equal(hard_tanh(before), 1, "hard-tanh, t_j <= t_i")
        require(sign_of(before) == 1, "threshold, t_j <= t_i")
    for distance in (g, g + beyond):
        before = sp.cancel(taken(STEEP, {PLACE: KNOT - distance, SMALLEST: g}))
        require_equal(hard_tanh(before), -1, "hard-tanh, t_j > t_i")
        require(sign_of(before) == -1, "threshold, t_j > t_i")


def require_computed(weights: list[Expr], first: Expr, own: Expr, labels: list[Expr]) -> None:
    """The library's weights for these labels are the printed ones: `first`, and `own` for every other sample."""
    at_first = taken(first, {FIRST: labels[0], LAST: labels[-1]})
    others = [taken(own, {BEFORE: low, LABEL: high}) for low, high in pairwise(labels)]
    for place, (weight, printed) in enumerate(zip(weights, [at_first, *others], strict=True), 1):
        require_equal(weight, printed, f"w_{place} of {len(labels)} as computed")


def one_more(own: Expr) -> Callable[[Expr, Expr], Expr]:
    """(i, w_1 + ... + w_i) -> w_1 + ... + w_(i+1), with the printed weight."""
    return lambda i, so_far: so_far + taken(own, {BEFORE: Y(i), LABEL: Y(i + 1)})


@claim(
    id="folklore-steps",
    theorem="folklore",
    source=OURS,
    place="Theorem folklore, hard-tanh and threshold",
    statement=(
        "At t_i the unit sigma({}), g the smallest gap, is 1 for j <= i, and for j > i it is 0 for threshold, -1 for "
        "hard-tanh. With w_1 = {} and w_j = {} for threshold, w_1 = {} and w_j = {} for hard-tanh, the sum is y_i."
    ),
    formulas=[STEEP, FIRST, RISE, FIRST_HALF, HALF],
    expected=Verdict.PROVED,
)
def steps() -> Result:
    """Hypotheses: t_1 < ... < t_N with gaps of at least g, N >= 1.

    Line: with the weights that the library computes, w_1 + ... + w_i is y_i for threshold, and (y_i + y_N)/2 for
    hard-tanh, by induction on i; for hard-tanh the sum is that less w_(i+1) + ... + w_N, twice it less the sum of all.
    Conclusion: y_i at every sample.
    """
    require_steps()
    for N in (1, 2, 3):
        labels = list(sp.symbols(f"y_1:{N + 1}", real=True))
        require_computed(threshold_weights(labels), FIRST, RISE, labels)
        require_computed(sided_weights(labels), FIRST_HALF, HALF, labels)
    for closed, first, own in ((Y(I), FIRST, RISE), (SIDED, FIRST_HALF, HALF)):
        holds_by_induction(
            sp.Eq(SUM, closed),
            I,
            taken(first, {FIRST: Y(1), LAST: Y(COUNT)}),
            one_more(own),
            "w_1 + ... + w_i",
            start=1,
        )
    i, N = index("i - 1") + 1, index("N - 1") + 1
    up_to_i, of_all = (SIDED.subs({I: place, COUNT: N}) for place in (i, N))
    require_equal(of_all, Y(N), "hard-tanh, the sum of all weights")
    require_equal(up_to_i - (of_all - up_to_i), Y(i), "hard-tanh, the sum at sample i")
    return proved("symbolic distances; induction over the samples")


LOW, HIGH, HERE, NEXT, LEFTMOST, RIGHTMOST = names("y_j y_(j+1) t_j t_(j+1) t_1 t_N")
CHORD = (HIGH - LOW) / (NEXT - HERE)
OUTSIDE = (FIRST + LAST) / (RIGHTMOST - LEFTMOST)
SINGLE = 2 * (PLACE - KNOT) + 1
F, F_1 = names("f(t_i) f(t_1)")


def distance(t: Expr) -> Expr:
    """|t|."""
    return t if sign_of(t) >= 0 else -t


@claim(
    id="folklore-distances",
    theorem="folklore",
    source=OURS,
    place="Theorem folklore, |t|",
    statement=(
        "For N >= 2 sum_j w_j |t_i - t_j| = y_i with the hard-tanh weights of claim folklore-steps for z_1, ..., z_N "
        "in the place of the labels, z_j = {} for j < N and z_N = {}. For N = 1 |{}| is 1 at the sample."
    ),
    formulas=[CHORD, OUTSIDE, SINGLE],
    expected=Verdict.PROVED,
    by=[steps],
)
def distances() -> Result:
    """Hypotheses: t_1 < ... < t_N; f(t) = sum_j w_j |t - t_j| with the weights that the library computes.

    Line: from t_i to t_(i+1) |t - t_j| grows by the gap for j <= i and falls by it for j > i, f by the gap times z_i
    (folklore-steps), which is y_(i+1) - y_i: f(t_i) = f(t_1) + y_i - y_1. And f(t_1) + f(t_N) is the sum of all
    weights, z_N (folklore-steps), times t_N - t_1, that is y_1 + y_N.
    Conclusion: f(t_1) = y_1, and with it all values.
    """
    start, g, h = sp.Symbol("t_1", real=True), gap("t_2 - t_1"), gap("t_3 - t_2")
    line, labels = [start, start + g, start + g + h], list(sp.symbols("y_1:4", real=True))
    for N in (2, 3):
        z = [
            taken(CHORD, dict(zip((HERE, NEXT, LOW, HIGH), (*line[j : j + 2], *labels[j : j + 2]), strict=True)))
            for j in range(N - 1)
        ]
        z.append(taken(OUTSIDE, {FIRST: labels[0], LAST: labels[N - 1], LEFTMOST: line[0], RIGHTMOST: line[N - 1]}))
        require_computed(distance_weights(line[:N], labels[:N]), FIRST_HALF, HALF, z)
    for away in (ZERO, gap("away")):
        require_equal(distance(away + g) - distance(away), g, "|t - t_j| from t_i to t_(i+1), j <= i")
        require_equal(distance(-away) - distance(-away - g), -g, "|t - t_j| from t_i to t_(i+1), j > i")
        for beyond in (ZERO, h):
            require_equal(distance(-away) + distance(beyond), away + beyond, "|t_1 - t_j| + |t_N - t_j| = t_N - t_1")
    holds_by_induction(
        sp.Eq(F, F_1 + Y(I) - Y(1)),
        I,
        F_1,
        lambda i, value: value + g * taken(CHORD, {LOW: Y(i), HIGH: Y(i + 1), NEXT: HERE + g}),
        "f(t_i)",
        start=1,
    )
    y_1, y_N, width = Y(1), Y(COUNT), gap("t_N - t_1")
    both = width * taken(OUTSIDE, {FIRST: y_1, LAST: y_N, RIGHTMOST: LEFTMOST + width})
    require_equal((both - (y_N - y_1)) / 2, y_1, "f(t_1), half of f(t_1) + f(t_N) less f(t_N) - f(t_1)")
    require_equal(distance(taken(SINGLE, {PLACE: KNOT})), 1, "N = 1")
    return proved("symbolic distances; induction over the samples")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
