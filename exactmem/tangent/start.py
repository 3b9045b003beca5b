"""What a start W = [W'; W'], u = (B, -B) gives at data: h = 0, the tangent kernel's rank, B* and what fails below it.

Everything is evaluated on the true networks: h = 0 at the start, f(x_i) = y_i at B*, and another output just below it.
"""

__all__ = ["SHARE", "Below", "Row", "Start", "examine", "network_at_start"]

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from exactmem.activations import Activation
from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError, DrawError
from exactmem.evaluate import evaluate, first_mismatch
from exactmem.networks import FNN, dense, layer, zeros
from exactmem.rationals import Rational
from exactmem.tangent.kernel import gram, matrix_of
from exactmem.tangent.lazy import Lazy, memorize, network
from exactmem.tangent.systems import Dependency, dependencies, rank

Row = Sequence[Rational]

SHARE = fmpq(999, 1000)
"""The share of B* that is tried, if it is beyond the next smaller ratio."""


@dataclass(frozen=True)
class Below:
    """A scale B < B* with which the true network gives `obtained` at a sample, not its label."""

    output: int
    B: Rational
    sample: int
    expected: Rational
    obtained: Rational


@dataclass(frozen=True)
class Start:
    """W' (q rows) at a dataset: `gram` is Phi Phi^T = q tk_W, of rank `rank`.

    `dependency` is one of the features where the rank is below N. `outputs` has one Lazy per label column, with
    `below` for those whose B* is shown to be least; both are empty where the labels break a dependency, `broken`.
    """

    dataset: Dataset
    rows: tuple[tuple[Rational, ...], ...]
    activation: Activation
    gram: fmpq_mat
    rank: int
    dependency: Dependency | None
    broken: Dependency | None
    outputs: tuple[Lazy, ...]
    below: tuple[Below, ...]

    @property
    def q(self) -> int:
        """Rows of W'; the network has 2q units per output."""
        return len(self.rows)

    @property
    def most(self) -> int:
        """min(N, d_x q), which the rank cannot exceed."""
        return min(self.dataset.N, self.dataset.d_x * self.q)

    def network(self, B: Rational | None = None) -> FNN:
        """The true network with that B for every output, or with B* each; DrawError where the labels are out of reach.

        With a B below B* it does not memorize.
        """
        if not self.outputs:
            raise DrawError("no V in the tangent features reaches the labels", witness=self.broken)
        least = [lazy.threshold.value or fmpq(1) for lazy in self.outputs]
        return network(self.outputs, least if B is None else [B] * len(least), self.activation)


def network_at_start(rows: Sequence[Row], B: Rational, activation: Activation) -> FNN:
    """u^T sigma(W x) with W = [W'; W'], u = (B, -B)."""
    hidden = layer(dense([*rows, *rows]), zeros(2 * len(rows)), activation)
    return FNN((hidden, layer(dense([[B] * len(rows) + [-B] * len(rows)]), zeros(1))))


def examine(dataset: Dataset, rows: Sequence[Row], activation: Activation) -> Start:
    """The Start. Raises KinkError for a sample on a kink, UsageError for an activation without its one kink at 0,
    LimitError for too many samples, and ConstructionError should a network contradict what is proved of it."""
    table = gram(rows, dataset, activation)
    if any(value != 0 for (value,) in evaluate(network_at_start(rows, fmpq(1), activation), dataset.inputs)):
        raise ConstructionError("the network is not 0 at the start; please report this dataset")
    found = rank(table)
    dependency = next(dependencies(table, matrix_of(dataset.labels))) if found < dataset.N else None
    broken, outputs = None, tuple[Lazy, ...]()
    try:
        outputs = tuple(memorize(dataset, rows, activation))
    except DrawError as error:
        broken = error.witness
    shown = [_below(dataset, a, lazy, activation) for a, lazy in enumerate(outputs)]
    kept = tuple(tuple(row) for row in rows)
    below = tuple(b for b in shown if b is not None)
    start = Start(dataset, kept, activation, table, found, dependency, broken, outputs, below)
    if outputs and (wrong := first_mismatch(start.network(), dataset)):
        raise ConstructionError(f"{dataset.rows[wrong.index]} fails at B*; please report this dataset", witness=wrong)
    return start


def _below(dataset: Dataset, output: int, lazy: Lazy, activation: Activation) -> Below | None:
    """What fails just below B*; None where B* = 0 or the errors cancel."""
    least = lazy.threshold
    if not least.is_minimal:
        return None
    B = max(SHARE * least.value, (least.valid + least.value) / 2)
    ((obtained,),) = evaluate(network([lazy], [B], activation), [dataset.inputs[least.sample]])
    expected = dataset.labels[least.sample][output]
    if obtained - expected != (least.value - B) * least.rate or obtained == expected:
        raise ConstructionError("an output below B* is not as proved; please report this dataset", witness=obtained)
    return Below(output, B, least.sample, expected, obtained)
