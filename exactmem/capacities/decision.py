"""How many hidden units a dataset on a line needs: networks that memorize, refutations that none can."""

__all__ = [
    "MAX_SAMPLES",
    "MAX_UNITS",
    "Attempt",
    "Report",
    "Samples",
    "attempts",
    "memorize",
    "one_hidden_layer",
    "samples_of",
]

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import NamedTuple

from flint import fmpq

from exactmem.activations import IDENTITY, Activation
from exactmem.capacities.cells import cells_of
from exactmem.capacities.search import MAX_CASES, Fit, Refutation, Search
from exactmem.constructions.parts.line_units import HiddenUnit, slopes_between
from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError, DatasetError, LimitError
from exactmem.evaluate import first_mismatch
from exactmem.networks import FNN, dense, layer
from exactmem.rationals import Rational
from exactmem.workers import results

MAX_SAMPLES = 16
"""Most samples: 9 take seconds for both kinds of activation, 16 take minutes for ReLU; hard-tanh meets MAX_CASES."""

MAX_UNITS = 15
"""Most hidden units; N - 1 always do."""

Report = Callable[[int], None]


class Samples(NamedTuple):
    """A dataset on a line in increasing order, with the slopes between neighbours."""

    line: tuple[Rational, ...]
    labels: tuple[Rational, ...]
    slopes: tuple[Rational, ...]


def samples_of(dataset: Dataset) -> Samples:
    """The sorted samples; DatasetError unless d_x = d_y = 1."""
    if dataset.d_x != 1 or dataset.d_y != 1:
        raise DatasetError(
            f"the capacity search needs one input and one label per sample, not d_x = {dataset.d_x}, "
            f"d_y = {dataset.d_y}: choose one column each with --inputs and --labels"
        )
    order = sorted(range(dataset.N), key=lambda i: dataset.inputs[i][0])
    line = tuple(dataset.inputs[i][0] for i in order)
    labels = tuple(dataset.labels[i][0] for i in order)
    return Samples(line, labels, slopes_between(line, labels))


def one_hidden_layer(units: Sequence[HiddenUnit], anchor: tuple[Rational, Rational], activation: Activation) -> FNN:
    """The network sum of the units + b whose graph passes through the point `anchor`; affine for no units."""
    if not units:
        return FNN((layer(dense([[0]]), [anchor[1]], IDENTITY),))
    weights = dense([[unit.weight] for unit in units])
    there = sum((u.output * activation(u.weight * anchor[0] + u.bias) for u in units), fmpq(0))
    hidden = layer(weights, [unit.bias for unit in units], activation)
    return FNN((hidden, layer(dense([[unit.output for unit in units]]), [anchor[1] - there], IDENTITY)))


def memorize(
    dataset: Dataset,
    activation: Activation,
    units: int,
    max_cases: int = MAX_CASES,
    report: Report = lambda count: None,
) -> FNN | Refutation:
    """A network with exactly `units` hidden units that memorizes the dataset, or the Refutation that none does.

    The network is verified exactly. Raises DatasetError unless d_x = d_y = 1, UsageError for activations other than
    ReLU-like and hard-tanh, LimitError beyond MAX_SAMPLES, MAX_UNITS or `max_cases` boxes of cases.
    """
    samples = samples_of(dataset)
    if dataset.N > MAX_SAMPLES or units > MAX_UNITS:
        raise LimitError(
            f"the capacity search is limited to {MAX_SAMPLES} samples and {MAX_UNITS} units; "
            f"here N = {dataset.N}, units = {units}"
        )
    anchor = (samples.line[0], samples.labels[0])
    if dataset.N == 1:
        idle = [HiddenUnit(fmpq(0), fmpq(0), fmpq(0))] * units
        return _verified(one_hidden_layer(idle, anchor, activation), dataset)
    cells = cells_of(dataset.N - 1, activation)
    found = Search(cells, samples.slopes, units, max_cases, report).decide()
    if isinstance(found, Fit):
        hidden = [cells.unit(cell, weights, samples.line) for cell, weights in found.units]
        return _verified(one_hidden_layer(hidden, anchor, activation), dataset)
    return found


def _verified(network: FNN, dataset: Dataset) -> FNN:
    mismatch = first_mismatch(network, dataset)
    if mismatch is not None:
        raise ConstructionError(
            f"the capacity search found a network that misses sample {mismatch.index}; please report this dataset",
            witness=mismatch,
        )
    return network


class Attempt(NamedTuple):
    """What `units` hidden units can do for the dataset."""

    units: int
    outcome: FNN | Refutation


def attempts(
    dataset: Dataset,
    activation: Activation,
    max_cases: int = MAX_CASES,
    report: Report = lambda count: None,
    executor: Executor | None = None,
) -> Iterator[Attempt]:
    """0, 1, 2, ... units in turn, up to the first that memorize the dataset (at most N - 1); errors as `memorize`.

    Without an `executor` each is decided when it is asked for; its workers decide all numbers of units at once, though
    those beyond the first that do are in vain, and do not report.
    """
    decide = partial(memorize, dataset, activation, max_cases=max_cases)
    if executor is None:
        decide = partial(decide, report=report)
    for units, outcome in enumerate(results(decide, range(min(dataset.N, MAX_UNITS + 1)), executor)):
        yield Attempt(units, outcome)
        if isinstance(outcome, FNN):
            return
