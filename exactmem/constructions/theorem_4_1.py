"""Theorem 4.1 (Yun, Sra, Jadbabaie 2019): residual networks of any widths with about 2 N / d_x hidden units.

A gate on a hyperplane through a group of d_x samples of class k pushes them by beta e_k; the last layer reads off
which coordinate is large. All hyperplanes are those of the original samples and beta is explicit (the printed proof
draws it at random). Two hard-tanh units of a gate may stand in two neighbouring layers of width 1; for other widths
whose gates do not fit into layers, the printed proof has a gap, and `narrow_resnet` builds the network instead, whose
condition is weaker than this theorem's.
"""

__all__ = [
    "THEOREM",
    "Place",
    "Table",
    "condition_text",
    "construct",
    "gate_places",
    "last_width",
    "last_width_for",
    "push_length",
    "smallest",
    "unmet",
]

import itertools
from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactmem.activations import Activation
from exactmem.constructions import narrow_resnet
from exactmem.constructions.corollary_4_2 import least_units, samples_of_classes, units_per_gate
from exactmem.constructions.parts.gates import paper_gates, step_readout
from exactmem.constructions.parts.hyperplanes import (
    Hyperplane,
    Tent,
    cover_within,
    distance,
    gate_scale,
    heights,
    scaled_tent,
    tent,
)
from exactmem.constructions.parts.residual_layers import LayerUnits, unit_vector
from exactmem.constructions.parts.slabs import Slab, slab_tent, slabs_within
from exactmem.constructions.theorem import Choices, Theorem, expect_choices
from exactmem.datasets import Dataset, class_indices
from exactmem.errors import NotGeneralPositionError, SizeError
from exactmem.networks import ResNet, ResNetLayer
from exactmem.packed import column
from exactmem.rationals import Rational, ceil
from exactmem.sizes.problem import Problem

Table = list[list[Rational]]
Place = tuple[int, ...]
"""The layers of a gate's units: (l,), or (l, l + 1) for a gate split between two layers of width 1."""


def condition_text(kind: str) -> str:
    """The condition as printed, for one kind of activation."""
    units = units_per_gate(kind)
    last = "d_y" if kind == "hard-tanh" else "2*d_y"
    return f"d_x >= d_y, d_1 + ... + d_(L-1) >= {units}*N/d_x + {units}*d_y and d_L >= {last}"


def last_width_for(kind: str, d_y: Any) -> Any:
    """The least width of the last residual layer: d_y, or 2 d_y for ReLU-like; an integer or a symbol."""
    return d_y * (1 if kind == "hard-tanh" else 2)


def last_width(problem: Problem) -> int:
    """`last_width_for` the sizes of a problem."""
    return int(last_width_for(problem.activation.kind, problem.d_y))


def unmet(problem: Problem, widths: Sequence[int]) -> str | None:
    """None when the printed condition holds for d_1, ..., d_L (compared exactly), else a sentence with the numbers."""
    if len(widths) < 2:
        return "at least 2 residual layers are needed, d_1 and d_L"
    if problem.d_x < problem.d_y:
        return f"d_x >= d_y does not hold: {problem.d_x} < {problem.d_y}"
    least, total = least_units(problem), sum(widths[:-1])
    if total < least:
        first = condition_text(problem.activation.kind).split(", ")[1].partition(" and ")[0]
        return f"{first} does not hold: {total} < {least}"
    if widths[-1] < last_width(problem):
        return f"d_L >= {last_width(problem)} does not hold: d_L = {widths[-1]}"
    return None


def smallest(problem: Problem) -> tuple[int, ...]:
    """The least admissible widths (d_1, d_2) with two residual layers; any split of d_1 into layers does as well.

    Raises SizeError when d_x < d_y, which no widths repair.
    """
    if problem.d_x < problem.d_y:
        raise SizeError(
            f"theorem 4.1 assumes d_x >= d_y, here {problem.d_x} < {problem.d_y}: no widths do; "
            "use narrow-resnet, which does not assume it"
        )
    return (least_units(problem), last_width(problem))


