"""A second opinion on certificates of kind `sgd-constants`: FORMAT.md, section 13, read literally, in Fractions.

Shares no code with exactmem or its checker. Definiteness is decided by all principal minors, so sizes must be small.
"""

from fractions import Fraction
from itertools import combinations
from typing import Any

from tests.support import naive

KEYS = (
    "rho_s",
    "C_1",
    "C_2",
    "C_3",
    "C_4",
    "C_5",
    "C_6",
    "lambda_min",
    "lambda_max",
    "tau",
    "rho",
    "gamma",
    "lambda",
    "C",
)
Vector = list[Fraction]


def determinant(matrix: list[Vector]) -> Fraction:
    if not matrix:
        return Fraction(1)
    first, rest = matrix[0], matrix[1:]
    return sum(
        ((-1) ** j * v * determinant([row[:j] + row[j + 1 :] for row in rest]) for j, v in enumerate(first) if v),
        Fraction(0),
    )


def semidefinite(matrix: list[Vector]) -> bool:
    """All principal minors, not only the leading ones, are non-negative."""
    size = len(matrix)
    return all(
        determinant([[matrix[i][j] for j in rows] for i in rows]) >= 0
        for k in range(1, size + 1)
        for rows in combinations(range(size), k)
    )


def product(left: list[Vector], right: list[Vector]) -> list[Vector]:
    return [
        [sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in zip(*right, strict=True)]
        for row in left
    ]


def spectral_norm_at_most(matrix: list[Vector], bound: Fraction) -> bool:
    if not matrix or not matrix[0]:
        return True
    square = product(matrix, [list(column) for column in zip(*matrix, strict=True)])
    return semidefinite([[(bound**2 if i == j else 0) - v for j, v in enumerate(row)] for i, row in enumerate(square)])


def dense(matrix: Any) -> list[Vector]:
    if isinstance(matrix, list):
        return [[naive.number(q) for q in row] for row in matrix]
    if "column" in matrix:
        return [[naive.number(c) * naive.number(r) for r in matrix["row"]] for c in matrix["column"]]
    rows, columns = matrix["shape"]
    table = [[Fraction(0)] * columns for _ in range(rows)]
    for i, j, q in matrix["entries"]:
        table[i][j] = naive.number(q)
    return table


def piece(activation: Any, z: Fraction) -> tuple[Fraction, Fraction, Fraction | None]:
    """(value, slope, distance to the nearest breakpoint) at z."""
    kind = activation["kind"]
    if kind == "identity":
        return z, Fraction(1), None
    if kind == "hard-tanh":
        slope = Fraction(1 if -1 <= z < 1 else 0)
        return max(Fraction(-1), min(z, Fraction(1))), slope, min(abs(z - 1), abs(z + 1))
    if kind == "threshold":
        return Fraction(1 if z >= 0 else 0), Fraction(0), abs(z)
    plus, minus = (
        (Fraction(1), Fraction(-1))
        if kind == "abs"
        else (Fraction(activation["s_plus"]), Fraction(activation["s_minus"]))
    )
    slope = plus if z >= 0 else minus
    return slope * z, slope, abs(z)


class At:
    """The network at one sample."""

    def __init__(self, network: Any, x: Vector) -> None:
        self.W: list[list[Vector]] = [[]]
        self.a, self.z, self.slope, self.distance = [x], [[]], [[Fraction(1)] * len(x)], [[]]
        for layer in network["layers"]:
            rows, bias = dense(layer["weight"]), [naive.number(q) for q in layer["bias"]]
            self.W.append(rows)
            z = [
                sum((w * v for w, v in zip(row, self.a[-1], strict=True)), b) for row, b in zip(rows, bias, strict=True)
            ]
            value, slope, distance = zip(*(piece(layer["activation"], t) for t in z), strict=True)
            self.z.append(z)
            self.a.append(list(value))
            self.slope.append(list(slope))
            self.distance.append(list(distance))
        self.L = len(self.W) - 1
        self.D: dict[int, Vector] = {self.L: [Fraction(1)]}
        for l in range(self.L - 1, 0, -1):
            self.D[l] = [v * s for v, s in zip(product([self.D[l + 1]], self.W[l + 1])[0], self.slope[l], strict=True)]

    def s(self, l: int) -> Fraction:
        return Fraction(1) if l == self.L else max(abs(v) for v in self.slope[l])

    def restricted(self, l: int) -> list[Vector]:
        """W^l with the columns of live units below."""
        return [[v for v, s in zip(row, self.slope[l - 1], strict=True) if l == 1 or s] for row in self.W[l]]

    def w(self, l: int) -> list[Vector]:
        return [[s * v for v in row] for s, row in zip(self.slope[l], self.restricted(l), strict=True)]

    def v(self, l: int) -> list[Vector]:
        return [
            [v * s for v, s in zip(row, self.slope[l], strict=True)]
            for row, alive in zip(self.W[l + 1], self.slope[l + 1], strict=True)
            if alive
        ]


def inner(u: Vector, v: Vector) -> Fraction:
    return sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0))


def filled(stated: list[str], first: int, L: int) -> Vector:
    values = [Fraction(0)] * first + [naive.number(q) for q in stated]
    return values + [Fraction(0)] * (L + 2 - len(values))


