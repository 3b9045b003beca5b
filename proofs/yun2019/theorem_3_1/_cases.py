"""Concrete cases for layer2_scale: random rational data, evaluated exactly through both layers."""

import random
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from exactmem.constructions.parts.recurrence import by_unit, layer2_unit, layer2_values, passages
from exactmem.constructions.theorem import NO_CHOICES
from exactmem.ledger.claims import require
from exactmem.proofs.yun2019.theorem_3_1._notation import (
    alternating,
    clip_side,
    entry_rows,
    equation_7_matrix,
    hard_tanh,
    layer1_activations,
    member,
    orientation,
)

CASES = [(p, q, seed) for p in range(1, 9) for q in range(1, 6) for seed in (1, 2)]
PAST = fmpq(1, 10**9)


@dataclass(frozen=True)
class Data:
    """c_0, ..., c_{pq+1}, labels y_1, ..., y_{pq} (y[0] unused) and the midpoints m_0, ..., m_p."""

    p: int
    q: int
    c: list[fmpq]
    y: list[fmpq]
    m: list[fmpq]


def random_data(p: int, q: int, seed: int) -> Data:
    """Seeded data: gaps k/1000 to k, labels in [-1, 1] with -1, 0 and 1 frequent."""
    source = random.Random(1000 * p + 10 * q + seed)
    c = [fmpq(source.randint(-9, 9))]
    for _ in range(p * q + 1):
        c.append(c[-1] + fmpq(source.randint(1, 9), source.choice([1, 7, 1000])))
    choices = [fmpq(-1), fmpq(0), fmpq(1), fmpq(source.randint(-99, 99), 100)]
    y = [source.choice(choices) for _ in range(p * q + 1)]
    return Data(p, q, c, y, [(c[j * q] + c[j * q + 1]) / 2 for j in range(p + 1)])


def unit_values(data: Data, k: int, z_0: fmpq) -> list[fmpq]:
    """Z_0, ..., Z_p of unit k by the recurrence."""
    values = [z_0]
    for j in range(1, data.p + 1):
        i = member(j, k, data.q)
        r = (data.m[j] - data.c[i]) / (data.c[i] - data.m[j - 1])
        values.append((1 + r) * data.y[i] - r * values[-1])
    return values


def unit_weights(values: list[fmpq]) -> list[fmpq]:
    """(W^2_{k,1}, ..., W^2_{k,p}, b^2_k) from Z_0, ..., Z_p."""
    p = len(values) - 1
    weights = [alternating(j) * (values[j] - values[j - 1]) / 2 for j in range(1, p + 1)]
    return [*weights, (values[0] + values[p]) / 2]


def bounds(data: Data, k: int) -> list[fmpq]:
    """The extreme Z_0 that each block of unit k admits, forwards (no entry for a block of one sample).

    With Z_j = A_j + B_j Z_0, S_j >= need_j reads -o Z_0 >= (need_j u_j - s_j (y_j - A_{j-1}))/(r_1 ... r_{j-1}).
    """
    o, found = orientation(k), []
    a_before, r_product = fmpq(0), fmpq(1)
    for j in range(1, data.p + 1):
        i, s = member(j, k, data.q), o * alternating(j)
        u = data.c[i] - data.m[j - 1]
        r = (data.m[j] - data.c[i]) / u
        needs = [(1 - s * data.y[i]) / (data.c[i + 1] - data.c[i])] if i < j * data.q else []
        needs += [(1 + s * data.y[i]) / (data.c[i] - data.c[i - 1])] if i > (j - 1) * data.q + 1 else []
        if needs:
            found.append(-o * (max(needs) * u - s * (data.y[i] - a_before)) / r_product)
        a_before = (1 + r) * data.y[i] - r * a_before
        r_product *= r
    return found


def threshold(data: Data, k: int) -> fmpq:
    """The extreme admissible Z_0 of unit k (0 where there is no condition)."""
    found = bounds(data, k)
    if not found:
        return fmpq(0)
    return min(found) if orientation(k) == 1 else max(found)


def pre_activations(data: Data, weights: list[fmpq]) -> list[fmpq]:
    """z^2_k at the samples 1, ..., pq, through layer 1 as printed; entry 0 is unused."""
    rows = [[*layer1_activations(data.c, data.p, data.q, i), fmpq(1)] for i in range(1, data.p * data.q + 1)]
    return [fmpq(0), *(sum((w * a for w, a in zip(weights, row, strict=True)), fmpq(0)) for row in rows)]


def check_unit(data: Data, k: int) -> list[fmpq]:
    """Equation (7), flint's solution, clipping at the threshold and its failure past it; returns the outputs a^2_k."""
    p, q, case = data.p, data.q, f"p = {data.p}, q = {data.q}, k = {k}"
    z_0 = threshold(data, k)
    values = unit_values(data, k, z_0)
    weights = unit_weights(values)
    matrix = equation_7_matrix(data.c, p, q, k)
    require(matrix == entry_rows([matrix[j][j] for j in range(p)]), f"{case}: entries of M_k")
    at_m_0 = [fmpq(-alternating(l)) for l in range(1, p + 1)] + [fmpq(1)]
    labels = [data.y[member(j, k, q)] for j in range(1, p + 1)]
    system, right = fmpq_mat([*matrix, at_m_0]), fmpq_mat(p + 1, 1, [*labels, z_0])
    require(system.solve(right) == fmpq_mat(p + 1, 1, weights), f"{case}: flint's solution with this Z_0")
    outputs = [hard_tanh(z) for z in pre_activations(data, weights)]
    for i in range(1, p * q + 1):
        j = (i - 1) // q + 1
        wanted = data.y[i] if i == member(j, k, q) else fmpq(clip_side(i, j, k, q))
        require(outputs[i] == wanted, f"{case}, sample {i}: output at the threshold")
    if bounds(data, k):
        past = pre_activations(data, unit_weights(unit_values(data, k, z_0 + orientation(k) * PAST)))
        others = [i for i in range(1, p * q + 1) if i != member((i - 1) // q + 1, k, q)]
        require(any(-1 < past[i] < 1 for i in others), f"{case}: past the threshold some neighbour is not clipped")
    unit = passages(data.c, q)[k - 1], by_unit(data.y[1:], q)[k - 1], NO_CHOICES
    row, bias = layer2_unit(*unit)
    require([*row, bias] == weights and layer2_values(*unit) == values, f"{case}: the construction's unit")
    return outputs


def check_case(p: int, q: int, seed: int) -> None:
    """Every unit of one case, and the sum of the outputs with output bias -1 (even q) or 0 (odd q)."""
    data = random_data(p, q, seed)
    outputs = [check_unit(data, k) for k in range(1, q + 1)]
    for i in range(1, p * q + 1):
        total = sum((unit[i] for unit in outputs), fmpq(0)) - (1 - q % 2)
        require(total == data.y[i], f"p = {p}, q = {q}, sample {i}: the network's output is the label")
