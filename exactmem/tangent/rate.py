"""Gradient descent on the hidden layer of a two-layer network that provably converges, for all steps at once.

The loss is half the sum of squares; the hidden weights W are trained, and the hidden biases where asked for, as a
further column of W with a further coordinate 1 of every input. All else stays as it is. Shapes: D_i = (u_j s_ij)_j in
R^q with the slopes s_ij; Phi_i = D_i (x) x_i; K = Phi Phi^T in R^(N x N), K_ik = (D_i . D_k)(x_i . x_k); residuals r in
R^N. While no activation flips, r_t = (I - eta K)^t r_0 and W_t = W_0 - Phi^T K^-1 (I - (I - eta K)^t) r_0. The claims
are in `proofs/survey/geometric_rate.py` (after Oymak, Soltanolkotabi 2019).
"""

__all__ = [
    "BITS",
    "MOST_SAMPLES",
    "Matrix",
    "Rate",
    "Step",
    "Tangent",
    "Vector",
    "certify",
    "descend",
    "from_seed",
    "inputs",
    "limit",
    "paired",
    "passes",
    "sufficient_scale",
    "tangent",
    "trained",
]

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_mat

from exactmem.activations import PiecewiseLinear
from exactmem.datasets import Dataset
from exactmem.errors import DrawError, KinkError, LimitError, ShapeError, UsageError
from exactmem.networks import FNN, FNNLayer, Network, dense, layer
from exactmem.rationals import Rational, floor, rational, shorten, sqrt_bounds
from exactmem.sgd.norms import rounded
from exactmem.sgd.spectrum import PositiveSpectrum
from exactmem.tangent.draws import gaussian_rows
from exactmem.tangent.systems import dependencies

Vector = list[Rational]
Matrix = Any

MOST_SAMPLES = 1000
"""Most samples, whose kernel is inverted exactly."""

BITS = 16
"""Significant bits of a step size and a rate that are chosen here."""


ZERO_ROW = "leave the zero row out, or train biases as well"


@dataclass(frozen=True)
class Tangent:
    """A two-layer network at the start of gradient descent on its hidden weights: pre-activations (N x q), the rows
    D_i (N x q), residuals f(x_i) - y_i, x_i . x_k and the kernel K (both N x N); with `biases` every x_i is followed by
    1. Build it with `tangent`."""

    network: FNN
    dataset: Dataset
    biases: bool
    pre: Matrix
    backward: Matrix
    residuals: Matrix
    products: Matrix
    kernel: Matrix

    @cached_property
    def inverse(self) -> Matrix:
        """K^-1; DrawError, witness the `Dependency` of the features, where it does not exist."""
        try:
            return self.kernel.inv()
        except ZeroDivisionError:
            pass
        labels = fmpq_mat([list(y) for y in self.dataset.labels])
        found = next(dependencies(self.kernel, labels))
        zero = not self.biases and not all(map(any, self.dataset.inputs))
        remedy = ZERO_ROW if zero else "take more hidden units or another start"
        raise DrawError(
            f"the tangent features have rank {found.rank} < N = {self.dataset.N}: {found.text(self.dataset.rows)}; "
            f"{remedy}",
            witness=found,
        )

    def moves(self) -> Iterator[tuple[int, int, Rational, Rational, Rational]]:
        """For sample i, unit j, and every breakpoint: (i, j, distance, a . b, |a|^2 |b|^2).

        distance is z_ij minus the breakpoint, a = K^(-1/2) c, b = K^(-1/2) r_0, c_k = D_kj (x_k . x_i): gradient
        descent moves z_ij by -a . P_t b with 0 <= P_t <= I.
        """
        pull = self.inverse * self.residuals
        energy = (self.residuals.transpose() * pull)[0, 0]
        points = self.network.layers[0].activation.breakpoints  # type: ignore[union-attr]
        N, q = self.dataset.N, self.backward.ncols()
        for i in range(N):
            shares = fmpq_mat(N, q, [self.products[i, k] * self.backward[k, j] for k in range(N) for j in range(q)])
            spread = self.inverse * shares
            drifts = shares.transpose() * pull
            for j in range(q):
                square = sum((shares[k, j] * spread[k, j] for k in range(N)), fmpq(0)) * energy
                for point in points:
                    yield i, j, self.pre[i, j] - point, drifts[j, 0], square


@dataclass(frozen=True)
class Rate:
    """Gradient descent with this step from the tangent's network: rate I <= K <= I/step, and no activation flips.

    Therefore ||r_t|| <= (1 - step rate)^t ||r_0|| for all t.
    """

    tangent: Tangent
    step: Rational
    rate: Rational

    @property
    def network(self) -> FNN:
        """The network at the start."""
        return self.tangent.network

    @property
    def dataset(self) -> Dataset:
        """The samples."""
        return self.tangent.dataset

    @property
    def factor(self) -> Rational:
        """1 - step rate."""
        return 1 - self.step * self.rate


