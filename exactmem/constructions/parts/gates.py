"""Gate layers: one hidden layer that turns a class's code, a number t, into the class's one-hot vector.

Codes are distinct rationals, one per class. The paper's gate (Appendix C) is the triangle sigma_G; `triangle_gates`
needs one unit less per class, `trapezoid_gates` and `step_readout` accept codes that are off by a tolerance, and
`readout` needs only d_y - 1 units in all. The identities are proved in `proofs/ours/gates.py`.
"""

__all__ = [
    "GateLayer",
    "attach",
    "checked_codes",
    "code_dataset",
    "default_codes",
    "paper_gates",
    "readout",
    "smallest_gap",
    "step_readout",
    "trapezoid_gates",
    "triangle_gates",
    "within_unit_interval",
    "without_class",
]

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import fmpq

from exactmem.activations import HARD_TANH, IDENTITY, Activation, slopes_of
from exactmem.constructions.parts.interpolation import slope_changes, unit_weights
from exactmem.constructions.parts.transform import hard_tanh_to_relu_like
from exactmem.datasets import Dataset, class_indices
from exactmem.errors import ShapeError, UsageError
from exactmem.networks import FNN, FNNLayer, Matrix, RankOneMatrix, SparseMatrix, layer, rank_one, sparse, zeros
from exactmem.rationals import Rational, shorten, vector


@dataclass(frozen=True)
class GateLayer:
    """A hidden layer that reads one number t, and the linear read-out of its units.

    Unit i computes activation(slopes[i] t + biases[i]); the outputs are weights a + constants.
    Shapes: weights is d_y x units; an unused unit has slope, bias and weights zero.
    """

    slopes: tuple[Rational, ...]
    biases: tuple[Rational, ...]
    weights: Matrix
    constants: tuple[Rational, ...]
    activation: Activation

    def __post_init__(self) -> None:
        units = len(self.slopes)
        if len(self.biases) != units or self.weights.shape != (len(self.constants), units):
            raise ShapeError(f"a gate layer of {units} units has biases, weights or constants of another size")

    @property
    def units(self) -> int:
        """Number of hidden units."""
        return len(self.slopes)

    @property
    def output_layer(self) -> FNNLayer:
        """The linear layer that reads the units."""
        return FNNLayer(self.weights, self.constants, IDENTITY)


def attach(network: FNN, gates: GateLayer) -> FNN:
    """The network with one hidden layer more whose outputs are the gates' at t = the given network's only output.

    Raises ShapeError when the network has more than one output.
    """
    if network.d_y != 1:
        raise ShapeError(f"gates read one number, the network has {network.d_y} outputs")
    last = network.layers[-1]
    row = zeros(last.weight.shape[1])
    for j, v in last.weight.nonzero()[0]:
        row[j] = v
    biases = [s * last.bias[0] + b for s, b in zip(gates.slopes, gates.biases, strict=True)]
    hidden = FNNLayer(rank_one(gates.slopes, row), tuple(biases), gates.activation)
    return FNN((*network.layers[:-1], hidden, gates.output_layer))


def default_codes(d_y: int) -> list[Rational]:
    """The codes 0, 1/(d_y - 1), ..., 1 (0 for a single class)."""
    return [fmpq(k, max(d_y - 1, 1)) for k in range(d_y)]


def checked_codes(codes: Sequence[Any] | None, d_y: int) -> list[Rational]:
    """The given codes as rationals, or the default ones; UsageError unless there are d_y distinct ones."""
    if codes is None:
        return default_codes(d_y)
    values = vector(codes)
    if len(values) != d_y:
        raise UsageError(f"{len(values)} codes for {d_y} classes: give one code per class")
    first: dict[Rational, int] = {}
    for k, code in enumerate(values):
        if first.setdefault(code, k) != k:
            raise UsageError(
                f"classes {first[code]} and {k} have the same code {shorten(code)}: codes must differ",
                witness=(first[code], k),
            )
    return values


def within_unit_interval(codes: Sequence[Rational]) -> list[Rational]:
    """The codes if all are in [-1, 1], else their images under the affine map of their range onto [-1, 1]."""
    low, high = min(codes), max(codes)
    if -1 <= low and high <= 1:
        return list(codes)
    center, radius = (low + high) / 2, max((high - low) / 2, fmpq(1))
    return [(code - center) / radius for code in codes]


def code_dataset(dataset: Dataset, codes: Sequence[Rational]) -> Dataset:
    """The scalar regression dataset that labels every sample with its class's code; DatasetError unless one-hot."""
    labels = tuple((codes[k],) for k in class_indices(dataset))
    return replace(dataset, labels=labels, classes=())


