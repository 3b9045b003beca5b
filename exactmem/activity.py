"""Which piece of its activation every hidden unit is on at every sample, exactly."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from flint import fmpq

from exactmem.activations import Activation, PiecewiseLinear
from exactmem.datasets import Dataset
from exactmem.errors import UsageError
from exactmem.matrices import affine
from exactmem.networks import Network, RankOneMatrix, ResNet
from exactmem.rationals import Rational

Vector = list[Rational]


@dataclass(frozen=True)
class HiddenLayer:
    """A layer's units: states[k][i] and outputs[k][i] for unit k and sample i (in the order of `Activity.order`).

    A state is 2 j on piece j of the activation and 2 j + 1 exactly on breakpoint j.
    """

    activation: PiecewiseLinear
    states: list[list[int]]
    outputs: list[Vector]

    @property
    def width(self) -> int:
        """The number of units."""
        return len(self.states)


@dataclass(frozen=True)
class Activity:
    """All hidden layers at all samples; `order` lists the samples by what the first layer sees of them."""

    order: list[int]
    projections: Vector | None
    layers: list[HiddenLayer]


def activity(network: Network, dataset: Dataset) -> Activity:
    """The states of all hidden units at all samples; UsageError for an activation that is not piecewise linear.

    Samples are ordered by u . x where the first weight is column * u (or d_x = 1), else as in the dataset.
    """
    order, projections = sample_order(network, dataset)
    values = [list(dataset.inputs[i]) for i in order]
    layers = []
    if isinstance(network, ResNet):
        for block in network.layers:
            pre = affine(block.U, block.b, values)
            layers.append(_observe(block.activation, pre))
            change = affine(block.V, block.c, [list(row) for row in zip(*layers[-1].outputs, strict=True)])
            values = _add(values, change) if block.skip else change
        return Activity(order, projections, layers)
    for layer in network.layers[:-1]:
        layers.append(_observe(layer.activation, affine(layer.weight, layer.bias, values)))
        values = [list(row) for row in zip(*layers[-1].outputs, strict=True)]
    return Activity(order, projections, layers)


def sample_order(network: Network, dataset: Dataset) -> tuple[list[int], Vector | None]:
    """The samples sorted by what a first layer of rank one sees, with those numbers; else 0, 1, ... and None."""
    weight = network.layers[0].U if isinstance(network, ResNet) else network.layers[0].weight
    if isinstance(weight, RankOneMatrix) and not isinstance(network, ResNet):
        seen = [sum((v * c for v, c in zip(weight.row, x, strict=True)), fmpq(0)) for x in dataset.inputs]
    elif network.d_x == 1:
        seen = [x[0] for x in dataset.inputs]
    else:
        return list(range(dataset.N)), None
    order = sorted(range(dataset.N), key=seen.__getitem__)
    return order, [seen[i] for i in order]


def _observe(activation: Activation, pre: list[Vector]) -> HiddenLayer:
    if not isinstance(activation, PiecewiseLinear):
        raise UsageError(f"the activation {activation.name} has no pieces to draw: only piecewise-linear networks")
    columns = [list(column) for column in zip(*pre, strict=True)]
    states = [[state(activation, z) for z in column] for column in columns]
    return HiddenLayer(activation, states, [[activation(z) for z in column] for column in columns])


def state(activation: PiecewiseLinear, z: Rational) -> int:
    """2 j for z inside piece j of the activation, 2 j + 1 for z exactly on breakpoint j (both from 0)."""
    return bisect_left(activation.breakpoints, z) + bisect_right(activation.breakpoints, z)


def _add(first: list[Vector], second: list[Vector]) -> list[Vector]:
    return [[a + b for a, b in zip(x, y, strict=True)] for x, y in zip(first, second, strict=True)]


def is_unused(layer: HiddenLayer, k: int) -> bool:
    """Whether unit k gives the same output at every sample."""
    return len(set(layer.outputs[k])) == 1


def sees_nothing(layer: HiddenLayer, k: int) -> bool:
    """Whether unit k's output is constant although it is not flat where it is: all samples look the same to it."""
    pieces = layer.activation.pieces
    flat = {2 * j for j, (slope, _) in enumerate(pieces) if slope == 0}
    return is_unused(layer, k) and not flat.intersection(layer.states[k])


def passes(layer: HiddenLayer, k: int) -> list[bool]:
    """Per sample, whether unit k passes it: on a bounded piece of the activation (hard-tanh), else on the last one."""
    last = 2 * len(layer.activation.breakpoints)
    if last >= 4:
        return [0 < s < last for s in layer.states[k]]
    return [s == last for s in layer.states[k]]


def carries(layer: HiddenLayer, k: int) -> bool:
    """Whether unit k only passes on what it sees: at all samples it is on one and the same piece."""
    return len({s for s in layer.states[k] if s % 2 == 0}) <= 1 and not is_unused(layer, k)


def is_affine(values: Vector, places: Vector) -> bool:
    """Whether the values are an affine, non-constant function of the places, exactly."""
    if len(places) < 2 or values[0] == values[-1]:
        return False
    slope = (values[-1] - values[0]) / (places[-1] - places[0])
    return all(v == values[0] + slope * (t - places[0]) for v, t in zip(values, places, strict=True))
