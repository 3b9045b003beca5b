"""A memorizing global minimum theta* of the empirical risk (Definition 5.1) with its piece of every unit.

Theorem 5.1 needs more than printed: no pre-activation z_j^l(x_i) may sit on a kink of the activation, since the risk is
differentiable at every memorizing minimum (l' = 0 there) but nu_i is not defined at kinks.
"""

__all__ = [
    "Kink",
    "Memorizer",
    "Piece",
    "Vector",
    "check_memorizes",
    "find_kinks",
    "memorizer",
    "network_with",
    "piece_table",
    "piecewise",
    "weight_rows",
]

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq

from exactmem.activations import PiecewiseLinear
from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError, KinkError, UsageError
from exactmem.evaluate import first_mismatch, pre_activations
from exactmem.networks import FNN, FNNLayer, Network, dense
from exactmem.rationals import Rational, shorten

Vector = list[Rational]


@dataclass(frozen=True)
class Piece:
    """One affine piece t -> slope t + intercept of an activation on the open interval (low, high); None is infinite."""

    slope: Rational
    intercept: Rational
    low: Rational | None
    high: Rational | None

    def distance(self, t: Rational) -> Rational | None:
        """The distance of t in the interval to its nearer end; None where there is no end."""
        ends = [abs(t - end) for end in (self.low, self.high) if end is not None]
        return min(ends) if ends else None


@dataclass(frozen=True)
class Kink:
    """A pre-activation that sits on a breakpoint: sample i, layer l (from 1), unit j, and the breakpoint."""

    sample: int
    layer: int
    unit: int
    breakpoint: Rational

    def __str__(self) -> str:
        return f"sample {self.sample}, layer {self.layer}, unit {self.unit}: pre-activation {shorten(self.breakpoint)}"


@dataclass(frozen=True)
class Memorizer:
    """A network with f(x_i) = y_i for all N samples and no pre-activation on a kink. Build it with `memorizer`.

    `pieces[l][i][j]` is the piece of unit j of hidden layer l + 1 at sample i. The parameters are ordered layer by
    layer, unit by unit, each unit's weights before its bias.
    """

    network: FNN
    dataset: Dataset
    pieces: tuple[tuple[tuple[Piece, ...], ...], ...]

    @property
    def N(self) -> int:
        """Number of samples."""
        return self.dataset.N

    @property
    def L(self) -> int:
        """Number of layers, the output layer included."""
        return len(self.network.layers)

    @cached_property
    def rows(self) -> tuple[tuple[tuple[Rational, ...], ...], ...]:
        """Per layer the rows (weights, bias) of its units, d_l x (d_{l-1} + 1)."""
        return tuple(tuple((*w, b) for w, b in zip(weight_rows(l), l.bias, strict=True)) for l in self.network.layers)

    @cached_property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Per layer (d_l, d_{l-1} + 1)."""
        return tuple((len(rows), len(rows[0])) for rows in self.rows)

    @cached_property
    def theta(self) -> tuple[Rational, ...]:
        """All parameters in order."""
        return tuple(v for rows in self.rows for row in rows for v in row)

    @property
    def P(self) -> int:
        """Number of parameters."""
        return len(self.theta)

    def with_parameters(self, theta: Sequence[Rational]) -> FNN:
        """The network with other parameters, given in order."""
        return network_with(self.network, theta)


def weight_rows(layer: FNNLayer) -> list[Vector]:
    """The rows of a layer's weight as a dense matrix."""
    table = []
    for entries in layer.weight.nonzero():
        row = [fmpq(0)] * layer.weight.shape[1]
        for j, v in entries:
            row[j] = v
        table.append(row)
    return table


def network_with(network: FNN, theta: Sequence[Rational]) -> FNN:
    """The network with its parameters replaced, in the order layer by layer, unit by unit, weights before bias."""
    layers, start = [], 0
    for layer in network.layers:
        height, width = layer.weight.shape
        rows = [theta[start + k * (width + 1) : start + (k + 1) * (width + 1)] for k in range(height)]
        start += height * (width + 1)
        layers.append(FNNLayer(dense(row[:-1] for row in rows), tuple(row[-1] for row in rows), layer.activation))
    return FNN(tuple(layers))


def piecewise(network: Network) -> tuple[FNN, list[PiecewiseLinear]]:
    """The network and its hidden activations; UsageError unless it is an FNN with one output and piecewise-linear."""
    if not isinstance(network, FNN):
        raise UsageError("Theorem 5.1 is about fully-connected networks; this certificate holds a residual network")
    if network.d_y != 1:
        raise UsageError(f"Theorem 5.1 is about networks with d_y = 1 output; this network has {network.d_y}")
    hidden = []
    for l, layer in enumerate(network.layers[:-1], 1):
        if not isinstance(layer.activation, PiecewiseLinear):
            raise UsageError(
                f"layer {l} has activation {layer.activation.name}: Theorem 5.1 needs a piecewise-linear one"
            )
        hidden.append(layer.activation)
    return network, hidden


def find_kinks(network: Network, dataset: Dataset) -> list[Kink]:
    """Every pre-activation z_j^l(x_i) that is a breakpoint of its layer's activation, in order of samples."""
    network, activations = piecewise(network)
    return [
        Kink(i, l, j, z)
        for i, x in enumerate(dataset.inputs)
        for l, (activation, values) in enumerate(zip(activations, pre_activations(network, x), strict=False), 1)
        for j, z in enumerate(values)
        if z in activation.breakpoints
    ]


def memorizer(network: Network, dataset: Dataset) -> Memorizer:
    """The memorizing minimum given by a network and its dataset.

    Raises UsageError for networks Theorem 5.1 is not about, ConstructionError (witness: the sample) when
    f(x_i) = y_i fails, KinkError (witness: (sample, layer, unit)) when a pre-activation sits on a kink.
    """
    network, activations = piecewise(network)
    check_memorizes(network, dataset)
    kinks = find_kinks(network, dataset)
    if kinks:
        first = kinks[0]
        raise KinkError(
            f"{len(kinks)} pre-activation(s) sit on a kink, the first: {first}; Theorem 5.1 needs none: move them "
            "off with exactmem.sgd.repair.without_kinks (the sgd command does so unless --keep-kinks is given)",
            witness=(first.sample, first.layer, first.unit),
        )
    return Memorizer(network, dataset, tuple(zip(*_pieces(network, activations, dataset), strict=True)))


def check_memorizes(network: FNN, dataset: Dataset) -> None:
    """Raise ConstructionError (witness: the sample) unless f(x_i) = y_i for all samples."""
    mismatch = first_mismatch(network, dataset)
    if mismatch is not None:
        raise ConstructionError(
            f"the network is no memorizing minimum: sample {mismatch.index} gives {shorten(mismatch.obtained[0])} "
            f"for {shorten(mismatch.expected[0])}",
            witness=mismatch.index,
        )


def _pieces(
    network: FNN, activations: Sequence[PiecewiseLinear], dataset: Dataset
) -> Iterator[tuple[tuple[Piece, ...], ...]]:
    tables = [piece_table(activation) for activation in activations]
    for x in dataset.inputs:
        values = pre_activations(network, x)[:-1]
        yield tuple(
            tuple(table[activation.piece_index(z)] for z in layer)
            for activation, table, layer in zip(activations, tables, values, strict=True)
        )


def piece_table(activation: PiecewiseLinear) -> list[Piece]:
    """The activation's pieces with the open intervals they cover, from left to right."""
    ends = [None, *activation.breakpoints, None]
    return [Piece(*piece, *span) for piece, span in zip(activation.pieces, itertools.pairwise(ends), strict=True)]
