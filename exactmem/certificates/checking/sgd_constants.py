"""The claim "sgd-constants": constants for which Theorem 5.1's proof works at this network; see FORMAT.md."""

from __future__ import annotations

from typing import NamedTuple

from .memorization import read_sized
from .metered import Number, not_negative, positive, read_number
from .networks import Dataset, Network
from .sgd_inequalities import (
    Bounds,
    check_C5,
    check_formulas,
    check_kinks,
    check_norms,
    check_recursions,
    check_spectrum,
    gram,
    require,
)
from .sgd_sample import Sample, check_output, parameters, sample_at
from .strict_json import Node
from .verdicts import Meter, listed

SECTIONS = ("dataset", "network")
CONSTANTS = (
    "rho_s", "C_1", "C_2", "C_3", "C_4", "C_5", "C_6",
    "lambda_min", "lambda_max", "tau", "rho", "gamma", "lambda", "C",
)  # fmt: skip
FACTORS = (16, 32)

SPANS = {"alpha": (0, 0), "w": (2, 1), "v": (1, -1), "d": (1, 0), "F": (1, 0), "S": (1, 0), "G": (1, 0)}
"""Which layers a list is stated for: from the first number to L - 1 plus the second."""


class Question(NamedTuple):
    """Do these constants satisfy every inequality that Lemma G.1 and Theorem 5.1 need?"""

    dataset: Dataset
    network: Network
    coefficients: list[Number]
    batch: int
    factor: int
    constants: dict[str, Number]
    bounds: list[Bounds]


def read_bounds(node: Node, L: int) -> Bounds:
    """The bounds of one sample; each list has as many numbers as its layers in SPANS."""
    result = []
    for (first, last), stated in zip(SPANS.values(), node.fields(*SPANS), strict=True):
        count = max(0, L + last - first)
        stated.expect(count > 0 or stated.value == [], "expected []")
        numbers = [not_negative(item) for item in stated.items(count)] if count else []
        zero = Number(0, node.meter)
        result.append([zero] * first + numbers + [zero] * (L + 1 - first - count))
    bounds = Bounds(*result)
    bounds.d[L] = Number(1, node.meter)
    return bounds


def read_coefficients(loss: Node) -> list[Number]:
    """The loss as coefficients of u^2, u^3, ...; that of u^2 is positive."""
    kind, coefficients = loss.fields("kind", "coefficients")
    kind.expect(kind.value == "polynomial", "expected 'polynomial'")
    values = [read_number(item) for item in coefficients.items()]
    coefficients.items()[0].expect(values[0].value > 0, "expected a positive coefficient of u^2")
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


def check(question: Question, meter: Meter) -> str:
    """A summary if every inequality holds; else Refuted with the first one that does not."""
    dataset, network, c = question.dataset, question.network, question.constants
    curvature, r = 2 * question.coefficients[0], c["rho_s"]
    values = parameters(network, meter)
    samples = list[Sample]()
    for i, bounds in enumerate(question.bounds):
        sample, output = sample_at(network, dataset.inputs[i], values, meter)
        check_output(i, output, dataset.labels[i][0], meter)
        check_norms(values, sample, bounds, i, meter)
        check_recursions(sample, bounds, r, c["C_3"], i)
        check_C5(bounds, r, c["C_5"], len(values.rows), i)
        check_kinks(values, sample, bounds, r, i, meter)
        samples.append(sample)
    matrix = gram(samples, meter)
    for i in range(len(samples)):
        require(c["C_2"] ** 2 >= matrix[i][i], "C_2 is too small", i)
        require(c["C_6"] ** 2 >= curvature**2 * matrix[i][i], "C_6 is too small", i)
    check_spectrum(matrix, curvature, c["lambda_min"], c["lambda_max"], meter)
    check_formulas(c, question.coefficients, question.factor, len(samples), question.batch)
    theorem = "Theorem 5.1" if question.factor == 16 else "Theorem 5.1r"
    sizes = f"N = {len(samples)}, B = {question.batch}, widths {listed(network.widths)}"
    return f"sgd-constants of {theorem}: {sizes}"
