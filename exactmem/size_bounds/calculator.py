"""Every construction's smallest sizes for a problem, and what given widths can and cannot memorize.

Reads the table of constructions (`exactmem.constructions.theorems()`); exact integers, no loop over the samples.
"""

__all__ = [
    "MOST_SAMPLES",
    "Architecture",
    "Conditional",
    "Reach",
    "Sizes",
    "Task",
    "applicable",
    "conditional",
    "edges_of",
    "largest_samples",
    "reach_of",
    "reading_order",
    "samples_text",
    "smallest_sizes",
    "tasks_about",
    "tasks_of",
]

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from exactmem.activations import Activation
from exactmem.constructions import theorems
from exactmem.constructions.build import default_activation
from exactmem.constructions.theorem import Theorem
from exactmem.errors import SizeError
from exactmem.size_bounds.impossibility import Bound, setting_of, smallest_excluded
from exactmem.sizes.counts import fnn_edges, resnet_edges
from exactmem.sizes.problem import Problem

Task = Literal["regression", "classification"]
Architecture = Literal["fnn", "resnet"]

MOST_SAMPLES = 10**30
"""No width is asked for more samples than this; reaching it is reported as such."""


@dataclass(frozen=True)
class Sizes:
    """The smallest network of a theorem: widths with the fewest hidden units, or None with the reason."""

    theorem: Theorem
    widths: tuple[int, ...] | None
    units: int | None
    edges: int | None
    reason: str = ""


def tasks_about(problem: Problem, task: Task | None) -> tuple[Task, ...]:
    """The tasks to speak about: the one asked for, else real labels and, with two outputs or more, classes."""
    if task is not None:
        return (task,)
    return ("regression",) if problem.d_y == 1 else ("regression", "classification")


def tasks_of(theorem: Theorem) -> tuple[Task, ...]:
    """The tasks a theorem serves: any real labels serve one-hot ones, but not the other way round."""
    if theorem.task == "classification" or "labels 0 and 1" in theorem.needs:
        return ("classification",)
    return ("regression", "classification")


def applicable(
    problem: Problem, task: Task | None = None, general_position: bool = False, architecture: Architecture | None = None
) -> list[Theorem]:
    """The theorems about this activation, task (None: any) and architecture (None: any).

    Those that need general position only if it is given; none whose size condition does not suffice.
    """
    return [
        theorem
        for theorem in theorems().values()
        if theorem.sufficient
        and problem.activation.kind in theorem.activations
        and (task is None or task in tasks_of(theorem))
        and (general_position or "general position" not in theorem.needs)
        and architecture in (None, theorem.architecture)
    ]


def edges_of(theorem: Theorem, problem: Problem, widths: Sequence[int]) -> int:
    """All weights and biases of the theorem's network with these widths."""
    count = resnet_edges if theorem.architecture == "resnet" else fnn_edges
    return int(count(problem.d_x, widths, problem.d_y))


def smallest_sizes(theorem: Theorem, problem: Problem) -> Sizes:
    """The theorem's Sizes for a problem."""
    try:
        widths = theorem.smallest(problem)
    except SizeError as error:
        return Sizes(theorem, None, None, None, str(error))
    return Sizes(theorem, widths, sum(widths), edges_of(theorem, problem, widths))


@dataclass(frozen=True)
class Conditional:
    """A theorem that asks for more than sizes: `sizes` are the least that its condition admits with that activation.

    Whether they do is decided by what the theorem `needs` of the data and the seeded weights, when it is built.
    """

    sizes: Sizes
    activation: Activation

    @property
    def condition(self) -> str:
        """The size condition, which does not suffice."""
        return self.sizes.theorem.condition(self.activation.kind)