def smallest_gap(codes: Sequence[Rational]) -> Rational:
    """The smallest distance of two codes (1 for a single code)."""
    ordered = sorted(codes)
    return min((high - low for low, high in itertools.pairwise(ordered)), default=fmpq(1))


def paper_gates(codes: Sequence[Rational], activation: Activation) -> GateLayer:
    """The paper's gates sigma_G((t - code)/gap), gap the smallest distance of codes: 1 at their code, 0 at the others.

    2 hard-tanh units per class, sigma_G(t) = (sigma_H(2t + 1) + sigma_H(-2t + 1))/2, or 4 ReLU-like ones with the
    constant -(s_plus + s_minus)/(s_plus - s_minus) per class, which Appendix F leaves out. Source: Appendix C.
    """
    if activation.kind == "hard-tanh":
        return trapezoid_gates(codes, fmpq(0), activation)
    gates = trapezoid_gates(codes, fmpq(0), HARD_TANH)
    hidden = layer(rank_one(gates.slopes, [1]), gates.biases, HARD_TANH)
    doubled, output = hard_tanh_to_relu_like(FNN((hidden, gates.output_layer)), activation).layers
    column = doubled.weight.column if isinstance(doubled.weight, RankOneMatrix) else ()
    return GateLayer(tuple(column), doubled.bias, output.weight, output.bias, activation)


def trapezoid_gates(codes: Sequence[Rational], tolerance: Rational, activation: Activation) -> GateLayer:
    """Gates that are 1 within `tolerance` of their code and 0 within `tolerance` of every other code.

    2 hard-tanh or 4 ReLU-like units per class, without constants; the paper's triangle is tolerance 0.
    Raises UsageError unless 0 <= tolerance < gap/2 for the smallest distance gap of two codes.
    """
    gap = _room(codes, tolerance)
    if activation.kind == "hard-tanh":
        steep = 2 / gap
        offset = 1 + steep * tolerance
        units = [(sign * steep, offset - sign * steep * code, fmpq(1, 2)) for code in codes for sign in (1, -1)]
    else:
        s_plus, s_minus = slopes_of(activation)
        gain = 1 / (gap * (s_plus - s_minus))
        reach = gap + tolerance
        kinks = ((-reach, gain), (-tolerance, -gain), (tolerance, -gain), (reach, gain))
        units = [(fmpq(1), -(code + kink), weight) for code in codes for kink, weight in kinks]
    return _one_per_class(units, len(codes), activation)


def triangle_gates(codes: Sequence[Rational], activation: Activation) -> GateLayer:
    """The gates (sigma(s + 1) - 2 sigma(s) + sigma(s - 1))/(s_plus - s_minus) with s = (t - code)/gap.

    3 ReLU-like units per class and no constants, whatever the slopes.
    """
    s_plus, s_minus = slopes_of(activation)
    gap = smallest_gap(codes)
    gain = 1 / (gap * (s_plus - s_minus))
    kinks = ((-gap, gain), (fmpq(0), -2 * gain), (gap, gain))
    units = [(fmpq(1), -(code + kink), weight) for code in codes for kink, weight in kinks]
    return _one_per_class(units, len(codes), activation)


def _room(codes: Sequence[Rational], tolerance: Rational) -> Rational:
    """The smallest gap less twice the tolerance: the length in which a gate must fall from 1 to 0."""
    gap = smallest_gap(codes)
    if not 0 <= 2 * tolerance < gap:
        raise UsageError(
            f"tolerance {shorten(tolerance)} must be at least 0 and less than half the smallest gap "
            f"{shorten(gap)} of the codes"
        )
    return gap - 2 * tolerance


