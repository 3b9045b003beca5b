"""Two units of the activation (t + 1) 1[t >= 0] fit any three samples: symbolic proof and rational construction.

A unit r sigma(w (t - tau)) with w > 0 is 0 left of tau and r + r w (t - tau) from tau on: it adds the jump r at tau
and any slope of the sign of r.
"""

from collections.abc import Sequence

import sympy as sp
from flint import fmpq

from exactmem.activations import PiecewiseLinear
from exactmem.ledger.steps import Expr, gap, require_equal, require_positive, require_zero, slack
from exactmem.networks import FNN, dense, layer
from exactmem.rationals import Rational

JUMP = PiecewiseLinear("(t+1)*1[t>=0]", "jump", (fmpq(0),), ((fmpq(0), fmpq(0)), (fmpq(1), fmpq(1))))

Unit = tuple[Rational, Rational, Rational]
"""(r, w, tau) of the unit r sigma(w (t - tau))."""


def right_value(r: Expr, w: Expr, t: Expr, tau: Expr) -> Expr:
    """r sigma(w (t - tau)) for t >= tau and w > 0."""
    return r * (w * (t - tau) + 1)


def show_jump_start() -> None:
    """The unit is 0 left of tau, jumps by r at tau, and has the slope r w from there on."""
    r, tau = sp.symbols("r tau", real=True)
    w, u = gap("w"), gap("u")
    require_positive(-w * ((tau - u) - tau), "left of tau the pre-activation is negative, where sigma is 0")
    require_zero(w * (tau - tau), "at tau the pre-activation is 0, where sigma is 1")
    require_equal(right_value(r, w, tau, tau), r, "the jump")
    require_equal(right_value(r, w, tau + u, tau) - r, r * w * u, "the slope")


def show_jump_block(sign: int) -> None:
    """Two units extend V + S (t - T), t >= T, to fit the next three samples, whose first residual has this sign.

    Sample times T + u1, + u2, + u3. For sign s != 0: slope S' = S + s c with c = 1 + m for any m >= 0 that is at least
    s (s2 - S) and s (s3 - S), where s2, s3 are the data's slopes in the last two gaps; then S' lies beyond both.
    """
    V, S, T = sp.symbols("V S T", real=True)
    u1, u2, u3 = gap("u_1"), gap("u_2"), gap("u_3")
    t1, t2, t3 = T + u1, T + u1 + u2, T + u1 + u2 + u3
    start = V + S * u1
    if sign == 0:
        # Sample 1 lies on the line already; one unit each jumps to samples 2 and 3, with any w > 0.
        r2, r3, w = sp.Symbol("r_2", real=True), sp.Symbol("r_3", real=True), gap("w")
        y2, y3 = V + S * (t2 - T) + r2, V + S * (t3 - T) + right_value(r2, w, t3, t2) + r3
        require_equal(V + S * (t2 - T) + right_value(r2, w, t2, t2), y2, "sample 2")
        require_equal(V + S * (t3 - T) + right_value(r2, w, t3, t2) + right_value(r3, w, t3, t3), y3, "sample 3")
        return
    size, room2, room3 = gap("rho"), slack("m_2"), slack("m_3")
    c = sp.Symbol("c", positive=True)
    y1, slope = start + sign * size, S + sign * c
    # s (s2 - S) = c - 1 - m_2 and the same for s3: what "c = 1 + m, m at least ..." says.
    s2, s3 = S + sign * (c - 1 - room2), S + sign * (c - 1 - room3)
    y2, y3 = y1 + s2 * u2, y1 + s2 * u2 + s3 * u3
    r1, w1 = sign * size, c / size
    r2 = y2 - (y1 + slope * u2)
    w2 = (s3 - slope) / r2
    require_positive(w1, "the first unit's w")
    require_positive(w2, "the second unit's w")

    def f(t: Expr, units: int) -> Expr:
        terms = [right_value(r1, w1, t, t1), right_value(r2, w2, t, t2)]
        return V + S * (t - T) + sum(terms[:units])

    require_equal(f(t1, 1), y1, "sample 1")
    require_equal(f(t2, 2), y2, "sample 2")
    require_equal(f(t3, 2), y3, "sample 3")


def jump_units(places: Sequence[Rational], labels: Sequence[Rational]) -> list[Unit]:
    """Two units per three samples after the first that, with the output bias labels[0], fit every sample.

    `places` increase strictly; their number is 1 more than a multiple of 3. Units that are not needed have r = 0.
    """
    units: list[Unit] = []
    slope = fmpq(0)
    for i in range(1, len(places), 3):
        t, y = places[i - 1 : i + 3], labels[i - 1 : i + 3]
        s1, s2, s3 = ((y[k + 1] - y[k]) / (t[k + 1] - t[k]) for k in range(3))
        if s1 == slope:
            singles = [(t[2], (s2 - slope) * (t[2] - t[1]))]
            slope += singles[0][1]
            singles.append((t[3], (s3 - slope) * (t[3] - t[2])))
            slope += singles[1][1]
            units += [(r, fmpq(1), tau) for tau, r in singles]
            continue
        r1 = (s1 - slope) * (t[1] - t[0])
        sign = 1 if r1 > 0 else -1
        c = 1 + max(fmpq(0), sign * (s2 - slope), sign * (s3 - slope))
        slope += sign * c
        r2 = (s2 - slope) * (t[2] - t[1])
        units += [(r1, sign * c / r1, t[1]), (r2, (s3 - slope) / r2, t[2])]
        slope = s3
    return units


def jump_network(places: Sequence[Rational], labels: Sequence[Rational]) -> FNN:
    """The 2-layer network of these units on one input."""
    units = jump_units(places, labels)
    first = layer(dense([[w] for _, w, _ in units]), [-w * tau for _, w, tau in units], JUMP)
    return FNN((first, layer(dense([[r for r, _, _ in units]]), [labels[0]])))
