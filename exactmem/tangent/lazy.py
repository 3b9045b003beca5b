"""Lazy memorization: the true network near W = [W'; W'], u = (B, -B) that equals its linearization on the data.

With Phi V = y the rows w_j + v_j/(2B) and w_j - v_j/(2B) give f(x_i) = y_i for every B >= B* =
max_{i,j} |v_j . x_i|/(2 |w_j . x_i|): no sample changes its side of a kink (ledger: ntk-lazy). Just below B* the output
at a sample that attains it differs by (B* - B) `rate` (ledger: ntk-threshold).
"""

__all__ = ["Lazy", "Row", "Threshold", "memorize", "network", "threshold"]

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from exactmem.activations import Activation
from exactmem.datasets import Dataset
from exactmem.errors import DrawError
from exactmem.networks import FNN, dense, layer, zeros
from exactmem.rationals import Rational, rational
from exactmem.tangent.kernel import gram, matrix_of, one_kink, pre_activations, slopes_at
from exactmem.tangent.systems import Dependency, solve

Row = Sequence[Rational]


@dataclass(frozen=True)
class Threshold:
    """B*, a sample that attains it, and the rate at which its output leaves the label below B*.

    f(x_sample) - y = (B* - B) `rate` for B between `valid` and B*. A rate of 0 at every sample that attains B* means
    that the errors cancel there: then B* is sufficient, and not shown to be necessary. B* = 0 only for V = 0.
    """

    value: Rational
    sample: int
    rate: Rational
    valid: Rational

    @property
    def is_minimal(self) -> bool:
        """Whether memorization fails for every B just below B*."""
        return bool(self.rate != 0)


@dataclass(frozen=True)
class Lazy:
    """V of least norm with Phi V = y for one output, as q rows; `norm` is ||V||^2 = y^T (Phi Phi^T)^-1 y."""

    rows: tuple[tuple[Rational, ...], ...]
    V: tuple[tuple[Rational, ...], ...]
    norm: Rational
    threshold: Threshold

    def hidden_rows(self, B: Rational) -> list[list[Rational]]:
        """The 2q rows w_j + v_j/(2B), then w_j - v_j/(2B)."""
        return [
            [w + sign * v / (2 * B) for w, v in zip(row, change, strict=True)]
            for sign in (1, -1)
            for row, change in zip(self.rows, self.V, strict=True)
        ]


def memorize(dataset: Dataset, rows: Sequence[Row], activation: Activation) -> list[Lazy]:
    """One Lazy per output. Raises KinkError for a sample on a kink, DrawError (witness: Dependency) for labels that
    depend otherwise than the features."""
    coefficients = solve(gram(rows, dataset, activation), matrix_of(dataset.labels))
    if isinstance(coefficients, Dependency):
        raise DrawError(
            f"the tangent features of {dataset.N} samples at {len(rows)} units have rank {coefficients.rank}, and "
            f"{coefficients.text(dataset.rows)}: take more units or another seed",
            witness=coefficients,
        )
    table = pre_activations(rows, dataset)
    slopes = slopes_at(table, activation)
    return [_lazy(dataset, rows, activation, table, slopes, coefficients, a) for a in range(dataset.d_y)]


def _lazy(
    dataset: Dataset,
    rows: Sequence[Row],
    activation: Activation,
    table: Sequence[Row],
    slopes: Sequence[Row],
    coefficients: fmpq_mat,
    output: int,
) -> Lazy:
    c = [coefficients[i, output] for i in range(dataset.N)]
    weighted = matrix_of([[c_i * s for s in row] for c_i, row in zip(c, slopes, strict=True)])
    V: fmpq_mat = weighted.transpose() * matrix_of(dataset.inputs)
    changes = (matrix_of(dataset.inputs) * V.transpose()).table()
    norm = sum((c_i * y[output] for c_i, y in zip(c, dataset.labels, strict=True)), fmpq(0))
    return Lazy(tuple(map(tuple, rows)), tuple(map(tuple, V.table())), norm, threshold(table, changes, activation))


def threshold(table: Sequence[Row], changes: Sequence[Row], activation: Activation) -> Threshold:
    """The Threshold for w_j . x_i in `table` and v_j . x_i in `changes`, one row per sample."""
    minus, plus = one_kink(activation).slopes
    ratios = [
        [abs(rational(v)) / (2 * abs(w)) for w, v in zip(ws, vs, strict=True)]
        for ws, vs in zip(table, changes, strict=True)
    ]
    value = max(max(row) for row in ratios)
    below = max((r for row in ratios for r in row if r < value), default=fmpq(0))
    if value == 0:
        return Threshold(value, 0, fmpq(0), fmpq(0))
    found = []
    for i, row in enumerate(ratios):
        pairs = [(table[i][j], changes[i][j]) for j, r in enumerate(row) if r == value]
        if pairs:
            # The copy with u = B leaves its side where v . x and w . x differ in sign, the copy with u = -B elsewhere.
            rate = (plus - minus) * sum((abs(w) if w * v < 0 else -abs(w) for w, v in pairs), fmpq(0))
            found.append(Threshold(value, i, rate, below))
    return next((t for t in found if t.is_minimal), found[0])


def network(outputs: Sequence[Lazy], scales: Sequence[Rational], activation: Activation) -> FNN:
    """The network of 2q units per output, with B = scales[a] for output a."""
    q = len(outputs[0].rows)
    hidden = [row for lazy, B in zip(outputs, scales, strict=True) for row in lazy.hidden_rows(B)]
    readout = [
        [fmpq(0)] * (2 * q * a) + [B] * q + [-B] * q + [fmpq(0)] * (2 * q * (len(outputs) - 1 - a))
        for a, B in enumerate(scales)
    ]
    return FNN((layer(dense(hidden), zeros(len(hidden)), activation), layer(dense(readout), zeros(len(outputs)))))
