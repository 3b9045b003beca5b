"""The inequalities of Lemma G.1 and Theorem 5.1, for claims of kind "sgd-constants"; FORMAT.md lists them by number."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import NamedTuple

from .definite import is_plainly_semidefinite
from .linear_algebra import dot, is_semidefinite, quadratic_gap, squared_norm, squared_norm_at_most
from .metered import Number, length
from .sgd_sample import Parameters, Sample, Vector, stored
from .verdicts import LIMB, OVERHEAD, PAIR, Meter, Refuted


class Bounds(NamedTuple):
    """One sample's stated bounds; every list has an entry for each layer 0..L, 0 where none is stated."""

    alpha: list[Number]
    w: list[Number]
    v: list[Number]
    d: list[Number]
    F: list[Number]
    S: list[Number]
    G: list[Number]


def require(holds: bool, condition: str, i: int | None = None) -> None:
    """Refuted unless the condition holds, of sample i where one is given."""
    if not holds:
        raise Refuted(condition if i is None else f"sample {i}: {condition}")


def multiplied(factors: Vector, row: Vector, meter: Meter) -> Vector:
    """The products of numbers and factors; the factor 1 costs next to nothing."""
    for f, q in zip(factors, row, strict=True):
        meter.charge(OVERHEAD if f == 1 else 24 * OVERHEAD + 8 * length(f) * length(q))
    meter.room(sum([2 * PAIR + LIMB * (length(f) + length(q)) for f, q in zip(factors, row, strict=True)]))
    return [q if f == 1 else f * q for f, q in zip(factors, row, strict=True)]


def check_norms(values: Parameters, sample: Sample, bounds: Bounds, i: int, meter: Meter) -> None:
    """2: alpha, w, v and d are at least the norms they stand for."""
    L = len(values.rows)
    for l in range(L):
        require(bounds.alpha[l] ** 2 >= squared_norm(sample.post[l], meter) + 1, f"alpha_{l} is too small", i)
    for l in range(1, L):
        require(bounds.d[l] ** 2 >= squared_norm(sample.backward[l - 1], meter), f"d_{l} is too small", i)
        here, upper = sample.slopes[l - 1], sample.slopes[l] if l < L - 1 else [Fraction(1)]
        live = [j for j, s in enumerate(here) if s]
        kept = [(s, [row[j] for j in live]) for s, row in zip(upper, values.rows[l], strict=True) if s]
        rows = [multiplied([s] * len(live), row, meter) for s, row in kept]
        require(squared_norm_at_most(rows, (bounds.w[l + 1] ** 2).value, meter), f"w_{l + 1} is too small", i)
        if l < L - 1:
            rows = [multiplied([here[j] for j in live], row, meter) for _, row in kept]
            require(squared_norm_at_most(rows, (bounds.v[l] ** 2).value, meter), f"v_{l} is too small", i)


def check_recursions(sample: Sample, b: Bounds, r: Number, C_3: Number, i: int) -> None:
    """3 to 5: F, S and G satisfy their recursions, and C_3 bounds the output's higher orders."""
    L = len(sample.backward)
    slopes = [[Number(abs(s), r.meter) for s in row] for row in sample.slopes]
    for l in range(1, L):
        s = max(slopes[l - 1])
        require(b.F[l] ** 2 >= (s * b.alpha[l - 1]) ** 2 + (b.w[l] * b.F[l - 1]) ** 2, f"F_{l} is too small", i)
        change = s * (b.F[l - 1] + r * b.S[l - 1])
        require(quadratic_gap(b.S[l], b.w[l] * b.S[l - 1], change), f"S_{l} is too small", i)
        square = (b.G[l + 1] * b.v[l]) ** 2 + (s * (b.d[l + 1] + b.G[l + 1] * r)) ** 2
        require(b.G[l] ** 2 >= square, f"G_{l} is too small", i)
    change = b.F[L - 1] + r * b.S[L - 1]
    require(quadratic_gap(C_3, b.w[L] * b.S[L - 1], change), "C_3 is too small", i)


def check_C5(b: Bounds, r: Number, C_5: Number, L: int, i: int) -> None:
    """6: for every k, C_5^2 is at least A_l (A_l + B_l), added up for l < k, and B_l (A_l + B_l), for l > k."""
    below, beyond = list[Number](), list[Number]()
    for l in range(1, L + 1):
        A, B = b.G[l] * b.alpha[l - 1], (b.d[l] + b.G[l] * r) * (b.F[l - 1] + r * b.S[l - 1])
        below.append(A * (A + B))
        beyond.append(B * (A + B))
    total = sum(beyond, Number(0, r.meter))
    for low, high in zip(below, beyond, strict=True):
        total = total - high
        require(C_5**2 >= total, "C_5 is too small", i)
        total = total + low


def check_kinks(values: Parameters, sample: Sample, b: Bounds, r: Number, i: int, meter: Meter) -> None:
    """7: no unit meets a kink for ||xi|| <= r."""
    for l, distances in enumerate(sample.distances, 1):
        T = b.F[l - 1] + r * b.S[l - 1]
        bend, reach = T * r * r * Fraction(1, 2), (Number(squared_norm(sample.post[l - 1], meter), meter) + 1) * r * r
        for j, distance in enumerate(distances):
            if distance is None:
                continue
            left, moved = distance - bend, reach
            if l > 1:
                live = [w for w, s in zip(values.rows[l - 1][j], sample.slopes[l - 2], strict=True) if s]
                moved = reach + (T * r) ** 2 * squared_norm(live, meter)
            require(left > 0 and moved < left * left, f"layer {l}, unit {j} may meet a kink within rho_s", i)


