"""Slabs: groups of samples between two parallel hyperplanes, with short integer weights, and the gates on them.

A hyperplane through d_x samples in general position has weights of d_x times the bits of a coordinate. A gate that is
flat around it accepts every function u . x + c that is small on the group and larger everywhere else, so its weights
may be rounded to the first few bits that still tell the group from all other samples. Where u comes from does not
matter: for packed integers it is found in floating point, and for all data what is rounded is checked exactly.

A gate that is 1 on its hyperplane only has fewer units. On such a function it is not 1 on the group, but where all
other samples are seven times as far away it is more than 1/2 there and still 0 at all others: enough to decide.
"""

__all__ = [
    "FIRST_BITS",
    "FLOAT_BITS",
    "MOST_BITS",
    "POINTED_RATIO",
    "Slab",
    "integers_near",
    "nearest_functions",
    "pointed_tent",
    "sizes_up_to",
    "slab_gates",
    "slab_tent",
    "slabs_within",
]

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpz

from exactmem.activations import Activation
from exactmem.constructions.parts.gates import paper_gates, trapezoid_gates, triangle_gates
from exactmem.constructions.parts.hyperplanes import Hyperplane, Tent, cover_within, heights, tent
from exactmem.constructions.parts.short_weights import power_of_two_above
from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError
from exactmem.packed import IntegerRows
from exactmem.rationals import Rational, exactly, floor

FIRST_BITS = 8
"""Bits of the largest weight that are tried first."""

FLOAT_BITS = 48
"""Most bits that are tried for what was found in floating point."""

MOST_BITS = 1 << 16
"""Most bits that are tried for an exact hyperplane; its own integers are usually shorter."""

POINTED_RATIO = 7
"""How many times as far as its group all other samples must be for a `pointed_tent` of more than 1/2.

3 would do for a gate that is 0 from the nearest sample on; the powers of two below take a factor of 2 each, at most.
"""


@dataclass(frozen=True)
class Slab:
    """An affine function with integers u and c: |u . x + c| <= inner at the plane's samples, >= outer at all others.

    outer - inner is a power of two. Where all other samples have more than r inner, outer > (1 + r)/2 inner.
    """

    plane: Hyperplane
    inner: Rational
    outer: Rational


def slab_tent(slab: Slab, activation: Activation) -> Tent:
    """The gate on u . x + c: 1 up to `inner` in absolute value, 0 from `outer` on (see `gates.trapezoid_gates`)."""
    reach = slab.inner + slab.outer
    return _stretched(tent(trapezoid_gates([fmpq(0)], slab.inner / reach, activation)), reach, activation)


def pointed_tent(slab: Slab, activation: Activation) -> Tent:
    """The gate max(0, 1 - |u . x + c|/W), W the greatest power of two up to `outer`: 0 from `outer` on.

    Up to `inner` it is more than 1/2 where outer >= 4 inner. A power of two, so that a sum of gates has a short
    denominator. 3 ReLU-like or 2 hard-tanh units (`gates.triangle_gates`, `gates.paper_gates`).
    """
    layer_of_gates = paper_gates if activation.kind == "hard-tanh" else triangle_gates
    return _stretched(tent(layer_of_gates([fmpq(0)], activation)), power_of_two_above(slab.outer) / 2, activation)


def _stretched(unit: Tent, reach: Rational, activation: Activation) -> Tent:
    """The gate of t/reach, as one of t."""
    if activation.kind == "hard-tanh":
        return Tent(tuple((slope / reach, bias, weight) for slope, bias, weight in unit.units), unit.constant)
    # A ReLU-like unit is homogeneous: the factor goes into the output weight, and the integers stay.
    return Tent(tuple((slope, bias * reach, weight / reach) for slope, bias, weight in unit.units), unit.constant)


def slab_gates(
    slabs: Sequence[Sequence[Slab]],
    outputs: Sequence[Sequence[Rational]],
    activation: Activation,
    gate: Callable[[Slab, Activation], Tent] = slab_tent,
) -> list[tuple[Hyperplane, Tent, Sequence[Rational]]]:
    """The gates on the slabs of every part, with the part's output, as `hyperplanes.gate_network` takes them."""
    return [
        (slab.plane, gate(slab, activation), output)
        for part, output in zip(slabs, outputs, strict=True)
        for slab in part
    ]


