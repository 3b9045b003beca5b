"""Building: the network of a theorem for a dataset, refused or checked to memorize it exactly."""

__all__ = ["MAX_ENTRIES", "Construction", "build", "default_activation"]

import itertools
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

from exactmem.activations import RELU, Activation, parse_activation
from exactmem.border import Floats
from exactmem.constructions import find_theorem
from exactmem.constructions.parts.transform import unscale
from exactmem.constructions.theorem import NO_CHOICES, Choices, Theorem, check_widths, expect_choices
from exactmem.datasets import Dataset, class_indices, scale_labels
from exactmem.decisions import decide
from exactmem.errors import ConstructionError, LimitError, ProjectionError, SizeError, UsageError
from exactmem.evaluate import first_mismatch
from exactmem.networks import Network
from exactmem.presentation import Shown, Table
from exactmem.rationals import shorten, to_text
from exactmem.sizes.problem import Problem
from exactmem.tangent.draws import ORTHONORMAL

MAX_ENTRIES = 50_000_000
"""Most weight and bias entries, zeros included, of a network that is built."""


@dataclass(frozen=True, repr=False)
class Construction(Shown):
    """A network that memorizes a dataset (this was checked, exactly), with the theorem it comes from.

    `decision` is the sense in which it does: "equal" (f(x_i) == y_i), "argmax" or "sign", as in `exactmem.decisions`.
    """

    network: Network
    dataset: Dataset
    theorem: Theorem
    parameters: dict[str, str]
    decision: str = "equal"

    def __call__(self, x: Any, floats: Floats = "refuse") -> Any:
        """The network's exact outputs, as `network(x)`."""
        return self.network(x, floats)

    def table(self) -> Table:
        """The theorem, the choices and the network's sizes."""
        network = self.network.table()
        title = f"theorem {self.theorem.id}: {network.title}, memorizes {self.dataset.N} samples"
        if self.decision != "equal":
            title += f" ({self.decision})"
        choices = [(f"choice of {name}", text) for name, text in self.parameters.items() if name != "activation"]
        return Table(title, [("source", self.theorem.source), *network.rows, *choices])


def default_activation(theorem: Theorem) -> Activation:
    """ReLU where the theorem covers ReLU-like activations, else the first kind it names."""
    return RELU if "relu-like" in theorem.activations else parse_activation(theorem.activations[0])


def build(
    dataset: Dataset,
    theorem_id: str,
    widths: Sequence[int] | None = None,
    activation: Activation | None = None,
    choices: Choices = NO_CHOICES,
    executor: Executor | None = None,
    report: Callable[[str], None] = lambda phase: None,
) -> Construction:
    """A Construction with f(x_i) == y_i for every sample, of exactly the given or the smallest widths.

    Where the theorem, or `choices.decision`, has another decision, every sample is decided so instead.
    `report` is called with the name of each phase as it begins, and with the progress of the verification.
    Raises UsageError for an activation the theorem does not cover, ProjectionError (witness: the two row names) for a
    given u that does not tell all inputs apart, DrawError where seeded weights or data do not allow the construction,
    DatasetError where classification needs one-hot labels, SizeError (witness: the smallest widths) where the size
    condition fails, LimitError for more than MAX_ENTRIES weights, and ConstructionError should the network not
    memorize exactly.
    """
    theorem = find_theorem(theorem_id)
    activation = activation if activation is not None else default_activation(theorem)
    if activation.kind not in theorem.activations:
        reason = dict(theorem.refused).get(activation.kind)
        raise UsageError(
            f"theorem {theorem.id} is about {' and '.join(theorem.activations)} activations, not {activation.name}"
            + (f": {reason}" if reason else "")
        )
    expect_choices(choices, theorem.id, theorem.choices)
    if theorem.task == "classification":
        class_indices(dataset)
    report("choosing the widths" if widths is None else "checking the widths")
    choices = _with_defaults(choices, theorem)
    problem = Problem(
        dataset.N,
        dataset.d_x,
        dataset.d_y,
        activation,
        dataset,
        choices.seed or 0,
        choices.orthonormal or ORTHONORMAL[0],
        bool(choices.flat),
        choices.decision,
    )
    sizes = check_widths(widths) if widths is not None else theorem.smallest(problem)
    theorem.check_depth(sizes)
    reason = theorem.unmet(problem, sizes)
    if reason is not None:
        least = theorem.smallest(problem if theorem.sufficient else replace(problem, dataset=None))
        raise SizeError(
            f"theorem {theorem.id}, {activation.name}, N={problem.N}, d_x={problem.d_x}, d_y={problem.d_y}: {reason}; "
            f"the smallest widths that {'do' if theorem.sufficient else 'may do'} are {','.join(map(str, least))}",
            witness=least,
        )
    _check_entries(theorem, problem, sizes)
    report(f"constructing widths {','.join(map(str, sizes))}")
    try:
        network = _construct(theorem, dataset, sizes, activation, choices)
    except ProjectionError as error:
        j, i = (dataset.rows[index] for index in error.witness)
        raise ProjectionError(f"u projects {j} and {i} to the same number: choose another u", witness=(j, i)) from error
    report(f"verifying the network at {dataset.N} samples")
    decision = choices.decision or theorem.decision
    _check_memorizes(theorem, network, dataset, decision, executor, report)
    return Construction(network, dataset, theorem, _describe(activation, choices), decision)


