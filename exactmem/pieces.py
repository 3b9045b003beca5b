"""How many affine pieces a network can have on a line, and the dataset that needs the most.

Theorem 3.3 (Yun, Sra, Jadbabaie 2019, Appendix D, after Telgarsky); the counts are in `exactmem.sizes.pieces`. A piece
is a maximal interval on which the function is affine; a single point counts as a piece where the function jumps there.
"""

__all__ = [
    "MAX_NUMBERS",
    "Evidence",
    "activation_pieces",
    "curve_pieces",
    "extremal_dataset",
    "extremal_direction",
    "has_continuous_activations",
    "hidden_layers",
    "own_line",
    "refute",
]

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exactmem.activations import Activation, PiecewiseLinear
from exactmem.curves import Curve
from exactmem.datasets import Dataset, make_dataset
from exactmem.errors import LimitError, ShapeError, UsageError, printable
from exactmem.lines import LineRestriction, Piece, fewest_pieces, restrict
from exactmem.networks import Network, RankOneMatrix, ResNet
from exactmem.rationals import rational, to_text, vector
from exactmem.sizes.pieces import HiddenLayer, smallest_impossible


def hidden_layers(network: Network) -> list[HiddenLayer]:
    """The layers of a network as the bounds need them; UsageError for an activation that is not piecewise linear."""
    if isinstance(network, ResNet):
        return [HiddenLayer(l.U.shape[0], activation_pieces(l.activation), l.skip) for l in network.layers]
    return [HiddenLayer(l.weight.shape[0], activation_pieces(l.activation)) for l in network.layers[:-1]]


def activation_pieces(activation: Activation) -> int:
    """p, the number of pieces of an activation; UsageError if it has none."""
    if not isinstance(activation, PiecewiseLinear):
        raise UsageError(f"the activation {activation.name} is not piecewise linear: it has no pieces to count")
    return len(activation.pieces)


def has_continuous_activations(network: Network) -> bool:
    """Whether every hidden activation is continuous, which Theorem 3.3 needs."""
    hidden = network.layers if isinstance(network, ResNet) else network.layers[:-1]
    return all(l.activation.is_continuous for l in hidden)


def curve_pieces(curve: Curve) -> tuple[Piece, ...]:
    """The pieces of a function given by its changes, least in number."""
    return fewest_pieces([curve], (None, None))


MAX_NUMBERS = 1_000_000
"""Most numbers, N d_x, in the inputs of an extremal dataset."""


def extremal_direction(d_x: int) -> tuple[Any, ...]:
    """The default direction u = (1, 0, ..., 0); UsageError for d_x < 1, LimitError for d_x > MAX_NUMBERS."""
    if d_x < 1:
        raise UsageError(f"the input dimension d_x = {d_x} must be positive")
    _check_size(1, d_x)
    return tuple(vector([1] + [0] * (d_x - 1)))


def _check_size(N: int, d_x: int) -> None:
    if N * d_x > MAX_NUMBERS:
        samples, columns, numbers = (printable(str(n)) for n in (N, d_x, N * d_x))
        raise LimitError(
            f"the extremal dataset of N = {samples} samples with d_x = {columns} has {numbers} numbers, more than the "
            f"limit of {MAX_NUMBERS}; take fewer samples"
        )


def extremal_dataset(N: int, direction: Sequence[Any]) -> Dataset:
    """The dataset x_i = i u, y_i = (-1)^i, i = 1, ..., N of Theorem 3.3 (Appendix D), for a direction u.

    A continuous function through it has at least N - 1 pieces on the line t -> t u. UsageError for N < 1 or u = 0,
    LimitError for N d_x > MAX_NUMBERS.
    """
    u = vector(direction)
    if N < 1:
        raise UsageError(f"N = {N}: at least one sample is needed")
    if all(v == 0 for v in u):
        raise UsageError("the direction u is zero: all samples would be equal; give another one")
    _check_size(N, len(u))
    inputs = [[i * v for v in u] for i in range(1, N + 1)]
    return make_dataset(inputs, [(-1) ** i for i in range(1, N + 1)], [f"i = {i}" for i in range(1, N + 1)])


@dataclass(frozen=True)
class Evidence:
    """Why a network misses a sample of the extremal dataset: too few pieces on its line, and a sample it misses.

    `missed` counts from 0: the first sample i with f(x_i) != y_i, where f gives `obtained`.
    """

    dataset: Dataset
    restriction: LineRestriction
    missed: int
    obtained: Any

    @property
    def pieces(self) -> int:
        """The number of pieces on the line t -> t u."""
        return len(self.restriction.pieces)


def refute(network: Network, direction: Sequence[Any], N: int | None = None) -> Evidence:
    """Evidence that a network misses a sample of the extremal dataset of N samples (default: the least N that works).

    Raises ShapeError for d_y != 1 or a direction of another dimension, UsageError for discontinuous activations and
    where N - 1 pieces or more make the count inconclusive (witness: the number of pieces), LimitError for too large N.
    """
    if network.d_y != 1:
        raise ShapeError(f"the extremal dataset has one label per sample, the network has {network.d_y} outputs")
    if not has_continuous_activations(network):
        raise UsageError("the piece count decides for continuous activations only; this network's can jump")
    u = vector(direction)
    if len(u) != network.d_x:
        raise ShapeError(f"the direction u has {len(u)} entries, the network expects d_x = {network.d_x}")
    if all(v == 0 for v in u):
        raise UsageError("the direction u is zero: all samples would be equal; give another one")
    if N is not None:
        _check_size(N, len(u))
    restriction = restrict(network, [0] * len(u), u)
    count = len(restriction.pieces)
    if N is None:
        N = smallest_impossible(count)
    if not count < N - 1:
        raise UsageError(
            f"the network has {count} pieces on the line, which may fit N = {N} samples: the count decides for "
            f"N >= {smallest_impossible(count)} only",
            witness=count,
        )
    dataset = extremal_dataset(N, u)
    for i, y in enumerate(dataset.labels):
        obtained = restriction(rational(i + 1))
        if obtained != list(y):
            return Evidence(dataset, restriction, i, obtained[0])
    raise ArithmeticError(f"{count} pieces fit {N} alternating samples on the line through {to_text(u[0])}, ...")


def own_line(network: Network) -> tuple[list[Any], list[Any]] | None:
    """The points 0 and u / (u . u) of the line on which a first layer that sees u . x only sees t, or None.

    For d_x = 1 that is t itself. Every sample x can then be placed on the line at t = u . x.
    """
    weight = network.layers[0].U if isinstance(network, ResNet) else network.layers[0].weight
    if network.d_x == 1:
        return vector([0]), vector([1])
    if isinstance(network, ResNet) or not isinstance(weight, RankOneMatrix) or all(v == 0 for v in weight.row):
        return None
    square = sum((v * v for v in weight.row), rational(0))
    return vector([0] * network.d_x), [v / square for v in weight.row]
