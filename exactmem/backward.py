"""The exact backward pass: derivatives of a linear read-out of one layer in the pre-activations of the layers below.

Where every unit keeps its piece, row . z^top is affine in z^m with the derivative row W^top J^{top-1} ... W^{m+1} J^m,
J^l the diagonal of the slopes of layer l (Yun, Sra, Jadbabaie 2019, Appendix G: D^m for top = L and the row 1).
"""

__all__ = ["Vector", "output_rows", "pull_back"]

from collections.abc import Sequence

from flint import fmpq

from exactmem.rationals import Rational

Vector = list[Rational]


def pull_back(
    weights: Sequence[Sequence[Sequence[Rational]]], slopes: Sequence[Vector], row: Vector, top: int, bottom: int
) -> Vector:
    """The row W^top J^{top-1} ... W^{bottom+1} J^bottom of d_bottom entries, for a row over the units of layer top.

    Layers count from 1: `weights[l-1]` are the rows of W^l, `slopes[l-1]` the slopes of layer l. For bottom = top it is
    the row itself.
    """
    for l in range(top, bottom, -1):
        live = [(v, weights[l - 1][k]) for k, v in enumerate(row) if v != 0]
        row = [
            s * sum((v * w[j] for v, w in live), fmpq(0)) if s != 0 else fmpq(0) for j, s in enumerate(slopes[l - 2])
        ]
    return row


def output_rows(weights: Sequence[Sequence[Sequence[Rational]]], slopes: Sequence[Vector]) -> list[Vector]:
    """D^1, ..., D^L of a network with one output: the derivatives of f(x) in the pre-activations of every layer."""
    rows: list[Vector] = [[fmpq(1)]]
    for l in range(len(weights) - 1, 0, -1):
        rows.insert(0, pull_back(weights, slopes, rows[0], l + 1, l))
    return rows
