r"""Real labels in two layers: half the units of Bubeck et al., for hard-tanh and every ReLU-like activation.

Theorem. N >= 2 samples in general position, with any labels in Q^d_y, are fitted exactly by a two-layer network of

    d1 >= min(d_x, d_y) + (ceil((N - 1)/d_x) - 1) * min(d_x, d_y + 1)

hidden units, for hard-tanh and for every ReLU-like activation. For scalar labels and d_x >= 2 that is
2 ceil((N - 1)/d_x) - 1, against 4 ceil(N/d_x) ReLUs in the survey's Theorem 3; for d_x = 1 it is N - 1.

Proof. Peel lower facets of d_x samples off the data until at most d_x + 1 samples, the core, are left (`facets`);
that takes ceil((N - 1)/d_x) - 1 facets. An affine function F fits the core. Fit the facets in the opposite order, the
one peeled last first: units at rest on the core and on all facets peeled later read z = A h + t with h = 0 on the
facet and t prescribed there. Values R_i of any sign on the facet's samples need d_y + 1 units: with t = R/size + 1
for every output and one with t = 1 to be subtracted; or d_x units, with t = 1 at one sample and 0 at the others. The
facets peeled before see known values of these units. Finally F, together with the affine remainders of the units if
s_minus > 0, is carried by d_y units, one per output, or by d_x units, one per coordinate.
"""

__all__ = [
    "THEOREM",
    "Vector",
    "carrier",
    "condition_text",
    "construct",
    "core_fit",
    "fit_units",
    "least_units",
    "smallest",
    "units_for",
    "unmet",
    "written",
]

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactmem.activations import Activation, slopes_of
from exactmem.constructions.parts.facets import Peeling, peel_within
from exactmem.constructions.parts.hyperplanes import dot, heights, values_at
from exactmem.constructions.parts.one_sided import Affine, OneSided, Unit, affine_fit, facet_units, one_sided, supplied
from exactmem.constructions.parts.residual_layers import unit_vector
from exactmem.constructions.parts.transform import widen
from exactmem.constructions.theorem import Choices, Theorem, one_hidden_layer
from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError
from exactmem.networks import FNN, dense, layer, zeros
from exactmem.rationals import Rational, ceil
from exactmem.sizes.problem import Problem

Vector = Sequence[Rational]


def condition_text(kind: str) -> str:
    """The condition, the same for all activations."""
    return "d1 >= min(d_x, d_y) + (ceil((N-1)/d_x) - 1)*min(d_x, d_y+1)"


def units_for(d_x: Any, d_y: Any, facets: Any) -> Any:
    """min(d_x, d_y) units that carry affine functions, and min(d_x, d_y + 1) per facet; integers or ordered symbols."""
    return min(d_x, d_y) + facets * min(d_x, d_y + 1)


