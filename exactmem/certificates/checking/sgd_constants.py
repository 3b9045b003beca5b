"""The claim "sgd-constants": constants for which Theorem 5.1's proof works at this network; see FORMAT.md."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from .evaluation import piece_at
from .linear_algebra import Scaled, dot, is_semidefinite, quadratic_gap, scaled, squared_norm, squared_norm_at_most
from .memorization import read_sized, shown
from .networks import Dataset, Layer, Network
from .strict_json import Node
from .verdicts import OVERHEAD, Meter, Refuted, limbs

SECTIONS = ("dataset", "network")
CONSTANTS = (
    "rho_s", "C_1", "C_2", "C_3", "C_4", "C_5", "C_6",
    "lambda_min", "lambda_max", "tau", "rho", "gamma", "lambda", "C",
)  # fmt: skip
FACTORS = (16, 32)
Vector = list[Fraction]


class Bounds(NamedTuple):
    """One sample's stated bounds; every list has an entry for each layer 0..L, 0 where none is stated."""

    alpha: Vector
    w: Vector
    v: Vector
    d: Vector
    F: Vector
    S: Vector
    G: Vector


SPANS = {"alpha": (0, 0), "w": (2, 1), "v": (1, -1), "d": (1, 0), "F": (1, 0), "S": (1, 0), "G": (1, 0)}
"""Which layers a list is stated for: from the first number to L - 1 plus the second."""


class Question(NamedTuple):
    """Do these constants satisfy every inequality that Lemma G.1 and Theorem 5.1 need?"""

    dataset: Dataset
    network: Network
    coefficients: Vector
    batch: int
    factor: int
    constants: dict[str, Fraction]
    bounds: list[Bounds]


class Sample(NamedTuple):
    """One sample at theta*: a^0..a^{L-1}; slopes and distances to the nearest kink of layers 1..L-1; D^1..D^L."""

    post: list[Vector]
    slopes: list[Vector]
    distances: list[list[Fraction | None]]
    backward: list[Vector]


# ---- reading -------------------------------------------------------------------------------------------------------


def fraction(node: Node) -> Fraction:
    """A rational of the document."""
    above, below = node.rational()
    node.meter.charge(OVERHEAD + 4 * limbs(above) * limbs(below))
    return Fraction(above, below)


def positive(node: Node) -> Fraction:
    """A rational above 0."""
    number = fraction(node)
    node.expect(number > 0, "expected a positive rational")
    return number


def not_negative(node: Node) -> Fraction:
    """A rational from 0 on."""
    number = fraction(node)
    node.expect(number >= 0, "expected a rational that is not negative")
    return number


def read_bounds(node: Node, L: int) -> Bounds:
    """The bounds of one sample; each list has as many numbers as its layers in SPANS."""
    result = []
    for (first, last), stated in zip(SPANS.values(), node.fields(*SPANS), strict=True):
        count = max(0, L + last - first)
        stated.expect(count > 0 or stated.value == [], "expected []")
        numbers = [not_negative(item) for item in stated.items(count)] if count else []
        result.append([Fraction(0)] * first + numbers + [Fraction(0)] * (L + 1 - first - count))
    return Bounds(*result)


def read_coefficients(loss: Node) -> Vector:
    """The loss as coefficients of u^2, u^3, ...; that of u^2 is positive."""
    kind, coefficients = loss.fields("kind", "coefficients")
    kind.expect(kind.value == "polynomial", "expected 'polynomial'")
    values = [fraction(item) for item in coefficients.items()]
    coefficients.items()[0].expect(values[0] > 0, "expected a positive coefficient of u^2")
    return values


def check_network(node: Node, network: Network) -> None:
    """Malformed unless it is an fnn with one output and piecewise-linear activations."""
    architecture, layers = node.fields("architecture", "layers")
    architecture.expect(network.architecture == "fnn", "expected 'fnn'")
    layers.items()[-1].expect(network.outputs == 1, "expected one output")
    for item, layer in zip(layers.items(), network.layers, strict=True):
        item.member("activation").expect(bool(layer.activation.pieces), "expected a piecewise-linear one")