def sample_holds(at: At, stated: Any, c: dict[str, Fraction], curvature: Fraction, label: Fraction) -> bool:
    """Conditions 1 to 8."""
    L, r = at.L, c["rho_s"]
    alpha, F, S, G, d, v = (
        filled(stated[k], f, L) for k, f in (("alpha", 0), ("F", 1), ("S", 1), ("G", 1), ("d", 1), ("v", 1))
    )
    w = filled(stated["w"], 2, L)
    d[L] = Fraction(1)
    T = [F[l] + r * S[l] for l in range(L)]
    A = [G[l] * alpha[l - 1] if l else Fraction(0) for l in range(L + 1)]
    B = [(d[l] + G[l] * r) * T[l - 1] if l else Fraction(0) for l in range(L + 1)]
    S[L] = c["C_3"]
    nu2 = sum(inner(at.D[l], at.D[l]) * (inner(at.a[l - 1], at.a[l - 1]) + 1) for l in range(1, L + 1))
    conditions = [at.z[L] == [label]]
    conditions += [alpha[l] ** 2 >= inner(at.a[l], at.a[l]) + 1 for l in range(L)]
    conditions += [d[l] ** 2 >= inner(at.D[l], at.D[l]) for l in range(1, L)]
    conditions += [spectral_norm_at_most(at.w(l), w[l]) for l in range(2, L + 1)]
    conditions += [spectral_norm_at_most(at.v(l), v[l]) for l in range(1, L - 1)]
    conditions += [F[l] ** 2 >= (at.s(l) * alpha[l - 1]) ** 2 + (w[l] * F[l - 1]) ** 2 for l in range(1, L)]
    for l in range(1, L + 1):
        a, b = w[l] * S[l - 1], at.s(l) * T[l - 1]
        conditions += [S[l] >= a, 4 * S[l] * (S[l] - a) >= b * b]
    conditions += [
        G[l] ** 2 >= (G[l + 1] * v[l]) ** 2 + at.s(l) ** 2 * (d[l + 1] + G[l + 1] * r) ** 2 for l in range(1, L)
    ]
    for k in range(1, L + 1):
        total = sum((A[l] if l < k else B[l]) * (A[l] + B[l]) for l in range(1, L + 1) if l != k)
        conditions.append(c["C_5"] ** 2 >= total)
    for l in range(1, L):
        for distance, row in zip(at.distance[l], at.restricted(l), strict=True):
            if distance is not None:
                left = distance - T[l - 1] * r * r / 2
                size = inner(at.a[l - 1], at.a[l - 1]) + 1 + inner(row, row) * T[l - 1] ** 2
                conditions += [left > 0, size * r * r < left * left]
    return all(conditions) and c["C_2"] ** 2 >= nu2 and c["C_6"] ** 2 >= curvature**2 * nu2


def holds(document: Any) -> bool:
    """Whether a well-formed document's claim is true."""
    claim = document["claim"]
    c = {key: naive.number(claim["constants"][key]) for key in KEYS}
    coefficients = [naive.number(q) for q in claim["loss"]["coefficients"]]
    inputs = [[naive.number(q) for q in row] for row in document["dataset"]["inputs"]]
    labels = [naive.number(row[0]) for row in document["dataset"]["labels"]]
    curvature, N, B, factor = 2 * coefficients[0], len(inputs), claim["batch_size"], claim["factor"]
    places = [At(document["network"], x) for x in inputs]
    for at, stated, label in zip(places, claim["bounds"], labels, strict=True):
        if not sample_holds(at, stated, c, curvature, label):
            return False
    gram = [
        [sum((inner(p.D[l], q.D[l]) * (inner(p.a[l - 1], q.a[l - 1]) + 1) for l in p.D), Fraction(0)) for q in places]
        for p in places
    ]
    square = product(gram, gram)
    pairs = [list(zip(u, v, strict=True)) for u, v in zip(square, gram, strict=True)]
    low = semidefinite([[curvature * q - c["lambda_min"] * g for q, g in row] for row in pairs])
    high = semidefinite([[c["lambda_max"] * g - curvature * q for q, g in row] for row in pairs])
    r, U = c["rho_s"], c["C_2"] * c["rho_s"] + c["C_3"] * c["rho_s"] ** 2
    second = sum(k * (k - 1) * abs(q) * U ** (k - 2) for k, q in enumerate(coefficients, 2))
    third = sum(
        (k * (k - 1) * (k - 2) * abs(q) * U ** (k - 3) for k, q in enumerate(coefficients, 2) if k > 2), Fraction(0)
    )
    E = N // B
    return all(
        [
            low,
            high,
            2 * c["C_1"] >= second,
            2 * c["C_4"] >= 2 * curvature * c["C_3"] + third * (c["C_2"] + c["C_3"] * r) ** 2,
            c["tau"] * c["lambda_min"] >= factor * c["C_2"] * c["C_4"] * N,
            2 * c["rho"] <= r,
            2 * c["rho"] * c["C_5"] * (factor * c["C_2"] * c["C_6"] * N + c["lambda_min"])
            <= c["lambda_min"] * c["C_2"],
            2 * c["gamma"] * (c["lambda_max"] * E) ** 2 <= c["lambda_min"] * B,
            c["lambda"] == c["lambda_min"] / (4 * B),
            c["C"] >= 16 * c["C_1"] * (c["C_2"] * c["tau"] + c["C_3"]) ** 2,
        ]
    )
