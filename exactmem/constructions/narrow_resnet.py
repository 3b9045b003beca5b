r"""Narrow residual networks: Theorem 4.1 for any widths, with as few as ceil(N/d_x) units below the last layer.

Theorem. Let N samples be in general position, with labels one-hot in d_y classes. If L >= 2,

    ceil(N / d_x) <= sum over l < L of ceil(d_l / 2)    and    d_L >= d_y - 1,

then some residual network of widths d_1, ..., d_L fits them exactly, for hard-tanh and for every ReLU-like
activation. (Theorem 4.1 asks for 2 N/d_x + 2 d_y or 4 N/d_x + 4 d_y units, d_L >= d_y or 2 d_y, and d_x >= d_y.)

Proof. Peel lower facets of d_x samples each off the data, along a direction p (`facets`). The residual layers take
the groups in this order, ceil(d_l / 2) of them in layer l, and move every sample x_i of a group by D_i p to the exact
place where its first coordinate is the code C + k_i of its class. If every D_i exceeds max(0, h_j(x_i)) by 1 for all
facets j, then h_j(x_i + D_i p) = h_j(x_i) - D_i < 0: moved samples are at rest for all later facets, as are those
peeled later. Within a layer, fit the group peeled last first: only its own unit is active on it, a single one-sided
unit with value D_i > 0. The groups before it see known values of these units; what remains of D_i, of either sign,
is the difference of two units t + 1 and 1. That makes 2 ceil(d_l / 2) - 1 <= d_l units. If s_minus > 0, every unit
adds a multiple of an affine function to all samples: after each layer the true state is A(h~) = h~ + (a . h~ + b) p
for the state h~ of the network of one-sided units, A is invertible, and the next layer reads A's inverse. The last
layer reads d_y codes with d_y - 1 units.

These weights grow with N. Where d_x is large, samples are moved without facets and with short weights (`folding`): in
four layers, with 2 (d_y - 1) units in the last one, or d_y - 1 where it is enough that the largest output is at the
right class.
"""