def slabs_within(dataset: Dataset, parts: Sequence[Sequence[int]], limit: int, ratio: int = 1) -> list[list[Slab]]:
    """Per part (a set of samples), slabs that contain a group of the part and no other sample; `limit` in all.

    All other samples are more than `ratio` times as far from the slab's hyperplane as any sample of its group.
    Errors as `hyperplanes.cover_within`.
    """
    d_x, inputs = dataset.d_x, dataset.inputs
    if isinstance(inputs, IntegerRows):
        groups = [[list(part[i : i + d_x]) for i in range(0, len(part), d_x)] for part in parts]
        if sum(map(len, groups)) <= limit:
            near = [plane for part in groups for group in part for plane in nearest_functions(inputs, group, [None])]
            slabs = _rounded(dataset, near, FLOAT_BITS, ratio)
            if slabs is not None:
                return _divided(slabs, groups)
    covers = cover_within(dataset, parts, limit, absorb=True)
    slabs = _rounded(dataset, [plane for part in covers for plane in part], MOST_BITS, ratio)
    if slabs is None:
        raise ConstructionError("a hyperplane could not be rounded: please report this dataset")
    return _divided(slabs, covers)


def _divided(slabs: Sequence[Slab], parts: Sequence[Sequence[Any]]) -> list[list[Slab]]:
    """The slabs as lists of the same lengths as the parts."""
    rest = iter(slabs)
    return [[next(rest) for _ in part] for part in parts]


def nearest_functions(
    inputs: IntegerRows, group: Sequence[int], wanted: Sequence[Sequence[int] | None]
) -> list[Hyperplane]:
    """For each of the wanted lists of values an affine function that nearly has them at the group.

    It has the least squares of slopes and constant; for None it is nearly 0 there, a fixed vector less its projection
    onto the group's span. Found in floating point, and only good where floats resolve the data; whether it was, the
    exact values say.
    """
    import numpy as np

    rows = inputs.integers[np.asarray(group)].astype(np.float64)
    center = rows.mean(axis=0)
    rows -= center
    size = max(1.0, float(np.abs(rows).max()))
    rows = np.column_stack([rows, np.full(len(rows), size)])
    width = inputs.width + 1
    starts = np.column_stack([np.cos(np.arange(width)) if values is None else np.zeros(width) for values in wanted])
    targets = np.column_stack([np.zeros(len(rows)) if values is None else np.asarray(values) for values in wanted])
    normals = starts
    with contextlib.suppress(np.linalg.LinAlgError):
        normals = starts + rows.T @ np.linalg.solve(rows @ rows.T, targets - rows @ starts)
    found = []
    for values, start, normal in zip(wanted, starts.T, normals.T, strict=True):
        usable = np.isfinite(normal).all() and (values is not None or normal[:-1].any())
        *u, last = normal if usable else start
        c = (last * size - float(np.asarray(u) @ center)) / inputs.denominator
        found.append(Hyperplane(tuple(sorted(group)), tuple(exactly(float(v)) for v in u), exactly(float(c))))
    return found


def _rounded(dataset: Dataset, planes: Sequence[Hyperplane], most_bits: int, ratio: int) -> list[Slab] | None:
    """The planes with weights of as few bits as separate their groups (tried in steps); None beyond `most_bits`."""
    slabs: dict[int, Slab] = {}
    pending = list(range(len(planes)))
    for size in sizes_up_to(most_bits):
        tried = [integers_near(planes[j], size) for j in pending]
        for j, plane, values in zip(pending, tried, heights(tried, dataset.inputs), strict=True):
            slab = _separated(plane, values, ratio)
            if slab is not None:
                slabs[j] = slab
        pending = [j for j in pending if j not in slabs]
        if not pending:
            return [slabs[j] for j in range(len(planes))]
    return None


def sizes_up_to(most_bits: int) -> Iterator[int]:
    """The numbers of bits that are tried, from FIRST_BITS on, in growing steps."""
    size = FIRST_BITS
    while size <= most_bits:
        yield size
        size += max(4, size // 4)


def integers_near(plane: Hyperplane, size: int) -> Hyperplane:
    """The plane with integers u and c, the largest |u_j| being about 2**size."""
    scale = fmpq(fmpz(2) ** size) / max(abs(v) for v in plane.u)
    *u, c = (fmpq(floor(scale * v + fmpq(1, 2))) for v in (*plane.u, plane.c))
    return Hyperplane(plane.samples, tuple(u), c)


def _separated(plane: Hyperplane, values: Sequence[Rational], ratio: int) -> Slab | None:
    """The slab, or None where another sample is not more than `ratio` times as far as one of the group."""
    members = set(plane.samples)
    inner = max(abs(values[i]) for i in plane.samples)
    outer = min((abs(v) for i, v in enumerate(values) if i not in members), default=ratio * inner + 1)
    if not outer > ratio * inner:
        return None
    return Slab(plane, inner, inner + power_of_two_above((outer - inner) / 2))
