"""A run of Algorithms 1, 2 and 3 side by side, and what can be said exactly about Theorems 7 and 9 at this instance."""

__all__ = [
    "BELOW",
    "Comparison",
    "Regret",
    "Rounded",
    "StepRow",
    "Training",
    "square_of_features",
    "train",
    "train_rounded",
    "trained_network",
]

from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from exactmem.errors import UsageError
from exactmem.networks import FNN, dense, layer, zeros
from exactmem.rationals import Rational
from exactmem.tangent.algorithms import Setting, Tangent, TrueNetwork, longest, square_norm
from exactmem.tangent.draws import dot
from exactmem.tangent.kernel import gram, matrix_of
from exactmem.tangent.systems import Dependency, solve

BELOW = fmpq(999, 1000)
"""The share of the bound at which the trajectories are compared as well."""


@dataclass(frozen=True)
class StepRow:
    """V^t: the losses it has on its own batch and on all data, ||V^t||^2, B*(V^t), the bits of its longest number."""

    t: int
    batch_loss: Rational | None
    loss: Rational
    norm: Rational
    threshold: Rational
    bits: int


@dataclass(frozen=True)
class Comparison:
    """Algorithm 1 with some B against Algorithm 2, by the first t, None if there is none.

    `weights`: with W^t != W^1 + V^t/B; `outputs`: with another output at a sample.
    """

    B: Rational
    weights: int | None
    outputs: int | None

    @property
    def identical(self) -> bool:
        """Whether neither the trajectories nor the functions on the data ever differ."""
        return self.weights is None and self.outputs is None


@dataclass(frozen=True)
class Regret:
    """The comparator V* of least norm with loss 0, and sum_t L_{S_t}(V^t) <= ||V*||^2/(2 eta) + (eta/2) sum ||g_t||^2.

    `kernel_norm` is ||f||^2 = y^T (tk_W)^-1 y in the tangent kernel of Definition 6, 2q ||V*||^2.
    """

    norm: Rational
    kernel_norm: Rational
    total_loss: Rational
    bound: Rational

    @property
    def holds(self) -> bool:
        """Whether the inequality holds, as it must for a convex loss."""
        return bool(self.total_loss <= self.bound)


@dataclass(frozen=True)
class Training:
    """What a run gave: a row per V^1, ..., V^(T+1), `last`; the bound on B; what happens above, below, at a given B."""

    rows: tuple[StepRow, ...]
    last: fmpq_mat
    bound: Rational
    above: Comparison
    below: Comparison | None
    given: Comparison | None
    algorithm_3_equal: bool
    regret: Regret | None


@dataclass(frozen=True)
class Rounded:
    """Algorithm 2 with iterates rounded to `precision` bits: per t the loss, and a bound on ||V~^t - V^t||^2; `last` is
    V~^(T+1)."""

    rows: tuple[StepRow, ...]
    errors: tuple[Rational, ...]
    last: fmpq_mat

    @property
    def bound(self) -> Rational:
        """max_t B*(V~^t)."""
        return max(row.threshold for row in self.rows)


def train(setting: Setting, B: Rational | None = None) -> Training:
    """The exact run. Raises KinkError, LimitError as `Tangent` does, UsageError for a B that is not positive."""
    if B is not None and B <= 0:
        raise UsageError("the scale B of the output weights is positive")
    tangent = Tangent(setting, 2)
    Vs = tangent.run(setting.eta)
    rows = _rows(tangent, Vs)
    bound = max(row.threshold for row in rows)
    below = BELOW * bound
    third = Tangent(setting, 1).run(2 * setting.eta)
    q = setting.q
    return Training(
        rows,
        Vs[-1],
        bound,
        _compare(tangent, bound + 1, Vs),
        _compare(tangent, below, Vs) if below > 0 else None,
        None if B is None else _compare(tangent, B, Vs),
        all(v == 2 * matrix_of(V.table()[:q]) for v, V in zip(third, Vs, strict=True)),
        _regret(setting, tangent, Vs),
    )


