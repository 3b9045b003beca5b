"""The tangent kernel of one hidden layer at W = [W'; W'], u = (B, -B): exact features, Gram matrix and rank.

Features Phi_{i,(j,k)} = sigma'(w_j . x_i) x_ik, N x dq; Definition 6 of the survey is tk_W = Phi Phi^T/q (ledger:
ntk-kernel). Activations have their one kink at 0: ReLU-like or |t|. They are undefined where w_j . x_i = 0.
"""

__all__ = [
    "HOMOGENEOUS",
    "MAX_SAMPLES",
    "MOST_FEATURES",
    "Row",
    "features",
    "gram",
    "hadamard",
    "kernel_rank",
    "least_units",
    "matrix_of",
    "one_kink",
    "pre_activations",
    "self_products",
    "slopes_at",
    "weights",
]

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from exactmem.activations import Activation, PiecewiseLinear
from exactmem.datasets import Dataset
from exactmem.errors import DrawError, KinkError, LimitError, UsageError
from exactmem.rationals import Rational
from exactmem.tangent.draws import gaussian_rows
from exactmem.tangent.systems import dependencies, rank

Row = Sequence[Rational]

HOMOGENEOUS = ("relu-like", "abs")
"""Kinds of activation with their one kink at 0: sigma(t) = sigma'(t) t."""

MAX_SAMPLES = 2000
"""Most samples of a Gram matrix, which has their number squared in entries."""

MOST_FEATURES = 16
"""`least_units` gives up beyond so many features per sample."""


def one_kink(activation: Activation) -> PiecewiseLinear:
    """The activation, if its one kink is at 0; UsageError for any other."""
    if activation.kind not in HOMOGENEOUS or not isinstance(activation, PiecewiseLinear):
        raise UsageError(
            f"{activation.name}: tangent features need an activation whose one kink is at 0 (ReLU-like, abs)"
        )
    return activation


def matrix_of(rows: Sequence[Row]) -> fmpq_mat:
    """The rows as a matrix."""
    return fmpq_mat([list(row) for row in rows])


def pre_activations(rows: Sequence[Row], dataset: Dataset) -> list[list[Rational]]:
    """w_j . x_i, one list per sample; KinkError (witness: sample, layer 1, unit) naming the first that is 0."""
    table: list[list[Rational]] = (matrix_of(dataset.inputs) * matrix_of(rows).transpose()).table()
    for i, values in enumerate(table):
        if fmpq(0) in values:
            j, name = values.index(fmpq(0)), dataset.rows[i]
            if all(v == 0 for v in dataset.inputs[i]):
                problem, remedy = (
                    f"{name} is zero, where every unit has its kink",
                    "leave it out or add a constant column",
                )
            else:
                problem, remedy = f"{name} lies on the kink of unit {j} (w . x = 0)", "take another seed"
            raise KinkError(f"{problem}, and has no tangent features: {remedy}", witness=(i, 1, j))
    return table


def slopes_at(table: Sequence[Row], activation: Activation) -> list[list[Rational]]:
    """sigma' at every pre-activation."""
    minus, plus = one_kink(activation).slopes
    return [[plus if t > 0 else minus for t in values] for values in table]


def features(rows: Sequence[Row], dataset: Dataset, activation: Activation) -> fmpq_mat:
    """Phi, N x dq. Raises as `pre_activations` does."""
    slopes = slopes_at(pre_activations(rows, dataset), activation)
    return matrix_of([[s * v for s in row for v in x] for row, x in zip(slopes, dataset.inputs, strict=True)])


def gram(rows: Sequence[Row], dataset: Dataset, activation: Activation) -> fmpq_mat:
    """Phi Phi^T = q tk_W, N x N: <x_i, x_k> times sum_j sigma'(w_j . x_i) sigma'(w_j . x_k). Raises as `features`
    and `self_products` do.
    """
    slopes = matrix_of(slopes_at(pre_activations(rows, dataset), activation))
    return hadamard(self_products(matrix_of(dataset.inputs)), self_products(slopes))


def self_products(matrix: fmpq_mat) -> fmpq_mat:
    """M M^T, one row per sample; LimitError for more than MAX_SAMPLES rows."""
    if matrix.nrows() > MAX_SAMPLES:
        raise LimitError(f"an exact kernel matrix of {matrix.nrows()} samples: the limit is {MAX_SAMPLES}, take fewer")
    return matrix * matrix.transpose()


def hadamard(left: fmpq_mat, right: fmpq_mat) -> fmpq_mat:
    """The product entry by entry."""
    return fmpq_mat(
        [[a * b for a, b in zip(u, v, strict=True)] for u, v in zip(left.table(), right.table(), strict=True)]
    )


def weights(seed: int, units: int, d_x: int) -> list[list[Rational]]:
    """W': the first `units` seeded rows of Definition 5, d_x rationals each."""
    return gaussian_rows(seed, "weights", units, d_x)


def kernel_rank(dataset: Dataset, seed: int, units: int, activation: Activation) -> int:
    """rank Phi at the seeded weights. Raises KinkError as `features` does."""
    return rank(gram(weights(seed, units, dataset.d_x), dataset, activation))


def least_units(dataset: Dataset, seed: int, activation: Activation) -> int:
    """The least q for which the first q seeded rows give features of rank N; DrawError (witness: a
    Dependency) if none do with MOST_FEATURES N features. More rows never lower the rank, so bisection finds it.
    """
    labels = matrix_of(dataset.labels)
    low, high = 0, -(-dataset.N // dataset.d_x)
    limit = MOST_FEATURES * high
    while (found := kernel_rank(dataset, seed, high, activation)) < dataset.N:
        if high == limit:
            dependency = next(dependencies(gram(weights(seed, high, dataset.d_x), dataset, activation), labels))
            raise DrawError(
                f"the tangent features of {dataset.N} samples have rank {found} with {high} seeded units: "
                f"{dependency.text(dataset.rows)}; without biases x and 2x are never independent, and samples in a "
                "narrow cone seldom: centre the columns or add a constant one, or say how many units",
                witness=dependency,
            )
        low, high = high, min(2 * high, limit)
    while high - low > 1:
        middle = (low + high) // 2
        if kernel_rank(dataset, seed, middle, activation) < dataset.N:
            low = middle
        else:
            high = middle
    return high
