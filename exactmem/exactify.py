"""A network that nearly fits becomes exact by the smallest change of its output layer, over the rationals.

With phi_i the last hidden values at sample i, and a 1 for the bias, the output layer theta gives phi_i theta. Where the
residuals R = Y - Phi theta lie in the column space of Phi, the change of least Frobenius norm with Phi Delta = R is
Delta = B^T (B B^T)^{-1} R_B, for B a largest set of independent rows of Phi (all of them at full row rank). Otherwise
some row is a combination of rows before it while its label is not that of theirs, which no output layer can fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq, fmpq_mat

from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError, LimitError, ShapeError
from exactmem.evaluate import evaluate, first_mismatch
from exactmem.matrices import affine
from exactmem.networks import FNN, Network, ResNet, dense
from exactmem.rationals import Rational

MAX_SAMPLES = 2000
"""Most samples: the system solved is N x N."""


class DependentFeaturesError(ConstructionError):
    """No output layer fits: the last hidden values of a sample are a combination of others' whose labels differ.

    `witness` is (rank, sample, [(other sample, coefficient), ...]); coefficients add up to 1.
    """


@dataclass(frozen=True)
class Exactified:
    """The exact network, and what was changed: the rank of the features, the squared norm of the change, and its
    largest entry."""

    network: Network
    rank: int
    squared_norm: Rational
    largest_change: Rational


def features(network: Network, inputs: Sequence[Sequence[Rational]]) -> list[list[Rational]]:
    """The last hidden values at every input, with a 1 for the bias."""
    layers: Any = network.layers
    if isinstance(network, FNN):
        values = [list(x) for x in inputs]
        if len(layers) > 1:
            values = evaluate(replace_readout(network, len(layers[-2].bias)), inputs)
        return [[*row, fmpq(1)] for row in values]
    before = evaluate(ResNet(layers[:-1]), inputs) if len(layers) > 1 else [list(x) for x in inputs]
    last = layers[-1]
    hidden = affine(last.U, last.b, before)
    return [[*(last.activation(z) for z in row), fmpq(1)] for row in hidden]


def replace_readout(network: FNN, width: int) -> FNN:
    """The network whose outputs are the last hidden values."""
    unit = dense([[int(i == j) for j in range(width)] for i in range(width)])
    return FNN((*network.layers[:-1], replace(network.layers[-1], weight=unit, bias=(fmpq(0),) * width)))


def exactify(network: Network, dataset: Dataset) -> Exactified:
    """The network with the least change of its output layer that memorizes the dataset, f(x_i) = y_i, exactly.

    Raises ShapeError where dimensions differ, LimitError for more than MAX_SAMPLES samples, DependentFeaturesError
    where no output layer fits (witness: the rank, a sample, and the combination of others that it is).
    """
    if (network.d_x, network.d_y) != (dataset.d_x, dataset.d_y):
        raise ShapeError(
            f"the network maps {network.d_x} numbers to {network.d_y}, the samples have {dataset.d_x} and {dataset.d_y}"
        )
    if dataset.N > MAX_SAMPLES:
        raise LimitError(f"{dataset.N} samples; at most {MAX_SAMPLES} can be fitted by solving for the output layer")
    phi = features(network, dataset.inputs)
    outputs = evaluate(network, dataset.inputs)
    residuals = [[y - f for y, f in zip(*rows, strict=True)] for rows in zip(dataset.labels, outputs, strict=True)]
    reduced, rank = fmpq_mat(phi).transpose().rref()
    table = reduced.tolist()
    chosen = [next(j for j, v in enumerate(row) if v != 0) for row in table[:rank]]
    _check_dependent(dataset, table, chosen, residuals)
    B = fmpq_mat([phi[i] for i in chosen])
    solved = (B * B.transpose()).solve(fmpq_mat([residuals[i] for i in chosen]))
    change = (B.transpose() * solved).tolist()
    result = _changed(network, change)
    if first_mismatch(result, dataset) is not None:
        raise ConstructionError("the changed output layer does not fit; this should be impossible")
    entries = [v for row in change for v in row]
    return Exactified(result, rank, sum((v * v for v in entries), fmpq(0)), max(abs(v) for v in entries))


def _check_dependent(dataset: Dataset, table: Any, chosen: list[int], residuals: list[list[Rational]]) -> None:
    """Every sample that depends on the chosen ones must have the residual that goes with them."""
    for i in range(dataset.N):
        if i in chosen:
            continue
        combination = [(j, table[row][i]) for row, j in enumerate(chosen) if table[row][i] != 0]
        for k in range(dataset.d_y):
            if sum((c * residuals[j][k] for j, c in combination), fmpq(0)) != residuals[i][k]:
                raise DependentFeaturesError(
                    f"no output layer fits: the last hidden values of {dataset.N} samples have rank {len(chosen)}, and "
                    f"those of {dataset.rows[i]} are a combination of {len(combination)} others' but its label is not",
                    witness=(len(chosen), i, combination),
                )


def _changed(network: Network, change: Sequence[Sequence[Rational]]) -> Network:
    """The network with `change` (transposed, the bias last) added to its output layer."""
    last: Any = network.layers[-1]
    old = last.V if isinstance(network, ResNet) else last.weight
    rows = []
    for i, row in enumerate(old.nonzero()):
        known = dict(row)
        rows.append([known.get(j, fmpq(0)) + change[j][i] for j in range(old.shape[1])])
    bias = tuple(b + change[-1][i] for i, b in enumerate(last.c if isinstance(network, ResNet) else last.bias))
    if isinstance(network, ResNet):
        return ResNet((*network.layers[:-1], replace(last, V=dense(rows), c=bias)))
    return FNN((*network.layers[:-1], replace(last, weight=dense(rows), bias=bias)))