def least_units(problem: Problem) -> int:
    """min(d_x, d_y) + (ceil((N - 1)/d_x) - 1) min(d_x, d_y + 1), and 1 (unused) for a single sample."""
    if problem.N == 1:
        return 1
    return int(units_for(problem.d_x, problem.d_y, -(-(problem.N - 1) // problem.d_x) - 1))


unmet, smallest = one_hidden_layer(least_units, condition_text)


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> FNN:
    """A two-layer network of exactly the given width with f(x_i) = y_i for any labels.

    Raises NotGeneralPositionError (witness: sample indices) where the facets that come out need more units.
    """
    peeling, p = peel_within(
        dataset,
        max(0, widths[0] - min(dataset.d_x, dataset.d_y)),
        is_core=lambda left: core_fit(dataset, left) is not None,
        units=lambda facet: min(len(facet.samples), dataset.d_y + 1),
    )
    affine, units = fit_units(dataset, peeling, p, one_sided(activation))
    return widen(written(dataset, affine, units, activation), widths)


def core_fit(dataset: Dataset, samples: Sequence[int]) -> list[Affine] | None:
    """Affine functions that fit the labels of these samples, one per output; None if the first d_x + 1 forbid it."""
    few = samples[: dataset.d_x + 1]
    fits = affine_fit([dataset.inputs[i] for i in few], [dataset.labels[i] for i in few])
    if fits is None:
        return None
    for i in samples[len(few) :]:
        if any(dot(u, dataset.inputs[i]) + c != y for (u, c), y in zip(fits, dataset.labels[i], strict=True)):
            return None
    return fits


def fit_units(dataset: Dataset, peeling: Peeling, p: Vector, phi: OneSided) -> tuple[list[Affine], list[Unit]]:
    """The core's affine functions and the one-sided units that fit all facets, the facet peeled last first."""
    affine = core_fit(dataset, peeling.core) if peeling.core else [(zeros(dataset.d_x), fmpq(0))] * dataset.d_y
    if affine is None:
        raise ConstructionError("the core that was peeled out has no affine fit: please report this dataset")
    fitted = zip(*values_at(affine, dataset.inputs), strict=True)
    missing = [[v - f for v, f in zip(y, row, strict=True)] for y, row in zip(dataset.labels, fitted, strict=True)]
    units: list[Unit] = []
    resting = list(peeling.core)
    waiting = [i for facet in peeling.facets for i in facet.samples]
    for facet in reversed(peeling.facets):
        profiles = _profiles([dataset.inputs[i] for i in facet.samples], [missing[i] for i in facet.samples], p)
        places = [dataset.inputs[i] for i in resting]
        new = facet_units(facet, profiles, heights([facet], places)[0], places)
        resting += facet.samples
        waiting = waiting[: -len(facet.samples)]
        for i, total in zip(waiting, supplied(new, phi, [dataset.inputs[i] for i in waiting]), strict=False):
            missing[i] = [m - v for m, v in zip(missing[i], total, strict=True)]
        units += new
    return affine, units


def _profiles(
    points: Sequence[Vector], missing: list[list[Rational]], p: Vector
) -> list[tuple[Affine, list[Rational]]]:
    """Affine functions t with values in [0, 2] at the points, and output weights, that supply the missing values."""
    count, outputs = len(points), len(missing[0])
    if count <= outputs:
        fits = _fitted(points, [unit_vector(count, b) for b in range(count)], p)
        return [(fit, values) for fit, values in zip(fits, missing, strict=True) if any(v != 0 for v in values)]
    sizes = [fmpq(max(1, ceil(max(abs(m) for m in column)))) for column in zip(*missing, strict=True)]
    scaled = [[m / size + 1 for m, size in zip(row, sizes, strict=True)] for row in missing]
    profiles = []
    subtract = zeros(outputs)
    for a, fit in enumerate(_fitted(points, scaled, p)):
        if any(row[a] != 0 for row in missing):
            profiles.append((fit, [sizes[a] * v for v in unit_vector(outputs, a)]))
            subtract[a] = -sizes[a]
    return [*profiles, ((zeros(len(p)), fmpq(1)), subtract)] if profiles else []


def _fitted(points: Sequence[Vector], values: Sequence[Vector], p: Vector) -> list[Affine]:
    fits = affine_fit(points, values, along=p)
    if fits is None:
        raise ConstructionError("the samples of a lower facet have dependent projections: please report this dataset")
    return fits


def written(dataset: Dataset, affine: list[Affine], units: list[Unit], activation: Activation) -> FNN:
    """The network of affine functions plus one-sided units, in the activation's own units."""
    phi = one_sided(activation)
    rows = [unit.u for unit in units]
    biases = [unit.c + phi.shift for unit in units]
    columns = [[phi.gain * w for w in unit.weights] for unit in units]
    slopes = [list(u) for u, _ in affine]
    constants = [c for _, c in affine]
    for unit in units:
        for a, w in enumerate(unit.weights):
            constants[a] += w * (phi.constant - phi.leak * unit.c)
            slopes[a] = [s - w * phi.leak * v for s, v in zip(slopes[a], unit.u, strict=True)]
    by_output = dataset.d_y <= dataset.d_x
    carried = slopes if by_output else [unit_vector(dataset.d_x, k) for k in range(dataset.d_x)]
    for n, direction in enumerate(carried):
        weights = unit_vector(dataset.d_y, n) if by_output else [s[n] for s in slopes]
        if any(v != 0 for v in direction) and any(w != 0 for w in weights):
            scale, bias, gain, constant = carrier(dataset, direction, activation)
            rows.append([scale * v for v in direction])
            biases.append(bias)
            columns.append([gain * w for w in weights])
            constants = [c + constant * w for c, w in zip(constants, weights, strict=True)]
    if not rows:
        rows, biases, columns = [zeros(dataset.d_x)], zeros(1), [zeros(dataset.d_y)]
    weight = dense(zip(*columns, strict=True))
    return FNN((layer(dense(rows), biases, activation), layer(weight, constants)))


def carrier(
    dataset: Dataset, direction: Vector, activation: Activation
) -> tuple[Rational, Rational, Rational, Rational]:
    """(scale, bias, gain, constant) with u . x = gain * sigma(scale * u . x + bias) + constant at all samples."""
    values = [dot(direction, x) for x in dataset.inputs]
    if activation.kind == "hard-tanh":
        size = fmpq(max(1, ceil(max(abs(v) for v in values))))
        return 1 / size, fmpq(0), size, fmpq(0)
    s_plus, _ = slopes_of(activation)
    lift = fmpq(max(0, ceil(-min(values))))
    return fmpq(1), lift, 1 / s_plus, -lift


THEOREM = Theorem(
    id="real-labels",
    source="exactmem, improving Theorem 3 of the survey (Bubeck, Eldan, Lee, Mikulincer 2020)",
    statement="a 2-layer network fits real labels of N samples in general position with half the units of bubeck",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="regression",
    architecture="fnn",
    hidden_layers="1",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    scales_labels=False,
    needs="general position",
    improves="bubeck",
)
