"""The gradient side of the survey: tangent kernels at data, and training in them."""

__all__ = [
    "BelowScale",
    "Broken",
    "Comparator",
    "Compared",
    "Iterate",
    "TangentKernel",
    "TrainingRun",
    "tangent_kernel",
    "train",
]

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from exactmem.activations import Activation
from exactmem.api.arguments import activation_of, dataset_of, integer_of, integer_within
from exactmem.border import Exact, outward, outward_row, table
from exactmem.datasets import Dataset
from exactmem.errors import ShapeError, UsageError
from exactmem.networks import FNN
from exactmem.presentation import Shown, Table
from exactmem.rationals import Rational, rational
from exactmem.tangent.algorithms import Setting, seeded_batches
from exactmem.tangent.kernel import least_units, weights
from exactmem.tangent.losses import find_loss
from exactmem.tangent.start import Start, examine
from exactmem.tangent.systems import Dependency
from exactmem.tangent.training import Comparison, Rounded, StepRow, Training, train_rounded
from exactmem.tangent.training import train as run_training


class Broken(NamedTuple):
    """Integers l with sum_i l_i Phi_i = 0 over these samples; sum_i l_i y_i = `labels`, for the first label column
    where it is not 0: then no weights reach the labels."""

    samples: tuple[int, ...]
    coefficients: list[Exact]
    labels: Exact


class BelowScale(NamedTuple):
    """A B below B* for one label column: the true network gives `obtained` at a sample, not its label `expected`."""

    output: int
    B: Exact
    sample: int
    expected: Exact
    obtained: Exact


@dataclass(frozen=True, repr=False)
class TangentKernel(Shown):
    """The tangent kernel tk_W at W = [W'; W'] for data; that the network is 0 there at all samples was checked.

    `start` is the same with exactmem's own numbers.
    """

    start: Start

    @property
    def matrix(self) -> list[list[Exact]]:
        """tk_W at all pairs of samples, N x N."""
        return [outward_row([v / self.start.q for v in row]) for row in self.start.gram.table()]

    @property
    def rank(self) -> int:
        """Its exact rank; at most `most`."""
        return self.start.rank

    @property
    def most(self) -> int:
        """min(N, d_x q): what counting the features allows."""
        return self.start.most

    @property
    def dependency(self) -> Broken | None:
        """A dependency of the features that the labels break, else any; None where the rank is N."""
        return _outward_dependency(self.start.broken or self.start.dependency)

    @property
    def scales(self) -> list[Exact]:
        """B* per label column, from which on the true network memorizes; empty where the labels are out of reach."""
        return [outward(lazy.threshold.value) for lazy in self.start.outputs]

    @property
    def norms(self) -> list[Exact]:
        """Per label column ||V||^2 = y^T (Phi Phi^T)^-1 y, the least with Phi V = y; empty as `scales`."""
        return [outward(lazy.norm) for lazy in self.start.outputs]

    @property
    def below(self) -> list[BelowScale]:
        """Per label column whose B* is shown to be least, what fails just below it."""
        return [
            BelowScale(b.output, outward(b.B), b.sample, outward(b.expected), outward(b.obtained))
            for b in self.start.below
        ]

    def network(self, B: Any = None) -> FNN:
        """The true network of 2q units per label column, with that B or with B*; below B* it need not memorize.

        DrawError where the labels are out of reach, UsageError for a B that is not positive.
        """
        scale = None if B is None else rational(B)
        if scale is not None and scale <= 0:
            raise UsageError("the scale B of the output weights is positive")
        return self.start.network(scale)

    def table(self) -> Table:
        """The kernel, row by row."""
        data, start = self.start.dataset, self.start
        title = f"tangent kernel of {data.N} samples, q = {start.q}, {start.activation.name}: rank {self.rank}"
        title += f" of at most {self.most}"
        if self.scales:
            title += f", B* = {', '.join(map(repr, self.scales[:4]))}"
        return Table(title, [(name, *row) for name, row in zip(data.rows, self.matrix, strict=True)])


