"""The cells of one hidden unit between samples on a line, on which the capacity search and its certificates rest.

Slopes over the gaps between neighbouring samples are what a one-hidden-layer network with an output bias does to
samples on a line. The claims: every unit has its slopes in one of finitely many cones, and the refutations that the
search finds for alternating labels are confirmed by the independent checker.
"""

from itertools import product

import sympy as sp

from exactmem.activations import HARD_TANH, RELU, Activation, relu_like
from exactmem.capacities.decision import memorize
from exactmem.capacities.search import Refutation
from exactmem.certificates.checker import check_bytes
from exactmem.certificates.writing.document import to_bytes
from exactmem.certificates.writing.needs_units import needs_units_certificate
from exactmem.datasets import Dataset, make_dataset
from exactmem.ledger.claims import OURS, ProofFailure, Result, Verdict, checked, claim, proved, require
from exactmem.ledger.running import run_script
from exactmem.ledger.statements import taken
from exactmem.ledger.steps import SIGNS, Expr, at_most, gap, require_equal, slack
from exactmem.ledger.wording import names
from exactmem.networks import FNN
from exactmem.sizes.two_layer import two_layer_capacity

UNITS = range(1, 5)
ACTIVATIONS = (RELU, relu_like(1, "1/10"), relu_like(3, "29/10"), HARD_TANH)


SHARE, RIGHT, LEFT = names("x r l")
MEAN_SLOPE = (1 - SHARE) * RIGHT + SHARE * LEFT


def share_in_gap() -> tuple[Expr, Expr]:
    """(share, length): a kink's place a + share * length in the closed gap [a, a + length], length > 0."""
    before, behind = slack("before"), gap("behind")
    return before / (before + behind), gap("length")


def show_relu_like_cell(orientation: int) -> None:
    """sigma(o (t - kink)), kink in the gap [a, b]: the slope over the gap is affine in the kink.

    With the kink at a it is the slope right of the kink, with the kink at b the slope left of it.
    """
    s_minus = slack("s_minus")
    s_plus = s_minus + gap("g")
    right, left = (s_plus, s_minus) if orientation == 1 else (-s_minus, -s_plus)
    (share, length), a = share_in_gap(), sp.Symbol("a", real=True)
    kink, b = a + share * length, a + length
    value_at_b = right * (b - kink)
    value_at_a = left * (a - kink)
    for point, value, side in ((b, value_at_b, "right"), (a, value_at_a, "left")):
        distance = orientation * (point - kink)
        factor = s_plus if (side == "right") == (orientation == 1) else s_minus
        require_equal(value, factor * distance, f"the unit on the {side} of its kink")
    mean = taken(MEAN_SLOPE, {SHARE: share, RIGHT: right, LEFT: left})
    require_equal((value_at_b - value_at_a) / length, mean, "slope over the kink's gap")


def show_other_gaps() -> None:
    """Over gaps on one side of the kink the slope is that side's, wherever the kink is there.

    So a kink left of all samples acts like one at sample 0, and one right of them like one at the last sample.
    """
    kink, beyond, step = sp.Symbol("kink", real=True), gap("beyond"), gap("step")
    for slope in (sp.Symbol("right", real=True), sp.Symbol("left", real=True)):
        for low, high in ((kink + beyond, kink + beyond + step), (kink - beyond - step, kink - beyond)):
            rise = slope * (high - kink) - slope * (low - kink)
            require_equal(rise / (high - low), slope, "the slope over a gap beyond the kink")


def show_hard_tanh_as_ramp() -> None:
    """v sigma_H(w t + b), w > 0, is v w (max(0, t - begin) - max(0, t - end)) - v with begin < end.

    Checked left of both, between and right of both; max(0, t - kink) is the ReLU-like unit with slopes 0 and 1, whose
    slopes over the gaps are affine in the kink.
    """
    w, v, b = gap("w"), sp.Symbol("v", real=True), sp.Symbol("b", real=True)
    begin, end = (-1 - b) / w, (1 - b) / w
    require_equal(end - begin, 2 / w, "the ramp has a positive length")
    t = sp.Symbol("t", real=True)
    pieces = {
        "left": (-v, sp.Integer(0), sp.Integer(0)),
        "on the ramp": (v * (w * t + b), t - begin, sp.Integer(0)),
        "right": (v, t - begin, t - end),
    }
    for name, (value, first, second) in pieces.items():
        require_equal(value, v * w * (first - second) - v, f"hard-tanh {name}")


def show_ramp_inside_a_gap() -> None:
    """A ramp of slope p between two places inside one gap has the slope p * share over it, with a share in (0, 1].

    That is a nonnegative multiple of the ramp from end to end of the gap, for p >= 0.
    """
    before, ramp, behind, p = slack("before"), gap("ramp"), slack("behind"), sp.Symbol("p", real=True)
    length = before + ramp + behind
    rise = p * (length - before) - p * behind
    require_equal(rise / length, p * (ramp / length), "slope over the gap")
    at_most(ramp / length, 1, "the share is at most 1")