def _with_defaults(choices: Choices, theorem: Theorem) -> Choices:
    """The choices with the seed, and the method of orthonormal rows, that the theorem takes where none is given."""
    if "seed" in theorem.choices:
        choices = replace(choices, seed=choices.seed or 0)
    if "orthonormal" in theorem.choices:
        choices = replace(choices, orthonormal=choices.orthonormal or ORTHONORMAL[0])
    return choices


def _counted(report: Callable[[str], None], total: int) -> Callable[[int], None]:
    """Reports how many of so many samples have been verified, how fast, and how long the rest will take."""
    start = time.monotonic()

    def done(count: int) -> None:
        rate = count / max(time.monotonic() - start, 1e-3)
        report(f"verified {count} of {total} samples, {rate:.0f} a second, {(total - count) / rate:.0f} s left")

    return done


def _check_memorizes(
    theorem: Theorem,
    network: Network,
    dataset: Dataset,
    decision: str,
    executor: Executor | None,
    report: Callable[[str], None],
) -> None:
    """Raise ConstructionError unless the network decides every sample as its label says."""
    if decision != "equal":
        failing = decide(network, dataset, decision, executor, _counted(report, dataset.N)).failing
        if failing:
            raise ConstructionError(
                f"theorem {theorem.id}: {len(failing)} samples are decided wrongly, the first is "
                f"{dataset.rows[failing[0]]}; please report this dataset",
                witness=failing,
            )
    elif mismatch := first_mismatch(network, dataset, executor, _counted(report, dataset.N)):
        raise ConstructionError(
            f"theorem {theorem.id}: sample {mismatch.index} ({dataset.rows[mismatch.index]}) gives "
            f"{[shorten(v) for v in mismatch.obtained]} for {[shorten(v) for v in mismatch.expected]}; "
            "please report this dataset",
            witness=mismatch,
        )


def _check_entries(theorem: Theorem, problem: Problem, widths: tuple[int, ...]) -> None:
    """Raise LimitError when the layers' full shapes have more than MAX_ENTRIES entries."""
    if theorem.architecture == "resnet":
        entries = sum(2 * problem.d_x * width for width in widths)
    else:
        shapes = [problem.d_x, *widths, problem.d_y]
        entries = sum((below + 1) * above for below, above in itertools.pairwise(shapes))
    if entries > MAX_ENTRIES:
        raise LimitError(
            f"widths {','.join(map(str, widths))} make {entries} weights, the limit is {MAX_ENTRIES}: "
            "choose smaller widths"
        )


def _construct(
    theorem: Theorem, dataset: Dataset, widths: tuple[int, ...], activation: Activation, choices: Choices
) -> Network:
    if theorem.task == "classification" or not theorem.scales_labels:
        return theorem.construct(dataset, widths, activation, choices)
    scaled, scaling = scale_labels(dataset)
    return unscale(theorem.construct(scaled, widths, activation, choices), scaling)


def _describe(activation: Activation, choices: Choices) -> dict[str, str]:
    """The choices that were made by hand or by default, as text for a certificate's provenance."""
    described = {"activation": activation.name}
    for name in ("u", "codes"):
        values = getattr(choices, name)
        if values is not None:
            described[name] = ",".join(to_text(v) for v in values)
    for name in ("delta", "alpha", "eta"):
        value = getattr(choices, name)
        if value is not None:
            described[name] = to_text(value)
    for name in ("precision", "seed", "orthonormal", "decision"):
        if getattr(choices, name) is not None:
            described[name] = str(getattr(choices, name))
    if choices.flat:
        described["flat"] = "true"
    if choices.blocks is not None:
        described["blocks"] = ",".join(map(str, choices.blocks))
    return described