def _outward_dependency(found: Dependency | None) -> Broken | None:
    return None if found is None else Broken(found.samples, outward_row(found.coefficients), outward(found.labels))


def tangent_kernel(
    data: Any, *, units: int | None = None, seed: int = 0, weights: Any = None, activation: Any = "relu"
) -> TangentKernel:
    """The exact tangent kernel of data at the first `units` rows W' of a seed, its rank, and from which B on it does.

    Without `units` the fewest of full rank; `weights` are q rows of d_x exact numbers in the place of a seed's.
    KinkError for a sample on a kink, DrawError where no number of units has full rank, LimitError for too many samples.
    (Daniely 2020b; survey, Definitions 5 and 6 and equation (1); claims ntk-kernel, ntk-lazy, ntk-threshold.)
    """
    samples, sigma = dataset_of(data), activation_of(activation)
    return TangentKernel(examine(samples, _rows(samples, units, seed, weights, sigma), sigma))


def _rows(
    samples: Dataset, units: int | None, seed: int, given: Any, sigma: Activation
) -> Sequence[Sequence[Rational]]:
    """W' as given, or by seed."""
    if given is not None:
        if units is not None or seed != 0:
            raise UsageError("give weights, or units and a seed, not both")
        rows = table(given, "weights")
        if not rows or any(len(row) != samples.d_x for row in rows):
            raise ShapeError(f"the weights are no rows of {samples.d_x} numbers, one per input column")
        return rows
    number = integer_of(seed, "seed", 0)
    q = least_units(samples, number, sigma) if units is None else integer_within(units, "units")
    return weights(number, q, samples.d_x)


class Iterate(NamedTuple):
    """V^t: losses on its own batch (None after the last step) and on all data, ||V^t||^2, B*(V^t), the bits of its
    longest number; with `precision` a bound on the squared distance from the exact V^t, else 0."""

    t: int
    batch_loss: Exact | None
    loss: Exact
    norm: Exact
    threshold: Exact
    bits: int
    error: Exact


class Compared(NamedTuple):
    """Algorithm 1 with this B against Algorithm 2: from which t on weights and outputs differ, None for never."""

    B: Exact
    weights_differ_at: int | None
    outputs_differ_at: int | None

    @property
    def identical(self) -> bool:
        """Whether nothing ever differs."""
        return self.weights_differ_at is None and self.outputs_differ_at is None


class Comparator(NamedTuple):
    """V* of least norm with loss 0, its norm in the kernel tk_W, and the sum of the losses along the run against
    ||V*||^2/(2 eta) + (eta/2) sum ||g_t||^2 (claim sgd-regret)."""

    norm: Exact
    kernel_norm: Exact
    total_loss: Exact
    bound: Exact


@dataclass(frozen=True, repr=False)
class TrainingRun(Shown):
    """Algorithms 1, 2, 3 side by side: one Iterate per V^1, ..., V^(T+1). With `precision` Algorithm 2 alone."""

    setting: Setting
    found: Training | Rounded

    @property
    def iterates(self) -> list[Iterate]:
        """What is known of every V^t."""
        errors = self.found.errors if isinstance(self.found, Rounded) else [rational(0)] * len(self.found.rows)
        return [_iterate(row, error) for row, error in zip(self.found.rows, errors, strict=True)]

    @property
    def bound(self) -> Exact:
        """max_t B*(V^t): with every larger B Algorithm 1 is Algorithm 2."""
        return max(row.threshold for row in self.iterates)

    @property
    def above(self) -> Compared | None:
        """What happens at the bound and one."""
        return None if isinstance(self.found, Rounded) else _compared(self.found.above)

    @property
    def below(self) -> Compared | None:
        """What happens at 999/1000 of the bound; None for the bound 0."""
        return None if isinstance(self.found, Rounded) else _compared(self.found.below)

    @property
    def given(self) -> Compared | None:
        """What happens at the `scale` that was asked for."""
        return None if isinstance(self.found, Rounded) else _compared(self.found.given)

    @property
    def algorithm_3_equal(self) -> bool | None:
        """Whether Algorithm 3 with step 2 eta is the same function at every t, as proved; None with `precision`."""
        return None if isinstance(self.found, Rounded) else self.found.algorithm_3_equal

    @property
    def comparator(self) -> Comparator | None:
        """None where the labels are out of reach of the features, or with `precision`."""
        regret = None if isinstance(self.found, Rounded) else self.found.regret
        if regret is None:
            return None
        return Comparator(*outward_row([regret.norm, regret.kernel_norm, regret.total_loss, regret.bound]))

    def table(self) -> Table:
        """A row per iterate."""
        s = self.setting
        title = f"Algorithm 2, {s.loss.name} loss, q = {s.q}, {len(s.batches)} steps: B*(V^t) up to {self.bound:.4g}"
        rows = [
            (i.t, *("" if v is None else f"{v:.5g}" for v in (i.batch_loss, i.loss, i.norm, i.threshold)), i.bits)
            for i in self.iterates
        ]
        return Table(title, rows, ("t", "loss on S_t", "loss on all", "||V^t||^2", "B*(V^t)", "bits"))