def _rows(tangent: Tangent, Vs: list[fmpq_mat]) -> tuple[StepRow, ...]:
    setting = tangent.setting
    everything = range(setting.dataset.N)
    rows = []
    for t, V in enumerate(Vs):
        outputs = tangent.outputs(V, everything)
        losses = setting.losses(outputs, everything)
        batch = setting.batches[t] if t < len(setting.batches) else None
        rows.append(
            StepRow(
                t + 1,
                None if batch is None else _mean([losses[i] for i in batch]),
                _mean(losses),
                square_norm(V),
                tangent.threshold(V),
                longest(V),
            )
        )
    return tuple(rows)


def _mean(values: list[Rational]) -> Rational:
    return sum(values, fmpq(0)) / len(values)


def _compare(tangent: Tangent, B: Rational, Vs: list[fmpq_mat]) -> Comparison:
    network, everything = TrueNetwork(tangent.setting, B), range(tangent.setting.dataset.N)
    Ws = network.run()
    moved = [Ws[0] + V / B != W for W, V in zip(Ws, Vs, strict=True)]
    other = [network.outputs(W, everything) != tangent.outputs(V, everything) for W, V in zip(Ws, Vs, strict=True)]
    return Comparison(B, *(found.index(True) + 1 if True in found else None for found in (moved, other)))


def _regret(setting: Setting, tangent: Tangent, Vs: list[fmpq_mat]) -> Regret | None:
    """None where the features do not reach the labels; the loss of the labels themselves is 0 for every loss here."""
    labels = matrix_of(setting.dataset.labels)
    coefficients = solve(gram(setting.rows, setting.dataset, setting.activation), labels)
    if isinstance(coefficients, Dependency):
        return None
    feature_norm = (labels.transpose() * coefficients)[0, 0]
    steps = list(zip(Vs, setting.batches, strict=False))
    losses = [_mean(setting.losses(tangent.outputs(V, batch), batch)) for V, batch in steps]
    squares = [square_norm(tangent.gradient(V, batch)) for V, batch in steps]
    norm = feature_norm / 2
    bound = norm / (2 * setting.eta) + setting.eta / 2 * sum(squares, fmpq(0))
    return Regret(norm, setting.q * feature_norm, sum(losses, fmpq(0)), bound)


def train_rounded(setting: Setting, precision: int) -> Rounded:
    """Algorithm 2 with iterates rounded down to multiples of 2^-precision, squared loss, with a bound on the error.

    ||V~^t - V^t||^2 <= (t-1)^2 2 q d 4^-precision, as no step expands distances while eta tr(Psi_S Psi_S^T) <= 2 b for
    every batch (ledger: rounded-training). UsageError where that fails or for another loss: there a rounding may grow.
    """
    if setting.loss.name != "squared":
        raise UsageError(
            f"--precision keeps an error bound for the squared loss only: the derivative of the {setting.loss.name} "
            "loss jumps, where a rounding may change a whole step"
        )
    tangent = Tangent(setting, 2)
    for batch in setting.batches:
        trace = square_of_features(tangent, batch)
        if setting.eta * trace > 2 * len(batch):
            raise UsageError(
                "--precision keeps an error bound only while eta times the trace of the batch's kernel is at most 2b: "
                f"take eta <= {2 * len(batch) / trace}"
            )
    Vs = tangent.run(setting.eta, precision)
    one = 2 * setting.q * setting.dataset.d_x * fmpq(1, 4) ** precision
    return Rounded(_rows(tangent, Vs), tuple(t * t * one for t in range(len(Vs))), Vs[-1])


def trained_network(setting: Setting, found: Training | Rounded) -> FNN:
    """W^(T+1) = W^1 + V^(T+1)/B with B one above the bound: the network after T steps of Algorithm 1.

    On the data it is the function of Algorithm 2. After a rounded run it is that of the rounded V~^(T+1).
    """
    B = found.bound + 1
    network = TrueNetwork(setting, B)
    hidden = dense((network.start() + found.last / B).table())
    return FNN((layer(hidden, zeros(2 * setting.q), setting.activation), layer(dense([network.readout]), zeros(1))))


def square_of_features(tangent: Tangent, batch: tuple[int, ...]) -> Rational:
    """tr(Psi_S Psi_S^T), the sum of ||Psi(x_i)||^2 over the batch."""
    inputs = tangent.setting.dataset.inputs
    return sum((2 * dot(tangent.slopes[i], tangent.slopes[i]) * dot(inputs[i], inputs[i]) for i in batch), fmpq(0))