def gram(samples: list[Sample], meter: Meter) -> list[Vector]:
    """nu_i . nu_j = sum over l of (D_i^l . D_j^l) (a_i^{l-1} . a_j^{l-1} + 1)."""
    forward = [[stored(a, meter) for a in sample.post] for sample in samples]
    back = [[stored(d, meter) for d in sample.backward] for sample in samples]
    size = len(samples)
    meter.keep(8 * size * size)
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            total = Number(0, meter)
            for d, e, a, b in zip(back[i], back[j], forward[i], forward[j], strict=True):
                total = total + (Number(dot(a, b, meter), meter) + 1) * dot(d, e, meter)
            meter.keep(2 * PAIR + LIMB * total.size)
            matrix[i][j] = matrix[j][i] = total.value
    return matrix


def check_spectrum(matrix: list[Vector], curvature: Number, low: Number, high: Number, meter: Meter) -> None:
    """9: every positive eigenvalue of H = curvature * V^T V, G = V V^T, lies in [low, high]."""
    if in_range_plainly(matrix, curvature, low, high, meter):
        return
    rows, size = [stored(row, meter) for row in matrix], len(matrix)
    difference = [[Fraction(0)] * size for _ in range(size)]
    for word, sign, bound in (("smallest", 1, low), ("largest", -1, high)):
        meter.room(8 * size * size)
        used = 0
        for i in range(size):
            for j in range(i + 1):
                entry = (curvature * dot(rows[i], rows[j], meter) - bound * matrix[i][j]) * sign
                used += 2 * PAIR + LIMB * entry.size
                meter.room(used)
                difference[i][j] = difference[j][i] = entry.value
        name = "lambda_min" if word == "smallest" else "lambda_max"
        require(is_semidefinite(difference, meter), f"{name} is not a bound on the {word} positive eigenvalue of H")


def in_range_plainly(matrix: list[Vector], curvature: Number, low: Number, high: Number, meter: Meter) -> bool:
    """True only if 9 holds: the quick test, which most often decides it where H has no eigenvalue close to an end.

    Samples with the same row of G have the same nu, for then ||nu_i - nu_j||^2 = 0. So H is the sum of m_k nu_k nu_k^T
    over one sample k of each kind, m_k = curvature times their number, and its positive eigenvalues are among those of
    diag(m)^(1/2) G diag(m)^(1/2) for these samples. They lie in [low, high] if G - low diag(1/m) and
    high diag(1/m) - G are positive semidefinite.
    """
    kinds, share = equal_rows(matrix, meter), Number(1 / curvature.value, meter)
    for sign, bound in ((1, low), (-1, high)):
        meter.room(2 * len(kinds) ** 2 * PAIR)
        meter.charge(4 * OVERHEAD * len(kinds) ** 2)
        form = [[sign * matrix[k[0]][other[0]] for other in kinds[: i + 1]] for i, k in enumerate(kinds)]
        for row, kind in zip(form, kinds, strict=True):
            row[-1] = (Number(row[-1], meter) - sign * bound * share * Fraction(1, len(kind))).value
        if not is_plainly_semidefinite(form, meter):
            return False
    return True


def equal_rows(matrix: list[Vector], meter: Meter) -> list[list[int]]:
    """The indices of the rows, in groups of equal rows."""
    size = len(matrix)
    meter.charge(size * size * OVERHEAD + size.bit_length() * sum([sum(map(length, row)) for row in matrix]) * 32)
    meter.room(size * size * PAIR)
    keys = [[(q.numerator, q.denominator) for q in row] for row in matrix]
    order = sorted(range(size), key=keys.__getitem__)
    return [list(group) for _, group in itertools.groupby(order, key=keys.__getitem__)]


def loss_bounds(coefficients: list[Number], radius: Number) -> tuple[Number, Number]:
    """Bounds on l'' and |l'''| for |u| <= radius."""
    second = third = Number(0, radius.meter)
    for k, c in reversed(list(enumerate(coefficients, 2))):
        second = second * radius + abs(c) * (k * (k - 1))
        if k > 2:
            third = third * radius + abs(c) * (k * (k - 1) * (k - 2))
    return second, third


def check_formulas(c: dict[str, Number], coefficients: list[Number], factor: int, N: int, B: int) -> None:
    """10 to 15: C_1 and C_4 from the loss, and tau, rho, gamma, lambda, C from the rest."""
    r, E, low = c["rho_s"], N // B, c["lambda_min"]
    second, third = loss_bounds(coefficients, c["C_2"] * r + c["C_3"] * r * r)
    curvature = 2 * coefficients[0]
    require(2 * c["C_1"] >= second, "C_1 is too small")
    require(2 * c["C_4"] >= 2 * curvature * c["C_3"] + third * (c["C_2"] + c["C_3"] * r) ** 2, "C_4 is too small")
    require(c["tau"] * low >= factor * c["C_2"] * c["C_4"] * N, "tau is too small")
    require(2 * c["rho"] <= r, "rho is larger than rho_s/2")
    denominator = factor * c["C_2"] * c["C_5"] * c["C_6"] * N + low * c["C_5"]
    require(2 * c["rho"] * denominator <= low * c["C_2"], "rho is too large")
    require(2 * c["gamma"] * c["lambda_max"] ** 2 * E * E <= low * B, "gamma is too large")
    difference = 4 * B * c["lambda"] - low
    require(difference.value == 0, "lambda is not lambda_min/(4 B)")
    require(c["C"] >= 16 * c["C_1"] * (c["C_2"] * c["tau"] + c["C_3"]) ** 2, "C is too small")