def _iterate(row: StepRow, error: Rational) -> Iterate:
    batch = None if row.batch_loss is None else outward(row.batch_loss)
    loss, norm, threshold = outward_row([row.loss, row.norm, row.threshold])
    return Iterate(row.t, batch, loss, norm, threshold, row.bits, outward(error))


def _compared(found: Comparison | None) -> Compared | None:
    return None if found is None else Compared(outward(found.B), found.weights, found.outputs)


def train(
    data: Any,
    *,
    eta: Any,
    steps: int = 5,
    units: int = 4,
    seed: int = 0,
    weights: Any = None,
    activation: Any = "relu",
    loss: Literal["squared", "hinge", "absolute"] = "squared",
    batch: int | None = None,
    batches: Any = None,
    scale: Any = None,
    precision: int | None = None,
) -> TrainingRun:
    """Algorithms 1, 2 and 3 of the survey on one label column, exactly, with step eta of Algorithm 2.

    Mini-batches are all samples, seeded ones of the size `batch`, or `batches`: lists of indices from 0, in turn.
    `weights` are q rows in the place of a seed's; `scale` also compares Algorithm 1 with that B; `precision` rounds
    Algorithm 2 to so many bits with an exact error bound. KinkError for a sample on a kink, DatasetError for labels
    that the loss is not about, LimitError where exact numbers grow too long, UsageError for other arguments.
    (Daniely 2020b; survey, Algorithms 1 to 3, Theorem 8; claims theorem-8-exact, algorithm-3-step, rounded-training.)
    """
    samples, sigma = dataset_of(data), activation_of(activation)
    rows = _rows(samples, None if weights is not None else units, seed, weights, sigma)
    drawn = _batches(samples.N, integer_within(steps, "steps"), batch, batches, integer_of(seed, "seed", 0))
    setting = Setting(samples, tuple(map(tuple, rows)), sigma, find_loss(loss), rational(eta), drawn)
    if precision is None:
        return TrainingRun(setting, run_training(setting, None if scale is None else rational(scale)))
    if scale is not None:
        raise UsageError("scale compares exact runs: leave out precision")
    return TrainingRun(setting, train_rounded(setting, integer_of(precision, "precision", 0)))


def _batches(N: int, steps: int, size: Any, given: Any, seed: int) -> tuple[tuple[int, ...], ...]:
    """The mini-batches given, in turn, or seeded."""
    if given is None:
        return seeded_batches(N, N if size is None else integer_of(size, "batch"), steps, seed)
    if size is not None:
        raise UsageError("batch draws the mini-batches that batches gives: leave one out")
    rows = table(given, "batches")
    if not rows or any(not row or any(v.denom() != 1 or not 0 <= v < N for v in row) for row in rows):
        raise UsageError(f"batches: give lists of sample indices from 0 to {N - 1}, such as [[0, 1], [2]]")
    whole = [tuple(int(v.numer()) for v in row) for row in rows]
    return tuple(whole[t % len(whole)] for t in range(steps))
