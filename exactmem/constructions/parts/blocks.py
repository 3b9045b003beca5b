"""Deep networks whose blocks of Theorem 3.1 fit one run of samples each (Proposition 3.4, Appendix E).

The projected inputs are scaled to numbers t in (0, 1), the labels to v in [0, 1]. Block j fits its run of the sorted
samples and gives 0 to all others; carrying units pass t on to later blocks and the sum of what earlier blocks gave on
to the output. On [0, 1] a single unit carries exactly, for hard-tanh and, read with the factor 1/s_plus, for every
ReLU-like activation. Two points of the printed proof are repaired: a block's units are clipped at its outermost
midpoints, and the samples beyond a block's ends are the neighbouring blocks' own.
"""

__all__ = [
    "Axis",
    "Block",
    "Labels",
    "Reader",
    "Unit",
    "carry_outputs",
    "fit_block",
    "fit_runs",
    "realize",
    "sorted_line",
    "stack",
]

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq

from exactmem.activations import Activation, slopes_of
from exactmem.constructions.parts.block_indices import carries_input, carries_values
from exactmem.constructions.parts.projection import sorted_projection
from exactmem.constructions.parts.recurrence import by_unit, layer1, layer2_unit, midpoints_of, padded_line, passages
from exactmem.constructions.theorem import Choices
from exactmem.datasets import Dataset
from exactmem.errors import ConstructionError, UsageError
from exactmem.networks import FNN, FNNLayer, Matrix, dense, layer, rank_one, sparse, zeros
from exactmem.rationals import Rational, shorten

Labels = Sequence[Sequence[Rational]]


@dataclass(frozen=True)
class Unit:
    """A hidden unit: `weights` maps units of the layer below to numbers; layer 1 reads unit 0, the number t.

    The unit computes clip(z) of its pre-activation z. For `carries`, z is known to be in [0, 1] at every sample, so
    that any activation of the two kinds passes it on.
    """

    weights: dict[int, Rational]
    bias: Rational
    carries: bool = False


@dataclass(frozen=True)
class Block:
    """A fitted block at layers `layer` and `layer` + 1.

    `first` holds p pairs (slope in t, bias); `second`, per value, q pairs (row of p weights, bias).
    """

    layer: int
    first: tuple[tuple[Rational, Rational], ...]
    second: tuple[tuple[tuple[tuple[Rational, ...], Rational], ...], ...]


@dataclass(frozen=True)
class Axis:
    """The coordinate t = (u . x - origin)/scale, in (0, 1) at every sample."""

    u: tuple[Rational, ...]
    origin: Rational
    scale: Rational


def sorted_line(dataset: Dataset, choices: Choices) -> tuple[Axis, list[int], list[Rational]]:
    """(axis, order, line): the samples' order along t, and c_0 = 0 < c_1 < ... < c_{N+1} <= 1 in that order.

    c_0 and c_{N+1} lie delta beyond the outermost projections; the scale is a power of two. Raises UsageError for
    a delta that is not positive or a u that does not tell the samples apart.
    """
    u, order, projected = sorted_projection(dataset.inputs, choices.u)
    delta = choices.delta if choices.delta is not None else fmpq(1)
    if not delta > 0:
        raise UsageError(f"delta = {shorten(delta)} must be positive")
    ends = padded_line([fmpq(c) for c in projected], dataset.N, delta)
    span = ends[-1] - ends[0]
    scale = fmpq(2) ** (int(span.numer().bit_length()) - int(span.denom().bit_length()) - 1)
    while scale < span:
        scale *= 2
    return Axis(tuple(u), ends[0], scale), order, [(c - ends[0]) / scale for c in ends]


def fit_block(
    layer: int, line: Sequence[Rational], labels: Labels, q: int, choices: Choices, clip_ends: bool = True
) -> Block:
    """A block of p x q hard-tanh units per value whose outputs add up to v at its samples and to 0 beyond them.

    line: c_0, ..., c_{pq+1}, increasing, q even; labels: v_1, ..., v_{pq}, each with numbers in [0, 1]. "Beyond" is
    left of (c_0 + c_1)/2 and right of (c_{pq} + c_{pq+1})/2; without `clip_ends` nothing is promised there. Raises
    UsageError for a given alpha that is too small. Source: Appendix E, fitting v - 1 as the q - 1 others add 1; alpha
    is the scale of B.3 for these fitted values.
    """
    units = passages(line, q, clip_ends)
    second = []
    for column in zip(*labels, strict=True):
        targets = by_unit([v - 1 for v in column], q)
        rows = [layer2_unit(unit, own, choices) for unit, own in zip(units, targets, strict=True)]
        second.append(tuple((tuple(row), bias) for row, bias in rows))
    return Block(layer, tuple(zip(*layer1(midpoints_of(line, q)), strict=True)), tuple(second))


