"""The claim "gradient-rate": gradient descent converges at a stated rate and flips no activation; see FORMAT.md."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from .linear_algebra import Matrix, Scaled, dot, is_semidefinite, scaled
from .memorization import read_sized, shown
from .metered import Number, positive
from .networks import Dataset, Network
from .sgd_constants import check_network
from .sgd_sample import Sample, Vector, fraction, keep, parameters, sample_at, stored
from .strict_json import Node
from .verdicts import OVERHEAD, Meter, Refuted, limbs, listed

SECTIONS = ("dataset", "network", "evidence")


class Question(NamedTuple):
    """Do all steps of that size keep every activation, and shrink the residual by 1 - step * rate at least?"""

    dataset: Dataset
    network: Network
    step: Number
    rate: Number
    biases: bool
    inverse: Matrix


def read(document: Node) -> Question:
    """The question that a well-formed document asks."""
    names = ("kind", "source", "sizes", "step", "rate", "biases")
    _, source, sizes, step, rate, biases = document.member("claim").fields(*names)
    source.text()
    biases.expect(type(biases.value) is bool, "expected true or false")
    dataset, network = read_sized(document, sizes)
    node = document.member("network")
    check_network(node, network)
    node.member("layers").expect(len(network.layers) == 2, "expected one hidden layer and the output layer")
    (inverse,) = document.member("evidence").fields("inverse")
    N = len(dataset.inputs)
    rows = [[fraction(*entry, node.meter) for entry in row.rationals(N)] for row in inverse.items(N)]
    return Question(dataset, network, positive(step), positive(rate), biases.value, rows)


class Start(NamedTuple):
    """At the first step: the samples, x_i . x_k (+ 1 for biases), the kernel, residuals and pre-activations."""

    samples: list[Sample]
    products: Matrix
    kernel: Matrix
    residuals: Vector
    hidden: Matrix


def start(question: Question, meter: Meter) -> Start:
    """The forward and backward pass of all samples, and the tangent kernel of what is trained."""
    dataset, network = question.dataset, question.network
    values = parameters(network, meter)
    samples, residuals, hidden = list[Sample](), Vector(), Matrix()
    for inputs, (label,) in zip(dataset.inputs, dataset.labels, strict=True):
        sample, output = sample_at(network, inputs, values, meter)
        samples.append(sample)
        residuals += keep([(Number(output, meter) - fraction(*label, meter)).value], meter)
        vector = scaled(sample.post[0], meter)
        units = zip(values.integers[0], values.bias[0], strict=True)
        hidden.append(keep([(Number(dot(row, vector, meter), meter) + b).value for row, b in units], meter))
    products = gram([stored(sample.post[0], meter) for sample in samples], meter)
    if question.biases:
        products = [keep([(Number(value, meter) + 1).value for value in row], meter) for row in products]
    backward = gram([stored(sample.backward[0], meter) for sample in samples], meter)
    pairs = zip(products, backward, strict=True)
    kernel = [keep(entrywise(row, other, meter), meter) for row, other in pairs]
    return Start(samples, products, kernel, residuals, hidden)


def gram(vectors: list[Scaled], meter: Meter) -> Matrix:
    """The inner products of the vectors."""
    return [keep([dot(v, w, meter) for w in vectors], meter) for v in vectors]


def entrywise(left: Vector, right: Vector, meter: Meter) -> Vector:
    """The products of the entries at the same place."""
    return [(Number(a, meter) * b).value for a, b in zip(left, right, strict=True)]


def applied(rows: list[Scaled], vector: Scaled, meter: Meter) -> Vector:
    """The matrix with these rows times the vector."""
    return [dot(row, vector, meter) for row in rows]


def whole(matrix: Matrix, meter: Meter) -> list[Scaled]:
    """The rows over one common denominator for all of them, kept."""
    N = len(matrix)
    flat = stored([value for row in matrix for value in row], meter)
    return [flat._replace(numerators=flat.numerators[i * N : (i + 1) * N]) for i in range(N)]


def quadratic(rows: list[Scaled], vector: Scaled, meter: Meter) -> Fraction:
    """vector . matrix vector, for rows over one denominator."""
    N, first = len(rows), rows[0]
    longest = first.size + 2 * vector.size + limbs(first.denominator) + 2 * limbs(vector.denominator) + 2
    meter.charge(N * N * (OVERHEAD + first.size * vector.size) + N * (OVERHEAD + longest * vector.size))
    meter.charge(24 * OVERHEAD + 4 * longest * longest)
    inner = [sum([a * b for a, b in zip(row.numerators, vector.numerators, strict=True)]) for row in rows]
    total = sum([a * b for a, b in zip(inner, vector.numerators, strict=True)])
    return Fraction(total, first.denominator * vector.denominator**2)


def shifted(matrix: Matrix, factor: Number, shift: Number, meter: Meter) -> Matrix:
    """factor * matrix + shift * I."""
    zero = Number(0, meter)
    return [
        keep([(factor * value + (shift if i == k else zero)).value for k, value in enumerate(row)], meter)
        for i, row in enumerate(matrix)
    ]


def check_spectrum(kernel: Matrix, step: Number, rate: Number, meter: Meter) -> None:
    """Refuted unless rate I <= kernel <= I/step."""
    one, minus = Number(1, meter), Number(-1, meter)
    if not is_semidefinite(shifted(kernel, one, minus * rate, meter), meter):
        raise Refuted("an eigenvalue of the kernel is below the rate")
    if not is_semidefinite(shifted(kernel, minus * step, one, meter), meter):
        raise Refuted("the step times an eigenvalue of the kernel exceeds 1")


def check_inverse(kernel: Matrix, inverse: list[Scaled], meter: Meter) -> None:
    """Refuted unless the kernel times the other matrix is the identity (both are symmetric if it is)."""
    for i, row in enumerate(kernel):
        for k, value in enumerate(applied(inverse, scaled(row, meter), meter)):
            if value != (i == k):
                raise Refuted(f"row {i} of the kernel times row {k} of the inverse is not {int(i == k)}")


def check_kinks(network: Network, begin: Start, inverse: list[Scaled], meter: Meter) -> None:
    """Refuted unless every pre-activation keeps off every breakpoint at all steps.

    Gradient descent moves it by -c . inverse P residuals with 0 <= P <= I, c the unit's share in the kernel.
    """
    residuals = scaled(begin.residuals, meter)
    pull = stored(applied(inverse, residuals, meter), meter)
    energy = Number(dot(residuals, pull, meter), meter)
    for i, near in enumerate(begin.products):
        for j, z in enumerate(begin.hidden[i]):
            share = scaled(entrywise(near, [sample.backward[0][j] for sample in begin.samples], meter), meter)
            moved = Number(quadratic(inverse, share, meter), meter) * energy
            drift = Number(dot(share, pull, meter), meter)
            for point in network.layers[0].activation.breakpoints:
                if (2 * (Number(z, meter) - point) - drift) ** 2 <= moved:
                    raise Refuted(f"sample {i}, unit {j}: the pre-activation may reach the breakpoint {point}")


def check(question: Question, meter: Meter) -> str:
    """A summary if the steps keep every activation and the rate; else Refuted with the first reason."""
    begin = start(question, meter)
    inverse = whole(question.inverse, meter)
    check_inverse(begin.kernel, inverse, meter)
    check_spectrum(begin.kernel, question.step, question.rate, meter)
    check_kinks(question.network, begin, inverse, meter)
    factor = (Number(1, meter) - question.step * question.rate).value
    sizes = f"N = {len(begin.samples)}, widths {listed(question.network.widths)}"
    power = f"({shown((factor.numerator, factor.denominator), meter)})^t"
    return f"gradient-rate: {sizes}, |r_t| <= {power} |r_0| for all t, no activation flips"
