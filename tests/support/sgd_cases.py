"""Small exact networks for the tests of Theorem 5.1, and an independent evaluation in `Fraction`s."""

import itertools
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq

from exactmem.activations import HARD_TANH, IDENTITY, RELU, PiecewiseLinear, relu_like
from exactmem.datasets import Dataset, make_dataset
from exactmem.errors import KinkError
from exactmem.networks import FNN, dense, layer
from exactmem.rationals import rational, to_fraction
from exactmem.sgd.constants import Training
from exactmem.sgd.loss import SQUARED_LOSS, Loss
from exactmem.sgd.memorizer import Memorizer, memorizer, weight_rows

LEAKY = relu_like(fmpq(3, 2), fmpq(1, 10))
ACTIVATIONS = (RELU, HARD_TANH, LEAKY)


def fnn(parameters: Sequence[tuple[Any, Any]], activation: PiecewiseLinear = RELU) -> FNN:
    """An FNN from (weight rows, bias) per layer."""
    last = len(parameters) - 1
    return FNN(tuple(layer(dense(w), b, IDENTITY if l == last else activation) for l, (w, b) in enumerate(parameters)))


def labelled(network: FNN, inputs: Sequence[Sequence[Any]]) -> Dataset:
    """The inputs with the network's own outputs as labels, so that the network memorizes them."""
    return make_dataset(inputs, [naive_output(network, [to_fraction(rational(v)) for v in x]) for x in inputs])


def random_network(seed: int, sizes: Sequence[int], activation: PiecewiseLinear, N: int) -> Memorizer:
    """A seeded random network with small rational parameters that memorizes N random inputs off its kinks."""
    generator = random.Random(seed)
    while True:
        parameters = [
            (
                [[fmpq(generator.randint(-8, 8), 4) for _ in range(below)] for _ in range(above)],
                [fmpq(generator.randint(-8, 8), 5) for _ in range(above)],
            )
            for below, above in itertools.pairwise(sizes)
        ]
        network = fnn(parameters, activation)
        inputs: set[tuple[Fraction, ...]] = set()
        while len(inputs) < N:
            inputs.add(tuple(Fraction(generator.randint(-20, 20), 7) for _ in range(sizes[0])))
        try:
            return memorizer(network, labelled(network, sorted(inputs)))
        except KinkError:
            continue


def problem(minimum: Memorizer, loss: Loss = SQUARED_LOSS) -> Training:
    return Training(minimum, loss)


def one_two_one(activation: PiecewiseLinear = HARD_TANH) -> Memorizer:
    """A 1-2-1 network on two samples, with units in different pieces."""
    network = fnn([([[1], [fmpq(1, 2)]], [fmpq(1, 3), -1]), ([[2, -1]], [fmpq(1, 5)])], activation)
    return memorizer(network, labelled(network, [[fmpq(1, 4)], [3]]))


# ---- an evaluation that shares no code with exactmem -----------------------------------------------------------------


def naive_activation(activation: PiecewiseLinear, t: Fraction) -> Fraction:
    if activation.kind == "hard-tanh":
        return max(Fraction(-1), min(Fraction(1), t))
    if activation.kind == "abs":
        return abs(t)
    plus, minus = (to_fraction(dict(activation.parameters)[name]) for name in ("s_plus", "s_minus"))
    return plus * t if t >= 0 else minus * t


def naive_layers(network: FNN) -> list[list[list[Fraction]]]:
    """Per layer the rows (weights, bias) as Fractions."""
    return [
        [[to_fraction(v) for v in (*row, b)] for row, b in zip(weight_rows(l), l.bias, strict=True)]
        for l in network.layers
    ]


def naive_output(network: FNN, x: Sequence[Fraction], layers: Any = None) -> Fraction:
    """f(x), from the definition; `layers` replaces the network's own parameters."""
    values = list(x)
    layers = layers if layers is not None else naive_layers(network)
    for l, rows in enumerate(layers):
        values = [sum((w * v for w, v in zip(row, values, strict=False)), row[-1]) for row in rows]
        if l < len(layers) - 1:
            values = [naive_activation(network.layers[l].activation, v) for v in values]  # type: ignore[arg-type]
    return values[0]


def moved(network: FNN, theta: Sequence[Fraction]) -> list[list[list[Fraction]]]:
    """The parameters, in order, as layers for `naive_output`."""
    layers, start = [], 0
    for rows in naive_layers(network):
        width = len(rows[0])
        layers.append([list(theta[start + k * width : start + (k + 1) * width]) for k in range(len(rows))])
        start += len(rows) * width
    return layers


def naive_output_at(minimum: Memorizer, theta: Sequence[Fraction], sample: int) -> Fraction:
    x = [to_fraction(v) for v in minimum.dataset.inputs[sample]]
    return naive_output(minimum.network, x, moved(minimum.network, theta))


def naive_gradient(minimum: Memorizer, theta: Sequence[Fraction], sample: int, step: Fraction) -> list[Fraction]:
    """grad f(x_i) by divided differences, which are exact as f is affine in every single parameter near theta."""
    here = naive_output_at(minimum, theta, sample)
    result = []
    for k in range(len(theta)):
        there = [v + step if j == k else v for j, v in enumerate(theta)]
        result.append((naive_output_at(minimum, there, sample) - here) / step)
    return result


def fractions(values: Sequence[Any]) -> list[Fraction]:
    return [to_fraction(v) for v in values]
