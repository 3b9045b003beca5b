"""Lemma G.1 for a concrete network: the radius without kinks and the constants C_3 and C_5.

Notation, per sample: r_l = ||(Delta^l, delta^l)||, so that r_1^2 + ... + r_L^2 = r^2 = ||xi||^2, and r_{<l}, r_{>l}
for parts of that sum. alpha_l = ||[a^l; 1]||; s_l = max |slope| of layer l; w_l >= ||J^l W^l|| restricted to columns
with a non-zero slope in layer l-1 (J^L = 1); v_l >= ||W^{l+1} J^l|| restricted to the rows with a non-zero slope in
layer l+1; d_l = ||D^l||, d_L = 1.

Forward. a-tilde^l = J^l (Delta^l a^{l-1} + delta^l + (W^l + Delta^l) a-tilde^{l-1}), which is zero in units of slope 0.
Its first order is at most s_l alpha_{l-1} r_l + w_l F_{l-1} r_{<l}, so by Cauchy-Schwarz at most F_l r_{<=l} with
    F_l^2 = (s_l alpha_{l-1})^2 + (w_l F_{l-1})^2.
The rest is at most w_l S_{l-1} x^2 + s_l T_{l-1} x y with x = r_{<l}, y = r_l and T = F + rho_s S; as a quadratic form
in (x, y) this is at most S_l (x^2 + y^2) with its larger eigenvalue
    S_l = (w_l S_{l-1} + sqrt((w_l S_{l-1})^2 + (s_l T_{l-1})^2)) / 2.
The output layer is the same with s_L = 1: C_3 = S_L bounds the higher orders of f. For L = 2 this is s_1 alpha_0 / 2.

Backward. D-tilde^l = D-tilde^{l+1} W^{l+1} J^l + (D^{l+1} + D-tilde^{l+1}) Delta^{l+1} J^l is at most G_l r_{>l} with
    G_l^2 = (G_{l+1} v_l)^2 + s_l^2 (d_{l+1} + G_{l+1} rho_s)^2,   G_L = 0.
Layer l of mu is [a^{l-1}; 1] D-tilde^l + [a-tilde^{l-1}; 0] (D^l + D-tilde^l), at most A_l r_{>l} + B_l r_{<l} with
A_l = G_l alpha_{l-1} and B_l = (d_l + G_l rho_s) T_{l-1}. Its square is at most
(A_l + B_l)(A_l r_{>l}^2 + B_l r_{<l}^2), because 2xy <= x^2 + y^2. The sum over l is linear in r_1^2, ..., r_L^2, hence
at most C_5^2 r^2 with
    C_5^2 = max over k of sum_{l < k} A_l (A_l + B_l) + sum_{l > k} B_l (A_l + B_l).
For L = 2 this is C_5 = s_1 alpha_0.

Kinks. z_j^l moves by Delta_j a^{l-1} + delta_j + (W_j + Delta_j) a-tilde^{l-1}, at most
alpha_{l-1} y + ||W_j|| T x + T x y <= sqrt(alpha_{l-1}^2 + (||W_j|| T)^2) r + T r^2 / 2 with T = T_{l-1}(r); no piece
changes while this is below the distance of z_j^l to the nearest kink (by induction over the layers).
"""

__all__ = [
    "ONE",
    "ZERO",
    "SampleBounds",
    "SampleNorms",
    "forward_bounds",
    "keeps_pieces",
    "kink_free_radius",
    "larger_eigenvalue",
    "mu_block",
    "room_before_kink",
    "sample_bounds",
    "sample_norms",
    "second_order_form",
    "squared_C5",
    "squared_C5_terms",
    "squared_F",
    "squared_G",
    "total_bound",
]

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from exactmem.rationals import Direction, Rational
from exactmem.sgd.gradients import Trace
from exactmem.sgd.memorizer import Memorizer
from exactmem.sgd.norms import root, rounded, squared_norm, squared_operator_norm
from exactmem.sgd.spectrum import Enclosure

ZERO, ONE = fmpq(0), fmpq(1)


@dataclass(frozen=True)
class SampleNorms:
    """One sample's exact squares: entry l belongs to layer l = 0..L; entries the recursions do not read are 0.

    `units[l]` holds (distance to the nearest kink, ||W_j||^2 over live columns) of every unit of layer l with a kink.
    """

    alpha2: list[Rational]
    slope: list[Rational]
    w2: list[Rational]
    v2: list[Rational]
    d2: list[Rational]
    units: list[list[tuple[Rational, Rational]]]


