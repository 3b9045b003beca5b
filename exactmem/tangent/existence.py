"""A box of recurrent weights in which exactly one choice memorizes, by Krawczyk's operator in rational intervals.

Gauss-Newton steps of least norm in all of W lead near a memorizer; N d_y of its entries, chosen by pivoting, are then
free, and the operator K(C) = c - Y G(c) + (I - Y G'(C))(C - c) has to take the box into its interior (ledger:
`existence-box`). A box on which a pre-activation contains a breakpoint is refused.
"""

__all__ = [
    "BITS",
    "HALVINGS",
    "RADII",
    "ROUNDS",
    "ZERO",
    "ExistenceBox",
    "Interval",
    "Matrix",
    "Place",
    "Vector",
    "approach",
    "contracts",
    "derivatives",
    "find",
    "pivots",
    "rounded_matrix",
]

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from exactmem.datasets import Dataset
from exactmem.errors import DrawError, KinkError
from exactmem.rationals import Rational, round_dyadic
from exactmem.sgd.norms import squared_norm
from exactmem.tangent.elman import Elman, jacobian, misses, steps
from exactmem.tangent.systems import dependencies, rank

Vector = list[Rational]
Matrix = Any
Interval = tuple[Rational, Rational]
Place = tuple[int, int]

BITS = 64
"""Binary places of the weights; the preconditioner has half as many."""
ROUNDS, HALVINGS, RADII = 60, 12, 50
ZERO: Interval = (fmpq(0), fmpq(0))


@dataclass(frozen=True)
class ExistenceBox:
    """Around network.W, the free entries within `radius`: exactly one choice memorizes. `moved` is the squared distance
    of W from the start's, `rank` that of the Jacobian in all of W at the center."""

    network: Elman
    dataset: Dataset
    free: tuple[Place, ...]
    radius: tuple[Rational, ...]
    preconditioner: Matrix
    rank: int
    moved: Rational


