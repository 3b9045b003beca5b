"""Algorithms 1, 2 and 3 of the survey (Daniely 2020b), run exactly, with the exact replacement of Theorem 8.

Algorithm 2 (step eta) moves V in the tangent features; Algorithm 1 (u = (B, -B), step eta/B^2) moves the true network.
If B > B*(V^t) for all t, then W^t = W^1 + V^t/B, and both are the same function on the data (ledger: theorem-8-exact).
Algorithm 3 (step 2 eta) has v^t = 2 V^t for the copy with u = 1. The network's slope at a kink is taken as s_minus.
"""

__all__ = ["MAX_BITS", "Rows", "Setting", "Tangent", "TrueNetwork", "longest", "seeded_batches", "square_norm"]

import random
from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from exactmem.activations import Activation
from exactmem.backward import output_rows
from exactmem.datasets import Dataset
from exactmem.errors import DatasetError, LimitError, UsageError
from exactmem.rationals import Rational, bits, round_dyadic, shorten
from exactmem.tangent.kernel import matrix_of, one_kink, pre_activations, slopes_at
from exactmem.tangent.losses import Loss

Rows = list[list[Rational]]

MAX_BITS = 200_000
"""Longest number of an exact iterate; exact iterates grow by about the same number of bits every step."""


@dataclass(frozen=True)
class Setting:
    """What the algorithms are run with: W' (q x d_x), mini-batches S_1, ..., S_T of sample indices, step size, loss."""

    dataset: Dataset
    rows: tuple[tuple[Rational, ...], ...]
    activation: Activation
    loss: Loss
    eta: Rational
    batches: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        if self.dataset.d_y != 1:
            raise DatasetError(f"Algorithms 1 to 3 have one output; these data have {self.dataset.d_y} label columns")
        if self.loss.name == "hinge":
            for name, (y,) in zip(self.dataset.rows, self.dataset.labels, strict=True):
                if y not in (1, -1):
                    raise DatasetError(f"{name} has the label {shorten(y)}: the hinge loss is about labels 1 and -1")
        if self.eta <= 0:
            raise UsageError(f"eta = {shorten(self.eta)}: a step size is positive")

    @property
    def q(self) -> int:
        """Rows of W'; the network has twice as many units."""
        return len(self.rows)

    def inputs(self, batch: Sequence[int]) -> fmpq_mat:
        """The batch's inputs, b x d_x."""
        return matrix_of([self.dataset.inputs[i] for i in batch])

    def losses(self, outputs: Sequence[Rational], batch: Sequence[int]) -> list[Rational]:
        """The loss of every sample of the batch."""
        return [self.loss.value(h, self.dataset.labels[i][0]) for h, i in zip(outputs, batch, strict=True)]

    def mean_slopes(self, outputs: Sequence[Rational], batch: Sequence[int]) -> list[Rational]:
        """The derivatives of the batch's mean loss in its outputs."""
        return [self.loss.slope(h, self.dataset.labels[i][0]) / len(batch) for h, i in zip(outputs, batch, strict=True)]