def sample_norms(minimum: Memorizer, sample: Trace, index: int) -> SampleNorms:
    """The squares of the norms that Lemma G.1 needs for sample `index`."""
    L = minimum.L
    live = [[True] * minimum.dataset.d_x, *([s != 0 for s in row] for row in sample.slopes), [True]]
    slopes = [[], *sample.slopes, [ONE]]
    weights = [[], *([row[:-1] for row in rows] for rows in minimum.rows)]
    alpha2 = [squared_norm(a) + 1 for a in sample.post]
    slope = [ZERO, *(max(abs(s) for s in row) for row in sample.slopes), ONE]
    w2, v2 = [ZERO] * (L + 1), [ZERO] * (L + 1)
    units: list[list[tuple[Rational, Rational]]] = [[] for _ in range(L + 1)]
    for l in range(1, L + 1):
        columns = [[v for v, alive in zip(row, live[l - 1], strict=True) if alive] for row in weights[l]]
        if l >= 2:
            w2[l] = squared_operator_norm(
                [[s * v for v in row] for s, row in zip(slopes[l], columns, strict=True) if s]
            )
        if l <= L - 2:
            rows = [row for row, alive in zip(weights[l + 1], live[l + 1], strict=True) if alive]
            v2[l] = squared_operator_norm([[s * v for s, v in zip(slopes[l], row, strict=True)] for row in rows])
        if l < L:
            for z, piece, row in zip(sample.pre[l - 1], minimum.pieces[l - 1][index], columns, strict=True):
                distance = piece.distance(z)
                if distance is not None:
                    units[l].append((distance, squared_norm(row) if l >= 2 else ZERO))
    d2 = [ZERO, *(squared_norm(row) for row in sample.backward)]
    return SampleNorms(alpha2, slope, w2, v2, d2, units)


@dataclass(frozen=True)
class SampleBounds:
    """One sample's bounds for a radius rho_s, all rounded to one side: entry l belongs to layer l = 0..L."""

    radius: Rational
    alpha: list[Rational]
    w: list[Rational]
    v: list[Rational]
    d: list[Rational]
    F: list[Rational]
    S: list[Rational]
    G: list[Rational]

    def T(self, l: int) -> Rational:
        """||a-tilde^l|| <= T_l ||xi||."""
        return total_bound(self.F[l], self.S[l], self.radius)

    @property
    def C3(self) -> Rational:
        """The bound on the higher orders of the output."""
        return self.S[-1]


def sample_bounds(norms: SampleNorms, radius: Rational, bits: int, direction: Direction) -> SampleBounds:
    """The recursions F, S, G for perturbations up to the radius, every root rounded to the stated side."""
    L = len(norms.alpha2)
    alpha, w, v, d = ([root(q, bits, direction) for q in row] for row in (norms.alpha2, norms.w2, norms.v2, norms.d2))
    F, S = forward_bounds(norms.slope, alpha, w, radius, bits, direction)
    G = [ZERO] * (L + 1)
    for l in range(L - 1, 0, -1):
        G[l] = root(squared_G(norms.slope[l], v[l], d[l + 1], G[l + 1], radius), bits, direction)
    return SampleBounds(radius, alpha, w, v, d, F, S, G)


def forward_bounds(
    slope: Sequence[Rational],
    alpha: Sequence[Rational],
    w: Sequence[Rational],
    radius: Rational,
    bits: int,
    direction: Direction,
) -> tuple[list[Rational], list[Rational]]:
    """F_0..F_L and S_0..S_L."""
    F, S = [ZERO], [ZERO]
    for l in range(1, len(slope)):
        carried, change = second_order_form(slope[l], w[l], total_bound(F[-1], S[-1], radius), S[-1])
        F.append(root(squared_F(slope[l], alpha[l - 1], w[l], F[-1]), bits, direction))
        largest = larger_eigenvalue(carried, root(carried**2 + change**2, bits, direction))
        S.append(rounded(largest, bits, direction))
    return F, S


def squared_F(slope: Rational, alpha: Rational, w: Rational, F: Rational) -> Rational:
    """F_l^2 from F_(l-1)."""
    return (slope * alpha) ** 2 + (w * F) ** 2


def total_bound(F: Rational, S: Rational, radius: Rational) -> Rational:
    """T_l = F_l + rho_s S_l."""
    return F + radius * S