def read(document: Node) -> Question:
    """The question that a well-formed document asks."""
    names = ("kind", "source", "sizes", "loss", "batch_size", "factor", "constants", "bounds")
    _, source, sizes, loss, batch, factor, constants, bounds = document.member("claim").fields(*names)
    source.text()
    dataset, network = read_sized(document, sizes)
    check_network(document.member("network"), network)
    N, L = len(dataset.inputs), len(network.layers)
    divides = batch.index(N + 1) > 0 and N % batch.value == 0
    batch.expect(divides, f"expected a divisor of N = {N}")
    factor.expect(type(factor.value) is int and factor.value in FACTORS, "expected 16 or 32")
    values = {name: positive(node) for name, node in zip(CONSTANTS, constants.fields(*CONSTANTS), strict=True)}
    stated = [read_bounds(node, L) for node in bounds.items(N)]
    return Question(dataset, network, read_coefficients(loss), batch.value, factor.value, values, stated)


# ---- the network at theta* -----------------------------------------------------------------------------------------


def weights(layer: Layer, scale: int, meter: Meter) -> list[Vector]:
    """The layer's weight as a dense matrix; its maps divide their inputs by the scale of the activation before."""
    product: list[Vector] = []
    for affine in layer.inner:
        columns, factor = (len(product[0]), 1) if product else (affine.inputs, scale)
        meter.charge(len(affine.rows) * columns * OVERHEAD + affine.size * columns)
        rows = []
        for row in affine.rows:
            values = [Fraction(0)] * columns
            for j, weight in row.entries:
                share = Fraction(factor * weight, row.denominator)
                if not product:
                    values[j] = share
                else:
                    values = [v + share * p for v, p in zip(values, product[j], strict=True)]
            rows.append(values)
        product = rows
    return product


def biases(layer: Layer) -> Vector:
    """The layer's bias."""
    return [Fraction(row.bias, row.denominator) for row in layer.inner[-1].rows]


class Parameters(NamedTuple):
    """Per layer the weight's rows, their integer forms, and the bias."""

    rows: list[list[Vector]]
    integers: list[list[Scaled]]
    bias: list[Vector]


def parameters(network: Network, meter: Meter) -> Parameters:
    """The weights and biases of all layers."""
    scales = [1, *(layer.activation.scale for layer in network.layers)]
    rows = [weights(layer, scale, meter) for layer, scale in zip(network.layers, scales, strict=False)]
    return Parameters(rows, [[scaled(r, meter) for r in m] for m in rows], [biases(l) for l in network.layers])


def sample_at(question: Question, values: Parameters, i: int, meter: Meter) -> Sample:
    """The passes of sample i; Refuted if f(x_i) is not y_i."""
    layers = question.network.layers
    post = [[Fraction(a, b) for a, b in question.dataset.inputs[i]]]
    slopes, distances = [], []
    for layer, rows, bias in zip(layers, values.integers, values.bias, strict=True):
        vector = scaled(post[-1], meter)
        pre = [dot(row, vector, meter) + b for row, b in zip(rows, bias, strict=True)]
        if layer is layers[-1]:
            break
        chosen = [piece_at(layer.activation, z.numerator, z.denominator) for z in pre]
        slope, value = zip(*(layer.activation.pieces[k] for k in chosen), strict=True)
        scale = layer.activation.scale
        slopes.append([Fraction(s, scale) for s in slope])
        post.append([(s * z + v) / scale for s, z, v in zip(slope, pre, value, strict=True)])
        distances.append([min((abs(z - b) for b in layer.activation.breakpoints), default=None) for z in pre])
    label = Fraction(*question.dataset.labels[i][0])
    if pre[0] != label:
        raise Refuted(f"sample {i}: expected {number(label)}, obtained {number(pre[0])}")
    return Sample(post, slopes, distances, backward(values, slopes, meter))


def backward(values: Parameters, slopes: list[Vector], meter: Meter) -> list[Vector]:
    """D^1, ..., D^L: D^L = 1 and D^l = D^{l+1} W^{l+1} J^l."""
    result: list[Vector] = [[Fraction(1)]]
    for l in range(len(slopes) - 1, -1, -1):
        above = scaled(result[0], meter)
        columns = [scaled(list(column), meter) for column in zip(*values.rows[l + 1], strict=True)]
        result.insert(0, [s * dot(above, c, meter) if s else s for s, c in zip(slopes[l], columns, strict=True)])
    return result


def number(value: Fraction) -> str:
    """The value for a message."""
    return shown((value.numerator, value.denominator))


# ---- Lemma G.1, sample by sample -----------------------------------------------------------------------------------


def require(holds: bool, condition: str, i: int | None = None) -> None:
    """Refuted unless the condition holds, of sample i where one is given."""
    if not holds:
        raise Refuted(condition if i is None else f"sample {i}: {condition}")