def seeded_batches(N: int, size: int, steps: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """`steps` mini-batches of that size: epochs in seeded order. UsageError where the size does not divide N."""
    if not 1 <= size <= N or N % size:
        raise UsageError(f"batches of {size} do not divide {N} samples: take a divisor of {N}")
    source = random.Random(f"batches {N} {seed}")
    batches: list[tuple[int, ...]] = []
    while len(batches) < steps:
        order = list(range(N))
        source.shuffle(order)
        batches += [tuple(order[k : k + size]) for k in range(0, N, size)]
    return tuple(batches[:steps])


class Tangent:
    """Algorithms 2 and 3 in the tangent features of `setting.rows`; `copies` is 2 (Psi_W, 2q rows) or 1 (psi, q rows).

    Raises KinkError where a sample is on a kink of W'.
    """

    def __init__(self, setting: Setting, copies: int) -> None:
        self.setting, self.copies = setting, copies
        self.table = pre_activations(setting.rows, setting.dataset)
        self.slopes = slopes_at(self.table, setting.activation)

    def weights(self, batch: Sequence[int]) -> fmpq_mat:
        """sigma'(w_j . x_i), and minus that for the second copy: b rows."""
        signs = (1, -1)[: self.copies]
        return matrix_of([[sign * s for sign in signs for s in self.slopes[i]] for i in batch])

    def outputs(self, V: fmpq_mat, batch: Sequence[int]) -> list[Rational]:
        """<V, Psi(x_i)> for every sample of the batch."""
        moved = (self.setting.inputs(batch) * V.transpose()).table()
        return [
            sum((s * v for s, v in zip(row, values, strict=True)), fmpq(0))
            for row, values in zip(self.weights(batch).table(), moved, strict=True)
        ]

    def gradient(self, V: fmpq_mat, batch: Sequence[int]) -> fmpq_mat:
        """The gradient of the batch's mean loss at V."""
        slopes = self.setting.mean_slopes(self.outputs(V, batch), batch)
        rows = self.weights(batch).table()
        weighted = matrix_of([[g * s for s in row] for g, row in zip(slopes, rows, strict=True)])
        return weighted.transpose() * self.setting.inputs(batch)

    def run(self, eta: Rational, precision: int | None = None) -> list[fmpq_mat]:
        """V^1 = 0, ..., V^(T+1), rounded down to `precision` fractional bits after each step if given.

        Raises LimitError for exact numbers longer than MAX_BITS.
        """
        found = [fmpq_mat(self.copies * self.setting.q, self.setting.dataset.d_x)]
        for t, batch in enumerate(self.setting.batches, 1):
            V = found[-1] - eta * self.gradient(found[-1], batch)
            if precision is not None:
                V = matrix_of([[round_dyadic(v, precision, "down") for v in row] for row in V.table()])
            elif (size := longest(V)) > MAX_BITS:
                raise LimitError(
                    f"after step {t} a number has {size} bits, the limit is {MAX_BITS}: take fewer steps or --precision"
                )
            found.append(V)
        return found

    def threshold(self, V: fmpq_mat) -> Rational:
        """B*(V) = max(0, -(V_j . x_i)/(w_j . x_i)) over samples and both copies: beyond it no sample changes sides."""
        moved = (self.setting.inputs(range(self.setting.dataset.N)) * V.transpose()).table()
        ratios = [
            -v / w
            for values, row in zip(moved, self.table, strict=True)
            for v, w in zip(values, row * self.copies, strict=True)
        ]
        return max(fmpq(0), *ratios)


class TrueNetwork:
    """Algorithm 1: gradient descent on W in u^T sigma(W x), u = (B, -B), from W^1 = [W'; W']."""

    def __init__(self, setting: Setting, B: Rational) -> None:
        self.setting, self.B = setting, B
        self.readout = [B] * setting.q + [-B] * setting.q
        self.minus, self.plus = one_kink(setting.activation).slopes

    def start(self) -> fmpq_mat:
        """W^1."""
        return matrix_of([*self.setting.rows, *self.setting.rows])

    def outputs(self, W: fmpq_mat, batch: Sequence[int]) -> list[Rational]:
        """The network's outputs at the batch."""
        table = (self.setting.inputs(batch) * W.transpose()).table()
        return [
            sum((u * self.setting.activation(z) for u, z in zip(self.readout, row, strict=True)), fmpq(0))
            for row in table
        ]

    def gradient(self, W: fmpq_mat, batch: Sequence[int]) -> fmpq_mat:
        """The gradient of the batch's mean loss by the backward pass."""
        rows, inputs = W.table(), self.setting.inputs(batch)
        slopes = self.setting.mean_slopes(self.outputs(W, batch), batch)
        deltas = []
        for g, values in zip(slopes, (inputs * W.transpose()).table(), strict=True):
            active = [self.plus if z > 0 else self.minus for z in values]
            deltas.append([g * v for v in output_rows([rows, [self.readout]], [active])[0]])
        return matrix_of(deltas).transpose() * inputs

    def run(self) -> list[fmpq_mat]:
        """W^1, ..., W^(T+1)."""
        found, step = [self.start()], self.setting.eta / (self.B * self.B)
        for batch in self.setting.batches:
            found.append(found[-1] - step * self.gradient(found[-1], batch))
        return found


def longest(matrix: fmpq_mat) -> int:
    """The bits of its longest number."""
    return max(bits(v) for row in matrix.table() for v in row)


def square_norm(matrix: fmpq_mat) -> Rational:
    """The sum of the squares of its entries."""
    return sum((v * v for row in matrix.table() for v in row), fmpq(0))