def fit_runs(
    line: Sequence[Rational],
    labels: Labels,
    indices: Sequence[int],
    shapes: Sequence[tuple[int, int]],
    choices: Choices,
) -> list[Block]:
    """The blocks that fit the sorted samples run by run; blocks for which no samples are left are dropped.

    line: c_0, c_1, ..., c_N, c_{N+1}; labels: v_1, ..., v_N; shapes: the (p, q) of the blocks at the given indices.
    Only the last run can fall short of its block: samples with v = 0 right of c_N fill it up.
    """
    N = len(labels)
    step = line[N + 1] - line[N]
    blocks = []
    start = 0
    for l, (p, q) in zip(indices, shapes, strict=True):
        count = min(p * q, N - start)
        if count == 0:
            continue
        q = min(q, count + count % 2)
        p = -(-count // q)
        missing = p * q - count
        run = [*line[start : start + count + 2], *(line[N + 1] + i * step for i in range(1, missing + 1))]
        padded = [*labels[start : start + count], *[zeros(len(labels[0]))] * missing]
        try:
            blocks.append(fit_block(l, run, padded, q, choices))
        except UsageError as error:
            raise UsageError(f"block at layers {l} and {l + 1}: {error}") from error
        start += count
    if start < N:
        raise ConstructionError(f"the blocks hold {start} of {N} samples")
    return blocks


def stack(blocks: Sequence[Block], depth: int) -> tuple[list[list[Unit]], list[dict[int, Rational]]]:
    """The units of `depth` hidden layers, and per value the units of the last one that add up to v.

    Circles (t) are carried in layers 1 .. l_m - 1, diamonds (one per value) in layers l_1 + 2 .. depth.
    """
    values = len(blocks[0].second)
    at = {block.layer: block for block in blocks}
    start, end = blocks[0].layer, blocks[-1].layer
    circle = 0
    sums: list[dict[int, Rational]] = [{} for _ in range(values)]
    layers = []
    for k in range(1, depth + 1):
        units: list[Unit] = []
        given: list[dict[int, Rational]] = [{} for _ in range(values)]
        if k in at:
            units += [Unit({circle: slope}, bias) for slope, bias in at[k].first]
        if k - 1 in at:
            for a, group in enumerate(at[k - 1].second):
                given[a] = {len(units) + i: fmpq(1) for i in range(len(group))}
                units += [Unit(dict(enumerate(row)), bias) for row, bias in group]
        if carries_input(k, end):
            units.append(Unit({circle: fmpq(1)}, fmpq(0), carries=True))
            circle = len(units) - 1
        if carries_values(k, start):
            for a in range(values):
                given[a][len(units)] = fmpq(1)
                units.append(Unit(sums[a], fmpq(0), carries=True))
        layers.append(units)
        sums = given
    return layers, sums


Reader = tuple[dict[int, Rational], Rational]
"""A number as a weighted sum over a layer's columns (activations) plus a constant."""


def realize(layers: Sequence[Sequence[Unit]], outputs: Sequence[Reader], axis: Axis, activation: Activation) -> FNN:
    """The network of the given units, its outputs being weighted sums over the last layer's units plus constants.

    ReLU-like: a clipping unit becomes two, with pre-activations z + 1 and z - 1; a carrying unit stays one.
    """
    readers: list[Reader] = [({0: 1 / axis.scale}, -axis.origin / axis.scale)]
    network: list[FNNLayer] = []
    below = 1
    for units in layers:
        rows, following = _rows(units, readers, activation)
        biases = [bias for _, bias in rows]
        if network:
            weight = _matrix([row for row, _ in rows], below)
        else:
            weight = rank_one([row.get(0, fmpq(0)) for row, _ in rows], axis.u)
        network.append(layer(weight, biases, activation))
        readers, below = following, len(rows)
    rows = [_read(weights, bias, readers) for weights, bias in outputs]
    network.append(layer(_matrix([row for row, _ in rows], below), [bias for _, bias in rows]))
    return FNN(tuple(network))


def _read(weights: dict[int, Rational], bias: Rational, readers: Sequence[Reader]) -> Reader:
    """The weighted sum of units as a weighted sum over the columns that realize them."""
    row: dict[int, Rational] = {}
    for unit, w in weights.items():
        columns, constant = readers[unit]
        bias += w * constant
        for column, factor in columns.items():
            row[column] = w * factor
    return row, bias


def _rows(
    units: Sequence[Unit], readers: Sequence[Reader], activation: Activation
) -> tuple[list[Reader], list[Reader]]:
    """The rows (weights, bias) of a hidden layer, and how its units are read from its columns."""
    rows: list[Reader] = []
    following: list[Reader] = []
    for unit in units:
        weights, bias = _read(unit.weights, unit.bias, readers)
        column = len(rows)
        if activation.kind == "hard-tanh":
            rows.append((weights, bias))
            following.append(({column: fmpq(1)}, fmpq(0)))
            continue
        s_plus, s_minus = slopes_of(activation)
        if unit.carries:
            rows.append((weights, bias))
            following.append(({column: 1 / s_plus}, fmpq(0)))
            continue
        gain = 1 / (s_plus - s_minus)
        rows += [(weights, bias + 1), (weights, bias - 1)]
        following.append(({column: gain, column + 1: -gain}, -gain * (s_plus + s_minus)))
    return rows, following


def _matrix(rows: Sequence[dict[int, Rational]], columns: int) -> Matrix:
    """A matrix of the given rows: sparse where that is shorter to write down."""
    if 3 * sum(map(len, rows)) < len(rows) * columns:
        return sparse((len(rows), columns), {(i, j): v for i, row in enumerate(rows) for j, v in row.items()})
    return dense([[row.get(j, fmpq(0)) for j in range(columns)] for row in rows])


def carry_outputs(network: FNN, layers: int, activation: Activation) -> FNN:
    """The network with more hidden layers that carry its outputs, which are in [0, 1] at every sample."""
    factor = 1 / slopes_of(activation)[0] if activation.kind == "relu-like" else fmpq(1)
    d_y = network.d_y
    stacked = list(network.layers)
    reading = sparse((d_y, d_y), {(a, a): factor for a in range(d_y)})
    for _ in range(layers):
        last = stacked.pop()
        stacked += [FNNLayer(last.weight, last.bias, activation), layer(reading, zeros(d_y))]
    return FNN(tuple(stacked))