def _one_per_class(units: list[tuple[Rational, Rational, Rational]], d_y: int, activation: Activation) -> GateLayer:
    """A gate layer from (slope, bias, weight) triples, equally many per class, each read by its class alone."""
    each = len(units) // d_y
    entries = {(i // each, i): weight for i, (_, _, weight) in enumerate(units)}
    slopes, biases = tuple(s for s, _, _ in units), tuple(b for _, b, _ in units)
    return GateLayer(slopes, biases, sparse((d_y, len(units)), entries), tuple(zeros(d_y)), activation)


def without_class(gates: GateLayer, default: int) -> GateLayer:
    """The gates without those of class `default`, whose output becomes 1 minus the sum of all others.

    Raises ShapeError unless every class has units of its own (not so for `readout` and `step_readout`).
    """
    d_y = len(gates.constants)
    rows = gates.weights.nonzero()
    dropped = {i for i, _ in rows[default]}
    if any(i in dropped for k, row in enumerate(rows) if k != default for i, _ in row):
        raise ShapeError(f"other classes read the units of class {default}: it cannot be left out")
    if d_y == 1:
        return _constant_one(gates.activation)
    kept = [i for i in range(gates.units) if i not in dropped]
    position = {i: n for n, i in enumerate(kept)}
    entries: dict[tuple[int, int], Rational] = {}
    for k, row in enumerate(rows):
        for i, v in row:
            if k != default:
                entries[k, position[i]], entries[default, position[i]] = v, -v
    constants = list(gates.constants)
    constants[default] = 1 - sum((c for k, c in enumerate(constants) if k != default), fmpq(0))
    slopes, biases = tuple(gates.slopes[i] for i in kept), tuple(gates.biases[i] for i in kept)
    return GateLayer(slopes, biases, sparse((d_y, len(kept)), entries), tuple(constants), gates.activation)


def readout(codes: Sequence[Rational], activation: Activation) -> GateLayer:
    """A gate layer of d_y - 1 units, the least number (one unused unit for d_y = 1): 1 at code k, 0 at the others.

    Hard-tanh: one step per gap of codes (`step_readout`). ReLU-like: the hat functions of the sorted codes, with one
    kink at every code but the largest; for t below the smallest code the outputs mean nothing.
    """
    if activation.kind == "hard-tanh":
        return step_readout(codes, fmpq(0), activation)
    d_y = len(codes)
    if d_y == 1:
        return _constant_one(activation)
    order = sorted(range(d_y), key=codes.__getitem__)
    knots = [codes[k] for k in order]
    entries: dict[tuple[int, int], Rational] = {}
    constants = zeros(d_y)
    for rank, k in enumerate(order):
        hat = [fmpq(int(r == rank)) for r in range(d_y)]
        weights, constant = unit_weights(knots[:-1], slope_changes(knots, hat), activation)
        entries |= {(k, i): v for i, v in enumerate(weights) if v != 0}
        constants[k] = constant + hat[0]
    biases = tuple(-knot for knot in knots[:-1])
    slopes = (fmpq(1),) * (d_y - 1)
    return GateLayer(slopes, biases, sparse((d_y, d_y - 1), entries), tuple(constants), activation)


def step_readout(codes: Sequence[Rational], tolerance: Rational, activation: Activation) -> GateLayer:
    """Outputs that are 1 within `tolerance` of their code and 0 within `tolerance` of the others: one step per gap.

    d_y - 1 hard-tanh or 2 (d_y - 1) ReLU-like units (one unused unit for d_y = 1). Step r rises from 0 to 1 between
    the codes of rank r and r + 1; the output of rank r is step r - 1 minus step r. With a positive tolerance no
    admitted t is a kink.
    Raises UsageError unless 0 <= tolerance < gap/2 for the smallest distance gap of two codes.
    """
    _room(codes, tolerance)
    d_y = len(codes)
    if d_y == 1:
        return _constant_one(activation)
    order = sorted(range(d_y), key=codes.__getitem__)
    slopes: list[Rational] = []
    biases: list[Rational] = []
    weights: dict[tuple[int, int], Rational] = {}
    constants = zeros(d_y)
    constants[order[0]] = fmpq(1)
    for below, above in itertools.pairwise(order):
        # More than the tolerance, so that no admitted t is a kink.
        inset = (codes[above] - codes[below] + 2 * tolerance) / 4 if tolerance > 0 else fmpq(0)
        step = _step(codes[below] + inset, codes[above] - inset, activation)
        for slope, bias, weight in step.units:
            weights[below, len(slopes)], weights[above, len(slopes)] = -weight, weight
            slopes.append(slope)
            biases.append(bias)
        constants[below] -= step.constant
        constants[above] += step.constant
    matrix = sparse((d_y, len(slopes)), weights)
    return GateLayer(tuple(slopes), tuple(biases), matrix, tuple(constants), activation)


@dataclass(frozen=True)
class _Step:
    """A function rising from 0 to 1: (slope, bias, weight) per unit, and a constant."""

    units: tuple[tuple[Rational, Rational, Rational], ...]
    constant: Rational


def _step(left: Rational, right: Rational, activation: Activation) -> _Step:
    """0 up to `left`, 1 from `right` on, linear between: one hard-tanh or two ReLU-like units."""
    length = right - left
    if activation.kind == "hard-tanh":
        return _Step(((2 / length, -(left + right) / length, fmpq(1, 2)),), fmpq(1, 2))
    s_plus, s_minus = slopes_of(activation)
    gain = 1 / (length * (s_plus - s_minus))
    units = ((fmpq(1), -left, gain), (fmpq(1), -right, -gain))
    return _Step(units, -s_minus / (s_plus - s_minus))


def _constant_one(activation: Activation) -> GateLayer:
    """The read-out of a single class: the constant 1, with one unused unit."""
    return GateLayer((fmpq(0),), (fmpq(0),), SparseMatrix((1, 1), ()), (fmpq(1),), activation)