__all__ = ["THEOREM", "Vector", "condition_text", "construct", "groups_in", "smallest", "unmet"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions.parts import folding
from exactmem.constructions.parts.facets import peel_within
from exactmem.constructions.parts.gates import readout
from exactmem.constructions.parts.hyperplanes import Hyperplane, dot, heights
from exactmem.constructions.parts.one_sided import Affine, OneSided, Unit, affine_fit, facet_units, one_sided, supplied
from exactmem.constructions.parts.residual_layers import LayerUnits, reading_layer, unit_vector
from exactmem.constructions.theorem import Choices, Theorem
from exactmem.datasets import Dataset, class_indices
from exactmem.errors import ConstructionError
from exactmem.networks import ResNet, ResNetLayer, zeros
from exactmem.rationals import Rational, ceil
from exactmem.sizes.problem import Problem

Vector = Sequence[Rational]


def condition_text(kind: str) -> str:
    """The condition, the same for all activations."""
    return "ceil(N/d_x) <= ceil(d_1/2) + ... + ceil(d_(L-1)/2) and d_L >= d_y - 1"


def groups_in(widths: Sequence[int]) -> int:
    """How many groups of d_x samples the residual layers but the last move: the sum of ceil(d_l / 2)."""
    return sum((d + 1) // 2 for d in widths[:-1])


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the condition holds for d_1, ..., d_L, else a sentence with the numbers."""
    if problem.flat or problem.decision == "argmax":
        return folding.unmet(problem, widths)
    if len(widths) < 2:
        return "at least 2 residual layers are needed, d_1 and d_L"
    groups, room = -(-problem.N // problem.d_x), groups_in(widths)
    if groups > room:
        return f"ceil(N/d_x) <= ceil(d_1/2) + ... + ceil(d_(L-1)/2) does not hold: {groups} > {room}"
    if widths[-1] < problem.d_y - 1:
        return f"d_L >= d_y - 1 does not hold: {widths[-1]} < {problem.d_y - 1}"
    return None


def smallest(problem: Problem) -> tuple[int, ...]:
    """The least admissible widths (d_1, d_2) with two residual layers.

    Deeper networks need fewer units: ceil(N/d_x) layers of width 1 do instead of d_1.
    """
    if problem.flat or problem.decision == "argmax":
        return folding.smallest(problem)
    return (2 * -(-problem.N // problem.d_x) - 1, max(1, problem.d_y - 1))


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> ResNet:
    """A residual network of exactly the given widths d_1, ..., d_L with g(x_i) = y_i for one-hot labels.

    Raises NotGeneralPositionError (witness: sample indices) where more groups come out than the layers can move.
    With `choices.flat` the weights are short (`folding`), and with `choices.decision` "argmax" they are, too, and the
    largest output is at the class of x_i.
    """
    if choices.flat or choices.decision == "argmax":
        return folding.construct(dataset, widths, activation, flat=bool(choices.flat))
    classes = class_indices(dataset)
    peeling, p = peel_within(dataset, groups_in(widths))
    mover = _Mover(dataset, classes, peeling.facets, p, one_sided(activation))
    layers: list[ResNetLayer] = []
    taken = 0
    for width in widths[:-1]:
        room = (width + 1) // 2
        layers.append(mover.layer(taken, min(taken + room, len(peeling.facets)), width, activation))
        taken = min(taken + room, len(peeling.facets))
    return ResNet((*layers, mover.readout(dataset.d_y, widths[-1], activation)))


class _Mover:
    """Moves the groups layer by layer; the true state is h~ + (a . h~ + b) p for the state h~ of one-sided units."""

    def __init__(
        self, dataset: Dataset, classes: Sequence[int], facets: list[Hyperplane], p: list[Rational], phi: OneSided
    ) -> None:
        self.inputs, self.facets, self.p, self.phi = dataset.inputs, facets, p, phi
        self.a, self.b, self.rho = zeros(dataset.d_x), fmpq(0), fmpq(1)
        # One row per facet: the values of its function at the samples where they are at first.
        self.heights = heights(facets, self.inputs)
        highest = [max([fmpq(0), *column]) for column in zip(*self.heights, strict=True)]
        need = [h + x[0] - k for h, x, k in zip(highest, self.inputs, classes, strict=True)]
        self.base = fmpq(ceil(max(need) + 1))
        self.moves = [self.base + k - x[0] for x, k in zip(self.inputs, classes, strict=True)]

    def layer(self, first: int, last: int, width: int, activation: Activation) -> ResNetLayer:
        """The residual layer that moves the groups first <= j < last; those before `first` have been moved."""
        units: list[Unit] = []
        missing = {i: self.moves[i] for facet in self.facets[first:last] for i in facet.samples}
        for j in reversed(range(first, last)):
            facet = self.facets[j]
            profiles = self._profiles([self.inputs[i] for i in facet.samples], [missing.pop(i) for i in facet.samples])
            later = [i for other in self.facets[j + 1 :] for i in other.samples]
            moved = [i for other in self.facets[:first] for i in other.samples]
            values = self.heights[j]
            resting = [values[i] for i in later] + [values[i] - self.moves[i] for i in moved]
            new = facet_units(facet, profiles, resting, [self.inputs[i] for i in later + moved])
            for i, total in zip(missing, supplied(new, self.phi, [self.inputs[i] for i in missing]), strict=True):
                missing[i] -= total[0]
            units += new
        return self._write(units, width, activation)

    def _profiles(self, points: Sequence[Vector], missing: list[Rational]) -> list[tuple[Affine, list[Rational]]]:
        """What one unit has to read on a group where all that is missing is positive, else the difference of two."""
        if min(missing) > 0:
            size, lift = fmpq(ceil(max(missing) / 2)), fmpq(0)
        else:
            size, lift = fmpq(max(1, ceil(max(abs(m) for m in missing)))), fmpq(1)
        fit = affine_fit(points, [[m / size + lift] for m in missing], along=self.p)
        if fit is None:
            raise ConstructionError("the samples of a facet have dependent projections: please report this dataset")
        profiles = [(fit[0], [size])]
        return profiles if lift == 0 else [*profiles, ((zeros(len(self.p)), lift), [-size])]

    def _reading(self, u: Vector, c: Rational) -> tuple[list[Rational], Rational]:
        """The affine function of the true state that equals u . h~ + c."""
        factor = dot(u, self.p) / self.rho
        return [v - factor * w for v, w in zip(u, self.a, strict=True)], c - factor * self.b

    def _write(self, units: list[Unit], width: int, activation: Activation) -> ResNetLayer:
        """The layer of these one-sided units, written with the activation's own, and the new a, b and rho."""
        growth = sum((unit.weights[0] * dot(unit.u, self.p) for unit in units), fmpq(0))
        rho = self.rho / (1 - self.phi.leak * growth)
        layer = LayerUnits(len(self.p), len(self.p))
        a, b = self.a, self.b
        for unit in units:
            row, bias = self._reading(unit.u, unit.c)
            weight = rho * unit.weights[0]
            layer.add(row, bias + self.phi.shift, [weight * self.phi.gain * v for v in self.p])
            layer.shift(self.p, weight * self.phi.constant)
            a = [v + weight * self.phi.leak * w for v, w in zip(a, unit.u, strict=True)]
            b += weight * self.phi.leak * unit.c
        self.a, self.b, self.rho = a, b, rho
        return layer.finish(width, activation, skip=True)

    def readout(self, d_y: int, width: int, activation: Activation) -> ResNetLayer:
        """The last layer: it reads the code of the first coordinate of h~."""
        gates = readout([self.base + k for k in range(d_y)], activation)
        return reading_layer(gates, *self._reading(unit_vector(len(self.p), 0), fmpq(0)), width)


THEOREM = Theorem(
    id="narrow-resnet",
    source="exactmem, improving Theorem 4.1 of Yun-Sra-Jadbabaie 2019",
    statement="a residual network of any widths, even all 1, classifies N samples in general position",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="classification",
    architecture="resnet",
    hidden_layers="2 or more residual layers",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    needs="general position",
    improves="4.1",
    choices=("flat", "decision"),
)
