"""Whether a network decides every sample as its label says: which samples fail, and by how much the rest hold.

The three senses are those of the certificate format: `equal` (f(x) = y), `argmax` (the label's coordinate is strictly
the largest) and `sign` (y f(x) > 0). A tie, or an output zero, is a failure.
"""

__all__ = ["DECISIONS", "Decided", "decide"]

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from exactmem.datasets import Dataset, class_indices
from exactmem.errors import DatasetError, ShapeError, UsageError, quoted
from exactmem.evaluate import evaluate
from exactmem.networks import Network
from exactmem.rationals import Rational, shorten
from exactmem.sweep import ignore

DECISIONS = ("equal", "argmax", "sign")


@dataclass(frozen=True)
class Decided:
    """What a network does on a dataset: its exact outputs, the samples that fail, and per sample a margin.

    `margins[i]` is, for `argmax`, the label's output minus the largest other one, for `sign` y f(x), and for `equal`
    minus the largest |f(x) - y| of a coordinate. A sample fails where it is not positive (for `equal`: negative).
    """

    decision: str
    outputs: tuple[tuple[Rational, ...], ...]
    margins: tuple[Rational, ...]
    failing: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether no sample fails."""
        return not self.failing

    @property
    def smallest(self) -> int:
        """The first sample of the smallest margin."""
        return self.margins.index(min(self.margins))


def decide(
    network: Network,
    dataset: Dataset,
    decision: str = "equal",
    executor: Executor | None = None,
    done: Callable[[int], None] = ignore,
) -> Decided:
    """How the network decides the dataset, exactly; with an `executor` its workers evaluate the network.

    `done` is told how many samples have passed, as for `evaluate`.

    Raises ShapeError where their dimensions differ, DatasetError for labels that the decision does not know (one-hot
    for `argmax`, 1 or -1 for `sign`), UsageError for an unknown decision.
    """
    if decision not in DECISIONS:
        raise UsageError(f"unknown decision {quoted(decision)}: use {', '.join(DECISIONS)}")
    if network.d_x != dataset.d_x:
        raise ShapeError(f"the network has {network.d_x} inputs, the data have {dataset.d_x} input columns")
    if network.d_y != dataset.d_y:
        raise ShapeError(
            f"the network has {network.d_y} outputs, the data have {dataset.d_y} label coordinates; --labels names "
            "label columns, --classify turns one column of class names into one-hot labels"
        )
    _check_labels(dataset, decision)
    outputs = evaluate(network, dataset.inputs, executor, done)
    margins = [_margin(decision, y, output) for y, output in zip(dataset.labels, outputs, strict=True)]
    failing = [i for i, margin in enumerate(margins) if (margin < 0 if decision == "equal" else margin <= 0)]
    return Decided(decision, tuple(tuple(y) for y in outputs), tuple(margins), tuple(failing))


def _check_labels(dataset: Dataset, decision: str) -> None:
    if decision == "argmax":
        if dataset.d_y < 2:
            raise DatasetError("argmax compares at least two outputs; these data have one label coordinate")
        class_indices(dataset)
    if decision == "sign":
        for name, label in zip(dataset.rows, dataset.labels, strict=True):
            if len(label) != 1 or label[0] not in (1, -1):
                shown = ", ".join(shorten(v) for v in label)
                raise DatasetError(f"{name} has the label {shown}; the decision sign needs one label, 1 or -1")


def _margin(decision: str, label: Sequence[Rational], output: Sequence[Rational]) -> Any:
    if decision == "sign":
        return label[0] * output[0]
    if decision == "equal":
        return -max(abs(f - y) for f, y in zip(output, label, strict=True))
    best = label.index(max(label))
    return output[best] - max(value for k, value in enumerate(output) if k != best)
