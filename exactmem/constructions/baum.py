"""Baum's theorem (survey, Theorem 2): threshold units, 0/1 labels, two units per group of d_x samples.

1[h >= -tau] - 1[h >= tau] is 1 on the hyperplane h = 0 of a group and 0 at all other samples when tau lies strictly
below their |h| (at h = -tau the printed "sufficiently small" fails). Only the rarer label needs groups: where that is
0, the output is 1 minus the sum. The printed count 2 m/d must be 2 ceil(m_1/d), with m_1 samples of the grouped label.
"""

__all__ = ["THEOREM", "condition_text", "construct", "least_units", "rarer_label", "smallest", "unmet"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts.hyperplanes import cover_within, distance, heights
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset
from exactmem.errors import DatasetError
from exactmem.networks import FNN, dense, layer, sparse, zeros
from exactmem.rationals import Rational, shorten
from exactmem.sizes.problem import Problem


def condition_text(kind: str) -> str:
    """The condition; m_0 and m_1 count the labels 0 and 1, and several outputs add up."""
    return "d1 >= 2*ceil(min(m_0, m_1)/d_x), at worst 2*ceil(floor(N/2)/d_x), for every output"


def rarer_label(dataset: Dataset, output: int) -> tuple[int, list[int]]:
    """(label, samples) of the label, 0 or 1, that fewer samples have in this output (1 if they are equally many).

    Raises DatasetError naming the first row whose label is neither 0 nor 1.
    """
    samples: tuple[list[int], list[int]] = ([], [])
    for i, y in enumerate(dataset.labels):
        if y[output] != 0 and y[output] != 1:
            raise DatasetError(
                f"{dataset.rows[i]} has label {shorten(y[output])}: Baum's theorem is about labels 0 and 1; "
                "use 0/1 labels, --classify, or bubeck for real labels",
                witness=dataset.rows[i],
            )
        samples[int(y[output] == 1)].append(i)
    label = int(len(samples[1]) <= len(samples[0]))
    return label, samples[label]


def least_units(problem: Problem) -> int:
    """2 ceil(min(m_0, m_1)/d_x) units per output, counted in the dataset, else for the worst case m_1 = floor(N/2)."""
    if problem.dataset is None:
        counts = [problem.N // 2] * problem.d_y
    else:
        counts = [len(rarer_label(problem.dataset, a)[1]) for a in range(problem.d_y)]
    return max(1, sum(2 * -(-count // problem.d_x) for count in counts))


unmet, smallest = one_hidden_layer(least_units, lambda _: "d1 >= 2*ceil(min(m_0, m_1)/d_x)")


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer threshold network of exactly the given width with f(x_i) = y_i for labels 0 and 1.

    Source: Baum 1988; survey, Theorem 2. Raises NotGeneralPositionError (witness: sample indices) where more groups
    are needed than the width has pairs of units, DatasetError for other labels.
    """
    rare = [rarer_label(dataset, a) for a in range(dataset.d_y)]
    covers = cover_within(dataset, [samples for _, samples in rare], widths[0] // 2, absorb=True)
    rows: list[list[Rational]] = []
    biases: list[Rational] = []
    entries: dict[tuple[int, int], int] = {}
    for a, ((label, _), part) in enumerate(zip(rare, covers, strict=True)):
        sign = 1 if label == 1 else -1
        for plane, values in zip(part, heights(part, dataset.inputs), strict=True):
            tau = min(distance(plane, values), fmpq(1)) / 2
            entries |= {(a, len(rows)): sign, (a, len(rows) + 1): -sign}
            rows += [list(plane.u), list(plane.u)]
            biases += [plane.c + tau, plane.c - tau]
    constants = [1 - label for label, _ in rare]
    if not rows:
        rows, biases = [zeros(dataset.d_x)], zeros(1)
    output = layer(sparse((dataset.d_y, len(rows)), entries), constants)
    return widen(FNN((layer(dense(rows), biases, activation), output)), widths)


THEOREM = Theorem(
    id="baum",
    source="Baum 1988 (Ye, Wei, survey, Theorem 2, corrected)",
    statement="a 2-layer threshold network fits 0/1 labels of N samples in general position",
    condition=condition_text,
    activations=("threshold",),
    task="regression",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    needs="general position, labels 0 and 1",
)