def tangent(network: Network, dataset: Dataset, biases: bool = False) -> Tangent:
    """The network's tangent at the start, in the hidden weights, and in the hidden biases for `biases`.

    UsageError unless it is a fully-connected network with one hidden layer, one output and a piecewise-linear
    activation; ShapeError where the data do not fit, LimitError for more than MOST_SAMPLES; KinkError, witness
    (sample, layer, unit), for a pre-activation on a breakpoint.
    """
    if not isinstance(network, FNN) or len(network.layers) != 2 or network.d_y != 1:
        raise UsageError("gradient descent is certified for fully-connected networks with one hidden layer, one output")
    if not isinstance(network.layers[0].activation, PiecewiseLinear):
        raise UsageError(f"the activation {network.layers[0].activation} is not piecewise linear")
    if dataset.d_y != 1:
        raise ShapeError(f"gradient descent is certified for one label; these samples have {dataset.d_y}: choose one")
    if network.d_x != dataset.d_x:
        raise ShapeError(f"the network takes {network.d_x} number(s), the samples have {dataset.d_x}")
    if dataset.N > MOST_SAMPLES:
        raise LimitError(
            f"a kernel of {dataset.N} samples is not inverted exactly, the limit is {MOST_SAMPLES}: take fewer"
        )
    X = inputs(dataset, biases)
    pre, backward, residuals = passes(network, trained(network, biases), X, dataset)
    products = X * X.transpose()
    back = backward * backward.transpose()
    entries = [a * b for a, b in zip(products.entries(), back.entries(), strict=True)]
    kernel = fmpq_mat(dataset.N, dataset.N, entries)
    return Tangent(network, dataset, biases, pre, backward, residuals, products, kernel)


def inputs(dataset: Dataset, biases: bool) -> Matrix:
    """The inputs as rows, N x d_x, or N x (d_x + 1) with a last column of ones."""
    return fmpq_mat([[*x, fmpq(1)] if biases else list(x) for x in dataset.inputs])


def trained(network: FNN, biases: bool) -> Matrix:
    """W, q x d_x, or q x (d_x + 1) with the hidden biases as last column."""
    hidden = network.layers[0]
    q, d_x = hidden.weight.shape
    W = fmpq_mat(q, d_x + biases)
    for j, row in enumerate(hidden.weight.nonzero()):
        for k, value in row:
            W[j, k] = value
        if biases:
            W[j, d_x] = hidden.bias[j]
    return W


def passes(network: FNN, W: Matrix, X: Matrix, dataset: Dataset) -> tuple[Matrix, Matrix, Matrix]:
    """With the trained weights W: pre-activations (N x q), the rows D_i (N x q) and residuals (N x 1).

    KinkError, witness (sample, layer, unit), for a pre-activation on a breakpoint.
    """
    activation: Any = network.layers[0].activation
    read_out = [fmpq(0)] * W.nrows()
    for j, value in network.layers[1].weight.nonzero()[0]:
        read_out[j] = value
    pre = X * W.transpose()
    if W.ncols() == network.d_x:
        pre = pre + fmpq_mat(X.nrows(), W.nrows(), list(network.layers[0].bias) * X.nrows())
    slopes, residuals = [], []
    for i, row in enumerate(pre.tolist()):
        output = network.layers[1].bias[0]
        for j, z in enumerate(row):
            if z in activation.breakpoints:
                zero = not any(dataset.inputs[i]) and W.ncols() == network.d_x and not any(network.layers[0].bias)
                remedy = ZERO_ROW if zero else "take another start"
                raise KinkError(
                    f"{dataset.rows[i]}: hidden unit {j} is exactly on the breakpoint {shorten(z)}, where the "
                    f"gradient does not exist; {remedy}",
                    witness=(i, 1, j),
                )
            slope, intercept = activation.pieces[activation.piece_index(z)]
            slopes.append(read_out[j] * slope)
            output += read_out[j] * (slope * z + intercept)
        residuals.append(output - dataset.labels[i][0])
    return pre, fmpq_mat(X.nrows(), W.nrows(), slopes), fmpq_mat(X.nrows(), 1, residuals)


