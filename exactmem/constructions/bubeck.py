"""Real labels with four ReLU-like units per group of d_x samples (survey, Theorem 3; Bubeck, Eldan, Lee, Mikulincer).

With h = u . x + c zero on a group alone and w = v . x + v_0 equal to the labels on it,
[s(h + tau + delta w) - s(h + tau) - s(h - tau + delta w) + s(h - tau)]/(delta (s_plus - s_minus)) is w on the group
and 0 elsewhere if tau <= min(1, |h|/2) off the group and delta |w| <= |h +- tau|/2 everywhere. The printed delta is 0
on the hyperplane and ignores tau, and the printed linear v . x = y has no solution on some data, e.g. x = 0, y = 1.
"""

__all__ = ["THEOREM", "condition_text", "construct", "least_units", "smallest", "tilt", "unmet"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import Activation, slopes_of
from exactmem.constructions.parts.hyperplanes import cover_within, distance, heights, values_at
from exactmem.constructions.parts.one_sided import affine_fit
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError
from exactmem.networks import FNN, dense, layer, sparse, zeros
from exactmem.rationals import Rational
from exactmem.sizes.problem import Problem


def condition_text(kind: str) -> str:
    """The condition for real labels, with one quadruple of units per group and output."""
    return "d1 >= 4*d_y*ceil(N/d_x)"


def least_units(problem: Problem) -> int:
    """4 d_y ceil(N/d_x)."""
    return 4 * problem.d_y * -(-problem.N // problem.d_x)


unmet, smallest = one_hidden_layer(least_units, condition_text)


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer ReLU-like network of exactly the given width with f(x_i) = y_i for any labels.

    Source: survey, Theorem 3, with delta, tau and an affine w corrected. Raises NotGeneralPositionError (witness:
    sample indices) where more groups are needed than the width has quadruples of units.
    """
    s_plus, s_minus = slopes_of(activation)
    groups = cover_within(dataset, [range(dataset.N)], widths[0] // (4 * dataset.d_y), absorb=False)[0]
    rows: list[list[Rational]] = []
    biases: list[Rational] = []
    entries: dict[tuple[int, int], Rational] = {}
    for plane, values in zip(groups, heights(groups, dataset.inputs), strict=True):
        tau = min(fmpq(1), distance(plane, values) / 2)
        fits = affine_fit([dataset.inputs[i] for i in plane.samples], [dataset.labels[i] for i in plane.samples])
        if fits is None:
            raise ConstructionError("the samples of a group are affinely dependent: please report this dataset")
        for a, (v, v_0) in enumerate(fits):
            delta = tilt(values, values_at([(v, v_0)], dataset.inputs)[0], tau)
            weight = 1 / (delta * (s_plus - s_minus))
            tilted = [p + delta * w for p, w in zip(plane.u, v, strict=True)]
            for sign, shift in ((1, tau), (-1, -tau)):
                entries |= {(a, len(rows)): sign * weight, (a, len(rows) + 1): -sign * weight}
                rows += [tilted, list(plane.u)]
                biases += [plane.c + shift + delta * v_0, plane.c + shift]
    output = layer(sparse((dataset.d_y, len(rows)), entries), zeros(dataset.d_y))
    return widen(FNN((layer(dense(rows), biases, activation), output)), widths)


def tilt(plane_values: Sequence[Rational], labels: Sequence[Rational], tau: Rational) -> Rational:
    """delta = min(1, |h + tau|/|w|, |h - tau|/|w| over all samples with w != 0)/2, for the values h and w."""
    bounds = [min(abs(h + tau), abs(h - tau)) / abs(w) for h, w in zip(plane_values, labels, strict=True) if w != 0]
    return min([fmpq(1), *bounds]) / 2


THEOREM = Theorem(
    id="bubeck",
    source="Bubeck, Eldan, Lee, Mikulincer 2020 (Ye, Wei, survey, Theorem 3, corrected)",
    statement="a 2-layer network fits real labels of N samples in general position",
    condition=condition_text,
    activations=("relu-like",),
    task="regression",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    needs="general position",
)