def conditional(problem: Problem, task: Task | None = None) -> list[Conditional]:
    """The theorems of this task (None: any) whose size condition does not suffice, with the problem's activation if
    they cover it, else with their own."""
    found = []
    for theorem in theorems().values():
        if not theorem.sufficient and (task is None or task in tasks_of(theorem)):
            own = problem.activation.kind not in theorem.activations
            activation = default_activation(theorem) if own else problem.activation
            sizes = smallest_sizes(theorem, replace(problem, activation=activation))
            if theorem.decision == "sign" and problem.d_y > 1:
                reason = f"{theorem.id} is about one label 1 or -1, not {problem.d_y} labels"
                sizes = Sizes(theorem, None, None, None, reason)
            found.append(Conditional(sizes, activation))
    return found


def _conditional_reach(
    problem: Problem, widths: Sequence[int], task: Task, architecture: Architecture
) -> list[tuple[Theorem, int]]:
    """The theorems about such networks whose size condition does not suffice, with the largest N that it admits."""
    found = []
    for theorem in theorems().values():
        least, most = theorem.depth
        deep = least <= len(widths) and (most is None or len(widths) <= most)
        about = problem.activation.kind in theorem.activations and theorem.architecture == architecture
        if not theorem.sufficient and deep and about and task in tasks_of(theorem):
            found.append((theorem, largest_samples(theorem, problem, widths)))
    return [(theorem, N) for theorem, N in found if N > 0]


def reading_order(theorems: Iterable[Theorem]) -> list[Theorem]:
    """Each printed theorem followed by what improves on it, then what improves on none of them."""
    listed = list(theorems)
    printed = [t for t in listed if not t.improves]
    ordered = [row for t in printed for row in (t, *(better for better in listed if better.improves == t.id))]
    return ordered + [t for t in listed if t not in ordered]


def largest_samples(theorem: Theorem, problem: Problem, widths: Sequence[int]) -> int:
    """The largest N, at most MOST_SAMPLES, for which the theorem covers these widths; 0 if there is none.

    By doubling and bisection: a theorem that covers N samples covers fewer.
    """

    def covered(N: int) -> bool:
        return theorem.unmet(replace(problem, N=N), widths) is None

    low, high = 0, 1
    while high <= MOST_SAMPLES and covered(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if covered(middle) else (low, middle)
    return min(low, MOST_SAMPLES)


def samples_text(N: int) -> str:
    """What `largest_samples` found, in words: "any" where it stopped asking."""
    return "any" if N == MOST_SAMPLES else str(N)


@dataclass(frozen=True)
class Reach:
    """What is known about widths for one task: N <= `possible` is always memorized, N >= `impossible` is not.

    `possible` and `impossible` are None where no theorem says anything; `constructions` and `bounds` are ordered by
    strength. `conditional` are the theorems that ask for more than sizes, with the most samples that their size
    condition admits: the data and the seeded weights decide.
    """

    task: Task
    possible: int | None
    impossible: int | None
    constructions: tuple[tuple[Theorem, int], ...]
    bounds: tuple[tuple[Bound, int], ...]
    conditional: tuple[tuple[Theorem, int], ...]


def reach_of(
    problem: Problem,
    widths: Sequence[int],
    task: Task,
    general_position: bool = False,
    architecture: Architecture = "fnn",
) -> Reach:
    """The Reach of networks of exactly these widths; problem.N is not used.

    The impossible side is known for fully-connected networks only. Raises UsageError for no widths.
    """
    theorems = applicable(problem, task, general_position, architecture)
    reached = [(theorem, largest_samples(theorem, problem, widths)) for theorem in theorems]
    constructions = tuple(sorted((pair for pair in reached if pair[1] > 0), key=lambda pair: -pair[1]))
    excluded = smallest_excluded(setting_of(problem, task, general_position), widths) if architecture == "fnn" else []
    return Reach(
        task,
        constructions[0][1] if constructions else None,
        excluded[0][1] if excluded else None,
        constructions,
        tuple(excluded),
        tuple(_conditional_reach(problem, widths, task, architecture)),
    )