def check_norms(values: Parameters, sample: Sample, bounds: Bounds, i: int, meter: Meter) -> None:
    """alpha, w, v and d are at least the norms they stand for."""
    L = len(values.rows)
    for l in range(L):
        require(bounds.alpha[l] ** 2 >= squared_norm(sample.post[l], meter) + 1, f"alpha_{l} is too small", i)
    for l in range(1, L):
        require(bounds.d[l] ** 2 >= squared_norm(sample.backward[l - 1], meter), f"d_{l} is too small", i)
        live = [j for j, s in enumerate(sample.slopes[l - 1]) if s]
        upper = sample.slopes[l] if l < L - 1 else [Fraction(1)]
        rows = [[s * row[j] for j in live] for s, row in zip(upper, values.rows[l], strict=True) if s]
        require(squared_norm_at_most(rows, bounds.w[l + 1] ** 2, meter), f"w_{l + 1} is too small", i)
        if l < L - 1:
            rows = [
                [sample.slopes[l - 1][j] * row[j] for j in live]
                for s, row in zip(upper, values.rows[l], strict=True)
                if s
            ]
            require(squared_norm_at_most(rows, bounds.v[l] ** 2, meter), f"v_{l} is too small", i)


def check_recursions(sample: Sample, b: Bounds, r: Fraction, C_3: Fraction, i: int) -> None:
    """F, S and G satisfy their recursions, and C_3 bounds the output's higher orders."""
    L = len(sample.backward)
    s = [Fraction(0), *(max(map(abs, row)) for row in sample.slopes), Fraction(1)]
    for l in range(1, L):
        require(b.F[l] ** 2 >= (s[l] * b.alpha[l - 1]) ** 2 + (b.w[l] * b.F[l - 1]) ** 2, f"F_{l} is too small", i)
        change = s[l] * (b.F[l - 1] + r * b.S[l - 1])
        require(quadratic_gap(b.S[l], b.w[l] * b.S[l - 1], change), f"S_{l} is too small", i)
        above = Fraction(1) if l == L - 1 else b.d[l + 1]
        square = (b.G[l + 1] * b.v[l]) ** 2 + (s[l] * (above + b.G[l + 1] * r)) ** 2
        require(b.G[l] ** 2 >= square, f"G_{l} is too small", i)
    change = b.F[L - 1] + r * b.S[L - 1]
    require(quadratic_gap(C_3, b.w[L] * b.S[L - 1], change), "C_3 is too small", i)


def check_C5(b: Bounds, r: Fraction, C_5: Fraction, L: int, i: int) -> None:
    """Refuted unless C_5 satisfies inequality 6 of FORMAT.md's list for sample i."""
    A, B = [Fraction(0)] * (L + 1), [Fraction(0)] * (L + 1)
    for l in range(1, L + 1):
        d = Fraction(1) if l == L else b.d[l]
        A[l], B[l] = b.G[l] * b.alpha[l - 1], (d + b.G[l] * r) * (b.F[l - 1] + r * b.S[l - 1])
    for k in range(1, L + 1):
        below = sum(A[l] * (A[l] + B[l]) for l in range(1, k))
        beyond = sum(B[l] * (A[l] + B[l]) for l in range(k + 1, L + 1))
        require(C_5**2 >= below + beyond, "C_5 is too small", i)


def check_kinks(values: Parameters, sample: Sample, b: Bounds, r: Fraction, i: int, meter: Meter) -> None:
    """No unit meets a kink for ||xi|| <= r."""
    for l, distances in enumerate(sample.distances, 1):
        T = b.F[l - 1] + r * b.S[l - 1]
        alpha2 = squared_norm(sample.post[l - 1], meter) + 1
        for j, distance in enumerate(distances):
            if distance is None:
                continue
            row = values.rows[l - 1][j]
            if l > 1:
                row = [w for w, s in zip(row, sample.slopes[l - 2], strict=True) if s]
            left = distance - T * r * r / 2
            moved = (alpha2 + squared_norm(row, meter) * T * T) * r * r if l > 1 else alpha2 * r * r
            require(left > 0 and moved < left * left, f"layer {l}, unit {j} may meet a kink within rho_s", i)


# ---- all samples together ------------------------------------------------------------------------------------------


def gram(samples: list[Sample], meter: Meter) -> list[Vector]:
    """nu_i . nu_j = sum over l of (D_i^l . D_j^l) (a_i^{l-1} . a_j^{l-1} + 1)."""
    forward = [[scaled(a, meter) for a in sample.post] for sample in samples]
    back = [[scaled(d, meter) for d in sample.backward] for sample in samples]
    size = len(samples)
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            parts = zip(back[i], back[j], forward[i], forward[j], strict=True)
            total = sum((dot(d, e, meter) * (dot(a, b, meter) + 1) for d, e, a, b in parts), Fraction(0))
            matrix[i][j] = matrix[j][i] = total
    return matrix