def show_mean_of_two_kinks() -> None:
    """The nonnegative combinations of the pairs (begin, end) at the ends of two gaps are all ramps in these gaps.

    The slopes of a ramp are p (h(begin) - h(end)), h affine in either place; weights w_ac of the pairs of ends (a, c)
    give p = sum of weights, begin the weighted mean of the a and end that of the c, and conversely products of shares
    give every pair (begin, end).
    """
    pairs = list(product((0, 1), repeat=2))
    for positive in pairs:
        show_weights_to_shares({(i, j): (gap if (i, j) == positive else slack)(f"w_{i}{j}") for i, j in pairs})
    h = _affine_parts()
    x, y = sp.symbols("x y", real=True)
    shares = {(i, j): (x if i else 1 - x) * (y if j else 1 - y) for i, j in pairs}
    spread = sum(s * (h[f"b{i}"] - h[f"e{j}"]) for (i, j), s in shares.items())
    wanted = (1 - x) * h["b0"] + x * h["b1"] - (1 - y) * h["e0"] - y * h["e1"]
    require_equal(spread, wanted, "shares to weights")


def _affine_parts() -> dict[str, Expr]:
    """The values of h at both ends of the two gaps."""
    return {place: sp.Symbol(f"h_{place}", real=True) for place in ("b0", "b1", "e0", "e1")}


def show_weights_to_shares(weights: dict[tuple[int, int], Expr]) -> None:
    """Weights of which one is positive are the slopes of one ramp; for weights that are all 0 it is the constant."""
    total = sum(weights.values())
    h = _affine_parts()
    combined = sum(w * (h[f"b{i}"] - h[f"e{j}"]) for (i, j), w in weights.items())
    share_begin = (weights[1, 0] + weights[1, 1]) / total
    share_end = (weights[0, 1] + weights[1, 1]) / total
    mean = (1 - share_begin) * h["b0"] + share_begin * h["b1"] - (1 - share_end) * h["e0"] - share_end * h["e1"]
    require_equal(combined, total * mean, "weights to shares")


@claim(
    id="needs-units-cells",
    theorem="two-layer",
    source=OURS,
    place="capacity search, certificate kind needs-units",
    statement=(
        "The slopes of a ReLU-like or hard-tanh unit over the gaps between samples on a line lie in the cone of its "
        "cell, whose generators have their kinks at samples, and every vector of the cone belongs to such a unit: a "
        "kink at the share x of a gap, of slopes l before and r behind it, gives the gap the slope {}."
    ),
    formulas=[MEAN_SLOPE],
    expected=Verdict.PROVED,
)
def cells() -> Result:
    """Hypotheses: samples c_0 < ... < c_n; v sigma(w t + b), w != 0 (w = 0 and v = 0 give the slopes 0).

    Line: ReLU-like: v sigma(w t + b) = v |w| sigma(+-(t - kink)), whose slopes are affine in a kink that stays in its
    closed gap; kinks beyond all samples act like kinks at c_0 or c_n. Hard-tanh is odd, so w > 0, and is a difference
    of two such functions max(0, t - kink).
    Conclusion: the case distinction of the search is complete, and its combinations are networks.
    """
    for orientation in SIGNS:
        show_relu_like_cell(orientation)
    show_other_gaps()
    show_hard_tanh_as_ramp()
    show_ramp_inside_a_gap()
    show_mean_of_two_kinks()
    return proved("symbolic places of the kinks, symbolic slopes; identities on every piece")


def alternating(N: int) -> Dataset:
    """The samples (i, (-1)^i), i = 0, ..., N - 1."""
    return make_dataset([[i] for i in range(N)], [(-1) ** i for i in range(N)])


def refutation_verdict(activation: Activation, units: int, N: int) -> str:
    """The independent checker's verdict on the refutation that the search finds for alternating labels."""
    outcome = memorize(alternating(N), activation, units)
    if not isinstance(outcome, Refutation):
        raise ProofFailure(f"{units} {activation.name} units fit {N} alternating samples")
    document = needs_units_certificate(alternating(N), activation, units, outcome)
    return check_bytes(to_bytes(document)).word


@claim(
    id="needs-units-alternating",
    theorem="two-layer",
    source=OURS,
    place="capacity search, both sides of the capacity",
    statement=(
        "For d1 = 1, ..., 4 units, alternating labels at N = capacity samples are memorized; at capacity + 1 samples a "
        "certificate that the independent checker verifies excludes all networks."
    ),
    expected=Verdict.CHECKED,
)
def both_sides() -> Result:
    """Hypotheses: x_i = i, y_i = (-1)^i.

    Line: the search gives a network, compared exactly, or a refutation, written as a certificate and checked.
    Conclusion: the datasets on either side of the exact capacity of two-layer networks.
    """
    for activation in ACTIVATIONS:
        for units in UNITS:
            N = two_layer_capacity(activation, units)
            require(isinstance(memorize(alternating(N), activation, units), FNN), f"{activation.name}: N = {N} fits")
            word = refutation_verdict(activation, units, N + 1)
            require(word == "VERIFIED", f"{activation.name}: the refutation for N = {N + 1}")
    names = ", ".join(a.name for a in ACTIVATIONS)
    return checked("exhaustive search with certificates", f"{names}; d1 = 1, ..., 4; N = capacity, capacity + 1")


if __name__ == "__main__":
    raise SystemExit(run_script(__file__))