def second_order_form(slope: Rational, w: Rational, T: Rational, S: Rational) -> tuple[Rational, Rational]:
    """(a, b) of the form a x^2 + b x y that bounds the higher orders of layer l, from T_(l-1) and S_(l-1)."""
    return w * S, slope * T


def larger_eigenvalue(a: Rational, root_of_squares: Rational) -> Rational:
    """The larger eigenvalue of the form a x^2 + b x y, given sqrt(a^2 + b^2)."""
    return (a + root_of_squares) / 2


def squared_G(slope: Rational, v: Rational, d: Rational, G: Rational, radius: Rational) -> Rational:
    """G_l^2 from d_(l+1) and G_(l+1)."""
    return (G * v) ** 2 + (slope * (d + G * radius)) ** 2


def mu_block(G: Rational, alpha: Rational, d: Rational, T: Rational, radius: Rational) -> tuple[Rational, Rational]:
    """(A_l, B_l) from G_l, alpha_(l-1), d_l and T_(l-1)."""
    return G * alpha, (d + G * radius) * T


def squared_C5_terms(A: Sequence[Rational], B: Sequence[Rational], zero: Rational = ZERO) -> list[Rational]:
    """The coefficients of r_1^2, ..., r_L^2 in the bound on ||mu||^2, from A_1, ..., A_L and B_1, ..., B_L."""
    total = [a + b for a, b in zip(A, B, strict=True)]
    return [
        sum((A[l] * total[l] for l in range(k)), zero) + sum((B[l] * total[l] for l in range(k + 1, len(A))), zero)
        for k in range(len(A))
    ]


def room_before_kink(
    distance: Rational, alpha2: Rational, weight2: Rational, T: Rational, radius: Rational
) -> tuple[Rational, Rational]:
    """Two numbers that are positive only if a unit this far from its nearest kink keeps its piece for ||xi|| <= radius.

    The second is the square of the first minus the square of the rest of the movement.
    """
    left = distance - T * radius * radius / 2
    return left, left * left - (alpha2 + weight2 * T * T) * radius * radius


def squared_C5(bounds: SampleBounds) -> Rational:
    """C_5^2 of one sample, an exact function of its bounds."""
    blocks = [
        mu_block(bounds.G[l], bounds.alpha[l - 1], bounds.d[l], bounds.T(l - 1), bounds.radius)
        for l in range(1, len(bounds.alpha) + 1)
    ]
    return max(squared_C5_terms([a for a, _ in blocks], [b for _, b in blocks]))


def keeps_pieces(norms: SampleNorms, radius: Rational, bits: int) -> bool:
    """Whether the recursion shows that no unit of this sample meets a kink for ||xi|| <= radius."""
    alpha, w = ([root(q, bits, "up") for q in row] for row in (norms.alpha2, norms.w2))
    F, S = forward_bounds(norms.slope, alpha, w, radius, bits, "up")
    for l, units in enumerate(norms.units):
        T = total_bound(F[l - 1], S[l - 1], radius) if l else ZERO
        for distance, weight2 in units:
            if not all(room > 0 for room in room_before_kink(distance, norms.alpha2[l - 1], weight2, T, radius)):
                return False
    return True


def kink_free_radius(norms: Sequence[SampleNorms], bits: int) -> Enclosure | None:
    """rho_c: the largest radius in which `keeps_pieces` says that every unit keeps its piece; None without kinks.

    The enclosure's low end, dyadic, is accepted and used; its high end is refused; they differ by at most 2**-bits of
    it. Bisection from the bound that each unit's own bias and weights give.
    """
    ends = [
        distance * distance / sample.alpha2[l - 1]
        for sample in norms
        for l, units in enumerate(sample.units)
        for distance, _ in units
    ]
    if not ends:
        return None
    low, high = ZERO, root(min(ends), bits + 4, "up")
    trial = rounded(high, bits + 4, "down")
    while not all(keeps_pieces(sample, trial, bits + 16) for sample in norms):
        high, trial = trial, rounded(trial / 2, bits + 4, "down")
    low = trial
    while (high - low) * 2**bits > high:
        middle = rounded((low + high) / 2, bits + 4, "down")
        if not low < middle:
            break
        if all(keeps_pieces(sample, middle, bits + 16) for sample in norms):
            low = middle
        else:
            high = middle
    return Enclosure(low, high, low)