def construct(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> ResNet:
    """A residual network of exactly the given widths d_1, ..., d_L with g(x_i) = y_i for one-hot labels.

    Source: Theorem 4.1, Appendix F.1. Raises NotGeneralPositionError (witness: sample indices) where more groups are
    needed than there are gates, UsageError when a given alpha is too small. With `choices.flat` the gates are flat
    around short integer hyperplanes (`slabs`).
    """
    classes, parts = class_indices(dataset), samples_of_classes(dataset)
    places = gate_places(widths[:-1], activation)
    if sum(-(-len(part) // dataset.d_x) for part in parts) > len(places):
        return _peeled(dataset, widths, activation, choices)
    try:
        if choices.flat:
            slabs = slabs_within(dataset, parts, len(places))
            covers = [[slab.plane for slab in part] for part in slabs]
        else:
            slabs = []
            covers = cover_within(dataset, parts, len(places), absorb=True)
    except NotGeneralPositionError:
        return _peeled(dataset, widths, activation, choices)
    gates = [(k, hyperplane) for k, part in enumerate(covers) for hyperplane in part]
    flat = [slab for part in slabs for slab in part]
    return _Pusher(dataset, classes, activation, choices, gates, flat).network(widths, places)


def _peeled(dataset: Dataset, widths: Sequence[int], activation: Activation, choices: Choices) -> ResNet:
    """The network of `narrow-resnet`, for widths into which the gates do not fit; it has no free parameters."""
    expect_choices(choices, "4.1 at widths without room for every gate", ())
    return narrow_resnet.construct(dataset, widths, activation, choices)


def gate_places(widths: Sequence[int], activation: Activation) -> list[Place]:
    """Where gates fit: as many as the width allows in every layer, and hard-tanh gates across two layers of width 1."""
    units = units_per_gate(activation.kind)
    places: list[Place] = []
    single = None
    for l, width in enumerate(widths):
        places += [(l,)] * (width // units)
        if width != 1 or units != 2:
            single = None
        elif single is None:
            single = l
        else:
            places.append((single, l))
            single = None
    return places


def push_length(
    inputs: Sequence[Sequence[Rational]],
    classes: Sequence[int],
    planes: Sequence[Hyperplane],
    table: Table,
    reaches: Sequence[Rational] | None = None,
) -> Rational:
    """An explicit beta: pushed samples are beyond all others in their class's coordinate and off every hyperplane.

    With v = u . x_i + c (`table`, per hyperplane and sample) and beta >= 1 - v/u_k the pushed value v + beta u_k has
    the sign of u_k and at least its size; with u_k = 0 it stays v. Proved in `proofs/yun2019/theorem_4_1/push.py`.
    Where a hyperplane has a reach r, beta >= r/|u_k| - v/u_k gives a pushed value of at least the size r likewise.
    """
    beta = fmpq(1)
    members: dict[int, list[int]] = {}
    for i, k in enumerate(classes):
        members.setdefault(k, []).append(i)
    for k, own in members.items():
        coordinate = column(inputs, k)
        beta = max(beta, max(coordinate) + 1 - min(coordinate[i] for i in own))
        for j, (plane, values) in enumerate(zip(planes, table, strict=True)):
            if plane.u[k] != 0:
                extreme = (min if plane.u[k] > 0 else max)(values[i] for i in own)
                steps = fmpq(1) if reaches is None else reaches[j] / abs(plane.u[k])
                beta = max(beta, steps - extreme / plane.u[k])
    return fmpq(ceil(beta))


class _Pusher:
    """Puts the gates into their layers, in order, and knows which samples have been pushed."""

    def __init__(
        self,
        dataset: Dataset,
        classes: list[int],
        activation: Activation,
        choices: Choices,
        gates: list[tuple[int, Hyperplane]],
        slabs: list[Slab],
    ) -> None:
        self.dataset, self.classes, self.gates, self.slabs = dataset, classes, gates, slabs
        self.activation, self.choices = activation, choices
        planes = [plane for _, plane in gates]
        self.table = heights(planes, dataset.inputs)
        reaches = [slab.outer for slab in slabs] if slabs else None
        self.beta = push_length(dataset.inputs, classes, planes, self.table, reaches)
        self.unit = tent(paper_gates([fmpq(0)], activation))
        self.pushed: set[int] = set()

    def network(self, widths: Sequence[int], places: list[Place]) -> ResNet:
        """The pushing layers and the read-out layer."""
        layers = [LayerUnits(self.dataset.d_x, self.dataset.d_x) for _ in widths[:-1]]
        placed = zip(places, range(len(self.gates)), strict=False)
        for place, pairs in itertools.groupby(placed, key=lambda pair: pair[0]):
            indices = [j for _, j in pairs]
            for j in indices:
                self._add([layers[l] for l in place], j)
            for j in indices:
                self.pushed.update(self.gates[j][1].samples)
        hidden = [units.finish(d, self.activation, skip=True) for units, d in zip(layers, widths, strict=False)]
        return ResNet((*hidden, self._readout(widths[-1])))

    def _add(self, layers: list[LayerUnits], j: int) -> None:
        """The units of gate j, in one layer or (oriented so that u_k >= 0) half in each of two."""
        k, plane = self.gates[j]
        gate = self._gate(j)
        if len(layers) == 2 and plane.u[k] < 0:
            gate = scaled_tent(gate, fmpq(-1))
        direction = unit_vector(self.dataset.d_x, k)
        for n, (slope, bias, weight) in enumerate(gate.units):
            # Behind the first half of a split gate its group is half way, where u . h + c is beta u_k / 2.
            offset = plane.c - (self.beta * plane.u[k] / 2 if n == 1 and len(layers) == 2 else 0)
            units = layers[n] if len(layers) == 2 else layers[0]
            units.add([slope * v for v in plane.u], slope * offset + bias, [self.beta * weight * v for v in direction])
        layers[-1].shift(direction, self.beta * gate.constant)

    def _gate(self, j: int) -> Tent:
        """Gate j of its hyperplane's value: flat around it, or as steep as the samples' current places ask for."""
        if self.slabs:
            return slab_tent(self.slabs[j], self.activation)
        plane = self.gates[j][1]
        current = [
            v + (self.beta * plane.u[self.classes[i]] if i in self.pushed else 0) for i, v in enumerate(self.table[j])
        ]
        return scaled_tent(self.unit, gate_scale(distance(plane, current), self.choices))

    def _readout(self, width: int) -> ResNetLayer:
        """The last layer: output k steps from 0 to 1 between the largest coordinate k of all samples and 1 beyond."""
        d_x, d_y = self.dataset.d_x, self.dataset.d_y
        units = LayerUnits(d_x, d_y)
        for k in range(d_y):
            highest = max(column(self.dataset.inputs, k))
            step = step_readout([highest, highest + 1], fmpq(0), self.activation)
            weights = dict(step.weights.nonzero()[1])
            for j, (slope, bias) in enumerate(zip(step.slopes, step.biases, strict=True)):
                row = [slope * v for v in unit_vector(d_x, k)]
                units.add(row, bias, [weights[j] * v for v in unit_vector(d_y, k)])
            units.shift(unit_vector(d_y, k), step.constants[1])
        return units.finish(width, self.activation, skip=False)


THEOREM = Theorem(
    id="4.1",
    source="Yun-Sra-Jadbabaie 2019, Theorem 4.1",
    statement="a residual network of any widths classifies N samples in general position",
    condition=condition_text,
    activations=("hard-tanh", "relu-like"),
    task="classification",
    architecture="resnet",
    hidden_layers="2 or more residual layers",
    unmet=unmet,
    smallest=smallest,
    construct=construct,
    needs="general position",
    choices=("alpha", "flat"),
)