def find(start: Elman, dataset: Dataset) -> ExistenceBox:
    """A box near the start.

    DrawError where the Jacobian has not full rank on the way, or where no memorizer is found; KinkError for a
    pre-activation on a breakpoint, or where one lies so near to it that every box contains it.
    """
    outputs, entries = dataset.N * dataset.d_y, start.units**2
    if outputs > entries:
        raise DrawError(f"{outputs} outputs cannot be fitted with the {entries} entries of W: take more units")
    center = approach(start, dataset)
    J = jacobian(center, dataset)
    places = pivots(J)
    free = tuple((p // start.units, p % start.units) for p in places)
    square = fmpq_mat([[J[i, p] for p in places] for i in range(J.nrows())])
    Y = rounded_matrix(square.inv(), BITS // 2)
    ways = [a - b for row, old in zip(center.W, start.W, strict=True) for a, b in zip(row, old, strict=True)]
    blocked: KinkError | None = None
    for k in range(2, RADII):
        radius = [fmpq(1, 2**k)] * len(free)
        try:
            if contracts(center, dataset, free, radius, Y):
                return ExistenceBox(center, dataset, free, tuple(radius), Y, J.nrows(), squared_norm(ways))
        except KinkError as error:
            blocked = error
    raise blocked or DrawError(
        "no box around the approximate memorizer is certified; take another seed", witness=center
    )


def approach(start: Elman, dataset: Dataset) -> Elman:
    """Gauss-Newton steps of least norm, shortened while they do not help, until the misses are below 2^(-BITS/2)."""
    network, m = start, start.units
    wrong = misses(network, dataset)
    for _ in range(ROUNDS):
        if max(map(abs, wrong)) < fmpq(1, 2 ** (BITS // 2)):
            return network
        J = jacobian(network, dataset)
        if rank(J) < J.nrows():
            raise _dependent(J, dataset)
        step = J.transpose() * (J * J.transpose()).solve(fmpq_mat([[v] for v in wrong]))
        square = squared_norm(wrong)
        for k in range(HALVINGS):
            W = [
                [round_dyadic(network.W[j][i] - step[j * m + i, 0] / 2**k, BITS, "down") for i in range(m)]
                for j in range(m)
            ]
            moved = network.with_weights(W)
            now = misses(moved, dataset)
            if squared_norm(now) < square:
                break
        else:
            break
        network, wrong = moved, now
    raise DrawError("Newton's steps do not lead to a memorizer from here: take more units or another seed")


def _dependent(J: Matrix, dataset: Dataset) -> DrawError:
    """The refusal of a Jacobian whose rows, one per sample and output, are dependent; witness: a Dependency."""
    labels = fmpq_mat([[v] for label in dataset.labels for v in label])
    found = next(dependencies(J * J.transpose(), labels))
    names = [f"{name}, label {a + 1}" if dataset.d_y > 1 else name for name in dataset.rows for a in range(dataset.d_y)]
    return DrawError(
        f"the Jacobian in W has rank {found.rank} < {J.nrows()} outputs, as {found.text(names)}: take more units or "
        "another seed",
        witness=found,
    )


def pivots(J: Matrix) -> list[int]:
    """As many columns as rows, in order, by elimination with the largest pivot of all that are left."""
    rows = [list(row) for row in J.tolist()]
    chosen: list[int] = []
    for i in range(len(rows)):
        best = max(
            ((abs(row[p]), r, p) for r, row in enumerate(rows[i:], i) for p in range(J.ncols()) if p not in chosen),
            key=lambda entry: entry[0],
        )
        _, r, p = best
        if best[0] == 0:
            raise DrawError(f"the Jacobian in W has rank {i} < {J.nrows()} outputs", witness=i)
        rows[i], rows[r] = rows[r], rows[i]
        chosen.append(p)
        for below in rows[i + 1 :]:
            factor = below[p] / rows[i][p]
            if factor != 0:
                below[:] = [a - factor * b for a, b in zip(below, rows[i], strict=True)]
    return sorted(chosen)


def rounded_matrix(matrix: Matrix, bits: int) -> Matrix:
    """Every entry rounded down to so many binary places."""
    entries = [round_dyadic(v, bits, "down") for v in matrix.entries()]
    return fmpq_mat(matrix.nrows(), matrix.ncols(), entries)


def contracts(center: Elman, dataset: Dataset, free: Sequence[Place], radius: Vector, Y: Matrix) -> bool:
    """Whether Krawczyk's operator takes the box into its interior; KinkError, witness (sample, step, unit), where a
    pre-activation may meet a breakpoint in the box."""
    box: list[list[Interval]] = [[(w, w) for w in row] for row in center.W]
    for (j, k), r in zip(free, radius, strict=True):
        box[j][k] = (center.W[j][k] - r, center.W[j][k] + r)
    rows: list[list[Interval]] = []
    for i, x in enumerate(dataset.inputs):
        rows += derivatives(center, box, free, x, i)
    shift = Y * fmpq_mat([[v] for v in misses(center, dataset)])
    for i in range(len(free)):
        reach = abs(shift[i, 0])
        for f, r in enumerate(radius):
            total = (fmpq(int(i == f)),) * 2
            for l, row in enumerate(rows):
                total = _plus(total, _times((-Y[i, l], -Y[i, l]), row[f]))
            reach += max(map(abs, total)) * r
        if reach >= radius[i]:
            return False
    return True


def derivatives(
    network: Elman, box: list[list[Interval]], free: Sequence[Place], sequence: Sequence[Rational], sample: int
) -> list[list[Interval]]:
    """Per output, intervals for its derivatives in the free entries over all W in the box."""
    state = [ZERO] * network.units
    slopes = [[ZERO] * network.units for _ in free]
    for t, x in enumerate(steps(network, sequence)):
        gradients, after = [], []
        for j, row in enumerate(box):
            fixed = network.b[j] + sum((u * v for u, v in zip(network.U[j], x, strict=True)), fmpq(0))
            z = _sum(row, state, (fixed, fixed))
            slope, value = _piece(network, z, (sample, t, j))
            gradients.append(slope)
            after.append(_plus(_times((slope, slope), z), (value, value)))
        for f, (j, k) in enumerate(free):
            inner = [_sum(row, slopes[f], state[k] if unit == j else ZERO) for unit, row in enumerate(box)]
            slopes[f] = [_times((s, s), z) for s, z in zip(gradients, inner, strict=True)]
        state = after
    return [[_sum([(v, v) for v in row], column, ZERO) for column in slopes] for row in network.V]


def _piece(network: Elman, z: Interval, place: tuple[int, int, int]) -> tuple[Rational, Rational]:
    """Slope and intercept on the one open piece that holds the interval."""
    points = network.activation.breakpoints
    if any(z[0] <= p <= z[1] for p in points):
        i, t, j = place
        raise KinkError(
            f"sample {i}, step {t}, unit {j}: the pre-activation may meet a breakpoint in every box that was tried; "
            "take another seed",
            witness=place,
        )
    return network.activation.pieces[network.activation.piece_index(z[0])]


def _plus(a: Interval, b: Interval) -> Interval:
    return a[0] + b[0], a[1] + b[1]


def _times(a: Interval, b: Interval) -> Interval:
    products = [u * v for u in a for v in b]
    return min(products), max(products)


def _sum(weights: Sequence[Interval], values: Sequence[Interval], start: Interval) -> Interval:
    """start + the sum of the products."""
    for weight, value in zip(weights, values, strict=True):
        if value != ZERO:
            start = _plus(start, _times(weight, value))
    return start