def certify(start: Tangent, step: Rational | None = None, rate: Rational | None = None, bits: int = BITS) -> Rate:
    """The rate that holds for all steps of that size; by default both are the largest that are certified, to `bits`.

    DrawError where the kernel is singular, UsageError for a step that is not positive or above 1/lambda_max(K) and for
    a rate that is not positive or above lambda_min(K), and KinkError, witness (sample, layer, unit), where a
    pre-activation may reach a breakpoint.
    """
    start.inverse  # noqa: B018 - raises where the kernel is singular
    spectrum = PositiveSpectrum(start.kernel, [fmpq(1)] * start.dataset.N)
    largest = spectrum.largest(bits)
    most = rounded(1 / largest.safe, bits, "down")
    if step is None:
        step = most
    elif step <= 0 or spectrum.count_above(1 / step) > 0:
        raise UsageError(
            f"the step {shorten(step)} has to be positive and at most 1/lambda_max(K): {shorten(most)} is certified"
        )
    least = spectrum.smallest(bits).safe
    if rate is None:
        rate = least
    elif rate <= 0 or spectrum.count_from(rate) < start.dataset.N:
        raise UsageError(
            f"the rate {shorten(rate)} has to be positive and at most lambda_min(K): {shorten(least)} is certified"
        )
    for i, j, distance, drift, square in start.moves():
        if (2 * distance - drift) ** 2 <= square:
            raise KinkError(
                f"{start.dataset.rows[i]}: the pre-activation of hidden unit {j} may pass its breakpoint on the "
                "way; nothing is certified: take a larger scale of the output weights, or more hidden units",
                witness=(i, 1, j),
            )
    return Rate(start, step, rate)


def sufficient_scale(start: Tangent) -> int:
    """A positive integer B so that with B times the output weights no activation flips, for residuals that stay.

    They stay where the network is 0 at all samples at the start, as with paired units (Daniely 2020b, Definition 5):
    the distances stay, a . b is divided by B and |a|^2 |b|^2 by B^2. The least such integer but for roots to 64 bits.
    """
    scale = fmpq(0)
    for _, _, distance, drift, square in start.moves():
        if square != 0:
            towards = drift if distance > 0 else -drift
            scale = max(scale, (sqrt_bounds(square)[1] + towards) / (2 * abs(distance)))
    return int(floor(scale)) + 1


def paired(
    rows: Sequence[Sequence[Rational]], bias: Sequence[Rational], scale: Rational, activation: PiecewiseLinear
) -> FNN:
    """The network with every hidden unit twice, and output weights scale and -scale: it is 0 everywhere."""
    read_out = [scale] * len(rows) + [-scale] * len(rows)
    hidden = layer(dense([*rows, *rows]), [*bias, *bias], activation)
    return FNN((hidden, layer(dense([read_out]), [0])))


@dataclass(frozen=True)
class Step:
    """One iterate of the true network: t, ||r_t||^2, and (1 - step rate)^(2t) ||r_0||^2, which bounds it."""

    t: int
    square: Rational
    bound: Rational


def descend(found: Rate, count: int) -> list[Step]:
    """The first `count` steps of gradient descent on the true network, exactly, from t = 0 on.

    Every step evaluates the network and its gradient anew; ValueError would mean that the certified statement is
    false: a flipped activation or a residual above its bound.
    """
    start = found.tangent
    X, W = inputs(start.dataset, start.biases), trained(start.network, start.biases)
    N, q = start.dataset.N, start.backward.ncols()
    result: list[Step] = []
    bound = (start.residuals.transpose() * start.residuals)[0, 0]
    for t in range(count + 1):
        _, backward, residuals = passes(start.network, W, X, start.dataset)
        square = (residuals.transpose() * residuals)[0, 0]
        if backward != start.backward or square > bound:
            raise ValueError(f"step {t} contradicts the certified rate")
        result.append(Step(t, square, bound))
        bound *= found.factor**2
        weighted = fmpq_mat(N, q, [residuals[i, 0] * backward[i, j] for i in range(N) for j in range(q)])
        W = W - (weighted.transpose() * X) * found.step
    return result


def limit(found: Rate) -> FNN:
    """The network to which gradient descent converges, W_0 - Phi^T K^-1 r_0: it memorizes the samples exactly."""
    start = found.tangent
    X = inputs(start.dataset, start.biases)
    pull = start.inverse * start.residuals
    N, q = start.dataset.N, start.backward.ncols()
    weighted = fmpq_mat(N, q, [pull[i, 0] * start.backward[i, j] for i in range(N) for j in range(q)])
    rows = (trained(start.network, start.biases) - weighted.transpose() * X).tolist()
    hidden, d_x = start.network.layers[0], start.network.d_x
    bias = tuple(row[d_x] for row in rows) if start.biases else hidden.bias
    moved = FNNLayer(dense([row[:d_x] for row in rows]), bias, hidden.activation)
    return FNN((moved, start.network.layers[1]))


def from_seed(
    seed: int, pairs: int, dataset: Dataset, activation: PiecewiseLinear, scale: Any = None, biases: bool = False
) -> Tangent:
    """The tangent of so many pairs of seeded units; without a scale of the output weights with one that suffices.

    With `biases` the units have seeded biases, which are trained; else none.
    """
    drawn = gaussian_rows(seed, "hidden units", pairs, dataset.d_x + biases)
    rows, bias = [row[: dataset.d_x] for row in drawn], [row[-1] if biases else fmpq(0) for row in drawn]

    def start(scale: Rational) -> Tangent:
        return tangent(paired(rows, bias, scale, activation), dataset, biases)

    return start(fmpq(sufficient_scale(start(fmpq(1)))) if scale is None else rational(scale))