def check_spectrum(matrix: list[Vector], curvature: Fraction, low: Fraction, high: Fraction, meter: Meter) -> None:
    """Every positive eigenvalue of curvature * G lies in [low, high]: low G <= curvature G^2 <= high G, as forms."""
    rows = [scaled(row, meter) for row in matrix]
    square = [[curvature * dot(a, b, meter) for b in rows] for a in rows]
    for word, sign, bound in (("smallest", 1, low), ("largest", -1, high)):
        difference = [
            [sign * (q - bound * g) for q, g in zip(upper, lower, strict=True)]
            for upper, lower in zip(square, matrix, strict=True)
        ]
        name = "lambda_min" if word == "smallest" else "lambda_max"
        require(is_semidefinite(difference, meter), f"{name} is not a bound on the {word} positive eigenvalue of H")


def loss_bounds(coefficients: Vector, radius: Fraction) -> tuple[Fraction, Fraction]:
    """Bounds on l'' and |l'''| for |u| <= radius."""
    second = third = Fraction(0)
    for k, c in reversed(list(enumerate(coefficients, 2))):
        second = second * radius + k * (k - 1) * abs(c)
        if k > 2:
            third = third * radius + k * (k - 1) * (k - 2) * abs(c)
    return second, third


def check_formulas(question: Question) -> None:
    """C_1 and C_4 from the loss, and tau, rho, gamma, lambda, C from the rest."""
    c, N, B = question.constants, len(question.dataset.inputs), question.batch
    r, E, factor = c["rho_s"], N // B, question.factor
    second, third = loss_bounds(question.coefficients, c["C_2"] * r + c["C_3"] * r * r)
    curvature = 2 * question.coefficients[0]
    require(2 * c["C_1"] >= second, "C_1 is too small")
    require(2 * c["C_4"] >= 2 * curvature * c["C_3"] + third * (c["C_2"] + c["C_3"] * r) ** 2, "C_4 is too small")
    low = c["lambda_min"]
    require(c["tau"] * low >= factor * c["C_2"] * c["C_4"] * N, "tau is too small")
    require(2 * c["rho"] <= r, "rho is larger than rho_s/2")
    denominator = factor * c["C_2"] * c["C_5"] * c["C_6"] * N + low * c["C_5"]
    require(2 * c["rho"] * denominator <= low * c["C_2"], "rho is too large")
    require(2 * c["gamma"] * c["lambda_max"] ** 2 * E * E <= low * B, "gamma is too large")
    require(4 * B * c["lambda"] == low, "lambda is not lambda_min/(4 B)")
    require(c["C"] >= 16 * c["C_1"] * (c["C_2"] * c["tau"] + c["C_3"]) ** 2, "C is too small")


def check(question: Question, meter: Meter) -> str:
    """A summary if every inequality holds; else Refuted with the first one that does not."""
    c, r = question.constants, question.constants["rho_s"]
    curvature = 2 * question.coefficients[0]
    values = parameters(question.network, meter)
    L = len(values.rows)
    sizes = [limbs(q.numerator) + limbs(q.denominator) for b in question.bounds for row in b for q in row]
    meter.charge(64 * L * sum(OVERHEAD + (size + max(map(limbs_of, c.values()))) ** 2 for size in sizes))
    samples = []
    for i, bounds in enumerate(question.bounds):
        sample = sample_at(question, values, i, meter)
        check_norms(values, sample, bounds, i, meter)
        check_recursions(sample, bounds, r, c["C_3"], i)
        check_C5(bounds, r, c["C_5"], L, i)
        check_kinks(values, sample, bounds, r, i, meter)
        samples.append(sample)
    matrix = gram(samples, meter)
    for i in range(len(samples)):
        require(c["C_2"] ** 2 >= matrix[i][i], "C_2 is too small", i)
        require(c["C_6"] ** 2 >= curvature**2 * matrix[i][i], "C_6 is too small", i)
    check_spectrum(matrix, curvature, c["lambda_min"], c["lambda_max"], meter)
    check_formulas(question)
    theorem = "Theorem 5.1" if question.factor == 16 else "Theorem 5.1r"
    return f"sgd-constants of {theorem}: N = {len(samples)}, B = {question.batch}, widths {question.network.widths}"


def limbs_of(value: Fraction) -> int:
    """The limbs of numerator and denominator."""
    return limbs(value.numerator) + limbs(value.denominator)
